"""Quoted text compared letter by letter with the texts of its conversation, whole conversations at a time.

What hashes left open: text wrapped anew, cut in the middle, run together, edited. It needs the texts themselves, so it
is done where they can be read at once: `recovered` hands out batches and takes their results in any order. Refuses to
look beyond a conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from mail2wiki.records import Body
from mail2wiki.thread import attribution, edited
from mail2wiki.thread.duplicates import ReadBody
from mail2wiki.thread.prints import OTHER, OWN, Prints, squeezed_lines

_PLACES = 24  # latest texts of a conversation that are searched for a text too short for the index
_WINDOW, _STEP = 24, 12  # bytes of a window of the text index, and from one to the next
_TRIES = 72  # windows of a quoted paragraph that are looked up


class Batch(NamedTuple):
    """Whole conversations; messages and pieces are numbered anew. Made by `recovered`."""

    members: np.ndarray  # the number of each message in the mailbox
    rows: np.ndarray  # the number of each piece in the mailbox
    ids: tuple[str, ...]
    labels: tuple[int, ...]  # conversation of each message; equal ones are neighbours
    prints: Prints
    hidden: np.ndarray  # own pieces that are shown in another message
    open: np.ndarray  # quoted pieces that are known to stand nowhere yet


class Found:
    """What became of the open pieces of a batch, by their numbers in it. (found)

    `target`: message in which a piece stands, or -1; `via`: piece that shows it as recovered, or -1; `author`: who is
    said to have written what stands nowhere; `edited`: what that was made from.
    """

    def __init__(self, batch: Batch) -> None:
        self.members, self.rows = batch.members, batch.rows
        self.target = np.full(len(batch.rows), -1, np.int32)
        self.via = np.full(len(batch.rows), -1, np.int32)
        self.author: dict[int, attribution.Claim] = {}
        self.edited: dict[int, edited.Edit] = {}


def compare(batch: Batch, read_body: ReadBody) -> Found:
    """Find the open pieces in the texts of their conversation; find authors of the rest."""
    found, bodies = Found(batch), read_body(batch.ids)
    texts, current = Texts(), -1
    for i, (id, label) in enumerate(zip(batch.ids, batch.labels, strict=True)):
        if label != current:
            texts, current = Texts(), label
        body = bodies.get(id)
        if body is None:
            continue
        lines = squeezed_lines(body)
        own = _own_text(batch, i, lines)
        if batch.open[batch.prints.first[i] : batch.prints.first[i + 1]].any():
            lost = _match(batch, i, lines, texts, found, body)
            _edited(batch, i, lost, texts, found, bodies)
        texts.add(own, i, -1)
    return found


def _own_text(batch: Batch, i: int, lines: Sequence[bytes]) -> bytes:
    """What the message itself says, in one string."""
    parts: list[bytes] = []
    prints = batch.prints
    for row in range(int(prints.first[i]), int(prints.first[i + 1])):
        if prints.kind[row] in (OWN, OTHER) and not batch.hidden[row]:
            parts += lines[prints.start[row] : prints.stop[row]]
    return b"".join(parts)


class Texts:
    """Texts of one conversation, searchable for any stretch of _WINDOW + _STEP bytes and more. (texts)"""

    def __init__(self) -> None:
        self.window: dict[bytes, tuple[int, int]] = {}
        self.texts: list[tuple[bytes, int, int]] = []

    def add(self, text: bytes, message: int, row: int) -> None:
        number = len(self.texts)
        self.texts.append((text, message, row))
        known = self.window
        for at in range(0, len(text) - _WINDOW + 1, _STEP):
            known.setdefault(text[at : at + _WINDOW], (number, at))

    def find(self, text: bytes) -> tuple[int, int] | None:
        """(message, row) of a text that holds this one, or None; row -1: it is that message's own."""
        if len(text) < _WINDOW + _STEP:
            for other, owner, row in self.texts[: -_PLACES - 1 : -1]:
                if text in other:
                    return owner, row
            return None
        for at in range(min(len(text) - _WINDOW + 1, _TRIES)):
            hit = self.window.get(text[at : at + _WINDOW])
            if hit:
                other, owner, row = self.texts[hit[0]]
                if hit[1] >= at and other.startswith(text, hit[1] - at):
                    return owner, row
        return None


def _match(
    batch: Batch, i: int, lines: Sequence[bytes], texts: Texts, found: Found, body: Body
) -> list[tuple[int, bytes]]:
    """Look up what is left of message i; what is not found is offered to later messages as recovered here.

    Where the message that shows a text does not say clearly whose it is, a later one that quotes it as well may.
    """
    prints = batch.prints
    lost: list[tuple[int, bytes]] = []
    again = []
    for row in range(int(prints.first[i]), int(prints.first[i + 1])):
        if not batch.open[row]:
            continue
        text = b"".join(lines[prints.start[row] : prints.stop[row]])
        place = texts.find(text)
        if place is None:
            lost.append((row, text))
            texts.add(text, i, row)
        elif place[1] < 0:
            found.target[row] = place[0]
        else:
            found.via[row] = place[1]
            if not (known := found.author.get(place[1])) or not known.sure:
                again.append(row)
    if lost or again:
        rows = sorted([row for row, _ in lost] + again)
        claims = attribution.authors(body, [(row, int(prints.start[row])) for row in rows])
        for row, claim in claims.items():
            shower = int(found.via[row]) if row in again else row
            known = found.author.get(shower)
            if known is None or (claim.sure and not known.sure):
                found.author[shower] = claim
    return lost


def _edited(
    batch: Batch, i: int, lost: Sequence[tuple[int, bytes]], texts: Texts, found: Found, bodies: Mapping[str, Body]
) -> None:
    """Find out which of the paragraphs of message i that stand nowhere were made from one that does."""
    prints, body, sources = batch.prints, bodies[batch.ids[i]], dict[int, edited.Source]()
    places = ((row, edited.nearest(text, i, texts)) for row, text in lost if body.kind == "plain")
    near_ones = ((row, near) for row, near in places if near and bodies[batch.ids[near[0]]].kind == "plain")
    for row, near in islice(near_ones, edited.COMPARED):
        source = sources.get(near[0])
        if source is None:
            source = sources[near[0]] = edited.Source(prints, batch.hidden, near[0], bodies[batch.ids[near[0]]])
        changes = edited.compare(body.lines[prints.start[row] : prints.stop[row]], source.between(*near[1:]))
        if changes:
            found.edited[row] = edited.Edit(near[0], changes)
        elif changes is not None:
            found.target[row] = near[0]
