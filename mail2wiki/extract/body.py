"""The text of a message: which parts are it, and their lines.

The best part is chosen by what it says: plain text wins, unless it is empty, sends the reader to the HTML part or is
much shorter than it. So HTML is converted only where there is nothing else. It refuses to lose text: attached messages
follow below a header block, list footers in parts of their own are joined.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from mail2wiki.extract import answers, placeholders
from mail2wiki.extract.charsets import clean, decode
from mail2wiki.extract.mime import Part, disposition

_NOT_FOR_READING = frozenset(("text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers"))
_FIXED_SIGNATURE = "-- "
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_QUOTE_SIGNS = re.compile(r"(?:> ?){1,50}")
_TAG = re.compile(r"<[^<>]*>")
_ELEMENT = re.compile(r"<(?:p|div|span|font|table|body|b|br|center|h[1-6])\b[^<>]{0,300}>", re.I)
_ENDS_IN_TAG = re.compile(r"</?[a-z][a-z1-6]*(?:\s[^<>]*)?/?>$", re.I)
_UNSEEN = re.compile(r"<(/?)(?:style|script|head|title)\b", re.I)
_RICH = re.compile(
    r"</?(?:nl|lt|bold|italic|fixed|smaller|bigger|underline|center|flushleft|flushright|flushboth|nofill|indent|"
    r"indentright|excerpt|param|paraindent|color|fontfamily|lang|paragraph|x-[\w-]+)>",
    re.I,
)
"""Commands of text/enriched (RFC 1896)."""
SHORT_PLAIN = 2_000
"""Only plain parts shorter than this are compared with their HTML twin; longer ones have something to say."""
MUCH_LONGER = 3
"""An HTML part with so many times the words of the plain one (and 30 more) is the message."""


class Piece(NamedTuple):
    """A stretch of text of the message: lines and how they are written ("plain" or "markdown")."""

    lines: list[str]
    kind: str
    colours: Mapping[str, str] = MappingProxyType({})  # line -> its hue, where the author announces answers in colour


def is_text(part: Part) -> bool:
    """Is this part for reading? Calendars, cards and the headers in a delivery report are not."""
    return part.kind.startswith("text/") and part.kind not in _NOT_FOR_READING


def losers(alternative: Part) -> set[int]:
    """`id()`s of the parts of a multipart/alternative that are not shown: the same text in another form."""
    leaves = _text_leaves(alternative)
    plain = [part for part in leaves if part.kind == "text/plain"]
    pages = [part for part in leaves if part.kind == "text/html"]
    others = {id(part) for part in leaves if part.kind not in ("text/plain", "text/html")}
    if not plain or not pages:
        return others if plain or pages else set()
    return others | {id(part) for part in (plain if says_more(pages[0], plain[0]) else pages)}


def says_more(page: Part, plain: Part) -> bool:
    """Is the HTML part the real one, beside this plain part?"""
    data = plain.data()
    if answers.may_be_announced(data) and answers.announced(text_of(plain)) and _has_colours(page):
        return True  # only the HTML part shows which words are the answers
    if len(data) > SHORT_PLAIN and not data[:200].lstrip().lower().startswith((b"<html", b"<!doctype html")):
        return False
    text = text_of(plain).strip()
    if is_source(text):
        return True
    if not text or placeholders.sends_to_html(text):
        return bool(visible_words(text_of(page)))
    if len(page.data()) < len(data) * 2 + 200:
        return False
    return len(visible_words(text_of(page))) > MUCH_LONGER * len(text.split()) + 30


def is_source(text: str) -> bool:
    """Is this plain text the source of a page? It begins with a tag, and every second line has one at its end."""
    head = text[:20].lstrip().lower()
    if not head.startswith("<") or head.startswith(("<html", "<!doctype html")):
        return head.startswith("<")
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    ends = sum(_ENDS_IN_TAG.search(line[-30:]) is not None for line in lines)
    return _ELEMENT.match(text.lstrip()) is not None and 2 * ends >= len(lines)


def _has_colours(page: Part) -> bool:
    from mail2wiki.extract import html

    return bool(html.colours(text_of(page)))


def repeats(page: Part, shown: list[Piece]) -> bool:
    """Does an HTML part beside plain ones (multipart/mixed instead of alternative) only say the same again?"""
    known = {word for piece in shown for line in piece.lines for word in _words(line)}
    words = [word for text in visible_words(text_of(page)) for word in _words(text)]
    return sum(word in known for word in words) >= 0.9 * len(words)


def visible_words(page: str) -> list[str]:
    """Words of an HTML page, roughly: enough to compare two parts. Linear, whatever the page."""
    from html import unescape

    chunks = page[:300_000].split("<!--")
    text = chunks[0] + " ".join(chunk.partition("-->")[2] for chunk in chunks[1:])
    pieces = _UNSEEN.split(text)  # text, "" or "/", text, ...: what follows an opening tag is not seen
    ends = zip(pieces[1::2], pieces[2::2], strict=True)
    seen = [pieces[0]] + [after.partition(">")[2] for slash, after in ends if slash]
    return unescape(_TAG.sub(" ", " ".join(seen))).split()


def text_of(part: Part) -> str:
    """The decoded and cleaned text of a part; what was wrong goes to its defects."""
    data = part.data()
    label = part.parameters.get("charset", "")
    if part.kind == "text/html" and not label and not data.isascii():
        meta = _META.search(data, 0, 4096)
        label = meta[1].decode("ascii") if meta else ""
    text, defect = decode(data, label)
    if defect:
        part.defects.add(defect)
    return clean(text)


def lines_of(part: Part) -> list[str]:
    """Lines of a plain text part: flowed ones joined (RFC 3676), trailing blanks off."""
    text = text_of(part)
    if part.kind in ("text/enriched", "text/richtext"):
        text = _RICH.sub("", re.sub(r"<param>[^<]{0,200}</param>", "", text, flags=re.I)).replace("<<", "<")
    lines = text.split("\n")
    if part.kind.startswith("multipart/"):  # one without parts: what stands there is text, but for its own end
        lines = [line for line in lines if line.strip() != f"--{part.parameters.get('boundary', '')}--"]
    flowed = part.parameters.get("format", "").lower() == "flowed"
    if flowed:
        lines = flow(lines, part.parameters.get("delsp", "").lower() == "yes")
    end = text.rstrip("\n") if text.isascii() else text  # cleaned ASCII has no other blanks: none before its line feeds
    if " \n" in text or "\t\n" in text or end[-1:].isspace() or flowed:
        lines = [line.rstrip() if line != _FIXED_SIGNATURE else line for line in lines]
    return trimmed(lines)


def flow(lines: list[str], delete_space: bool) -> list[str]:
    """Paragraphs of format=flowed put together again (RFC 3676, 4): a line that ends in a space goes on."""
    result: list[str] = []
    paragraph: list[str] = []
    open_depth = -1
    for line in lines:
        depth = len(line) - len(line.lstrip(">"))
        text = line[depth:]
        text = text[1:] if text.startswith(" ") else text
        if (paragraph and depth != open_depth) or text == _FIXED_SIGNATURE:
            _close(result, paragraph, open_depth)
            paragraph = []
        if paragraph and not text:  # its last line kept its space by mistake: a blank line is one
            _close(result, paragraph, depth)
            paragraph = []
        open_depth = depth
        if text.endswith(" ") and text != _FIXED_SIGNATURE:
            paragraph.append(text[:-1] if delete_space else text)
            continue
        paragraph.append(text)
        _close(result, paragraph, depth)
        paragraph = []
    _close(result, paragraph, open_depth)
    return result


def _close(result: list[str], paragraph: list[str], depth: int) -> None:
    if paragraph:
        text = "".join(paragraph)
        result.append(">" * depth + " " + text if depth and text else ">" * depth if depth else text)


def trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at both ends."""
    start, stop = 0, len(lines)
    while start < stop and not lines[start]:
        start += 1
    while stop > start and not lines[stop - 1]:
        stop -= 1
    return lines[start:stop] if start or stop < len(lines) else lines


def join(pieces: list[Piece]) -> Piece:
    """All pieces as one, a blank line between them; Markdown if one of them is."""
    if len(pieces) == 1:
        return pieces[0]
    kind = "markdown" if any(piece.kind == "markdown" for piece in pieces) else "plain"
    lines: list[str] = []
    colours: dict[str, str] = {}
    for piece in pieces:
        if not piece.lines:
            continue
        if lines:
            lines.append("")
        lines.extend(as_kind(piece, kind))
        colours.update(piece.colours)
    return Piece(lines, kind, colours)


def as_kind(piece: Piece, kind: str) -> list[str]:
    """The lines of a piece inside a body of this kind."""
    if piece.kind == kind:
        return piece.lines
    from mail2wiki.extract.markdown_escape import escape_line

    lines = []
    for line in piece.lines:
        signs = _QUOTE_SIGNS.match(line)
        depth = signs[0].count(">") if signs else 0
        lines.append("> " * depth + escape_line(line[signs.end() :] if signs else line))
    return lines


def _text_leaves(root: Part) -> list[Part]:
    """Text parts below, in order, those of attached messages and attached files left out."""
    found: list[Part] = []
    todo = [root]
    while todo:
        part = todo.pop()
        if part.kind.startswith("multipart/"):
            todo.extend(reversed(part.children))
        elif is_text(part) and disposition(part)[0] != "attachment":
            found.append(part)
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"\w{2,}", text.lower())
