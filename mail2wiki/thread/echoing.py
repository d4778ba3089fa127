"""Which messages quote some others in part, or with words changed, wherever in the mailbox they are?

Asked for what is held back. Quotations of whole paragraphs are known by their prints, edited ones within their
conversation (`comparing`); what is left is among the stretches whose original nobody knows, and few messages have any.
Refuses to look at own text, drafts apart: who tells in their own words what a held message says has not quoted it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence

from mail2wiki.records import ATTRIBUTION, HEADER, NEW, Body, Message, Quoted
from mail2wiki.thread.duplicates import is_draft
from mail2wiki.thread.prints import squeezed_lines
from mail2wiki.thread.texts import WINDOW, Texts, windows

LEAST, SHARE = 2, 0.5
"""Windows of a quotation that stand in one of the others' texts, one behind the other (48 letters), and the share of
all that were looked up: below that it is a figure of speech, or a form that both filled in."""

WHOLE = 36
"""Letters of a quotation all of which stands in one of the others' texts, where the quoting person had that."""

FEW = 3_000
"""Suspects that are all looked at (.1 ms each), in case somebody had a message that its headers do not name (Bcc)."""

# "14": what is left of the second sign of an "ü" read in another charset (a quarter)
_UMLAUTS = re.compile(rb"[\x80-\xff]+(?:14)?|[aou]e|ss")

BATCH = 400  # messages whose bodies are in memory at once


def echoes(
    others: Collection[str],
    quoted: Mapping[str, Sequence[Quoted]],
    messages: Mapping[str, Message],
    bodies: Callable[[Sequence[str]], Mapping[str, Body]],
) -> set[str]:
    """The messages, none of `others`, with a quotation of their text. `quoted`: see `Woven`.

    Of more than FEW suspects only those who had one of the others by their headers: its sender, its recipients, the
    members of a list it went over. Whoever has it from those quotes their message: ask again with that.
    """
    if not others:
        return set()
    unknown = {id: [one for one in found if one.of is None] for id, found in quoted.items()}
    suspects = sorted(id for id, found in unknown.items() if found and id not in others)
    had = _had(messages[id] for id in others)
    if len(suspects) > FEW:
        suspects = [id for id in suspects if _may_have(messages[id], had)]
    drafts = _drafts(others, messages)
    if not suspects and not drafts:
        return set()
    texts = Texts()
    for id, body in _each(sorted(others), bodies):
        for text in (_own(body), *_texts(body, unknown.get(id, ()))):
            texts.add(text, 0, -1)
    found = {
        id
        for id, body in _each(suspects, bodies)
        if any(_echoes(text, texts, _may_have(messages[id], had)) for text in _texts(body, unknown[id]))
    }
    return found | {id for id, body in _each(drafts, bodies) if _echoes(_own(body), texts, True)}


def _drafts(others: Collection[str], messages: Mapping[str, Message]) -> list[str]:
    """What the writers of the others have never sent: it may be an earlier version of those."""
    writers = {messages[id].sender.address for id in others} - {""}
    return sorted(
        id for id, message in messages.items()
        if message.sender.address in writers and id not in others and is_draft(message)
    )  # fmt: skip


def _had(others: Iterable[Message]) -> set[str]:
    """The addresses of all who had these messages, and the lists they went over."""
    had: set[str] = set()
    for message in others:
        had.update(one.address for one in (message.sender, *message.to, *message.cc))
        had.add(message.list_id or "")
    return had - {""}


def _may_have(message: Message, had: Container[str]) -> bool:
    return message.sender.address in had or (message.list_id or "") in had


def _each(ids: Sequence[str], bodies: Callable[[Sequence[str]], Mapping[str, Body]]) -> Iterator[tuple[str, Body]]:
    for at in range(0, len(ids), BATCH):
        yield from bodies(ids[at : at + BATCH]).items()


def _texts(body: Body, stretches: Iterable[Quoted]) -> Iterator[bytes]:
    """The text of each stretch, squeezed, without the lines that say whose it is."""
    for one in stretches:
        lines = range(one.start, min(one.stop, len(body.lines)))
        yield _squeezed(body, (at for at in lines if body.marks[at] not in (ATTRIBUTION, HEADER)))


def _own(body: Body) -> bytes:
    return _squeezed(body, (at for at, mark in enumerate(body.marks) if mark == NEW))


def _squeezed(body: Body, lines: Iterable[int]) -> bytes:
    told = tuple(body.lines[at] for at in lines)
    return _plain(b"".join(squeezed_lines(Body(told, NEW * len(told), body.kind))))


def _plain(text: bytes) -> bytes:
    """Without umlauts, as which letters soever they came: "ü", "ue", "?" and those of another charset.

    A text in letters of its own stays as it is.
    """
    plain = _UMLAUTS.sub(b"", text)
    return plain if 2 * len(plain) > len(text) else text


def _echoes(text: bytes, texts: Texts, whole: bool) -> bool:
    """Whether enough of a quotation stands in these texts; `whole`: all of it is enough where it is short."""
    looked_up = windows(text)
    hits = texts.hits(looked_up)
    if whole and len(text) >= WHOLE and texts.find(text, hits):
        return True
    shared, after = 0, 0
    for at, _ in hits:
        if at >= after:
            shared, after = shared + 1, at + WINDOW
    return shared >= LEAST and shared * WINDOW >= SHARE * (len(looked_up) + WINDOW - 1)
