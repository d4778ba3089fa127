"""Outlook's `.msg`: files built here from [MS-CFB] and [MS-OXMSG], read by the room, held against olefile."""

import io
import struct
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest
from builder import message
from hypothesis import given, settings
from hypothesis import strategies as st
from outlook import TO, compound, embedded, file, message_tree, outlook

from mail2wiki.extract import compound as ours
from mail2wiki.extract import extract, msg

CAME = (
    "Microsoft Mail Internet Headers Version 2.0\r\n"
    "Received: from a by b; Mon, 6 May 2024 10:00:05 +0200\r\n"
    "From: =?utf-8?q?Anna_M=C3=BCller?= <anna@firma.example>\r\n"
    "To: bernd@firma.example,\r\n\tCarla <carla@firma.example>\r\n"
    "Subject: Im Kopf\r\nDate: Mon, 6 May 2024 10:00:00 +0200\r\n"
    "Message-ID: <kopf@firma.example>\r\nReferences: <a@x> <b@x>\r\nIn-Reply-To: <b@x>\r\n"
    "Content-Type: multipart/alternative; boundary=weg\r\nX-Mailer: Outlook 16\r\n"
)


def test_header_facts() -> None:
    cc = {**TO, 0x0C15: 2, 0x3001: "Carla Kopie", 0x39FE: "carla@firma.example"}
    blind = {**TO, 0x0C15: 3, 0x39FE: "dora@firma.example"}
    more = {0x1042: "<null@firma.example>", 0x1039: "<a@x> <null@firma.example>", 0x0071: bytes(range(27)), 0x0036: 2}
    found = extract(outlook(more, (TO, cc, blind))).message
    assert found.subject == "Prüfstand Halle 3" and found.date == 1_714_982_400
    assert tuple(found.sender) == ("Anna Beispiel", "anna@firma.example")
    assert [tuple(one) for one in found.to] == [("Bernd Muster", "bernd@firma.example")]
    assert [tuple(one) for one in found.cc] == [("Carla Kopie", "carla@firma.example")]
    assert found.message_id == "<eins@firma.example>" and found.references == ("<a@x>", "<null@firma.example>")
    assert found.in_reply_to == ("<null@firma.example>",) and found.thread_index == bytes(range(22)).hex()
    assert found.signals == ("sensitivity:private",) and found.defects == () and found.language == "de"


def test_the_id_is_that_of_the_file_as_delivered() -> None:
    raw = outlook()
    found = extract(raw).message
    assert found.id == sha256(raw).hexdigest() and found.size == len(raw)


def test_the_header_it_came_with_counts() -> None:
    found = extract(outlook({0x007D: CAME})).message
    assert found.subject == "Im Kopf" and found.message_id == "<kopf@firma.example>"
    assert tuple(found.sender) == ("Anna Müller", "anna@firma.example") and len(found.to) == 2
    assert found.references == ("<a@x>", "<b@x>") and "x-mailer:outlook 16" in found.signals
    assert found.defects == ()


@pytest.mark.parametrize("came", ["Received: from a\r\n", "", "kein Kopf\r\nüberhaupt\r\n", "Subject\r\n"])
def test_what_the_header_lacks_comes_from_the_properties(came: str) -> None:
    found = extract(outlook({0x007D: came})).message
    assert found.subject == "Prüfstand Halle 3" and found.sender.address == "anna@firma.example" and found.date


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({0x5D02: ""}, ("Anna Beispiel", "")),  # only the X.500 name of Exchange
        ({0x5D02: "", 0x0064: "SMTP", 0x0065: "Anna@Firma.example"}, ("Anna Beispiel", "anna@firma.example")),
        ({0x0042: "", 0x5D02: "", 0x0C1A: "Bote", 0x5D01: "bote@firma.example"}, ("Bote", "bote@firma.example")),
        ({0x0042: '"Anna" <x@y>, b@c\r\nBcc: z@z'}, None),
    ],
)
def test_senders(facts: dict, expected: tuple[str, str] | None) -> None:
    found = extract(outlook(facts)).message
    if expected:
        assert tuple(found.sender) == expected
    else:  # a name that would like to be more than a name
        assert found.sender.address == "anna@firma.example" and found.cc == () and len(found.to) == 1


def test_texts_in_an_old_code_page() -> None:
    found = extract(outlook({0x3FFD: 1250, 0x0037: "Průvodce", 0x1000: "Žluťoučký kůň"}, page=1250))
    assert found.message.subject == "Průvodce" and found.body.lines == ("Žluťoučký kůň",)


def test_the_best_text() -> None:
    page = "<html><body><p>Nur hier steht der <b>Text</b>.</p></body></html>".encode("cp1252")
    assert extract(outlook({0x1013: page})).body.lines == ("Guten Tag,", "", "der Prüfstand läuft.")
    only = extract(outlook({0x1000: "", 0x1013: "<p>Größe</p>".encode("cp1252"), 0x3FDE: 1252}))
    assert only.body.lines == ("Größe",) and only.body.kind == "markdown"
    document = rb"{\rtf1\ansi\ansicpg1252 Gr\'f6\'dfe\par zwei}"
    packed = struct.pack("<IIII", len(document) + 12, len(document), 0x414C454D, 0) + document
    assert extract(outlook({0x1000: "", 0x1009: packed})).body.lines == ("Größe", "zwei")


def test_attachments() -> None:
    files = [
        file("Plan für Halle 3.pdf", b"%PDF-1.7 " + b"x" * 9_000, x370E="application/pdf"),
        file('böse"\r\nSubject: x.txt', b"klein"),
        file("logo.png", b"\x89PNG\r\n\x1a\n", x370E="image/png", x3712="bild@01"),
    ]
    found = extract(outlook(attachments=files))
    assert [(one.name, one.media_type, one.inline) for one in found.message.attachments] == [
        ("Plan für Halle 3.pdf", "application/pdf", False),
        ("böse_ Subject_ x.txt", "text/plain", False),
        ("logo.png", "image/png", True),
    ]
    assert [len(data) for _, data in found.files] == [9_009, 5, 8]
    assert found.message.subject == "Prüfstand Halle 3" and found.message.attachments[2].content_id == "bild@01"


def test_an_embedded_message_is_a_message_of_its_own() -> None:
    blind = {**TO, 0x0C15: 3, 0x3001: "Dora", 0x39FE: "dora@firma.example"}
    deepest = message_tree({0x0037: "Zuunterst", 0x1000: "Der dritte Text.", 0x1035: "<drei@x>"}, head=24)
    inner = message_tree(
        {0x0037: "Darin", 0x1000: "Der zweite Text.", 0x1035: "<zwei@x>"},
        (TO, blind),
        [file("zahlen.csv", b"1;2"), embedded(deepest)],
        head=24,
    )
    found = extract(outlook(attachments=[embedded(inner)]))
    assert [(one.name, one.media_type) for one in found.message.attachments] == [
        ("Darin.eml", "message/rfc822"),
        ("zahlen.csv", "text/csv"),
        ("Zuunterst.eml", "message/rfc822"),
    ]
    text = found.body.text("nqh")
    assert "Subject: Darin" in text and "Der zweite Text." in text and "Der dritte Text." in text
    assert found.body.text() == "Guten Tag,\n\nder Prüfstand läuft."
    again = extract(dict(found.files)[found.nested[0]])  # the attached message is one anybody can open
    assert again.message.subject == "Darin" and again.message.message_id == "<zwei@x>"
    assert not any(b"dora" in data for _, data in found.files), "who got a blind copy is nobody's business"


def test_a_msg_file_attached_to_usual_mail_is_read_too() -> None:
    raw = outlook({0x0037: "Darin", 0x1000: "Text im Anhang."})
    found = extract(message(attachments=[("Darin.msg", "application/octet-stream", raw)]))
    assert [one.name for one in found.message.attachments] == ["Darin.msg"] and found.files[0][1] == raw
    assert "Text im Anhang." in found.body.text("q") and found.nested == (sha256(raw).hexdigest(),)


def test_classes_of_messages() -> None:
    assert "report-type:delivery-status" in extract(outlook({0x001A: "REPORT.IPM.Note.NDR"})).message.signals
    away = extract(outlook({0x001A: "IPM.Note.Rules.OofTemplate.Microsoft"})).message
    assert "auto-submitted:auto-replied" in away.signals
    came = CAME.replace("multipart/alternative", 'multipart/report; report-type="disposition-notification"')
    assert "report-type:disposition-notification" in extract(outlook({0x007D: came})).message.signals


def test_an_object_of_office_leaves_the_file_itself_attached() -> None:
    raw = outlook(attachments=[({0x3705: 6, 0x3001: "Tabelle"}, {"CONTENTS": b"1"})])
    found = extract(raw)
    assert found.message.defects == ("msg-object",) and found.body.lines[2] == "der Prüfstand läuft."
    assert dict(found.files)[found.message.id] == raw


def test_messages_embedded_without_end() -> None:
    inner = message_tree({0x1000: "Ganz innen."}, head=24)
    for _ in range(80):
        inner = message_tree({0x1000: "Hülle."}, (), [embedded(inner)], head=24)
    raw = outlook(attachments=[embedded(inner)])
    found = extract(raw)
    assert "too-deep" in found.message.defects and dict(found.files)[found.message.id] == raw
    assert len(found.body.lines) == len(found.body.marks)


def test_damaged_files_are_recorded_and_kept() -> None:
    raw = outlook(attachments=[file("a.bin", b"x" * 20_000)])
    seen = set()
    for cut in range(8, len(raw), 701):
        found = extract(raw[:cut])
        seen |= set(found.message.defects) - {"from-missing", "date-missing"}
        assert {"msg-unreadable", "msg-damaged"} & set(found.message.defects), cut
        assert dict(found.files)[found.message.id] == raw[:cut]
    assert seen >= {"msg-unreadable"}
    document = compound({"WordDocument": b"x" * 5_000})
    assert extract(document).message.defects == ("date-missing", "from-missing", "msg-unreadable")


def test_a_damaged_file_gives_what_it_has() -> None:
    raw = bytearray(outlook({0x1000: "y" * 6_000}, attachments=[file("a.bin", b"x" * 20_000)]))
    at = raw.find(b"x" * 512)
    sector = at // 512 - 1
    table = raw.rfind(struct.pack("<I", sector + 2), 512)  # the entry that leads from the second sector to the third
    raw[table : table + 4] = struct.pack("<I", 0xFFFFFFFE)
    found = extract(bytes(raw))
    assert "msg-damaged" in found.message.defects and found.message.subject == "Prüfstand Halle 3"
    assert found.body.lines == ("y" * 6_000,) and found.message.attachments[0].name == "a.bin"


def test_a_real_one() -> None:
    """Outlook's own file among the public MIME cases."""
    packed = Path(__file__).resolve().parents[2].parent / "shared" / "corpora" / "mime" / "spamscope.tar.xz"
    if not packed.exists():
        pytest.skip("no shared corpora")
    with tarfile.open(packed) as cases:
        member = cases.extractfile("spamscope/tests/mails/mail_outlook_1")
        found = extract(member.read() if member else b"")
    assert found.message.defects == () and len(found.message.attachments) == 5 and len(found.body.lines) > 50
    assert found.message.date and found.message.message_id and "@" in found.message.sender.address


def streams(data: bytes) -> dict[str, bytes]:
    box = ours.Compound(data)
    found, todo = {}, [("", box.entries[0])]
    while todo:
        path, storage = todo.pop()
        for name, entry in box.inside(storage).items():
            if entry.kind == ours.STREAM:
                found[f"{path}/{name}"] = box.read(entry)
            else:
                todo.append((f"{path}/{name}", entry))
    assert not box.damaged
    return found


def test_the_reader_and_olefile_see_the_same_streams() -> None:
    olefile = pytest.importorskip("olefile")
    inner = message_tree({}, (), [file("b.bin", bytes(range(256)) * 40)], head=24)
    raw = outlook({0x1000: "Text. " * 5_000}, (TO,) * 30, [file("a.bin", b"a" * 4_095), embedded(inner)])
    assert olefile.isOleFile(data=raw)
    library = olefile.OleFileIO(io.BytesIO(raw), raise_defects=olefile.DEFECT_INCORRECT)
    theirs = {"/" + "/".join(path).lower(): library.openstream(path).read() for path in library.listdir()}
    assert streams(raw) == theirs and not library.parsing_issues


def test_a_directory_that_is_a_chain() -> None:
    tree = {f"__recip_version1.0_#{number:08X}": {"__properties_version1.0": bytes(8)} for number in range(5_000)}
    assert len(streams(compound(tree, chained=True))) == 5_000


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_bytes(data: st.DataObject) -> None:
    raw = bytearray(outlook({0x007D: CAME}, attachments=[file("a.bin", b"x" * 5_000), embedded(message_tree(head=24))]))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(8, len(raw) - 4))
        raw[at : at + 4] = data.draw(st.binary(min_size=4, max_size=4))
    raw = bytearray(msg.MAGIC) + raw[8:]
    found = extract(bytes(raw))
    assert len(found.body.lines) == len(found.body.marks)
    assert not any(defect.startswith("unreadable") for defect in found.message.defects)


@given(st.binary(max_size=600))
def test_any_bytes_behind_the_mark(data: bytes) -> None:
    assert "msg-unreadable" in extract(msg.MAGIC + data).message.defects
