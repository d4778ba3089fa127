"""What the people of a mailbox marked as private, and everywhere its text stands.

Goes by what they said themselves: the Sensitivity header, a folder or subject that says private, the user's own words;
and by subjects that name a matter of one person (matters.py).
It refuses to guess from the text (that is the privacy gate's work, an issue of its own), and it refuses to hold half a
conversation: what is marked is held with the whole conversation, with every copy, with every message it is contained in
or contains, and with every message that quotes it, until nothing more is added.

`company-confidential` (RFC 4021) is not private: it is meant for exactly the readers of this wiki.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from mail2wiki.records import Message, Woven
from mail2wiki.screen.lexicon import bare, fold, lexicon
from mail2wiki.screen.matters import between_people, matter_says

_TELLING = 8  # letters of a subject that names one thing; "Frage", "Termin", "Treffen" name many
_LARGE, _FEW = 200, 4  # bytes of a file that is one person's; messages that carry it, above which it is a form, a logo
_QUOTED_SUBJECT = "quoted-subject:"
_TAG_SIGNAL = "tag:"
_PERSONAL = "tag:$label3"  # Thunderbird's own tag "Personal"
_LEVELS = re.compile(r"[/\\]")
_WORDS = re.compile(r"[^\w\-]+")
_BRACKETS = re.compile(r"[\[({<*#!【〔]\s?([^\[\](){}<>*#!【】〔〕]{3,40})\s?[\])}>*#!】〕]")
_TAG = re.compile(r"(?<!\w)#(\w{3,40})(?!\w)")
_MARKS = re.compile(r"\s?(?:[:;!|–—]|\.\.\.|\s-{1,3}\s|\s/\s)")
_MARKED_END = re.compile(r"(?:\s[-–—/|]{1,3}|[,;:!])\s?([^:;!|–—,]{3,40}?)[.!]?$")

STRENGTH = (
    "sensitivity-header", "private-appointment", "private-folder", "private-tag", "private-subject", "quoted-private",
    "private-word", "personal-matter", "same-text",
    "same-subject", "same-file",
)  # fmt: skip
"""Reason codes, the one that names a conversation in review.csv first. They are stable: people filter by them."""


class Mark(NamedTuple):
    """Why one message is private: a code and a line for people."""

    reason: str
    evidence: str


def folder_says(folder: str, extra: Collection[str] = ()) -> bool:
    """Does a folder path ("Inbox/Privat") say private on any of its levels? `extra`: folded names of the user's own."""
    return any(_level_says(fold(level), extra) for level in _LEVELS.split(folder))


def _level_says(level: str, extra: Collection[str]) -> bool:
    words = lexicon()
    name = level.strip(" _.-#!*[](){}&")
    if name in words.folders or name in extra:
        return True
    parts = [part for part in re.split(r"[^\w]+|_", name) if part]
    if not parts:
        return False
    if parts[0] in words.strong or parts[-1] in words.strong:  # "Privat Verein", "zz Privat"
        return True
    said = [part for part in parts if not part.isdigit() and part not in words.fillers]
    return bool(said) and all(part in words.folders for part in said)


def subject_says(subject: str, extra: Collection[str] = ()) -> bool:
    """Does a subject say private at a marked position: in brackets, before a colon or dash, at the end, or as a whole?

    "Private cloud offer", "personal computer" and "Personalabteilung" do not.
    """
    text = bare(subject)
    known = lexicon()
    if not extra and not known.hints.found(text):
        return False
    marked = [text.strip(" .!-*#_")]
    marked += [found[1] for pattern in (_BRACKETS, _TAG) for found in pattern.finditer(text)]
    for _ in range(4):  # tags in front do not hide the marked word behind them: "[extern] privat: ..."
        marked += _MARKS.split(text)[:-1]  # nor do prefixes of any language: "Res: privat: ..."
        if not text.startswith(("[", "(")):
            break
        text = bare(re.split(r"[\])]", text, maxsplit=1)[-1])
        marked.append(text)
    found = _MARKED_END.search(text)
    if found:
        marked.append(found[1])
    if any(_phrase(part) in known.subjects or _phrase(part) in extra for part in marked):
        return True
    return _begins_private(text)


def _begins_private(text: str) -> bool:
    """Does a folded subject begin with words that say private whatever follows them?"""
    known = lexicon()
    words = [word for word in _WORDS.split(text) if word][:2]
    if words and words[0] in known.strong:
        return True
    if len(words) == 2 and words[0] in known.adjectives and words[1] in known.nouns:
        return True
    start = _phrase(text) + " "
    return any(start.startswith(phrase + " ") for phrase in known.subjects if not phrase.isalpha())


def _phrase(text: str) -> str:
    text = text.strip(" .!-*#_[](){}<>\"'")
    return re.sub(r"\s*(?:&|\+|, |\bu\.)\s*", " und " if "ich" in text else " and ", re.sub(r"\s*/\s*", "/", text))


def marks(messages: Mapping[str, Message], words: Iterable[str], folders: Iterable[str]) -> dict[str, Mark]:
    """Messages that somebody marked as private: message id -> why. `words`, `folders`: the user's own, as written."""
    extra = frozenset(fold(word) for word in words if word.strip())
    names = extra | frozenset(fold(name) for name in folders if name.strip())
    seen: dict[str, bool] = {}
    found: dict[str, Mark] = {}
    several = len({holder for message in messages.values() for holder in message.holders}) > 1
    for id, message in messages.items():
        mark = _mark(message, extra, names, seen, message.holders if several else ())
        if mark:
            found[id] = mark
    return found


def _mark(
    message: Message, extra: frozenset[str], names: frozenset[str], seen: dict[str, bool], holders: Collection[str]
) -> Mark | None:
    """`holders`: where several SOURCEs were given, the files of one mailbox may be among them ("Privat.mbox")."""
    for signal in message.signals:
        if signal in ("sensitivity:private", "sensitivity:personal"):
            return Mark("sensitivity-header", f"header {signal}")
        if signal == "calendar-class:private":
            return Mark("private-appointment", "an appointment marked as private")
    for folder in (*message.folders, *holders):
        if folder not in seen:
            seen[folder] = folder_says(folder, names)
        if seen[folder]:
            return Mark("private-folder", f"folder {folder!r}")
    for signal in message.signals:
        if signal == _PERSONAL or (
            signal.startswith(_TAG_SIGNAL) and folder_says(signal.removeprefix(_TAG_SIGNAL), names)
        ):
            return Mark("private-tag", f"tag {signal.removeprefix(_TAG_SIGNAL)!r}")
    if message.subject and subject_says(message.subject, extra):
        return Mark("private-subject", f"subject {message.subject!r}")
    for signal in message.signals:
        if signal == "quoted-sensitivity:private":
            return Mark("quoted-private", "it passes on a message that is marked private")
        if signal.startswith(_QUOTED_SUBJECT) and subject_says(signal.removeprefix(_QUOTED_SUBJECT), extra):
            return Mark("quoted-private", f"it passes on a message with a {signal.replace(':', ' ', 1)!r}")
    if extra and not extra.isdisjoint(re.split(r"[^\w]+", fold(message.subject))):
        return Mark("private-word", f"subject {message.subject!r}")
    if message.subject and matter_says(message.subject) and between_people(message):
        return Mark("personal-matter", f"subject {message.subject!r}")
    return None


def spread(
    marked: Mapping[str, Mark], woven: Woven, released: Collection[str], kept_back: Collection[str]
) -> dict[str, Mark]:
    """Everything that must be held: message id -> why. Whole conversations; the text of a held message wherever it is.

    `released` conversations were looked at by a person and stay; `kept_back` ones are held because a person said so.
    """
    conversation_of = _homes(woven)
    released_at = {at for at, conversation in enumerate(woven.conversations) if conversation.id in released}
    beside = _same_text(woven)
    held: dict[str, Mark] = {}
    waiting = [(id, mark) for id, mark in sorted(marked.items()) if conversation_of.get(id) not in released_at]
    for conversation in woven.conversations:
        if conversation.id in kept_back:
            said = Mark("review", "a person decided to hold the conversation")
            waiting += [(id, said) for id in conversation.messages]
    waiting.reverse()
    while waiting:  # each message is held once, so this ends
        id, mark = waiting.pop()
        at = conversation_of.get(id)
        if id in held or (at is not None and at in released_at):
            continue
        held[id] = mark
        if at is not None:
            rest = Mark(mark.reason, f"in one conversation with a message held for: {mark.evidence}")
            members = woven.conversations[at].messages
            waiting += [(other, marked.get(other, rest)) for other in members if other not in held]
        same = Mark("same-text", "its text stands in a held message, or a held message's text in it")
        waiting += [(other, marked.get(other, same)) for other in beside.get(id, ()) if other not in held]
    return held


def answering(held: AbstractSet[str], woven: Woven, messages: Mapping[str, Message]) -> set[str]:
    """The messages that begin a conversation as an answer to a held one, by subject alone: "AW: ...", "Zugesagt: ...".

    Calendars and phones name no message that they answer. Two people at least must be in both: whose mailbox it is
    stands in most. A subject without a prefix begins something new.
    """
    people: dict[str, set[str]] = {}
    for conversation in woven.conversations if held else ():
        if len(conversation.subject) >= _TELLING and not held.isdisjoint(conversation.messages):
            known = people.setdefault(conversation.subject.casefold(), set())
            known.update(address for id in conversation.messages for address in _addresses(messages[id]))
    found: set[str] = set()
    for conversation in woven.conversations if people else ():
        first = messages[conversation.messages[0]]
        if first.id in held or ":" not in first.subject:
            continue
        known = people.get(first.subject.rpartition(": ")[2].casefold(), set())
        if len(known.intersection(_addresses(first))) > 1:
            found.add(first.id)
    return found


def carrying(held: Collection[str], messages: Mapping[str, Message]) -> set[str]:
    """The messages with which somebody else sends on a file that came with a held one first, under whatever name."""
    files = {file.sha256 for id in held for file in messages[id].attachments if not file.inline and file.size >= _LARGE}
    carriers: dict[str, list[Message]] = {}
    for message in messages.values() if files else ():
        for sha256 in {file.sha256 for file in message.attachments} & files:
            carriers.setdefault(sha256, []).append(message)
    found: set[str] = set()
    for those in carriers.values():
        first = min(those, key=lambda message: (message.date is None, message.date or 0, message.id))
        others = [message for message in those if message.id not in held]
        if first.id in held and len(others) <= _FEW:
            found.update(message.id for message in others if message.sender.address != first.sender.address)
    return found


def _addresses(message: Message) -> list[str]:
    return [who.address for who in (message.sender, *message.to, *message.cc) if who.address]


def _homes(woven: Woven) -> dict[str, int]:
    """Message id -> number of its conversation; a copy is at home where the message it is a copy of is."""
    home = {id: at for at, conversation in enumerate(woven.conversations) for id in conversation.messages}
    kept = {decision.id: decision.of for decision in woven.decisions if decision.what == "duplicate"}
    for id in kept:
        of: str | None = id
        for _ in range(100):  # copies of copies; a circle of them has no home
            of = kept.get(of) if of else None
            if of in home:
                home[id] = home[of]
                break
    return home


def _same_text(woven: Woven) -> dict[str, list[str]]:
    """Message id -> ids of messages that show its text: copies and containment both ways, what is quoted or pasted only
    onwards."""
    beside: dict[str, list[str]] = {}
    for decision in woven.decisions:
        if decision.of and decision.what in ("duplicate", "contained"):
            beside.setdefault(decision.id, []).append(decision.of)
            beside.setdefault(decision.of, []).append(decision.id)
    for id in sorted(woven.quoted):
        for stretch in woven.quoted[id]:
            if stretch.of and stretch.of != id and not stretch.author:  # standing text of its writer is no secret
                beside.setdefault(stretch.of, []).append(id)
    for id, sources in woven.retold.items():
        for source in sources:
            beside.setdefault(source, []).append(id)
    return beside
