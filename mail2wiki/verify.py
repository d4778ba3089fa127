"""`mail2wiki verify`: do manifest, wiki and sources still agree? Reads everything again, changes nothing."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mail2wiki.errors import Mail2WikiError, UsageError
from mail2wiki.out import Out
from mail2wiki.progress import Progress


def verify(root: Path, progress: Progress) -> list[str]:
    """One line per disagreement; [] when all is well."""
    out = Out(root)
    report, lines = out.read_report(), out.read_manifest()
    if not report:
        raise UsageError("nothing was exported here yet", str(root), "Run mail2wiki export first.")
    progress.stage("verifying")
    return [*_counts(report, lines), *_pages(out, report, lines), *_sources(report, lines)]


def _counts(report: dict[str, Any], lines: list[dict[str, Any]]) -> Iterator[str]:
    said = {kind: count for kind, count in report["dispositions"].items() if count}
    counted = dict(Counter(line["disposition"] for line in lines))
    if said != counted:
        yield f"report.json counts {said}, the manifest has {counted}"
    ids = {line["id"] for line in lines}
    for line in lines:
        if line.get("of") and line["of"] not in ids:
            yield f"{line['id']} is {line['disposition']} of {line['of']}, which is not in the manifest"


def _pages(out: Out, report: dict[str, Any], lines: list[dict[str, Any]]) -> Iterator[str]:
    texts: dict[str, str] = {}
    for path, page in sorted(report["pages"].items()):
        try:
            data = (out.wiki / path).read_bytes()
        except OSError:
            yield f"wiki/{path} is missing"
            continue
        if hashlib.sha256(data).hexdigest() != page["sha256"]:
            yield f"wiki/{path} was changed since it was written"
        texts[path] = data.decode("utf-8", "replace")
    for path, digest in sorted(report["files"].items()):
        file = out.wiki / path
        if not file.is_file():
            yield f"wiki/{path} is missing"
        elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            yield f"wiki/{path} was changed since it was written"
    for line in lines:
        if line["disposition"] == "published":
            path, _, anchor = (line["page"] or "").partition("#")
            if path in texts and f"###### {anchor}\n" not in texts[path]:
                yield f"{line['id']} is not on wiki/{path} any more"


def _sources(report: dict[str, Any], lines: list[dict[str, Any]]) -> Iterator[str]:
    """Messages of the last run that are not in the sources any more, and new ones in them."""
    from mail2wiki import sample
    from mail2wiki.extract import sources

    paths = [Path(source) for source in report["sources"]]
    if missing := [path for path in paths if not path.exists()]:
        yield from (f"source {path} is missing" for path in missing)
        return  # the names of the others depend on it
    wanted = Counter((line["source"], line["id"]) for line in lines)
    with tempfile.TemporaryDirectory(prefix="mail2wiki-") as scratch:
        try:
            if report.get("sample"):
                paths = sample.write(Path(scratch) / "sample")
            found = sources.find(paths, Path(scratch) / "unpacked", include_trash=report["settings"]["include_trash"])
        except Mail2WikiError as error:
            yield str(error)
            return
        here = {box.source for box in found.boxes}
        yield from (f"mailbox {source} is missing (its pages stay)" for source in sorted(_last_run(report) - here))
        for box in found.boxes:
            for _, raw in sources.read_batch(box.kind, sources.spans(box)):
                wanted[box.source, hashlib.sha256(raw).hexdigest()] -= 1
    for (source, id), count in sorted(wanted.items()):
        if count > 0 and source in here:
            yield f"{id} is not in {source} any more (its page stays)"
        elif count < 0:
            yield f"{id} is new in {source}: run export again"


def _last_run(report: dict[str, Any]) -> set[str]:
    """The mailboxes that the last run found."""
    return set(report.get("inputs", {}).get("containers", ()))
