"""Edited quotations: a quoted paragraph that stands nowhere as it is, but was made from one that does.

Somebody changed or left out words in what they quoted, or wrote an answer into it. The paragraph it was made from is
looked for among the texts of its conversation by the stretches both have to the letter; then the words of both are
compared in order. What was written anew is never dropped: it is the difference. Refuses: paragraphs of which less than
seven tenths agree (texts of their own), very long ones, and bodies made from HTML, whose words carry markup.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from cydifflib import SequenceMatcher  # difflib's, compiled: two seconds of CPU at 100,000 messages

from mail2wiki.records import Change, without_signs
from mail2wiki.thread.prints import NO_LETTERS

_ALIKE = 0.7  # share of the letters of the quotation, or of what it was made from, in words that both have in order
_LEAST = 8  # words that agree
_FEW, _APART = 4, 20  # places that differ: so many, and one more in so many words; a text with more was written anew
_MOST = 400  # words that are compared: the work grows with their square, to 20 ms at the worst
_LONGEST = 10_000  # letters of the original that are compared
COMPARED = 60  # paragraphs of one message that are compared
_EDGE = 3  # words that may have been changed at an end of the quotation; more were added there
_LETTERS = re.compile(r"[\W_]+")
# the target of a link, which mail programs put behind its words when they quote
_TARGET = re.compile(r"<?(?:https?://|mailto:|callto:)([^\s<>]+)>?", re.IGNORECASE)


class Edit(NamedTuple):
    """A quoted paragraph as made from another one."""

    of: int  # message that says that
    changes: tuple[Change, ...]  # in order; none: only what mail programs change by themselves


class Source:
    """A message's own text by letters, as `recovered` joins it: which lines hold letters lo to hi. (source)"""

    def __init__(self, lines: Sequence[str], letters: Sequence[bytes], own: Sequence[tuple[int, int]]) -> None:
        """`letters`: the same lines squeezed; `own`: from where to where they are own text."""
        self.lines = [line for start, stop in own for line in lines[start:stop]]
        self.ends = list(accumulate(len(line) for start, stop in own for line in letters[start:stop]))

    def between(self, lo: int, hi: int) -> list[str]:
        """The lines that reach into these letters; none where those are too many to be compared."""
        return self.lines[bisect_right(self.ends, lo) : bisect_left(self.ends, hi) + 1] if hi - lo <= _LONGEST else []


def compare(lines: Sequence[str], original: Sequence[str]) -> tuple[Change, ...] | None:
    """How the words of a quotation differ from those of the original, in order; None if it is no edited copy.

    What the original says before and after the quoted words is no difference.
    """
    quoted, source = _words(lines), _words(original)
    if not 0 < len(quoted) <= _MOST or not 0 < len(source) <= 2 * _MOST:
        return None
    keys, others = _keys(quoted), _keys(source)
    most = _FEW + len(quoted) // _APART
    known = bytes([1, *map(set(others).__contains__, keys)])
    if sum(known) <= _LEAST or known.count(b"\1\0") > most:
        return None  # no need to align them: every run of words that the original has nowhere is a place that differs
    codes = SequenceMatcher(None, others, keys, autojunk=False).get_opcodes()
    equal = [code for code in codes if code[0] == "equal"]
    if sum(code[2] - code[1] for code in equal) < _LEAST:
        return None
    agree = sum(_length(keys[code[3] : code[4]]) for code in equal)
    if agree < _ALIKE * min(_length(keys), _length(others[equal[0][1] : equal[-1][2]])):
        return None
    if len(codes) - len(equal) > most:
        return None
    said = " ".join(source).lower()
    changes = []
    for n, (kind, a, b, c, d) in enumerate(codes):
        old, edge = source[a:b], n in (0, len(codes) - 1)
        if kind == "equal" or (kind == "delete" and edge):
            continue
        if edge:  # the original goes on there, whatever was put in its place
            old = (old[c - d :] if n == 0 else old[: d - c]) if d - c <= _EDGE else []
        if not _idle(" ".join(source[a:b]), " ".join(quoted[c:d]), said):
            changes.append(Change(c, d, " ".join(old)))
    return tuple(changes)


def _words(lines: Sequence[str]) -> list[str]:
    return " ".join(map(without_signs, lines)).split()


def _keys(words: Sequence[str]) -> list[str]:
    """Each word by its letters and digits, in lower case. At once, and nearly all by bytes: there are millions."""
    text = "\n".join(words).lower().encode("utf-8", "replace").translate(None, NO_LETTERS).decode("utf-8")
    keys = text.split("\n")
    return keys if text.isascii() else [key if key.isalnum() else _LETTERS.sub("", key) for key in keys]


def _length(keys: Sequence[str]) -> int:
    return sum(map(len, keys))


def _idle(old: str, new: str, said: str) -> bool:
    """Did a mail program change this: punctuation, and targets that it put behind links which the original has?"""

    def target(found: re.Match[str]) -> str:
        return "" if found[1].rstrip("/.,;:)").lower() in said else found[0]

    return _keys([_TARGET.sub(target, new)]) == _keys([_TARGET.sub(target, old)])
