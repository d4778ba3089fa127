"""An edited quotation on a page: what was changed and added in bold, among the words around it.

Long stretches that the original says as well are left out in the middle; what is new never is. Refuses: judging what is
a change (`Quote.changed` says it), and bodies that are Markdown already.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from mail2wiki.export.flow import WRAPPED
from mail2wiki.export.markdown import clean, escape, escape_inline, escape_line
from mail2wiki.export.words import Words
from mail2wiki.records import Change, without_signs

_STRETCH, _ENDS = 100, 25  # words of the original in a row that are left out, but for so many at each end
_NAMED, _LENGTH = 3, 60  # changes named above the quotation, and characters of each side


class _Word(NamedTuple):
    text: str
    new: bool
    fresh: bool  # it begins a line that is no wrapped one


def edited(lines: Sequence[str], changes: Sequence[Change]) -> list[str]:
    """The quotation as lines of a Markdown quote."""
    rows: list[list[_Word]] = [[]]
    for word in _shortened(_words(lines, changes)):
        if word.fresh and rows[-1]:
            rows.append([])
        rows[-1].append(word)
    out = []
    for row in rows:
        parts: list[str] = []
        for new, group in groupby(row, key=lambda word: word.new):
            text = " ".join(word.text for word in group)
            parts.append(f"**{escape(text)}**" if new else escape(text) if parts else escape_line(text))
        out.append("> " + " ".join(parts) + "  ")
    return [*out[:-1], out[-1].rstrip()]


def replaced(lines: Sequence[str], changes: Sequence[Change]) -> list[tuple[str, str]]:
    """What the original said and what was made of it, "" where it was left out; escaped."""
    words = [word for line in lines for word in without_signs(line).split()]
    pairs = ((change.old, " ".join(words[change.start : change.stop])) for change in changes if change.old)
    return [(escape_inline(old, _LENGTH), escape_inline(new, _LENGTH)) for old, new in pairs]


def named(pairs: Sequence[tuple[str, str]], say: Words) -> str:
    """`"four" → "forty"; "not" left out`: what became of words of the original."""
    shown = []
    for old, new in pairs[:_NAMED]:
        shown.append(say('"{old}" → "{new}"', old=old, new=new) if new else say('"{old}" left out', old=old))
    if len(pairs) > _NAMED:
        shown.append(say.many("{n} more", "{n} more", len(pairs) - _NAMED))
    return "; ".join(shown)


def _words(lines: Sequence[str], changes: Sequence[Change]) -> list[_Word]:
    new = {at for change in changes for at in range(change.start, change.stop)}
    found: list[_Word] = []
    before = 0  # length of the line above
    for line in lines:
        text = without_signs(line)
        for n, word in enumerate(text.split()):
            found.append(_Word(clean(word), len(found) in new, n == 0 and before < WRAPPED))
        before = len(text.strip())
    return found


def _shortened(words: Sequence[_Word]) -> list[_Word]:
    out: list[_Word] = []
    for new, group in groupby(words, key=lambda word: word.new):
        stretch = list(group)
        if not new and len(stretch) > _STRETCH:
            stretch = [*stretch[:_ENDS], _Word("…", False, False), *stretch[-_ENDS:]]
        out += stretch
    return out
