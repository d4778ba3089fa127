"""winmail.dat: the files and the text inside Outlook's TNEF envelope ([MS-OXTNEF]), as far as a wiki needs them.

It refuses everything but attachments and the body (no calendar, no contacts), and it never follows embedded objects.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from mail2wiki.extract import mapi
from mail2wiki.extract import rtf as rich

SIGNATURE = 0x223E9F78
_BODY, _MAPI, _RENDERING, _TITLE, _DATA, _FILE_MAPI = 0x800C, 0x9003, 0x9002, 0x8010, 0x800F, 0x9005
_CODEPAGE = 0x9007
_VARIABLE = frozenset((mapi.STRING8, mapi.UNICODE, mapi.BINARY, mapi.OBJECT))
_MOST = 10_000


class Envelope(NamedTuple):
    """What was in it: files as (name, content), the text, the HTML page ("" where there is none)."""

    files: list[tuple[str, bytes]]
    text: str
    page: str


def read(data: bytes) -> Envelope | None:
    """The content of an envelope; None if it is none. A cut-off one is read as far as it goes."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != SIGNATURE:
        return None
    files: list[list] = []
    text = page = ""
    codepage = "cp1252"
    for level, name, value in _attributes(data):
        if level == 1:
            if name == _CODEPAGE and len(value) >= 4:
                codepage = mapi.charset(struct.unpack_from("<I", value)[0])
            elif name == _BODY:
                text = mapi.text(value, codepage)
            elif name == _MAPI:
                found = _properties(value, codepage)
                text = text or mapi.text(found.get(mapi.BODY), codepage)
                page = page or mapi.text(found.get(mapi.HTML), codepage)
                rtf = found.get(mapi.RTF)
                if not text and not page and isinstance(rtf, bytes):
                    text = rich.text(rich.decompressed(rtf))
        elif name == _RENDERING:
            files.append(["", b""])
        elif files:
            _into(files[-1], name, value, codepage)
    return Envelope([(name, content) for name, content in files if name or content], text, page)


def _into(file: list, name: int, value: bytes, codepage: str) -> None:
    if name == _TITLE:
        file[0] = file[0] or mapi.text(value, codepage)
    elif name == _DATA:
        file[1] = value
    elif name == _FILE_MAPI:
        found = _properties(value, codepage)
        long = mapi.text(found.get(mapi.FILE_LONG_NAME) or found.get(mapi.FILE_NAME), codepage)
        file[0] = long or file[0]
        inside = found.get(mapi.FILE_DATA)
        if not file[1] and isinstance(inside, bytes):
            file[1] = inside


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(level, name, value) of each attribute: level 1 is the message, 2 an attachment."""
    at = 6
    while at + 9 <= len(data):
        level, name, _, size = struct.unpack_from("<BHHI", data, at)
        at += 9
        yield level, name, data[at : at + size]
        at += size + 2


def _properties(data: bytes, codepage: str) -> dict[int, bytes | str]:
    """MAPI properties with text or bytes as value; reading stops where it stops making sense."""
    found: dict[int, bytes | str] = {}
    if len(data) < 4:
        return found
    count, at = struct.unpack_from("<I", data)[0], 4
    try:
        for _ in range(min(count, _MOST)):
            kind, name = struct.unpack_from("<HH", data, at)
            at += 4
            if name >= 0x8000:
                at = _behind_name(data, at)
            many, kind = kind & 0x1000, kind & 0x0FFF
            values = 1
            if many or kind in _VARIABLE:
                values = struct.unpack_from("<I", data, at)[0]
                at += 4
            for _ in range(min(values, _MOST)):
                if kind in _VARIABLE:
                    size = struct.unpack_from("<I", data, at)[0]
                    value = data[at + 4 : at + 4 + size]
                    at += 4 + size + (-size % 4)
                    if kind == mapi.OBJECT:
                        value = value[16:]  # the object's interface id
                    found.setdefault(name, _value(kind, value, codepage))
                elif kind in mapi.FIXED:
                    at += mapi.FIXED[kind]
                else:
                    return found
    except struct.error:
        pass
    return found


def _behind_name(data: bytes, at: int) -> int:
    """Behind the id of a named property: a GUID and a number or a name."""
    kind = struct.unpack_from("<I", data, at + 16)[0]
    if kind == 0:
        return at + 24
    size = struct.unpack_from("<I", data, at + 20)[0]
    return at + 24 + size + (-size % 4)


def _value(kind: int, value: bytes, codepage: str) -> bytes | str:
    if kind == mapi.UNICODE:
        return mapi.unicode(value)
    return mapi.text(value, codepage) if kind == mapi.STRING8 else value
