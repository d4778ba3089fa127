"""Quoted text compared letter by letter with the texts of its conversation, whole conversations at a time.

What hashes left open: text wrapped anew, cut in the middle, run together, edited. It needs the texts themselves, so it
is done where they can be read at once: `recovered` hands out batches and takes their results in any order. Refuses to
look beyond a conversation.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from mail2wiki.records import Body
from mail2wiki.thread import edited, speakers
from mail2wiki.thread.duplicates import ReadBody
from mail2wiki.thread.prints import OTHER, OWN, QUOTED, Prints, squeezed_lines
from mail2wiki.thread.texts import TRIES, Hits, Texts, windows


class Batch(NamedTuple):
    """Whole conversations; messages and pieces are numbered anew. Made by `recovered`."""

    members: np.ndarray  # the number of each message in the mailbox
    rows: np.ndarray  # the number of each piece in the mailbox
    ids: tuple[str, ...]
    labels: tuple[int, ...]  # conversation of each message; equal ones are neighbours
    prints: Prints
    hidden: np.ndarray  # own pieces that are shown in another message
    open: np.ndarray  # quoted pieces that are known to stand nowhere yet
    target: np.ndarray  # the message (its number in the mailbox) in which a quoted piece stands, or less than 0
    undated: frozenset[int]  # conversations in which nobody knows what was said before what


class Found:
    """What became of the open pieces of a batch, by their numbers in it. (found)

    `target`: message in which a piece stands, or -1; `recovered`: it stands there as recovered only; `via`: piece that
    shows it as recovered, or -1; `author`: who is said to have written what stands nowhere; `edited`: what that was
    made from.
    """

    def __init__(self, batch: Batch) -> None:
        self.members, self.rows = batch.members, batch.rows
        self.target = np.full(len(batch.rows), -1, np.int32)
        self.recovered = np.zeros(len(batch.rows), bool)
        self.via = np.full(len(batch.rows), -1, np.int32)
        self.author: dict[int, speakers.Claim] = {}
        self.edited: dict[int, edited.Edit] = {}


def compare(batch: Batch, read_body: ReadBody) -> Found:
    """Find the open pieces in the texts of their conversation; find authors of the rest."""
    found, bodies, pieces = Found(batch), read_body(batch.ids), Pieces(batch)
    texts, wholes, letters, current = Texts(), Texts(latest=True), dict[int, list[bytes]](), -1
    for i, (id, label) in enumerate(zip(batch.ids, batch.labels, strict=True)):
        if label != current:
            texts, wholes, letters, current = Texts(), Texts(latest=True), {}, label
            if label in batch.undated:
                for k in range(i, bisect_right(batch.labels, label)):
                    letters[k] = squeezed_lines(bodies[batch.ids[k]]) if batch.ids[k] in bodies else []
                    texts.add(pieces.said(k, letters[k]), k, -1)
        body = bodies.get(id)
        if body is None:
            continue
        lines = letters[i] = letters.get(i) or squeezed_lines(body)
        if any(pieces.open[pieces.first[i] : pieces.first[i + 1]]):
            lost, again = _match(pieces, i, lines, texts, wholes, found)
            wholes.add(b"".join([one.text for one in lost]), i, -1)
            if body.kind == "plain":
                _edited(batch, pieces, i, lost, texts, letters, found, bodies)
            _name(pieces, i, [one.row for one in lost] + again, found, body)
        if label not in batch.undated:
            texts.add(pieces.said(i, lines), i, -1)
    return found


class Pieces:
    """The pieces of a batch as plain lists: a number of a numpy array takes ten times as long to get. (pieces)"""

    def __init__(self, batch: Batch) -> None:
        prints = batch.prints
        self.first, self.open = prints.first.tolist(), batch.open.tolist()
        self.start, self.stop = prints.start.tolist(), prints.stop.tolist()
        self.target = np.where(prints.kind == QUOTED, batch.target, -1).tolist()
        self._own = (((prints.kind == OWN) | (prints.kind == OTHER)) & ~batch.hidden).tolist()

    def own(self, i: int) -> list[tuple[int, int]]:
        """The lines of what message i itself says, from where to where."""
        rows = range(self.first[i], self.first[i + 1])
        return [(self.start[row], self.stop[row]) for row in rows if self._own[row]]

    def said(self, i: int, lines: Sequence[bytes]) -> bytes:
        """What message i itself says."""
        return b"".join([line for start, stop in self.own(i) for line in lines[start:stop]])

    def goes_on(self, i: int, row: int) -> bool:
        """Does a quoted piece of message i go on in its own text, as if somebody had written into a quote?"""
        return row + 1 < self.first[i + 1] and self._own[row + 1] and self.stop[row] == self.start[row + 1]

    def standing(self, i: int) -> dict[int, int]:
        """By the line where it begins: the message in which a quoted piece of message i stands."""
        rows = range(self.first[i], self.first[i + 1])
        return {self.start[row]: self.target[row] for row in rows if self.target[row] >= 0}


class Lost(NamedTuple):
    """A quoted paragraph that stands nowhere."""

    row: int
    text: bytes
    hits: Hits


def _match(
    pieces: Pieces, i: int, lines: Sequence[bytes], texts: Texts, wholes: Texts, found: Found
) -> tuple[list[Lost], list[int]]:
    """Look up what is left of message i; what is not found is recovered here, and offered to later messages.

    Mail programs run quoted paragraphs together, another one each time: `wholes` are all that one message recovered.
    The other rows returned are recovered in earlier messages that do not say whose they are.
    """
    lost: list[Lost] = []
    again = []
    for row in range(pieces.first[i], pieces.first[i + 1]):
        if not pieces.open[row]:
            continue
        text = b"".join(lines[pieces.start[row] : pieces.stop[row]])
        stretches = windows(text)
        hits = texts.hits(stretches)
        place = texts.find(text, hits)
        if place == (i, -1):  # it says so itself, in a conversation without dates
            place = None
        if place is None and (before := wholes.find(text, wholes.hits(stretches[:TRIES]))):
            found.target[row], found.recovered[row] = before[0], True
        elif place is None:
            lost.append(Lost(row, text, hits))
            if pieces.goes_on(i, row):  # both halves are shown there, one below the other
                texts.add(b"".join(lines[pieces.start[row] : pieces.stop[row + 1]]), i, -1)
            else:
                texts.add(text, i, row)
        elif place[1] < 0:
            found.target[row] = place[0]
            pieces.target[row] = int(found.members[place[0]])
        else:
            found.via[row] = place[1]
            if place[1] not in found.author:
                again.append(row)
    return lost, again


def _name(pieces: Pieces, i: int, rows: Sequence[int], found: Found, body: Body) -> None:
    """Find out who is said to have written these rows of message i: what it says of them holds wherever they are shown.

    Done when all is known of where its other quoted text stands, which tells who cannot have written these.
    """
    asked = [(row, pieces.start[row]) for row in sorted(rows) if row not in found.edited and found.target[row] < 0]
    claims = speakers.authors(body, asked, pieces.standing(i)) if asked else {}
    for row, claim in claims.items():
        found.author.setdefault(int(found.via[row]) if found.via[row] >= 0 else row, claim)


def _edited(
    batch: Batch, pieces: Pieces, i: int, lost: Sequence[Lost], texts: Texts, letters: Mapping[int, Sequence[bytes]],
    found: Found, bodies: Mapping[str, Body],
) -> None:  # fmt: skip
    """Find out which of the paragraphs of message i that stand nowhere were made from one that does.

    `letters`: the squeezed lines of each message of the conversation so far.
    """
    lines, sources = bodies[batch.ids[i]].lines, dict[int, edited.Source]()
    places = ((one.row, texts.nearest(one.text, one.hits, i)) for one in lost)
    near_ones = ((row, near) for row, near in places if near and bodies[batch.ids[near[0]]].kind == "plain")
    for row, near in islice(near_ones, edited.COMPARED):
        source = sources.get(near[0])
        if source is None:
            other = bodies[batch.ids[near[0]]].lines
            source = sources[near[0]] = edited.Source(other, letters[near[0]], pieces.own(near[0]))
        changes = edited.compare(lines[pieces.start[row] : pieces.stop[row]], source.between(*near[1:]))
        if changes:
            found.edited[row] = edited.Edit(near[0], changes)
        elif changes is not None:
            found.target[row] = near[0]
        if changes is not None:
            pieces.target[row] = int(found.members[near[0]])
