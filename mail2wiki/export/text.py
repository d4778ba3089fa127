"""The text of a message as Markdown, before anybody knows on which page it will stand.

The body's marks and the quoted stretches decide line by line: own text is shown, signatures and disclaimers are not,
of quoted text that stands elsewhere at most a few words are, the only copy of a missing message is shown as recovered.
Links, names and the page's language come later (`message.render_message`), so that this, which is most of the work, can
be done while topics are still being made. Refuses: deciding anything about other messages; the quotes say it all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from mail2wiki.export import archived
from mail2wiki.export.edits import edited, replaced
from mail2wiki.export.flow import escape_block
from mail2wiki.export.guard import guarded
from mail2wiki.export.items import File, Shown
from mail2wiki.export.markdown import clean, fence
from mail2wiki.export.opening import PREFIX, snippet
from mail2wiki.export.quoting import Quote
from mail2wiki.records import Body

OWN, SHOWN, HIDDEN, CONTEXT, ANSWERED = "own", "shown", "hidden", "context", "answered"
_NUMBER_ALONE = re.compile(r"\+?[\d\s()/.-]{7,30}")
AGAIN = "again"  # what nothing marks as quoted, and stands elsewhere: a link, as of what is answered
FILED = "filed"  # an attachment that a list's archive keeps
_ASKED, _PASTED = 60, 45  # characters of what a link stands for: enough to recognise it, not to say it again


class Part(NamedTuple):
    """A piece of a message's text. `quote`: its position among the message's quotes, -1 for what is none."""

    kind: str
    quote: int
    text: str  # Markdown; of what is answered or stands elsewhere the first words
    replaced: list[tuple[str, str]] = []  # noqa: RUF012 - of an edited quotation, see `edits.replaced`; read only
    file: File | None = None  # of FILED


class Room(NamedTuple):
    """What there is for a message whose text has to stand in code blocks, and what to say where that is too little."""

    size: int  # bytes
    rest: str


class Run:
    """Lines of a body that are shown in one way."""

    __slots__ = ("kind", "lines", "number", "pasted", "quote")

    def __init__(self, kind: str, quote: Quote | None = None, number: int = -1) -> None:
        self.kind, self.quote, self.number = kind, quote, number
        self.pasted = False  # hidden although nothing marks it as quoted: a reader must be told where it stands
        self.lines: list[str] = []


def runs(body: Body, quotes: Sequence[Quote]) -> list[Run]:
    """The body cut into runs, in order; signatures, disclaimers and idle attribution lines left out."""
    found: list[Run] = []
    ends: list[tuple[int, int, Quote | None]] = [(quote.start, quote.stop, quote) for quote in quotes]
    ends.append((len(body.lines), len(body.lines), None))
    at = 0
    for number, (start, stop, quote) in enumerate(ends):
        if start > at:
            _own(body, at, start, found)
        if quote is not None and stop > at:
            told = list(zip(body.lines[max(start, at) : stop], body.marks[max(start, at) : stop], strict=False))
            # "[...]" between attribution line and quote is by who quoted, but nothing that he pasted
            pasted = any(mark == "n" and any(map(str.isalnum, line)) for line, mark in told)
            run = Run((OWN if pasted else SHOWN) if quote.shown else HIDDEN, quote, number)
            run.lines = [line for line, mark in told if mark not in "ah"]
            run.pasted = pasted
            found.append(run)
        at = max(at, stop)
    return [
        run for run in found if run.kind == HIDDEN or any(map(_says if run.kind == SHOWN else str.strip, run.lines))
    ]


def _says(line: str) -> bool:
    """Whether a line is more than the telephone number that is left of a signature somebody quoted."""
    bare = PREFIX.sub("", line).strip()
    return bool(bare) and _NUMBER_ALONE.fullmatch(bare) is None


def _own(body: Body, start: int, stop: int, found: list[Run]) -> None:
    """Lines that nothing is known of but their marks."""
    run = Run(OWN)
    lines, marks = body.lines, body.marks
    pending: list[str] = []  # attribution lines: shown only with the quoted lines they introduce
    header = False
    for at in range(start, min(stop, len(marks))):
        mark = marks[at]
        if mark == "b":
            (pending if pending else run.lines).append("")
        elif mark in "ah":
            pending.append(lines[at])
            header = header or mark == "h"
        elif mark in "nq":
            kind = OWN if mark == "n" else CONTEXT
            if kind == OWN and header:  # a forwarded text without quote marks: who wrote it is said above it
                found += [run, said := Run(CONTEXT)]
                said.lines, run = pending, Run(OWN)
            elif kind != run.kind:
                found.append(run)
                run = Run(kind)
            run.lines += [*pending, ""] if kind == CONTEXT and pending else [""] if pending else []
            run.lines.append(lines[at])
            pending, header = [], False
    found.append(run)


def tell(body: Body, quotes: Sequence[Quote], room: Room | None = None) -> list[Part]:
    """What a page says of this body, in its order; of the quotes' links only whether there is one is looked at.

    Where the text above answers the text below it (`Quote.earlier`), that is told apart by `message.render_message`.
    """
    found, plain = runs(body, quotes), body.kind != "markdown"
    part = room and room._replace(size=room.size // max(1, len(found)))
    below = [run for run in found if not (run.quote and run.quote.earlier)]
    told = {id(run) for run in _worth_telling(below)}
    out: list[Part] = []
    for run in found:
        if run.kind == OWN and run.number < 0 and plain and part is None:
            out += _said(run)
        elif run.kind != HIDDEN:
            text = "\n".join(_markdown(run, plain, part))
            pairs = replaced(run.lines, run.quote.changed) if run.quote and run.quote.changed else []
            out += [Part(run.kind, run.number, text, pairs)] if text else []
        elif id(run) in told:
            out.append(Part(AGAIN if run.pasted else ANSWERED, run.number, _first_words(run, plain)))
    return out


def _said(run: Run) -> Iterator[Part]:
    """The author's own plain text, and what a list's archive took out of it."""
    for piece in archived.split(run.lines):
        if isinstance(piece, File):
            yield Part(FILED, -1, "", file=piece)
        elif text := "\n".join(escape_block(piece)):
            yield Part(OWN, -1, text)


def text_of(
    shown: Shown, bodies: Mapping[str, Body], told: Mapping[str, Sequence[Part]], room: Room | None
) -> Sequence[Part]:
    """The text of a message on a page, told before or now; without its body there is none."""
    parts = told.get(shown.id)
    return tell(bodies.get(shown.id, Body()), shown.quotes, room) if parts is None else parts


def _worth_telling(found: Sequence[Run]) -> list[Run]:
    """Of what is hidden: pasted text, and what is answered between quoted lines: one must know what it answers."""
    between = sum(1 for a, b in pairwise(found) if a.kind == HIDDEN and b.kind == OWN)
    interleaved = between > 1 or (
        between == 1 and any(r.kind == OWN and sum(map(len, r.lines)) > 60 for r in found[:1])
    )
    answered = {id(a) for a, b in pairwise(found) if b.kind == OWN} if interleaved else set()
    return [
        run for run in found if run.kind == HIDDEN and (run.pasted or id(run) in answered)
        and run.quote is not None and run.quote.ref is not None
    ]  # fmt: skip


def _markdown(run: Run, plain: bool, room: Room | None) -> list[str]:
    """Own text as it is, somebody else's as a quotation."""
    if room is not None:
        return fence(_within([line for line in escapeless(run.lines) if line], room))
    if run.quote is not None and run.quote.changed:
        return edited(run.lines, run.quote.changed)
    if run.kind == OWN:
        return escape_block(run.lines) if plain else guarded(run.lines)
    bare = [PREFIX.sub("", line) for line in run.lines]
    inner = escape_block(bare, code=False) if plain else _unfenced(guarded(bare))
    return [f"> {line}" if line else ">" for line in inner]


def _first_words(run: Run, plain: bool) -> str:
    """Of the paragraph that was answered, the last one of what was hidden; of pasted text what it begins with."""
    found: list[str] = []
    for line in run.lines if run.pasted else reversed(run.lines):
        bare = PREFIX.sub("", line).strip()
        if not bare and found:
            break
        if bare:
            found.append(bare)
        if len(found) >= 12:
            break
    return snippet(found if run.pasted else found[::-1], plain, _PASTED if run.pasted else _ASKED)


def escapeless(lines: Sequence[str]) -> list[str]:
    """Clean lines, none longer than a page takes."""
    text = clean("\n".join(lines))
    return [line[at : at + 20_000] for line in text.split("\n") for at in range(0, max(1, len(line)), 20_000)]


def _within(lines: list[str], room: Room) -> list[str]:
    """As many of the lines as there is room for."""
    left = room.size
    for n, line in enumerate(lines):
        left -= len(line.encode()) + 1
        if left < 0:
            return [*lines[:n], f"[{room.rest}]"]
    return lines


def _unfenced(lines: list[str]) -> list[str]:
    """Python-Markdown knows no fences in quotes: the lines of one are indented code instead."""
    out, inside = [], False
    for line in lines:
        if line.lstrip().startswith(("```", "~~~")):
            inside = not inside
            out.append("")
        else:
            out.append("    " + line if inside else line)
    return out
