"""Attachments as small, real files from a few lines of text: PDF, DOCX, XLSX, PNG, anything else as plain text.

Nothing is compressed: another zlib would make other bytes, and the sample must be the same bytes everywhere.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any
from xml.sax.saxutils import escape

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "txt": "text/plain",
    "csv": "text/csv",
    "ics": "text/calendar",
}
_OFFICE = "http://schemas.openxmlformats.org"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def build(entry: dict[str, Any]) -> tuple[bytes, str]:
    """The bytes and the media type of an entry of files.toml, by the suffix of its name."""
    suffix = entry["name"].rpartition(".")[2].lower()
    text = entry.get("text", "").strip("\n")
    makers = {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx}
    if suffix == "png":
        data = _png(entry.get("color", "4a7ebb"))
    elif suffix in makers:
        data = makers[suffix](text.split("\n"))
    else:
        data = (text + "\n").encode("utf-8")
    return data, TYPES.get(suffix, "application/octet-stream")


def _pdf(lines: list[str]) -> bytes:
    """One A4 page of Helvetica (ISO 32000-1)."""
    shown = "".join(f"({_pdf_text(line)}) Tj T*\n" for line in lines)
    stream = f"BT /F1 11 Tf 14 TL 60 780 Td\n{shown}ET".encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, starts = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def _pdf_text(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _package(kind: str, main: str, parts: dict[str, str]) -> bytes:
    """An Office Open XML package (ECMA-376) with one relationship to its main part."""
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-officedocument.{type}+xml"/>'
        for name, type in ((name, _part_type(name, kind)) for name in parts)
        if type
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" Target="{main}"/></Relationships>',
        **parts,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            archive.writestr(info, _XML + text)
    return out.getvalue()


def _part_type(name: str, kind: str) -> str:
    if name.endswith(".rels"):
        return ""
    return f"{kind}.worksheet" if "sheet1" in name else f"{kind}.{'document' if 'document' in name else 'sheet'}.main"


def _docx(lines: list[str]) -> bytes:
    """The first line is a heading, as people make them: bold."""
    bold = ["<w:rPr><w:b/></w:rPr>", *[""] * len(lines)]
    paragraphs = "".join(
        f'<w:p><w:r>{how}<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for how, line in zip(bold, lines, strict=False)
    )
    body = f'<w:document xmlns:w="{_OFFICE}/wordprocessingml/2006/main"><w:body>{paragraphs}</w:body></w:document>'
    return _package("wordprocessingml", "word/document.xml", {"word/document.xml": body})


def _xlsx(lines: list[str]) -> bytes:
    """Rows of cells divided by "|"; inline strings only."""
    rows = ""
    for number, line in enumerate(lines, 1):
        cells = "".join(f'<c t="inlineStr"><is><t>{escape(cell.strip())}</t></is></c>' for cell in line.split("|"))
        rows += f'<row r="{number}">{cells}</row>'
    main = f"{_OFFICE}/spreadsheetml/2006/main"
    relations = f"{_OFFICE}/officeDocument/2006/relationships"
    sheets = '<sheets><sheet name="Tabelle1" sheetId="1" r:id="r1"/></sheets>'
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}">{sheets}</workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship '
        f'Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    }
    return _package("spreadsheetml", "xl/workbook.xml", parts)


def _png(color: str, width: int = 48, height: int = 24) -> bytes:
    """A field of one colour with a light bar, in one stored deflate block (RFC 1950, 1951; PNG)."""
    pixel = bytes.fromhex(color)
    raw = b"".join(b"\x00" + (b"\xf2\xf2\xf2" if 9 <= row < 15 else pixel) * width for row in range(height))
    stored = (
        b"\x78\x01\x01" + struct.pack("<HH", len(raw), len(raw) ^ 0xFFFF) + raw + struct.pack(">I", zlib.adler32(raw))
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", stored) + chunk(b"IEND", b"")
