"""What a document calls itself: the title inside an attachment, for `Angebot_v3.docx` tells less than its first line.

    title(digest, kind, name, data)   "" where it says nothing that the file's name does not

One file for each family of formats; each takes the content and returns what it found, cleaned by nobody. Refuses to
trust them: what is read is bounded, whatever goes wrong is no title, and what programs put there by themselves
(`titles.toml`) is none either.
"""

from __future__ import annotations

from collections.abc import Callable

from mail2wiki.extract.compound import MAGIC
from mail2wiki.extract.titles import proper

LARGEST = 50_000_000
"""Bytes of a file that is looked into."""

MOST_KNOWN = 5_000
"""Contents whose titles a worker remembers; then it forgets all: a file that goes around is near its copies."""

_HTML = frozenset(("text/html", "application/xhtml+xml"))
_OFFICE = ("officedocument", "opendocument", "ms-excel", "msword", "ms-word", "ms-powerpoint")
_known: dict[str, tuple[str, ...]] = {}


def title(digest: str, kind: str, name: str, data: bytes) -> str:
    """The title inside this content, "" for none. `digest`: its sha256; `kind`: media type. Never raises."""
    reader = _reader(kind, data[:8])
    if reader is None or len(data) > LARGEST:
        return ""
    if digest not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[digest] = _tried(reader, data)
    return next((found for text in _known[digest] if (found := proper.title(text, name))), "")


def _tried(reader: Callable[[bytes], list[str]], data: bytes) -> tuple[str, ...]:
    """What a reader found, best first, each short: nothing is remembered of a book that calls itself a title."""
    try:
        return tuple(text[: proper.LONGEST] for text in reader(data))
    except Exception:  # purpose-made files fail in ways of their own, and a file without a title is still a file
        return ()


def _reader(kind: str, start: bytes) -> Callable[[bytes], list[str]] | None:
    """Who reads such content; imported when the first one comes."""
    if start.startswith(b"PK\x03\x04") and any(part in kind for part in _OFFICE):
        from mail2wiki.extract.titles import packages

        return packages.titles
    if start == MAGIC and kind != "application/vnd.ms-outlook":
        from mail2wiki.extract.titles import properties

        return properties.titles
    if kind == "application/pdf" or start.startswith(b"%PDF-"):
        from mail2wiki.extract.titles import pdf

        return pdf.titles
    if kind in _HTML or start.startswith(b"{\\rtf"):
        from mail2wiki.extract.titles import texts

        return texts.page if kind in _HTML else texts.rich
    return None
