"""What the last finished run left in OUT: the memory by which conversations, topics and pages keep their names.

It comes from manifest.jsonl and report.json only, so that OUT/work stays safe to delete.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from mail2wiki import __version__
from mail2wiki.out import Out, digest
from mail2wiki.records import Area, Mailbox
from mail2wiki.settings import Settings


@dataclass(frozen=True, slots=True)
class History:
    """The last finished run; empty for a first one."""

    conversations: dict[str, str]  # message id -> conversation id
    topics: dict[str, str]  # conversation id -> topic id
    labels: dict[str, str]  # topic id -> label
    aliases: dict[str, tuple[str, ...]]  # topic id -> the labels it had before that, oldest first
    areas: dict[str, Area]  # topic id -> the area it stood in
    page_paths: dict[str, str]  # page id -> path
    hashes: dict[str, str]  # path of a page or file -> sha256 as written by us
    ids: frozenset[str]  # messages in the manifest
    takes_back: bool = False  # messages that it published are held now

    @classmethod
    def read(cls, out: Out, report: dict[str, Any]) -> History:
        """From OUT and the report in it; raises Mail2WikiError where a file of ours cannot be read."""
        lines = out.read_manifest()
        threads = {line["id"]: line["thread"] for line in lines if line.get("thread")}
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for line in lines:
            if line.get("thread") and line.get("topic"):
                votes[line["thread"]][line["topic"]] += 1
        pages, written = report.get("pages", {}), report.get("files", {})
        hashes = {path: page["sha256"] for path, page in pages.items()} | written
        return cls(
            conversations=threads,
            topics={thread: max(sorted(votes[thread]), key=votes[thread].__getitem__) for thread in sorted(votes)},
            labels={id: topic["label"] for id, topic in report.get("topics", {}).items()},
            aliases={id: tuple(topic.get("aliases", ())) for id, topic in report.get("topics", {}).items()},
            areas={
                id: Area(area, topic["area"], tuple(report.get("areas", {}).get(area, ())))
                for id, topic in report.get("topics", {}).items()
                if (area := topic.get("area_id", ""))
            },
            page_paths={page["id"]: path for path, page in pages.items()},
            hashes=hashes | _intended(out),
            ids=frozenset(line["id"] for line in lines),
        )

    def without_words(self, held: Container[str]) -> History:
        """The same, without names that a message could have given that is held now and was not then.

        Every page loses its address: it came from an earlier name, or lies in the folder of a topic that had one. What
        is held gives no word to anything, not even to an address that is known already. Most pages get the same again.
        """
        if not any(id in held for id in self.conversations):
            return self
        return dataclasses.replace(self, labels={}, aliases={}, areas={}, page_paths={}, takes_back=True)


def covers(report: dict[str, Any], inputs: dict[str, Any], out: Out) -> bool:
    """Whether a run with these inputs would change nothing: all was read, and everything written is still there."""
    before = dict(report.get("inputs", {}))
    known, wanted = before.pop("containers", {}), dict(inputs)
    if any(known.get(source) != marker for source, marker in wanted.pop("containers").items()):
        return False
    if before != wanted or not out.catalog.exists() or digest(out.manifest) != report.get("manifest"):
        return False
    return all((out.wiki / path).is_file() for path in (*report["pages"], *report["files"]))


def _intended(out: Out) -> dict[str, str]:
    """What a run that was killed while it renamed its pages into place had brought there already."""
    try:
        intended = json.loads(out.intended.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {path: sha256 for path, sha256 in intended.items() if digest(out.wiki / path) == sha256}


def inputs(boxes: Sequence[Mailbox], settings: Settings, out: Out, reading: str) -> dict[str, Any]:
    """Everything a run's result depends on, as digests; kept in report.json. `reading`: see `reading.version`."""
    return {
        "version": f"{__version__}/{reading}",
        "settings": settings.digest(),
        "decisions": digest(out.review),
        "topics": digest(out.topics),
        "containers": {box.source: box.marker for box in boxes},
    }
