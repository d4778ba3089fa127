"""Cryptography around a text: inline PGP signatures come off, what is encrypted or a key becomes an attachment.

It refuses to verify or to decrypt anything.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_BEGIN = re.compile(
    r"^[> ]{0,8}-----BEGIN PGP (SIGNED MESSAGE|MESSAGE|SIGNATURE|PUBLIC KEY BLOCK|PRIVATE KEY BLOCK)[^-\n]*-----\s*$"
)
_END = re.compile(r"^[> ]{0,8}-----END PGP (?:MESSAGE|SIGNATURE|PUBLIC KEY BLOCK|PRIVATE KEY BLOCK)[^-\n]*-----\s*$")
_HASH = re.compile(r"(?:Hash|Charset|NotDashEscaped|Version|Comment):.*", re.I)

ENCRYPTED_LINE = "[verschlüsselt / encrypted]"
"""Stands in the text for what cannot be read; the encrypted bytes are an attachment."""


class Bared(NamedTuple):
    """A text without armour. `files`: (name, media type, content) of what was taken out."""

    lines: list[str]
    files: list[tuple[str, str, bytes]]
    signed: bool
    encrypted: bool


def bare(lines: list[str]) -> Bared:
    """Take the armour off (RFC 4880, sections 6 and 7). Linear; a block without its END line runs to the end."""
    result: list[str] = []
    files: list[tuple[str, str, bytes]] = []
    signed = encrypted = False
    at, inside = 0, False  # inside: between SIGNED MESSAGE and SIGNATURE
    while at < len(lines):
        begin = _BEGIN.match(lines[at]) if "-----BEGIN PGP" in lines[at] else None
        if not begin:
            line = lines[at]
            result.append(line[2:] if inside and line.startswith("- ") else line)
            at += 1
            continue
        if begin[1] == "SIGNED MESSAGE":
            signed = inside = True
            at += 1
            while at < len(lines) and _HASH.match(lines[at].lstrip("> ")):
                at += 1
            continue
        stop = _end(lines, at)
        block = "\n".join(lines[at:stop]).encode("utf-8") + b"\n"
        if begin[1] == "SIGNATURE":
            signed, inside = True, False
        elif begin[1] == "MESSAGE":
            encrypted = True
            result.append(ENCRYPTED_LINE)
            files.append(("encrypted.asc", "application/pgp-encrypted", block))
        elif begin[1] == "PUBLIC KEY BLOCK":
            files.append(("key.asc", "application/pgp-keys", block))
        at = stop
    return Bared(result, files, signed, encrypted)


def _end(lines: list[str], start: int) -> int:
    for at in range(start + 1, len(lines)):
        if "-----END PGP" in lines[at] and _END.match(lines[at]):
            return at + 1
    return len(lines)
