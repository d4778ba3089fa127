"""Outlook's compressed RTF ([MS-OXRTFCP]) to text: the body of many winmail.dat messages.

It refuses layout: paragraphs, tabs and characters only. HTML that Outlook wrapped into RTF ([MS-OXRTFEX]) comes out as
the page it was.
"""

from __future__ import annotations

import html
import re
import struct

LARGEST = 20_000_000
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(r"\\'([0-9a-fA-F]{2})|\\([a-z]{1,32})(-?\d{1,10})? ?|\\([^a-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
_SKIPPED = frozenset((
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "htmltag", "mhtmltag", "generator", "themedata",
    "listtable", "listoverridetable", "header", "footer", "xmlnstbl", "datastore",
))  # fmt: skip
_SIGNS = {"par": "\n", "line": "\n", "row": "\n", "tab": "\t", "cell": "\t", "emdash": "—", "endash": "–",
          "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}  # fmt: skip


def decompressed(data: bytes) -> bytes:
    """The RTF inside PR_RTF_COMPRESSED; b"" if it is none. A cut-off one comes as far as it goes."""
    if len(data) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<IIII", data)
    if kind == 0x414C454D:  # "MELA": not compressed
        return data[16 : 16 + size]
    if kind != 0x75465A4C:  # "LZFu"
        return b""
    window = bytearray(_DICTIONARY) + bytearray(4096 - len(_DICTIONARY))
    write, at, result = len(_DICTIONARY), 16, bytearray()
    limit = min(size, LARGEST)
    while at < len(data) and len(result) < limit:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                window[write] = data[at]
                result.append(data[at])
                write = (write + 1) & 4095
                at += 1
                continue
            if at + 1 >= len(data):
                at += 1
                break
            token = data[at] << 8 | data[at + 1]
            at += 2
            start, length = token >> 4, (token & 15) + 2
            if start == write:
                return bytes(result)
            for step in range(length):
                sign = window[(start + step) & 4095]
                window[write] = sign
                result.append(sign)
                write = (write + 1) & 4095
    return bytes(result[:limit])


def text(data: bytes) -> str:
    """The text of an RTF document; of wrapped HTML without its tags, so without its paragraphs: ask `page` first."""
    return _read(data, False)


def page(data: bytes) -> str:
    """The HTML page wrapped into an RTF document; "" if it holds none."""
    return _read(data, True) if b"\\fromhtml" in data[:1_000] else ""


def _read(data: bytes, as_page: bool) -> str:
    """One pass; groups are a stack, never recursion. Of a page the tags are text, and its text is escaped."""
    source = data.decode("latin-1")
    codepage = re.search(r"\\ansicpg(\d{3,5})", source[:2_000])
    codec = f"cp{codepage[1]}" if codepage and 1250 <= int(codepage[1]) <= 1258 else "cp1252"
    pieces: list[str] = []
    stack: list[tuple[bool, int, bool]] = []  # (skipped, fallback characters behind \u, in a tag) of the groups around
    skipped, fallback, tag, left = False, 1, False, 0
    for found in _TOKEN.finditer(source):
        octet, word, number, sign, brace, run = found.groups()
        if brace == "{":
            stack.append((skipped, fallback, tag))
        elif brace == "}":
            skipped, fallback, tag = stack.pop() if stack else (False, 1, False)
        elif word:
            if word == "htmltag" and as_page:
                skipped, tag = False, True
            elif word in _SKIPPED:
                skipped = True
            elif word == "htmlrtf":
                skipped = number != "0"
            elif word == "uc":
                fallback = min(int(number or 1), 8) if not (number or "").startswith("-") else 1
            elif word == "u" and number and not skipped:
                pieces.append(chr(int(number) & 0xFFFF))
                left = fallback
            elif word in _SIGNS and not skipped:
                pieces.append(_SIGNS[word])
        elif sign == "*":
            skipped = True
        elif not skipped:
            piece = {"~": " ", "_": "-"}.get(sign or "", "")
            piece = bytes((int(octet, 16),)).decode(codec, "replace") if octet else piece
            piece = run or piece or (sign if sign and sign in "\\{}" else "")
            if left and piece:
                cut = min(left, len(piece))
                piece, left = piece[cut:], left - cut
            pieces.append(piece if tag or not as_page else html.escape(piece, quote=False))
    return "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
