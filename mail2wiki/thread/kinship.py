"""Replies whose headers say nothing: whom they answer, by what they quote, then by subject, people and days.

Only for messages that name no other message. A reply quotes its parent, so a quoted paragraph that stands in few
messages as own text is the strongest sign. Refuses equal subjects alone: one subject in six names several matters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from mail2wiki.records import Message
from mail2wiki.thread import subjects
from mail2wiki.thread.prints import NOISE, QUOTED, Prints
from mail2wiki.thread.references import Links, cut_loops
from mail2wiki.thread.standing import Standing

_TELLING = 30  # squeezed bytes of a quoted paragraph that prove where it comes from
_STRANGER = 100  # the same for a message under another subject, all its quoted paragraphs together
_SUBJECTS = 3  # subjects under which such a paragraph may be quoted at most
_PLACES = 4  # messages in which such a paragraph may stand at most
_SKEW = 86400  # seconds that the clocks of two senders may differ
_DAYS, _SHORT_DAYS = 30 * 86400, 7 * 86400  # how long a subject waits for an answer; the second for subjects of a word
_WORD = 8  # letters of a subject that says something
_BACK = 30  # earlier messages of the subject that are looked at
_PEOPLE = 60  # addresses of a message that count


def join(messages: Sequence[Message], prints: Prints, kept: np.ndarray, standing: Standing, links: Links) -> None:
    """Find parents for kept messages without reply headers and join them (changes `links`)."""
    orphan = np.zeros(len(messages), bool)
    orphan[kept] = True
    orphan &= ~links.rooted & (links.parent < 0)
    _by_quote(messages, prints, orphan, standing, links)
    _by_subject(messages, prints, kept, orphan & (links.parent < 0), links)
    cut_loops(links.parent)
    for i in np.flatnonzero(orphan & (links.parent >= 0)).tolist():
        links.sets.join(i, int(links.parent[i]))


def _dates(messages: Sequence[Message]) -> np.ndarray:
    return np.array([m.date if m.date is not None else -1 for m in messages], np.int64)


def _by_quote(
    messages: Sequence[Message], prints: Prints, orphan: np.ndarray, standing: Standing, links: Links
) -> None:
    """The parent is the latest message of which a paragraph is quoted; under another subject more must be quoted."""
    subject = prints.head["subject"]
    rows = np.flatnonzero((prints.kind == QUOTED) & (prints.length >= _TELLING) & orphan[prints.message])
    rows = rows[~_common(prints.hash[rows], subject[prints.message[rows]])]
    lo, hi = standing.find(prints.hash[rows])
    few = (hi > lo) & (hi - lo <= _PLACES)
    rows, lo, hi = rows[few], lo[few], hi[few]
    dates, children, sources, lengths = _dates(messages), [], [], []
    for k in range(_PLACES):
        there = lo + k < hi
        who, source = prints.message[rows[there]].astype(np.int64), standing.message[lo[there] + k].astype(np.int64)
        early = (source != who) & ((dates[source] <= dates[who] + _SKEW) | (dates[who] < 0))
        children.append(who[early])
        sources.append(source[early])
        lengths.append(prints.length[rows[there]][early].astype(np.int64))
    pairs, inverse = np.unique(np.concatenate(children) * len(messages) + np.concatenate(sources), return_inverse=True)
    quoted = np.bincount(inverse, np.concatenate(lengths), len(pairs))
    child, source = pairs // len(messages), pairs % len(messages)
    alike = subject[child] == subject[source]
    good = alike | (quoted >= _STRANGER)
    best = np.full(len(messages), -1, np.int64)  # the same subject counts before the date
    np.maximum.at(best, child[good], (alike * len(messages) + source)[good])
    found = best >= 0
    links.parent[found] = best[found] % len(messages)


def _common(hashes: np.ndarray, subjects_: np.ndarray) -> np.ndarray:
    """Which of these quoted paragraphs are quoted under so many subjects that they are somebody's standing phrase?"""
    pairs = np.unique(np.stack((hashes, subjects_)), axis=1) if len(hashes) else np.zeros((2, 0), np.uint64)
    known, count = np.unique(pairs[0], return_counts=True)
    return np.isin(hashes, known[count > _SUBJECTS])


def _by_subject(
    messages: Sequence[Message], prints: Prints, kept: np.ndarray, orphan: np.ndarray, links: Links
) -> None:
    """The latest earlier message of the same subject that shares people with the reply and is not too old."""
    replying = prints.head["flags"] % NOISE != 0
    replying[prints.message[prints.kind == QUOTED]] = True
    subject = prints.head["subject"]
    wanted = set(subject[orphan & replying & (subject != 0)].tolist())
    groups: dict[int, list[int]] = defaultdict(list)
    for i in kept.tolist():
        if (key := int(subject[i])) in wanted:
            groups[key].append(i)
    people: dict[int, frozenset[str]] = {}

    def who(i: int) -> frozenset[str]:
        if i not in people:
            message = messages[i]
            found = [message.sender, *message.to[:_PEOPLE], *message.cc[:_PEOPLE]]
            people[i] = frozenset(a.address or a.name.lower() for a in found) - {""}
        return people[i]

    for members in groups.values():
        word = len(subjects.parse(messages[members[0]].subject).key) < _WORD
        for at, i in enumerate(members):
            date = messages[i].date
            if not (orphan[i] and replying[i]) or date is None:
                continue
            for j in members[max(0, at - _BACK) : at][::-1]:
                if date - (messages[j].date or 0) > (_SHORT_DAYS if word else _DAYS):
                    break
                # archives of lists keep no recipients: then nothing can be said of people but by the week
                unknown = len(who(i)) == len(who(j)) == 1 and date - (messages[j].date or 0) <= _SHORT_DAYS
                listed = messages[i].list_id and messages[i].list_id == messages[j].list_id
                if who(i) & who(j) or listed or unknown:
                    links.parent[i] = j
                    break
        people.clear()
