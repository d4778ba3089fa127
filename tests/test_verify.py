"""`verify` and `explain`: what they say of every fate, from any folder, after whatever happened to OUT and sources."""

import json
import os
import shutil
from pathlib import Path

import pytest
from builder import mbox, message

from mail2wiki import pipeline
from mail2wiki.errors import UsageError
from mail2wiki.explain import explain
from mail2wiki.progress import Progress
from mail2wiki.settings import Settings
from mail2wiki.verify import verify


def export(sources: list[Path], out: Path, **settings: object) -> dict:
    return pipeline.export(sources, out, Settings(workers=1, **settings), Progress())  # type: ignore[arg-type]


def mails(*numbers: int) -> list[bytes]:
    return [
        message(subject=f"Pumpe {n}", body=f"Die Pumpe {n} steht in Halle {n}.\n", message_id=f"<{n}@werk>")
        for n in numbers
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tree with two mailboxes, exported to `out` beside it."""
    tree = tmp_path / "post"
    tree.mkdir()
    mbox(mails(1, 2, 3), tree / "a.mbox")
    mbox([*mails(4, 1), message(subject="[privat] Fest", body="Kommst du?\n", message_id="<p@werk>")], tree / "b.mbox")
    export([tree], tmp_path / "out")
    return tree


def test_all_is_well(folder: Path) -> None:
    assert verify(folder.parent / "out", Progress()) == []


def test_the_demo_agrees_with_its_sample(tmp_path: Path) -> None:
    pipeline.demo(tmp_path / "demo", Settings(workers=1), Progress())
    assert verify(tmp_path / "demo", Progress()) == []


def test_sources_are_found_again_from_another_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    export([Path("post")], Path("relative"))
    monkeypatch.chdir("/")
    assert verify(folder.parent / "relative", Progress()) == []


def test_what_does_not_agree_is_said(folder: Path) -> None:
    out = folder.parent / "out"
    lines = (out / "manifest.jsonl").read_text().splitlines(keepends=True)
    (out / "manifest.jsonl").write_text("".join(lines[1:]))
    [counts, new] = verify(out, Progress())
    assert "report.json counts" in counts and "is new in post/a.mbox" in new
    (out / "manifest.jsonl").write_text("".join(lines))
    mbox(mails(1, 2, 7), folder / "a.mbox")
    assert sorted(problem.partition(" is ")[2] for problem in verify(out, Progress())) == [
        "new in post/a.mbox: run export again",
        "not in post/a.mbox any more (its page stays)",
    ]
    os.remove(folder / "a.mbox")
    assert verify(out, Progress()) == ["mailbox post/a.mbox is missing (its pages stay)"]
    shutil.rmtree(folder)
    assert verify(out, Progress()) == [f"source {folder} is missing"]


def test_explain_knows_held_messages_by_their_message_id(folder: Path) -> None:
    out = folder.parent / "out"
    for wanted in ("<p@werk>", "p@werk"):
        assert "held back by the privacy gate" in explain(wanted, out)
    with pytest.raises(UsageError, match="no message"):
        explain("<>", out)


def test_explain_leads_from_a_copy_to_the_page_of_the_kept_one(tmp_path: Path) -> None:
    same = [message(subject="Kran", body="Der Kran steht.\n", message_id=f"<{n}@werk>") for n in (1, 2)]
    mbox([*mails(5), *same], tmp_path / "a.mbox")
    export([tmp_path / "a.mbox"], tmp_path / "out")
    lines = [json.loads(line) for line in (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()]
    copy = next(line for line in lines if line["disposition"] == "duplicate")
    kept = next(line for line in lines if line["id"] == copy["of"])
    assert f"page       {kept['page']}" in explain(copy["id"], tmp_path / "out")
