"""`nutgraf new`: a study of one's own, laid out with comments."""

from __future__ import annotations

from pathlib import Path

from analysis import store
from analysis.errors import InputError

__all__ = ["lay_out"]

_STUDY = """\
# A study: a corpus, one dispute, the codebooks to apply, the event window. `nutgraf check` says what is wrong in it.

[study]
title = "The dispute, in a few words"
slug = "my-study"
corpus = "articles"                     # a file, a folder or a list of them, relative to this file: text or
                                        # HTML files, an article each, or CSV, JSONL or Parquet, a row an article
sources = "sources.toml"                # what is known by hand of single files, with the reason
selection = "How these articles were drawn; printed in the report."
# window = ["2025-01-01", "2025-01-31"] # first and last day; without it every date is in the window
codebooks = ["generic"]                 # names of shipped ones (generic, policy), or files
mask = []                               # words that must not count as evidence for a frame
minimum_articles_per_outlet = 5         # below it, no claim about an outlet
minimum_denominator = 20                # below it "3 of 4", never a percentage
reference = ""                          # an outlet to compare with; empty: each against the rest

[study.methods]
sentiment = "model"                     # model | lexicon
framing = "fitted"                      # dictionary | meaning | fitted

[study.columns]                         # for CSV, JSONL and Parquet: our column = "theirs"
# text = "body"
# published = "date"

# Who publishes. Aliases are other names found in texts, addresses or tables.
# [[outlet]]
# name = "The Daily Example"
# aliases = ["Daily Example"]
# country = "US"

# What sentiment is measured toward. In patterns `*` inside a word stands for any letters, alone for one to three words.
# [[target]]
# name = "the merger"
# aliases = ["merger", "the deal", "takeover of * Corp"]

# Who speaks and is spoken of. A title stands for its holder at the article's date.
# [[actor]]
# name = "Jane Example"
# aliases = ["Example"]
# side = "Government"
# pronoun = "she"
# offices = [{ title = "trade minister", from = 2024-01-01 }]

# What a full account would contain.
# [[fact]]
# name = "lawsuit"
# statement = "The companies sued over the decision."
# patterns = ["filed * lawsuit*"]

# [[milestone]]
# date = 2025-01-03
# label = "The decision"

# Where `nutgraf fetch` finds new articles. It writes them to the folder "fetched" beside this file; to measure them
# name it above: corpus = ["articles", "fetched"].
# [[feed]]
# url = "https://www.example.org/politics/rss"
# outlet = "The Daily Example"
# kind = "feed"                         # feed | sitemap | pages; without it told from the content
# match = ["/2025/", "/politics/*deal"] # take only addresses that contain one of these
"""

_SOURCES = """\
# What is known by hand of single articles, each with its reason. It survives every run and is shown as made by hand.
#
# [[article]]
# path = "articles/one.txt"             # or article_id, or url
# outlet = "The Daily Example"
# published = "2025-01-04"
# reason = "The page it was copied from shows both."
# quotes = [{ begins = "We will appeal", speaker = "Jane Example" }]
"""


def lay_out(folder: Path) -> list[Path]:
    """Write a commented study file, a sources file and a folder for articles to `folder`, and return their paths.

    Raises
    ------
    InputError
        Where one of them exists already; nothing is written then.
    """
    texts = {
        folder / "study.toml": _STUDY,
        folder / "sources.toml": _SOURCES,
    }
    for path in texts:
        if path.exists():
            raise InputError(f"{path}: exists already; give the path of a new folder")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        store.write_bytes(path, text.encode("utf-8"))
    articles = folder / "articles"
    articles.mkdir(exist_ok=True)
    return [*texts, articles]
