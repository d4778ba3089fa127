"""In which colour a line of a page is written, for `answers`: a second pass, over pages that announce such answers.

Only lines that are in one colour throughout count; links, tables, black and grey do not. It refuses to change a line:
what it gives are the lines `html_writer` wrote.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass

from mail2wiki.extract import html_tokens, html_writer
from mail2wiki.extract.html_attributes import STYLE, attributes

NESTED = 200  # elements open at once whose colour is remembered; deeper ones have that of the last
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;]{1,40})", re.I)
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})")
_NAMED = {
    "red": "red", "darkred": "red", "firebrick": "red", "crimson": "red", "maroon": "red", "blue": "blue",
    "darkblue": "blue", "navy": "blue", "mediumblue": "blue", "royalblue": "blue", "dodgerblue": "blue",
    "green": "green", "darkgreen": "green", "forestgreen": "green", "lime": "green", "limegreen": "green",
    "orange": "orange", "darkorange": "orange", "orangered": "red", "purple": "purple", "magenta": "purple",
    "fuchsia": "purple", "violet": "purple", "darkviolet": "purple", "indigo": "purple", "deeppink": "purple",
}  # fmt: skip
_HUES = ((0.04, "red"), (0.16, "orange"), (0.47, "green"), (0.72, "blue"), (0.93, "purple"), (1.01, "red"))
"""Ends of the ranges of hue, on a circle of one."""


def hue(colour: str) -> str:
    """red, orange, green, blue or purple; "" for black, white, grey and what is no colour.

    >>> hue("#1F497D"), hue("#C00000"), hue("rgb(0, 176, 80)"), hue("windowtext"), hue("#333")
    ('blue', 'red', 'green', '', '')
    """
    colour = colour.strip().lower().removesuffix("!important").strip()
    if colour in _NAMED:
        return _NAMED[colour]
    parts = _RGB.match(colour)
    digits = colour.removeprefix("#")
    if parts:
        values = [min(int(part), 255) for part in parts.groups()]
    elif re.fullmatch(r"[0-9a-f]{6}", digits):
        values = [int(digits[at : at + 2], 16) for at in (0, 2, 4)]
    elif re.fullmatch(r"[0-9a-f]{3}", digits):
        values = [int(digit, 16) * 17 for digit in digits]
    else:
        return ""
    where, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in values))
    if saturation < 0.3 or value < 0.3:
        return ""
    return next(name for end, name in _HUES if where < end)


def colours(page: str) -> dict[str, str]:
    """Line of `html.to_lines` -> its hue. Lines that the page writes in two colours are left out."""
    writer = _Writer()
    html_writer.write(html_tokens.tokens(html_tokens.flatten(page)[0]), writer)
    return {line: found for line, found in writer.found.items() if found}


@dataclass(slots=True)
class _Row:
    """One line of a paragraph: its characters, those of them in a colour, and which it is."""

    size: int = 0
    inked: int = 0
    hue: str = ""


class _Writer(html_writer.Writer):
    """The writer of lines, keeping account of the colour of each character."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self._rows: list[_Row] = []  # of the paragraph
        self._row = _Row()

    def text(self, text: str) -> None:
        super().text(text)
        if self.links:
            return
        for at, line in enumerate(text.split("\n") if self.pre else [text]):
            if at:
                self._next_row()
            size = len("".join(line.split()))
            ink = self._open[-1][1] if self._open else ""
            self._row.size += size
            if ink and self._row.hue in ("", ink):
                self._row.inked += size
                self._row.hue = ink

    def open(self, name: str, attrs: str, style: str) -> None:
        super().open(name, attrs, style)
        if name == "br":
            self._next_row()
        elif name not in html_writer.VOID and len(self._open) < NESTED:
            self._open.append((name, self._ink(attrs, style)))

    def close(self, name: str) -> None:
        super().close(name)
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == name:
                del self._open[at:]
                break

    def flush(self) -> None:
        before, rows = len(self.lines), [*self._rows, self._row]
        there = bool(self.pieces)
        super().flush()
        self._rows, self._row = [], _Row()
        first = next((at for at, row in enumerate(rows) if row.size), len(rows))
        while len(rows) > first and not rows[-1].size:
            rows.pop()
        rows, written = rows[first:], self.lines[before:]
        if not there or self.tables or len(rows) > len(written):
            return
        for row, line in zip(rows, written[len(written) - len(rows) :], strict=True):
            line = line.rstrip()
            colour = row.hue if row.inked >= 0.9 * row.size else ""
            self.found[line] = colour if self.found.get(line, colour) == colour else ""

    def _next_row(self) -> None:
        self._rows.append(self._row)
        self._row = _Row()

    def _ink(self, attrs: str, style: str) -> str:
        around = self._open[-1][1] if self._open else ""
        if "color" not in attrs.lower():
            return around
        found = _COLOUR.search(style[:STYLE])
        if found:
            return hue(found[1])
        return hue(colour) if (colour := attributes(attrs).get("color", "")) else around
