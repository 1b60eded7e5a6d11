"""The sentence encoder: against the original model's cosines, and alone against in company."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import encoder

SENTENCES = [
    'Ishiba called Biden\'s move to block $14.1 billion acquisition as "perplexing".',
    "The prime minister criticised the president's decision to stop the takeover.",
    "Blinken arrived in Tokyo late on Monday from Seoul.",
    "The steelmaker filed two lawsuits to rescue the deal.",
    "A family mourned the victims.",
]
# From the float32 weights, by transformers 5.23 and torch 2.13: (row, column, cosine).
ORIGINAL = [
    (1, 0, 0.3727),
    (2, 0, 0.0568),
    (2, 1, -0.0519),
    (3, 0, 0.2539),
    (3, 1, 0.1724),
    (3, 2, 0.0056),
    (4, 0, -0.0569),
    (4, 1, 0.0159),
    (4, 2, -0.0365),
    (4, 3, 0.0840),
]


@pytest.fixture(autouse=True)
def _forget() -> None:
    encoder._vectors.clear()


@pytest.mark.parametrize(("row", "column", "cosine"), ORIGINAL)
def test_cosines_are_the_original_models(row: int, column: int, cosine: float) -> None:
    vectors = encoder.encode(SENTENCES)
    assert float(vectors[row] @ vectors[column]) == pytest.approx(cosine, abs=0.015)


def test_vectors_are_unit_float32() -> None:
    vectors = encoder.encode(SENTENCES)
    assert vectors.shape == (5, encoder.WIDTH)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-6)


def test_no_texts_give_no_rows() -> None:
    assert encoder.encode([]).shape == (0, encoder.WIDTH)
    assert encoder.encode_tokens([]) == []


def test_a_vector_does_not_depend_on_the_other_texts() -> None:
    texts = [" ".join(sentence.split()[:n]) for sentence in SENTENCES for n in (1, 2, 3, 5, 8)] * 2
    together = encoder.encode(texts)
    for text, vector in zip(texts, together, strict=True):
        encoder._vectors.clear()
        assert np.array_equal(encoder.encode([text])[0], vector)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_any_text_in_any_company(others: list[str], text: str) -> None:
    encoder._vectors.clear()
    alone = encoder.encode([text])[0]
    encoder._vectors.clear()
    assert np.array_equal(encoder.encode([*others, text])[-1], alone)


@pytest.mark.parametrize(
    "text", ["", " ", "\ud800", "x" * 1_000_000, "“" * 1_000_000, "a " * 500_000, "\x00", "日本製鉄"]
)
def test_hostile_text_is_encoded(text: str) -> None:
    vector = encoder.encode([text])[0]
    assert np.isfinite(vector).all()
    assert float(vector @ vector) == pytest.approx(1.0, abs=1e-5)


def test_tokens_carry_their_spans() -> None:
    text = "Iwaya’s Tokyo talks"
    (tokens,) = encoder.encode_tokens([text])
    assert tokens.vectors.shape == (len(tokens.spans), encoder.WIDTH)
    assert text[tokens.spans[-1][0] : tokens.spans[-1][1]] == "talks"
    (nothing,) = encoder.encode_tokens([""])
    assert nothing.vectors.shape == (0, encoder.WIDTH)
    assert nothing.spans.shape == (0, 2)


def test_the_model_is_not_loaded_on_import() -> None:
    code = "import sys, analysis.encoder; sys.exit('onnxruntime' in sys.modules or 'tokenizers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "_KEPT", 3)
    first = encoder.encode(SENTENCES)
    assert len(encoder._vectors) == 3
    assert np.array_equal(encoder.encode(SENTENCES), first)


def test_model_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in encoder._FOLDER.iterdir()) < 25_000_000
