"""Sentences with offsets, by one compiled rule and a list of abbreviations.

A sentence ends at ``.``, ``!``, ``?`` or ``…`` (with the quotation marks and brackets that close there) before a space
and something that can open a sentence. A blank line always ends one; a single line break does unless the next line goes
on in lower case. A full stop after an abbreviation, an initial or inside a number does not.
"""

from __future__ import annotations

import re

__all__ = ["can_end", "cut_sentences", "ends_sentence", "is_plain", "sentence_spans"]

# Always followed by a name, so a capital letter after them opens no sentence.
_TITLES = frozenset(
    "mr mrs ms mx dr prof rev fr sr jr st gen col maj lt capt cmdr adm sgt cpl pvt gov sen sens rep reps hon pres supt "
    "amb atty det insp messrs mme mlle ft mt vs v op al".split()
)
# Always followed by a number.
_NUMBERED = frozenset("no nos art sec fig figs ch vol pp est approx".split())
# May end a sentence; they do where the next word opens one that is no name (The, He, It, But, ...).
_ABBREVIATIONS = frozenset(
    "u.s u.n u.k e.u d.c p.m a.m u.s.a j.d ph.d m.d b.a m.a inc ltd corp co bros llc etc jan feb mar apr jun "
    "jul aug sept "
    "sep oct nov dec mon tue tues wed thu thurs fri sat sun ala ariz ark calif colo conn del fla ga ill ind "
    "kan ky la mass md mich "
    "minn miss mo mont neb nev okla ore pa tenn tex vt va wash wis wyo i.e e.g cf dept assn intl natl gov't "
    "n.y n.j n.c "
    "s.c n.h n.m n.d s.d r.i w.va l.a univ ave blvd rd".split()
)
_ABBREVIATED = _TITLES | _NUMBERED | _ABBREVIATIONS
# How what ends in one of them can end: as the token does that stands before the stop.
_ABBREVIATED_ENDS = _ABBREVIATED | {re.split(r"[.'’_-]", word)[-1] for word in _ABBREVIATED}
_REACH = 24  # characters: longer words abbreviate nothing
_OPENERS = frozenset(
    "the a an he she it they we i you this that these those but and in on at as if when while after before for from "
    "his her its their our there here what who why how some many most one two however still yet so or not no".split()
)
# Behind a quotation that asks or exclaims: a name and a verb of speaking carry the sentence on.
_SPEAKS = re.compile(
    r"(?:(?:[A-Z][\w.’'-]*|the|a|an|of)\s){1,6}(?:also\s)?(?:said|says|asked|asks|told|added|wrote|replied|responded|shouted|yelled|continued|tweeted"
    r"|exclaimed|joked|wondered)\b"
)

# At most nine: a run of a million stops must not be read again from each of them.
_END = re.compile(r"[.!?…][.!?…\"'”’»)\]]{0,8}(?=\s)|\n\s*")
_LAST_WORD = re.compile(r"[^\W_][\w.'’-]*$")
_NEXT = re.compile(r"\s+[\"'“‘«(\[—–-]*\s?(\S)")
_FIRST_WORD = re.compile(r"[^\W_]+")
_CLOSES = frozenset("\"'”’»)]")
_MARKS = frozenset("\"'”’»")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    r"""Return the half-open character spans of the sentences of `text`, in order.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    list of (start, end)
        Without the white space around each sentence. Every other character lies in exactly one span.

    Examples
    --------
    >>> text = 'Mr. Biden spoke. "Why?" he asked.\n\nNo answer'
    >>> [text[a:b] for a, b in sentence_spans(text)]
    ['Mr. Biden spoke.', '"Why?" he asked.', 'No answer']
    """
    spans: list[tuple[int, int]] = []
    start = cut_sentences(text, 0, 0, len(text), spans)
    _append(text, start, len(text), spans)
    return spans


def cut_sentences(text: str, start: int, first: int, last: int, spans: list[tuple[int, int]]) -> int:
    """Append to `spans` the sentences that end from `first` to `last`, and return where the next one begins.

    Parameters
    ----------
    text
        Any text.
    start
        Where the first of them begins.
    first, last
        Between these stands the end of the text, or all from one word to the next.
    spans
        What to append to.
    """
    for match in _END.finditer(text, first, last):
        cut, end = match.span()
        if text[cut] == "\n":
            if text.find("\n", cut + 1, end) < 0 and _goes_on(text, cut, end):
                continue
            _append(text, start, cut, spans)
        elif ends_sentence(text, start, cut, end):
            if text[start] == " " and not text[start + 1].isspace():
                spans.append((start + 1, end))  # behind one space, as most often
            else:
                _append(text, start, end, spans)
        else:
            continue
        start = end
    return start


def is_plain(word: str) -> bool:
    """Tell whether a full stop behind the token `word` is that of a sentence, whatever stands before the token.

    No abbreviation ends in it, and it is neither an initial nor a short number.

    Examples
    --------
    >>> [word for word in ("deal", "Mr", "va", "J", "12", "2018", "isn't") if is_plain(word)]
    ['deal', '2018', "isn't"]
    """
    return len(word) > 1 and word.lower() not in _ABBREVIATED_ENDS and (len(word) > 3 or not word.isdigit())


def can_end(gap: str) -> bool:
    """Tell whether a sentence may end in what stands between two words."""
    return _END.search(gap) is not None


def _append(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    inside = text[start:end].rstrip()
    bare = inside.lstrip()
    if bare:
        stop = start + len(inside)
        spans.append((stop - len(bare), stop))


def _goes_on(text: str, end: int, start: int) -> bool:
    before = text[end - 1 : end]
    after = text[start : start + 1]
    return after.islower() and before not in '.!?…:"”'


def ends_sentence(text: str, start: int, stop: int, end: int) -> bool:
    """Tell whether the stop at `stop`, with what closes up to `end`, ends the sentence that began at `start`."""
    follower = text[end + 1 : end + 2]
    if not follower.isupper():
        found = _NEXT.match(text, end)
        follower = "" if found is None else found[1]
        if follower.islower() or (follower == "." and text[stop] in ".…"):
            return False
    size = end - stop
    if size > 1 or text[stop] != ".":
        last = text[end - 1]
        if last in _MARKS and text[stop] in "?!":
            return _SPEAKS.match(text, end + 1) is None
        if last in _CLOSES or text[stop] != "." or size > 1:
            return True
    if text[end] == "\n":
        return True
    low = max(start, stop - _REACH)
    space = text.rfind(" ", low, stop)
    if space >= 0:
        word = text[space + 1 : stop]
        if len(word) > 1 and word.isalpha() and word.lower() not in _ABBREVIATED:
            return True  # as most often: a plain word
    found = _LAST_WORD.search(text, low, stop)
    if found is None:
        return True
    written = found[0]
    word = written.lower()
    if word in _TITLES:
        return False
    if word in _NUMBERED:
        return not follower.isdigit()
    if written.isdigit():
        return bool(text[start : found.start()].strip()) or len(written) > 3  # "2. A heading" is one sentence
    initial = len(word) == 1 and written.isupper() and written != "I"
    if not initial and word not in _ABBREVIATIONS and not _DOTTED.fullmatch(word):
        return True
    opener = _FIRST_WORD.search(text, end)
    return opener is not None and opener[0].lower() in _OPENERS and opener[0][0].isupper()


_DOTTED = re.compile(r"(?:[a-z]\.)+[a-z]")
