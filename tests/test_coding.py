"""Coding by hand: the sample, the session, the widget."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import coding, framing, schema
from analysis.coding import drawing
from analysis.errors import InputError, ParameterError
from analysis.framing import Codebook, Frame, Pattern
from analysis.language import Vocabulary, read_document


def made(texts: dict[str, str], book: Codebook | None = None, outlet: str = "X") -> dict[str, pd.DataFrame]:
    vocabulary = Vocabulary()
    documents = [read_document(name, text, vocabulary) for name, text in texts.items()]
    articles = pd.DataFrame({"article_id": list(texts), "outlet": outlet, "text": list(texts.values())})
    sentences = [
        (d.sentence_id(i), d.article_id, i, int(s), int(e), False, "outlet")
        for d in documents
        for i, (s, e) in enumerate(d.sentences)
    ]
    measures = framing.score(documents, [book or framing.load_codebook("generic")], method="dictionary")
    return {"articles": articles, "sentences": schema.frame("sentences", sentences), "measures": measures}


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    text = "They clashed. It rained. Critics slammed the plan. He slept."
    found = made({"a": text, "b": text, "c": text})
    found["articles"]["outlet"] = ["X", "X", "Y"]
    return found


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


def test_stratified_lets_the_frames_of_an_outlet_take_turns() -> None:
    lines = ["They clashed. "] * 8 + ["The plan would cost taxpayers $40 billion. "] + ["It rained. "] * 8
    tables = made({"a": "".join(lines)})
    drawn = coding.sample(tables, n=4)["sentence"].tolist()
    assert "The plan would cost taxpayers $40 billion." in drawn
    assert drawn.count("They clashed.") == 1
    assert drawn.count("It rained.") == 2


def test_uncertainty_draws_from_both_sides_of_the_threshold() -> None:
    book = Codebook("generic", (Frame("conflict", "d", patterns=(Pattern("hit", 1.0), Pattern("push", 0.5))),))
    text = "Hit hit hit. Rain. Push push hit. Push. Hit. Snow."
    tables = made({"a": text}, book)
    drawn = draw_with(book, tables, n=6)
    # Scores: 0.75, 0, 0.67, 0.33, 0.5, 0.
    assert drawn[:2] == ["Hit.", "Push."]
    assert drawn[2:4] == ["Push push hit.", "Hit hit hit."]
    assert set(drawn[4:]) == {"Rain.", "Snow."}


def draw_with(book: Codebook, tables: dict[str, pd.DataFrame], n: int) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "load_codebook", lambda name: book)
        return list(coding.sample(tables, n=n, order="uncertainty")["sentence"])


def test_uncertainty_needs_the_study_of_a_codebook_that_does_not_ship() -> None:
    book = Codebook("mine", (Frame("blame", "d", patterns=(Pattern("hit", 1.0),)),))
    with pytest.raises(ParameterError, match="'mine' does not ship"):
        coding.sample(made({"a": "Hit."}, book), n=1, order="uncertainty")


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


def test_keys_that_come_late_are_not_taken_twice(tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    pytest.importorskip("ipywidgets")
    path = tmp_path / "c.csv"
    box = coding.code(coding.sample(tables, n=3), framing.load_codebook("generic"), coder="ann", path=path)
    keys = box.children[2].children[0]
    # What a browser sends while the kernel works: the whole value, now and then with several new keys.
    for value in ("1", "12n", "12n3", "12n3n"):
        keys.value = value
    codes = coding.read_codes(path)
    assert codes.loc[codes["value"] == 1, "frame"].tolist() == ["conflict", "human interest", "economic consequences"]
    assert box.session.progress == (2, 3)
    keys.value = "12n3"
    keys.value = "12n"
    assert box.session.progress == (2, 3)
    assert not box.session.chosen
    keys.value = ""
    keys.value = "n"
    assert box.session.progress == (3, 3)


def test_compare_gives_coders_and_method(tables: dict[str, pd.DataFrame]) -> None:
    units = [f"{a}:s{i:05d}" for a in "abc" for i in range(4)]
    ann = [int(i % 4 in (0, 2)) for i in range(12)]
    codes = pd.DataFrame([(u, c, "conflict", v) for c in ("ann", "bob") for u, v in zip(units, ann, strict=True)],
                         columns=["unit", "coder", "frame", "value"])  # fmt: skip
    codes.loc[codes.index[-1], "value"] = 1
    found = coding.compare(codes, tables, framing.load_codebook("generic")).set_index("between")
    assert found.index.tolist() == ["coders", "ann and method", "bob and method"]
    # Both "clashed" and "slammed" are conflict to the dictionary, as ann coded them; bob differs in one of twelve.
    assert found.loc["ann and method", "alpha"] == 1.0
    assert found.loc["coders", "alpha"] == pytest.approx(found.loc["bob and method", "alpha"]) != 1.0
    assert found.loc["bob and method", "low"] < found.loc["bob and method", "alpha"]
    alone = coding.compare(codes[codes["coder"] == "ann"], tables, framing.load_codebook("generic"))
    assert alone["between"].tolist() == ["ann and method"]
