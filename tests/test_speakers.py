"""Speakers: names, offices, pronouns and institutions; the five seeds by a key made by hand; voices."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import schema
from analysis.language import Document, Vocabulary, read_document
from analysis.quotes import extract, find_stretches
from analysis.speakers import Attribution, Voices, attribute, names, resolve, sentences_table, voice_shares, voices_of
from analysis.speakers.actors import words_of
from analysis.speakers.wording import is_capital
from analysis.study import Actor, Correction, Office, Outlet, Study

ACTORS = (
    Actor(
        "Antony Blinken",
        ("John Blinken",),
        "US",
        (Office("US secretary of state", date(2021, 1, 26), date(2025, 1, 20)),),
        pronoun="he",
    ),
    Actor(
        "Takeshi Iwaya",
        ("Iwaya Takeshi",),
        "Japan",
        (Office("Japanese foreign minister", date(2024, 10, 1)),),
        pronoun="he",
    ),
    Actor(
        "Toshimitsu Motegi",
        ("Toshimichi Motegi", "Toshimichi Mogi", "Toshimichi Shigeki"),
        "Japan",
        (Office("Japanese foreign minister", date(2019, 9, 11), date(2021, 11, 4)),),
        pronoun="he",
    ),
    Actor(
        "Shigeru Ishiba",
        ("Ishiba Shigeru",),
        "Japan",
        (Office("Japanese prime minister", date(2024, 10, 1)),),
        pronoun="he",
    ),
    Actor(
        "Eiji Hashimoto",
        (),
        "Nippon Steel",
        (Office("Nippon Steel chairman"), Office("Nippon Steel CEO")),
        pronoun="he",
    ),
    Actor("Joe Biden", (), "US", (Office("US president", date(2021, 1, 20), date(2025, 1, 20)),), pronoun="he"),
    Actor(
        "Lloyd Austin",
        (),
        "US",
        (Office("US secretary of defense", date(2021, 1, 22), date(2025, 1, 20)),),
        pronoun="he",
    ),
    Actor(
        "Gina Raimondo",
        (),
        "US",
        (Office("US secretary of commerce", date(2021, 3, 3), date(2025, 1, 20)),),
        pronoun="she",
    ),
    Actor("Nippon Steel", ("Nippon Steel Corp.",), "Nippon Steel", kind="institution", pronoun="it"),
    Actor(
        "Japan's foreign ministry",
        ("Japanese foreign ministry", "Japan's Foreign"),
        "Japan",
        kind="institution",
        pronoun="it",
    ),
    Actor("US State Department", ("State Department",), "US", kind="institution", pronoun="it"),
    Actor("Pentagon", ("US Defense Department",), "US", kind="institution", pronoun="it"),
)
STUDY = Study(Path("study.toml"), "Test", "test", (), actors=ACTORS)


def resolved(text: str, *, published: str = "2025-01-07", study: Study = STUDY, **options: object) -> list[Attribution]:
    document = read_document("a", text, Vocabulary())
    quotes = extract(text, document.sentences, tokens=document.tokens)
    return resolve(document, quotes, study, published=published, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "speaker", "actor", "anonymous"),
    [
        ("Antony Blinken said it was dead.", "Antony Blinken", "Antony Blinken", False),
        ("Iwaya Takeshi said it was dead.", "Takeshi Iwaya", "Takeshi Iwaya", False),
        ("Blinken said it was dead.", "Antony Blinken", "Antony Blinken", False),
        ("Secretary of State Antony J. Blinken said it was dead.", "Antony Blinken", "Antony Blinken", False),
        ("Secretary Blinken said it was dead.", "Antony Blinken", "Antony Blinken", False),
        ("Ishiba came. The prime minister said it was dead.", "Shigeru Ishiba", "Shigeru Ishiba", False),
        ("The prime minister said it was dead.", "The prime minister", "", False),
        ("The chairman said it was dead.", "The chairman", "", False),
        ("Japan's Finance Ministry met. The ministry said it was dead.", "The ministry", "", False),
        ("Japan's prime minister said it was dead.", "Shigeru Ishiba", "Shigeru Ishiba", False),
        ("Blinken came. The secretary of state said it was dead.", "Antony Blinken", "Antony Blinken", False),
        (
            "Japanese Foreign Minister Toshimichi Mogi said it was dead.",
            "Toshimitsu Motegi",
            "Toshimitsu Motegi",
            False,
        ),
        (
            "Japan was told. The ministry said in a release that it was dead.",
            "Japan's foreign ministry",
            "Japan's foreign ministry",
            False,
        ),
        ("The State Department said it was dead.", "US State Department", "US State Department", False),
        (
            "It was dead, according to a statement by the US State Department.",
            "US State Department",
            "US State Department",
            False,
        ),
        ("Nippon Steel Chairman Eiji Hashimoto said it was dead.", "Eiji Hashimoto", "Eiji Hashimoto", False),
        ("Nippon Steel said it was dead.", "Nippon Steel", "Nippon Steel", False),
        (
            "A spokesman for the State Department said it was dead.",
            "A spokesman for the State Department",
            "US State Department",
            True,
        ),
        ("A spokesman for Blinken said it was dead.", "A spokesman for Blinken", "Antony Blinken", True),
        ("An aide to Blinken said it was dead.", "An aide to Blinken", "", True),
        ("Officials said it was dead.", "Officials", "", True),
        ("A person familiar with the talks said it was dead.", "A person familiar with the talks", "", True),
        ("Critics of Blinken said it was dead.", "Critics of Blinken", "", True),
        ("Jill Biden said it was dead.", "Jill Biden", "", False),
        ("Wyoming chairman Matt Micheli said it was dead.", "Matt Micheli", "", False),
        ("Matt Micheli came. Micheli said it was dead.", "Matt Micheli", "", False),
        ("Iwaya and Blinken said they agreed.", "Takeshi Iwaya and Antony Blinken", "", False),
        ("Blinken met Iwaya. He said it was dead.", "Antony Blinken", "Antony Blinken", False),
        ("Raimondo met Blinken. She said it was dead.", "Gina Raimondo", "Gina Raimondo", False),
        ("Blinken met Raimondo. She said it was dead.", "Gina Raimondo", "Gina Raimondo", False),
        ("Nippon Steel met the State Department. He said it was dead.", "", "", False),
        ("Nippon Steel denied it was dead. It said it was alive.", "Nippon Steel", "Nippon Steel", False),
        ("Ms. Lee met Blinken. She said it was dead.", "Lee", "", False),
        ("It met Ishiba, who said that it was dead.", "Shigeru Ishiba", "Shigeru Ishiba", False),
        ("The two ministers said they agreed.", "The two ministers", "", False),
        ("He said it was dead.", "", "", False),
        ("“It is dead and gone.”", "", "", False),
    ],
)
def test_who(text: str, speaker: str, actor: str, anonymous: bool) -> None:
    last = resolved(text)[-1]
    assert (last.speaker, last.actor, last.anonymous) == (speaker, actor, anonymous)
    if actor:
        assert last.side == next(a.side for a in ACTORS if a.name == actor)


def test_an_office_stands_for_its_holder_on_the_day() -> None:
    text = "Japan's foreign minister said it was dead."
    assert resolved(text, published="2021-03-16")[0].actor == "Toshimitsu Motegi"
    assert resolved(text, published="2025-01-07")[0].actor == "Takeshi Iwaya"
    assert resolved(text, published="2023-01-01")[0].actor == ""
    assert resolved(text, published="")[0].actor == "", "two may be meant"
    assert resolved("Iwaya came. " + text, published="")[0].actor == "Takeshi Iwaya"


def test_another_first_name_is_another_person_unless_the_title_says_so() -> None:
    assert resolved("Hunter Biden said it was dead.")[0].actor == ""
    assert resolved("Secretary of State Jon Blinken said it was dead.")[0].actor == "Antony Blinken"


_SENTENCES = [
    "Blinken said it was dead.", "Ms. Jane Roe came.", "Roe said it was dead.", "Jill Biden came.", "Biden said no.",
    "The ministry said it was dead.", "Japan's Finance Ministry met.", "The foreign ministry said it was dead.",
    "Japan's foreign minister said it was dead.", "The chairman said no.", "Eiji Hashimoto came.", "He said no.",
    "Iwaya and Roe said they agreed.", "They said it was dead.", "A spokesman for Biden said it was dead.",
    "It was dead, according to a statement by the ministry.", "Secretary Motegi said it was dead.", "She said no.",
    "Officials said it was dead.", "A statement from the prime minister said it was dead.", "Joe Biden met Iwaya.",
]  # fmt: skip
_ARTICLES = st.lists(
    st.tuples(
        st.lists(st.sampled_from(_SENTENCES), min_size=1, max_size=6).map(" ".join),
        st.sampled_from(("", "2021-03-16", "2025-01-07")),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(_ARTICLES)
def test_what_was_read_in_other_articles_changes_nothing(articles: list[tuple[str, str]]) -> None:
    # A study of its own begins with nothing read; the same one goes on with what it has.
    together = [resolved(text, published=published) for text, published in articles * 2]
    for (text, published), found in zip(articles * 2, together, strict=True):
        alone = replace(STUDY, actors=(*ACTORS[:1], *ACTORS[1:]))
        assert resolved(text, published=published, study=alone) == found


@pytest.mark.parametrize(
    ("word", "core"),
    [("blinken", "Mr. Blinken"), ("blinken", "Blinkens"), ("a", "A"), ("ii", "Ii_x"), ("i̇", "i̇x"), ("ross", "x-Ross’s"),
     ("ross", "Across Rossa Ross")],
)  # fmt: skip
def test_a_word_stands_with_a_capital_where_the_pattern_finds_it(word: str, core: str) -> None:
    assert is_capital(word, core) == bool(re.search(rf"\b{re.escape(word.capitalize())}\b", core))


@given(st.text("aAİ.'’s -_éß1", max_size=12))
def test_words_are_those_of_the_plain_pattern(text: str) -> None:
    found = re.findall(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’-][^\W_]+)*", text)
    plain = [word.lower().replace("’", "'").replace(".", "") for word in found]
    assert list(words_of(text)) == [word[:-2] if word.endswith("'s") else word for word in plain]


def test_corrections_by_hand() -> None:
    text = "He said, “It is dead and gone.” Officials said it was not."
    first, second = resolved(text, corrections=[("It is dead", "Eiji Hashimoto"), ("it was not", "Jane Roe")])
    assert (first.speaker, first.actor, first.side, first.method) == ("Eiji Hashimoto",) * 2 + (
        "Nippon Steel",
        "by hand",
    )
    assert (second.speaker, second.actor, second.anonymous, second.method) == ("Jane Roe", "", False, "by hand")


# -- the seeds: every utterance in quotation marks, read by hand, and who says it

KEY = {
    "000": [
        ("This allyship, I believe", "Antony Blinken"),
        ("Looking ahead, I am committed", "Takeshi Iwaya"),
        ("21 times to the Indo-Pacific", "Antony Blinken"),
        ("Even though we're in political transition", "Antony Blinken"),
        ("perplexing", "Shigeru Ishiba"),
        ("politically motivated", "Eiji Hashimoto"),
        ("A review of the deal", "Eiji Hashimoto"),
        ("We can never accept this", "Eiji Hashimoto"),
    ],
    "001": [
        ("We are deeply saddened", "Takeshi Iwaya"),
        ("Such acts of violence", "Takeshi Iwaya"),
        ("We believe that your first overseas trip", "Takeshi Iwaya"),
        ("I’ve been to Japan seven times", "Antony Blinken"),
        ("This partnership has grown", "Antony Blinken"),
        ("The world doesn't stop or wait", "Antony Blinken"),
        ("The foundational strength", "Antony Blinken"),
        ("We look forward to continuing", "Antony Blinken"),
    ],
    "002": [
        ("Our economies are extraordinarily", "Antony Blinken"),
        ("We are the largest investors", "Antony Blinken"),
        ("and reaffirmed the importance", "Japan's foreign ministry"),
        ("The Japan-US partnership grew", "Takeshi Iwaya"),
        ("My last trip as secretary", "Antony Blinken"),
        ("It points to the centrality", "Antony Blinken"),
    ],
    "003": [
        ("I highly appreciate the Biden", "Toshimitsu Motegi"),
        ("It is gratifying that Prime Minister Kan", "Toshimitsu Motegi"),
        ("We believe in democracy", "Antony Blinken"),
        ("The Chinese Communist Party is our main threat", "Lloyd Austin"),
    ],
    "004": [
        ("further uphold and bolster", "Japan's foreign ministry"),
        ("I am committed to raising", "Takeshi Iwaya"),
        ("Japan and the US have become", "Takeshi Iwaya"),
    ],
}
PUBLISHED = {"000": "2025-01-07", "001": "2025-01-07", "002": "2025-01-07", "003": "2021-03-16", "004": "2025-01-07"}
NO_SPEECH = {"2+2", "2 plus 2", "two-plus-two"}


@pytest.fixture(scope="module")
def seed_documents(seeds: Path) -> dict[str, Document]:
    vocabulary = Vocabulary()
    return {
        path.name[:3]: read_document(path.name[:3], path.read_text("utf-8"), vocabulary)
        for path in sorted(seeds.glob("0*.txt"))
    }


def articles_of(documents: dict[str, Document], outlet: str = "") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "article_id": list(documents),
            "path": "",
            "url": "",
            "outlet": outlet or [f"outlet {key}" for key in documents],
            "published": [PUBLISHED.get(key, "") for key in documents],
            "text": [document.text for document in documents.values()],
        }
    )


@pytest.fixture(scope="module")
def tables(seed_documents: dict[str, Document]) -> tuple[pd.DataFrame, pd.DataFrame]:
    return attribute(list(seed_documents.values()), articles_of(seed_documents), STUDY)


@pytest.mark.parametrize(
    ("article_id", "opening", "speaker"), [(a, o, s) for a, pairs in KEY.items() for o, s in pairs]
)
def test_the_seeds_quotes(
    article_id: str,
    opening: str,
    speaker: str,
    seed_documents: dict[str, Document],
    tables: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    quotes, spans = tables
    at = seed_documents[article_id].text.index(opening)
    content = spans[(spans["part"] == "content") & (spans["start"] <= at) & (spans["end"] >= at + len(opening))]
    holding = quotes[quotes["quote_id"].isin(content["quote_id"]) & (quotes["article_id"] == article_id)]
    assert holding["speaker"].tolist() == [speaker]
    assert holding["actor"].tolist() == [speaker]
    assert holding["kind"].isin(["direct", "mixed"]).all()


def test_the_key_holds_every_quotation_of_the_seeds(seed_documents: dict[str, Document]) -> None:
    for article_id, document in seed_documents.items():
        openings = [opening for opening, _ in KEY[article_id]]
        for stretch in find_stretches(document.text)[0]:
            inner = document.text[stretch.start : stretch.end].strip('"“”')
            assert inner in NO_SPEECH or any(inner.startswith(opening) for opening in openings), inner


def test_the_seeds_direct_speech_is_in_the_key(
    seed_documents: dict[str, Document], tables: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    quotes, spans = tables
    direct = quotes[quotes["kind"] == "direct"]
    pieces = spans[(spans["part"] == "content") & spans["quote_id"].isin(direct["quote_id"])]
    for quote_id, start, end in zip(pieces["quote_id"], pieces["start"], pieces["end"], strict=True):
        text = seed_documents[quote_id[:3]].text[start:end].strip('"“”')
        assert any(text.startswith(opening) for opening, _ in KEY[quote_id[:3]]), text


def test_the_tables_fit_their_contract(
    tables: tuple[pd.DataFrame, pd.DataFrame], seed_documents: dict[str, Document]
) -> None:
    quotes, spans = tables
    pd.testing.assert_frame_equal(schema.check("quotes", quotes), quotes)
    pd.testing.assert_frame_equal(schema.check("quote_spans", spans), spans)
    assert set(spans["quote_id"]) == set(quotes["quote_id"])
    sentences = sentences_table(list(seed_documents.values()), quotes, spans)
    pd.testing.assert_frame_equal(schema.check("sentences", sentences), sentences)
    voices = voices_of(list(seed_documents.values()), quotes, spans)
    given_voices = sentences_table(list(seed_documents.values()), quotes, spans, voices=voices)
    pd.testing.assert_frame_equal(given_voices, sentences)
    assert len(sentences) == sum(len(document.sentences) for document in seed_documents.values())


def test_corrections_in_the_study_reach_the_table(seed_documents: dict[str, Document]) -> None:
    study = replace(
        STUDY, corrections={"000": Correction(quotes=(("perplexing", "Eiji Hashimoto"), ("This allyship", "Jane Roe")))}
    )
    quotes, _ = attribute(list(seed_documents.values()), articles_of(seed_documents), study)
    by_hand = quotes[quotes["method"] == "by hand"]
    assert by_hand["speaker"].tolist() == ["Jane Roe"], "only what opens with the words is meant"


_NAME_PART = r"(?:(?:[A-Z]|Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|St|Prof|Lt|Col|Sgt|Adm|Capt|Maj|Rev)\.|[A-Z][\w’'-]*)"
_NAME = re.compile(rf"\b{_NAME_PART}(?:(?:[^\S\n]|(?<=\.))(?:(?:bin|al|de|van|von|der|da|del|la)\s)?{_NAME_PART})*")


@given(
    st.lists(
        st.sampled_from(
            [*"Mr Mrs Ms Maj Dr Sen St Sgt Rep Rev Gov Gen Prof Lt Col Capt Adm Senate Mrsa A Bo x de".split(),
             ".", ".", " ", " ", "'s", "-", "\n", ",", "é"]
        ),
        max_size=14,
    ).map("".join)
)  # fmt: skip
def test_names_are_found_as_by_the_plain_pattern(text: str) -> None:
    assert [match.span() for match in names.RUN.finditer(text)] == [match.span() for match in _NAME.finditer(text)]


# -- voices


def quotes_of(text: str) -> tuple[list[Document], pd.DataFrame, pd.DataFrame]:
    document = read_document("a", text, Vocabulary())
    articles = pd.DataFrame({"article_id": ["a"], "published": [""], "path": [""], "url": [""]})
    return [document], *attribute([document], articles, STUDY)


def voices_in(text: str) -> Voices:
    return voices_of(*quotes_of(text))["a"]


def sentence_voices_in(text: str) -> list[str]:
    return sentences_table(*quotes_of(text))["voice"].tolist()


@pytest.mark.parametrize(
    ("text", "word", "voice"),
    [
        ("The deal failed. Blinken said it was dead.", "deal", "outlet"),
        ("The deal failed. Blinken said it was dead.", "dead", "quoted"),
        ("The deal failed. Blinken said it was dead.", "Blinken", "outlet"),
        ("Officials said it was dead.", "dead", "quoted"),
        ("The “2+2” talks went on.", "2+2", "outlet"),
        ("On the wall “nobody here will ever sell this mill” was written.", "mill", "unresolved"),
        ("“It is dead and gone.”", "gone", "unresolved"),
        ("He said it was dead.", "dead", "unresolved"),
        ("In town “the deal is dead", "dead", "unresolved"),
    ],
)
def test_voice(text: str, word: str, voice: str) -> None:
    start = text.index(word)
    found, quote_id = voices_in(text).at(start, start + len(word))
    assert found == voice
    assert (quote_id != "") == (voice == "quoted" or (voice == "unresolved" and quote_id != ""))


def test_the_voice_of_a_sentence_is_that_of_most_of_its_letters() -> None:
    text = "Blinken said the whole deal was as dead as it could be. Ross, a longtime friend of the senator, said no."
    assert sentence_voices_in(text) == ["quoted", "outlet"]


def test_shares_of_voices_sum_to_one(
    seed_documents: dict[str, Document], tables: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    shares = voice_shares(sentences_table(list(seed_documents.values()), *tables))
    assert shares.groupby("article_id")["share"].sum().round(9).eq(1).all()
    assert len(shares) == 3 * len(seed_documents)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Blinken",
                "He",
                "She",
                "who",
                "they",
                "the ministry",
                "A spokesman for",
                "said",
                "that",
                "it",
                "and",
                ",",
                ".",
                '"',
                "“",
                "”",
                "\n",
                "Ms. Lee",
                "of",
                "the",
            ]
        ),
        max_size=40,
    ).map(" ".join)
)
def test_no_input_raises(text: str) -> None:
    document = read_document("a", text, Vocabulary())
    quotes = extract(text, document.sentences, tokens=document.tokens)
    found = resolve(document, quotes, STUDY)
    assert [attribution.quote for attribution in found] == quotes
    assert len(sentence_voices_in(text)) == len(document.sentences)


@pytest.mark.parametrize(
    ("outlet", "originator", "text", "expected"),
    [
        ("unknown", "Bloomberg", "The plan created divisions, Bloomberg has reported.", []),
        ("Bloomberg", "unknown", "The plan created divisions, Bloomberg News has reported.", []),
        ("KUNA", "KUNA", "The plan created divisions, Bloomberg has reported.", ["Bloomberg"]),
        ("Bloomberg", "unknown", '"We report what we see," Bloomberg said.', ["Bloomberg"]),
        ("unknown", "unknown", "The plan created divisions, officials said.", ["officials"]),
    ],
)
def test_an_outlet_that_cites_itself_is_not_quoted(
    outlet: str, originator: str, text: str, expected: list[str]
) -> None:
    study = Study(Path("study.toml"), "T", "t", (), outlets=(Outlet("Bloomberg", ("Bloomberg News",)), Outlet("KUNA")))
    row = {"article_id": "a", "published": "", "path": "", "url": "", "outlet": outlet, "originator": originator}
    quotes, _ = attribute([read_document("a", text, Vocabulary())], pd.DataFrame([row]), study)
    assert quotes["speaker"].tolist() == expected
