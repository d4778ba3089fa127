"""Series: conversations that are the same report again (weekly figures, a newsletter, minutes of a standing meeting).

One sender, one subject but for numbers and names of days and months, and text that returns. They are no duplicates:
each says something of its own. Refuses groups of less than four, and equal subjects alone ("Hello" by one person is
no series).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib import resources

import numpy as np

from mail2wiki.records import Conversation, Message
from mail2wiki.thread import subjects
from mail2wiki.thread.prints import OWN, Prints

_LEAST = 4  # conversations
_TELLING = 20  # squeezed bytes of a paragraph whose return says something
_SHARE = 0.3  # of the telling paragraphs of a member that stand in another member; a template keeps its headings
_NUMBERS = re.compile(r"\d+(?:st|nd|rd|th)?")
_LETTERS = re.compile(r"[\W_]+")
_DATES = tuple(
    line.split("\t")[1]
    for line in resources.files(__package__).joinpath("dates.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
_NAMES = re.compile(rf"\b(?:{'|'.join(sorted(_DATES, key=len, reverse=True))})\b\.?")


def folded(subject: str) -> str:
    """The subject without prefixes, numbers and names of days and months; "" where nothing else is left."""
    text = _NAMES.sub(" ", _NUMBERS.sub(" ", subjects.parse(subject).base.lower()))
    return _LETTERS.sub("", text)


def series(
    messages: Sequence[Message], prints: Prints, visible: np.ndarray, groups: Sequence[Sequence[int]]
) -> list[list[int]]:
    """Positions of the messages of each series, ascending; sorted by their first.

    `groups`: members of each conversation, ascending. The first visible one speaks for its conversation.
    """
    alike: dict[tuple[int, str], list[int]] = defaultdict(list)
    for members in groups:
        i = next((k for k in members if visible[k]), -1)
        if i >= 0 and (key := folded(messages[i].subject)):
            alike[int(prints.head["sender"][i]), key].append(i)
    kept = (sorted(_returning(prints, members)) for members in alike.values() if len(members) >= _LEAST)
    return sorted(members for members in kept if len(members) >= _LEAST)


def records(
    messages: Sequence[Message], found: Sequence[Sequence[int]], conversations: Sequence[Conversation]
) -> tuple[tuple[str, ...], ...]:
    """The same as ids of conversations."""
    home = {id: conversation.id for conversation in conversations for id in conversation.messages}
    return tuple(tuple(home[messages[i].id] for i in members) for members in found)


def _returning(prints: Prints, members: Sequence[int]) -> set[int]:
    """Those of which enough paragraphs stand in another member too."""
    pieces: Mapping[int, set[int]] = {i: _telling(prints, i) for i in members}
    count: dict[int, int] = defaultdict(int)
    for hashes in pieces.values():
        for value in hashes:
            count[value] += 1
    return {
        i for i, hashes in pieces.items() if hashes and sum(count[h] > 1 for h in hashes) >= _SHARE * len(hashes)
    }  # fmt: skip


def _telling(prints: Prints, i: int) -> set[int]:
    rows = slice(int(prints.first[i]), int(prints.first[i + 1]))
    good = (prints.kind[rows] == OWN) & (prints.length[rows] >= _TELLING)
    return set(prints.hash[rows][good].tolist())
