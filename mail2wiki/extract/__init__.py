"""The extract room: a mailbox to messages, each line of their text marked.

    extract(raw)            one raw message -> Extracted (message, body, files, folders)
    sources                 find mailboxes, cut them into spans, read spans

It refuses to lose a message: whatever is wrong with it becomes a defect. What reads mail is imported when the first
message is read: a run that finds nothing new takes an eighth less time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mail2wiki.extract.parse import Extracted, Memory

__all__ = ["extract"]


def extract(raw: bytes, *, folder: str = "", id: str = "", memory: Memory | None = None) -> Extracted:
    """Read one message. Never raises; what had to be repaired is in `message.defects`. `id`: its sha256, if known.

    `memory`: what was made of the messages before, for copies of them.
    """
    from mail2wiki.extract import parse

    return parse.extract(raw, folder=folder, id=id, memory=memory)
