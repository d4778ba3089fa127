"""From sources to the catalogue: spans go to workers in batches, rows come back, the parent alone writes.

A worker reads a message's bytes once and derives everything later rooms need from its text: the marked body, the
prints of the thread room and the terms of the cluster room. No stage after this one opens a source.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import os
import signal
import threading
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

import zstandard

from mail2wiki.catalog import READING, Catalog, Row, pack_body, pack_contact, pack_message
from mail2wiki.errors import Mail2WikiError, SourceError
from mail2wiki.progress import Progress
from mail2wiki.records import NEW, Body, Mailbox, Message, Span

MOST_GARBAGE = 200_000
"""Objects a worker may have made more than it freed before cycles are looked for."""

BATCH_BYTES = 1_500_000
BATCH_MESSAGES = 300
"""A batch is what one worker holds in memory; smaller ones made 10,000 Enron messages slower, larger ones no faster."""


def parallel(function: Any, jobs: Iterable[tuple], workers: int) -> Iterator[Any]:
    """`function(*job)` for every job, in `workers` processes; results as they come, in any order."""
    if workers == 1:
        yield from (function(*job) for job in jobs)
        return
    import joblib
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    parent = os.getpid()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="joblib")  # after an error it counts the tasks that it gave up
        _start_trackers()
        try:
            with joblib.Parallel(
                workers, return_as="generator_unordered", pre_dispatch="3*n_jobs", batch_size=1
            ) as run:
                _start(run, workers)
                yield from run(joblib.delayed(_in_worker)(parent, function, job) for job in jobs)
        except TerminatedWorkerError as error:
            raise Mail2WikiError(
                "a worker process was killed, as systems do that run out of memory", "", "Run again with --workers 1."
            ) from error


def _in_worker(parent: int, function: Any, job: tuple) -> Any:
    _end_with(parent)
    return function(*job)


@cache
def _end_with(parent: int) -> None:
    """In a worker: end when the parent is gone. A killed one tells nobody, and loky's workers wait five minutes."""
    if os.getppid() != parent:
        return  # not started by it: a machine elsewhere

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _start_trackers() -> None:
    """Start the processes that look after semaphores before the workers need them.

    Each of them unblocks Ctrl-C in this process once it runs, which would undo what `_start` does; and only what is in
    their environment when they start keeps them from complaining about workers that were killed.
    """
    from multiprocessing import resource_tracker

    from joblib.externals.loky.backend import resource_tracker as loky_tracker

    with _environment("PYTHONWARNINGS", "ignore"):
        resource_tracker.ensure_running()
        loky_tracker.ensure_running()


def _start(run: Any, workers: int) -> None:
    """Start the processes deaf to Ctrl-C: a terminal sends it to all of them, but only the parent may act on it."""
    import joblib

    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    threading.excepthook = _forgive
    try:
        with _environment("PYTHONWARNINGS", "ignore"):
            list(run(joblib.delayed(_end_with)(os.getpid()) for _ in range(workers)))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def _forgive(args: threading.ExceptHookArgs) -> None:
    """loky's own thread stumbles over the workers it has lost after Ctrl-C; every other thread's error is shown."""
    if not args.thread or args.thread.name != "ExecutorManagerThread":
        threading.__excepthook__(args)


def release_workers() -> None:
    """End idle worker processes: their memory is needed by the stages that run in the parent."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)


def read(boxes: Sequence[Mailbox], catalog: Catalog, out_work: Path, workers: int, progress: Progress) -> None:
    """Bring the catalogue up to date with these containers."""
    from mail2wiki.extract import sources

    todo = [box for box in boxes if not catalog.has(box)]
    if not todo:
        return
    progress.stage("reading", sum(_bytes(box) for box in todo))
    jobs = (
        (box, spans, catalog.path, out_work, catalog.reading) for box in todo for spans in _batches(sources.spans(box))
    )
    first = next(jobs, None)
    second = next(jobs, None)
    workers = workers if second else 1  # processes cost more than one batch takes
    for box, rows, size in parallel(read_batch, chain(filter(None, (first, second)), jobs), workers):
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
        catalog.renew(_derived(Row(message.id, "", ()), message, bodies[message.id]) for message in headers)


def version() -> str:
    """Changes when anything derived from a message does."""
    from mail2wiki.cluster import TERMS_VERSION
    from mail2wiki.thread.prints import VERSION

    return f"{READING}.{VERSION}.{TERMS_VERSION}"


def read_batch(
    box: Mailbox, spans: Sequence[Span], catalog: Path, work: Path, reading: str
) -> tuple[Mailbox, list[Row], int]:
    """In a worker: the rows of these spans, and how many bytes they were. Known messages are hashed, not read again."""
    from mail2wiki.extract import sources

    gc.disable()  # a tenth of the time went into looking for cycles that hardly ever exist
    if gc.get_count()[0] > MOST_GARBAGE:
        gc.collect()
    raws = [(span, raw, sha256(raw).hexdigest()) for span, raw in sources.read_batch(box.kind, spans)]
    with Catalog(catalog, readonly=True, reading=reading) as known_messages:
        known = known_messages.known([id for _, _, id in raws])
    rows = []
    for span, raw, id in raws:
        if id in known:
            rows.append(Row(id, span.at, _folders(span)))
        else:
            rows.append(_row(span, raw, work))
            known.add(id)
    return box, rows, sum(len(raw) for _, raw, _ in raws)


def _row(span: Span, raw: bytes, work: Path) -> Row:
    from mail2wiki.extract import extract, sources

    found = extract(raw)
    message, body = found.message, found.body
    if found.folders:  # Gmail's labels are in the message itself, whatever place it was read from
        left_out = {"gmail:left-out"} if sources.gmail_left_out(found.folders) else set()
        signals = tuple(sorted({*message.signals, *left_out}))
        message = dataclasses.replace(message, folders=sources.gmail_folders(found.folders), signals=signals)
    for name, data in found.files:
        _keep(work / "files" / name[:2] / name, data)
    if message.failed:
        _keep(work / "failed" / message.id, raw)
    row = Row(message.id, span.at, _folders(span), pack_body(body, _compressor()))
    return _derived(row, message, body)


def _derived(row: Row, message: Message, body: Body) -> Row:
    """The row with everything that later rooms need from the text."""
    from mail2wiki import cluster, thread
    from mail2wiki.extract import asides, contacts, repeated

    own = len(body.text(NEW).encode("utf-8", "replace"))
    contact = contacts.contact(body.lines, body.marks, message.sender)
    return row._replace(
        header=pack_message(message),
        prints=thread.fingerprint(message, body),
        terms=cluster.terms(message, body),
        own=own,
        quoted=max(0, sum(map(len, body.lines)) - own),
        asides=asides.asides(body),
        tail=repeated.tail_prints(body),
        contact=pack_contact(contact and dataclasses.replace(contact, seen=message.date)),
    )


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
    for span in spans:
        batch.append(span)
        size += max(span.length, 4000)
        if size >= BATCH_BYTES or len(batch) >= BATCH_MESSAGES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _bytes(box: Mailbox) -> int:
    path = Path(box.path)
    return path.stat().st_size if path.is_file() else 0
