"""The earlier issues of a series: a line for each, with what changed; below them what only they say.

An issue is compared with the one after it: a sentence, or a short line, is a change if it does not stand there. Where
a line holds all of an issue that no later one says, that line is all a page shows of it. Otherwise the line leads to
the text, which goes without the paragraphs that later issues say (`Shown.quotes`). Refuses to cut a text: only lines
that lead to one are short.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby

from mail2wiki.export.code import is_code
from mail2wiki.export.flow import sayings
from mail2wiki.export.items import Fold
from mail2wiki.export.markdown import escape_inline, link
from mail2wiki.export.message import render_message, tail
from mail2wiki.export.opening import unmarked
from mail2wiki.export.text import CONTEXT, HIDDEN, SHOWN, Part, Room, runs, text_of
from mail2wiki.export.words import Words
from mail2wiki.records import NEW, Body

_LINE = 400  # characters of an issue's text up to which a line is all of it
_TOLD, _WORDS = 3, 80  # changes named on a line that leads to more, and characters of each
_COMPARED = 4000  # lines of a body
_SENTENCE = re.compile(r"(?<=\w{3}[.!?])\s+(?=[^\W\d_a-zß-öø-ÿ])")  # after a whole word, before a capital letter
_IDLE = re.compile(r"<?\bhttps?://\S+|[*_=~#-]{4,}")  # addresses and rulers tell nothing on a line
_LETTERS, _FIGURES = re.compile(r"[\W_]+"), re.compile(r"\d+")
_BEGINNING = 30  # letters by which two sentences are of one form
# Markdown that loses something when it is made one line of plain text: links, tables, quotes, code, pictures
_RICH = re.compile(r"\]\(|<(?:http|mailto)|^\s*(?:[|>]|```|    )|\[cid:", re.MULTILINE)
_EMPTY = Body()
Units = list[tuple[str, str]]  # sentences and short lines, each behind its letters: the key it is known by


def render_folds(
    folds: Sequence[Fold], bodies: Mapping[str, Body], told: Mapping[str, Sequence[Part]], say: Words,
    room: Room | None, linked: set[tuple[str, str]],
) -> list[str]:  # fmt: skip
    """The section of a page's earlier issues, newest first. `told`: see `pages.render`; `linked`: `render_message`."""
    out = [f"## {say('Earlier issues')}", ""]
    texts: list[str] = []
    units = cache(lambda id: _units(bodies.get(id, _EMPTY)))  # of an issue, and of the one before it
    for fold in folds:
        body = bodies.get(fold.id, _EMPTY)
        changed = _changed(units(fold.id), units(fold.after))
        text = _whole(fold, body, changed) if room is None else None
        out += _led(fold, changed, say) if text is None else _alone(fold, text, say)
        if text is None:
            for shown in fold.messages:
                texts += render_message(shown, text_of(shown, bodies, told, room), say, linked)
    return out + ([f"## {say('What only these issues say')}", "", *texts] if texts else [])


def _led(fold: Fold, changed: Sequence[str], say: Words) -> list[str]:
    """`**[3 May 2001 · Report 17](#mail-...)** · to Carol · Hours: 12 · 4 more`"""
    when = f"{say.day(fold.date)} · {fold.title}" if fold.title else say.day(fold.date)
    facts = [f"**{link(when, fold.href, 200)}**", *_told(fold, say)]
    words = [text for unit in changed if (text := _IDLE.sub("", unit).strip())]
    named = sorted([text for text in words if text.count(" ") > 1 or ":" in text] or words, key=_counts)[:_TOLD]
    facts += [escape_inline(text, _WORDS) for text in named] or [say("as the issue after it")]
    if len(changed) > len(named):
        facts.append(say.many("{n} more", "{n} more", len(changed) - len(named)))
    if len(fold.messages) > 1:
        facts.append(say.many("{n} answer", "{n} answers", len(fold.messages) - 1))
    return [" · ".join(facts), ""]


def _counts(text: str) -> bool:
    """Whether a unit is a row of figures: three of ninety tell less than a sentence."""
    return 2 * sum(map(str.isdigit, text)) > sum(map(str.isalpha, text))


def _alone(fold: Fold, text: str, say: Words) -> list[str]:
    """The same for an issue of which nothing is left to say; its address stands above the line."""
    shown = fold.messages[0]
    facts = [f"**{say.day(fold.date)}**"] + ([escape_inline(fold.title, 150)] if fold.title else [])
    facts += [*_told(fold, say), text or say("as the issue after it")]
    return [f"###### {shown.anchor}", "", " · ".join(facts), "", *tail(shown._replace(holders=()), say)]


def _told(fold: Fold, say: Words) -> list[str]:
    return [say("to {recipients}", recipients=fold.to)] if fold.to else []


def _whole(fold: Fold, body: Body, changed: Sequence[str]) -> str | None:
    """All that has to be shown of an issue as one line, escaped; None where a line does not hold it."""
    if len(fold.messages) != 1 or fold.messages[0].cut is not None:
        return None
    parts: list[str] = []
    new = set(changed)
    plain = body.kind != "markdown"
    for run in runs(body, fold.messages[0].quotes):
        if run.kind in (CONTEXT, SHOWN) or (run.quote is not None and run.quote.ref is not None):
            return None
        if not plain and _RICH.search("\n".join(run.lines)):
            return None
        for blank, lines in groupby(run.lines, key=lambda line: not line.strip()):
            block = list(lines)
            if blank:
                continue
            if is_code(block) or "[cid:" in "".join(block):
                return None
            said = sayings(unmarked(block, plain))
            parts += [unit for unit in _sentences(said) if unit in new] if run.kind == HIDDEN else said
    text = " · ".join(parts)
    return escape_inline(text, 4 * _LINE) if len(text) <= _LINE else None


def _changed(units: Units, after: Units) -> list[str]:
    """The sentences and short lines of a body that do not stand in the one after it, each once.

    First those that are new, then those that differ from one there by figures, or begin alike: the form's.
    """
    known, alike = {key for key, _ in after}, {_head(key) for key, _ in after}
    new = {key: unit for key, unit in reversed(units) if key and key not in known}
    return [unit for _, unit in sorted(reversed(new.items()), key=lambda pair: _head(pair[0]) in alike)]


def _key(text: str) -> str:
    return _LETTERS.sub("", text.lower())


def _head(key: str) -> str:
    return _FIGURES.sub("", key)[:_BEGINNING]


def _units(body: Body) -> Units:
    pairs = zip(body.lines[:_COMPARED], body.marks, strict=False)
    lines = [line if mark == NEW else "" for line, mark in pairs]
    return [(_key(unit), unit) for unit in _sentences(sayings(unmarked(lines, body.kind != "markdown")))]


def _sentences(said: Sequence[str]) -> list[str]:
    return [sentence for text in said for sentence in _SENTENCE.split(text)]
