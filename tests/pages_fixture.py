"""Small tables to write pages from, made without the layers that measure: plain rules, three corpora.

`seeds` are the five seed articles, `hostile` carries a probe in every field that reaches a page, `large` many articles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import schema
from analysis.language import Vocabulary, read_document
from analysis.study import Actor, Fact, Milestone, Study, Target

ROOT = Path(__file__).parent.parent
NAN = float("nan")

PROBES = (
    "<script>document.title='pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    "<svg onload=\"document.title='pwned'\">",
    "<a href=\"javascript:document.title='pwned'\">click</a>",
    '<meta http-equiv="refresh" content="0;url=https://example.invalid/">',
    "</title></style></script><h1>PWNED</h1>",
    "<style>body{display:none !important}</style>",
    '"><iframe src="https://example.invalid/"></iframe>',
    "**bold** [x](javascript:alert(1)) ![y](https://example.invalid/p.png)",
    "{{ 7*7 }} {% for x in ().__class__.__mro__ %}{% endfor %} ${7*7}",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x00 \u202ereversed",
    "<!-- --> <![CDATA[x]]> &lt;b&gt; &#x3C;b&#x3E;",
    "' onmouseover='document.title=1' x='",
)


@dataclass(frozen=True)
class Measured:
    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]
    study: Study


@dataclass(frozen=True)
class Item:
    article_id: str
    text: str
    outlet: str = "unknown"
    originator: str = "unknown"
    carrier: str = ""
    published: str = "2025-01-07"
    included: bool = True
    path: str = "a.txt"
    flags: str = ""
    why: str = ""


def study(**changes: Any) -> Study:
    values: dict[str, Any] = {
        "path": ROOT / "seeds" / "study.toml",
        "title": "The blocked Nippon Steel acquisition, January 2025",
        "slug": "nippon-steel",
        "corpus": (ROOT / "seeds",),
        "selection": "Five articles supplied as a hard first sample. They stand for nothing beyond themselves.",
        "window": (date(2025, 1, 1), date(2025, 1, 31)),
        "codebooks": ("generic", "policy"),
        "mask": ("US Steel",),
        "targets": (
            Target("the acquisition", ("acquisition", "the deal", "sale of US Steel", "buy US Steel")),
            Target("the decision to block it", ("decision to block", "move to block", "move to bar", "the decision")),
            Target("Nippon Steel", ("Nippon Steel",)),
        ),
        "actors": (
            Actor("Antony Blinken", ("Blinken",), "United States"),
            Actor("Takeshi Iwaya", ("Iwaya",), "Japan"),
            Actor("Joe Biden", ("Biden",), "United States"),
            Actor("Eiji Hashimoto", ("Hashimoto",), "Companies"),
            Actor("Shigeru Ishiba", ("Ishiba",), "Japan"),
        ),
        "facts": (
            Fact("lawsuit", "Nippon Steel and US Steel sued over the decision.", ("lawsuits",)),
            Fact("grounds", "The deal was blocked on national security grounds.", ("national security grounds",)),
            Fact("price", "The deal was worth $14.1 billion.", ("$14.1 billion",)),
            Fact(
                "missile", "North Korea launched a missile on the day before.", ("missile launch", "ballistic missile")
            ),
            Fact("trump", "Trump, too, has vowed to block the deal.", ("vowed to block",)),
        ),
        "milestones": (
            Milestone(date(2025, 1, 3), "Biden blocks the acquisition"),
            Milestone(date(2025, 1, 6), "Nippon Steel and US Steel sue"),
            Milestone(date(2025, 1, 7), "Blinken and Iwaya meet in Tokyo"),
            Milestone(date(2025, 1, 20), "Trump takes office"),
        ),
    }
    return Study(**{**values, **changes})


def seeds() -> Measured:
    about = {
        "000": {},
        "001": {"flags": "machine_translation_suspected"},
        "002": {"outlet": "Bloomberg", "originator": "Bloomberg"},
        "003": {
            "published": "",
            "included": False,
            "why": "outside the event window",
            "flags": "machine_translation_suspected",
        },
        "004": {"outlet": "KUNA", "originator": "KUNA", "carrier": "MENAFN"},
    }
    items = []
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        known: dict[str, Any] = about[path.stem.split("_")[0]]
        text = "\n\n".join(line.strip() for line in path.read_text("utf-8").split("\n") if line.strip())
        items.append(Item(path.stem, text, path=path.name, **known))
    return build(items, study())


def hostile() -> Measured:
    items = []
    for i, probe in enumerate(PROBES):
        body = f"Blinken {probe} spoke on the deal.\n\n“I like the deal {probe} and Nippon Steel a lot,” Iwaya said."
        items.append(
            Item(
                f"a{i:02d}{probe}",
                f"{probe} and the deal\n\n{body}\n\nThey filed lawsuits {probe}.",
                outlet=f"Outlet {probe}",
                originator=probe,
                carrier=probe,
                path=f"../{probe}.txt",
                flags=probe.replace(" ", "_"),
            )
        )
    dirty = "".join(PROBES)
    base = study()
    return build(
        items,
        study(
            title=dirty,
            selection=dirty,
            targets=(*base.targets, Target(dirty, ("spoke",))),
            actors=(*base.actors, Actor(dirty, ("lot",), dirty)),
            facts=(*base.facts, Fact(dirty, dirty, ("lawsuits",))),
            milestones=(*base.milestones, Milestone(date(2025, 1, 9), dirty)),
            mask=(dirty,),
        ),
    )


def large(n: int, outlets: int = 30) -> Measured:
    base = seeds().tables["articles"]
    texts = list(base.loc[base["included"], "text"])
    return build(
        [
            Item(
                f"l{i:05d}",
                texts[i % len(texts)],
                outlet=f"Outlet {i % outlets:02d}",
                published=f"2025-01-{1 + i % 28:02d}",
            )
            for i in range(n)
        ],
        study(selection="Drawn for a test."),
    )


FRAMES = {
    "generic/conflict": r"block|tension|criticiz|condemn|dispute|politically",
    "generic/economic_consequences": r"econom|invest|billion|trade",
    "generic/human_interest": r"sorrow|condolence|families|gratitude",
    "generic/morality": r"justified|never accept",
    "generic/resolution": r"agreed|reaffirm|cooperation|talks",
    "policy/security_and_defense": r"security|missile|alliance|soldiers",
    "policy/external_regulation": r"foreign minist|bilateral|diplomat",
    "policy/crime_and_punishment": r"\bprison\b",
}


def build(items: list[Item], study: Study) -> Measured:
    vocabulary = Vocabulary()
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in schema.TABLES}
    for item in items:
        _article(rows, item, study, read_document(item.article_id, item.text, vocabulary))
    if len(items) > 1:
        first, second = items[0].text, items[1].text
        ends = min(len(first), 120), min(len(second), 120)
        rows["reuse"].append((items[1].article_id, 0, items[0].article_id, 0, ends[1], ends[0], 0.2, 0.25))
    tables = {name: schema.frame(name, found) for name, found in rows.items()}
    manifest = {
        "nutgraf": "0.1.0",
        "parameters": {"sentiment": {"asked": study.methods.sentiment, "used": "lexicon"}},
        "corpus": "0" * 64,
        "counts": {"read": len(items) + 1, "articles": len(items), "set_aside": 1},
        "set_aside": [{"path": f"{PROBES[0]}.txt", "row": 0, "reason": f"not text {PROBES[1]}"}],
        "dictionary": schema.data_dictionary(),
    }
    return Measured(tables, manifest, study)


def _article(rows: dict[str, list[tuple[Any, ...]]], item: Item, study: Study, document: Any) -> None:
    a, text = item.article_id, item.text
    raw = "Subscribe Us\n\n" + text
    words = len(text.split())
    rows["articles"].append(
        (
            a,
            item.path,
            "",
            item.outlet,
            item.originator,
            item.carrier,
            "",
            "",
            item.published,
            text.split("\n")[0],
            "en",
            words,
            2,
            "yes" if item.published else "unknown",
            item.flags,
            item.included,
            item.why,
            raw,
            text,
        )
    )
    rows["removed"].append((a, 0, 12, raw[:12], "subscribe_line"))
    rows["evidence"].append((a, "outlet", item.outlet, 14, 24, "stated", "credit in the first line"))
    rows["evidence"].append((a, "published", item.published, -1, -1, "by hand", "set by hand in sources.toml"))
    spans = [(int(s), int(e)) for s, e in document.sentences]
    quoted = [m.span(1) for m in re.finditer(r"[“\"]([^“”\"]{12,}?)[”\"]", text)]
    for i, (start, end) in enumerate(quoted):
        quote = f"{a}:q{i:05d}"
        around = text[max(0, start - 120) : end + 60]
        actor = next((x for x in study.actors if any(n in around for n in x.aliases)), None)
        rows["quotes"].append(
            (
                quote,
                a,
                start,
                end,
                "direct",
                actor.name if actor else "",
                actor.name if actor else "",
                actor.side if actor else "",
                False,
                "said",
                "fixture",
            )
        )
        rows["quote_spans"].append((quote, "content", 0, start, end))
        said = text.find("said", end, end + 40)
        if said >= 0:
            rows["quote_spans"].append((quote, "cue", 0, said, said + 4))
    found = []
    for kind, named in (("target", study.targets), ("actor", study.actors)):
        for thing in named:
            for alias in thing.aliases:
                found += [(m.start(), m.end(), kind, thing.name) for m in re.finditer(re.escape(alias), text)]
    for i, (start, end, kind, name) in enumerate(sorted(set(found))):
        inside = next((q for q, (s, e) in enumerate(quoted) if s <= start < e), None)
        voice = "outlet" if inside is None else "quoted"
        mention = f"{a}:m{i:05d}"
        rows["mentions"].append(
            (
                mention,
                a,
                document.sentence_id(document.sentence_at(start)),
                start,
                end,
                kind,
                name,
                text[start:end],
                voice,
                "" if inside is None else f"{a}:q{inside:05d}",
            )
        )
        if kind == "target":
            p = (0.6, 0.3, 0.1) if "block" in text[max(0, start - 80) : end + 40] else (0.1, 0.5, 0.4)
            for label, value in zip(("negative", "neutral", "positive"), p, strict=True):
                rows["measures"].append(
                    ("mention", mention, "sentiment", label, name, voice, "", "lexicon", value, 1, 1, NAN, NAN, "")
                )
    for i, (start, end) in enumerate(spans):
        inside_quote = any(s < end and e > start and min(e, end) - max(s, start) > (end - start) / 2 for s, e in quoted)
        rows["sentences"].append(
            (
                document.sentence_id(i),
                a,
                i,
                start,
                end,
                start < document.headline_end,
                "quoted" if inside_quote else "outlet",
            )
        )
    for frame, pattern in FRAMES.items():
        hits = [i for i, (s, e) in enumerate(spans) if re.search(pattern, text[s:e], re.IGNORECASE)]
        for i in hits:
            rows["measures"].append(
                ("sentence", document.sentence_id(i), "frame", frame, "", "", "", "dictionary", 1.0, 1, 1, NAN, NAN, "")
            )
        present = float(len(hits) >= 2)
        rows["measures"].append(
            ("article", a, "frame", frame, "", "", "", "dictionary", present, len(hits), len(spans), NAN, NAN, "")
        )
    for name, value in (("flesch_kincaid_grade", 0.5 * words / max(1, len(spans))), ("flesch_reading_ease", 45.2)):
        rows["measures"].append(
            ("article", a, "readability", name, "", "", "", "textstat", value, words, words, NAN, NAN, "")
        )
    for target in study.targets:
        starts = sorted(s for s, _, kind, name in set(found) if kind == "target" and name == target.name)
        for label, value in (
            ("depth", starts[0] / max(1, len(text)) if starts else NAN),
            ("in headline", 0.0 if starts else NAN),
            ("per 1000 words", 1000 * len(starts) / max(1, words) if starts else NAN),
        ):
            rows["measures"].append(
                (
                    "article",
                    a,
                    "prominence",
                    label,
                    target.name,
                    "",
                    "",
                    "count",
                    value,
                    len(starts),
                    words,
                    NAN,
                    NAN,
                    "" if starts else "not mentioned",
                )
            )
    for fact in study.facts:
        place = next((text.find(p) for p in fact.patterns if p in text), -1)
        length = len(next((p for p in fact.patterns if p in text), ""))
        status = "not found" if place < 0 else "quoted" if any(s <= place < e for s, e in quoted) else "asserted"
        rows["facts"].append((a, fact.name, status, place, place + length if place >= 0 else -1))
