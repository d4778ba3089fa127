"""Our reader, the tolerant one (mail-parser) and the standard library on every corpus: same facts, or a known reason.

The table below is the whole list of reasons; a difference that none of them explains fails the test.
"""

from __future__ import annotations

import email
import re
import tarfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from email.message import Message as EmailMessage
from email.utils import mktime_tz, parsedate_tz
from pathlib import Path
from typing import NamedTuple

import pytest
from builder import entity, message, multipart

from mail2wiki.extract import Extracted, mime, sources, tolerant
from mail2wiki.extract.charsets import decode
from mail2wiki.extract.compound import MAGIC
from mail2wiki.extract.headers import subject
from mail2wiki.extract.parse import Collected, extract
from mail2wiki.extract.words import decoded

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"

REASONS = {
    # fact: [(when, who is right and why)]; `when` is a defect of ours or one of the conditions in `_applies`
    "subject": [
        (
            "damaged-header",
            "we: a line that lost its indentation ends the library's header, and the fields below are lost",
        ),
        ("line-ends-cr", "we: the library knows CR as a line end only here and there"),
        ("space-before-colon", "we: RFC 5322 section 4.5 allows it; the library takes the field for the body"),
        ("header-indented", "we: the library takes a header that starts with a space for the body"),
    ],
    "date": [
        ("date-impossible", "we: years outside 1971-2100 and hours above 24 are no dates; the last Received is taken"),
        ("date-odd", "we: the library knows English month names and a few orders only, and guesses the rest"),
        ("damaged-header", "we: as for the subject"),
    ],
    "text": [
        ("space-before-colon", "we: as for the subject"),
        ("multipart-empty", "we: a multipart without a single boundary line is still text"),
        ("folded-boundary", "we: a folded boundary is unfolded"),
        ("empty-part", "we: the library takes the epilogue behind an empty part for its text"),
        ("odd-boundary", "both: a boundary that ends in -- looks like its own end"),
        ("spaced-encoding", "we: white space around the transfer encoding means nothing"),
        ("attached-whole", "we: a message that is nothing but a text attachment has that as its text"),
        ("files", "we: a text part with a name, uuencode, TNEF and PGP armour are files, not text"),
        ("nested", "we: an attached message has its header above its text, and its own parts are chosen from"),
        ("pgp", "we: PGP armour comes off"),
        ("enriched", "we: commands of text/enriched and other text types are read, too"),
        ("damaged-header", "we: as for the subject"),
        ("header-end-missing", "both: the first line that is no field begins the text; it is ours, too"),
        ("damaged-multipart", "we: a multipart without its boundary is still text"),
        ("multipart-not-closed", "both: where a part ends that was cut off is anybody's guess"),
        ("base64-repaired", "we: the library stops decoding at a list footer under base64, or garbles it"),
        ("transfer-encoding-wrong", "we: what is labelled base64 and is none stays as it is"),
        ("transfer-encoding-unknown", "both: nothing can be decoded"),
        ("line-ends-cr", "we: as for the subject"),
    ],
}


CONDITIONS = {
    "space-before-colon": rb"(?m)^[!-9;-~]+[ \t]+:",
    "folded-boundary": rb'(?i)boundary="[^"\n]*\n',
    "odd-boundary": rb'(?i)boundary="?[^"\n]*--"?\s*\n',
    "empty-part": rb"(?m)^--[^\n]+\n--",
    "spaced-encoding": rb"(?i)transfer-encoding:(?:[ \t]{2,}|[^\n]*[ \t]+\r?\n)",
    "attached-whole": rb"(?is)\A(?:[^\n]+\n)*?Content-Disposition:\s*attachment",
    "pgp": rb"-----BEGIN PGP",
    "enriched": rb"(?i)text/(?!plain|html)",
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
        message(
            html="<p>x</p>",
            attachments=[("Prüf.pdf", "application/pdf", b"%PDF"), ("b.bin", "application/x-b", b"\0\1")],
        ),
        message(body="Prüfung läuft".encode("latin-1"), charset="iso-8859-1", raw_headers=b"X-Note: Pr\xfcfung\n"),
        b"From: a@x\nSubject: Pr\xfcfung\n"
        + multipart("mixed", [entity("text/plain", b"Neu\n"), entity("message/rfc822", inner)]),
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
def test_corpus(name: str, tmp_path: Path) -> None:
    """No crash, and every difference to the standard library has a reason in the table."""
    unexplained: list[str] = []
    count: Counter[str] = Counter()
    for where, raw in _messages(name, tmp_path):
        found = extract(raw)
        assert not any(defect.startswith("unreadable") for defect in found.message.defects), where
        count["messages"] += 1
        theirs = _library(raw) if not raw.startswith(MAGIC) else None  # Outlook's .msg: the library knows none
        if theirs is None or "header-missing" in found.message.defects:
            continue
        for fact in _differences(found, theirs):
            reason = _reason(fact, found, raw)
            count[f"{fact}: {reason}"] += 1
            if not reason:
                unexplained.append(f"{where} {fact}")
    assert count["messages"]
    assert not unexplained, "\n".join(unexplained)


def _differences(found: Extracted, theirs: Facts) -> Iterator[str]:
    if _squeeze(found.message.subject)[:900] != theirs.subject[:900]:
        yield "subject"
    if theirs.date is not None and found.message.date != theirs.date:
        yield "date"
    if found.body.kind == "plain" and _squeeze("".join(found.body.lines)) != theirs.text:
        yield "text"


def _reason(fact: str, found: Extracted, raw: bytes) -> str:
    """The first reason of the table that applies to this message; "" if none does."""
    return next((why for when, why in REASONS[fact] if when in found.message.defects or _applies(when, found, raw)), "")


def _applies(when: str, found: Extracted, raw: bytes) -> bool:
    if when in CONDITIONS:
        return re.search(CONDITIONS[when], raw) is not None
    return bool((when == "files" and found.files) or (when == "nested" and found.nested))


def _library(raw: bytes) -> Facts | None:
    """The same facts by the standard library alone; None where it gives up."""
    try:
        read = email.message_from_bytes(raw)
        moment = parsedate_tz(str(read.get("date", "")))
        date = mktime_tz(moment) if moment else None
        text = "".join(_library_text(part) for part in read.walk() if part.get_content_type() == "text/plain")
        titles = [str(value) for name, value in read.raw_items() if name.lower() == "subject"]
        title = titles[0].encode("utf-8", "surrogateescape") if titles else b""
    except Exception:
        return None
    return Facts(_squeeze(decoded(title)), date, _squeeze(text))


def _library_text(part: EmailMessage) -> str:
    if part.get_content_disposition() == "attachment":
        return ""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    return decode(data, part.get_content_charset() or "")[0]


def _squeeze(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff>]+", "", text)


def _messages(name: str, scratch: Path) -> Iterator[tuple[str, bytes]]:
    """(where, raw): all files of the MIME cases, about 300 messages spread over a mailbox."""
    packed = (
        sorted(CORPORA.glob("mime/*.tar.xz" if name == "mime" else f"*/{name}.mbox.xz")) if CORPORA.is_dir() else []
    )
    if not packed:
        pytest.skip("no shared corpora")
    if name == "mime":
        for archive in packed:
            with tarfile.open(archive) as cases:
                for case in cases:
                    content = cases.extractfile(case) if case.isfile() else None
                    if content:
                        yield f"{archive.name}/{case.name}", content.read()
        return
    for box in sources.find(packed, scratch).boxes:
        spans = list(sources.spans(box))
        for span in spans[:: max(1, len(spans) // 300)]:
            yield f"{name} {span.at}", sources.read_raw(span, box.kind)
