"""Messages for the tests of the thread room, from only what a test cares about, and what a reader would see of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from mail2wiki.records import Address, Attachment, Body, Message, Woven
from mail2wiki.thread import fingerprint, weave

Mail = tuple[Message, Body]
DAY = 86400
START = 1_700_000_000


def mail(
    text: str,
    *,
    name: str = "",
    sender: str = "ann@example.com",
    to: Sequence[str] = ("bob@example.com",),
    subject: str = "Pumps",
    at: int = START,
    mid: str | None = "",
    marks: str = "",
    answers: Sequence[str] = (),
    files: Sequence[str] = (),
    **fields,
) -> Mail:
    """One message; lines that begin with ">" are quoted, "... wrote:" and "... schrieb:" are attributions.

    `name` tells copies apart (it goes into the id); `answers` are references; `files` are contents of attachments.
    """
    lines = tuple(text.split("\n"))
    marks = marks or "".join(map(_mark, lines))
    parts = (text, name, sender, subject, str(at), str(mid), *answers, *files)
    identity = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    attachments = tuple(
        Attachment(f"{f}.pdf", "application/pdf", len(f), hashlib.sha256(f.encode()).hexdigest()) for f in files
    )
    message = Message(
        id=identity, message_id=f"<{identity[:12]}@example.com>" if mid == "" else mid, subject=subject,
        sender=Address(sender.split("@")[0].title(), sender), to=tuple(Address("", a) for a in to), date=at,
        references=tuple(answers), attachments=attachments, **fields,
    )  # fmt: skip
    return message, Body(lines, marks)


def _mark(line: str) -> str:
    if not line.strip():
        return "b"
    if line.startswith(">"):
        return "q"
    return "a" if line.rstrip().endswith(("wrote:", "schrieb:")) else "n"


def run(mails: Sequence[Mail], **options) -> Woven:
    bodies = {message.id: body for message, body in mails}
    messages = [message for message, _ in mails]
    prints = [fingerprint(message, body) for message, body in mails]
    return weave(messages, prints, lambda ids: {i: bodies[i] for i in ids}, **options)


def shown(woven: Woven, mails: Sequence[Mail]) -> dict[str, list[str]]:
    """The lines a reader sees of each message that is neither duplicate nor contained."""
    gone = {decision.id for decision in woven.decisions}
    seen = {}
    for message, body in mails:
        if message.id in gone:
            continue
        hidden = {k for q in woven.quoted.get(message.id, ()) if q.of and not q.changed for k in range(q.start, q.stop)}
        seen[message.id] = [line for k, line in enumerate(body.lines) if k not in hidden and line.strip()]
    return seen
