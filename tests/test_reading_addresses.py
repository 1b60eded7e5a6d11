"""Lists of addresses as Media Cloud and GDELT export them: no text, so nothing to measure before `fetch` has been."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

import analysis
from analysis.reading import Address, RawArticle, SetAside, addresses, read
from analysis.study import Study, read_study

NEW_MEDIA_CLOUD = (
    "id,indexed_date,language,media_name,media_url,publish_date,title,url\n"
    "abc,2025-01-08 03:04:05,en,portherald.example,portherald.example,2025-01-07,Board rejects crane sale,"
    "https://www.portherald.example/2025/01/07/cranes\n"
    'def,2025-01-09 03:04:05,en,gazette.example,gazette.example,2025-01-08,"Crane maker, to sue",'
    "https://gazette.example/a?id=2\n"
)
OLD_MEDIA_CLOUD = (
    "stories_id,publish_date,title,url,language,ap_syndicated,themes,media_id,media_name,media_url\n"
    "1,2019-01-07 10:00:00,Board rejects crane sale,https://portherald.example/cranes,en,False,,7,The Port Herald,"
    "https://portherald.example\n"
)
GDELT_CSV = (
    "URL,MobileURL,Date,Title\n"
    "https://www.portherald.example/cranes,,2025-01-07 13:15:00,Board rejects crane sale\n"
    "https://gazette.example/sue,https://m.gazette.example/sue,2025-01-08 00:30:00,Crane maker to sue\n"
)
GDELT_JSON = {
    "articles": [
        {
            "url": "https://www.portherald.example/cranes",
            "url_mobile": "",
            "title": "Board rejects crane sale",
            "seendate": "20250107T131500Z",
            "socialimage": "https://x.example/i.png",
            "domain": "portherald.example",
            "language": "English",
            "sourcecountry": "Northland",
        }
    ]
}
TITLE = "Board rejects crane sale"
CASES = {
    "mc.csv": (
        NEW_MEDIA_CLOUD,
        [
            ("https://www.portherald.example/2025/01/07/cranes", "portherald.example", TITLE, "2025-01-07", "en", 2),
            ("https://gazette.example/a?id=2", "gazette.example", "Crane maker, to sue", "2025-01-08", "en", 3),
        ],
    ),
    "old.csv": (
        OLD_MEDIA_CLOUD,
        [("https://portherald.example/cranes", "The Port Herald", TITLE, "2019-01-07 10:00:00", "en", 2)],
    ),
    "gdelt.csv": (
        "\ufeff" + GDELT_CSV,
        [
            ("https://www.portherald.example/cranes", "portherald.example", TITLE, "2025-01-07 13:15:00", "", 2),
            ("https://gazette.example/sue", "gazette.example", "Crane maker to sue", "2025-01-08 00:30:00", "", 3),
        ],
    ),
    "gdelt.json": (
        json.dumps(GDELT_JSON),
        [("https://www.portherald.example/cranes", "portherald.example", TITLE, "20250107T131500Z", "en", 1)],
    ),
    "rows.jsonl": (
        json.dumps({"text": "A text.", "url": "https://a.example/1", "outlet": "A"})
        + "\n"
        + json.dumps({"text": "", "url": "https://a.example/2", "outlet": "A", "headline": "H"}),
        [("https://a.example/2", "A", "H", "", "", 2)],
    ),
}


def study(folder: Path, **columns: str) -> Study:
    return Study(folder / "study.toml", "T", "t", (folder,), columns=columns)


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("name", CASES)
def test_every_list_gives_its_addresses(tmp_path: Path, name: str, suffix: str) -> None:
    text, expected = CASES[name]
    data = text.encode("utf-8")
    (tmp_path / (name + suffix)).write_bytes(gzip.compress(data) if suffix else data)
    found = list(addresses(study(tmp_path)))
    assert found == [
        Address(url, outlet, headline, published, language, name + suffix, row)
        for url, outlet, headline, published, language, row in expected
    ]
    set_aside = [record for record in read(study(tmp_path)) if isinstance(record, SetAside)]
    assert set_aside == [
        SetAside(a.name, a.row, "has an address but no text; get it with `nutgraf fetch`") for a in found
    ]


def test_a_list_is_read_beside_tables_whose_columns_are_mapped(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("body,paper\nA text.,P\n")
    (tmp_path / "mc.csv").write_text(NEW_MEDIA_CLOUD)
    mapped = study(tmp_path, text="body")
    assert [record.raw for record in read(mapped) if isinstance(record, RawArticle)] == ["A text."]
    assert len(list(addresses(mapped))) == 2


@pytest.mark.parametrize(
    ("url", "reason"),
    [("ftp://a.example/x", "no http or https"), ("javascript:alert(1)", "no http"), ("http://[1", "cannot be read"),
     ("https://", "no http or https"), ("", "row has no text")],
)  # fmt: skip
def test_what_is_no_address_is_not_given_to_fetch(tmp_path: Path, url: str, reason: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"url": url, "title": "T"}))
    assert list(addresses(study(tmp_path))) == []
    [record] = read(study(tmp_path))
    assert reason in record.reason


def test_revisions_of_one_address_stay_apart_and_exact_repeats_do_not(tmp_path: Path) -> None:
    def row(text: str, url: str = "https://a.example/1") -> dict[str, str]:
        return {"text": text, "url": url, "outlet": "A"}

    first = "Council votes\n\nThe council voted on the plan for the harbour. It was not a surprise."
    rows = [row(first), row(first + " It was corrected."), row(first), row(first, "https://a.example/2")]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "study.toml").write_text(
        '[study]\ntitle = "T"\nslug = "t"\n[study.methods]\nsentiment = "lexicon"\nframing = "dictionary"\n'
    )
    measured = analysis.measure(read_study(tmp_path))
    articles = measured["articles"]
    assert len(articles) == 3
    assert articles["article_id"].is_unique
    assert (articles["url"] == "https://a.example/1").sum() == 2
    [item] = measured.manifest["set_aside"]
    assert (item["path"], item["row"]) == ("a.jsonl", 3)
    assert "the same text in a.jsonl, row 1 already" in item["reason"]
