"""Text from mail as portable Markdown: everything a stranger wrote is shown letter by letter.

For CommonMark/GFM (GitHub, GitLab, Gitea), Python-Markdown with the MkDocs Material extensions, and Obsidian at once:
only `\\` before characters that all of them unescape, entities for the rest (`\\~`, `\\$`, `\\|` stay visible in
Python-Markdown). What cannot act stays as written, so that the raw page is readable too.
Refuses: raw HTML, remote images, links other than http, https and mailto, control and bidi characters, fence tricks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

KEPT = 8_192
"""Names, labels and subjects last escaped: each stands on several pages."""

# Controls, bidi overrides and isolates, line and paragraph separators, byte order marks, noncharacters: dropped.
_DROP = [*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_CLEAN: dict[int, str | None] = dict.fromkeys([*_DROP, 13, 0xAD, 0x200B, 0x200E, 0x200F, 0xFEFF, 0xFFFE, 0xFFFF])
_CLEAN |= {0xA0: " ", 0x2028: "\n", 0x2029: "\n"}
_UNCLEAN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# A picture in the text, as programs that write Markdown put it there: it is an attachment, too, or nothing to read.
_DATA = re.compile(r"!?\[[^\[\]\n]{0,200}\]\(data:[^()\s]{40,}\)|data:[\w/+.-]{1,60};base64,[\w+/=%]{40,}")
_SURROGATE = re.compile("[\ud800-\udfff]")

# RFC 3986 allows none of these in a URL (brackets only around an IPv6 host, which mail does not carry).
_URL = r"""[^\s<>"`\\{}|^\[\]()]"""
_HOST = r"(?=[^\W_][\w.-]{0,250}(?::\d{1,5})?(?![\w.-]|:[\w:]))"  # what renderers show as it is written
# Each rule looks back at the one character that was found first: a pattern that begins with a set of characters is
# searched at the speed of the set, a list of alternatives is not (3 us against 60 us on a kilobyte of prose).
_FOUND = r"[<`{&\\*_~^$=%\#+:\[\]"
_RULES = r"""
    (?<=[<`{])
    |(?<=&)(?=\#[\dxX]|\w{1,32};)                         # entity; browsers read numbered ones without the ; too
    |(?<=\\)(?=[!-/:-@\[-`{-~]|https?:|\s|$)              # escape, hard break
    |(?<=\*)(?<!\*\*)\**|(?<=_)(?<!__)_*                  # emphasis: runs, judged in _run
    |(?<=\S~)|(?<=\S\^)|(?<=\^)(?=[\w-]+$)                # strike, superscript (closing marks are enough), block id
    |(?<=\S\$)|(?<=\$)(?=\$)|(?<=\S=)=|(?<=%)%            # formula, highlight, Obsidian comment
    |(?<!\S\#)(?<=\#)(?=\S)                               # Obsidian tag
    |(?<=\+)\+(?=[\w"'])|(?<=:)(?<!\w:)(?=[a-zA-Z_+-][\w+-]{0,40}:)  # pymdownx keys, emoji
"""
_LINKS = r"|(?<=\])(?=[(\[:])|(?<=\[)(?=[\[^!])|(?<=[!\[]\[)"  # link, reference, wiki link, footnote, image
_PLAIN = re.compile(rf"{_FOUND}](?:{_RULES}{_LINKS})", re.VERBOSE)
_MAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}"
_AGAIN = re.compile(rf"(?<![\w.+-])({_MAIL})\s{{0,3}}(?=<mailto:\1>)", re.IGNORECASE)
_TEXT = re.compile(
    rf"""{_FOUND}h](?:
    (?<=<)mailto:{_MAIL}>
    |(?<=<)https?://{_HOST}{_URL}+(?:\({_URL}*\){_URL}*)?>
    |(?<=h)ttps?://{_HOST}(?:{_URL}|\({_URL}{{0,200}}\))+(?<![.,;:!?'*_~$&=%\#+])
    |{_RULES}{_LINKS})""",
    re.VERBOSE,
)
_ENTITY = re.compile(r"&#?\w{1,32}(?:;|$)")
# inside [ ]: no links, every bracket escaped, and no footnote
_LABEL = re.compile(rf"{_FOUND}](?:{_RULES}|(?<=[\[\]])|(?<=\A\^))", re.VERBOSE)
_AS = {
    "<": "&lt;", "`": "&#96;", "{": r"\{", "&": "&amp;", "\\": r"\\", "~": "&#126;", "^": "&#94;", "$": "&#36;",
    "==": "&#61;=", "%%": "&#37;%", "#": r"\#", "++": r"\++", ":": "&#58;", "[": r"\[", "]": r"\]",
}  # fmt: skip
_NUMBER = re.compile(r"\d{1,9}(?=[.)](?:\s|$))")
_RULER = re.compile(r"[-=:|+ \t]+$")


def clean(text: str) -> str:
    """The text without characters that no page may hold, and pictures in letters; no-break spaces become spaces."""
    if ";base64," in text:
        text = _DATA.sub("", text)
    if text.isprintable() or all(map(str.isprintable, text.split("\n"))):
        return text  # nearly always; the pattern takes three times as long to say so
    if _UNCLEAN.search(text):
        return _SURROGATE.sub("\ufffd", text).translate(_CLEAN)
    return text


def _shown(match: re.Match[str]) -> str:
    """What stands on the page for something that would act."""
    found = match[0]
    as_ = _AS.get(found)
    if as_ is not None:
        return as_
    if found[0] in "*_":
        return _run(match, found)
    if "&" in found and _ENTITY.search(found):  # renderers disagree about these in a link: then it is text
        return "&amp;".join(_PLAIN.sub(_shown, part) for part in found.split("&"))
    return found if found[0] == "<" else f"<{found}>"


def _run(match: re.Match[str], found: str) -> str:
    """A run of * or _ acts where it leans on a word: not between spaces, and _ not inside a word."""
    text, start, stop = match.string, match.start(), match.end()
    before, after = text[start - 1 : start], text[stop : stop + 1]
    if (not before or before.isspace()) and (not after or after.isspace()):
        return found
    if found[0] == "_" and before.isalnum() and after.isalnum():
        return found
    return ("\\" + found[0]) * len(found)


def escape(text: str) -> str:
    """A run of clean text without line breaks, to stand anywhere but at the start of a line; URLs become autolinks.

    Outlook writes a link as its text and its target: an address of mail beside itself is said once.
    """
    if "<mailto:" in text:
        return _TEXT.sub(_shown, _AGAIN.sub("", text))
    return (_TEXT if "://" in text else _PLAIN).sub(_shown, text)


def _start(line: str, escaped: str) -> str:
    """The escaped line with a marker at its start neutralised: list, heading, quote, table, admonition, definition."""
    first = line[0]
    if first.isdigit():
        if (match := _NUMBER.match(line)) is not None:
            return f"{match[0]}\\{escaped[match.end() :]}"
        return escaped
    if escaped[0] != first:
        return escaped
    after = line[1:2]
    if first == ">":
        return "&gt;" + escaped[1:]
    if first in "*_#[" or (first in "-+" and (after in ("", " ", "\t") or _RULER.match(line))):
        return "\\" + escaped
    if first in "=|:" and (after in ("", " ", "\t", first) or _RULER.match(line)):
        return f"&#{ord(first)};{escaped[1:]}"
    if line.startswith(("!!!", "???", "///", "~~~")):
        return f"&#{ord(first)};{escaped[1:]}"
    return escaped


_STARTERS = frozenset(">*_#[-+=|:!?/~0123456789")


def escape_line(line: str) -> str:
    """One clean, stripped line of text that stands at the start of a line of the page."""
    escaped = escape(line)
    return _start(line, escaped) if line and line[0] in _STARTERS else escaped


def dated(line: str) -> str:
    """A line of ours that begins with a date: `3. Mai` would begin a list."""
    number = _NUMBER.match(line)
    return f"{number[0]}\\{line[number.end() :]}" if number else line


@lru_cache(KEPT)
def escape_inline(text: str, limit: int = 300) -> str:
    """Any text from mail on one line: names, subjects, snippets. Longer text is cut at a word."""
    return _braced(escape_line(shorten(text, limit)))


@lru_cache(KEPT)
def escape_label(text: str, limit: int = 120) -> str:
    """Any text from mail between the brackets of a link."""
    text = shorten(text, limit)
    return _braced(_LABEL.sub(_shown, text)) or "–"


def _braced(escaped: str) -> str:
    """For headings: readers of `{#id}` behind them take all from any brace, escaped or not, to the next one."""
    return escaped.replace(r"\{", "&#123;")


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
