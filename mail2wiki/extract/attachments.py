"""Parts that are no text: a readable name, an honest media type, the content by its sha256.

Names come from strangers: directories, control characters and over-long ones are cut to something a person can read; a
name is never used as a path. It refuses to believe "application/octet-stream": the first bytes say more.
"""

from __future__ import annotations

import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path

from mail2wiki.extract import titles
from mail2wiki.extract.mime import Part, disposition, parameter_text
from mail2wiki.records import Attachment

LONGEST_NAME = 120
NO_TYPES = frozenset((
    "application/octet-stream", "application/binary", "application/unknown", "application/x-unknown",
    "application/download", "application/force-download", "application/x-download", "binary/octet-stream",
    "text/plain", "application/x-msdownload", "application/x-zip-compressed", "application/x-pdf", "image/jpg",
    "image/pjpeg", "image/x-png", "application/zip", "multipart/mixed",
))  # fmt: skip
"""Types that say nothing or too little (a .docx is a zip file, too), and old names of usual ones."""

_BAD = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def attachment(part: Part, data: bytes, name: str = "") -> Attachment:
    """The record of this part; `data` is its content, `name` one to use where the part gives none."""
    place, options = disposition(part)
    written = options.get("filename") or part.parameters.get("name") or name
    cleaned = clean_name(parameter_text(written)) if written else ""
    kind = media_type(part.kind, cleaned, data)
    cid = parameter_text(part.first(b"content-id").decode("latin-1")).strip("<> ")[:200]
    inline = place != "attachment" and (place == "inline" or bool(cid)) and kind.startswith("image/")
    return record(cleaned or "attachment" + extension(kind), kind, data, inline, cid)


def record(name: str, kind: str, data: bytes, inline: bool = False, content_id: str = "") -> Attachment:
    """The record of this content."""
    digest = sha256(data).hexdigest()
    return Attachment(name, kind, len(data), digest, inline, content_id, titles.title(digest, kind, name, data))


def clean_name(name: str) -> str:
    """A file name to read: without directories and characters that act, at most 120 long, with its ending."""
    name = name.replace("\\", "/").rstrip("/ ").rpartition("/")[2].translate(_BAD)
    name = "".join(sign for sign in name if sign.isprintable()).strip(" .'\"")
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        if not dot or len(ending) > 10:
            return name[:LONGEST_NAME]
        name = stem[: LONGEST_NAME - len(ending) - 1] + "." + ending
    return name


def media_type(kind: str, name: str, data: bytes) -> str:
    """The declared type; where that says nothing, what the first bytes say, then what the name says."""
    if kind not in NO_TYPES:
        return kind
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    tables = _tables()
    found = next((known for start, known in tables.magic if data.startswith(start)), "")
    if found in ("application/zip", "application/x-ole-storage"):  # containers: Office files are such
        return tables.endings.get(ending, found)
    if found:
        return found
    if kind == "text/plain":
        return kind
    if data[:4] == b"RIFF" and data[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}[data[8:12]]
    if data[4:8] == b"ftyp":
        return "video/mp4"
    return tables.endings.get(ending, "application/octet-stream" if not kind.startswith("image/") else kind)


def extension(kind: str) -> str:
    """A usual ending for a media type, with its dot; "" if none is known."""
    ending = _tables().usual.get(kind, "")
    return "." + ending if ending else ""


class _Tables:
    """patterns/media-types.toml: first bytes and endings of files, by media type."""

    def __init__(self) -> None:
        data = tomllib.loads((Path(__file__).parent / "patterns" / "media-types.toml").read_text("utf-8"))
        self.magic = [(bytes.fromhex(start), kind) for kind, starts in data["magic"].items() for start in starts]
        self.magic.sort(key=lambda pair: -len(pair[0]))
        self.endings = {ending: kind for kind, endings in data["endings"].items() for ending in endings.split()}
        self.usual = {kind: endings.split()[0] for kind, endings in data["endings"].items()}


@cache
def _tables() -> _Tables:
    return _Tables()
