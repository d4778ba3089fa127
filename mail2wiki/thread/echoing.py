"""Which messages quote some others in part, or with words changed, wherever in the mailbox they are?

Asked for what is held back. Quotations of whole paragraphs are known by their prints, edited ones within their
conversation (`comparing`); what is left is among the stretches whose original nobody knows, and few messages have any.
Refuses to look at own text: who tells in their own words what a held message says has not quoted it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence

from mail2wiki.records import NEW, Body, Message, Quoted
from mail2wiki.thread.prints import squeezed_lines
from mail2wiki.thread.texts import WINDOW, Texts, windows

LEAST, SHARE = 2, 0.5
"""Windows of a quotation that stand in one of the others' texts, one behind the other (48 letters), and the share of
all that were looked up: below that it is a figure of speech, or a form that both filled in."""

FEW = 3_000
"""Suspects that are all looked at (.1 ms each), in case somebody had a message that its headers do not name (Bcc)."""

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
    unknown = {id: [one for one in found if one.of is None] for id, found in quoted.items()}
    suspects = sorted(id for id, found in unknown.items() if found and id not in others) if others else []
    if len(suspects) > FEW:
        had = _had(messages[id] for id in others)
        suspects = [id for id in suspects if _may_have(messages[id], had)]
    if not suspects:
        return set()
    texts = Texts()
    for id, body in _each(sorted(others), bodies):
        own = [at for at, mark in enumerate(body.marks) if mark == NEW]
        for text in (_squeezed(body, own), *_texts(body, unknown.get(id, ()))):
            texts.add(text, 0, -1)
    return {
        id for id, body in _each(suspects, bodies) if any(_echoes(text, texts) for text in _texts(body, unknown[id]))
    }


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
    """The text of each stretch, squeezed."""
    return (_squeezed(body, range(one.start, min(one.stop, len(body.lines)))) for one in stretches)


def _squeezed(body: Body, lines: Iterable[int]) -> bytes:
    told = tuple(body.lines[at] for at in lines)
    return b"".join(squeezed_lines(Body(told, NEW * len(told), body.kind)))


def _echoes(text: bytes, texts: Texts) -> bool:
    """Whether enough of a quotation stands in these texts."""
    looked_up = windows(text)
    shared, after = 0, 0
    for at, _ in texts.hits(looked_up):
        if at >= after:
            shared, after = shared + 1, at + WINDOW
    return shared >= LEAST and shared * WINDOW >= SHARE * (len(looked_up) + WINDOW - 1)
