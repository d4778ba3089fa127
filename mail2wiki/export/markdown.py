"""Text from mail as portable Markdown: everything a stranger wrote is shown letter by letter.

For CommonMark/GFM (GitHub, GitLab, Gitea), Python-Markdown with the MkDocs Material extensions, and Obsidian at once:
only `\\` before characters that all of them unescape, entities for the rest (`\\~`, `\\$`, `\\|` stay visible in
Python-Markdown). What cannot act stays as written, so that the raw page is readable too.
Refuses: raw HTML, remote images, links other than http, https and mailto, control and bidi characters, fence tricks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# Controls, bidi overrides and isolates, line and paragraph separators, byte order marks, noncharacters: dropped.
_DROP = [*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_CLEAN: dict[int, str | None] = dict.fromkeys([*_DROP, 13, 0xAD, 0x200B, 0x200E, 0x200F, 0xFEFF, 0xFFFE, 0xFFFF])
_CLEAN |= {0xA0: " ", 0x2028: "\n", 0x2029: "\n"}
_UNCLEAN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")

# RFC 3986 allows none of these in a URL (brackets only around an IPv6 host, which mail does not carry).
_URL = r"""[^\s<>"`\\{}|^\[\]()]"""
_RULES = r"""
    [<`{]
    |&(?=\#?\w{1,32};)                              # entity
    |\\(?=[!-/:-@\[-`{-~]|https?:|\s|$)             # escape, hard break
    |(?<=\S)\*|\*(?=\S)                             # emphasis
    |(?<![^\W_])_|_(?![^\W_])                       # emphasis, not inside a word
    |(?<=\S)~|(?<=\S)\^|\^(?=[\w-]+$)               # strike, superscript (closing marks are enough), Obsidian block id
    |(?<=\S)\$|\$(?=\$)|(?<=\S)==                   # formula, highlight
    |%%|(?<!\S)\#(?=\S)                             # Obsidian comment and tag
    |\+\+(?=[\w"'])|(?<!\w):(?=[a-zA-Z_+-][\w+-]{0,40}:)  # pymdownx keys, emoji
"""
_TEXT = re.compile(
    rf"""
    <(?P<wrapped>(?:https?://|mailto:){_URL}+(?:\({_URL}*\){_URL}*)?)>
    |(?P<url>https?://(?:{_URL}|\({_URL}{{0,200}}\))+(?<![.,;:!?'*_~$&=%\#+]))
    |{_RULES}
    |\](?=[(\[:])|\[(?=[\[^!])|(?<=[!\[])\[         # link, reference, wiki link, footnote, image
    """,
    re.VERBOSE,
)
_LABEL = re.compile(rf"{_RULES}|[\[\]]", re.VERBOSE)  # inside [ ]: no links, every bracket escaped
_QUICK = re.compile(r"[<`{&\\*_~^$#%\[\]]|==|\+\+|://|:[a-zA-Z_+-]")  # most paragraphs hold none of these
_AS = {
    "<": "&lt;", "`": "&#96;", "{": r"\{", "&": "&amp;", "\\": r"\\", "*": r"\*", "_": r"\_", "~": "&#126;",
    "^": "&#94;", "$": "&#36;", "==": "&#61;=", "%%": "&#37;%", "#": r"\#", "++": r"\++", ":": "&#58;",
    "[": r"\[", "]": r"\]",
}  # fmt: skip
_NUMBER = re.compile(r"\d{1,9}(?=[.)](?:\s|$))")
_RULER = re.compile(r"[-=:|+ \t]+$")


def clean(text: str) -> str:
    """The text without characters that no page may hold; no-break spaces become spaces."""
    if _UNCLEAN.search(text):
        return _SURROGATE.sub("\ufffd", text).translate(_CLEAN)
    return text


def _text(match: re.Match[str]) -> str:
    found = match[0]
    as_ = _AS.get(found)
    return as_ if as_ is not None else f"<{match['wrapped'] or found}>"


def escape(text: str) -> str:
    """A run of clean text without line breaks, to stand anywhere but at the start of a line; URLs become autolinks."""
    return _TEXT.sub(_text, text) if _QUICK.search(text) else text


def _start(line: str, escaped: str) -> str:
    """The escaped line with a marker at its start neutralised: list, heading, quote, table, admonition, definition."""
    first = line[0]
    if first.isdigit():
        if (match := _NUMBER.match(line)) is not None:
            return f"{match[0]}\\{escaped[match.end():]}"
        return escaped
    if escaped[0] != first:
        return escaped
    after = line[1:2]
    if first == ">":
        return "&gt;" + escaped[1:]
    if first in "*#[" or (first in "-+" and (after in ("", " ", "\t") or _RULER.match(line))):
        return "\\" + escaped
    if first in "=|:" and (after in ("", " ", "\t", first) or _RULER.match(line)):
        return f"&#{ord(first)};{escaped[1:]}"
    if line.startswith(("!!!", "???", "///", "~~~")):
        return f"&#{ord(first)};{escaped[1:]}"
    return escaped


_STARTERS = frozenset(">*#[-+=|:!?/~0123456789")


def escape_line(line: str) -> str:
    """One clean, stripped line of text that stands at the start of a line of the page."""
    escaped = escape(line)
    return _start(line, escaped) if line and line[0] in _STARTERS else escaped


def escape_inline(text: str, limit: int = 300) -> str:
    """Any text from mail on one line: names, subjects, snippets. Longer text is cut at a word."""
    return escape_line(shorten(text, limit))


def escape_label(text: str, limit: int = 120) -> str:
    """Any text from mail between the brackets of a link."""
    text = shorten(text, limit)
    return _LABEL.sub(lambda match: _AS[match[0]], text) or "–"


def shorten(text: str, limit: int) -> str:
    """Cleaned, white space collapsed, cut at a word to `limit` characters with an ellipsis."""
    text = " ".join(clean(text[: limit * 8]).split())
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return cut[: cut.rfind(" ")] + " …" if cut.rfind(" ") > limit // 2 else cut + "…"


def link(label: str, href: str, limit: int = 120) -> str:
    """`[label](href)`; the href is one of our own paths, which hold nothing that needs escaping."""
    return f"[{escape_label(label, limit)}]({href})"


def fence(lines: Sequence[str]) -> list[str]:
    """Clean lines as a code block; the fence is longer than any run of backticks in it."""
    longest = max((len(run) for line in lines if "```" in line for run in re.findall(r"`{3,}", line)), default=2)
    ticks = "`" * (longest + 1)
    return [ticks, *lines, ticks]
