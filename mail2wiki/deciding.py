"""From the decisions of thread and screen to one fate per message.

A message can be a copy and private and a newsletter at once. What is private wins over everything, then the user's own
word, then the copy, then the robot; a message contained in one that is not published must speak for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mail2wiki.records import Decision, Message

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
