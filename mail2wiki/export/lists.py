"""The pages that lead to the others, but for home and people: areas, all topics, documents, and the account.

All made in the parent, from names, dates and counts only; every word from mail is escaped.
"""

from __future__ import annotations

from mail2wiki.export import contacts, lines
from mail2wiki.export.clock import UNKNOWN, hours
from mail2wiki.export.home import home
from mail2wiki.export.items import Item, World
from mail2wiki.export.markdown import escape_inline
from mail2wiki.export.plan import Place
from mail2wiki.records import MASK, Address

_VERSIONS = 12  # of a document
_SENDERS = 200  # of automated mail


def area(world: World, place: Place) -> Item:
    """All topics of an area (or of the wiki, where there are no areas), with keywords."""
    topics = [t for t in world.k.topics if t.area == place.of]
    topics.sort(key=lambda t: (-(lines.last(world, t) or 0), t.id))
    title = topics[0].area_label if place.kind == "area" else world.say("All topics")
    body = []
    for t in topics:
        keys = ", ".join(escape_inline(phrase, 60) for phrase in t.keyphrases[:5])
        body.append(lines.topic_line(world, t, place.path) + (f"  \n    {keys}" if keys else ""))
    newest = max((d for t in topics if (d := lines.last(world, t)) is not None), default=None)
    aliases = topics[0].area_aliases if place.kind == "area" else ()
    return lines.ready(world, place, title, place.kind, body, newest, aliases=aliases)


def documents(world: World, place: Place) -> Item:
    """Attachments as documents with their versions, newest first."""
    say = world.say
    body = lines.parts(world, place)
    body += [lines.document(world, n, place.path, _VERSIONS) for n in place.items]
    title = say("Documents")
    if place.number > 1:
        title = say("{title}, part {n}", title=title, n=place.number)
    return lines.ready(world, place, title, "index", body or [say("No documents.")])


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
        body += ["", f"## {say('Automated messages by sender')}", ""]
        for address, n in tally.automated[:_SENDERS]:
            who = _address(address)
            body.append(f"- {escape_inline(who or say('unknown'), 160)}: {say.number(n)}")
        if len(tally.automated) > _SENDERS:
            body.append(f"- {say.many('{n} more sender', '{n} more senders', len(tally.automated) - _SENDERS)}")
    if tally.failed:
        body += ["", f"## {say('Not readable')}", ""]
        body += [f"- {escape_inline(reason, 120)}: {say.number(n)}" for reason, n in tally.failed[:50]]
    body += ["", f"## {say('How to read the pages')}", ""]
    body += [
        f"- {say('The small heading above each message (mail-…) is its address: link to it.')}",
        f"- {_times(world)}",
        f"- {say('Quoted text is left out where the quoted message is in this wiki; an arrow leads there.')}",
        f"- {say('Recovered text was found only in a quotation: the message itself is not in the mailbox.')}",
        f"- {say('In an edited quotation, the words that its original does not have there are bold.')}",
        f"- {say('Of a report that comes again and again, an earlier issue shows only what no later one says.')}",
        f"- {say('Signatures and disclaimers are left out.')}",
        f"- {say('Passwords and keys are hidden: {mask} stands in their place.', mask=MASK)}",
        f"- {say('Attachments that could do harm are named but not published.')}",
    ]
    return lines.ready(world, place, say("About this wiki"), "about", body)


def _times(world: World) -> str:
    say = world.say
    if not say.clock:
        return say("Times are in UTC.")
    if say.clock == UNKNOWN:
        return say("Times are what the clocks of the mailbox showed; their zone is not known.")
    winter, summer = hours(say.clock)
    if summer:
        return say("Times are those of the mailbox: UTC{winter}, in summer UTC{summer}.", winter=winter, summer=summer)
    return say("Times are those of the mailbox: UTC{winter}.", winter=winter)


def _address(a: Address) -> str:
    return f"{a.name} ({a.address})" if a.name and a.address else a.name or a.address


MAKERS = {
    "home": home,
    "index": area,
    "area": area,
    "organisations": contacts.organisations,
    "organisation": contacts.organisation,
    "people": contacts.people,
    "person": contacts.person,
    "documents": documents,
    "about": about,
}
