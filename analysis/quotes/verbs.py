"""The verbs and nouns that attribute, each with the complements it takes.

The lists are of our own making, from grammars of reporting in English; nothing in them is counted from a corpus.

Complements, by letter: ``c`` a clause with or without *that*; ``t`` a clause with *that* only; ``w`` a question clause;
``i`` an infinitive; ``o`` an object; ``a`` an addressee and then a clause; ``n`` an addressee and then an infinitive;
``s`` an object and *as* (or a second object); ``q`` a quotation. What follows the letters are the prepositions that
open its complement; ``by`` stands for *by* with a gerund.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["NOUNS", "PREPOSITIONS", "VERBS", "Verb"]

CLAUSE, THAT, QUESTION, INFINITIVE, OBJECT, ADDRESSEE, ORDER, NAMING, QUOTE = (1 << k for k in range(9))
_LETTERS = dict(
    zip("ctwioansq", (CLAUSE, THAT, QUESTION, INFINITIVE, OBJECT, ADDRESSEE, ORDER, NAMING, QUOTE), strict=True)
)
FINITE, PAST, BARE, GERUND = (1 << k for k in range(4))

_VERBS = """
according o to; say cwq of; tell aniwq of about; add cq; note cq; announce cowq; report cq; write cq of about; tweet
cq about; ask wnaq about for; state cq; argue cq for against; claim ciq; suggest cq; insist cq on; explain cwq;
acknowledge cowq; admit coq to; allege c; assert cq; aver c; concede cq; conclude cq; confirm cowq; contend cq;
declare coq; deny coq; disclose cow; emphasize cowq; emphasise cowq; stress cowq; underscore cow; underline cow;
highlight ow; estimate c; indicate cw; inform a; maintain cq; mention co; observe cq; point to; posit c; predict coq;
promise ciaoq; pledge ciq; vow ciq; swear ci; proclaim cq; profess ci; quip cq; joke cq about; reason cq; recall coq;
recount coq; reiterate coq; repeat coq; reply cq to; respond cq to with by; retort cq; reveal cowq; remark cq on;
speculate cq about; stipulate c; testify cq about to; warn cnaq of against about; advise naq against; assure a of;
remind an of; persuade an; convince an of; notify a; caution naq against about; counsel n; signal ci; hint c at; imply
c; intimate c; insinuate c; theorize c; postulate c; opine cq; muse cq about on; ponder ow; wonder wq about; inquire w
about; question ow; demand ciow; request co; urge noq; implore n; beg n; exhort nq; encourage n; order n; instruct n;
command n; direct n; recommend cow; propose cioq; advocate o for; plead q for with; appeal for to; lobby n for;
complain cq about of; lament cowq; bemoan o; grumble cq about; gripe c about; protest co against; object to; regret
co; rue o; worry cw about; fear co; hope ci for; wish ci for; believe cw in; think cw of about; feel c; know cw; doubt
co; expect co; assume c; suppose c; consider oc; imagine cw; understand cw; realize cw; realise cw; recognize co;
recognise co; remember co; forget w; figure t; guess c; reckon c; suspect co; sense c; fathom w; dream c of about;
agree cwi on with to; disagree c with on about; decide iw on; determine tw; resolve i; find c; discover cw; learn c
of; see sw; hear t; notice c; show cw; demonstrate cw; prove t; illustrate cw; read q; mean c; want ion; plan i;
intend i; seek io; aim i; refuse i; decline i; threaten i; offer io; prefer io; desire i; try; call sq for on upon;
describe s; label s; dub s; brand s; term s; characterize s; characterise s; portray s; depict s; regard s; view s;
deem s; deride so; denounce os; condemn os; criticize os for; criticise os for; praise os for; laud os for; hail so;
applaud o for; commend o for; credit o for; thank o for; salute o; celebrate o; cheer o; slam os for; blast os for;
bash o for; rip o for; attack os for; assail os for; lambaste os for; lambast o for; castigate o for; excoriate o for;
chide o for; rebuke o for; scold o for; berate o for; fault o for; blame o for; accuse o of; charge tq with; decry os;
deplore o; disparage os; belittle o; demean o; denigrate o; ridicule os for; mock os for; taunt o; insult o; smear o;
disavow o; repudiate o; renounce o; reject os; dismiss os; refute o; rebut o; dispute co; contest o; counter cq;
challenge o on; defend os; justify o; support o; back o; endorse o for; oppose o; favor o; favour o; approve of;
disapprove of; embrace o; welcome o; admire o; like; love; dislike o; hate; loathe o; discuss ow; address o; debate
ow; detail ow; outline o; describe ow; cite o; quote os; reference o; echo o; tout os; promote o; push for; press n
for; call; invoke o; evoke o; mull o; consider o; weigh o; contemplate o; envision o; foresee co; forecast t; project
t; anticipate co; guarantee co; affirm coq; reaffirm co; attest c to; certify c; vouch for; testify to; swear; refer
to; allude to; speak of about out against; talk about of; boast cq of about; brag cq about; gush q about over;
apologize q for; apologise q for; vent q about; rail about against; rant q about; fume q about; rage q about; scoff q
at; sneer q at; balk at; bristle at; express o; voice o; convey oc; communicate oc; articulate o; relay oc; relate c;
share q; offer o; issue; release; publish; post q; blog tq; text q; email q; message q; comment cq on about; elaborate
q on; expand on; chime q; interject q; interrupt q; continue q; begin q; conclude q; finish q; start q; go q;
pronounce oq; shout cq; yell cq; scream cq; cry q; exclaim cq; whisper cq; mutter cq; murmur cq; mumble q; chant q;
roar q; bellow q; snap q; bark q; laugh q; chuckle q; sigh q; smile q; grin q; crow q; thunder q; declaim q; drawl q;
deadpan q; scrawl q; sing q; pray c for; preach q; lecture q; answer q; tease q about; warn; vilify o; dare n; invite
n; ask; forbid n; summon; encourage; concur cq with; posture; clarify cowq; specify cow; disclaim; divulge ow; leak t;
brief; assess cw; judge t; rate; rank; calculate c; compute; hypothesize c; contest; nix; rule t; hold t; decree c;
mandate t; require t; stipulate; legislate; downplay os; minimize; trivialize o; exaggerate o; overstate o; misstate
o; second-guess; compare o; liken o; equate o; contrast o; attribute o; ascribe o; chalk; peg; tag s; mischaracterize
os; misrepresent o; caricature os; tar; paint s; cast s; frame s; pitch; bill s; refrain from; shy; back; entertain o;
float o; moot; volunteer q; theorise c; surmise c; infer c; deduce c; gather t; presume c; conjecture c; bet c; wager
c; trust c; accept t; appreciate ow; respect o; resent o; detest o; despise o; abhor o; fret cq about over; agonize
about over; marvel cq at; rejoice q at; enthuse q about; rave q about; fawn over; demur q; hedge q; waffle on; stammer
q; stutter q
"""

# Each group: present third person, past, participle, gerund are built; these are not built by rule.
_IRREGULAR = """
say said said; tell told told; write wrote written; think thought thought; feel felt felt; know knew known; find found
found; see saw seen; hear heard heard; show showed shown; mean meant meant; understand understood understood; read
read read; quote quoted quoted; forbid forbade forbidden; foresee foresaw foreseen; forecast forecast forecast; swear
swore sworn; speak spoke spoken; begin began begun; go went gone; sing sang sung; forget forgot forgotten; seek sought
sought; hold held held; spell spelt spelt; overstate overstated overstated; cast cast cast; lead led led; bet bet bet;
leak leaked leaked; learn learned learned; dream dreamed dreamed; tar tarred tarred; plan planned planned; rip ripped
ripped; slam slammed slammed; admit admitted admitted; concur concurred concurred; brag bragged bragged; beg begged
begged; quip quipped quipped; chat chatted chatted; tag tagged tagged; infer inferred inferred; refer referred
referred; prefer preferred preferred; regret regretted regretted; rebut rebutted rebutted; nix nixed nixed; snap
snapped snapped; grin grinned grinned; blog blogged blogged; dub dubbed dubbed; demur demurred demurred; rue rued
rued; peg pegged pegged; tip tipped tipped; deter deterred deterred; paint painted painted; misstate misstated
misstated; fret fretted fretted; refrain refrained refrained
"""

_NOUNS = """
claim ti of about for; statement t of about; assertion t of; allegation t of about; accusation t of; charge t of;
argument t for against; contention t; suggestion t of; insinuation t; promise ti of; pledge ti of; vow ti; threat ti
of; offer i of; proposal ti for; plan i for; decision i; call i for; demand ti for; request ti for; plea i for; appeal
i for; warning ti of about; prediction t of; belief t in; view t of on; opinion t of on; conviction t; feeling t
about; sense t; idea t of; notion t of; hope ti for of; fear t of about; concern t about over; doubt t about;
suspicion t of; criticism t of; condemnation t of; denunciation t of; praise t for of; support t for of; opposition t
to; endorsement t of; objection t to; approval t of; rejection t of; defense t of; defence t of; attack t on; question
t about; remark t about on; comment t about on; announcement t of; declaration t of; admission t; acknowledgment t of;
denial t of; confirmation t of; conclusion t; assessment t of; estimate t of; evidence t of; rumor t of about; rumour
t of about; report t of; perception t of; impression t; assumption t; assurance t; commitment ti to; description t of;
explanation t of for; reminder t; refusal i of; desire i for; wish i; willingness i; intention i; determination i;
eagerness i; insistence t on; complaint t about; concession t; recommendation ti; ruling t; finding t
"""


PREPOSITIONS = tuple("about against at by for from in of on out over to upon with".split())


class Verb(NamedTuple):
    """A form of a verb or noun that attributes: lemma, complements and prepositions it takes, and what form it is."""

    lemma: str
    takes: int
    prepositions: frozenset[str]
    form: int


def _entries(block: str) -> dict[str, tuple[int, frozenset[str]]]:
    known: dict[str, tuple[int, frozenset[str]]] = {}
    for entry in block.split(";"):
        words = entry.split()
        if not words:
            continue
        lemma, letters, prepositions = words[0], "", words[1:]
        if prepositions and prepositions[0] not in PREPOSITIONS:
            letters = prepositions.pop(0)
        takes, before = known.get(lemma, (0, frozenset()))
        for letter in letters:
            takes |= _LETTERS[letter]
        known[lemma] = (takes, before | frozenset(prepositions))
    return known


_VOWELS = "aeiou"


def _present(lemma: str) -> str:
    if lemma.endswith(("s", "sh", "ch", "x", "z", "o")):
        return lemma + "es"
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        return lemma[:-1] + "ies"
    return lemma + "s"


def _past(lemma: str) -> str:
    if lemma.endswith("e"):
        return lemma + "d"
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        return lemma[:-1] + "ied"
    return lemma + "ed"


def _gerund(lemma: str, past: str) -> str:
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe")):
        return lemma[:-1] + "ing"
    if past == lemma + lemma[-1] + "ed" or lemma in ("begin", "forget", "bet", "forbid"):
        return lemma + lemma[-1] + "ing"
    return lemma + "ing"


def _forms() -> dict[str, Verb]:
    irregular = {w[0]: (w[1], w[2]) for w in (e.split() for e in _IRREGULAR.split(";")) if w}
    forms: dict[str, int] = {}
    lemmas: dict[str, str] = {}
    entries = _entries(_VERBS)
    for lemma, (takes, prepositions) in entries.items():
        if not takes and not prepositions:
            continue
        past, participle = irregular.get(lemma, (_past(lemma), _past(lemma)))
        for form, kind in (
            (lemma, BARE),
            (_present(lemma), FINITE),
            (past, FINITE | PAST if past == participle else FINITE),
            (participle, PAST),
            (_gerund(lemma, past), GERUND),
        ):
            forms[form] = forms.get(form, 0) | kind
            lemmas.setdefault(form, lemma)
    return {form: Verb(lemmas[form], *entries[lemmas[form]], kind) for form, kind in forms.items()}


VERBS = _forms()
NOUNS = {
    form: Verb(lemma, takes, prepositions, 0)
    for lemma, (takes, prepositions) in _entries(_NOUNS).items()
    for form in (lemma, _present(lemma))
}
