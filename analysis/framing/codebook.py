"""Codebooks: what each frame is, what a coder is asked, and the patterns and examples that stand for it.

A codebook is a TOML file::

    [codebook]
    name = "dispute"                       # the first part of every label: dispute/blame
    title = "Frames of the dispute"
    language = "en"
    source = "whoever defined them"
    classifier = "dispute.json"            # optional: what `nutgraf fit frames` wrote, relative to this file

    [[frame]]
    name = "blame"
    definition = "The story says who is at fault."
    question = "Does the story say who is at fault?"
    source = ""
    threshold = 0.5                        # optional: evidence a sentence, above which an article has the frame
    examples = ["..."]
    counter_examples = ["..."]
    except = ["blame game"]                # a pattern found inside one of these does not count

    [[frame.patterns]]
    weight = 2
    any = ["to blame", "at fault"]

Patterns are those of `analysis.language.Lexicon`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.errors import InputError

if TYPE_CHECKING:
    from analysis.framing.classifier import Classifier

__all__ = ["DEFAULT_THRESHOLD", "Codebook", "Frame", "Pattern"]

DEFAULT_THRESHOLD = 0.25


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word or phrase pattern and what finding it once is worth."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a codebook.

    Attributes
    ----------
    name
        As in the labels of the measures, behind the codebook's name.
    definition, question, source
        What the frame is, what a coder answers, and who defined it.
    patterns
        Words and phrases that are evidence for it.
    exceptions
        Patterns inside which evidence does not count.
    examples, counter_examples
        Sentences that have the frame, and sentences that only seem to.
    threshold
        Evidence a sentence, above which the dictionary gives an article the frame.
    """

    name: str
    definition: str
    question: str = ""
    source: str = ""
    patterns: tuple[Pattern, ...] = ()
    exceptions: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    threshold: float = DEFAULT_THRESHOLD


@dataclass(frozen=True, slots=True)
class Codebook:
    """A set of frames with one name, and the classifier fitted for some of them, where there is one."""

    name: str
    frames: tuple[Frame, ...]
    title: str = ""
    language: str = "en"
    source: str = ""
    path: str = ""
    classifier: Classifier | None = field(default=None, repr=False)

    @property
    def names(self) -> list[str]:
        """The names of the frames, in the codebook's order."""
        return [frame.name for frame in self.frames]

    def frame(self, name: str) -> Frame:
        """Return the frame `name`.

        Raises
        ------
        InputError
            Where the codebook has no such frame.
        """
        for frame in self.frames:
            if frame.name == name:
                return frame
        raise InputError(f"codebook {self.name} has no frame {name!r}; its frames are {', '.join(self.names)}")
