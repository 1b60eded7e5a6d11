"""What a word can be in a sentence, told from its form alone and looked up once for each distinct word."""

from __future__ import annotations

from sys import intern
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.language import Vocabulary
from analysis.quotes.verbs import FINITE, GERUND, NOUNS, PREPOSITIONS, VERBS, Verb

__all__ = ["Grammar", "grammar_of"]

# Classes of words; INSIDE and VERB_HERE are those of a word in its place, set for each token.
(
    CAPITAL, DETERMINER, POSSESSIVE, PREPOSITION, CONJUNCTION, SUBORDINATOR, PRONOUN, RELATIVE, AUXILIARY, ADVERB, DAY,
    CUE, NAME_OF_CUE, PAST_LOOK, NUMBER, INSIDE, OBJECT_PRONOUN, CATENATIVE, QUESTION_WORD, BE, ADJUNCT_LEAD,
    FINITE_WORD, VERBAL, VERB_HERE, GROUP_LEAD, ING, TO, TIME_HEAD,
) = (1 << k for k in range(28))  # fmt: skip

# What a word can end if it stands first behind it: a clause behind a comma or the like; an inner one behind a comma; an
# object behind a comma; an object with nothing between.
ENDS_CLAUSE, ENDS_INNER, ENDS_OBJECT, ENDS_OBJECT_AT_ONCE = (1 << k for k in range(4))

# Single words that rules ask for; behind these bits stand those of the prepositions that verbs take.
IS_THAT, IS_TO, IS_READ, IS_ACCORDING, IS_SAY, IS_ASK = (1 << k for k in range(6))
_PREPOSITION_BITS = {word: 1 << k for k, word in enumerate(PREPOSITIONS, 6)}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CLASSES = (
    (
        DETERMINER,
        _set(
            "the a an this these those some any no every each all both another several many few most such other "
            "more one two three four five six seven eight nine ten half dozens hundreds thousands scores numerous"
        ),
    ),
    (
        POSSESSIVE,
        _set("his her their its my our your whose"),
    ),
    (
        PREPOSITION,
        _set(
            "about above across after against along amid among around at before behind below beneath beside "
            "besides between beyond by despite down during except for from in inside into like near of off on "
            "onto out outside over past per regarding since through throughout to toward towards under until up "
            "upon via versus with within without alongside following as"
        ),
    ),
    (
        CONJUNCTION,
        _set("and or but nor yet plus"),
    ),
    (
        SUBORDINATOR,
        _set(
            "that when while because if although though as since unless until whether where how why what whereas "
            "once than so before after even"
        ),
    ),
    (
        PRONOUN,
        _set(
            "he she they we i you it he's she's it's they're we're i'm you're i've we've they've he'd she'd "
            "they'd i'd we'd he'll she'll it'll they'll we'll you'll i'll there everyone somebody someone nobody "
            "anybody everybody"
        ),
    ),
    (
        RELATIVE,
        _set("who which that whom"),
    ),
    (
        AUXILIARY,
        _set(
            "is are was were be been being am has have had having do does did will would can could may might must "
            "shall should ought isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't won't "
            "wouldn't can't cannot couldn't shouldn't mustn't ain't gets got"
        ),
    ),
    (
        BE,
        _set("is are was were be been being am isn't aren't wasn't weren't gets got"),
    ),
    (
        ADVERB,
        _set(
            "also not never ever later then again often once always still just even only soon already now here "
            "there thus however instead meanwhile too twice rather quite very almost further long yet ago "
            "afterward afterwards earlier first ahead alike perhaps maybe sometimes indeed nevertheless "
            "nonetheless moreover furthermore therefore otherwise somewhat simply so both all alone elsewhere"
        ),
    ),
    (
        DAY,
        _set(
            "monday tuesday wednesday thursday friday saturday sunday today yesterday tonight tomorrow mon tues "
            "wed thurs fri sat sun"
        ),
    ),
    (
        OBJECT_PRONOUN,
        _set(
            "him her them me us it you himself herself themselves themself itself myself ourselves yourself whom "
            "reporters journalists supporters viewers listeners voters lawmakers delegates investigators "
            "officials attendees donors audiences"
        ),
    ),
    (
        CATENATIVE,
        _set(
            "continue continues continued went goes go going on try tries tried begin begins began start starts "
            "started seem seems seemed appear appears appeared refuse refuses refused decline declines declined "
            "want wants wanted like quick used able proceed proceeded proceeds careful eager expected plans "
            "planned going ready willing prepared set ceased failed fails need needs needed had has have came "
            "comes come happen happened managed manages chose chooses sought seeks dared"
        ),
    ),
    (
        QUESTION_WORD,
        _set("if whether what how why where who when which"),
    ),
)
_PAST = _set(
    "made took gave came went got left kept let put ran met sent held led lost won saw became began brought built "
    "bought caught chose drew drove fell felt flew fought grew knew laid lay meant paid rose sat sold set shot "
    "spent spoke stood stuck struck taught threw thought understood wore woke broke hit cut hurt makes takes "
    "gives comes goes gets leaves keeps lets puts runs meets sends holds leads loses wins becomes begins brings "
    "includes seems remains means needs wants stands"
)
_NO_ADVERBS = _set(
    "family july only assembly ally rally supply reply daily weekly monthly italy monopoly elderly early friendly "
    "sally emily billy kelly likely unlikely lovely ugly holy costly deadly orderly anomaly apply comply rely "
    "imply multiply fly jelly belly bully jolly molly polly"
)


_ADJUNCT_LEADS = _set("on late early earlier last this")
TIME_HEADS = _set("week month year night morning afternoon evening day weekend summer spring fall winter time")
CONTRASTS = _set("but while whereas though although")
OBJECT_ENDS = _set("during when while after before because since despite amid until where if")


class Word(NamedTuple):
    """What is known of a word.

    Attributes
    ----------
    lower, verb
        Its lower-case form, and the verb or noun of attribution it can be.
    flags, ends
        Its classes and what it can end.
    named
        Which single word of those that rules ask for it is.
    takes, form, prepositions
        Of its `verb`: complements, form and prepositions it takes, the last by the bits of `named`.
    """

    lower: str
    verb: Verb | None
    flags: int
    ends: int
    named: int
    takes: int
    form: int
    prepositions: int


def classify(word: str) -> Word:
    """Return what is known of `word` by its form."""
    lower = word.lower().replace("’", "'")
    flags = CAPITAL if word[0].isupper() else 0
    for flag, words in _CLASSES:
        if lower in words:
            flags |= flag
    if lower.endswith("'s") and not flags & PRONOUN:
        flags |= POSSESSIVE
    if lower[0].isdigit():
        flags |= NUMBER
    if lower.endswith("ly") and len(lower) > 4 and lower not in _NO_ADVERBS and not flags & CAPITAL:
        flags |= ADVERB
    if (lower.endswith("ed") and len(lower) > 4 and not flags & CAPITAL) or lower in _PAST:
        flags |= PAST_LOOK
    if lower.startswith("acc") and lower.endswith("ding") and 8 <= len(lower) <= 11:
        lower = "according"  # often misspelt ("accoriding to")
    if flags & (DAY | ADVERB) or lower in _ADJUNCT_LEADS:
        flags |= ADJUNCT_LEAD  # `skip_adjuncts` may skip it
    verb = VERBS.get(lower)
    if verb is not None:
        flags |= CUE
    elif lower in NOUNS:
        verb = NOUNS[lower]
    if lower in NOUNS:
        flags |= NAME_OF_CUE
    form = 0 if verb is None else verb.form
    if flags & (AUXILIARY | PAST_LOOK) or (flags & CUE and not flags & CAPITAL and form & FINITE):
        flags |= FINITE_WORD  # looks like a finite verb
    if (flags & FINITE_WORD or form & GERUND) and (flags & AUXILIARY or not flags & CAPITAL):
        flags |= VERBAL  # a verb, if no determiner or preposition before it says otherwise
    if (flags & (AUXILIARY | ADVERB) and not flags & PRONOUN) or lower in ("to", "and"):
        flags |= GROUP_LEAD  # can stand in a verb group before its verb
    if lower.endswith("ing"):
        flags |= ING
    if lower == "to":
        flags |= TO
    if lower in TIME_HEADS:
        flags |= TIME_HEAD
    prepositions = 0 if verb is None else sum(_PREPOSITION_BITS[word] for word in verb.prepositions)
    return Word(
        intern(lower),
        verb,
        flags,
        _ends(lower, flags, form),
        _named(lower, verb),
        0 if verb is None else verb.takes,
        form,
        prepositions,
    )


def _named(lower: str, verb: Verb | None) -> int:
    named = _PREPOSITION_BITS.get(lower, 0)
    lemma = "" if verb is None else verb.lemma
    for bit, word, words in (
        (IS_THAT, lower, ("that",)),
        (IS_TO, lower, ("to",)),
        (IS_READ, lower, ("read", "reads")),
        (IS_ACCORDING, lemma, ("according",)),
        (IS_SAY, lemma, ("say",)),
        (IS_ASK, lemma, ("ask", "press", "question", "quiz")),
    ):
        if word in words:
            named |= bit
    return named


def _ends(lower: str, flags: int, form: int) -> int:
    ends = 0
    if lower in CONTRASTS or (flags & CUE and form & GERUND and not flags & CAPITAL):
        ends |= ENDS_CLAUSE
    if flags & (AUXILIARY | PRONOUN | DETERMINER | POSSESSIVE | FINITE_WORD | ADVERB):
        ends |= ENDS_INNER
    if (flags & (CONJUNCTION | SUBORDINATOR) and not flags & RELATIVE) or flags & ING:
        ends |= ENDS_OBJECT
    if lower in OBJECT_ENDS or lower in ("in", "on", "at") or (flags & DAY and flags & CAPITAL):
        ends |= ENDS_OBJECT_AT_ONCE
    return ends


class Lexis(dict[str, int]):
    """The words met so far, in any vocabulary, each classified when it is first asked for its place.

    A process that reads chunk after chunk, each with its own vocabulary, meets the same words again and again.

    Attributes
    ----------
    lower, verbs
        For each word, by its place, its lower-case form and the verb or noun of attribution it can be.
    flags, ends, named, takes, forms, prepositions
        What `Word` says of it. Longer than `lower`; what lies beyond is not filled.
    """

    def __init__(self) -> None:
        self.lower: list[str] = []
        self.verbs: list[Verb | None] = []
        self._room(np.zeros((6, 1024), dtype=np.int32))

    def _room(self, numbers: NDArray[np.int32]) -> None:
        self._numbers = numbers
        self.flags, self.ends, self.named, self.takes, self.forms, self.prepositions = numbers

    def __missing__(self, word: str) -> int:
        place = self[word] = len(self.lower)
        if place == self._numbers.shape[1]:
            self._room(np.concatenate([self._numbers, np.zeros_like(self._numbers)], axis=1))
        lower, verb, *numbers = classify(word)
        self.lower.append(lower)
        self.verbs.append(verb)
        self._numbers[:, place] = numbers
        return place


_MOST_WORDS = 200_000


class Grammar:
    """The words of one vocabulary, by their integers; grows with it.

    Attributes
    ----------
    lexis
        Where they are classified.
    """

    __slots__ = ("_known", "_places", "lexis", "vocabulary")

    def __init__(self, vocabulary: Vocabulary, lexis: Lexis) -> None:
        self.vocabulary = vocabulary
        self.lexis = lexis
        self._known = 0
        self._places: NDArray[np.int32] = np.zeros(1024, dtype=np.int32)

    def places(self, ids: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return where the words with integers `ids` stand in `lexis`."""
        size = len(self.vocabulary)
        if size > self._known:
            if size > len(self._places):
                room = max(size, 2 * len(self._places)) - len(self._places)
                self._places = np.append(self._places, np.zeros(room, dtype=np.int32))
            new = self.vocabulary.words[self._known :]
            self._places[self._known : size] = np.fromiter(map(self.lexis.__getitem__, new), np.int32, len(new))
            self._known = size
        return self._places[ids]


_last = Grammar(Vocabulary(), Lexis())


def grammar_of(vocabulary: Vocabulary) -> Grammar:
    """Return the words of `vocabulary`, classified; those of the last one asked for are kept."""
    global _last
    if _last.vocabulary is not vocabulary:
        full = len(_last.lexis) > _MOST_WORDS
        _last = Grammar(vocabulary, Lexis() if full else _last.lexis)
    return _last
