"""Codebook files: what ships, and what a broken one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import InputError, StudyError
from analysis.framing import Codebook, fingerprint, load_codebook, predict, shipped_codebooks
from analysis.framing.dictionary import Dictionary
from analysis.language import Vocabulary, read_document

GENERIC = ["conflict", "human interest", "economic consequences", "morality", "responsibility", "resolution"]
HEAD = '[codebook]\nname = "mine"\n\n'
FRAME = '[[frame]]\nname = "blame"\ndefinition = "Who is at fault."\n'


def test_shipped_codebooks() -> None:
    assert shipped_codebooks() == ["generic", "policy"]
    assert load_codebook("generic").names == GENERIC
    policy = load_codebook("policy")
    assert len(policy.frames) == 15
    assert [frame.name for frame in policy.frames if not frame.patterns] == ["other"]


@pytest.mark.parametrize("name", ["generic", "policy"])
def test_shipped_frames_are_complete(name: str) -> None:
    for frame in load_codebook(name).frames:
        assert frame.definition
        assert frame.question.endswith("?")
        assert frame.source
        if frame.patterns:
            assert len(frame.examples) >= 2
            assert frame.counter_examples


@pytest.mark.parametrize(("name", "frame", "sentence", "expected"), [
    (codebook.name, frame.name, sentence, expected)
    for codebook in (load_codebook("generic"), load_codebook("policy"))
    for frame in codebook.frames
    for sentences, expected in ((frame.examples, True), (frame.counter_examples, False))
    for sentence in sentences
])  # fmt: skip
def test_dictionary_agrees_with_the_codebooks_own_sentences(
    name: str, frame: str, sentence: str, expected: bool
) -> None:
    codebook = load_codebook(name)
    evidence = Dictionary([codebook]).evidence(read_document("a", sentence, Vocabulary())).sum(axis=0)
    value = evidence[codebook.names.index(frame)]
    assert value > 0 if expected else value < 1


@pytest.mark.parametrize("name", ["generic", "policy"])
def test_every_example_scores_above_every_counter_example(name: str) -> None:
    codebook = load_codebook(name)
    for frame in codebook.frames:
        rows = [{"text": text} for text in (*frame.examples, *frame.counter_examples)]
        scores = [row["score"][frame.name] for row in predict(rows, codebook=codebook, method="dictionary")]
        own, counter = scores[: len(frame.examples)], scores[len(frame.examples) :]
        assert min(own, default=1.0) > max(counter, default=0.0), frame.name


# Boydstun, Card, Gross, Resnik & Smith (2014), table 1: the dimensions of the Policy Frames Codebook, in its order.
DIMENSIONS = [
    *("economic", "capacity and resources", "morality", "fairness and equality"),
    *("legality, constitutionality and jurisprudence", "policy prescription and evaluation", "crime and punishment"),
    *(
        "security and defense",
        "health and safety",
        "quality of life",
        "cultural identity",
        "public opinion",
        "political",
    ),
    *("external regulation and reputation", "other"),
]


def test_policy_has_the_published_dimensions_in_order() -> None:
    policy = load_codebook("policy")
    assert policy.names == DIMENSIONS
    assert [frame.source for frame in policy.frames] == [
        f"Boydstun et al. (2014), dimension {number}" for number in range(1, 16)
    ]


def test_template_is_a_codebook() -> None:
    import analysis.framing

    root = Path(analysis.framing.__file__).parents[1]
    template = load_codebook("codebooks/template.toml", folder=root)
    assert template.names == ["blame"]
    assert len(template.frames[0].patterns) == 6


@pytest.mark.parametrize(("text", "line", "message"), [
    ("a = 1\nname = \n", 2, "not valid TOML"),
    (FRAME, None, r"\[codebook\] is missing"),
    (HEAD, None, "there is no frame"),
    (HEAD + FRAME + "colour = 1\n", 7, "frame.colour: unknown key"),
    (HEAD + FRAME + 'exmples = ["a"]\n', 7, "did you mean examples"),
    (HEAD + '[[frame]]\nname = "a"\n', 4, "frame.definition: is missing"),
    (HEAD + '[[frame]]\nname = "a/b"\ndefinition = "x"\n', 5, "slash"),
    (HEAD + '[[frame]]\ndefinition = "x"\n', 4, "frame.name: is missing"),
    (HEAD + FRAME + FRAME, 8, "stands twice"),
    (HEAD + FRAME + "threshold = 0\n", 7, "above 0"),
    (HEAD + FRAME + "examples = [1]\n", 7, "must hold texts that are not empty"),
    (HEAD + FRAME + 'except = ["*"]\n', 7, "must begin and end with a word"),
    (HEAD + FRAME + '[[frame.patterns]]\nweight = -1\nany = ["a"]\n', 8, "patterns.weight: must be a number above 0"),
    (HEAD + FRAME + '[[frame.patterns]]\nany = [\n  "fine",\n  "* bad",\n]\n', 10, "must begin and end with a word"),
    (HEAD + FRAME + '[[frame.patterns]]\nany = ["a", "a"]\n', 8, "stands twice"),
    (HEAD + FRAME + '[[frame.patterns]]\nwords = ["a"]\n', 8, "unknown key"),
    (HEAD + FRAME + 'patterns = ["a"]\n', 7, "weight"),
    (HEAD.replace("\n\n", '\nclassifier = "no.json"\n\n') + FRAME, 3, "there is no file"),
])  # fmt: skip
def test_broken_codebooks_name_line_and_key(tmp_path: Path, text: str, line: int | None, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=message) as caught:
        load_codebook("mine.toml", folder=tmp_path)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def test_missing_and_foreign_files(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="neither shipped"):
        load_codebook("nothing", folder=tmp_path)
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StudyError, match="nutgraf fit frames"):
        load_codebook("x.json", folder=tmp_path)
    (tmp_path / "y.json").write_text("{", encoding="utf-8")
    with pytest.raises(StudyError, match="not JSON"):
        load_codebook("y.json", folder=tmp_path)
    (tmp_path / "z.toml").write_bytes(b"\xff")
    with pytest.raises(StudyError, match="not UTF-8"):
        load_codebook("z.toml", folder=tmp_path)


def test_unknown_frame_is_an_error() -> None:
    with pytest.raises(InputError, match="has no frame 'tone'"):
        load_codebook("generic").frame("tone")


def test_fingerprint_changes_with_a_pattern() -> None:
    book = load_codebook("generic")
    fewer = Codebook(name=book.name, frames=book.frames[1:])
    assert fingerprint(book) == fingerprint(load_codebook("generic"))
    assert fingerprint(book) != fingerprint(fewer)
