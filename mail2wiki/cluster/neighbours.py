"""Vectors -> the graph of nearest neighbours, edges weighted by likeness and nearness in time.

Likeness is .6 of that of the reduced vectors, which know that different words mean the same, and .4 of that of the
words and people themselves. The reduced space turns with every message that is added, the words do not: topics that a
random 90 % of the mail finds again rose from .87 to .92 by it, agreement with folders stayed on three mailboxes (.674,
.675; mean of draws) and rose from .615 to .622 on newsgroups and from .795 to .823 on the German terse ones.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from mail2wiki.cluster.vectors import sums

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NEIGHBOURS = 35
"""With resolution 2.5. Over 25: topics that a random 90 % finds again (six seeds) .887 -> .917, agreement with folders
.799 -> .836 on corman-s, .587 -> .599 on scholtes-d, .629 -> .638 on newsgroups; 45 is no better."""
FEWEST, SHARE = 10, 15  # small mailboxes have no topics of 35: n / SHARE, at least FEWEST (.62 -> .80 on 182)
EXACT = 8_000  # up to here every pair is compared; above, only pairs in neighbouring cells
PROBES = 10
BLOCK = 128  # rows compared at a time: with 1,000 the parent took 45 MB more, and longer
WIDER = 1.5  # times as many candidates by the reduced vectors, ranked again by both; with 2 dearer and no better
AS_WRITTEN = 0.4  # share of the words' and people's own likeness
PAIRS = 10_000  # compared at a time
DAYS = 60.0  # edges x (.5 + .5 e^(-days/60)): + .01 to .02 AMI


def graph(vectors: np.ndarray, written: csr_matrix, first: np.ndarray, last: np.ndarray) -> csr_matrix:
    """Symmetric float64 (documents, documents); the weight of an edge is in (0, 1.4].

    `vectors`: reduced; `written`: the same conversations in all their words and people (`Weighted.beside`).
    """
    from scipy.sparse import csr_matrix

    n = len(vectors)
    rows, columns, weights = nearest(vectors, written, min(max(FEWEST, min(NEIGHBOURS, n // SHARE)), n - 1))
    weights = weights * nearness(first, last, rows, columns)
    keep = weights > 1e-3
    matrix = csr_matrix((np.round(weights[keep], 4).astype(np.float64), (rows[keep], columns[keep])), shape=(n, n))
    matrix = matrix.maximum(matrix.T).tocsr()
    matrix.sort_indices()
    return matrix


def nearest(vectors: np.ndarray, written: csr_matrix, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row, column, likeness) of the k most alike others of every row; ties go to the smaller column."""
    n = len(vectors)
    if n <= EXACT:
        jobs = [(block, np.arange(n)) for block in np.split(np.arange(n), range(BLOCK, n, BLOCK))]
    else:
        jobs = cells(vectors)
    with ThreadPoolExecutor(2) as threads:
        parts = list(threads.map(lambda job: best_of_both(vectors, written, job[0], job[1], k), jobs))
    rows = [np.repeat(block, found.shape[1]) for (block, _), (found, _) in zip(jobs, parts, strict=True)]
    return (
        np.concatenate(rows),
        np.concatenate([found.ravel() for found, _ in parts]),
        np.concatenate([likeness.ravel() for _, likeness in parts]),
    )


def cells(vectors: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """(rows, candidates) of each cell: its own rows, and the rows of the PROBES cells nearest to it.

    Cells are Voronoi cells of evenly spaced rows, moved to their means twice; none is much larger than BLOCK.
    """
    n = len(vectors)
    count = int(n**0.5)
    middle = vectors[np.linspace(0, n - 1, count).astype(np.int64)].copy()
    for _ in range(3):
        at = _closest(vectors, middle)
        total = sums(vectors, at, count)
        length = np.linalg.norm(total, axis=1, keepdims=True)
        middle = np.where(length > 0, total / np.maximum(length, 1e-9), middle).round(5).astype(np.float32)
    order = np.argsort(at, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(at, minlength=count))[:-1])
    likeness = np.round(middle @ middle.T, 4)
    np.fill_diagonal(likeness, 2)
    near = np.argsort(-likeness, axis=1, kind="stable")[:, :PROBES]
    jobs = []
    for cell in range(count):
        among = np.sort(np.concatenate([members[other] for other in near[cell]]))
        parts = np.split(members[cell], range(BLOCK, len(members[cell]), BLOCK))
        jobs += [(part, among) for part in parts if len(part)]
    return jobs


def _closest(vectors: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """The number of the nearest cell of each row."""

    def closest(start: int) -> np.ndarray:
        return np.argmax(np.round(vectors[start : start + BLOCK] @ middle.T, 4), axis=1)

    with ThreadPoolExecutor(2) as threads:
        return np.concatenate(list(threads.map(closest, range(0, len(vectors), BLOCK))))


def best_of_both(
    vectors: np.ndarray, written: csr_matrix, block: np.ndarray, among: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """The same as `best`, by both likenesses, of WIDER x k candidates; ties go to the smaller column."""
    found, likeness = best(vectors, block, among, int(WIDER * k))
    own = likenesses(written, np.repeat(block, found.shape[1]), found.ravel()).reshape(found.shape)
    both = np.round((1 - AS_WRITTEN) * likeness + AS_WRITTEN * own, 4)
    order = np.argsort(-both, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(found, order, axis=1), np.take_along_axis(both, order, axis=1)


def likenesses(written: csr_matrix, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The product of each pair of rows; float32."""
    found = np.zeros(len(rows), dtype=np.float32)
    for start in range(0, len(rows), PAIRS):
        some = slice(start, start + PAIRS)
        found[some] = np.asarray(written[rows[some]].multiply(written[columns[some]]).sum(axis=1)).ravel()
    return found


def best(vectors: np.ndarray, block: np.ndarray, among: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k of `among` (ascending) most like each of `block`, itself left out."""
    likeness = np.round(vectors[block] @ vectors[among].T, 4)
    likeness -= (np.arange(len(among), dtype=np.float32) * 1e-9)[None, :]
    likeness[block[:, None] == among[None, :]] = -1
    k = min(k, len(among) - 1)
    if k < 1:
        return np.zeros((len(block), 0), dtype=np.int64), np.zeros((len(block), 0), dtype=np.float32)
    found = np.argpartition(-likeness, k - 1, axis=1)[:, :k]
    found.sort(axis=1)
    return among[found], np.maximum(np.take_along_axis(likeness, found, axis=1), 0)


def nearness(first: np.ndarray, last: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """.5 to 1: 1 where two conversations overlap in time; .75 where a date is missing."""
    gap = np.maximum(first[rows], first[columns]) - np.minimum(last[rows], last[columns])
    factor = 0.5 + 0.5 * np.exp(-np.maximum(gap, 0) / DAYS)
    return np.where(np.isnan(factor), 0.75, factor)
