"""Replies by header: References, In-Reply-To, Outlook's Thread-Index, Gmail's thread number.

Every message joins the messages it names, present or not (a *ghost* holds together the replies to a missing message).
No recursion; loops are cut at their earliest message. Refuses to look at subjects but to see a reply that was only
used to get an address: new subject, nothing quoted, other sender.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from mail2wiki.records import Message
from mail2wiki.thread import subjects
from mail2wiki.thread.prints import INTRODUCTION, NOISE, OWN, QUOTED, Prints
from mail2wiki.thread.unions import Unions

_NAMED = 1000  # references of one message that are looked at, first and last ones; longer lists are broken or hostile
_IMPOSTORS = 16  # messages under one reused id among which a reply looks for its parent


class Links:
    """What is known about who answers whom; grows step by step. Positions are those of the canonical order. (links)

    `parent[i]` is a kept message or -1; `sets` joins messages of one conversation (its first n members are messages,
    the rest are ghosts); `rooted[i]` says that headers tie the message to something: nothing else need be tried.
    """

    def __init__(self, n: int) -> None:
        self.parent = np.full(n, -1, np.int64)
        self.sets = Unions(n)
        self.rooted = np.zeros(n, bool)


def link(messages: Sequence[Message], prints: Prints, copy_of: np.ndarray) -> Links:
    """Join the kept messages by their headers. `copy_of` as from duplicates.find."""
    links = Links(len(messages))
    named = _by_id(messages, copy_of)
    kept = np.flatnonzero(copy_of == np.arange(len(messages)))
    for i in kept.tolist():
        message = messages[i]
        if message.references or message.in_reply_to:
            links.parent[i] = _parent(messages, prints, named, i)
    cut_loops(links.parent)
    torn = _torn(messages, prints, links)
    _join_references(messages, named, links, torn, kept)
    for field in ("thread_index", "gmail_thread"):
        _join_field(messages, prints, links, kept, field)
    return links


def _by_id(messages: Sequence[Message], copy_of: np.ndarray) -> dict[str, list[int]]:
    """Message-ID -> kept messages that it means, in canonical order; copies lead to what was kept of them."""
    named: dict[str, list[int]] = {}
    for i, message in enumerate(messages):
        if message.message_id:
            home, known = int(copy_of[i]), named.setdefault(message.message_id, [])
            if home not in known[-1:] and len(known) < _IMPOSTORS and home not in known:
                known.append(home)
    return named


def _names(message: Message) -> list[str]:
    """Ids of the messages this one answers, oldest first, nearest last.

    "In-Reply-To: Message of NAME <ADDRESS>" puts an address there, which would join all that its owner wrote: an id
    without a digit is none.
    """
    references = message.references
    if len(references) > _NAMED:
        references = references[: _NAMED // 2] + references[-_NAMED // 2 :]
    answered = [name for name in message.in_reply_to[:8] if any(map(str.isdigit, name))]
    if answered and answered[0] not in references:
        return [*answered, *references] if references else answered[::-1]
    return list(references)


def _parent(messages: Sequence[Message], prints: Prints, named: dict[str, list[int]], i: int) -> int:
    """The nearest message named that is there; of several under one id the likeliest."""
    for name in reversed(_names(messages[i])):
        found = [j for j in named.get(name, ()) if j != i]
        if len(found) == 1:
            return found[0]
        if found:
            return _likeliest(messages, prints, found, i)
    return -1


def _likeliest(messages: Sequence[Message], prints: Prints, found: list[int], i: int) -> int:
    """Among messages that share an id: the one quoted, then equal subject, then the last one before the reply."""
    rows = slice(prints.first[i], prints.first[i + 1])
    quoted = set(prints.hash[rows][prints.kind[rows] == QUOTED].tolist())

    def rank(j: int) -> tuple[int, bool, bool, int]:
        rows = slice(prints.first[j], prints.first[j + 1])
        own = prints.hash[rows][prints.kind[rows] == OWN].tolist()
        return (sum(h in quoted for h in own), prints.head["subject"][j] == prints.head["subject"][i], j < i, j)

    return max(found, key=rank)


def cut_loops(parent: np.ndarray) -> None:
    """Cut every circle of parents at its first message in canonical order. Linear, without recursion."""
    ups = parent.tolist()
    state = bytearray(len(ups))  # 0 unseen, 1 on the way up from here, 2 done
    for start in range(len(ups)):
        path, at = [], start
        while at >= 0 and not state[at]:
            state[at] = 1
            path.append(at)
            at = ups[at]
        if at >= 0 and state[at] == 1:
            circle = path[path.index(at) :]
            parent[min(circle)] = -1
        for i in path:
            state[i] = 2


def _torn(messages: Sequence[Message], prints: Prints, links: Links) -> np.ndarray:
    """For each message the nearest ancestor (or itself) that began a new matter although it names old messages; or -1.

    A new matter: no prefix, another subject, another sender than the message it hangs on, not one quoted line.
    """
    n, head = len(messages), prints.head
    quoting = np.zeros(n, bool)
    quoting[prints.message[(prints.kind == QUOTED) | (prints.kind == INTRODUCTION)]] = True
    parent = links.parent
    new = (parent >= 0) & ~quoting & (head["flags"] % NOISE == 0) & (head["subject"] != 0)
    new &= (head["subject"] != head["subject"][parent]) & (head["sender"] != head["sender"][parent])
    for i in np.flatnonzero(new).tolist():
        mine, other = (subjects.parse(messages[k].subject).key for k in (i, int(parent[i])))
        new[i] = len(other) > 0 and mine not in other and other not in mine
    torn = np.where(new, np.arange(n), -1)
    if new.any():
        for i in depth_order(parent):
            if torn[i] < 0 and parent[i] >= 0:
                torn[i] = torn[parent[i]]
    return torn


def depth_order(parent: np.ndarray) -> list[int]:
    """All positions, parents before children, otherwise ascending."""
    children: dict[int, list[int]] = defaultdict(list)
    order = []
    for i, up in enumerate(parent.tolist()):
        if up < 0:
            order.append(i)
        else:
            children[up].append(i)
    for i in order:
        order.extend(children.get(i, ()))
    return order


def _join_references(
    messages: Sequence[Message], named: dict[str, list[int]], links: Links, torn: np.ndarray, kept: np.ndarray
) -> None:
    """Join each message with all it names; behind a new matter only with what was named since it began."""
    ghosts: dict[str, int] = {}
    sets, parent = links.sets, links.parent
    for i in kept.tolist():
        message = messages[i]
        if torn[i] == i:
            parent[i] = -1
            links.rooted[i] = True
            continue
        names = _names(message)
        if torn[i] >= 0:
            start = messages[int(torn[i])].message_id
            names = names[names.index(start) :] if start in names else []
        links.rooted[i] = bool(names)
        if parent[i] >= 0:
            sets.join(i, int(parent[i]))
        for name in names:
            known = named.get(name)
            if known is None:
                if name not in ghosts:
                    ghosts[name] = sets.add()
                sets.join(i, ghosts[name])
            elif len(known) == 1:
                sets.join(i, known[0])


def _join_field(messages: Sequence[Message], prints: Prints, links: Links, kept: np.ndarray, field: str) -> None:
    """Join by a conversation number: messages without a parent hang on the last earlier one of the same subject."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i in kept.tolist():
        if value := getattr(messages[i], field):
            groups[value].append(i)
    subject = prints.head["subject"]
    for members in groups.values():
        last: dict[int, int] = {}
        for i in members:
            before = last.get(int(subject[i]))
            if before is not None and links.parent[i] < 0 and links.sets.find(i) != links.sets.find(before):
                links.parent[i] = before
                links.sets.join(i, before)
                links.rooted[i] = True
            last[int(subject[i])] = i
