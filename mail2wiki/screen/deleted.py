"""What its owner has thrown away and the files still hold: Spam and Trash, deleted mail in a folder not yet compacted.

It refuses to leave out a message of which another copy was kept: programs move mail by copying and deleting it.
"""

from __future__ import annotations

from collections.abc import Mapping

from mail2wiki.records import Message, Woven

_STATUS = "x-mozilla-status:"
_EXPUNGED = 0x8  # Thunderbird: deleted, its bytes stay in the mbox until the folder is compacted


def thrown_away(messages: Mapping[str, Message], woven: Woven) -> dict[str, str]:
    """Message id -> why it and all copies of it count as deleted."""
    why = {id: said for id, message in messages.items() if (said := _deleted(message))}
    if not why:
        return why
    kept = {decision.id: decision.of for decision in woven.decisions if decision.what == "duplicate" and decision.of}
    wanted = {_root(id, kept) for id in messages if id not in why}
    return {id: said for id, said in why.items() if _root(id, kept) not in wanted}


def _root(id: str, kept: Mapping[str, str]) -> str:
    """The message that a copy (of a copy ...) is a copy of."""
    for _ in range(100):
        if id not in kept:
            break
        id = kept[id]
    return id


def _deleted(message: Message) -> str:
    for signal in message.signals:
        if signal == "gmail:left-out":
            return "label Spam or Trash"
        if signal.startswith(_STATUS):
            try:
                flags = int(signal.removeprefix(_STATUS)[:8], 16)
            except ValueError:
                continue
            if flags & _EXPUNGED:
                return "deleted in Thunderbird"
    return ""
