"""From the decisions of thread and screen to one fate per message.

A message can be a copy and private and a newsletter at once. What is private wins over everything, then the user's own
word, then the copy, then the robot; a message contained in one that is not published must speak for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from mail2wiki import screen, thread
from mail2wiki.records import Body, Decision, Message, Woven
from mail2wiki.screen.private import Mark

_RANK = {"failed": 0, "held": 1, "excluded": 2, "duplicate": 3, "automated": 4, "contained": 5}


def settle(
    messages: Mapping[str, Message], woven: Iterable[Decision], screened: Iterable[Decision]
) -> dict[str, Decision]:
    """One decision per message that is not published, by id."""
    settled: dict[str, Decision] = {}
    failures = (Decision(m.id, "failed", None, m.failed) for m in messages.values() if m.failed)
    for decision in (*failures, *screened, *woven):
        other = settled.get(decision.id)
        if other is None or _RANK[decision.what] < _RANK[other.what]:
            settled[decision.id] = decision
    for decision in list(settled.values()):
        if decision.what == "contained" and decision.of in settled:
            whole = settled[decision.of]
            if whole.what == "held":
                settled[decision.id] = Decision(
                    decision.id, "held", None, whole.reason, "its text stands in a held one"
                )
            else:
                del settled[decision.id]
        elif decision.what == "duplicate" and settled.get(decision.of or "", decision).what in ("held", "failed"):
            kept = settled[decision.of or ""]
            settled[decision.id] = Decision(decision.id, kept.what, None, kept.reason, "a copy of it")
    return settled


def with_echoes(
    marked: Mapping[str, Mark],
    woven: Woven,
    review: Mapping[str, str],
    messages: Mapping[str, Message],
    bodies: Callable[[Sequence[str]], Mapping[str, Body]],
) -> tuple[dict[str, Mark], dict[str, Mark]]:
    """The marks, with those of messages that quote in part, answer or send on what is held because of them, and so on:
    what is held holds what quotes it. And what is held because of all of these."""
    found, looked_for = dict(marked), set[str]()
    while True:
        held = screen.held_back(found, woven, review)
        echoes = thread.echoes(held.keys() - looked_for, woven.quoted, messages, bodies) - held.keys()
        more = screen.echoing(echoes) | screen.following(held, woven, messages)
        if more.keys() <= found.keys():  # new ones each time: it ends
            return found, held
        looked_for = set(held)
        found = more | found
