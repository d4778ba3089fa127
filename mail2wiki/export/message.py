"""One message as a page shows it: who, to whom, when; its text; attachments, copies, holders.

The text comes told (`text.tell`); here it gets what depends on the page: links, names, the page's language.
Refuses: deciding anything about other messages; `Shown` says it all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from mail2wiki.export.edits import named
from mail2wiki.export.items import File, Shown, linked
from mail2wiki.export.markdown import escape_inline, escape_label, link
from mail2wiki.export.quoting import Quote, Ref
from mail2wiki.export.text import AGAIN, ANSWERED, FILED, SHOWN, Part
from mail2wiki.export.words import Words

_PICTURE = re.compile(r"\\?\[cid:((?:[^\[\]\s\\]|\\[!-/:-@^-`{-~]){1,300})\\?\]")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FILES = 40
_BEGUN = 3  # paragraphs of another message of which the first words stand on a line that leads to it


def render_message(shown: Shown, told: Sequence[Part], say: Words, linked: set[tuple[str, str]]) -> list[str]:
    """Its lines on the page; `told`: its text (`text.tell`); `linked`: the standing texts the page leads to already.

    What it answers and nobody else has stands above it, oldest first: clients put the latest on top.
    """
    told = _once(told, shown, linked)
    earlier = {n for n, quote in enumerate(shown.quotes) if quote.earlier and shown.cut is None}
    out = _above([part for part in told if part.quote in earlier], shown, say) if earlier else []
    out += [f"###### {shown.anchor}", "", _head(shown, say), ""]
    if shown.reply is not None:
        out += [f"↳ {say('in reply to')} {_ref(shown.reply, say)}", ""]
    text = _text([part for part in told if part.quote not in earlier], shown, say)
    text = _pictures(text, shown.files)
    if shown.cut is not None:
        text = pieces(_split(text), shown.cut[1])[shown.cut[0]]
    out += text
    if not text:
        out += [f"*{say('No text of its own.')}*", ""]
    out += tail(shown, say)
    return out


def _once(told: Sequence[Part], shown: Shown, linked: set[tuple[str, str]]) -> Sequence[Part]:
    """The text without links to what its writer says in every message, where the page leads there already; if there is
    nothing else to show, with them."""
    kept: list[Part] = []
    for part in told:
        ref = shown.quotes[part.quote].ref if part.kind == AGAIN else None
        if ref is not None and ref.name == shown.sender.name:
            if (ref.href, part.text) in linked:
                continue
            linked.add((ref.href, part.text))
        kept.append(part)
    return kept or told


def _above(parts: Sequence[Part], shown: Shown, say: Words) -> list[str]:
    """What was recovered as it was said: clients put the latest on top; days, where all are known, know better."""
    source = f"[{say('message below')}](#{shown.anchor})"
    quotes = shown.quotes
    said = [list(one) for _, one in groupby(parts, lambda p: (quotes[p.quote].author, quotes[p.quote].date))][::-1]
    days = [quotes[one[0].quote].date[:10] for one in said]
    if all(map(_DAY.fullmatch, days)):
        said = [one for _, one in sorted(zip(days, said, strict=True), key=lambda pair: pair[0])]
    return [line for one in said for part in one for line in _laid(part, shown, say, source)]


def _text(parts: Sequence[Part], shown: Shown, say: Words) -> list[str]:
    """What it says in its order; neighbours that are links only (to an archive, to earlier messages) on one line."""
    out: list[str] = []
    for kind, some in groupby(parts, lambda part: part.kind):
        if kind == FILED:
            files = [_file(part.file, say) for part in some if part.file is not None]
            out += [f"{say('Attachments:')} {', '.join(files)}", ""]
        elif kind == AGAIN:
            out += [f"> {_again(some, shown, say)}", ""]
        else:
            out += [line for part in some for line in _laid(part, shown, say)]
    return out


def _again(parts: Iterable[Part], shown: Shown, say: Words) -> str:
    """`[Ann, 3 May](#mail-...): Hours · Notes; [Ann, 4 May](...): Dates`: each message once, with a few first words."""
    found: dict[Ref, list[str]] = {}
    for part in parts:
        if (ref := shown.quotes[part.quote].ref) is not None:
            found.setdefault(ref, []).append(part.text)
    words = {
        ref: " · ".join([*filter(None, texts[:_BEGUN]), *["…"] * (len(texts) > _BEGUN)]) for ref, texts in found.items()
    }
    return "; ".join(_ref(ref, say) + (f": {text}" if text else "") for ref, text in words.items())


def _laid(part: Part, shown: Shown, say: Words, source: str = "") -> list[str]:
    """A piece of text with the line above it that says whose it is, and where it is from."""
    quote = shown.quotes[part.quote] if part.quote >= 0 else None
    if part.kind == ANSWERED and quote is not None and quote.ref is not None:
        return [f"> {_ref(quote.ref, say)}" + (f": {part.text}" if part.text else ""), ""]
    if part.kind == SHOWN and quote is not None:
        whose = _changed(part, quote, say) if quote.changed else _recovered(quote, say)
        return ["↳ " + " · ".join(filter(None, (whose, source))), "", part.text, ""]
    return [part.text, ""]


def _split(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in text.split("\n")]


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
    for line in _split(lines):
        if line.lstrip("> ").startswith(("```", "~~~")):
            code = not code
        if "[cid:" in line and not code and not line.lstrip("> ").startswith("    "):
            line = _PICTURE.sub(place, line)
            line = line if line.strip("> \\") else ""
        out.append(line)
    return out if any(out) else []


def _head(shown: Shown, say: Words) -> str:
    """`**Alice Smith** to Bob Jones, Carol · 3 May 2001, 14:05`"""
    sender = f"**{linked(shown.sender)}**"
    if shown.to:
        named = ", ".join(map(linked, shown.to))
        if shown.more:
            named += " " + say.many("and {n} more", "and {n} more", shown.more)
        sender = say("{sender} to {recipients}", sender=sender, recipients=named)
    part = f" · {say('part {k} of {n}', k=shown.cut[0] + 1, n=shown.cut[1])}" if shown.cut else ""
    return f"{sender} · {say.time(shown.date)}{part}"


def _ref(ref: Ref, say: Words) -> str:
    return f"[{escape_label(ref.name, 60)}, {say.day(ref.date)}]({ref.href})"


def _recovered(quote: Quote, say: Words) -> str:
    """Author and date as the quotation gives them; brackets stay what they are."""
    author = link(quote.author, quote.href, 80) if quote.href else escape_inline(quote.author, 80)
    # amid a line "3." begins no list and needs no backslash
    who = ", ".join(filter(None, (author, escape_inline(f"– {say.written(quote.date)}", 80)[2:])))
    return say("Recovered from a quotation: {who}", who=who) if who else say("Recovered from a quotation")


def _changed(part: Part, quote: Quote, say: Words) -> str:
    """`Edited quotation of [Ann, 3 May](#mail-...): "four" → "forty"`"""
    assert quote.ref is not None
    said = say("Edited quotation of {who}", who=_ref(quote.ref, say))
    what = named(part.replaced, say)
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
    size = say.size(file.size) if file.size else ""
    facts = [*filter(None, (file.kind, size)), *([] if file.href else [say("not published")])]
    name = file.name or say("unnamed")
    shown = link(name, file.href, 80) if file.href else escape_inline(name, 80)
    called = f": {escape_inline(file.title, 100)}" if file.title else ""
    return f"{shown}{called}" + (f" ({', '.join(facts)})" if facts else "")


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
