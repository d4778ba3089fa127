"""Which lines of plain text from mail are code, output of programs, or in columns: shown letter by letter.

Two looks: columns and ends that only code has (`;`, `{`), then lines that read like a statement of a program, its
traceback or a prompt. Sentences that a mail program indented are none of it. Bounded: each line is looked at once by
each pattern, its first LOOKED_AT characters. Refuses to decide by one line alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

LOOKED_AT = 300
_COLUMNS = ("   ", "\t", ";\n", "{\n", "}\n", "|\n", "\n@@ ")  # without one of these nothing is in columns
_HINTS = ("(", "=", ":\n", ">>> ", "</", "# ", "//", "$ ", "import ")  # without one nothing reads like a statement
_LOG = re.compile(r"\[?(?:\d{4}-\d\d-\d\d|\w{3} {1,2}\d{1,2})[ T]\d\d:\d\d:\d\d|\[ *\d+\.\d+\] |\[[A-Z]{4,9}\] ?\[")
_SOURCE = re.compile(
    r"""[ \t]*(?:
    (?:async[ ])?(?:def|class)[ ]\w+.{0,200}[:,(\\]$              # Python
    |(?:if|elif|for|while|with|except)\b.{1,200}:$|(?:else|try|finally|except)[ ]?:$
    |from[ ][\w.]+[ ]import[ ]|import[ ][\w.]+(?:[ ]as[ ]\w+)?(?:,[ ][\w.]+)*$
    |(?:return|raise|yield|assert|print|del)[ (]["'\w.\[({-]+(?:[ ]?[(=+*/%<>,.\[\]'"-].{0,200})?$
    |(?:pass|break|continue|return)$|@\w[\w.]*(?:\(.{0,100})?$
    |"{3}.{0,200}|.{0,200}"{3}$
    |>>>[ ].|\.\.\.[ ]{1,8}\S|Traceback[ ]\(most[ ]recent|File[ ]".{1,200}",[ ]line[ ]\d
    |\w[\w.]{0,60}(?:Error|Exception|Warning):[ ]                   # the end of a traceback
    |[\w.]{1,80}(?:\[[^\]]{0,60}\])?[ ]?[-+*/|&%]?=[ ]?["'\w\[({-]    # a = b
    |[\w.:>-]{1,120}\([^()]{0,200}(?:\([^()]{0,100}\)[^()]{0,100}){0,3}(?:\).{0,8})?$  # call(a, b(c))
    |\#[ ]?(?:include|define|ifdef|ifndef|endif|pragma)\b|\#[ ]|//[ ]|/\*|\*/
    |</?[\w:-]+(?:[ ][^<>]{0,200})?/?>|[\w./\\-]{1,120}:\d{1,6}:    # XML, messages of compilers
    |(?:[\w.-]+@[\w.-]+:?[~/\w.-]*)?[$%][ ]\w                      # a prompt
    )""",
    re.VERBOSE,
)
_STATEMENT = re.compile(
    r"(?:def|class)[ ]\w.{0,200}:$|from[ ][\w.]+[ ]import[ ][\w*(]|import[ ][\w.]+(?:,[ ]?[\w.]+)*$|\#!/"
    r"|[\w.]{1,80}(?:\[[^\]]{0,60}\])?[ ]?=[ ]?[\"'\w\[({-]|\w[\w.]{0,80}\([^()]{0,200}\)$"
)
"""A line that is code beside code, and may be anything alone."""
_CELL = re.compile(r" {3,}| {0,2}\t\s*")
_FIGURE, _WIDEST = re.compile(r"\W{0,3}\d[\d.,:%/-]*(?:\s|$)"), 40  # a cell, and its characters at most
DELIMITER = "--"  # of a signature, alone on its line
_WORDS = 6  # of a line that is a sentence, or part of one
_NO_SENTENCE = re.compile(r"[{}=;<>\\]|   |\w\(|\S\t")


def is_code(block: Sequence[str]) -> bool:
    """Two lines or more of which most are in columns, deep indented, or read like code; and few sentences."""
    if len(block) < 2:
        return False
    text = "\n".join(block)
    if any(map(text.__contains__, _COLUMNS)) and _most(_in_columns, block):
        return not _told(block)
    if not any(map(text.__contains__, _HINTS)):
        return False
    margins = {len(line) - len(line.lstrip()) for line in block}
    return _most(_reads, block, 2 if max(margins) - min(margins) >= 2 else 3) and not _told(block)


def is_drawn(block: Sequence[str]) -> bool:
    """Whether a signature, known by its `--`, stands beside something: a saying, a drawing, a frame."""
    return block[0].strip() == DELIMITER and any(_CELL.search(line.strip()) or "|" in line for line in block)


def goes_with_code(block: Sequence[str]) -> bool:
    """Whether lines with a blank line between them and code belong to it: statements, each on a line of its own, or
    rows of a table, as a total below it."""
    return all(_STATEMENT.match(line[:LOOKED_AT].lstrip()) or _is_row(line[:LOOKED_AT]) for line in block)


def _is_row(line: str) -> bool:
    """A few words and then figures, in columns."""
    cells = [cell for cell in _CELL.split(line.strip()) if cell]
    return len(cells) > 1 and max(map(len, cells)) <= _WIDEST and any(map(_FIGURE.match, cells[1:]))


def _most(test: Callable[[str], bool], block: Sequence[str], fifths: int = 3) -> bool:
    """Whether so many fifths of the lines, and two at least, pass a test; no line is looked at that changes nothing."""
    others = len(block) - max(2, -(-len(block) * fifths // 5))
    for line in block:
        if not test(line):
            others -= 1
            if others < 0:
                return False
    return True


def _reads(line: str) -> bool:
    return _in_columns(line) or _SOURCE.match(line[:LOOKED_AT]) is not None


def _told(block: Sequence[str]) -> bool:
    """Whether these lines are text that was only indented, or hangs below names: sentences make up two fifths of it."""
    if not any(line[0].isspace() for line in block):
        return False
    lines = [line.strip()[:LOOKED_AT] for line in block]
    return sum(len(line) for line in lines if _sentence(line)) * 5 >= sum(map(len, lines)) * 2


def _sentence(line: str) -> bool:
    return (
        sum(word.strip(",.;:!?()\"'").isalpha() for word in line.split()) >= _WORDS
        and not _NO_SENTENCE.search(line)
        and not _SOURCE.match(line)
    )


def _in_columns(line: str) -> bool:
    """Columns, an end like code, a box, a diff, a log, or a deep indent."""
    text = line.strip()
    if text[0] in "*•·?" and text[1:2].isspace():  # how far the text of an item stands from its bullet says nothing
        text = text[1:].lstrip()
    return (
        "   " in text
        or "\t" in text
        or text[-1] in ";{}"
        or (text[0] in "|+" and text[-1] in "|+" and len(text) > 1)
        or line.startswith(("\t", "      ", "@@ ", "+++ ", "--- ", "#include"))
        or ((text[0] == "[" or ":" in text[:15]) and _LOG.match(text) is not None)
    )
