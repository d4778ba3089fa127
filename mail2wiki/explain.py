"""`mail2wiki explain`: what happened to one message and why, from the manifest and the last run's decisions.

Why a published one is in its topic is worked out from the catalogue: the words and people that decided.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mail2wiki.catalog import READING, Catalog
from mail2wiki.errors import UsageError
from mail2wiki.extract.credentials import SIGNAL
from mail2wiki.history import digest
from mail2wiki.out import Out
from mail2wiki.records import NEW, QUOTED, Conversation, Document, Message, Topic

if TYPE_CHECKING:
    from mail2wiki.cluster.explaining import Weighed


def explain(wanted: str, root: Path, as_json: bool = False) -> str:
    """The story of the message with this id, beginning of an id (8 letters or more) or Message-ID."""
    out = Out(root)
    if not out.manifest.exists():
        raise UsageError("nothing was exported here yet", str(root), "Run mail2wiki export first.")
    bare = wanted.strip("<>")
    found = [line for line in out.read_manifest(bare, bare.lower()) if _is(line, wanted)] or _held(bare, out)
    if not found:
        raise UsageError(f"no message {wanted}", str(out.manifest), "Give a Message-ID or an id from manifest.jsonl.")
    if len({line["id"] for line in found}) > 1 and len({line.get("message_id") for line in found}) > 1:
        raise UsageError(f"{wanted} fits several messages", str(out.manifest), "Give more letters of the id.")
    stories = [_story(id, found, out) for id in dict.fromkeys(line["id"] for line in found)]
    if as_json:
        return json.dumps(stories, ensure_ascii=False, indent=1)
    return "\n\n".join("\n".join(_to_read(story)) for story in stories)


def _is(line: dict[str, Any], wanted: str) -> bool:
    message_id = (line.get("message_id") or "").strip("<>")
    return (len(wanted) >= 8 and line["id"].startswith(wanted.lower())) or message_id == wanted.strip("<>") != ""


def _held(message_id: str, out: Out) -> list[dict[str, Any]]:
    """Lines of held messages with this Message-ID, which the catalogue alone knows."""
    held = [line for line in out.read_manifest("held") if line["disposition"] == "held"]
    if not held or not message_id or not out.catalog.exists():
        return []
    with Catalog(out.catalog, readonly=True) as catalog:
        headers = catalog.headers(sorted({line["id"] for line in held}))
    same = {message.id for message in headers if (message.message_id or "").strip("<>") == message_id}
    return [line for line in held if line["id"] in same]


def _story(id: str, found: list[dict[str, Any]], out: Out) -> dict[str, Any]:
    mine = [line for line in found if line["id"] == id]
    first = next((line for line in mine if line["disposition"] != "duplicate"), mine[0])
    story = {key: first.get(key) for key in ("id", "message_id", "date", "disposition", "of", "reason")}
    story["read from"] = [f"{line['source']} at {line['at']}" for line in mine]
    story.update({key: first[key] for key in ("thread", "topic", "page") if first.get(key)})
    if of := first.get("of"):
        pages = [line["page"] for line in out.read_manifest(of) if line["id"] == of and line.get("page")]
        story["page"] = pages[0] if pages else None
    if out.catalog.exists():
        with Catalog(out.catalog, readonly=True) as catalog:
            decision = catalog.decision(id)
            if decision:
                story["evidence"] = decision.evidence
            if first["disposition"] != "held" and any(SIGNAL in message.signals for message in catalog.messages([id])):
                story["hidden"] = "a password or key"
            if first.get("topic"):
                story["why this topic"] = why_topic(first["thread"], out, catalog)
    return {key: value for key, value in story.items() if value}


def why_topic(conversation: str, out: Out, catalog: Catalog) -> dict[str, Any]:
    """Why a conversation is in its topic; {} where that cannot be said any more."""
    from mail2wiki import cluster, gathering

    report = out.read_report()
    weighed = _weighed(out, catalog)
    lines = out.read_manifest(conversation)
    ids = sorted({line["id"] for line in lines if line.get("thread") == conversation})
    messages = {message.id: message for message in catalog.messages(ids)}
    shown = [line["id"] for line in lines if line["disposition"] == "published" and line["id"] in messages]
    if not shown or conversation not in weighed.ids:
        return {}
    own = gathering.document(_conversation(conversation, shown, messages), messages, catalog.terms(shown), ())
    text = "\n".join(body.text(NEW + QUOTED) for body in catalog.bodies(ids).values())
    why = cluster.explain(own, weighed, text)
    labels = {id: topic["label"] for id, topic in report["topics"].items()}
    doubtful = any(doubt["conversation"] == conversation for doubt in report.get("doubtful_topics", ()))
    return {**dataclasses.asdict(why), "label": labels.get(why.topic, why.topic),
            "other_label": labels.get(why.other, why.other), "doubtful": doubtful}  # fmt: skip


def _weighed(out: Out, catalog: Catalog) -> Weighed:
    """All conversations of the last run; weighed when they are first asked for, then kept in OUT/work for that run."""
    from mail2wiki import cluster
    from mail2wiki.cluster import explaining

    key = f"{READING}.{cluster.TERMS_VERSION}.{digest(out.manifest)}"
    weighed = explaining.load(out.weighed, key)
    if weighed is None:
        weighed = cluster.weigh(*grouped(out, catalog))
        with contextlib.suppress(OSError):  # whoever may only read OUT waits each time
            explaining.save(weighed, out.weighed, key)
    return weighed


def grouped(out: Out, catalog: Catalog) -> tuple[list[Document], list[Topic]]:
    """The published conversations as the cluster room saw them in the last run, and the topics it made."""
    from mail2wiki import gathering
    from mail2wiki.pipeline import find_owners
    from mail2wiki.settings import Settings

    report = out.read_report()
    messages = {message.id: message for message in catalog.messages()}
    settings = Settings(owner=tuple(report.get("settings", {}).get("owner", ())))
    lines = out.read_manifest()
    held = {line["id"] for line in lines if line["disposition"] == "held"}
    owners = {a.address for a in find_owners({id: m for id, m in messages.items() if id not in held}, settings)}
    inside: dict[str, dict[str, None]] = defaultdict(dict)
    members: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line["disposition"] == "published" and line["id"] in messages:
            inside[line["thread"]][line["id"]] = None
            members[line["topic"]].add(line["thread"])
    terms = catalog.terms()
    documents = [gathering.document(_conversation(id, ids, messages), messages, terms, owners)
                 for id, ids in inside.items()]  # fmt: skip
    labels = {id: topic["label"] for id, topic in report["topics"].items()}
    return documents, [Topic(id, labels.get(id, id), (), tuple(sorted(of))) for id, of in sorted(members.items())]


def _conversation(id: str, ids: Iterable[str], messages: Mapping[str, Message]) -> Conversation:
    """A conversation as the manifest knows it, its messages by date."""
    order = sorted(ids, key=lambda one: (messages[one].date or 0, one))
    dates = [date for one in order if (date := messages[one].date) is not None]
    return Conversation(id, "", tuple(order), {}, min(dates, default=None), max(dates, default=None))


_WORDS = {
    "published": "published: its own text stands on the page below",
    "duplicate": "duplicate: the same message as the one below, which was kept",
    "contained": "contained: all it says stands in the message below",
    "held": "held back by the privacy gate: nothing of it was used anywhere",
    "automated": "automated: counted and listed by sender, its text is not published",
    "excluded": "excluded by your settings or decisions",
    "failed": "failed: it could not be read; its bytes lie in work/failed",
}


def _to_read(story: dict[str, Any]) -> list[str]:
    lines = [f"message    {story['id']}"]
    for key in ("message_id", "date"):
        if key in story:
            lines.append(f"{key:<10} {story[key]}")
    lines += [f"read from  {place}" for place in story["read from"]]
    lines.append(f"decision   {_WORDS[story['disposition']]}")
    for key in ("of", "reason", "evidence", "hidden", "thread", "topic", "page"):
        if key in story:
            lines.append(f"{key:<10} {story[key]}")
    return lines + _why(story.get("why this topic", {}))


def _why(why: dict[str, Any]) -> list[str]:
    if not why:
        return []
    lines = [f"why        as like {why['label']} as {why['likeness']:.2f} (1 = the same)"]
    lines += [f"  words    {', '.join(f'{word} {part:.2f}' for word, part in why['words'])}"] if why["words"] else []
    lines += [f"  people   {', '.join(f'{name} {part:.2f}' for name, part in why['people'])}"] if why["people"] else []
    if why["other"]:
        by = why["likeness"] - why["other_likeness"]
        lines.append(f"  next     {why['other']} {why['other_label']}: {why['other_likeness']:.2f}, {abs(by):.2f} "
                     + ("less" if by >= 0 else "more"))  # fmt: skip
    return lines + (["  doubtful it would fit there as well: see topics.toml"] if why["doubtful"] else [])
