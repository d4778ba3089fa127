"""Does a text say at its end how to leave a list? Then it went to many, whatever its header hides.

Only lines that are not quoted count: who passes a newsletter on has not written one. It refuses to call anything a
newsletter: that is the screen's decision, which also sees who answers whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tomllib import loads

from mail2wiki.records import DISCLAIMER, NEW, SIGNATURE, Body

SIGNAL, RECEIPT = "body:unsubscribe", "body:receipt"
LINES, BEGINNING = 25, 5
"""Lines at the end, and at the beginning ("trouble reading this? view in browser"), that are looked at."""


def signal(body: Body) -> frozenset[str]:
    """{SIGNAL} where the text of this message tells its readers how to get no more of these, {RECEIPT} where it says
    that a message was read or delivered."""
    own = [line for line, mark in zip(body.lines, body.marks, strict=True) if mark in (NEW, SIGNATURE, DISCLAIMER)]
    found = {RECEIPT} if _has(body.lines[:LINES], "receipts") else set()
    if not own:
        return frozenset(found)
    looked_at = own if len(own) <= LINES + BEGINNING else own[:BEGINNING] + own[-LINES:]
    return frozenset(found | {SIGNAL}) if _has(looked_at, "phrases") else frozenset(found)


def _has(lines: Sequence[str], kind: str) -> bool:
    text = " ".join(" ".join(line[:400] for line in lines).lower().split())
    # one search per phrase: a pattern of fifty alternatives takes 35 us a message, these take 10
    return any(phrase in text for phrase in _phrases(kind))


@cache
def _phrases(kind: str) -> tuple[str, ...]:
    table = loads((Path(__file__).parent / "patterns" / "bulk.toml").read_text("utf-8"))
    return tuple(phrase for language in table.values() for phrase in language[kind])
