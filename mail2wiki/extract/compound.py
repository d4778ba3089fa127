"""Compound files ([MS-CFB], "OLE2"): the small file system inside Outlook's `.msg`, read from memory.

Own reader, because the usual library (olefile) recurses on the directory and looks names up one by one: a directory
that is a chain, as some programs write it, ends its stack. A test holds both to the same streams. It refuses to read
more than the file has: streams that claim each other's sectors come out cut off, and `damaged` says so.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STORAGE, STREAM, ROOT = 1, 2, 5
_LAST_SECTOR = 0xFFFFFFF9  # what is larger is a mark: free, end of chain ...
_IN_HEADER = 109  # sectors of the table of sectors that the header itself names
_ENTRY = 128
_CUTOFF = 4096  # bytes; smaller streams lie in pieces of 64 in the root's own stream
_NAME = 64  # bytes of an entry's name, its end included


class Entry(NamedTuple):
    """A stream or storage. `start`: its first sector; `first`: the topmost entry in it, a tree by `left`, `right`."""

    name: str  # lower case: names are compared so
    kind: int
    left: int
    right: int
    first: int
    start: int
    size: int


class Compound:
    """A compound file. Raises ValueError for what is none; what is damaged is read as far as it goes."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(MAGIC):
            raise ValueError("no compound file")
        self.data, self.damaged = data, False
        major, _, shift, small = struct.unpack_from("<HHHH", data, 26)
        if shift not in (9, 12) or small != 6:
            raise ValueError("sector sizes that do not exist")
        self._size = 1 << shift
        self._left = len(data) + self._size  # bytes that may still be read
        directory, _, _, mini, _, table, _ = struct.unpack_from("<IIIIIII", data, 48)
        self._fat = self._sector_table(table)
        self.entries = self._directory(directory, major)
        self._mini = _numbers(self._chain(mini, len(data)))
        self._small = self._chain(self.entries[0].start, self.entries[0].size)

    def inside(self, storage: Entry) -> dict[str, Entry]:
        """What lies in a storage, by name. Every entry lies in one place: a directory that says else is damaged."""
        found: dict[str, Entry] = {}
        todo = [storage.first]
        while todo:
            number = todo.pop()
            if number > _LAST_SECTOR:
                continue
            if number >= len(self.entries) or number in self._used:
                self.damaged = True
                continue
            self._used.add(number)
            entry = self.entries[number]
            found.setdefault(entry.name, entry)
            todo += (entry.left, entry.right)
        return found

    def read(self, stream: Entry) -> bytes:
        """The content of a stream; shorter than it should be where the file is damaged."""
        if stream.size >= _CUTOFF:
            data = self._chain(stream.start, stream.size)
        else:
            pieces, number, left = [], stream.start, stream.size
            while left > 0 and number < len(self._mini):
                pieces.append(self._small[number * 64 : number * 64 + 64])
                number, left = self._mini[number], left - 64
            data = b"".join(pieces)[: stream.size]
        self.damaged = self.damaged or len(data) < stream.size
        return data

    def _sector_table(self, number: int) -> tuple[int, ...]:
        """The table that says which sector follows which (FAT), itself named by a list (DIFAT)."""
        listed = list(struct.unpack_from(f"<{_IN_HEADER}I", self.data, 76))
        most = len(self.data) // self._size
        for _ in range(most):
            if number > _LAST_SECTOR:
                break
            more = _numbers(self._sector(number))
            listed += more[:-1]
            number = more[-1] if more else _LAST_SECTOR + 1
        sectors = [number for number in listed if number <= _LAST_SECTOR][:most]
        return _numbers(b"".join(map(self._sector, sectors)))

    def _directory(self, start: int, major: int) -> list[Entry]:
        data = self._chain(start, len(self.data))
        entries = []
        for at in range(0, len(data) - _ENTRY + 1, _ENTRY):
            length, kind, _, left, right, first = struct.unpack_from("<HBBIII", data, at + _NAME)
            sector, low, high = struct.unpack_from("<III", data, at + 116)
            name = data[at : at + max(0, min(length, _NAME) - 2)].decode("utf-16-le", "replace").lower()
            entries.append(Entry(name, kind, left, right, first, sector, low | (high << 32 if major > 3 else 0)))
        if not entries or entries[0].kind != ROOT:
            raise ValueError("no directory")
        self._used = {0}
        return entries

    def _chain(self, number: int, size: int) -> bytes:
        """The bytes of the sectors in a chain; a circle ends where more was read than the file has."""
        pieces: list[bytes] = []
        size = min(size, self._left)
        left = size
        while left > 0 and number < len(self._fat):
            piece = self._sector(number)
            if not piece:
                break
            pieces.append(piece)
            number, left = self._fat[number], left - self._size
        data = b"".join(pieces)[:size]
        self._left -= len(data)
        return data

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        return self.data[at : at + self._size]


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
