"""From an item to a finished page: pure, for workers.

A page never exceeds 256 KiB: where escaping makes text grow beyond what the plan could foresee, the text of that
page's messages stands in code blocks, which hold it letter by letter without growing. If the sizes the plan was given
were too small by far, the longest texts are cut and say so: that is the only case in which a page shows less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mail2wiki.export.folds import render_folds
from mail2wiki.export.items import Item
from mail2wiki.export.message import render_message
from mail2wiki.export.opening import excerpt
from mail2wiki.export.text import Part, Room, text_of
from mail2wiki.export.words import Words, words
from mail2wiki.records import Body, Page

LIMIT = 256 * 1024
_EMPTY = Body()


def render(item: Item, bodies: Mapping[str, Body], told: Mapping[str, Sequence[Part]] | None = None) -> Page:
    """The page of an item. `bodies`: at least those of `item.bodies`; a missing one counts as empty.

    `told`: the texts of some of its messages, where they were told before (`text.tell`).
    """
    if item.ready is not None:
        return item.ready
    say = words(item.language, item.clock)
    text = _text(item, bodies, say, told or {}, None)
    room = Room(LIMIT, say("The rest is too long for this page."))
    while len(text) * 4 > LIMIT and len(text.encode()) > LIMIT and room.size > 100:
        text = _text(item, bodies, say, {}, room)
        room = room._replace(size=room.size // 4)
    return Page(item.path, item.id, item.title, text)


def _text(
    item: Item, bodies: Mapping[str, Body], say: Words, told: Mapping[str, Sequence[Part]], room: Room | None
) -> str:
    out = [item.head]
    for line in item.lines:
        out.append(line.text)
        words_ = "" if room is not None else excerpt(bodies.get(line.message, _EMPTY), line.hidden, line.title)
        out[-1] += f"  \n    {words_}" if words_ else ""
    if item.lines:
        out.append("")
    linked: set[tuple[str, str]] = set()
    for talk in item.talks:
        if talk.title:
            out += [f"## {talk.title}", ""]
        if talk.facts and talk.title:
            out += [talk.facts, ""]
        for shown in talk.messages:
            out += render_message(shown, text_of(shown, bodies, told, room), say, linked)
    if item.folds:
        out += render_folds(item.folds, bodies, told, say, room, linked)
    if item.foot:
        out.append(item.foot)
    text = "\n".join(out)
    return text.rstrip("\n") + "\n"
