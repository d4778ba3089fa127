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
_OWN = NEW + SIGNATURE + DISCLAIMER
LINES, BEGINNING = 25, 5
"""Lines at the end, and at the beginning ("trouble reading this? view in browser"), that are looked at."""


def signal(body: Body) -> frozenset[str]:
    """{SIGNAL} where the text of this message tells its readers how to get no more of these."""
    own = [line for line, mark in zip(body.lines, body.marks, strict=True) if mark in _OWN]
    if not own:
        return frozenset()
    looked_at = own if len(own) <= LINES + BEGINNING else own[:BEGINNING] + own[-LINES:]
    text = " ".join([line[:400] for line in looked_at]).lower()
    # one search per phrase: a pattern of fifty alternatives takes 35 us a message, these take 10, their stems 3
    stems, phrases = _words()
    if not any(map(text.__contains__, stems)):
        return frozenset()
    text = " ".join(text.split())
    return frozenset([SIGNAL]) if any(map(text.__contains__, phrases)) else frozenset()


@cache
def _words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Stems and phrases."""
    table = loads((Path(__file__).parent / "patterns" / "bulk.toml").read_text("utf-8")).values()
    stems = {stem for language in table for stem in language["stems"]}
    return tuple(sorted(stems)), tuple(phrase for language in table for phrase in language["phrases"])
