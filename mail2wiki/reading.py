"""From sources to the catalogue: spans go to workers in batches, rows come back, the parent alone writes.

A worker reads a message's bytes once and derives everything later rooms need from its text: the marked body, the
prints of the thread room and the terms of the cluster room. Of much mail the terms are left to `counting`, which has
them made on a core that threading leaves idle. No stage after this one opens a source.
"""

from __future__ import annotations

import dataclasses
import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import zstandard

from mail2wiki import counting
from mail2wiki.catalog import READING, Catalog, Row, pack_body, pack_known, pack_message
from mail2wiki.errors import SourceError
from mail2wiki.progress import Progress
from mail2wiki.records import NEW, Address, Body, Known, Mailbox, Message, Span
from mail2wiki.workers import Workers

if TYPE_CHECKING:
    from mail2wiki.extract.parse import Memory

MOST_GARBAGE = 200_000
"""Objects a worker may have made more than it freed before cycles are looked for."""

ROOMS = (
    "mail2wiki.reading", "mail2wiki.cluster.bags", "mail2wiki.extract.asides", "mail2wiki.extract.contacts",
    "mail2wiki.extract.naming", "mail2wiki.extract.parse", "mail2wiki.extract.repeated", "mail2wiki.extract.sources",
    "mail2wiki.thread.prints",
)  # fmt: skip
"""What reading a message imports, a fifth of a second: the parent imports as much for itself meanwhile."""

BATCH_BYTES = 1_500_000
BATCH_MESSAGES = 300
"""A batch is what one worker holds in memory; smaller ones made 10,000 Enron messages slower, larger ones no faster."""

WINDOW, ENDING = 20_000, 96
"""Messages among which copies are looked for before they are read, and the bytes at their end by which. With more
bytes, lines of the header would be among those of short messages, and they are others in each folder. It is only an
order: who ends alike for another reason is read as ever. 27 % of a mailbox of 10,000 messages (68 % of one of Enron's)
are copies, and cost a fifth of other messages."""


def read(boxes: Sequence[Mailbox], catalog: Catalog, out_work: Path, workers: Workers, progress: Progress) -> None:
    """Bring the catalogue up to date with these containers."""
    from mail2wiki.extract import sources

    todo = [box for box in boxes if not catalog.has(box)]
    if not todo:
        return
    size = sum(_size(box.path) for box in todo)
    progress.stage("reading", size)
    count = workers.count == 1 or size < counting.LATER
    jobs = (
        (box, spans, catalog.path, out_work, catalog.reading, count)
        for box in todo
        for spans in _batches(sources.spans(box))
    )
    first = next(jobs, None)
    second = next(jobs, None)
    every = chain(filter(None, (first, second)), jobs)
    for box, rows, size in workers.run(read_batch, every, alone=second is None):  # processes cost more than one batch
        catalog.add(box, rows)
        progress.advance(size, len(rows))
    for box in todo:
        if not sources.is_unchanged(box):
            raise SourceError(
                "the source changed while it was read", box.source, "Run again when nothing writes to it."
            )
        catalog.finish(box)
    stale = catalog.stale()
    for at in range(0, len(stale), BATCH_MESSAGES):
        bodies = catalog.bodies(stale[at : at + BATCH_MESSAGES])
        headers = catalog.headers(stale[at : at + BATCH_MESSAGES])
        catalog.renew(_renewed(message, bodies[message.id]) for message in headers)
    catalog.settle()


def _renewed(message: Message, body: Body) -> Row:
    row, known = _derived(Row(message.id, "", ()), message, body, count=True)
    return _placed(row, message, known)


def prepare(paths: Sequence[Path], workers: Workers) -> None:
    """Let workers get ready ahead of `read` where it will surely need them: for a large SOURCE never read before."""
    if sum(map(_size, paths)) > 2 * BATCH_BYTES:
        workers.start(ROOMS)


def spread(workers: Workers, catalog: Catalog) -> Callable[[Any, Iterable[Any]], Iterator[Any]]:
    """What the thread room needs texts for, done by the workers if there are any; see `thread.duplicates.Spread`."""

    def in_workers(work: Any, jobs: Iterable[Any]) -> Iterator[Any]:
        return workers.run(with_bodies, ((catalog.path, work, job) for job in jobs), alone=not workers.running)

    return in_workers


def with_bodies(catalog: Path, work: Any, job: Any) -> Any:
    """In a worker: some work that reads bodies from the catalogue."""
    with Catalog(catalog, readonly=True) as reader:
        return work(job, reader.bodies)


def version() -> str:
    """Changes when anything derived from a message does."""
    from mail2wiki.cluster import TERMS_VERSION
    from mail2wiki.thread import PRINTS_VERSION

    return f"{READING}.{PRINTS_VERSION}.{TERMS_VERSION}"


def read_batch(
    box: Mailbox, spans: Sequence[Span], catalog: Path, work: Path, reading: str, count: bool
) -> tuple[Mailbox, list[Row], int]:
    """In a worker: the rows of these spans, and how many bytes they were. Known messages are hashed, not read again.

    `count`: are their terms counted as well?
    """
    from mail2wiki.extract import sources

    gc.disable()  # a tenth of the time went into looking for cycles that hardly ever exist
    if gc.get_count()[0] > MOST_GARBAGE:
        gc.collect()
    raws = [(span, raw, sha256(raw).hexdigest()) for span, raw in sources.read_batch(box.kind, spans)]
    with Catalog(catalog, readonly=True, reading=reading) as known_messages:
        known = known_messages.known([id for _, _, id in raws])
    rows = []
    copies = _Copies({}, {})
    for span, raw, id in raws:
        if id in known:
            rows.append(Row(id, span.at, _folders(span)))
        else:
            rows.append(_row(span, raw, id, work, copies, count))
            known.add(id)
    return box, rows, sum(len(raw) for _, raw, _ in raws)


class _Copies(NamedTuple):
    """What was made of the messages of a batch, for copies of them that follow."""

    memory: Memory
    rows: dict[bytes, tuple[Row, Known]]


def _row(span: Span, raw: bytes, id: str, work: Path, copies: _Copies, count: bool) -> Row:
    from mail2wiki.extract import extract, sources

    found = extract(raw, id=id, memory=copies.memory)
    message = found.message
    if found.folders:  # Gmail's labels are in the message itself, whatever place it was read from
        left_out = {"gmail:left-out"} if sources.gmail_left_out(found.folders) else set()
        signals = tuple(sorted({*message.signals, *left_out}))
        message = dataclasses.replace(message, folders=sources.gmail_folders(found.folders), signals=signals)
    for name, data in found.files:
        _keep(work / "files" / name[:2] / name, data)
    if message.failed:
        _keep(work / "failed" / message.id, raw)
    row, known = copies.rows.get(found.copy, (None, Known()))
    if row is None:
        row, known = _derived(Row("", "", (), pack_body(found.body, _compressor())), message, found.body, count)
        if found.copy:
            copies.rows[found.copy] = row, known
    return _placed(row, message, known, found.named)._replace(id=message.id, at=span.at, folders=_folders(span))


def _derived(row: Row, message: Message, body: Body, count: bool) -> tuple[Row, Known]:
    """The row with everything that later rooms need from the text, and what it says of people."""
    from mail2wiki import cluster, thread
    from mail2wiki.extract import asides, contacts, naming, repeated

    said = body.text(NEW).encode("utf-8", "replace")
    named = naming.named(body)
    if name := naming.signed(body, message.sender):
        named += (Address(name, message.sender.address),)
    derived = row._replace(
        prints=thread.fingerprint(message, body),
        terms=cluster.terms(message, body) if count else b"",
        own=len(said),
        quoted=max(0, sum(map(len, body.lines)) - len(said)),
        asides=asides.asides(body),
        tail=repeated.tail_prints(body, said),
    )
    return derived, Known(contacts.contact(body.lines, body.marks, message.sender), named)


def _placed(row: Row, message: Message, known: Known, named: tuple[Address, ...] = ()) -> Row:
    """The row with what the header says, and whom its fields name."""
    contact = known.contact and dataclasses.replace(known.contact, seen=message.date)
    return row._replace(header=pack_message(message), contact=pack_known(Known(contact, (*named, *known.named))))


@cache
def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=1)


def _folders(span: Span) -> tuple[str, ...]:
    return (span.folder,) if span.folder else ()


def _keep(path: Path, data: bytes) -> None:
    """Write once under a name that is the content's; two workers may do it at the same time."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    os.replace(temporary, path)


def _batches(spans: Iterable[Span]) -> Iterator[list[Span]]:
    batch: list[Span] = []
    size = 0
    for span in _copies_together(spans):
        batch.append(span)
        size += max(span.length, 4000)
        if size >= BATCH_BYTES or len(batch) >= BATCH_MESSAGES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _copies_together(spans: Iterable[Span]) -> Iterator[Span]:
    """Messages that end in the same bytes one after the other: copies of a message go to the worker that knows it."""
    from mail2wiki.extract import sources

    spans = iter(spans)
    while window := list(islice(spans, WINDOW)):
        alike: dict[str | bytes, list[Span]] = {}
        ends = sources.ends(window, ENDING)
        for span in window:
            alike.setdefault(ends.get(span.at, span.at), []).append(span)
        yield from chain.from_iterable(alike.values())


def _size(path: str | Path) -> int:
    """Bytes of a file; 0 for a folder, and for what cannot be looked at: `sources.find` tells about that."""
    return os.path.getsize(path) if os.path.isfile(path) else 0
