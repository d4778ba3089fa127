"""The account: one entry per copy, and laws that stop a run whose numbers do not add up."""

from collections import Counter

import pytest

from mail2wiki.account import check, entries, fates
from mail2wiki.catalog import Copy
from mail2wiki.errors import LawError
from mail2wiki.records import Address, Conversation, Decision, Message, Topic

MESSAGES = {id: Message(id, f"<{id}>", "", Address("", "")) for id in "abc"}
PLACES = {"a": "topics/x.md#mail-a"}


def listed(copies: list[Copy], *decisions: Decision) -> list[tuple]:
    by_id = {d.id: d for d in decisions}
    found = list(entries(copies, MESSAGES, by_id, PLACES, {"a": "t", "b": "t"}, {"t": "x"}))
    assert fates(copies, by_id) == Counter(entry.disposition for entry in found)
    return [(e.id, e.at, e.disposition, e.of, e.reason) for e in found]


def test_the_second_copy_of_the_same_bytes_is_a_duplicate_of_the_first() -> None:
    assert listed([Copy("a", "m", "0+1"), Copy("a", "m", "1+1")]) == [
        ("a", "0+1", "published", None, None),
        ("a", "1+1", "duplicate", "a", "same-bytes"),
    ]


@pytest.mark.parametrize("what", ["duplicate", "contained"])
def test_copies_of_a_copy_lead_to_the_kept_message(what: str) -> None:
    found = listed([Copy("b", "m", "0+1"), Copy("b", "m", "1+1")], Decision("b", what, "a", "same-content"))
    assert [line[3] for line in found] == ["a", "a"]


@pytest.mark.parametrize("what", ["held", "failed", "excluded"])
def test_every_copy_shares_the_fate(what: str) -> None:
    found = listed([Copy("b", "m", "0+1"), Copy("b", "m", "1+1")], Decision("b", what, None, "x"))
    assert [line[2] for line in found] == [what, what]


def test_laws() -> None:
    conversations, topics = [Conversation("t", "", ("a",))], [Topic("x", "X", (), ("t",))]
    lines = list(entries([Copy("a", "m", "0+1")], MESSAGES, {}, PLACES, {"a": "t"}, {"t": "x"}))
    assert check(lines, conversations, topics, PLACES).dispositions == {"published": 1}
    broken = [
        (lines, conversations, topics, {}),
        (lines, conversations, [], PLACES),
        (lines, [], [], PLACES),
        ([*lines, lines[0]._replace(id="c", disposition="duplicate", of="gone")], conversations, topics, PLACES),
        ([*lines, lines[0]._replace(id="c", disposition="contained", of="c")], conversations, topics, PLACES),
    ]
    for arguments in broken:
        with pytest.raises(LawError):
            check(*arguments)
