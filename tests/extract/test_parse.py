"""The main door: whatever comes in, one honest message comes out."""

import random
import re
from hashlib import sha256

from builder import attachment, entity, message, multipart
from hypothesis import given, settings
from hypothesis import strategies as st

from mail2wiki.extract import extract
from mail2wiki.extract.mime import DEEPEST, MOST_PARTS
from mail2wiki.extract.parse import Extracted

FORBIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def check(raw: bytes) -> Extracted:
    """What holds for every message."""
    found = extract(raw)
    known, body = found.message, found.body
    assert known.id == sha256(raw).hexdigest() and known.size == len(raw)
    assert len(body.lines) == len(body.marks) and set(body.marks) <= set("nqahsdb")
    people = [text for person in (known.sender, *known.to, *known.cc) for text in person]
    names = [text for file in known.attachments for text in (file.name, file.media_type, file.content_id)]
    for text in (
        *body.lines,
        *people,
        *names,
        known.subject,
        known.message_id or "",
        *known.references,
        *known.signals,
    ):
        assert not FORBIDDEN.search(text)
    assert {file.sha256 for file in known.attachments} == {name for name, _ in found.files}
    assert all(sha256(data).hexdigest() == name for name, data in found.files)
    assert known.signals == tuple(sorted(known.signals)) and known.defects == tuple(sorted(known.defects))
    assert not any(defect.startswith("unreadable") for defect in known.defects)
    return found


def test_a_usual_message() -> None:
    found = check(message(attachments=[("Plan.pdf", "application/octet-stream", b"%PDF-1.4")], cc="c@x.example"))
    known = found.message
    assert (known.subject, known.sender) == ("Prüfstand Halle 3", ("Anna Beispiel", "anna@firma.example"))
    assert (known.date, known.language, known.defects) == (1714982400, "de", ())
    assert (known.attachments[0].name, known.attachments[0].media_type) == ("Plan.pdf", "application/pdf")


def test_line_ends_do_not_matter() -> None:
    plain = check(message(message_id="<a@x>", html="<p>x</p>"))
    for line_end in ("\r\n", "\r"):
        other = check(message(message_id="<a@x>", html="<p>x</p>", line_end=line_end))
        assert other.body == plain.body
        assert other.message.subject == plain.message.subject and other.message.to == plain.message.to


def test_damaged_headers() -> None:
    cases = [
        (b" Subject: eins\nFrom: a@x\n\nText\n", "eins", ["Text"]),
        (b"From a@x Mon May  6 10:00:00 2024\nSubject: eins\n\nText\n", "eins", ["Text"]),
        (b"\n\nSubject: eins\n\nText\n", "eins", ["Text"]),
        (b"Received: x\njunk without a colon\nSubject: eins\nFrom: a@x\n\nText\n", "eins", ["Text"]),
        (
            b"Subject: eins\nund so weiter, ohne Einzug\nFrom: a@x\n\nText\n",
            "eins und so weiter, ohne Einzug",
            ["Text"],
        ),
        (b"Subject: eins\nText ohne Leerzeile\n", "eins", ["Text ohne Leerzeile"]),
        (b"Nur Text, gar kein Kopf\n", "", ["Nur Text, gar kein Kopf"]),
        (b"Subject : eins\n\nText\n", "eins", ["Text"]),
    ]
    for raw, subject, lines in cases:
        found = check(raw)
        assert (found.message.subject, list(found.body.lines)) == (subject, lines), raw


def test_damaged_multiparts_keep_their_text() -> None:
    part = entity("text/plain", b"Der Text.\n")
    whole = b"From: a@x\n" + multipart("mixed", [part, attachment("a.bin", "application/x-a", b"a")])
    unclosed = whole.replace(b"--grenze--\n", b"")
    assert "multipart-not-closed" in check(unclosed).message.defects
    for raw in (
        unclosed,
        whole.replace(b'boundary="grenze"', b"boundary=grenze"),
        whole.replace(b'; boundary="grenze"', b""),
        whole.replace(b'boundary="grenze"', b'boundary="andere"'),
    ):
        assert any("Der Text." in line for line in check(raw).body.lines)


def test_attachment_names() -> None:
    names = {
        r"C:\TEMP\bild.png": "bild.png",
        "../../etc/passwd": "passwd",
        "=?utf-8?Q?Pr=C3=BCf.pdf?=": "Prüf.pdf",
        "x" * 300 + ".pdf": "x" * 116 + ".pdf",
        "a\u202egnp.exe": "agnp.exe",
        "": "attachment.pdf",
    }
    for written, name in names.items():
        found = check(message(attachments=[(written, "application/pdf", b"%PDF")]))
        assert found.message.attachments[0].name == name


def test_rfc_2231_names() -> None:
    head = "Content-Disposition: attachment; filename*0*=utf-8''Pr%C3%BC; filename*1=fung.pdf"
    raw = b"From: a@x\n" + multipart("mixed", [entity("application/pdf", b"%PDF", head)])
    assert check(raw).message.attachments[0].name == "Prüfung.pdf"


def test_inline_image_has_its_content_id() -> None:
    image = entity("image/png", b"\x89PNG\r\n\x1a\nx", "Content-ID: <bild1@x>")
    page = entity("text/html", b"<p>Bild</p>")
    (file,) = check(b"From: a@x\n" + multipart("related", [page, image])).message.attachments
    assert (file.inline, file.content_id, file.name) == (True, "bild1@x", "attachment.png")


def test_equal_attachments_are_kept_once() -> None:
    found = check(message(attachments=[("a.bin", "application/x-a", b"same"), ("b.bin", "application/x-a", b"same")]))
    assert len(found.message.attachments) == 2 and len(found.files) == 1


def test_gmail_labels_are_the_folders() -> None:
    assert extract(message(headers={"X-Gmail-Labels": "Projekte/Nord,Wichtig"}), folder="x").folders == (
        "Projekte/Nord",
        "Wichtig",
    )
    assert extract(message(), folder="Archiv").folders == ("Archiv",)


def test_two_thousand_levels_are_flattened() -> None:
    heads = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (at, at) for at in range(2_000))
    found = check(
        b"From: a@x\n" + heads + b"\nGanz innen.\n" + b"".join(b"--b%d--\n" % at for at in reversed(range(2_000)))
    )
    assert "Ganz innen." in found.body.lines and "too-deep" in found.message.defects


def test_attached_messages_without_end() -> None:
    found = check(b"From: a@x\nContent-Type: message/rfc822\n\n" * (DEEPEST * 5) + b"From: b@x\n\nGanz innen.\n")
    assert "too-deep" in found.message.defects
    assert any(b"Ganz innen." in data for _, data in found.files)


def test_too_many_parts_lose_no_text() -> None:
    parts = [entity("text/plain", b"Zeile %d\n" % at) for at in range(MOST_PARTS + 500)]
    found = check(b"From: a@x\n" + multipart("mixed", parts))
    lines = {line for line in found.body.lines if line.startswith("Zeile")}
    assert len(lines) == MOST_PARTS + 500 and "too-many-parts" in found.message.defects


def test_huge_header_and_body() -> None:
    found = check(message(subject="Wort " * 200_000, body="Eine Zeile.\n" * 50_000))
    assert len(found.body.lines) == 50_000 and "header-long" in found.message.defects


def test_nothing_at_all() -> None:
    assert check(b"").message.failed == ""


@given(st.binary(max_size=400))
def test_any_bytes(raw: bytes) -> None:
    check(raw)


PIECES = [
    b"\n", b"\r\n", b"\r", b"--", b"=?utf-8?q?", b'"', b"<", b";", b"\xff", b"\n\n", b"(", b"\\", b"\0", b"base64",
    b"boundary=x", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b"Content-Type: message/rfc822\n\n",
    b"charset=utf-7", b"format=flowed; delsp=yes", b"begin 644 a\n", b"-----BEGIN PGP MESSAGE-----\n", b"name*0*=",
]  # fmt: skip
SEEDS = [
    message(html="<p>x</p>", attachments=[("a.pdf", "application/pdf", b"%PDF")]),
    b"From: a@x\n" + multipart("digest", [b"\n" + message(), b"\n" + message(subject="b")]),
    message(body="Über alles".encode("latin-1"), headers={"Content-Type": "text/plain; format=flowed"}),
]


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_mutated_messages(seed: int) -> None:
    chance = random.Random(seed)
    raw = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(raw) + 1)
        if chance.random() < 0.6:
            raw[at:at] = chance.choice(PIECES)
        else:
            del raw[at : at + chance.randint(1, 60)]
    check(bytes(raw))
