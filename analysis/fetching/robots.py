"""robots.txt as RFC 9309 reads it: merged groups, the longest match, ``*`` and ``$``.

`urllib.robotparser` knows neither of the two signs and takes the first rule instead of the longest, so it would ask
for pages that a host has closed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

__all__ = ["ALLOW_ALL", "DISALLOW_ALL", "Rules", "read_robots"]

_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#]*)")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host lets us ask for.

    Attributes
    ----------
    lines
        Path patterns and whether each allows, the longest first; of equal ones those that allow first.
    delay
        Seconds that the host asks for between two requests; 0 where it does not.
    """

    lines: tuple[tuple[str, bool], ...] = ()
    delay: float = 0.0

    def allows(self, url: str) -> bool:
        """Tell whether `url`, an address of this host, may be asked for."""
        parts = urlsplit(url)
        path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        return next((allowed for pattern, allowed in self.lines if _matches(pattern, path)), True)


ALLOW_ALL = Rules()
DISALLOW_ALL = Rules((("/", False),))


def read_robots(text: str, *, product: str) -> Rules:
    r"""Read a robots.txt.

    Parameters
    ----------
    text
        Of any form: lines that are no rules are passed over.
    product
        Our product token; groups for it are merged, and only where there is none those for ``*`` count.

    References
    ----------
    RFC 9309, "Robots Exclusion Protocol" (2022).

    Examples
    --------
    >>> rules = read_robots("User-agent: *\nDisallow: /a\nAllow: /a/b\nCrawl-delay: 2", product="nutgraf")
    >>> [rules.allows(f"http://example.org{path}") for path in ("/", "/a/c", "/a/b/c")], rules.delay
    ([True, False, True], 2.0)
    """
    groups: dict[bool, list[tuple[str, bool]]] = {True: [], False: []}
    delays: dict[bool, float] = {}
    named: set[bool] = set()
    agents: set[bool] = set()
    in_rules = True
    for line in text.lstrip("\ufeff").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        key, value = match[1].lower(), match[2].strip()
        if key == "user-agent":
            if in_rules:
                agents, in_rules = set(), False
            token = re.split(r"[/\s]", value.lower(), maxsplit=1)[0]
            if token in {"*", product.lower()}:
                agents.add(token != "*")
                named.add(token != "*")
        elif key in {"allow", "disallow"}:
            in_rules = True
            for ours in agents:
                if value:
                    groups[ours].append((_normal(value), key == "allow"))
        elif key == "crawl-delay":
            in_rules = True
            for ours in agents:
                delays.setdefault(ours, _seconds(value))
    ours = True in named
    lines = sorted(dict.fromkeys(groups[ours]), key=lambda rule: (-len(rule[0]), not rule[1]))
    return Rules(tuple(lines), delays.get(ours, 0.0))


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 < value < float("inf") else 0.0


def _normal(path: str) -> str:
    """Write every character in the one way of RFC 3986, so that two spellings of a path are the same."""

    def spell(escape: re.Match[str]) -> str:
        char = chr(int(escape[1], 16))
        return char if char in _UNRESERVED else escape[0].upper()

    return quote(_ESCAPE.sub(spell, path), safe="%/?:@!$&'()*+,;=-._~[]", errors="replace")


def _matches(pattern: str, path: str) -> bool:
    anchored = pattern.endswith("$")
    pieces: Sequence[str] = pattern.removesuffix("$").split("*")
    if not path.startswith(pieces[0]):
        return False
    position = len(pieces[0])
    if len(pieces) == 1:
        return not anchored or position == len(path)
    for piece in pieces[1:-1]:
        found = path.find(piece, position)
        if found < 0:
            return False
        position = found + len(piece)
    last = pieces[-1]
    if anchored:
        return len(path) - len(last) >= position and path.endswith(last)
    return path.find(last, position) >= 0
