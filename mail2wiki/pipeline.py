"""The whole program: a mailbox walks through six rooms and comes out as a wiki.

    bytes ─ extract ─ messages ─ thread ─ conversations ─ screen ─ publishable ─ cluster ─ topics ─ digest ─ export

Every room is imported where it is used, so that a run with nothing new costs nearly nothing.
"""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mail2wiki.catalog import Catalog
from mail2wiki.errors import Mail2WikiError, UsageError
from mail2wiki.out import Out
from mail2wiki.progress import Progress
from mail2wiki.records import Address, Message
from mail2wiki.settings import Settings
from mail2wiki.telling import Telling
from mail2wiki.workers import Workers

if TYPE_CHECKING:
    from mail2wiki.export.manifest import Entry


def export(
    paths: Sequence[Path],
    root: Path,
    settings: Settings,
    progress: Progress,
    *,
    dry_run: bool = False,
    bundled: bool = False,
) -> dict[str, Any]:
    """Mailboxes in, wiki out; returns the report. Raises one of errors.py when nothing was written.

    `bundled`: these are copies of the sample mailbox that will be gone; `verify` knows where to find it again.
    """
    from mail2wiki import reading

    gc.disable()  # everything made here lives to the end: looking for garbage took a tenth of the time
    clock = Clock()
    out = Out(root)
    out.check(paths)
    with out.claim(), Workers(settings.processes) as workers:
        if not out.catalog.exists():
            reading.prepare(paths, workers)  # what they begin as is made while the rooms are imported here

        from mail2wiki import history
        from mail2wiki.cluster import embedding, wishes
        from mail2wiki.extract import sources

        wanted = wishes.read(out.topics)
        if settings.embeddings:
            embedding.kind(Path(settings.embeddings))
        progress.stage("looking for mail")
        found = sources.find(paths, out.work / "unpacked", include_trash=settings.include_trash)
        inputs = history.inputs(found.boxes, settings, out, reading.version())
        report = out.read_report()
        if not dry_run and not settings.regroup and history.covers(report, inputs, out):
            return {**report, "summary": ["nothing new: the wiki is as it was"]}
        with Catalog(out.catalog, reading=reading.version()) as catalog, Telling(out.texts) as telling:
            reading.read(found.boxes, catalog, out.work, workers, progress)
            clock.lap("read")
            return _from_catalog(catalog, out, settings, workers, telling, progress, clock, dry_run, {
                "inputs": inputs,
                "sources": [] if bundled else [os.path.abspath(path) for path in paths],
                "sample": bundled,
                "skipped": [list(item) for item in found.skipped],
                "last": report,
                "wishes": wanted,
            })  # fmt: skip


def _from_catalog(
    catalog: Catalog,
    out: Out,
    settings: Settings,
    workers: Workers,
    telling: Telling,
    progress: Progress,
    clock: Clock,
    dry_run: bool,
    run: dict[str, Any],
) -> dict[str, Any]:
    """From everything that was ever read to the wiki."""
    from mail2wiki import account, cluster, counting, gathering, reading, screen, thread, writing
    from mail2wiki.cluster import embedding, listing
    from mail2wiki.deciding import settle, with_echoes
    from mail2wiki.export import Quoting, plan
    from mail2wiki.export.manifest import natural
    from mail2wiki.history import History
    from mail2wiki.screen import review

    before = History.read(out, run.pop("last"))
    wishes = run.pop("wishes")
    counted = counting.begin(catalog, workers)
    messages = load(catalog, before.ids)

    progress.stage("threading", 0)
    keep = _ids(settings.keep, messages)
    woven = thread.weave(
        list(messages.values()), catalog.prints_in_order(), catalog.bodies, before.conversations, keep,
        reading.spread(workers, catalog),
    )  # fmt: skip
    workers.release()
    clock.lap("thread")

    progress.stage("screening", 0)
    rules = screen.ScreenSettings(
        private_words=settings.private_words,
        excluded_senders=settings.exclude_senders,
        excluded_folders=settings.exclude_folders,
        include_trash=settings.include_trash,
    )
    rows = review.read(out.review)
    decided = review.decisions(rows)
    marked, held_back = with_echoes(screen.marks(messages, rules), woven, decided, messages, catalog.bodies)
    screened = screen.screen(messages, woven, rules, decided, held_back)
    decisions = settle(messages, woven.decisions, screened)
    held = {id for id, decision in decisions.items() if decision.what == "held"}
    before = before.without_words(held)
    conversations = gathering.published(woven, decisions, messages)
    series = gathering.series(woven, conversations, catalog, before.page_paths)
    shown = [messages[id] for conversation in conversations for id in conversation.messages]
    edges = gathering.edges(shown, catalog, {id for one in series for id in one.messages})
    quoted = gathering.claimed(woven.quoted, messages)
    if counted:
        counted.end()
    if not dry_run:
        ids = [message.id for message in shown]
        telling.begin(ids, Quoting(set(ids), decisions, quoted, series), edges, catalog, workers)
    clock.lap("screen")

    progress.stage("grouping", 0)
    owners = find_owners(gathering.not_held(messages, decisions), settings)
    encode = embedding.load(Path(settings.embeddings)) if settings.embeddings else None
    embedded = embedding.embed(conversations, catalog.bodies, encode) if encode else None
    terms = catalog.terms()
    addresses = {owner.address for owner in owners}
    series_of = {conversation: one.id for one in series for conversation in one.issues}
    topics, doubts = cluster.organise(
        [gathering.document(c, messages, terms, addresses, series_of.get(c.id, "")) for c in conversations],
        previous=before.topics,
        labels_before=before.labels,
        aliases_before=before.aliases,
        areas_before=before.areas,
        owner=addresses,
        names=gathering.names(shown),
        regroup=settings.regroup,
        wishes=wishes,
        embedded=embedded,
    )
    run["doubtful_topics"] = [doubt._asdict() for doubt in doubts]
    del terms
    clock.lap("cluster")

    progress.stage("planning", 0)
    copies = sorted(catalog.copies(), key=lambda copy: (copy.source, natural(copy.at), copy.id))
    fates = account.fates(copies, decisions)
    conversations = gathering.titled(conversations, woven, catalog.bodies)
    knowledge = gathering.knowledge(
        conversations, topics, messages, decisions, owners,
        settings.lang or gathering.main_language(shown),
        Counter(copy.source.partition("/")[0] for copy in copies if copy.id not in held), fates,
        before.page_paths, edges.contacts, edges.named, quoted, gathering.clock(shown, addresses, woven.quoted), series,
    )  # fmt: skip
    planned = plan(knowledge, gathering.shown_sizes(catalog.sizes(), woven), settings.max_pages)
    threads = {id: conversation.id for conversation in woven.conversations for id in conversation.messages}
    topic_of = {conversation: topic.id for topic in topics for conversation in topic.conversations}

    def entries() -> Iterator[Entry]:
        return account.entries(copies, messages, decisions, planned.where, threads, topic_of)

    sums = account.check(entries(), conversations, topics, planned.where)
    clock.lap("plan")
    if dry_run:
        return writing.forecast(run, sums, planned, clock.laps)

    progress.stage("writing", len(planned.pages))
    written = writing.write(out, planned, knowledge, edges, catalog, before, workers, telling, progress, entries())
    catalog.decide(decisions.values())
    review.write(out.review, review.rows(screen.held_conversations(marked, woven), woven, rows))
    subjects = {conversation.id: conversation.subject for conversation in conversations}
    run["inputs"]["topics"] = listing.write(out.topics, topics, wishes, doubts, subjects)
    clock.lap("write")
    return writing.finish(out, run, settings, sums, planned, topics, written, clock.laps)


def demo(root: Path, settings: Settings, progress: Progress) -> dict[str, Any]:
    """Export the bundled sample mailbox."""
    import tempfile

    from mail2wiki import sample

    with tempfile.TemporaryDirectory(prefix="mail2wiki-demo-") as folder:
        return export(sample.write(Path(folder)), root, settings, progress, bundled=True)


class Clock:
    """Seconds spent by stage; only for report.json, never for a decision."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, stage: str) -> None:
        """The stage just ended."""
        now = time.monotonic()
        self.laps[stage] = round(now - self._last, 3)
        self._last = now


def load(catalog: Catalog, known: Collection[str] = ()) -> dict[str, Message]:
    """Every message by id, sorted. `known`: ids of the last run; refuses to go on where some of them are lost."""
    messages = {message.id: message for message in catalog.messages()}
    if not messages:
        raise Mail2WikiError("no message in the sources", "", "Give a mailbox with mail in it.")
    if lost := set(known) - messages.keys():
        raise Mail2WikiError(
            f"{len(lost)} messages of the last run are in no source any more, and OUT/work was deleted",
            str(catalog.path),
            "Give the earlier sources again, or choose a new OUT.",
        )
    return messages


def _ids(wanted: Sequence[str], messages: Mapping[str, Message]) -> set[str]:
    """Ids of the messages a user named by id or Message-ID."""
    names = {name.strip("<>") for name in wanted}
    return {id for id, m in messages.items() if id in names or (m.message_id or "").strip("<>") in names - {""}}


def find_owners(messages: Mapping[str, Message], settings: Settings) -> list[Address]:
    """Whose mailbox it is; raises UsageError where the settings name somebody who is not in it."""
    from mail2wiki.extract.owner import find_owner
    from mail2wiki.gathering import names

    found = find_owner(messages.values(), settings.owner)
    addresses = {address: found[holder] for holder in sorted(found) for address in found[holder]}
    if settings.owner and messages and not addresses:
        often = Counter(m.sender.address for m in messages.values() if m.sender.address)
        those = ", ".join(sorted(often, key=lambda address: (-often[address], address))[:3])
        do = f"Give an address, or more of the name; most wrote: {those}."
        raise UsageError(f"nobody in this mailbox is {' or '.join(settings.owner)}", "--owner", do)
    called = names(messages.values(), addresses) if addresses else {}
    return [Address(_owner_name((address, *theirs), called), address) for address, theirs in addresses.items()]


def _owner_name(addresses: Sequence[str], called: Mapping[str, str]) -> str:
    """What the owner of these addresses is called: under the first of them, else under another; "" if nobody says."""
    spoken = (Address("", address).called for address in addresses)
    return next(filter(None, map(called.get, addresses)), "") or next((name for name in spoken if " " in name), "")
