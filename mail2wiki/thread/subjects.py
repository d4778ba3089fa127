"""Subjects without what mail programs and lists put in front of them.

For comparing and for naming conversations. Refuses to guess meaning: "Report 3" and "Report 4" stay two subjects.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import NamedTuple


class Subject(NamedTuple):
    """A subject taken apart."""

    base: str  # without prefixes, list tags and "(fwd)", spelling kept
    key: str  # base in lower case, letters and digits only: what is compared
    reply: bool  # a reply prefix stood before it
    forward: bool  # a forward prefix stood before it


def _prefixes() -> dict[str, str]:
    text = resources.files(__package__).joinpath("prefixes.txt").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {row[1]: row[0] for row in rows}


_KINDS = _prefixes()
# one prefix ("Re:", "Re[2]:", "AW^3:", "Fwd :") or one tag ("[list]", "***SPAM***"); each takes at least two characters
_ONE = re.compile(
    r"\s*(?:("
    + "|".join(sorted(map(re.escape, _KINDS), key=len, reverse=True))
    + r")\s{0,3}(?:\[\d{1,4}\]|\(\d{1,4}\)|[*^]?\d{1,3})?\s{0,3}[:：]|\[[^\[\]]{1,40}\]|\*{2,5}[^*]{1,20}\*{2,5})\s*",
    re.IGNORECASE,
)
# Netscape and its heirs put a forwarded subject into brackets: "[Fwd: Pump]" (RFC 5256, 2.1)
_WHOLE = re.compile(
    r"\s*\[\s?(?:"
    + "|".join(re.escape(word) for word, kind in _KINDS.items() if kind == "forward")
    + r")\s?:\s*(.*\S)\s?\]\s*",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*(?:\((?:fwd|forwarded|wg|weitergeleitet)\)|\[fwd\])\s*$", re.IGNORECASE)
_JUNK = re.compile(r"[\W_]+")
_LONGEST = 2000  # characters of a subject that are looked at


@lru_cache(maxsize=8192)
def parse(subject: str) -> Subject:
    """The subject without prefixes; a subject that is nothing but prefixes and tags keeps its last tag."""
    text = subject[:_LONGEST]
    at, reply, forward, last = 0, False, False, 0
    while found := _WHOLE.fullmatch(text, at) or _ONE.match(text, at):
        if found.re is _WHOLE:
            text, at, last, forward = found[1], 0, 0, True
            continue
        kind = _KINDS.get((found[1] or "").lower())
        reply, forward = reply or kind == "reply", forward or kind == "forward"
        last, at = (at if not kind else found.end()), found.end()
    base = text[at:] or text[last:]
    cut = _TAIL.sub("", base)
    forward = forward or cut != base
    base = " ".join((cut or base).split())
    return Subject(base, _JUNK.sub("", base.lower()), reply, forward)
