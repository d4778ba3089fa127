"""Tokens of a cleaned page to lines of Markdown, in one pass with a stack of its own.

Knows the ways of mail clients: Word's fake lists (`mso-list`, "·   text"), hidden preheaders, quotes as block quotes
(depth kept), Gmail's indented block quotes that are no quotes, tables for layout (flattened) and for data (pipe tables
with a header row and a constant number of columns). Refuses recursion, images (a telling alternative text stays) and
headings (bold lines: a page of the wiki has its own outline).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from mail2wiki.extract import html_inline
from mail2wiki.extract.html_attributes import attributes, hidden, image, number
from mail2wiki.extract.html_blocks import Blocks
from mail2wiki.extract.html_inline import BOLD, BREAK, ITALIC, Piece
from mail2wiki.extract.html_lists import common, fake_list, is_item
from mail2wiki.extract.html_tables import Table
from mail2wiki.extract.html_tokens import Token

QUOTES = 20  # depth of quotes kept; deeper ones stand at this depth
TABLES = 12  # depth of tables looked at; deeper ones are plain containers
LEVELS = 6  # depth of lists kept
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_STYLES = {"b": BOLD, "strong": BOLD, "i": ITALIC, "em": ITALIC}
VOID = frozenset(
    (
        "br",
        "img",
        "hr",
        "input",
        "wbr",
        "col",
        "area",
        "base",
        "param",
        "source",
        "track",
        "embed",
        "bgsound",
        "keygen",
        "frame",
    )
)
_PLAIN = frozenset(
    (
        "span",
        "font",
        "u",
        "tt",
        "code",
        "small",
        "big",
        "sub",
        "sup",
        "s",
        "strike",
        "del",
        "ins",
        "label",
        "abbr",
        "cite",
        "q",
        "kbd",
        "samp",
        "var",
        "mark",
        "tbody",
        "thead",
        "tfoot",
        "colgroup",
        "col",
        "o:p",
        "wbr",
        "input",
    )
)
_LEVEL = re.compile(r"mso-list:\s*\S+ level(\d)")


def write(tokens: Iterable[Token], writer: Writer | None = None) -> list[str]:
    """All lines of a page. `writer`: one that takes note of more than lines."""
    writer = writer or Writer()
    skip = 0  # elements open inside a hidden one
    skipping = ""
    for slash, name, attrs, text in tokens:
        if skip:
            if name == skipping:
                skip += -1 if slash else 1
            continue
        if text:
            writer.text(text)
        elif not name:
            continue
        elif slash:
            writer.close(name)
        elif "style=" in attrs or " hidden" in attrs:
            found = attributes(attrs)
            style = found.get("style", "")
            if name not in VOID and (
                hidden(style)
                or "mso-list:ignore" in style.lower().replace(" ", "")
                or (" hidden" in attrs and "hidden" in found)
            ):
                skip, skipping = 1, name
                if "mso-list" in style.lower():
                    writer.marker_follows()
                continue
            writer.open(name, attrs, style)
        else:
            writer.open(name, attrs, "")
    return writer.finish()


class Writer:
    """What is open while a page is written: the current paragraph, prefixes of quotes and lists, tables."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pieces: list[Piece] = []
        self.style = 0
        self.styles: list[tuple[str, int]] = []
        self.prefixes: list[str] = []  # "> " and "    ", outermost first
        self.openers: list[tuple[str, bool]] = []  # block quotes: whether each added a prefix
        self.lists: list[list] = []  # [element, number of the last item, whether an item is open]
        self.item = ""  # marker that the next paragraph starts with
        self.tight = False  # the next paragraph follows without a blank line
        self.links: list[tuple[str, int]] = []
        self.tables: list[Table] = []
        self.untabled = 0
        self.word_list = -1  # level of Word's list that the current paragraph is an item of
        self.pre = 0
        self.blocks = Blocks()

    def text(self, text: str) -> None:
        if "&" in text:
            text = html.unescape(text)
        if self.pre:
            for at, part in enumerate(text.split("\n")):
                if at:
                    self.pieces.append(("", BREAK))
                self.pieces.append((part, self.style))
            return
        if text.isspace() and not self.pieces:
            if "\u00a0" in text:
                self.blocks.above = False  # <p>&nbsp;</p>: an empty line
            return
        self.pieces.append((text, self.style))

    def open(self, name: str, attrs: str, style: str) -> None:
        if name in _PLAIN:
            if style and ("bold" in style or "font-weight:7" in style.replace(" ", "")) and name == "span":
                self._push("span", BOLD)
            elif name == "span":
                self._push("span", 0)
        elif name in _STYLES:
            self._push(name, _STYLES[name])
        elif name == "br":
            self.pieces.append(("", BREAK))
        elif name == "a":
            found = attributes(attrs)
            self.links.append((found.get("href", ""), len(self.pieces)))
        elif name == "img":
            self._image(attrs)
        elif name in ("td", "th"):
            self._cell(name, attrs, style)
        elif name == "blockquote":
            self._quote(attrs, style)
        elif name == "li":
            self._item(attrs)
        elif name in ("ul", "ol"):
            self._break()
            self.lists.append([name, number(attrs, "start", 1) - 1, False])
            self.tight = len(self.lists) > 1
        elif name == "table":
            self._table(attrs, style)
        elif name == "tr":
            self.flush()
            if self.tables and not self.untabled:
                self.tables[-1].row()
        elif name == "pre":
            self._break()
            self.pre += 1
        elif name == "hr":
            self._break()
        else:
            self.flush()
            self.blocks.begin(name, attrs, style)
            if name in _HEADINGS:
                self._push(name, BOLD)
            elif "mso-list:" in style:
                level = _LEVEL.search(style)
                self.word_list = int(level[1]) if level else 1

    def close(self, name: str) -> None:
        if name in _STYLES or name == "span" or name in _HEADINGS:
            if name in _HEADINGS:
                self.flush()
                self.blocks.end(name)
            self._pop(name)
        elif name in _PLAIN:
            return
        elif name == "a":
            if self.links:
                href, start = self.links.pop()
                start = min(start, len(self.pieces))
                if href:
                    self.pieces[start:] = html_inline.link(self.pieces[start:], href)
        elif name in ("td", "th"):
            self.flush()
        elif name == "blockquote":
            self._break()
            if self.openers and self.openers.pop()[1]:
                self._unprefix("> ")
        elif name == "li":
            self.flush()
            self._end_item()
        elif name in ("ul", "ol"):
            self.flush()
            self._end_item()
            if self.lists:
                self.lists.pop()
            self.tight = False
        elif name == "table":
            self._end_table()
        elif name == "pre":
            self._break()
            self.pre = max(0, self.pre - 1)
        else:
            self.flush()
            self.blocks.end(name)

    def finish(self) -> list[str]:
        self.flush()
        while self.tables:
            self._end_table()
        return self.lines

    def marker_follows(self) -> None:
        """Word's own bullet was left out: the paragraph is a list item."""
        if self.word_list < 0:
            self.word_list = 1

    def _push(self, name: str, style: int) -> None:
        self.styles.append((name, self.style))
        self.style |= style

    def _pop(self, name: str) -> None:
        for at in range(len(self.styles) - 1, max(-1, len(self.styles) - 9), -1):
            if self.styles[at][0] == name:
                self.style = self.styles[at][1]
                del self.styles[at:]
                return

    def _image(self, attrs: str) -> None:
        if "alt=" in attrs or "cid:" in attrs:
            said = image(attributes(attrs))
            if said:
                self.pieces.append((said, self.style))

    def _quote(self, attrs: str, style: str) -> None:
        self._break()
        low = style.lower().replace(" ", "")
        indent = (
            ("border:none" in low or "border:0" in low or "border-" not in low)
            and "margin:0" in low
            and "40px" in low
            and "type=" not in attrs
            and "class=" not in attrs
        )
        deep = sum(prefix == "> " for prefix in self.prefixes) >= QUOTES
        self.openers.append(("blockquote", not indent and not deep))
        if self.openers[-1][1]:
            self.prefixes.append("> ")
        self.tight = False

    def _unprefix(self, prefix: str) -> None:
        for at in range(len(self.prefixes) - 1, -1, -1):
            if self.prefixes[at] == prefix:
                del self.prefixes[at]
                return

    def _item(self, attrs: str) -> None:
        self._break()
        self._end_item()
        if not self.lists:
            self.lists.append(["ul", 0, False])
        top = self.lists[-1]
        top[1] = number(attrs, "value", top[1] + 1)
        self.item = f"{min(max(top[1], 0), 999999)}. " if top[0] == "ol" else "- "
        if self.prefixes.count("    ") < LEVELS:
            self.prefixes.append("    ")
            top[2] = True

    def _end_item(self) -> None:
        self.blocks.above = False
        if self.lists and self.lists[-1][2]:
            self._unprefix("    ")
            self.lists[-1][2] = False
        self.item = ""

    def _table(self, attrs: str, style: str) -> None:
        self._break()
        if len(self.tables) >= TABLES or self.untabled:
            self.untabled += 1
            return
        for table in self.tables:
            table.nested = True
        found = attributes(attrs) if attrs else {}
        self.tables.append(Table(found, style, self.lines, self.prefixes, self.lists, self.openers, self.tight))
        self.lines, self.prefixes, self.lists, self.openers, self.item = self.tables[-1].loose, [], [], [], ""

    def _cell(self, name: str, attrs: str, style: str) -> None:
        self._break()
        if self.tables and not self.untabled:
            found = attributes(attrs) if attrs else {}
            self.lines = self.tables[-1].cell(name == "th", number(attrs, "colspan", 1), style, found)
            self.prefixes, self.lists, self.openers, self.item = [], [], [], ""

    def _end_table(self) -> None:
        self.flush()
        if self.untabled:
            self.untabled -= 1
            return
        if not self.tables:
            return
        table = self.tables.pop()
        self.lines, self.prefixes, self.lists, self.openers = table.lines, table.prefixes, table.lists, table.openers
        self.tight = table.tight
        for block in table.blocks():
            self.emit(block)
        self.blocks.above = False

    def _break(self) -> None:
        """End the paragraph; what follows is no next line of it."""
        self.flush()
        self.blocks.above = False

    def flush(self) -> None:
        """End the paragraph."""
        if not self.pieces:
            return
        pieces, self.pieces = self.pieces, []
        level, self.word_list = self.word_list, -1
        if self.links:  # a link that goes on over several paragraphs: each part is one
            href, start = self.links[-1]
            self.links[-1] = (href, 0)
            if href and start < len(pieces):
                pieces[start:] = html_inline.link(pieces[start:], href)
        marker = ""
        if not self.lists:
            level, marker = fake_list(pieces, level)
        lines = html_inline.render(pieces)
        if not lines:
            self.blocks.above = False  # <div><br></div>: an empty line
            return
        if level > 0:
            indent = "    " * (min(level, LEVELS) - 1)
            lines = [f"{indent}{marker or '- '}{lines[0]}"] + [
                f"{indent}    {line}" if line else "" for line in lines[1:]
            ]
            self.tight = bool(self.lines) and is_item(self.lines[-1])
        line = level <= 0 and not self.lists and not self.item and not self.tight
        if self.blocks.below(pieces, lines, line) and self.lines:
            self.lines[-1] += "  "
            self.tight = True
        self.emit(lines)

    def emit(self, lines: list[str]) -> None:
        """Write a paragraph (or finished lines) with prefixes, a blank line above where one is needed."""
        outer = "".join(self.prefixes)
        first = outer
        if self.item:
            at = outer.rfind("    ")
            first = outer[:at] + self.item if at >= 0 and outer.endswith("    ") else outer + self.item
            self.item = ""
            item = True
        else:
            item = False
        tight = self.tight or (item and bool(self.lines) and is_item(self.lines[-1]))
        if self.lines and not tight and self.lines[-1].strip("> "):
            self.lines.append(common(self.lines[-1], outer))
        last = len(lines) - 1
        for at, line in enumerate(lines):
            prefix = outer if at else first
            broken = at < last and line and lines[at + 1] and line[-1:] != "|"
            self.lines.append(f"{prefix}{line}  " if broken else f"{prefix}{line}".rstrip())
        self.tight = False
