"""The sample mailbox: fourteen months of an invented project manager's mail, written by us, the same bytes every time.

`write(folder)` makes two sources: the Maildir++ `projektleiter` with its folders, and `konstruktion.mbox`, part of a
colleague's mailbox, where many of the same messages lie as they were delivered to her. The story is in `story/*.toml`
(how to add a mail: README.md). Every company, person, number and event is invented; hosts end in .example.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator
from pathlib import Path

from mail2wiki.sample.compose import DAYS, MONTHS, Look, compose
from mail2wiki.sample.mime import digest, message_id, render
from mail2wiki.sample.story import HERE, Mail, attachments, mails, people

__all__ = ["messages", "private_words", "topics", "write"]

OWNER, COLLEAGUE = "stefan", "miriam"
SENT = "Gesendete Elemente"
SHARED_FROM = "2024-05"
"""The colleague's mailbox begins here (year and month): she handed over only what is newer."""


def messages() -> Iterator[tuple[str, str, Mail, bytes]]:
    """Every message file in order: (holder, folder, mail, bytes). The folder is "" for the inbox and for the mbox."""
    who, store = people(), attachments()
    looks: dict[str, Look] = {}
    for mail in mails():
        looks[mail.key] = look = compose(mail, looks.get(mail.answers))
        if mail.more.get("lost"):
            continue  # only its answers tell of it
        chain = _chain(mail, looks)
        for folder in _folders(mail):
            sent = mail.sender.key == OWNER
            yield OWNER, folder, mail, render(look, chain, store, None if sent else who[OWNER])
        if _in_colleagues(mail):
            sent = mail.sender.key == COLLEAGUE
            yield COLLEAGUE, "", mail, render(look, chain, store, None if sent else who[COLLEAGUE])


def write(folder: Path) -> list[Path]:
    """Write the sample mailbox below `folder`; returns its sources: the Maildir++ and the mbox."""
    maildir, mbox = folder / "projektleiter", folder / "konstruktion.mbox"
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    with mbox.open("wb") as out:
        for holder, place, mail, data in messages():
            if holder == OWNER:
                _store(maildir, place, mail, data)
            else:
                day, month = DAYS["en"][mail.date.weekday()][:3], MONTHS["en"][mail.date.month - 1][:3]
                stamp = f"{day} {month} {mail.date.day:2} {mail.date:%H:%M:%S %Y}"
                quoted = re.sub(rb"(?m)^(>*From )", rb">\1", data)
                out.write(f"From {mail.sender.address} {stamp}\n".encode() + quoted + b"\n")
    return [maildir, mbox]


def topics() -> list[tuple[str, str]]:
    """(Message-ID, topic) of every message that is in the mailboxes, sorted: what topics.tsv holds."""
    return sorted({(message_id(mail), mail.about) for _, _, mail, _ in messages()})


def private_words() -> list[str]:
    """Words that stand in private messages only (PRIVATE.txt): none of them may appear in a wiki."""
    return (HERE / "PRIVATE.txt").read_text(encoding="utf-8").split("\n")[:-1]


def _folders(mail: Mail) -> list[str]:
    """Where the owner has the mail: as the story says, else sent mail in Sent, other mail where its topic is filed.

    `also` adds a second copy: the inbox for filed mail, the project's folder for sent mail.
    """
    if "folders" in mail.more:
        return list(mail.more["folders"])
    if mail.sender.key == OWNER:
        return [SENT, mail.folder] if mail.more.get("also") else [SENT]
    if OWNER not in {person.key for person in (*mail.to, *mail.cc)}:
        return []
    return [mail.folder, ""] if mail.more.get("also") and mail.folder else [mail.folder]


def _in_colleagues(mail: Mail) -> bool:
    parties = {person.key for person in (mail.sender, *mail.to, *mail.cc)}
    return COLLEAGUE in parties and f"{mail.date:%Y-%m}" >= SHARED_FROM and not mail.more.get("private")


def _chain(mail: Mail, looks: dict[str, Look]) -> list[Mail]:
    """The mails this one answers, oldest first."""
    chain: list[Mail] = []
    key = mail.answers
    while key:
        chain.append(looks[key].mail)
        key = looks[key].mail.answers
    return chain[::-1]


def _store(maildir: Path, place: str, mail: Mail, data: bytes) -> None:
    """One file of the Maildir++, named and dated by the mail itself."""
    folder = maildir / ("." + _utf7(place).replace("/", ".")) if place else maildir
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    seconds = int(mail.date.timestamp())
    unread = mail.more.get("broken") == "unread"
    name = f"{seconds}.M{digest(mail.key, 6)}P7.mail"
    path = folder / ("new" if unread else "cur") / (name if unread else name + ":2,S")
    path.write_bytes(data)
    os.utime(path, (seconds, seconds))


def _utf7(name: str) -> str:
    """A folder name in IMAP's modified UTF-7 (RFC 3501, 5.1.3)."""

    def shift(found: re.Match[str]) -> str:
        return "&" + base64.b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return re.sub(r"[^\x20-\x7e]+", shift, name.replace("&", "&-"))
