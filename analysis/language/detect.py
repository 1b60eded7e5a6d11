"""Which language a text is in, by its script and its commonest words."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

__all__ = ["detect"]

_REACH = 20_000  # characters looked at
_FEWEST_WORDS = 8
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

# The commonest function words of each language, those shared by several languages included.
_FUNCTION_WORDS = {
    "en": "the of and to in a is that for it was on with as he be at by had are but from or have an "
    "they which one you were all her she there would their we him been has when who will more no if "
    "out so said what up its about than into them can only other",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es "
    "an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum "
    "war haben nur oder aber vor zur bis mehr durch man sein wurde sei",
    "fr": "de la le et les des en un une du que est pour qui dans par plus sur au pas ne se ce il "
    "sont avec son aux cette ses mais comme ou nous être elle leur ont été fait même la qu'il d'un "
    "d'une c'est lors après entre sans très",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero "
    "sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy "
    "años hasta desde está",
    "it": "di e il la che in un per è a del una con non si le da i al dei lo alla della nel come "
    "più o sono ma ha gli anche su delle dal ai se questo stato nella essere tra suo degli alle ci due dopo anni",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele "
    "das à seu sua ou quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos seus foi são",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij nog "
    "uit door over naar ze hij werd wordt heeft hebben kan dit had meer tot was worden geen deze die of",
    "sv": "och i att det som en på är av för med till den har de inte om ett han men var jag från "
    "vid kan när så också efter ska nu vi mot eller ut än sin hade",
    "da": "og i at det er en til af på for med de den der som har ikke et han var jeg om men vi fra "
    "kan så ved også eller efter blev sig skal da være",
    "no": "og i at det er en til av på for med de den som har ikke et han var jeg om men vi fra kan "
    "så ved også eller etter ble seg skal da være å",
    "fi": "ja on ei että se oli mutta hän kun niin ovat myös kuin sen mukaan joka hänen voi ole tai "
    "jo vain sekä mitä ollut sitä nyt jos",
    "pl": "w i na z do się nie to że o jest po a jak za od przez ale ma dla był co tym przy jego "
    "może już są było oraz który lub",
    "tr": "ve bir bu da de için ile olarak daha olan çok gibi sonra kadar ancak ne var en ama o her türk ise olduğunu",
    "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut "
    "bisa ada mereka lebih kata tahun sudah atau saat oleh menjadi",
    "vi": "và của là có trong cho được không với các một người những để đã này về khi từ ra đến năm cũng",
}  # fmt: skip
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {}
for _code, _words in _FUNCTION_WORDS.items():
    for _word in dict.fromkeys(_words.split()):
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _code)
_ASCII = bytes(range(128))
_APART = bytes(byte if byte > 127 or chr(byte).isalpha() or chr(byte) == "'" else 32 for byte in range(256))
_NO_ASCII_LETTER = bytes(byte for byte in range(256) if not (byte < 128 and chr(byte).isalpha()))
_CURLY = "’".encode()
_MARK = b"0"  # stands behind an apostrophe that was a curly one: digits part words, so there are no others
_ASCII_APART = bytes(_MARK[0] if byte == 255 else _APART[byte] if byte < 128 else 32 for byte in range(256))
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_LETTER = re.compile(r"[^\W\d_]")
_FEWEST_SHARE = 0.12
_MARGIN = 1.25


def detect(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`, or `und` where it cannot be told.

    A script that belongs to one language decides by itself (Cyrillic counts as Russian unless letters of Ukrainian
    stand
    in it). Among languages in Latin script the share of function words decides; it must reach 12 % and be a quarter
    larger
    than the next language's.

    Examples
    --------
    >>> detect("The minister said that the deal was not in the interest of the country.")
    'en'
    >>> detect("Der Minister sagte, dass das Geschäft nicht im Interesse des Landes ist.")
    'de'
    >>> detect("14.1 7,000")
    'und'
    """
    sample = text[:_REACH]
    encoded = sample.encode("utf-8", "surrogatepass")
    others = encoded.translate(None, _ASCII).decode("utf-8", "surrogatepass")  # scripts stand beyond ASCII
    about = _about("".join(sorted(set(others))))
    if about.scripted:
        letters = len(encoded.translate(None, _NO_ASCII_LETTER)) + len(_LETTER.findall(others))
        for code, script in _SCRIPTS:
            share = 0.1 if code == "ja" else 0.3
            if len(script.findall(others)) > share * letters:
                return "uk" if code == "ru" and re.search(r"[іїєґІЇЄҐ]", others) else code
    total, counts = _count_words(encoded, about)
    if total < _FEWEST_WORDS:
        return "und"
    scores = dict.fromkeys(_FUNCTION_WORDS, 0)
    for word, times in counts.items():
        for code in _LANGUAGES_OF.get(word, ()):
            scores[code] += times
    hits = sorted(((score, code) for code, score in scores.items()), reverse=True)
    (most, code), (second, _) = hits[0], hits[1]
    if most < _FEWEST_SHARE * total or most < _MARGIN * second:
        return "und"
    return code


class _Others(NamedTuple):
    """What has to be known of the characters beyond ASCII that stand in a text.

    Attributes
    ----------
    apart
        Those, encoded, that part words.
    letters
        Whether any is a letter.
    changed
        Whether lower case changes any of them.
    scripted
        Whether any stands in a script by which a language may be told.
    """

    apart: tuple[bytes, ...]
    letters: bool
    changed: bool
    scripted: bool


@lru_cache(maxsize=4096)  # most texts have the same few: quotation marks and dashes
def _about(chars: str) -> _Others:
    apart = [char for char in chars if char != "’" and _LETTER.match(char) is None]
    scripted = any(script.search(chars) for _, script in _SCRIPTS)
    return _Others(
        tuple(char.encode("utf-8", "surrogatepass") for char in apart),
        _LETTER.search(chars) is not None,
        chars.lower() != chars,
        scripted,
    )


def _count_words(encoded: bytes, others: _Others) -> tuple[int, Counter[str]]:
    """Return how many words a text has, and the counts, in lower case, of at least those that are function words.

    It is split where letters end, which is many times faster than a pattern over it all; what apostrophes join or do
    not join is mended before.
    """
    if others.letters:
        spaced = encoded.translate(_APART)
        for char in others.apart:
            spaced = spaced.replace(char, b" ")
        spaced = spaced.replace(_CURLY, b"'" + _MARK)
    else:
        spaced = encoded.replace(_CURLY, b"'\xff").translate(_ASCII_APART)  # \xff: in no encoded text
    parts = spaced.split(b"'")
    chained = any(b" " not in part for part in parts[1:-1])
    if chained or others.changed:
        lower = b"'".join(parts).replace(b"'" + _MARK, _CURLY).decode("utf-8", "surrogatepass").lower()
        words = [part for word in lower.split() for part in (_WORD.findall(word) if _has_mark(word) else (word,))]
    else:
        words = _mended(parts).lower().decode("utf-8", "surrogatepass").split()
    return len(words), Counter(filter(_LANGUAGES_OF.__contains__, words))


def _has_mark(word: str) -> bool:
    return "'" in word or "’" in word


def _mended(parts: list[bytes]) -> bytes:
    """Join what apostrophes part: with one where it stands between two letters, else with a space."""
    joined = [parts[0]]
    for left, right in pairwise(parts):
        curly = right[:1] == _MARK
        inside = left[-1:].strip() and right[curly : curly + 1].strip()
        joined += (b"'" if inside else b" ", right if inside else right[curly:])
    return b"".join(joined)
