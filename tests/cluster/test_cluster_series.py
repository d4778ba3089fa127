"""Reports that come again and again become one topic of their own, not twenty, and pull nothing else in."""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from cluster.german_mailbox import DAY, START, conversation, mailbox

from mail2wiki.cluster import group
from mail2wiki.records import Document

ISSUES = 30


def weekly(draw: random.Random) -> list[Document]:
    """Reports of one person that speak of everybody's subjects."""
    data = tomllib.loads((Path(__file__).parent / "german.toml").read_text(encoding="utf-8"))
    everything = [sentence for topic in data["topic"] for sentence in topic["sentences"]]
    people = ["abel@fuellwerk.example", "huber@fuellwerk.example"]
    return [
        conversation(f"s{week:03}", f"Wochenbericht KW {week + 1}", [" ".join(draw.sample(everything, 4))], people,
                     START + 7 * DAY * week)
        for week in range(ISSUES)
    ]  # fmt: skip


def robot(draw: random.Random) -> list[Document]:
    """Notices of a machine, each with other figures."""
    return [
        conversation(f"s{at:03}", f"[Monitor] Sicherung Server {at % 5}",
                     [f"Die Sicherung von Server {at % 5} lief {draw.randint(10, 99)} Minuten."],
                     ["robot@monitor.example"], START + 7 * DAY * at)
        for at in range(ISSUES)
    ]  # fmt: skip


@pytest.mark.parametrize("series", [weekly, robot])
def test_a_series_is_one_topic(series):
    documents, _ = mailbox()
    made = series(random.Random(1))
    topics = group(documents + made)
    inside = Counter({topic.id: sum(name.startswith("s") for name in topic.conversations) for topic in topics})
    [(main, count)] = inside.most_common(1)
    assert count >= ISSUES - 2
    assert len(next(topic for topic in topics if topic.id == main).conversations) <= count + 2
