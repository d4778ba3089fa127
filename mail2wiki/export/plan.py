"""Which page shows what: decided for the whole wiki before anything is rendered, so that every message has its address.

Small conversations stand on their topic's page, large ones have pages of their own, very long ones several. Pages are
filled from the oldest conversation on: what is full stays as it is, new mail changes only a topic's first page.
Guarantees: every published message on exactly one page#anchor, at most `max_pages` pages, no page over 256 KiB (see
`render` for text that grows when escaped), ids and paths that stay. Refuses: the text itself; it sees sizes only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mail2wiki.errors import LawError, UsageError
from mail2wiki.export.attachments import copied
from mail2wiki.export.knowledge import Knowledge
from mail2wiki.export.names import Names
from mail2wiki.export.units import unit, unit_id
from mail2wiki.records import Conversation, Series, Topic

# A page reads well up to about 100 KiB (30 screens). Where pages are short, half as much again before people and
# organisations go without one, then twice. 256 KiB is the limit.
PAGE, FULLER, CROWDED = 100_000, 150_000, 200_000
SPLIT = 150_000  # bytes of one message, above which it is cut over pages
# A conversation this long has a page of its own: question, answer, and what came of it. With 8 messages and 12,000
# bytes the demo's customers stood on one or two pages each; with 3 a topic's page is a list that can be read through.
OWN_MESSAGES, OWN_BYTES = 3, 5_000
MESSAGE, TALK, LINE = 420, 300, 560  # bytes around a message, a conversation, a line that links to one
LINKS = 3  # fewer conversations, or linked pages, make a stub of a person's or organisation's page
HOME_ORGANISATIONS = 12  # more organisations than these need a page for the list of all
SERIES = 4  # at most one page in so many is the page of a series; the issues of further ones are conversations
AREA_TOPICS = 8  # more topics than these need a page of their own for the area
FIXED = ("index.md", "about.md", "people.md", "organisations.md", "documents.md", "topics.md")


class Part(NamedTuple):
    """A stretch of a conversation on one page; `cut`: (k, n) = only the k-th of n pieces of its one long message."""

    messages: tuple[str, ...]
    cut: tuple[int, int] | None = None


class Place(NamedTuple):
    """One page to be made."""

    kind: str  # home | about | people | organisations | documents | index | area | topic | conversation | series ...
    id: str  # front matter
    path: str
    of: str = ""  # id of the topic, conversation, person, organisation, area
    number: int = 1  # of the part, 1 = the page others link to
    own: tuple[str, ...] = ()  # topic: conversations with pages of their own, newest first
    talks: tuple[str, ...] = ()  # topic: conversations shown here, newest first; series: issues, newest first
    part: Part | None = None  # conversation
    items: tuple[int, ...] = ()  # documents, people, organisations: positions in the knowledge


@dataclass(frozen=True, slots=True)
class Plan:
    """The decided wiki. `where` is what the manifest needs."""

    pages: tuple[Place, ...]
    where: Mapping[str, str]  # message id -> "page#anchor"
    paths: Mapping[str, str]  # page id -> path; the next run's Knowledge.paths
    files: Mapping[str, str]  # sha256 of an attachment -> path below wiki/
    hidden: frozenset[str]  # sha256 of attachments that are not worth a line (logos, signatures)
    topic_of: Mapping[str, Topic]  # conversation or series -> its topic
    series: Mapping[str, Series] = field(default_factory=dict)  # id of its page -> a series that has one
    parts: Mapping[str, int] = field(default_factory=dict)  # id of topic or conversation -> number of its pages

    def page(self, message: str) -> str:
        """The path of the page a message is on."""
        return self.where[message].partition("#")[0]


def plan(knowledge: Knowledge, body_sizes: Mapping[str, int], max_pages: int = 2000) -> Plan:
    """`body_sizes`: message id -> bytes (UTF-8) of its whole text; missing ones count as empty."""
    return _Planner(knowledge, body_sizes, max_pages).run()


class _Planner:
    def __init__(self, knowledge: Knowledge, body_sizes: Mapping[str, int], max_pages: int) -> None:
        self.k, self.max_pages = knowledge, max_pages
        self.names = Names(knowledge.paths, FIXED)
        self.by_id = {c.id: c for c in knowledge.conversations}
        self.topic_of = {c: topic for topic in knowledge.topics for c in topic.conversations}
        self.bytes = {m: body_sizes.get(m, 0) for c in knowledge.conversations for m in c.messages}
        self.size = {
            m: size * 11 // 10 + MESSAGE + 200 * len(knowledge.messages[m].attachments)
            for m, size in self.bytes.items()
        }
        self.weight = {c.id: TALK + sum(self.size[m] for m in c.messages) for c in knowledge.conversations}
        order = sorted(knowledge.series, key=lambda s: (unit_id(s) not in knowledge.paths, -len(s.issues), s.id))
        self.show(order[: max_pages // SERIES])
        self.pages: list[Place] = []
        self.paths: dict[str, str] = {}
        self.where: dict[str, str] = {}
        self.parts: dict[str, int] = {}
        self.anchors: set[str] = set()

    def show(self, shown: Sequence[Series]) -> None:
        """Let these series be shown as one; the issues of all others are conversations like any."""
        self.series = {unit_id(series): series for series in shown}
        self.unit_of = {c: id for id, series in self.series.items() for c in series.issues}
        self.by_id |= {id: unit(series, self.by_id) for id, series in self.series.items()}
        self.topic_of |= {id: self.topic_of[series.issues[0]] for id, series in self.series.items()}
        self.free = [c for c in self.k.conversations if c.id not in self.unit_of]
        self.orders: dict[str, list[Conversation]] = {}  # of topics, see `in_order`

    def run(self) -> Plan:
        for kind, path in (("home", "index.md"), ("about", "about.md")):
            self.add(Place(kind, kind, path))
        documents = [120 + 260 * min(len(d.versions), 12) for d in self.k.documents]
        for number, items in enumerate(reversed(sealed(documents, PAGE) or [()]), 1):
            self.add(self.listing("documents", number, items))
        people = [240] * len(self.k.people)
        for number, items in enumerate(sealed(people, PAGE) or [()], 1):
            self.add(self.listing("people", number, items))
        if len(self.k.organisations) > HOME_ORGANISATIONS:
            for number, items in enumerate(sealed([360] * len(self.k.organisations), PAGE), 1):
                self.add(self.listing("organisations", number, items))
        self.areas()
        page, own = self.share()
        for topic in self.k.topics:
            self.topic(topic, page, own)
        missing = next((m for m in self.bytes if m not in self.where), None)
        if missing is not None:
            raise LawError("a published message has no page", missing[:16], "This is a bug; please report it.")
        self.organisations_and_people()
        hidden, files = copied([self.k.messages[m] for m in self.bytes], self.names)
        return Plan(tuple(self.pages), self.where, self.paths, files, hidden, self.topic_of, self.series, self.parts)

    def add(self, place: Place) -> None:
        self.pages.append(place)
        self.paths[place.id] = place.path

    def listing(self, kind: str, number: int, items: tuple[int, ...]) -> Place:
        mark = f"-{number}" if number > 1 else ""
        return Place(kind, kind + mark, f"{kind}{mark}.md", number=number, items=items)

    def areas(self) -> None:
        """Pages for areas with many topics, or that had one; one list of all topics if there are no areas."""
        areas: dict[str, list[Topic]] = {}
        for topic in self.k.topics:
            areas.setdefault(topic.area, []).append(topic)
        for area, topics in areas.items():
            id = f"area-{area}"
            if len(topics) <= AREA_TOPICS and not (area and id in self.k.paths):
                continue
            if not area:
                self.add(Place("index", "topics", "topics.md"))
            else:
                self.add(Place("area", id, self.names.page(id, "areas", topics[0].area_label, area), of=area))

    def share(self) -> tuple[int, set[str]]:
        """The size of pages, and the conversations that get their own, so that all pages together are few enough.

        Where they are too many even so, half of the series are shown as one, and half of these.
        """
        known = [o.conversations for o in self.k.organisations] + [p.conversations for p in self.k.people]
        reserve = min(sum(len(talks) >= LINKS for talks in known), self.max_pages // 5)
        for page, spare in ((PAGE, reserve), (FULLER, reserve), (CROWDED, 0)):
            must = {c.id for c in self.free if self.weight[c.id] > page * 6 // 10} | self.series.keys()
            needed = len(self.pages) + sum(self.needed(id, page) for id in must)
            needed += sum(len(sealed(self.entries(topic, must), page)) or 1 for topic in self.k.topics)
            if needed + spare <= self.max_pages:
                break
        else:
            if self.series:
                self.show(list(self.series.values())[: len(self.series) // 2])
                return self.share()
            raise UsageError(
                "the mail does not fit into so few pages", f"--max-pages {self.max_pages}", f"Give at least {needed}."
            )
        wish = [
            c.id
            for c in self.free
            if c.id not in must and (len(c.messages) >= OWN_MESSAGES or self.weight[c.id] > OWN_BYTES)
        ]
        wish.sort(key=lambda id: (f"conversation-{id}" not in self.k.paths, -self.weight[id], id))
        left = self.max_pages - needed
        kept = max(spare, min(reserve, left // 2))  # where pages are few, people and conversations share what is left
        return page, must | set(wish[: left - kept])

    def entries(self, topic: Topic, own: set[str]) -> list[int]:
        return [LINE if c.id in own else self.weight[c.id] for c in self.in_order(topic)]

    def in_order(self, topic: Topic) -> list[Conversation]:
        """A topic's conversations and series, the oldest first."""
        if topic.id not in self.orders:
            units = dict.fromkeys(self.unit_of.get(id, id) for id in topic.conversations)
            found = [self.by_id[id] for id in units if id in self.by_id]
            self.orders[topic.id] = sorted(found, key=lambda c: (c.last is not None, c.last or 0, c.id))
        return self.orders[topic.id]

    def needed(self, id: str, page: int) -> int:
        if (series := self.series.get(id)) is not None:
            apart = [c for c in series.issues if self.apart(c)]
            return len(self.earlier(series, page)) + sum(len(self.cut(self.by_id[c], page)) for c in apart)
        return len(self.cut(self.by_id[id], page))

    def cut(self, conversation: Conversation, page: int) -> list[Part]:
        """A conversation over pages in reading order, filled from the first message on."""
        parts: list[Part] = []
        run: list[str] = []
        full = 0
        for message in conversation.messages:
            size = self.size[message]
            if run and full + size > page:
                parts.append(Part(tuple(run)))
                run, full = [], 0
            if size > SPLIT:
                n = -(-size * 13 // (SPLIT * 10))
                parts += [Part((message,), (k, n)) for k in range(n)]
                continue
            run.append(message)
            full += size
        return [*parts, Part(tuple(run))] if run else parts

    def topic(self, topic: Topic, page: int, own: set[str]) -> None:
        order = self.in_order(topic)
        chunks = sealed(self.entries(topic, own), page) or [()]
        self.parts[topic.id] = len(chunks)
        main = self.names.page(topic.id, "topics", topic.label, topic.id)
        folder = main.removesuffix(".md")
        for number, chunk in enumerate(chunks):
            newest = [order[n] for n in reversed(chunk)]
            talks = tuple(c.id for c in newest if c.id not in own)
            last = number == len(chunks) - 1
            id = topic.id if last else f"{topic.id}-{number + 1}"
            path = main if last else self.names.page(id, folder, topic.label, topic.id, str(number + 1))
            mine = tuple(c.id for c in newest if c.id in own)
            self.add(Place("topic", id, path, topic.id, 1 if last else number + 2, mine, talks))
            for c in talks:
                self.put(self.by_id[c].messages, path)
        for conversation in order:
            if conversation.id in self.series:
                self.one_series(conversation, page, folder)
            elif conversation.id in own:
                self.conversation(conversation, page, folder)

    def conversation(self, conversation: Conversation, page: int, folder: str) -> None:
        parts = self.cut(conversation, page)
        self.parts[conversation.id] = len(parts)
        for number, part in enumerate(parts, 1):
            mark = str(number) if number > 1 else ""
            id = f"conversation-{conversation.id}" + (f"-{mark}" if mark else "")
            path = self.names.page(id, folder, conversation.subject, conversation.id, mark)
            self.add(Place("conversation", id, path, conversation.id, number, part=part))
            self.put([m for m in part.messages if m not in self.where], path)

    def apart(self, issue: str) -> bool:
        """Has an issue of a series a page of its own: because it is long, or because it had one before?"""
        return self.weight[issue] > PAGE * 6 // 10 or f"conversation-{issue}" in self.k.paths

    def earlier(self, series: Series, page: int) -> list[tuple[int, ...]]:
        """Positions of all issues but the newest, page by page."""
        sizes = []
        for issue, message in list(zip(series.issues, series.messages, strict=True))[:-1]:
            folded = series.folded.get(message)
            again = int(self.bytes[message] * folded.returning) if folded else 0
            sizes.append(LINE + (0 if self.apart(issue) else self.weight[issue] - again))
        return sealed(sizes, min(page, FULLER))  # the newest issue stands on one of them too

    def one_series(self, unit: Conversation, page: int, folder: str) -> None:
        """The newest issue and the latest of the earlier ones on the series' page, the others on pages that stay."""
        series = self.series[unit.id]
        chunks = self.earlier(series, page)
        self.parts[unit.id] = len(chunks)
        for number, chunk in enumerate(chunks):
            last = number == len(chunks) - 1
            mark = "" if last else str(number + 1)
            id = unit.id + (f"-{mark}" if mark else "")
            path = self.names.page(id, folder, unit.subject, series.id, mark)
            issues = [series.issues[n] for n in reversed(chunk)]
            if last:
                issues.insert(0, series.issues[-1])
            self.add(Place("series", id, path, unit.id, 1 if last else number + 2, talks=tuple(issues)))
            for c in issues:
                if not self.apart(c):
                    self.put(self.by_id[c].messages, path)
        for c in series.issues:
            if self.apart(c):
                self.conversation(self.by_id[c], page, folder)

    def put(self, messages: Sequence[str], path: str) -> None:
        for message in messages:
            anchor = f"mail-{message[:10]}"
            if anchor in self.anchors:
                anchor = f"mail-{message[:32]}"
            self.anchors.add(anchor)
            self.where[message] = f"{path}#{anchor}"

    def organisations_and_people(self) -> None:
        """Pages for those whom several pages speak of, as many as there is room for.

        First who had one before; organisations before people, people outside before the own, the busiest first.
        """
        known: list[tuple[tuple[bool, int, bool, int, str], Place]] = []
        for at, organisation in enumerate(self.k.organisations):  # the most important first
            if self.linked(organisation.conversations) >= LINKS:
                id = f"organisation-{organisation.id}"
                place = Place("organisation", id, "organisations", organisation.id, items=(at,))
                known.append(((id not in self.k.paths, 0, False, at, organisation.id), place))
        for at, person in enumerate(self.k.people):
            if linked := self.linked(person.conversations):
                id = f"person-{person.id}"
                rank = (id not in self.k.paths, 1, person.internal, -linked, person.id)
                known.append((rank, Place("person", id, "people", person.id, items=(at,))))
        known.sort(key=lambda entry: entry[0])
        for _, place in known[: max(0, self.max_pages - len(self.pages))]:
            name = (self.k.people if place.kind == "person" else self.k.organisations)[place.items[0]].name
            self.add(place._replace(path=self.names.page(place.id, place.path, name, place.of)))

    def linked(self, conversations: Sequence[str]) -> int:
        """How many pages a page about these conversations leads to; 0 if it would be a stub."""
        pages: set[str] = set()
        found = 0
        for id in conversations:
            if (conversation := self.by_id.get(id)) is not None and conversation.messages:
                found += 1
                pages.add(self.where[conversation.messages[0]].partition("#")[0])
                pages.add(self.paths[self.topic_of[id].id])
        return len(pages) if found >= LINKS and len(pages) >= LINKS else 0


def sealed(sizes: Sequence[int], page: int) -> list[tuple[int, ...]]:
    """Positions of entries (oldest first) packed onto pages of at most `page` bytes.

    A page is sealed at six tenths while more than a page is left, so that what is added at the end later changes only
    the last page, and that is never nearly empty. Needs entries of at most six tenths of a page.
    """
    left = sum(sizes)
    chunks: list[tuple[int, ...]] = []
    run: list[int] = []
    full = 0
    for n, size in enumerate(sizes):
        if run and full + left > page and full + size > page * 6 // 10:
            chunks.append(tuple(run))
            run, full = [], 0
        run.append(n)
        full += size
        left -= size
    return [*chunks, tuple(run)] if run else chunks
