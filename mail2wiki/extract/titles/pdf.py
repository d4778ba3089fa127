"""Titles of PDF files (ISO 32000-1): `/Title` in the information dictionary, then `dc:title` of the XMP metadata.

Own look-up of the few bytes it takes: a library that reads the whole structure costs 100 ms a file (FACTS) and fails on
damaged ones. Looks at the beginning and the end, where every writer puts these. Refuses encrypted strings.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from mail2wiki.extract.titles.brackets import inside

FIRST, LAST = 1_000_000, 2_000_000
"""Bytes that are looked at."""

MOST_STREAMS, MOST_UNPACKED = 60, 100_000
"""Object streams that are unpacked, and bytes of each."""

_INFO = re.compile(rb"/Info\s+(\d{1,9})\s+(\d{1,5})\s+R")
_ENCRYPTED = re.compile(rb"/Encrypt\s+(?:\d{1,9}\s+\d{1,5}\s+R|<<)")
_TITLE = re.compile(rb"/Title\s*([(<])")
_PACKED = re.compile(rb"/Type\s*/ObjStm\b")
_COUNT = re.compile(rb"/N\s+(\d{1,6})")
_AT = re.compile(rb"/First\s+(\d{1,6})")
_STREAM = re.compile(rb"stream\r?\n")
_XMP, _XMP_END = b"<dc:title", b"</dc:title>"
_TAG = re.compile(r"<[^<>]*>")
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_LANGUAGE = re.compile("\x1b[^\x1b]{0,20}\x1b")
_ENCODING = str.maketrans({
    # PDFDocEncoding where it is not Latin-1 (ISO 32000-1, D.3)
    0x18: "˘", 0x19: "ˇ", 0x1A: "ˆ", 0x1B: "˙", 0x1C: "˝", 0x1D: "˛", 0x1E: "˚", 0x1F: "˜",
    0x80: "•", 0x81: "†", 0x82: "‡", 0x83: "…", 0x84: "—", 0x85: "–", 0x86: "ƒ", 0x87: "⁄", 0x88: "‹", 0x89: "›",
    0x8A: "−", 0x8B: "‰", 0x8C: "„", 0x8D: "“", 0x8E: "”", 0x8F: "‘", 0x90: "’", 0x91: "‚", 0x92: "™", 0x93: "ﬁ",
    0x94: "ﬂ", 0x95: "Ł", 0x96: "Œ", 0x97: "Š", 0x98: "Ÿ", 0x99: "Ž", 0x9A: "ı", 0x9B: "ł", 0x9C: "œ", 0x9D: "š",
    0x9E: "ž", 0xA0: "€",
})  # fmt: skip


def titles(data: bytes) -> list[str]:
    """What may be the title, best first."""
    if len(data) > FIRST + LAST:
        data = data[:FIRST] + b"\n" + data[-LAST:]
    found = [] if _ENCRYPTED.search(data) else [text for info in _informations(data) if (text := _title(info))][:1]
    start = data.find(_XMP)
    stop = data.find(_XMP_END, start, start + 4_000) if start >= 0 else -1
    if stop >= 0:
        said = (text.strip() for text in _TAG.split(data[start:stop].decode("utf-8", "replace")))
        found += [next(filter(None, said), "")]  # in several languages: the first is the default
    return found


def _informations(data: bytes) -> Iterator[bytes]:
    """The information dictionary, the newest first: a file that was saved again ends with another one."""
    numbers = [(int(number), int(generation)) for number, generation in _INFO.findall(data)]
    for number, generation in dict.fromkeys(reversed(numbers[-20:])):
        start = data.rfind(b"\n%d %d obj" % (number, generation))
        if start < 0:
            start = data.rfind(b"\r%d %d obj" % (number, generation))
        yield data[start : start + 20_000].partition(b"endobj")[0] if start >= 0 else _packed(data, number)


def _packed(data: bytes, number: int) -> bytes:
    """An object inside an object stream (7.5.7); b"" if it is in none of those looked at."""
    for match in list(_PACKED.finditer(data))[-MOST_STREAMS:]:
        opening = _STREAM.search(data, match.end(), match.end() + 1_000)
        head = data[max(0, match.start() - 500) : opening.start() if opening else match.end()].rpartition(b" obj")[2]
        count, first = _COUNT.search(head), _AT.search(head)
        if not (opening and count and first):
            continue
        try:
            inside = zlib.decompressobj().decompress(data[opening.end() : opening.end() + MOST_UNPACKED], MOST_UNPACKED)
        except zlib.error:
            continue
        numbers = inside[: int(first[1])].split()[: 2 * int(count[1])]
        for name, at in zip(numbers[::2], numbers[1::2], strict=False):
            if name == b"%d" % number and at.isdigit():
                start = int(first[1]) + int(at)
                return inside[start : start + 20_000]
    return b""


def _title(info: bytes) -> str:
    found = _TITLE.search(info)
    if found is None:
        return ""
    if found[1] == b"<":
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", info[found.end() : found.end() + 4_000].partition(b">")[0])
        return _decoded(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii")))
    return _decoded(_ESCAPED.sub(_unescaped, inside(info, found.end(), b"(", b")")))


def _unescaped(match: re.Match[bytes]) -> bytes:
    sign = match[1]
    return bytes((int(sign, 8) & 0xFF,)) if sign.isdigit() and sign < b"8" else _SIGNS.get(sign, sign)


def _decoded(data: bytes) -> str:
    """A text string (7.9.2.2): UTF-16 or UTF-8 with their marks, else PDFDocEncoding."""
    if data.startswith((b"\xfe\xff", b"\xff\xfe")):
        return _LANGUAGE.sub("", data.decode("utf-16", "replace"))
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace")
    return data.decode("latin-1").translate(_ENCODING)
