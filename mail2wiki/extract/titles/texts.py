"""Titles of web pages (`<title>`) and of rich text (`\\title`)."""

from __future__ import annotations

import re

from mail2wiki.extract import rtf
from mail2wiki.extract.charsets import decode

MOST_READ = 200_000

_BOM = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb": "utf-8"}
_CHARSET = re.compile(rb"""<meta\b[^<>]{0,300}?charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^<>]{0,300}>([^<]{1,2000})<", re.IGNORECASE)
_INFO = re.compile(rb"\{\\title[ \r\n\\{]")


def page(data: bytes) -> list[str]:
    """The title of a web page."""
    data = data[:MOST_READ]
    charset = _CHARSET.search(data)
    label = _BOM.get(data[:2]) or (charset[1].decode("ascii", "replace") if charset else "")
    return _TITLE.findall(decode(data, label)[0])[:1]


def rich(data: bytes) -> list[str]:
    """The title of a document in Rich Text Format; the last of them is the one in Unicode, where both are there."""
    data = data[:MOST_READ]
    head = re.match(rb"\{\\rtf1?(?:\\[a-z]{1,12}-?\d{0,6})*", data)
    found = []
    for match in list(_INFO.finditer(data))[:2]:
        group = _group(data, match.start())
        if group:
            found.append(rtf.text((head[0] if head else b"{\\rtf1") + b" {" + group[7:] + b"}"))
    return found[::-1]


def _group(data: bytes, start: int) -> bytes:
    """From a brace to the one that closes it."""
    depth, at = 0, start
    while at < min(len(data), start + 4_000):
        sign = data[at : at + 1]
        if sign == b"\\":
            at += 1
        elif sign == b"{":
            depth += 1
        elif sign == b"}":
            depth -= 1
            if not depth:
                return data[start:at]
        at += 1
    return b""
