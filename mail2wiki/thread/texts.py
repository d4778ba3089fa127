"""The texts of one conversation and where stretches of them stand: an index of windows of letters.

Refuses to compare words, and to hold more than _MOST: a conversation is searched while its texts are in memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import compress

import numpy as np

WINDOW = 24  # bytes that stand in both
_STEP = 12  # bytes from one window of the index to the next
_PLACES = 24  # latest texts of a conversation that are searched for a text too short for the index
TRIES = 72  # windows of a quoted paragraph that are looked up to find all of it
_MORE_TRIES = 400  # the same for an edited one, which shares some stretches with its beginning
_MOST = 32_000_000  # bytes of text of one conversation that are searched
_ROOM = 1 << 32  # more than the letters of one text

Hits = list[tuple[int, int]]
"""Where in a quoted paragraph a stretch begins that stands in another text, and its place there (`Texts`)."""


def windows(text: bytes) -> list[bytes]:
    """The stretches that a quoted paragraph is looked up by, from every byte of its beginning."""
    return _stretches(text, min(len(text) - WINDOW + 1, _MORE_TRIES), 1)


def _stretches(text: bytes, count: int, step: int) -> list[bytes]:
    """`text[at : at + WINDOW]` for `count` places `at`, in half the time that slices take: squeezed text has no NUL."""
    return np.ndarray(count, f"S{WINDOW}", text, 0, step).tolist() if count > 0 else []


class Texts:
    """Texts of one conversation, searchable for any stretch of WINDOW + _STEP bytes and more. (texts)

    Of several texts with one stretch the first is found, or the `latest`. Together no longer than _MOST.
    """

    def __init__(self, latest: bool = False) -> None:
        self.latest, self.size = latest, 0
        self._texts: list[tuple[bytes, int, int]] = []
        self._place: dict[bytes, int] = {}  # (number of the text + 1) * _ROOM + where in it: never 0, and no tuple

    def add(self, text: bytes, message: int, row: int) -> None:
        self.size += len(text)
        if self.size > _MOST:
            return
        self._texts.append((text, message, row))
        stretches = _stretches(text, (len(text) - WINDOW) // _STEP + 1, _STEP)
        first = len(self._texts) * _ROOM
        places = range(first, first + _STEP * len(stretches), _STEP)
        if self.latest:
            self._place.update(zip(stretches, places, strict=True))
        else:
            deque(map(self._place.setdefault, stretches, places), maxlen=0)  # a loop without its turns

    def hits(self, stretches: Sequence[bytes]) -> Hits:
        """Which of these stretches stand somewhere, and where: hundreds are looked up, nearly all in vain."""
        if self._place.keys().isdisjoint(stretches):  # of three paragraphs two; costs half of what follows
            return []
        places = list(map(self._place.get, stretches))
        return list(compress(enumerate(places), places))  # type: ignore[arg-type]  # those that are None are gone

    def find(self, text: bytes, hits: Hits) -> tuple[int, int] | None:
        """(message, row) of a text that holds this one, or None; row -1: it is that message's own."""
        if len(text) < WINDOW + _STEP:
            for other, owner, row in self._texts[: -_PLACES - 1 : -1]:
                if text in other:
                    return owner, row
            return None
        for at, place in hits:
            if at >= TRIES:
                break
            number, begin = divmod(place, _ROOM)
            other, owner, row = self._texts[number - 1]
            if begin >= at and other.startswith(text, begin - at):
                return owner, row
        return None

    def nearest(self, text: bytes, hits: Hits, message: int) -> tuple[int, int, int] | None:
        """The other message that shares most stretches with a quoted text, and from where to where of its own text."""
        shared: dict[int, list[tuple[int, int]]] = {}
        after = 0  # the next stretch begins where the one before ends
        for at, place in hits:
            if at < after:
                continue
            number, begin = divmod(place, _ROOM)
            _, owner, row = self._texts[number - 1]
            if owner != message and row < 0:
                shared.setdefault(number, []).append((at, begin))
                after = at + WINDOW
        if not shared:
            return None
        number = max(shared, key=lambda n: (len(shared[n]), n))  # the latest of equals: the one that is answered
        (first, begin), (last, stop) = shared[number][0], shared[number][-1]
        return self._texts[number - 1][1], max(0, begin - first - WINDOW), stop + len(text) - last + WINDOW
