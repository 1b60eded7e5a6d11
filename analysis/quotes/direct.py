"""Direct speech: quoted stretches, and how they go on over sentences and paragraphs."""

from __future__ import annotations

from analysis.quotes.attributions import (
    attribution_before,
    attribution_behind,
    characters,
    final_character,
    opens_sentence,
)
from analysis.quotes.clauses import Found, sentence_end, speaker_of
from analysis.quotes.grammar import (
    CAPITAL,
    CUE,
    INSIDE,
)
from analysis.quotes.marks import Stretch
from analysis.quotes.page import Page

__all__ = ["find_direct"]

_FAR = 2000  # characters between two quotations that have nothing to do with each other


def find_direct(page: Page) -> list[Found]:
    """Return direct speech in text order; stretches that are no speech are left out."""
    found: list[Found] = []
    text = page.text
    last: Found | None = None  # the utterance that a sentence in quotation marks may carry on
    last_end = 0
    carried = False  # whether the paragraph before left its quotation open
    for number, (stretch, (first, stop)) in enumerate(zip(page.stretches, page.stretch_tokens, strict=True)):
        between = text[last_end : min(stretch.start, last_end + _FAR)]
        new_paragraph = last is None or len(between) == _FAR or "\n" in between
        goes_on = carried and last is not None and new_paragraph and not between.strip()
        behind = attribution_behind(page, number)
        before = None if behind is not None and behind.certain else attribution_before(page, number)
        chosen = before or behind
        if chosen is not None and before is None and goes_on and last is not None and not last.source:
            last.source, last.cue = chosen.source, chosen.cue
            last.content.append((stretch.start, stretch.end))
        elif (goes_on and last is not None and (chosen is None or before is None)) or (
            chosen is not None and last is not None and chosen.cue and chosen.cue == last.cue and not new_paragraph
        ):
            last.content.append((stretch.start, stretch.end))
        elif chosen is not None:
            last = chosen
            found.append(last)
        elif stop - first >= 3 and _is_sentence(page, stretch):
            if last is not None and _joins(page, last, last_end, stretch):
                last.content.append((stretch.start, stretch.end))
            else:
                last = Found([(stretch.start, stretch.end)], None, _sentence_before(page, stretch), "direct:bare")
                found.append(last)
        elif last is not None and not new_paragraph and _between_is_cue(page, last, last_end, stretch):
            last.content.append((stretch.start, stretch.end))
        elif last is not None and not new_paragraph and _runs_on(page, last, last_end, stretch):
            last.content.append((stretch.start, sentence_end(page, page.sentence_of(page.token_at(stretch.end) - 1))))
        else:
            carried = False
            continue
        last_end = stretch.end
        carried = stretch.opened and not stretch.closed
    return found


def _is_sentence(page: Page, stretch: Stretch) -> bool:
    text = page.text
    if not stretch.closed and not stretch.opened:
        return False
    return opens_sentence(page, stretch) and (
        final_character(page, stretch) in ".!?…,—-"
        or not stretch.closed
        or text[stretch.end : stretch.end + 1] in ".!?"
    )


def _joins(page: Page, last: Found, last_end: int, stretch: Stretch) -> bool:
    """Tell whether nothing but the attribution of `last` stands between it and `stretch`."""
    between = page.text[last_end : min(stretch.start, last_end + _FAR)]
    if not between.strip():
        return True
    first = page.token_at(last_end)
    tokens = page.token_at(stretch.start) - first
    if last.cue is None:
        return False
    if last.method == "direct:signature":
        return False
    return last_end <= last.cue[0] < stretch.start and page.sentence_of(first) == page.sentence_of(first + tokens - 1)


def _sentence_before(page: Page, stretch: Stretch) -> tuple[int, int] | None:
    """Return the subject of the sentence before `stretch` in its paragraph."""
    start = page.text.rfind("\n", max(0, stretch.start - _FAR), stretch.start) + 1
    token = page.token_at(stretch.start) - 1
    if token < 0 or page.starts[token] < start or page.flags[token] & INSIDE:
        return None
    low = page.first[page.sentence_of(token)]
    return characters(page, speaker_of(page, token + 1, low))


def _runs_on(page: Page, last: Found, last_end: int, stretch: Stretch) -> bool:
    """Tell whether a sentence opens with `stretch`, goes on outside the marks and follows the attribution of `last`."""
    first, end = page.token_at(stretch.start), page.token_at(stretch.end)
    if (
        end - first < 4
        or not opens_sentence(page, stretch)
        or not page.flags[first] & CAPITAL
        or not _joins(page, last, last_end, stretch)
    ):
        return False
    stop = page.first[page.sentence_of(first) + 1]
    return not any(page.flags[k] & CUE for k in range(end, stop))


def _between_is_cue(page: Page, last: Found, last_end: int, stretch: Stretch) -> bool:
    """Tell whether `stretch` goes on behind the attribution in its middle (``"A," he said, "b."``)."""
    if last.cue is None or not last_end <= last.cue[0] < stretch.start:
        return False
    gap = page.text[max(last_end, stretch.start - 2) : stretch.start]
    between = page.text[last_end : min(stretch.start, last_end + _FAR)]
    return "," in gap and len(between) < 160 and "." not in between[-3:]
