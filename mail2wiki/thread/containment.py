"""Text that stands in another message already though no mark says so: pasted paragraphs and contained messages.

A paragraph is pasted if it stands, to the letter, in an earlier message of its conversation, and enough of them follow
each other. A message is contained if all it says, quotes and carries stands in another one that reached everybody it
reached. Refuses both where a single sentence, attachment or reader is left over: that message stays. (Who was told is
something said: a forward without a word to somebody new is a line with a link, not a copy.)
"""

from __future__ import annotations

from collections.abc import Container, Sequence

import numpy as np

from mail2wiki.records import Decision, Message
from mail2wiki.thread.prints import OTHER, OWN, QUOTED, Prints
from mail2wiki.thread.recovered import SHOWN, Fate
from mail2wiki.thread.standing import SHORT, Standing

_TELLING = 40  # squeezed bytes of a paragraph that is no phrase
_ENOUGH = 200  # squeezed bytes of pasted paragraphs in a row, below which they may be a coincidence
_STANDING = 120  # the same where a sender said them in another conversation: standing text of an office or a journal
_ANYBODY = 600  # the same from anybody anywhere: an article that two people pass on; two may paste the same error
_PLACES = 6  # places of one paragraph that are looked at


def pasted(
    messages: Sequence[Message], prints: Prints, visible: np.ndarray, label: np.ndarray, series: Sequence[Sequence[int]]
) -> np.ndarray:
    """For each own piece the earlier message it was pasted from, or -1.

    Earlier: of the same conversation, or by the same sender: an offer that goes round; of much text in a row, anybody:
    an article. Within a series nothing is pasted: there the latest issue shows what returns (see `folding`).
    """
    number = _numbers(messages, series)
    source = np.full(len(prints.hash), -1, np.int32)
    standing = Standing(prints, visible, signatures=False)
    rows = np.flatnonzero((prints.kind == OWN) & (prints.length >= SHORT) & visible[prints.message])
    lo, hi = standing.find(prints.hash[rows])
    several = hi - lo > 1
    rows, lo, hi = rows[several], lo[several], hi[several]
    who, head = prints.message[rows], prints.head
    strange = source.copy()  # the same by somebody else in another conversation
    for k in range(_PLACES):
        at = np.flatnonzero((source[rows] < 0) & (lo + k < hi))
        place = standing.message[lo[at] + k]
        mine = who[at]
        here, same = label[place] == label[mine], head["sender"][place] == head["sender"][mine]
        again = same & ((number[place] != number[mine]) | (number[mine] < 0))
        good = (place < mine) & (again | here)
        source[rows[at[good]]] = place[good]
        good = (place < mine) & ~same & ~here & (strange[rows[at]] < 0)
        strange[rows[at[good]]] = place[good]
    needed = np.where(label[source] != label[prints.message], _STANDING, _ENOUGH)
    needed[_sent_again(prints, source)[prints.message]] = _TELLING
    _runs(prints, source, needed)
    strange[source >= 0] = -1
    _runs(prints, strange, np.full(len(source), _ANYBODY))
    return _followed(prints, np.maximum(source, strange))


def _sent_again(prints: Prints, source: np.ndarray) -> np.ndarray:
    """Mask over messages of which every own paragraph stands in an earlier one by the same sender."""
    sender, mine = prints.head["sender"], prints.message
    own = (prints.kind == OWN) & (prints.length >= SHORT)
    new = own & ((source < 0) | (sender[source] != sender[mine]))
    return np.bincount(mine[new], minlength=len(sender)) == 0


def standing(
    messages: Sequence[Message], prints: Prints, source: np.ndarray, label: np.ndarray, series: Sequence[Sequence[int]]
) -> np.ndarray:
    """Which pasted pieces are standing text of their sender: of no conversation, subject or series in particular.

    Nobody told anybody else's secret there, so where one message is held, the others need not be (`Quoted.author`).
    """
    number, subject = _numbers(messages, series), prints.head["subject"]
    mine = prints.message
    apart = (label[source] != label[mine]) & (subject[source] != subject[mine])
    return (source >= 0) & apart & ((number[source] != number[mine]) | (number[mine] < 0))


def _numbers(messages: Sequence[Message], series: Sequence[Sequence[int]]) -> np.ndarray:
    """The number of each message's series, or -1."""
    number = np.full(len(messages), -1, np.int64)
    for k, members in enumerate(series):
        number[members] = k
    return number


def _runs(prints: Prints, source: np.ndarray, needed: np.ndarray) -> None:
    """Keep, of each message's pasted pieces, those in runs long enough, and what is short inside a run.

    `needed`: squeezed bytes that a run with this piece must have.
    """
    for i in np.unique(prints.message[source >= 0]).tolist():
        _message_runs(prints, source, needed, int(prints.first[i]), int(prints.first[i + 1]))


def _message_runs(prints: Prints, source: np.ndarray, needed: np.ndarray, lo: int, hi: int) -> None:
    found, own = source[lo:hi].tolist(), (prints.kind[lo:hi] == OWN).tolist()
    other = (prints.kind[lo:hi] == OTHER).tolist()  # the notice below an article does not end a run
    lengths = prints.length[lo:hi].tolist()
    at = 0
    while at < len(found):
        if found[at] < 0 or not own[at]:
            source[lo + at] = -1
            at += 1
            continue
        end, last, total = at, at, 0
        while end < len(found) and ((own[end] and (found[end] >= 0 or lengths[end] < SHORT)) or other[end]):
            if found[end] >= 0:
                last, total = end, total + lengths[end]
            end += 1
        enough = needed[lo + at : lo + last + 1][source[lo + at : lo + last + 1] >= 0].min()
        place = -1
        for k in range(at, last + 1):
            if total < enough:
                source[lo + k] = -1
            elif found[k] >= 0:
                place = found[k]
            elif own[k] and _has(prints, place, lo + k):
                source[lo + k] = place
        at = last + 1


def _has(prints: Prints, message: int, row: int) -> bool:
    """Does a message have this piece? "No." between two paragraphs of an earlier message is an answer to it."""
    return bool((prints.hash[prints.first[message] : prints.first[message + 1]] == prints.hash[row]).any())


def _followed(prints: Prints, source: np.ndarray) -> np.ndarray:
    """Lead each pasted piece to the message that shows it: that one's piece may be pasted itself."""
    rows = np.flatnonzero(source >= 0)
    leads: dict[tuple[int, int], int] = {}
    for row in rows.tolist():  # messages ascend, sources are earlier
        place = leads.get((int(source[row]), int(prints.hash[row])), int(source[row]))
        source[row] = place
        leads.setdefault((int(prints.message[row]), int(prints.hash[row])), place)
    return source


def contained(
    messages: Sequence[Message], prints: Prints, visible: np.ndarray, label: np.ndarray, keep: Container[str] = ()
) -> dict[int, tuple[int, str]]:
    """Visible messages whose whole text and attachments stand in a larger visible message: position -> (that, why)."""
    standing = Standing(prints, visible, signatures=False)
    rows = np.flatnonzero((prints.kind == OWN) & (prints.length >= _TELLING) & visible[prints.message])
    lo, hi = standing.find(prints.hash[rows])
    alone = np.ones(len(messages), bool)  # messages with a telling paragraph that stands nowhere else
    alone[prints.message[rows[hi - lo > 1]]] = False
    alone[prints.message[rows[hi - lo <= 1]]] = True
    several = hi - lo > 1
    of: dict[int, tuple[int, str]] = {}
    seen = set()
    for row, start, stop in zip(rows[several].tolist(), lo[several].tolist(), hi[several].tolist(), strict=True):
        i = int(prints.message[row])
        if alone[i] or i in seen:
            continue
        seen.add(i)
        if messages[i].id in keep or messages[i].message_id in keep:
            continue
        for j in standing.message[start : min(stop, start + _PLACES)].tolist():
            if _larger(prints, j, i) and _related(prints, label, i, j) and _holds(messages, prints, j, i):
                of[i] = (j, "own-text-inside")
                break
    return ends(of)


def _larger(prints: Prints, j: int, i: int) -> bool:
    own = prints.head["own_length"]
    return bool(own[j] > own[i])


def _related(prints: Prints, label: np.ndarray, i: int, j: int) -> bool:
    return bool(label[i] == label[j] or prints.head["sender"][i] == prints.head["sender"][j])


def _holds(messages: Sequence[Message], prints: Prints, j: int, i: int) -> bool:
    """Does message j hold every own piece of i as own text, every other piece anywhere, and every attachment?"""
    mine, others = (slice(prints.first[k], prints.first[k + 1]) for k in (i, j))
    own, all_ = prints.hash[others][prints.kind[others] == OWN].tolist(), prints.hash[others].tolist()
    for hash_, kind in zip(prints.hash[mine].tolist(), prints.kind[mine].tolist(), strict=True):
        if hash_ not in (own if kind == OWN else all_):
            return False
    return _carried(messages[i], messages[j])


def _carried(message: Message, by: Message) -> bool:
    """Does the other message carry all files of this one, and did it reach all people of this one?"""
    if not {a.sha256 for a in message.attachments} <= {a.sha256 for a in by.attachments}:
        return False
    return _people(message) <= _people(by)


def _people(message: Message) -> set[str]:
    return {a.address or a.name.lower() for a in (message.sender, *message.to, *message.cc)}


def forwarded(
    messages: Sequence[Message], prints: Prints, visible: np.ndarray, fate: Fate, keep: Container[str] = ()
) -> dict[int, tuple[int, str]]:
    """Messages without own text that only pass on one message's own text: position -> (that, why)."""
    quoting = (prints.kind == QUOTED) & ((prints.length >= SHORT) | (fate.target == SHOWN)) & visible[prints.message]
    lost = np.zeros(len(messages), bool)
    lost[prints.message[quoting & ((fate.target < 0) | fate.recovered)]] = True
    lost[prints.message[(prints.kind == OWN) & (prints.length > 0)]] = True
    sources: dict[int, set[int]] = {}
    for row in np.flatnonzero(quoting & ~lost[prints.message]).tolist():
        sources.setdefault(int(prints.message[row]), set()).add(int(fate.target[row]))
    of: dict[int, tuple[int, str]] = {}
    for i, found in sources.items():
        message, j = messages[i], min(found)
        wanted = message.id in keep or message.message_id in keep
        if len(found) == 1 and not wanted and _carried(message, messages[j]):
            of[i] = (j, "forward-only")
    return ends(of)


def ends(of: dict[int, tuple[int, str]]) -> dict[int, tuple[int, str]]:
    """Lead each to a message that is not contained itself; a circle is opened at its first member."""
    ends: dict[int, tuple[int, str]] = {}
    for i in sorted(of):
        path, j = {i}, of[i][0]
        while j in of and j not in path:
            path.add(j)
            j = of[j][0]
        if j in of:  # a circle: its first member stays
            j = min(path & set(of))
        if j != i:
            ends[i] = (j, of[i][1])
    return {i: (j, why) for i, (j, why) in ends.items() if j not in ends}


REASONS = {
    "own-text-inside": "all its own text and attachments stand in a longer message",
    "forward-only": "passes on a message that is here, without a word or a file of its own",
}


def decisions(messages: Sequence[Message], of: dict[int, tuple[int, str]]) -> list[Decision]:
    """The same as records."""
    return [Decision(messages[i].id, "contained", messages[j].id, why, REASONS[why]) for i, (j, why) in of.items()]
