"""What a word can be in a sentence, told from its form alone and looked up once for each distinct word."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.language import Vocabulary
from analysis.quotes.verbs import NOUNS, VERBS, Verb

__all__ = ["Grammar", "grammar_of"]

(
    CAPITAL, DETERMINER, POSSESSIVE, PREPOSITION, CONJUNCTION, SUBORDINATOR, PRONOUN, RELATIVE, AUXILIARY, ADVERB, DAY,
    CUE, NAME_OF_CUE, PAST_LOOK, NUMBER, INSIDE, OBJECT_PRONOUN, CATENATIVE, QUESTION_WORD, BE, ADJUNCT_LEAD,
) = (1 << k for k in range(21))  # fmt: skip


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CLASSES = (
    (
        DETERMINER,
        _set(
            "the a an this these those some any no every each all both another several many few most such other "
            "more one two three four five six seven eight nine ten half dozens hundreds thousands scores numerous"
        ),
    ),
    (
        POSSESSIVE,
        _set("his her their its my our your whose"),
    ),
    (
        PREPOSITION,
        _set(
            "about above across after against along amid among around at before behind below beneath beside "
            "besides between beyond by despite down during except for from in inside into like near of off on "
            "onto out outside over past per regarding since through throughout to toward towards under until up "
            "upon via versus with within without alongside following as"
        ),
    ),
    (
        CONJUNCTION,
        _set("and or but nor yet plus"),
    ),
    (
        SUBORDINATOR,
        _set(
            "that when while because if although though as since unless until whether where how why what whereas "
            "once than so before after even"
        ),
    ),
    (
        PRONOUN,
        _set(
            "he she they we i you it he's she's it's they're we're i'm you're i've we've they've he'd she'd "
            "they'd i'd we'd he'll she'll it'll they'll we'll you'll i'll there everyone somebody someone nobody "
            "anybody everybody"
        ),
    ),
    (
        RELATIVE,
        _set("who which that whom"),
    ),
    (
        AUXILIARY,
        _set(
            "is are was were be been being am has have had having do does did will would can could may might must "
            "shall should ought isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't won't "
            "wouldn't can't cannot couldn't shouldn't mustn't ain't gets got"
        ),
    ),
    (
        BE,
        _set("is are was were be been being am isn't aren't wasn't weren't gets got"),
    ),
    (
        ADVERB,
        _set(
            "also not never ever later then again often once always still just even only soon already now here "
            "there thus however instead meanwhile too twice rather quite very almost further long yet ago "
            "afterward afterwards earlier first ahead alike perhaps maybe sometimes indeed nevertheless "
            "nonetheless moreover furthermore therefore otherwise somewhat simply so both all alone elsewhere"
        ),
    ),
    (
        DAY,
        _set(
            "monday tuesday wednesday thursday friday saturday sunday today yesterday tonight tomorrow mon tues "
            "wed thurs fri sat sun"
        ),
    ),
    (
        OBJECT_PRONOUN,
        _set(
            "him her them me us it you himself herself themselves themself itself myself ourselves yourself whom "
            "reporters journalists supporters viewers listeners voters lawmakers delegates investigators "
            "officials attendees donors audiences"
        ),
    ),
    (
        CATENATIVE,
        _set(
            "continue continues continued went goes go going on try tries tried begin begins began start starts "
            "started seem seems seemed appear appears appeared refuse refuses refused decline declines declined "
            "want wants wanted like quick used able proceed proceeded proceeds careful eager expected plans "
            "planned going ready willing prepared set ceased failed fails need needs needed had has have came "
            "comes come happen happened managed manages chose chooses sought seeks dared"
        ),
    ),
    (
        QUESTION_WORD,
        _set("if whether what how why where who when which"),
    ),
)
_PAST = _set(
    "made took gave came went got left kept let put ran met sent held led lost won saw became began brought built "
    "bought caught chose drew drove fell felt flew fought grew knew laid lay meant paid rose sat sold set shot "
    "spent spoke stood stuck struck taught threw thought understood wore woke broke hit cut hurt makes takes "
    "gives comes goes gets leaves keeps lets puts runs meets sends holds leads loses wins becomes begins brings "
    "includes seems remains means needs wants stands"
)
_NO_ADVERBS = _set(
    "family july only assembly ally rally supply reply daily weekly monthly italy monopoly elderly early friendly "
    "sally emily billy kelly likely unlikely lovely ugly holy costly deadly orderly anomaly apply comply rely "
    "imply multiply fly jelly belly bully jolly molly polly"
)


_ADJUNCT_LEADS = _set("on late early earlier last this")


def _classify(word: str) -> tuple[str, int, Verb | None]:
    lower = word.lower().replace("’", "'")
    flags = CAPITAL if word[0].isupper() else 0
    for flag, words in _CLASSES:
        if lower in words:
            flags |= flag
    if lower.endswith("'s") and not flags & PRONOUN:
        flags |= POSSESSIVE
    if lower[0].isdigit():
        flags |= NUMBER
    if lower.endswith("ly") and len(lower) > 4 and lower not in _NO_ADVERBS and not flags & CAPITAL:
        flags |= ADVERB
    if (lower.endswith("ed") and len(lower) > 4 and not flags & CAPITAL) or lower in _PAST:
        flags |= PAST_LOOK
    if lower.startswith("acc") and lower.endswith("ding") and 8 <= len(lower) <= 11:
        lower = "according"  # often misspelt ("accoriding to")
    if flags & (DAY | ADVERB) or lower in _ADJUNCT_LEADS:
        flags |= ADJUNCT_LEAD  # `skip_adjuncts` may skip it
    verb = VERBS.get(lower)
    if verb is not None:
        flags |= CUE
    elif lower in NOUNS:
        verb = NOUNS[lower]
    if lower in NOUNS:
        flags |= NAME_OF_CUE
    return lower, flags, verb


# Words of any vocabulary: a process that reads chunk after chunk, each with its own, meets them again and again.
_classified: dict[str, tuple[str, int, Verb | None]] = {}
_MOST_CLASSIFIED = 200_000


class Grammar:
    """The classes of the words of one vocabulary, by their integers; grows with it.

    Attributes
    ----------
    flags, lower, verbs
        For each word its classes, its lower-case form and the verb or noun of attribution it can be. Longer than the
        vocabulary; what lies beyond it is not filled.
    """

    __slots__ = ("flags", "known", "lower", "verbs", "vocabulary")

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.known = 0
        self.flags: NDArray[np.int32] = np.zeros(1024, dtype=np.int32)
        self.lower: NDArray[np.object_] = np.empty(1024, dtype=object)
        self.verbs: NDArray[np.object_] = np.empty(1024, dtype=object)

    def learn(self) -> None:
        """Classify the words that the vocabulary has gained since the last call."""
        size = len(self.vocabulary)
        if size == self.known:
            return
        if size > len(self.flags):
            room = max(size, 2 * len(self.flags)) - len(self.flags)
            self.flags = np.append(self.flags, np.zeros(room, dtype=np.int32))
            self.lower = np.append(self.lower, np.empty(room, dtype=object))
            self.verbs = np.append(self.verbs, np.empty(room, dtype=object))
        if len(_classified) > _MOST_CLASSIFIED:
            _classified.clear()
        lower, flags, verbs = self.lower, self.flags, self.verbs
        for k, word in enumerate(self.vocabulary.words[self.known :], self.known):
            found = _classified.get(word)
            if found is None:
                found = _classified[word] = _classify(word)
            lower[k], flags[k], verbs[k] = found
        self.known = size


_last: Grammar | None = None


def grammar_of(vocabulary: Vocabulary) -> Grammar:
    """Return the word classes of `vocabulary`; those of the last one asked for are kept."""
    global _last
    if _last is None or _last.vocabulary is not vocabulary:
        _last = Grammar(vocabulary)
    _last.learn()
    return _last
