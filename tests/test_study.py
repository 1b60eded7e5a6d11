"""The study file: what it may say, and errors that name file, line and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analysis.errors import StudyError
from analysis.study import read_study
from analysis.study.lines import locate

MINIMAL = '[study]\ntitle = "T"\nslug = "t"\n'


def write(folder: Path, text: str, name: str = "study.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_the_seed_study_reads(seeds: Path) -> None:
    study = read_study(seeds)
    assert study.window == (date(2025, 1, 1), date(2025, 1, 31))
    assert study.actor("Takeshi Iwaya").side == "Japan"
    assert study.actor("Lloyd Austin").offices[0].end == date(2025, 1, 20)
    assert [c.article_id for c in study.corrections.values()] == ["000", "001", "002", "003", "004"]
    assert {path for path, c in study.corrections.items() if c.values} == {
        "000_39e82dbfb20658a7.txt",
        "002_d41e16ec7ad4b4ff.txt",
    }
    assert all(c.reasons[""] for c in study.corrections.values() if c.values)


def test_a_minimal_study_has_the_designs_defaults(tmp_path: Path) -> None:
    study = read_study(write(tmp_path, MINIMAL))
    assert (study.minimum_articles_per_outlet, study.minimum_denominator) == (5, 20)
    assert (study.methods.sentiment, study.methods.framing) == ("model", "fitted")
    assert study.corpus == (tmp_path / ".",)
    assert study.window is None


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ("[study]\nslug = 't'\n", 1, "study.title", "missing or empty"),
        (MINIMAL + "titel = 'x'\n", 4, "study.titel", "did you mean title?"),
        (MINIMAL + "window = ['2025-01-31', '2025-01-01']\n", 4, "study.window", "before it begins"),
        (MINIMAL + "window = ['2025-13-01', '2025-01-01']\n", 4, "study.window", "is no date"),
        (MINIMAL + "window = ['2025-01-01']\n", 4, "study.window", "first and a last"),
        (MINIMAL + "minimum_denominator = '20'\n", 4, "study.minimum_denominator", "whole number"),
        (MINIMAL + "minimum_denominator = true\n", 4, "study.minimum_denominator", "whole number"),
        (MINIMAL + "minimum_denominator = 0\n", 4, "study.minimum_denominator", "1 or more"),
        (MINIMAL + "corpus = 'nowhere'\n", 4, "study.corpus", "does not exist"),
        (MINIMAL + "sources = 'nowhere.toml'\n", 4, "study.sources", "does not exist"),
        (MINIMAL + "codebooks = ['nonesuch']\n", 4, "study.codebooks", "neither a shipped codebook"),
        (MINIMAL + "reference = 'B'\n[[outlet]]\nname = 'A'\n", 4, "study.reference", "not the name"),
        (MINIMAL + "[study.methods]\nsentiment = 'vibes'\n", 5, "study.methods.sentiment", "not one of model, lexicon"),
        (MINIMAL + "[study.columns]\ntex = 'body'\n", 5, "study.columns.tex", "did you mean text?"),
        (MINIMAL + "[[target]]\nname = 'a'\n[[target]]\nname = 'a'\n", 7, "target.name", "defined twice"),
        (MINIMAL + "[[target]]\nname = 'a'\naliases = ['* deal']\n", 6, "target.aliases", "begin and end with a word"),
        (MINIMAL + "[[target]]\nname = 'a'\nalias = ['deal']\n", 6, "target.alias", "did you mean aliases?"),
        (MINIMAL + "[[actor]]\nname = 'a'\npronoun = 'xe'\n", 6, "actor.pronoun", "not one of"),
        (
            MINIMAL + "[[actor]]\nname = 'a'\noffices = [{ title = 't', from = 'x' }]\n",
            6,
            "actor.offices.from",
            "no date",
        ),
        (MINIMAL + "[[milestone]]\nlabel = 'x'\n", 4, "milestone.date", "is missing"),
        (MINIMAL + "[[feed]]\nurl = 'ftp://x'\n", 5, "feed.url", "no http or https address"),
        (MINIMAL + "[study]\n", 4, "", "not valid TOML"),
        ("title = 1", None, "", "unknown key"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_key(
    tmp_path: Path, text: str, line: int | None, key: str, message: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(StudyError, match=message.replace("?", r"\?")) as caught:
        read_study(path)
    if line is not None:
        assert (caught.value.line, caught.value.key or "") == (line, key)
        assert str(caught.value).startswith(f"{path}:{line}: ")
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_file_that_is_not_utf8_are_named(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no such file"):
        read_study(tmp_path / "none.toml")
    path = tmp_path / "study.toml"
    path.write_bytes(b"[study]\ntitle = '\xff'\n")
    with pytest.raises(StudyError, match="not UTF-8") as caught:
        read_study(path)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("outlet = 'A'\nreason = 'r'", "missing or empty"),
        ("path = 'a'\nurl = 'http://a'", "not both"),
        ("path = 'a'\noutlet = 'A'", "without a reason"),
        ("path = 'a'\npublished = 'soon'\nreason = 'r'", "is no date"),
        ("path = 'a'\nframes = { conflict = 'yes' }", "true or false"),
    ],
)
def test_a_wrong_correction_is_refused(tmp_path: Path, entry: str, message: str) -> None:
    write(tmp_path, "[[article]]\n" + entry, "sources.toml")
    with pytest.raises(StudyError, match=message):
        read_study(write(tmp_path, MINIMAL + "sources = 'sources.toml'\n"))


def test_corrections_keep_values_reasons_and_speakers(tmp_path: Path) -> None:
    write(
        tmp_path,
        "[[article]]\npath = 'a.txt'\noutlet = 'A'\nreasons = { outlet = 'seen on the page' }\n"
        "quotes = [{ begins = 'We', speaker = 'B' }]\nframes = { 'generic/conflict' = true }\n",
        "sources.toml",
    )
    correction = read_study(write(tmp_path, MINIMAL + "sources = 'sources.toml'\n")).corrections["a.txt"]
    assert correction.values == {"outlet": "A"}
    assert correction.reasons["outlet"] == "seen on the page"
    assert correction.quotes == (("We", "B"),)
    assert correction.frames == {"generic/conflict": True}


def test_lines_skip_text_over_several_lines() -> None:
    text = '[study]\na = """\nb = 1\n"""\nc = 2\n[[x]]\nd = 1\n[[x]]\nd = 2\n'
    lines = locate(text)
    assert ("study", "b") not in lines
    assert lines[("study", "c")] == 5
    assert (lines[("x", 0, "d")], lines[("x", 1, "d")]) == (7, 9)
