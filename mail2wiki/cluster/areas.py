"""Topics -> areas: the overview above them.

Leiden on the links between topics; the resolution is searched for a number of areas a page can show: about 1.6 times
the square root of the number of topics, FEWEST to MOST. (A topic's inner links are left out: graspologic-native counts
self-loops so that all topics flow together.) A wiki of a few topics needs no areas and gets none. On later runs a topic
stays in its area.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mail2wiki.cluster.grouping import leiden, links

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FEWEST, MOST = 5, 12
FROM_TOPICS = 8  # below, a list of topics is the overview
OPENS = 3  # new topics that open an area of their own
_RESOLUTIONS = (0.5, 0.6, 0.7, 0.85, 1.0, 1.2, 1.4, 1.7, 2.0, 2.4, 2.8, 3.4, 4.0, 5.0, 6.0)


def areas(labels: np.ndarray, graph: csr_matrix, seed: int) -> np.ndarray:
    """Area number of each topic; -1 for all where there are fewer than FROM_TOPICS topics."""
    k = int(labels.max()) + 1 if len(labels) else 0
    if k < FROM_TOPICS:
        return np.full(k, -1, dtype=np.int64)
    between = links(labels, graph)
    between.setdiag(0)
    between.eliminate_zeros()
    between.data = np.round(between.data, 4)
    wanted = int(np.clip(round(1.6 * k**0.5), FEWEST, MOST))
    tried = [leiden(between, resolution, seed) for resolution in _RESOLUTIONS]
    found = min(tried, key=lambda one: abs(int(one.max()) + 1 - wanted))  # the first of equally good ones
    return _at_most(_pairs(found, between), between, MOST)


def stay(
    fresh: np.ndarray, before: Sequence[str], labels: np.ndarray, graph: csr_matrix
) -> tuple[np.ndarray, dict[int, str]]:
    """Old topics in their old areas, new ones in the area they are linked to most: (area numbers, ids of old ones).

    `fresh`: the areas a first run would make; `before`: id of the area each topic was in, "" = a new topic. Where OPENS
    new topics would make an area of their own, at least half of it, they open one.
    """
    olds = sorted(set(before) - {""})
    at = {old: number for number, old in enumerate(olds)}
    found = np.array([at.get(old, -1) for old in before], dtype=np.int64)
    opened = len(olds)
    if not olds:
        return fresh, {}
    for area in range(int(fresh.max()) + 1):
        new = (fresh == area) & (found < 0)
        if (
            opened < MOST
            and np.count_nonzero(new) >= OPENS
            and 2 * np.count_nonzero(new) >= np.count_nonzero(fresh == area)
        ):
            found[new] = opened
            opened += 1
    placed, between = found.copy(), links(labels, graph)
    for topic in np.flatnonzero(placed < 0):
        row = between[[topic]]
        known = placed[row.indices] >= 0
        pull = np.bincount(placed[row.indices[known]], weights=row.data[known], minlength=opened)
        found[topic] = int(np.argmax(np.round(pull, 6)))
    return found, dict(enumerate(olds))


def match(fresh: np.ndarray, before: Sequence[str]) -> dict[int, str]:
    """Area number -> id of the old area it continues: the assignment with the most topics in common."""
    from scipy.optimize import linear_sum_assignment

    olds = sorted(set(before) - {""})
    table = np.zeros((max(int(fresh.max()) + 1, 0), len(olds)))
    for area, old in zip(fresh.tolist(), before, strict=True):
        if area >= 0 and old:
            table[area, olds.index(old)] += 1
    rows, columns = linear_sum_assignment(-table)
    return {int(row): olds[column] for row, column in zip(rows, columns, strict=True) if table[row, column]}


def _pairs(found: np.ndarray, between: csr_matrix) -> np.ndarray:
    """An area of one topic joins the area it is linked to most, while more than FEWEST are left."""
    found = found.copy()
    size = np.bincount(found)
    for topic in np.flatnonzero(size[found] == 1):
        row = between[[topic]]
        pull = np.bincount(found[row.indices], weights=row.data, minlength=len(size))
        pull[found[topic]] = 0
        if (size > 0).sum() > FEWEST and pull.max() > 0 and size[found[topic]] == 1:
            into = int(np.argmax(np.round(pull, 6)))
            size[found[topic]], size[into] = 0, size[into] + 1
            found[topic] = into
    return np.unique(found, return_inverse=True)[1]


def _at_most(found: np.ndarray, between: csr_matrix, most: int) -> np.ndarray:
    """Areas beyond `most` (topics without links to others are areas of their own) join: the smallest, two by two."""
    found = found.copy()
    weight = np.asarray(between.sum(axis=1)).ravel()
    while found.max() + 1 > most:
        total = np.bincount(found, weights=weight)
        order = np.argsort(total, kind="stable")
        found[found == order[0]] = order[1]
        _, found = np.unique(found, return_inverse=True)
    return found
