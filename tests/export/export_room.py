"""Builds the knowledge of an invented mailbox for the export tests: only what a test cares about is spelled out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

from mail2wiki import digest
from mail2wiki.export import Knowledge, Plan, Quoting, Tally, items, plan, render, tell
from mail2wiki.records import Address, Attachment, Body, Contact, Conversation, Decision, Message, Page, Quoted, Topic

ANNA = Address("Anna Krüger", "anna.krueger@muster-pressen.example")
BEN = Address("Ben Whitfield", "ben@whitfield-tools.example")
CARA = Address("Cara Lindqvist", "cara@whitfield-tools.example")
DAY = 86_400
START = 1_700_000_000


def attachment(name: str, content: bytes = b"x" * 20_000, media_type: str = "application/pdf") -> Attachment:
    return Attachment(name, media_type, len(content), sha256(content).hexdigest())


@dataclass
class Room:
    """A mailbox being written."""

    language: str = "en"
    messages: dict[str, Message] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    talks: list[Conversation] = field(default_factory=list)
    quoted: dict[str, tuple[Quoted, ...]] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    topics: list[Topic] = field(default_factory=list)
    owners: tuple[Address, ...] = (ANNA,)
    contacts: dict[str, Contact] = field(default_factory=dict)

    def message(
        self,
        text: str,
        marks: str | None = None,
        subject: str = "Press line",
        sender: Address = BEN,
        to: tuple[Address, ...] = (ANNA,),
        date: int | None = None,
        kind: str = "plain",
        **fields: object,
    ) -> str:
        n = len(self.messages)
        id = sha256(f"message {n}".encode()).hexdigest()
        lines = tuple(text.split("\n"))
        self.bodies[id] = Body(lines, marks or "".join("n" if line.strip() else "b" for line in lines), kind)
        date = START + n * DAY if date is None else date
        self.messages[id] = Message(id, f"<{n}@x.example>", subject, sender, to, date=date, **fields)  # type: ignore[arg-type]
        return id

    def talk(self, *ids: str, subject: str = "Press line", parents: dict[str, str] | None = None) -> str:
        dates = [d for i in ids if (d := self.messages[i].date) is not None]
        id = sha256(f"talk {ids[0]}".encode()).hexdigest()[:16]
        links = parents if parents is not None else dict(zip(ids[1:], ids, strict=False))
        self.talks.append(Conversation(id, subject, ids, links, min(dates, default=None), max(dates, default=None)))
        return id

    def topic(self, label: str, *talks: str, area: str = "") -> None:
        id = sha256(f"topic {label} {area} {len(self.topics)}".encode()).hexdigest()[:10]
        self.topics.append(Topic(id, label, ("bearing", "press"), tuple(sorted(talks)), area, area and f"Area {area}"))

    def knowledge(self, paths: dict[str, str] | None = None) -> Knowledge:
        shown = {i for c in self.talks for i in c.messages}
        if not self.topics:
            self.topic("Press line", *(c.id for c in self.talks))
        published = [m for i, m in self.messages.items() if i in shown]
        counts = Counter(d.what for d in self.decisions.values())
        counts["published"] = len(published)
        self.talks.sort(key=lambda c: (c.first or 0, c.id))
        people = tuple(digest.people(published, self.talks, {o.address for o in self.owners}, self.contacts))
        documents = tuple(digest.documents(published, self.talks))
        outside = digest.organisations(published, self.talks, people, documents, {o.address for o in self.owners})
        return Knowledge(
            self.owners, self.language, tuple(self.talks), self.messages, self.quoted, self.decisions,
            tuple(self.topics), people, documents,
            Tally(len(self.messages), dict(counts), (("anna.mbox", len(self.messages)),)), paths or {},
            organisations=tuple(outside), houses=digest.houses(people),
        )  # fmt: skip

    def sizes(self) -> dict[str, int]:
        return {i: len("\n".join(b.lines).encode()) for i, b in self.bodies.items()}

    def build(self, max_pages: int = 2000, paths: dict[str, str] | None = None) -> tuple[Plan, dict[str, Page]]:
        knowledge = self.knowledge(paths)
        planned = plan(knowledge, self.sizes(), max_pages)
        pages = [render(item, self.bodies) for item in items(planned, knowledge)]
        quoting = Quoting({i for c in self.talks for i in c.messages}, self.decisions, self.quoted, ())
        told = {id: tell(body, quoting.quotes(id)) for id, body in self.bodies.items()}
        assert pages == [render(item, self.bodies, told) for item in items(planned, knowledge)]
        return planned, {page.path: page for page in pages}

    def page(self, message: str) -> str:
        planned, pages = self.build()
        return pages[planned.page(message)].text
