"""One file as the kinds of source look at it: its name, its suffix, its first bytes, the company it keeps.

Also what the kinds share: the lists of `clients.toml`, names made fit for people and for the manifest, markers.
It refuses to know any kind: those are found by `kinds()` in the folder, one file each.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, Protocol, cast

import xxhash

from mail2wiki.extract.sources.formats import sniff
from mail2wiki.records import Mailbox, Span

HEAD = 8192  # bytes of a file that are looked at to recognise it
BOM = b"\xef\xbb\xbf"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Outlook's .msg

GIVEN, FOLDER, MAILBOXES = "given", "folder", "mailboxes"
"""Where a file lies: named as SOURCE itself, in an ordinary folder, in a folder that a mail program keeps."""

SURE, REST, FOREIGN = "sure", "rest", "foreign"
"""What a kind says of a file, the strongest first: it is mine; mine if nobody else's; it reads like mine, but its name
says it is something else."""

FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")  # RFC 5322 field name, with the obsolete blanks before the colon
_KNOWN_FIELD = re.compile(
    rb"(?im)^(?:from|to|cc|bcc|subject|date|received|return-path|message-id|mime-version|content-type|sender|reply-to"
    rb"|content-transfer-encoding|delivered-to|in-reply-to|references|newsgroups|resent-from|envelope-to|status"
    rb"|dkim-signature|authentication-results|list-id|x-mozilla-status|x-mailer|x-gmail-labels)[ \t]*:"
)
_MAILDIR_NAME = re.compile(r"\d{9,}\.[^/]*|.*:2,[A-Za-z]*")
_REAL_SUFFIX = re.compile(r"\.(?=.*[a-z])[a-z0-9]{1,8}")
_APPLE = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|V\d{1,2}")  # accounts, versions


class Kind(Protocol):
    """What a file of this folder offers to be a kind of source. `KIND` is its name in `Mailbox.kind`."""

    KIND: str

    def probe(self, look: Look) -> str:
        """SURE, REST, FOREIGN or "" for one file."""

    def spans(self, box: Mailbox) -> Iterator[Span]:
        """The messages of a mailbox of this kind, in an order that depends on its content only."""

    def raw(self, data: bytes) -> bytes:
        """The message as it was delivered, from the bytes of its span."""

    def marker(self, path: str) -> str:
        """Changes when the content does."""


@cache
def kinds() -> MappingProxyType[str, Kind]:
    """All kinds, by name: the modules of this folder that have a `KIND`."""
    package = __name__.rpartition(".")[0]
    names = sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]))
    modules = [importlib.import_module(f"{package}.{name}") for name in names]
    return MappingProxyType({m.KIND: cast(Kind, m) for m in modules if hasattr(m, "KIND")})


@cache
def clients(table: str) -> frozenset[str]:
    """One of the lists of `clients.toml`."""
    return frozenset(_tables()[table])


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("clients.toml").read_text(encoding="utf-8"))


def suffix_of(name: str) -> str:
    """Suffix in lower case with its dot, "" for none ("12." of Cyrus has none)."""
    suffix = os.path.splitext(name)[1].lower()
    return "" if suffix == "." else suffix


class Look:
    """A file that is to be recognised; `head` is read when first asked for."""

    __slots__ = ("_head", "name", "path", "place", "suffix")

    def __init__(self, path: str, place: str, name: str = "") -> None:
        self.path, self.place = path, place
        self.name = name or os.path.basename(path)
        self.suffix = suffix_of(self.name)
        self._head: bytes | None = None

    @property
    def head(self) -> bytes:
        """The first 8 KiB, BOM and blank lines before the first text taken off."""
        if self._head is None:
            with open(self.path, "rb", buffering=0) as file:
                data = file.read(HEAD)
            self._head = data.removeprefix(BOM).lstrip(b"\r\n") if not data.startswith(OLE) else data
        return self._head

    @property
    def plain_name(self) -> bool:
        """Has the file a name under which a single message may be kept?"""
        return not self.suffix or self.suffix in clients("text") or bool(_MAILDIR_NAME.fullmatch(self.name))

    @property
    def real_suffix(self) -> bool:
        """Does the name say what is in the file (".pdf"), or has it only a dot ("Dr. Meier", "mbox.2019")?"""
        return bool(_REAL_SUFFIX.fullmatch(self.suffix))


def recognise(look: Look) -> tuple[str, str]:
    """(kind, claim) of a file, ("", "") if it is no mail. The strongest claim wins, among equals the first by name."""
    claims = [(kind.probe(look), name) for name, kind in kinds().items()]
    for claim in (SURE, REST, FOREIGN):
        for said, name in claims:
            if said == claim:
                return name, claim
    return "", ""


def reads_like_message(head: bytes) -> bool:
    """Does it begin as RFC 5322 wants: field lines, most of them in order, at least one that mail has?

    >>> reads_like_message(b"Subject: Angebot\\r\\n\\r\\nHallo")
    True
    >>> reads_like_message(b"Milch\\nBrot\\nDate: morgen\\n")
    False
    """
    if head.startswith(b"From "):
        head = head.partition(b"\n")[2]
    lines = head.splitlines()[:200]
    fields = others = known = 0
    for line in lines:
        if not line.strip():
            if fields or others:
                break
        elif line[:1] in b" \t" and fields:
            continue
        elif FIELD.match(line):
            fields += 1
            known += bool(_KNOWN_FIELD.match(line))
        else:
            others += 1
    return known > 0 and fields > others


def is_binary(head: bytes) -> bool:
    """No text: it has a NUL byte or begins like a packed file."""
    return b"\0" in head or bool(sniff(head))


class Listing(NamedTuple):
    """What lies in a folder: names, sorted as bytes. Names only: a folder may hold some 100,000 files."""

    files: list[str]  # regular files
    folders: list[str]
    others: list[tuple[str, str]]  # links, devices ...: (name, reason)


def listing(folder: str) -> Listing:
    """The entries of a folder; links are not followed, hidden files left out."""
    found = Listing([], [], [])
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                found.folders.append(entry.name)
            elif entry.name.startswith("."):
                continue
            elif entry.is_file(follow_symlinks=False):
                found.files.append(entry.name)
            else:
                found.others.append((entry.name, "a link" if entry.is_symlink() else "no regular file"))
    found.files.sort(key=os.fsencode)
    found.folders.sort(key=os.fsencode)
    found.others.sort(key=lambda other: os.fsencode(other[0]))
    return found


def may_be_message(name: str) -> bool:
    """Could a file of this name be one message? Asked before the file is opened."""
    suffix = suffix_of(name)
    if name in clients("clutter") or suffix in clients("other"):
        return False
    return not suffix or suffix in clients("message") | clients("text") or bool(_MAILDIR_NAME.fullmatch(name))


def file_marker(path: str) -> str:
    """A hash of a file's bytes, 32 hex digits: each run asks for it once or twice, of half a gigabyte in .1 s."""
    with open(path, "rb", buffering=0) as file:
        return hashlib.file_digest(file, xxhash.xxh3_128).hexdigest()


def folder_marker(folder: str, names: Iterable[str]) -> str:
    """sha256 over name, size and time of these files of a folder, hex."""
    digest = hashlib.sha256()
    for name in names:
        stat = os.lstat(os.path.join(folder, name))
        digest.update(b"%s\0%d\0%d\n" % (os.fsencode(name), stat.st_size, stat.st_mtime_ns))
    return digest.hexdigest()


def plain(name: str) -> str:
    """A file name as the manifest may hold it: no surrogates, different names stay different."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def readable(name: str) -> str:
    """A folder name as a person reads it: NFC, names in an old 8-bit code repaired, no control characters."""
    data = os.fsencode(name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return "".join(c for c in unicodedata.normalize("NFC", text) if c.isprintable()).strip()


def is_program_name(part: str, apple: bool) -> bool:
    """Is this part of a path Apple Mail's own, not a folder somebody made? `apple`: it lies in one of its mailboxes."""
    return bool(_APPLE.fullmatch(part)) or (apple and (part.isdigit() or part in clients("no_folders")))
