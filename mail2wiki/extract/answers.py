"""Answers in another colour inside a quote ("siehe meine Antworten unten in rot"): they are the author's own words.

Outlook quotes without signs, so that only the colour tells an answer from the question above it. It refuses to guess:
lines are taken out of a quote only where the author says that answers stand there and where their colour is the one
named, the author's own, or the only one in the quote. Words are data (patterns/answers.toml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple, cast

from mail2wiki.extract import closings, line_kinds
from mail2wiki.records import ATTRIBUTION, HEADER, NEW, QUOTED

LOOKED_AT = 1_000  # bytes of a plain part: whoever answers inside a quote says so above it
LONGEST, MOST = 300, 100  # characters of a line that may be an announcement, and how many such lines are looked at


class Announcement(NamedTuple):
    """What the author says. `hues`: the colours named; `sure`: it speaks of answers, not only of what is below."""

    sure: bool
    hues: frozenset[str]


def may_be_announced(data: bytes) -> bool:
    """Is a closer look at this plain part worth it? Asked of every message with an HTML part beside it."""
    low = data[:LOOKED_AT].lower()
    return any(stem in low for stem in _tables().octets)


def announcement(lines: Sequence[str]) -> Announcement | None:
    """The first line that announces answers inside the quote."""
    weak = None
    low = "\n".join(lines).lower()
    stems = [stem for stem in _tables().stems if stem in low]
    hopeful = (line for line in lines if len(line) <= LONGEST * 2 and any(stem in line.lower() for stem in stems))
    for line in islice(hopeful, MOST):
        text = line_kinds.plain(line)
        if len(text) > LONGEST or text.startswith((">", "|")):
            continue
        for pattern in _tables().sure:
            if found := pattern.search(text):
                names = filter(None, found.groupdict().values())
                return Announcement(True, frozenset(hue for name in names for hue in _tables().hues(name)))
        if not weak and any(pattern.search(text) for pattern in _tables().hint):
            weak = Announcement(False, frozenset())
    return weak


def announced(text: str) -> bool:
    """Does this plain text announce answers that its HTML twin shows in colour?"""
    return announcement(text[:LOOKED_AT].split("\n")) is not None


def take_out(lines: Sequence[str], marks: str, colours: Mapping[str, str]) -> tuple[list[str], str]:
    """The lines and marks with coloured answers new, without quote signs. `colours`: line -> its hue, from the HTML."""
    own = [line.rstrip() for line, mark in zip(lines, marks, strict=True) if mark == NEW]
    said = announcement(own)
    quoted = [at for at, mark in enumerate(marks) if mark == QUOTED and lines[at].strip("> ")]
    hued = {at: colours[bare] for at in quoted if (bare := lines[at].rstrip()) in colours}  # without its hard break
    wanted = _wanted(said, {colours[line] for line in own if line in colours}, set(hued.values())) if said else set()
    answers = {at for at, hue in hued.items() if hue in wanted}
    if not said or not answers or (not said.hues and len(answers) * 2 > len(quoted)):
        return list(lines), marks
    result, letters = list(lines), list(marks)
    inside: set[str] = set()  # hues that stand between other lines of a quote, as a signature does not
    parts = list(_quotes(marks))
    for tails_too in (False, True):
        for part in parts:
            others = [at for at in part if at not in answers and lines[at].strip("> ")]
            last = max(others, default=-1)
            for at in _answers(part, answers, lines):
                if at > last and not (tails_too and (said.hues or hued[at] in inside)):
                    continue
                inside.add(hued[at])
                letters[at] = NEW
                result[at] = lines[at].lstrip("> ")
    return result, "".join(letters)


def _wanted(said: Announcement, own: set[str], there: set[str]) -> set[str]:
    """The hues of answers: those named, else the author's own, else the only one there is."""
    if said.hues:
        return there & said.hues
    if there & own:
        return there & own
    return there if said.sure and len(there) == 1 else set()


def _quotes(marks: str) -> Iterator[range]:
    """The quoted messages: stretches between header blocks and attributions."""
    start = 0
    for at in range(len(marks) + 1):
        if at == len(marks) or marks[at] in (HEADER, ATTRIBUTION):
            if at > start:
                yield range(start, at)
            start = at + 1


def _answers(part: range, answers: set[int], lines: Sequence[str]) -> Iterator[int]:
    """Those of the answers in one quoted message that do not belong to its signature."""
    closed = False
    for at in part:
        text = line_kinds.plain(lines[at]).strip("> ")
        if not text:
            continue
        if closings.closing(text) >= 2:
            closed = True
        elif at not in answers:
            closed = False
        elif not closed:
            yield at


class _Tables:
    """patterns/answers.toml, compiled."""

    def __init__(self) -> None:
        entries = cast(dict[str, dict], line_kinds.load("answers.toml")).values()
        self.stems = sorted({stem for entry in entries for stem in entry["stems"]})
        self.octets = [stem.encode() for stem in self.stems]
        self.names = [(hue, name) for entry in entries for hue, names in entry["colours"].items() for name in names]
        self.sure = [pattern for entry in entries for pattern in self._compiled(entry, "sure")]
        self.hint = [pattern for entry in entries for pattern in self._compiled(entry, "hint")]

    def hues(self, name: str) -> list[str]:
        return [hue for hue, spelling in self.names if re.fullmatch(spelling, name, re.I)]

    def _compiled(self, entry: dict, kind: str) -> Iterator[re.Pattern[str]]:
        colours = "|".join(name for names in entry["colours"].values() for name in names)
        answers = f"(?:{'|'.join(entry['answers'])})"
        for written in entry[kind]:
            pattern = written.replace("{answers}", answers)
            count = pattern.count("{colour}")
            for number in range(count):
                pattern = pattern.replace("{colour}", f"(?P<colour{number}>{colours})", 1)
            yield re.compile(pattern, re.I)


@cache
def _tables() -> _Tables:
    return _Tables()
