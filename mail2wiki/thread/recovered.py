"""Quoted text: what of it stands elsewhere, and what is the only copy of a missing message.

Every quoted paragraph is looked up as somebody's own text: by hash over all messages, then letter by letter within
its conversation (wrapped anew, cut in the middle, run together). What is found nowhere is *recovered*: shown, once,
in the earliest message that quotes it. Refuses to drop a paragraph because it merely resembles another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

from mail2wiki.records import Body, Message
from mail2wiki.thread import attribution, edited
from mail2wiki.thread.duplicates import ReadBody
from mail2wiki.thread.prints import OTHER, OWN, QUOTED, Prints, squeezed_lines
from mail2wiki.thread.standing import SHORT, Standing

UNKNOWN, SHOWN, CONTEXT = -1, -2, -3  # states of a piece beside "found in message k >= 0"
_TELLING = 40  # squeezed bytes from which equal text is the same text wherever it stands
_PLACES = 6  # places of one paragraph that are looked at
_CONTEXT = 300  # squeezed bytes of a question that stays above the answer written into the same paragraph
_WINDOW, _STEP = 24, 12  # bytes of a window of the text index, and from one to the next
_TRIES = 72  # windows of a quoted paragraph that are looked up
_SEGMENT = 4000  # messages of one conversation in the text index at a time
_BATCH = 1000  # messages whose bodies are read at a time


class Fate:
    """What becomes of each piece of the visible messages: columns parallel to the pieces. (fate)

    `target`: message in which it stands, or a state; `via`: piece of another message that shows it as recovered, or
    -1; `recovered`: it stands nowhere as own text, `target` only shows it; `author`: who is said to have written those;
    `edited`: what those were made from, if they are edited copies.
    """

    def __init__(self, prints: Prints) -> None:
        self.target = np.full(len(prints.hash), UNKNOWN, np.int32)
        self.via = np.full(len(prints.hash), -1, np.int32)
        self.recovered = np.zeros(len(prints.hash), bool)
        self.author: dict[int, attribution.Claim] = {}
        self.claims: dict[attribution.Claim, attribution.Claim] = {}  # each once: six of seven are said again
        self.edited: dict[int, edited.Edit] = {}


def resolve(
    messages: Sequence[Message], prints: Prints, visible: np.ndarray, label: np.ndarray, hidden: np.ndarray,
    read_body: ReadBody,
) -> Fate:  # fmt: skip
    """Find out where each quoted piece stands. `label[i]` numbers the conversation of message i.

    `hidden` marks own pieces that are not shown because they are pasted; they do not count as a place.
    """
    fate = Fate(prints)
    standing = Standing(prints, visible, hidden)
    rows = np.flatnonzero((prints.kind == QUOTED) & (prints.length >= SHORT) & visible[prints.message])
    fate.target[rows] = _by_hash(prints, rows, standing, label)
    _by_text(messages, prints, visible, label, hidden, rows, fate, read_body)
    _share(prints, rows, fate)
    return fate


def _by_hash(prints: Prints, rows: np.ndarray, standing: Standing, label: np.ndarray) -> np.ndarray:
    """First place in the same conversation, else, for telling paragraphs, the first place anywhere."""
    lo, hi = standing.find(prints.hash[rows])
    target = np.full(len(rows), UNKNOWN, np.int32)
    who, telling = prints.message[rows], prints.length[rows] >= _TELLING
    for near in (True, False):
        for k in range(_PLACES):
            at = np.flatnonzero((target == UNKNOWN) & (lo + k < hi))
            place = standing.message[lo[at] + k]
            good = place != who[at]
            good &= (label[place] == label[who[at]]) if near else telling[at]
            target[at[good]] = place[good]
    return target


def _by_text(
    messages: Sequence[Message], prints: Prints, visible: np.ndarray, label: np.ndarray, hidden: np.ndarray,
    rows: np.ndarray, fate: Fate, read_body: ReadBody,
) -> None:  # fmt: skip
    """Compare what is left with the texts of its conversation, letter by letter; find authors of the rest."""
    left = np.zeros(len(visible), bool)
    left[prints.message[rows[fate.target[rows] == UNKNOWN]]] = True
    wanted = np.zeros(int(label.max(initial=-1)) + 1, bool)
    wanted[label[left]] = True
    members = np.flatnonzero(visible)
    members = members[wanted[label[members]]]
    members = members[np.lexsort((members, label[members]))]
    for batch in _batches(label[members], members):
        bodies = read_body([messages[i].id for i in batch])
        texts, current = Texts(), -1
        for i in batch:
            if label[i] != current:
                texts, current = Texts(), int(label[i])
            body = bodies.get(messages[i].id)
            if body is None:
                continue
            lines = squeezed_lines(body)
            own = _own_text(prints, hidden, i, lines)
            if left[i]:
                lost = _match(prints, i, lines, texts, fate, body)
                _edited(prints, hidden, i, lost, texts, fate, messages, bodies)
            texts.add(own, i, -1)
        del bodies


def _batches(labels: np.ndarray, members: np.ndarray) -> Iterator[list[int]]:
    """Members by whole conversations, about _BATCH at a time; very long ones in segments."""
    batch: list[int] = []
    for part in np.split(members, np.flatnonzero(labels[1:] != labels[:-1]) + 1) if len(members) else ():
        if batch and len(batch) + len(part) > _BATCH:
            yield batch
            batch = []
        for at in range(0, len(part), _SEGMENT):
            if len(part) > _SEGMENT and batch:
                yield batch
                batch = []
            batch += part[at : at + _SEGMENT].tolist()
    if batch:
        yield batch


def _own_text(prints: Prints, hidden: np.ndarray, i: int, lines: Sequence[bytes]) -> bytes:
    """What the message itself says, in one string."""
    parts: list[bytes] = []
    for row in range(int(prints.first[i]), int(prints.first[i + 1])):
        if prints.kind[row] in (OWN, OTHER) and not hidden[row]:
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
            for other, owner, row in self.texts[: -_PLACES * 4 - 1 : -1]:
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
    prints: Prints, i: int, lines: Sequence[bytes], texts: Texts, fate: Fate, body: Body
) -> list[tuple[int, bytes]]:
    """Look up what is left of message i; what is not found is offered to later messages as recovered here.

    Where the message that shows a text does not say clearly whose it is, a later one that quotes it as well may.
    """
    lost: list[tuple[int, bytes]] = []
    again = []
    for row in range(int(prints.first[i]), int(prints.first[i + 1])):
        if prints.kind[row] != QUOTED or fate.target[row] != UNKNOWN or prints.length[row] < SHORT:
            continue
        text = b"".join(lines[prints.start[row] : prints.stop[row]])
        found = texts.find(text)
        if found is None:
            lost.append((row, text))
            texts.add(text, i, row)
        elif found[1] < 0:
            fate.target[row] = found[0]
        else:
            fate.via[row] = found[1]
            if not (known := fate.author.get(found[1])) or not known.sure:
                again.append(row)
    if lost or again:
        rows = sorted([row for row, _ in lost] + again)
        claims = attribution.authors(body, [(row, int(prints.start[row])) for row in rows])
        for row, claim in claims.items():
            shower = int(fate.via[row]) if row in again else row
            known = fate.author.get(shower)
            if known is None or (claim.sure and not known.sure):
                fate.author[shower] = fate.claims.setdefault(claim, claim)
    return lost


def _edited(
    prints: Prints, hidden: np.ndarray, i: int, lost: Sequence[tuple[int, bytes]], texts: Texts, fate: Fate,
    messages: Sequence[Message], bodies: Mapping[str, Body],
) -> None:  # fmt: skip
    """Find out which of the paragraphs of message i that stand nowhere were made from one that does."""
    body, sources = bodies[messages[i].id], dict[int, edited.Source]()
    found = ((row, edited.nearest(text, i, texts)) for row, text in lost if body.kind == "plain")
    near_ones = ((row, near) for row, near in found if near and bodies[messages[near[0]].id].kind == "plain")
    for row, near in islice(near_ones, edited.COMPARED):
        source = sources.get(near[0])
        if source is None:
            source = sources[near[0]] = edited.Source(prints, hidden, near[0], bodies[messages[near[0]].id])
        changes = edited.compare(body.lines[prints.start[row] : prints.stop[row]], source.between(*near[1:]))
        if changes:
            fate.edited[row] = edited.Edit(near[0], changes)
        elif changes is not None:
            fate.target[row] = near[0]


def _share(prints: Prints, rows: np.ndarray, fate: Fate) -> None:
    """Equal paragraphs have one fate: found for one is found for all; else the earliest message shows it."""
    open_ = rows[(fate.target[rows] == UNKNOWN) & (fate.via[rows] < 0)]
    telling = rows[prints.length[rows] >= _TELLING]
    found = telling[fate.target[telling] >= 0]
    order = np.argsort(prints.hash[found], kind="stable")
    known, place = prints.hash[found][order], fate.target[found][order]
    at = np.searchsorted(known, prints.hash[open_])
    hit = at < len(known)
    hit[hit] = known[at[hit]] == prints.hash[open_[hit]]
    hit[hit] = place[at[hit]] != prints.message[open_[hit]]
    fate.target[open_[hit]] = place[at[hit]]
    open_ = open_[~hit]
    fate.target[open_] = SHOWN
    fate.recovered[open_] = True
    share = open_[prints.length[open_] >= _TELLING]
    _, first, inverse = np.unique(prints.hash[share], return_index=True, return_inverse=True)
    shower = share[first[inverse]]
    again = shower != share  # in another message, or further down in the same one
    fate.target[share[again]] = prints.message[shower[again]]
    for row in rows[fate.via[rows] >= 0].tolist():  # rows ascend and `via` leads to earlier ones
        end = int(fate.via[row])
        place = int(fate.target[end])
        fate.target[row] = int(prints.message[end]) if place == SHOWN else place
        fate.recovered[row] = fate.recovered[end]
        if place >= 0 and fate.target[row] == prints.message[row]:
            fate.target[row] = SHOWN
