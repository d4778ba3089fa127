"""Google Takeout: what `X-Gmail-Labels` says. Labels are the owner's folders; Spam and Trash are left out unless asked.

The header has one comma-separated list, in the language of the account, often as RFC 2047 encoded words cut anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.errors import HeaderParseError
from email.header import decode_header

from mail2wiki.extract.sources.files import clients

_LABEL = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)')
_MAX = 1 << 16  # characters of a header value that are read


def gmail_labels(value: str) -> tuple[str, ...]:
    """All labels of a message, from the header's raw value (folded, encoded or not), in their order, each once.

    >>> gmail_labels("=?UTF-8?Q?Posteingang,Ge=C3=B6ffnet,Projekte/N?= =?UTF-8?Q?ord?=")
    ('Posteingang', 'Geöffnet', 'Projekte/Nord')
    """
    text = re.sub(r"\r?\n(?=[ \t])", "", value[:_MAX])
    if "=?" in text:
        text = _decoded(text)
    labels = []
    for found in _LABEL.finditer(text):
        label = " ".join((found[2] if found[1] is None else re.sub(r"\\(.)", r"\1", found[1])).split())
        if label and label.isprintable():
            labels.append(label)
    return tuple(dict.fromkeys(labels))


def gmail_folders(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels that are folders: without those that are a state of the message (unread, starred, a category)."""
    starts = tuple(clients("gmail_states_starting"))
    states = clients("gmail_states")
    return tuple(label for label in labels if (low := label.casefold()) not in states and not low.startswith(starts))


def gmail_left_out(labels: Sequence[str]) -> bool:
    """Does the message lie in Spam or Trash and in no other folder?"""
    folders = gmail_folders(labels)
    return bool(folders) and all(label.casefold() in clients("gmail_left_out") for label in folders)


def _decoded(text: str) -> str:
    parts = []
    try:
        for data, charset in decode_header(text):
            if isinstance(data, str):
                parts.append(data)
                continue
            try:
                parts.append(data.decode(charset or "utf-8", "replace"))
            except LookupError:
                parts.append(data.decode("utf-8", "replace"))
    except HeaderParseError:
        return text
    return "".join(parts)
