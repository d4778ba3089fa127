"""The pages of topics and of large conversations, but for the messages on them (those are rendered in workers)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mail2wiki.export.front import head
from mail2wiki.export.items import Item, Line, Shown, Talk, World, linked
from mail2wiki.export.lines import goal, organisation
from mail2wiki.export.markdown import dated, escape_inline, escape_label, link
from mail2wiki.export.names import relative
from mail2wiki.export.plan import Place
from mail2wiki.records import Address, Conversation, Topic

_PEOPLE = 8
_DOCUMENTS = 6
_ORGANISATIONS = 6


def topic(world: World, place: Place) -> Item:
    """A topic's page, or one of the older ones it continues on."""
    say, found = world.say, world.topics[place.of]
    first = place.id == found.id
    shown = [world.conversations[c] for c in (*place.own, *place.talks)]
    talks = tuple(as_talk(world, c, place.path) for c in map(world.conversations.__getitem__, place.talks))
    lines = tuple(_line(world, world.conversations[c], place.path) for c in place.own)
    ids = [m.id for t in talks for m in t.messages]
    newest = _last(shown) if shown else world.newest
    title = found.label if first else f"{found.label} ({span(world, shown)})"
    tags = (found.area_label,)
    top = [head(title, place.id, "topic", say.iso_day(newest), tags, ids, found.aliases if first else ())]
    up = [link(say("Home"), relative(place.path, "index.md"))]
    if (area := world.plan.paths.get(f"area-{found.area}")) is not None:
        up.append(link(found.area_label, relative(place.path, area)))
    if not first:
        up.append(link(found.label, relative(place.path, world.plan.paths[found.id])))
    top.append(" · ".join(up) + "\n")
    if first:
        every = [world.conversations[c] for c in found.conversations if c in world.conversations]
        top += _about_topic(world, found, every, place.path)
    older = _older(world, found, place)
    if lines:
        top.append(f"## {say('Longer conversations')}\n")
    bodies = tuple(dict.fromkeys([line.message for line in lines] + ids))
    return Item(place.path, place.id, title, say.language, say.clock, bodies, "\n".join(top), lines, talks, older)


def _about_topic(world: World, found: Topic, every: Sequence[Conversation], page: str) -> list[str]:
    """What it is about, when, who, which documents."""
    say = world.say
    facts = []
    if found.keyphrases:
        facts.append(
            f"- **{say('Keywords:')}** " + ", ".join(escape_inline(phrase, 60) for phrase in found.keyphrases[:8])
        )
    messages = sum(len(c.messages) for c in every)
    facts.append(
        f"- **{say('Period:')}** {span(world, every)} · "
        + say.many("{n} conversation", "{n} conversations", len(every))
        + ", "
        + say.many("{n} message", "{n} messages", messages)
    )
    people = writers(world, every, page, _PEOPLE)
    if people:
        facts.append(f"- **{say('People:')}** {people}")
    if outside := outsiders(world, every, page):
        facts.append(f"- **{say('Organisations:')}** {outside}")
    ids = {m for c in every for m in c.messages}
    carried = {d.id: d for m in ids for d in world.documents_of.get(m, ())}
    documents = [carried[id] for id in sorted(carried, key=lambda id: (-(carried[id].versions[0].date or 0), id))]
    if documents:
        named = []
        for d in documents[:_DOCUMENTS]:
            version = next(v for v in d.versions if v.message in ids)
            path = world.plan.files.get(version.sha256)
            called = f": {escape_inline(version.title, 100)}" if version.title else ""
            href = relative(page, path) if path else world.href(version.message, page)
            named.append(link(d.title, href, 80) + called)
        if len(documents) > _DOCUMENTS:
            named.append(say.many("{n} more document", "{n} more documents", len(documents) - _DOCUMENTS))
        facts.append(f"- **{say('Documents:')}** " + ", ".join(named))
    return ["\n".join(facts) + "\n"]


def _older(world: World, found: Topic, place: Place) -> str:
    """Links to the topic's other pages, newest first."""
    entries = []
    for other in reversed(world.pages_of[found.id]):
        if other.id == place.id:
            continue
        if other.id not in world.spans:  # each is named on all others
            world.spans[other.id] = span(world, [world.conversations[c] for c in (*other.own, *other.talks)])
        entries.append(f"- {link(world.spans[other.id], relative(place.path, other.path))}")
    return f"## {world.say('More conversations of this topic')}\n\n" + "\n".join(entries) + "\n" if entries else ""


def conversation(world: World, place: Place) -> Item:
    """A conversation's own page, or a further part of it."""
    say, found, part = world.say, world.conversations[place.of], place.part
    assert part is not None
    of = world.plan.topic_of[found.id]
    parts = world.plan.parts[found.id]
    subject = found.subject or say("No subject")
    title = subject if place.number == 1 else say("{title}, part {n}", title=subject, n=place.number)
    dates = [d for m in part.messages if (d := world.k.messages[m].date) is not None]
    top = [head(title, place.id, "conversation", say.iso_day(max(dates, default=None)), (of.label,), part.messages)]
    up = [
        link(say("Home"), relative(place.path, "index.md")),
        link(of.label, relative(place.path, world.plan.paths[of.id])),
    ]
    if (of_series := world.unit_of.get(found.id)) is not None:
        up.append(link(world.conversations[of_series].subject, relative(place.path, world.plan.paths[of_series])))
    top.append(" · ".join(up) + "\n")
    if of_series is not None and found.id != world.plan.series[of_series].issues[-1]:
        top.append(f"*{say('What later issues say is left out here.')}*\n")
    facts = (_facts(world, found, place.path), outsiders(world, [found], place.path))
    top.append(dated(" · ".join(filter(None, facts))) + "\n")
    foot = ""
    if parts > 1:
        others = []
        for n in range(1, parts + 1):
            id = f"conversation-{found.id}" + (f"-{n}" if n > 1 else "")
            label = say("part {n}", n=n)
            others.append(label if n == place.number else link(label, relative(place.path, world.plan.paths[id])))
        top.append(" · ".join(others) + "\n")
        foot = " · ".join(others) + "\n"
    shown = in_order(world, part.messages, place.path, part.cut)
    return Item(
        place.path, place.id, title, say.language, say.clock, part.messages, "\n".join(top), (),
        (Talk("", "", shown),), foot,
    )  # fmt: skip


def in_order(world: World, ids: Sequence[str], page: str, cut: tuple[int, int] | None = None) -> tuple[Shown, ...]:
    return tuple(world.shown(m, page, ids[n - 1] if n else "", cut) for n, m in enumerate(ids))


def as_talk(world: World, found: Conversation, page: str) -> Talk:
    title = found.subject or world.say("No subject")
    facts = dated(_facts(world, found, page)) if len(found.messages) > 1 else ""
    messages = in_order(world, found.messages, page)
    return Talk(escape_inline(title, 150), facts, messages)


def _line(world: World, found: Conversation, page: str) -> Line:
    """`- **[Subject](page)** · dates · count · people`, the worker adds the newest message's first words."""
    say = world.say
    newest = max(found.messages, key=lambda m: (world.k.messages[m].date or 0, m))
    href = relative(page, goal(world, found))
    text = f"- **[{escape_label(found.subject or say('No subject'))}]({href})** · " + _facts(world, found, page, 4)
    hidden = tuple((q.start, q.stop) for q in world.k.quoted.get(newest, ()))
    return Line(text, newest, hidden, found.subject)


def _facts(world: World, found: Conversation, page: str, people: int = 6) -> str:
    """When, how many, who."""
    if (series := world.plan.series.get(found.id)) is not None:
        count = world.say.many("{n} issue", "{n} issues", len(series.issues))
    else:
        count = world.say.many("{n} message", "{n} messages", len(found.messages))
    parts = [world.say.period(found.first, found.last), count, writers(world, [found], page, people)]
    return " · ".join(filter(None, parts))


def writers(world: World, conversations: Sequence[Conversation], page: str, limit: int) -> str:
    """Who wrote most, linked; the owner last, because it is the owner's mailbox."""
    wrote: Counter[str] = Counter()
    address: dict[str, Address] = {}
    for c in conversations:
        for m in c.messages:
            sender = world.k.messages[m].sender
            person = world.person.get(sender.address)
            key = person.id if person else sender.address or sender.name
            if key:
                wrote[key] += 1
                address.setdefault(key, sender)
    order = sorted(wrote, key=lambda key: (address[key].address in world.owned, -wrote[key], key))
    told = [linked(world.who(address[key], page)) for key in order[:limit]]
    if len(order) > limit:
        told.append(world.say.many("{n} more", "{n} more", len(order) - limit))
    return ", ".join(told)


def outsiders(world: World, conversations: Sequence[Conversation], page: str) -> str:
    """The organisations outside that took part, those in most of the conversations first."""
    count = Counter(at for c in conversations for at in world.organisations_of.get(c.id, ()))
    order = sorted(count, key=lambda at: (-count[at], at))
    named = [organisation(world, world.k.organisations[at], page) for at in order[:_ORGANISATIONS]]
    if len(order) > _ORGANISATIONS:
        named.append(world.say.many("{n} more", "{n} more", len(order) - _ORGANISATIONS))
    return ", ".join(named)


def _last(conversations: Sequence[Conversation]) -> int | None:
    return max((c.last for c in conversations if c.last is not None), default=None)


def span(world: World, conversations: Sequence[Conversation]) -> str:
    first = min((c.first for c in conversations if c.first is not None), default=None)
    return world.say.period(first, _last(conversations))


MAKERS = {"topic": topic, "conversation": conversation}
