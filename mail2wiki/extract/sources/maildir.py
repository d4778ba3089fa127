"""Maildir and Maildir++ folders (cr.yp.to/proto/maildir.html; Courier's and Dovecot's `.Folder.Sub`).

One file, one message. Files of `cur` and `new` are messages whatever they are called; `tmp` holds deliveries that were
never finished and is not read. One mailbox record for each folder; sub-folders are folders of their own, found by the
tree.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Iterator

from mail2wiki.extract.sources.archive import inflate
from mail2wiki.extract.sources.files import Look, folder_marker, listing, plain, readable
from mail2wiki.records import Mailbox, Span

KIND = "maildir"
PARTS = ("cur", "new")

_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")


def probe(look: Look) -> str:
    """A file is no Maildir."""
    return ""


def is_maildir(name: str, folders: set[str]) -> bool:
    """Do these sub-folders make a folder of this name a Maildir? (Copying tools drop those that are empty.)"""
    return "cur" in folders or {"new", "tmp"} <= folders or (name.startswith(".") and "new" in folders)


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
    for part, folder in _parts(box.path):
        for name in listing(folder).files:
            yield Span(f"{part}/{plain(name)}", os.path.join(folder, name), 0, -1, box.folder)


def raw(data: bytes) -> bytes:
    """The file as it is, or what the server has compressed in it."""
    return inflate(data)


def marker(path: str) -> str:
    """Names, sizes and times of all message files; "" if there is none."""
    files = [(part, folder, listing(folder).files) for part, folder in _parts(path)]
    markers = [f"{part} {folder_marker(folder, names)}" for part, folder, names in files if names]
    return hashlib.sha256("\n".join(markers).encode()).hexdigest() if markers else ""


def _parts(path: str) -> list[tuple[str, str]]:
    folders = [(part, os.path.join(path, part)) for part in PARTS]
    return [(part, folder) for part, folder in folders if os.path.isdir(folder)]
