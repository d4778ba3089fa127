"""Between the rooms: what one room decided, put into the records the next one reads. Pure functions, no opinions."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from mail2wiki import __version__
from mail2wiki.records import (
    Address,
    Body,
    Contact,
    Conversation,
    Decision,
    Document,
    Message,
    Quoted,
    Series,
    Topic,
    Woven,
)

if TYPE_CHECKING:
    from mail2wiki.catalog import Catalog
    from mail2wiki.export import Knowledge

MOST_RECIPIENTS = 30
"""A message to more people says nothing about who works together (FACTS "Topics")."""


BATCH = 400
"""Messages whose bodies one process holds at a time."""

LARGE = 60_000
"""Bytes of quoted lines, above which nothing is estimated."""


def published(
    woven: Woven, decisions: Mapping[str, Decision], everything: Mapping[str, Message]
) -> tuple[Conversation, ...]:
    """The conversations with only their published messages and their dates; those without any are gone."""
    kept = []
    for conversation in woven.conversations:
        messages = tuple(id for id in conversation.messages if id not in decisions)
        if len(messages) == len(conversation.messages):
            kept.append(conversation)
        elif messages:
            left = set(messages)
            parents = {child: parent for child, parent in conversation.parents.items() if {child, parent} <= left}
            dates = sorted(date for id in messages if (date := everything[id].date) is not None)
            first, last = (dates[0], dates[-1]) if dates else (None, None)
            kept.append(Conversation(conversation.id, conversation.subject, messages, parents, first, last))
    return tuple(kept)


def not_held(messages: Mapping[str, Message], decisions: Mapping[str, Decision]) -> dict[str, Message]:
    """All that may be known of the mailbox's owner: an address that stands in held mail only is as private as that."""
    return {id: m for id, m in messages.items() if id not in decisions or decisions[id].what != "held"}


def series(
    woven: Woven, conversations: Sequence[Conversation], catalog: Catalog, pages: Container[str]
) -> tuple[Series, ...]:
    """The series with only their published issues, two at least, and what of each stands in a later one.

    `pages`: ids of the pages of the last run, by which a series keeps its name.
    """
    from mail2wiki import thread

    if not woven.series:
        return ()
    first = {conversation.id: conversation.messages[0] for conversation in woven.conversations}
    shown = {c.id for c in conversations if c.messages[0] == first[c.id]}  # what answers an issue is none
    found = []
    for members in woven.series:
        issues = tuple(id for id in members if id in shown)
        if len(issues) > 1:
            name = next((id for id in issues if f"series-{id}" in pages), issues[0])
            messages = tuple(first[id] for id in issues)
            found.append(Series(name, issues, messages, thread.fold(messages, catalog.prints(messages), woven.quoted)))
    return tuple(found)


def document(
    conversation: Conversation,
    messages: Mapping[str, Message],
    terms: Mapping[str, bytes],
    owners: Container[str],
    series: str = "",
) -> Document:
    """A conversation as the cluster room sees it; `series`: the one it is an issue of."""
    mine = [messages[id] for id in conversation.messages]
    people: Counter[str] = Counter()
    for message in mine:
        people[message.sender.address] += 2
        if len(message.to) + len(message.cc) <= MOST_RECIPIENTS:
            people.update(address.address for address in (*message.to, *message.cc))
    return Document(
        id=conversation.id,
        subjects=tuple(m.subject for m in mine),
        terms=tuple(terms[m.id] for m in mine),
        people=tuple(sorted((a, float(n)) for a, n in people.items() if a and a not in owners)),
        first=conversation.first,
        last=conversation.last,
        list_ids=tuple(sorted({m.list_id for m in mine if m.list_id})),
        folders=tuple(sorted({folder for m in mine for folder in m.folders})),
        files=tuple(sorted({a.name for m in mine for a in m.attachments if not a.inline})),
        titles=tuple(sorted({a.title for m in mine for a in m.attachments if a.title})),
        language=Counter(m.language for m in mine).most_common(1)[0][0],
        series=series,
    )


class Edges(NamedTuple):
    """What stands at the edges of published messages, each thing once."""

    asides: dict[str, tuple[tuple[int, int], ...]]  # message -> lines below its signature that stand here first
    repeated: dict[str, frozenset[bytes]]  # message -> its last blocks that stood in an earlier message of its sender
    contacts: dict[str, Contact]  # address -> what its latest signatures say
    named: dict[str, str]  # address -> the name that texts give it most

    def of(self, ids: Sequence[str]) -> Edges:
        """Only what the texts of these messages need."""
        return Edges(
            {id: self.asides[id] for id in ids if id in self.asides},
            {id: self.repeated[id] for id in ids if id in self.repeated},
            {},
            {},
        )


def edges(shown: Sequence[Message], catalog: Catalog, issues: Container[str] = ()) -> Edges:
    """Postscripts and footers said once; signatures as knowledge about people. `shown` are the published messages.

    `issues`: messages of series; what they repeat stands in the latest of them, not in the first.
    """
    from mail2wiki.extract import asides, repeated

    order = sorted(shown, key=lambda message: (message.date or 0, message.id))
    found = catalog.edges()
    order = [message for message in order if message.id in found]
    tails = [(message.id, message.sender.address, found[message.id][1]) for message in order]
    known = repeated.find((sender, tail) for _, sender, tail in tails)
    contacts: dict[str, Contact] = {}
    for m in order:
        if (contact := found[m.id][2].contact) and m.sender.address:
            contacts[m.sender.address] = contact.after(contacts.get(m.sender.address))
    named = _most_frequent(who for m in order for who in found[m.id][2].named)
    later = {id: digests for id, digests in repeated.later(tails, known).items() if id not in issues}
    return Edges(asides.first((message.id, found[message.id][0]) for message in order), later, contacts, named)


def shown_sizes(sizes: Mapping[str, tuple[int, int]], woven: Woven) -> dict[str, int]:
    """About how many bytes of each message a page shows: its own lines, and the others unless all stand elsewhere.

    Where the others alone would fill a page they count in any case: an estimate too small would cut text.
    """
    recovered = {id for id, stretches in woven.quoted.items() if any(q.of is None or q.changed for q in stretches)}
    return {id: own + (other if id in recovered or other > LARGE else 0) for id, (own, other) in sizes.items()}


def names(messages: Iterable[Message], among: Container[str] | None = None) -> dict[str, str]:
    """Each address's most frequent display name; `among`: of these addresses only."""
    return _most_frequent(
        who for message in messages for who in (message.sender, *message.to, *message.cc)
        if among is None or who.address in among
    )  # fmt: skip


def _most_frequent(people: Iterable[Address]) -> dict[str, str]:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for name, address in people:
        if name and address:
            seen[address][name] += 1
    return {address: max(sorted(counts), key=counts.__getitem__) for address, counts in seen.items()}


def main_language(messages: Iterable[Message]) -> str:
    """The language most messages are in; English when nothing says."""
    counts = Counter(message.language for message in messages if message.language in ("de", "en"))
    return "de" if counts["de"] > counts["en"] else "en"


def clock(
    shown: Sequence[Message], owners: Collection[str], quoted: Mapping[str, Sequence[Quoted]] = MappingProxyType({})
) -> str:
    """The clock times are told by (export.clock): that of the Date headers, unless the owners quote by another one.

    `quoted`: what each message quotes, authors and dates as written.
    """
    from mail2wiki.export import answered

    told = _dated(shown, owners)
    mine, ours = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    domains = _domains(owners)
    for message in shown if owners else ():
        sender = message.sender.address
        if message.date is None or (sender not in owners and sender.partition("@")[2] not in domains):
            continue
        for vote in _quick(message.date, quoted.get(message.id, ())):
            (mine if sender in owners else ours)[vote] += 1
    return next((found for votes in (mine, ours) if (found := answered(votes, told)) is not None), told)


def _quick(moment: int, quoted: Sequence[Quoted]) -> Iterator[tuple[str, int]]:
    """By which offset it was an answer within half an hour to what it quotes; the day."""
    from mail2wiki.export import quick
    from mail2wiki.extract import claims

    for one in quoted:
        if one.date and (showed := claims.showed(one.author, one.date, moment)) is not None:
            yield quick(moment, showed), moment // 604_800 * 7 + 3  # a day of each week is enough


def _domains(addresses: Collection[str]) -> set[str]:
    return {address.partition("@")[2] for address in addresses} - {""}


def _dated(shown: Iterable[Message], owners: Collection[str]) -> str:
    """The clock of the Date headers: the owners', else their organisation's, else everybody's.

    Who writes through Exchange writes in UTC; then the others of the organisation tell what its clocks show. Of
    everybody's mail a quarter has to say something: a few strangers do not set the owner's clock.
    """
    from mail2wiki.export import agreed

    domains = _domains(owners)
    mine, ours, every = Counter[tuple[str, int]](), Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for message in shown:
        if message.date is not None:
            vote = message.zone, message.date // 86_400
            every[vote] += 1
            if message.sender.address in owners:
                mine[vote] += 1
            elif message.sender.address.partition("@")[2] in domains:
                ours[vote] += 1
    telling = sum(n for (zone, _), n in every.items() if zone.strip("+-0"))
    if 4 * telling < sum(every.values()):
        every.clear()
    return next((found for votes in (mine, ours, every) if (found := agreed(votes)) is not None), "")


def titled(
    conversations: Sequence[Conversation], woven: Woven, bodies: Callable[[Sequence[str]], Mapping[str, Body]]
) -> tuple[Conversation, ...]:
    """The conversations, those without a subject called by what their first message says."""
    from mail2wiki.export import opening

    bare = [conversation for conversation in conversations if not conversation.subject]
    names: dict[str, str] = {}
    for at in range(0, len(bare), BATCH):
        part = bare[at : at + BATCH]
        found = bodies([conversation.messages[0] for conversation in part])
        for conversation in part:
            first = conversation.messages[0]
            hidden = [(quote.start, quote.stop) for quote in woven.quoted.get(first, ())]
            names[conversation.id] = opening(found[first], hidden) if first in found else ""
    return tuple(dataclasses.replace(c, subject=names[c.id]) if names.get(c.id) else c for c in conversations)


def claimed(quoted: Mapping[str, tuple[Quoted, ...]], messages: Mapping[str, Message]) -> dict[str, tuple[Quoted, ...]]:
    """Who is said to have written what is quoted, and when, as people read it."""
    from mail2wiki.extract import claims

    def readable(one: Quoted, moment: int | None) -> Quoted:
        who, when = claims.read(one.author, one.date, moment)
        return one._replace(author=who, date=when)

    return {
        id: tuple([readable(one, messages[id].date) for one in found])
        if any(one.author or one.date for one in found)
        else found
        for id, found in quoted.items()
    }


def knowledge(
    conversations: tuple[Conversation, ...],
    topics: Sequence[Topic],
    messages: Mapping[str, Message],
    decisions: Mapping[str, Decision],
    owners: Sequence[Address],
    language: str,
    sources: Counter[str],
    fates: Counter[str],
    paths: Mapping[str, str],
    contacts: Mapping[str, Contact],
    named: Mapping[str, str],
    quoted: Mapping[str, tuple[Quoted, ...]],
    told_by: str,
    again: Sequence[Series] = (),
) -> Knowledge:
    """Everything that may be shown: digest and export see nothing of what is held but how many."""
    from mail2wiki import digest
    from mail2wiki.export import Knowledge, Tally

    shown = [messages[id] for conversation in conversations for id in conversation.messages]
    addresses = {owner.address for owner in owners}
    automated = _automated(messages, decisions, shown)
    titles = names(messages[id] for id, d in decisions.items() if d.what == "automated")
    failed = Counter(d.reason for d in decisions.values() if d.what == "failed")
    spoken = {
        id: m for id, m in messages.items() if id not in decisions or decisions[id].what in ("contained", "duplicate")
    }
    people = digest.people(shown, conversations, {owner.address: owner.name for owner in owners}, contacts, named)
    documents = tuple(digest.documents(shown, conversations))
    called = {address: person.name for person in people for address in person.addresses}
    return Knowledge(
        owners=tuple(Address(called.get(address, name), address) for name, address in owners),
        language=language,
        conversations=conversations,
        messages=spoken,
        quoted=quoted,
        decisions=decisions,
        topics=tuple(topics),
        people=tuple(people),
        documents=documents,
        tally=Tally(
            read=sum(fates.values()),
            dispositions=dict(fates),
            sources=tuple(sorted(sources.items())),
            automated=tuple((Address(titles.get(a, ""), a), n) for a, n in _most_first(automated)),
            failed=tuple(_most_first(failed)),
        ),
        paths=paths,
        clock=told_by,
        version=__version__,
        organisations=tuple(digest.organisations(shown, conversations, people, documents, addresses)),
        series=tuple(again),
        houses=digest.houses(people),
    )


def _automated(
    messages: Mapping[str, Message], decisions: Mapping[str, Decision], shown: Iterable[Message]
) -> Counter[str]:
    """Automated messages by sender, without answers from where only held mail was sent: they tell to whom.

    By host: the mail server of somebody unknown answers, too, and a notice of absence comes from another address.
    """
    from mail2wiki.screen.automated import ANSWERS

    machines = [(messages[id].sender.address, d) for id, d in decisions.items() if d.what == "automated"]
    counted = Counter(address for address, _ in machines)
    secret = _hosts(messages[id] for id, d in decisions.items() if d.what == "held")
    if secret:
        secret -= _hosts(shown)
        written = {address for address, decision in machines if decision.reason not in ANSWERS}
        for address in counted.keys() - written:
            if address.partition("@")[2] in secret:
                del counted[address]
    return counted


def _hosts(messages: Iterable[Message]) -> set[str]:
    """The hosts of all who wrote and got these messages."""
    return {who.address.partition("@")[2] for message in messages for who in (message.sender, *message.to, *message.cc)}


def _most_first(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
