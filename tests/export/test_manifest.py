"""manifest.jsonl says what CONTRACT.md promises and nothing more."""

from __future__ import annotations

import json
from pathlib import Path

from mail2wiki.export.manifest import Entry, line, natural, write

KEYS = ["v", "id", "source", "at", "message_id", "date", "disposition", "of", "reason", "thread", "topic", "page"]


def test_a_line_has_the_promised_keys_in_order() -> None:
    said = json.loads(
        line(Entry("ab", "a.mbox", "0+5", "published", "<x>", 1_717_143_300, thread="t", topic="o", page="p.md#m"))
    )
    assert list(said) == KEYS
    assert said["date"] == "2024-05-31T08:15:00Z"


def test_a_held_line_says_only_that_it_was_held() -> None:
    said = json.loads(line(Entry("ab", "a.mbox", "0+5", "held", "<x>", 1, "of", "subject-word", "t", "o", "p")))
    assert list(said) == ["v", "id", "source", "at", "disposition", "reason"]


def test_lines_are_in_natural_order(tmp_path: Path) -> None:
    ats = ["100+5", "20+5", "cur/10.x", "cur/9.x"]
    entries = [Entry(at, source, at, "published") for source in ("b", "a") for at in reversed(ats)]
    assert write(tmp_path / "manifest.jsonl", entries) == 8
    said = [json.loads(text) for text in (tmp_path / "manifest.jsonl").read_text().splitlines()]
    assert [(s["source"], s["at"]) for s in said] == [
        (s, at) for s in "ab" for at in ("20+5", "100+5", "cur/9.x", "cur/10.x")
    ]
    assert not list(tmp_path.glob("*.new"))


def test_any_place_can_be_sorted() -> None:
    assert sorted(["a", "1", "", "a1", "²"], key=natural)[0] == ""


def test_dates_outside_the_calendar_do_not_stop_a_run() -> None:
    for date in (-(10**15), 10**15, -62_135_596_800):
        assert json.loads(line(Entry("a", "s", "1", "published", date=date)))["date"].endswith("Z")
