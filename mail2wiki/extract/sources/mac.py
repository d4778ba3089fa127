"""mbox files with the line ends of Mac OS before X, CR alone: Eudora, Netscape and Outlook Express for the Mac.

As `mbox`, but for the line ends; nobody counted lengths there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from mail2wiki.extract.sources import mbox
from mail2wiki.extract.sources.files import FIELD, SURE, Look, file_marker
from mail2wiki.records import Mailbox, Span

KIND = "mac"
_QUOTED_FROM = re.compile(rb"(?:(?<=\r)|\A)>(>*From )")


def probe(look: Look) -> str:
    """It begins with a dated "From " line that ends in CR alone, and a header line."""
    line, _, rest = look.head.partition(b"\r")
    if not line.startswith(b"From ") or b"\n" in line + rest[:1] or not FIELD.match(rest):
        return ""
    return SURE if mbox.is_dated(line, 0, len(line)) else ""


def spans(box: Mailbox) -> Iterator[Span]:
    """Byte ranges of the messages, from behind the "From " line to the next one or to the end of the file."""
    with open(box.path, "rb", buffering=0) as file:
        yield from mbox.between(box, mbox.starts(file, b"\r"), os.fstat(file.fileno()).st_size)


def raw(data: bytes) -> bytes:
    """Without the one blank line that ends a message and with one level of `>From ` quoting undone."""
    data = data[:-1] if data.endswith(b"\r\r") else data
    return _QUOTED_FROM.sub(rb"\1", data) if b">From " in data else data


def marker(path: str) -> str:
    """A hash of the file."""
    return file_marker(path)
