"""Texts told ahead of the plan: the same pages, nothing left over, and no error lost in a thread."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest
from builder import mbox, message, wiki_files

from mail2wiki import telling
from mail2wiki.errors import Mail2WikiError
from mail2wiki.pipeline import export
from mail2wiki.progress import Progress
from mail2wiki.sample import write
from mail2wiki.settings import Settings
from mail2wiki.telling import Telling
from mail2wiki.workers import Workers


def wiki(source: Sequence[Path], out: Path, workers: int, pages: int) -> dict[str, bytes]:
    export(source, out, Settings(workers=workers, max_pages=pages), Progress())
    return wiki_files(out)


def reports(path: Path) -> Path:
    """Eleven series of five reports."""
    things = ("pumps", "presses", "cranes", "lathes", "ovens", "mills", "drills", "robots", "belts", "valves", "saws")
    head = "Good morning, here are the figures of the {} in hall three, collected by the shift on Friday evening."
    foot = "Questions about the {} go to the office on the second floor. The next report comes on Monday."
    mails = [
        message(
            subject=f"Report {thing}, week {week}", sender=f"{thing} <{thing}@firma.example>",
            to="Anna <anna@firma.example>", date=f"Mon, {week * 5:02d} Jan 2024 1{n % 10}:00:00 +0100",
            message_id=f"<{thing}.{week}@firma.example>",
            body=f"{head.format(thing)}\n\nHours: {week * 7 + n}\n\n{foot.format(thing)}\n",
        )
        for week in range(1, 6) for n, thing in enumerate(things)
    ]  # fmt: skip
    mbox(mails, path)
    return path


@pytest.mark.parametrize("pages", [2000, 20])  # so few that most series are not shown as one, as had been thought
def test_pages_are_the_same(pages: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    def forget(self: Telling, ids: Sequence[str]) -> None:
        told.append(len(self.places))
        really_forget(self, ids)
        told.append(len(self.places))

    really_forget = Telling.forget
    monkeypatch.setattr(Telling, "forget", forget)
    source = [*write(tmp_path / "mail"), reports(tmp_path / "reports.mbox")] if pages == 2000 else [
        reports(tmp_path / "reports.mbox")]  # fmt: skip
    alone = wiki(source, tmp_path / "alone", 1, pages)
    monkeypatch.setattr(telling, "ALONE", 0)
    assert wiki(source, tmp_path / "beside", 2, pages) == alone
    assert told[:2] == [0, 0] and told[2] > 50 and (told[3] < told[2]) == (pages == 20)
    assert not (tmp_path / "beside" / "work" / "texts").exists()


def test_what_a_killed_run_left_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "4711").write_bytes(b"old")
    with Telling(tmp_path / "texts") as nothing:
        nothing.end()
        assert not nothing.begun and nothing.of(["a"]) == {}
    assert not (tmp_path / "texts").exists()


def begun(work: object, folder: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch) -> Telling:
    """A telling whose only job has been this function, nested: others are not found by workers that are no tests."""
    monkeypatch.setattr(telling, "ALONE", 0)
    monkeypatch.setattr(telling, "tell_batch", work)
    monkeypatch.setattr(telling, "_jobs", lambda *_: iter([()]))
    texts = Telling(folder)
    texts.begin(["a"], None, None, type("Catalog", (), {"path": folder}), workers)  # type: ignore[arg-type]
    texts._errand._thread.join(60)  # type: ignore[union-attr]
    return texts


def test_an_error_beside_the_parent_is_one_of_the_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with (
        Workers(2) as workers,
        begun(killed, tmp_path / "texts", workers, monkeypatch) as texts,
        pytest.raises(Mail2WikiError, match="worker process was killed"),
    ):
        texts.end()


def test_a_full_disk_is_left_to_who_writes_the_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Workers(2) as workers, begun(full, tmp_path / "texts", workers, monkeypatch) as texts:
        texts.end()
        assert texts.of(["a"]) == {}
