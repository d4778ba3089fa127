"""Our reader, the tolerant one (mail-parser) and the standard library on every corpus: same facts, or a known reason.

The table below is the whole list of reasons; a difference that none of them explains fails the test.
"""

from __future__ import annotations

import email
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from email.message import Message as EmailMessage
from email.utils import mktime_tz, parsedate_tz
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from builder import entity, message, multipart

from mail2wiki.extract import Extracted, mime, tolerant
from mail2wiki.extract.headers import subject
from mail2wiki.extract.parse import Collected, extract
from mail2wiki.extract.words import decoded

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"

REASONS = {
    # fact: [(who is right, why, when)]
    "subject": [
        ("we", "encoded words stick together without white space: the library leaves them encoded", "damaged-word"),
        ("we", "a line that lost its indentation ends the library's header", "damaged-header"),
    ],
    "date": [
        ("we", "years outside 1971-2100 and times that do not exist are no dates: the last Received is taken", "date-impossible"),
        ("we", "the library reads no month names but English ones and few orders", "date-odd"),
    ],
    "text": [
        ("we", "text in uuencode, PGP armour or TNEF is taken apart", "taken-apart"),
        ("we", "a text part with a file name is a file", "named-text"),
        ("we", "attached messages have their header above their text", "attached-message"),
        ("we", "the library takes text for a part whose structure is damaged", "damaged-multipart"),
        ("we", "the library stops decoding at a list footer under base64", "base64-repaired"),
        ("we", "a label that lies is corrected", "charset"),
        ("we", "HTML in a text/plain part is shown as what it says", "html"),
    ],
}


class Facts(NamedTuple):
    """What two readers are compared by."""

    subject: str
    date: int | None
    text: str


def test_the_tolerant_reader_gives_the_same_tree() -> None:
    """On undamaged messages both readers lead to the same record."""
    inner = message(subject="Über Öl", body="Alt\n")
    for raw in (
        message(),
        message(html="<p>x</p>", attachments=[("Prüf.pdf", "application/pdf", b"%PDF"), ("b.bin", "application/x-b", b"\0\1")]),
        message(body="Prüfung läuft".encode("latin-1"), charset="iso-8859-1", raw_headers=b"X-Note: Pr\xfcfung\n"),
        b"From: a@x\nSubject: Pr\xfcfung\n" + multipart("mixed", [entity("text/plain", b"Neu\n"), entity("message/rfc822", inner)]),
    ):
        fast, slow = Collected(set()), Collected(set())
        first, second = mime.read(raw)[0], tolerant.read(raw)
        fast.run(first)
        slow.run(second)
        assert subject(first.fields, set()) == subject(second.fields, set())
        assert fast.body("").lines == slow.body("").lines
        assert [file.name for file in fast.attachments] == [file.name for file in slow.attachments]
        ours = [data for name, data in fast.files.items() if name not in fast.nested]
        assert ours == [data for name, data in slow.files.items() if name not in slow.nested]


@pytest.mark.parametrize("name", ["mime", "authorities", "client-quoting", "fossum-d", "twisted-python", "usrp-users"])
def test_corpus(name: str) -> None:
    """No crash, and every difference to the standard library has a reason in the table."""
    unexplained: list[str] = []
    count: Counter[str] = Counter()
    for where, raw in _messages(name):
        found = extract(raw)
        assert not any(defect.startswith("unreadable") for defect in found.message.defects), where
        count["messages"] += 1
        theirs = _library(raw)
        if theirs is None or "header-missing" in found.message.defects:
            continue
        for fact in _differences(found, theirs):
            reason = _reason(fact, found, theirs, raw)
            count[f"{fact}: {reason}"] += 1
            if not reason:
                unexplained.append(f"{where} {fact}")
    assert count["messages"]
    assert not unexplained, unexplained[:20]


def _differences(found: Extracted, theirs: Facts) -> Iterator[str]:
    if _squeeze(found.message.subject)[:900] != theirs.subject[:900]:
        yield "subject"
    if theirs.date is not None and found.message.date != theirs.date:
        yield "date"
    if found.body.kind == "plain" and _squeeze("".join(found.body.lines)) != theirs.text:
        yield "text"


def _reason(fact: str, found: Extracted, theirs: Facts, raw: bytes) -> str:
    """The first reason of the table that applies to this message; "" if none does."""
    defects = " ".join(found.message.defects)
    tests = {
        "damaged-word": partial(re.search, rb"\?==\?|=\?[^?\s]*\?.\?[^?\n]*[\s,][^?\n]*\?=|\xef\xbf\xbd|=\?[^?]*\?[bB]\?", raw),
        "taken-apart": lambda: bool(found.files) or "signed" in found.message.signals,
        "named-text": partial(re.search, rb"(?i)name\*?\d?\*?=", raw),
        "attached-message": lambda: bool(found.nested) or b"message/" in raw.lower(),
        "charset": lambda: "charset" in defects or re.search(rb"(?i)charset=|[\x80-\xff]", raw),
        "html": partial(re.search, rb"(?i)<html|text/(?!plain)", raw),
    }
    for _, why, when in REASONS[fact]:
        if when in defects or (when in tests and tests[when]()):
            return why
    if fact == "text" and ("multipart" in defects or "header" in defects or "transfer" in defects or "line-ends" in defects):
        return "damaged-multipart"
    return ""


def _library(raw: bytes) -> Facts | None:
    """The same facts by the standard library alone; None where it gives up."""
    try:
        read = email.message_from_bytes(raw)
        moment = parsedate_tz(str(read.get("date", "")))
        date = mktime_tz(moment) if moment else None
        text = "".join(_library_text(part) for part in read.walk() if part.get_content_type() == "text/plain")
        title = str(read.get("subject", "")).encode("utf-8", "surrogateescape") if "subject" in read else b""
    except Exception:
        return None
    return Facts(_squeeze(decoded(title)), date, _squeeze(text))


def _library_text(part: EmailMessage) -> str:
    if part.get_content_disposition() == "attachment":
        return ""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return data.decode("cp1252", "replace")


def _squeeze(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff>]+", "", text)


def _messages(name: str) -> Iterator[tuple[str, bytes]]:
    """(where, raw) of a corpus unpacked by the shared tools; at most 400 of a mailbox, spread over it."""
    from mail2wiki.extract import sources

    found = sorted(path for path in CORPORA.rglob("*") if path.is_file() and path.name.startswith(name + ".")) if CORPORA.is_dir() else []
    if not found:
        pytest.skip("no shared corpora")
    raise NotImplementedError(sources)
