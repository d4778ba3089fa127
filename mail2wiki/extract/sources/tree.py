"""A SOURCE walked: a file or a folder tree of any kinds of mail, packed or not, becomes mailbox records.

The order of the operating system does not matter: entries are sorted. Links are not followed, so there are no circles;
hidden folders are entered only where they are Maildir++ folders. What is no mail is listed with a reason, not dropped
silently. What only reads like mail under the name of something else ("mbox.old", "message.out") is taken if the SOURCE
holds nothing better; an mbox is also taken in the company of other mailboxes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from mail2wiki.errors import SourceError
from mail2wiki.extract.sources import maildir
from mail2wiki.extract.sources.archive import DEEPEST, Packed, Unpacker, sniff
from mail2wiki.extract.sources.files import (
    FOLDER,
    FOREIGN,
    GIVEN,
    MAILBOXES,
    REST,
    SURE,
    Look,
    clients,
    files_in,
    is_program_name,
    kinds,
    may_be_message,
    plain,
    readable,
    recognise,
    suffix_of,
)
from mail2wiki.records import Mailbox

DEEPEST_FOLDER = 100


class Skipped(NamedTuple):
    """Something that lies in a SOURCE and is not read."""

    path: str  # name of the SOURCE and the path in it
    reason: str


class _Place(NamedTuple):
    """A folder still to be looked at."""

    path: str
    at: str  # name of the SOURCE and the path in it
    folder: tuple[str, ...]  # levels that somebody made
    depth: int
    packed: int  # how many archives around it
    keeps: bool  # a mail program keeps its mailboxes here: loose files are the program's own
    takeout: bool


@dataclass(slots=True)
class Walk:
    """One SOURCE. `boxes` and `skipped` are filled by `file()` or `folder()`."""

    name: str
    holder: str
    unpacker: Unpacker
    include_trash: bool
    progress: Callable[[str], None]
    boxes: list[Mailbox] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    _foreign: list[Mailbox] = field(default_factory=list)
    _loose: list[Mailbox] = field(default_factory=list)

    def file(self, path: Path) -> None:
        """A SOURCE that is a file, packed or not."""
        self._given(str(path), path.name, 0)

    def folder(self, path: Path) -> None:
        """A SOURCE that is a folder."""
        folder = (_stem(path.name),) if False else ()
        self._walk(_Place(str(path), self.name, folder, 0, 0, False, path.name in clients("takeout")))
        self._settle()

    def _given(self, path: str, name: str, packed: int) -> None:
        look = Look(path, GIVEN, name)
        with open(path, "rb") as file:
            form = sniff(file.read(512))
        if not form:
            kind, _ = recognise(look)
            if kind:
                self._add(self.boxes, kind, path, self.name, ())
            return
        if packed == DEEPEST:
            raise Packed(f"archives in it are nested more than {DEEPEST} deep", self.name, "Unpack it and give the folder.")
        self.progress(f"unpacking {self.name}")
        found = self.unpacker.unpack(Path(path))
        self._leave_members(self.name, found.left_out)
        if found.single:
            self._given(str(found.path), os.path.splitext(name)[0], packed + 1)
            return
        self._walk(self._inside(_Place(str(found.path), self.name, (), 0, packed + 1, False, False)))
        self._settle()

    def _inside(self, place: _Place) -> _Place:
        """An archive's one top folder is its wrapper, no folder somebody made."""
        with os.scandir(place.path) as entries:
            inner = list(entries)
        if len(inner) != 1 or not inner[0].is_dir(follow_symlinks=False) or inner[0].name.lower().endswith(".mbox"):
            return place
        name = inner[0].name
        return place._replace(path=inner[0].path, at=f"{place.at}/{plain(name)}", takeout=name in clients("takeout"))

    def _walk(self, place: _Place) -> None:
        todo = [place]
        while todo:
            place = todo.pop()
            try:
                inner = self._look_into(place)
            except OSError as error:
                if place.depth == 0:
                    raise
                self._skip(place.at, f"cannot be read: {error.strerror}")
                continue
            todo.extend(reversed(inner))

    def _look_into(self, place: _Place) -> list[_Place]:
        """Take the files of one folder; give its sub-folders, sorted."""
        with os.scandir(place.path) as entries:
            found = sorted(entries, key=lambda entry: os.fsencode(entry.name))
        folders = [entry for entry in found if entry.is_dir(follow_symlinks=False)]
        for entry in found:
            if entry.is_symlink():
                self._skip(f"{place.at}/{plain(entry.name)}", "a link")
            elif not entry.is_dir() and not entry.is_file():
                self._skip(f"{place.at}/{plain(entry.name)}", "no regular file")
        names = {entry.name for entry in found}
        is_maildir = maildir.is_maildir({entry.name for entry in folders})
        if is_maildir:
            self._add(self.boxes, maildir.KIND, place.path, place.at, place.folder)
            folders = [entry for entry in folders if entry.name not in (*maildir.PARTS, "tmp")]
        keeps = place.keeps or is_maildir or place.path.lower().endswith((".sbd", ".mbox")) or _keeps_mailboxes(names)
        place = place._replace(keeps=keeps)
        self._take(place)
        if names & clients("keeps_mailboxes") and names & clients("profile"):
            for entry in folders:
                if entry.name not in clients("profile"):
                    self._skip(f"{place.at}/{plain(entry.name)}", "not a mail folder of the profile")
            folders = [entry for entry in folders if entry.name in clients("profile")]
            inner = [self._below(place, entry.name) for entry in folders]
            return [account._replace(folder=()) for top in inner if top for account in self._accounts(top)]
        return [inner for entry in folders if (inner := self._below(place, entry.name))]

    def _accounts(self, top: _Place) -> list[_Place]:
        """The accounts of a Thunderbird profile: no folders somebody made."""
        with os.scandir(top.path) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
        return [inner for name in names if (inner := self._below(top, name))]

    def _below(self, place: _Place, name: str) -> _Place | None:
        """The sub-folder of that name, if it is to be looked into."""
        path, at = os.path.join(place.path, name), f"{place.at}/{plain(name)}"
        if name.startswith("."):
            if not any(os.path.isdir(os.path.join(path, part)) for part in maildir.PARTS):
                return None
            levels = maildir.folder_names(name)
        elif place.keeps and name in ("Attachments", "tmp"):
            self._skip(at, "attachments kept by the mail program")
            return None
        elif place.depth >= DEEPEST_FOLDER:
            self._skip(at, "too deep")
            return None
        else:
            levels = () if is_program_name(name) or (place.keeps and name.isdigit()) else (readable(_stem(name)),)
        takeout = place.takeout or name in clients("takeout")
        folder = () if takeout else place.folder + tuple(level for level in levels if level)
        return _Place(path, at, folder, place.depth + 1, place.packed, place.keeps or takeout, takeout)

    def _take(self, place: _Place) -> None:
        """The files of one folder: mailboxes each for itself, message files together."""
        together: dict[str, bool] = {}
        foreign: list[tuple[str, os.DirEntry[str]]] = []
        company = False
        for entry in files_in(place.path):
            at = f"{place.at}/{plain(entry.name)}"
            try:
                form, kind, claim = self._what(entry, place)
            except OSError as error:
                self._skip(at, f"cannot be read: {error.strerror}")
                continue
            if form:
                self._unpack(place, entry)
            elif claim == FOREIGN:
                foreign.append((kind, entry))
            elif kind == "mbox":
                company = True
                self._mailbox(self.boxes, place, entry)
            elif kind:
                together[kind] = True
            elif suffix_of(entry.name) != ".msf" and entry.name not in clients("clutter"):
                self._skip(at, "no mail")
        for kind, entry in foreign:
            if kind == "mbox":
                self._mailbox(self.boxes if company else self._foreign, place, entry)
            else:
                at = f"{place.at}/{plain(entry.name)}"
                self._add(self._foreign, kind, entry.path, at, place.folder)
        for kind in sorted(together):
            if kind == "loose":
                self._add(self._loose, kind, place.path, place.at, place.folder)
            elif not (kind == "eml" and "loose" in together):
                self._add(self.boxes, kind, place.path, place.at, place.folder)
            else:
                self._add(self.boxes, kind, place.path, place.at, place.folder)

    def _what(self, entry: os.DirEntry[str], place: _Place) -> tuple[str, str, str]:
        """(form of packing, kind, claim) of one file."""
        if entry.name in clients("clutter") or suffix_of(entry.name) in clients("other"):
            return "", "", ""
        look = Look(entry.path, MAILBOXES if place.keeps else FOLDER)
        if not may_be_message(entry.name) or not look.suffix:
            with open(entry.path, "rb") as file:
                form = sniff(file.read(512))
            if form:
                known = not look.suffix or look.suffix in clients("packed")
                return (form if known else ""), "", ""
        return "", *recognise(look)

    def _mailbox(self, boxes: list[Mailbox], place: _Place, entry: os.DirEntry[str]) -> None:
        at, name = f"{place.at}/{plain(entry.name)}", readable(_stem(entry.name))
        if place.takeout and not self.include_trash and name.casefold() in clients("gmail_left_out"):
            self._skip(at, "spam or trash of a Google Takeout")
            return
        apple = place.path.lower().endswith(".mbox") and entry.name == "mbox"
        own = () if place.takeout or apple or not name else (name,)
        self._add(boxes, "mbox", entry.path, at, place.folder + own)

    def _unpack(self, place: _Place, entry: os.DirEntry[str]) -> None:
        """A packed file in a tree. What is wrong with it leaves it out; it does not end the run."""
        at = f"{place.at}/{plain(entry.name)}"
        if place.packed >= DEEPEST:
            self._skip(at, f"packed more than {DEEPEST} deep")
            return
        self.progress(f"unpacking {at}")
        try:
            found = self.unpacker.unpack(Path(entry.path))
        except Packed as error:
            self._skip(at, error.what)
            return
        self._leave_members(at, found.left_out)
        inner = _Place(str(found.path), at, place.folder, place.depth + 1, place.packed + 1, True, place.takeout)
        if not found.single:
            self._walk(self._inside(inner))
            return
        name = os.path.splitext(entry.name)[0]
        path = str(found.path)
        with open(path, "rb") as file:
            form = sniff(file.read(512))
        kind, claim = recognise(Look(path, MAILBOXES, name))
        if form or claim not in (SURE, REST):
            self._skip(at, "packed again inside" if form else "no mail")
        else:
            levels = (readable(_stem(name)),) if kind == "mbox" and not place.takeout else ()
            self._add(self.boxes, kind, path, at, place.folder + levels)

    def _settle(self) -> None:
        """Second choices: texts without a header beside real messages, foreign names where there is nothing else."""
        if self.boxes:
            better = {(box.path, box.kind) for box in self._loose}
            self.boxes = [box for box in self.boxes if box.kind != "eml" or (box.path, "loose") not in better]
            self.boxes += self._loose
            for box in self._foreign:
                self._skip(box.source, f"reads like mail ({box.kind}) but is named like something else; give it by itself")
        else:
            self.boxes = self._foreign
            for box in self._loose:
                self._skip(box.source, "texts without a header")

    def _add(self, boxes: list[Mailbox], kind: str, path: str, source: str, folder: tuple[str, ...]) -> None:
        marker = kinds()[kind].marker(path)
        boxes.append(Mailbox(source, kind, path, self.holder, "/".join(level.replace("/", "∕") for level in folder), marker))

    def _skip(self, at: str, reason: str) -> None:
        self.skipped.append(Skipped(at, reason))

    def _leave_members(self, at: str, left_out: tuple[tuple[str, str], ...]) -> None:
        for name, reason in left_out:
            self._skip(f"{at}/{name}", reason)


def unique(boxes: list[Mailbox]) -> list[Mailbox]:
    """Sorted by source; a second mailbox in the same place says its kind in its name."""
    seen: set[str] = set()
    result = []
    for box in sorted(boxes, key=lambda box: (box.source, box.kind, box.path)):
        source = box.source
        while source in seen:
            source += f" ({box.kind})"
        seen.add(source)
        result.append(replace(box, source=source))
    return result


def nothing_in(name: str, skipped: list[Skipped]) -> SourceError:
    """What to say of a SOURCE without a mailbox."""
    packed = [skip for skip in skipped if "unpack" in skip.reason or "damaged" in skip.reason or "password" in skip.reason]
    if packed:
        return SourceError(f"no mailbox in it that can be read: {packed[0].reason}", packed[0].path, "Unpack it and give the folder.")
    return SourceError("no mailbox in it", name, "Give an mbox file, a Maildir, an .eml file, a folder of these, or one of them packed.")


def stem(name: str) -> str:
    """Whose mailbox a SOURCE of this name is: "alice" of "alice.mbox.xz"."""
    while True:
        suffix = suffix_of(name)
        if suffix in clients("packed") or suffix in clients("mailbox") or suffix in clients("message") or suffix == ".emlx":
            name = name[: -len(suffix)]
        else:
            return readable(name) or "mailbox"


def _stem(name: str) -> str:
    """The folder's name of a mailbox's or folder's file name."""
    suffix = suffix_of(name)
    return name[: -len(suffix)] if suffix in clients("mailbox") or suffix in (".sbd", ".txt") else name


def _keeps_mailboxes(names: set[str]) -> bool:
    marks = clients("keeps_mailboxes")
    return bool(names & marks) or any(suffix_of(name) in marks for name in names)
