"""Do the headers of a message that is quoted, forwarded or attached here, or the owner's tags, say that it is private?

Who passes a private message on passes its mark on with it: "Betreff: [privat] ..." in a header block. Only the lines
that say so are noted; what they mean is the screen's decision, by the same words as for a message's own header.
"""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache
from pathlib import Path
from tomllib import loads

from mail2wiki.extract.mime import Fields
from mail2wiki.extract.words import decoded
from mail2wiki.records import HEADER, QUOTED, Body

SUBJECT, SENSITIVITY = "quoted-subject:", "quoted-sensitivity:"
"""How these signals begin; the rest is the quoted subject, small letters, or `private`."""

TAG = "tag:"
"""How the signal of an owner's tag begins; the rest is the tag, small letters."""

_TAG_FIELDS = {
    b"x-mozilla-keys": None,  # Thunderbird
    b"keywords": ",",  # RFC 5322; Outlook's categories
    b"x-keywords": None,  # Dovecot, UW IMAP: words; others write commas
    b"x-label": ",",  # mutt
}
_PASSED_ON = HEADER + QUOTED
MOST = 20  # lines noted of one message
_LONGEST = 200  # characters of a quoted subject


@cache
def stems() -> frozenset[str]:
    """A text without any of these, in small letters, quotes no header that says so; of several words the longest."""
    return frozenset(max(words.split(), key=len) for words in (*_words("stems"), *_words("private")))


def signals(body: Body, found: Set[str]) -> frozenset[str]:
    """What the headers quoted in this body say, as signals; nearly always none. `found`: the stems that stand in it."""
    if found.isdisjoint(stems()) or (HEADER not in body.marks and QUOTED not in body.marks):
        return frozenset()
    said: set[str] = set()
    fields = _fields()
    for line, mark in zip(body.lines, body.marks, strict=True):
        if ":" not in line or mark not in _PASSED_ON or (field := fields.match(line)) is None or len(said) >= MOST:
            continue
        value = " ".join(line[field.end() : field.end() + _LONGEST].strip(" *_\\").lower().split())
        if field["subject"]:
            if any(stem in value for stem in _words("stems")):
                said.add(SUBJECT + value.replace("\\", ""))
        elif value in _words("private"):
            said.add(SENSITIVITY + "private")
    return frozenset(said)


def tags(fields: Fields) -> set[str]:
    """The tags (labels, categories) that may say private, as signals. Folders by another name: one message has many."""
    found: set[str] = set()
    for field in fields.keys() & _TAG_FIELDS.keys():
        separator = _TAG_FIELDS[field]
        for value in fields[field][:MOST]:
            text = decoded(value[:2_000]).lower()
            names = (
                " ".join(name.split())[:_LONGEST]
                for name in (text.split(separator) if separator else text.replace(",", " ").split())
            )
            found |= {TAG + name for name in names if any(stem in name for stem in _words("tags"))}
    return set(sorted(found)[:MOST])


@cache
def _fields() -> re.Pattern[str]:
    """A line of a header block, quoted or not, in bold or not."""
    subject, sensitivity = ("|".join(map(re.escape, sorted(_words(name)))) for name in ("subject", "sensitivity"))
    return re.compile(rf"[ \t>|*_]{{0,60}}(?:(?P<subject>{subject})|{sensitivity})[ *_]{{0,4}}:", re.IGNORECASE)


@cache
def _words(name: str) -> tuple[str, ...]:
    table = loads((Path(__file__).parent / "patterns" / "confided.toml").read_text("utf-8"))
    return tuple(dict.fromkeys(word for language in table.values() for word in language[name]))
