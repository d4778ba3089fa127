"""OUT: where everything lies, who holds it, and that it is ours. CONTRACT.md "OUT" names the parts.

Refuses a folder that holds something else, and never deletes what mail2wiki did not write.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mail2wiki.errors import BusyError, Mail2WikiError, UsageError

_SURROGATE = re.compile("[\ud800-\udfff]")
"""Bytes of a SOURCE's path that are no UTF-8, as Python reads them; as an escape of JSON they come back the same."""

_TABLES = ("dispositions", "files", "inputs", "pages", "topics")
"""Of report.json; where one is anything else, somebody rewrote it."""

_MAY_STAND_THERE = {"topics.toml", "mail2wiki.toml"}


class Out:
    """The folder a run writes to; makes it on `claim`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.wiki = root / "wiki"
        self.manifest = root / "manifest.jsonl"
        self.report = root / "report.json"
        self.review = root / "review.csv"
        self.topics = root / "topics.toml"
        self.work = root / "work"
        self.catalog = self.work / "catalog.sqlite"
        self.store = self.work / "files"
        self.failed = self.work / "failed"
        self.texts = self.work / "texts"  # only while a run goes on
        self.intended = self.work / "intended.json"
        self.next_manifest = self.work / "manifest.next"
        self.next_report = self.work / "report.next"
        self.staging = self.work / "tmp"
        self.weighed = self.work / "weighed.npz"

    def check(self, sources: Sequence[Path]) -> None:
        """Raise UsageError where OUT cannot be written to without harm."""
        root = self.root.resolve()
        for source in sources:
            inside = source.resolve()
            if inside.is_dir() and (root == inside or inside in root.parents):
                raise UsageError("OUT lies inside SOURCE", str(self.root), "Choose a folder elsewhere with -o.")
            if self.work.resolve() in inside.parents or self.wiki.resolve() in inside.parents:
                raise UsageError("SOURCE lies inside OUT", str(source), "Choose another folder with -o.")
        if not self.root.exists():
            return
        if not self.root.is_dir():
            raise UsageError("OUT is a file", str(self.root), "Choose a folder with -o.")
        ours = (self.work / "lock").exists() or (self.manifest.exists() and self.report.exists())
        if not ours and (foreign := set(os.listdir(self.root)) - _MAY_STAND_THERE):
            raise UsageError(
                f"OUT holds something else: {min(foreign)}", str(self.root), "Choose a new or empty folder with -o."
            )

    @contextlib.contextmanager
    def claim(self) -> Iterator[None]:
        """Hold OUT for this run; BusyError when another run holds it. The lock dies with the process."""
        try:
            self.work.mkdir(parents=True, exist_ok=True)
            lock = open(self.work / "lock", "a")  # noqa: SIM115 - closed below, its lifetime is the lock's
        except OSError as error:
            raise Mail2WikiError(
                f"OUT cannot be written: {error.strerror}", str(self.root), "Choose a folder you may write to."
            ) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BusyError("another run holds OUT", str(self.root), "Wait until it has ended.") from error
            self._end_what_was_killed()
            yield

    def commit(self, report: dict[str, Any]) -> None:
        """Bring manifest and report into place together; the manifest lies under `next_manifest` already.

        They are one memory: a run killed between the two renames is ended by the next one.
        """
        report["manifest"] = digest(self.next_manifest)
        text = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        self.replace(self.next_report, _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
        os.replace(self.next_manifest, self.manifest)
        self.intended.unlink(missing_ok=True)
        os.replace(self.next_report, self.report)

    def _end_what_was_killed(self) -> None:
        try:
            report = json.loads(self.next_report.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if isinstance(report, dict) and report.get("manifest") == digest(self.manifest):
            self.intended.unlink(missing_ok=True)
            os.replace(self.next_report, self.report)

    def read_report(self) -> dict[str, Any]:
        """The last finished run's report; {} if there was none."""
        try:
            report = json.loads(self.report.read_text(encoding="utf-8"))
            if not all(isinstance(report.get(key, {}), dict) for key in _TABLES):
                raise ValueError("not as it was written")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError) as error:
            raise Mail2WikiError(
                "report.json cannot be read", str(self.report), "Bring it back from a copy, or choose a new OUT."
            ) from error
        return dict(report)

    def read_manifest(self, *holding: str) -> list[dict[str, Any]]:
        """The lines of the last finished run, all or those in which one of these texts stands; [] if there was none."""
        wanted = [json.dumps(text, ensure_ascii=False)[1:-1] for text in holding]
        try:
            with open(self.manifest, encoding="utf-8") as lines:
                kept = (line for line in lines if any(text in line for text in wanted)) if wanted else lines
                found = [json.loads(line) for line in kept if line.strip()]
            if not all(line["id"] and line["disposition"] for line in found):
                raise ValueError("not as it was written")
            return found
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise Mail2WikiError(
                "manifest.jsonl cannot be read", str(self.manifest), "Bring it back from a copy, or choose a new OUT."
            ) from error

    def replace(self, path: Path, data: str) -> None:
        """Write a file whole or not at all."""
        self.staging.mkdir(parents=True, exist_ok=True)
        temporary = self.staging / f"{path.name}.new"
        try:
            temporary.write_text(data, encoding="utf-8")
            os.replace(temporary, path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise Mail2WikiError(
                f"{path.name} cannot be written: {error.strerror}", str(path), "Free space on the disk and run again."
            ) from error


def digest(path: Path) -> str:
    """sha256 of a file, "" where there is none."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return ""
    except OSError as error:
        raise Mail2WikiError(
            f"{path.name} cannot be read: {error.strerror}", str(path), "Check that you may read it."
        ) from error
