"""What a page shows of signature lines.

Prose below a signature or a list's footer (a postscript, a notice, a saying) is no part of what the author says in this
message, but it may stand nowhere else, so it is said once: in the first message that has it.

A worker notes the paragraphs (`asides`), the parent finds where each comes first (`first`), and whoever shows a body
lets `shown` turn those into text. Names, addresses and telephone numbers are no prose and stay out.
"""

from __future__ import annotations

import dataclasses
import re
import struct
from collections.abc import Iterable, Iterator, Sequence

import xxhash

from mail2wiki.extract import footers
from mail2wiki.extract.closings import closing
from mail2wiki.extract.language import little_words
from mail2wiki.records import DISCLAIMER, NEW, SIGNATURE, Body

LEAST = 40  # letters and digits; shorter paragraphs say who, not what
PROSE = 0.2  # share of little words (the, and, der, und ...): lists of names and addresses have next to none
NAMED = 6  # lines of a name above the rule line of a saying: they are shown with it
LETTERS = 0.5  # share of letters: what programs put below a signature ("9:11am up 37 days, load 0.09") has less
_CLOSING = re.compile("(?<=n)s{1,6}(?!s)")  # longer ones are signatures that somebody forgot to set apart
_ENTRY = struct.Struct("<QII")
_WORD = re.compile(r"[^\W\d_]+")
_OTHER = re.compile(r"[\W_]+")
_RULE = " *-=_~"
_FRAME = _RULE + "\t|>#"


def asides(body: Body) -> bytes:
    """The paragraphs of prose among these lines, packed: hash of their letters, first line, last + 1."""
    if SIGNATURE not in body.marks and DISCLAIMER not in body.marks:
        return b""
    found = []
    named, ruler = -1, -2  # a few lines that are no prose, and the rule line below them: whose saying follows
    for start, stop, mark in _paragraphs(body):
        prose = _is_prose(body.lines[start:stop], mark)
        if prose:
            start = named if start == ruler + 1 else start
            text = _OTHER.sub("", " ".join(body.lines[start:stop]).lower())
            found.append(_ENTRY.pack(xxhash.xxh3_64_intdigest(text.encode("utf-8", "replace")), start, stop))
        rule = "".join(body.lines[stop : stop + 1])
        name = not prose and mark == SIGNATURE and stop - start <= NAMED  # the footer of a list is none
        ruled = name and rule and not rule.strip(_RULE)
        named, ruler = (start, stop) if ruled else (-1, -2)
    return b"".join(found)


def _is_prose(lines: Sequence[str], mark: str) -> bool:
    text = " ".join(lines).lower()
    if len(text) < LEAST:
        return False
    words = every = _WORD.findall(text)
    if closing(lines[0].strip(_FRAME)):  # "mit" and "viele" are little words, but say nothing in a closing
        words = _WORD.findall(" ".join(lines[1:]).lower())
    little = sum(map(little_words().__contains__, words))
    if not words or little < PROSE * len(words):
        return False
    if len(_OTHER.sub("", text)) < LEAST or sum(map(len, every)) < LETTERS * len(text):
        return False
    if mark == DISCLAIMER and footers.legal(text):
        return False
    return not all(footers.is_device(line.strip(_FRAME)) for line in lines if _WORD.search(line))


def _paragraphs(body: Body) -> Iterator[tuple[int, int, str]]:
    """Lines of signatures and footers that belong together; rulers and empty lines of a frame (`|`, `#`) part them."""
    for start, stop, mark in body.blocks():
        if mark not in (SIGNATURE, DISCLAIMER):
            continue
        first = start
        for at in range(start, stop):
            if not body.lines[at].strip(_FRAME):
                if at > first:
                    yield first, at, mark
                first = at + 1
        if stop > first:
            yield first, stop, mark


def first(noted: Iterable[tuple[str, bytes]]) -> dict[str, tuple[tuple[int, int], ...]]:
    """(message id, its asides) in reading order -> for each message the line ranges that it is the first to have."""
    seen: set[int] = set()
    ranges: dict[str, tuple[tuple[int, int], ...]] = {}
    for id, packed in noted:
        mine = []
        for digest, start, stop in _ENTRY.iter_unpack(packed):
            if digest not in seen:
                seen.add(digest)
                mine.append((start, stop))
        if mine:
            ranges[id] = tuple(mine)
    return ranges


def shown(body: Body, ranges: Sequence[tuple[int, int]] = ()) -> Body:
    """The body as a page shows it: with these lines counted as text, and a closing that belongs to the last paragraph.

    "Gruß" and a name directly below the last line of text, without an empty line, are part of what was said there.
    """
    marks = _CLOSING.sub(lambda found: _said(body, *found.span()), body.marks)
    for start, stop in ranges:
        marks = marks[:start] + NEW * (stop - start) + marks[stop:]
    return body if marks == body.marks else dataclasses.replace(body, marks=marks)


def _said(body: Body, start: int, stop: int) -> str:
    """The marks of a closing as text, down to what a device added to it."""
    lines = [line.strip() for line in body.lines[start:stop]]
    end = next((n for n, line in enumerate(lines) if footers.is_device(line)), len(lines))
    if end < len(lines) and end and not _OTHER.sub("", lines[end - 1]):  # the ruler above
        end -= 1
    return NEW * end + body.marks[start + end : stop]
