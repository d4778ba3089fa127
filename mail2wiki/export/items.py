"""What one page needs to be rendered far away: small records, nothing of the whole world, no text of mail but names.

`items` streams them in the plan's order. Pages without bodies (home, people, documents ...) are made here at once and
travel ready; topic and conversation pages carry their messages' header facts and the ids of the bodies to read.
Refuses: bodies; the worker reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mail2wiki.export.attachments import kind
from mail2wiki.export.knowledge import Knowledge
from mail2wiki.export.markdown import escape_inline, link
from mail2wiki.export.names import relative
from mail2wiki.export.plan import Place, Plan
from mail2wiki.export.quoting import Quote, Quoting, Ref
from mail2wiki.export.units import unit
from mail2wiki.export.words import words
from mail2wiki.records import Address, Conversation, DocumentFile, Message, Page, Person

RECIPIENTS = 6  # named; the others are counted


class Name(NamedTuple):
    """A person on a page; `href` is "" where they have no page."""

    name: str
    href: str = ""


@lru_cache(maxsize=1024)  # the same few people stand on all pages of a topic
def linked(name: Name) -> str:
    """A name, linked where they have a page."""
    return link(name.name, name.href, 60) if name.href else escape_inline(name.name, 60)


class File(NamedTuple):
    """An attachment on a page; `href` is "" if it is not published."""

    name: str
    kind: str
    size: int
    href: str = ""
    content_id: str = ""  # what `[cid:...]` in the text calls it
    title: str = ""  # what the document inside calls itself


class Shown(NamedTuple):
    """A message on a page."""

    id: str
    anchor: str
    sender: Name
    to: tuple[Name, ...]
    more: int  # recipients not named
    date: int | None
    reply: Ref | None  # the message it answers, if that is not the one above it
    before: str  # id of the message above it on the page, "" at the top
    quotes: tuple[Quote, ...]
    files: tuple[File, ...]
    also: tuple[tuple[str, int | None], ...]  # who sent the same text too (contained messages), and when
    holders: tuple[str, ...]  # whose mailboxes hold copies, if several
    cut: tuple[int, int] | None = None


class Talk(NamedTuple):
    """A conversation on a page; `title` is "" where it is the page's own heading."""

    title: str
    facts: str  # Markdown
    messages: tuple[Shown, ...]


class Line(NamedTuple):
    """A conversation with a page of its own, in its topic's list; `message`: the one whose text begins the snippet."""

    text: str  # Markdown
    message: str
    hidden: tuple[tuple[int, int], ...]  # quoted ranges of that message
    title: str = ""  # of the conversation, not escaped


class Fold(NamedTuple):
    """An earlier issue of a series: one line; its text below that where a line does not hold it."""

    id: str  # of the message
    after: str  # of the issue after it
    title: str
    date: int | None
    href: str  # of its text
    messages: tuple[Shown, ...]  # the issue and what answered it; none if they stand on another page
    to: str = ""  # Markdown; to whom it went, if not to whom the issue after it went


@dataclass(frozen=True, slots=True)
class Item:
    """One page to be rendered. `ready`: it is already."""

    path: str
    id: str
    title: str
    language: str
    clock: str  # by which its times are told
    bodies: tuple[str, ...] = ()  # ids of the messages whose bodies `render` needs
    head: str = ""  # front matter, H1 and everything above the messages, Markdown
    lines: tuple[Line, ...] = ()
    talks: tuple[Talk, ...] = ()
    foot: str = ""
    folds: tuple[Fold, ...] = ()
    ready: Page | None = None


def items(planned: Plan, knowledge: Knowledge) -> Iterator[Item]:
    """Every page of the plan, in its order."""
    from mail2wiki.export import lists, series, topics

    makers = lists.MAKERS | topics.MAKERS | series.MAKERS
    world = World(planned, knowledge)
    for place in planned.pages:
        make = makers[place.kind]
        yield make(world, place)


class World:
    """Knowledge and plan with what is looked up often. One alive, in the parent."""

    def __init__(self, planned: Plan, knowledge: Knowledge) -> None:
        self.plan, self.k = planned, knowledge
        self.say = words(knowledge.language, knowledge.clock)
        self.conversations = {c.id: c for c in knowledge.conversations}
        self.unit_of = {c: id for id, series in planned.series.items() for c in series.issues}
        self.conversations |= {id: unit(series, self.conversations) for id, series in planned.series.items()}
        self.conversation_of = {m: c for c in knowledge.conversations for m in c.messages}
        self.topics = {t.id: t for t in knowledge.topics}
        self.person: dict[str, Person] = {}
        for person in knowledge.people:
            for address in person.addresses:
                self.person.setdefault(address, person)
        self.person_page = {p.of: p.path for p in planned.pages if p.kind == "person"}
        self.namesakes: dict[str, list[Person]] = {}
        for person in knowledge.people:
            self.namesakes.setdefault(person.name.casefold(), []).append(person)
        self.organisation_page = {p.of: p.path for p in planned.pages if p.kind == "organisation"}
        self.organisation_of = {o.domain: o for o in knowledge.organisations}
        self.organisations_of: dict[str, list[int]] = {}  # conversation -> positions in the knowledge
        for at, organisation in enumerate(knowledge.organisations):
            for c in organisation.conversations:
                self.organisations_of.setdefault(c, []).append(at)
        self.owned = frozenset(a.address for a in knowledge.owners if a.address)
        self.newest = max((c.last for c in knowledge.conversations if c.last is not None), default=None)
        self.oldest = min((c.first for c in knowledge.conversations if c.first is not None), default=None)
        self.people = {p.id: p for p in knowledge.people}
        self.documents_of: dict[str, list[DocumentFile]] = {}
        self.document_at = {document.id: n for n, document in enumerate(knowledge.documents)}
        self.documents_by: dict[str, set[int]] = {}  # address of a sender -> documents
        for n, document in enumerate(knowledge.documents):
            for version in document.versions:
                self.documents_by.setdefault(version.sender.address, set()).add(n)
            for message in dict.fromkeys(v.message for v in document.versions):
                self.documents_of.setdefault(message, []).append(document)
        self.pages_of: dict[str, list[Place]] = {}  # topic -> its pages, the oldest first
        for place in planned.pages:
            if place.kind == "topic":
                self.pages_of.setdefault(place.of, []).append(place)
        self.spans: dict[str, str] = {}  # page of a topic -> the time it is about; filled by `topics`
        self._folder, self._names = "", dict[Address, Name]()
        self.quoting = Quoting(planned.where, knowledge.decisions, knowledge.quoted, planned.series.values())
        self.also: dict[str, list[Message]] = {}
        for id, decision in sorted(knowledge.decisions.items()):
            if decision.what == "contained" and id in knowledge.messages:
                status, target = self.quoting.resolve(id)
                if status == "published":
                    self.also.setdefault(target, []).append(knowledge.messages[id])

    def units(self, conversations: Iterable[str]) -> list[Conversation]:
        """These conversations in order, those of one series as one."""
        ids = dict.fromkeys(self.unit_of.get(id, id) for id in conversations)
        return [found for id in ids if (found := self.conversations.get(id)) is not None]

    def name(self, address: Address) -> str:
        person = self.person.get(address.address)
        return (person.name if person else address.called) or self.say("unknown")

    def who(self, address: Address, page: str) -> Name:
        folder = page.rpartition("/")[0]
        if folder != self._folder:  # the same few people stand on all pages of a topic
            self._folder, self._names = folder, {}
        found = self._names.get(address)
        if found is None:
            person = self.person.get(address.address)
            path = self.person_page.get(person.id) if person else None
            found = Name(self.name(address), relative(page, path) if path else "")
            self._names[address] = found
        return found

    def one(self, address: Address) -> str | Address:
        """What is the same for all addresses of one person."""
        person = self.person.get(address.address)
        return person.id if person else address

    def each(self, addresses: Iterable[Address]) -> list[Address]:
        """Of each person the first address, in order."""
        found: dict[str | Address, Address] = {}
        for address in addresses:
            found.setdefault(self.one(address), address)
        return list(found.values())

    def writer(self, said: str, page: str) -> Name:
        """Who wrote what is recovered, by name or address: the one person of it, linked if they have a page."""
        if "; " in said:
            return Name("; ".join(self.writer(one, page).name for one in said.split("; ")))
        address = Address("", said.lower() if "@" in said and " " not in said else "")
        same = self.namesakes.get(said.casefold(), [])
        person = self.person.get(address.address) if address.address else same[0] if len(same) == 1 else None
        name = person.name if person else address.called
        path = self.person_page.get(person.id) if person else None
        return Name(name if address.address and " " in name else said, relative(page, path) if path else "")

    def href(self, message: str, page: str) -> str:
        return relative(page, self.plan.where[message])

    def ref(self, id: str, page: str) -> Ref:
        message = self.k.messages[id]
        return Ref(self.href(id, page), self.name(message.sender), message.date)

    def shown(self, id: str, page: str, before: str, cut: tuple[int, int] | None = None) -> Shown:
        """The record of one message on a page; `before`: id of the message above it."""
        message = self.k.messages[id]
        recipients = self.each((*message.to, *message.cc))
        named = tuple(self.who(a, page) for a in recipients[:RECIPIENTS])
        parent = self.conversation_of[id].parents.get(id)
        reply = None
        if parent is not None:
            status, parent = self.quoting.resolve(parent)
            if status == "published" and parent not in (before, id):
                reply = self.ref(parent, page)
        also = sorted((m.date or 0, m.id, self.name(m.sender), m.date) for m in self.also.get(id, ()))
        return Shown(
            id,
            self.plan.where[id].partition("#")[2],
            self.who(message.sender, page),
            named,
            max(0, len(recipients) - RECIPIENTS),
            message.date,
            reply,
            before,
            self.quoting.quotes(id, lambda of: self.ref(of, page), lambda author: self.writer(author, page)),
            self.files(message, page),
            tuple((name, date) for _, _, name, date in also),
            message.holders if len(message.holders) > 1 else (),
            cut,
        )

    def files(self, message: Message, page: str) -> tuple[File, ...]:
        if not message.attachments:
            return ()
        shown = {a.sha256: a for a in message.attachments if a.sha256 not in self.plan.hidden}
        return tuple(
            File(
                a.name, kind(a.name, a.media_type), a.size, relative(page, path) if path else "", a.content_id, a.title
            )
            for a, path in ((a, self.plan.files.get(a.sha256, "")) for a in shown.values())
        )
