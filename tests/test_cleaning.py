"""Cleaning: lines each rule takes and leaves, the seeds' answer key, and the way back to the raw text."""

from __future__ import annotations

import pickle
import re

import numpy as np
import pytest
from growth import is_linear
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import cleaning
from analysis.cleaning import (
    RULES,
    RepeatedLines,
    alarm,
    clean,
    count_words,
    line_key,
    removed_words,
    repeated,
    repeated_lines,
    rules,
)
from analysis.cleaning.rules import line_rule, tail_rules
from analysis.cleaning.stamps import read_stamps
from analysis.cleaning.tally import line_keys
from analysis.language import TOKEN

# What has to go from each seed, by which rule: nothing else may.
SEEDS = {
    "000_39e82dbfb20658a7.txt": [],
    "001_3f64001593826196.txt": [
        ("Subscribe Us", "subscribe"),
        ("Tokyo, Japan – January 7, 2025", "date_line"),
        ("Post a Comment", "comments"),
        ("0 Comments", "comments"),
    ],
    "002_d41e16ec7ad4b4ff.txt": [
        ("(Bloomberg) —", "agency_credit"),
        ("Most Read from Bloomberg", "most_read"),
        ("Story continues", "story_continues"),
        ("–With assistance from Alastair Gale.", "credit"),
        ("(Updates with Blinken’s remarks, detail on talks with Iwaya.)", "update_note"),
        ("Most Read from Bloomberg Businessweek", "most_read"),
        ("©2025 Bloomberg L.P.", "copyright"),
    ],
    "003_329ee69e2b26a6ec.txt": [
        ("Japanese Foreign Minister Toshimichi Mogi (Reuters file photo, Jan. 8, 2021)", "caption_credit"),
        (
            "U.S. and Japanese Foreign Ministers and Defense Ministers 2+2 Talks in Tokyo on March 16, 2021",
            "caption_dated",
        ),
        ("Recent Comments", "comments"),
    ],
    "004_1256b043cafdda00.txt": [
        ("date 2025-01-07 (MENAFN- Kuwait News Agency (KUNA))", "carrier_stamp"),
        ("TOKYO, Jan 7 (KUNA) --", "agency_dateline"),
        ("(end)", "end_mark_inline"),
    ],
}
HEADLINES = {
    "000_39e82dbfb20658a7.txt": "On last trip as US top diplomat, Antony Blinken tells his Japanese "
    "counterpart he also came to Japan on his 1st trip in 2021",
    "001_3f64001593826196.txt": "Secretary Antony J. Blinken and Japanese Foreign Minister Iwaya Takeshi Meet in Tokyo",
    "002_d41e16ec7ad4b4ff.txt": "Blinken Lauds Japan Ties While Skirting Nippon Steel Dispute",
    "003_329ee69e2b26a6ec.txt": "",
    "004_1256b043cafdda00.txt": "",
}


def read(seeds, name):
    return (seeds / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SEEDS)
def test_seeds_lose_their_furniture_and_nothing_else(seeds, name):
    raw = read(seeds, name)
    cleaned = clean(raw)
    assert [(row.text, row.rule) for row in cleaned.removed] == SEEDS[name]
    assert all(raw[row.start : row.end] == row.text for row in cleaned.removed)
    assert cleaned.headline == HEADLINES[name]
    # What is left, read another way: the raw text with the removed stretches blanked out.
    rest = list(raw)
    for row in cleaned.removed:
        rest[row.start : row.end] = " " * (row.end - row.start)
    assert cleaned.text.split() == "".join(rest).split()
    assert not alarm(cleaned)


@pytest.mark.parametrize("name", SEEDS)
def test_every_character_leads_back(seeds, name):
    raw = read(seeds, name)
    cleaned = clean(raw)
    assert all(raw[cleaned.to_raw(i)] == char for i, char in enumerate(cleaned.text) if not char.isspace())


def test_text_is_headline_blank_line_body(seeds):
    for name in SEEDS:
        cleaned = clean(read(seeds, name))
        assert cleaned.text.startswith(cleaned.headline + "\n\n")
        assert cleaned.text.find("\n\n") == len(cleaned.headline)
        assert "\n\n\n" not in cleaned.text
        assert all(paragraph == paragraph.strip() for paragraph in cleaned.text.split("\n\n"))


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Most Read from Bloomberg Businessweek", "most_read"),
        ("Trending now", "most_read"),
        ("Read more: Talks in Tokyo end without a deal", "related"),
        ("SEE ALSO: Panel okays licences", "related"),
        ("( PHOTOS: 10 quotes about the deal)", "see_graphic"),
        ("Subscribe", "subscribe"),
        ("Sign up for our free weekly newsletter", "subscribe"),
        ("Get all the latest news delivered daily to your inbox. Sign up here.", "subscribe"),
        ("CLICK HERE TO GET THE NEWS APP", "subscribe"),
        ("Our digital edition, delivered daily to your door.", "subscribe"),
        ("Leave a Reply", "comments"),
        ("Comments (12)", "comments"),
        ("Comments are closed.", "comments"),
        ("Share Tweet Email", "share"),
        ("Advertisement", "advertisement"),
        ("Story Continues Below", "story_continues"),
        ("(Adds quotes, background)", "update_note"),
        ("Updated at 5:30 p.m. ET", "update_note"),
        ("This story has been updated with new information.", "update_note"),
        ("An earlier version of this article misstated the date of the talks.", "update_note"),
        ("--With assistance from Jane Doe and John Roe.", "credit"),
        ("The Associated Press contributed to this report.", "credit"),
        ("Jane Doe in Tokyo and John Q. Roe in Seoul contributed reporting.", "credit"),
        ("(Reporting by Jane Doe; Editing by John Roe)", "credit"),
        ("(Additional reporting by Jane Doe in Tokyo and J. Roe; Writing and editing by Ann Poe)", "credit"),
        ("With files from The Canadian Press", "credit"),
        ("By Jane Doe and John Roe", "byline"),
        ("By Jane Doe, Daily Bugle", "byline"),
        ("January 7, 2025", "date_line"),
        ("Tuesday, 7 January 2025", "date_line"),
        ("© 2025 The Daily Bugle. All rights reserved.", "copyright"),
        ("This material may not be published, broadcast or redistributed.", "copyright"),
        ("Iwaya greets reporters. (AP Photo/Jane Doe)", "caption_credit"),
        ("Enlarge this image toggle caption Jane Doe/AP Jane Doe/AP", "caption_credit"),
        ("FILE PHOTO: A steel mill in Pennsylvania", "caption_credit"),
        ("Image copyright Getty Images", "caption_credit"),
        ("Ministers before the talks in Tokyo on March 16, 2021", "caption_dated"),
        ("Follow us on Twitter @bugle", "follow"),
        ("Contact us at tips@bugle.example", "contact"),
        ("The opinions expressed by columnists are their own.", "disclaimer"),
        ("5 min read", "navigation"),
        ("-30-", "end_mark"),
        ("* * *", "separator"),
        ('{"unitName":"position4","display":"mobile"} hidden ad unit', "markup"),
        ("READ: Panel okays licences", "related"),
        ("Full Coverage: Economy", "related"),
        ("Let our news meet your inbox. Delivered weekday mornings. This site is protected by recaptcha", "subscribe"),
        ("Catch up on the election with our weekly politics podcast.", "subscribe"),
        ("ADVERTISEMENT Thanks for watching! Visit Website", "advertisement"),
        ("(This post was last updated at 11:24 a.m. ET.)", "update_note"),
        ("— This report was updated at 2:19 p.m.", "update_note"),
        ("CORRECTION (June 5, 2020 2:06 p.m.): The caption misstated the date.", "update_note"),
        ("This article by Jane Doe, a professor at Gotham, first appeared in The Bugle.", "credit"),
        ("Mattresses sit outside in a street of Gotham. (Jane Doe for The Daily Bugle)", "caption_credit"),
        ("They posed for a photograph. Both lost their jobs. Jane Doe/Bugle Staff", "caption_credit"),
        ("The race is within the margin of error. | AP Photo Poll: Doe has edge", "caption_credit"),
        ("Media playback is unsupported on your device Media caption A steel mill", "caption_credit"),
        ("Jane Doe is a business columnist. She can be reached at jane.doe@bugle.example.", "contact"),
        ("Send a tip to the news team at DB.", "contact"),
        ("JUST WATCHED Steel mill closes Replay More Videos ... MUST WATCH Steel mill closes 02:52", "navigation"),
        ("Don't see the graphic above? Click here.", "navigation"),
        # Lines of news that look like furniture
        ("Most voters disagree with the decision.", ""),
        ("Read literally, the order bars the sale.", ""),
        ("More from the minister was expected on Friday.", ""),
        ("He asked readers to subscribe to the idea.", ""),
        ("The minister had no comment on the deal.", ""),
        ("Governor Doe has delivered a hopeful message at his morning briefing.", ""),
        ("Share prices fell after the news.", ""),
        ("The story continues to unfold in Tokyo.", ""),
        ("Updated rules on foreign investment took effect, the ministry said.", ""),
        ("Sullivan contributed to this outcome, officials said.", ""),
        ("With assistance programs cut, farmers protested in Iowa on Monday.", ""),
        ("With help from the army, farmers cleared the road.", ""),
        ("Research by the University of Gotham shows that steel is strong.", ""),
        ("Reporter: What do you say to that?", ""),
        ("By Tuesday, the talks had failed.", ""),
        ("Correction of the course came late, the minister said.", ""),
        ("The minister can be reached at any hour, aides say.", ""),
        ("The chairman read: a long list of names, then a short one.", ""),
        ("He had backed Doe early (Jane Doe for President)", ""),
        ("The story was updated in the minister's mind. Nobody cared, he said.", ""),
        ("Advertisement spending fell, visit numbers rose.", ""),
        ("Copyrighted songs were played.", ""),
        ("They met on March 16, 2021, and again in May.", ""),
        ("He likes what he sees on Facebook and says so", ""),
        ("“Comments like these help nobody,” he said.", ""),
        ("A Stronger Partnership Amid Global Challenges", ""),
        ("Look to the Future", ""),
        ("7,000", ""),
    ],
)  # fmt: skip
def test_lines(line, rule):
    assert line_rule(line) == rule
    everything = (1 << len(rules._ASKED)) - 1
    for form in (line, line.upper(), f"— {line}", f"({line})", f"“{line}.”", line.replace(" ", "\xa0")):
        for top in (True, False):  # with gates as without
            assert line_rule(form, top=top) == rules._line_rule(form, top, everything)


def test_bylines_and_dates_only_near_the_top():
    assert line_rule("By Jane Doe", top=False) == ""
    body = "\n".join(f"Paragraph number {n} of a story." for n in range(12))
    assert clean(f"A headline\n{body}\nJanuary 7, 2025\nA day like any other.").removed == ()


@pytest.mark.parametrize(
    ("line", "rules", "rest"),
    [
        ("TOKYO, Jan 7 (KUNA) -- Japan agreed", ["agency_dateline"], "Japan agreed"),
        ("New York (AFP) – An actress", ["agency_dateline"], "An actress"),
        ("PASADENA, Calif., Jan. 1 (UPI) — A handful", ["agency_dateline"], "A handful"),
        ("Dec 29 (Reuters) - U.S. candidate", ["agency_dateline"], "U.S. candidate"),
        ("WASHINGTON/BAGHDAD (Reuters) - The", ["agency_dateline"], "The"),
        ("BEIJING, Jan. 7 (Xinhua) -- China", ["agency_dateline"], "China"),
        ("(Bloomberg) -- Oil", ["agency_credit"], "Oil"),
        ("CONCORD, N.H. — Voters", ["dateline"], "Voters"),
        ("PARKERSBURG, W.Va., March 3 — Miners", ["dateline"], "Miners"),
        (
            "date 2025-01-07 (MENAFN- Kuwait News Agency (KUNA)) TOKYO, Jan 7 (KUNA) -- Talks",
            ["carrier_stamp", "agency_dateline"],
            "Talks",
        ),
        ("Sanders (I-Vt.) — who lost — spoke", [], "Sanders (I-Vt.) — who lost — spoke"),
        ("The deal — a big one — failed", [], "The deal — a big one — failed"),
        ("ANALYSIS — The deal", [], "ANALYSIS — The deal"),
        ("NATO (the alliance) - it said", [], "NATO (the alliance) - it said"),
    ],
)
def test_stamps(line, rules, rest):
    stamps = read_stamps(line)
    assert [stamp.rule for stamp in stamps] == rules
    assert line[stamps[-1].end if stamps else 0 :] == rest


@pytest.mark.parametrize(
    ("line", "kept", "rules"),
    [
        ("It will go to France. (end)", "It will go to France.", ["end_mark_inline"]),
        ("It will go to France. (end) mk.hb", "It will go to France.", ["end_mark_inline"]),
        (
            "He said so. (Reporting by A Doe; Editing by B Roe) (end)",
            "He said so.",
            ["end_mark_inline", "credit_inline"],
        ),
        ("He said so. © 2025 AFP", "He said so.", ["copyright_inline"]),
        ("Blinken left (in the end) alone.", "Blinken left (in the end) alone.", []),
    ],
)
def test_tails(line, kept, rules):
    found = tail_rules(line)
    assert [rule for _, rule in found] == rules
    assert line[: found[-1][0] if found else len(line)] == kept


@pytest.mark.parametrize(
    ("raw", "headline"),
    [
        ("A deal is off\nIt ended on Monday.", "A deal is off"),
        ("Is the deal off?\n\nIt ended on Monday.", "Is the deal off?"),
        ("It ended on Monday.\n\nNobody spoke.", ""),
        ("TOKYO (AP) — It ended\n\nNobody spoke.", ""),
        ("“We lost,” he said\n\nNobody spoke.", "“We lost,” he said"),
        ("One line alone", ""),
        ("", ""),
    ],
)
def test_headline(raw, headline):
    assert clean(raw).headline == headline


def test_headline_known_apart():
    apart = clean("It ended on Monday.", headline="A deal is off")
    assert apart.text == "A deal is off\n\nIt ended on Monday."
    assert apart.to_raw(3) == -1
    assert apart.to_raw(apart.text.index("ended")) == 3
    within = clean("A  deal is OFF.\nIt ended on Monday.", headline="A deal is off.")
    assert within.headline == "A  deal is OFF."
    assert within.to_raw(0) == 0


def test_wrapped_text_is_joined_and_single_lines_are_paragraphs():
    wrapped = (
        "The deal is off\n\nThe minister said on Monday that the sale of the company\n"
        "would not go ahead this year, after all, since the\ncommittee had not been able to agree on its merits and\n"
        "the president had made up his mind a long time ago.\n\nNobody was\nglad."
    )
    assert len(clean(wrapped).text.split("\n\n")) == 3
    assert "company would" in clean(wrapped).text
    assert clean("A headline\nFirst line.\nSecond line.").text == "A headline\n\nFirst line.\n\nSecond line."


def test_links_under_a_heading():
    links = "Most Read from Bloomberg\nA link to a story\nAnother link"
    raw = f"A headline\nThe body goes here.\n\n{links}\n\nThe body goes on."
    cleaned = clean(raw)
    assert cleaned.text == "A headline\n\nThe body goes here.\n\nThe body goes on."
    assert [row.rule for row in cleaned.removed] == ["most_read", "link_list", "link_list"]


def test_comments_of_readers_go_with_their_heading():
    body = "\n\n".join(f"This is paragraph {n} of a story that goes on for a while." for n in range(8))
    cleaned = clean(f"A headline\n\n{body}\n\n2 Comments\n\nJane: what nonsense\n\nJohn: I agree")
    assert [row.rule for row in cleaned.removed] == ["comments", "comment_text", "comment_text"]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (
            "He met President Doe Jane Q. DoeDoe trails in polls Senate balks at trial MORE on Monday.",
            "He met President Doe on Monday.",
        ),
        (
            "Sen. Bob Roe Robert (Bob) Roe2020 hopefuls 'on the road' | The 12:30 report MORE’s bill and Rep. Ann Poe "
            "Ann PoeOvernight Health: A plan MORE (R-Wis.) failed.",
            "Sen. Bob Roe’s bill and Rep. Ann Poe (R-Wis.) failed.",
        ),
        ("He said so to Jim McVee Jim VeeMORE.", "He said so to Jim McVee Jim VeeMORE."),  # another name
        ("Gen. John Roe John Francis RoeMORE spoke.", "Gen. John Roe spoke."),
        (
            "Speaker Paul Roe Paul David Roe Retirees say no Governor dresses up MORE (R-Wis.) left.",
            "Speaker Paul Roe (R-Wis.) left.",
        ),
        ("By John DoeJohn DoeThe morning report MORE, the attorney.", "By John Doe, the attorney."),
        ("President Doe Jane Q. Doe's plan asks for MORE.", "President Doe Jane Q. Doe's plan asks for MORE."),
        ("Ann Poe met Ann Poe. Then she asked for MORE money.", "Ann Poe met Ann Poe. Then she asked for MORE money."),
        ("She is for Doe. Doe Unlimited wants MORE.", "She is for Doe. Doe Unlimited wants MORE."),
        ("AND THAT’S THE SKILL THAT’S “NEEDED, MORE.", "AND THAT’S THE SKILL THAT’S “NEEDED, MORE."),
    ],
)  # fmt: skip
def test_links_glued_behind_a_name(line, kept):
    raw = f"A headline\n{line}\nThe body goes on."
    cleaned = clean(raw)
    assert cleaned.text == f"A headline\n\n{kept}\n\nThe body goes on."
    assert {row.rule for row in cleaned.removed} <= {"link_block"}
    assert all(raw[row.start : row.end] == row.text for row in cleaned.removed)
    assert all(raw[cleaned.to_raw(i)] == char for i, char in enumerate(cleaned.text) if not char.isspace())


def test_links_in_capitals_go_only_in_rows():
    body = "\n".join(f"Paragraph number {n} of a story." for n in range(8))
    links = "STATES SHOW RECORD SPIKES IN CASES\nHERE ARE SIX WAYS IT ENDS"
    raw = f"A headline\n{body}\n{links}\n{body}\nA TITLE IN ITS OWN RIGHT\n{body}"
    assert [(row.text, row.rule) for row in clean(raw).removed] == [
        ("STATES SHOW RECORD SPIKES IN CASES", "link_capitals"),
        ("HERE ARE SIX WAYS IT ENDS", "link_capitals"),
    ]


def articles(count, *, outlet="Daily", start=0):
    """Articles with a text of their own, furniture in each and in every third, and a copy of each tenth."""
    for n in range(start, start + count):
        lines = [f"Word{n * 7919 + k} of a story told in place{n * 31 + k} by person{n}" for k in range(4)]
        lines += ["Our man in Havana"] + ["Tips to the desk"] * (n % 3 == 0)
        yield outlet, "\n".join(lines)
        if n % 10 == 0:
            yield outlet, "\n".join([*lines, "Second edition"])


def test_repeated_lines_grow_and_stay_frozen():
    lines = RepeatedLines()
    lines.add_many(articles(20))
    first = lines.freeze()
    assert first == {"Daily": frozenset({"our man in havana", "tips to the desk"})}
    # Two hundred articles without the second line: by share it would go, but what is frozen stays.
    lines.add_many(("Daily", f"Text{n} of another{n} kind{n}\nA new line\nour MAN in havana") for n in range(400))
    assert first == {"Daily": frozenset({"our man in havana", "tips to the desk"})}
    assert lines.freeze() == {"Daily": frozenset({"our man in havana", "tips to the desk", "a new line"})}
    assert (
        "tips to the desk"
        not in repeated_lines(
            [*articles(20), *(("Daily", f"Text{n} of another{n} kind{n}\nA new line") for n in range(400))]
        )["Daily"]
    )


@pytest.mark.parametrize("chunk", [1, 7, 50])
def test_repeated_lines_do_not_depend_on_chunks(chunk):
    rows = [*articles(60), *articles(9, outlet="Weekly"), *articles(3, outlet="Rare"), *articles(9, outlet="unknown")]
    lines = RepeatedLines()
    for start in range(0, len(rows), chunk):
        lines.add_many(rows[start : start + chunk])
        lines = RepeatedLines.from_state(lines.state())
    assert lines.freeze() == repeated_lines(rows)
    assert set(lines.freeze()) == {"Daily", "Weekly"}
    state = lines.state()
    assert all(len(state[name]) == len(state[f"{name}_of"]) for name in ("lines", "anchors", "names", "frozen"))


def test_repeated_lines_in_bounded_memory(monkeypatch):
    monkeypatch.setattr(repeated, "_MOST_LINES", 400)
    monkeypatch.setattr(repeated, "_MOST_WAITING", 100)
    lines = RepeatedLines()
    lines.add_many(articles(600))
    state = lines.state()
    assert len(state["lines"]) <= 400
    # Counts are lower bounds, too low by what was missed at most, so a line in a third of the articles is found.
    assert 0 < state["missed"].max() < 0.05 * state["articles"].max()
    counts = dict(zip(state["lines"].tolist(), state["counts"].tolist(), strict=True))
    assert 600 - state["missed"].max() <= counts[repeated._hash("our man in havana")] <= 600
    assert lines.freeze() == {"Daily": frozenset({"our man in havana", "tips to the desk"})}


def test_repeated_lines_keep_a_sample_of_anchors(monkeypatch):
    monkeypatch.setattr(repeated, "_MOST_ANCHORS", 300)
    monkeypatch.setattr(repeated, "_MOST_WAITING", 100)
    lines = RepeatedLines()
    lines.add_many(articles(600))
    assert len(lines.state()["anchors"]) <= 300
    assert RepeatedLines.from_state(lines.state()).state()["settings"] == lines.state()["settings"]
    assert lines.state()["settings"][2] < 1


def test_repeated_lines_counts_copies_once():
    story = "\n".join(
        f"The {word} was sold to a buyer from abroad for a large sum." for word in "mill mine port road".split()
    )
    raws = [f"{story}\nA line in every copy\nEdition {n}" for n in range(9)]
    assert repeated_lines([("Daily", raw) for raw in raws]) == {}
    raws = [f"Story {n * 7919} about the town of {n}\nOur man in Havana" for n in range(9)]
    found = repeated_lines([("Daily", raw) for raw in raws] + [("unknown", raw) for raw in raws])
    assert found == {"Daily": frozenset({"our man in havana"})}
    cleaned = clean(raws[0], repeated=found["Daily"])
    assert [row.rule for row in cleaned.removed] == ["repeated"]
    assert line_key(" Our  man in HAVANA") in found["Daily"]


def test_alarm_counts_words():
    cleaned = clean("A headline\nOne two three four five six.\nSign up for our newsletter")
    assert removed_words(cleaned) == 5
    assert alarm(cleaned)
    assert not alarm(cleaned, share=0.5)


def test_rules_are_documented_once():
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    assert all(rule.description for rule in RULES)
    assert set(cleaning.__all__) >= {"clean", "RULES"}


PAGE = """<!doctype html><html><head><title>A deal is off | Bugle</title>
<meta property="og:title" content="A deal is off"><meta name="author" content="Jane Doe">
<script>var a = "<p>no</p>";</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/s">Sport news of the day</a></li></ul></nav>
<article><h1>A deal is off</h1><p class="byline">By Jane Doe</p>
<p>TOKYO (Reuters) - The minister said on Monday that the sale of the company would not go ahead this year &amp; that
<b>nobody</b> was glad.</p>
<p>It was the second time in three months that the committee had failed to agree on what to do about the company &mdash;
and its debts.</p>
<p>Story continues below</p>
<p>The third paragraph of the story explains at some length what had been said before, so that the page has a body to
be found.</p></article>
<footer><p>Imprint and a long list of other things that stand on every page of this newspaper</p></footer></body></html>
"""


def test_html_page():
    cleaned = clean(PAGE, is_html=True)
    assert cleaned.headline == "A deal is off"
    paragraphs = cleaned.text.split("\n\n")
    assert paragraphs[1].startswith("The minister said on Monday")
    assert "& that nobody was" in paragraphs[1]
    assert "Imprint" not in cleaned.text
    assert "Sport" not in cleaned.text
    assert {"page", "agency_dateline", "story_continues"} <= {row.rule for row in cleaned.removed}
    assert all(PAGE[row.start : row.end] == row.text for row in cleaned.removed)
    for word in ("minister", "nobody", "committee", "paragraph"):
        position = cleaned.text.index(word)
        assert PAGE[cleaned.to_raw(position) :].startswith(word)


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost_or_twice(raw):
    cleaned = clean(raw)
    covered = [0] * len(raw)
    for row in cleaned.removed:
        assert raw[row.start : row.end] == row.text
        for index in range(row.start, row.end):
            covered[index] += 1
    for index, char in enumerate(cleaned.text):
        if not char.isspace():
            assert raw[cleaned.to_raw(index)] == char
            covered[cleaned.to_raw(index)] += 1
    assert all(count <= 1 for count in covered)
    missed = {char for char, count in zip(raw, covered, strict=True) if not count and not char.isspace()}
    assert missed <= set("\ufeff\u200b\u200e\u200f")


@pytest.mark.parametrize("piece", ["<svg>", "<", "<a '", "<p>x", "&amp;", "<!--", "</p>", "<script>"])
def test_broken_pages_in_linear_time(piece):
    from analysis.cleaning.html import _visible

    assert is_linear(_visible, piece, length=300_000)


@given(st.text(alphabet="<>&;!-/ap\"'=\n x", max_size=200))
@settings(max_examples=60, deadline=None)
def test_broken_html_is_read(raw):
    cleaned = clean(raw, is_html=True)
    assert all(raw[row.start : row.end] == row.text for row in cleaned.removed)


@pytest.mark.parametrize(
    "char", ["a", " ", "(", "A", "\n", "\0", "-", "“", "A ", "a\n", "(end) ", "© ", "A, ", "by A", "Share "]
)
def test_linear_in_length(char):
    assert is_linear(clean, char, length=200_000 if "\n" in char else 1_000_000)


def test_fifty_megabytes_in_one_line():
    raw = "A headline\n" + "word " * 10_000_000
    assert len(clean(raw).text) > 49_000_000


@pytest.mark.parametrize("run", [1, 7, 50])
def test_tallies_in_order_give_what_counting_gives(monkeypatch, run):
    """Whoever works a tally out, in runs of whatever length, also where memory is short."""
    monkeypatch.setattr(repeated, "_MOST_LINES", 150)
    monkeypatch.setattr(repeated, "_MOST_WAITING", 100)
    monkeypatch.setattr(repeated, "_MOST_ANCHORS", 200)
    rows = [*articles(60), *articles(9, outlet="Weekly"), *articles(9, outlet="unknown"), *articles(60, start=30)]
    one, other = RepeatedLines(), RepeatedLines()
    for row in rows:
        one.add(*row)
    for start in range(0, len(rows), run):
        other.add_tally(pickle.loads(pickle.dumps(RepeatedLines.tally(rows[start : start + run]))))
    assert one.freeze() == other.freeze() != {}
    for name, value in one.state().items():
        assert np.array_equal(value, other.state()[name]), name


_ODD_TEXT = st.text(st.sampled_from("aAß ÉéİıſΣσς’'1_\n\r\t\x0b\x1c\x85\xa0\u2028\u3000ﬁ𝟙\ud800"), max_size=40)


@given(_ODD_TEXT)
def test_keys_of_all_lines_are_those_of_each(text):
    each = [line_key(line) for line in re.findall(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+", text)]
    assert line_keys(text) == [key for key in dict.fromkeys(each) if key]


@given(st.lists(_ODD_TEXT, max_size=5))
def test_words_are_counted_as_by_the_pattern(texts):
    assert count_words(texts) == [len(TOKEN.findall(text)) for text in texts]
