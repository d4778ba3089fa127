"""One message as a page shows it: who, to whom, when; the own text; what it quotes only where that stands nowhere else.

The body's marks and the quoted stretches decide line by line: own text is shown, signatures and disclaimers are not,
quoted text that stands on another page is a link, the only copy of a missing message is shown as recovered.
Refuses: deciding anything about other messages; `Shown` says it all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby, pairwise

from mail2wiki.export.edits import edited, named
from mail2wiki.export.flow import escape_block
from mail2wiki.export.guard import guarded
from mail2wiki.export.items import File, Name, Quote, Ref, Shown
from mail2wiki.export.markdown import escape_inline, escape_label, fence, link
from mail2wiki.export.opening import PREFIX, snippet
from mail2wiki.export.words import Words
from mail2wiki.records import Body

_PICTURE = re.compile(r"\\?\[cid:((?:[^\[\]\s\\]|\\[!-/:-@^-`{-~]){1,300})\\?\]")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
OWN, SHOWN, HIDDEN, CONTEXT = "own", "shown", "hidden", "context"
_FILES = 40
_ASKED, _PASTED = 60, 45  # characters of what a link stands for: enough to recognise it, not to say it again


class Run:
    """Lines of a body that are shown in one way."""

    __slots__ = ("kind", "lines", "pasted", "quote")

    def __init__(self, kind: str, quote: Quote | None = None) -> None:
        self.kind, self.quote = kind, quote
        self.pasted = False  # hidden although nothing marks it as quoted: a reader must be told where it stands
        self.lines: list[str] = []


def runs(body: Body, quotes: Sequence[Quote]) -> list[Run]:
    """The body cut into runs, in order; signatures, disclaimers and idle attribution lines left out."""
    found: list[Run] = []
    ends = [(q.start, q.stop, q) for q in quotes]
    ends.append((len(body.lines), len(body.lines), None))  # type: ignore[arg-type]
    at = 0
    for start, stop, quote in ends:
        if start > at:
            _own(body, at, start, found)
        if quote is not None and stop > at:
            marks = body.marks[max(start, at) : stop]
            pasted = "n" in marks
            run = Run((OWN if pasted else SHOWN) if quote.shown else HIDDEN, quote)
            told = zip(body.lines[max(start, at) : stop], marks, strict=False)
            run.lines = [line for line, mark in told if mark not in "ah"]
            run.pasted = pasted
            found.append(run)
        at = max(at, stop)
    return [run for run in found if run.kind == HIDDEN or any(line.strip() for line in run.lines)]


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


def render_message(shown: Shown, body: Body, say: Words, room: int | None = None) -> list[str]:
    """Its lines on the page. `room`: text as code blocks of together at most so many bytes (see `pages.render`).

    What it answers and nobody else has stands above it, oldest first: clients put the latest on top.
    """
    found, plain = runs(body, shown.quotes), body.kind != "markdown"
    part = room // max(1, len(found)) if room is not None else None
    above = [run for run in found if run.quote and run.quote.earlier and shown.cut is None]
    said = [list(runs) for _, runs in groupby(above, lambda run: run.quote and (run.quote.author, run.quote.date))]
    source = f"[{say('message below')}](#{shown.anchor})"
    out = [line for one in _oldest_first(said) for run in one for line in _render_run(run, plain, say, part, source)]
    out += [f"###### {shown.anchor}", "", _head(shown, say), ""]
    if shown.reply is not None:
        out += [f"↳ {say('in reply to')} {_ref(shown.reply, say)}", ""]
    text = _pictures(render_text([run for run in found if run not in above], plain, say, part), shown.files)
    if shown.cut is not None:
        text = pieces(text, shown.cut[1])[shown.cut[0]]
    out += text
    if not text:
        out += [f"*{say('No text of its own.')}*", ""]
    out += tail(shown, say)
    return out


def _oldest_first(said: list[list[Run]]) -> list[list[Run]]:
    """What was recovered as it was said: clients put the latest on top; days, where all are known, know better."""
    order = said[::-1]
    days = [one[0].quote.date[:10] if one[0].quote else "" for one in order]
    if all(map(_DAY.fullmatch, days)):
        order = [one for _, one in sorted(zip(days, order, strict=True), key=lambda pair: pair[0])]
    return order


def _pictures(lines: list[str], files: Sequence[File]) -> list[str]:
    """`[cid:ID]`, where a picture stood: a link to the attachment; nothing where that is not published."""
    if not any("[cid:" in line for line in lines):
        return lines
    named = {file.content_id: file for file in files if file.content_id and file.href}

    def place(found: re.Match[str]) -> str:
        file = named.get(_ESCAPE.sub("", found[1]))
        return link(file.name or file.content_id, file.href, 80) if file else ""

    out: list[str] = []
    code = False
    for line in lines:
        if line.lstrip("> ").startswith(("```", "~~~")):
            code = not code
        if "[cid:" in line and not code and not line.lstrip("> ").startswith("    "):
            line = _PICTURE.sub(place, line)
            line = line if line.strip("> \\") else ""
        out.append(line)
    return out if any(out) else []


def render_text(found: Sequence[Run], plain: bool, say: Words, room: int | None) -> list[str]:
    """The text of a message: own, recovered, context. `room`: bytes for each run."""
    out: list[str] = []
    # answers written between quoted lines need to be told what they answer
    between = sum(1 for a, b in pairwise(found) if a.kind == HIDDEN and b.kind == OWN)
    interleaved = between > 1 or (
        between == 1 and any(r.kind == OWN and sum(map(len, r.lines)) > 60 for r in found[:1])
    )
    for n, run in enumerate(found):
        if run.kind != HIDDEN:
            out += _render_run(run, plain, say, room)
            continue
        answered = n + 1 < len(found) and found[n + 1].kind == OWN
        if (run.pasted or (interleaved and answered)) and run.quote is not None and run.quote.ref is not None:
            out += [_answered(run, run.quote.ref, plain, say), ""]
    return out


def _render_run(run: Run, plain: bool, say: Words, room: int | None, source: str = "") -> list[str]:
    """Own text as it is, somebody else's as a quotation below a line that says whose it is, and where it is from."""
    out: list[str] = []
    if run.kind == SHOWN and run.quote is not None:
        whose = _changed(run, say) if run.quote.changed else _recovered(run.quote, say)
        out += ["↳ " + " · ".join(filter(None, (whose, source))), ""]
    if room is not None:
        lines = fence(_within([line for line in escapeless(run.lines) if line], room, say))
    elif run.quote is not None and run.quote.changed:
        lines = edited(run.lines, run.quote.changed)
    elif run.kind == OWN:
        lines = escape_block(run.lines) if plain else guarded(run.lines)
    else:
        bare = [PREFIX.sub("", line) for line in run.lines]
        inner = escape_block(bare, code=False) if plain else _unfenced(guarded(bare))
        lines = [f"> {line}" if line else ">" for line in inner]
    return [*out, *lines, ""] if lines else []


def escapeless(lines: Sequence[str]) -> list[str]:
    """Clean lines, none longer than a page takes."""
    from mail2wiki.export.markdown import clean

    text = clean("\n".join(lines))
    return [line[at : at + 20_000] for line in text.split("\n") for at in range(0, max(1, len(line)), 20_000)]


def _within(lines: list[str], room: int, say: Words) -> list[str]:
    """As many of the lines as there is room for."""
    for n, line in enumerate(lines):
        room -= len(line.encode()) + 1
        if room < 0:
            return [*lines[:n], f"[{say('The rest is too long for this page.')}]"]
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


def _head(shown: Shown, say: Words) -> str:
    """`**Alice Smith** to Bob Jones, Carol · 3 May 2001, 14:05`"""
    sender = f"**{_name(shown.sender)}**"
    if shown.to:
        named = ", ".join(map(_name, shown.to))
        if shown.more:
            named += " " + say.many("and {n} more", "and {n} more", shown.more)
        sender = say("{sender} to {recipients}", sender=sender, recipients=named)
    part = f" · {say('part {k} of {n}', k=shown.cut[0] + 1, n=shown.cut[1])}" if shown.cut else ""
    return f"{sender} · {say.time(shown.date)}{part}"


@lru_cache(maxsize=1024)  # the same few people stand on all pages of a topic
def _name(name: Name) -> str:
    return link(name.name, name.href, 60) if name.href else escape_inline(name.name, 60)


def _ref(ref: Ref, say: Words) -> str:
    return f"[{escape_label(ref.name, 60)}, {say.day(ref.date)}]({ref.href})"


def _answered(run: Run, ref: Ref, plain: bool, say: Words) -> str:
    """`> [Bob, 2 May](#mail-...): can you tell whether ...`: the first words of the paragraph that was answered.

    That is the last one of what was hidden; of pasted text the first one, which says what it is.
    """
    found: list[str] = []
    for line in run.lines if run.pasted else reversed(run.lines):
        bare = PREFIX.sub("", line).strip()
        if not bare and found:
            break
        if bare:
            found.append(bare)
        if len(found) >= 12:
            break
    words = snippet(found if run.pasted else found[::-1], plain, _PASTED if run.pasted else _ASKED)
    return f"> {_ref(ref, say)}" + (f": {words}" if words else "")


def _recovered(quote: Quote, say: Words) -> str:
    """Author and date as the quotation gives them; brackets stay what they are."""
    author = link(quote.author, quote.href, 80) if quote.href else escape_inline(quote.author, 80)
    # amid a line "3." begins no list and needs no backslash
    who = ", ".join(filter(None, (author, escape_inline(f"– {say.written(quote.date)}", 80)[2:])))
    return say("Recovered from a quotation: {who}", who=who) if who else say("Recovered from a quotation")


def _changed(run: Run, say: Words) -> str:
    """`Edited quotation of [Ann, 3 May](#mail-...): "four" → "forty"`"""
    assert run.quote is not None and run.quote.ref is not None
    said = say("Edited quotation of {who}", who=_ref(run.quote.ref, say))
    what = named(run.lines, run.quote.changed, say)
    return f"{said}: {what}" if what else said


def tail(shown: Shown, say: Words) -> list[str]:
    """Attachments, copies, holders."""
    out: list[str] = []
    if shown.files and not (shown.cut and shown.cut[0]):
        named = [_file(file, say) for file in shown.files[:_FILES]]
        if len(shown.files) > _FILES:
            named.append(say.many("{n} more file", "{n} more files", len(shown.files) - _FILES))
        out += [f"{say('Attachments:')} {', '.join(named)}", ""]
    if shown.also:
        named = [f"{escape_inline(name, 60)}, {say.day(date)}" for name, date in shown.also[:5]]
        if len(shown.also) > 5:
            named.append(say.many("{n} more", "{n} more", len(shown.also) - 5))
        out += [f"*{say('The same text was also sent by: {names}', names='; '.join(named))}*", ""]
    if shown.holders:
        names = ", ".join(escape_inline(holder, 60) for holder in shown.holders[:9])
        out += [
            f"*{say('In the mailboxes of: {names}', names=names)}*",
            "",
        ]
    return out


def _file(file: File, say: Words) -> str:
    facts = [*filter(None, (file.kind, say.size(file.size))), *([] if file.href else [say("not published")])]
    name = file.name or say("unnamed")
    shown = link(name, file.href, 80) if file.href else escape_inline(name, 80)
    called = f": {escape_inline(file.title, 100)}" if file.title else ""
    return f"{shown}{called} ({', '.join(facts)})"


def pieces(lines: list[str], n: int) -> list[list[str]]:
    """Rendered lines cut into n pieces of about equal size at blank lines outside code, each one whole Markdown."""
    total = sum(len(line) + 1 for line in lines)
    out: list[list[str]] = [[]]
    full, ticks = 0, ""
    for line in lines:
        mark = line.lstrip("> ")
        goal = total * len(out) // n
        if full >= goal and len(out) < n and (not line or ticks or full >= goal + 20_000):
            if ticks:
                out[-1].append(ticks)
            out.append([ticks] if ticks else [])
        out[-1].append(line)
        full += len(line) + 1
        if mark.startswith("```"):
            ticks = "" if ticks else mark.strip()
    return out + [[] for _ in range(n - len(out))]
