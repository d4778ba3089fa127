"""review.csv: the held conversations, why, and what people decided about each. Read, kept, written; never edited by us.

One row per conversation with codes, counts and days only: nothing of what is held stands in it, no subject, no name.
The first line is `sep=;` and cells are divided by semicolons, so that German and English Excel and LibreOffice all open
it in columns; everything is ASCII behind a UTF-8 byte order mark. What a spreadsheet saves (commas, tabs, UTF-16,
Windows-1252, no `sep=`) is read back. A decision is never dropped, not even when its conversation is gone.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from mail2wiki.errors import UsageError
from mail2wiki.records import Woven

COLUMNS = ("conversation", "reason", "messages", "first", "last", "decision")
DECISIONS = {
    "publish": "publish", "p": "publish", "veröffentlichen": "publish", "freigeben": "publish",
    "hold": "hold", "h": "hold", "zurückhalten": "hold", "halten": "hold",
}  # fmt: skip
"""What people may write into the column `decision`, English and German; anything else is an error, not a guess."""


class Row(NamedTuple):
    """One line of review.csv. Days are YYYY-MM-DD in UTC, "" if unknown; decision is "publish", "hold" or ""."""

    conversation: str
    reason: str
    messages: str
    first: str
    last: str
    decision: str


def read(path: Path) -> dict[str, Row]:
    """The rows of a review.csv by conversation id; {} if there is none. Raises UsageError naming every bad line."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    lines = _decode(data).splitlines()
    first = lines[0].strip().lower() if lines else ""
    start = 1 if first.startswith("sep=") else 0
    if len(lines) <= start:
        return {}
    mark = next((mark for mark in ";\t," if mark in lines[start]), ";")
    rows: dict[str, Row] = {}
    wrong: list[str] = []
    head = [_open(cell).lower() for cell in next(csv.reader([lines[start]], delimiter=mark))]
    if "conversation" not in head or "decision" not in head:
        raise UsageError(
            "review.csv has no columns 'conversation' and 'decision'", str(path), "Restore its first line."
        )
    for number, cells in enumerate(csv.reader(lines[start + 1 :], delimiter=mark), start + 2):
        values = dict(zip(head, (_open(cell) for cell in cells), strict=False))
        said = values.get("decision", "").casefold()
        if said and said not in DECISIONS:
            wrong.append(f"line {number}: {said[:20]!r}")
        if values.get("conversation"):
            row = Row(*(values.get(column, "") for column in COLUMNS))
            rows[row.conversation] = row._replace(decision=DECISIONS.get(said, ""))
    if wrong:
        what = "review.csv has decisions that are neither publish nor hold: " + ", ".join(wrong[:10])
        raise UsageError(what, str(path), "Correct them.")
    return rows


def decisions(rows: Mapping[str, Row]) -> dict[str, str]:
    """What `screen` takes as `review`: conversation id -> "publish" or "hold"."""
    return {id: row.decision for id, row in rows.items() if row.decision}


def rows(held: Mapping[str, str], woven: Woven, before: Mapping[str, Row]) -> list[Row]:
    """The rows to write, sorted by conversation: all in `held` (`screen.held_conversations`) and all decided before."""
    found: dict[str, Row] = {id: row for id, row in before.items() if row.decision}
    for conversation in woven.conversations:
        earlier = before.get(conversation.id)
        decision = earlier.decision if earlier else ""
        reason = held.get(conversation.id, earlier.reason if earlier else "")
        if conversation.id in held or decision:
            id, count = conversation.id, str(len(conversation.messages))
            found[id] = Row(id, reason, count, _day(conversation.first), _day(conversation.last), decision)
    return [found[id] for id in sorted(found)]


def write(path: Path, rows: list[Row]) -> None:
    """Write review.csv whole: to a temporary name beside it, then renamed."""
    text = io.StringIO()
    text.write("sep=;\r\n")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_guard(cell) for cell in row] for row in rows)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(text.getvalue().encode("utf-8-sig"))
    os.replace(beside, path)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _guard(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP: CSV injection)."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _open(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") else cell


def _day(seconds: int | None) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d") if seconds is not None else ""
    except (OverflowError, OSError, ValueError):
        return ""
