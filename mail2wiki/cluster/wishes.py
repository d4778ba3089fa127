"""topics.toml: every topic of the wiki, and what people want of it. Read, applied, kept; never edited but by people.

The file has two voices. Lines that begin with `#:` are ours and are renewed on every run; every other line is a
person's and is never touched, not even when its topic is gone. So a wish is a key below a topic's `[id]`:

    label = "Name"                     another name
    area = "Name"                      the area it stands in
    merge = "t012345678"               its conversations go to that topic, now and later
    split = [["word", "word"], ...]    conversations with one of a list's words become a topic of their own
    pin = ["conversation", ...]        these conversations belong here (their ids, or the first 8 letters and more)
    forbid = true                      no such topic: its conversations go to the nearest others

Refuses what it does not understand, all problems at once and each with its line, and multi-line strings: without them a
line that begins with `#:` is a comment wherever it stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mail2wiki.errors import UsageError

LONGEST = 100  # letters of a name
LARGEST = 4_000_000  # bytes of a topics.toml
BEGINNING = 8  # letters of a conversation's id that a person must give at least
HEADER = re.compile(r"[ \t]*\[[ \t]*(t[0-9a-f]{9})[ \t]*\][ \t]*(?:#.*)?\r?")
_KEYS = ("label", "area", "merge", "split", "pin", "forbid")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What people want of the topics, checked; topics by id."""

    labels: Mapping[str, str] = field(default_factory=dict)  # topic -> its name
    areas: Mapping[str, str] = field(default_factory=dict)  # topic -> name of its area
    merged: Mapping[str, str] = field(default_factory=dict)  # topic -> the topic it ends in
    splits: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)  # topic -> words of each part
    pins: Mapping[str, str] = field(default_factory=dict)  # conversation, or the beginning of its id -> topic
    forbidden: frozenset[str] = frozenset()
    text: str = ""  # the file as it was read

    def home(self, topic: str) -> str:
        """The topic that takes this one's conversations: itself, if it is not merged."""
        return self.merged.get(topic, topic)


def read(path: Path) -> Wishes:
    """The wishes in a topics.toml; none if there is no file. Raises UsageError with every problem and its line."""
    try:
        text = load(path)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"topics.toml cannot be read: {error}", str(path), "Save it as a UTF-8 text.") from error
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"topics.toml is no TOML: {error}", str(path), "Correct that line.") from error
    checked = _Checked(text)
    for topic, said in data.items():
        checked.topic(topic, said)
    merged = checked.ends()
    if checked.problems:
        problems = [problem for _, problem in sorted(checked.problems)]
        raise UsageError.of([f"topics.toml, {problem} ({path}). Correct it and run again." for problem in problems])
    return Wishes(
        checked.texts["label"], checked.texts["area"], merged, checked.splits, checked.pins,
        frozenset(checked.forbidden), text,
    )  # fmt: skip


def load(path: Path) -> str:
    """The text of a topics.toml, "" if there is none."""
    if not path.exists():
        return ""
    if path.stat().st_size > LARGEST:
        raise OSError(f"larger than {LARGEST} bytes")
    return path.read_bytes().decode("utf-8").removeprefix("\ufeff")


class _Checked:
    """The wishes as far as they are understood, and every problem with the number of its line."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.problems: list[tuple[int, str]] = []
        self.texts: dict[str, dict[str, str]] = {"label": {}, "area": {}}
        self.merge: dict[str, str] = {}
        self.splits: dict[str, tuple[tuple[str, ...], ...]] = {}
        self.pins: dict[str, str] = {}
        self.forbidden: set[str] = set()
        self.known: set[str] = set()
        for number, line in enumerate(self.lines, 1):
            if '"""' in line or "'''" in line:
                self.problems.append((number, f"line {number}: strings over several lines are not possible here"))

    def topic(self, topic: str, said: Any) -> None:
        """Everything below one `[id]`."""
        if not isinstance(said, dict) or not re.fullmatch("t[0-9a-f]{9}", topic):
            self.wrong("", topic, f"'{topic[:40]}' is no topic. Write below the [id] of one")
            return
        self.known.add(topic)
        for key, value in said.items():
            if key not in _KEYS:
                self.wrong(topic, key, f"no wish '{key[:40]}'. There are: {', '.join(_KEYS)}")
            elif problem := getattr(self, f"_{key}")(topic, value):
                self.wrong(topic, key, f"{key} {problem}")

    def wrong(self, topic: str, key: str, problem: str) -> None:
        """A problem, with the line of the key, of its topic, or 1."""
        number = self._line(topic, key)
        self.problems.append((number, f"line {number}: {problem}"))

    def _line(self, topic: str, key: str) -> int:
        wanted = re.compile(rf"\s*(?:{topic}\s*\.\s*|\[+\s*)?[\"']?{re.escape(key)}[\"']?\s*[\].=]") if key else None
        inside, found = not topic, 1
        for number, line in enumerate(self.lines, 1):
            if header := HEADER.match(line):
                inside = not topic or header[1] == topic
                found = number if inside and topic else found
            if wanted and wanted.match(line) and (inside or line.lstrip().startswith(topic)):
                return number
        return found

    def _name(self, kind: str, topic: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST or not value.isprintable():
            return f"needs a name of at most {LONGEST} letters, not {str(value)[:40]!r}"
        self.texts[kind][topic] = " ".join(value.split())
        return ""

    def _label(self, topic: str, value: Any) -> str:
        problem = self._name("label", topic, value)
        mine = self.texts["label"].get(topic, "").casefold()
        for other, text in self.texts["label"].items():
            if other != topic and text.casefold() == mine:
                return f"{value!r} is the name of {other} too (line {self._line(other, 'label')})"
        return problem

    def _area(self, topic: str, value: Any) -> str:
        return self._name("area", topic, value)

    def _merge(self, topic: str, value: Any) -> str:
        if not isinstance(value, str):
            return "needs the id of a topic"
        self.merge[topic] = value
        return ""

    def _split(self, topic: str, value: Any) -> str:
        whole = isinstance(value, list) and all(isinstance(part, list) and part for part in value)
        if not whole or not all(isinstance(word, str) and word.strip() for part in value for word in part):
            return 'needs lists of words, as [["first", "second"], ["third"]]'
        if len({part[0].casefold() for part in value}) < len(value):
            return "has two lists with the same first word: it is what the part is known by"
        self.splits[topic] = tuple(tuple(word.strip() for word in part) for part in value)
        return ""

    def _pin(self, topic: str, value: Any) -> str:
        if not isinstance(value, list) or not all(isinstance(id, str) and len(id) >= BEGINNING for id in value):
            return f"needs a list of conversations: their ids, or at least {BEGINNING} letters of them"
        for id in value:
            other = self.pins.setdefault(id.strip().lower(), topic)
            if other != topic:
                return f"{id[:40]!r} is pinned to {other} too (line {self._line(other, 'pin')})"
        return ""

    def _forbid(self, topic: str, value: Any) -> str:
        if not isinstance(value, bool):
            return "needs true or false"
        if value:
            self.forbidden.add(topic)
        return ""

    def ends(self) -> dict[str, str]:
        """Each merged topic and the one at the end of its chain; wishes that contradict each other are problems."""
        ends = {}
        for topic in self.merge:
            end, seen = topic, {topic}
            while end in self.merge:
                end = self.merge[end]
                if end in seen:
                    self.wrong(topic, "merge", "leads back to where it began")
                    break
                seen.add(end)
            else:
                if end not in self.known:
                    self.wrong(topic, "merge", f"names {end[:40]!r}, and there is no such topic")
                elif end in self.forbidden:
                    self.wrong(topic, "merge", f"leads to {end}, which is forbidden")
            ends[topic] = end
        for topic in sorted(self.merge.keys() & (self.forbidden | self.splits.keys())):
            self.wrong(topic, "merge", "cannot stand beside forbid or split")
        for id, topic in self.pins.items():
            if topic in self.forbidden:
                self.wrong(topic, "pin", f"{id!r} is pinned to a topic that is forbidden")
        return ends
