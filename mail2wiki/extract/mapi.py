"""MAPI properties: what winmail.dat ([MS-OXTNEF]) and Outlook's `.msg` ([MS-OXMSG]) have in common.

Ids are those of [MS-OXPROPS]. It refuses every property a wiki has no use for.
"""

from __future__ import annotations

from mail2wiki.extract.charsets import decode

BODY, HTML, RTF = 0x1000, 0x1013, 0x1009
FILE_DATA, FILE_NAME, FILE_LONG_NAME = 0x3701, 0x3704, 0x3707

STRING8, UNICODE, BINARY, OBJECT = 0x001E, 0x001F, 0x0102, 0x000D
FIXED = {kind: 4 for kind in (0x0002, 0x0003, 0x0004, 0x000A, 0x000B)}
FIXED |= {kind: 8 for kind in (0x0005, 0x0006, 0x0007, 0x0014, 0x0040)} | {0x0048: 16}
"""Bytes of values that have a size of their own: numbers, times (0x0040), GUIDs."""

_PAGES = {
    # Windows code page -> charset; those not here and not cp125x are read as Windows-1252
    20127: "ascii", 20866: "koi8-r", 21866: "koi8-u", 50220: "iso-2022-jp", 51932: "euc-jp", 51949: "euc-kr",
    52936: "hz", 54936: "gb18030", 65000: "utf-7", 65001: "utf-8", 850: "cp850", 874: "cp874", 932: "cp932",
    936: "gb18030", 949: "cp949", 950: "big5",
}  # fmt: skip


def charset(page: int) -> str:
    """Charset of a Windows code page number."""
    if 28591 <= page <= 28605:
        return f"iso-8859-{page - 28590}"
    return _PAGES.get(page) or (f"cp{page}" if 1250 <= page <= 1258 else "cp1252")


def text(value: bytes | str | None, page: str) -> str:
    """A text property: Unicode decoded already, else bytes in the code page (UTF-8 where they are that)."""
    if value is None or isinstance(value, str):
        return value or ""
    return decode(value.rstrip(b"\x00"), page)[0]


def unicode(value: bytes) -> str:
    """The text of a UNICODE value."""
    return value[: len(value) // 2 * 2].decode("utf-16-le", "replace").rstrip("\x00")
