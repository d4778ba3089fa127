"""The nouns: what the rooms hand to each other. Frozen, slotted; every field says what it is.

Customary variable names stand behind each record. Nothing here knows how it is made or shown, and nothing here
imports a room. Texts are `str` without surrogates; dates are seconds since 1970 (UTC) unless they say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

NEW, QUOTED, ATTRIBUTION, HEADER, SIGNATURE, DISCLAIMER, BLANK = "nqahsdb"
"""The marks: one letter for each line of a body (CONTRACT.md, `show --json`)."""

MASK = "••••••"
"""What stands in a text where a password was."""


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_INITIALS = re.compile(r"[^\W\d_]+(?:[._-]{1,2}[^\W\d_'’]+)+")


class Address(NamedTuple):
    """A mail address as a person reads it. Made by extract; shared, so that equal ones are one object."""

    name: str
    address: str  # lower case; "" where a header has a name only

    @property
    def called(self) -> str:
        """The name; without one what the address makes of it: e..berg@firma.example is E. Berg, info@ stays info."""
        local = self.address.partition("@")[0]
        words = _WORD.findall(local)
        if self.name or len(words) < 2 or len(words[-1]) < 2:
            return self.name or local
        if not all(len(word) > 1 for word in words) and not _INITIALS.fullmatch(local):
            return local
        return " ".join(word.capitalize() if len(word) > 1 else f"{word.upper()}." for word in words[:4])


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One container of messages, found by extract.sources: an mbox file or a folder of files. (box; few alive)"""

    source: str  # name in the manifest: the SOURCE's own name, for trees with the path below it ("backup/Archiv/2019")
    kind: str  # which file of extract/sources reads it: "mbox", "maildir", "eml", "emlx" ...
    path: str  # the real file or folder to open (an unpacked copy for compressed sources)
    holder: str  # whose mailbox it is: name of the SOURCE argument it came from
    folder: str = ""  # folder name(s) the container itself stands for, "/" between levels; "" = none
    marker: str = ""  # changes when the content does (sha256 of a file; sha256 of names, sizes and times of a folder)


class Span(NamedTuple):
    """Where one raw message lies. Made by a source's `spans`; streamed, handed to workers in batches."""

    at: str  # name of the place in the manifest: "1234+5678" or "cur/1700000000.1:2,S"
    path: str  # file to open
    start: int  # first byte of the message (behind its "From " line)
    length: int  # -1: to the end of the file
    folder: str = ""  # the folder this message is in


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not part of the text; its bytes are kept once, in the attachment store, under sha256."""

    name: str  # cleaned for reading, never used as a path
    media_type: str
    size: int  # bytes, decoded
    sha256: str
    inline: bool = False
    content_id: str = ""
    title: str = ""  # what the document inside calls itself, where its name does not say that


@dataclass(frozen=True, slots=True)
class Message:
    """Header facts of one message, no text. Made by extract; all alive, so keep it small. (message)"""

    id: str  # sha256 of the raw message, hex
    message_id: str | None  # as written, with <>
    subject: str  # decoded, as written (prefixes kept)
    sender: Address  # From; Address("", "") if there is none
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date: int | None = None
    zone: str = ""  # offset from UTC its Date was written with: "+0200"; "" = not said
    in_reply_to: tuple[str, ...] = ()  # message ids, with <>
    references: tuple[str, ...] = ()  # oldest first, with <>
    thread_index: str = ""  # Outlook: hex of the first 22 bytes
    gmail_thread: str = ""  # X-GM-THRID
    list_id: str = ""
    language: str = ""  # "de", "en" or "" (other, or too short to say)
    signals: tuple[str, ...] = ()  # header facts the screen needs: see extract.headers.SIGNALS
    delivered_to: tuple[str, ...] = ()  # Delivered-To, X-Original-To, Envelope-To: addresses
    attachments: tuple[Attachment, ...] = ()
    defects: tuple[str, ...] = ()  # what was repaired while reading: short codes, sorted
    size: int = 0  # raw bytes
    failed: str = ""  # why it could not be read even tolerantly
    folders: tuple[str, ...] = ()  # folders of all copies; filled by the catalogue
    holders: tuple[str, ...] = ()  # holders of all copies; filled by the catalogue


class Block(NamedTuple):
    """A run of lines of a body that share a mark, cut at blank lines: the paragraph. Half-open range of lines."""

    start: int
    stop: int
    mark: str


@dataclass(frozen=True, slots=True)
class Body:
    """All lines of a message's text with one mark each; what is shown is a view, nothing is deleted. (body; few alive)

    `len(marks) == len(lines)`. `kind` is "plain" (lines as written, to be escaped when shown) or "markdown" (converted
    from HTML by extract.html: already escaped Markdown).
    """

    lines: tuple[str, ...] = ()
    marks: str = ""
    kind: str = "plain"

    def blocks(self) -> Iterator[Block]:
        """The paragraphs in order, blank lines left out. The one definition of a paragraph for all rooms."""
        start, marks = 0, self.marks
        for at in range(1, len(marks) + 1):
            if at == len(marks) or marks[at] != marks[start]:
                if marks[start] != BLANK:
                    yield Block(start, at, marks[start])
                start = at

    def text(self, marks: str = NEW) -> str:
        """The lines with these marks (and the blank lines between them), outer blank lines stripped."""
        lines: list[str] = []
        for line, mark in zip(self.lines, self.marks, strict=True):
            if mark in marks:
                lines.append(line)
            elif lines and lines[-1]:
                lines.append("")
        return "\n".join(lines).strip("\n")


@dataclass(frozen=True, slots=True)
class Contact:
    """What a signature says about its writer. Made by extract.signatures."""

    name: str = ""
    title: str = ""
    company: str = ""
    phone: str = ""
    mobile: str = ""
    address: str = ""
    site: str = ""
    seen: int | None = None  # date of the message it was read from

    def after(self, older: Contact | None) -> Contact:
        """With what an older signature of the same person in the same house says of what this one leaves out."""
        if older is None or (self.company and older.company and self.company != older.company):
            return self
        left_out = {name for name in CONTACT if not getattr(self, name) and getattr(older, name)}
        return replace(self, **{name: getattr(older, name) for name in left_out}) if left_out else self


CONTACT = ("name", "title", "company", "phone", "mobile", "address", "site")


class Known(NamedTuple):
    """What a message says about who people are. Made by extract."""

    contact: Contact | None = None  # of its writer, from the signature
    named: tuple[Address, ...] = ()  # those it gives a name beside their address


class Decision(NamedTuple):
    """What happened to one message and why; a message without one is published."""

    id: str  # message
    what: str  # duplicate | contained | held | automated | excluded | failed
    of: str | None  # duplicate, contained: id of the other message
    reason: str  # a code: "same-content", "sensitivity-header" ...
    evidence: str = ""  # for `explain`: one line, for people


_QUOTE_SIGNS = re.compile(r"^[ \t]*(?:[>|][ \t]?)+")


def without_signs(line: str) -> str:
    """A line without the quote signs in front: what `Change` counts the words of, in every room."""
    return _QUOTE_SIGNS.sub("", line) if line[:1] in " \t>|" else line


class Change(NamedTuple):
    """Words of a quotation that its original does not say there. Half-open range of words (`without_signs`)."""

    start: int
    stop: int
    old: str  # the words that stood there, as written; "" where words were added


class Quoted(NamedTuple):
    """A stretch of lines of a message's body that is somebody else's text. Half-open range of lines. Made by thread."""

    start: int
    stop: int
    of: str | None  # id of the message where it stands (itself: further up); None: the only copy, recovered
    author: str = ""  # of recovered text, as the attribution says; with `of`: said again in another matter, no secret
    date: str = ""  # likewise, as written (on its way to the pages: as extract.claims reads it)
    changed: tuple[Change, ...] = ()  # an edited copy of what `of` says: shown, with these words marked
    earlier: bool = False  # recovered, and all that this message says answers it: its place is above the message
    own: bool = False  # found nowhere, but its writer's own quotation (a manual's words, the output of a program)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Messages that answer each other, without the duplicates (contained ones are in it). Made by thread; all alive."""

    id: str  # stable: does not change when mail is added to it, nor with input order
    subject: str  # of its first message, prefixes off
    messages: tuple[str, ...]  # ids, in reading order: reply structure, then date
    parents: dict[str, str] = field(default_factory=dict)  # message id -> id of the message it answers
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Woven:
    """What the thread room hands on."""

    conversations: tuple[Conversation, ...]  # sorted by (first, id)
    decisions: tuple[Decision, ...]  # duplicate and contained, sorted by id
    quoted: dict[str, tuple[Quoted, ...]]  # message id -> its quoted stretches in order; only where there are some
    series: tuple[tuple[str, ...], ...] = ()  # conversation ids of reports that come again and again, oldest first
    retold: dict[str, tuple[str, ...]] = field(default_factory=dict)  # message id -> ids of those it has pasted from


class Folded(NamedTuple):
    """What of an issue of a series stands in later issues. Made by thread.fold."""

    ranges: tuple[tuple[int, int], ...]  # half-open ranges of its own lines
    returning: float  # share of its text that the very next issue says: stays as it is when issues are added


@dataclass(frozen=True, slots=True)
class Series:
    """Published conversations that are one report again and again, shown as one. Made by gathering; few alive."""

    id: str  # of one of the conversations; stays on later runs
    issues: tuple[str, ...]  # ids of the conversations, oldest first
    messages: tuple[str, ...]  # id of the issue itself, the first message of each conversation
    folded: dict[str, Folded] = field(default_factory=dict)  # by message; only where there is something


@dataclass(frozen=True, slots=True)
class Document:
    """A conversation as the cluster room sees it. Made by the pipeline from publishable conversations only."""

    id: str  # of the conversation
    subjects: tuple[str, ...]  # of its messages, as written, first message first
    terms: tuple[bytes, ...]  # cluster.terms() of its messages
    people: tuple[tuple[str, float], ...]  # (address, weight): senders doubled, owner out, sorted
    first: int | None
    last: int | None
    list_ids: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()  # attachment names
    titles: tuple[str, ...] = ()  # what the documents attached call themselves
    language: str = ""
    series: str = ""  # id of the series it is an issue of: all of one belong into one topic


class Area(NamedTuple):
    """What stands above a topic. Made by cluster."""

    id: str  # stable
    label: str
    aliases: tuple[str, ...] = ()  # labels it had before


@dataclass(frozen=True, slots=True)
class Topic:
    """Conversations about one thing, under a name a person would write on a folder. Made by cluster; few alive."""

    id: str  # stable
    label: str
    keyphrases: tuple[str, ...]
    conversations: tuple[str, ...]  # ids, sorted
    area: str = ""  # id of the area
    area_label: str = ""
    aliases: tuple[str, ...] = ()  # labels it had before
    area_aliases: tuple[str, ...] = ()  # labels its area had before


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote or was written to in what is published. Made by digest.people. (person)"""

    id: str  # stable short hash of the main address
    name: str
    addresses: tuple[str, ...]
    organisation: str  # domain, "" for freemail
    internal: bool  # of the owner's own organisation
    sent: int
    received: int
    first: int | None
    last: int | None
    conversations: tuple[str, ...]  # ids of conversations they wrote in or were addressed in, newest first
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company or institution outside, with those of its people that occur. Made by digest.organisations."""

    id: str  # stable short hash of the domain
    domain: str
    name: str  # for people: from signatures, else made of the domain
    people: tuple[str, ...]  # ids, most present first
    insiders: tuple[str, ...]  # ids of the own people who exchanged most messages with them, most first, owners last
    conversations: tuple[str, ...]  # ids, newest first
    documents: tuple[str, ...]  # ids of documents they sent or were sent, newest first
    sent: int  # messages they wrote
    received: int  # messages others wrote to them
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class FileVersion:
    """One attachment's bytes as they went around. Made by digest.documents."""

    sha256: str
    name: str
    media_type: str
    size: int
    date: int | None  # first seen
    message: str  # id of the message that first carried it
    sender: Address
    title: str = ""  # what the document calls itself


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A document: versions of one file, newest first. Made by digest.documents."""

    id: str
    title: str  # the name of its newest version
    versions: tuple[FileVersion, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the wiki, as the target writes it. Made by export.pages; streamed. (page)"""

    path: str  # relative to wiki/, with .md
    id: str
    title: str
    text: str  # the whole file: front matter and body


@dataclass(frozen=True, slots=True)
class Account:
    """How many messages went where; the run fails if it does not add up."""

    read: int
    parsed: int
    dispositions: dict[str, int]
