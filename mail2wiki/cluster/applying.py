"""The wishes of topics.toml, done to the topics that were found: merged, split, forbidden, pinned, in this order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mail2wiki.cluster import bags, identity
from mail2wiki.cluster.documents import Counts, bare_subjects
from mail2wiki.cluster.wishes import Wishes
from mail2wiki.records import Document

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def apply(
    numbers: np.ndarray,
    ids: Sequence[str],
    rows: Sequence[Document],
    wishes: Wishes,
    counts: Counts,
    graph: csr_matrix,
    vectors: np.ndarray,
    resolution: float,
) -> tuple[np.ndarray, list[str]]:
    """Topic number of each row (sorted by id) and id of each number, as people want them."""
    topics = [wishes.home(ids[number]) for number in numbers.tolist()]
    for topic, parts in wishes.splits.items():
        _split(topics, topic, parts, rows, counts)
    pinned = _pinned(rows, wishes)
    for row, topic in pinned.items():
        topics[row] = topic
    found = sorted(set(topics))
    allowed = [topic for topic in found if topic not in wishes.forbidden]
    if allowed and len(allowed) < len(found):
        at = {topic: number for number, topic in enumerate(allowed)}
        labels = np.array([at.get(topic, -1) for topic in topics], dtype=np.int64)
        labels = identity.settle(labels, labels >= 0, len(allowed), graph, vectors, resolution)
        topics = [allowed[number] for number in labels.tolist()]
    renumbered: dict[str, int] = {}
    numbers = np.array([renumbered.setdefault(topic, len(renumbered)) for topic in topics], dtype=np.int64)
    return numbers, list(renumbered)


def part_id(topic: str, first_word: str) -> str:
    """The id of a part that was split off, known by the first of its words: more words may be added later."""
    return identity.topic_id(f"{topic} split {first_word.casefold()}")


def _split(
    topics: list[str], topic: str, parts: Sequence[Sequence[str]], rows: Sequence[Document], counts: Counts
) -> None:
    """A topic's conversations go to the part whose words they say most, those that say none stay."""
    members = [row for row, name in enumerate(topics) if name == topic]
    said = np.zeros((len(parts), len(members)))
    for at, words in enumerate(parts):
        for word in words:
            said[at] += np.array([_says(rows[row], word) for row in members]) + _counted(word, members, rows, counts)
    for at, row in enumerate(members):
        if said[:, at].any():
            topics[row] = part_id(topic, parts[int(np.argmax(said[:, at]))][0])


def _says(document: Document, phrase: str) -> float:
    """1 for a subject that has the words of a phrase as they are (names, numbers and stop words have no stem)."""
    wanted = " ".join(phrase.casefold().split())
    return float(any(wanted in subject.casefold() for subject in bare_subjects(document)))


def _counted(phrase: str, members: Sequence[int], rows: Sequence[Document], counts: Counts) -> np.ndarray:
    """How often each of some rows has the words of a phrase in any form: as often as the rarest of them."""
    least = np.full(len(members), np.inf)
    for word in bags.words_of(phrase):
        often = np.zeros(len(members))
        for language in sorted({rows[row].language for row in members} | {"de", "en"}):
            value = bags.hashes(language)[word]
            at = int(np.searchsorted(counts.columns, np.uint32(value)))
            if value and at < len(counts.columns) and counts.columns[at] == value:
                often = np.maximum(often, np.asarray(counts.words[members][:, [at]].todense()).ravel())
        if value:
            least = np.minimum(least, often)
    return np.where(np.isinf(least), 0.0, least)


def _pinned(rows: Sequence[Document], wishes: Wishes) -> dict[int, str]:
    """Row -> topic of the conversations that were pinned, by id or by a beginning that only one has."""
    names = [document.id for document in rows]
    found = {}
    for id, topic in sorted(wishes.pins.items(), key=lambda pin: (len(pin[0]), pin[0])):  # whole ids win
        at = bisect_left(names, id)
        fits = [row for row in range(at, min(at + 2, len(names))) if names[row].startswith(id)]
        if fits and (len(fits) == 1 or names[fits[0]] == id):
            found[fits[0]] = wishes.home(topic)
    return found
