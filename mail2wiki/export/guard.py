"""Markdown that was made from a mail's HTML: passed on line by line if it can do no harm, escaped where it could.

The converter of the extract room writes safe Markdown; this is the second lock on the same door, because what comes
through it stands on a page that people trust. Refuses: raw HTML, images, links but http, https and mailto, reference
definitions, headings (ours are anchors), attribute lists, templates, broken tables, open fences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mail2wiki.export.markdown import clean, escape_line

_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})[\w +-]*$")
_CODE = re.compile(r"(`+)(?!`)[^`]*(?<!`)\1(?!`)")
_HARM = re.compile(
    r"""<(?!https?://[^\s<>]*>|mailto:[^\s<>]*>)[/!?a-zA-Z]     # tag, comment, autolink of another scheme
    |(?<!\\)!\[                                          # image
    |\](?=\()(?!\(<?(?:https?://|mailto:))               # link of another scheme, or into the wiki
    |\]\[|\[\[|\[\^                                      # reference, wiki link, footnote
    |^[ ]{0,3}\*?\[[^\]\n]*\]:                           # reference definition
    |^[ ]*(?:!!!|\?\?\?|:::|///|===)                     # admonition, directive, block, tab
    """,
    re.VERBOSE,
)
_ACTIVE = re.compile(r"(?<!\\)\{|(?<!\\)%%|(?<=\S)(?<!\\)\$|(?<!\\)\$(?=\$)")
_AS = {"{": r"\{", "%%": "&#37;%", "$": "&#36;"}
_HEADING = re.compile(r"[ ]{0,3}#{1,6}(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r"[ ]{0,3}(?:=+|-+)[ \t]*$")
_DELIMITER = re.compile(r"\|?[ :|-]*-[ :|-]*$")
_PIPE = re.compile(r"(?<!\\)\|")
_QUICK = re.compile(r"[<`{$\[#~]|%%|\]\(|^[ ]*[|=!?:/-]", re.MULTILINE)


def guarded(lines: Sequence[str]) -> list[str]:
    """The lines as they may stand on a page; blank lines at both ends are dropped."""
    text = clean("\n".join(lines))
    if not _QUICK.search(text):
        return _trimmed([line.rstrip(" ") if not line.strip() else line for line in text.split("\n")])
    out: list[str] = []
    table: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if fence:
            out.append(line)
            if line.strip() and not line.strip().strip(fence[0]) and len(line.strip()) >= len(fence):
                fence = ""
            continue
        if line.lstrip().startswith("|"):
            table.append(line)
            continue
        if table:
            out += _table(table)
            table = []
        if (opening := _FENCE.match(line)) is not None:
            fence = opening[1]
            out.append(fence)
            continue
        out += _line(line, out[-1] if out else "")
    out += _table(table) if table else []
    if fence:
        out.append(fence)
    return _trimmed(out)


def _line(line: str, above: str) -> list[str]:
    """One line outside tables and fences."""
    if not line.strip():
        return [""]
    if (heading := _HEADING.match(line)) is not None:
        title = (heading[1] or "").replace("**", "").strip()
        return ["", f"**{_safe(title)}**", ""] if title else [""]
    if line.lstrip(" >").startswith("#"):  # Python-Markdown needs no space after it; also inside a quote
        return [_escaped(line)]
    if _SETEXT.match(line):
        return ["", "---", ""] if line.strip()[0] == "-" and len(line.strip()) > 2 else [escape_line(line.strip())]
    if _DELIMITER.match(line) and "|" in above:
        return [escape_line(line.strip())]
    return [_safe(line)]


def _safe(line: str) -> str:
    """The line, or the line escaped whole if anything in it could act."""
    bare = line
    if "`" in line:
        bare = _CODE.sub("", line.replace("\\`", ""))
        if "`" in bare:
            return _escaped(line)
    if _HARM.search(bare.replace("\\\\", "")):
        return _escaped(line)
    return _ACTIVE.sub(lambda match: _AS[match[0]], line) if bare is line else line


def _escaped(line: str) -> str:
    break_ = "  " if line.endswith("  ") else ""
    return escape_line(line.strip()) + break_


def _table(rows: list[str]) -> list[str]:
    """A pipe table if it is one: a delimiter row second, every row as wide as the first, no harm in it."""
    rows = [row.strip() for row in rows]
    widths = {len(_PIPE.findall(row)) for row in rows}
    good = len(rows) > 1 and _DELIMITER.match(rows[1]) and len(widths) == 1 and all(row.endswith("|") for row in rows)
    if good and all(_safe(row) == row for row in rows):
        return ["", *rows, ""]
    return ["", *(escape_line(row) + "  " for row in rows), ""]


def _trimmed(lines: list[str]) -> list[str]:
    start, stop = 0, len(lines)
    while start < stop and not lines[start].strip():
        start += 1
    while stop > start and not lines[stop - 1].strip():
        stop -= 1
    return lines[start:stop]
