"""Quoted text: what of it stands elsewhere, and what is the only copy of a missing message.

Every quoted paragraph is looked up as somebody's own text: by hash over all messages, then letter by letter within
its conversation (`comparing`). What is found nowhere is *recovered*: shown, once,
in the earliest message that quotes it. Refuses to drop a paragraph because it merely resembles another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mail2wiki.records import Message
from mail2wiki.thread import edited, speakers
from mail2wiki.thread.comparing import Batch, compare
from mail2wiki.thread.duplicates import Spread
from mail2wiki.thread.prints import QUOTED, SENTENCE, Prints
from mail2wiki.thread.standing import SHORT, Standing

UNKNOWN, SHOWN = -1, -2  # states of a piece beside "found in message k >= 0"
_TELLING = 40  # squeezed bytes from which equal text is the same text wherever it stands
_PLACES = 6  # places of one paragraph that are looked at
_SEGMENT = 4000  # messages of one conversation in the text index at a time
_BATCH = 400  # messages whose bodies are read at a time


class Fate:
    """What becomes of each piece of the visible messages: columns parallel to the pieces. (fate)

    `target`: message in which it stands, or a state; `via`: piece of another message that shows it as recovered, or
    -1; `recovered`: it stands nowhere as own text, `target` only shows it; `claim`: number in `claims` of who is said
    to have written those; `edited`: what those were made from, if they are edited copies.
    """

    def __init__(self, prints: Prints) -> None:
        self.target = np.full(len(prints.hash), UNKNOWN, np.int32)
        self.via = np.full(len(prints.hash), -1, np.int32)
        self.recovered = np.zeros(len(prints.hash), bool)
        self.claim = np.zeros(len(prints.hash), np.int32)  # a dict of two million rows was five times as large
        self.claims = [speakers.Claim("", "")]
        self.edited: dict[int, edited.Edit] = {}

    def author(self, row: int) -> tuple[str, str]:
        """Who is said to have written a recovered piece, and when; "" where nobody says so."""
        claim = self.claims[self.claim[row]]
        return claim.author, claim.date


def resolve(
    messages: Sequence[Message], prints: Prints, visible: np.ndarray, label: np.ndarray, hidden: np.ndarray,
    spread: Spread,
) -> Fate:  # fmt: skip
    """Find out where each quoted piece stands. `label[i]` numbers the conversation of message i.

    `hidden` marks own pieces that are not shown because they are pasted; they do not count as a place.
    """
    fate = Fate(prints)
    rows = np.flatnonzero((prints.kind == QUOTED) & (prints.length >= SHORT) & visible[prints.message])
    fate.target[rows] = _by_hash(prints, rows, Standing(prints, visible, hidden), label)
    _by_text(messages, prints, visible, label, hidden, rows, fate, spread)
    _share(prints, rows, fate)
    _short_answers(prints, visible, label, fate)
    return fate


def _short_answers(prints: Prints, visible: np.ndarray, label: np.ndarray, fate: Fate) -> None:
    """ "Yes." and "Approved!" inside a quote are shown where no message of the conversation said or quoted them before.

    Too short to be looked up anywhere else; without a full stop it may be a greeting or a name and goes with its
    neighbours.
    """
    sentence = prints.flags & SENTENCE > 0
    sentences = np.unique(prints.hash[sentence & visible[prints.message]])
    short = np.flatnonzero((prints.length < SHORT) & visible[prints.message])
    short = short[np.isin(prints.hash[short], sentences)]
    order = np.lexsort((short, prints.hash[short], label[prints.message[short]]))  # rows ascend by message
    rows = short[order]
    first = np.ones(len(rows), bool)
    first[1:] = (prints.hash[rows[1:]] != prints.hash[rows[:-1]]) | (
        label[prints.message[rows[1:]]] != label[prints.message[rows[:-1]]]
    )
    new = rows[first & sentence[rows]]
    fate.target[new] = SHOWN
    fate.recovered[new] = True


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
    rows: np.ndarray, fate: Fate, spread: Spread,
) -> None:  # fmt: skip
    """Compare what is left with the texts of its conversation, letter by letter; find authors of the rest."""
    open_ = np.zeros(len(prints.hash), bool)
    open_[rows[fate.target[rows] == UNKNOWN]] = True
    wanted = np.zeros(int(label.max(initial=-1)) + 1, bool)
    wanted[label[prints.message[open_]]] = True
    members = np.flatnonzero(visible)
    members = members[wanted[label[members]]]
    members = members[np.lexsort((members, label[members]))]
    batches = (
        _batch(messages, prints, label, hidden, open_, fate.target, part) for part in _parts(label[members], members)
    )
    numbers: dict[speakers.Claim, int] = {}  # each once: six of seven are said again
    for found in spread(compare, batches):
        to = found.target >= 0
        fate.target[found.rows[to]] = found.members[found.target[to]]
        fate.recovered[found.rows] |= found.recovered
        to = found.via >= 0
        fate.via[found.rows[to]] = found.rows[found.via[to]]
        for row, claim in found.author.items():
            number = fate.claim[found.rows[row]] = numbers.setdefault(claim, len(fate.claims))
            if number == len(fate.claims):
                fate.claims.append(claim)
        for row, edit in found.edited.items():
            fate.edited[int(found.rows[row])] = edit._replace(of=int(found.members[edit.of]))


def _batch(
    messages: Sequence[Message], prints: Prints, label: np.ndarray, hidden: np.ndarray, open_: np.ndarray,
    target: np.ndarray, part: np.ndarray,
) -> Batch:  # fmt: skip
    own, rows = prints.take(part)
    ids = tuple(messages[i].id for i in part.tolist())
    labels = tuple(label[part].tolist())
    undated = frozenset(k for k, i in zip(labels, part.tolist(), strict=True) if messages[i].date is None)
    return Batch(part, rows, ids, labels, own, hidden[rows], open_[rows], target[rows], undated)


def _parts(labels: np.ndarray, members: np.ndarray) -> Iterator[np.ndarray]:
    """Members by whole conversations, about _BATCH at a time; very long ones in segments."""
    batch: list[np.ndarray] = []
    size = 0
    for part in np.split(members, np.flatnonzero(labels[1:] != labels[:-1]) + 1) if len(members) else ():
        if batch and size + len(part) > _BATCH:
            yield np.concatenate(batch)
            batch, size = [], 0
        for at in range(0, len(part), _SEGMENT):
            if len(part) > _SEGMENT and batch:
                yield np.concatenate(batch)
                batch, size = [], 0
            batch.append(part[at : at + _SEGMENT])
            size += len(batch[-1])
    if batch:
        yield np.concatenate(batch)


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
    del telling, found, order, known, place, at, hit  # room for the next sorting: all this is the room's highest point
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
