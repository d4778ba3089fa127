"""From an item to a finished page: pure, for workers.

A page never exceeds 256 KiB: where escaping makes text grow beyond what the plan could foresee, the text of that
page's messages stands in code blocks, which hold it letter by letter without growing. If the sizes the plan was given
were too small by far, the longest texts are cut and say so: that is the only case in which a page shows less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mail2wiki.export.folds import render_folds
from mail2wiki.export.items import Item, Talk
from mail2wiki.export.message import render_message, snippet
from mail2wiki.export.words import Words, words
from mail2wiki.records import Body, Page

LIMIT = 256 * 1024
_SNIPPET, _TITLE = 100, 60
_EMPTY = Body()


def render(item: Item, bodies: Mapping[str, Body]) -> Page:
    """The page of an item. `bodies`: at least those of `item.bodies`; a missing one counts as empty."""
    if item.ready is not None:
        return item.ready
    say = words(item.language, item.clock)
    text = _text(item, bodies, say, None)
    room = LIMIT
    while len(text) * 4 > LIMIT and len(text.encode()) > LIMIT and room > 100:
        text = _text(item, bodies, say, room)
        room //= 4
    return Page(item.path, item.id, item.title, text)


def _text(item: Item, bodies: Mapping[str, Body], say: Words, room: int | None) -> str:
    out = [item.head]
    for line in item.lines:
        out.append(line.text)
        words_ = "" if room is not None else _first_words(line.hidden, bodies.get(line.message, _EMPTY))
        out[-1] += f"  \n    {words_}" if words_ else ""
    if item.lines:
        out.append("")
    for talk in item.talks:
        if talk.title:
            out += [f"## {_heading(talk, bodies)}", ""]
        if talk.facts and talk.title:
            out += [talk.facts, ""]
        for shown in talk.messages:
            out += render_message(shown, bodies.get(shown.id, _EMPTY), say, room)
    if item.folds:
        out += render_folds(item.folds, bodies, say, room)
    if item.foot:
        out.append(item.foot)
    text = "\n".join(out)
    return text.rstrip("\n") + "\n"


def _heading(talk: Talk, bodies: Mapping[str, Body]) -> str:
    """The subject, or the first words of a conversation that has none."""
    if not talk.untitled:
        return talk.title
    first = talk.messages[0]
    hidden = tuple((quote.start, quote.stop) for quote in first.quotes)
    return _first_words(hidden, bodies.get(first.id, _EMPTY), _TITLE) or talk.title


def _first_words(hidden: Sequence[tuple[int, int]], body: Body, limit: int = _SNIPPET) -> str:
    """The beginning of a message's own text, for the list of conversations; a greeting alone says nothing."""
    own: list[str] = []
    size = 0
    for at, (text, mark) in enumerate(zip(body.lines, body.marks, strict=False)):
        if mark == "n" and not any(start <= at < stop for start, stop in hidden):
            if not own and len(text) < 40 and text.rstrip().endswith((",", "!", ":")):
                continue
            own.append(text)
            size += len(text)
            if size > limit * 2:
                break
    return snippet(own, body.kind != "markdown", limit)
