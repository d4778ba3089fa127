"""The pages about who: all organisations, one organisation, all people, one person.

All made in the parent, from names, dates, counts and what signatures say; every word from mail is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from mail2wiki.export import lines
from mail2wiki.export.items import Item, World
from mail2wiki.export.markdown import escape_inline, link
from mail2wiki.export.names import relative
from mail2wiki.export.plan import Place
from mail2wiki.records import Conversation, Organisation, Person

_TALKS = 150  # on a person's page
_RECENT = 60  # conversations on an organisation's page
_MEMBERS, _INSIDERS, _TOPICS, _FILES, _SAME = 60, 5, 30, 30, 3


def organisations(world: World, place: Place) -> Item:
    """Everybody outside, in the order of the home page."""
    say = world.say
    title = say("Organisations")
    if place.number > 1:
        title = say("{title}, part {n}", title=title, n=place.number)
    body = lines.parts(world, place)
    body += [lines.organisation_line(world, world.k.organisations[n], place.path, 3) for n in place.items]
    return lines.ready(world, place, title, "index", body)


def organisation(world: World, place: Place) -> Item:
    """One organisation: who they are and whom of us they know, what is going on, about what, which documents."""
    say, page = world.say, place.path
    found = world.k.organisations[place.items[0]]
    members = [world.people[id] for id in found.people]
    talks = [world.conversations[c] for c in found.conversations if c in world.conversations]
    files = [n for id in found.documents if (n := world.document_at.get(id)) is not None]
    body = _about(world, found, members, page)
    body += [f"## {say('People')}", "", *(_member(world, p, page) for p in members[:_MEMBERS]), *_more(world, members)]
    body += ["", f"## {say('Newest conversations')}", ""]
    body += lines.talk_lines(world, world.units(found.conversations), page, _RECENT)
    if files:
        body += ["", f"## {say('Documents')}", "", *(lines.document(world, n, page, 0) for n in files[:_FILES])]
        if len(files) > _FILES:
            body.append(f"- {say.many('{n} more document', '{n} more documents', len(files) - _FILES)}")
    body += ["", f"## {say('Topics')}", "", *_topics(world, talks, page)]
    up = [link(say("Organisations"), relative(page, path))] if (path := world.plan.paths.get("organisations")) else []
    return lines.ready(world, place, found.name, "organisation", body, found.last, (found.domain,), up)


def _about(world: World, found: Organisation, members: Sequence[Person], page: str) -> list[str]:
    say = world.say
    facts = [(say("Domain:"), escape_inline(found.domain, 100))]
    # what the latest signature says of the house itself
    contacts = sorted((p.contact for p in members if p.contact), key=lambda c: -(c.seen or 0))
    for label, value in (
        (say("Address:"), next((c.address for c in contacts if c.address), "")),
        (say("Site:"), next((c.site for c in contacts if found.domain in c.site), "")),
    ):
        if value:
            facts.append((label, escape_inline(value, 200)))
    count = say.many("{n} conversation", "{n} conversations", len(found.conversations))
    traffic = say("{sent} sent, {received} received", sent=say.number(found.sent), received=say.number(found.received))
    facts.append((say("Period:"), f"{say.period(found.first, found.last)} · {count} · {traffic}"))
    if found.insiders:
        named = [lines.person(world, world.people[id], page) for id in found.insiders[:_INSIDERS]]
        if len(found.insiders) > _INSIDERS:
            named.append(say.many("{n} more", "{n} more", len(found.insiders) - _INSIDERS))
        facts.append((say("Who knows them:"), ", ".join(named)))
    return [*(f"- **{label}** {value}" for label, value in facts), ""]


def _member(world: World, found: Person, page: str) -> str:
    """Name and what the signature says; below it address, how much and until when."""
    say, c = world.say, found.contact
    facts = [lines.person(world, found, page)]
    facts += [escape_inline(value, 80) for value in ((c.title, c.phone, c.mobile) if c else ()) if value]
    address = escape_inline(found.addresses[0], 100)
    count = say.many("{n} conversation", "{n} conversations", len(found.conversations))
    return f"- {' · '.join(facts)}  \n    {address} · {count}, {say.last(found.last)}"


def _namesakes(world: World, found: Person, page: str) -> list[str]:
    """Others of this name: often who changed the company, which nobody says for sure."""
    others = [p for p in world.namesakes[found.name.casefold()] if p.id != found.id] if " " in found.name else []
    named = [
        f"{lines.person(world, p, page)} ({escape_inline(p.addresses[0], 100)}, {world.say.last(p.last)})"
        for p in others[:_SAME]
    ]
    return [f"- **{world.say('Same name:')}** {', '.join(named)}"] if named else []


def _company(signed: str, known: str) -> str:
    """The company a signature names, unless the organisation's name says it already."""
    return "" if known and known in signed else signed


def _house(world: World, domain: str) -> str:
    """An organisation without a page: its name, if it is our own and somebody signs with it, and its domain."""
    name = world.k.houses.get(domain)
    return f"{escape_inline(name, 80)} ({escape_inline(domain, 100)})" if name else escape_inline(domain, 100)


def _more(world: World, members: Sequence[Person]) -> list[str]:
    left = len(members) - _MEMBERS
    return [f"- {world.say.many('{n} more', '{n} more', left)}"] if left > 0 else []


def _topics(world: World, talks: Iterable[Conversation], page: str) -> list[str]:
    """Topics with how many of these conversations they have, most first."""
    say = world.say
    counts = Counter(world.plan.topic_of[c.id].id for c in talks)
    return [
        f"- {lines.topic(world, world.topics[id], page)} · {say.many('{n} conversation', '{n} conversations', n)}"
        for id, n in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:_TOPICS]
    ]


def people(world: World, place: Place) -> Item:
    """Everybody by organisation, the own one last; who has a page is linked."""
    say = world.say
    chosen = [world.k.people[n] for n in place.items]
    groups: dict[tuple[bool, str], list[Person]] = {}
    for p in chosen:
        groups.setdefault((p.internal and bool(world.k.owners), p.organisation), []).append(p)
    order = sorted(
        groups, key=lambda key: (key[1] == "", key[0], -max(len(p.conversations) for p in groups[key]), key[1])
    )
    body = lines.parts(world, place)
    for internal, domain in order:
        known = world.organisation_of.get(domain)
        if known is not None:
            title = f"{lines.organisation(world, known, place.path)} ({escape_inline(domain, 80)})"
        else:
            title = _house(world, domain) if domain else say("Without an organisation")
        body += [f"## {title}" + (f" · {say('own organisation')}" if internal and domain else ""), ""]
        body += [lines.person_line(world, p, place.path) for p in groups[internal, domain]] + [""]
    title = say("People") if place.number == 1 else say("{title}, part {n}", title=say("People"), n=place.number)
    return lines.ready(world, place, title, "index", body or [say("Nobody.")])


def person(world: World, place: Place) -> Item:
    """One person: how to reach them, what about, which documents."""
    say = world.say
    found = world.people[place.of]
    facts = [f"- **{say('Addresses:')}** " + ", ".join(escape_inline(a, 100) for a in found.addresses[:8])]
    known = world.organisation_of.get(found.organisation)
    if known is not None:
        named = f"{lines.organisation(world, known, place.path)} ({escape_inline(known.domain, 100)})"
        facts.append(f"- **{say('Organisation:')}** {named}")
    elif found.organisation:
        facts.append(f"- **{say('Organisation:')}** {_house(world, found.organisation)}")
    if found.contact is not None:
        c = found.contact
        name = known.name if known is not None else world.k.houses.get(found.organisation, "")
        for label, value in (
            (say("Position:"), c.title), (say("Company:"), _company(c.company, name)), (say("Telephone:"), c.phone),
            (say("Mobile:"), c.mobile), (say("Address:"), c.address), (say("Site:"), c.site),
        ):  # fmt: skip
            if value:
                facts.append(f"- **{label}** {escape_inline(value, 200)}")
    counts = say("{sent} sent, {received} received", sent=say.number(found.sent), received=say.number(found.received))
    facts.append(f"- **{say('Period:')}** {say.period(found.first, found.last)} · {counts}")
    facts += _namesakes(world, found, place.path)
    talks = [world.conversations[c] for c in found.conversations if c in world.conversations]
    body = [*facts, "", f"## {say('Topics')}", "", *_topics(world, talks, place.path)]
    body += ["", f"## {say('Conversations')}", ""]
    body += lines.talk_lines(world, world.units(found.conversations), place.path, _TALKS)
    files = sorted({n for a in found.addresses for n in world.documents_by.get(a, ())})
    if files:
        body += ["", f"## {say('Documents')}", "", *(lines.document(world, n, place.path, 0) for n in files[:20])]
    up = [link(say("People"), relative(place.path, "people.md"))]
    return lines.ready(world, place, found.name, "person", body, found.last, (found.organisation,), up)
