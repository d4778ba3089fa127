"""Pieces of running text to lines of safe Markdown: white space, bold and italic, links.

A piece is (text, style); styles are bits. White space collapses across pieces as in a browser; marks for bold and
italic stand only where every renderer takes them as such, otherwise the text goes without them.
"""

from __future__ import annotations

from collections.abc import Sequence

from mail2wiki.extract import html_links
from mail2wiki.extract.markdown_escape import escape, escape_start

BOLD, ITALIC, DONE, BREAK = 1, 2, 4, 8
"""DONE: the text is Markdown already (a link). BREAK: a line ends here."""
Piece = tuple[str, int]
_MARKS = {0: "", BOLD: "**", ITALIC: "*", BOLD | ITALIC: "***"}


def render(pieces: Sequence[Piece]) -> list[str]:
    """The lines of one paragraph; empty lines at both ends are left out."""
    lines: list[str] = []
    start = 0
    for at, piece in enumerate(pieces):
        if piece[1] == BREAK:
            lines.append(_line(pieces[start:at]))
            start = at + 1
    lines.append(_line(pieces[start:]))
    first, last = 0, len(lines)
    while first < last and not lines[first]:
        first += 1
    while last > first and not lines[last - 1]:
        last -= 1
    return lines[first:last]


def _line(pieces: Sequence[Piece]) -> str:
    """One line; white space at its ends is off and its start cannot be taken for a list or heading."""
    if len(pieces) == 1 and not pieces[0][1]:
        return escape_start(linked(" ".join(pieces[0][0].split())))
    merged = _merge(pieces)
    out: list[str] = []
    space = False
    for at, (text, style) in enumerate(merged):
        words = [text] if style == DONE else text.split()
        if not words:
            space = True
            continue
        space = space or text[0].isspace()
        if space and out:
            out.append(" ")
        body = text if style == DONE else linked(" ".join(words))
        trailing = text[-1].isspace()
        if style and style != DONE and _stands(out, merged, at, trailing):
            body = _MARKS[style] + body + _MARKS[style]
        out.append(body)
        space = trailing
    line = "".join(out)
    return escape_start(line) if (merged and not merged[0][1]) or not line.startswith("*") else line


def _merge(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one style together; white space has no style of its own."""
    merged: list[Piece] = []
    for text, style in pieces:
        if not text:
            continue
        if merged and style != DONE and merged[-1][1] != DONE and (merged[-1][1] == style or text.isspace()):
            merged[-1] = (merged[-1][0] + text, merged[-1][1])
        else:
            merged.append((text, style))
    return merged


def _stands(out: list[str], merged: list[Piece], at: int, trailing: bool) -> bool:
    """Whether bold or italic marks work here: white space or the line's end on both sides."""
    if out and not out[-1].endswith((" ", "(", "/")):
        return False
    text = merged[at][0].strip()
    if not any(char.isalnum() for char in text):
        return False
    return trailing or at + 1 == len(merged) or not merged[at + 1][0][:1].isalnum()


def linked(text: str) -> str:
    """Escaped text; a bare URL in it becomes a link of its own."""
    if "://" not in text:
        return escape(text)
    out: list[str] = []
    last = 0
    for found in html_links.BARE.finditer(text):
        url = found[0].rstrip(".,;:!?'")
        if url.endswith(")") and url.count("(") < url.count(")"):
            url = url[:-1]
        safe = html_links.target(url)
        if safe:
            out += [escape(text[last : found.start()]), f"<{safe}>"]
            last = found.start() + len(url)
    return "".join(out) + escape(text[last:])


def link(pieces: Sequence[Piece], href: str) -> list[Piece]:
    """The pieces of a link's text as one finished piece; the pieces themselves where the target may not be written."""
    flat = "".join(" " if style == BREAK else text for text, style in pieces)
    text = " ".join(flat.split())
    if not text or any(style == DONE for _text_, style in pieces):
        return list(pieces)
    safe = html_links.target(href)
    if not safe or not any(char.isalnum() for char in text):
        return list(pieces)
    if safe[:7].lower() == "mailto:":
        address = safe[7:].partition("?")[0]
        if address.lower() in text.lower() or not address:
            return list(pieces)
    written = (
        "<" + safe + ">"
        if _same(text, safe) or _same(text, href)
        else f"[{escape(text)}]({safe.replace('&', '&amp;')})"
    )
    return [(" ", 0)] * flat[:1].isspace() + [(written, DONE)] + [(" ", 0)] * flat[-1:].isspace()


def _same(text: str, url: str) -> bool:
    """Whether a link shows nothing but its own target."""

    def bare(value: str) -> str:
        return value.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")

    return bare(text) == bare(url)
