"""The wiki as a folder of Markdown files: OUT/wiki.

Half-written pages never stand in wiki/ (they are made in OUT/work/tmp and renamed), equal pages are not touched, a page
that a person changed is kept as it is and our version laid beside it in OUT/work/kept. Refuses: deleting or
overwriting anything that it did not write itself, following symbolic links, writing into a folder of somebody else's.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from mail2wiki.errors import Mail2WikiError
from mail2wiki.records import Page


@dataclass(slots=True)
class Written:
    """What a run did to the wiki; `hashes` is the next run's `before`."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # changed by a person; our version is in OUT/work/kept
    removed: list[str] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)  # path -> sha256 of the bytes we wrote there last


def write(
    out: Path,
    pages: Iterable[Page],
    files: Iterable[tuple[str, Path]],
    before: Mapping[str, str],
    note_intent: Callable[[str, str], None],
) -> Written:
    """Bring OUT/wiki to the state of `pages` and `files` (path below wiki/, file to copy).

    `before`: path -> sha256 of what we wrote on earlier runs. `note_intent(path, sha256)` is called before each file
    appears or changes, so that a run killed in between knows its own files again.
    """
    return _Writer(out, before, note_intent).run(pages, files)


class _Writer:
    def __init__(self, out: Path, before: Mapping[str, str], note_intent: Callable[[str, str], None]) -> None:
        self.wiki, self.kept, self.tmp = out / "wiki", out / "work" / "kept", out / "work" / "tmp"
        self.before, self.note_intent = before, note_intent
        self.done = Written()

    def run(self, pages: Iterable[Page], files: Iterable[tuple[str, Path]]) -> Written:
        self.refuse_foreign()
        try:
            shutil.rmtree(self.tmp, ignore_errors=True)
            self.tmp.mkdir(parents=True, exist_ok=True)
            self.wiki.mkdir(parents=True, exist_ok=True)
            for page in pages:
                self.put(page.path, page.text.encode(), None)
            for path, source in files:
                self.put(path, b"", source)
            self.remove_stale()
        except OSError as error:
            raise _told(error, self.wiki) from error
        finally:
            shutil.rmtree(self.tmp, ignore_errors=True)
        return self.done

    def refuse_foreign(self) -> None:
        """A folder `wiki` with files in it, none of which we ever wrote, is somebody else's."""
        if self.wiki.is_symlink() or (self.wiki.exists() and not self.wiki.is_dir()):
            raise Mail2WikiError("OUT/wiki is not a folder of ours", str(self.wiki), "Move it away or give another OUT.")
        if not self.before and self.wiki.is_dir() and any(True for _ in os.scandir(self.wiki)):
            raise Mail2WikiError(
                "OUT/wiki holds files that mail2wiki did not write", str(self.wiki), "Move them away or give another OUT."
            )

    def put(self, path: str, data: bytes, source: Path | None) -> None:
        """One file: created, updated, unchanged or kept."""
        if path in self.done.hashes:
            raise Mail2WikiError("two pages with one path", path, "This is a bug; please report it.")
        digest = sha256(data).hexdigest() if source is None else _digest(source)
        goal = self.goal(path)
        there = _digest(goal) if goal.is_file() and not goal.is_symlink() else None
        if there == digest:
            self.done.unchanged.append(path)
        elif os.path.lexists(goal) and (there is None or there != self.before.get(path)):
            self.keep(path, data, source)
            self.done.kept.append(path)
        else:
            (self.done.created if there is None else self.done.updated).append(path)
            self.note_intent(path, digest)
            self.move(goal, data, source)
        if path in self.done.kept and path in self.before:
            digest = self.before[path]  # so that it stays known as changed by a person
        self.done.hashes[path] = digest

    def goal(self, path: str) -> Path:
        """Where a file stands; its folders are made, and none of them may be a link out of the wiki."""
        goal = self.wiki
        for part in path.split("/")[:-1]:
            goal = goal / part
            if goal.is_symlink() or (goal.exists() and not goal.is_dir()):
                raise Mail2WikiError("a folder of the wiki was replaced", str(goal), "Move it away.")
        goal.mkdir(parents=True, exist_ok=True)
        return goal / path.rpartition("/")[2]

    def move(self, goal: Path, data: bytes, source: Path | None) -> None:
        """Write to a temporary name outside the wiki, then rename."""
        temporary = self.tmp / "page"
        if source is None:
            temporary.write_bytes(data)
        else:
            shutil.copyfile(source, temporary)
        temporary.replace(goal)

    def keep(self, path: str, data: bytes, source: Path | None) -> None:
        goal = self.kept / path
        goal.parent.mkdir(parents=True, exist_ok=True)
        self.move(goal, data, source)

    def remove_stale(self) -> None:
        """Files we wrote that are no longer part of the wiki, unless a person changed them; then empty folders."""
        folders: set[str] = set()
        for path, digest in sorted(self.before.items()):
            if path in self.done.hashes:
                continue
            goal = self.wiki / path
            if goal.is_symlink() or not goal.is_file():
                continue
            if _digest(goal) == digest:
                goal.unlink()
                self.done.removed.append(path)
                folder = path.rpartition("/")[0]
                while folder:
                    folders.add(folder)
                    folder = folder.rpartition("/")[0]
            else:
                self.done.kept.append(path)
                self.done.hashes[path] = digest
        for folder in sorted(folders, key=lambda f: (-f.count("/"), f)):
            place = self.wiki / folder
            if not any(True for _ in os.scandir(place)):
                place.rmdir()


def _digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def _told(error: OSError, wiki: Path) -> Mail2WikiError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Mail2WikiError("the disk is full", str(error.filename or wiki), "Make room and run again; it goes on where it stopped.")
    return Mail2WikiError(
        f"the wiki cannot be written: {error.strerror or error}", str(error.filename or wiki), "Check the rights on it."
    )
