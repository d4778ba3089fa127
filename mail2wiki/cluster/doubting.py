"""Which conversations stand nearly as well in another topic: those a person should look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from mail2wiki.records import Document

MARGIN = 0.0  # as like the other as its own
MOST = 200  # in one list
BLOCK = 4_000


class Doubt(NamedTuple):
    """A conversation that is about as much like another topic as like its own."""

    conversation: str
    topic: str
    other: str  # the nearest other topic
    margin: float  # likeness to its own (without itself) minus likeness to the other; cosines, -2 to 2


def doubts(vectors: np.ndarray, numbers: np.ndarray, ids: Sequence[str], rows: Sequence[Document]) -> list[Doubt]:
    """The most doubtful conversations, most doubtful first; `numbers` and `vectors` are of `rows`, `ids` of numbers."""
    import numpy as np

    from mail2wiki.cluster.vectors import sums

    k = len(ids)
    if k < 2:
        return []
    whole = sums(vectors.astype(np.float64), numbers, k)
    lengths = np.linalg.norm(whole, axis=1)
    middle = whole / np.maximum(lengths, 1e-9)[:, None]
    found: list[tuple[float, str, int, int]] = []
    for start in range(0, len(vectors), BLOCK):
        part, own = vectors[start : start + BLOCK].astype(np.float64), numbers[start : start + BLOCK]
        length = np.maximum(np.linalg.norm(part, axis=1), 1e-9)
        rest = whole[own] - part
        mine = (part * rest).sum(axis=1) / (length * np.maximum(np.linalg.norm(rest, axis=1), 1e-9))
        alike = part @ middle.T / length[:, None]
        alike[np.arange(len(part)), own] = -2
        other = np.argmax(np.round(alike, 6), axis=1)
        margin = np.round(mine - alike[np.arange(len(part)), other], 4)
        found += [
            (float(margin[at]), rows[start + at].id, int(own[at]), int(other[at]))
            for at in np.flatnonzero(margin < MARGIN).tolist()
        ]
    return [Doubt(id, ids[own], ids[other], margin) for margin, id, own, other in sorted(found)[:MOST]]
