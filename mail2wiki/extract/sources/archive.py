"""Packed sources: gzip, bzip2, xz, Zstandard, zip and tar, known by their first bytes, unpacked into a scratch folder.

The place of an unpacked file is named by the sha256 of the packed one, made under another name and renamed, so that it
is whole or not there, and used again on the next run. It refuses: paths that lead out of that place, links to anything
but a file already unpacked from the same archive, devices, more bytes than the disk can take, more than 200 times the
packed size beyond 1 GB (a bomb), more than 500,000 members, archives within archives deeper than three.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import hashlib
import json
import lzma
import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from mail2wiki.errors import SourceError
from mail2wiki.extract.sources.files import file_marker

DEEPEST = 3  # archives within archives
MEMBERS = 500_000
RATIO, FREE_OF_RATIO = 200, 1 << 30
DISK_SHARE = 0.8  # of what is free when the run begins
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


class Unpacked(NamedTuple):
    """What became of a packed file."""

    path: Path  # the file, or the folder with the members
    single: bool  # one compressed file (".mbox.xz"), not a collection
    left_out: tuple[tuple[str, str], ...]  # members that were not unpacked: (name, reason)


class Packed(SourceError):
    """A packed file that cannot be unpacked."""


def sniff(head: bytes) -> str:
    """ "gz", "bz2", "xz", "zst", "zip", "tar" or "" by the first bytes (512 for a tar)."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    return "tar" if head[257:262] == b"ustar" else ""


class Unpacker:
    """Unpacks into one scratch folder under one budget of bytes."""

    def __init__(self, scratch: Path, budget: int | None = None) -> None:
        self._scratch = scratch
        self._budget = budget
        self._used = 0

    def unpack(self, path: Path) -> Unpacked:
        """Unpack once; the second time it is found again. Raises `Packed`."""
        key = file_marker(str(path))[:32]
        place = self._scratch / key
        listing = self._scratch / f"{key}.json"
        found = _again(place, listing)
        if found:
            return found
        part = self._scratch / f"{key}.part"
        for old in (place, part):
            shutil.rmtree(old, ignore_errors=True)
        try:
            part.mkdir(parents=True)
            if self._budget is None:
                self._budget = int(shutil.disk_usage(self._scratch).free * DISK_SHARE)
            members = _Members(part / "tree", int(key[:7], 16), self._allow(path))
            single = self._fill(path, part / "content", members)
            known = {"single": single, "files": members.files, "left_out": members.left_out}
            listing.write_text(json.dumps(known), encoding="utf-8")
            os.replace(part, place)
        except Packed:
            raise
        except Exception as error:  # the decoders' own errors are many: zlib, lzma, struct, Unicode, recursion
            raise Packed(_what_is_wrong(error), str(path), BY_HAND) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return Unpacked(place / ("content" if single else "tree"), single, tuple(members.left_out))

    def _fill(self, path: Path, single: Path, members: _Members) -> bool:
        """Unpack; True if it was a compressed single file, written to `single`."""
        with open(path, "rb") as file:
            form = sniff(file.read(512))
        if form == "zip":
            _unzip(path, members)
            return False
        with _stream(path, form) as stream:
            tar = form == "tar" or sniff(stream.read(512)) == "tar"
        with _stream(path, form) as stream:
            if tar:
                _untar(stream, members)
            else:
                members.write(single, stream)
        return not tar

    def _allow(self, path: Path) -> Callable[[int], None]:
        """The watch over bytes that come out of one file."""
        packed, out = path.stat().st_size, 0

        def allow(size: int) -> None:
            nonlocal out
            out += size
            self._used += size
            if out > FREE_OF_RATIO and out > RATIO * packed:
                raise Packed(f"it unpacks to more than {RATIO} times its size", str(path), BY_HAND)
            if self._used > (self._budget or 0):
                raise Packed("unpacked it would fill the disk", str(path), "Make room, or unpack it elsewhere.")

        return allow


class _Members:
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
            raise Packed(f"it has more than {MEMBERS} members", "", BY_HAND)

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


def _again(place: Path, listing: Path) -> Unpacked | None:
    """What an earlier run unpacked, if it is still whole."""
    try:
        known = json.loads(listing.read_text(encoding="utf-8"))
        if any(os.stat(place / name).st_size != size for name, size in known["files"]):
            return None
        left_out = tuple((name, reason) for name, reason in known["left_out"])
        path = place / ("content" if known["single"] else "tree")
        return Unpacked(path, known["single"], left_out) if path.exists() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _what_is_wrong(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "no room to unpack it"
    if isinstance(error, NotImplementedError):
        return "it is packed in a way that is not known here"
    if isinstance(error, RuntimeError) and "password" in str(error):
        return "it is locked with a password"
    return "it is damaged or cut short"


def _stream(path: Path, form: str) -> IO[bytes]:
    """The bytes inside a compressed file."""
    if form == "zst":
        import zstandard

        return cast(IO[bytes], zstandard.open(path, "rb"))
    if form == "gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    if form == "bz2":
        return cast(IO[bytes], bz2.open(path, "rb"))
    return cast(IO[bytes], lzma.open(path, "rb")) if form == "xz" else open(path, "rb")


class _TarInfo(tarfile.TarInfo):
    """A member whose own long name or PAX record cannot fill the memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _TarInfo:
        info = super().frombuf(buf, encoding, errors)
        if info.type in _TAR_EXTENSIONS and info.size > _TAR_EXTENSION:
            raise tarfile.ReadError("a name of more than a megabyte")
        return info


def _untar(stream: IO[bytes], members: _Members) -> None:
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


def _unzip(path: Path, members: _Members) -> None:
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
        raise Packed("its table of contents is too long", str(path), BY_HAND)
