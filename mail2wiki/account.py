"""The account: where every message went, and the laws that must hold before a run may say it is done (DESIGN.md)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mail2wiki.catalog import Copy
from mail2wiki.errors import LawError
from mail2wiki.records import Account, Conversation, Decision, Message, Topic

_SAME_FATE = {"held", "excluded", "failed"}
"""Dispositions that a second copy of the same bytes shares; copies of all others are duplicates of the first."""


def manifest_lines(
    copies: Sequence[Copy],
    messages: Mapping[str, Message],
    decisions: Mapping[str, Decision],
    places: Mapping[str, str],
    threads: Mapping[str, str],
    topics: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    """One line per copy, in order (CONTRACT.md). `places`: message -> page#anchor; `topics`: conversation -> topic."""
    from mail2wiki.show import iso

    seen: set[str] = set()
    for copy in copies:
        message, decision = messages[copy.id], decisions.get(copy.id)
        what = decision.what if decision else "published"
        if what == "held":
            yield {"v": 1, "id": copy.id, "source": copy.source, "at": copy.at, "disposition": what,
                   "reason": decision.reason if decision else None}  # fmt: skip
            continue
        again = copy.id in seen and what not in _SAME_FATE
        seen.add(copy.id)
        thread = threads.get(copy.id)
        yield {
            "v": 1,
            "id": copy.id,
            "source": copy.source,
            "at": copy.at,
            "message_id": message.message_id,
            "date": iso(message.date),
            "disposition": "duplicate" if again else what,
            "of": copy.id if again else decision.of if decision else None,
            "reason": "same-bytes" if again else decision.reason if decision else None,
            "thread": thread if what in ("published", "contained") else None,
            "topic": topics.get(thread or "") if what == "published" else None,
            "page": places.get(copy.id) if what == "published" else None,
        }


def check(
    lines: Iterable[Mapping[str, Any]],
    conversations: Sequence[Conversation],
    topics: Sequence[Topic],
    places: Mapping[str, str],
) -> Account:
    """The account of a run; raises LawError where it does not add up."""
    counts: Counter[str] = Counter()
    ids: dict[str, set[str]] = defaultdict(set)
    targets: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        what = line["disposition"]
        counts[what] += 1
        if line["reason"] != "same-bytes":
            ids[what].add(line["id"])
        if line.get("of"):
            targets[what].add(line["of"])
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
