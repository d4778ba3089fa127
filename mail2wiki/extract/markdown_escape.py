"""Text from a mail as Markdown that shows exactly that text, in CommonMark, Python-Markdown (MkDocs) and Obsidian.

Characters that act anywhere become entities or get a backslash; backslashes only where all three undo them (\\ * _ [ ]
# + - . ! and parentheses), entities elsewhere, because Python-Markdown shows the backslash of `\\~` or `\\|`. What acts
only at the start of a line is neutralised there. Refuses to let any HTML through: `<` and `&` are always entities.
"""

from __future__ import annotations

import re

_ALWAYS = {
    ord(char): entity
    for char, entity in {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "{": "&#123;",
        "}": "&#125;",
        "|": "&#124;",
        "$": "&#36;",
        "~": "&#126;",
        "^": "&#94;",
        "`": "&#96;",
        "\\": "\\\\",
        "*": "\\*",
        "[": "\\[",
        "]": "\\]",
    }.items()
}
_ALWAYS |= {code: None for code in (*range(9), 11, 12, *range(14, 32), 127, 0xFEFF, 0x200B, 0x2060, 0x034F, 0x00AD)}
_ALWAYS |= {0x2028: " ", 0x2029: " ", 0x85: " "}
_ACTING = re.compile(r"[&<>{}|$~^`\\*\[\]_#=%:\x00-\x1f\x7f\u00ad\u034f\u200b\u2028\u2029\u0085\u2060\ufeff]")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TAG = re.compile(r"(?:(?<=\s)|^)#(?=\S)")
_SHORTCODE = re.compile(r":(?=[a-z_+\-][\w+\-]{0,40}:|\+1:|-1:)")
_START = re.compile(r"(?:[-+]+(?=\s|$|[-+])|#+(?=\s|$)|\d{1,9}[.)](?=\s|$)|=+|:(?=\s)|!!!|\?\?\?|///|%)")


def escape(text: str) -> str:
    """Running text so that it shows literally inside a line; line starts are `escape_start`'s."""
    if _ACTING.search(text) is None:
        return text
    text = text.translate(_ALWAYS)
    if "_" in text:
        text = _UNDERSCORE.sub(r"\\_", text)
    if "#" in text:
        text = _TAG.sub(r"\\#", text)
    if "==" in text:
        text = text.replace("==", "&#61;&#61;")
    if "%%" in text:
        text = text.replace("%%", "&#37;&#37;")
    return _SHORTCODE.sub("&#58;", text) if text.count(":") > 1 else text


def escape_start(line: str) -> str:
    """An escaped line so that it does not start a list, heading, quote, rule, definition or block."""
    found = _START.match(line)
    if found is None:
        return line
    head, rest = found[0], line[found.end() :]
    if head[0] in "-+#!":
        return "\\" + line
    if head[0].isdigit():
        return f"{head[:-1]}\\{head[-1]}{rest}"
    return f"&#{ord(head[0])};{line[1:]}"


def escape_line(text: str) -> str:
    """One line of plain text, complete: leading white space off, everything literal."""
    return escape_start(escape(text.strip()))
