"""manifest.jsonl: one line for every message read, exactly as CONTRACT.md says.

Lines are sorted by source and by natural order of the place in it (`9` before `10`), written to a temporary name and
renamed. Refuses: saying anything about a held message but that it was held and why.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from mail2wiki.errors import Mail2WikiError
from mail2wiki.export.words import moment

VERSION = 1
_NUMBER = re.compile(r"(\d{1,18})")


class Entry(NamedTuple):
    """What became of one message as read from one place."""

    id: str
    source: str
    at: str
    disposition: str
    message_id: str | None = None
    date: int | None = None  # seconds since 1970, UTC
    of: str | None = None
    reason: str | None = None
    thread: str | None = None
    topic: str | None = None
    page: str | None = None  # "topics/x.md#mail-..."


_encode = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps makes an encoder for every line


def line(entry: Entry) -> str:
    """One line of JSON, without the line end."""
    if entry.disposition == "held":
        said: dict[str, object] = {"v": VERSION, "id": entry.id, "source": entry.source, "at": entry.at,
                                   "disposition": "held", "reason": entry.reason}  # fmt: skip
        return _encode(said)
    date = None if entry.date is None else moment(entry.date).isoformat()[:19] + "Z"
    said = {
        "v": VERSION, "id": entry.id, "source": entry.source, "at": entry.at, "message_id": entry.message_id,
        "date": date, "disposition": entry.disposition, "of": entry.of, "reason": entry.reason,
        "thread": entry.thread, "topic": entry.topic, "page": entry.page,
    }  # fmt: skip
    return _encode(said)


def natural(at: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts numbers inside a place by value."""
    return tuple(
        (0, int(part), part) if part.isdigit() and part.isascii() else (1, 0, part)
        for part in _NUMBER.split(at)
        if part
    )


def order(entry: Entry) -> tuple[str, tuple[tuple[int, int, str], ...], str]:
    """The sort key of the manifest."""
    return entry.source, natural(entry.at), entry.id


def write(path: Path, entries: Iterable[Entry], ordered: bool = False) -> int:
    """Write the manifest and return its number of lines. `ordered`: the entries come sorted by `order` already."""
    temporary = path.with_name(path.name + ".new")
    n = 0
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as stream:
            for entry in entries if ordered else sorted(entries, key=order):
                stream.write(line(entry) + "\n")
                n += 1
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise Mail2WikiError(
            f"the manifest cannot be written: {error.strerror or error}", str(path), "Make room or give another OUT."
        ) from error
    return n
