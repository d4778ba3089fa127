"""What a topic consists of: conversations, and series that count as one.

A series becomes a conversation-like record whose messages are those of all its issues, newest issue first, so that
plan, lists and pages need no second way of thinking. Refuses to decide what a series is, and to look at texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from mail2wiki.records import Conversation, Series

_MARKS = " \t-–—:,;.#/|()[]{}<>&\"'„“”"
_SMALL = 4  # letters of a word in small letters that a title does not end with: "vom", "of the", "for", "am"


def unit_id(series: Series) -> str:
    """The id of a series among conversations, and of its page."""
    return f"series-{series.id}"


def unit(series: Series, conversations: Mapping[str, Conversation]) -> Conversation:
    """A series as one conversation."""
    issues = [conversations[id] for id in reversed(series.issues)]
    first = min((c.first for c in issues if c.first is not None), default=None)
    last = max((c.last for c in issues if c.last is not None), default=None)
    messages = tuple(id for issue in issues for id in issue.messages)
    return Conversation(unit_id(series), title([c.subject for c in issues]), messages, {}, first, last)


def title(subjects: Sequence[str]) -> str:
    """The words of the first subject that stand in all of them; the first subject if that leaves nothing."""
    common = set.intersection(*({_bare(word) for word in subject.split()} for subject in subjects))
    words = [word for word in subjects[0].split() if _bare(word) in common]
    while words and _says_nothing(words[-1]):
        words.pop()
    while words and not _bare(words[0]):
        words.pop(0)
    return " ".join(words).strip(_MARKS) or subjects[0]


def _says_nothing(last: str) -> bool:
    bare = _bare(last)
    return not bare or (len(last) <= _SMALL and last.islower()) or bare in _counters()


@cache
def _counters() -> frozenset[str]:
    rows = resources.files(__package__).joinpath("counters.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(row.partition(": ")[2] for row in rows if row[:1] != "#")


def _bare(word: str) -> str:
    return word.casefold().strip(_MARKS)
