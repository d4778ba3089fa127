"""What the wiki is made of: the one record the pipeline hands to the export room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mail2wiki.records import (
    Address,
    Conversation,
    Decision,
    DocumentFile,
    Message,
    Organisation,
    Person,
    Quoted,
    Series,
    Topic,
)


@dataclass(frozen=True, slots=True)
class Tally:
    """The account as `about.md` tells it: numbers only, nothing about what was held but how many."""

    read: int
    dispositions: Mapping[str, int]  # disposition -> number of messages
    sources: tuple[tuple[str, int], ...] = ()  # (source, messages not held), sorted
    automated: tuple[tuple[Address, int], ...] = ()  # (sender, messages), most first
    failed: tuple[tuple[str, int], ...] = ()  # (reason, messages), most first


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that may be shown, and nothing that may not. Made by the pipeline; one alive."""

    owners: tuple[Address, ...]  # whose mailbox(es), main address first
    language: str  # of the pages: "de" or "en"
    conversations: tuple[Conversation, ...]  # published ones, `messages` only published ones, sorted by (first, id)
    messages: Mapping[str, Message]  # by id: published ones, and contained and duplicate ones if they are to be named
    quoted: Mapping[str, tuple[Quoted, ...]]  # woven.quoted
    decisions: Mapping[str, Decision]  # by id: every message that is not published (of held ones only `what` is read)
    topics: tuple[Topic, ...]
    people: tuple[Person, ...]
    documents: tuple[DocumentFile, ...]
    tally: Tally
    paths: Mapping[str, str] = field(default_factory=dict)  # page id -> path below wiki/ it had on the run before
    clock: str = ""  # the one times are told by (export.clock)
    version: str = ""  # of mail2wiki, for about.md
    organisations: tuple[Organisation, ...] = ()  # outside, the most important first
    houses: Mapping[str, str] = field(default_factory=dict)  # domain -> name of an own organisation
    series: tuple[Series, ...] = ()  # shown as one; all issues of one are in the same topic
