"""Titles of Office files before 2007: the summary information ([MS-OLEPS]) in a compound file."""

from __future__ import annotations

import struct

from mail2wiki.extract.charsets import decode
from mail2wiki.extract.compound import Compound

_STREAM = "\x05summaryinformation"
_CODEPAGE, _TITLE = 1, 2
_TEXT, _WIDE, _SHORT = 30, 31, 2
MOST_READ = 300_000
MOST_PROPERTIES = 200


def titles(data: bytes) -> list[str]:
    """What may be the title. Raises what `struct` raises for a damaged one."""
    box = Compound(data)
    stream = box.inside(box.entries[0]).get(_STREAM)
    if stream is None or stream.size > MOST_READ:
        return []
    found = box.read(stream)
    (start,) = struct.unpack_from("<I", found, 44)
    _, count = struct.unpack_from("<II", found, start)
    places = dict(struct.iter_unpack("<II", found[start + 8 : start + 8 + 8 * min(count, MOST_PROPERTIES)]))
    if _TITLE not in places:
        return []
    at = start + places[_TITLE]
    kind, length = struct.unpack_from("<II", found, at)
    if kind == _WIDE:
        return [found[at + 8 : at + 8 + 2 * min(length, MOST_READ)].decode("utf-16-le", "replace").partition("\0")[0]]
    if kind != _TEXT:
        return []
    text = found[at + 8 : at + 8 + length]
    page = _codepage(found, start + places[_CODEPAGE]) if _CODEPAGE in places else 1252
    if page == 1200:  # UTF-16
        return [text.decode("utf-16-le", "replace").partition("\0")[0]]
    return [decode(text.partition(b"\0")[0], "utf-8" if page == 65001 else f"cp{page}")[0]]


def _codepage(found: bytes, at: int) -> int:
    kind, page = struct.unpack_from("<IH", found, at)
    return int(page) if kind == _SHORT else 1252
