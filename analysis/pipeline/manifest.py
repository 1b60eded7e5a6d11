"""What a run rests on: parameters, versions, models, codebooks, the corpus, and where every article went."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import framing, schema, sentiment, store
from analysis.framing import Codebook
from analysis.pipeline.corpus import Corpus
from analysis.study import Methods, Study

__all__ = ["corpus_fingerprint", "describe", "method_fingerprint"]

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
_CODE = (".py", ".toml", ".json", ".onnx", ".txt", ".gz", ".csv", ".mplstyle", ".css", ".html", ".j2")


def describe(
    study: Study,
    corpus: Corpus,
    tables: Mapping[str, pd.DataFrame],
    *,
    codebooks: tuple[Codebook, ...],
    methods: Methods,
) -> dict[str, Any]:
    """Return the manifest of a measurement; it holds no clock and no path of the machine.

    Parameters
    ----------
    study, corpus, tables
        What was measured, and the result.
    codebooks, methods
        What it was measured with; `methods` are those really used.
    """
    articles = corpus.articles
    included = int(articles["included"].sum())
    return {
        "nutgraf": _version("nutgraf"),
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
            "framing": {"asked": study.methods.framing, "used": _framing_used(tables["measures"])},
            "mask": list(study.mask),
            "minimum_articles_per_outlet": study.minimum_articles_per_outlet,
            "minimum_denominator": study.minimum_denominator,
            "reference": study.reference,
        },
        "method": method_fingerprint(),
        "models": {f"sentiment {methods.sentiment}": sentiment.fingerprint(methods.sentiment), **_model_files()},
        "codebooks": {codebook.name: framing.fingerprint(codebook) for codebook in codebooks},
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}},
        "corpus": corpus_fingerprint(articles),
        "counts": {
            "read": corpus.read,
            "articles": len(articles),
            "included": included,
            "excluded": len(articles) - included,
            "set_aside": len(corpus.set_aside),
            **{name: len(table) for name, table in sorted(tables.items()) if name != "articles"},
        },
        "set_aside": [{"path": s.path, "row": s.row, "reason": s.reason} for s in corpus.set_aside],
        "excluded": [
            {"article_id": row.article_id, "path": row.path, "reason": row.excluded_because}
            for row in articles[~articles["included"]].itertuples(index=False)
        ],
        "dictionary": schema.data_dictionary(),
    }


def corpus_fingerprint(articles: pd.DataFrame) -> str:
    """Return a hash of the ids and raw texts of table `articles`, in its order."""
    parts = zip(articles["article_id"].tolist(), articles["raw"].tolist(), strict=True)
    return store.fingerprint(part for pair in parts for part in pair)


@cache
def method_fingerprint() -> str:
    """Return a hash of the package's code and data, and of the versions of the packages that numbers depend on."""
    root = Path(__file__).parent.parent
    parts: list[str | bytes] = []
    for path in sorted(root.rglob("*")):
        if path.suffix in _CODE and path.is_file() and "__pycache__" not in path.parts:
            parts.append(path.relative_to(root).as_posix())
            parts.append(hashlib.sha256(path.read_bytes()).digest())
    parts.extend(f"{name}=={_version(name)}" for name in _PACKAGES)
    return store.fingerprint(parts)


def _study_parts(study: Study) -> list[bytes]:
    return [path.read_bytes() for path in (study.path, study.sources) if path is not None]


def _framing_used(measures: pd.DataFrame) -> dict[str, str]:
    rows = measures[(measures["unit"] == "article") & (measures["measure"] == "frame_score")]
    return dict(sorted(zip(rows["label"].tolist(), rows["method"].tolist(), strict=True)))


def _model_files() -> dict[str, str]:
    folder = Path(__file__).parent.parent / "models" / "encoder"
    return {f"encoder {p.name}": hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.glob("*.onnx"))}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
