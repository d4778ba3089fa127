"""Archive formats: what is in a packed file, member by member, written below one folder that no name can leave.

gzip, bzip2, xz, Zstandard, zip and tar. It refuses paths that lead out, links to anything but a member that is already
there, devices, too many members, and tables and names of an archive's own that would fill the memory.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from mail2wiki.errors import SourceError

MEMBERS = 500_000
_PIECE = 1 << 20
_DIRECTORY = 128 << 20  # bytes of a zip's table of contents; real ones take about 100 a member
_TAR_EXTENSION = 1 << 20  # bytes of a tar's own long names and PAX records
_NAME = 200  # bytes of one level of a path
_LEVELS = 60

_MAGIC = (
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"PK\x03\x04", "zip"),
)
_TAR_EXTENSIONS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
BY_HAND = "Unpack it and give the folder."


class Packed(SourceError):
    """A packed file that cannot be unpacked; the caller knows by what name the user knows it."""

    def __init__(self, reason: str, do: str = BY_HAND) -> None:
        super().__init__(reason, "", do)
        self.reason, self.do = reason, do


def sniff(head: bytes) -> str:
    """ "gz", "bz2", "xz", "zst", "zip", "tar" or "" by the first bytes (512 for a tar)."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    return "tar" if head[257:262] == b"ustar" else ""


class Members:
    """Writes members below one folder, under names that cannot leave it."""

    def __init__(self, tree: Path, stamp: int, allow: Callable[[int], None]) -> None:
        self.tree, self.stamp, self.allow = tree, stamp, allow
        self.files: list[tuple[str, int]] = []
        self.left_out: list[tuple[str, str]] = []
        self._taken: dict[tuple[str, ...], bool] = {}  # path -> is it a file
        self._by_name: dict[str, Path] = {}
        self._count = 0
        tree.mkdir()

    def count(self) -> None:
        self._count += 1
        if self._count > MEMBERS:
            raise Packed(f"it has more than {MEMBERS} members")

    def place(self, name: str) -> Path | None:
        """Where a member of this name goes; None if its name says nothing."""
        parts = [_short(part) for part in name.split("/") if part not in ("", ".", "..")]
        if not parts or len(parts) > _LEVELS:
            self.leave(name, "its path is too deep" if parts else "it has no name")
            return None
        for level in range(1, len(parts) + 1):
            leaf = level == len(parts)
            while (kind := self._taken.get(tuple(parts[:level]))) is not None and (leaf or kind):
                parts[level - 1] += "~"
            self._taken[tuple(parts[:level])] = leaf
        path = self.tree.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._by_name[name.strip("/")] = path
        return path

    def write(self, path: Path, stream: IO[bytes]) -> None:
        """Copy a member, counting bytes. Its time is made from the packed file's content, so that folder markers change
        with the archive and with nothing else."""
        size = 0
        with open(path, "wb") as out:
            while piece := stream.read(_PIECE):
                self.allow(len(piece))
                size += len(piece)
                out.write(piece)
        os.utime(path, (self.stamp, self.stamp))
        self.files.append((os.path.relpath(path, self.tree.parent), size))

    def link(self, name: str, target: str) -> None:
        """A hard link to a member that is already there becomes a copy; any other link is left out."""
        source = self._by_name.get(target.strip("/"))
        path = self.place(name) if source else None
        if source is None or path is None:
            self.leave(name, "a link")
            return
        with open(source, "rb") as stream:
            self.write(path, stream)

    def leave(self, name: str, reason: str) -> None:
        self.left_out.append((name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"), reason))


def _short(part: str) -> str:
    part = part.replace("\0", "")
    data = part.encode("utf-8", "surrogateescape")
    if len(data) <= _NAME:
        return part or "_"
    return data[:_NAME].decode("utf-8", "ignore") + hashlib.sha256(data).hexdigest()[:16]


def open_stream(path: Path | IO[bytes], form: str) -> IO[bytes]:
    """The bytes inside a compressed file."""
    if form == "zst":
        return cast(IO[bytes], _Zst(path if isinstance(path, io.BytesIO) else open(cast(Path, path), "rb")))
    if form == "gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    if form == "bz2":
        return cast(IO[bytes], bz2.open(path, "rb"))
    return cast(IO[bytes], lzma.open(path, "rb")) if form == "xz" else open(cast(Path, path), "rb")


class _Zst:
    """A Zstandard stream that notices when it is cut short (zstandard's own reader just ends there).

    Fed 4 KiB at a time: a hostile frame makes at most some 130 MB of that, not more than fits into memory.
    """

    def __init__(self, file: IO[bytes]) -> None:
        import zstandard

        self._file, self._decoder = file, zstandard.ZstdDecompressor()
        self._frame, self._ready, self._rest = self._decoder.decompressobj(), bytearray(), b""
        self._inside = False  # within a frame

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._ready) < size:
            data = self._rest or self._file.read(1 << 12)
            self._rest = b""
            if not data:
                if self._inside:
                    raise EOFError("cut short")
                break
            self._ready += self._frame.decompress(data)
            self._inside = not self._frame.eof
            if self._frame.eof:
                self._rest = self._frame.unused_data
                self._frame = self._decoder.decompressobj()
        size = len(self._ready) if size < 0 else size
        piece = bytes(self._ready[:size])
        del self._ready[:size]
        return piece

    def __enter__(self) -> _Zst:
        return self

    def __exit__(self, *args: object) -> None:
        self._file.close()


class _TarInfo(tarfile.TarInfo):
    """A member whose own long name or PAX record cannot fill the memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _TarInfo:
        info = super().frombuf(buf, encoding, errors)
        if info.type in _TAR_EXTENSIONS and info.size > _TAR_EXTENSION:
            raise tarfile.ReadError("a name of more than a megabyte")
        return info


def untar(stream: IO[bytes], members: Members) -> None:
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_TarInfo, errors="surrogateescape") as tar:
        for info in _forgetful(tar):
            members.count()
            if info.islnk():
                members.link(info.name, info.linkname)
            elif info.isreg():
                content = tar.extractfile(info)
                path = members.place(info.name) if content else None
                if content and path:
                    members.write(path, content)
            elif not info.isdir():
                members.leave(info.name, "a link" if info.issym() else "a device")


def _forgetful(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The members one by one; tarfile's own list of them would grow with the archive."""
    while (info := tar.next()) is not None:
        yield info
        tar.members = []  # type: ignore[attr-defined]


def unzip(path: Path, members: Members) -> None:
    _check_directory(path)
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            members.count()
            name = info.filename if info.flag_bits & 0x800 else _zip_name(info.filename)
            if "/" not in name:
                name = name.replace("\\", "/")
            mode = info.external_attr >> 16
            if info.is_dir():
                continue
            if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
                members.leave(name, "a link" if stat.S_ISLNK(mode) else "a device")
                continue
            place = members.place(name)
            if place:
                with archive.open(info) as stream:
                    members.write(place, stream)


def _zip_name(name: str) -> str:
    """Names without the UTF-8 flag: macOS writes UTF-8 nevertheless, Windows the old DOS code (zipfile's reading)."""
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _check_directory(path: Path) -> None:
    """zipfile reads the table of contents into memory: see first how long it says it is."""
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - (1 << 16) - 22))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if length == 0xFFFFFFFF and (at := tail.rfind(b"PK\x06\x06")) >= 0:
        length = int.from_bytes(tail[at + 40 : at + 48], "little")
    if length > _DIRECTORY:
        raise Packed("it has too long a table of contents")
