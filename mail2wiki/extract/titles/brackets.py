"""Text between brackets that may hold others of their kind, in PDF and RTF; behind a backslash they are mere signs."""

from __future__ import annotations

MOST_READ = 4_000
"""Bytes, with the opening bracket, among which the closing one must stand."""


def inside(data: bytes, start: int, opening: bytes, closing: bytes) -> bytes:
    """From `start`, directly behind the opening bracket, to the one that closes it; b"" where none does."""
    depth, at = 1, start
    while at < min(len(data), start + MOST_READ - 1):
        sign = data[at : at + 1]
        depth += (sign == opening) - (sign == closing)
        if not depth:
            return data[start:at]
        at += 1 + (sign == b"\\")
    return b""
