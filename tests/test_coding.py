"""Coding by hand: the sample, the session, the widget."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import coding, framing, schema
from analysis.errors import InputError, ParameterError
from analysis.language import Vocabulary, read_document


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    text = "They clashed. It rained. Critics slammed the plan. He slept."
    vocabulary = Vocabulary()
    documents = [read_document(name, text, vocabulary) for name in ("a", "b", "c")]
    articles = pd.DataFrame({"article_id": ["a", "b", "c"], "outlet": ["X", "X", "Y"], "text": text})
    sentences = [
        (d.sentence_id(i), d.article_id, i, int(s), int(e), False, "outlet")
        for d in documents
        for i, (s, e) in enumerate(d.sentences)
    ]
    measures = framing.score(documents, [framing.load_codebook("generic")], method="dictionary")
    return {"articles": articles, "sentences": schema.frame("sentences", sentences), "measures": measures}


def test_stratified_takes_turns(tables: dict[str, pd.DataFrame]) -> None:
    drawn = coding.sample(tables, n=4)
    assert sorted(drawn["outlet"]) == ["X", "X", "Y", "Y"]
    assert drawn.equals(coding.sample(tables, n=4))
    assert len(coding.sample(tables, n=99)) == 12
    first = coding.sample(tables, n=99).set_index("sentence_id").loc["a:s00001"]
    assert first[["before", "sentence", "after"]].tolist() == [
        "They clashed.",
        "It rained.",
        "Critics slammed the plan.",
    ]


def test_uncertainty_comes_first(tables: dict[str, pd.DataFrame]) -> None:
    drawn = coding.sample(tables, n=6, order="uncertainty")
    assert set(drawn["sentence"]) == {"They clashed.", "Critics slammed the plan."}


def test_bad_calls(tables: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ParameterError, match="order"):
        coding.sample(tables, n=1, order="magic")
    with pytest.raises(ParameterError, match="at least one"):
        coding.sample(tables, n=0)


def test_session_saves_each_resumes_and_keeps_coders_apart(tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    book = framing.load_codebook("generic")
    rows, path = coding.sample(tables, n=3), tmp_path / "codes.csv"
    session = coding.Session(rows, book, coder="ann", path=path)
    session.press("1")
    session.press("3")
    session.press("3")
    session.press("Enter")
    codes = coding.read_codes(path)
    assert codes.loc[codes["value"] == 1, "frame"].tolist() == ["conflict"]
    assert len(codes) == 6
    resumed = coding.Session(rows, book, coder="ann", path=path)
    assert resumed.progress == (1, 3)
    assert resumed.current is not None
    assert resumed.current["sentence_id"] == rows["sentence_id"][1]
    assert coding.Session(rows, book, coder="bob", path=path).progress == (0, 3)
    session.press("u")
    session.press("n")
    assert coding.read_codes(path)["value"].sum() == 0


def test_read_codes_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text("unit,coder,frame,value\na,b,c,yes\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"codes.csv:2: value"):
        coding.read_codes(path)


def test_widget_escapes_and_saves(tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    pytest.importorskip("ipywidgets")
    rows = coding.sample(tables, n=2)
    rows.loc[0, "sentence"] = "<script>x</script>"
    box = coding.code(rows, framing.load_codebook("generic"), coder="ann", path=tmp_path / "c.csv")
    assert "<script>" not in box.children[0].value
    box.children[2].children[0].value = "1n"
    assert coding.read_codes(tmp_path / "c.csv")["value"].sum() == 1
    assert "1 of 2" in box.children[0].value
