"""Reasons to suspect that a text is a machine translation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from analysis.provenance.offices import Cues
from analysis.study import Study

__all__ = ["translated"]

_NAME = r"[^\W\d_a-z][\w'’-]+"
_STEMS = ("inister", "ecretary", "resident", "hancellor", "eneral", "mbassador", "pokes")
_TITLED = re.compile(
    rf"\b(?P<title>[Mm]inister|[Ss]ecretary(?: of [Ss]tate| of [Dd]efen[sc]e)?|"
    rf"[Pp]resident|[Cc]hancellor|[Gg]eneral|[Aa]mbassador|[Ss]pokes(?:man|woman|"
    rf"person))\s+(?P<given>{_NAME})\s+(?P<surname>{_NAME})"
)
_PARAGRAPH = re.compile(r"[^\n\r]+")
_FEWEST_KINDS = 2


def translated(text: str, study: Study, *, cues: Cues | None = None) -> tuple[str, ...]:
    r"""Return the reasons to suspect that `text` is a machine translation; empty where there is no suspicion.

    Three kinds of evidence count, and two of them must be there: a holder of an office under several names, a first
    name
    that is not that of the office-holder the study knows, and paragraphs whose quotation marks do not balance.

    Examples
    --------
    >>> from pathlib import Path
    >>> study = Study(Path("study.toml"), "", "", ())
    >>> text = "Minister Toshi Motegi met Minister Toshi Mogi.\nI hope so,” he said.\nA good day,” she said."
    >>> for reason in translated(text, study):
    ...     print(reason)
    one office-holder under several names: Toshi Mogi, Toshi Motegi
    quotation marks unbalanced in 2 paragraphs
    """
    several = _several_names(text, study)
    wrong = _wrong_first_names(text, cues or Cues(study))
    if not several and not wrong:
        return ()  # whatever the quotation marks say
    unbalanced = _unbalanced(text)
    reasons = []
    if several:
        reasons.append(f"one office-holder under several names: {', '.join(several)}")
    if wrong:
        reasons.append(f"first name not the office-holder's: {', '.join(wrong)}")
    if unbalanced >= 2:
        reasons.append(f"quotation marks unbalanced in {unbalanced} paragraphs")
    return tuple(reasons) if len(reasons) >= _FEWEST_KINDS else ()


def _several_names(text: str, study: Study) -> list[str]:
    """Full names with one title and one given name but different surnames, or that a study gives to one actor."""
    surnames: dict[tuple[str, str], dict[str, None]] = {}
    for match in _titled(text):
        title = match["title"].split()[-1].lower()
        surnames.setdefault((title, _bare(match["given"])), {})[_bare(match["surname"])] = None
    found = {f"{given} {name}" for (_, given), group in surnames.items() if _spelled_alike(group) for name in group}
    for actor in study.actors:
        known = {word.casefold() for word in actor.name.split()}
        forms = {
            alias
            for alias in actor.aliases
            if len(alias.split()) == 2 and all(word[:1].isupper() for word in alias.split()) and alias in text
        }
        strange = {form for form in forms if not known & {word.casefold() for word in form.split()}}
        if strange and (len(forms) > 1 or actor.name in text):
            found |= forms
    return sorted(found)


def _titled(text: str) -> list[re.Match[str]]:
    """Full names behind a title, looked for where the letters of a title stand; of two titles in a row the last."""
    found: dict[int, re.Match[str]] = {}
    for stem in _STEMS:
        place = text.find(stem, 1)
        while place >= 0:
            match = _TITLED.match(text, place - 1)
            if match is not None:
                found[match.start()] = match
            place = text.find(stem, place + len(stem))
    kept: list[re.Match[str]] = []
    for start in sorted(found):
        match = found[start]
        if match.start("given") in found or match.start("surname") in found:
            continue
        if not kept or kept[-1].end() <= start:
            kept.append(match)
    return kept


def _wrong_first_names(text: str, cues: Cues) -> list[str]:
    """`Secretary of State John Blinken` where the only Blinken of that office is Antony."""
    known: dict[str, list[tuple[str, set[str]]]] = {}
    for actor in cues.study.actors:
        words = {word.casefold().strip(".") for name in (actor.name, *actor.aliases) for word in name.split()}
        parts = [word for word in actor.name.split() if len(word) > 2]
        if actor.kind == "person" and len(parts) == 2:
            known.setdefault(parts[-1].casefold(), []).append((actor.name, words))
    found: dict[str, None] = {}
    for match in cues.titled(text):
        holders = cues.holders(match["title"])
        names = [_bare(word) for word in match["names"].split()]
        for given, surname in pairwise(names):
            first_names = [words for actor, words in known.get(surname.casefold(), ()) if actor in holders]
            if len(given) > 2 and first_names and not any(_short_for(given, words) for words in first_names):
                found[f"{given} {surname}"] = None
    return list(found)


def _short_for(given: str, words: set[str]) -> bool:
    low = given.casefold()
    return low in words or any(low[:2] == word[:2] or low[:3] in word for word in words)


def _spelled_alike(surnames: Iterable[str]) -> bool:
    """Whether two of the surnames begin with the same two letters: `Motegi` and `Mogi`, not two men called Michael."""
    heads = [surname[:2] for surname in surnames]
    return len(set(heads)) < len(heads)


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


def _unbalanced(text: str) -> int:
    """Paragraphs with a quotation mark that is not closed, or closed and not opened.

    A paragraph left open is right where the next one opens with a quotation mark: the quote goes on.
    """
    paragraphs = [match[0].strip() for match in _PARAGRAPH.finditer(text)]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    count = 0
    for index, paragraph in enumerate(paragraphs):
        opened, closed, straight = paragraph.count("“"), paragraph.count("”"), paragraph.count('"')
        goes_on = index + 1 < len(paragraphs) and paragraphs[index + 1][0] in '“"'
        if opened + closed and straight % 2 == 0:
            wrong = opened != closed and not (opened == closed + 1 and goes_on)
        else:
            wrong = (opened + closed + straight) % 2 == 1 and not goes_on
        count += wrong
    return count
