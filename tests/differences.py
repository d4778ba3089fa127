"""Where our reading of a message, the tolerant one (mail-parser) and the standard library's differ, and who is right.

The tables below are the whole list of reasons; the differential test fails on a difference that none of them explains.
`python tests/differences.py` prints the tables of docs/differences.md from the shared corpora.
"""

from __future__ import annotations

import email
import re
import tarfile
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from email.message import Message as EmailMessage
from email.utils import getaddresses, mktime_tz, parsedate_tz
from pathlib import Path
from typing import NamedTuple

from mail2wiki.extract import headers, mime, sources, tolerant
from mail2wiki.extract.charsets import decode
from mail2wiki.extract.compound import MAGIC
from mail2wiki.extract.mime import Part
from mail2wiki.extract.parse import Collected, Extracted, extract
from mail2wiki.extract.words import decoded, unfold

CORPORA = Path(__file__).resolve().parents[1].parent / "shared" / "corpora"
NAMES = (
    "mime", "authorities", "client-quoting", "codealltag-2k", "corman-s", "fossum-d", "motley-m", "scholtes-d",
    "sample", "twisted-python", "usrp-users",
)  # fmt: skip
SAMPLE = 300  # messages of each mailbox

WE, EITHER = "we", "either"
DAMAGED = ("damaged-header", WE, "a line that lost its indentation ends the others' header; the fields below are lost")
SPACED = ("space-before-colon", WE, "RFC 5322 (4.5) allows it; the others take the field for the body")
INDENTED = ("header-indented", WE, "the others take a header that begins with a space for the body")
CR = ("line-ends-cr", WE, "the others know CR as a line end only here and there")

REASONS = {
    # fact: [(when, who is right, why)]; `when` is a defect or signal of ours, or a condition below. The first counts.
    "subject": [DAMAGED, CR, SPACED, INDENTED],
    "date": [
        ("date-impossible", WE, "years outside 1971-2100 and hours above 24 are no dates; the last Received is taken"),
        ("date-odd", WE, "the library knows English months and a few orders only, and guesses the rest"),
        DAMAGED,
        SPACED,
    ],
    "from": [
        ("hidden-address", WE, "a list's archive writes `anna at firma.example (Anna Beispiel)`: her address and name"),
        ("from-via", WE, "a list server wrote itself into From; the writer stands in Reply-To, Cc or X-Original-From"),
        DAMAGED,
        SPACED,
        ("address-as-name", WE, "an unquoted address stands before the real one, in angle brackets"),
        ("no-comma", WE, "words or addresses without a comma between them are one address for the library"),
        ("local-address", WE, "an address without @ is one inside an organisation"),
        ("loose-signs", EITHER, "a quote or dot before an address, left over from a name, is no part of it"),
        ("from-missing", EITHER, "no From: ours is Sender or Reply-To"),
    ],
    "to": [
        DAMAGED,
        SPACED,
        CR,
        ("no-comma", WE, "as for From"),
        ("address-as-name", WE, "as for From"),
        ("loose-signs", EITHER, "as for From"),
        ("nobody", WE, "`undisclosed-recipients` is nobody's address"),
    ],
    "message-id": [DAMAGED, SPACED, ("bare-id", WE, "an id without <> gets them, so that references find it")],
    "text": [
        SPACED,
        ("multipart-empty", WE, "a multipart without a single boundary line is still text"),
        ("folded-boundary", WE, "a boundary parameter over two lines is unfolded"),
        ("empty-part", WE, "the library takes the epilogue behind an empty part for its text"),
        ("odd-boundary", EITHER, "a boundary that ends in -- looks like its own end"),
        ("spaced-encoding", WE, "white space around the transfer encoding means nothing"),
        ("attached-whole", WE, "a message that is nothing but a text attachment has that as its text"),
        ("encoded-message", WE, "an attached message in base64 (RFC 2046 forbids it) is decoded"),
        ("report", WE, "the fields of a delivery report are a file, not text"),
        ("uuencode", WE, "uuencoded lines are files, not text"),
        ("nested", WE, "an attached message has its header above its text, and its best text is chosen, too"),
        ("files", WE, "a text part with a name is a file, not text"),
        ("pgp", WE, "PGP armour comes off"),
        ("enriched", WE, "commands of text/enriched and other text types are read, too"),
        ("body:credentials", WE, "a password is hidden where mail is read"),
        ("quote-sign", WE, "below an attribution line another quote sign is written as `> `"),
        DAMAGED,
        ("header-end-missing", EITHER, "the first line that is no field begins the text; it is ours, too"),
        ("damaged-multipart", WE, "a multipart without its boundary is still text"),
        ("multipart-not-closed", EITHER, "where a part ends that was cut off is anybody's guess"),
        ("base64-repaired", WE, "the library stops decoding at a list footer under base64, or garbles it"),
        ("transfer-encoding-wrong", WE, "what is labelled base64 and is none stays as it is"),
        ("transfer-encoding-unknown", EITHER, "nothing can be decoded"),
        CR,
    ],
}

TOLERANT = {
    "subject": [DAMAGED, SPACED, CR, INDENTED],
    "date": [DAMAGED, SPACED],
    "from": [DAMAGED, SPACED],
    "to": [DAMAGED, SPACED, CR],
    "message-id": [DAMAGED, SPACED],
    "text": [
        DAMAGED,
        ("folded-boundary", WE, "a boundary parameter over two lines is unfolded"),
        ("multipart-empty", WE, "a multipart without a single part is still text"),
        ("damaged-multipart", "tolerant", "a boundary longer than 250 characters: its reading is taken"),
        ("empty-part", WE, "the others take the epilogue behind an empty part for its text"),
        ("odd-boundary", EITHER, "a boundary that ends in -- looks like its own end"),
        SPACED,
        CR,
        ("multipart-not-closed", EITHER, "where a part ends that was cut off is anybody's guess"),
    ],
    "files": [
        DAMAGED,
        ("folded-boundary", WE, "as for the text"),
        ("empty-part", WE, "as for the text"),
        SPACED,
        CR,
        ("multipart-not-closed", EITHER, "as for the text"),
    ],
}

CONDITIONS = {
    "space-before-colon": rb"(?m)^[!-9;-~]+[ \t]+:",
    "folded-boundary": rb'(?i)boundary="[^"\n]*\n',
    "odd-boundary": rb'(?i)boundary="?[^"\n]*--"?\s*\n',
    "empty-part": rb"(?m)^--[^\n]+\n--",
    "spaced-encoding": rb"(?i)transfer-encoding:(?:[ \t]{2,}|[^\n]*[ \t]+\r?\n)",
    "attached-whole": rb"(?is)\A(?:[^\n]+\n)*?Content-Disposition:\s*attachment",
    "encoded-message": rb"(?i)message/rfc822[^\n]*\n(?:[^\n]+\n)*?Content-Transfer-Encoding:\s*(?:base64|quoted)",
    "report": rb"(?i)Content-Type:\s*message/delivery-status",
    "uuencode": rb"(?m)^begin [0-7]{3,4} ",
    "pgp": rb"-----BEGIN PGP",
    "enriched": rb"(?i)text/(?!plain|html)",
    "address-as-name": rb"(?im)^(?:from|to|cc):(?:.*,)?[^<\"\n]*@[^<\"\n,]*<",
    "no-comma": rb"(?im)^(?:from|to|cc):[^<\"\n]*(?:\w[ \t]+[^<\"\s,]+@|@[^<\"\s,]+[ \t]+\w)",
    "loose-signs": rb"(?im)^(?:from|to|cc|[ \t]).*[\s,<:]['.]+[\w.'+-]*@",
    "quote-sign": rb"(?m):\s*\n[ \t]{0,6}(?:[:|#%}\]=&$]|[A-Za-z\x80-\xff]{1,10}\(?>)",
    "nobody": rb"(?im)^(?:to|cc):.*undisclosed",
    "bare-id": rb"(?im)^message-id:[ \t]*[^<\s]",
    "hidden-address": rb"(?im)^from:[ \t]*\S+ at \S+\.\S+",
    "local-address": rb"(?im)^from:.*<[^@<>\n]+>",
}


class Facts(NamedTuple):
    """What readers are compared by. `files`: how many."""

    subject: str
    date: int | None
    sender: str
    people: tuple[str, ...]
    message_id: str
    text: str
    files: int = 0


def is_message(where: str, raw: bytes) -> bool:
    """Is this file of a corpus a message? Others are the results other parsers expect (MIME4J's .xml, decoded parts),
    Outlook's .msg, or have no header at all: we read them without a crash, the library has nothing to compare."""
    return not (where.endswith(".xml") or "_decoded" in where or raw.startswith(MAGIC) or not mime.read(raw)[0].fields)


def ours(found: Extracted) -> Facts:
    message = found.message
    people = tuple(one.address for one in (*message.to, *message.cc) if "@" in one.address)
    text = squeeze("".join(found.body.lines)) if found.body.kind == "plain" else ""
    return Facts(squeeze(message.subject), message.date, message.sender.address, people, message.message_id or "", text)


def of_tree(root: Part) -> Facts:
    """The facts of a tree of parts, whichever reader made it."""
    collected, fields = Collected(set()), root.fields
    collected.run(root)
    people = tuple(one.address for one in (*headers.people(fields, b"to"), *headers.people(fields, b"cc")))
    return Facts(
        headers.subject(fields, set()),
        headers.date(fields, set()),
        headers.sender(fields, set())[0].address,
        people,
        headers.message_id(fields) or "",
        squeeze("".join(collected.body("").lines)),
        len(collected.files),
    )


def library(raw: bytes) -> Facts | None:
    """The same facts by the standard library alone; None where it gives up."""
    try:
        read = email.message_from_bytes(raw)
        moment = parsedate_tz(str(read.get("date", "")))
        date = mktime_tz(moment) if moment else None
        text = "".join(_text(part) for part in read.walk() if part.get_content_type() == "text/plain")
        subjects, senders = _values(read, "subject"), _addresses(read, "from", 1)
        people = (*_addresses(read, "to"), *_addresses(read, "cc"))
        subject = squeeze(decoded(subjects[0])) if subjects else ""
        return Facts(subject, date, senders[0] if senders else "", people, _id(read), squeeze(text))
    except Exception:
        return None


def differences(mine: Facts, theirs: Facts, *, is_page: bool = False) -> Iterator[str]:
    """The facts that differ; what the other side does not know does not count, nor does text made from HTML."""
    if mine.subject[:900] != theirs.subject[:900]:
        yield "subject"
    if theirs.date is not None and mine.date != theirs.date:
        yield "date"
    if mine.sender != theirs.sender:
        yield "from"
    if dict.fromkeys(mine.people) != dict.fromkeys(theirs.people):
        yield "to"
    if mine.message_id != theirs.message_id:
        yield "message-id"
    if not is_page and mine.text != theirs.text:
        yield "text"
    if mine.files != theirs.files:
        yield "files"


def reason(table: dict, fact: str, found: Extracted, raw: bytes) -> tuple[str, str]:
    """Who is right and why: the first line of the table that applies; ("", "") if none does."""
    known = {*found.message.defects, *found.message.signals}
    for when, who, why in table[fact]:
        if when in CONDITIONS:
            applies = re.search(CONDITIONS[when], raw) is not None
        else:
            applies = when in known or (when == "files" and found.files) or (when == "nested" and found.nested)
        if applies:
            return who, why
    return "", ""


def compared(name: str) -> Iterator[tuple[str, str, str, str, str]]:
    """(where, reader, fact, who is right, why) of every difference in a corpus; fact "" for a message without one."""
    with tempfile.TemporaryDirectory() as scratch:
        for where, raw in messages(name, Path(scratch)):
            found = extract(raw)
            assert not any(defect.startswith("unreadable") for defect in found.message.defects), where
            if not is_message(where, raw):
                yield where, "no message", "", "", ""
                continue
            theirs, second = library(raw), of_tree(tolerant.read(raw))
            seen = [("library", fact, REASONS) for fact in _facts(found, theirs)]
            seen += [("tolerant", fact, TOLERANT) for fact in differences(of_tree(mime.read(raw)[0]), second)]
            yield where, "read" if theirs else "library gave up", "", "", ""
            for reader, fact, table in seen:
                yield where, reader, fact, *reason(table, fact, found, raw)


def _facts(found: Extracted, theirs: Facts | None) -> Iterator[str]:
    return differences(ours(found), theirs, is_page=found.body.kind != "plain") if theirs else iter(())


def squeeze(text: str) -> str:
    """Without white space, quote signs and characters nobody sees."""
    text = unicodedata.normalize("NFC", text)
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff>]+", "", text)


def messages(name: str, scratch: Path) -> Iterator[tuple[str, bytes]]:
    """(where, raw): all files of the MIME cases, SAMPLE messages spread over a mailbox."""
    if name == "mime":
        for archive in sorted(CORPORA.glob("mime/*.tar.xz")):
            with tarfile.open(archive) as cases:
                for case in cases:
                    content = cases.extractfile(case) if case.isfile() else None
                    if content:
                        yield f"{archive.name}/{case.name}", content.read()
        return
    for box in sources.find(list(CORPORA.glob(f"*/{name}.mbox.xz")), scratch).boxes:
        spans = list(sources.spans(box))
        for span in spans[:: max(1, len(spans) // SAMPLE)]:
            yield f"{name} {span.at}", sources.read_raw(span, box.kind)


def _text(part: EmailMessage) -> str:
    if part.get_content_disposition() == "attachment":
        return ""
    data = part.get_payload(decode=True)
    return decode(data, part.get_content_charset() or "")[0] if isinstance(data, bytes) else ""


def _values(read: EmailMessage, wanted: str) -> list[bytes]:
    return [str(value).encode("utf-8", "surrogateescape") for name, value in read.raw_items() if name.lower() == wanted]


def _taken_apart(values: list[str]) -> list[tuple[str, str]]:
    """As the library did before it was strict (CVE-2023-27043): now it drops fields with a comma in a name."""
    try:
        return getaddresses(values, strict=False)  # type: ignore[call-arg]
    except TypeError:  # a Python without the change
        return getaddresses(values)


def _addresses(read: EmailMessage, name: str, most: int = 100) -> list[str]:
    found = _taken_apart([unfold(value) for value in _values(read, name)[:most]])
    return [address.lower() for _, address in found if "@" in address]


def _id(read: EmailMessage) -> str:
    values = _values(read, "message-id")
    return unfold(values[0]).strip() if values else ""


def main() -> None:
    """Print the tables for docs/differences.md."""
    counts = {name: Counter(found[1:] for found in compared(name)) for name in NAMES}
    read = {
        name: sum(count[kind] for kind in count if not kind[1] and kind[0] != "no message")
        for name, count in counts.items()
    }
    for reader in ("library", "tolerant"):
        found = {
            name: {kind[1:]: number for kind, number in counts[name].items() if kind[0] == reader} for name in NAMES
        }
        names = [name for name in NAMES if found[name]]
        print(f"| what | who is right | why | {' | '.join(names)} |\n| --- | --- | --- |{' ---: |' * len(names)}")
        for line in sorted({line for name in names for line in found[name]}):
            print(f"| {' | '.join(line)} | {' | '.join(str(found[name].get(line, '')) for name in names)} |")
        print()
    print(f"Messages compared: {', '.join(f'{name} {number}' for name, number in read.items())}.")


if __name__ == "__main__":
    main()
