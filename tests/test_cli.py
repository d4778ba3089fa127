"""The command line: exit codes, one line per problem, help that teaches, and standard output for results only."""

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from builder import mbox, message

from mail2wiki.settings import Settings


def mail2wiki(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mail2wiki", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mail") / "anna.mbox"
    mbox(
        [message(subject=f"Angebot {n}", body=f"Preis {n} Euro für die Anlage, gültig bis Mai.\n") for n in range(5)],
        path,
    )
    return path


def test_version_and_help() -> None:
    assert mail2wiki("--version").stdout.startswith("mail2wiki 0.")
    for command in ("export", "show", "explain", "verify", "demo"):
        done = mail2wiki(command, "--help")
        assert done.returncode == 0 and "--" in done.stdout
    assert "export" in mail2wiki("--help").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("export",),
        ("export", "absent.mbox"),
        ("export", "absent.mbox", "-o", "out", "--no-such-option"),
        ("no-such-command",),
        ("explain", "x", "-o", "absent"),
        ("verify", "-o", "absent"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = mail2wiki(*arguments, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("error: ")


def test_no_arguments_teach(tmp_path: Path) -> None:
    done = mail2wiki(cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.startswith("Usage:")


def test_usage_errors_end_with_a_full_stop_and_what_to_do(tmp_path: Path) -> None:
    done = mail2wiki("demo", "--no-such-option", cwd=tmp_path)
    assert done.stderr == "error: No such option: --no-such-option. See mail2wiki --help.\n"


def test_a_log_that_cannot_be_written(mailbox: Path, tmp_path: Path) -> None:
    done = mail2wiki("export", mailbox, "-o", tmp_path / "out", "--log-json", tmp_path / "absent" / "log")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "log cannot be written" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["export", "show", "explain", "verify", "demo"])
def test_every_command_has_the_options_of_the_contract(command: str) -> None:
    told = mail2wiki(command, "--help").stdout
    assert all(option in told for option in ("--quiet", "--verbose", "--log-json FILE", "--json"))


def test_missing_source_says_what_to_do(tmp_path: Path) -> None:
    done = mail2wiki("export", "absent.mbox", "-o", "out", cwd=tmp_path)
    assert done.returncode in (1, 2) and len(done.stderr.splitlines()) == 1
    assert "absent.mbox" in done.stderr and not (tmp_path / "out" / "wiki").exists()


def test_export_explain_verify(mailbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = mail2wiki("export", mailbox, "-o", out, "--json", "--log-json", tmp_path / "log.jsonl")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["dispositions"] == {"published": 5}
    assert all(json.loads(line)["time"] for line in (tmp_path / "log.jsonl").read_text().splitlines())
    line = json.loads((out / "manifest.jsonl").read_text().splitlines()[0])
    told = mail2wiki("explain", line["message_id"], "-o", out)
    assert line["id"] in told.stdout and line["page"] in told.stdout
    assert mail2wiki("verify", "-o", out).returncode == 0
    page = out / "wiki" / line["page"].split("#")[0]
    page.write_text("gone")
    done = mail2wiki("verify", "-o", out)
    assert done.returncode == 1 and page.name in done.stdout


def test_show_is_json_lines_only(mailbox: Path) -> None:
    done = mail2wiki("show", mailbox, "--json")
    shown = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(shown) == 5 and done.stderr == ""
    keys = "id message_id subject from to cc date in_reply_to references list_id language text lines marks defects"
    keys += " attachments"
    assert all(set(item) == set(keys.split()) and len(item["lines"]) == len(item["marks"]) for item in shown)
    assert "Preis 0 Euro" in mail2wiki("show", mailbox).stdout


def test_a_terminal_without_umlauts(mailbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = subprocess.run([sys.executable, "-m", "mail2wiki", "show", mailbox, "--json"], capture_output=True)
    assert "Anlage, gültig" in json.loads(done.stdout.splitlines()[0])["text"]
    done = subprocess.run([sys.executable, "-m", "mail2wiki", "show", mailbox], capture_output=True)
    assert done.returncode == 0 and b"g\\xfcltig" in done.stdout


def test_a_reader_that_stops_reading(mailbox: Path) -> None:
    command = f"'{sys.executable}' -m mail2wiki show '{mailbox}' --json; echo $? >&2"
    done = subprocess.run(["bash", "-c", f"({command}) | true"], capture_output=True, text=True)
    assert done.stderr == "0\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_standard_output_on_a_full_disk(mailbox: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([sys.executable, "-m", "mail2wiki", "show", mailbox], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1 and done.stderr.startswith(b"error: No space left") and done.stderr.count(b"\n") == 1


def test_empty_mailboxes_are_nothing_skipped(mailbox: Path, tmp_path: Path) -> None:
    tree = tmp_path / "Mail"
    tree.mkdir()
    (tree / "Inbox").write_bytes(mailbox.read_bytes())
    (tree / "Trash").write_bytes(b"")
    assert mail2wiki("export", tree, "-o", tmp_path / "out", "--strict").returncode == 0


def test_strict_makes_skipped_things_an_exit_3(mailbox: Path, tmp_path: Path) -> None:
    tree = tmp_path / "mail"
    tree.mkdir()
    (tree / "anna.mbox").write_bytes(mailbox.read_bytes())
    (tree / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert mail2wiki("export", tree, "-o", tmp_path / "a").returncode == 0
    assert mail2wiki("export", tree, "-o", tmp_path / "b", "--strict").returncode == 3


def test_all_wrong_settings_at_once(mailbox: Path, tmp_path: Path) -> None:
    done = mail2wiki("export", mailbox, "-o", tmp_path / "out", "--lang", "fr", "--max-pages", "1")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 2
    done = mail2wiki("export", mailbox, "-o", tmp_path / "out", "--lang", "fr", "--max-pages", "x", "--workers", "1.5")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 3


def test_settings_of_every_kind_have_a_flag() -> None:
    told = mail2wiki("export", "--help").stdout
    assert all("--" + field.name.replace("_", "-") in told for field in fields(Settings))


def test_the_demo_is_the_same_everywhere(tmp_path: Path) -> None:
    (tmp_path / "mail2wiki.toml").write_text('max_pages = "none of its business"\n', encoding="utf-8")
    assert mail2wiki("demo", "-o", "demo", "--workers", "1", cwd=tmp_path).returncode == 0
