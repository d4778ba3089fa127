"""The pages that lead to the others: home, areas, all topics, people, one person, documents, and the account.

All made in the parent, from names, dates and counts only; every word from mail is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mail2wiki.export.front import head
from mail2wiki.export.items import Item, World
from mail2wiki.export.markdown import escape_inline, escape_label, link
from mail2wiki.export.names import relative
from mail2wiki.export.plan import AREA_TOPICS, Place
from mail2wiki.records import Address, Conversation, Page, Person, Topic

_ORGANISATIONS, _PEOPLE, _RECENT, _DOCUMENTS = 12, 12, 8, 8
_TALKS = 150  # on a person's page
_VERSIONS = 12  # of a document
_SENDERS = 200  # of automated mail


def _item(world: World, place: Place, title: str, type: str, body: Sequence[str], updated: int | None = None,
          tags: Sequence[str] = ()) -> Item:  # fmt: skip
    top = head(title, place.id, type, world.newest if updated is None else updated, tags)
    up = "" if place.kind == "home" else f"{link(world.say('Home'), relative(place.path, 'index.md'))}\n\n"
    text = f"{top}\n{up}" + "\n".join(body).rstrip("\n") + "\n"
    return Item(place.path, place.id, title, world.say.language, ready=Page(place.path, place.id, title, text))


def home(world: World, place: Place) -> Item:
    """What this wiki is, then customers, topics, what happened last, documents, people, the account."""
    say, k = world.say, world.k
    owners = ", ".join(list(dict.fromkeys(a.name or a.address for a in k.owners))[:3])
    title = say("Knowledge from the mailbox of {names}", names=owners) if owners else say("Knowledge from a mailbox")
    messages = len(world.conversation_of)
    body = [
        say(
            "This wiki was made from mail: {messages} in {conversations}, ordered into {topics}, {period}.",
            messages=say.many("{n} message", "{n} messages", messages),
            conversations=say.many("{n} conversation", "{n} conversations", len(k.conversations)),
            topics=say.many("{n} topic", "{n} topics", len(k.topics)),
            period=say.period(world.oldest, world.newest),
        )
        + " "
        + say("Each thing is said once, and every sentence leads back to its message."),
        "",
    ]
    if k.owners:
        known = ", ".join(escape_inline(_address(a), 160) for a in k.owners[:6])
        body += [f"**{say('Mailbox of:')}** {known}", ""]
    body += _organisations(world, place.path)
    body += _areas(world, place.path)
    recent = sorted(k.topics, key=lambda t: (-(_last(world, t) or 0), t.id))
    if len(recent) > _RECENT:
        body += [f"## {say('Recently active')}", ""]
        body += [f"- {_topic_link(world, t, place.path)} · {say.day(_last(world, t))}" for t in recent[:_RECENT]] + [""]
    if k.documents:
        body += [f"## {say('Documents')}", ""]
        body += [_document(world, n, place.path, 0) for n in range(min(_DOCUMENTS, len(k.documents)))]
        body += [f"- {link(say('All documents'), 'documents.md')} ({say.number(len(k.documents))})", ""]
    else:
        body += [f"## {say('Documents')}", "", link(say("Documents"), "documents.md"), ""]
    body += [f"## {say('People')}", ""]
    paged = [p for p in k.people if p.id in world.person_page][:_PEOPLE]
    body += [_person_line(world, p, place.path) for p in paged]
    body += [f"- {link(say('All people'), 'people.md')} ({say.number(len(k.people))})", ""]
    body += [
        f"## {say('About this wiki')}",
        "",
        link(say("How it was made, and what became of every message"), "about.md"),
    ]
    return _item(world, place, title, "home", body)


def _organisations(world: World, page: str) -> list[str]:
    """The organisations outside, by the number of conversations with them."""
    people: dict[str, list[Person]] = {}
    for person in world.k.people:
        if person.organisation and not person.internal:
            people.setdefault(person.organisation, []).append(person)
    talks = {name: len({c for p in group for c in p.conversations}) for name, group in people.items()}
    order = sorted((name for name in people if talks[name] >= 3), key=lambda name: (-talks[name], name))
    if not order:
        return []
    say = world.say
    lines = [f"## {say('Customers and partners')}", ""]
    for name in order[:_ORGANISATIONS]:
        group = sorted(people[name], key=lambda p: (-len(p.conversations), p.id))
        named = ", ".join(_person(world, p, page) for p in group[:4])
        if len(group) > 4:
            named += ", " + say.many("{n} more", "{n} more", len(group) - 4)
        last = max((p.last for p in group if p.last is not None), default=None)
        count = say.many("{n} conversation", "{n} conversations", talks[name])
        lines.append(f"- **{escape_inline(name, 80)}** · {named} · {count} · {say('last {day}', day=say.day(last))}")
    return [*lines, ""]


def _areas(world: World, page: str) -> list[str]:
    """Topics under their areas; large areas show their largest topics and lead to a page of their own."""
    say = world.say
    lines = [f"## {say('Topics')}", ""]
    areas: dict[str, list[Topic]] = {}
    for topic in world.k.topics:
        areas.setdefault(topic.area, []).append(topic)
    for area, topics in areas.items():
        topics = sorted(topics, key=lambda t: (-_messages(world, t), t.id))
        path = world.plan.paths.get(f"area-{area}" if area else "topics")
        if area:
            label = topics[0].area_label
            lines += [f"### {link(label, relative(page, path)) if path else escape_inline(label, 120)}", ""]
        limit = AREA_TOPICS if path else len(topics)
        lines += [_topic_line(world, t, page) for t in topics[:limit]]
        if path and len(topics) > limit:
            lines.append(
                f"- {link(say.many('{n} more topic', '{n} more topics', len(topics) - limit), relative(page, path))}"
            )
        lines.append("")
    return lines


def area(world: World, place: Place) -> Item:
    """All topics of an area (or of the wiki, where there are no areas), with keywords."""
    topics = [t for t in world.k.topics if t.area == place.of]
    topics.sort(key=lambda t: (-(_last(world, t) or 0), t.id))
    title = topics[0].area_label if place.kind == "area" else world.say("All topics")
    body = []
    for t in topics:
        keys = ", ".join(escape_inline(phrase, 60) for phrase in t.keyphrases[:5])
        body.append(_topic_line(world, t, place.path) + (f"  \n    {keys}" if keys else ""))
    newest = max((d for t in topics if (d := _last(world, t)) is not None), default=None)
    return _item(world, place, title, place.kind, body, newest)


def people(world: World, place: Place) -> Item:
    """Everybody by organisation, the own one last; who has a page is linked."""
    say = world.say
    chosen = [world.k.people[n] for n in place.items]
    groups: dict[tuple[bool, str], list[Person]] = {}
    for p in chosen:
        groups.setdefault((p.internal, p.organisation), []).append(p)
    order = sorted(
        groups, key=lambda key: (key[1] == "", key[0], -max(len(p.conversations) for p in groups[key]), key[1])
    )
    body = _parts(world, place)
    for key in order:
        internal, organisation = key
        title = escape_inline(organisation, 80) if organisation else say("Without an organisation")
        body += [f"## {title}" + (f" ({say('own organisation')})" if internal and organisation else ""), ""]
        body += [_person_line(world, p, place.path) for p in groups[key]] + [""]
    title = say("People") if place.number == 1 else say("{title}, part {n}", title=say("People"), n=place.number)
    return _item(world, place, title, "index", body or [say("Nobody.")])


def person(world: World, place: Place) -> Item:
    """One person: how to reach them, what about, which documents."""
    say = world.say
    found = world.people[place.of]
    facts = [f"- **{say('Addresses:')}** " + ", ".join(escape_inline(a, 100) for a in found.addresses[:8])]
    if found.organisation:
        facts.append(f"- **{say('Organisation:')}** {escape_inline(found.organisation, 100)}")
    if found.contact is not None:
        c = found.contact
        for label, value in (
            (say("Position:"), c.title), (say("Company:"), c.company), (say("Telephone:"), c.phone),
            (say("Mobile:"), c.mobile), (say("Address:"), c.address), (say("Site:"), c.site),
        ):  # fmt: skip
            if value:
                facts.append(f"- **{label}** {escape_inline(value, 200)}")
    counts = say("{sent} sent, {received} received", sent=say.number(found.sent), received=say.number(found.received))
    facts.append(f"- **{say('Period:')}** {say.period(found.first, found.last)} · {counts}")
    talks = [world.conversations[c] for c in found.conversations if c in world.conversations]
    topics = Counter(world.plan.topic_of[c.id].id for c in talks)
    body = [*facts, "", f"## {say('Topics')}", ""]
    for id, n in sorted(topics.items(), key=lambda entry: (-entry[1], entry[0]))[:30]:
        count = say.many("{n} conversation", "{n} conversations", n)
        body.append(f"- {_topic_link(world, world.topics[id], place.path)} · {count}")
    body += ["", f"## {say('Conversations')}", ""]
    body += [_talk_line(world, c, place.path) for c in talks[:_TALKS]]
    if len(talks) > _TALKS:
        body.append(f"- {say.many('{n} more', '{n} more', len(talks) - _TALKS)}")
    files = [n for n, d in enumerate(world.k.documents) if any(v.sender.address in found.addresses for v in d.versions)]
    if files:
        body += ["", f"## {say('Documents')}", "", *(_document(world, n, place.path, 0) for n in files[:20])]
    return _item(world, place, found.name, "person", body, found.last, (found.organisation,))


def documents(world: World, place: Place) -> Item:
    """Attachments as documents with their versions, newest first."""
    say = world.say
    body = _parts(world, place)
    body += [_document(world, n, place.path, _VERSIONS) for n in place.items]
    title = say("Documents")
    if place.number > 1:
        title = say("{title}, part {n}", title=title, n=place.number)
    return _item(world, place, title, "index", body or [say("No documents.")])


def about(world: World, place: Place) -> Item:
    """The account: every message read and what became of it; how to read the pages."""
    say, tally = world.say, world.k.tally
    say_of = {
        "published": say("published: its text is on a page"),
        "duplicate": say("duplicate: the same message again"),
        "contained": say("contained: all of it stands in another message"),
        "held": say("held back: private, or possibly so; nothing of it is in this wiki"),
        "automated": say("automated: newsletters, notifications, automatic replies; counted only"),
        "excluded": say("excluded by the settings"),
        "failed": say("could not be read"),
    }
    version = f" {world.k.version}" if world.k.version else ""
    count = say.many("{n} message", "{n} messages", tally.read)
    made = say("This wiki was made by mail2wiki{version} from {messages}.", version=version, messages=count)
    body = [made, "", f"## {say('What became of every message')}", ""]
    body += [
        f"- {say.number(tally.dispositions[what])} {text}"
        for what, text in say_of.items()
        if tally.dispositions.get(what)
    ]
    if len(tally.sources) > 1:
        body += ["", f"## {say('Sources')}", ""]
        body += [f"- {escape_inline(name, 120)}: {say.number(n)}" for name, n in tally.sources[:_SENDERS]]
    if tally.automated:
        body += ["", f"## {say('Automated senders')}", ""]
        for address, n in tally.automated[:_SENDERS]:
            who = _address(address)
            body.append(f"- {escape_inline(who or say('unknown'), 160)}: {say.number(n)}")
        if len(tally.automated) > _SENDERS:
            body.append(f"- {say.many('{n} more', '{n} more', len(tally.automated) - _SENDERS)}")
    if tally.failed:
        body += ["", f"## {say('Not readable')}", ""]
        body += [f"- {escape_inline(reason, 120)}: {say.number(n)}" for reason, n in tally.failed[:50]]
    body += ["", f"## {say('How to read the pages')}", ""]
    body += [
        f"- {say('The small heading above each message (mail-…) is its address: link to it.')}",
        f"- {say('Times are in UTC.')}",
        f"- {say('Quoted text is left out where the quoted message is in this wiki; an arrow leads there.')}",
        f"- {say('Recovered text was found only in a quotation: the message itself is not in the mailbox.')}",
        f"- {say('Signatures and disclaimers are left out.')}",
        f"- {say('Attachments that could do harm are named but not published.')}",
    ]
    return _item(world, place, say("About this wiki"), "about", body)


def _parts(world: World, place: Place) -> list[str]:
    """Links between the parts of a list that needs several pages."""
    every = [p for p in world.plan.pages if p.kind == place.kind]
    if len(every) < 2:
        return []
    every.sort(key=lambda p: p.number)
    named = [
        world.say("part {n}", n=p.number) if p is place else link(world.say("part {n}", n=p.number), p.path)
        for p in every
    ]
    return [" · ".join(named), ""]


def _document(world: World, n: int, page: str, versions: int) -> str:
    """A document's line; below it its versions if there are several and they are wanted."""
    say, found = world.say, world.k.documents[n]
    newest = found.versions[0]
    path = world.plan.files.get(newest.sha256)
    title = link(found.title, relative(page, path), 100) if path else escape_inline(found.title, 100)
    facts = [title] + ([] if path else [say("not published")])
    facts += [
        escape_inline(world.name(newest.sender), 60),
        link(say.day(newest.date), world.href(newest.message, page)),
    ]
    if len(found.versions) > 1:
        facts.append(say.many("{n} version", "{n} versions", len(found.versions)))
    line = "- " + " · ".join(facts)
    if versions and len(found.versions) > 1:
        for v in found.versions[1:versions]:
            path = world.plan.files.get(v.sha256)
            name = link(v.name, relative(page, path), 80) if path else escape_inline(v.name, 80)
            when = link(say.day(v.date), world.href(v.message, page))
            line += f"\n    - {name} · {escape_inline(world.name(v.sender), 60)} · {when}"
        if len(found.versions) > versions:
            line += f"\n    - {say.many('{n} more', '{n} more', len(found.versions) - versions)}"
    return line


def _address(a: Address) -> str:
    return f"{a.name} ({a.address})" if a.name and a.address else a.name or a.address


def _person(world: World, found: Person, page: str) -> str:
    path = world.person_page.get(found.id)
    return link(found.name, relative(page, path), 60) if path else escape_inline(found.name, 60)


def _person_line(world: World, found: Person, page: str) -> str:
    say = world.say
    count = say.many("{n} conversation", "{n} conversations", len(found.conversations))
    return f"- {_person(world, found, page)} · {count} · {say('last {day}', day=say.day(found.last))}"


def _talk_line(world: World, found: Conversation, page: str) -> str:
    say = world.say
    goal = world.plan.where[found.messages[0]]
    of = world.plan.topic_of[found.id]
    title = f"[{escape_label(found.subject or say('No subject'))}]({relative(page, goal)})"
    return f"- {title} · {say.period(found.first, found.last)} · {escape_inline(of.label, 100)}"


def _topic_link(world: World, topic: Topic, page: str) -> str:
    return link(topic.label, relative(page, world.plan.paths[topic.id]))


def _topic_line(world: World, topic: Topic, page: str) -> str:
    say = world.say
    count = say.many("{n} message", "{n} messages", _messages(world, topic))
    return f"- {_topic_link(world, topic, page)} · {count} · {say('last {day}', day=say.day(_last(world, topic)))}"


def _messages(world: World, topic: Topic) -> int:
    return sum(len(world.conversations[c].messages) for c in topic.conversations if c in world.conversations)


def _last(world: World, topic: Topic) -> int | None:
    found = (world.conversations[c].last for c in topic.conversations if c in world.conversations)
    return max((last for last in found if last is not None), default=None)


MAKERS = {
    "home": home,
    "index": area,
    "area": area,
    "people": people,
    "person": person,
    "documents": documents,
    "about": about,
}
