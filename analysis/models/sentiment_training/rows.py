"""Mentions of targets in sentences, and the token input that is made of each."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

LABELS = ("negative", "neutral", "positive")
MAX_TOKENS = 112
MAX_TARGET = 16
HOLDOUT_SHARE = 20


@dataclass(frozen=True)
class Mention:
    """One target in one sentence, with what is known of the sentiment toward it.

    Attributes
    ----------
    sentence, start, end
        The sentence, and the target's character span in it.
    label
        The human label, one of `LABELS`, or the empty string where there is none.
    probability
        A teacher's probabilities in the order of `LABELS`, or ``None``.
    """

    sentence: str
    start: int
    end: int
    label: str = ""
    probability: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Encoded:
    """Token ids of one mention and the slice of them that is the target.

    Attributes
    ----------
    ids
        Token ids, at most `MAX_TOKENS`.
    first, last
        The target's tokens are ``ids[first:last]``.
    """

    ids: tuple[int, ...]
    first: int
    last: int


def read_mentions(path: Path) -> list[Mention]:
    """Read mentions from a JSON lines file.

    Parameters
    ----------
    path
        Rows of ``sentence``, ``start``, ``end`` and optionally ``label`` and
        ``probability`` (an object of label and number).

    Returns
    -------
    list of Mention
        In file order.
    """
    mentions = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.strip():
                continue
            row = json.loads(line)
            given = row.get("probability")
            probability = (given["negative"], given["neutral"], given["positive"]) if given else None
            mentions.append(Mention(row["sentence"], row["start"], row["end"], row.get("label", ""), probability))
    return mentions


def write_mentions(path: Path, mentions: Iterable[Mention]) -> None:
    """Write mentions as JSON lines that `read_mentions` reads back.

    Parameters
    ----------
    path
        File to write.
    mentions
        Rows, in order.
    """
    with path.open("w", encoding="utf-8") as out:
        for mention in mentions:
            row: dict[str, object] = {"sentence": mention.sentence, "start": mention.start, "end": mention.end}
            if mention.label:
                row["label"] = mention.label
            if mention.probability is not None:
                row["probability"] = dict(zip(LABELS, mention.probability, strict=True))
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def split_holdout(mentions: Sequence[Mention]) -> tuple[list[Mention], list[Mention]]:
    """Part mentions into those to train on and a held-out twentieth, by sentence.

    The part depends on a hash of the sentence alone, so a sentence with several
    targets never lies on both sides, and every run parts the same way.

    Parameters
    ----------
    mentions
        Labelled mentions.

    Returns
    -------
    tuple of list of Mention
        Training rows, held-out rows.

    Examples
    --------
    >>> train, held = split_holdout([Mention(f"Sentence {n}.", 0, 8) for n in range(400)])
    >>> len(train) + len(held), 5 < len(held) < 40
    (400, True)
    """
    train: list[Mention] = []
    held: list[Mention] = []
    for mention in mentions:
        digest = hashlib.sha256(mention.sentence.encode()).digest()
        (held if int.from_bytes(digest[:4], "big") % HOLDOUT_SHARE == 0 else train).append(mention)
    return train, held


class InputFormat:
    """Turns a mention into ``[CLS] left [unused1] target [unused2] right [SEP]``.

    Parameters
    ----------
    tokenizer_file
        A ``tokenizer.json`` of an uncased WordPiece vocabulary.
    """

    def __init__(self, tokenizer_file: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.opening = self._first_known("[CLS]", "<s>")
        self.closing = self._first_known("[SEP]", "</s>")
        self.padding = self._first_known("<pad>", "[PAD]")
        self.before = self._first_known("[unused1]")
        self.after = self._first_known("[unused2]")

    def _first_known(self, *tokens: str) -> int:
        for token in tokens:
            number = self.tokenizer.token_to_id(token)
            if number is not None:
                return int(number)
        raise ValueError(f"the tokenizer has none of {tokens}; use the tokenizer.json of the base weights")

    def encode(self, mentions: Sequence[Mention]) -> list[Encoded]:
        """Encode mentions.

        The target keeps its first `MAX_TARGET` tokens. Where the whole is longer than
        `MAX_TOKENS`, the words farthest from the target go, the longer side first.

        Parameters
        ----------
        mentions
            Any number of mentions.

        Returns
        -------
        list of Encoded
            In input order.
        """
        parts: list[str] = []
        for m in mentions:
            parts += [m.sentence[: m.start], m.sentence[m.start : m.end], m.sentence[m.end :]]
        ids = [e.ids for e in self.tokenizer.encode_batch(parts, add_special_tokens=False)]
        encoded = []
        for left, target, right in zip(ids[0::3], ids[1::3], ids[2::3], strict=True):
            target = target[:MAX_TARGET]
            room = MAX_TOKENS - 4 - len(target)
            half = room // 2
            keep_right = min(len(right), max(half, room - len(left)))
            keep_left = min(len(left), room - keep_right)
            left = left[len(left) - keep_left :]
            whole = [self.opening, *left, self.before, *target, self.after, *right[:keep_right], self.closing]
            encoded.append(Encoded(tuple(whole), keep_left + 2, keep_left + 2 + len(target)))
        return encoded


@dataclass(frozen=True)
class Batch:
    """Arrays of one batch.

    Attributes
    ----------
    rows
        Positions of the rows in the data set, int64 of shape (n,).
    ids
        Padded token ids, int64 of shape (n, tokens).
    mask
        1.0 where a token is, float32 of shape (n, tokens).
    target
        1.0 where a token of the target is, float32 of shape (n, tokens).
    """

    rows: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    mask: npt.NDArray[np.float32]
    target: npt.NDArray[np.float32]


def collate(encoded: Sequence[Encoded], rows: Sequence[int], *, padding: int) -> Batch:
    """Pad rows to one batch.

    Parameters
    ----------
    encoded
        The data set.
    rows
        Which of it.
    padding
        Id of the padding token.

    Returns
    -------
    Batch
        As wide as its longest row.
    """
    width = max(len(encoded[i].ids) for i in rows)
    ids = np.full((len(rows), width), padding, np.int64)
    mask = np.zeros((len(rows), width), np.float32)
    target = np.zeros((len(rows), width), np.float32)
    for line, i in enumerate(rows):
        row = encoded[i]
        ids[line, : len(row.ids)] = row.ids
        mask[line, : len(row.ids)] = 1.0
        target[line, row.first : max(row.last, row.first + 1)] = 1.0
    return Batch(np.asarray(rows, np.int64), ids, mask, target)


def shuffled_batches(lengths: Sequence[int], *, size: int, rng: random.Random) -> Iterator[list[int]]:
    """Draw batches of rows of like length in random order.

    Rows are shuffled, sorted by length within pools of 24 batches, and the batches
    shuffled again: little padding, and batches that differ from epoch to epoch.

    Parameters
    ----------
    lengths
        Tokens of each row.
    size
        Rows a batch.
    rng
        Source of randomness.

    Yields
    ------
    list of int
        Row numbers.
    """
    order = list(range(len(lengths)))
    rng.shuffle(order)
    batches = []
    for at in range(0, len(order), size * 24):
        pool = sorted(order[at : at + size * 24], key=lambda i: lengths[i])
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    rng.shuffle(batches)
    yield from batches


def sorted_batches(lengths: Sequence[int], *, size: int) -> Iterator[list[int]]:
    """Give all rows in batches by length, for prediction.

    Parameters
    ----------
    lengths
        Tokens of each row.
    size
        Rows a batch.

    Yields
    ------
    list of int
        Row numbers.
    """
    order = sorted(range(len(lengths)), key=lambda i: lengths[i])
    for at in range(0, len(order), size):
        yield order[at : at + size]
