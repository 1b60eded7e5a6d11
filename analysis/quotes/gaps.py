"""What stands between tokens: punctuation that parts them, told for many articles at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Gaps", "read_gaps"]

Mask = NDArray[np.bool_]
Positions = NDArray[np.integer]

_PARTS, _TWICE, _SPACE, _HYPHEN, _COLON, _SEMICOLON, _PAUSE = (1 << k for k in range(7))
_FAR = 4  # what parts two tokens by more characters parts them in any case
_KINDS = np.zeros(0x3000 + 1, dtype=np.uint8)
for _kind, _characters in (
    (_PARTS, ',;:()[]—―–|/"“”«»…!?'),
    (_TWICE, "-.'`"),
    (_SPACE, " "),
    (_HYPHEN, "-"),
    (_COLON, ":"),
    (_SEMICOLON, ";"),
    (_PAUSE, ",;—"),
):
    for _character in _characters:
        _KINDS[ord(_character)] |= _kind


class Gaps(NamedTuple):
    """For each token what stands between it and the next one.

    Attributes
    ----------
    breaks
        Whether punctuation parts them; so it does behind the last token of an article.
    pauses, semicolons, colons
        Whether a comma, a semicolon, a long or a doubled dash stands there, or a semicolon, or a colon; True also where
        the gap is too wide to look.
    """

    breaks: Mask
    pauses: Mask
    semicolons: Mask
    colons: Mask


def read_gaps(
    codes: NDArray[np.uint32],
    starts: Positions,
    ends: Positions,
    spaced: Mask,
    lasts: Positions,
) -> Gaps:
    """Read the gaps behind tokens.

    Parameters
    ----------
    codes
        The characters of all texts, one behind the other.
    starts, ends
        The tokens' bounds in them, shape (n,).
    spaced
        Whether one space and nothing else stands behind a token, shape (n,).
    lasts
        The last token of each text.
    """
    unlike = ~spaced
    unlike[lasts] = False
    odd = np.flatnonzero(unlike)
    left = ends[odd]
    width = starts[odd + 1] - left
    wide = width > _FAR
    parts, twice = wide.copy(), np.zeros(len(odd), dtype=bool)
    held = np.zeros(len(odd), dtype=np.uint8)
    before, before_kind = codes[:0], held
    for k in range(_FAR):
        code = codes.take(left + k, mode="clip")
        kind = _KINDS.take(code, mode="clip")
        kind[k >= width] = 0
        held |= kind
        if k:
            twice |= (kind & _TWICE > 0) & (code == before)
            # A hyphen behind a space, if it does not touch the next word.
            parts |= (kind & _HYPHEN > 0) & (before_kind & _SPACE > 0) & (k + 1 < width)
        before, before_kind = code, kind
    parts |= (held & _PARTS > 0) | twice

    def told(mask: Mask) -> Mask:
        whole = np.zeros(len(spaced), dtype=bool)
        whole[odd] = mask
        whole[lasts] = True
        return whole

    return Gaps(
        told(parts),
        told(wide | twice | (held & _PAUSE > 0)),
        told(wide | (held & _SEMICOLON > 0)),
        told(wide | (held & _COLON > 0)),
    )
