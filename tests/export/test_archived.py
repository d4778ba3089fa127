"""Notices that a list's archive put in the place of attachments."""

import pytest

from mail2wiki.export import archived
from mail2wiki.export.items import File, Name, Shown
from mail2wiki.export.message import render_message
from mail2wiki.export.opening import excerpt
from mail2wiki.export.text import tell
from mail2wiki.export.words import Words
from mail2wiki.records import Body

WHERE = "http://liste.example/pipermail/pumpen/attachments/20240506/fffd4854/attachment.bin"
PATCH = f"""A non-text attachment was scrubbed...
Name: pump.diff
Type: text/x-patch
Size: 13245 bytes
Desc: not available
Url : <{WHERE}>"""
GERMAN = f"""Ein Dateianhang mit Binärdaten wurde abgetrennt...
Dateiname   : nicht verfügbar
Dateityp    : application/pdf
Dateigröße  : 2000 bytes
Beschreibung: Der Plan
URL         : <{WHERE}>"""
TEXT = f"An embedded and charset-unspecified text was scrubbed...\nName: README\nUrl: {WHERE}"
TYPE_ONLY = f"A non-text attachment was scrubbed...\nName: not available\nType: text/enriched\nUrl : {WHERE}"
LETTER = f"""An embedded message was scrubbed...
From: Uwe <uwe at muster.example>
Subject: Re: Pumpe
Date: Wed, 17 Oct 2001 01:00:51 -0400
Size: 1807
Url: {WHERE}"""
SENT = "Uwe <uwe at muster.example>, Wed, 17 Oct 2001 01:00:51 -0400"


def shown(text: str) -> str:
    lines = tuple(text.split("\n"))
    body = Body(lines, "".join("n" if line else "b" for line in lines))
    message = Shown("a" * 64, "mail-a", Name("Ina", ""), (), 0, None, None, "", (), (), (), ())
    return "\n".join(render_message(message, tell(body, ()), Words("en"), set()))


@pytest.mark.parametrize(
    ("notice", "file"),
    [
        (PATCH, File("pump.diff", "DIFF", 13245, WHERE)),
        (GERMAN, File("Der Plan", "PDF", 2000, WHERE)),
        (TYPE_ONLY, File("", "ENRICHED", 0, WHERE)),
        (TEXT, File("README", "", 0, WHERE)),
        (LETTER, File("Re: Pumpe", "EML", 1807, WHERE, title=SENT)),
        (TEXT.replace("http://liste.example", ""), File("README", "", 0)),
    ],
)
def test_a_notice_is_the_file_it_is_about(notice: str, file: File) -> None:
    assert list(archived.split(["Hier.", "", *notice.split("\n"), "Und?"])) == [["Hier.", ""], file, ["Und?"]]


@pytest.mark.parametrize(
    "text",
    [
        PATCH.replace("scrubbed...", "scrubbed."),
        PATCH.replace("/attachments/", "/pictures/"),
        PATCH.replace("Type: text/x-patch", "see there"),
        PATCH.replace("Size: 13245 bytes", ""),
        PATCH.replace(WHERE, "javascript:alert(1)//attachments/a"),
        PATCH.replace(WHERE, WHERE + "(x)"),
        "Name...",
    ],
)
def test_what_only_resembles_a_notice_stays_text(text: str) -> None:
    lines = text.split("\n")
    assert list(archived.split(lines)) == [lines]


def test_a_page_names_what_an_archive_keeps_on_one_line() -> None:
    page = shown(f"Hier ist er.\n{PATCH}\n{GERMAN}\n\nGut?")
    assert "scrubbed" not in page
    assert "abgetrennt" not in page
    line = f"Attachments: [pump.diff]({WHERE}) (DIFF, 13 KB), [Der Plan]({WHERE}) (PDF, 2 KB)"
    assert page.split("\n\n")[2:] == ["Hier ist er.", line, "Gut?\n"]


def test_a_message_that_only_brings_a_file_is_not_empty_and_is_not_called_by_the_notice() -> None:
    assert f"Attachments: [pump.diff]({WHERE})" in shown(PATCH)
    lines = tuple(PATCH.split("\n"))
    assert excerpt(Body(lines, "n" * len(lines)), ()) == ""
    assert excerpt(Body((*lines, "Danke."), "n" * (len(lines) + 1)), ()) == "Danke."
