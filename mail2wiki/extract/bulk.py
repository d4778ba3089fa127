"""Does a text say at its end how to leave a list? Then it went to many, whatever its header hides.

Only lines that are not quoted count: who passes a newsletter on has not written one. It refuses to call anything a
newsletter: that is the screen's decision, which also sees who answers whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import compress
from pathlib import Path
from tomllib import loads

from mail2wiki.records import DISCLAIMER, NEW, SIGNATURE, Body

SIGNAL, RECEIPT = "body:unsubscribe", "body:receipt"
_OWN = NEW + SIGNATURE + DISCLAIMER
LINES, BEGINNING = 25, 5
"""Lines at the end, and at the beginning ("trouble reading this? view in browser"), that are looked at."""


def signal(body: Body) -> frozenset[str]:
    """{SIGNAL} where the text of this message tells its readers how to get no more of these, {RECEIPT} where it says
    that a message was read or delivered."""
    found = set()
    if len(body.lines) <= 2 * LINES and _say(body.lines[:LINES], "receipt"):  # receipts are short
        found.add(RECEIPT)
    own = list(compress(body.lines, map(_OWN.__contains__, body.marks)))
    if _say(own if len(own) <= LINES + BEGINNING else own[:BEGINNING] + own[-LINES:], "leaving"):
        found.add(SIGNAL)
    return frozenset(found)


def _say(lines: Sequence[str], kind: str) -> bool:
    """Whether one of the phrases of this kind stands in these lines."""
    text = " ".join([line[:400] for line in lines if line]).lower()
    # one search per stem, in C, and for phrases that have it: a pattern of fifty alternatives takes 35 us a message
    phrases = [phrase for stem, phrases in _phrases(kind).items() if stem in text for phrase in phrases]
    if not phrases:
        return False
    if "  " in text or "\t" in text:
        text = " ".join(text.split())
    return any(map(text.__contains__, phrases))


@cache
def _phrases(kind: str) -> dict[str, list[str]]:
    """The phrases by the stem they have."""
    table = loads((Path(__file__).parent / "patterns" / "bulk.toml").read_text("utf-8"))
    entries = [language[kind] for language in table.values()]
    stems = dict.fromkeys(stem for entry in entries for stem in entry["stems"])
    found: dict[str, list[str]] = {stem: [] for stem in stems}
    for phrase in dict.fromkeys(phrase for entry in entries for phrase in entry["phrases"]):
        found[next(stem for stem in stems if stem in phrase)].append(phrase)
    return found
