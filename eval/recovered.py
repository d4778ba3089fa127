"""Are messages that are missing, but quoted by others, on a page: marked as recovered, under the right name?

usage: recovered.py MBOX [--keep FOLDER] [--details] [--at-least right=0.9 --at-most false=0]
Takes out one in ten of the messages whose own paragraphs stand behind quote signs in another message (chosen by the
sha256 of their bytes, the same on every run) and every copy of them, exports what is left and the whole with the
mail2wiki beside this Python, and reads the pages. A paragraph: 40 and more letters and digits between blank lines that
no message left says itself. Prints removed, paragraphs, on_page (share that stands anywhere), recovered (share marked
as recovered), right (share marked, with the name or address of its author) and false (share marked as recovered in
the export of the whole, where their messages are present).

Where the address in From is the list's own, Mailman wrote that header anew ("Ann via LIST <LIST@...>", for the sake of
DMARC): " via LIST" is no part of the author's name there, nor is the address the author's, so that neither a page that
says "Ann" is wrong nor one that says no more than the list's name right. Where From has an address only, its author
goes by the name that most headers, or lines in texts (`Ann Example <ann@...>`), give that address.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import hashlib
import html
import lzma
import mailbox
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from pathlib import Path
from typing import NamedTuple

LEAST = 40  # letters and digits
WIDTH = 400  # of which so many are looked for, as in paragraphs.py
SHARE = 10  # one in so many is taken out
MARKED = re.compile(r"↳ (?:Recovered from a quotation|Aus einem Zitat)[^:]*:?(.*)")
QUOTED = re.compile(r"[ \t]*[>|]")
SIGNS = re.compile(r"^[ \t]*(?:[>|][ \t]?)+")
LINK = re.compile(r"!?\[((?:[^\[\]\\\n]|\\.){0,300})\]\([^()\s]{0,500}(?:\([^()\s]{0,100}\)[^()\s]{0,100})?\)")
ADDRESS = re.compile(r"<?https?://\S+|\b[\w.+-]{1,64}@[\w.-]+")
WROTE = r"\b(?:wrote|writes|schrieb|escribió|écrit|scritto|pisze|пишет)\b"
# a header block without quote signs (Outlook): what stands below it is not the sender's
FORWARDED = re.compile(
    r"^[*\s]*(?:From|Von|De|Da)\s?:(?=.*\n(?:.*\n){0,2}[*\s]*(?:Sent|Gesendet|Date|Datum)\s?:)", re.MULTILINE
)
BESIDE = re.compile(r"([^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){1,3}) [<\[](?:mailto:)?([\w.+-]{1,64}@[\w.-]{1,100})[>\]]")
VIA = re.compile(r"(.*\S)\s+via\s+\S.*", re.IGNORECASE)
IDLE = re.compile(
    rf"^--\s*$|{WROTE}[^\n]*:?\s*$|^(?:from|von|to|an|sent|gesendet)\s?:|unsubscribe|mailing list|^[-_=*]{{5,}}",
    re.IGNORECASE | re.MULTILINE,
)


class Mail(NamedTuple):
    """A message as this check sees it; text squeezed to letters and digits."""

    raw: bytes  # with its "From " line
    digest: str
    id: str
    name: str
    address: str
    own: str
    paragraphs: tuple[str, ...]
    quoted: str


def squeeze(text: str) -> str:
    """Letters and digits in lower case; links and addresses out."""
    return re.sub(r"[\W_]+", "", ADDRESS.sub(" ", text).lower())


def text_of(message: EmailMessage) -> str:
    """The first plain text part."""
    for part in message.walk():
        if part.get_content_type() == "text/plain" and not part.get_filename():
            payload = part.get_payload(decode=True) or b""
            try:
                return payload.decode(part.get_content_charset() or "utf-8")
            except (LookupError, UnicodeDecodeError):
                return payload.decode("cp1252", "replace")
    return ""


def sender(header: str) -> tuple[str, str]:
    """Name and address of a From header."""
    name, address = parseaddr(header)
    try:
        return str(make_header(decode_header(name))), address
    except (LookupError, UnicodeError, ValueError):
        return name, address


def author(message: EmailMessage) -> tuple[str, str]:
    """Name and address of who wrote a message; without what a mailing list put in place of them."""
    name, address = sender(str(message["from"] or ""))
    posts, its_id = str(message["list-post"] or "").lower(), str(message["list-id"] or "").lower()
    named, own = VIA.fullmatch(name), address.lower()
    if named and own and (f"<mailto:{own}>" in posts or f"<{own.replace('@', '.')}>" in its_id):
        return named[1], ""
    return name, address


def unpacked(path: Path, scratch: Path) -> Path:
    """An mbox, or what is in one that ends in .xz."""
    if path.suffix != ".xz":
        return path
    with lzma.open(path) as packed, (scratch / "unpacked.mbox").open("wb") as file:
        shutil.copyfileobj(packed, file)
    return scratch / "unpacked.mbox"


def read(path: Path) -> list[Mail]:
    """Every message of an mbox."""
    found = []
    names: dict[str, Counter[str]] = defaultdict(Counter)
    box = mailbox.mbox(path, create=False)
    for key in box.iterkeys():
        raw = box.get_bytes(key, from_=True)
        message = email.message_from_bytes(raw.partition(b"\n")[2], policy=email.policy.compat32)
        text = text_of(message).replace("\r\n", "\n")
        lines = FORWARDED.split(text)[0].split("\n")
        own = "\n".join("" if QUOTED.match(line) else line for line in lines)
        quoted = squeeze("\n".join(SIGNS.sub("", line) for line in lines if QUOTED.match(line)))
        blocks = [block for block in re.split(r"\n\s*\n", own) if not IDLE.search(block)]
        pieces = tuple(piece[:WIDTH] for block in blocks if len(piece := squeeze(block)) >= LEAST)
        name, address = author(message)
        headers = [str(value) for header in ("from", "to", "cc") for value in message.get_all(header, ())]
        for called, whose in (*getaddresses(headers), *BESIDE.findall(text)):
            names[whose.lower()][called] += bool(called)
        identity = str(message["message-id"] or "").strip()
        digest = hashlib.sha256(raw).hexdigest()
        found.append(Mail(raw, digest, identity, name, address.lower(), squeeze(own), pieces, quoted))
    called = {address: max(sorted(counts), key=counts.__getitem__) for address, counts in names.items()}
    return [mail if mail.name else mail._replace(name=called.get(mail.address, "")) for mail in found]


def holders(mails: list[Mail], field: str, wanted: set[str]) -> dict[str, set[int]]:
    """For each wanted paragraph the messages in whose text (own or quoted) it stands. One pass over each text."""
    heads = defaultdict(list)
    for piece in wanted:
        heads[piece[:LEAST]].append(piece)
    found = defaultdict(set)
    for i, mail in enumerate(mails):
        text = getattr(mail, field)
        for at in range(len(text) - LEAST + 1):
            for piece in heads.get(text[at : at + LEAST], ()):
                if text.startswith(piece, at):
                    found[piece].add(i)
    return found


def choose(mails: list[Mail]) -> tuple[set[int], dict[str, int]]:
    """Positions of the messages to take out (with their copies), and the paragraphs to look for with their author."""
    wanted = {piece for mail in mails for piece in mail.paragraphs}
    said, cited = holders(mails, "own", wanted), holders(mails, "quoted", wanted)
    candidates = [i for i, mail in enumerate(mails) if any(cited[piece] - {i} for piece in mail.paragraphs)]
    candidates.sort(key=lambda i: mails[i].digest)
    taken = set(candidates[: max(1, len(candidates) // SHARE)])
    copies = {(mails[i].id, mails[i].own) for i in taken}
    ids, texts = {id for id, _ in copies if id}, {own for _, own in copies}
    gone = {i for i, mail in enumerate(mails) if i in taken or mail.id in ids or mail.own in texts}
    expected = {}
    for i in sorted(taken):
        for piece in mails[i].paragraphs:
            if not said[piece] - gone and cited[piece] - gone:
                expected.setdefault(piece, i)
    return gone, expected


def export(mails: list[Mail], folder: Path) -> list[tuple[str, list[tuple[str, str]]]]:
    """For each page of a wiki made of these messages: its text, and (who, text) of what is marked as recovered."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mail.mbox").write_bytes(b"".join(mail.raw.rstrip(b"\n") + b"\n\n" for mail in mails))
    command = [sys.executable, "-m", "mail2wiki", "export", str(folder / "mail.mbox"), "-o", str(folder / "out"), "-q"]
    subprocess.run(command, check=True)
    pages = []
    for file in sorted((folder / "out" / "wiki").rglob("*.md")):
        text = html.unescape(LINK.sub(r"\1", file.read_text(encoding="utf-8")))
        recovered: list[tuple[str, str]] = []
        who, lines = None, []
        for line in [*text.split("\n"), "end"]:
            if who is not None and line and not line.startswith(">"):
                recovered.append((who, squeeze("\n".join(lines))))
                who, lines = None, []
            if mark := MARKED.match(line):
                who = mark[1]
            elif who is not None:
                lines.append(line)
        pages.append((squeeze(text), recovered))
    return pages


def is_author(who: str, mail: Mail) -> bool:
    """Does the line that says whose text it is name the sender?"""
    said = set(re.findall(r"\w{2,}", who.lower()))
    name = set(re.findall(r"\w{2,}", (mail.name or mail.address.partition("@")[0]).lower()))
    local = mail.address.partition("@")[0]
    if mail.name and not name:  # "Q W": initials, to be said as they are
        return re.search(rf"(?<!\w){re.escape(mail.name.lower())}(?!\w)", who.lower()) is not None
    return len(name & said) >= min(2, len(name)) > 0 or (len(local) > 2 and local in who.lower())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mbox", type=Path)
    parser.add_argument("--keep", type=Path, help="leave both exports here")
    parser.add_argument("--details", action="store_true", help="list what is missing or under a wrong name")
    parser.add_argument("--at-least", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--at-most", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        mails = read(unpacked(args.mbox, Path(scratch)))
        gone, expected = choose(mails)
        folder = args.keep or Path(scratch)
        less = export([mail for i, mail in enumerate(mails) if i not in gone], folder / "less")
        whole = export(mails, folder / "whole")
    count = dict.fromkeys(("on_page", "recovered", "right", "false"), 0)
    for piece, i in expected.items():
        names = [who for _, blocks in less for who, text in blocks if piece in text]
        there = bool(names) or any(piece in text for text, _ in less)
        right = any(is_author(who, mails[i]) for who in names)
        count["on_page"] += there
        count["recovered"] += bool(names)
        count["right"] += right
        false = [who for _, blocks in whole for who, text in blocks if piece in text]
        count["false"] += bool(false)
        if args.details and false:
            print(f"  there, but recovered from {false[0].strip()}; by {mails[i].name}: {piece[:100]}")
        if args.details and not right:
            state = f"named {names[0].strip()}" if names else "not marked" if there else "lost"
            print(f"  {state}; by {mails[i].name or mails[i].address}: {piece[:100]}")
    figures = {"removed": len(gone), "paragraphs": len(expected)}
    figures |= {name: value / max(1, len(expected)) for name, value in count.items()}
    print(" ".join(f"{name} {value:.4g}" for name, value in figures.items()))
    missed = [limit for limit in args.at_least if figures[limit.split("=")[0]] < float(limit.split("=")[1])]
    missed += [limit for limit in args.at_most if figures[limit.split("=")[0]] > float(limit.split("=")[1])]
    if missed:
        sys.exit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
