"""Reads the story: `story/*.toml` into mails, in order of their dates. README.md explains every key.

It refuses a story that contradicts itself (unknown person, unknown mail, a reply older than what it answers): the one
place where whoever edits the story learns what is wrong.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KEYS = frozenset(
    {"key", "re", "fw", "from", "to", "cc", "date", "subject", "text", "fill", "quote", "attach"}
    | {"format", "charset", "encoding", "headers", "header_style", "references", "broken"}
    | {"sign", "plain_footer", "folders", "also", "lost", "private"}
)
"""What a [[mail]] may say."""


@dataclass(frozen=True, slots=True)
class Individual:
    """A person or program of the story, from people.toml."""

    key: str
    name: str
    address: str
    client: str  # mail client and language, decides on quoting and encoding: "outlook-de", "gmail-en" ...
    signature: str
    zone: str  # "de" or "uk"
    charset: str
    logo: bool  # the signature has a picture (HTML only)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of the story. `about` is its topic, `folder` where its topic is filed ("" = inbox)."""

    key: str
    about: str
    folder: str
    sender: Individual
    to: tuple[Individual, ...]
    cc: tuple[Individual, ...]
    date: datetime
    subject: str  # "" for replies and forwards: made from the subject of the answered one
    text: str
    answers: str  # key of the mail it replies to or forwards
    forward: bool
    more: dict[str, Any]  # the other keys, as written


def people() -> dict[str, Individual]:
    """Everybody in people.toml by key."""
    data = tomllib.loads((HERE / "story" / "people.toml").read_text(encoding="utf-8"))
    found = {}
    for key, value in data.items():
        client = value.get("client", "outlook-de")
        charset = value.get("charset", "utf-8")
        signature = value.get("signature", "").strip("\n")
        zone = value.get("zone", "de")
        logo = value.get("logo", False)
        found[key] = Individual(key, value["name"], value["address"], client, signature, zone, charset, logo)
    return found


def attachments() -> dict[str, dict[str, Any]]:
    """The attachments of files.toml by key: name, and text, rows or color."""
    return tomllib.loads((HERE / "story" / "files.toml").read_text(encoding="utf-8"))


def mails() -> list[Mail]:
    """All mails, sorted by date, then key. Raises ValueError that names the file and the mail."""
    who = people()
    found: dict[str, Mail] = {}
    for path in sorted((HERE / "story").glob("*.toml")):
        if path.stem in ("people", "files"):
            continue
        for mail in _file(path, who):
            if mail.key in found:
                raise ValueError(f"{path.name}: two mails have the key {mail.key!r}")
            found[mail.key] = mail
    for mail in found.values():
        parent = found.get(mail.answers)
        if mail.answers and (parent is None or parent.date >= mail.date):
            raise ValueError(f"{mail.key!r} answers {mail.answers!r}, which does not exist or is not older")
    return sorted(found.values(), key=lambda mail: (mail.date, mail.key))


def _file(path: Path, who: dict[str, Individual]) -> Iterator[Mail]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for number, entry in enumerate(data["mail"], 1):
        key = entry.get("key", f"{path.stem}-{number}")
        where = f"{path.name}, mail {key!r}"
        if unknown := set(entry) - KEYS:
            raise ValueError(f"{where}: unknown {sorted(unknown)}")
        try:
            sender = who[entry["from"]]
            to, cc = (tuple(who[name] for name in entry.get(field, "").split()) for field in ("to", "cc"))
        except KeyError as missing:
            raise ValueError(f"{where}: {missing} is missing or not in people.toml") from missing
        answers = entry.get("re") or entry.get("fw") or ""
        text, subject = entry.get("text", data.get("text", "")), entry.get("subject", "")
        if fill := entry.get("fill"):
            text, subject = text.format(**fill), (subject or data.get("subject", "")).format(**fill)
        if not (subject or answers or "subject" in entry):
            raise ValueError(f"{where}: a mail that answers nothing needs a subject")
        date = _local(entry["date"], sender.zone)
        about, folder = data["topic"], data.get("folder", "")
        yield Mail(key, about, folder, sender, to, cc, date, subject, text.strip("\n"), answers, "fw" in entry, entry)


def _local(text: str, zone: str) -> datetime:
    """ "2024-03-06 09:12" on a German or British clock, with the EU's summer time (2000/84/EC), from no database."""
    date = datetime.strptime(text, "%Y-%m-%d %H:%M")
    summer = _last_sunday(date.year, 3) + timedelta(hours=2) <= date < _last_sunday(date.year, 10) + timedelta(hours=3)
    hours = (1 if zone == "de" else 0) + (1 if summer else 0)
    return date.replace(tzinfo=timezone(timedelta(hours=hours)))


def _last_sunday(year: int, month: int) -> datetime:
    day = datetime(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)
