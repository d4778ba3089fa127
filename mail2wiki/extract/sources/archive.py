"""Packed sources: gzip, bzip2, xz, Zstandard, zip and tar, known by their first bytes, unpacked into a scratch folder.

The place of an unpacked file is named by the sha256 of the packed one, made under another name and renamed, so that it
is whole or not there, and used again on the next run. It refuses: paths that lead out of that place, links to anything
but a file already unpacked from the same archive, devices, more bytes than the disk can take, more than 200 times the
packed size beyond 1 GB (a bomb), more than 500,000 members, archives within archives deeper than three.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mail2wiki.extract.sources.formats import Members, Packed, open_stream, sniff, untar, unzip

DEEPEST = 3  # archives within archives
RATIO, FREE_OF_RATIO = 200, 1 << 30
DISK_SHARE = 0.8  # of what is free when the run begins
_INFLATED = 256 << 20  # bytes of one message
_OURS = re.compile(r"[0-9a-f]{32}(\.json|\.part)?")


class Unpacked(NamedTuple):
    """What became of a packed file."""

    path: Path  # the file, or the folder with the members
    single: bool  # one compressed file (".mbox.xz"), not a collection
    left_out: tuple[tuple[str, str], ...]  # members that were not unpacked: (name, reason)


class Unpacker:
    """Unpacks into one scratch folder under one budget of bytes."""

    def __init__(self, scratch: Path, budget: int | None = None) -> None:
        self._scratch = scratch
        self._budget = budget
        self._used = 0
        self._keys: set[str] = set()

    def unpack(self, path: Path) -> Unpacked:
        """Unpack once; the second time it is found again. Raises `Packed`."""
        with path.open("rb") as file:
            key = hashlib.file_digest(file, "sha256").hexdigest()[:32]
        self._keys.add(key)
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
            members = Members(part / "tree", int(key[:7], 16), self._allow(path))
            single = self._fill(path, part / "content", members)
            known = {"single": single, "files": members.files, "left_out": members.left_out}
            listing.write_text(json.dumps(known), encoding="utf-8")
            os.replace(part, place)
        except Packed:
            raise
        except Exception as error:  # the decoders' own errors are many: zlib, lzma, struct, Unicode, recursion
            raise Packed(_what_is_wrong(error)) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return Unpacked(place / ("content" if single else "tree"), single, tuple(members.left_out))

    def forget_others(self) -> None:
        """Remove what earlier runs unpacked and this one did not ask for: last month's archive, a killed run's rest."""
        if not self._scratch.is_dir():
            return
        for path in sorted(self._scratch.iterdir()):
            if _OURS.fullmatch(path.name) and path.name[:32] not in self._keys:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)

    def _fill(self, path: Path, single: Path, members: Members) -> bool:
        """Unpack; True if it was a compressed single file, written to `single`."""
        with open(path, "rb") as file:
            form = sniff(file.read(512))
        if form == "zip":
            unzip(path, members)
            return False
        with open_stream(path, form) as stream:
            tar = form == "tar" or sniff(stream.read(512)) == "tar"
        with open_stream(path, form) as stream:
            if tar:
                untar(stream, members)
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
                raise Packed(f"it unpacks to more than {RATIO} times its size")
            if self._used > (self._budget or 0):
                raise Packed("it would fill the disk when unpacked", "Make room, or unpack it elsewhere.")

        return allow


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


def inflate(data: bytes) -> bytes:
    """The bytes inside a message file that the mail server keeps compressed (Dovecot's zlib plugin), at most 256 MiB.

    What is not compressed, or not rightly, comes back as it is.
    """
    form = sniff(data[:6])
    if form in ("", "zip", "tar"):
        return data
    try:
        with open_stream(io.BytesIO(data), form) as stream:
            return stream.read(_INFLATED)
    except Exception:  # as in Unpacker.unpack: the decoders' own errors are many
        return data


def _what_is_wrong(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "it finds no room to be unpacked"
    if isinstance(error, NotImplementedError):
        return "it is packed in a way that is not known here"
    if isinstance(error, RuntimeError) and "password" in str(error):
        return "it is locked with a password"
    return "it is damaged or cut short"
