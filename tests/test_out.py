"""OUT is ours or empty, outside the sources, and held by one run."""

import json
from pathlib import Path

import pytest

from mail2wiki.errors import BusyError, UsageError
from mail2wiki.out import Out


def test_refuses_what_it_did_not_write(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="something else"):
        Out(tmp_path).check([])
    (tmp_path / "wiki").mkdir()
    with pytest.raises(UsageError):
        Out(tmp_path).check([])


def test_a_folder_called_work_does_not_make_it_ours(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    with pytest.raises(UsageError, match="something else: work"):
        Out(tmp_path).check([])


def test_refuses_to_lie_in_a_source(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="inside SOURCE"):
        Out(tmp_path / "mail" / "wiki").check([_folder(tmp_path / "mail")])
    with pytest.raises(UsageError, match="inside OUT"):
        Out(tmp_path).check([tmp_path / "work" / "a.mbox"])
    with pytest.raises(UsageError, match="is a file"):
        file = tmp_path / "file"
        file.write_text("")
        Out(file).check([])


def test_one_run_at_a_time(tmp_path: Path) -> None:
    first, second = Out(tmp_path / "out"), Out(tmp_path / "out")
    with first.claim(), pytest.raises(BusyError), second.claim():
        pass
    with second.claim():
        second.check([])


def test_a_run_killed_between_manifest_and_report_is_ended_by_the_next(tmp_path: Path) -> None:
    out = Out(tmp_path / "out")
    for number in (1, 2):
        with out.claim():
            out.next_manifest.write_text(f"line {number}\n")
            out.commit({"number": number})
            if number == 1:
                first = out.report.read_bytes()
    second = out.report.read_bytes()
    out.report.write_bytes(first)  # as if the last rename had not come to be
    out.next_report.write_bytes(second)
    with out.claim():
        assert out.read_report()["number"] == 2
    out.next_report.write_bytes(first)  # ready, but its manifest was never brought into place
    with out.claim():
        assert out.read_report()["number"] == 2


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_only_the_lines_of_the_manifest_asked_for_are_read(tmp_path: Path) -> None:
    out = Out(tmp_path)
    assert out.read_manifest() == out.read_manifest("a") == []
    lines = [
        {"id": "aa", "disposition": "held", "message_id": '<q"uo\\ted@x.example>'},
        {"id": "bb", "disposition": "held", "message_id": "<ü@x.example>"},
        {"id": "cc", "disposition": "held"},
    ]
    out.manifest.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    assert out.read_manifest() == lines
    assert out.read_manifest('q"uo\\ted@x.example') == lines[:1]
    assert out.read_manifest("ü@x.example", "cc") == lines[1:]
    assert out.read_manifest("dd") == []
