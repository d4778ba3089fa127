"""One raw message to records: `extract`, the room's main door. Everything above the bytes happens here, in order.

It refuses to raise: damaged structure goes to the tolerant reader, and if all fails the bytes are the text.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import NamedTuple

import xxhash

from mail2wiki.extract import bulk, confided, credentials, headers, lists, mime, naming
from mail2wiki.extract.addresses import NOBODY
from mail2wiki.extract.charsets import clean, decode_raw
from mail2wiki.extract.collecting import Collected
from mail2wiki.extract.compound import MAGIC
from mail2wiki.extract.language import LOOK_AT, language
from mail2wiki.extract.mime import Part
from mail2wiki.records import NEW, Address, Attachment, Body, Message
from mail2wiki.stems import Stems

MOST_LINES, MOST_CHARACTERS = 10_000, 250_000
"""A body with more of them is kept whole, but a page of the wiki (256 KiB) may not hold it: "body-long"."""


class Extracted(NamedTuple):
    """What one raw message is. `files`: (sha256, content) of its attachments, each once. `folders`: what Gmail's labels
    say, or the given folder. `nested`: sha256 of those files that are attached messages. `copy`: equal for messages
    that differ in what does not concern their text; b"" where that is not known. `named`: people whom its fields name
    beside their address."""

    message: Message
    body: Body
    files: tuple[tuple[str, bytes], ...] = ()
    folders: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    copy: bytes = b""
    named: tuple[Address, ...] = ()


class Made(NamedTuple):
    """What is made of everything below a header; of the header it depends on sender, subject and Content fields."""

    body: Body
    subject: str
    language: str
    signals: frozenset[str]
    defects: frozenset[str]
    attachments: tuple[Attachment, ...]
    files: tuple[tuple[str, bytes], ...]
    nested: tuple[str, ...]


Memory = dict[bytes, Made]
"""By `Extracted.copy`: in a mailbox of 4,796 messages two thirds were copies in other folders."""


LONGEST_FIELD = 20_000
"""Bytes of a field that says what a part is, up to which a second reading is tried."""


def extract(raw: bytes, *, folder: str = "", id: str = "", memory: Memory | None = None) -> Extracted:
    """Read one message. Never raises; what had to be repaired is in `message.defects`. `id`: its sha256, if known.

    `memory`: what was made of others; a copy of one of them takes a fifth of the time.
    """
    id = id or sha256(raw).hexdigest()
    try:
        return _read(raw, folder, id, {} if memory is None else memory)
    except Exception as error:  # no message is ever lost: whatever is wrong with it, its bytes are its text
        return _as_text(raw, folder, id, type(error).__name__)


def _read(raw: bytes, folder: str, id: str, memory: Memory) -> Extracted:
    root, defects = mime.read(raw) if raw[:8] != MAGIC else _outlook(raw)
    damaged = "damaged-header" in defects or "damaged-multipart" in defects
    if damaged:
        root = _second_reading(raw, root)
    fields = root.fields
    writer, via = headers.sender(fields, defects)
    subject = headers.subject(fields, defects)
    copy = b"" if damaged or raw[:8] == MAGIC else _copy(root, writer, subject)
    made = memory.get(copy) if copy else None
    if made is None:
        made = _made(root, writer, subject)
        if copy:
            memory[copy] = made
    defects |= made.defects
    message = Message(
        id=id,
        message_id=headers.message_id(fields),
        subject=made.subject,
        sender=writer,
        to=headers.people(fields, b"to"),
        cc=headers.people(fields, b"cc"),
        date=headers.date(fields, defects),
        zone=headers.zone(fields),
        in_reply_to=headers.replies_to(fields),
        references=headers.references(fields, defects),
        thread_index=headers.thread_index(fields),
        gmail_thread=headers.gmail_thread(fields),
        list_id=headers.list_id(fields),
        language=made.language,
        signals=tuple(sorted(headers.signals(root, via) | lists.of_header(fields) | made.signals)),
        delivered_to=headers.delivered_to(fields),
        attachments=made.attachments,
        defects=tuple(sorted(defects)),
        size=len(raw),
    )
    folders, named = _folders(fields, folder), naming.kept(fields, writer)
    return Extracted(message, made.body, made.files, folders, made.nested, copy, named)


def _copy(root: Part, writer: Address, subject: str) -> bytes:
    """A hash of everything that `_made` depends on."""
    content = sorted(item for item in root.fields.items() if item[0].startswith(b"content-"))
    known = xxhash.xxh3_128(repr((writer, subject, content)).encode("utf-8", "surrogatepass"))
    known.update(memoryview(root.raw)[root.start :])
    return known.digest()


def _made(root: Part, writer: Address, subject: str) -> Made:
    collected = Collected(set())
    collected.run(root)
    body = collected.body(writer.name, subject)
    found = _words().in_lines((subject, *body.lines))
    body, subject, hidden = credentials.hide(body, subject, found)
    if len(root.raw) > MOST_LINES and _is_long(body):
        collected.defects.add("body-long")
    return Made(
        body,
        subject,
        language(_beginning(body)),
        hidden | collected.signals | bulk.signal(body, found) | confided.signals(body, found),
        frozenset(collected.defects),
        tuple(collected.attachments),
        tuple(collected.files.items()),
        tuple(collected.nested),
    )


@cache
def _words() -> Stems:
    """What a body has to have before anybody looks for passwords, ways to leave a list, or private headers in it."""
    return Stems((*credentials.stems(), *bulk.stems(), *confided.stems()))


def _is_long(text: Body) -> bool:
    return len(text.lines) > MOST_LINES or sum(map(len, text.lines)) > MOST_CHARACTERS


def _outlook(raw: bytes) -> tuple[Part, set[str]]:
    from mail2wiki.extract import msg

    return msg.read(raw)


def _second_reading(raw: bytes, first: Part) -> Part:
    from mail2wiki.extract import tolerant

    if _overlong(first):
        return first
    try:
        second = tolerant.read(raw)
    except Exception:  # both libraries have crashes of their own on damaged mail; ours has a reading already
        return first
    return second if tolerant.better(second, first) else first


def _overlong(root: Part) -> bool:
    """Has a part a field that the libraries take apart in time that grows with its square: a minute for a megabyte?"""
    todo = [root]
    while todo:
        part = todo.pop()
        for name in (b"content-type", b"content-disposition"):
            if any(len(value) > LONGEST_FIELD for value in part.fields.get(name, ())):
                return True
        todo += part.children
    return False


def _beginning(text: Body) -> str:
    """The first of the author's own words, enough to tell the language."""
    found: list[str] = []
    size = 0
    for line, mark in zip(text.lines, text.marks, strict=True):
        if mark == NEW:
            found.append(line)
            size += len(line) + 1
            if size > LOOK_AT:
                break
    return "\n".join(found)


def _folders(fields: mime.Fields, folder: str) -> tuple[str, ...]:
    labels = fields.get(b"x-gmail-labels")
    if labels:
        from mail2wiki.extract.sources.takeout import gmail_labels

        found = gmail_labels(labels[0].decode("utf-8", "replace"))
        if found:
            return found
    return (folder,) if folder else ()


def _as_text(raw: bytes, folder: str, id: str, reason: str) -> Extracted:
    """The last resort: the whole message as its text, without any opinion about it."""
    lines = tuple(line.rstrip() for line in clean(decode_raw(raw)).split("\n"))
    text = Body(lines, "".join(NEW if line else "b" for line in lines))
    text, _, hidden = credentials.hide(text, "", _words().in_lines(lines))
    defects = (f"unreadable-{reason}",)
    message = Message(
        id=id, message_id=None, subject="", sender=NOBODY, signals=tuple(hidden), defects=defects, size=len(raw)
    )
    return Extracted(message, text, folders=(folder,) if folder else ())
