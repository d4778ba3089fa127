"""Which list did a message come over, where List-Id (RFC 2919) does not say so? A signal, {SIGNAL}name@host.

Lists of the nineties have other header fields, and archives leave the header out but keep the footer. It refuses to
call such mail a discussion: that is the screen's decision, which sees how many people write there.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tomllib import loads
from typing import NamedTuple

from mail2wiki.extract.mime import Fields
from mail2wiki.extract.words import decoded

SIGNAL = "list:"
REACH = 200
"""Characters around a word of a footer in which the list is named."""


class Named(NamedTuple):
    """How one program names a list: in a header field, or in its footer near certain words."""

    field: bytes
    near: tuple[str, ...]
    pattern: re.Pattern[str]


def of_header(fields: Fields) -> frozenset[str]:
    """The list that a header field older than List-Id names: its signal, or nothing."""
    if fields.keys().isdisjoint(_fields()):
        return frozenset()
    for named in _entries("header"):
        for value in fields.get(named.field, ())[:1]:
            if found := named.pattern.search(decoded(value[:1_000]).lower()):
                return _signal(found)
    return frozenset()


def of_footer(text: str) -> frozenset[str]:
    """The list that the last lines of a text, in small letters, name: its signal, or nothing."""
    for named in _entries("footer"):
        for at in filter((-1).__lt__, map(text.find, named.near)):  # a search of the whole text takes 30 us
            if found := named.pattern.search(text, max(at - REACH, 0), at + REACH):
                return _signal(found)
    return frozenset()


def _signal(found: re.Match[str]) -> frozenset[str]:
    return frozenset((f"{SIGNAL}{found['name']}@{found['host']}",))


@cache
def _fields() -> frozenset[bytes]:
    return frozenset(named.field for named in _entries("header"))


@cache
def _entries(kind: str) -> list[Named]:
    tables = loads((Path(__file__).parent / "patterns" / "lists.toml").read_text("utf-8"))
    return [
        Named(entry.get("field", "").encode(), tuple(entry.get("near", ())), re.compile(entry["pattern"]))
        for entry in tables[kind]
    ]
