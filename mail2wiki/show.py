"""`mail2wiki show`: every message as it was understood, one JSON line each (CONTRACT.md). Writes nothing."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mail2wiki.records import NEW, Address, Body, Message


def show(paths: Sequence[Path], include_trash: bool = False) -> Iterator[str]:
    """One JSON line per message of these sources, in the order of the sources."""
    from mail2wiki.extract import extract, sources

    with tempfile.TemporaryDirectory(prefix="mail2wiki-") as scratch:
        for box in sources.find(paths, Path(scratch), include_trash=include_trash).boxes:
            for span, raw in sources.read_batch(box.kind, sources.spans(box)):
                found = extract(raw, folder=span.folder)
                yield json.dumps(as_shown(found.message, found.body), ensure_ascii=False)


def as_shown(message: Message, body: Body) -> dict[str, object]:
    """The contract's object for one message."""
    from mail2wiki.export.flow import escape_block
    from mail2wiki.export.guard import guarded

    own = body.text(NEW).split("\n")
    return {
        "id": message.id,
        "message_id": message.message_id,
        "subject": message.subject,
        "from": _address(message.sender),
        "to": [_address(a) for a in message.to],
        "cc": [_address(a) for a in message.cc],
        "date": iso(message.date),
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "list_id": message.list_id,
        "language": message.language,
        "text": "\n".join(guarded(own) if body.kind == "markdown" else escape_block(own)),
        "lines": list(body.lines),
        "marks": body.marks,
        "attachments": [
            {"name": a.name, "media_type": a.media_type, "size": a.size, "sha256": a.sha256, "inline": a.inline}
            for a in message.attachments
        ],
        "defects": list(message.defects),
    }


def to_read(line: str) -> str:
    """The same for a person: headers, then each line behind its mark."""
    shown = json.loads(line)
    sender = shown["from"]
    head = [
        f"{shown['id'][:12]}  {shown['date'] or 'no date'}",
        f"From: {sender['name']} <{sender['address']}>",
        f"Subject: {shown['subject']}",
        *(f"Attachment: {a['name']} ({a['media_type']}, {a['size']} bytes)" for a in shown["attachments"]),
        *(f"Defect: {defect}" for defect in shown["defects"]),
    ]
    lines = (f"{mark} {line}" for mark, line in zip(shown["marks"], shown["lines"], strict=True))
    text = "\n".join((*head, *lines, ""))
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def iso(date: int | None) -> str | None:
    """Seconds since 1970 as the manifest writes them."""
    return datetime.fromtimestamp(date, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if date is not None else None


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}
