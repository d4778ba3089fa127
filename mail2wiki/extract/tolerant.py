"""The second reader, for messages whose structure is damaged: mail-parser, and below it the standard library.

Only the tree of the standard library's message underneath is used: mail-parser's own fields drop raw umlauts, merge
attached messages into the text and break encoded names. Values stay bytes here and are decoded where all others are.
It refuses to be the first reader: it takes ten times as long.
"""

from __future__ import annotations

import email
import logging
from email.message import Message as EmailMessage
from typing import Any

from mail2wiki.extract.mime import DEEPEST, Fields, Part

_MESSAGES = frozenset(("message/rfc822", "message/global"))
ESSENTIAL = (b"from", b"date", b"subject", b"message-id", b"to")


def read(raw: bytes) -> Part:
    """The outermost part of a message, its tree below and its contents in memory."""
    root = _convert(_parse(raw))
    root.message = True
    return root


def better(second: Part, first: Part) -> bool:
    """Did the second reader find more: header fields a message has, or else parts?"""
    return _found(second) > _found(first)


def _parse(raw: bytes) -> EmailMessage:
    import mailparser

    logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # what it complains about is a defect here already
    try:
        return mailparser.parse_from_bytes(raw).message
    except Exception:  # it has known crashes on damaged mail; whatever it is, the message is read all the same
        return email.message_from_bytes(raw)


def _convert(message: EmailMessage) -> Part:
    root = _part(message)
    todo = [(message, root, 0)]
    while todo:
        source, part, depth = todo.pop()
        inner = _children(source)
        attached = source.get_content_maintype() == "message"
        for child in inner:
            copy = _part(child)
            copy.message = attached
            part.children.append(copy)
            if depth < DEEPEST:
                todo.append((child, copy, depth + 1))
    return root


def _part(message: EmailMessage) -> Part:
    fields: Fields = {}
    for name, value in message.raw_items():
        key = str(name).strip().lower().encode("utf-8", "surrogateescape")
        fields.setdefault(key, []).append(str(value).encode("utf-8", "surrogateescape"))
    return Part(_content(message), fields, 0, message.get_default_type())


def _children(message: EmailMessage) -> list[EmailMessage]:
    """Parts of a multipart, or the attached message. Other kinds of message/..., a delivery report's fields, are files,
    and so is an attached message in a transfer encoding: the library takes the encoded text for it."""
    inner: Any = message.get_payload()
    kind = message.get_content_type()
    if not isinstance(inner, list) or not (kind.startswith("multipart/") or kind in _MESSAGES):
        return []
    return [] if kind in _MESSAGES and _is_encoded(message) else inner


def _content(message: EmailMessage) -> bytes:
    """The content as it stands there. `_payload`, because `get_payload` decodes 8-bit text by a label that may lie."""
    payload: Any = message._payload  # type: ignore[attr-defined]
    if isinstance(payload, str):
        return payload.encode("utf-8", "surrogateescape")
    if not isinstance(payload, list) or not message.get_content_type().startswith("message/"):
        return b""
    return b"\n".join(part.as_bytes() for part in payload)


def _is_encoded(message: EmailMessage) -> bool:
    return str(message.get("content-transfer-encoding", "")).strip().lower() in ("base64", "quoted-printable")


def _found(root: Part) -> tuple[int, int]:
    leaves, todo = 0, [root]
    while todo:
        part = todo.pop()
        todo.extend(part.children)
        leaves += not part.children
    return sum(name in root.fields for name in ESSENTIAL), leaves
