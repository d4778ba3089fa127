"""The pieces of one message and where each of them stands, as the rules for its stretches see them.

Refuses to decide anything: what becomes of a piece is written into `target` by `stretches` and `context`.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from mail2wiki.thread.prints import CIVIL, DEEPER, GAP, INTRODUCTION, OWN, QUOTED, SENTENCE, TURN, Prints
from mail2wiki.thread.recovered import UNKNOWN, Fate
from mail2wiki.thread.standing import SHORT

CONTEXT = UNKNOWN  # the target of a piece that no record covers
_VIA = re.compile(r"<|\s+via\s+", re.IGNORECASE)  # "Ann Example via LIST <list@example.com>"


class Pieces:
    """The pieces of one message as plain lists, and where each of them stands (`target`). (pieces)"""

    def __init__(self, prints: Prints, fate: Fate, paste: np.ndarray, meet: np.ndarray, i: int) -> None:
        self.lo, hi = int(prints.first[i]), int(prints.first[i + 1])
        rows = slice(self.lo, hi)
        self.kind, self.length = prints.kind[rows].tolist(), prints.length[rows].tolist()
        self.start, self.stop = prints.start[rows].tolist(), prints.stop[rows].tolist()
        self.gap, self.deeper = (prints.flags[rows] & GAP).tolist(), (prints.flags[rows] & DEEPER).tolist()
        self.civil, self.sentence = (prints.flags[rows] & CIVIL).tolist(), (prints.flags[rows] & SENTENCE).tolist()
        self.turn, self.meet = (prints.flags[rows] & TURN).tolist(), meet[rows].tolist()
        own = prints.kind[rows] == OWN
        self.target = np.where(own, paste[rows], fate.target[rows]).tolist()
        self.own: set[int] = set()  # quoted pieces that the author only set off
        self.elsewhere: dict[int, int] = {}  # pieces shown with a recovered one, and the message that says them

    def quotes(self, k: int) -> bool:
        return self.kind[k] in (QUOTED, INTRODUCTION)

    def glued(self, k: int) -> bool:
        """Do pieces k and k + 1 stand in one paragraph?"""
        return self.stop[k] == self.start[k + 1] and not self.gap[k]

    def introduced(self, k: int) -> bool:
        """Does an attribution line stand directly above the paragraph that ends with piece k?"""
        while k and self.kind[k] == QUOTED and self.glued(k - 1):
            k -= 1
        return self.kind[k] == INTRODUCTION

    def says_nothing(self, k: int) -> bool:
        """Is quoted piece k a salutation, a farewell or the name below one?"""
        named = k > 0 and self.civil[k - 1] and self.length[k] < SHORT and not self.sentence[k]
        return bool(self.civil[k] or named)

    def visible(self, k: int) -> bool:
        return self.target[k] < 0


@lru_cache(2000)
def bare(author: str) -> str:
    """The name alone: without the address and the list it came through."""
    return _VIA.split(author, maxsplit=1)[0].strip(" \"',") or author
