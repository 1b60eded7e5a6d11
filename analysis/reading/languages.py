"""Names of languages, as exports write them, to ISO 639-1 codes."""

from __future__ import annotations

__all__ = ["language_code"]

_NAMES = """
ar arabic ara; bg bulgarian bul; bn bengali ben; ca catalan cat; cs czech ces cze; da danish dan; de german deu ger
deutsch; el greek ell gre; en english eng; es spanish spa español; et estonian est; fa persian fas farsi; fi
finnish fin; fr french fra fre français; he hebrew heb; hi hindi hin; hr croatian hrv; hu hungarian hun; id
indonesian ind; is icelandic isl; it italian ita italiano; ja japanese jpn; ko korean kor; lt lithuanian lit; lv
latvian lav; ms malay msa; nl dutch nld dut; no norwegian nor; pl polish pol; pt portuguese por português; ro
romanian ron rum; ru russian rus; sk slovak slk; sl slovenian slv; sq albanian sqi; sr serbian srp; sv swedish swe;
th thai tha; tr turkish tur; uk ukrainian ukr; ur urdu urd; vi vietnamese vie; zh chinese zho chi
"""
_CODES = {name: words[0] for line in _NAMES.split(";") if (words := line.split()) for name in words}
_UNKNOWN = {"unknown", "none", "n/a", "na", "nan", "null", "und", "undetermined", "other"}


def language_code(name: str) -> str:
    """Return the ISO 639-1 code of a language given by its name, its code or a locale.

    A name that is not listed here comes back as it is, one that says that nothing is known as the empty string.

    Examples
    --------
    >>> language_code("ENGLISH"), language_code("en-US"), language_code("eng"), language_code("Klingon")
    ('en', 'en', 'en', 'Klingon')
    """
    name = name.strip()
    key = name.lower()
    words = key.replace("_", "-").replace(";", " ").split("-")[0].split()
    if key in _UNKNOWN:
        return ""
    return _CODES.get(key) or (_CODES.get(words[0]) if words else "") or name
