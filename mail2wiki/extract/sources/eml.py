"""Single messages (RFC 5322), one in a file: `.eml`, MH folders, files without suffix that begin like mail.

The bytes of the file are the message, also where it begins with a BOM, with blank lines or with a "From " line: what is
wrong with it is for the parser to say. In a folder one mailbox record stands for all its message files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from mail2wiki.extract.sources import emlx, mac, mbox
from mail2wiki.extract.sources.files import (
    FOLDER,
    FOREIGN,
    GIVEN,
    OLE,
    SURE,
    Look,
    clients,
    file_marker,
    folder_marker,
    is_binary,
    listing,
    may_be_message,
    plain,
    reads_like_message,
    recognise,
)
from mail2wiki.records import Mailbox, Span

KIND = "eml"


def probe(look: Look) -> str:
    """By its name, or because it reads like a message; with a foreign name only if nothing better is there."""
    given = look.place == GIVEN
    if look.head.startswith(OLE):
        return ""
    if look.suffix in clients("message") and not given:
        return SURE
    if is_binary(look.head[:512]) or not look.head.strip():
        return ""
    if look.suffix == ".eml":
        return SURE
    if emlx.probe(look):  # its first line, a number, would only be one bad header line
        return ""
    if not reads_like_message(look.head) or (look.head.startswith(b"From ") and (mbox.probe(look) or mac.probe(look))):
        return ""
    return SURE if look.plain_name or given else FOREIGN


def spans(box: Mailbox, own: tuple[str, ...] = (KIND,)) -> Iterator[Span]:
    """The file, or the files of the folder that are recognised as one of the kinds `own`, by name."""
    if not os.path.isdir(box.path):
        yield Span(box.source.rpartition("/")[2], box.path, 0, -1, box.folder)
        return
    for name in listing(box.path).files:
        path = os.path.join(box.path, name)
        if may_be_message(name) and recognise(Look(path, FOLDER))[0] in own:
            yield Span(plain(name), path, 0, -1, box.folder)


def raw(data: bytes) -> bytes:
    """The file as it is."""
    return data


def marker(path: str) -> str:
    """sha256 of a file; names, sizes and times of what may be a message in a folder."""
    if not os.path.isdir(path):
        return file_marker(path)
    return folder_marker(path, filter(may_be_message, listing(path).files))
