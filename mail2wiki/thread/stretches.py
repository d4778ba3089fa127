"""The quoted stretches of one message as records: what is hidden behind a link, what is shown as recovered.

Attribution lines and header blocks go with what they introduce, phrases too short to look up with their neighbours.
A short question above its answer stays, covered by no record: an answer makes no sense alone. Refuses to look at texts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Sequence
from functools import lru_cache

import numpy as np

from mail2wiki.records import Message, Quoted
from mail2wiki.thread.prints import CIVIL, DEEPER, FORWARD, GAP, INTRODUCTION, OWN, QUOTED, SENTENCE, TURN, Prints
from mail2wiki.thread.recovered import SHOWN, UNKNOWN, Fate
from mail2wiki.thread.standing import SHORT

_VIA = re.compile(r"<|\s+via\s+", re.IGNORECASE)  # "Ann Example via LIST <list@example.com>"
_CONTEXT = UNKNOWN  # a piece that no record covers
_NOBODY = ("", "")
# Squeezed bytes of quoted text that stays above an answer in the same paragraph, and above one in the next paragraph.
_GLUED, _NEAR = 600, 60
_WHOLE = 300  # the same beside recovered text in its paragraph
_ANSWERED = 200  # the same for a paragraph directly below its attribution line and above the answer
_PHRASE = 40  # squeezed bytes
_HOLE = 600  # the same between two recovered pieces of one author that is shown with them


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
    _end_civilly(pieces)
    _fill_holes(pieces, fate, label, i)
    _keep_context(pieces, fate.edited)
    _leave_junctions(pieces)
    _leave_introduced(pieces, fate)
    said = _said(pieces, fate)
    found: list[list] = []  # start, stop, of, author, date, next piece, changes
    for k, target in enumerate(pieces.target):
        if target == UNKNOWN:
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
            if nobody or pieces.glued(k - 1) or _bare(author) == _bare(last):
                found[-1][3:5] = author, date = _both(last, when, author, date)
        if joins and found[-1][3:5] == [author, date]:
            found[-1][1], found[-1][5] = pieces.stop[k], k + 1
        else:
            found.append([pieces.start[k], pieces.stop[k], of, author, date, k + 1, ()])
    below = _below(pieces) if not prints.head["flags"][i] & FORWARD else math.inf
    return tuple(
        Quoted(
            a, b, None if of is None else messages[of].id, who, when, changed, of is None and a >= below and bool(who)
        )
        for a, b, of, who, when, _, changed in found
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
    context = [k for k, target in enumerate(pieces.target) if target == _CONTEXT and pieces.quotes(k)]
    return pieces.stop[max(said + context)] if said else math.inf


def _both(name: str, when: str, author: str, date: str) -> tuple[str, str]:
    """Author and date of a stretch whose next piece is by this author: in one paragraph two people may speak."""
    if not name or not author or _bare(author) in map(_bare, name.split("; ")):
        return name or author, when or (date if not name else "")
    return "; ".join(_bare(part) for part in (*name.split("; "), author)), when


@lru_cache(2000)
def _bare(author: str) -> str:
    """The name alone: without the address and the list it came through."""
    return _VIA.split(author, maxsplit=1)[0].strip(" \"',") or author


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


def _end_civilly(pieces: Pieces) -> None:
    """A salutation, or a farewell and a name, quoted alone goes with what is quoted before it, where that stands."""
    place, k, n = UNKNOWN, 0, len(pieces.kind)
    while k < n:
        end = k
        while end < n and pieces.kind[end] == QUOTED and pieces.target[end] == UNKNOWN:
            end += 1
        if k < end and place >= 0 and all(map(pieces.says_nothing, range(k, end))):
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


def _keep_context(pieces: Pieces, edited: Container[int]) -> None:
    """Leave short quoted text next to text that is shown: the question above its answer."""
    n, target = len(pieces.kind), pieces.target
    shown = [pieces.visible(k) and (pieces.kind[k] == OWN or target[k] == SHOWN) for k in range(n)]
    for k in range(n):
        if not shown[k]:
            continue
        if target[k] == SHOWN:
            if pieces.lo + k not in edited:
                _keep_whole(pieces, k)
        elif k and pieces.quotes(k - 1) and target[k - 1] >= 0 and not pieces.says_nothing(k - 1):
            apart = _ANSWERED if pieces.introduced(k - 1) else _NEAR
            _leave_above(pieces, k - 1, _GLUED if pieces.glued(k - 1) else apart)
        below = k + 1 < n and pieces.kind[k + 1] == QUOTED and target[k + 1] >= 0 and pieces.glued(k)
        below = below and not pieces.says_nothing(k + 1)
        others = target[k] == SHOWN and k + 1 < n and pieces.deeper[k + 1]  # not answered there, but quoted there
        if below and not others and pieces.length[k + 1] <= _GLUED:
            target[k + 1] = _CONTEXT


def _keep_whole(pieces: Pieces, k: int) -> None:
    """Show with recovered piece k what stands in its paragraph, though that is said elsewhere too.

    What is quoted deeper below it belongs to what follows.
    """
    for step in (-1, 1):
        at, length = k + step, 0
        while 0 <= at < len(pieces.kind) and pieces.kind[at] == QUOTED and pieces.target[at] >= 0:
            length += pieces.length[at]
            if length > _WHOLE or not pieces.glued(min(at, at - step)) or (step > 0 and pieces.deeper[at]):
                break
            pieces.elsewhere[at], pieces.target[at] = pieces.target[at], SHOWN
            at += step


def _leave_junctions(pieces: Pieces) -> None:
    """Leave the quoted paragraphs in which a question meets its answer for the first time."""
    k = 0
    while k < len(pieces.meet):
        end = k + 1
        if pieces.meet[k]:
            while end < len(pieces.meet) and pieces.meet[end] and pieces.glued(end - 1):
                end += 1
            if sum(pieces.length[k:end]) <= _GLUED:
                pieces.target[k:end] = [_CONTEXT] * (end - k)
        k = end


def _leave_introduced(pieces: Pieces, fate: Fate) -> None:
    """Leave quoted text from nobody knows where that the author's own words directly above introduce (a manual's)."""
    for k in range(1, len(pieces.target)):
        led = pieces.kind[k - 1] == OWN or pieces.target[k - 1] == _CONTEXT
        if led and pieces.target[k] == SHOWN and pieces.glued(k - 1) and not fate.author(pieces.lo + k)[0]:
            pieces.target[k] = _CONTEXT


def _leave_above(pieces: Pieces, k: int, room: int) -> None:
    """Leave the paragraph that ends with piece k, if all of it is short enough."""
    top, length = k, pieces.length[k]
    while top and pieces.quotes(top - 1) and pieces.glued(top - 1) and length <= room:
        top -= 1
        length += pieces.length[top]
    if length <= room:
        pieces.target[top : k + 1] = [_CONTEXT] * (k + 1 - top)
