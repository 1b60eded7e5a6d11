"""The growing index of text reuse: however the articles come and leave, the table is that of all at once."""

from __future__ import annotations

import os
import random
import tempfile
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.reuse import Index, anchors, find, linking, rows, spill
from analysis.reuse import index as index_module
from analysis.reuse.compare import compare

WORDS = [f"{a}{b}" for a in "ba be bi bo bu da de di do du".split() for b in "lan ler mit nos pul rik sta tev".split()]
PHRASES = ["as reported on Monday by the officials of the ministry in a statement to all of the press there"]


def prose(draw, count):
    return " ".join(draw.choice(WORDS) + str(draw.randrange(30)) for _ in range(count))


def altered(draw, text):
    """Cut, move, replace and add words, so that copies of one text differ in what they have in common."""
    words = text.split()
    for _ in range(draw.randrange(4)):
        at, size = draw.randrange(len(words)), draw.randrange(1, 25)
        kind = draw.randrange(4)
        if kind == 0:
            words[at : at + size] = []
        elif kind == 1:
            words[at:at] = prose(draw, size).split()
        elif kind == 2:
            words = words[at:] + words[:at]
        elif words:
            words[min(at, len(words) - 1)] = "other"
        words = words or ["nothing"]
    return " ".join(words)


def corpus(seed, count=60, *, dated="some"):
    """Articles of which most are altered copies of others, or of two others together; their ids tell nothing."""
    draw = random.Random(seed)
    texts = [prose(draw, draw.randrange(30, 120)) for _ in range(max(2, count // 8))]
    while len(texts) < count:
        text = altered(draw, draw.choice(texts))
        if draw.random() < 0.2:
            text += " " + altered(draw, draw.choice(texts))
        if draw.random() < 0.3:
            text += " " + PHRASES[0]
        texts.append(text)
    draw.shuffle(texts)
    ids = draw.sample(range(10**6), count)
    days = [f"2025-01-{draw.randrange(1, 6):02d}" for _ in range(count)]
    if dated == "rising":
        days = [f"2025-{n // 28 + 1:02d}-{n % 28 + 1:02d}" for n in range(count)]
    return pd.DataFrame(
        {
            "article_id": [f"é{n}" if n % 9 == 0 else str(n) for n in ids],
            "text": texts,
            "published": ["" if dated == "some" and draw.random() < 0.3 else day for day in days],
            "outlet": [draw.choice(["AP", "Bugle", "unknown"]) for _ in range(count)],
            "originator": [draw.choice(["AP", "Bugle"]) for _ in range(count)],
        }
    )


def parts(table, seed, most=20):
    draw = random.Random(seed)
    start = 0
    while start < len(table):
        size = draw.randrange(0, most)
        yield f"s{start}-{size}-{seed}", table.iloc[start : start + size]
        start += size


def same(index, articles):
    pd.testing.assert_frame_equal(index.table(), find(articles))


@pytest.fixture(autouse=True)
def unsynced(monkeypatch):
    """The disk of a test machine is slow, and nobody pulls the plug."""
    monkeypatch.setattr(os, "fsync", lambda number: None)


@pytest.fixture
def small(monkeypatch):
    """Blocks, buffers and caches so small that every path is taken."""
    monkeypatch.setattr(index_module, "_BLOCK", 2_000)
    monkeypatch.setattr(index_module, "_KEEP", 500)
    monkeypatch.setattr(linking, "_TOGETHER", 3)
    monkeypatch.setattr(spill, "ROOM", 2_000)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("dated", ["some", "rising"])
def test_growing_ends_where_all_at_once_does(tmp_path, small, seed, dated):
    articles = corpus(seed, dated=dated)
    index, names, size = Index(tmp_path / "index"), [], 0
    for number, (name, part) in enumerate(parts(articles, seed)):
        index.add(name, part)
        names.append(name)
        size += len(part)
        if number % 3 != 1:
            index.update(names)
            same(index, articles.iloc[:size])
    index.update(names)
    same(index, articles)


@given(st.integers(0, 10**6), st.data())
@settings(max_examples=8, deadline=None)
def test_any_segments_may_come_and_leave(seed, data):
    articles = corpus(seed, 40)
    cuts = data.draw(st.lists(st.integers(0, 40), max_size=5).map(sorted))
    pieces = {f"s{n}": articles.iloc[a:b] for n, (a, b) in enumerate(pairwise([0, *cuts, 40]))}
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder))
        for _ in range(3):
            names = data.draw(st.lists(st.sampled_from(sorted(pieces)), unique=True))
            for name in names:
                index.add(name, pieces[name])
            index.update(names)
            same(index, pd.concat([pieces[name] for name in names]) if names else articles.iloc[:0])


def test_newer_articles_alone_are_compared(tmp_path):
    articles = corpus(1, 80, dated="rising")
    index = Index(tmp_path)
    assert not index.has("old")
    index.add("old", articles.iloc[:70])
    assert index.has("old")
    assert index.update(["old"]) == 70
    index.add("new", articles.iloc[70:])
    assert index.update(["old", "new"]) == 10
    assert index.update(["old", "new"]) == 0
    same(index, articles)


def test_an_older_article_becomes_the_origin_and_leaves_again(tmp_path):
    story = prose(random.Random(1), 100)
    copies = pd.DataFrame(
        {"article_id": ["c", "b", "d"], "text": [story, story + " More.", prose(random.Random(2), 90)]}
    )
    older = pd.DataFrame({"article_id": ["a"], "text": ["News: " + story]})
    index = Index(tmp_path)
    index.add("copies", copies)
    index.update(["copies"])
    assert index.table()[["article_id", "other_id"]].values.tolist() == [["c", "b"]]
    index.add("older", older)
    assert index.update(["copies", "older"]) == 3  # not the fourth, which has no words of theirs
    assert index.table()[["article_id", "other_id"]].values.tolist() == [["b", "a"], ["c", "a"]]
    assert index.update(["copies"]) == 2
    assert index.table()[["article_id", "other_id"]].values.tolist() == [["c", "b"]]


def test_an_article_may_be_replaced_by_another_of_its_id(tmp_path):
    articles = corpus(3, 30)
    changed = articles.iloc[10:20].assign(text=articles["text"].iloc[:10].tolist(), published="2024-12-31")
    index = Index(tmp_path)
    for name, part in (("s1", articles.iloc[:10]), ("s2", articles.iloc[10:20]), ("s3", articles.iloc[20:])):
        index.add(name, part)
    index.update(["s1", "s2", "s3"])
    index.add("s2b", changed)
    index.update(["s1", "s2b", "s3"])
    same(index, pd.concat([articles.iloc[:10], changed, articles.iloc[20:]]))
    assert not list(tmp_path.rglob("s2.*"))


def test_an_id_may_not_be_there_twice(tmp_path):
    articles = corpus(4, 20)
    index = Index(tmp_path)
    index.add("s1", articles)
    index.add("s2", articles.iloc[7:8])
    index.update(["s1"])
    with pytest.raises(InputError, match=f"'{articles['article_id'].iloc[7]}' is there twice"):
        index.update(["s1", "s2"])
    same(index, articles)


def test_a_segment_must_have_been_added(tmp_path):
    with pytest.raises(InputError, match="segment s1 is missing"):
        Index(tmp_path).update(["s1"])
    with pytest.raises(ValueError, match="letters, digits"):
        Index(tmp_path).add("../s1", corpus(1, 3))


def test_nothing_empty_and_odd_texts(tmp_path):
    index = Index(tmp_path)
    assert index.update([]) == 0
    assert index.table().empty
    odd = ["", "\ud800 lone", "日本" * 20, "word " * 40, "x" * 5000, "word " * 50 + "\ud800", "one two three"]
    articles = pd.DataFrame({"article_id": list("abcdefg"), "text": pd.Series(odd, dtype=object)})
    index.add("none", articles.iloc[:0])
    index.add("odd", articles)
    index.update(["none", "odd"])
    same(index, articles)
    assert len(index.table()) == 1
    index.update(["none"])
    assert index.table().empty


def test_anchors_made_elsewhere_serve_as_well(tmp_path):
    articles = corpus(5, 30)
    index = Index(tmp_path)
    index.add("s1", articles, anchors=anchors(articles["text"].tolist()))
    index.update(["s1"])
    same(index, articles)


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("seed", range(2))
def test_a_kill_at_any_write_costs_time_alone(tmp_path, monkeypatch, seed):
    monkeypatch.setattr(index_module, "_BLOCK", 2_000)
    articles = corpus(seed, 45)
    pieces = {f"s{n}": articles.iloc[n * 15 : n * 15 + 15] for n in range(3)}
    draw = random.Random(seed)
    left = draw.randrange(1, 12)

    def failing(kind):
        def call(*arguments, **named):
            nonlocal left
            left -= 1
            if left == 0:
                left = draw.randrange(1, 60)
                if draw.random() < 0.5:
                    kind(*arguments, **named)
                raise Killed
            return kind(*arguments, **named)

        return call

    for kind in ("replace", "unlink", "touch", "mkdir"):
        monkeypatch.setattr(Path, kind, failing(getattr(Path, kind)))
    kills = 0
    for names in (["s0"], ["s0", "s1"], ["s0", "s1", "s2"], ["s0", "s2"], ["s1", "s0", "s2"]):
        for _ in range(100):
            index = Index(tmp_path / "index")
            try:
                for name in names:
                    index.add(name, pieces[name])
                index.update(names)
                break
            except Killed:
                kills += 1
        same(index, pd.concat([pieces[name] for name in names]))
    assert kills > 4


def test_finished_blocks_are_not_compared_again(tmp_path, small, monkeypatch):
    articles = corpus(6, 60)
    index = Index(tmp_path)
    index.add("s1", articles)
    compared = []

    def counting(links, reader, *, shortest):
        compared.append(len(links.later))
        if len(compared) == 4:
            raise Killed
        return compare(links, reader, shortest=shortest)

    monkeypatch.setattr(index_module, "compare", counting)
    with pytest.raises(Killed):
        index.update(["s1"])
    steps = []

    def backwards(blocks):
        for block in reversed(blocks):
            index.compare(block)
            steps.append(block)
            yield

    index.update(["s1"], each=backwards)
    assert steps == list(reversed(range(len(steps))))
    assert len(compared) == len(steps) + 1  # the one that was cut off alone came twice
    same(index, articles)


def test_blocks_are_compared_in_other_processes(tmp_path, small):
    articles = corpus(8, 60)
    index = Index(tmp_path)
    index.add("s1", articles)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        index.update(["s1"], each=lambda blocks: pool.map(index.compare, blocks))
    assert not any((tmp_path / "work").glob("*"))
    same(index, articles)


def test_parts_of_the_table_follow_each_other_by_id(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "_SORTED", 7)
    articles = corpus(7, 80)
    index = Index(tmp_path)
    index.add("s1", articles)
    index.update(["s1"])
    found = list(index.tables())
    assert len(found) > 3
    pd.testing.assert_frame_equal(pd.concat(found, ignore_index=True), find(articles))


def test_postings_are_merged_so_that_few_files_are_asked(tmp_path):
    articles = corpus(8, 60)
    index, names = Index(tmp_path), []
    for number in range(12):
        names.append(f"s{number}")
        index.add(names[-1], articles.iloc[number * 5 : number * 5 + 5])
        index.update(names)
    assert len(list((tmp_path / "postings").glob("*.bounds"))) <= 3
    assert not list((tmp_path / "segments").glob("*.anchors"))
    same(index, articles)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), max_size=60), st.integers(1, 200))
@settings(max_examples=50, deadline=None)
def test_a_spill_gives_back_each_bin_as_it_was_filled(records, room):
    with tempfile.TemporaryDirectory() as folder:
        pile = spill.Spill(Path(folder), 7, np.int64, room=room)
        for number, value in records:
            pile.put(np.array([number]), np.array([value]))
        for number, found in enumerate(pile.bins()):
            assert found.tolist() == [value for other, value in records if other == number]
