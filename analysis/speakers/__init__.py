"""Speakers: who says a quote, and in whose voice a stretch of text is."""

from analysis.speakers.resolution import Attribution, resolve
from analysis.speakers.tables import attribute, sentences_table
from analysis.speakers.voices import Voices, voice_shares, voices_of

__all__ = ["Attribution", "Voices", "attribute", "resolve", "sentences_table", "voice_shares", "voices_of"]
