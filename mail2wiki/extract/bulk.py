"""Does a text say at its end how to leave a list? Then it went to many, whatever its header hides.

Only lines that are not quoted count: who passes a newsletter on has not written one. It refuses to call anything a
newsletter: that is the screen's decision, which also sees who answers whom.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tomllib import loads

from mail2wiki.records import DISCLAIMER, NEW, SIGNATURE, Body

SIGNAL = "body:unsubscribe"
LINES, BEGINNING = 25, 5
"""Lines at the end, and at the beginning ("trouble reading this? view in browser"), that are looked at."""


def signal(body: Body) -> frozenset[str]:
    """{SIGNAL} where the text of this message tells its readers how to get no more of these."""
    own = [line for line, mark in zip(body.lines, body.marks, strict=True) if mark in (NEW, SIGNATURE, DISCLAIMER)]
    if not own:
        return frozenset()
    looked_at = own if len(own) <= LINES + BEGINNING else own[:BEGINNING] + own[-LINES:]
    text = " ".join(" ".join(line[:400] for line in looked_at).lower().split())
    # one search per phrase, in C: a pattern of fifty alternatives takes 35 us a message, these take 3
    return frozenset([SIGNAL]) if any(map(text.__contains__, _phrases())) else frozenset()


@cache
def _phrases() -> tuple[str, ...]:
    table = loads((Path(__file__).parent / "patterns" / "bulk.toml").read_text("utf-8"))
    return tuple(phrase for language in table.values() for phrase in language["phrases"])
