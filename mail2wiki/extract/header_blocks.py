"""Separators and header blocks: "-----Original Message-----", "From: ... Sent: ...", and Lotus Notes' own shapes.

Fields make a header block if they say who and when, or carry an address; an author's own list of facts is none. Linear,
and refuses to say what stands below a block but where it begins.
"""

from __future__ import annotations

import re

from mail2wiki.extract import line_kinds
from mail2wiki.extract.line_kinds import FIELDS_LETTERS, LIMIT, Lines
from mail2wiki.records import BLANK, HEADER

ROOM = 8  # blank lines that Lotus Notes leaves above "To:"
_OPENS = re.compile(f"[O{FIELDS_LETTERS}]")


def next_text(seen: Lines, last: int) -> int:
    """First line that is not blank below `last`; the number of lines if there is none."""
    at = last + 1
    while at < len(seen.letters) and seen.letters[at] == " ":
        at += 1
    return at


def mark(seen: Lines, marks: list[str], row: str) -> int:
    """Mark separators and header blocks; returns where quoting without quote signs starts (or the end)."""
    letters, total, below, done = seen.letters, len(marks), len(marks), 0
    for found in _OPENS.finditer(row):
        at = found.start()
        if at < done:
            continue
        if letters[at] == "O":
            first = _rule_above(seen, at)
            last = _separator_end(seen, at)
            field = next_text(seen, last)
            if field < total and field <= last + 6 and letters[field] in FIELDS_LETTERS:
                last = _block(seen, field)[0]
            elif _notes_name(seen, field):
                last = _notes_block(seen, field)
        else:
            last, kinds, evidence = _block(seen, at)
            first = _unrepeated(seen, _block_top(seen, at, kinds), at)
            quote = next_text(seen, last)
            alone = "F" in kinds and evidence > 0 and quote < total and seen.depths[quote] > seen.depths[at]
            if not alone and not _is_header(kinds, evidence, first < at, seen.raw[at][:2].isspace()):
                done = last + 1
                continue
            first = _rule_above(seen, first)
        for line in range(first, last + 1):
            if marks[line] != BLANK:
                marks[line] = HEADER
        if not seen.depths[first]:
            quote = next_text(seen, last)
            if quote >= total or not seen.depths[quote]:
                below = min(below, last + 1)
        done = last + 1
    return below


def _block(seen: Lines, at: int) -> tuple[int, set[str], int]:
    """The header block that starts at a field: its last line, the fields it has, and how much speaks for it.

    A field's value may go on below it: indented, after a comma, with an address, or one line between two fields.
    """
    letters, depth, total = seen.letters, seen.depths[at], len(seen.letters)
    kinds: set[str] = set()
    last, gap, loose, evidence = at, 0, 0, 0
    while at < total and seen.depths[at] == depth:
        letter, text = letters[at], seen.texts[at]
        if letter in FIELDS_LETTERS:
            value = text[:LIMIT]
            if letter == "D" and not any(map(str.isdigit, value)):
                letter = "o"
            kinds.add(letter)
            evidence += "@" in value
            if letter in "DF" and line_kinds.has_date(value):
                kinds.add("D")
                evidence += line_kinds.has_clock(value)
            last, gap, loose = at, 0, 0
        elif letter == " ":
            gap += 1
            if gap > 2 and not _goes_on_with_recipients(seen, at, depth):
                break
        elif gap or not _continues(seen, at):
            loose += 1
            if loose > 2 or gap:
                break
        else:
            last = at
            evidence += "@" in text[:LIMIT]
        at += 1
    return last, kinds, evidence


def _goes_on_with_recipients(seen: Lines, at: int, depth: int) -> bool:
    """Whether "To:" follows some more blank lines: Lotus Notes leaves room below "From: NAME DATE"."""
    below = next_text(seen, at)
    return (
        below - at <= ROOM and below < len(seen.letters) and seen.letters[below] == "T" and seen.depths[below] == depth
    )


def _continues(seen: Lines, at: int) -> bool:
    """Whether a line carries on the value of the field above it."""
    above, text = seen.texts[at - 1], seen.texts[at]
    return (
        above.endswith((",", ";"))
        or text.startswith(("<", "[", "("))
        or (
            "@" in text[:LIMIT]
            and len(text) < 200
            and (";" in text or "," in text or seen.raw[at][:1].isspace() or " " not in text)
        )
    )


def _is_header(kinds: set[str], evidence: int, dated_above: bool, indented: bool) -> bool:
    """Whether these fields make a header block, not an author's own list of facts or (`indented`) an example."""
    main = kinds & set("FDTS")
    if {"F", "D"} <= main:
        return len(main) >= 3 or evidence > 0
    if {"D", "T"} <= main or {"F", "T", "S"} <= main:
        return evidence > 0
    if {"F", "S"} <= main:
        return evidence > 0 and not indented
    return dated_above and "T" in main


def _block_top(seen: Lines, at: int, kinds: set[str]) -> int:
    """Lotus Notes puts name and date above "To:": the first of those lines, or `at`."""
    if "F" in kinds or "T" not in kinds:
        return at
    top, dated = at, False
    above = at - 1
    while above > max(0, at - ROOM) and not seen.texts[above]:
        above -= 1
    for line in range(above, max(-1, above - 6), -1):
        text = seen.texts[line]
        if not text:
            continue
        if seen.depths[line] != seen.depths[at] or len(text) > 120 or seen.letters[line] not in "t:":
            break
        if line_kinds.has_date(text) and line_kinds.has_clock(text) and not text.endswith((".", "!", "?", ",")):
            dated, top = True, line
            if not text[0].isdigit():
                return line
            continue
        return line if dated and not text.endswith((".", "!", "?", ",")) else top if dated else at
    return top if dated else at


def _unrepeated(seen: Lines, top: int, at: int) -> int:
    """Lotus Notes says name and date again for each column of its table: the first of those lines above `top`."""
    said = set(seen.texts[top:at])
    while top and seen.texts[top - 1] in said and seen.texts[top - 1] and seen.depths[top - 1] == seen.depths[at]:
        top -= 1
    return top


def _notes_name(seen: Lines, at: int) -> bool:
    """Whether a Lotus Notes block (name, date, To:) starts at `at`, below a separator."""
    return at < len(seen.letters) and seen.letters[at] in "t:" and _notes_block(seen, at) > at


def _notes_block(seen: Lines, at: int) -> int:
    """Last line of a Lotus Notes block below a separator; `at` if there is none within a few lines."""
    for line in range(at, min(at + 7, len(seen.letters))):
        if seen.letters[line] in FIELDS_LETTERS:
            return _block(seen, line)[0]
    return at


def _separator_end(seen: Lines, at: int) -> int:
    """Notes wraps "---- Forwarded by X on DATE ----": the line where it ends."""
    text = seen.texts[at]
    if (
        text.startswith("---")
        and not text.endswith("-")
        and at + 1 < len(seen.texts)
        and seen.texts[at + 1].endswith("---")
    ):
        return at + 1
    return at


def _rule_above(seen: Lines, at: int) -> int:
    """The line of dashes just above (one blank line between at most), else `at`."""
    for line in range(at - 1, max(-1, at - 3), -1):
        if seen.letters[line] == "-" and seen.depths[line] == seen.depths[at]:
            return line
        if seen.letters[line] != " ":
            break
    return at
