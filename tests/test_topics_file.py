"""topics.toml end to end: written by a run, edited by a person, obeyed by the next ones, and kept."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from builder import mbox, message

from mail2wiki.errors import UsageError
from mail2wiki.explain import explain
from mail2wiki.pipeline import export
from mail2wiki.progress import Progress
from mail2wiki.settings import Settings

SUBJECTS = {
    "Pumpe Halle 2": ("Die Pumpe verliert Öl an der Dichtung.", "Eine neue Dichtung für die Pumpe ist bestellt."),
    "Messestand Hannover": ("Der Messestand braucht eine Theke.", "Die Theke am Messestand wird blau."),
    "Lehrlinge im Herbst": ("Die Lehrlinge bekommen einen Ausbilder.", "Der Ausbilder zeigt den Lehrlingen alles."),
    "Datenschutz Schulung": ("Zum Datenschutz gibt es ein Verzeichnis.", "Das Verzeichnis prüft ein Anwalt."),
    "Wartungsvertrag": ("Der Wartungsvertrag läuft im Mai aus.", "Für die Wartung gilt der alte Vertrag weiter."),
}


def mailbox(path: Path, each: int) -> Path:
    mails = []
    for row, (subject, texts) in enumerate(SUBJECTS.items()):
        for at in range(each):
            number = row * 100 + at
            mails.append(
                message(
                    subject=f"{subject} {('links', 'rechts')[at % 2]}",
                    sender=f"Person {row} <p{row}@firma.example>",
                    body=f"{texts[at % 2]} {texts[0]} Notiz {number}.\n",
                    date=f"Mon, {1 + at:02d} Jan 2024 1{row}:00:00 +0100",
                    message_id=f"<{number}@firma.example>",
                )
            )
    return mbox(mails, path)


def run(source: Path, out: Path) -> dict:
    return export([source], out, Settings(workers=1, owner=("bernd@firma.example",)), Progress())


def report(out: Path) -> dict:
    return json.loads((out / "report.json").read_text(encoding="utf-8"))


def test_what_a_person_writes_is_done_and_kept(tmp_path: Path) -> None:
    source, out = mailbox(tmp_path / "bernd.mbox", 24), tmp_path / "out"
    run(source, out)
    path = out / "topics.toml"
    topics = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(topics) == set(report(out)["topics"]) and len(topics) > 1
    first = next(iter(topics))
    was = report(out)["topics"][first]["label"]

    for name in ("Alles für die Fabrik", "Die Fabrik"):
        text = path.read_text(encoding="utf-8").replace(f'label = "{"Alles für die Fabrik"}"\n', "")
        path.write_text(text.replace(f"[{first}]\n", f'[{first}]\nlabel = "{name}"\n'), encoding="utf-8")
        run(source, out)
        assert report(out)["topics"][first]["label"] == name
        assert f'label = "{name}"' in path.read_text(encoding="utf-8")
    assert report(out)["topics"][first]["aliases"] == [was, "Alles für die Fabrik"]
    pages = "".join(page.read_text(encoding="utf-8") for page in (out / "wiki").rglob("*.md"))
    assert "Die Fabrik" in pages and "Alles für die Fabrik" in pages
    assert run(source, out)["summary"] == ["nothing new: the wiki is as it was"]

    mailbox(source, 28)
    run(source, out)
    assert report(out)["topics"][first]["label"] == "Die Fabrik"
    assert tomllib.loads(path.read_text(encoding="utf-8"))[first] == {"label": "Die Fabrik"}


def test_a_mistake_stops_the_run_before_anything_is_touched(tmp_path: Path) -> None:
    source, out = mailbox(tmp_path / "bernd.mbox", 12), tmp_path / "out"
    run(source, out)
    before = {p: p.read_bytes() for p in (out / "wiki").rglob("*.md")}
    with open(out / "topics.toml", "a", encoding="utf-8") as file:
        file.write("[t012345678]\nlabel = 7\n")
    with pytest.raises(UsageError, match=r"topics\.toml, line \d+: label"):
        run(source, out)
    assert before == {p: p.read_bytes() for p in (out / "wiki").rglob("*.md")}


def test_explain_says_why_a_conversation_is_in_its_topic(tmp_path: Path) -> None:
    source, out = mailbox(tmp_path / "bernd.mbox", 24), tmp_path / "out"
    run(source, out)
    story = json.loads(explain("<3@firma.example>", out, as_json=True))[0]
    topics = report(out)["topics"]
    why = story["why this topic"]
    assert why["other"] in topics.keys() - {story["topic"]}
    assert why["likeness"] > why["other_likeness"]
    words = [word.casefold() for word, _ in why["words"]]
    assert "pumpe" in words and len(words) <= 10
    assert [address for address, _ in why["people"]] == ["p0@firma.example"]
    text = explain("<3@firma.example>", out)
    assert topics[story["topic"]]["label"] in text and topics[why["other"]]["label"] in text and "umpe" in text


def test_conversations_are_weighed_once_for_each_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, out = mailbox(tmp_path / "bernd.mbox", 24), tmp_path / "out"
    run(source, out)
    told = explain("<3@firma.example>", out)
    with monkeypatch.context() as patched:
        patched.setattr("mail2wiki.explain.grouped", lambda *_: pytest.fail("weighed again"))
        assert explain("<3@firma.example>", out) == told
        assert "as like" in explain("3@firma.example", out)
    mailbox(source, 28)
    run(source, out)
    anew = explain("<427@firma.example>", out)
    assert "as like" in anew
    kept = out / "work" / "weighed.npz"
    for damaged in (b"", b"damaged", kept.read_bytes()[:-100]):
        kept.write_bytes(damaged)
        assert explain("<427@firma.example>", out) == anew
