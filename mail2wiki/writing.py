"""From the plan to OUT: pages rendered by workers, written by the parent; then manifest and report, in that order.

The manifest is the commit point: until it is renamed into place, the next run starts from the last finished one. The
report lies ready beside it by then, so that the two always belong together (`Out.commit`).
"""

from __future__ import annotations

import json
import resource
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mail2wiki import __version__
from mail2wiki.catalog import Catalog
from mail2wiki.errors import LawError
from mail2wiki.gathering import BATCH, Edges
from mail2wiki.history import History
from mail2wiki.out import Out, digest
from mail2wiki.progress import Progress
from mail2wiki.records import Account, Body, Page, Topic
from mail2wiki.settings import Settings
from mail2wiki.telling import Place, Telling, bodies, texts
from mail2wiki.workers import Workers

if TYPE_CHECKING:
    from mail2wiki.export import Item, Knowledge, Plan
    from mail2wiki.export.manifest import Entry
    from mail2wiki.export.targets.folder import Written


def write(
    out: Out,
    planned: Plan,
    knowledge: Knowledge,
    edges: Edges,
    catalog: Catalog,
    before: History,
    workers: Workers,
    telling: Telling,
    progress: Progress,
    entries: Iterable[Entry],
) -> Written:
    """Render and write every page and file of the wiki; the account of pages must add up.

    The lines of the manifest are laid ready while more texts are told.
    """
    from mail2wiki.export import items, manifest, targets

    manifest.write(out.next_manifest, entries, ordered=True)
    telling.end()
    as_one = {one.id for one in planned.series.values()}
    telling.forget(id for one in knowledge.series if one.id not in as_one for id in one.folded)

    jobs = _jobs(items(planned, knowledge), catalog.path, edges, telling)
    if telling.begun:
        rendered = workers.beside(render_batch, jobs, lend_a_hand=True)
    else:
        rendered = (render_batch(*job) for job in jobs)
    files = [(path, out.store / sha256[:2] / sha256) for sha256, path in sorted(planned.files.items())]
    written = targets.load("folder").write(
        out.root,
        _pages(rendered, progress),
        files,
        before.hashes,
        lambda paths: out.replace(out.intended, json.dumps(paths)),
        takes_back=before.takes_back,
    )
    done = len(written.created) + len(written.updated) + len(written.unchanged) + len(written.kept)
    if done != len(planned.pages) + len(files):
        raise LawError(
            "pages = created + updated + unchanged + kept", str(out.wiki), "This is a bug: please report it."
        )
    return written


def render_batch(
    catalog: Path, batch: Sequence[Item], edges: Edges, folder: Path, places: Mapping[str, Place]
) -> list[Page]:
    """In a worker: these pages; `places`: where in `folder` texts lie that are told already."""
    from mail2wiki.export import render

    told = texts(folder, places)
    with Catalog(catalog, readonly=True) as reader:
        return [render(item, _Bodies(reader, item, edges, told), told) for item in batch]


class _Bodies(Mapping[str, Body]):
    """The bodies a page needs; read at once where that is known, else when they are asked for."""

    def __init__(self, reader: Catalog, item: Item, edges: Edges, told: Container[str]) -> None:
        self._reader, self._edges, self._ids = reader, edges, item.bodies
        whole = {line.message for line in item.lines}  # for their first words
        self._read = bodies(reader, [id for id in item.bodies if item.folds or id in whole or id not in told], edges)

    def __getitem__(self, id: str) -> Body:
        if id not in self._read:
            self._read |= bodies(self._reader, [id], self._edges)
        return self._read[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def _jobs(every: Iterable[Item], catalog: Path, edges: Edges, telling: Telling) -> Iterator[tuple]:
    """What `render_batch` needs."""
    for batch in _batches(every):
        ids = [id for item in batch for id in item.bodies]
        yield catalog, batch, edges.of(ids), telling.folder, telling.of(ids)


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    bodies = 0
    for item in items:
        batch.append(item)
        bodies += len(item.bodies) + 5
        if bodies >= BATCH:
            yield batch
            batch, bodies = [], 0
    if batch:
        yield batch


def _pages(batches: Iterable[list[Page]], progress: Progress) -> Iterator[Page]:
    for batch in batches:
        progress.advance(len(batch))
        yield from batch


def finish(
    out: Out,
    run: dict[str, Any],
    settings: Settings,
    sums: Account,
    planned: Plan,
    topics: Sequence[Topic],
    written: Written,
    laps: Mapping[str, float],
) -> dict[str, Any]:
    """Bring manifest.jsonl and report.json into place; returns the report."""
    run["inputs"]["decisions"] = digest(out.review)
    ids = {path: id for id, path in planned.paths.items()}
    report = {
        "v": 1,
        "version": __version__,
        **run,
        "settings": settings.as_dict(),
        "read": sums.read,
        "dispositions": sums.dispositions,
        "seconds": dict(laps),
        "peak_memory_mb": _peak_megabytes(),
        "topics": {
            t.id: {"label": t.label, "area": t.area_label, "area_id": t.area, "aliases": list(t.aliases)}
            for t in topics
        },
        "areas": {t.area: list(t.area_aliases) for t in topics if t.area},
        "pages": {path: {"id": id, "sha256": written.hashes[path]} for path, id in sorted(ids.items())},
        "files": {path: sha256 for path, sha256 in sorted(written.hashes.items()) if path not in ids},
        "written": {
            kind: len(getattr(written, kind))
            for kind in ("created", "updated", "unchanged", "kept", "removed", "withdrawn", "left")
        },
    }
    out.commit(report)
    return {**report, "summary": _summary(report, written)}


def forecast(run: dict[str, Any], sums: Account, planned: Plan, laps: Mapping[str, float]) -> dict[str, Any]:
    """The report of a dry run: nothing was written."""
    report = {**run, "read": sums.read, "dispositions": sums.dispositions, "seconds": dict(laps)}
    report["pages"] = sorted(page.path for page in planned.pages)
    return {
        **report,
        "summary": [_counts(report), f"would write {len(planned.pages)} pages and {len(planned.files)} files"],
    }


def _summary(report: dict[str, Any], written: Written) -> list[str]:
    lines = [_counts(report)]
    done, files = report["written"], len(report["files"])
    lines.append(
        f"{len(report['pages'])} pages in {len(report['topics'])} topics, {files} attached files: "
        f"{done['created']} new, {done['updated']} changed, {done['unchanged']} as before, {done['removed']} gone"
    )
    if kept := written.kept:
        lines.append(f"{len(kept)} pages were changed by a person and kept, e.g. {kept[0]}; our text lies in work/kept")
    if gone := written.withdrawn:
        lines.append(f"{len(gone)} pages that a person changed may say what is private now, e.g. {gone[0]}: "
                     "they were taken out of the wiki and lie in work/withdrawn")  # fmt: skip
    if left := written.left:
        lines.append(f"{len(left)} pages are no part of the wiki any more, but were changed by a person and stay, e.g. "
                     f"{left[0]}: delete them if nothing in them is needed")  # fmt: skip
    if report["skipped"]:
        lines.append(f"{len(report['skipped'])} files were skipped, e.g. {report['skipped'][0][0]}: see report.json")
    return lines


def _counts(report: dict[str, Any]) -> str:
    fates = ", ".join(f"{count} {what}" for what, count in report["dispositions"].items())
    return f"{report['read']} messages read: {fates}"


def _peak_megabytes() -> dict[str, int]:
    kib = {name: resource.getrusage(who).ru_maxrss for name, who in
           (("parent", resource.RUSAGE_SELF), ("largest_worker", resource.RUSAGE_CHILDREN))}  # fmt: skip
    return {name: value // 1024 for name, value in kib.items()}
