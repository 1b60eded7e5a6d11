from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import facts, schema
from analysis.errors import ParameterError
from analysis.language import Vocabulary, read_document, read_documents
from analysis.quotes import extract
from analysis.study import Fact, Study

SEEDS = Path(__file__).parent.parent / "seeds"


def study_of(*entries: Fact) -> Study:
    return Study(Path("study.toml"), "A study", "a", (), facts=entries)


def quoted(text: str, *contents: str | tuple[str, str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of utterances of article `a`: each its content, or content, kind and method."""
    quotes, spans = [], []
    for number, given_ in enumerate(contents):
        content, kind, method = (given_, "direct", "test") if isinstance(given_, str) else given_
        start = text.index(content)
        quote = f"a:q{number:05d}"
        quotes.append((quote, "a", start, start + len(content), kind, "S", "S", "", False, "said", method))
        spans.append((quote, "content", 0, start, start + len(content)))
    return schema.frame("quotes", quotes), schema.frame("quote_spans", spans)


def status_of(text: str, *patterns: str, contents: tuple[str, ...] = ()) -> tuple[str, str]:
    document = read_document("a", text, Vocabulary())
    found = facts.find([document], study_of(Fact("f", patterns=patterns)), *quoted(text, *contents)).iloc[0]
    return found["status"], text[found["start"] : found["end"]] if found["start"] >= 0 else ""


# The facts of seeds/study.toml, article by article, read by hand in the five seeds. `quoted` is in the words or the
# reported speech of somebody: 002 has the talks on the deal from the ministry's account.
KEY = {
    "blocked": "asserted . asserted . asserted",
    "national security grounds": ". . asserted . .",
    "value": "asserted . . . .",
    "lawsuits": ". . asserted . .",
    "not giving up": ". . quoted . .",
    "politically motivated": "quoted . . . .",
    "illegal intervention": "quoted . . . .",
    "CFIUS review": "quoted . . . .",
    "perplexing": "quoted . . . .",
    "Trump's opposition": ". . asserted . .",
    "conditional approval pitched": ". . asserted . .",
    "questions ignored": ". . asserted . .",
    "deal discussed": ". . quoted . asserted",
    "investment ties reaffirmed": ". . quoted . asserted",
}
# What bears on a fact and is said by somebody, marked by hand.
CONTENTS: dict[str, tuple[str | tuple[str, str, str], ...]] = {
    "000": (
        ('Biden\'s move to block $14.1 billion acquisition as "perplexing"', "mixed", "verb:object"),
        ("Biden's decision to block the acquisition", "indirect", "verb:object"),
        ('it "politically motivated."', "mixed", "participle:object"),
        '"A review of the deal by the Committee on Foreign Investment in the United States was not properly conducted '
        "due to President Biden's illegal intervention,\"",
        '"We can never accept this."',
    ),
    "002": (
        (
            "Iwaya and Blinken exchanged views on the deal “and reaffirmed the importance of Japan-U.S. economic "
            "relations, including investments by Japanese companies in the U.S.”",
            "mixed",
            "according",
        ),
        ("he wanted an explanation from the US on why", "indirect", "verb:that"),
        (
            "the company wasn’t giving up on the deal, shortly after it and US Steel filed US lawsuits",
            "indirect",
            "verb:clause",
        ),
        ("to block the deal.", "indirect", "verb:infinitive"),
    ),
}


def entries() -> tuple[Fact, ...]:
    with (SEEDS / "study.toml").open("rb") as file:
        return tuple(Fact(e["name"], e["statement"], tuple(e["patterns"])) for e in tomllib.load(file)["fact"])


def by_hand(name: str, text: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    return quoted(text, *CONTENTS.get(name, ()))


def extracted(name: str, text: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    sentences = read_document("a", text, Vocabulary()).sentences
    rows, spans = [], []
    for number, quote in enumerate(extract(text, sentences)):
        quote_id = f"a:q{number:05d}"
        rows.append((quote_id, "a", 0, 1, quote.kind, "", "", "", False, "", quote.method))
        spans.extend((quote_id, "content", piece, *span) for piece, span in enumerate(quote.content))
    return schema.frame("quotes", rows), schema.frame("quote_spans", spans)


@pytest.mark.parametrize("quotes_of", [by_hand, extracted])
def test_every_cell_of_the_seeds_is_as_read_by_hand(
    quotes_of: Callable[[str, str], tuple[pd.DataFrame, pd.DataFrame]],
) -> None:
    study = study_of(*entries())
    assert [fact.name for fact in study.facts] == list(KEY)
    names = ["000", "001", "002", "003", "004"]
    found: dict[tuple[str, str], str] = {}
    for name, path in zip(names, sorted(SEEDS.glob("*.txt")), strict=True):
        assert path.name.startswith(name)
        text = path.read_text(encoding="utf-8")
        table = facts.find([read_document("a", text, Vocabulary())], study, *quotes_of(name, text))
        found |= {(fact, name): status for fact, status in zip(table["fact"], table["status"], strict=True)}
    cells = {fact: [cell.replace(".", "not found") for cell in row.split()] for fact, row in KEY.items()}
    expected = {(fact, name): cell for fact, row in cells.items() for name, cell in zip(names, row, strict=True)}
    assert found == expected


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The firm filed a lawsuit.", "asserted"),
        ("The firm did not say more. It filed a lawsuit.", "asserted"),
        ("The firm denied that it filed a lawsuit.", "denied"),
        ("The firm never filed a lawsuit.", "denied"),
        ("The firm has not yet filed a lawsuit.", "denied"),
        ("The firm hasn’t filed a lawsuit.", "denied"),
        ("Neither of them filed a lawsuit.", "denied"),
        ("No company filed a lawsuit.", "denied"),
        ("The firm failed to say that it filed a lawsuit.", "denied"),
        ("The ministry ruled out that it filed a lawsuit.", "denied"),
        ("The firm did not deny it filed a lawsuit.", "asserted"),
        ("The firm not only filed a lawsuit but won.", "asserted"),
        ("There is no doubt that it filed a lawsuit.", "asserted"),
        ("It wasn't giving up, and it filed a lawsuit.", "asserted"),
        ("It wasn't giving up after it filed a lawsuit.", "asserted"),
        ("Not a word was said in the long and weary meeting before it filed a lawsuit.", "asserted"),
        ("No comment: the firm filed a lawsuit.", "asserted"),
        ("It filed a lawsuit, which was not a surprise.", "asserted"),
        ("It filed a lawsuit that did not succeed.", "asserted"),
        ("That it filed a lawsuit was denied by the firm.", "denied"),
        ("Nothing more is known.", "not found"),
    ],
)
def test_negation(text: str, status: str) -> None:
    assert status_of(text, "filed * lawsuit")[0] == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The lawsuit was never filed.", "denied"),
        ("The lawsuit wasn't filed.", "denied"),
        ("The lawsuit has not been filed.", "denied"),
        ("The lawsuit has not been withdrawn.", "asserted"),
        ("The lawsuit was not dropped.", "asserted"),
        ("The lawsuit did not happen.", "denied"),
        ("The lawsuit never took place.", "denied"),
        ("The lawsuit was not properly filed.", "asserted"),
        ("The lawsuit did not mention the minister.", "asserted"),
        ("The lawsuit was not long.", "asserted"),
        ("The lawsuit was filed.", "asserted"),
    ],
)
def test_negated_subject(text: str, status: str) -> None:
    assert status_of(text, "lawsuit")[0] == status


def test_the_strongest_status_counts() -> None:
    said = "They filed a lawsuit"
    own = "He said: “They filed a lawsuit.” The firm filed a lawsuit."
    assert status_of(own, "filed * lawsuit", contents=(said,)) == ("asserted", "filed a lawsuit")
    refuted = "He said: “They filed a lawsuit.” The firm never filed a lawsuit."
    assert status_of(refuted, "filed * lawsuit", contents=(said,))[0] == "denied"
    contested = "He said: “They filed a lawsuit.” She said: “It never filed a lawsuit.”"
    found = status_of(contested, "filed * lawsuit", contents=(said, "It never filed a lawsuit"))
    assert found[0] == "quoted"
    alone = "She said: “It never filed a lawsuit.”"
    assert status_of(alone, "filed * lawsuit", contents=("It never filed a lawsuit",))[0] == "denied"


def test_a_match_is_quoted_by_its_larger_part() -> None:
    text = "He called it “politically motivated” on Tuesday."
    assert status_of(text, "politically motivated on", contents=("politically motivated",))[0] == "quoted"
    assert status_of(text, "called it politically", contents=("politically motivated",))[0] == "asserted"


def test_patterns_do_not_cross_sentences() -> None:
    assert status_of("They filed. A lawsuit followed.", "filed * lawsuit")[0] == "not found"


def test_overlapping_contents_are_merged() -> None:
    pieces = [(20, 30, "direct", ""), (8, 20, "direct", ""), (40, 50, "direct", ""), (42, 45, "direct", "")]
    assert facts.content_spans("x" * 60, pieces).tolist() == [[8, 30], [40, 50]]


@pytest.mark.parametrize(
    ("text", "kind", "method", "said"),
    [
        ("Ann said [it sued]", "indirect", "verb:clause", ["it sued"]),
        ("Ann criticized [the ban on sales]", "indirect", "verb:object", []),
        ("Ann called [the ban “an act of folly”]", "mixed", "verb:object", ["an act of folly"]),
        ("Ann said [it sued, shortly after it lost]", "indirect", "verb:clause", ["it sued"]),
        ("Ann said [it sued, two days before it lost]", "indirect", "verb:clause", ["it sued"]),
        ("Ann said [it sued, and would win]", "indirect", "verb:clause", ["it sued, and would win"]),
        ("[“It sued, after it lost,”] said Ann", "direct", "direct:behind", ["“It sued, after it lost,”"]),
    ],
)
def test_what_somebody_else_says(text: str, kind: str, method: str, said: list[str]) -> None:
    start, end = text.index("["), text.index("]") - 1
    text = text.replace("[", "").replace("]", "")
    assert [text[a:b] for a, b in facts.content_spans(text, [(start, end, kind, method)])] == said


def test_one_row_for_every_article_and_fact() -> None:
    documents = [read_document(a, text, Vocabulary()) for a, text in (("b", ""), ("a", "No words of it."))]
    study = study_of(Fact("one", patterns=("sued",)), Fact("two"))
    found = facts.find(documents, study, schema.empty("quotes"), schema.empty("quote_spans"))
    assert found[["article_id", "fact", "status", "start", "end"]].to_numpy().tolist() == [
        ["a", "one", "not found", -1, -1],
        ["a", "two", "not found", -1, -1],
        ["b", "one", "not found", -1, -1],
        ["b", "two", "not found", -1, -1],
    ]


def test_an_unknown_method_is_an_input_error() -> None:
    with pytest.raises(ParameterError, match="use pattern or meaning"):
        facts.find([], study_of(), schema.empty("quotes"), schema.empty("quote_spans"), method="guess")


def test_by_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis import encoder

    def encode(texts: list[str]) -> np.ndarray:
        """A stand-in: one axis for what goes to court, one for all else."""
        rows = [[1.0, 0.0] if "court" in t or "lawsuit" in t else [0.0, 1.0] for t in texts]
        return np.array(rows, dtype=np.float32)

    monkeypatch.setattr(encoder, "encode", encode)
    study = study_of(Fact("lawsuit", statement="The firm filed a lawsuit."), Fact("empty"))
    for text, status in [
        ("It rained. The firm went to court.", "asserted"),
        ("It rained. The firm did not go to court.", "denied"),
        ("It rained.", "not found"),
        ("", "not found"),
    ]:
        document = read_document("a", text, Vocabulary())
        found = facts.find([document], study, schema.empty("quotes"), schema.empty("quote_spans"), method="meaning")
        assert found["status"].tolist() == ["not found", status], text


def test_by_meaning_on_the_seeds() -> None:
    """What the stated threshold is worth: no fact found that is not told, and more than half of those told."""
    study = study_of(*entries())
    told: set[tuple[str, str]] = set()
    found: set[tuple[str, str]] = set()
    for position, path in enumerate(sorted(SEEDS.glob("*.txt"))):
        document = read_document("a", path.read_text(encoding="utf-8"), Vocabulary())
        table = facts.find([document], study, schema.empty("quotes"), schema.empty("quote_spans"), method="meaning")
        found |= {(path.name, fact) for fact in table.loc[table["status"] != "not found", "fact"]}
        told |= {(path.name, fact) for fact, row in KEY.items() if row.split()[position] != "."}
    assert found <= told
    assert len(found) >= 10


def tables_for_meaning(*texts: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Articles `a0`, `a1`, ..., their sentences, and the fact `lawsuit`, found in none."""
    articles, sentences = [], []
    for number, text in enumerate(texts):
        articles.append({"article_id": f"a{number}", "text": text})
        spans = read_document(f"a{number}", text, Vocabulary()).sentences.tolist()
        for k, (start, end) in enumerate(spans):
            sentences.append({"article_id": f"a{number}", "sentence_id": f"s{k}", "start": start, "end": end})
    facts_ = [(f"a{number}", "lawsuit", "not found", -1, -1) for number in range(len(texts))]
    return pd.DataFrame(articles), pd.DataFrame(sentences), schema.frame("facts", facts_)


def test_near_gives_the_nearest_sentence_where_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis import encoder

    def encode(texts: list[str]) -> np.ndarray:
        """A stand-in: nearer the more the words `court` and `judge` are there."""
        near = np.array([1.0 if "lawsuit" in t else 0.4 * ("court" in t) + 0.5 * ("judge" in t) for t in texts])
        return np.stack([near, np.sqrt(1 - near**2)], axis=1).astype(np.float32)

    monkeypatch.setattr(encoder, "encode", encode)
    study = study_of(Fact("lawsuit", statement="The firm filed a lawsuit."), Fact("silent"))
    text = "It rained. The firm saw a judge. The firm went to court before a judge."
    articles, sentences, found = tables_for_meaning(text, "It rained.", text)
    found.loc[found["article_id"] == "a2", "status"] = "quoted"
    near = facts.near(articles, sentences, found, study)
    assert near["article_id"].tolist() == ["a0"]
    row = near.iloc[0]
    assert (row["fact"], row["sentence_id"]) == ("lawsuit", "s2")
    assert row["similarity"] == pytest.approx(0.9)
    assert text[row["start"] : row["end"]] == "The firm went to court before a judge."
    assert facts.near(articles, sentences, found, study, threshold=0.95).empty
    assert found["status"].tolist() == ["not found", "not found", "quoted"]  # never counted as told


def test_near_on_the_seeds_withholds_nothing_that_the_key_has_as_not_told() -> None:
    """At the stated threshold; at 0.5 it would show seven sentences, none of which tells its fact."""
    study = study_of(*entries())
    shown = {0.6: 0, 0.5: 0}
    for position, path in enumerate(sorted(SEEDS.glob("*.txt"))):
        text = path.read_text(encoding="utf-8")
        articles, sentences, _ = tables_for_meaning(text)
        rows = [("a0", fact, "not found", -1, -1) for fact, row in KEY.items() if row.split()[position] == "."]
        for threshold in shown:
            shown[threshold] += len(
                facts.near(articles, sentences, schema.frame("facts", rows), study, threshold=threshold)
            )
    assert shown == {0.6: 0, 0.5: 7}


@given(st.text(alphabet="ab .,;\n“”\"'’nt", max_size=80), st.text(max_size=20))
def test_any_text_has_a_status(text: str, more: str) -> None:
    document = read_document("a", text + more, Vocabulary())
    study = study_of(Fact("f", patterns=("a", "b * a")))
    found = facts.find([document], study, schema.empty("quotes"), schema.empty("quote_spans")).iloc[0]
    assert found["status"] in ("asserted", "denied", "not found")
    assert (found["start"] >= 0) == (found["status"] != "not found")


@pytest.mark.parametrize("nasty", ["a ", "n't ", "not ", "“", ", ", "was not "])
def test_a_long_text_is_no_trouble(nasty: str) -> None:
    text = "sued " + nasty * (200_000 // len(nasty)) + " sued sued sued"
    document = read_document("a", text, Vocabulary())
    facts.find([document], study_of(Fact("f", patterns=("sued",))), schema.empty("quotes"), schema.empty("quote_spans"))


def test_articles_read_together_are_told_as_one_by_one() -> None:
    study = study_of(Fact("lawsuit", patterns=("filed * lawsuit*", "sued")), Fact("deal", patterns=("deal",)))
    texts = [
        "They sued. No deal.",
        "",
        "He said the deal is off.",
        "It never filed a lawsuit. They sued over the deal.",
    ]
    documents = read_documents([(f"a{number}", text) for number, text in enumerate(texts)])
    quotes, spans = quoted(texts[2], "the deal is off")
    quotes, spans = (table.replace(regex={r"^a(?=$|:)": "a2"}) for table in (quotes, spans))
    together = facts.find(documents, study, quotes, spans)
    alone = [facts.find([document], study, quotes, spans) for document in documents]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))
    told = ["denied", "asserted", "not found", "not found", "quoted", "not found", "asserted", "asserted"]
    assert together.sort_values(["article_id", "fact"])["status"].tolist() == told
    assert facts.find(documents, study_of(), quotes, spans).empty
    assert facts.find([], study, quotes, spans).empty
