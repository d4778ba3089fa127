"""In how many conversations of a topic the words of a phrase stand, and how special that is."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mail2wiki.cluster.bags import hash_stem
from mail2wiki.cluster.documents import Counts
from mail2wiki.cluster.phrases import Key

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


SHARE = 0.9
SAMPLE = 300  # conversations of a topic that are looked at one by one


class Evidence:
    """Shares of conversations by topic, for any stem; from the matrix of all words."""

    def __init__(self, counts: Counts, labels: np.ndarray) -> None:
        from scipy.sparse import csr_matrix

        self._columns = counts.columns
        self._counts, self._labels = counts, labels
        self._sizes = np.bincount(labels)
        self._everyone = len(labels)
        words = counts.words
        binary = csr_matrix((np.ones_like(words.data), words.indices, words.indptr), words.shape)
        member = csr_matrix(
            (np.ones(len(labels), np.float32), (labels, np.arange(len(labels)))), shape=(len(self._sizes), len(labels))
        )
        self._rows: csr_matrix = (member @ binary).tocsr()
        self._topics = self._rows.tocsc()

    @cached_property
    def _total(self) -> np.ndarray:
        return np.asarray(self._topics.sum(axis=0)).ravel()

    def column(self, stem: str) -> int:
        """The column of a stem, -1 if no conversation has it."""
        value = hash_stem(stem)
        at = int(np.searchsorted(self._columns, np.uint32(value)))
        return at if at < len(self._columns) and self._columns[at] == value else -1

    def telling(self, topic: int, most: int) -> list[tuple[int, float]]:
        """(column, p^SHARE ln p/q) of the words that tell a topic from all others, best first."""
        inside = slice(self._rows.indptr[topic], self._rows.indptr[topic + 1])
        columns = self._rows.indices[inside].astype(np.int64)
        share = self._rows.data[inside].astype(np.float64) / self._sizes[topic]
        overall = self._total[columns].astype(np.float64) / self._everyone
        score = np.round(share**SHARE * np.log(np.maximum(share / overall, 1)), 6)
        order = np.lexsort((columns, -score))[:most]
        return list(zip(columns[order].tolist(), score[order].tolist(), strict=True))

    def inside(self, topic: int) -> Inside:
        """A topic's conversations one by one; of many, some evenly spaced by id, which is by chance."""
        members = np.flatnonzero(self._labels == topic)
        some = members[np.arange(min(len(members), SAMPLE)) * len(members) // min(len(members), SAMPLE)]
        return Inside(self, self._counts.words[some], self._counts.people[some])

    def of(self, topic: int, key: Key) -> tuple[float, float]:
        """(p, ln p/q) of a phrase: of its rarest word in the topic. (0, 0) for words of no text."""
        share, overall = 1.0, 1.0
        for stem in key:
            at = self.column(stem)
            if at < 0:
                continue
            start, stop = self._topics.indptr[at], self._topics.indptr[at + 1]
            rows = self._topics.indices[start:stop]
            hit = np.flatnonzero(rows == topic)
            inside = float(self._topics.data[start + hit[0]]) if len(hit) else 0.0
            share = min(share, inside / self._sizes[topic])
            overall = min(overall, float(self._total[at]) / self._everyone)
        if share <= 0 or overall <= 0:
            return 0.0, 0.0
        return share, max(0.0, math.log(share / overall))


class Inside:
    """In which of a topic's conversations a phrase stands."""

    def __init__(self, evidence: Evidence, words: csr_matrix, people: csr_matrix) -> None:
        self._evidence, self._words, self._size = evidence, words.tocsc(), words.shape[0]
        people = people.tocsc()
        self._people = people[:, np.flatnonzero(np.diff(people.indptr) > 1)] > 0
        self._present = np.asarray(self._people.sum(axis=0)).ravel()

    def rows(self, key: Key) -> np.ndarray:
        """Whether each conversation has all words of a phrase."""
        found = np.ones(self._size, dtype=bool)
        for stem in key:
            at = self._evidence.column(stem)
            if at >= 0:
                here = np.zeros(self._size, dtype=bool)
                here[self._words.indices[self._words.indptr[at] : self._words.indptr[at + 1]]] = True
                found &= here
        return found

    def person(self, rows: np.ndarray) -> float:
        """How like these conversations are to those of the one person who is in them most of all (Jaccard)."""
        both = np.asarray(self._people.T @ rows.astype(np.float32)).ravel()
        union = self._present + np.count_nonzero(rows) - both
        return float((both / np.maximum(union, 1)).max(initial=0.0))
