"""The first page: what this wiki is, then customers, what happened last, topics, documents, people, the account."""

from __future__ import annotations

from mail2wiki.export import lines
from mail2wiki.export.items import Item, World, linked
from mail2wiki.export.markdown import escape_inline, link
from mail2wiki.export.names import relative
from mail2wiki.export.plan import AREA_TOPICS, HOME_ORGANISATIONS, LINKS, Place
from mail2wiki.export.topics import writers
from mail2wiki.records import Conversation, Topic

_PEOPLE, _RECENT, _DOCUMENTS = 12, 8, 8
_MEMBERS, _WRITERS = 4, 3  # people named of an organisation, of a conversation
_FLAT = 12  # so few topics are one list, without the names of their areas
_WORDS = 3  # keywords of a topic


def home(world: World, place: Place) -> Item:
    """The page a successor opens first."""
    say, k = world.say, world.k
    owners = list(dict.fromkeys(a.name or a.address for a in k.owners))[:3]
    title = say("Knowledge from a mailbox")
    if owners:
        names = say.together(owners)
        title = say.many(
            "Knowledge from the mailbox of {names}", "Knowledge from the mailboxes of {names}", len(owners), names=names
        )
    body = [
        say(
            "This wiki was made from mail: {messages} in {conversations}, ordered into {topics}, {period}.",
            messages=say.many("{n} message", "{n} messages", len(world.conversation_of)),
            conversations=say.many("{n} conversation", "{n} conversations", len(k.conversations)),
            topics=say.many("{n} topic", "{n} topics", len(k.topics)),
            period=say.period(world.oldest, world.newest),
        )
        + " "
        + say("Each thing is said once, and every sentence leads back to its message."),
        "",
        *_owners(world, place.path),
        *_organisations(world, place.path),
    ]
    if len(k.conversations) > _RECENT:
        recent = world.units(c.id for c in sorted(k.conversations, key=lambda c: (-(c.last or 0), c.id)))[:_RECENT]
        body += [f"## {say('Recently active')}", "", *(_recent(world, c, place.path) for c in recent), ""]
    body += _areas(world, place.path)
    body += [f"## {say('Documents')}", ""]
    if k.documents:
        body += [lines.document(world, n, place.path, 0) for n in _newest_documents(world)]
        body += [f"- {link(say('All documents'), 'documents.md')} ({say.number(len(k.documents))})", ""]
    else:
        body += [link(say("No documents."), "documents.md"), ""]
    body += [f"## {say('People')}", ""]
    # whoever asks here took over from the owner
    paged = [p for p in k.people if p.id in world.person_page and world.owned.isdisjoint(p.addresses)][:_PEOPLE]
    body += [lines.person_line(world, p, place.path) for p in paged]
    body += [f"- {link(say('All people'), 'people.md')} ({say.number(len(k.people))})", ""]
    body += [
        f"## {say('About this wiki')}",
        "",
        link(say("How it was made, and what became of every message"), "about.md"),
    ]
    return lines.ready(world, place, title, "home", body)


def _recent(world: World, found: Conversation, page: str) -> str:
    """A conversation's line, and who wrote, or to whom only the owner did: `Hi` says nothing else."""
    mails = [world.k.messages[id] for id in found.messages]
    if not all(mail.sender.address in world.owned for mail in mails):
        who = writers(world, [found], page, _WRITERS)
    else:
        others = world.each(a for mail in mails for a in (*mail.to, *mail.cc) if a.address not in world.owned)
        who = ", ".join(linked(world.who(address, page)) for address in others[:_WRITERS])
        who = who and world.say("to {recipients}", recipients=who)
    return " · ".join(filter(None, (lines.talk_line(world, found, page), who)))


def _newest_documents(world: World) -> list[int]:
    """Positions of the newest documents, pictures only where there are too few others."""
    picture = [d.versions[0].media_type.lower().startswith("image/") for d in world.k.documents]
    return sorted(range(len(picture)), key=picture.__getitem__)[:_DOCUMENTS]


def _owners(world: World, page: str) -> list[str]:
    """Whose mailbox this is, each person once with their addresses."""
    addresses: dict[str, list[str]] = {}
    for owner in world.k.owners[:6]:
        addresses.setdefault(owner.name, []).append(owner.address)
    if not addresses:
        return []
    known = []
    for name, theirs in addresses.items():
        person = next((found for address in theirs if (found := world.person.get(address))), None)
        said = lines.person(world, person, page) if name and person else escape_inline(name, 100)
        those = escape_inline(", ".join(theirs), 200)
        known.append(f"{said} ({those})" if name else those)
    label = world.say.many("Mailbox of:", "Mailboxes of:", len(known))
    return [f"**{label}** " + ", ".join(known), ""]


def _organisations(world: World, page: str) -> list[str]:
    """The organisations outside that there is something to read about."""
    say, every = world.say, world.k.organisations
    chosen = [o for o in every[:HOME_ORGANISATIONS] if len(o.conversations) >= LINKS or o.id in world.organisation_page]
    path = world.plan.paths.get("organisations")
    if not (chosen or path) or (len(every) < 2 and not world.k.owners):
        return []
    found = [lines.organisation_line(world, o, page, _MEMBERS) for o in chosen]
    if path:
        found.append(f"- {link(say('All organisations'), path)} ({say.number(len(every))})")
    title = say("Customers and partners") if world.k.owners else say("Organisations")
    return [f"## {title}", "", *found, ""]


def _areas(world: World, page: str) -> list[str]:
    """Topics under their areas, the largest first; large areas lead to a page of their own."""
    say, topics = world.say, world.k.topics
    areas: dict[str, list[Topic]] = {}
    size = {t.id: lines.messages(world, t) for t in topics}
    for topic in sorted(topics, key=lambda t: (-size[t.id], t.id)):
        areas.setdefault(topic.area, []).append(topic)
    paths = {area: world.plan.paths.get(f"area-{area}" if area else "topics") for area in areas}
    if len(topics) <= _FLAT and not any(paths.values()):
        areas, paths = {"": [topic for area in areas.values() for topic in area]}, {"": None}
        areas[""].sort(key=lambda t: (-size[t.id], t.id))
    single = [t for area, found in areas.items() if area and len(found) == 1 for t in found]
    found = [f"## {say('Topics')}", ""]
    groups = [(area, group) for area, group in areas.items() if len(group) > 1 or not area]
    for area, group in sorted(groups, key=lambda entry: (-sum(size[t.id] for t in entry[1]), entry[0])):
        path = paths[area]
        if area:
            label = group[0].area_label
            found += [f"### {link(label, relative(page, path)) if path else escape_inline(label, 120)}", ""]
        limit = AREA_TOPICS if path else len(group)
        found += [lines.topic_line(world, t, page, _WORDS) for t in group[:limit]]
        if path and len(group) > limit:
            more = say.many("{n} more topic", "{n} more topics", len(group) - limit)
            found.append(f"- {link(more, relative(page, path))}")
        found.append("")
    if single:
        found += [f"### {say('Other topics')}", ""] if groups else []
        found += [*(lines.topic_line(world, t, page, _WORDS) for t in single), ""]
    return found
