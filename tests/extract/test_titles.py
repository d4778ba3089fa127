"""Titles inside attachments: real files of every family, what is no title, and files made to hurt."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from hashlib import sha256

import pytest
from builder import message
from hypothesis import given
from hypothesis import strategies as st
from outlook import compound

from mail2wiki.extract import extract, titles
from mail2wiki.extract.titles import proper

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def called(data: bytes, kind: str, name: str = "x") -> str:
    return titles.title(sha256(data).hexdigest(), kind, name, data)


def package(parts: dict[str, str | bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def core(title: str) -> dict[str, str | bytes]:
    return {"docProps/core.xml": f'<cp:coreProperties xmlns:dc="x"><dc:title>{title}</dc:title></cp:coreProperties>'}


def paragraph(text: str, style: str = "", bold: bool = False) -> str:
    about = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:p w:rsidR="00A">{about}<w:r>{run}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def word(*paragraphs: str, title: str = "") -> bytes:
    body = f"<w:document {W}><w:body>{''.join(paragraphs)}</w:body></w:document>"
    return package({"word/document.xml": body, **(core(title) if title else {})})


def pdf(info: bytes = b"", more: bytes = b"", trailer: bytes = b"/Info 2 0 R") -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n2 0 obj\n<< "
        + info
        + b" /Producer (x) >>\nendobj\n"
        + more
        + b"trailer\n<< /Root 1 0 R "
        + trailer
        + b" >>\n%%EOF\n"
    )


def summary(kind: int, text: bytes, codepage: int = 1252) -> bytes:
    value = struct.pack("<II", kind, len(text)) + text
    section = struct.pack("<IIIIII", 36 + len(value), 2, 1, 24, 2, 32) + struct.pack("<IHH", 2, codepage, 0) + value
    head = struct.pack("<HHI16sI16sI", 0xFFFE, 0, 0, b"", 1, b"\xe0\x85\x9f\xf2", 48) + section
    return compound({"WordDocument": b"x" * 5_000, "\x05SummaryInformation": head})


@pytest.mark.parametrize(
    ("kind", "data", "found"),
    [
        (WORD, word(paragraph("Guten Tag"), title="Pr&#252;fbericht &amp; Anhang"), "Prüfbericht & Anhang"),
        (WORD, word(paragraph("Firma"), paragraph("Angebot Pumpe 4711", "Titel")), "Angebot Pumpe 4711"),
        (WORD, word(paragraph("Wartung der Pumpen", "berschrift1"), title="Document1"), "Wartung der Pumpen"),
        (WORD, word(paragraph("Pflichtenheft", bold=True), paragraph("Text")), "Pflichtenheft"),
        (WORD, word(paragraph("Sehr geehrte Frau Muster"), paragraph("Text", bold=True)), ""),
        (SLIDES, package({"ppt/slides/slide1.xml": '<p:sp><p:ph type="body"/><a:t>Text</a:t></p:sp><p:sp><p:nvPr>'
         '<p:ph type="ctrTitle"/></p:nvPr><a:r><a:t>Projekt</a:t></a:r><a:br/><a:r><a:t>Halle 4</a:t></a:r></p:sp>'}),
         "Projekt Halle 4"),
        (SHEET, package({"xl/sharedStrings.xml": "<sst><si><t>Teil</t></si><si><r><t>Preise </t></r><r><t>A</t></r>"
         '</si></sst>', "xl/worksheets/sheet1.xml": '<sheetData><row r="1"><c r="A1" t="s"><v>1</v></c><c s="2"/>'
         '</row><row r="2"><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row></sheetData>'}), "Preise A"),
        (SHEET, package({"xl/worksheets/sheet1.xml": '<row><c t="inlineStr"><is><t>Teil</t></is></c><c><v>1</v></c>'
         '</row>'}), ""),
        (ODT, package({"meta.xml": "<office:meta><dc:title>Mietvertrag</dc:title></office:meta>"}), "Mietvertrag"),
        (ODT, package({"meta.xml": "<dc:title>Unbenannt 1</dc:title>", "content.xml": "<text:p>a</text:p><text:h a='b'>"
         "Liefer<text:span>vertrag</text:span></text:h>"}), "Liefervertrag"),
        (ODP, package({"content.xml": '<draw:frame presentation:class="title"><text:p>Messe</text:p></draw:frame>'}),
         "Messe"),
        ("application/pdf", pdf(rb"/Title (Angebot \(neu\) (Teil 2) \374ber \\ 4\
711)"), "Angebot (neu) (Teil 2) über \\ 4711"),
        ("application/pdf", pdf(b"/Title (R\x8cberblick \x84 \xa0 5)"), "R„berblick — € 5"),
        ("application/pdf", pdf(b"/Title <FEFF00C4006E0064006500720075006E0067>"), "Änderung"),
        ("application/pdf", pdf(b"/Title (\xfe\xff\x00\\(\x00A\x00n\x00t\x00r\x00a\x00g)"), "(Antrag"),
        ("application/pdf", pdf(b"/Title (Microsoft Word - x.doc)", b"<x:xmpmeta><dc:title><rdf:Alt><rdf:li xml:lang="
         b"'x-default'>Werksnorm 12</rdf:li><rdf:li>Norm</rdf:li></rdf:Alt></dc:title>"), "Werksnorm 12"),
        ("application/pdf", pdf(b"/Title (geheim)", trailer=b"/Info 2 0 R /Encrypt 3 0 R"), ""),
        ("text/html", "<html><meta charset=iso-8859-1><TITLE>\nPreise f\xfcr\n Pumpen</TITLE>".encode("latin-1"),
         "Preise für Pumpen"),
        ("application/rtf", rb"{\rtf1\ansi\ansicpg1252{\info{\title Vertrag \'fcber {\*\x y}Pumpen}{\author A}}Text}",
         "Vertrag über Pumpen"),
        ("application/msword", summary(30, "Prüfprotokoll Kühlung\0".encode("cp1252")), "Prüfprotokoll Kühlung"),
        ("application/msword", summary(30, "Prüfprotokoll\0".encode(), 65001), "Prüfprotokoll"),
        ("application/vnd.ms-excel", summary(31, "Preise\0".encode("utf-16-le")), "Preise"),
        ("text/plain", b"Title: no", ""),
        ("application/zip", word(title="Angebot"), ""),
    ],
)  # fmt: skip
def test_the_title_inside_a_file_is_found(kind: str, data: bytes, found: str) -> None:
    assert called(data, kind) == found


def test_a_title_in_an_object_stream_is_found() -> None:
    objects = b"<< /Producer (x) >> << /Title (Kennlinien der Pumpe) >>"
    numbers = b"7 0 9 20 "
    packed = zlib.compress(numbers + objects)
    stream = b"5 0 obj\n<< /Type /ObjStm /N 2 /First %d /Length %d >>\nstream\r\n%s\nendstream\nendobj\n"
    data = pdf(more=stream % (len(numbers), len(packed), packed), trailer=b"/Info 9 0 R")
    assert called(data, "application/pdf") == "Kennlinien der Pumpe"


def test_the_title_of_the_last_saving_counts() -> None:
    again = b"4 0 obj\n<< /Title (Neu gefasst) >>\nendobj\ntrailer << /Info 4 0 R >>\n"
    assert called(pdf(b"/Title (Alte Fassung)") + again, "application/pdf") == "Neu gefasst"


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "Document1", "Dokument 12", "Folie 1", "PowerPoint-Präsentation", "untitled", "Tabelle1", "Scan_0012",
        "Microsoft Word - x.doc", "Microsoft Word - Dokument1", "C:\\TEMP\\angebot.doc", "angebot v3.docx", "4711-12",
        "http://firma.example/a", "{3F2504E0-4F89-11D3}", "&xxe; &xxe;", "a", "Briefkopf", "Angebot v3",
        "Angebot, Entwurf 2", "\x00\x01\ufffdx", "Print of Document1", "Normal.dotm",
    ],
)  # fmt: skip
def test_what_programs_write_and_names_say_is_no_title(text: str) -> None:
    assert proper.title(text, "Angebot_v3 (2).docx") == ""


def test_a_title_is_clean_and_short() -> None:
    assert proper.title("Microsoft Word - Angebot\r\n\tHalle 4\u202e", "a.pdf") == "Angebot Halle 4"
    long = proper.title("Angebot " * 40, "a.pdf")
    assert long.endswith("Angebot…")
    assert len(long) <= proper.SHOWN + 1


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x><dc:title>&b;</dc:title></x>'
    assert called(package({"docProps/core.xml": bomb}), WORD) == ""
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x><dc:title>Vertrag &a;</dc:title></x>'
    assert called(package({"docProps/core.xml": outside}), WORD) == ""


def hostile() -> dict[str, tuple[str, bytes]]:
    many = package({f"word/{n}.xml": "" for n in range(5_000)})
    return {
        "zip bomb": (WORD, package({"word/document.xml": b"<w:p>" * 20_000_000})),
        "many parts": (WORD, many),
        "bzip2": (WORD, package(core("Vertrag"), zipfile.ZIP_BZIP2)),
        "open elements": (WORD, package({"word/document.xml": "<w:p ><w:r ><w:t>" * 20_000})),
        "open titles": (WORD, package({"docProps/core.xml": "<dc:title " * 30_000})),
        "cells": (SHEET, package({"xl/worksheets/sheet1.xml": "<row><c " * 40_000})),
        "brackets": ("application/pdf", pdf(b"/Title " + b"(" * 1_000_000)),
        "infos": ("application/pdf", b"%PDF-1.4" + b"".join(b"/Info %d 0 R " % n for n in range(100_000))),
        "packed bomb": ("application/pdf", pdf(more=(b"/Type /ObjStm /N 9 /First 9 >>\nstream\n"
                        + zlib.compress(bytes(5_000_000))) * 200, trailer=b"/Info 9 0 R")),
        "open metadata": ("application/pdf", pdf(more=b"<dc:title " * 300_000)),
        "braces": ("application/rtf", b"{\\rtf1" + b"{\\title " * 100_000),
        "page": ("text/html", b"<title" * 100_000 + b"<meta " * 50_000),
        "properties": ("application/msword", summary(30, b"x")[:-3_000]),
    }  # fmt: skip


@pytest.mark.parametrize("what", sorted(hostile()))
def test_files_made_to_hurt_cost_little_and_have_no_title(what: str) -> None:
    kind, data = hostile()[what]
    start = time.process_time()
    assert called(data, kind) == ""
    assert time.process_time() - start < 0.5


@given(st.sampled_from(["word", "pdf", "summary", "rtf"]), st.integers(0, 3_000), st.binary(max_size=30))
def test_damaged_files_never_raise(which: str, at: int, junk: bytes) -> None:
    kind, data = {
        "word": (WORD, word(paragraph("Angebot", "Titel"), title="Angebot über Pumpen")),
        "pdf": ("application/pdf", pdf(b"/Title (Angebot)")),
        "summary": ("application/msword", summary(30, b"Angebot")),
        "rtf": ("application/rtf", rb"{\rtf1{\info{\title Vertrag \u228?ber}}}"),
    }[which]
    at %= len(data)
    for damaged in (data[:at], data[:at] + junk + data[at + len(junk) :]):
        assert isinstance(called(damaged, kind), str)


def test_a_content_is_looked_into_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from mail2wiki.extract.titles import packages

    seen = []
    monkeypatch.setattr(packages, "titles", lambda data: seen.append(len(data)) or ["Angebot über Pumpen"])
    data = word(paragraph("nur hier"))
    assert called(data, WORD, "Angebot über Pumpen.docx") == ""
    assert called(data, WORD, "anlage.docx") == "Angebot über Pumpen"
    assert len(seen) == 1


def test_the_message_carries_the_title_of_its_attachment() -> None:
    data = word(paragraph("Angebot Rundtaktmaschine 4711", "Title"))
    raw = message(attachments=[("Angebot_v3.docx", WORD, data), ("notiz.txt", "text/plain", b"x")])
    assert [a.title for a in extract(raw).message.attachments] == ["Angebot Rundtaktmaschine 4711", ""]
