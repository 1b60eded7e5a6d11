"""Frames: codebooks as data, three methods that apply them, and classifiers fitted to coded rows.

Layer 4. A frame is a property of a sentence or an article; several may apply, or none.
"""

from analysis.framing.codebook import Codebook, Frame, Pattern
from analysis.framing.evidence import Evidence, explain
from analysis.framing.fitting import Fitted, cross_validate, fit
from analysis.framing.loading import fingerprint, load_codebook, shipped_codebooks
from analysis.framing.plain import load, save
from analysis.framing.prediction import predict
from analysis.framing.scoring import score

__all__ = [
    "Codebook",
    "Evidence",
    "Fitted",
    "Frame",
    "Pattern",
    "cross_validate",
    "explain",
    "fingerprint",
    "fit",
    "load",
    "load_codebook",
    "predict",
    "save",
    "score",
    "shipped_codebooks",
]
