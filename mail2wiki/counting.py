"""Terms of the cluster room, counted by workers beside the parent while it threads and screens.

Counting is a sixth of reading, needs no other message, and is needed by nobody before topics are made; most of
threading leaves a core idle. What is counted lies in the catalogue, so that it is done once, and what a killed run left
uncounted is counted by the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import zstandard

from mail2wiki.catalog import Catalog, unpack_body
from mail2wiki.gathering import BATCH
from mail2wiki.workers import Errand, Workers

LATER = 30_000_000
"""Bytes of mail from which reading leaves it to this. An export of 52 MB (10,000 messages) took 7.4 s, and 6.9 with it;
with less there is less to thread meanwhile, and a process must begin first."""

FEW = 1_000
"""Messages that the parent counts sooner than a process begins."""


def begin(catalog: Catalog, workers: Workers) -> Errand | None:
    """See that every message has its terms: they are there when the errand ends, at once where there is none."""
    missing = catalog.uncounted()
    jobs = ((catalog.path, missing[at : at + BATCH]) for at in range(0, len(missing), BATCH))
    if workers.count > 1 and len(missing) > FEW:
        return Errand(workers, count_batch, jobs, partial(_store, catalog.path, catalog.reading))
    for job in jobs:
        catalog.count(count_batch(*job))
    return None


def _store(path: Path, reading: str, counted: Iterable[list[tuple[int, bytes]]]) -> None:
    with Catalog(path, reading=reading) as catalog:  # a connection belongs to one thread; the parent's only reads now
        for terms in counted:
            catalog.count(terms)


def count_batch(catalog: Path, numbers: Sequence[int]) -> list[tuple[int, bytes]]:
    """In a worker: the terms of messages, by their numbers."""
    with Catalog(catalog, readonly=True) as reader:
        return list(_counted(reader, numbers))


def _counted(reader: Catalog, numbers: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    from mail2wiki import cluster

    decompressor = zstandard.ZstdDecompressor()
    copies: dict[tuple[str, bytes], bytes] = {}  # copies of a message were read one after the other
    for n, message, data in reader.to_count(numbers):
        terms = copies.get((message.language, data))
        if terms is None:
            terms = copies[message.language, data] = cluster.terms(message, unpack_body(data, decompressor))
        yield n, terms
