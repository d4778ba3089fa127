"""Which attachments are copied into the wiki and under what name.

An allowlist (`file_types.toml`): what a browser or an office would run, and what nobody can look into, is named on its
page but not copied. The name in the mail decides only the readable part and the suffix of ours, never a path.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from mail2wiki.export.names import Names
from mail2wiki.records import Attachment, Message

_REPEATED = 3  # an inline picture in as many messages is a logo
_TINY = 8_000  # bytes: an inline picture below is an icon or a line of a signature


@lru_cache(maxsize=1)
def _types() -> tuple[dict[str, str], dict[str, str]]:
    """Suffix and media type to the suffix in the wiki."""
    with (Path(__file__).parent / "file_types.toml").open("rb") as stream:
        data = tomllib.load(stream)
    suffixes = {suffix: suffix for group in data["published"].values() for suffix in group}
    return suffixes | dict.fromkeys(data["text"]["suffixes"], "txt"), data["media"]


def wiki_suffix(name: str, media_type: str) -> str:
    """The suffix under which an attachment is published, "" if it is not."""
    suffixes, media = _types()
    dot, suffix = name.rpartition(".")[1:]
    suffix = suffix.lower().strip()
    if dot and suffix.isalnum() and 1 <= len(suffix) <= 5 and not suffix.isdigit():
        return suffixes.get(suffix, "")
    return media.get(media_type.lower(), "")


def kind(name: str, media_type: str) -> str:
    """PDF, XLSX ...: what a reader is told about it."""
    suffix = name.rpartition(".")[2] if "." in name else ""
    if not (1 <= len(suffix) <= 5 and suffix.isascii() and suffix.isalnum()):
        suffix = media_type.rpartition("/")[2].rpartition(".")[2].removeprefix("x-")
    return "".join(c for c in suffix if c.isalnum())[:12].upper()


def worth_showing(attachment: Attachment, seen: int) -> bool:
    """False for signatures of the mail itself and for pictures that belong to somebody's letterhead.

    `seen`: the number of published messages that carry these bytes.
    """
    name, media = attachment.name.lower(), attachment.media_type.lower()
    if name in ("winmail.dat", "signature.asc") or name.endswith((".p7s", ".vcf")):
        return False
    if media in ("application/pgp-signature", "application/pkcs7-signature", "application/ms-tnef", "text/vcard"):
        return False
    if not attachment.size:
        return False
    return not (media.startswith("image/") and (attachment.inline or attachment.content_id)
                and (seen >= _REPEATED or attachment.size < _TINY))  # fmt: skip


def copied(messages: Sequence[Message], names: Names) -> tuple[frozenset[str], dict[str, str]]:
    """The attachments nobody needs to see, and the paths of those that are copied, by sha256."""
    seen: Counter[str] = Counter()
    for message in messages:
        seen.update({a.sha256 for a in message.attachments})
    hidden: set[str] = set()
    files: dict[str, str] = {}
    for message in messages:
        for a in message.attachments:
            if not worth_showing(a, seen[a.sha256]):
                hidden.add(a.sha256)
            elif a.sha256 not in files and (suffix := wiki_suffix(a.name, a.media_type)):
                files[a.sha256] = names.file(a.sha256, a.name, suffix)
    return frozenset(hidden - files.keys()), files
