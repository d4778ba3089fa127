"""Vectors -> the graph of nearest neighbours, edges weighted by likeness and nearness in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NEIGHBOURS = 15
EXACT = 8_000  # up to here every pair is compared; above, only pairs in neighbouring cells
BLOCK = 1_000
DAYS = 60.0  # edges x (.5 + .5 e^(-days/60)): + .01 to .02 AMI


def graph(vectors: np.ndarray, first: np.ndarray, last: np.ndarray) -> csr_matrix:
    """Symmetric float64 (documents, documents); the weight of an edge is in (0, 1.4]."""
    from scipy.sparse import csr_matrix

    n = len(vectors)
    rows, columns, weights = nearest(vectors, min(NEIGHBOURS, n - 1))
    weights = weights * nearness(first, last, rows, columns)
    keep = weights > 1e-3
    matrix = csr_matrix((np.round(weights[keep], 4).astype(np.float64), (rows[keep], columns[keep])), shape=(n, n))
    matrix = matrix.maximum(matrix.T).tocsr()
    matrix.sort_indices()
    return matrix


def nearest(vectors: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row, column, likeness) of the k most alike others of every row; ties go to the smaller column."""
    n = len(vectors)
    rows, columns, weights = [], [], []
    everyone = np.arange(n)
    for start in range(0, n, BLOCK):
        block = everyone[start : start + BLOCK]
        found, likeness = best(vectors, block, everyone, k)
        rows.append(np.repeat(block, found.shape[1]))
        columns.append(found.ravel())
        weights.append(likeness.ravel())
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(weights)


def best(vectors: np.ndarray, block: np.ndarray, among: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k of `among` (ascending) most like each of `block`, itself left out."""
    likeness = np.round(vectors[block] @ vectors[among].T, 4)
    likeness -= (np.arange(len(among), dtype=np.float32) * 1e-9)[None, :]
    likeness[block[:, None] == among[None, :]] = -1
    k = min(k, len(among) - 1)
    found = np.argpartition(-likeness, k - 1, axis=1)[:, :k]
    found.sort(axis=1)
    return among[found], np.maximum(np.take_along_axis(likeness, found, axis=1), 0)


def nearness(first: np.ndarray, last: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """.5 to 1: 1 where two conversations overlap in time; .75 where a date is missing."""
    gap = np.maximum(first[rows], first[columns]) - np.minimum(last[rows], last[columns])
    factor = 0.5 + 0.5 * np.exp(-np.maximum(gap, 0) / DAYS)
    return np.where(np.isnan(factor), 0.75, factor)
