"""The pages of a series: its newest issue in full, each earlier one as a line, what only they say (see `folds`)."""

from __future__ import annotations

from mail2wiki.export.front import head
from mail2wiki.export.items import Fold, Item, World, linked
from mail2wiki.export.lines import goal
from mail2wiki.export.markdown import dated, link
from mail2wiki.export.names import relative
from mail2wiki.export.plan import Place
from mail2wiki.export.topics import as_talk, in_order, outsiders, span, writers
from mail2wiki.records import Conversation, Series

_RECIPIENTS = 4  # named on a line


def series(world: World, place: Place) -> Item:
    """The page of a series, or one with older issues."""
    say, found, unit = world.say, world.plan.series[place.of], world.conversations[place.of]
    first = place.number == 1
    issues = [world.conversations[c] for c in place.talks]
    here = [issue for issue in issues if world.plan.page(issue.messages[0]) == place.path]
    newest = issues[:1] if first else []
    earlier = issues[len(newest) :]
    title = unit.subject if first else f"{unit.subject} ({span(world, issues)})"
    of = world.plan.topic_of[place.of]
    ids = [m for issue in here for m in issue.messages]
    last = max((issue.last for issue in issues if issue.last is not None), default=None)
    top = [head(title, place.id, "conversation", say.iso_day(last), (of.label,), ids)]
    above = [(say("Home"), "index.md"), (of.label, world.plan.paths[of.id])]
    above += [] if first else [(unit.subject, world.plan.paths[place.of])]
    top.append(" · ".join(link(label, relative(place.path, path)) for label, path in above) + "\n")
    facts = [span(world, [unit]), say.many("{n} issue", "{n} issues", len(found.issues))]
    facts += [writers(world, [unit], place.path, 6), outsiders(world, [unit], place.path)]
    top.append(dated(" · ".join(filter(None, facts))) + "\n")
    talks = tuple(as_talk(world, issue, place.path) for issue in newest if issue in here)
    if newest and not talks:
        top += [f"## {say('Newest issue')}\n", f"- {_linked(world, newest[0], place.path)}\n"]
    folds = tuple(_fold(world, found, unit, issue, place.path) for issue in earlier)
    needed = dict.fromkeys([*(m for issue in here for m in issue.messages), *(f.id for f in folds)])
    needed |= dict.fromkeys(f.after for f in folds)
    older = _older(world, place)
    return Item(
        place.path, place.id, title, say.language, say.clock, tuple(needed), "\n".join(top), (), talks, older, folds
    )


def _linked(world: World, issue: Conversation, page: str) -> str:
    """An issue on a page of its own."""
    href = relative(page, goal(world, issue))
    return f"{link(issue.subject or world.say('No subject'), href)} · {world.say.day(issue.first)}"


def _fold(world: World, found: Series, unit: Conversation, issue: Conversation, page: str) -> Fold:
    id = issue.messages[0]
    after = found.messages[found.issues.index(issue.id) + 1]
    there = world.plan.page(id) != page
    message, later = world.k.messages[id], world.k.messages[after]
    to = ""
    if {*message.to, *message.cc} != {*later.to, *later.cc}:
        shown = world.shown(id, page, "")
        to = ", ".join(map(linked, shown.to[:_RECIPIENTS]))
        more = len(shown.to) - _RECIPIENTS + shown.more
        to += " " + world.say.many("and {n} more", "and {n} more", more) if more > 0 else ""
    subject = issue.subject if issue.subject != unit.subject else ""
    href = relative(page, goal(world, issue)) if there else world.href(id, page)
    return Fold(id, after, subject, message.date, href, () if there else in_order(world, issue.messages, page), to)


def _older(world: World, place: Place) -> str:
    """Links to the other pages of the series, newest first."""
    entries = []
    for other in reversed([p for p in world.plan.pages if p.kind == "series" and p.of == place.of]):
        if other.id != place.id:
            when = span(world, [world.conversations[c] for c in other.talks])
            entries.append(f"- {link(when, relative(place.path, other.path))}")
    return f"## {world.say('More issues')}\n\n" + "\n".join(entries) + "\n" if entries else ""


MAKERS = {"series": series}
