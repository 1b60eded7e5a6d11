"""What a run rests on: parameters, versions, models, codebooks, the corpus, and where every article went."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import framing, schema, sentiment, store
from analysis.framing import Codebook
from analysis.pipeline.versions import code_of, package_version
from analysis.reading import SetAside
from analysis.study import Methods, Study

__all__ = [
    "LISTED",
    "Account",
    "added",
    "corpus_fingerprint",
    "corpus_sum",
    "describe",
    "framing_used",
    "method_fingerprint",
]

_PACKAGES = (
    "numpy",
    "pandas",
    "pyarrow",
    "textstat",
    "onnxruntime",
    "tokenizers",
    "scikit-learn",
    "matplotlib",
    "papermill",
)
_MODULUS = 1 << 128

LISTED = 1000
"""Articles that the manifest names of those set aside or left out, at most; it counts them all."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where every article went.

    Attributes
    ----------
    read, articles, included
        Articles and other records read; articles measured; those that take part in comparisons.
    set_aside, excluded
        What was set aside, and the articles left out of comparisons (id, path, reason): the first `LISTED` of each.
    set_aside_count
        How many were set aside.
    rows
        Rows of each table.
    corpus
        As `corpus_fingerprint` returns it.
    framing
        The method by which each frame was found.
    """

    read: int
    articles: int
    included: int
    set_aside: tuple[SetAside, ...]
    set_aside_count: int
    excluded: tuple[tuple[str, str, str], ...]
    rows: Mapping[str, int]
    corpus: str
    framing: Mapping[str, str]

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame], set_aside: Sequence[SetAside]) -> Account:
        """Return the account of a measurement whose tables are at hand."""
        articles = tables["articles"]
        out = articles[~articles["included"]]
        listed = out[["article_id", "path", "excluded_because"]].iloc[:LISTED].itertuples(index=False, name=None)
        return cls(
            read=len(articles) + len(set_aside),
            articles=len(articles),
            included=len(articles) - len(out),
            set_aside=tuple(set_aside[:LISTED]),
            set_aside_count=len(set_aside),
            excluded=tuple(listed),
            rows={name: len(table) for name, table in sorted(tables.items()) if name in schema.TABLES},
            corpus=corpus_fingerprint(articles),
            framing=framing_used(tables["measures"]),
        )


def describe(study: Study, account: Account, *, codebooks: tuple[Codebook, ...], methods: Methods) -> dict[str, Any]:
    """Return the manifest of a measurement; it holds no clock and no path of the machine.

    Parameters
    ----------
    study, account
        What was measured, and where every article went.
    codebooks, methods
        What it was measured with; `methods` are those really used.
    """
    rows = {name: count for name, count in sorted(account.rows.items()) if name != "articles"}
    return {
        "nutgraf": package_version("nutgraf"),
        "study": {
            "title": study.title,
            "slug": study.slug,
            "file": study.path.name,
            "fingerprint": store.fingerprint(_study_parts(study)),
            "selection": study.selection,
            "window": [day.isoformat() for day in study.window] if study.window else None,
        },
        "parameters": {
            "sentiment": {"asked": study.methods.sentiment, "used": methods.sentiment},
            "framing": {"asked": study.methods.framing, "used": dict(sorted(account.framing.items()))},
            "mask": list(study.mask),
            "minimum_articles_per_outlet": study.minimum_articles_per_outlet,
            "minimum_denominator": study.minimum_denominator,
            "reference": study.reference,
        },
        "method": method_fingerprint(),
        "models": {f"sentiment {methods.sentiment}": sentiment.fingerprint(methods.sentiment), **_model_files()},
        "codebooks": {codebook.name: framing.fingerprint(codebook) for codebook in codebooks},
        "versions": {"python": platform.python_version(), **{name: package_version(name) for name in _PACKAGES}},
        "corpus": account.corpus,
        "counts": {
            "read": account.read,
            "articles": account.articles,
            "included": account.included,
            "excluded": account.articles - account.included,
            "set_aside": account.set_aside_count,
            **rows,
        },
        "set_aside": [{"path": s.path, "row": s.row, "reason": s.reason} for s in account.set_aside],
        "excluded": [{"article_id": i, "path": path, "reason": reason} for i, path, reason in account.excluded],
        "dictionary": schema.data_dictionary(),
    }


def corpus_sum(articles: pd.DataFrame) -> str:
    """Return the sum, modulo 2**128, of a hash of each article's id and raw text: 32 hexadecimal digits.

    It does not depend on the order of the articles, and the sums of the parts of a corpus add up to that of the whole.
    """
    total = 0
    for article_id, raw in zip(articles["article_id"].tolist(), articles["raw"].tolist(), strict=True):
        both = f"{len(article_id)}:{article_id}{raw}".encode("utf-8", "surrogatepass")
        total += int.from_bytes(hashlib.sha256(both).digest()[:16], "big")
    return f"{total % _MODULUS:032x}"


def added(sums: Iterable[str]) -> str:
    """Return what `corpus_sum` gives for articles of several parts, from what it gives for each.

    Examples
    --------
    >>> added(["0" * 31 + "f", "0" * 31 + "1"]).lstrip("0")
    '10'
    """
    return f"{sum(int(part, 16) for part in sums) % _MODULUS:032x}"


def corpus_fingerprint(articles: pd.DataFrame) -> str:
    """Return a hash of the ids and raw texts of table `articles`, in whatever order."""
    return store.fingerprint([corpus_sum(articles)])


def framing_used(measures: pd.DataFrame) -> dict[str, str]:
    """Return the method by which each frame was found in articles."""
    rows = measures[(measures["unit"] == "article") & (measures["measure"] == "frame_score")]
    first = rows.drop_duplicates("label")
    return dict(sorted(zip(first["label"].tolist(), first["method"].tolist(), strict=True)))


@cache
def method_fingerprint() -> str:
    """Return a hash of the package's code and data, and of the versions of the packages that numbers depend on."""
    return store.fingerprint([code_of(""), *(f"{name}=={package_version(name)}" for name in _PACKAGES)])


def _study_parts(study: Study) -> list[bytes]:
    return [path.read_bytes() for path in (study.path, study.sources) if path is not None]


def _model_files() -> dict[str, str]:
    folder = Path(__file__).parent.parent / "models" / "encoder"
    return {f"encoder {p.name}": hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.glob("*.onnx"))}
