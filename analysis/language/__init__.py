"""Words, sentences and patterns: what every measure reads a text through.

One pass over a text gives its tokens, as integers into a vocabulary that all texts of a process share.
What depends on a word alone (its folded form, its syllables) is then computed once for each distinct word.
"""

from analysis.language.document import Document, read_document
from analysis.language.documents import Documents, read_documents
from analysis.language.lexicon import Lexicon, Match
from analysis.language.matching import Found, Matcher
from analysis.language.sentences import sentence_spans
from analysis.language.terms import Terms, count_terms
from analysis.language.tokens import TOKEN, Tokens, Vocabulary, fold, tokenize

__all__ = [
    "TOKEN",
    "Document",
    "Documents",
    "Found",
    "Lexicon",
    "Match",
    "Matcher",
    "Terms",
    "Tokens",
    "Vocabulary",
    "count_terms",
    "fold",
    "read_document",
    "read_documents",
    "sentence_spans",
    "tokenize",
]
