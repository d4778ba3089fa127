"""Files in the text itself: uuencode, as mail did before MIME and some gateways still do.

It refuses "begin 644 ..." in prose: what follows has to be encoded lines up to "end".
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence

_BEGIN = re.compile(r"begin(?:-base64)? [0-7]{3,4} (\S.{0,254})")


def decode_lines(lines: Sequence[str]) -> tuple[list[tuple[str, bytes]], list[str]]:
    """(name, content) of the files in these lines, and the lines that are none. Linear: a line is looked at twice."""
    files: list[tuple[str, bytes]] = []
    rest: list[str] = []
    at = 0
    while at < len(lines):
        begin = _BEGIN.fullmatch(lines[at].rstrip()) if lines[at].startswith("begin") else None
        if begin:
            content, after = _content(lines, at + 1)
            if content is not None:
                files.append((begin[1], content))
                at = after
                continue
            rest.extend(lines[at:after])  # prose, or cut off: text, and not tried again
            at = after
            continue
        rest.append(lines[at])
        at += 1
    return files, rest


def _content(lines: Sequence[str], at: int) -> tuple[bytes | None, int]:
    """Decoded lines up to "end" and the line behind it; None and the line where it stopped being encoded."""
    octets = bytearray()
    for number in range(at, len(lines)):
        line = lines[number].rstrip("\r\n")
        if line.rstrip() == "end":
            return (bytes(octets) if octets else None), number + 1
        if not line.strip() or line == "`":
            continue
        try:
            octets += binascii.a2b_uu(line.encode("ascii"))
        except (binascii.Error, UnicodeEncodeError):
            length = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3  # some encoders pad a line with a check character
            try:
                octets += binascii.a2b_uu(line[:length].encode("ascii"))
            except (binascii.Error, UnicodeEncodeError):
                return None, number
    return None, len(lines)
