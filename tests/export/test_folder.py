"""The folder target: what it may touch, and what it must not."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from mail2wiki.errors import Mail2WikiError, UsageError
from mail2wiki.export import targets
from mail2wiki.export.targets import folder
from mail2wiki.records import Page


def page(path: str, text: str) -> Page:
    return Page(path, path, path, text)


def run(
    out: Path, pages: dict[str, str], before: dict[str, str] | None = None, files: list[tuple[str, Path]] | None = None
):
    noted: list[str] = []
    done = folder.write(out, [page(*p) for p in pages.items()], files or [], before or {}, noted.extend)
    assert sorted(noted) == sorted(done.created + done.updated)
    return done


def tree(out: Path) -> dict[str, str]:
    return {str(p.relative_to(out / "wiki")): p.read_text() for p in sorted((out / "wiki").rglob("*")) if p.is_file()}


def test_pages_are_created_left_alone_updated_and_removed(tmp_path: Path) -> None:
    first = run(tmp_path, {"index.md": "a", "topics/x.md": "b", "topics/x/y.md": "c"})
    assert first.created == ["index.md", "topics/x.md", "topics/x/y.md"]
    second = run(tmp_path, {"index.md": "a", "topics/x.md": "new"}, first.hashes)
    assert (second.unchanged, second.updated, second.removed) == (["index.md"], ["topics/x.md"], ["topics/x/y.md"])
    assert tree(tmp_path) == {"index.md": "a", "topics/x.md": "new"}
    assert not (tmp_path / "wiki/topics/x").exists()
    assert not (tmp_path / "work/tmp").exists()


def test_equal_bytes_are_not_touched(tmp_path: Path) -> None:
    first = run(tmp_path, {"index.md": "a"})
    stamp = (tmp_path / "wiki/index.md").stat()
    run(tmp_path, {"index.md": "a"}, first.hashes)
    after = (tmp_path / "wiki/index.md").stat()
    assert (stamp.st_mtime_ns, stamp.st_ino) == (after.st_mtime_ns, after.st_ino)


def test_a_changed_page_is_kept_run_after_run(tmp_path: Path) -> None:
    done = run(tmp_path, {"index.md": "a", "x.md": "ours", "y.md": "stale"})
    (tmp_path / "wiki/x.md").write_text("theirs")
    (tmp_path / "wiki/y.md").write_text("theirs too")
    for text in ("newer", "newest"):
        done = run(tmp_path, {"index.md": "a", "x.md": text}, done.hashes)
        assert (done.kept, done.left) == (["x.md"], ["y.md"])
        assert tree(tmp_path) == {"index.md": "a", "x.md": "theirs", "y.md": "theirs too"}
        assert (tmp_path / "work/kept/x.md").read_text() == text


def test_files_of_others_stay(tmp_path: Path) -> None:
    done = run(tmp_path, {"index.md": "a", "t/x.md": "b"})
    (tmp_path / "wiki/t/notes.txt").write_text("mine")
    (tmp_path / "wiki/new.md").write_text("written by a person where we will write")
    done = run(tmp_path, {"index.md": "a", "new.md": "ours"}, done.hashes)
    assert done.kept == ["new.md"]
    assert tree(tmp_path) == {
        "index.md": "a",
        "new.md": "written by a person where we will write",
        "t/notes.txt": "mine",
    }


def test_somebody_elses_wiki_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki/index.md").write_text("mine")
    with pytest.raises(Mail2WikiError, match="did not write"):
        run(tmp_path, {"index.md": "a"})
    assert tree(tmp_path) == {"index.md": "mine"}


def test_empty_folders_are_what_a_run_left_that_was_killed_before_its_first_page(tmp_path: Path) -> None:
    (tmp_path / "wiki/topics").mkdir(parents=True)
    assert run(tmp_path, {"topics/a.md": "a"}).created == ["topics/a.md"]


def test_links_out_of_the_wiki_are_not_followed(tmp_path: Path) -> None:
    done = run(tmp_path, {"index.md": "a", "t/x.md": "b"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "wiki/t/x.md").unlink()
    (tmp_path / "wiki/t").rmdir()
    (tmp_path / "wiki/t").symlink_to(outside)
    with pytest.raises(Mail2WikiError, match="was replaced"):
        run(tmp_path, {"index.md": "a", "t/x.md": "c"}, done.hashes)
    assert not list(outside.iterdir())


def test_nothing_is_in_place_before_everything_is_made(tmp_path: Path) -> None:
    def pages():
        yield page("index.md", "a")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folder.write(tmp_path, pages(), [], {}, lambda paths: None)
    assert tree(tmp_path) == {}


def test_attachments_are_copied(tmp_path: Path) -> None:
    store = tmp_path / "abc"
    store.write_bytes(b"PDF")
    done = run(tmp_path, {"index.md": "a"}, files=[("files/plan-abc.pdf", store)])
    assert (tmp_path / "wiki/files/plan-abc.pdf").read_bytes() == b"PDF"
    assert run(tmp_path, {"index.md": "a"}, done.hashes, [("files/plan-abc.pdf", store)]).unchanged == [
        "index.md", "files/plan-abc.pdf",
    ]  # fmt: skip


def test_a_full_disk_is_one_clear_line(tmp_path: Path) -> None:
    def pages():
        yield page("index.md", "a")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(Mail2WikiError, match="the disk is full"):
        folder.write(tmp_path, pages(), [], {}, lambda paths: None)
    assert not (tmp_path / "work/tmp").exists()


def test_two_pages_of_one_path_are_a_bug(tmp_path: Path) -> None:
    with pytest.raises(Mail2WikiError, match="two pages"):
        folder.write(tmp_path, [page("x.md", "a"), page("x.md", "b")], [], {}, lambda paths: None)


def test_targets_are_found_by_listing() -> None:
    assert "folder" in targets.names()
    assert all(callable(targets.load(name).write) for name in targets.names())
    with pytest.raises(UsageError, match=r"There are: .*folder"):
        targets.load("nowhere")
