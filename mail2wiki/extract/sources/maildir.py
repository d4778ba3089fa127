"""Maildir and Maildir++ folders (cr.yp.to/proto/maildir.html; Courier's and Dovecot's `.Folder.Sub`): one file, one message.

Files of `cur` and `new` are messages whatever they are called; `tmp` holds deliveries that were never finished and is not
read. One mailbox record for each folder; sub-folders are folders of their own, found by the tree.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Iterator

from mail2wiki.extract.sources.files import Look, files_in, folder_marker, plain, readable
from mail2wiki.records import Mailbox, Span

KIND = "maildir"
PARTS = ("cur", "new")

_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")


def probe(look: Look) -> str:
    """A file is no Maildir."""
    return ""


def is_maildir(folders: set[str]) -> bool:
    """Do these names of sub-folders make a Maildir? (`new` and `tmp` may be missing: copying tools drop empty folders.)"""
    return "cur" in folders or {"new", "tmp"} <= folders


def folder_names(name: str) -> tuple[str, ...]:
    """The levels of a Maildir++ folder's name; RFC 3501 5.1.3 modified UTF-7 decoded.

    >>> folder_names(".Gel&APY-scht.2019")
    ('Gelöscht', '2019')
    """
    return tuple(part for level in name.removeprefix(".").split(".") if (part := readable(decode_utf7(level))))


def decode_utf7(name: str) -> str:
    """Modified UTF-7 to text; a name that is none stays as it is."""
    try:
        return _SHIFTED.sub(_unshift, name)
    except (binascii.Error, UnicodeDecodeError):
        return name


def _unshift(found: re.Match[str]) -> str:
    if not found[1]:
        return "&"
    data = found[1].replace(",", "/")
    return base64.b64decode(data + "=" * (-len(data) % 4)).decode("utf-16-be")


def spans(box: Mailbox) -> Iterator[Span]:
    """The files of `cur`, then of `new`, by name."""
    for part in PARTS:
        folder = os.path.join(box.path, part)
        if os.path.isdir(folder):
            for entry in files_in(folder):
                yield Span(f"{part}/{plain(entry.name)}", entry.path, 0, -1, box.folder)


def raw(data: bytes) -> bytes:
    """The file as it is."""
    return data


def marker(path: str) -> str:
    """Names, sizes and times of all message files."""
    folders = [(part, os.path.join(path, part)) for part in PARTS]
    return "".join(folder_marker(files_in(folder), part)[:32] for part, folder in folders if os.path.isdir(folder))
