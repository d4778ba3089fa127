"""Which lines are the author's own, and which are quoted: one mark for each line (CONTRACT.md, `show --json`).

A line scanner (`line_kinds`) gives every line a letter; here the letters are put together into attribution lines,
header blocks and quotes. Below a header block or an attribution whose quote has no quote signs (Outlook's way)
everything is quoted; with quote signs only the lines that carry them are, so that answers between them stay new.
When unsure a line stays new: for a wiki, losing somebody's words is worse than keeping a quote.

Linear: a line is looked at a fixed number of times, whatever the text. Refuses to delete or to reorder anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mail2wiki.extract import header_blocks, line_kinds, signatures
from mail2wiki.extract.line_kinds import LIMIT, Lines
from mail2wiki.records import ATTRIBUTION, BLANK, NEW, QUOTED

WRAPPED = 3  # lines above the one with the colon that an attribution may start on
GREETING = 4  # words that may stand above the first quote of who answers below it
GAP = 3  # blank lines allowed between an attribution and its quote, or a separator and its header block
FULL, WIDEST, FEW, OFTEN = 72, 80, 12, 2
"""Columns of a line with its sign from which clients break it, and that none of them shows; letters of the words behind
the first one that fell off; how often it happens in a message before it is believed. 35 messages of six mailboxes have
such quotes; but for sarcastic asterisks, which are indented, all lines found were such."""
_ENDS = ".?!:…\"'”)"
_BETWEEN = re.compile(f"(?<={QUOTED}){NEW}(?={QUOTED})")
_BLANK_OR_NEW = "".join(BLANK if chr(c) == " " else NEW for c in range(128))  # from letters, which are ASCII
_COMMAND = re.compile(r"\d+(?:,\d+)?[ac]\d+(?:,\d+)?")  # of diff: "7c11", "22a31,32"
_BEHIND = re.compile(r"(?<=[>e]): {2,8}(?=\S)")
_GLUED_WORDS = ("On ", "Am ", "Le ", "El ", "Il ", "Op ", "Den ")
_GLUED = re.compile(
    r"(?<=[\w.!?)])\s?-{0,5}\s(?=(?:On|Am|Le|El|Il|Op|Den) )|(?<=[\w.!?)])-{2,5}\s?(?=(?:On|Am|Le|El|Il|Op|Den) )"
)


def mark(lines: Sequence[str], kind: str = "plain", sender: str = "") -> str:
    """One mark for each line.

    `kind` is "plain" (as written) or "markdown" (from `html.to_lines`). `sender` is the author's name as in From: it
    makes a last line that is nothing but that name a signature.
    """
    seen = line_kinds.read(lines, kind)
    letters = "".join(seen.letters)
    marks = list(letters.translate(_BLANK_OR_NEW))
    signed = any(seen.depths)
    if signed:
        marks = [QUOTED if depth else mark for mark, depth in zip(marks, seen.depths, strict=True)]
    if signed:
        _not_quotes(seen, marks)
    below = min(header_blocks.mark(seen, marks, letters), _attributions(seen, marks, letters))
    for at in range(below, len(marks)):
        if marks[at] == NEW:
            marks[at] = QUOTED
    if signed:
        _remnants(seen, marks)
    signatures.mark(seen, marks, sender)
    return "".join(marks)


def unglue(lines: Sequence[str]) -> list[str]:
    """Lines with attributions on lines of their own: clients glue them to the author's last line, or to the quote."""
    glued = [at for at, line in enumerate(lines) if ":" in line and (":  " in line or line.endswith((":", ": ")))]
    result: list[str] = []
    done = 0
    for at in glued:
        split = _ends_with_attribution(lines[at]) or _begins_quote(lines[at])
        if split:
            result += [*lines[done:at], *split]
            done = at + 1
    return [*result, *lines[done:]]


def _ends_with_attribution(line: str) -> list[str]:
    """The author's words and the attribution behind them; [] if there is none."""
    if len(line) >= LIMIT or line.startswith(">") or not line.rstrip().endswith(":"):
        return []
    found = _GLUED.search(line) if any(map(line.__contains__, _GLUED_WORDS)) else None
    if found is None or line_kinds.attribution(line[found.end() :]) != 2:
        return []
    return [line[: found.start()], line[found.end() :]]


def _begins_quote(line: str) -> list[str]:
    """The attribution, and the first quoted line that Yahoo Mail puts behind it, or [] if there is none."""
    found = _BEHIND.search(line[:LIMIT]) if ":  " in line else None
    if found is None or line.startswith(">") or not line_kinds.leads(line):
        return []
    head = line[: found.start() + 1]
    return [head, line[found.end() :]] if line_kinds.attribution(head) == 2 else []


def _not_quotes(seen: Lines, marks: list[str]) -> None:
    """Lines with `>` that nobody quoted: Python prompts, arrows around a link, a protected "From ", output of diff."""
    runs = list(_signed_runs(seen))
    changes = [run.start for run in runs if _of_diff(seen, run.start)]
    last = changes[-1] if changes else -1
    while 0 <= last < len(marks) and seen.raw[last].strip():
        last += 1
    for run in runs:
        start, alone = run.start, len(run) == 1
        prompts = all(seen.depths[at] == 3 and seen.raw[at].lstrip()[:4] in (">>> ", ">>>") for at in run)
        arrows = alone and seen.texts[start].endswith("<<")
        protected = alone and seen.raw[start].startswith(">From ")
        diff = start < last and start >= changes[0] and seen.depths[start] == 1  # also lines that were wrapped
        prompts = prompts and not _announced(seen, start) and not seen.texts[start].endswith(">>>")
        if prompts or arrows or protected or diff:
            for at in run:
                marks[at] = NEW
                seen.texts[at], seen.depths[at] = seen.raw[at].strip(), 0


def _signed_runs(seen: Lines) -> Iterator[range]:
    """Stretches of lines with quote signs."""
    start = 0
    while start < len(seen.depths):
        stop = start
        while stop < len(seen.depths) and seen.depths[stop]:
            stop += 1
        if stop > start:
            yield range(start, stop)
        start = stop + 1


def _of_diff(seen: Lines, start: int) -> bool:
    """Whether these lines are what diff says is new: below its command, or below `---` and what is old."""
    above = seen.texts[start - 1] if start else ""
    if above == "---":
        return any(text[:1] == "<" for text in seen.texts[max(0, start - 1 - WRAPPED) : start - 1])
    return _COMMAND.fullmatch(above) is not None


def _announced(seen: Lines, start: int) -> bool:
    """Whether the line above (over a few blank ones) may be an attribution."""
    at = start - 1
    while at >= 0 and at >= start - GAP and seen.letters[at] == " ":
        at -= 1
    return at >= 0 and seen.letters[at] == ":" and line_kinds.attribution(seen.texts[at]) > 0


def _attributions(seen: Lines, marks: list[str], row: str) -> int:
    """Mark attribution lines; returns where quoting without quote signs starts (or the end)."""
    total, below, at = len(marks), len(marks), -1
    signs_follow: bool | None = None  # asked once: it looks at all lines
    while (at := row.find(":", at + 1)) >= 0:
        if marks[at] not in (NEW, QUOTED):
            continue
        first, strength = _attribution_start(seen, marks, at)
        if not strength:
            continue
        notes = seen.depths[at] == 3 and seen.texts[at].endswith(">>>")  # GroupWise: >>> Name date >>>
        quote = header_blocks.next_text(seen, at)
        if quote < total and line_kinds.left_out(seen.texts[quote]):  # by who quoted, so that it has no quote sign
            quote = header_blocks.next_text(seen, quote)
        depth = 0 if notes else seen.depths[first]
        quoted = quote < total and seen.depths[quote] > depth and quote - at <= GAP + 1
        if strength == 2 or (strength == 1 and (quoted or notes)):
            for line in range(first, at + 1):
                if marks[line] != BLANK:
                    marks[line] = ATTRIBUTION
            if not depth and not quoted:
                if signs_follow is None:
                    signs_follow = _signs_follow(seen, marks, first, at)
                if not signs_follow:
                    below = min(below, at + 1)
    return below


def _signs_follow(seen: Lines, marks: list[str], first: int, at: int) -> bool:
    """Whether an attribution opens a message in which quotes have signs, though not the first line below it.

    That is what the author says, or left out: `<snipped what we agree on>`. Who quotes without signs writes above.
    """
    if sum(len(seen.texts[line].split()) for line in range(first) if marks[line] == NEW) > GREETING:
        return False
    return any(
        depth and letter != " " for depth, letter in zip(seen.depths[at + 1 :], seen.letters[at + 1 :], strict=True)
    )


def _attribution_start(seen: Lines, marks: list[str], at: int) -> tuple[int, int]:
    """Where the attribution that ends at this line starts, and how sure it is."""
    text = seen.texts[at]
    if line_kinds.leads(text):
        return at, line_kinds.attribution(text)
    joined = text[:LIMIT]
    for line in range(at - 1, max(-1, at - 1 - WRAPPED), -1):
        above = seen.texts[line]
        if (
            not above
            or seen.depths[line] != seen.depths[at]
            or seen.letters[line] not in "t-:"
            or marks[line] not in (NEW, QUOTED)
        ):
            break
        joined = f"{above[:LIMIT]} {joined}"
        if len(joined) > LIMIT:
            break
        if line_kinds.leads(above):
            strength = line_kinds.attribution(joined)
            if strength:
                return line, strength
    strength = line_kinds.attribution(text)
    if strength and text[0] in "<[(" and at and seen.letters[at - 1] == "t" and seen.depths[at - 1] == seen.depths[at]:
        return at - 1, strength
    return at, strength


def _remnants(seen: Lines, marks: list[str]) -> None:
    """A quoted line that was broken: the rest stands without a quote sign between two quoted lines."""
    over: list[int] = []
    for found in _BETWEEN.finditer("".join(marks)):
        at = found.start()
        if not (seen.depths[at - 1] and seen.depths[at + 1]):
            continue
        above, text = seen.texts[at - 1], seen.texts[at]
        broken = above.rfind("(http") > above.rfind(")") or above.rfind("<http") > above.rfind(">")
        if (
            line_kinds.left_out(text)
            or (broken and (")" in text or ">" in text) and len(text) < 200)
            or (text.startswith(("(http", "<http")) and text.endswith(">"))
        ):  # said by who quotes, amid the quote
            marks[at] = QUOTED
        elif _overflows(seen.raw[at - 1].rstrip(), seen.raw[at].rstrip()):
            over.append(at)
    if len(over) >= OFTEN:
        for at in over:
            marks[at] = QUOTED


def _overflows(above: str, text: str) -> bool:
    """Was a line too long for the client once it had its quote sign, so that its last words fell off?

    An answer stands below a question that has ended.
    """
    word, _, more = text.partition(" ")
    full = len(above) <= WIDEST and len(above) + 1 + len(word) > FULL
    return full and bool(word) and len(more) < FEW and above[-1] not in _ENDS and not text[0].isspace()
