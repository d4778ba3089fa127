"""What is inside a smime.p7m (RFC 8551; CMS, RFC 5652): signed content can be taken out, encrypted content is named.

Own walk over BER, because it needs five steps of the whole grammar: definite and indefinite lengths, strings in pieces.
No recursion, and every step goes forward. It refuses to verify signatures or to decrypt.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mail2wiki.extract.mime import Part, disposition

SIGNED, ENCRYPTED, OTHER = "signed", "encrypted", "other"

_KINDS = {
    bytes.fromhex("2a864886f70d010702"): SIGNED,  # id-signedData
    bytes.fromhex("2a864886f70d010703"): ENCRYPTED,  # id-envelopedData
    bytes.fromhex("2a864886f70d010706"): ENCRYPTED,  # id-encryptedData
    bytes.fromhex("2a864886f70d0109100117"): ENCRYPTED,  # id-ct-authEnvelopedData
}
_SEQUENCE, _EXPLICIT, _OID, _OCTETS, _OCTETS_IN_PIECES = 0x30, 0xA0, 0x06, 0x04, 0x24


_TYPES = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_NAME = re.compile(r".{1,200}\.p7m", re.I | re.S)


class Content(NamedTuple):
    """`kind`: SIGNED, ENCRYPTED, OTHER. `data`: what was signed; None if it is not inside (certificates alone)."""

    kind: str
    data: bytes | None = None


def is_opaque(part: Part) -> bool:
    """Is this S/MIME that is not clear-signed? Some programs give it no media type of its own (RFC 8551, 3.2.1)."""
    if part.kind != "application/octet-stream":
        return part.kind in _TYPES
    return _NAME.fullmatch(disposition(part)[1].get("filename") or part.parameters.get("name") or "") is not None


def read(data: bytes) -> Content | None:
    """What a CMS object holds; None if it is none. Signed content that was cut off comes as far as it goes."""
    try:
        at = _inside(data, 0, _SEQUENCE)
        start, stop = _value(data, at, _OID)
        kind = _KINDS.get(data[start:stop], OTHER)
        if kind != SIGNED:
            return Content(kind)
        at = _inside(data, _inside(data, stop, _EXPLICIT), _SEQUENCE)
        at = _behind(data, _behind(data, at))  # version, digest algorithms
        _, at = _value(data, _inside(data, at, _SEQUENCE), _OID)
    except (ValueError, IndexError):
        return None
    try:
        return Content(SIGNED, _octets(data, _inside(data, at, _EXPLICIT)))
    except (ValueError, IndexError):
        return Content(SIGNED)


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, first byte of the value, and the byte behind it: -1 for an indefinite length. IndexError at the end."""
    tag, length = data[at], data[at + 1]
    at += 2
    if tag & 0x1F == 0x1F:
        raise ValueError("a tag of several bytes: CMS has none")
    if length == 0x80:
        return tag, at, -1
    if length > 0x80:
        count = length & 0x7F
        if count > 8:
            raise ValueError("a length that no file has")
        length = int.from_bytes(data[at : at + count], "big")
        at += count
    return tag, at, at + length


def _inside(data: bytes, at: int, wanted: int) -> int:
    tag, start, _ = _header(data, at)
    if tag != wanted:
        raise ValueError("another element")
    return start


def _value(data: bytes, at: int, wanted: int) -> tuple[int, int]:
    tag, start, stop = _header(data, at)
    if tag != wanted or not start <= stop <= len(data):
        raise ValueError("another element")
    return start, stop


def _behind(data: bytes, at: int) -> int:
    """Where the element that begins here ends; of an indefinite one, by counting the ends of those inside."""
    open_ones = 0
    while True:
        tag, start, stop = _header(data, at)
        if tag == 0 and stop == start:
            open_ones -= 1
            at = start
        elif stop < 0:
            open_ones += 1
            at = start
        else:
            at = stop
        if open_ones <= 0:
            return at


def _octets(data: bytes, at: int) -> bytes:
    """An octet string, in one or, in any nesting, in pieces; what is cut off is left out."""
    tag, start, stop = _header(data, at)
    if tag == _OCTETS:
        return data[start : max(start, stop)]
    if tag != _OCTETS_IN_PIECES:
        raise ValueError("another element")
    pieces: list[bytes] = []
    ends = [stop]
    at = start
    while ends and at + 1 < len(data):
        if 0 <= ends[-1] <= at:
            ends.pop()
            continue
        tag, start, stop = _header(data, at)
        at = start
        if tag == 0 and stop == start:
            ends.pop()
        elif tag == _OCTETS:
            pieces.append(data[start : max(start, stop)])
            at = stop
        elif tag == _OCTETS_IN_PIECES:
            ends.append(stop)
        else:
            break
    return b"".join(pieces)
