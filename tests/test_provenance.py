"""Provenance: datelines, credits, dates, the event window and suspected translations, with the seeds' answer key."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from growth import is_linear
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.provenance import Cues, evaluate_wire, find, find_dates, parse_date, place, translated
from analysis.provenance.credits import read_credits
from analysis.provenance.offices import titles_of
from analysis.provenance.place import event_dates
from analysis.study import Actor, Correction, Milestone, Office, Outlet, Study

A, B, C, D, E = (
    "000_39e82dbfb20658a7.txt",
    "001_3f64001593826196.txt",
    "002_d41e16ec7ad4b4ff.txt",
    "003_329ee69e2b26a6ec.txt",
    "004_1256b043cafdda00.txt",
)


def actor(name, aliases, title, since, until=None):
    office = Office(title, date.fromisoformat(since), until and date.fromisoformat(until))
    return Actor(name, tuple(aliases), "", (office,))


ACTORS = (
    actor("Lloyd Austin", ["Austin"], "US defense secretary", "2021-01-22", "2025-01-20"),
    actor("Antony Blinken", ["Blinken", "Antony J. Blinken"], "US secretary of state", "2021-01-26", "2025-01-20"),
    actor("Joe Biden", ["Biden"], "US president", "2021-01-20", "2025-01-20"),
    actor("Yoshihide Suga", ["Kan"], "Japanese prime minister", "2020-09-16", "2021-10-04"),
    actor("Nobuo Kishi", ["Kishi"], "Japanese defense minister", "2020-09-16", "2022-08-10"),
    actor("Takeshi Iwaya", ["Iwaya Takeshi"], "Japanese foreign minister", "2024-10-01"),
    actor("Shigeru Ishiba", ["Ishiba Shigeru"], "Japanese prime minister", "2024-10-01"),
    actor(
        "Toshimitsu Motegi",
        ["Toshimichi Motegi", "Toshimichi Mogi", "Toshimichi Shigeki"],
        "Japanese foreign minister",
        "2019-09-11",
        "2021-11-10",
    ),
)
STUDY = Study(
    Path("study.toml"),
    "Steel",
    "steel",
    (),
    window=(date(2025, 1, 1), date(2025, 1, 31)),
    actors=ACTORS,
    outlets=(Outlet("Bloomberg", ("Bloomberg News", "Bloomberg L.P.")), Outlet("The Daily Bugle", ("Bugle",))),
    milestones=(
        Milestone(
            date(2025, 1, 3), "blocked", ("decision * block", "blocked the sale", "blocked by US President Joe Biden")
        ),
        Milestone(date(2025, 1, 20), "inauguration"),
    ),
)


def read(seeds, name):
    return (seeds / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "originator", "carrier", "dateline", "published"),
    [
        (A, "unknown", "", "", ""),
        (B, "unknown", "", "Tokyo, Japan", "2025-01-07"),
        (C, "Bloomberg", "", "", ""),
        (D, "unknown", "", "", ""),  # the credit under a photo names no originator, its date no publication
        (E, "KUNA", "MENAFN", "TOKYO", "2025-01-07"),
    ],
)
def test_seeds(seeds, name, originator, carrier, dateline, published):
    raw = read(seeds, name)
    found = find(raw, study=STUDY, path=name)
    assert (found.originator, found.carrier, found.dateline, found.published) == (
        originator,
        carrier,
        dateline,
        published,
    )
    assert (found.outlet, found.byline) == ("unknown", "")
    for row in found.evidence:
        if row.start >= 0:
            assert row.source == "stated"
            said = raw[row.start : row.end]
            assert said == row.value or (row.field == "published" and parse_date(said) == row.value)
    assert [row.field for row in found.evidence] == [
        "originator",
        "outlet",
        "carrier",
        "byline",
        "dateline",
        "published",
    ]


@pytest.mark.parametrize(
    ("raw", "originator"),
    [
        ("TOKYO (AP) — Talks were held.", "AP"),
        ("A headline\n\nTokyo (AFP) – Talks were held.", "AFP"),
        ("TOKYO, Jan. 7 (UPI) — Talks were held.", "UPI"),
        ("BEIJING, Jan. 7 (Xinhua) -- Talks were held.", "Xinhua"),
        ("TOKYO, Jan 7 (Kyodo) - Talks were held.", "Kyodo"),
        ("MOSCOW, January 7. /TASS/. Talks were held.", "unknown"),
        ("By The Associated Press\n\nTalks were held.", "AP"),
        ("A headline\nBy Jane Doe, Associated Press\nTalks were held in Tokyo on Monday.", "AP"),
        ("Talks were held.\n\n(Reporting by Jane Doe; Editing by John Roe)", "Reuters"),
        ("Talks. (Reporting by Jane Doe; Additional reporting by A. B.; Editing by J. R.)", "Reuters"),
        ("Talks were held.\n\n- Reuters.", "Reuters"),
        ("Talks were held.\n\nSource: Xinhua", "Xinhua"),
        ("Talks were held.\n\nCopyright 2025 The Associated Press. All rights reserved.", "AP"),
        ("Talks were held.\n\n© 2025 AFP", "AFP"),
        ("Talks were held.\n\nThis story was originally published by The Daily Bugle.", "The Daily Bugle"),
        ("Talks.\n\nThis column first appeared in the Gotham Post newspaper and elsewhere.", "the Gotham Post"),
        ("Talks were held.\n\nThis story was originally published on October 21, 2019.", "unknown"),
        ("Talks were held.\n\nThe memo, first published by Fox News is titled so.", "unknown"),
        # No originators
        ("Talks were held.\n\nThe Associated Press contributed to this report.", "unknown"),
        ("Talks were held.\n\nJane Doe of Reuters contributed reporting.", "unknown"),
        ("Talks were held.\n\nMinisters shake hands. (Reuters file photo, Jan. 8, 2021)", "unknown"),
        ("Iwaya greets Blinken. (AP Photo/Jane Doe)\n\nTalks were held.", "unknown"),
        ("Image copyright Reuters\n\nTalks were held.", "unknown"),
        ("According to a Reuters/Ipsos poll, talks were held.", "unknown"),
        ("The deal (AP called it dead) was off, Reuters said.", "unknown"),
        ("From Bloomberg:\n\nTalks were held.", "unknown"),
        ("HARRISBURG, PA — Talks were held.", "unknown"),
        ("", "unknown"),
    ],
)  # fmt: skip
def test_originator(raw, originator):
    assert find(raw, study=STUDY).originator == originator


@pytest.mark.parametrize(
    ("byline", "originator", "source"),
    [
        ("UPI", "UPI", "stated"),
        ("By THE ASSOCIATED PRESS", "AP", "stated"),
        ("Jane Doe, Reuters", "Reuters", "stated"),
        ("Jane Doe of Bloomberg News", "Bloomberg", "stated"),
        ("KEVIN DOE Associated Press", "AP", "stated"),
        ("Jane Doe", "The Daily Bugle", "inferred"),
        ("By Jane Doe, Harrisburg, Pa", "The Daily Bugle", "inferred"),
        ("By JANE DOE, John Roe of Reuters contributed reporting.", "The Daily Bugle", "inferred"),
        ("", "unknown", "inferred"),
        ("Jane Doe, John Roe, Joe Poe, Ann Poe, Associated Press", "The Daily Bugle", "inferred"),
        ("None", "unknown", "inferred"),
    ],
)
def test_originator_from_byline(byline, originator, source):
    found = find("Talks were held.", study=STUDY, given={"outlet": "Bugle", "byline": byline})
    assert (found.originator, found.evidence[0].source) == (originator, source)
    assert found.outlet == "The Daily Bugle"


def test_contributing_agencies_are_kept_apart():
    found = find("Talks.\n\nThe Associated Press and Reuters contributed to this report.")
    assert (found.originator, found.agencies) == ("unknown", ("AP", "Reuters"))


def test_by_hand_wins_over_column_over_text():
    raw = "TOKYO, Jan 7, 2025 (AP) — Talks were held."
    assert find(raw).published == "2025-01-07"
    given = find(raw, given={"published": "2025-01-08T10:00:00Z", "originator": "unknown"})
    assert (given.published, given.originator) == ("2025-01-08", "AP")
    correction = Correction(values={"published": "2025-01-09", "outlet": "Bugle"}, reasons={"": "seen on the page"})
    by_hand = find(raw, study=STUDY, given={"published": "2025-01-08"}, correction=correction)
    rows = {row.field: row for row in by_hand.evidence}
    assert (by_hand.published, by_hand.outlet) == ("2025-01-09", "Bugle")
    assert rows["published"][2:] == (-1, -1, "by hand", "seen on the page")


def test_address_tells_outlet_and_date():
    found = find("Talks.", study=STUDY, url="https://www.bloomberg.com/news/articles/2025-01-07/talks")
    assert (found.outlet, found.published) == ("Bloomberg", "2025-01-07")
    assert {row.source for row in found.evidence} == {"inferred"}
    assert find("Talks.", study=STUDY, path="daily/The Daily Bugle/1.txt").outlet == "The Daily Bugle"
    assert find("Talks.", url="http://x.example/2018/mar/6/talks").published == "2018-03-06"
    assert find("Talks.", url="http://x.example/2018/99/6/talks").published == ""


@pytest.mark.parametrize(
    ("raw", "published"),
    [
        ("A headline\nPublished: January 7, 2025\nTalks were held.", "2025-01-07"),
        ("A headline\nUpdated 8 January 2025\nPublished 7 January 2025\nTalks were held.", "2025-01-07"),
        ("A headline\nUpdated 8 January 2025\nTalks were held.", "2025-01-08"),
        ("A headline\nTuesday, January 7, 2025\nTalks were held.", "2025-01-07"),
        ("Talks were held on January 7, 2025.", ""),
        ("A headline\nTalks were held.\nMinisters at talks on March 16, 2021", ""),
        ("(c) 2025 Bugle", ""),
    ],
)
def test_published(raw, published):
    assert find(raw).published == published


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-01-07", "2025-01-07"),
        ("2025-01-07T09:30:00+09:00", "2025-01-07"),
        ("2025/1/7", "2025-01-07"),
        ("20250107", "2025-01-07"),
        ("20250107T093000Z", "2025-01-07"),
        ("Jan. 7, 2025", "2025-01-07"),
        ("January 7th, 2025", "2025-01-07"),
        ("7 January 2025", "2025-01-07"),
        ("07-Jan-2025", "2025-01-07"),
        ("Tue, 07 Jan 2025 09:30:00 GMT", "2025-01-07"),
        ("Sept. 7, 2024, 5 p.m.", "2024-09-07"),
        ("31/01/2025", "2025-01-31"),
        ("01/31/2025", "2025-01-31"),
        ("07.07.2025", "2025-07-07"),
        ("2025年1月7日", "2025-01-07"),
        ("03/04/2025", ""),
        ("February 30, 2025", ""),
        ("2025-13-01", ""),
        ("Tuesday", ""),
        ("Jan 7", ""),
        ("sometime", ""),
        ("", ""),
    ],
)
def test_parse_date(text, expected):
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "anchor", "expected"),
    [
        ("Tuesday", "2025-01-09", "2025-01-07"),
        ("Tuesday", "2025-01-07", "2025-01-07"),
        ("yesterday", "2025-01-01", "2024-12-31"),
        ("Jan 7", "2025-01-09", "2025-01-07"),
        ("Dec 30", "2025-01-02", "2024-12-30"),
        ("Jan 2", "2024-12-30", "2025-01-02"),
        ("Tuesday", "no date", ""),
    ],
)
def test_relative_dates_need_an_anchor(text, anchor, expected):
    assert parse_date(text, anchor=anchor) == expected


def test_ambiguous_dates_are_read_as_told():
    assert parse_date("03/04/2025", day_first=True) == "2025-04-03"
    assert parse_date("03/04/2025", day_first=False) == "2025-03-04"


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["%Y-%m-%d", "%B %d, %Y", "%d %b %Y", "%Y%m%d"]))
def test_dates_survive_their_formats(day, form):
    assert parse_date(day.strftime(form)) == day.isoformat()


def test_find_dates_gives_the_characters():
    text = "From March 16, 2021 to 2025-01-07."
    assert [(text[d.start : d.end], d.value) for d in find_dates(text)] == [
        ("March 16, 2021", "2021-03-16"),
        ("2025-01-07", "2025-01-07"),
    ]


# ------------------------------------------------------------------------------------------------------- event window


@pytest.mark.parametrize(("name", "expected"), [(A, "yes"), (B, "yes"), (C, "yes"), (D, "no"), (E, "yes")])
def test_seeds_in_window(seeds, name, expected):
    raw = read(seeds, name)
    assert place(raw, published=find(raw).published, study=STUDY).in_window == expected


def test_2021_article_is_out_for_the_event_date_in_its_caption(seeds):
    raw = read(seeds, D)
    placed = place(raw, published="", study=STUDY)
    assert "event_date_outside_window" in placed.flags
    assert "a caption dates the event 2021-03-16, outside the window" in placed.reasons
    assert [found.value for found in event_dates(raw)] == ["2021-03-16"]  # not 2021-01-08, the photo's
    without_actors = Study(STUDY.path, "", "", (), window=STUDY.window)
    assert place(raw, published="", study=without_actors).in_window == "no"


def test_2021_article_is_recognised_by_its_office_holders_alone(seeds):
    raw = read(seeds, D)
    months = "January|February|March|April|Jan\\.|Mar\\.|Apr\\."
    undated = re.sub(rf"\b(?:{months})\s*\d*,?\s*(?:\d{{4}})?|\b\d{{4}}\b", "", raw)
    assert not re.search(r"\d{4}|Jan\.|March|April", undated)
    placed = place(undated, published="", study=STUDY)
    assert placed.in_window == "no"
    assert placed.flags == ("office_holders_outside_window",)
    assert "Prime Minister Kan, " in placed.reasons[0]
    assert "Defense Minister Nobuo Kishi" in placed.reasons[0]
    assert placed.latest == "2021-10-04"


@pytest.mark.parametrize(
    ("raw", "published", "expected", "flags"),
    [
        ("Talks.", "2025-01-07", "yes", ()),
        ("Talks.", "2025-02-01", "no", ("outside_window",)),
        ("Talks.", "", "unknown", ("undated",)),
        ("Prime Minister Shigeru Ishiba spoke.", "", "unknown", ("undated",)),
        ("Secretary Blinken met Prime Minister Ishiba. The decision to block it", "", "yes", ("date_inferred",)),
        ("Secretary Blinken met Prime Minister Ishiba. Biden may blocked the sale.", "", "unknown", ("undated",)),
        ("Prime Minister Kan met Defense Secretary Austin.", "", "no", ("office_holders_outside_window",)),
        ("Former Prime Minister Kan met Prime Minister Ishiba.", "", "unknown", ("undated",)),
        ("Prime Minister Kan met Prime Minister Ishiba.", "", "unknown", ("cues_conflict", "undated")),
        ("Prime Minister Kan spoke.", "2025-01-07", "yes", ("date_contradicted",)),
        ("President-elect Joe Biden spoke.", "", "unknown", ("undated",)),
        ("Vice President Biden spoke.", "", "unknown", ("undated",)),
        ("Kan and Austin and Kishi spoke.", "", "unknown", ("undated",)),
        ("Mogi (Reuters file photo, Jan. 8, 2021)\nThey spoke.", "", "unknown", ("undated",)),
        ("They spoke on March 16, 2021.", "", "unknown", ("undated",)),
        ("Ministers at talks in Tokyo on March 16, 2021\nThey spoke.", "2025-01-07", "yes", ()),
    ],
)  # fmt: skip
def test_window(raw, published, expected, flags):
    placed = place(raw, published=published, study=STUDY, cues=Cues(STUDY))
    assert (placed.in_window, placed.flags) == (expected, flags)
    assert len(placed.reasons) == len(placed.flags)


def test_without_a_window_every_article_is_in():
    assert place("Talks.", published="", study=Study(Path("s.toml"), "", "", ())).in_window == "yes"


@pytest.mark.parametrize(
    ("title", "forms"),
    [
        ("US secretary of state", {"secretary of state", "secretary"}),
        ("US defense secretary", {"defense secretary", "secretary of defense", "defence secretary", "secretary"}),
        ("Japanese prime minister", {"prime minister", "minister"}),
        ("White House national security adviser", {"national security adviser", "national security advisor"}),
        ("Nippon Steel CEO", {"nippon steel ceo"}),
    ],
)
def test_titles(title, forms):
    assert forms <= set(titles_of(title))


# ------------------------------------------------------------------------------------------------------- translations


def test_only_the_translated_seed_is_suspected(seeds):
    suspected = {name: translated(read(seeds, name), STUDY) for name in (A, B, C, D, E)}
    assert [name for name, reasons in suspected.items() if reasons] == [D]
    assert len(suspected[D]) == 3
    assert "Toshimichi Mogi, Toshimichi Motegi, Toshimichi Shigeki" in suspected[D][0]
    assert "John Blinken" in suspected[D][1]


@pytest.mark.parametrize(
    "text",
    [
        "Secretary of State Tony Blinken spoke.\n“I am glad,” he said.",
        "“I am glad.\n“And I stay glad,” he said.\nHe left.",
        "General Michael Doe met General Michael Roe.\nI am glad,” he said.\nSo am I,” she said.",
        "Defense Secretary Ash Blinken spoke.\nI am glad,” he said.\nSo am I,” she said.",
        "President George Bush and President George Washington were praised.",
        "I am glad,” he said.\nSo am I,” she said.",
        "",
    ],
)
def test_no_suspicion(text):
    assert translated(text, STUDY) == ()


# ------------------------------------------------------------------------------------------------------- any text


@given(st.text(max_size=400), st.text(max_size=40))
@settings(max_examples=80, deadline=None)
def test_any_text_is_read(raw, byline):
    found = find(raw, study=STUDY, given={"byline": byline}, url=byline, path=byline)
    for row in found.evidence:
        assert -1 <= row.start <= row.end <= len(raw)
    place(raw, published=byline, study=STUDY)
    translated(raw, STUDY)


@pytest.mark.parametrize(
    "piece", ["A ", "(", "“", "By A and ", "Minister ", "A, ", "1 ", "a\n", "contributed ", "Reuters "]
)
def test_linear_in_length(piece):
    cues = Cues(STUDY)

    def read(raw):
        find(raw, study=STUDY)
        place(raw, published="", study=STUDY, cues=cues)
        translated(raw, STUDY, cues=cues)

    assert is_linear(read, piece, length=200_000 if "\n" in piece else 1_000_000)


def test_photo_credit_is_no_reading():
    assert read_credits("Japanese Foreign Minister Mogi (Reuters file photo, Jan. 8, 2021)") == ([], ())


# ------------------------------------------------------------------------------------------------------- gold


@pytest.mark.gold
def test_agency_origin_on_polnear(shared):
    table = evaluate_wire(shared / "gold" / "polnear").set_index("part")
    assert table["agencies"].tolist() == [32, 43, 75]
    assert (table["f1"] >= 0.95).all()  # the bar is 0.90 on both halves together


def test_missing_gold_is_named(tmp_path):
    with pytest.raises(InputError, match=r"train\.jsonl: not found"):
        evaluate_wire(tmp_path)
