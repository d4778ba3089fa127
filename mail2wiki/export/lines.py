"""One line for a document, a person, an organisation, a conversation, a topic: as every list of the wiki shows it.

Made in the parent, from names, dates and counts only; every word from mail is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mail2wiki.export.front import head
from mail2wiki.export.items import Item, World
from mail2wiki.export.markdown import escape_inline, escape_label, link
from mail2wiki.export.names import relative
from mail2wiki.export.plan import Place
from mail2wiki.records import Conversation, Organisation, Page, Person, Topic

# in figures; of two numbers only with a slash: a version (1.7) is no day
_DATES = re.compile(r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\b\d{1,2}\.\d{1,2}\.(?:\d{2,4}\b)?|\b\d{4}-\d\d-\d\d\b")
_ALIKE, _EARLIER = 3, 6  # conversations of one title that share a line; days named on it


def ready(
    world: World, place: Place, title: str, type: str, body: Sequence[str], updated: int | None = None,
    tags: Sequence[str] = (), up: Sequence[str] = (), aliases: Sequence[str] = (),
) -> Item:  # fmt: skip
    """A page without messages. `up`: links to the pages above it, after the home page."""
    day = world.say.iso_day(world.newest if updated is None else updated)
    top = head(title, place.id, type, day, tags, aliases=aliases)
    above = [] if place.kind == "home" else [link(world.say("Home"), relative(place.path, "index.md")), *up]
    trail = " · ".join(above) + "\n\n" if above else ""
    text = f"{top}\n{trail}" + "\n".join(body).rstrip("\n") + "\n"
    page = Page(place.path, place.id, title, text)
    return Item(place.path, place.id, title, world.say.language, world.say.clock, ready=page)


def parts(world: World, place: Place) -> list[str]:
    """Links between the parts of a list that needs several pages."""
    every = sorted((p for p in world.plan.pages if p.kind == place.kind), key=lambda p: p.number)
    if len(every) < 2:
        return []
    named = [
        world.say("part {n}", n=p.number) if p is place else link(world.say("part {n}", n=p.number), p.path)
        for p in every
    ]
    return [" · ".join(named), ""]


def document(world: World, n: int, page: str, versions: int) -> str:
    """A document's line; below it at most so many of its versions."""
    say, found = world.say, world.k.documents[n]
    newest = found.versions[0]
    path = world.plan.files.get(newest.sha256)
    title = link(found.title, relative(page, path), 100) if path else escape_inline(found.title, 100)
    if newest.title:
        title += f": {escape_inline(newest.title, 100)}"
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


def person(world: World, found: Person, page: str) -> str:
    """A name, linked if there is a page."""
    path = world.person_page.get(found.id)
    return link(found.name, relative(page, path), 60) if path else escape_inline(found.name, 60)


def person_line(world: World, found: Person, page: str) -> str:
    """Name, how many conversations, the last day."""
    say = world.say
    count = say.many("{n} conversation", "{n} conversations", len(found.conversations))
    return f"- {person(world, found, page)} · {count} · {say.last(found.last)}"


def organisation(world: World, found: Organisation, page: str) -> str:
    """A name, linked if there is a page."""
    path = world.organisation_page.get(found.id)
    return link(found.name, relative(page, path), 80) if path else escape_inline(found.name, 80)


def organisation_line(world: World, found: Organisation, page: str, people: int) -> str:
    """Name and domain, how much; below it who, and the newest conversation."""
    say = world.say
    members = [world.people[id] for id in found.people]
    named = ", ".join(person(world, p, page) for p in members[:people])
    if len(members) > people:
        named += ", " + say.many("{n} more", "{n} more", len(members) - people)
    count = say.many("{n} conversation", "{n} conversations", len(found.conversations))
    line = f"- **{organisation(world, found, page)}** ({escape_inline(found.domain, 80)}) · {count}  \n    {named}"
    newest = world.conversations.get(found.conversations[0]) if found.conversations else None
    if newest is None:
        return line
    return f"{line}  \n    {say.last(newest.last)}: {talk(world, newest, page)}"


def talk(world: World, found: Conversation, page: str) -> str:
    """A conversation's subject as a link to its page, or to its first message on its topic's page."""
    title = escape_label(found.subject or world.say("No subject"))
    return f"[{title}]({relative(page, _place(world, found))})"


def _place(world: World, found: Conversation) -> str:
    return goal(world, found) or world.plan.where[found.messages[0]]


def goal(world: World, found: Conversation) -> str:
    """The page of a conversation or series; "" if it has none of its own."""
    paths = world.plan.paths
    return paths.get(found.id if found.id in world.plan.series else f"conversation-{found.id}", "")


def talk_line(world: World, found: Conversation, page: str) -> str:
    """Subject, dates, topic."""
    of = world.plan.topic_of[found.id]
    when = world.say.period(found.first, found.last)
    return f"- {talk(world, found, page)} · {when} · {topic(world, of, page)}"


def talk_lines(world: World, found: Sequence[Conversation], page: str, most: int) -> list[str]:
    """Conversations, the newest first, at most so many lines; those of one title, but for dates, on one."""
    say = world.say
    alike: dict[str, list[Conversation]] = {}
    for one in found:
        alike.setdefault(" ".join(_DATES.sub(" ", one.subject.casefold()).split()) or one.id, []).append(one)
    runs = {run[0].id: run for run in alike.values() if len(run) >= _ALIKE}
    later = {one.id for run in runs.values() for one in run[1:]}
    out: list[str] = []
    told = 0
    for one in [one for one in found if one.id not in later][:most]:
        run = runs.get(one.id, [one])
        told += len(run)
        out.append(talk_line(world, one, page) + _earlier(world, run[1:], page))
    left = len(found) - told
    return out + ([f"- {say.many('{n} more conversation', '{n} more conversations', left)}"] if left else [])


def _earlier(world: World, run: Sequence[Conversation], page: str) -> str:
    """` · earlier: [3 May 2001](...), 4 more`"""
    say = world.say
    days = [link(say.day(one.last), relative(page, _place(world, one))) for one in run[:_EARLIER]]
    if len(run) > _EARLIER:
        days.append(say.many("{n} more", "{n} more", len(run) - _EARLIER))
    return f" · {say('earlier: {days}', days=', '.join(days))}" if days else ""


def topic(world: World, found: Topic, page: str) -> str:
    """A topic's label as a link."""
    return link(found.label, relative(page, world.plan.paths[found.id]))


def topic_line(world: World, found: Topic, page: str, words: int = 0) -> str:
    """Label, some keywords, how many messages, the last day."""
    say = world.say
    facts = [topic(world, found, page)]
    if keys := [escape_inline(phrase, 60) for phrase in found.keyphrases[:words]]:
        facts.append(", ".join(keys))
    facts.append(say.many("{n} message", "{n} messages", messages(world, found)))
    facts.append(say.last(last(world, found)))
    return "- " + " · ".join(facts)


def messages(world: World, found: Topic) -> int:
    """How many messages a topic has."""
    return sum(len(world.conversations[c].messages) for c in found.conversations if c in world.conversations)


def last(world: World, found: Topic) -> int | None:
    """The date of a topic's newest message."""
    dates = (world.conversations[c].last for c in found.conversations if c in world.conversations)
    return max((date for date in dates if date is not None), default=None)
