"""The account: where every message went, and the laws that must hold before a run may say it is done (DESIGN.md)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mail2wiki.catalog import Copy
from mail2wiki.errors import LawError
from mail2wiki.export.manifest import Entry
from mail2wiki.records import Account, Conversation, Decision, Message, Topic

_SAME_FATE = {"held", "excluded", "failed"}
"""Dispositions that a second copy of the same bytes shares; copies of all others are duplicates of the first."""

_PUBLISHED = ("published", None, None)
"""What, of, reason of a message without a decision."""


def entries(
    copies: Sequence[Copy],
    messages: Mapping[str, Message],
    decisions: Mapping[str, Decision],
    places: Mapping[str, str],
    threads: Mapping[str, str],
    topics: Mapping[str, str],
) -> Iterator[Entry]:
    """One line of the manifest per copy, in the order of the copies; the first of several says what became of all.

    `places`: message -> page#anchor; `threads`: message -> conversation; `topics`: conversation -> topic.
    """
    seen: set[str] = set()
    for id, source, at, *_ in copies:
        message, decision = messages[id], decisions.get(id)
        what, of, reason = decision[1:4] if decision else _PUBLISHED
        if id in seen and what not in _SAME_FATE:
            kept = of if what in ("duplicate", "contained") else id
            yield Entry(id, source, at, "duplicate", message.message_id, message.date, kept, "same-bytes")
            continue
        seen.add(id)
        thread = threads.get(id) if what in ("published", "contained") else None
        topic, page = (topics.get(thread or ""), places.get(id)) if what == "published" else (None, None)
        yield Entry(id, source, at, what, message.message_id, message.date, of, reason, thread, topic, page)


def fates(copies: Iterable[Copy], decisions: Mapping[str, Decision]) -> Counter[str]:
    """How many lines of the manifest say what: the dispositions of `entries`."""
    seen: set[str] = set()
    counts: Counter[str] = Counter()
    for id, *_ in copies:
        decision = decisions.get(id)
        what = decision.what if decision else _PUBLISHED[0]
        counts["duplicate" if id in seen and what not in _SAME_FATE else what] += 1
        seen.add(id)
    return counts


def check(
    entries: Iterable[Entry],
    conversations: Sequence[Conversation],
    topics: Sequence[Topic],
    places: Mapping[str, str],
) -> Account:
    """The account of a run; raises LawError where it does not add up."""
    counts: Counter[str] = Counter()
    ids: dict[str, set[str]] = defaultdict(set)
    targets: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        counts[entry.disposition] += 1
        if entry.reason != "same-bytes":
            ids[entry.disposition].add(entry.id)
        if entry.of:
            targets[entry.disposition].add(entry.of)
    read = sum(counts.values())
    account = Account(read, read - counts["failed"], dict(sorted(counts.items())))
    published = ids["published"]
    in_conversations = Counter(id for conversation in conversations for id in conversation.messages)
    in_topics = Counter(id for topic in topics for id in topic.conversations)
    kept = set().union(*(found for what, found in ids.items() if what not in ("duplicate", "failed", "held")))
    _law(len(published) == counts["published"], "a published message has one line that says so")
    _law(in_conversations == Counter(dict.fromkeys(published, 1)), "published = messages of published conversations")
    _law(in_topics == Counter({c.id: 1 for c in conversations}), "conversations = sum of topics")
    _law(places.keys() == published, "every published message is on exactly one page")
    _law(targets["contained"] <= published, "a contained message stands in a published one")
    _law(targets["duplicate"] <= kept, "a duplicate has a kept message that is no duplicate")
    return account


def _law(holds: bool, law: str) -> None:
    if not holds:
        raise LawError(
            f"the account does not add up: {law}", "", "This is a bug of mail2wiki: please report it with report.json."
        )
