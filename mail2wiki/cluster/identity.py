"""Topics that stay themselves: ids from their founders, new mail into old topics, rebuilds matched by members."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mail2wiki.cluster.grouping import centres, renumber
from mail2wiki.records import Document

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

OPENS = 8  # new conversations that open a topic of their own
STRANGERS = 0.5  # share of old conversations among those that would be together, up to which a topic opens
SWEEPS = 5
SAME = 0.3  # share of the smaller side that two topics must have in common to be the same topic


def topic_id(founder: str) -> str:
    """The id of a topic, from the id of its first conversation; 10 letters and digits."""
    return "t" + hashlib.sha256(founder.encode("utf-8", "replace")).hexdigest()[:9]


def founders(members: Sequence[Document]) -> list[str]:
    """Conversation ids, oldest first; undated ones last."""
    return [d.id for d in sorted(members, key=lambda d: (d.first is None, d.first or 0, d.id))]


def new_ids(labels: np.ndarray, documents: Sequence[Document], given: Mapping[int, str]) -> list[str]:
    """An id for each topic number: the given one, else from the oldest member whose id is free."""
    k = int(labels.max()) + 1
    members: list[list[Document]] = [[] for _ in range(k)]
    for document, label in zip(documents, labels, strict=True):
        members[label].append(document)
    taken = set(given.values())
    ids = []
    for topic in range(k):
        name = given.get(topic) or next(
            (fresh for fresh in map(topic_id, founders(members[topic])) if fresh not in taken), ""
        )
        if not name:
            name = topic_id(" ".join(sorted(document.id for document in members[topic])) + " again")
        taken.add(name)
        ids.append(name)
    return ids


def match(labels: np.ndarray, documents: Sequence[Document], previous: Mapping[str, str]) -> dict[int, str]:
    """Topic number -> id of the old topic it continues: the assignment with the most members in common."""
    from scipy.optimize import linear_sum_assignment

    common: Counter[tuple[int, str]] = Counter()
    old_size: Counter[str] = Counter()
    for document, label in zip(documents, labels.tolist(), strict=True):
        old = previous.get(document.id)
        if old:
            common[label, old] += 1
            old_size[old] += 1
    olds = sorted(old_size)
    at = {old: n for n, old in enumerate(olds)}
    size = np.bincount(labels)
    table = np.zeros((len(size), len(olds)))
    for (label, old), n in common.items():
        table[label, at[old]] = n
    rows, columns = linear_sum_assignment(-table)
    return {
        int(row): olds[column]
        for row, column in zip(rows, columns, strict=True)
        if table[row, column] >= SAME * min(size[row], old_size[olds[column]])
    }


def join(
    fresh: np.ndarray,
    graph: csr_matrix,
    vectors: np.ndarray,
    documents: Sequence[Document],
    previous: Mapping[str, str],
    resolution: float,
) -> tuple[np.ndarray, dict[int, str]]:
    """New conversations into old topics; the old ones stay where they are. (topic numbers, their ids where old).

    `fresh` is the partition a rebuild would make: a topic in it that is mostly new opens, the new members of another
    follow its old ones to the topic most of these are in (each by itself: .75 to .96 of a rebuild's agreement with
    folders, by where the mail was cut; together: 1.0), and those of one without old members go where they are drawn.
    """
    olds = sorted({previous[d.id] for d in documents if d.id in previous})
    at = {old: n for n, old in enumerate(olds)}
    labels = np.array([at[previous[d.id]] if d.id in previous else -1 for d in documents], dtype=np.int64)
    is_new = labels < 0
    fixed = ~is_new
    opened = len(olds)
    count, news = np.bincount(fresh), np.bincount(fresh, weights=is_new)
    for topic in np.flatnonzero((news >= OPENS) & (news >= (1 - STRANGERS) * count)):
        labels[(fresh == topic) & is_new] = opened
        opened += 1
    together = np.zeros((len(count), len(olds)), dtype=np.int64)
    np.add.at(together, (fresh[fixed], labels[fixed]), 1)
    follow = is_new & (labels < 0) & (together.max(axis=1) > 0)[fresh]
    labels[follow] = np.argmax(together, axis=1)[fresh[follow]]
    labels = settle(labels, fixed | follow, opened, graph, vectors, resolution)
    thin = {t for t in range(len(olds), opened) if np.count_nonzero(labels == t) < OPENS}
    if thin:
        labels[np.isin(labels, sorted(thin))] = -1
        labels = settle(labels, labels >= 0, opened, graph, vectors, resolution)
    ids = {topic: old for old, topic in at.items()}
    numbers = renumber(labels)
    return numbers, {int(numbers[np.argmax(labels == topic)]): old for topic, old in ids.items()}


def settle(
    labels: np.ndarray, fixed: np.ndarray, k: int, graph: csr_matrix, vectors: np.ndarray, resolution: float
) -> np.ndarray:
    """Every document that is not fixed goes where its modularity gain is greatest; a few sweeps, all at once."""
    from scipy.sparse import csr_matrix

    labels = labels.copy()
    free = np.flatnonzero(~fixed)
    if not len(free):
        return labels
    strength = np.asarray(graph.sum(axis=1)).ravel()
    total = max(float(strength.sum()), 1e-9)
    rows = graph[free]
    for _ in range(SWEEPS):
        some = np.flatnonzero(labels >= 0)
        member = csr_matrix((np.ones(len(some)), (some, labels[some])), shape=(len(labels), k))
        mass = np.bincount(labels[some], weights=strength[some], minlength=k)
        best = _best(rows @ member, strength[free], resolution * mass / total, labels[free])
        if np.array_equal(best, labels[free]):
            break
        labels[free] = best
    left = np.flatnonzero(labels < 0)
    if len(left):  # no neighbours at all
        placed = labels >= 0
        middle = centres(np.append(labels[placed], k - 1), np.vstack([vectors[placed], np.zeros_like(vectors[:1])]))
        labels[left] = np.argmax(np.round(vectors[left] @ middle.T, 6), axis=1)
    return labels


def _best(links: csr_matrix, strength: np.ndarray, mass: np.ndarray, now: np.ndarray) -> np.ndarray:
    """For each row the topic with the greatest gain among those it has links to; where there are none, as now."""
    coo = links.tocoo()
    gain = np.round(coo.data - strength[coo.row] * mass[coo.col], 6)
    order = np.lexsort((coo.col, -gain, coo.row))
    rows, first = np.unique(coo.row[order], return_index=True)
    best = now.copy()
    best[rows] = coo.col[order][first]
    return best
