"""Outlook's `.msg`: one message in a compound file (OLE2), one in a file or many in a folder.

The bytes of the file are the message, and their sha256 is its id; `extract.msg` reads them. Recognised by its first
bytes and, where the name does not say so, by the table of properties every message has: Word's and Excel's old files
are compound files, too.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator

from mail2wiki.extract import msg
from mail2wiki.extract.sources import eml
from mail2wiki.extract.sources.files import OLE, SURE, Look
from mail2wiki.records import Mailbox, Span

KIND = "msg"
SUFFIX = ".msg"


def probe(look: Look) -> str:
    """By its first bytes and its name, or by what is in it."""
    if not look.head.startswith(OLE):
        return ""
    if look.suffix == SUFFIX:
        return SURE
    with open(look.path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return SURE if msg.is_message(data) else ""


def spans(box: Mailbox) -> Iterator[Span]:
    """The file, or those of the folder by name."""
    return eml.spans(box, (KIND,))


raw = eml.raw
marker = eml.marker
