"""Encoded words (RFC 2047) in header values, decoded the way mail is written rather than the way it should be.

It joins neighbouring words of one charset before decoding, because senders split inside a character; it accepts words
with spaces, wrong charset names and no padding; raw 8-bit between them survives.
"""

from __future__ import annotations

import binascii
import re

from mail2wiki.extract.charsets import clean_line, decode, decode_raw

WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,3})\?=")
"""One encoded word. The text may hold a few stray "?"; more than three are no encoded word any more (linear time)."""

FOLD = re.compile(rb"[\r\n]+[ \t]*")


def unfold(value: bytes) -> str:
    """A header value as one line of text, encoded words untouched."""
    if b"\n" in value or b"\r" in value:
        value = FOLD.sub(b" ", value)
    return value.decode("ascii") if value.isascii() else decode_raw(value)


def decoded(value: bytes) -> str:
    """A whole header value as a reader sees it: unfolded, encoded words decoded, cleaned, white space collapsed."""
    text = unfold(value)
    return clean_line(decode_words(text) if "=?" in text else text)


def decode_words(text: str) -> str:
    """The text with its encoded words decoded; white space between two of them is not there (RFC 2047, 6.2)."""
    pieces: list[str] = []
    run: list[bytes] = []  # encoded words in a row with one charset
    charset = ""
    end = 0
    for word in WORD.finditer(text):
        between = text[end : word.start()]
        label = word[1].partition("*")[0].lower()  # RFC 2231 section 5: charset*language
        if run and (label != charset or between.strip()):
            pieces.append(decode(b"".join(run), charset)[0])
            run = []
        if between.strip() or not end:
            pieces.append(between)
        run.append(_bytes(word[2], word[3]))
        charset, end = label, word.end()
    if run:
        pieces.append(decode(b"".join(run), charset)[0])
    pieces.append(text[end:])
    return "".join(pieces)


def _bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    if len(data) % 4 == 1:
        data = data[:-1]
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data
