"""The NumPy lines in front do what scikit-learn does for large mailboxes."""

import numpy as np
from scipy.sparse import random as sparse

from mail2wiki.cluster import vectors


def counts(rows: int = 300, columns: int = 400):
    made = sparse(rows, columns, density=0.05, random_state=3, format="csr", dtype=np.float64)
    made.data = np.ceil(made.data * 6)
    return made


def test_tfidf_is_scikit_learns() -> None:
    made = counts()
    df = np.bincount(made.indices, minlength=made.shape[1])
    assert np.abs((vectors._tfidf(made, df) - vectors._tfidf_large(made)).toarray()).max() < 1e-12


def test_both_find_the_same_space() -> None:
    weighted = vectors.weigh(counts())
    ours, theirs = vectors._range(weighted, 20, 7), vectors._range_large(weighted, 20, 7)
    assert ours.shape == theirs.shape == (300, 20)
    # the cosines of the angles between the two spaces are their singular values: all 1
    assert np.linalg.svd(ours.T @ theirs, compute_uv=False).min() > 0.9999


def test_the_result_is_the_same_either_way(monkeypatch) -> None:
    weighted = vectors.weigh(counts())
    ours = vectors.reduce(weighted, 10, 7)
    monkeypatch.setattr(vectors, "LARGE", 100)
    theirs = vectors.reduce(weighted, 10, 7)
    # cosines between conversations, which is all that is used of them
    assert np.abs(ours @ ours.T - theirs @ theirs.T).max() < 2e-3
