"""Does a text say at its end how to leave a list, or that a program wrote it? Such mail went to many, header or not.

Only lines that are not quoted count: who passes a newsletter on has not written one. It refuses to call anything a
newsletter: that is the screen's decision, which also sees who answers whom, and how many write below one list's footer.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import cache
from itertools import chain, compress
from pathlib import Path
from tomllib import loads

from mail2wiki.extract import lists
from mail2wiki.records import DISCLAIMER, NEW, SIGNATURE, Body

SIGNAL, RECEIPT, GENERATED = "body:unsubscribe", "body:receipt", "body:generated"
_LEAVING, _RECEIPT, _GENERATED = "leaving", "receipt", "generated"
_OWN = NEW + SIGNATURE + DISCLAIMER
LINES, BEGINNING = 25, 5
"""Lines at the end, and at the beginning ("trouble reading this? view in browser"), that are looked at."""


@cache
def stems() -> frozenset[str]:
    """A text without any of these, in small letters, says nothing of the kind."""
    return frozenset(chain.from_iterable(map(_phrases, (_LEAVING, _RECEIPT, _GENERATED))))


def signal(body: Body, found: Set[str]) -> frozenset[str]:
    """{SIGNAL} where the text of this message tells its readers how to get no more of these (and the list it names, see
    lists.py), {GENERATED} where it says that no person wrote it, {RECEIPT} where it says that a message was read or
    delivered. `found`: the stems that stand in it."""
    if found.isdisjoint(stems()):
        return frozenset()
    leaving, receipt, generated = (_phrases(kind).keys() & found for kind in (_LEAVING, _RECEIPT, _GENERATED))
    signals = set()
    if receipt and len(body.lines) <= 2 * LINES and _say(_text(body.lines[:LINES]), _RECEIPT):  # receipts are short
        signals.add(RECEIPT)
    if not (leaving or generated):
        return frozenset(signals)
    own = list(compress(body.lines, map(_OWN.__contains__, body.marks)))
    text = _text(own if len(own) <= LINES + BEGINNING else own[:BEGINNING] + own[-LINES:])
    if generated and _say(text, _GENERATED):
        signals.add(GENERATED)
    if leaving and _say(text, _LEAVING):
        signals |= {SIGNAL} | lists.of_footer(text)
    return frozenset(signals)


def _text(lines: Sequence[str]) -> str:
    text = " ".join([line[:400] for line in lines if line]).lower()
    return text.replace("e-mail", "email") if "e-mail" in text else text


def _say(text: str, kind: str) -> bool:
    """Whether one of the phrases of this kind stands in the text."""
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
