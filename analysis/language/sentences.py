"""Sentences with offsets, by one compiled rule and a list of abbreviations.

A sentence ends at ``.``, ``!``, ``?`` or ``…`` (with the quotation marks and brackets that close there) before a space
and something that can open a sentence. A blank line always ends one; a single line break does unless the next line goes
on in lower case. A full stop after an abbreviation, an initial or inside a number does not.
"""

from __future__ import annotations

import re

__all__ = ["sentence_spans"]

# Always followed by a name or a number, so a capital letter after them opens no sentence.
_TITLES = frozenset(
    "mr mrs ms mx dr prof rev fr sr jr st gen col maj lt capt cmdr adm sgt cpl pvt gov sen sens rep reps hon pres supt "
    "amb atty det insp messrs mme mlle ft mt no nos art sec vs v op fig figs ch vol pp al approx est ave blvd rd".split()
)
# May end a sentence; they do where the next word opens one that is no name (The, He, It, But, ...).
_ABBREVIATIONS = frozenset(
    "u.s u.n u.k e.u d.c p.m a.m u.s.a j.d ph.d m.d b.a m.a inc ltd corp co bros llc etc jan feb mar apr jun jul aug sept "
    "sep oct nov dec mon tue tues wed thu thurs fri sat sun ala ariz ark calif colo conn del fla ga ill ind kan ky la mass md mich "
    "minn miss mo mont neb nev okla ore pa tenn tex vt va wash wis wyo i.e e.g cf dept assn intl natl gov't n.y n.j n.c "
    "s.c n.h n.m n.d s.d r.i w.va l.a univ".split()
)
_OPENERS = frozenset(
    "the a an he she it they we i you this that these those but and in on at as if when while after before for from "
    "his her its their our there here what who why how some many most one two however still yet so or not no".split()
)

_END = re.compile(
    r"""(?P<stop>[.!?…]+)(?P<close>["'”’»)\]]*)(?=(?P<gap>\s+)(?P<next>["'“‘«(\[—–-]*\s?[^\s]))|(?P<blank>\n[^\S\n]*(?:\n\s*)+)|(?P<line>\n)""",
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"[^\W\d_][\w.'’-]*$")
_FIRST_WORD = re.compile(r"[^\W_]+")


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
    start = 0
    for match in _END.finditer(text):
        if match["blank"] is not None:
            cut = match.start()
        elif match["line"] is not None:
            if _goes_on(text, match.start(), match.end()):
                continue
            cut = match.start()
        elif _ends(text, start, match):
            cut = match.end()
        else:
            continue
        _append(text, start, cut, spans)
        start = match.end()
    _append(text, start, len(text), spans)
    return spans


def _append(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def _goes_on(text: str, end: int, start: int) -> bool:
    before = text[end - 1 : end]
    after = text[start : start + 1]
    return after.islower() and before not in ".!?…:\"”"


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    follower = match["next"][-1]
    if follower.islower():
        return False
    stop = match["stop"]
    if stop != "." or match["close"] or "\n" in match["gap"]:
        return True
    head = text[max(start, match.start() - 24) : match.start()]
    found = _LAST_WORD.search(head)
    if found is None:
        return True
    word = found[0].lower()
    if word in _TITLES:
        return False
    initial = len(word) == 1 and found[0].isupper() and found[0] != "I"
    if not initial and word not in _ABBREVIATIONS and not re.fullmatch(r"(?:[a-z]\.)+[a-z]", word):
        return True
    opener = _FIRST_WORD.search(text, match.end())
    return opener is not None and opener[0].lower() in _OPENERS and opener[0][0].isupper()
