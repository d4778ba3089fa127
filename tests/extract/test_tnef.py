"""winmail.dat: built here by hand from [MS-OXTNEF], read by the room."""

import struct

from builder import entity, message, multipart
from hypothesis import given
from hypothesis import strategies as st

from mail2wiki.extract import extract, rtf, tnef


def attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 0, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*values: tuple[int, int, bytes]) -> bytes:
    data = struct.pack("<I", len(values))
    for kind, name, value in values:
        data += struct.pack("<HHII", kind, name, 1, len(value)) + value + b"\0" * (-len(value) % 4)
    return data


def envelope(*attributes: bytes) -> bytes:
    return struct.pack("<IH", tnef.SIGNATURE, 1) + b"".join(attributes)


FILE = (
    attribute(2, 0x9002, b"\0" * 14)
    + attribute(2, 0x8010, b"PLAN~1.TXT\0")
    + attribute(2, 0x800F, b"Inhalt")
    + attribute(2, 0x9005, properties((0x001F, 0x3707, "Plan für Halle 3.txt\0".encode("utf-16-le"))))
)


def test_files_and_text_come_out() -> None:
    data = envelope(attribute(1, 0x9003, properties((0x001E, 0x1000, b"Der Text.\0"))), FILE)
    raw = b"From: a@x\n" + multipart("mixed", [entity("application/ms-tnef; name=winmail.dat", data)])
    found = extract(raw)
    assert found.body.lines == ("Der Text.",)
    assert [(file.name, file.media_type) for file in found.message.attachments] == [
        ("Plan für Halle 3.txt", "text/plain")
    ]
    assert found.files[0][1] == b"Inhalt"


def test_the_text_of_the_message_comes_first() -> None:
    data = envelope(attribute(1, 0x800C, b"Noch einmal.\0"), FILE)
    parts = [entity("text/plain", b"Der Text.\n"), entity("application/ms-tnef", data)]
    assert extract(b"From: a@x\n" + multipart("mixed", parts)).body.lines == ("Der Text.",)


def test_what_is_no_envelope_stays_an_attachment() -> None:
    found = extract(message(attachments=[("winmail.dat", "application/ms-tnef", b"kaputt")]))
    assert found.message.attachments[0].name == "winmail.dat" and "tnef-unreadable" in found.message.defects


def test_rtf() -> None:
    document = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Pr\'fcfung \u8222?ja\u8220?\par {\*\unseen x}Ende}"
    compressed = struct.pack("<IIII", len(document) + 12, len(document), 0x414C454D, 0) + document
    assert rtf.text(rtf.decompressed(compressed)) == "Prüfung „ja“\nEnde"
    # the example of [MS-OXRTFCP] section 4.1.1
    example = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c0900206277 05b06c647d0a800fa0"
    )
    assert rtf.decompressed(example) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


WRAPPED = rb"""{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}
{\*\htmltag19 <html>}{\*\htmltag241 <style>}{\*\htmltag241 p \{margin:0\}}{\*\htmltag249 </style>}
{\*\htmltag50 <body>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Gr\'f6\'dfe < 3 {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 fett
{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0\htmlrtf \par }\htmlrtf0 {\*\htmltag72 </p>}
{\*\htmltag64 <p>}\u8222?Welt{\*\htmltag84 &nbsp;}\htmlrtf\'a0\htmlrtf0 x
{\*\mhtmltag64 <a href="y">}{\*\htmltag72 </p>}{\*\htmltag58 </body>}}"""


def test_a_page_wrapped_into_rtf_is_a_page() -> None:
    page = rtf.page(WRAPPED)
    assert "<p>Größe &lt; 3 <b>fett</b></p>" in page.replace("\n", "") and "<a" not in page
    assert rtf.page(rb"{\rtf1\ansi kein HTML}") == ""
    compressed = struct.pack("<IIII", len(WRAPPED) + 12, len(WRAPPED), 0x414C454D, 0) + WRAPPED
    data = envelope(attribute(1, 0x9003, properties((0x0102, 0x1009, compressed))))
    raw = b"From: a@x\n" + multipart("mixed", [entity("application/ms-tnef; name=winmail.dat", data)])
    assert extract(raw).body.lines == ("Größe &lt; 3 **fett**", "", "„Welt x")


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    tnef.read(struct.pack("<I", tnef.SIGNATURE) + data)
    rtf.text(data)
    rtf.page(b"{\\rtf1\\fromhtml1 " + data)
    rtf.decompressed(struct.pack("<IIII", 0, 500, 0x75465A4C, 0) + data)
