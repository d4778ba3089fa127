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
from mail2wiki.extract.sources import eml, emlx, loose, maildir, mbox, msg
from mail2wiki.extract.sources.archive import DEEPEST, Unpacker
from mail2wiki.extract.sources.files import (
    FOLDER,
    FOREIGN,
    GIVEN,
    MAILBOXES,
    REST,
    SURE,
    Look,
    clients,
    is_program_name,
    kinds,
    listing,
    plain,
    readable,
    recognise,
    suffix_of,
)
from mail2wiki.extract.sources.formats import Packed, sniff
from mail2wiki.records import Mailbox

DEEPEST_FOLDER = 100
EMPTY = "empty"
"""Reason of what is listed but leaves nothing out: `--strict` does not mind it."""


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
    apple: bool = False  # within a mailbox folder of Apple Mail


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
        self._walk(_Place(str(path), self.name, (), 0, 0, False, path.name in clients("takeout")))
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
            raise Packed(f"it holds archives nested more than {DEEPEST} deep")
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
        found = listing(place.path)
        if found.files or len(found.folders) != 1 or found.folders[0].lower().endswith(".mbox"):
            return place
        name = found.folders[0]
        path = os.path.join(place.path, name)
        return place._replace(path=path, at=f"{place.at}/{plain(name)}", takeout=name in clients("takeout"))

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
        found = listing(place.path)
        for name, reason in found.others:
            self._skip(f"{place.at}/{plain(name)}", reason)
        folders, name = found.folders, os.path.basename(place.path)
        is_maildir = maildir.is_maildir(name, set(folders))
        if is_maildir:
            self._add(self.boxes, maildir.KIND, place.path, place.at, place.folder)
            folders = [name for name in folders if name not in (*maildir.PARTS, "tmp")]
        apple = place.apple or name.lower().endswith(".mbox")
        marked = is_maildir or apple or name.lower().endswith(".sbd") or _keeps_mailboxes(found.files)
        place = place._replace(keeps=place.keeps or marked, apple=apple)
        self._take(place, found.files)
        if clients("profile_mark").isdisjoint(found.files):
            return [inner for name in folders if (inner := self._below(place, name))]
        return self._accounts(place, folders)

    def _accounts(self, profile: _Place, folders: list[str]) -> list[_Place]:
        """The accounts of a Thunderbird profile, no folders somebody made; what lies beside them is not walked."""
        accounts = []
        for name in folders:
            top = self._below(profile, name) if name in clients("profile") else None
            if top is None:
                self._skip(f"{profile.at}/{plain(name)}", "not a mail folder of the profile")
                continue
            inner = [self._below(top, account) for account in listing(top.path).folders]
            accounts += [account._replace(folder=profile.folder) for account in inner if account]
        return accounts

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
            levels = () if is_program_name(name, place.apple) else (_level(name),)
        takeout = place.takeout or name in clients("takeout")
        folder = () if takeout else place.folder + tuple(level for level in levels if level)
        return _Place(path, at, folder, place.depth + 1, place.packed, place.keeps or takeout, takeout, place.apple)

    def _take(self, place: _Place, files: list[str]) -> None:
        """The files of one folder: mailboxes each for itself, message files together."""
        together: set[str] = set()
        bare: list[str] = []
        foreign: list[tuple[str, str]] = []
        company = False
        for name in files:
            at = f"{place.at}/{plain(name)}"
            try:
                form, kind, claim = _what(place, name)
            except OSError as error:
                self._skip(at, f"cannot be read: {error.strerror}")
                continue
            if form:
                self._unpack(place, name)
            elif claim == FOREIGN:
                foreign.append((name, kind))
            elif kind == mbox.KIND:
                company = True
                self._mailbox(self.boxes, place, name)
            elif kind == loose.KIND:
                bare.append(at)
            elif kind:
                together.add(kind)
            elif suffix_of(name) != ".msf" and name not in clients("clutter"):
                self._skip(at, _why_no_mail(place, name))
        for name, kind in foreign:
            if kind == mbox.KIND:
                self._mailbox(self.boxes if company else self._foreign, place, name)
            else:
                path, at = os.path.join(place.path, name), f"{place.at}/{plain(name)}"
                self._add(self._foreign, kind, path, at, place.folder)
        for kind in sorted(together):
            self._add(self.boxes, kind, place.path, place.at, place.folder)
        if bare and company and together.isdisjoint((eml.KIND, msg.KIND)):  # empty mailboxes, notes beside mailboxes
            self.skipped += [Skipped(at, _why_no_mail(place, at.rpartition("/")[2])) for at in bare]
        elif bare:
            self._add(self._loose, loose.KIND, place.path, place.at, place.folder)

    def _mailbox(self, boxes: list[Mailbox], place: _Place, name: str) -> None:
        at, level = f"{place.at}/{plain(name)}", _level(name)
        if place.takeout and not self.include_trash and level.casefold() in clients("gmail_left_out"):
            self._skip(at, "spam or trash of a Google Takeout")
            return
        apple = place.path.lower().endswith(".mbox") and name == "mbox"
        own = () if place.takeout or apple or not level else (level,)
        self._add(boxes, mbox.KIND, os.path.join(place.path, name), at, place.folder + own)

    def _unpack(self, place: _Place, name: str) -> None:
        """A packed file in a tree. What is wrong with it leaves it out; it does not end the run."""
        at = f"{place.at}/{plain(name)}"
        if place.packed >= DEEPEST:
            self._skip(at, f"packed more than {DEEPEST} deep")
            return
        self.progress(f"unpacking {at}")
        try:
            found = self.unpacker.unpack(Path(place.path, name))
        except (Packed, OSError) as error:
            self._skip(at, error.reason if isinstance(error, Packed) else f"cannot be read: {error.strerror}")
            return
        self._leave_members(at, found.left_out)
        if found.single:
            self._single(place, str(found.path), os.path.splitext(name)[0], at)
        else:
            inner = _Place(str(found.path), at, place.folder, place.depth + 1, place.packed + 1, True, place.takeout)
            self._walk(self._inside(inner))

    def _single(self, place: _Place, path: str, name: str, at: str) -> None:
        """A compressed file of a tree, unpacked."""
        look = Look(path, MAILBOXES, name)
        kind, claim = recognise(look)
        if sniff(look.head) or claim not in (SURE, REST):
            self._skip(at, "packed again inside" if sniff(look.head) else "no mail")
        else:
            levels = (_level(name),) if kind == mbox.KIND and not place.takeout else ()
            self._add(self.boxes, kind, path, at, place.folder + levels)

    def _settle(self) -> None:
        """Second choices: texts without a header beside real messages, foreign names where there is nothing else."""
        if not self.boxes:
            self.boxes = self._foreign
            for box in self._loose:
                self._skip(box.source, "texts without a header")
            return
        mixed = {box.path for box in self._loose}
        self.boxes = [box for box in self.boxes if box.kind != eml.KIND or box.path not in mixed] + self._loose
        for box in self._foreign:
            self._skip(box.source, f"reads like mail ({box.kind}) but is named like something else; give it by itself")

    def _add(self, boxes: list[Mailbox], kind: str, path: str, source: str, folder: tuple[str, ...]) -> None:
        """A mailbox record, unless there is nothing in it."""
        marker = kinds()[kind].marker(path)
        name = "/".join(level.replace("/", "-") for level in folder)
        if marker:
            boxes.append(Mailbox(source, kind, path, self.holder, name, marker))

    def _skip(self, at: str, reason: str) -> None:
        self.skipped.append(Skipped(at, reason))

    def _leave_members(self, at: str, left_out: tuple[tuple[str, str], ...]) -> None:
        for name, reason in left_out:
            self._skip(f"{at}/{name}", reason)


def _what(place: _Place, name: str) -> tuple[str, str, str]:
    """(form of packing, kind, claim) of one file of a tree; opened only if its name leaves a doubt."""
    suffix = suffix_of(name)
    if name in clients("clutter") or suffix in clients("other"):
        return "", "", ""
    look = Look(os.path.join(place.path, name), MAILBOXES if place.keeps else FOLDER)
    if suffix not in clients("message") and (form := sniff(look.head)):
        return form if not suffix or suffix in clients("packed") else "", "", ""
    return "", *recognise(look)


def _why_no_mail(place: _Place, name: str) -> str:
    """Reason for leaving out a file; an empty one may be an empty mailbox, of which nothing is lost."""
    try:
        return EMPTY if os.path.getsize(os.path.join(place.path, name)) == 0 else "no mail"
    except OSError:
        return "no mail"


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
    named = next((skip for skip in skipped if skip.reason != "no mail"), None)
    where = f"{named.path}: {named.reason}" if named else ""
    do = "Give an mbox file, a Maildir, .eml or .msg files, or a folder or archive of these."
    return SourceError(f"no mailbox in {name}", where, do)


def stem(name: str) -> str:
    """Whose mailbox a SOURCE of this name is: "alice" of "alice.mbox.xz"."""
    while True:
        suffix = suffix_of(name)
        if suffix in clients("packed") | clients("mailbox") | clients("message") or suffix == emlx.SUFFIX:
            name = name[: -len(suffix)]
        else:
            return readable(name) or "mailbox"


def _stem(name: str) -> str:
    """The folder's name of a mailbox's or folder's file name."""
    suffix = suffix_of(name)
    return name[: -len(suffix)] if suffix in clients("mailbox") or suffix in (".sbd", ".txt") else name


def _level(name: str) -> str:
    """What a reader calls the folder. IMAP mail on disk may have its server's names ("Pers&APY-nlich": Thunderbird)."""
    stem = _stem(name)
    text = maildir.decode_utf7(stem)
    latin = text.isprintable() and max(text, default="") < "\u0250"  # "R&DEF-Team" is no such name
    return readable(text if latin else stem)


def _keeps_mailboxes(names: list[str]) -> bool:
    marks = clients("keeps_mailboxes")
    return any(name in marks or suffix_of(name) in marks for name in names)
