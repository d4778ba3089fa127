"""The wiki as a folder of Markdown files: OUT/wiki.

Nothing half-written ever stands in wiki/: all pages are made in OUT/work/tmp first, and only when every one is there
are they renamed into place, so that a full disk leaves the wiki as it was. Equal pages are not touched, a page that a
person changed is kept as it is and our version laid beside it in OUT/work/kept. Refuses: deleting or overwriting
anything that it did not write itself, following symbolic links, writing into a folder of somebody else's.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
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
    withdrawn: list[str] = field(default_factory=list)  # changed by a person, moved to OUT/work/withdrawn
    left: list[str] = field(default_factory=list)  # no longer part of the wiki, but changed by a person: not removed
    hashes: dict[str, str] = field(default_factory=dict)  # path -> sha256 of the bytes we wrote there last


def write(
    out: Path,
    pages: Iterable[Page],
    files: Iterable[tuple[str, Path]],
    before: Mapping[str, str],
    note_intent: Callable[[Mapping[str, str]], None],
    *,
    takes_back: bool = False,
) -> Written:
    """Bring OUT/wiki to the state of `pages` and `files` (path below wiki/, file to copy).

    `before`: path -> sha256 of what we wrote on earlier runs. `note_intent` is called once with path -> sha256 of every
    file that will appear or change, before the first one does, so that a run killed in between knows its own again.
    `takes_back`: messages on these pages are private now; what a person changed goes where our own version changes.
    """
    return _Writer(out, before, note_intent, takes_back).run(pages, files)


class _Writer:
    def __init__(
        self, out: Path, before: Mapping[str, str], note_intent: Callable[[Mapping[str, str]], None], takes_back: bool
    ) -> None:
        self.wiki, self.kept, self.tmp = out / "wiki", out / "work" / "kept", out / "work" / "tmp"
        self.withdrawn = out / "work" / "withdrawn"
        self.before, self.note_intent, self.takes_back = before, note_intent, takes_back
        self.done = Written()
        self.moves: list[tuple[Path, str]] = []  # staged file, path below wiki/
        self.folders: set[str] = set()  # folders of the wiki that are known to be ours
        self.fresh = False  # nothing stands in the wiki yet
        self.staging = ThreadPoolExecutor(2)  # creating files is waiting: meanwhile the next pages are made
        self.staged: list[Future[None]] = []

    def run(self, pages: Iterable[Page], files: Iterable[tuple[str, Path]]) -> Written:
        self.refuse_foreign()
        try:
            shutil.rmtree(self.tmp, ignore_errors=True)
            self.tmp.mkdir(parents=True, exist_ok=True)
            self.wiki.mkdir(parents=True, exist_ok=True)
            self.fresh = not any(self.wiki.iterdir())
            for page in pages:
                self.put(page.path, page.text.encode(), None)
            for path, source in files:
                self.put(path, b"", source)
            self.commit()
            self.remove_stale()
        except OSError as error:
            raise _told(error, self.wiki) from error
        finally:
            self.staging.shutdown(cancel_futures=True)
            shutil.rmtree(self.tmp, ignore_errors=True)
        return self.done

    def refuse_foreign(self) -> None:
        """A folder `wiki` with files in it, none of which we ever wrote, is somebody else's.

        Empty folders are ours: of a run that was killed before it renamed its first page into place.
        """
        if self.wiki.is_symlink() or (self.wiki.exists() and not self.wiki.is_dir()):
            raise Mail2WikiError(
                "OUT/wiki is not a folder of ours", str(self.wiki), "Move it away or give another OUT."
            )
        if not self.before and self.wiki.is_dir() and any(map(_holds, self.wiki.rglob("*"))):
            raise Mail2WikiError(
                "OUT/wiki holds files that mail2wiki did not write",
                str(self.wiki),
                "Move them away or give another OUT.",
            )

    def put(self, path: str, data: bytes, source: Path | None) -> None:
        """One file: created, updated, unchanged or kept."""
        if path in self.done.hashes:
            raise Mail2WikiError("two pages with one path", path, "This is a bug; please report it.")
        digest = sha256(data).hexdigest() if source is None else _digest(source)
        goal = self.goal(path)
        there = _digest(goal) if not self.fresh and goal.is_file() and not goal.is_symlink() else None
        if there == digest:
            self.done.unchanged.append(path)
        elif not self.fresh and os.path.lexists(goal) and (there is None or there != self.before.get(path)):
            if self.takes_back and digest != self.before.get(path, digest):
                self.done.withdrawn.append(path)
                self.done.updated.append(path)
                self.moves.append((self.stage(data, source), path))
                self.done.hashes[path] = digest
                return
            self.keep(path, data, source)
            self.done.kept.append(path)
        else:
            (self.done.created if there is None else self.done.updated).append(path)
            self.moves.append((self.stage(data, source), path))
        if path in self.done.kept and path in self.before:
            digest = self.before[path]  # so that it stays known as changed by a person
        self.done.hashes[path] = digest

    def goal(self, path: str) -> Path:
        """Where a file stands; none of its folders may be a link out of the wiki."""
        folder = path.rpartition("/")[0]
        if folder not in self.folders:
            goal = self.wiki
            for part in folder.split("/"):
                goal = goal / part
                if goal.is_symlink() or (goal.exists() and not goal.is_dir()):
                    raise Mail2WikiError("a folder of the wiki was replaced", str(goal), "Move it away.")
            self.folders.add(folder)
        return self.wiki / path

    def stage(self, data: bytes, source: Path | None) -> Path:
        """The file under a temporary name outside the wiki, there when `staged` has ended."""
        temporary = self.tmp / str(len(self.staged))
        if source is None:
            self.staged.append(self.staging.submit(_write, temporary, data))
        else:
            self.staged.append(self.staging.submit(_copy, source, temporary))
        return temporary

    def commit(self) -> None:
        """Rename everything into place, once all of it is staged."""
        for staged in self.staged:
            staged.result()
        self.note_intent({path: self.done.hashes[path] for _, path in self.moves})
        for folder in self.folders:
            (self.wiki / folder).mkdir(parents=True, exist_ok=True)
        for path in self.done.withdrawn:
            self.withdraw(path)
        for temporary, path in self.moves:
            temporary.replace(self.wiki / path)

    def keep(self, path: str, data: bytes, source: Path | None) -> None:
        """Our version of a page that a person changed."""
        goal = self.kept / path
        goal.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.stage(data, source)
        self.staged[-1].result()
        temporary.replace(goal)

    def withdraw(self, path: str) -> None:
        """What a person made of a page goes out of the wiki, under a name that no earlier one has."""
        goal, number = self.withdrawn / path, 1
        while os.path.lexists(goal):
            number += 1
            goal = self.withdrawn / f"{path}.{number}"
        goal.parent.mkdir(parents=True, exist_ok=True)
        (self.wiki / path).replace(goal)

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
            elif self.takes_back:
                self.withdraw(path)
                self.done.withdrawn.append(path)
            else:
                self.done.left.append(path)
                self.done.hashes[path] = digest
                continue
            folder = path.rpartition("/")[0]
            while folder:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
        for folder in sorted(folders, key=lambda f: (-f.count("/"), f)):
            place = self.wiki / folder
            if not any(place.iterdir()):
                place.rmdir()


def _holds(there: Path) -> bool:
    return there.is_symlink() or not there.is_dir()


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _copy(source: Path, path: Path) -> None:
    shutil.copyfile(source, path)


def _digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def _told(error: OSError, wiki: Path) -> Mail2WikiError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Mail2WikiError("the disk is full", str(error.filename or wiki), "Make room and run again.")
    return Mail2WikiError(
        f"the wiki cannot be written: {error.strerror or error}", str(error.filename or wiki), "Check the rights on it."
    )
