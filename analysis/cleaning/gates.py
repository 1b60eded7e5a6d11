"""What a line must show for a rule to be asked: how it begins, how it ends, or words it holds.

Most lines are news, and a rule's patterns are dear to try. Nearly all of them tell at once by their first words that a
line is none of theirs; the others call for a word or a mark that few articles hold at all, which is found out once for
a whole article. A rule may be asked in vain, but it is asked wherever one of its patterns matches.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["ODD", "Gates", "Held"]

ODD = "ſıİ\u212a"
"""Letters that are another's capital or small form to `re`, but not to `str.lower`: where they stand no gate holds."""

_DIGIT = "0"  # stands for any digit at the head
_NOTHING = ""  # no letter or digit in the line
_THIS = "this|the story|the article|the post|the report|the headline|the file|the piece"

# How a line begins, in lower case and without the marks and spaces before its first letter or digit.
_STARTS = {
    "most_read": "most |trending|top stories|popular|latest ",
    "related": "read|watch|full coverage|also read|see |related|recommended|more|you m|don|up next|what to read|"
    "editor|from our|around the",
    "subscribe": "please |subscribe|sign|log|register|create |join|newsletter|manage n|already a|unlock th|this art|"
    "support ou|become a|get |let |catch up|listen|tune in|check out|click here|download ",
    "comments": "post|leave|add|write|submit|no |0|recent |view |show |hide |all |see |read |load |comment|repl|"
    "join the|be the|your email|log in|sign in",
    "share": "share|post|tweet|e-mail|email|print|pin|save|facebook|twitter|whatsapp|linkedin|reddit|pocket|copy l|"
    "link|flipboard|telegram|messenger|0",
    "advertisement": "ad|sponsored|promoted|hidden ad|remove ads",
    "story_continues": "story c|article c|post c|text c|continue|scroll|keep r",
    "update_note": "last |first |updated|published|modified|posted|publication|publish d|date|correction|"
    f"clarification|editor|an earlier|an previous|an original|a earlier|a previous|a original|earlier|previous|"
    f"original|article|story|post|{_THIS}",
    "credit": "with |additional|further|reporting|writing|editing|graphic|research|contribut|edited|compiled|"
    f"translated|produced|our standards|associated|reuters|afp|upi|bloomberg|kyodo|xinhua|ap|the ass|the reut|the afp|"
    f"the upi|the bloom|the kyodo|the xinhua|the ap|{_THIS}",
    "byline": "by",
    "copyright": "copyright|this material",
    "caption_credit": "media play|enlarge|toggle|show c|hide c|file|photo|foto|image|pictur|caption|illustration|getty|"
    "ap photo|shutterstock|istock",
    "follow": "follow|like |find |join |connect ",
    "contact": "send ",
    "disclaimer": "the opinion|the view|opinion|view|this|legal dis|disclaimer",
    "navigation": "close|loading|menu|search|home|next|prev|back|skip to|cookie|privacy|terms of|listen|0|slideshow|"
    "click |enlarge|expand|video|photo|gallery|play|full screen|show more|view |see all|load more|don|just watch|"
    "toggle",
    "end_mark": "end|more|0",
    "separator": _NOTHING,
}
# What a line holds, in lower case.
_HOLDS = {
    "subscribe": "newsletter | inbox | mail alert | podcasts | premium | digital edition",
    "credit": "contribut",
    "copyright": "© | ℗ | (c) | all rights reserved | click here for reprint",
    "caption_credit": "/ | |",
    "follow": "@",
    "contact": "@ | [email",
    "markup": '="',
    "end_mark_inline": "(end",
    "copyright_inline": "© | (c) | copyright",
    "story_continues_inline": "continued below | continues below | advertisement",
}
# With which mark it begins, and with which it ends, but for a full stop.
_OPENS = {"see_graphic": "([", "update_note": "([", "markup": "{<["}
_CLOSES = {"caption_credit": ")]", "credit_inline": ")]"}
_DATED = "caption_dated"  # ends with a digit
_DATED_NEARLY = "date_line"  # holds one among its last characters, where an hour may follow
_NEARLY = 18

_HEAD = 12  # letters of a start that are compared
_MARKS = re.compile(r"[\W_]*")
_ANY_DIGIT = re.compile(r"\d")

Held = tuple[tuple[str, int], ...]
"""Words that a text holds, with the rules that each calls for as bits."""


class Gates:
    """The gates of some rules.

    Parameters
    ----------
    rules
        The names of the rules in the order of their bits.
    """

    def __init__(self, rules: Sequence[str]) -> None:
        bit = {name: 1 << number for number, name in enumerate(rules)}
        self._starts: dict[str, list[tuple[str, int]]] = {}  # by the first two letters
        self._digit = 0
        for name, starts in _STARTS.items():
            for start in starts.split("|"):
                if start == _DIGIT:
                    self._digit |= bit[name]
                else:
                    self._starts.setdefault(start[:2], []).append((start[:_HEAD], bit[name]))
        held: dict[str, int] = {}
        for name, words in _HOLDS.items():
            for word in words.split(" | "):
                held[word] = held.get(word, 0) | bit[name]
        self._held = tuple(held.items())
        self._encoded = tuple(word.encode() for word in held)
        self._opens = _by_char(_OPENS, bit)
        self._closes = _by_char(_CLOSES, bit)
        self._dated, self._dated_nearly = bit[_DATED], bit[_DATED_NEARLY]

    def held(self, text: str) -> Held:
        """Return the words that any line of `text` may hold: `asked` of one of its lines need not look for others."""
        lower = text.encode("utf-8", "surrogatepass").lower()  # which leaves all beyond ASCII as it is, as do the words
        return tuple(held for word, held in zip(self._encoded, self._held, strict=True) if word in lower)

    def asked(self, line: str, held: Held | None = None) -> int:
        """Return as bits the rules that have to be asked about `line`, which is not blank and has no blank ends.

        Parameters
        ----------
        line
            Without any of the letters `ODD`.
        held
            What `held` says of a text with this line, where that is known.
        """
        first, last = line[0], line[-1]
        asked = self._opens.get(first, 0)
        begin = 0 if first.isalnum() else _MARKS.match(line).end()  # type: ignore[union-attr]
        head = line[begin : begin + _HEAD].lower()
        for start, rules in self._starts.get(head[:2], ()):
            if head.startswith(start):
                asked |= rules
        if head[:1].isdecimal():
            asked |= self._digit
        if last == ".":
            last = line[-2:-1]
        asked |= self._closes.get(last, 0)
        if _ANY_DIGIT.search(line, max(0, len(line) - _NEARLY)):
            asked |= self._dated | self._dated_nearly
        if held is None:
            held = self._held
        if held:
            lower = line.lower()
            for word, rules in held:
                if word in lower:
                    asked |= rules
        return asked


def _by_char(marks: Mapping[str, str], bit: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, chars in marks.items():
        for char in chars:
            found[char] = found.get(char, 0) | bit[name]
    return found
