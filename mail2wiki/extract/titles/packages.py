"""Titles of Office Open XML (ECMA-376) and OpenDocument files: zip packages of XML.

The title a person gave (`dc:title`), then the heading of the first page, slide or sheet. No XML parser takes part, so
no entity is expanded, nothing is fetched, and a damaged part is read as far as it goes. Refuses archives with more
entries than an office writes, other ways of packing than deflate, and all of a part beyond its beginning.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import chain, islice

MOST_ENTRIES = 4_000
MOST_READ = 300_000
"""Bytes of a part, unpacked; the beginning of a text, and the texts of a sheet's first rows."""

FIRST = 12
"""Paragraphs of a text among which its heading stands."""

_END = b"PK\x05\x06"
_TITLE = re.compile(r"<(?:[\w-]{1,20}:)?title\b[^<>]{0,400}>([^<]{1,2000})<")
_STYLE = re.compile(r'<w:pStyle w:val="([^"]{1,60})"')
_LEVEL = re.compile(r'<w:outlineLvl w:val="0"')
_HEADING = re.compile(r"(?:titel|title|titre|heading|ü?berschrift|titolo|título|rubrik)[ _-]?1?", re.IGNORECASE)
_BOLD = re.compile(r'<w:b(?: w:val="(?:1|true|on)")? ?/>')
_PLACE = re.compile(r'<p:ph\b[^<>]*type="(?:title|ctrTitle)"')
_VALUE = re.compile(r"<v>(\d{1,9})</v>")
_SAID = re.compile(r"<(?:[wa]:)?t(?: [^<>]*)?>([^<]*)|<(?:w:(?:tab|br)|a:br)\b")
_TAG = re.compile(r"<[^<>]*>")
LONGEST = 120
"""Letters of a line that may be a heading."""


def titles(data: bytes) -> list[str]:
    """What may be the title, best first."""
    end = data.rfind(_END, max(0, len(data) - 70_000))
    if end < 0 or int.from_bytes(data[end + 10 : end + 12], "little") > MOST_ENTRIES:
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        part = _Parts(package)
        given = _TITLE.findall(part("docProps/core.xml") or part("meta.xml"))[:1]
        return [*given, *islice(_headings(part), 1)]


class _Parts:
    """The beginnings of a package's parts as text; "" for one that is not there or packed in another way."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._entries = {entry.filename: entry for entry in package.infolist()}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __call__(self, name: str) -> str:
        entry = self._entries.get(name)
        if entry is None or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return ""
        with self._package.open(entry) as stream:
            data = stream.read(MOST_READ)
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")


def _headings(part: _Parts) -> Iterator[str]:
    if "word/document.xml" in part:
        yield from _of_text(part("word/document.xml"))
    elif "ppt/slides/slide1.xml" in part:
        shapes = _elements(part("ppt/slides/slide1.xml"), "p:sp")
        yield from (_said(shape) for _, shape in shapes if _PLACE.search(shape))
    elif "xl/worksheets/sheet1.xml" in part:
        yield from _of_sheet(part("xl/worksheets/sheet1.xml"), part("xl/sharedStrings.xml"))
    elif "content.xml" in part:
        content = part("content.xml")
        frames = (inside for about, inside in _elements(content, "draw:frame") if 'presentation:class="title"' in about)
        yield from (_TAG.sub("", line) for line in chain((line for _, line in _elements(content, "text:h")), frames))


def _of_text(content: str) -> Iterator[str]:
    """The first paragraph in a heading's style; without one the first line, where it is bold throughout."""
    paragraphs = ((_said(inside).strip(), inside) for _, inside in islice(_elements(content, "w:p"), 3 * FIRST))
    found = [(text, inside) for text, inside in paragraphs if text][:FIRST]
    for text, inside in found:
        style = _STYLE.search(inside)
        if ((style and _HEADING.fullmatch(style[1])) or _LEVEL.search(inside)) and len(text) <= LONGEST:
            yield text
    if found and len(found[0][0]) <= LONGEST:
        runs = [run for _, run in _elements(found[0][1], "w:r") if _said(run).strip()]
        if runs and all(_BOLD.search(run) for run in runs):
            yield found[0][0]


def _of_sheet(sheet: str, shared: str) -> Iterator[str]:
    """The first row with anything in it, if that is one text alone: several are the head of a table."""
    rows = ([cell for cell in _elements(row, "c") if "<v>" in cell[1] or "<is>" in cell[1]]
            for _, row in islice(_elements(sheet, "row"), FIRST))  # fmt: skip
    cells = next(filter(None, rows), [])
    if len(cells) != 1:
        return
    about, inside = cells[0]
    if 't="inlineStr"' in about:
        yield _said(inside)
    elif 't="s"' in about and (at := _VALUE.search(inside)):
        yield from (_said(text) for _, text in islice(_elements(shared, "si"), int(at[1]), int(at[1]) + 1))


def _elements(text: str, name: str) -> Iterator[tuple[str, str]]:
    """(attributes, what is inside) of the elements of a name, those in one another as the outer one begins. Linear."""
    opening = re.compile(rf"<{name}(?=[\s>/])([^<>]*)>")
    at = 0
    while match := opening.search(text, at):
        at = match.end()
        if not match[1].endswith("/"):
            stop = text.find(f"</{name}>", at)
            if stop < 0:
                return
            yield match[1], text[at:stop]
            at = stop


def _said(piece: str) -> str:
    """The text of runs; a tab or a break is a blank."""
    return "".join(" " if match[1] is None else match[1] for match in _SAID.finditer(piece))
