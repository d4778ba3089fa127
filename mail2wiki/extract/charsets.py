"""Bytes to text, and text made fit to keep: charset labels that lie, raw 8-bit, control and bidi characters, NFC.

It refuses no bytes: whatever the label says, something readable comes out, with a defect where it had to guess. It
refuses codecs that are no charsets ("idna", "unicode_escape" ...): some are slow on purpose-made input, none is mail.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f\x80-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Never kept in a text: control characters, bidi overrides (a file name may read backwards), byte order marks."""

BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Everything that ends a line for `str.splitlines`, besides the line feed."""

SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
"""Spaces of other widths; a paragraph must be the same with and without them."""

ALIASES = {
    # labels seen in mail that Python does not know, or knows as a smaller set than the writers use (WHATWG Encoding)
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-1-windows-3.1-latin-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "ascii",
    "ansi": "cp1252",
    "ansi_x3.4-1968": "ascii",
    "x-ansi": "cp1252",
    "windows-1252http-equivcontent-type": "cp1252",
    "x-windows-1252": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "unicode": "utf-8",
    "cp-850": "cp850",
    "dos-850": "cp850",
    "tis-620": "cp874",
    "windows-874": "cp874",
}
_USUAL = bytes(range(0x20, 0x7F)) + b"\n\t"
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))
_EIGHT_BIT = re.compile(rb"[\x80-\xff]")
_LABEL = re.compile(r"[^a-z0-9_.:+-]+")


def decode(data: bytes, label: str = "") -> tuple[str, str]:
    """The text of these bytes and a defect code, "" if the label was right. `label` as written in the message."""
    if data.isascii() and b"\x1b" not in data:
        codec = _codec(label)
        if codec not in ("utf-7", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "hz") and not codec.startswith("cp037"):
            return data.decode("ascii"), ""
    else:
        codec = _codec(label)
    if codec != "utf-8":
        try:  # umlauts as UTF-8 by chance in another charset: never seen; the lie is common
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            if _EIGHT_BIT.search(data):
                return text, "" if not label else "charset-lie"
    if codec in ("", "ascii"):
        return decode_raw(data), "charset-unknown" if label and not codec else "charset-missing"
    try:
        return data.decode(codec), ""
    except UnicodeDecodeError:
        if codec == "utf-8":
            return _by_line(data), "charset-lie"
        return data.decode(codec, "replace" if codec != "cp1252" else "cp1252-as-latin1"), "charset-lie"
    except (ValueError, LookupError):
        return decode_raw(data), "charset-lie"


def decode_raw(data: bytes) -> str:
    """Bytes without a label: UTF-8 where it is that, else Windows-1252, which no bytes fail."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "cp1252-as-latin1")


def clean(text: str) -> str:
    """Fit to keep: line feeds only, no control or bidi characters, plain spaces, NFC. Tabs stay."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if text.isascii() and not text.encode().translate(
        None, _USUAL
    ):  # most texts are, and this asks twenty times faster
        return text
    if not text.replace("\n", "").replace("\t", "").isprintable():
        text = UNWANTED.sub("", BREAKS.sub("\n", SPACES.sub(" ", text)))
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """Fit to keep as one line: like `clean`, and every run of white space is one space."""
    return " ".join((text if text.isascii() and text.isprintable() else clean(text)).split())


def _by_line(data: bytes) -> str:
    """Text that is partly UTF-8: a list server put its Latin-1 footer under a UTF-8 message, or the other way round."""
    return "".join(map(decode_raw, data.splitlines(keepends=True)))


@lru_cache(maxsize=512)
def _codec(label: str) -> str:
    """Name of Python's codec for a charset label, "" if there is none."""
    label = _LABEL.sub("", label.strip().lower())
    label = ALIASES.get(label, label)
    if not label or label in _NO_CHARSETS:
        return ""
    try:
        found = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    if not getattr(found, "_is_text_encoding", True) or found.name in _NO_CHARSETS:
        return ""
    return ALIASES.get(found.name, found.name)


def _latin_one(error: UnicodeError) -> tuple[str, int]:
    """The five bytes Windows-1252 leaves open are the control characters of Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("cp1252-as-latin1", _latin_one)
