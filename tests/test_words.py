"""The words of each article, counted by voice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import schema, speakers
from analysis.language import read_documents
from analysis.pipeline.words import count_words

TEXTS = ["A deal\n\nIt was blocked. “They said no to it at once”", "", "One.", "“So it is and so it will be.” He left."]


def test_words_are_those_of_the_sentences_in_each_voice() -> None:
    documents = read_documents([(f"a{number}", text) for number, text in reversed(list(enumerate(TEXTS)))])
    sentences = speakers.sentences_table(documents, schema.empty("quotes"), schema.empty("quote_spans"))
    counted = count_words(documents, sentences)
    for document in documents:
        own = counted[counted["unit_id"] == document.article_id].set_index("voice")["value"]
        assert own[""] == len(document.text.replace("\n", " ").split())
        rows = sentences[sentences["article_id"] == document.article_id]
        for voice in ("outlet", "quoted", "unresolved"):
            spoken = rows[rows["voice"] == voice]
            spans = zip(spoken["start"], spoken["end"], strict=True)
            assert own[voice] == sum(len(document.text[start:end].split()) for start, end in spans)
    assert (counted["n"] == counted["value"].astype(np.int64)).all()
    alone = [count_words(documents[n : n + 1], sentences[sentences["article_id"] == f"a{3 - n}"]) for n in range(4)]
    pd.testing.assert_frame_equal(counted, pd.concat(alone[::-1], ignore_index=True))


def test_no_documents_no_rows() -> None:
    assert count_words([], schema.empty("sentences")).empty
