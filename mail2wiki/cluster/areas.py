"""Topics -> areas: the overview above them.

Leiden on the links between topics; the resolution is searched for a number of areas a page can show: about 1.6 times
the square root of the number of topics, FEWEST to MOST. (A topic's inner links are left out: graspologic-native counts
self-loops so that all topics flow together.) A wiki of a few topics needs no areas and gets none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mail2wiki.cluster.grouping import leiden, links

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FEWEST, MOST = 5, 12
FROM_TOPICS = 8  # below, a list of topics is the overview
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
