"""Which article is which: ids, what is known by hand of each, and what makes two of them the same."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from analysis import store
from analysis.reading import RawArticle
from analysis.study import Correction, Study

__all__ = ["content_hash", "correction", "identified", "known", "short_hash"]

_ID_LENGTH = 12


def identified(article: RawArticle, study: Study) -> RawArticle:
    """Return the article with its id: the corpus's own, one given by hand, else a hash of outlet, place and text."""
    if article.article_id:
        return article
    return replace(article, article_id=_given(article, study) or _hash(article))


def correction(article: RawArticle, study: Study) -> Correction | None:
    """Return what is known of the article by hand, looked up by its id, path and url."""
    if not study.corrections:
        return None
    keys = (article.article_id, article.path, article.url)
    return next((study.corrections[key] for key in keys if key and key in study.corrections), None)


def known(article: RawArticle, study: Study, name: str) -> str:
    """Return what a correction or the corpus itself says of a column, or the empty string."""
    by_hand = correction(article, study)
    return (by_hand.values.get(name, "") if by_hand else "") or article.given.get(name, "")


def content_hash(article: RawArticle) -> int:
    """Return a 64-bit hash of all that reading gave but the row: articles with the same one are measured alike."""
    given = [part for item in sorted(article.given.items()) for part in item]
    parts = (article.raw, article.path, article.url, "html" if article.is_html else "", *given)
    return short_hash("\x1f".join(parts))


def short_hash(text: str) -> int:
    """Return a 64-bit hash of a text, the same on every machine."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _given(article: RawArticle, study: Study) -> str:
    by_hand = correction(article, study)
    return by_hand.article_id if by_hand else ""


def _hash(article: RawArticle) -> str:
    place = article.url or (f"{article.path}#{article.row}" if article.row else article.path)
    return store.fingerprint((article.given.get("outlet", ""), place, article.raw))[:_ID_LENGTH]
