"""The first words of a text that say something."""

from __future__ import annotations

import pytest
from export.export_room import Room

from mail2wiki.export.opening import excerpt, opening
from mail2wiki.records import Body, Conversation, Woven


def body(text: str, marks: str = "", kind: str = "plain") -> Body:
    lines = tuple(text.split("\n"))
    return Body(lines, marks or "".join("n" if line.strip() else "b" for line in lines), kind)


@pytest.mark.parametrize(("text", "shown"), [
    ("Hallo zusammen,\n\nder Bericht kommt morgen.", "der Bericht kommt morgen."),
    ("Sehr geehrte Frau Kröger\n\nVersion 2 liegt bei.", "Version 2 liegt bei."),  # Switzerland: without a comma
    ("Dear Fiona, dear Tom,\nthank you.", "thank you."),
    ("Guten Morgen, der Beleg kommt heute.", "Guten Morgen, der Beleg kommt heute."),
    ("- Pumpe: läuft\n- Ventil: fehlt", "Pumpe: läuft · Ventil: fehlt"),
    ("----------\nKurz: nein.", "Kurz: nein."),
    ("Es bleibt bei 480 € – ohne Aufschlag.", "Es bleibt bei 480 € – ohne Aufschlag."),
    ("1. Pumpe prüfen", "1\\. Pumpe prüfen"),
])  # fmt: skip
def test_excerpts(text: str, shown: str) -> None:
    assert excerpt(body(text), ()) == shown


@pytest.mark.parametrize(("text", "shown"), [
    ("Subject: Pump report - 5 May\n\nThe pump runs.", "The pump runs."),
    ("To: Bob\nFrom: Ann\nRe: the pump\nThe pump runs.", "The pump runs."),
    ("*Betreff:* Pumpe\nDie Pumpe läuft.", "Die Pumpe läuft."),
    ("PUMP REPORT:\n\nThe pump runs.", "The pump runs."),
    ("Pump report for May", "Pump report for May"),
    ("Pump report", ""),
    ("The pump runs.\n*******\nAll day.", "The pump runs. All day."),
    ("<https://pumps.example/a.gif>\n <https://pumps.example> Monday: the pump runs.", "Monday: the pump runs."),
    ("https://pumps.example/a.pdf", "<https://pumps.example/a.pdf>"),
    ("See here for it: https://pumps.example/a.pdf and then tell me.",
     "See here for it: <https://pumps.example/a.pdf> and then tell me."),
    ("The pump runs.\n_______\nAll day.", "The pump runs. All day."),
    ("https://pumps.example/a.pdf\nSee.", "<https://pumps.example/a.pdf> See."),
    ("Ready to: run", "Ready to: run"),
])  # fmt: skip
def test_excerpts_do_not_say_the_head_again(text: str, shown: str) -> None:
    assert excerpt(body(text), (), "Pump report") == shown


@pytest.mark.parametrize(("text", "name"), [
    ("Hallo Bob,\nich suche eine Pumpe für die Halle. Kennt jemand eine?", "ich suche eine Pumpe für die Halle"),
    ("Wer kennt die Pumpe in Halle 3? Sie steht.", "Wer kennt die Pumpe in Halle 3?"),
    ("Danke. Die Pumpe in Halle 3 läuft wieder.", "Danke. Die Pumpe in Halle 3 läuft wieder"),
    ("Pumpe Nr. 4 stand, z. B. am Montag, still.", "Pumpe Nr. 4 stand, z. B. am Montag, still"),
    ("die Pumpe in Halle 3 steht seit heute früh und niemand im ganzen Werk weiß, warum das so sein sollte",
     "die Pumpe in Halle 3 steht seit heute früh …"),
    ("[snip] : Die Pumpe in Halle 3 steht.", "Die Pumpe in Halle 3 steht"),
    ("[EILT!] Die Pumpe in Halle 3 steht.", "[EILT!] Die Pumpe in Halle 3 steht"),
    ("[: - Pumpe für Halle 3", "Pumpe für Halle 3"),
    # attribution lines whose quote was cut away
    ("On Mon, 03 Jun 2024 12:24:03 +0100, Bob\nDie Pumpe in Halle 3 steht.", "Die Pumpe in Halle 3 steht"),
    ("Am Do., 6. Juni 2024 um 08:15 Uhr\nDie Pumpe in Halle 3 steht.", "Die Pumpe in Halle 3 steht"),
    ("Bob Muster <bob@pumpen.example> schrieb im Beitrag\n<7abc$1@news.example>...\nDie Pumpe steht noch.",
     "Die Pumpe steht noch"),
    ("Im Artikel <7abc$1@news.example>, bob@pumpen.example\n(Bob Muster) schreibt:\nDie Pumpe steht noch.",
     "Die Pumpe steht noch"),
    ("Bob Muster schrieb in Nachricht\nDie Pumpe steht noch.", "Die Pumpe steht noch"),
    ("Bob Muster wrote ...\nThe pump stands still.", "The pump stands still"),
    ("In article <7abc$1@news.example>, bob@pumpen.example\nsays...\nThe pump stands still.", "The pump stands still"),
    ("Bob Muster schrieb unter anderem:\nDie Pumpe steht noch.", "Die Pumpe steht noch"),
    ("Du schriebst am 06.06.24\nzu dem Thema: Pumpe steht", "zu dem Thema: Pumpe steht"),
    ("Deshalb schrieb ich ja auch, dass sie steht.", "Deshalb schrieb ich ja auch, dass sie steht"),
    ("Am 12. Juni kommt die Pumpe um 9.", "Am 12. Juni kommt die Pumpe um 9"),
    ("https://pumpen.example/halle3\nDort steht die Pumpe.", "Dort steht die Pumpe"),
    ("https://pumpen.example/halle3", "https://pumpen.example/halle3"),
    ("...", ""),
    ("", ""),
])  # fmt: skip
def test_names(text: str, name: str) -> None:
    assert opening(body(text), ()) == name


def test_what_says_nothing_of_its_own_is_called_by_what_it_quotes() -> None:
    quote = body("Hallo,\n> Die Pumpe in Halle 3 steht.", "nq")
    assert opening(quote, ((1, 2),)) == "Die Pumpe in Halle 3 steht"
    assert opening(body("Zur Kenntnis.\n> Die Pumpe steht.", "nq"), ((1, 2),)) == "Zur Kenntnis"


def test_a_conversation_without_a_subject_has_its_name_everywhere() -> None:
    from mail2wiki.gathering import titled

    room = Room("de")
    a = room.message("Hallo Bob,\ndie Pumpe in Halle 3 steht seit heute früh.", subject="")
    room.talk(a, subject="")
    woven = Woven(tuple(room.talks), (), {})
    room.talks = list(titled(room.talks, woven, lambda ids: {id: room.bodies[id] for id in ids}))
    assert isinstance(room.talks[0], Conversation)
    _, pages = room.build()
    assert "## die Pumpe in Halle 3 steht seit heute früh\n" in room.page(a)
    assert not any("Ohne Betreff" in page.text for page in pages.values())
