"""Paragraphs of somebody else's that a message says as its own, without a word about where they come from.

Asked for what is held back: who pastes a private paragraph into other mail publishes it, whatever the marks say. What
many say is a form, and what its writer says again is no secret (`containment.standing`). It hides no text and refuses
to look at anything but whole paragraphs of some length.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mail2wiki.records import Message
from mail2wiki.thread.prints import OWN, Prints

_LONG = 100  # squeezed bytes of a paragraph that two people do not write alike
_FEW = 4  # messages that say it; more: a form, an address, a notice


def find(
    messages: Sequence[Message], prints: Prints, visible: np.ndarray, label: np.ndarray
) -> dict[str, tuple[str, ...]]:
    """Message -> the messages of other conversations and writers that said one of its paragraphs first. By id."""
    rows = prints.alike((prints.kind == OWN) & (prints.length >= _LONG) & visible[prints.message])
    paragraph, message = prints.hash[rows], prints.message[rows]
    begin = np.flatnonzero(np.diff(paragraph, prepend=~paragraph[:1]))
    count = np.diff(begin, append=len(rows))
    found: dict[str, set[str]] = {}
    for k in range(1, _FEW):
        at = begin[(k < count) & (count <= _FEW)]
        first, again = message[at], message[at + k]
        strange = (label[first] != label[again]) & (prints.head["sender"][first] != prints.head["sender"][again])
        for one, other in zip(first[strange].tolist(), again[strange].tolist(), strict=True):
            found.setdefault(messages[other].id, set()).add(messages[one].id)
    return {id: tuple(sorted(others)) for id, others in sorted(found.items())}
