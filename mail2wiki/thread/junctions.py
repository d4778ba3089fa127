"""Paragraphs inside quotes that hold a question and its answer, though each of them stands somewhere else.

`>> question` directly above `> answer` is one paragraph to a reader. Where it stands like that in the message that
answered, it is hidden as any quote; where the two met only in this quote (an empty line went missing), it is told
apart here, so that it stays once. Refuses to look at texts.
"""

from __future__ import annotations

import numpy as np

from mail2wiki.thread.prints import OWN, QUOTED, Prints
from mail2wiki.thread.recovered import Fate

_WEIGHTS = np.array([pow(0x9E3779B97F4A7C15, k + 1, 2**64) for k in range(256)], np.uint64)


def unique(prints: Prints, visible: np.ndarray, fate: Fate) -> np.ndarray:
    """Mask over pieces: those of quoted paragraphs of several fates that stand, as a whole, nowhere before."""
    n, kind = len(prints.hash), prints.kind
    mask = np.zeros(n, bool)
    if not n:
        return mask
    text = (kind == OWN) | (kind == QUOTED)
    begins = np.ones(n, bool)
    begins[1:] = ~(
        (prints.message[1:] == prints.message[:-1]) & (prints.start[1:] == prints.stop[:-1])
        & (prints.gap[:-1] == 0) & text[1:] & text[:-1]
    )  # fmt: skip
    first = np.flatnonzero(begins)
    size = np.diff(np.append(first, n))
    place = np.minimum(np.arange(n) - np.repeat(first, size), len(_WEIGHTS) - 1)
    digest = np.add.reduceat(prints.hash * _WEIGHTS[place], first)  # wraps at 2**64
    owned = np.logical_or.reduceat(kind == OWN, first)
    least, most = np.minimum.reduceat(fate.target, first), np.maximum.reduceat(fate.target, first)
    several = (size > 1) & visible[prints.message[first]]
    known = np.unique(digest[several & owned])
    open_ = np.flatnonzero(several & ~owned & (least >= 0) & (least < most) & ~np.isin(digest, known))
    _, once = np.unique(digest[open_], return_index=True)
    chosen = np.zeros(len(first), bool)
    chosen[open_[once]] = True
    return np.repeat(chosen, size)
