"""Text reuse: near-duplicates, wire copy and shared passages, each copy linked to its origin.

Texts are compared by their words. What two texts have in common is found through hashes of eight words in a row, of
which each text keeps a sample that two copies are sure to sample alike (winnowing); the passages themselves are then
measured on all words. A copy is compared with the earliest text that has the same words, never with every other copy.
`find` takes all articles at once; `Index` keeps its state in files and takes them as they come.
"""

from analysis.reuse.anchors import anchors
from analysis.reuse.find import find
from analysis.reuse.index import Index
from analysis.reuse.origins import origins, origins_of_texts

__all__ = ["Index", "anchors", "find", "origins", "origins_of_texts"]
