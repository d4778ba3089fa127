"""topics.toml as we write it: every topic as comments of ours, every line of a person's as it was.

Refuses to touch a line that does not begin with `#:`. Only a section that holds nothing but our lines goes when its
topic is gone. Nothing is written where nothing changed, and nothing while a person is editing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mail2wiki.cluster.doubting import Doubt
from mail2wiki.cluster.wishes import HEADER, Wishes, load
from mail2wiki.records import Topic

OURS = "#:"
DOUBTFUL = 5  # conversations listed below one topic
SUBJECT = 60  # letters of a subject

_HELP = """\
The topics of this wiki. Lines that begin with "#:" are written by mail2wiki and renewed on every run; all others
are yours and stay as they are. Write what you wish below the [id] of a topic; the next run does it:
  label = "Name"                              another name
  area = "Name"                               the area it stands in
  merge = "t012345678"                        its conversations go to that topic
  split = [["word", "other word"], ["word"]]  conversations with one of a list's words become a topic of their own
  pin = ["conversation", "conversation"]      these conversations belong here
  forbid = true                               no such topic: its conversations go to the nearest others"""


def write(
    path: Path,
    topics: Sequence[Topic],
    wishes: Wishes,
    doubts: Iterable[Doubt] = (),
    subjects: Mapping[str, str] | None = None,
) -> str:
    """Renew the file; returns the sha256 of what the run has seen of it, for the next one to know.

    A file that a person saved while the run went on is left as it is: its sum differs, so the next run reads it.
    `subjects`: of the doubtful conversations.
    """
    try:
        standing = load(path)
    except (OSError, UnicodeDecodeError):
        standing = ""
    if standing != wishes.text:
        return _sum(wishes.text.encode("utf-8"))
    data = renewed(wishes.text, _comments(topics, wishes, doubts, subjects or {})).encode("utf-8")
    if not path.exists() or path.read_bytes() != data:
        beside = path.with_name(path.name + ".part")
        beside.write_bytes(data)
        os.replace(beside, path)
    return _sum(data)


def renewed(text: str, comments: Mapping[str, Sequence[str]]) -> str:
    """The text with our lines renewed: `comments` has those of each topic, in the order new ones are added."""
    end = "\r\n" if "\r\n" in text else "\n"
    head, sections = _sections(text)
    parts = [[*(f"{OURS} {line}{end}" for line in _HELP.split("\n")), *(head or [end])]]
    for topic, header, lines in sections:
        own = comments.get(topic)
        if own is not None:
            parts.append([header, *(f"{OURS} {line}{end}" for line in own), *lines])
        elif any(line.strip() for line in lines) or "#" in header:
            parts.append([header, f"{OURS} not in the wiki now{end}", *lines])
    standing = {topic for topic, _, _ in sections}
    for topic, own in comments.items():
        if topic not in standing and not _has(text, topic):
            parts.append([f"[{topic}]{end}", *(f"{OURS} {line}{end}" for line in own), end])
    for part in parts[:-1]:
        if not part[-1].endswith("\n"):
            part[-1] += end
    return "".join(line for part in parts for line in part)


def _sections(text: str) -> tuple[list[str], list[tuple[str, str, list[str]]]]:
    """The lines above the first topic and each (topic, its header, its lines), line ends kept, without ours."""
    head: list[str] = []
    sections: list[tuple[str, str, list[str]]] = []
    now = head
    for line in _lines(text):
        header = HEADER.fullmatch(line.rstrip("\r\n"))
        if header:
            now = []
            sections.append((header[1], line if line.endswith("\n") else line + "\n", now))
        elif not line.startswith(OURS):
            now.append(line)
    return head, sections


def _lines(text: str) -> list[str]:
    """Lines as TOML sees them: only a line feed ends one."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _has(text: str, topic: str) -> bool:
    """Whether a person wrote of this topic in a form that is no section (`t012345678.label = "Name"`)."""
    return any(line.lstrip().startswith((topic, f'"{topic}', f"'{topic}")) for line in text.split("\n"))


def _comments(
    topics: Sequence[Topic], wishes: Wishes, doubts: Iterable[Doubt], subjects: Mapping[str, str]
) -> dict[str, list[str]]:
    labels = {topic.id: topic.label for topic in topics}
    found = {}
    for topic in topics:
        many = len(topic.conversations)
        facts = [topic.label, f"{many} conversation{'s' * (many != 1)}"]
        facts += [f"area: {topic.area_label}"] if topic.area_label else []
        found[topic.id] = [_line(" | ".join(facts))]
        if topic.keyphrases:
            found[topic.id].append(_line("keyphrases: " + ", ".join(topic.keyphrases)))
    for doubt in sorted(doubts, key=lambda doubt: (doubt.margin, doubt.conversation)):
        lines = found.get(doubt.topic, [])
        if sum(line.startswith("doubtful:") for line in lines) < DOUBTFUL:
            subject = subjects.get(doubt.conversation, "")
            text = f'doubtful: "{doubt.conversation}" {subject[:SUBJECT]} -> {doubt.other} {labels[doubt.other]}?'
            lines.append(_line(text))
    for merged, end in wishes.merged.items():
        found[merged] = [_line(f"goes to {end} {labels.get(end, '')}")]
    for forbidden in wishes.forbidden:
        found.setdefault(forbidden, ["forbidden"])
    known = {conversation for topic in topics for conversation in topic.conversations}
    for id, wanted in sorted(wishes.pins.items()):
        if id not in known and not any(one.startswith(id) for one in known):
            found.get(wishes.home(wanted), []).append(_line(f"pinned, but not in the wiki: {id}"))
    return found


def _line(text: str) -> str:
    """One line of printable letters: TOML allows no control characters in a comment."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
