"""Five keyphrases beside a topic's label: what else its conversations are about, each thing once.

Candidates are the topic's subject phrases and, at less, the words of its text that tell it from all others. Not taken:
what repeats a word of the label or of a better one; what stands in the same conversations as a better one (`Mount` and
`Hood`, or two words of standing text), unless there is nothing else; of the text, what stands below mail, and a word
that comes and goes with one person, for it is in the signature.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from mail2wiki.cluster import bags, phrases
from mail2wiki.cluster.candidates import ACRONYM, Candidates
from mail2wiki.cluster.evidence import Evidence
from mail2wiki.cluster.names import NAME_IN_TEXT, Names, generic
from mail2wiki.cluster.phrases import Key

KEYPHRASES = 5
PHRASES, TELLING = 200, 100  # subject phrases and words of the text that are looked at
TEXT = 0.3  # what a word of the text is worth beside a phrase of a subject
LEAST_SHARE = 0.15  # of the topic's conversations that say a word of the text
SAME, PERSON = 0.8, 0.8  # likeness (Jaccard) of the conversations of two phrases, of a word and a person


class Candidate(NamedTuple):
    """A phrase that may be taken."""

    score: float
    key: Key
    text: str


class Spelling:
    """How every word of the candidates of all topics is written, by its column in the matrix of words."""

    def __init__(self, found: Iterable[Candidates], evidence: Evidence) -> None:
        spelled: dict[str, Counter[str]] = {}
        for one in found:
            for words in (one.words, one.subjects):
                for key, phrase in words.items():
                    if len(key) == 1:
                        spelled.setdefault(key[0], Counter()).update(phrase.spelled)
        self._spelled = spelled
        self._stems = {evidence.column(stem): stem for stem in sorted(spelled, reverse=True)}

    def stem(self, column: int) -> str:
        """The stem of a column, "" for one that nobody wrote where it can be read."""
        return self._stems.get(column, "")

    def text(self, stem: str) -> str:
        """As it is written most often; in capitals only an abbreviation, and what is written so always."""
        spelled = self._spelled[stem]
        calm = [text for text in spelled if not text.isupper() or len(text) <= ACRONYM]
        return min(calm or spelled, key=lambda text: (-spelled[text], text.isupper(), text))


def chosen(label: str, found: Candidates, of_text: Sequence[Candidate]) -> tuple[str, ...]:
    """The keyphrases of a topic, best first. `of_text`: see there."""
    candidates = [Candidate(score, key, found.text(key)) for score, key in found.named[:PHRASES]] + list(of_text)
    candidates.sort(key=lambda one: (-one.score, one.key))
    said = bags.stems(bags.words_of(label))
    taken: list[str] = []
    rows: list[np.ndarray] = []
    for one in candidates:
        if len(taken) == KEYPHRASES:
            break
        if said.isdisjoint(one.key):
            here = found.inside.rows(one.key)
            if not any(_likeness(here, other) >= SAME for other in rows):
                taken.append(one.text)
                rows.append(here)
                said.update(one.key)
    rest = [(found.text(key), key) for _, key in found.read if key[0] not in generic() | _below()]
    for text, key in [(one.text, one.key) for one in candidates] + rest:
        if len(taken) < KEYPHRASES and said.isdisjoint(key):
            taken.append(text)
            said.update(key)
    return tuple(taken)


def of_text(
    topic: int, found: Candidates, evidence: Evidence, names: Names, spelling: Spelling, language: str
) -> list[Candidate]:
    """The words of the text that tell the topic and may be read anywhere in the mailbox, best first."""
    result = []
    named = {key for _, key in found.named}
    for column, score in evidence.telling(topic, TELLING):
        stem = spelling.stem(column)
        if not stem or (stem,) in named or stem in generic() or stem in _below():
            continue
        here = found.inside.rows((stem,))
        if score <= 0 or here.sum() < 2 or here.mean() < LEAST_SHARE or found.inside.person(here) >= PERSON:
            continue
        text = spelling.text(stem)
        if phrases.is_telling(text, language):
            result.append(Candidate(round(TEXT * score * names.factor((stem,), NAME_IN_TEXT), 6), (stem,), text))
    return sorted(result, key=lambda one: (-one.score, one.key))


@cache
def _below() -> frozenset[str]:
    return frozenset(bags.stems(bags.word_list("footers")))


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 0.0
