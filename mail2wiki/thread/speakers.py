"""Who speaks in quoted text, line by line: from the introductions above, and from what is known to stand elsewhere.

An introduction says where somebody begins to speak, none says where he ends. Quote signs tell that, if the client put
them; where it did not (an answer below the text it answers, both as deep), the text of the one who quoted goes on where
the indentation ends, below the footer of a mailing list, or where a paragraph does not stand in the message that those
above it stand in. Refuses to guess: where nothing says who speaks, nobody is named.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from mail2wiki.records import Body
from mail2wiki.thread.attribution import as_read, introduction, may_introduce, unquoted

_BELOW = 4  # lines below an introduction that are read to know its quote's depth
_AHEAD = 200  # lines of a quote that are searched for text of the one who is introduced
_INDENT, _INDENTED = 4, 3  # columns by which a client indents instead of setting signs, and lines that prove it
_NOWHERE = -1
_NESTED = 30  # people who speak at one depth, each quoted by the one before
_BRACKETS = " \t.…-*~[](){}<>"
_LEFT_OUT = frozenset({"", "snip", "snipped", "schnipp", "gekürzt"})  # "[...]", "<snip>": from the one who quoted


class Claim(NamedTuple):
    """Who wrote a quoted paragraph, as the quotation says it."""

    author: str
    date: str


class _Voice(NamedTuple):
    """Somebody who speaks in a quote, at one depth."""

    said: tuple[str, str] | None  # author and date; None: nobody says
    indent: int = 0  # the least that his text has, where a client indented it
    flat: bool = False  # no quote sign tells his text from that of the one who quoted him
    message: int = _NOWHERE  # where his text stands


def authors(
    body: Body, rows: Sequence[tuple[int, int]], standing: Mapping[int, int] = MappingProxyType({})
) -> dict[int, Claim]:
    """Author and date for each (row, line) whose quote has an introduction that names one. One pass over the lines.

    `standing`: the message in which the quoted paragraph that begins at a line stands. An introduction speaks for the
    depth of the quoted text below it: one deeper than itself, or (Outlook, Apple Mail) as deep as itself, or as deep as
    its first line. What is deeper than that is somebody else's, whom nobody names.
    """
    if body.kind == "markdown":
        body = dataclasses.replace(body, lines=tuple(map(as_read, body.lines)), kind="plain")
    wanted: dict[int, list[int]] = {}
    for row, start in rows:
        wanted.setdefault(_first_words(body, start), []).append(row)
    stands = {_first_words(body, start): message for start, message in standing.items()}
    found: dict[int, Claim] = {}
    voices: dict[int, list[_Voice]] = {}  # by depth: who speaks there, the last one now
    after = 0  # the line below the last introduction
    ended = False  # nothing was said since the footer above
    for at in _worth_reading(body, wanted, stands):
        if at < after:
            continue
        mark, line = body.marks[at], body.lines[at]
        depth, _ = unquoted(line)
        speaking = voices.get(depth, [])
        if at in wanted or at in stands:
            _listen(speaking, _indent(line), stands.get(at, _NOWHERE))
            ended = False
        if at in wanted and speaking and (said := speaking[-1].said):
            found.update((row, Claim(*said)) for row in wanted[at])
        if mark == "d" and not ended:
            _end(speaking)
            ended = True
        if mark not in "ah" and (mark != "q" or not may_introduce(line)):
            continue
        step, depth, said = introduction(body, at)
        after = at + step
        if said or mark == "a":
            _begin(voices, body, at, after, depth, said)
            ended = False
        if said:  # an introduction that the marks take for quoted text goes with what it introduces
            inside = (row for line_inside in range(at, after) for row in wanted.get(line_inside, ()))
            found.update((row, Claim(*said)) for row in inside)
    return found


def _worth_reading(body: Body, wanted: Container[int], standing: Container[int]) -> list[int]:
    """The lines that are asked for, and those that an introduction may begin on: one in ten."""
    pairs = enumerate(zip(body.marks, body.lines, strict=True))
    return [
        at
        for at, (mark, line) in pairs
        if mark in "ahd" or (mark == "q" and ":" in line) or at in wanted or at in standing
    ]


def _first_words(body: Body, at: int) -> int:
    """The first line with text of a paragraph: empty quoted lines above it are counted to it."""
    while at + 1 < len(body.lines) and not unquoted(body.lines[at])[1].strip():
        at += 1
    return at


def _begin(
    voices: dict[int, list[_Voice]], body: Body, at: int, after: int, depth: int, said: tuple[str, str] | None
) -> None:
    """Somebody is introduced in lines `at` to `after`, at this depth."""
    below, indented = _text_below(body, after, _indent(body.lines[at]))
    top = min(depth + 1, max(depth, below))
    flat = top == depth
    voice = _Voice(said, indented if flat else 0, flat and body.marks[at] != "h")
    speaking = (voices.get(top) or [_Voice(None)]) if flat else []
    for deeper in [d for d in voices if d >= top]:
        del voices[deeper]
    voices[top] = [*speaking[-_NESTED:], voice]
    if below > top and not _shallower(body, after, depth, below):
        voices[below] = voices[top]


def _listen(speaking: list[_Voice], indent: int, message: int) -> None:
    """A paragraph is heard: who cannot have said it has ended."""
    while len(speaking) > 1 and (last := speaking[-1]).flat:
        if indent >= last.indent and last.message in (_NOWHERE, message):
            break
        speaking.pop()
    if speaking and message != _NOWHERE and speaking[-1].message == _NOWHERE:
        speaking[-1] = speaking[-1]._replace(message=message)


def _end(speaking: list[_Voice]) -> None:
    """The footer of a message ends it."""
    if len(speaking) > 1 and speaking[-1].flat:
        speaking.pop()


def _text_below(body: Body, at: int, indent: int) -> tuple[int, int]:
    """Quote depth of the first line with text from here on, and the least indentation there, if it is another one."""
    depth, indents = 0, list[int]()
    for place, line in enumerate(body.lines[at : at + _BELOW + _INDENTED]):
        deep, text = unquoted(line)
        if (not indents and place >= _BELOW) or (indents and text.strip() and deep != depth):
            break
        if text.strip(_BRACKETS).lower() not in _LEFT_OUT:
            depth = deep
            indents.append(_indent(line))
    proof = indents[:_INDENTED]
    return depth, indent + 1 if len(proof) == _INDENTED and min(proof) >= indent + _INDENT else 0


def _indent(line: str) -> int:
    """Columns between the quote signs and the text."""
    text = line.lstrip(" \t>|")
    signs = line[: len(line) - len(text)]
    return len(signs) - len(signs.rstrip(" "))


def _shallower(body: Body, at: int, depth: int, below: int) -> bool:
    """Is there text of an author who first quoted deeper text: between his introduction's depth and that?"""
    for line, mark in zip(body.lines[at : at + _AHEAD], body.marks[at : at + _AHEAD], strict=True):
        deep, text = unquoted(line)
        if mark in "ah" and deep <= depth:
            return False
        if mark == "q" and depth < deep < below and text.strip():
            return True
    return False
