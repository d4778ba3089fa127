"""The graph of neighbours -> a topic number for each conversation.

Leiden (modularity) in several runs that agree on a consensus, then what is too large is split and what is too small
joins its closest relative. No bin for outliers: every conversation is in exactly one topic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

RESOLUTION = 2.0  # flat between 1.5 and 6 on the tuning mailboxes
RUNS = 10
LARGEST = 0.2  # share of the messages one topic may hold
SMALLEST, SMALLEST_CAP = 5, 12


def leiden(graph: csr_matrix, resolution: float, seed: int, iterations: int = 2) -> np.ndarray:
    """Community number of each node, numbered by first appearance."""
    import graspologic_native as native

    n = graph.shape[0]
    if graph.nnz == 0:
        return np.arange(n)
    _, found = native.leiden_csr(
        graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data.astype(np.float64), n,
        resolution=resolution, iterations=iterations, seed=seed,
    )
    return renumber(np.array([found.get(node, n + node) for node in range(n)]))


def renumber(labels: np.ndarray) -> np.ndarray:
    """The same partition with numbers in order of first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse]


def consensus(graph: csr_matrix, resolution: float, seed: int, runs: int = RUNS) -> np.ndarray:
    """Leiden on the graph whose edges count how many of the runs kept both ends together."""
    coo = graph.tocoo()
    together = np.zeros(len(coo.data))
    for run in range(runs):
        labels = leiden(graph, resolution, seed + run)
        together += labels[coo.row] == labels[coo.col]
    agreed = graph.copy()
    agreed.data = graph.data * (together / runs) ** 2
    agreed.eliminate_zeros()
    return leiden(agreed, resolution, seed)


def partition(graph: csr_matrix, vectors: np.ndarray, sizes: np.ndarray, seed: int) -> np.ndarray:
    """Topic number of every document, numbered by first appearance."""
    n = graph.shape[0]
    labels = consensus(graph, RESOLUTION, seed, RUNS if n <= 20_000 else 1)
    labels = split_large(labels, graph, sizes, seed)
    return merge_small(labels, graph, vectors, smallest(n))


def smallest(n: int) -> int:
    """How many conversations make a topic."""
    return int(np.clip(n // 400, min(SMALLEST, max(1, n // 12)), SMALLEST_CAP))


def split_large(labels: np.ndarray, graph: csr_matrix, sizes: np.ndarray, seed: int) -> np.ndarray:
    """Topics with more than LARGEST of the messages are grouped again within themselves, finer and finer."""
    if len(labels) < 50:
        return labels
    labels = labels.copy()
    limit = LARGEST * sizes.sum()
    for resolution in (1.0, 2.0, 4.0, 8.0):
        for topic in np.flatnonzero(np.bincount(labels, weights=sizes) > limit):
            members = np.flatnonzero(labels == topic)
            inside = leiden(graph[members][:, members].tocsr(), resolution, seed)
            labels[members] = np.where(inside == 0, topic, labels.max() + inside)
    return renumber(labels)


def links(labels: np.ndarray, graph: csr_matrix) -> csr_matrix:
    """Sum of edge weights between topics, (topics, topics); the diagonal counts each inner edge twice."""
    from scipy.sparse import csr_matrix

    k = int(labels.max()) + 1
    member = csr_matrix((np.ones(len(labels)), (np.arange(len(labels)), labels)), shape=(len(labels), k))
    return (member.T @ graph @ member).tocsr()


def centres(labels: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """The mean vector of each topic, length 1."""
    k = int(labels.max()) + 1
    total = np.zeros((k, vectors.shape[1]), dtype=np.float64)
    np.add.at(total, labels, vectors)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.divide(total, length, out=np.zeros_like(total), where=length > 0)


def merge_small(labels: np.ndarray, graph: csr_matrix, vectors: np.ndarray, least: int) -> np.ndarray:
    """Topics with fewer than `least` conversations join, smallest first, the topic most strongly linked per member."""
    count = np.bincount(labels)
    k = len(count)
    between = links(labels, graph).tolil()
    target = np.arange(k)
    middle = centres(labels, vectors)
    near = None
    for topic in sorted(range(k), key=lambda t: (count[t], t)):
        if count[topic] >= least or (count > 0).sum() == 1:
            continue
        row = {c: v for c, v in zip(between.rows[topic], between.data[topic], strict=True) if c != topic and v > 0}
        if row:
            into = max(row, key=lambda c: (row[c] / np.sqrt(count[c]), -c))
        else:
            near = middle @ middle[topic]
            near[(count == 0) | (np.arange(k) == topic)] = -2
            into = int(np.argmax(np.round(near, 6)))
        _join(between, topic, into)
        count[into] += count[topic]
        count[topic] = 0
        target[target == topic] = into
    return renumber(target[labels])


def _join(between, topic: int, into: int) -> None:  # noqa: ANN001
    """Row and column `topic` of a symmetric list-of-lists matrix move to `into`."""
    for other, weight in list(zip(between.rows[topic], between.data[topic], strict=True)):
        if other not in (topic, into):
            between[into, other] += weight
            between[other, into] += weight
        between[other, topic] = 0
    between[topic] = 0
