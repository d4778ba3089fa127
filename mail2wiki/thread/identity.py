"""Reading order and lasting names of conversations.

A conversation is named after the content of its first message, not after the file or copy it came from, and keeps
the name most of its members had on the last run. Refuses to depend on input order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import xxhash

from mail2wiki.records import Conversation, Message
from mail2wiki.thread import subjects


def reading_order(members: Sequence[int], parent: Mapping[int, int]) -> list[int]:
    """Answers below what they answer, depth first, otherwise by date. `members` in canonical order; no recursion."""
    children: dict[int, list[int]] = defaultdict(list)
    stack: list[int] = []
    for i in members:
        if i in parent:
            children[parent[i]].append(i)
        else:
            stack.append(i)
    stack.reverse()
    order = []
    while stack:
        i = stack.pop()
        order.append(i)
        stack.extend(reversed(children.get(i, ())))
    return order


def conversations(
    messages: Sequence[Message], head: np.ndarray, groups: Sequence[Sequence[int]], parent: np.ndarray,
    previous: Mapping[str, str],
) -> tuple[Conversation, ...]:  # fmt: skip
    """Records for groups of positions (each ascending), sorted by (first, id). `head` of the messages: see Prints."""
    ups = parent.tolist()
    orders = [_order(members, ups) for members in groups]
    made = []
    for order, name in zip(orders, _names(messages, head, orders, previous), strict=True):
        dates = [d for i in order if (d := messages[i].date) is not None]
        made.append(Conversation(
            id=name, subject=subjects.parse(messages[order[0]].subject).base,
            messages=tuple([messages[i].id for i in order]),
            parents={messages[i].id: messages[up].id for i, up in _above(order, ups).items()},
            first=min(dates, default=None), last=max(dates, default=None),
        ))  # fmt: skip
    return tuple(sorted(made, key=lambda c: (c.first is None, c.first or 0, c.id)))


def _order(members: Sequence[int], ups: Sequence[int]) -> Sequence[int]:
    return reading_order(members, _above(members, ups)) if len(members) > 1 else members


def _above(members: Sequence[int], ups: Sequence[int]) -> dict[int, int]:
    """Each member that answers another one, and that one."""
    inside = set(members)
    return {i: ups[i] for i in members if ups[i] in inside}


def _names(
    messages: Sequence[Message], head: np.ndarray, orders: Sequence[Sequence[int]], previous: Mapping[str, str]
) -> list[str]:
    """One name for each conversation; an old name goes to the one with most of its members, then to the oldest."""
    claims = []
    if previous:
        for at, order in enumerate(orders):
            votes = Counter(old for i in order if (old := previous.get(messages[i].id)))
            claims += [(-count, min(order), at, old) for old, count in votes.items()]
    names, used = [""] * len(orders), set()
    for _, _, at, old in sorted(claims):
        if not names[at] and old not in used:
            names[at] = old
            used.add(old)
    used |= set(previous.values())
    for at in sorted(range(len(orders)), key=lambda at: min(orders[at])):
        if names[at]:
            continue
        # the first in canonical order, not the root: an answer that arrives before its question must not rename
        i, again = min(orders[at]), 0
        while not names[at] or names[at] in used:
            names[at] = _name(messages[i], int(head["own"][i]), int(head["subject"][i]), again)
            again += 1
        used.add(names[at])
    return names


def _name(message: Message, own: int, subject: int, again: int) -> str:
    sender = message.sender.address or message.sender.name.lower()
    text = f"{message.date}\n{sender}\n{subject:x}\n{own:x}" + (f"\n{again}" if again else "")
    return f"{xxhash.xxh3_64_intdigest(text.encode('utf-8', 'replace')):016x}"
