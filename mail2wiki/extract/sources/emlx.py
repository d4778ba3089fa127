"""Apple Mail's `.emlx` and `.partial.emlx`: a line with the length of the message, the message, a property list.

Attachments that Apple Mail keeps beside a partial message are not read; the message says what is missing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from mail2wiki.extract.sources.files import (
    GIVEN,
    SURE,
    Look,
    file_marker,
    folder_marker,
    listing,
    plain,
    reads_like_message,
)
from mail2wiki.records import Mailbox, Span

KIND = "emlx"
SUFFIX = ".emlx"

_COUNT = re.compile(rb"[ \t]*(\d{1,12})[ \t]*\r?\n")
_PLIST = b"<?xml version"


def probe(look: Look) -> str:
    """By its name and its first line."""
    count = _COUNT.match(look.head) if look.suffix == SUFFIX or look.place == GIVEN else None
    return SURE if count and reads_like_message(look.head[count.end() :].lstrip()) else ""


def spans(box: Mailbox) -> Iterator[Span]:
    """The file, or the `.emlx` files of the folder by name."""
    if not os.path.isdir(box.path):
        yield Span(box.source.rpartition("/")[2], box.path, 0, -1, box.folder)
        return
    for name in _own(box.path):
        yield Span(plain(name), os.path.join(box.path, name), 0, -1, box.folder)


def raw(data: bytes) -> bytes:
    """The message between the line with its length and the property list."""
    count = _COUNT.match(data)
    if not count:
        return data
    end = count.end() + int(count[1])
    if end <= len(data):
        return data[count.end() : end]
    plist = data.rfind(_PLIST)
    return data[count.end() : plist] if plist > count.end() else data[count.end() :]


def marker(path: str) -> str:
    """sha256 of a file; names, sizes and times of the `.emlx` files in a folder."""
    return folder_marker(path, _own(path)) if os.path.isdir(path) else file_marker(path)


def _own(folder: str) -> list[str]:
    return [name for name in listing(folder).files if name.lower().endswith(SUFFIX)]
