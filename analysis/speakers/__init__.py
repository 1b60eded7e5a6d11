"""Speakers: who says a quote, and in whose voice a stretch of text is."""

from analysis.speakers.resolution import Attribution, resolve
from analysis.speakers.tables import attribute, sentences_table
from analysis.speakers.voices import AllVoices, Voices, voice_shares, voices_at, voices_of

__all__ = [
    "AllVoices",
    "Attribution",
    "Voices",
    "attribute",
    "resolve",
    "sentences_table",
    "voice_shares",
    "voices_at",
    "voices_of",
]
