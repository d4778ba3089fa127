"""The lines of a plain text body as Markdown: paragraphs, lists, code.

Hard-wrapped prose flows again, short lines keep their breaks (two spaces at the end: the only hard break that every
renderer knows), lists become lists where they surely are ones, everything in columns becomes a code block.
Bounded and simple: each line is looked at a fixed number of times. Never drops a character but list markers and the
fences that people write themselves.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from mail2wiki.export.markdown import clean, escape, escape_line, fence

# Mail clients wrap between 65 and 80 columns (RFC 5322 asks for 78, format=flowed for 72). A line of 55 to 100
# characters may have been wrapped; a longer one was never wrapped at all and is a paragraph of its own.
WRAPPED, UNWRAPPED = 55, 100
_ITEM = re.compile(r"([ \t]*)(?:([-*+•·–])|(\d{1,3})\.)[ \t]+(?=\S)")
_ITEM_STARTS = frozenset("-*+•·–0123456789")
_CODE_SIGNS = ("   ", "\t", ";\n", "{\n", "}\n", "|\n", "\n@@ ")  # without one of these it is no code
_FENCE = re.compile(r"[ \t]*```[\w+-]{0,20}")
_LOG = re.compile(r"\[?(?:\d{4}-\d\d-\d\d|\w{3} {1,2}\d{1,2})[ T]\d\d:\d\d:\d\d|\[ *\d+\.\d+\] ")
_LIST = "list"


def escape_block(lines: Sequence[str], code: bool = True) -> list[str]:
    """Lines of text from mail as lines of Markdown that show exactly this text. `code=False`: no fences (in quotes)."""
    out: list[str] = []
    kind = ""  # of the block before: adjacent lists would merge and be numbered anew
    held: list[str] = []  # code blocks with only blank lines between them are one
    for block, fenced in _blocks(clean("\n".join(lines)), code):
        if fenced or (code and is_code(block)):
            held += ["", *block] if held else block
            continue
        if held:
            out += [*fence(held), ""]
            held, kind = [], "code"
        new, kind = _prose(block, kind)
        out += new
        out.append("")
    if held:
        out += [*fence(held), ""]
    if out:
        out.pop()
    return out


def _blocks(text: str, code: bool) -> list[tuple[list[str], bool]]:
    """The runs of lines between blank ones, and whether they are code: with `code`, what people put between ```."""
    blocks: list[tuple[list[str], bool]] = []
    fresh = True
    lines = text.split("\n")
    closing = [n for n, line in enumerate(lines) if line.strip() == "```"] if code and "```" in text else []
    until = -1  # line number of the closing fence while inside one
    for n, line in enumerate(lines):
        line = line.rstrip()
        if n <= until:
            if n < until:
                blocks[-1][0].append(line)
            fresh = True
        elif closing and _FENCE.fullmatch(line) and (at := bisect_right(closing, n)) < len(closing):
            until = closing[at]
            blocks.append(([], True))
        elif not line:
            fresh = True
        elif fresh:
            blocks.append(([line], False))
            fresh = False
        else:
            blocks[-1][0].append(line)
    return blocks


def is_code(block: Sequence[str]) -> bool:
    """Two lines or more of which most are in columns, deep indented, or end like code."""
    if len(block) < 2:
        return False
    text = "\n".join(block)
    if not any(sign in text for sign in _CODE_SIGNS):
        return False
    hits = sum(map(_code_line, block))
    return hits >= 2 and hits * 5 >= len(block) * 3


def _code_line(line: str) -> bool:
    """Columns, an end like code, a box, a diff, a log, or a deep indent."""
    text = line.strip()
    return (
        "   " in text
        or "\t" in text
        or text[-1] in ";{}"
        or (text[0] in "|+" and text[-1] in "|+" and len(text) > 1)
        or line.startswith(("\t", "      ", "@@ ", "+++ ", "--- ", "#include"))
        or _LOG.match(text) is not None
    )


def _prose(block: list[str], before: str) -> tuple[list[str], str]:
    """A block as Markdown and its kind: with a list at its end if that surely is one."""
    if len(block) > 1 and before != _LIST and _ITEM_STARTS.intersection(line.lstrip()[:1] for line in block):
        at = next((n for n, line in enumerate(block) if _ITEM.match(line)), len(block))
        items = _items(block[at:])
        if items is not None:
            return ([*_lines(block[:at]), "", *items] if at else items), _LIST
    return _lines(block), "text"


def _lines(block: list[str]) -> list[str]:
    """Prose: wrapped lines joined, the others broken hard."""
    block = [line.strip() for line in block]
    if len(block) == 1:
        return [escape_line(block[0])]
    widest, limit = _width([len(line) for line in block])
    if widest < WRAPPED:
        return [escape_line(line) + "  " for line in block[:-1]] + [escape_line(block[-1])]
    runs: list[list[str]] = [[block[0]]]
    for line in block[1:]:
        last = runs[-1][-1]
        # the line was wrapped here if the next word would not have fitted into the width of this paragraph
        fits = len(last) + 1 + len(line.partition(" ")[0]) <= widest
        if (fits and len(last) < 60) or len(last) > limit or _ITEM.match(line):
            runs.append([line])
        else:
            runs[-1].append(line)
    out = [escape_line(" ".join(run)) + "  " for run in runs]
    out[-1] = out[-1][:-2]
    return out


def _width(lengths: list[int]) -> tuple[int, int]:
    """The width a paragraph was wrapped to, and the length above which a line of it was not.

    Some clients wrap at 150 and more: believed where two lines at least end near that width.
    """
    widest = max(lengths)
    if UNWRAPPED < widest <= 250 and sum(length >= widest - 15 for length in lengths[:-1]) >= 2:
        return widest, widest
    return max((length for length in lengths if length <= UNWRAPPED), default=0), UNWRAPPED


def _items(block: list[str]) -> list[str] | None:
    """A block that starts with a list item as a list, or None if showing it as one would change what it says."""
    entries: list[tuple[int, str, list[str]]] = []  # depth, marker, lines
    stack: list[tuple[int, bool, int]] = []  # indent, numbered, last number
    for line in block:
        match = _ITEM.match(line)
        if match is None:
            if not entries or (not line[0].isspace() and len(entries[-1][2][-1]) < WRAPPED):
                return None
            entries[-1][2].append(line.strip())
            continue
        indent, numbered, number = len(match[1].expandtabs(4)), match[3] is not None, int(match[3] or 0)
        while stack and indent < stack[-1][0]:
            stack.pop()
        if stack and indent <= stack[-1][0] + 1:
            _, before, last = stack.pop()
            if before != numbered or (numbered and number != last + 1):
                return None
        elif len(stack) >= 3 or (entries and not stack):
            return None
        stack.append((indent, numbered, number))
        entries.append((len(stack) - 1, f"{number}. " if numbered else "- ", [line[match.end() :]]))
    if len(entries) < 2:
        return None
    return ["    " * depth + marker + escape_line(" ".join(text)) for depth, marker, text in entries]


def sayings(lines: Sequence[str]) -> list[str]:
    """What stands on lines of its own: paragraphs, list items without their markers, short lines (not escaped)."""
    found: list[str] = []
    last = ""  # the line above
    for line in clean("\n".join(lines)).split("\n"):
        text = line.strip()
        item = _ITEM.match(line)
        if item is not None:
            found.append(line[item.end() :].strip())
        elif text and last and WRAPPED <= len(last) <= UNWRAPPED:
            found[-1] += " " + text
        elif text:
            found.append(text)
        last = text
    return found


def flatten(lines: Sequence[str]) -> str:
    """The lines as one run of text, for snippets (not escaped)."""
    return " ".join(clean(" ".join(lines)).split())


__all__ = ["clean", "escape", "escape_block", "flatten", "is_code", "sayings"]
