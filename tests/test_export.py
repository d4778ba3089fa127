"""The main job end to end: same bytes for any order, any number of workers, and after being killed."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from builder import mbox, message, wiki_files

from mail2wiki.errors import Mail2WikiError, UsageError
from mail2wiki.history import History
from mail2wiki.pipeline import export
from mail2wiki.progress import Progress
from mail2wiki.settings import Settings
from mail2wiki.verify import verify


def conversation(number: int, length: int = 3) -> list[bytes]:
    """A question and its answers, each quoting the one before."""
    mails, before = [], ""
    for k in range(length):
        own = f"Punkt {number}.{k}: die Pumpe {number} liefert {k * 7 + number} bar, bitte bis Freitag prüfen.\n"
        quote = f"\nAm 06.05.2024 um 10:00 schrieb Anna Beispiel:\n{before}" if before else ""
        mails.append(
            message(
                subject=("AW: " if k else "") + f"Pumpe {number}",
                sender="Anna Beispiel <anna@firma.example>" if k % 2 == 0 else "Bob Buyer <bob@customer.example>",
                to="Bob Buyer <bob@customer.example>" if k % 2 == 0 else "Anna Beispiel <anna@firma.example>",
                body=own + quote,
                date=f"Mon, {1 + number % 28:02d} Jan 2024 1{k}:00:00 +0100",
                message_id=f"<{number}.{k}@firma.example>",
                in_reply_to=f"<{number}.{k - 1}@firma.example>" if k else "",
            )
        )
        before = "".join(f"> {line}\n" for line in (own + quote).splitlines())
    return mails


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mail") / "anna.mbox"
    mbox([mail for number in range(40) for mail in conversation(number, 2 + number % 4)], path)
    return path


def run(source: Path | list[Path], out: Path, workers: int = 1, **settings: object) -> dict:
    paths = source if isinstance(source, list) else [source]
    return export(paths, out, Settings(workers=workers, **settings), Progress())  # type: ignore[arg-type]


def tree(out: Path) -> dict[str, bytes]:
    """Everything that must be the same bytes."""
    return wiki_files(out) | {
        name: (out / name).read_bytes() for name in ("manifest.jsonl", "review.csv", "topics.toml")
    }


def manifest(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()]


def test_every_message_is_on_a_page(mailbox: Path, tmp_path: Path) -> None:
    report = run(mailbox, tmp_path / "out")
    lines = manifest(tmp_path / "out")
    assert report["read"] == len(lines) == sum(2 + n % 4 for n in range(40))
    for line in lines:
        assert line["disposition"] == "published"
        page, anchor = line["page"].split("#")
        assert f"###### {anchor}\n" in (tmp_path / "out" / "wiki" / page).read_text(encoding="utf-8")


def test_quoted_text_is_said_once(mailbox: Path, tmp_path: Path) -> None:
    run(mailbox, tmp_path / "out")
    text = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "out" / "wiki" / "topics").rglob("*.md"))
    assert text.count("Punkt 7.0: die Pumpe 7 liefert") == 1


def test_a_copy_in_another_mailbox_changes_no_page_but_who_holds_it(mailbox: Path, tmp_path: Path) -> None:
    copies = mbox([mail for number in range(3) for mail in conversation(number, 2 + number % 4)], tmp_path / "bob.mbox")
    run(mailbox, tmp_path / "one", owner=("anna@firma.example",))
    run([mailbox, copies], tmp_path / "two", owner=("anna@firma.example",))

    def pages(out: Path) -> dict[str, list[str]]:
        found = {p: p.read_text("utf-8").splitlines() for p in sorted((out / "wiki" / "topics").rglob("*.md"))}
        assert any(line.startswith("*In ") for lines in found.values() for line in lines) == (out.name == "two")
        return {str(p.relative_to(out)): [x for x in lines if x and x[:4] != "*In "] for p, lines in found.items()}

    assert pages(tmp_path / "one") == pages(tmp_path / "two")


def test_a_message_a_person_wants_to_keep_is_published_whatever_it_repeats(tmp_path: Path) -> None:
    mails = conversation(1)
    copy = mails[0].replace(b"<1.0@firma.example>", b"<copy@firma.example>")
    source = mbox([*mails, copy], tmp_path / "anna.mbox")

    def copies(out: Path) -> list[str]:
        lines = [json.loads(line) for line in (out / "manifest.jsonl").read_text("utf-8").splitlines()]
        return [line["message_id"] for line in lines if line["disposition"] == "duplicate"]

    run(source, tmp_path / "first")
    (dropped,) = copies(tmp_path / "first")
    run(source, tmp_path / "second", keep=(dropped,))
    assert copies(tmp_path / "second") == []


def test_same_bytes_for_one_and_two_workers(mailbox: Path, tmp_path: Path) -> None:
    run(mailbox, tmp_path / "one", workers=1)
    subprocess.run(command(mailbox, tmp_path / "two", "--workers", "2"), check=True, env=quiet_hash(1))
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_same_bytes_for_any_order_of_files(tmp_path: Path) -> None:
    mails = [mail for number in range(12) for mail in conversation(number)]
    for name, seed in (("a", 1), ("b", 2)):
        order = list(enumerate(mails))
        random.Random(seed).shuffle(order)
        for number, mail in order:
            folder = tmp_path / name / "mail" / f"box{number % 3}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{number}.eml").write_bytes(mail)
        run(tmp_path / name / "mail", tmp_path / name / "out")
    assert tree(tmp_path / "a" / "out") == tree(tmp_path / "b" / "out")


def test_lines_of_html_only_mail_are_lines_on_the_page(tmp_path: Path) -> None:
    page = "<p>Hallo Bob,</p><p>die neue Anschrift:<br>Musterweg 12<br>50667 Köln</p><p>Viele Grüße<br>Anna</p>"
    run(mbox([message(body=None, html=page)], tmp_path / "box.mbox"), tmp_path / "out")
    (written,) = (tmp_path / "out" / "wiki" / "topics").glob("*.md")
    assert "\n\ndie neue Anschrift:  \nMusterweg 12  \n50667 Köln\n" in written.read_text("utf-8")


def test_killed_at_any_moment_and_run_again_gives_the_same_bytes(mailbox: Path, tmp_path: Path) -> None:
    run(mailbox, tmp_path / "undisturbed")
    began = time.monotonic()
    subprocess.run(command(mailbox, tmp_path / "timed"), check=True)
    whole = time.monotonic() - began
    for number, share in enumerate((0.35, 0.6, 0.8, 0.9)):
        out = tmp_path / f"killed{number}"
        process = subprocess.Popen(command(mailbox, out), start_new_session=True)
        time.sleep(whole * share)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        subprocess.run(command(mailbox, out), check=True)
        assert tree(out) == tree(tmp_path / "undisturbed")


def test_ctrl_c_is_one_line_and_the_next_run_goes_on(mailbox: Path, tmp_path: Path) -> None:
    run(mailbox, tmp_path / "undisturbed")
    out = tmp_path / "out"
    process = subprocess.Popen(
        command(mailbox, out, "--workers", "2"),
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not (out / "work" / "lock").exists():
        time.sleep(0.01)
    time.sleep(0.3)  # wherever it is by then: the outcome is the same
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate()[1].decode().splitlines()
    assert process.returncode in (0, 130)
    assert len(said) == (process.returncode == 130) and "Traceback" not in "".join(said)
    subprocess.run(command(mailbox, out), check=True)
    assert tree(out) == tree(tmp_path / "undisturbed")


BROKEN_IMPORT = """
import os, signal
from mail2wiki import cli
def app(**_):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        raise ImportError("a compiled module")
cli.app = app
cli.main()
"""


def test_ctrl_c_amid_an_import_is_one_line() -> None:
    done = subprocess.run([sys.executable, "-c", BROKEN_IMPORT], capture_output=True, text=True, check=False)
    assert done.returncode == 130 and done.stderr == "interrupted; run the same command again to go on\n"


KILLED = """
import os, pathlib, signal, sys
left = int(sys.argv.pop(1))
def counted(change):
    def changing(*arguments, **more):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return change(*arguments, **more)
    return changing
os.replace, pathlib.Path.replace = counted(os.replace), counted(pathlib.Path.replace)
pathlib.Path.unlink = counted(pathlib.Path.unlink)
from mail2wiki.cli import run
try:
    sys.exit(run())
finally:
    print(left, file=sys.stderr)
"""


def test_a_second_run_killed_at_any_change_of_a_file(tmp_path: Path) -> None:
    source = tmp_path / "anna.mbox"
    mbox([mail for number in range(20) for mail in conversation(number)], source)
    run(source, tmp_path / "first", max_pages=30)
    mbox([mail for number in range(24) for mail in conversation(number, 4)], source)

    def again(name: str, kill_at: int) -> subprocess.CompletedProcess[str]:
        shutil.copytree(tmp_path / "first", tmp_path / name)
        arguments = (str(source), "-o", str(tmp_path / name), "-q", "--workers", "1", "--max-pages", "20")
        command_line = [sys.executable, "-c", KILLED, str(kill_at), "export", *arguments]
        return subprocess.run(command_line, capture_output=True, text=True)

    changes = 10_000 - int(again("undisturbed", 10_000).stderr)
    assert changes > 20
    for at in sorted({1, 2, changes // 3, changes // 2, changes - 3, changes - 1, changes}):
        assert again(f"killed{at}", at).returncode == -signal.SIGKILL
        run(source, tmp_path / f"killed{at}", max_pages=20)
        assert tree(tmp_path / f"killed{at}") == tree(tmp_path / "undisturbed"), at


def test_nothing_new_changes_nothing(mailbox: Path, tmp_path: Path) -> None:
    run(mailbox, tmp_path / "out")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*") if p.is_file() and "work" not in p.parts}
    assert run(mailbox, tmp_path / "out")["summary"] == ["nothing new: the wiki is as it was"]
    assert before == {p: p.stat().st_mtime_ns for p in before}


@pytest.mark.parametrize(
    "version",
    ["history.__version__", "reading.READING", "thread.PRINTS_VERSION", "cluster.TERMS_VERSION"],
)
def test_a_program_that_reads_otherwise_is_something_new(
    version: str, mailbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(mailbox, tmp_path / "out")
    monkeypatch.setattr(f"mail2wiki.{version}", 99)
    assert run(mailbox, tmp_path / "out")["summary"] != ["nothing new: the wiki is as it was"]
    assert run(mailbox, tmp_path / "out")["summary"] == ["nothing new: the wiki is as it was"]


@pytest.mark.parametrize("lost", ["index.md", "files", "manifest"])
def test_what_was_deleted_from_out_comes_back(lost: str, tmp_path: Path) -> None:
    mails = [*conversation(1), message(subject="Plan", attachments=[("Plan.pdf", "application/pdf", b"%PDF-1.4 x")])]
    mbox(mails, tmp_path / "a.mbox")
    run(tmp_path / "a.mbox", tmp_path / "out")
    before = tree(tmp_path / "out")
    path = tmp_path / "out" / "manifest.jsonl"
    if lost != "manifest":
        path = next((tmp_path / "out" / "wiki").rglob("*.pdf" if lost == "files" else lost))
    path.unlink()
    run(tmp_path / "a.mbox", tmp_path / "out")
    assert tree(tmp_path / "out") == before


def test_what_is_held_later_takes_its_words_from_names_and_addresses(tmp_path: Path) -> None:
    mails = [mail for number in range(12) for mail in conversation(number)]
    for number in range(12):  # Otto is called so in six conversations, and by his full name in those that will be held
        name, what = ("Otto Zeppelin", "Zeppelin fliegen") if number % 2 else ("Otto", "Gondel bauen")
        mails += [
            message(
                subject=f"{what} {number}",
                sender=f"{name} <otto@verein.example>",
                body=f"Helium, {what} {k}.{number}\n",
                message_id=f"<z{number}.{k}@verein.example>",
                in_reply_to=f"<z{number}.{k - 1}@verein.example>" if k else "",
                date=f"{number + 1:02} May 2024 {9 + k:02}:00:00",
            )
            for k in range(4 if number % 2 else 3)
        ]
    mbox(mails, tmp_path / "a.mbox")
    run(tmp_path / "a.mbox", tmp_path / "out")
    assert any("zeppelin" in str(p).lower() for p in (tmp_path / "out" / "wiki").rglob("*"))
    held = {line["thread"] for line in manifest(tmp_path / "out") if re.match(r"<z\d*[13579]\.", line["message_id"])}
    decisions = "".join(f"{thread};hold\n" for thread in sorted(held))
    (tmp_path / "out" / "review.csv").write_text("conversation;decision\n" + decisions)
    run(tmp_path / "a.mbox", tmp_path / "out")
    texts = [str(p) + p.read_text() for p in (tmp_path / "out" / "wiki").rglob("*.md")]
    texts += [(tmp_path / "out" / name).read_text() for name in ("report.json", "topics.toml", "manifest.jsonl")]
    assert len(held) == 6 and not any("zeppelin" in text.lower() for text in texts)


def test_a_folder_is_not_called_by_what_is_held_later() -> None:
    paths = {"topic-t": "topics/zeppelin-t.md", "conversation-c": "topics/zeppelin-t/pumpe-c.md"}
    before = History({"m": "c", "n": "d"}, {}, {}, {}, {}, paths, {}, frozenset("mn"))
    assert before.without_words({"n"}).page_paths == {} and before.without_words({"x"}).page_paths == paths


def test_a_page_of_a_person_that_is_no_part_of_the_wiki_any_more_is_told(tmp_path: Path) -> None:
    mbox([mail for number in range(6) for mail in conversation(number, 4)], tmp_path / "a.mbox")
    run(tmp_path / "a.mbox", tmp_path / "out")
    line = next(line for line in manifest(tmp_path / "out") if line["page"].count("/") == 2)
    page = tmp_path / "out" / "wiki" / line["page"].partition("#")[0]
    page.write_text("mine")
    report = run(tmp_path / "a.mbox", tmp_path / "out", exclude_senders=("@firma.example", "@customer.example"))
    assert page.read_text() == "mine" and report["written"]["left"] == 1
    assert any("no part of the wiki any more" in said for said in report["summary"])


def test_pages_of_a_person_do_not_keep_what_is_held_later(tmp_path: Path) -> None:
    mbox([mail for number in range(6) for mail in conversation(number, 4)], tmp_path / "a.mbox")
    out = tmp_path / "out"
    run(tmp_path / "a.mbox", out)
    line = next(line for line in manifest(out) if line["page"].count("/") == 2)
    gone, changed = line["page"].partition("#")[0], "people.md"
    same = next(p["page"].partition("#")[0] for p in manifest(out) if p["thread"] != line["thread"])
    for path in (gone, changed, same):
        page = out / "wiki" / path
        page.write_text(page.read_text() + "\nMy own words.\n")
    (out / "review.csv").write_text(f"conversation;decision\n{line['thread']};hold\n")
    report = run(tmp_path / "a.mbox", out)
    assert not (out / "wiki" / gone).exists() and "My own words" not in (out / "wiki" / changed).read_text()
    assert "My own words" in (out / "wiki" / same).read_text()
    assert all("My own words" in (out / "work/withdrawn" / path).read_text() for path in (gone, changed))
    assert any("work/withdrawn" in said for said in report["summary"])
    page = out / "wiki" / changed
    page.write_text(page.read_text() + "\nMy own words.\n")
    run(tmp_path / "a.mbox", out, lang="en")
    assert "My own words" in page.read_text()


def test_a_source_whose_name_is_no_utf8(tmp_path: Path) -> None:
    source = Path(os.fsdecode(os.fsencode(tmp_path) + b"/gel\xf6scht.mbox"))
    mbox(conversation(1), source)
    run(source, tmp_path / "out")
    assert {line["source"] for line in manifest(tmp_path / "out")} == {"gel\\xf6scht.mbox"}
    assert json.loads((tmp_path / "out" / "report.json").read_bytes())["sources"] == [str(source)]
    assert run(source, tmp_path / "out")["summary"] == ["nothing new: the wiki is as it was"]


def test_an_owner_who_is_not_there(mailbox: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nobody in this mailbox is Zeppelin \(--owner\).*anna@firma.example"):
        run(mailbox, tmp_path / "out", owner=("Zeppelin",))
    assert not (tmp_path / "out" / "wiki").exists()


def test_an_address_of_the_owner_that_only_held_mail_has_is_not_shown(tmp_path: Path) -> None:
    def sent(subject: str, address: str, number: int) -> bytes:
        sender = f"Anna Beispiel <{address}>"
        return message(
            subject=subject, sender=sender, body=f"Gruß {number}\n", date=f"{number + 1:02} May 2024 09:00:00"
        )

    post = tmp_path / "post"
    post.mkdir()
    open_ = [sent(f"Angebot {n}", "anna@firma.example", n) for n in range(8)]
    private = [sent("[privat] Tanz", "tanzmaus@heim.example", n) for n in range(5)]
    mbox(open_ + private, post / "Sent")
    run(post, tmp_path / "out")
    texts = [p.read_text() for p in (tmp_path / "out" / "wiki").rglob("*.md")]
    assert any("anna@firma.example" in text for text in texts)
    assert not any("tanzmaus" in text for text in texts)


def test_work_is_safe_to_delete(mailbox: Path, tmp_path: Path) -> None:
    run(mailbox, tmp_path / "out")
    before = tree(tmp_path / "out")
    shutil.rmtree(tmp_path / "out" / "work")
    run(mailbox, tmp_path / "out")
    assert tree(tmp_path / "out") == before


def test_new_mail_keeps_every_page_and_id(tmp_path: Path) -> None:
    source = tmp_path / "anna.mbox"
    mbox([mail for number in range(30) for mail in conversation(number)], source)
    run(source, tmp_path / "out")
    before = {line["id"]: line for line in manifest(tmp_path / "out")}
    mbox([mail for number in range(33) for mail in conversation(number, 4)], source)
    run(source, tmp_path / "out")
    after = {line["id"]: line for line in manifest(tmp_path / "out")}
    assert len(after) > len(before)
    for id, line in before.items():
        assert {k: after[id][k] for k in ("thread", "topic")} == {k: line[k] for k in ("thread", "topic")}
    pages = {line["page"].split("#")[0] for line in before.values()}
    assert all((tmp_path / "out" / "wiki" / page).is_file() for page in pages)


def test_a_deleted_message_keeps_its_page(tmp_path: Path) -> None:
    source = tmp_path / "anna.mbox"
    mbox([*conversation(1), *conversation(2)], source)
    run(source, tmp_path / "out")
    mbox(conversation(2), source)
    run(source, tmp_path / "out")
    assert len(manifest(tmp_path / "out")) == 6
    text = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "out" / "wiki").rglob("*.md"))
    assert "Punkt 1.0" in text


def test_a_page_changed_by_a_person_is_kept(mailbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(mailbox, out)
    page = out / "wiki" / "about.md"
    page.write_text(page.read_text() + "\nA note of mine.\n")
    report = run(mailbox, out, lang="en")
    assert "A note of mine." in page.read_text() and report["written"]["kept"] == 1
    report = run(mailbox, out, lang="de")
    assert "A note of mine." in page.read_text() and report["written"]["kept"] == 1


def test_private_conversations_leave_no_trace(tmp_path: Path) -> None:
    source = tmp_path / "anna.mbox"
    secret = message(
        subject="[privat] Geburtstag", body="Der Kuchen heißt Xylophonia.\n", message_id="<p@firma.example>"
    )
    answer = message(
        subject="AW: [privat] Geburtstag", body="Danke für Xylophonia!\n", in_reply_to="<p@firma.example>",
        attachments=[("Xylophonia.txt", "text/plain", b"Xylophonia")],
    )  # fmt: skip
    mbox([*conversation(1), secret, answer], source)
    run(source, tmp_path / "out")
    held = [line for line in manifest(tmp_path / "out") if line["disposition"] == "held"]
    assert len(held) == 2
    assert all(set(line) == {"v", "id", "source", "at", "disposition", "reason"} for line in held)
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file() and "work" not in path.relative_to(tmp_path / "out").parts:
            assert b"xylophonia" not in path.read_bytes().lower() and "xylophonia" not in path.name.lower()


SECRET = (
    "Die Untersuchung am Montag hat ergeben, dass ich im Herbst für sechs Wochen in die Klinik nach Seedorf muss. "
    "Sag bitte niemandem in der Halle etwas davon, bevor ich selbst mit den Leuten gesprochen habe."
)


@pytest.mark.parametrize(
    ("quote", "held"),
    [
        (SECRET.partition(". ")[0] + " ...", True),  # a part of a paragraph
        (SECRET.replace("Herbst", "Winter").replace("Seedorf", "Bergheim"), True),  # words changed
        ("Die Untersuchung am Montag hat ergeben, dass die Pumpe 7 der Reihe nach zerlegt wird.", False),
    ],
)
@pytest.mark.parametrize("above", ["", "Anna schreibt:"])  # in a paragraph of its own, or introduced
def test_who_quotes_a_held_message_in_part_is_held(tmp_path: Path, quote: str, held: bool, above: str) -> None:
    source = tmp_path / "anna.mbox"
    secret = message(subject="[privat] Klinik", body=f"Lieber Bob,\n\n{SECRET}\n", message_id="<p@firma.example>")
    retold = message(
        subject="Urlaubsplanung", sender="Bob Buyer <bob@customer.example>", date="Thu, 09 May 2024 10:00:00 +0200",
        body=f"Wer vertritt?\n{above}\n> {quote}\n", message_id="<q@customer.example>",
    )  # fmt: skip
    further = message(
        subject="Vertretung", sender="Carl Caro <carl@customer.example>", date="Fri, 10 May 2024 10:00:00 +0200",
        body=f"Ich, siehe unten.\n\n> Wer vertritt?\n> {above}\n>> {quote}\n",
    )  # fmt: skip
    mbox([*conversation(1), secret, retold, further], source)
    run(source, tmp_path / "out")
    fates = [line["disposition"] for line in manifest(tmp_path / "out")]
    assert fates.count("held") == (3 if held else 1)
    pages = b"".join(path.read_bytes() for path in (tmp_path / "out" / "wiki").rglob("*.md"))
    assert (b"Untersuchung" in pages) == (not held)


def test_a_source_with_private_mail_only_is_not_named(tmp_path: Path) -> None:
    mbox(conversation(1), tmp_path / "anna.mbox")
    mbox(conversation(2), tmp_path / "bob.mbox")
    mbox([message(body="Der Kuchen.\n")], tmp_path / "Privat Xylophonia.mbox")
    run([tmp_path / name for name in ("anna.mbox", "bob.mbox", "Privat Xylophonia.mbox")], tmp_path / "out")
    about = (tmp_path / "out" / "wiki" / "about.md").read_text()
    assert "anna.mbox: 3" in about and "xylophonia" not in about.lower()


def test_takeout_labels_are_folders_and_trash_is_left_out(tmp_path: Path) -> None:
    source = tmp_path / "Alle E-Mails.mbox"
    mbox(
        [
            message(subject="Eins", body="Im Posteingang.\n", headers={"X-Gmail-Labels": "Posteingang,Projekte/Nord"}),
            message(subject="Zwei", body="Im Papierkorb.\n", headers={"X-Gmail-Labels": "Papierkorb"}),
        ],
        source,
    )
    run(source, tmp_path / "out")
    assert sorted(line["disposition"] for line in manifest(tmp_path / "out")) == ["excluded", "published"]
    run(source, tmp_path / "all", include_trash=True)
    assert {line["disposition"] for line in manifest(tmp_path / "all")} == {"published"}


def test_dry_run_writes_no_wiki(mailbox: Path, tmp_path: Path) -> None:
    report = export([mailbox], tmp_path / "out", Settings(workers=1), Progress(), dry_run=True)
    assert "index.md" in report["pages"]
    assert not (tmp_path / "out" / "wiki").exists() and not (tmp_path / "out" / "manifest.jsonl").exists()


@pytest.mark.parametrize(
    ("name", "text"), [("report.json", '{"pages": 3}'), ("manifest.jsonl", '{"v": 1}\n'), ("manifest.jsonl", "[]\n")]
)
def test_a_file_of_ours_that_somebody_rewrote_is_one_line(name: str, text: str, mailbox: Path, tmp_path: Path) -> None:
    run(mailbox, tmp_path / "out")
    (tmp_path / "out" / name).write_text(text)
    with pytest.raises(Mail2WikiError, match=f"{name} cannot be read"):
        run(mailbox, tmp_path / "out")
    with pytest.raises(Mail2WikiError, match=f"{name} cannot be read"):
        verify(tmp_path / "out", Progress())


def test_a_foreign_wiki_is_left_alone(mailbox: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "wiki").mkdir(parents=True)
    (tmp_path / "out" / "wiki" / "mine.md").write_text("mine")
    with pytest.raises(UsageError, match="something else"):
        run(mailbox, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02 no mail", b"Dear diary,\nno mailbox at all.\n"])
def test_no_mailbox_is_one_clear_line(content: bytes, tmp_path: Path) -> None:
    source = tmp_path / "thing.bin"
    source.write_bytes(content)
    with pytest.raises(Mail2WikiError) as caught:
        run(source, tmp_path / "out")
    assert len(caught.value.lines) == 1 and not (tmp_path / "out" / "wiki").exists()


def command(source: Path, out: Path, *more: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "mail2wiki",
        "export",
        str(source),
        "-o",
        str(out),
        "--quiet",
        *(more or ("--workers", "1")),
    ]


def quiet_hash(seed: int) -> dict[str, str]:
    return {**os.environ, "PYTHONHASHSEED": str(seed)}
