"""Text reuse: passages against difflib, origins, edits, and copies of articles altered by a seeded script."""

from __future__ import annotations

import difflib
import importlib.util
import random
import re
import sys

import numpy as np
import pandas as pd
import pytest
from growth import is_linear
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.reuse import anchors, find, origins, origins_of_texts
from analysis.reuse.anchors import RUN, WINDOW, link
from analysis.reuse.compare import _explains
from analysis.reuse.passages import common
from analysis.reuse.reader import Reader
from analysis.reuse.words import read_words, runs

WORDS = [
    a + b for a in "ba be bi bo bu da de di do du".split() for b in "lan ler mit nos pul rik sta tev von zur".split()
]


def prose(seed, count=300):
    draw = random.Random(seed)
    sentences, words = [], []
    for _ in range(count):
        words.append(draw.choice(WORDS) + str(draw.randrange(40)))
        if draw.random() < 0.06:
            sentences.append(" ".join(words).capitalize() + ".")
            words = []
    return " ".join([*sentences, *words])


def table(*texts, **columns):
    return pd.DataFrame({"article_id": [f"a{n}" for n in range(len(texts))], "text": list(texts), **columns})


def test_words_are_those_of_a_plain_reading():
    texts = ["The sale — it's OFF.", "", "  Ünïcode ÉTÉ 7,000", "日本 and Nippon", "x"]
    words = read_words(texts)
    expected = [[m.span() for m in re.finditer(r"[^\W_]+", text)] for text in texts]
    expected[3] = [(0, 1), (1, 2), (3, 6), (7, 13)]  # an ideograph is a word
    for number, spans in enumerate(expected):
        part = slice(words.bounds[number], words.bounds[number + 1])
        assert list(zip(words.starts[part].tolist(), words.ends[part].tolist(), strict=True)) == spans


def test_hashes_follow_the_folded_word():
    words = read_words(["Deal DEAL deal dael", "deal", " " * 70 + "deal"])
    assert len({int(words.hashes[i]) for i in (0, 1, 2, 4, 5)}) == 1
    assert words.hashes[3] != words.hashes[0]
    assert len(runs(words.hashes, 7)) == 0
    assert len(runs(words.hashes, 6)) == 1


@given(st.lists(st.text(alphabet="ab é—’7日\n.", max_size=40), max_size=6))
@settings(max_examples=100, deadline=None)
def test_equal_words_have_equal_hashes(texts):
    words = read_words(texts)
    seen = {}
    for number, text in enumerate(texts):
        for index in range(words.bounds[number], words.bounds[number + 1]):
            word = text[words.starts[index] : words.ends[index]].lower()
            assert seen.setdefault(word, words.hashes[index]) == words.hashes[index]
    assert len(set(seen.values())) == len(seen)


def test_words_kept_held_and_read_again_are_the_same():
    texts = [prose(n) for n in range(6)]
    asked = []

    def fetch(numbers):
        asked.append(list(numbers))
        return [texts[number] for number in numbers]

    reader = Reader(fetch, keep=700)  # two texts of 300 words
    reader.hold([3, 1])
    for numbers in ([0, 3], [2, 0], [4], [2, 1], [0, 5]):
        reader.keep(numbers)
        found, expected = reader.words(numbers), read_words([texts[number] for number in numbers])
        for one, other in zip(
            (found.hashes, found.starts, found.ends, found.bounds),
            (expected.hashes, expected.starts, expected.ends, expected.bounds),
            strict=True,
        ):
            assert np.array_equal(one, other)
    assert asked == [[3, 1], [0], [2], [4], [0, 5]]  # 0 made room for 4, and 2 was still there


def sampled(text):
    """The anchors of a text by a plain reading of Schleimer, Wilkerson & Aiken: the least hash of every window."""
    hashes = runs(read_words([text]).hashes, RUN).tolist()
    windows = [hashes[at : at + WINDOW] for at in range(max(1, len(hashes) - WINDOW + 1))]
    return {min(window) for window in windows if window}


@given(st.lists(st.integers(0, 60).flatmap(lambda n: st.lists(st.sampled_from(WORDS[:6]), max_size=n)), max_size=5))
@settings(max_examples=100, deadline=None)
def test_anchors_are_the_least_of_windows_whatever_texts_stand_beside(lists):
    texts = [" ".join(words) for words in lists]
    found = anchors(texts)
    for number, text in enumerate(texts):
        assert set(found.hashes[found.owner == number].tolist()) == sampled(text)


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=40), min_size=2, max_size=4), st.data())
@settings(max_examples=200, deadline=None)
def test_pairs_looked_up_together_are_those_looked_up_alone(lists, data):
    words = read_words([" ".join(letters) for letters in lists])
    number = st.integers(0, len(lists) - 1)
    pairs = sorted(data.draw(st.lists(st.tuples(number, number), max_size=6)))
    together = common(words, pairs, shortest=6)
    alone = [common(words, [pair], shortest=6) for pair in pairs]
    for one, several in zip(together[1:], zip(*(found[1:] for found in alone), strict=True), strict=False):
        assert one.tolist() == np.concatenate(several).tolist()
    assert together.pair.tolist() == [n for n, found in enumerate(alone) for _ in found.pair]


def test_a_text_does_not_go_on_where_the_one_looked_up_before_it_ends():
    again, tail = "one two three four five", "a b c d e f g h i j"
    words = read_words([f"{again} {tail} then {again} and no more", "then one two three four", f"{again} {tail}"])
    found = common(words, [(0, 1), (0, 2)], shortest=15)
    assert [column.tolist() for column in found] == [[1], [0], [15], [0], [15], [15], [15]]


def test_every_passage_of_fifteen_words_leaves_an_anchor():
    for seed in range(60):
        shared = " ".join(prose(seed, 60).split()[: RUN + WINDOW - 1])
        texts = [
            f"{prose(seed + 1000, 80)} {shared} {prose(seed + 2000, 80)}",
            f"{prose(seed + 3000, 80)} {shared} end",
        ]
        assert len(link(anchors(texts)).later) == 1


def test_passage_has_the_characters_of_both():
    shared = prose(1)
    one, other = f"{prose(2)}\n\n{shared}\n\n{prose(3)}", f"{prose(4)} {shared.upper()} {prose(5)}"
    (row,) = find(table(one, other)).itertuples()
    assert (row.article_id, row.other_id) == ("a1", "a0")
    assert other[row.start : row.end].lower() == one[row.other_start : row.other_end].lower()
    assert other[row.start : row.end] == shared.upper().rstrip(".")
    assert row.share == pytest.approx(len(shared.split()) / len(other.split()))
    assert row.other_share == pytest.approx(len(shared.split()) / len(one.split()))


@pytest.mark.parametrize("seed", range(8))
def test_share_agrees_with_difflib(seed):
    draw = random.Random(seed)
    words = prose(seed, 400).split()
    changed = list(words)
    for _ in range(12):
        at = draw.randrange(len(changed))
        kind = draw.randrange(3)
        if kind == 0:
            changed[at] = f"new{at}"
        elif kind == 1:
            del changed[at : at + draw.randrange(1, 20)]
        else:
            changed[at:at] = [f"added{n}" for n in range(draw.randrange(1, 20))]
    blocks = difflib.SequenceMatcher(None, changed, words, autojunk=False).get_matching_blocks()
    most, least = (sum(b.size for b in blocks if b.size >= size) / len(changed) for size in (5, 15))
    rows = find(table(" ".join(words), " ".join(changed)))
    # Stretches under fifteen words count where they belong to a passage, and not where they stand alone.
    assert least - 0.005 <= rows["share"].iloc[0] <= most + 0.005
    assert rows["share"].nunique() == 1


def test_one_changed_or_added_sentence_keeps_the_passage_whole():
    words = prose(1, 200).split()
    changed = " ".join([*words[:60], "altogether", "other", *words[62:120], "three", "more", "words", *words[120:]])
    rows = find(table(" ".join(words), changed))
    assert len(rows) == 1
    assert 0.9 < rows["share"].iloc[0] < 1


def test_short_common_phrases_are_no_reuse():
    phrase = "the president of the united states said on"
    assert find(table(f"{prose(1)} {phrase} {prose(2)}", f"{prose(3)} {phrase} {prose(4)}")).empty


@pytest.mark.parametrize(
    ("columns", "origin"),
    [
        ({"published": ["2025-01-08", "2025-01-07"]}, "a1"),
        ({"published": ["", "2025-01-07"]}, "a1"),
        ({"outlet": ["Bugle", "AP"], "originator": ["AP", "AP"]}, "a1"),
        ({"outlet": ["unknown", "AP"], "originator": ["unknown", "AP"]}, "a1"),
        ({"published": ["2025-01-07", "2025-01-08"], "outlet": ["Bugle", "AP"], "originator": ["AP", "AP"]}, "a0"),
        ({}, "a0"),
    ],
)
def test_origin_is_the_earliest_then_the_originators_own_then_the_first_id(columns, origin):
    articles = table(prose(1), prose(1) + " One more.", **columns)
    found = origins(articles, find(articles))
    assert found["origin_id"].tolist() == [origin, origin]
    assert found["dependent"].tolist() == [origin != "a0", origin != "a1"]


def test_a_brief_in_a_long_story():
    brief, story = prose(1, 120), prose(1, 120) + " " + prose(2, 600)
    undated = table(story, brief)
    assert origins(undated, find(undated))["origin_id"].tolist() == ["a0", "a0"]
    undated = table(brief, story)
    assert origins(undated, find(undated))["origin_id"].tolist() == ["a1", "a1"]
    dated = table(brief, story, published=["2025-01-01", "2025-01-02"])
    assert origins(dated, find(dated))["dependent"].tolist() == [False, False]


def test_chains_end_at_one_origin():
    first, extra = prose(1, 400), prose(2, 150)
    second = first[len(first) // 3 :] + " " + extra
    third = second[len(second) // 4 :]
    articles = table(first, second, third, published=["2025-01-01", "2025-01-02", "2025-01-03"])
    assert set(origins(articles, find(articles))["origin_id"]) == {"a0"}


def test_many_copies_have_one_row_each():
    copies = [prose(1) + f" Edition {n}." for n in range(300)]
    rows = find(table(*copies))
    assert len(rows) == 299
    assert set(rows["other_id"]) == {"a0"}


PASSAGES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 3000), st.integers(1, 900), st.integers(15, 99)),
    max_size=25,
    unique_by=lambda row: row[:3],
)


@given(PASSAGES)
@settings(max_examples=200, deadline=None)
def test_a_passage_stays_where_better_links_leave_half_of_it(rows):
    table = pd.DataFrame(
        [(later, earlier, start, start + size, words) for later, earlier, start, size, words in rows],
        columns=["later", "earlier", "start", "end", "words"],
        dtype="int64",
    ).sort_values(["later", "earlier", "start"], ignore_index=True)
    total = {link: group["words"].sum() for link, group in table.groupby(["later", "earlier"])}
    better = sorted(table.itertuples(), key=lambda row: (-total[row.later, row.earlier], row.earlier, row.start))
    expected, taken = [True] * len(table), []
    for row in better:
        others = [kept for kept in taken if kept.later == row.later and kept.earlier != row.earlier]
        covered = set(range(row.start, row.end)) & {at for kept in others for at in range(kept.start, kept.end)}
        expected[row.Index] = 2 * len(covered) <= row.end - row.start
        taken += [row] if expected[row.Index] else []
    assert _explains(table).tolist() == expected


def test_two_sources_are_both_named():
    rows = find(table(prose(1), prose(2), prose(1) + " " + prose(2)))
    assert rows[["article_id", "other_id"]].values.tolist() == [["a2", "a0"], ["a2", "a1"]]
    assert origins_of_texts([prose(1), prose(2), prose(1) + " " + prose(2, 200)])[:2] == [0, 1]


@pytest.mark.parametrize("text", ["", " ", "\0", "a", "word " * 7, "日" * 50])
def test_any_text(text):
    for texts in ([text], [text, text], [text, prose(1)]):
        articles = table(*texts)
        assert len(origins(articles, find(articles))) == len(texts)
    assert find(table()).empty
    assert origins_of_texts(["\ud800", "\ud800"]) == [0, 1]


@pytest.mark.parametrize("piece", ["ha ", "word ", "a b c d e f g h i j ", "-", "日"])
def test_linear_in_length(piece):
    assert is_linear(lambda text: find(table(text, text)), piece, length=1_000_000)


def test_order_of_the_rows_does_not_matter():
    articles = table(
        *(prose(n % 4) + f" Edition {n}." for n in range(12)),
        published=["2025-01-0" + str(n % 3 + 1) for n in range(12)],
    )
    shuffled = articles.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(find(articles), find(shuffled))


def test_seeds_share_no_text(seeds):
    files = sorted(seeds.glob("*.txt"))
    articles = pd.DataFrame(
        {"article_id": [f.stem for f in files], "text": [f.read_text(encoding="utf-8") for f in files]}
    )
    assert not origins(articles, find(articles))["dependent"].any()


def benchmark(root):
    spec = importlib.util.spec_from_file_location("benchmark_reuse", root / "benchmarks" / "reuse.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.gold
def test_altered_copies_are_found(root, shared):
    corpus = pd.read_parquet(shared / "corpora" / "allsides_sample.parquet", columns=["article_id", "text"])
    result = benchmark(root).quality(corpus.head(1200), originals=200, seed=7)
    assert result["pairs"] > 350
    assert result["recall"] >= 0.98
    assert result["precision"] >= 0.99


@pytest.mark.gold
@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_altered_copies_are_found(root, shared, seed):
    corpus = pd.read_parquet(shared / "corpora" / "allsides_sample.parquet", columns=["article_id", "text"])
    result = benchmark(root).quality(corpus, originals=600, seed=seed)
    assert result["recall"] >= 0.98
    assert result["precision"] >= 0.99
