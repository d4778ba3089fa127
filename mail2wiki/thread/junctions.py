"""Paragraphs inside quotes that hold a question and its answer, though each of them stands somewhere else.

`>> question` directly above `> answer` is one paragraph to a reader. Where it stands like that in the message that
answered, it is hidden as any quote; where the two met only in this quote (an empty line went missing), it is told
apart here, so that it stays once. Refuses to look at texts.
"""

from __future__ import annotations

import numpy as np

from mail2wiki.thread.prints import GAP, OWN, QUOTED, Prints
from mail2wiki.thread.recovered import Fate

_WEIGHTS = np.array([pow(0x9E3779B97F4A7C15, k + 1, 2**64) for k in range(256)], np.uint64)


def unique(prints: Prints, visible: np.ndarray, fate: Fate) -> np.ndarray:
    """Mask over pieces: those of quoted paragraphs of several fates that stand, as a whole, nowhere before."""
    n, kind = len(prints.hash), prints.kind
    mask = np.zeros(n, bool)
    text = (kind == OWN) | (kind == QUOTED)
    goes_on = np.zeros(n + 1, bool)  # the paragraph of the piece before; one more, as the last piece has none behind it
    goes_on[1:-1] = (
        (prints.message[1:] == prints.message[:-1]) & (prints.start[1:] == prints.stop[:-1])
        & (prints.flags[:-1] & GAP == 0) & text[1:] & text[:-1]
    )  # fmt: skip
    rows = np.flatnonzero((goes_on[:-1] | goes_on[1:]) & visible[prints.message])  # paragraphs of several pieces
    if not len(rows):
        return mask
    first = np.flatnonzero(~goes_on[rows])
    size = np.diff(np.append(first, len(rows)))
    place = np.minimum(np.arange(len(rows)) - np.repeat(first, size), len(_WEIGHTS) - 1)
    digest = np.add.reduceat(prints.hash[rows] * _WEIGHTS[place], first)  # wraps at 2**64
    owned = np.logical_or.reduceat(kind[rows] == OWN, first)
    target = fate.target[rows]
    least, most = np.minimum.reduceat(target, first), np.maximum.reduceat(target, first)
    known = np.unique(digest[owned])
    open_ = np.flatnonzero(~owned & (least >= 0) & (least < most) & ~np.isin(digest, known))
    _, once = np.unique(digest[open_], return_index=True)
    chosen = np.zeros(len(first), bool)
    chosen[open_[once]] = True
    mask[rows] = np.repeat(chosen, size)
    return mask
