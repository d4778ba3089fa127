"""Titles of web pages (`<title>`) and of rich text (`\\title`)."""

from __future__ import annotations

import re

from mail2wiki.extract import rtf
from mail2wiki.extract.charsets import decode
from mail2wiki.extract.titles.brackets import inside

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
        group = inside(data, match.start() + 1, b"{", b"}").removeprefix(b"\\title")
        if group:
            found.append(rtf.text((head[0] if head else b"{\\rtf1") + b" {" + group + b"}"))
    return found[::-1]
