"""Counts -> one dense vector per conversation: what it is about, and who took part.

TF-IDF of the word stems, reduced by a truncated SVD (latent semantic analysis), beside the same of the addresses at
PEOPLE of its length. scikit-learn does both where there is work for it; below LARGE conversations its import alone
takes longer than the work (0.7 s against 0.3 s at 5,000), so a few lines of NumPy stand in front, held to the same
numbers by a test. Refuses to depend on the machine's threads: everything runs in fixed blocks on one BLAS thread
each, and vectors are rounded.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mail2wiki.cluster.documents import Counts

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

DIMENSIONS = 100
PEOPLE_DIMENSIONS = 50
PEOPLE_AS_WRITTEN = 0.5  # beside unreduced words, whose cosines are smaller (.6: .77, .5: .82 AMI German terse)
PEOPLE = 0.6  # + .12 AMI on the three tuning mailboxes, about 0 on eight others
MIN_DF = 2
MAX_DF = 0.3
ITERATIONS = 3  # of the power method
FIT = 8_000  # documents the SVD is fitted on; the others are projected
LARGE = FIT  # documents above which scikit-learn does the work
BLOCK = 4_000


class Weighted(NamedTuple):
    """What each conversation says and who took part, as TF-IDF, rows of length 1 (0 where there is nothing)."""

    words: csr_matrix
    people: csr_matrix

    def beside(self, more: np.ndarray | None = None) -> csr_matrix:
        """Both in one sparse matrix, people at PEOPLE_AS_WRITTEN: unreduced. `more`: see `vectors`."""
        from scipy.sparse import csr_matrix, hstack

        parts = [self.words, PEOPLE_AS_WRITTEN * self.people] + ([] if more is None else [csr_matrix(more)])
        return hstack(parts, format="csr", dtype=np.float32)


def weighted(counts: Counts) -> Weighted:
    """The words and people of the documents, weighted."""
    return Weighted(weigh(counts.words), weigh(counts.people, least=2, most=1.0))


def vectors(given: Weighted, seed: int, more: np.ndarray | None = None) -> np.ndarray:
    """float32 (documents, dimensions); rows have length <= sqrt(1 + PEOPLE^2), 0 for documents that say nothing.

    `more`: columns of other origin at their own weight (see `embedding`).
    """
    with ThreadPoolExecutor(2) as threads:  # each is one thread's work, most of it in BLAS
        text, people = threads.map(
            lambda one: reduce(one[0], one[1], seed), ((given.words, DIMENSIONS), (given.people, PEOPLE_DIMENSIONS))
        )
    parts = [text, PEOPLE * people] if more is None else [text, PEOPLE * people, more]
    return np.round(np.hstack(parts), 5).astype(np.float32)


def weigh(counts: csr_matrix, least: int = MIN_DF, most: float = MAX_DF) -> csr_matrix:
    """TF-IDF, counts sublinear, rows of length 1; columns in fewer than `least` or more than `most` (share) out."""
    return weigh_columns(counts, least, most)[0]


def weigh_columns(counts: csr_matrix, least: int = MIN_DF, most: float = MAX_DF) -> tuple[csr_matrix, np.ndarray]:
    """The same, and which columns are left."""
    n = counts.shape[0]
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    keep = np.flatnonzero((df >= min(least, n)) & (df <= max(most * n, least)))
    counts = counts[:, keep]
    weighted = _tfidf_large(counts) if n > LARGE and counts.nnz else _tfidf(counts, df[keep])
    return weighted.astype(np.float32), keep


def _tfidf_large(counts: csr_matrix) -> csr_matrix:
    from sklearn.feature_extraction.text import TfidfTransformer

    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)


def _tfidf(counts: csr_matrix, df: np.ndarray) -> csr_matrix:
    """What TfidfTransformer(sublinear_tf=True) does."""
    weighted = counts.astype(np.float64)
    weighted.data = (1 + np.log(weighted.data)) * (np.log((1 + counts.shape[0]) / (1 + df)) + 1)[weighted.indices]
    return unit(weighted)


def unit(matrix: csr_matrix) -> csr_matrix:
    """The rows at length 1, empty ones as they are."""
    from scipy.sparse import diags

    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1), dtype=np.float64).ravel())
    return (diags(np.divide(1, length, out=np.zeros_like(length), where=length > 0)) @ matrix).tocsr()


def sums(rows: np.ndarray, numbers: np.ndarray, count: int) -> np.ndarray:
    """The sum of the rows of each number, (count, width), added in their order: `np.add.at`, ten times faster."""
    from scipy.sparse import csr_matrix

    member = csr_matrix((np.ones(len(rows), rows.dtype), (numbers, np.arange(len(rows)))), shape=(count, len(rows)))
    return member @ rows


def reduce(weighted: csr_matrix, dimensions: int, seed: int) -> np.ndarray:
    """The rows in the space of the leading right singular vectors, length 1."""
    n, width = weighted.shape
    rank = min(dimensions, n, width)
    if rank < 1:
        return np.zeros((n, 0), dtype=np.float32)
    sample = weighted if n <= FIT else weighted[np.sort(np.random.default_rng(seed).permutation(n)[:FIT])]
    flat = _project(weighted, np.ascontiguousarray(_basis(sample, rank, seed).T))
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.divide(flat, length, out=np.zeros_like(flat), where=length > 1e-6)


def _basis(sample: csr_matrix, rank: int, seed: int) -> np.ndarray:
    """float32 (rank, columns): leading right singular vectors, by Halko's randomised range and a small eigenproblem.

    (scikit-learn's TruncatedSVD ends in a LAPACK SVD of the same (rank, columns) matrix: seven times slower.)
    """
    find = _range_large if sample.shape[0] >= LARGE else _range
    reach = find(sample, min(rank + 10, *sample.shape), seed)
    small = (sample.T @ reach).T
    values, turns = np.linalg.eigh(small.astype(np.float64) @ small.T.astype(np.float64))
    values, turns = values[::-1][:rank], turns[:, ::-1][:, :rank]
    solid = values > 1e-6 * max(values[0], 1e-12)
    return ((turns[:, solid] / np.sqrt(values[solid])).T.astype(np.float32)) @ small


def _range_large(sample: csr_matrix, size: int, seed: int) -> np.ndarray:
    from sklearn.utils.extmath import randomized_range_finder

    reach = randomized_range_finder(
        sample, size=size, n_iter=ITERATIONS, power_iteration_normalizer="QR", random_state=seed
    )
    return reach.astype(np.float32)


def _range(sample: csr_matrix, size: int, seed: int) -> np.ndarray:
    """What randomized_range_finder does."""
    reach = np.random.RandomState(seed).normal(size=(sample.shape[1], size)).astype(np.float32)
    for _ in range(ITERATIONS):
        reach = np.linalg.qr(sample @ reach)[0]
        reach = np.linalg.qr(sample.T @ reach)[0]
    return np.linalg.qr(sample @ reach)[0]


def _project(weighted: csr_matrix, basis: np.ndarray) -> np.ndarray:
    """weighted @ basis, in blocks of fixed size on two threads."""
    starts = range(0, weighted.shape[0], BLOCK)
    with ThreadPoolExecutor(2) as threads:
        return np.vstack(list(threads.map(lambda start: weighted[start : start + BLOCK] @ basis, starts)))
