"""Web addresses: made absolute and tidy, told apart, and matched with patterns."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit, urlunsplit

from analysis import store

__all__ = ["authority", "identity", "is_number", "is_public", "matches", "tidy"]

_TRACKING = re.compile(
    r"(?:utm_\w+|at_(?:medium|campaign|custom\d|link_\w+|bbc_team|ptr_name|format|link)|fbclid|gclid|dclid|msclkid|"
    r"mc_[ce]id|igshid|ftag|cmpid|ocid|smid|smtyp|partner=rss\w*|wt\.(?:mc|rss)\w*)(?:=.*)?",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_BREAKS = re.compile(r"[\t\r\n]+")
_LONGEST = 4000


def tidy(url: str, base: str = "") -> str:
    """Return `url` absolute and without fragment, password, default port and tracking parameters.

    Parameters
    ----------
    url
        As written.
    base
        The address that a relative one starts from.

    Returns
    -------
    str
        Empty where it is no http or https address.

    Examples
    --------
    >>> tidy("/news/a?id=3&utm_source=rss#top", "HTTP://Example.org:80/feed")
    'http://example.org/news/a?id=3'
    >>> tidy("file:///etc/passwd"), tidy("javascript:void(0)"), tidy("http://[broken/")
    ('', '', '')
    """
    url = _BREAKS.sub("", url.strip())
    if len(url) > _LONGEST:
        return ""
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    place = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    query = "&".join(part for part in parts.query.split("&") if part and not _TRACKING.fullmatch(part))
    return _NOT_IN_ADDRESSES.sub("%20", urlunsplit((scheme, place, parts.path or "/", query, "")))


def identity(url: str) -> str:
    """Return 16 hexadecimal digits that stand for a tidy address; http and https are the same.

    Examples
    --------
    >>> identity("http://example.org/a") == identity("https://example.org/a")
    True
    """
    return store.fingerprint((url.partition("://")[2],))


def authority(url: str) -> str:
    """Return host and port of a tidy address: who is asked.

    Examples
    --------
    >>> authority("https://example.org/a"), authority("http://example.org:8080/a")
    ('example.org', 'example.org:8080')
    """
    return urlsplit(url).netloc


def matches(url: str, patterns: Sequence[str]) -> bool:
    """Tell whether an address contains one of `patterns`, where ``*`` stands for any characters; none: always.

    Examples
    --------
    >>> matches("https://example.org/2025/01/steel", ["/2025/*steel"]), matches("https://example.org/", ["/news/"])
    (True, False)
    """
    if not patterns:
        return True
    text = url.lower()
    return any(_contains(text, pattern.lower().split("*")) for pattern in patterns)


def _contains(text: str, pieces: Sequence[str]) -> bool:
    position = 0
    for piece in pieces:
        found = text.find(piece, position)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def is_number(host: str) -> bool:
    """Tell whether a host is written as an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(number: str) -> bool:
    """Tell whether an IP address is one of the public network, also where it wraps another one.

    Examples
    --------
    >>> [is_public(n) for n in ("93.184.215.14", "127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1")]
    [True, False, False, False, False, False]
    """
    try:
        ip = ipaddress.ip_address(number)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if any(address is not None and not is_public(str(address)) for address in inner):
            return False
        if ip.ipv4_mapped:
            return True
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
