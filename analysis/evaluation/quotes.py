"""How well quotes and speakers agree with human annotation (PolNeAR: Newell, Margolin & Ruths, LREC 2018).

A predicted quote matches a gold one where their contents share at least half of the characters that either covers, one
to one, best first. It is right where at least half of its source lies in the gold source, or neither has one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.errors import InputError
from analysis.language import Vocabulary, read_document
from analysis.quotes import extract
from analysis.quotes.verbs import NOUNS, OBJECT, VERBS

__all__ = ["evaluate", "predict"]

Spans = Sequence[Sequence[int]]
_MARKS = "\"“”‘’«»„'"
_INNER = re.compile(r"[\"“”«»]|''")
_SUBSETS = ("all", "direct", "mixed", "indirect")


def predict(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield a row for each quote in each text: article_id, content and source as lists of [start, end].

    Parameters
    ----------
    rows
        Each with ``article_id`` and ``text``; texts are taken as they are.

    Examples
    --------
    >>> list(predict([{"article_id": "a", "text": "Ms. Lee said she agrees."}]))
    [{'article_id': 'a', 'content': [[13, 23]], 'source': [[0, 7]]}]
    """
    vocabulary = Vocabulary()
    for row in rows:
        document = read_document(str(row["article_id"]), row["text"], vocabulary)
        for quote in extract(document.text, document.sentences, tokens=document.tokens):
            yield {
                "article_id": row["article_id"],
                "content": [list(span) for span in quote.content],
                "source": [list(span) for span in quote.source],
            }
        if len(vocabulary) > 500_000:
            vocabulary = Vocabulary()


class _Match(NamedTuple):
    """Gold and prediction that belong together (one is None where it has no partner); whether the speaker is right."""

    row: Mapping[str, Any]
    gold: Mapping[str, Any] | None
    predicted: Mapping[str, Any] | None
    right: bool


def evaluate(gold_dir: str | Path, *, part: str = "dev") -> dict[str, pd.DataFrame]:
    """Measure `analysis.quotes.extract` against the human annotation in a folder.

    Parameters
    ----------
    gold_dir
        Folder that holds ``polnear/dev.jsonl`` (or is that folder).
    part
        Name of the file without its ending.

    Returns
    -------
    dict of DataFrame
        ``figures`` by subset (all, direct, mixed, indirect), ``cues`` by type of cue, ``outlets``, and ``errors``: the
        commonest, by kind and cue.

    Raises
    ------
    InputError
        Where the file is missing or not as described.
    """
    rows = _read(Path(gold_dir), part)
    predictions: dict[Any, list[dict[str, Any]]] = {}
    for prediction in predict(rows):
        predictions.setdefault(prediction["article_id"], []).append(prediction)
    matches = [
        match for row in rows for match in _match(row, row["attributions"], predictions.get(row["article_id"], []))
    ]
    return {
        "figures": pd.DataFrame([{"subset": s, **score(rows, predictions, subset=s)} for s in _SUBSETS]),
        "cues": _by_cue(matches),
        "outlets": _by_outlet(matches),
        "errors": _errors(matches),
    }


def _read(folder: Path, part: str) -> list[dict[str, Any]]:
    for path in (folder / "polnear" / f"{part}.jsonl", folder / f"{part}.jsonl"):
        if path.is_file():
            try:
                with path.open(encoding="utf-8") as lines:
                    rows = [json.loads(line) for line in lines if line.strip()]
            except ValueError as error:
                raise InputError(f"{path}: a line is not JSON: {error}") from error
            for number, row in enumerate(rows, 1):
                if not {"article_id", "text", "attributions"} <= set(row):
                    raise InputError(f"{path}:{number}: a row needs article_id, text and attributions")
            return rows
    raise InputError(f"{folder}: no polnear/{part}.jsonl; give the folder with the gold data")


def _merged(spans: Spans) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((a, b) for a, b in spans if a < b):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _size(spans: Sequence[tuple[int, int]]) -> int:
    return sum(end - start for start, end in spans)


def _shared(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> int:
    return sum(max(0, min(b, d) - max(a, c)) for a, b in one for c, d in other)


def _opens_with_mark(text: str, spans: Spans) -> bool:
    start = min(a for a, _ in spans)
    return text[start : start + 1] in _MARKS or (start > 0 and text[start - 1] in _MARKS)


def _subset(text: str, spans: Spans) -> str:
    if _opens_with_mark(text, spans):
        return "direct"
    return "mixed" if any(_INNER.search(text, a, b) for a, b in spans) else "indirect"


def _match(
    row: Mapping[str, Any], golds: Sequence[Mapping[str, Any]], predictions: Sequence[Mapping[str, Any]]
) -> list[_Match]:
    """Pair gold and predicted quotes of one article, best first."""
    gold_spans = [_merged(gold["content"]) for gold in golds]
    spans = [_merged(prediction["content"]) for prediction in predictions]
    pairs: list[tuple[float, int, int]] = []
    for i, a in enumerate(gold_spans):
        for j, b in enumerate(spans):
            shared = _shared(a, b)
            if shared:
                either = _size(a) + _size(b) - shared
                if shared / either >= 0.5:
                    pairs.append((shared / either, i, j))
    of_gold: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(pairs, reverse=True):
        if i not in of_gold and j not in taken:
            of_gold[i] = j
            taken.add(j)
    found = []
    for i, gold in enumerate(golds):
        if i not in of_gold:
            found.append(_Match(row, gold, None, False))
            continue
        prediction = predictions[of_gold[i]]
        source, named_as = _merged(gold["source"]), _merged(prediction.get("source") or [])
        named = _shared(source, named_as) >= 0.5 * _size(named_as) > 0
        found.append(_Match(row, gold, prediction, named or not (source or named_as)))
    found.extend(_Match(row, None, prediction, False) for j, prediction in enumerate(predictions) if j not in taken)
    return found


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def score(
    rows: Sequence[Mapping[str, Any]], predictions: Mapping[Any, Sequence[Mapping[str, Any]]], *, subset: str = "all"
) -> dict[str, Any]:
    """Return the figures of one subset: content precision, recall and F1, speaker accuracy, joint F1, and the counts.

    Parameters
    ----------
    rows
        Gold rows: article_id, text, attributions.
    predictions
        By article id.
    subset
        ``all``, or by what the content is: ``direct`` opens with a quotation mark (or stands right behind one),
        ``mixed`` holds one, ``indirect`` has none.
    """
    matched = joint = named = sourced = n_gold = n_predicted = 0
    for row in rows:
        text = row["text"]
        golds = [g for g in row["attributions"] if subset == "all" or _subset(text, g["content"]) == subset]
        found = [
            p
            for p in predictions.get(row["article_id"], [])
            if p["content"] and (subset == "all" or _subset(text, p["content"]) == subset)
        ]
        n_gold, n_predicted = n_gold + len(golds), n_predicted + len(found)
        for match in _match(row, golds, found):
            if match.gold is not None and match.predicted is not None:
                has_source = bool(_merged(match.gold["source"]))
                matched += 1
                sourced += has_source
                named += has_source and match.right
                joint += match.right
    return {
        "content_precision": _ratio(matched, n_predicted),
        "content_recall": _ratio(matched, n_gold),
        "content_f1": _ratio(2 * matched, n_predicted + n_gold),
        "speaker_accuracy": _ratio(named, sourced),
        "joint_f1": _ratio(2 * joint, n_predicted + n_gold),
        "gold": n_gold,
        "predicted": n_predicted,
    }


def _cue_type(text: str, spans: Spans) -> str:
    """Return what kind of cue a gold annotation has."""
    cue = " ".join(text[a:b] for a, b in spans).lower()
    words = re.findall(r"[a-z]+", cue)
    if not words:
        return "punctuation" if cue.strip() else "none"
    if "according" in words:
        return "according to"
    verbs = [VERBS[word] for word in words if word in VERBS]
    if any(verb.lemma == "say" for verb in verbs):
        return "say"
    if any(verb.lemma in ("tell", "ask") for verb in verbs):
        return "tell, ask"
    if any(not verb.takes & OBJECT for verb in verbs):
        return "other reporting verb"
    if verbs:
        return "verb with an object"
    return "noun" if any(word in NOUNS for word in words) else "other words"


def _recall(matches: Sequence[_Match], of: Sequence[str], name: str) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            name: list(of),
            "gold": [m.gold is not None for m in matches],
            "found": [m.gold is not None and m.predicted is not None for m in matches],
            "predicted": [m.predicted is not None for m in matches],
            "right": [m.right for m in matches],
        }
    )
    counted = table.groupby(name, sort=True)[["gold", "predicted", "found", "right"]].sum().reset_index()
    counted["recall"] = counted["found"] / counted["gold"].where(counted["gold"] > 0, np.nan)
    counted["joint_recall"] = counted["right"] / counted["gold"].where(counted["gold"] > 0, np.nan)
    return counted


def _by_cue(matches: Sequence[_Match]) -> pd.DataFrame:
    golds = [m for m in matches if m.gold is not None]
    table = _recall(golds, [_cue_type(m.row["text"], m.gold["cue"]) for m in golds if m.gold is not None], "cue")
    return table.drop(columns="predicted").sort_values(["gold", "cue"], ascending=[False, True], ignore_index=True)


def _by_outlet(matches: Sequence[_Match]) -> pd.DataFrame:
    table = _recall(matches, [str(m.row.get("outlet", "")) for m in matches], "outlet")
    both = (table["gold"] + table["predicted"]).astype("float64")
    table["content_f1"] = 2 * table["found"] / both
    table["joint_f1"] = 2 * table["right"] / both
    return table.drop(columns=["joint_recall"])


def _errors(matches: Sequence[_Match], most: int = 40) -> pd.DataFrame:
    """Count errors by what went wrong and the cue's words, commonest first."""
    counts: Counter[tuple[str, str, str]] = Counter()
    by_row: dict[int, list[_Match]] = {}
    for match in matches:
        by_row.setdefault(id(match.row), []).append(match)
    for group in by_row.values():
        spare = [_merged(m.predicted["content"]) for m in group if m.gold is None and m.predicted is not None]
        for match in group:
            if match.right or match.gold is None:
                continue
            text = match.row["text"]
            content = _merged(match.gold["content"])
            if match.predicted is not None:
                has, given = bool(match.gold["source"]), bool(match.predicted["source"])
                wrong = (
                    "speaker wrong" if has and given else "speaker not found" if has else "speaker where none is marked"
                )
            else:
                wrong = "other bounds" if any(_shared(content, other) for other in spare) else "not found"
            cue = " ".join(" ".join(text[a:b].split()) for a, b in match.gold.get("cue", [])).lower()
            counts[(wrong, _subset(text, match.gold["content"]), cue[:40])] += 1
        counts[("found where none is marked", "", "")] += len(spare)
    rows = [(*key, n) for key, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most] if n]
    return pd.DataFrame(rows, columns=["error", "subset", "cue", "count"])
