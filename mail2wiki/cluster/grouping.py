"""The graph of neighbours -> a topic number for each conversation.

Leiden (modularity) in several runs that agree on a consensus, then what is too large is split and what is too small
joins its closest relative. No bin for outliers: every conversation is in exactly one topic.
"""

from __future__ import annotations

import heapq
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from mail2wiki.cluster.vectors import sums

if TYPE_CHECKING:
    from scipy.sparse import coo_matrix, csr_matrix, lil_matrix

RESOLUTION = 2.5  # flat between 1.5 and 6 on the tuning mailboxes
RUNS, RUNS_LEAST, WORK = 100, 3, 70_000  # runs of Leiden: WORK / conversations, within these bounds
MANY = 2_500  # conversations above which half of WORK does: found again of 3,783 are .825 with 18 runs, .823 with 9
DROPPED = 0.5  # share of the edges a run does not see
LARGEST = 0.2  # share of the messages one topic may hold
SMALLEST, SMALLEST_CAP = 8, 12  # conversations in a topic; N/400 in between
FEWEST, MOST = 10, 60  # topics of a mailbox of some hundred to some thousand messages


def leiden(graph: csr_matrix, resolution: float, seed: int, iterations: int = 2) -> np.ndarray:
    """Community number of each node, numbered by first appearance."""
    import graspologic_native as native

    n = graph.shape[0]
    if graph.nnz == 0:
        return np.arange(n)
    _, found = native.leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        n,
        resolution=resolution,
        iterations=iterations,
        seed=seed,
    )
    return renumber(np.array([found.get(node, n + node) for node in range(n)]))


def renumber(labels: np.ndarray) -> np.ndarray:
    """The same partition with numbers in order of first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse]


def consensus(graph: csr_matrix, resolution: float, seed: int, runs: int = RUNS) -> np.ndarray:
    """Leiden on the graph whose edges count how many runs kept both ends together.

    Each run sees other edges (DROPPED of them are missing) and another seed: what holds only by a thread comes apart.
    Topics that a random 90 % of the conversations finds again (Jaccard >= .5, four mailboxes, six draws, noise .02):
    .82 with ten seeds alone, .85 with twenty runs on thinned edges, .89 with fifty; agreement with folders unchanged.
    Once newsletters were left out (48 draws): .89 with a hundred, .89 with two hundred; other shares of dropped edges,
    dropped conversations and the best of ten last runs changed nothing. More neighbours did (`neighbours.NEIGHBOURS`).
    """
    from scipy.sparse import triu

    upper = triu(graph, 1).tocoo()

    def agree(run: int) -> np.ndarray:
        kept = upper.data * (np.random.default_rng((seed, run)).random(len(upper.data)) >= DROPPED)
        labels = leiden(_mirrored(upper, kept), resolution, seed + run)
        return labels[upper.row] == labels[upper.col]

    together = np.zeros(len(upper.data))
    with ThreadPoolExecutor(2) as threads:  # Leiden leaves Python's lock alone
        for together_once in threads.map(agree, range(runs)):
            together += together_once
    return leiden(_mirrored(upper, upper.data * (together / runs) ** 2), resolution / 2, seed)


def _mirrored(upper: coo_matrix, weights: np.ndarray) -> csr_matrix:
    """The symmetric matrix with these weights in place of an upper triangle's."""
    from scipy.sparse import csr_matrix

    keep = weights > 0
    rows, columns, weights = upper.row[keep], upper.col[keep], weights[keep]
    both = (np.concatenate([rows, columns]), np.concatenate([columns, rows]))
    matrix = csr_matrix((np.concatenate([weights, weights]), both), shape=upper.shape)
    matrix.sort_indices()
    return matrix


def partition(graph: csr_matrix, vectors: np.ndarray, sizes: np.ndarray, seed: int) -> np.ndarray:
    """Topic number of every document, numbered by first appearance."""
    n = graph.shape[0]
    labels = np.zeros(n, dtype=np.int64)
    for resolution in (RESOLUTION, 1.5 * RESOLUTION, 2.5 * RESOLUTION):
        labels = consensus(graph, resolution, seed, runs(n))
        labels = split_large(labels, graph, sizes, seed)
        labels = merge_small(labels, graph, vectors, smallest(n), most(n))
        if labels.max() + 1 >= min(FEWEST, n // 20):
            break
    return labels


def runs(n: int) -> int:
    """How many runs of Leiden agree on the topics of n conversations."""
    return int(np.clip((WORK if n <= MANY else WORK / 2) // n, RUNS_LEAST, RUNS))


def most(n: int) -> int:
    """How many topics a reader of n conversations can survey."""
    return int(max(MOST, n**0.5))


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
    total = sums(vectors.astype(np.float64), labels, k)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.divide(total, length, out=np.zeros_like(total), where=length > 0)


def merge_small(labels: np.ndarray, graph: csr_matrix, vectors: np.ndarray, least: int, most: int) -> np.ndarray:
    """Topics with fewer than `least` conversations, and the smallest beyond `most`, join their closest relative.

    Smallest first; the relative is the topic most strongly linked for its size, without links the most alike.
    """
    count = np.bincount(labels)
    k = len(count)
    between = links(labels, graph).tolil()
    target = np.arange(k)
    middle = centres(labels, vectors)
    queue = [(int(count[topic]), topic) for topic in range(k)]
    heapq.heapify(queue)
    alive = k
    while alive > 1:
        size, topic = heapq.heappop(queue)
        if size != count[topic]:
            continue  # it has grown since: it stands in the queue again
        if size >= least and alive <= most:
            break
        into = _relative(topic, count, between, middle)
        _join(between, topic, into)
        count[into] += count[topic]
        count[topic] = 0
        target[topic] = into
        heapq.heappush(queue, (int(count[into]), into))
        alive -= 1
    for _ in range(k):  # follow chains of joins to their end
        if np.array_equal(target, target[target]):
            break
        target = target[target]
    return renumber(target[labels])


def _relative(topic: int, count: np.ndarray, between: lil_matrix, middle: np.ndarray) -> int:
    """The living topic that a small one joins."""
    row = zip(between.rows[topic], between.data[topic], strict=True)
    linked = {other: weight for other, weight in row if other != topic and weight > 0}
    if linked:
        return max(linked, key=lambda other: (round(linked[other] / count[other] ** 0.5, 6), -other))
    near = np.round(middle @ middle[topic], 6)
    near[(count == 0) | (np.arange(len(count)) == topic)] = -2
    return int(np.argmax(near))


def _join(between: lil_matrix, topic: int, into: int) -> None:
    """Row and column `topic` of a symmetric list-of-lists matrix move to `into`."""
    for other, weight in list(zip(between.rows[topic], between.data[topic], strict=True)):
        if other not in (topic, into):
            between[into, other] += weight
            between[other, into] += weight
        between[other, topic] = 0
    between[topic] = 0
