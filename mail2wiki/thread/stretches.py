"""The quoted stretches of one message as records: what is hidden behind a link, what is shown as recovered.

Attribution lines and header blocks go with what they introduce, phrases too short to look up with their neighbours.
A short question above its answer stays, covered by no record: an answer makes no sense alone. Refuses to look at texts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mail2wiki.records import Message, Quoted
from mail2wiki.thread import context
from mail2wiki.thread.pieces import CONTEXT, Pieces, bare
from mail2wiki.thread.prints import FORWARD, INTRODUCTION, OTHER, OWN, QUOTED, REPLY, Prints
from mail2wiki.thread.recovered import SHOWN, UNKNOWN, Fate
from mail2wiki.thread.standing import SHORT

_NOBODY = ("", "")
_OWN = -2  # in the place of the next piece: the author's own quotation, which nothing joins
_PHRASE = 40  # squeezed bytes
_HOLE = 600  # the same between two recovered pieces of one author that is shown with them


def stretches(
    messages: Sequence[Message], prints: Prints, fate: Fate, paste: np.ndarray, standing: np.ndarray, meet: np.ndarray,
    label: np.ndarray, i: int,
) -> tuple[Quoted, ...]:  # fmt: skip
    """The records of message i in order: neighbours of one fate together.

    `paste`: for each own piece the message it was pasted from or -1; `standing`: see containment.standing; `meet`: see
    junctions.unique; `label`: the conversation of each message.
    """
    pieces = Pieces(prints, fate, paste, meet, i)
    at, n = 0, len(pieces.kind)
    while at < n:
        end = at + 1
        if pieces.quotes(at):
            while end < n and pieces.quotes(end):
                end += 1
            _settle(pieces, at, end)
        at = end
    _lead_on(pieces)
    _end_civilly(pieces)
    _fill_holes(pieces, fate, label, i)
    context.leave(pieces, fate, messages[i], prints.head["flags"][i] & (REPLY | FORWARD) > 0)
    said = _said(pieces, fate)
    found: list[list] = []  # start, stop, of, author, date, next piece, changes
    for k, target in enumerate(pieces.target):
        if target == UNKNOWN:
            continue
        if k in pieces.own:
            found.append([pieces.start[k], pieces.stop[k], None, "", "", _OWN, ()])
            continue
        if target == SHOWN and (edit := fate.edited.get(pieces.lo + k)):
            found.append([pieces.start[k], pieces.stop[k], edit.of, "", "", -1, edit.changes])
            continue
        of = None if target == SHOWN else target
        author, date = "", ""
        if of is None:
            author, date = said[k]
            if k in pieces.elsewhere:
                author, date = messages[pieces.elsewhere[k]].sender.name, ""
        elif standing[pieces.lo + k]:
            author = messages[i].sender.name or messages[i].sender.address
        joins = bool(found) and found[-1][5] == k and found[-1][2] == of
        if joins and of is None:
            last, when = found[-1][3:5]
            nobody = not (author and last) and not pieces.turn[k]  # at one depth, who is named once speaks
            if nobody or pieces.glued(k - 1) or bare(author) == bare(last):
                found[-1][3:5] = author, date = _both(last, when, author, date)
        if joins and found[-1][3:5] == [author, date]:
            found[-1][1], found[-1][5] = pieces.stop[k], k + 1
        else:
            found.append([pieces.start[k], pieces.stop[k], of, author, date, k + 1, ()])
    below = _below(pieces) if not prints.head["flags"][i] & FORWARD else math.inf
    return tuple(
        Quoted(a, b, None, own=True)
        if after == _OWN
        else Quoted(
            a, b, None if of is None else messages[of].id, who, when, changed, of is None and a >= below and bool(who)
        )
        for a, b, of, who, when, after, changed in found
    )


def _said(pieces: Pieces, fate: Fate) -> list[tuple[str, str]]:
    """Who is said to have written each piece, and when; what an introduction is followed by until somebody is named,
    a salutation mostly, is the words of the one whom it introduces, and so is the introduction."""
    said = [fate.author(pieces.lo + k) if target == SHOWN else _NOBODY for k, target in enumerate(pieces.target)]
    below, unnamed = _NOBODY, list[int]()
    for k in range(len(said) - 1, -1, -1):
        short = pieces.length[k] < SHORT or pieces.kind[k] == INTRODUCTION
        if pieces.target[k] != SHOWN or said[k] != _NOBODY or not short:
            below, unnamed = said[k], []
            continue
        unnamed.append(k)
        if pieces.kind[k] == INTRODUCTION:
            for there in unnamed:
                said[there] = below
            below, unnamed = _NOBODY, []
    return said


def _below(pieces: Pieces) -> float:
    """The line from which a message says nothing of its own any more, if it says something before that."""
    said = [k for k, kind in enumerate(pieces.kind) if kind == OWN and pieces.visible(k)]
    left = [k for k, target in enumerate(pieces.target) if target == CONTEXT and pieces.quotes(k)]
    return pieces.stop[max([*said, *left, *pieces.own])] if said else math.inf


def _both(name: str, when: str, author: str, date: str) -> tuple[str, str]:
    """Author and date of a stretch whose next piece is by this author: in one paragraph two people may speak."""
    if not name or not author or bare(author) in map(bare, name.split("; ")):
        return name or author, when or (date if not name else "")
    return "; ".join(bare(part) for part in (*name.split("; "), author)), when


def _settle(pieces: Pieces, at: int, end: int) -> None:
    """Short pieces go with the quoted piece above, else below; attribution lines with what they introduce.

    A short piece below an attribution line, or quoted deeper, begins another message: it is no end of the one above.
    """
    target, last = pieces.target, UNKNOWN
    for k in range(at, end):
        if pieces.deeper[k]:
            last = UNKNOWN
        if target[k] == UNKNOWN and pieces.kind[k] == QUOTED:
            target[k] = last
        last = target[k]
    last = UNKNOWN
    for k in range(end - 1, at - 1, -1):
        if target[k] == UNKNOWN:
            target[k] = last
        last = target[k]
    for k in range(at + 1, end):
        if target[k] == UNKNOWN:
            target[k] = target[k - 1]
    for k in range(at + 1, end - 1):  # a greeting or farewell inside a quote stands in many messages
        if target[k] >= 0 and pieces.length[k] < _PHRASE and target[k - 1] == target[k + 1]:
            target[k] = target[k - 1]


def _lead_on(pieces: Pieces) -> None:
    """An introduction goes with the quoted text below it, whatever a gateway put between them (its warning)."""
    below = UNKNOWN  # what the next piece that is no signature or notice says of itself
    for k in range(len(pieces.kind) - 1, -1, -1):
        if pieces.kind[k] == INTRODUCTION and pieces.target[k] == UNKNOWN:
            pieces.target[k] = below
        if pieces.kind[k] != OTHER:
            below = pieces.target[k] if pieces.quotes(k) else UNKNOWN


def _end_civilly(pieces: Pieces) -> None:
    """A salutation, or a farewell and a name, quoted alone goes with what is quoted before it, where that stands."""
    place, k, n = UNKNOWN, 0, len(pieces.kind)
    while k < n:
        end = k
        while end < n and pieces.kind[end] == QUOTED and pieces.target[end] == UNKNOWN:
            end += 1
        alone = k < end and not (end < n and pieces.glued(end - 1))  # not in one paragraph with an answer
        if alone and place >= 0 and all(map(pieces.says_nothing, range(k, end))):
            pieces.target[k:end] = [place] * (end - k)
        if pieces.kind[k] == QUOTED and pieces.target[k] != UNKNOWN:
            place = pieces.target[k]
        k = max(end, k + 1)


def _fill_holes(pieces: Pieces, fate: Fate, label: np.ndarray, i: int) -> None:
    """Show with a recovered text those of its lines that also stand far away: in another conversation, or above.

    Logs and commands share lines with others that have nothing to do with them; without those nobody can read them.
    """
    if SHOWN not in pieces.target:
        return

    def far(k: int) -> bool:
        place = pieces.target[k]
        return pieces.kind[k] == QUOTED and place >= 0 and (place == i or label[place] != label[i])

    def recovered(k: int) -> bool:
        asked = pieces.length[k] >= SHORT and fate.target[pieces.lo + k] == SHOWN
        return asked and pieces.kind[k] == QUOTED and pieces.lo + k not in fate.edited

    last, length = -1, 0  # the last recovered piece that only far ones stand below, and how much they are
    for k in range(len(pieces.target)):
        if pieces.deeper[k] or not (far(k) or pieces.target[k] == SHOWN):
            last = -1
        if recovered(k):
            if last >= 0 and 0 < length <= _HOLE and fate.author(pieces.lo + last) == fate.author(pieces.lo + k):
                pieces.target[last + 1 : k] = [SHOWN] * (k - last - 1)
            last, length = k, 0
        elif last >= 0:
            length += pieces.length[k]
