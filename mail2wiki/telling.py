"""The texts of messages as Markdown, told by workers beside the parent while it groups, names and plans.

Rendering is the largest part of writing that needs no plan, and grouping leaves a core idle. The texts lie in a file
until their pages are rendered; what was not told by then is told with its page, which looks the same either way.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from mail2wiki.catalog import Catalog
from mail2wiki.gathering import BATCH, Edges
from mail2wiki.records import Body
from mail2wiki.workers import Errand, Workers

if TYPE_CHECKING:
    from mail2wiki.export import Part
    from mail2wiki.export.quoting import Quote, Quoting

ALONE = 4_000
"""Published messages up to which starting a process costs more than it saves."""


class Place(NamedTuple):
    """Where a text lies. Half-open range of bytes."""

    file: str
    start: int
    stop: int


class Telling:
    """The texts that are told so far. `with` it: what is still going on is ended, and the texts are thrown away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.places: dict[str, Place] = {}  # message -> its text
        self._errand: Errand | None = None
        shutil.rmtree(folder, ignore_errors=True)  # of a run that was killed

    def __enter__(self) -> Telling:
        return self

    def __exit__(self, *_: object) -> None:
        self.begin_no_more()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def begun(self) -> bool:
        return self._errand is not None

    def begin(
        self, messages: Sequence[str], quoting: Quoting, edges: Edges, catalog: Catalog, workers: Workers
    ) -> None:
        """Let workers tell the texts of these messages, where that is worth it; returns at once."""
        if workers.count == 1 or len(messages) <= ALONE:
            return
        jobs = _jobs(messages, quoting, edges, catalog.path, self.folder)
        self._errand = Errand(workers, tell_batch, jobs, self._take)

    def of(self, ids: Iterable[str]) -> dict[str, Place]:
        """Where the texts of these messages lie, of those that are told."""
        return {id: self.places[id] for id in ids if id in self.places}

    def forget(self, ids: Iterable[str]) -> None:
        """Other lines of these messages are shown than was thought when they were told."""
        for id in ids:
            self.places.pop(id, None)

    def begin_no_more(self) -> None:
        """What was begun goes on."""
        if self._errand is not None:
            self._errand.begin_no_more()

    def end(self) -> None:
        """Wait for what was begun, begin nothing more. Raises what went wrong."""
        self.begin_no_more()
        if self._errand is not None:
            with suppress(OSError):  # the disk is full, perhaps: whoever writes the pages, without these texts, says so
                self._errand.end()

    def _take(self, told: Iterable[dict[str, Place]]) -> None:
        self.folder.mkdir(parents=True)
        for places in told:
            self.places.update(places)


def _jobs(
    messages: Sequence[str], quoting: Quoting, edges: Edges, catalog: Path, folder: Path
) -> Iterator[tuple[Path, Path, list[str], dict[str, tuple[Quote, ...]], Edges]]:
    """What `tell_batch` needs for these messages, made when a worker is free for it."""
    for at in range(0, len(messages), BATCH):
        ids = list(messages[at : at + BATCH])
        quotes = {id: found for id in ids if (found := quoting.quotes(id))}
        yield catalog, folder, ids, quotes, edges.of(ids)


def tell_batch(
    catalog: Path, folder: Path, ids: Sequence[str], quotes: Mapping[str, Sequence[Quote]], edges: Edges
) -> dict[str, Place]:
    """In a worker: tell the texts of these messages, lay them into this worker's file."""
    from mail2wiki.export import tell

    places: dict[str, Place] = {}
    encode = msgspec.msgpack.Encoder().encode
    file = str(os.getpid())
    with Catalog(catalog, readonly=True) as reader, open(folder / file, "ab") as out:
        at = out.tell()
        for id, body in bodies(reader, ids, edges).items():
            told = encode(tell(body, quotes.get(id, ())))
            out.write(told)
            places[id] = Place(file, at, at := at + len(told))
    return places


def texts(folder: Path, places: Mapping[str, Place]) -> dict[str, list[Part]]:
    """The texts that lie there."""
    from mail2wiki.export import Part

    decode = msgspec.msgpack.Decoder(list[Part]).decode
    found: dict[str, list[Part]] = {}
    for file in sorted({place.file for place in places.values()}):
        with open(folder / file, "rb") as lying:
            read = partial(os.pread, lying.fileno())
            found |= {id: decode(read(p.stop - p.start, p.start)) for id, p in places.items() if p.file == file}
    return found


def bodies(reader: Catalog, ids: Sequence[str], edges: Edges) -> dict[str, Body]:
    """These bodies as pages show them: what stands at their edges said once."""
    from mail2wiki.extract import asides, repeated

    found = dict(reader.bodies(ids))
    for id in edges.repeated.keys() & found.keys():
        found[id] = repeated.apply(found[id], edges.repeated[id])
    return {id: asides.shown(body, edges.asides.get(id, ())) for id, body in found.items()}
