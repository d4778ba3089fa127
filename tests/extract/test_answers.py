"""Answers in another colour inside a quote: the author's own where the author says so, quoted everywhere else."""

import pytest
from builder import message
from hypothesis import given
from hypothesis import strategies as st

from mail2wiki.extract import answers, extract, html_colours

HEADER = (
    "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>Von:</b> Uwe Muster "
    "&lt;uwe@muster.example&gt;<br><b>Gesendet:</b> Montag, 4. März 2024 10:15<br><b>An:</b> Ina Beispiel<br>"
    "<b>Betreff:</b> Pumpe</p></div>"
)
RED, BLUE = (
    "<p class=MsoNormal><span style='color:red'>{}<o:p></o:p></span></p>",
    "<p><font color=#1F497D>{}</font></p>",
)


def p(text: str, shape: str = "<p class=MsoNormal>{}</p>") -> str:
    return shape.format(text)


def quoting(announcement: str, *below: str, shape: str = "<p class=MsoNormal>{}</p>") -> bytes:
    page = p("Hallo Uwe,", shape) + p(announcement, shape) + p("Viele Grüße<br>Ina", shape) + HEADER + "".join(below)
    return message(sender="Ina Beispiel <ina@firma.example>", body=None, html=f"<html><body>{page}</body></html>")


QUESTIONS = (
    p("Wann kommt die Pumpe?"),
    RED.format("Am Dienstag."),
    p("Wer öffnet das Tor?"),
    RED.format("Karla, ab sieben Uhr,<br>wie immer."),
    p("Danke und viele Grüße"),
    p("Uwe"),
)
ANSWERED = ["Am Dienstag.", "Karla, ab sieben Uhr,", "wie immer."]


def new(raw: bytes) -> list[str]:
    found = extract(raw)
    return [line.rstrip() for line in found.body.text().split("\n") if line.strip()]


@pytest.mark.parametrize(
    "announcement",
    [
        "meine Antworten unten in rot.",
        "siehe meine Kommentare im Text.",
        "ich habe Dir unten in Rot geantwortet.",
        "Antworten sind rot markiert.",
        "please see my answers inline.",
        "My comments are below in red.",
        "I have replied inline.",
        "see below in red",
    ],
)
def test_announced_answers_are_new(announcement: str) -> None:
    assert [line for line in new(quoting(announcement, *QUESTIONS)) if line in ANSWERED] == ANSWERED
    assert "Wann kommt die Pumpe?" in extract(quoting(announcement, *QUESTIONS)).body.text("q")


@pytest.mark.parametrize(
    "announcement",
    [
        "die Pumpe ist bestellt.",  # nobody speaks of answers
        "siehe unten.",  # it may be the whole mail below that is meant
        "my comments are below in blue.",  # another colour
        "die rote Pumpe steht unten im Keller.",
    ],
)
def test_without_a_clear_sign_all_stays_quoted(announcement: str) -> None:
    raw = quoting(announcement, *QUESTIONS)
    assert not set(new(raw)) & set(ANSWERED)
    assert set(ANSWERED) <= {line.rstrip() for line in extract(raw).body.text("q").split("\n")}


def test_a_hint_is_enough_where_the_author_writes_in_the_same_colour() -> None:
    below = (p("Wann kommt sie?"), BLUE.format("Am Dienstag."), p("Wer zahlt?"))
    assert "Am Dienstag." in new(quoting("siehe unten.", *below, shape=BLUE))
    assert "Am Dienstag." not in new(quoting("siehe unten.", *below))


def test_colours_that_are_not_named_have_to_be_one() -> None:
    two = (p("Wann?"), RED.format("Am Dienstag."), p("Wer?"), BLUE.format("Karla."), p("Wo?"))
    assert not {"Am Dienstag.", "Karla."} & set(new(quoting("meine Antworten im Text", *two)))
    assert "Am Dienstag." in new(quoting("meine Antworten im Text in rot", *two))
    assert "Karla." not in new(quoting("meine Antworten im Text in rot", *two))


def test_signatures_in_colour_stay_quoted() -> None:
    below = (*QUESTIONS[:4], p("Mit freundlichen Grüßen"), RED.format("Uwe Muster"), RED.format("Muster GmbH, Einkauf"))
    assert not {"Uwe Muster", "Muster GmbH, Einkauf"} & set(new(quoting("meine Antworten im Text in rot", *below)))
    end = (p("Wann kommt sie?"), RED.format("Muster GmbH, Einkauf"))
    assert "Muster GmbH, Einkauf" not in new(quoting("see my comments inline", *end))


def test_links_and_grey_are_no_answers() -> None:
    below = (p("Hier:"), p("<a style='color:blue' href='https://x.example/a'>Katalog</a>"), p("Bitte prüfen."))
    assert not any("Katalog" in line for line in new(quoting("meine Antworten in blau", *below)))
    grey = (p("Wann?"), p("<span style='color:#595959'>Am Dienstag.</span>"), p("Wer?"))
    assert "Am Dienstag." not in new(quoting("meine Antworten im Text", *grey))


def test_quotes_with_signs_lose_them_in_the_answers() -> None:
    page = (
        "<p>Siehe meine Antworten in blau.</p><p>Am 04.03.2024 um 10:15 schrieb Uwe Muster:</p><blockquote type=cite>"
    )
    page += "<p>Wann kommt sie?</p>" + BLUE.format("Am Dienstag.") + "<p>Wer zahlt?</p></blockquote>"
    found = extract(message(body=None, html=page))
    assert "Am Dienstag." in found.body.text().split("\n") and "> Wer zahlt?" in found.body.lines


def test_the_html_part_is_read_where_only_it_shows_the_colours() -> None:
    page = p("Meine Antworten unten in rot.") + HEADER + "".join(QUESTIONS)
    plain = "Meine Antworten unten in rot.\n\nVon: Uwe Muster\nGesendet: Montag, 4. März 2024 10:15\n" + "x " * 3_000
    found = extract(message(body=plain, html=page))
    assert found.body.kind == "markdown" and "Am Dienstag." in found.body.text()
    usual = plain.replace("Meine Antworten unten in rot.", "Danke, das passt.")
    assert extract(message(body=usual, html=page)).body.kind == "plain"


def test_lines_are_those_of_the_usual_writer() -> None:
    page = "<div style='COLOR: Red'>eins<br>zwei <b>drei</b></div><p>vier</p><pre style='color:#0070C0'>a\nb</pre>"
    assert html_colours.colours(page) == {"eins": "red", "zwei **drei**": "red", "a": "blue", "b": "blue"}
    assert html_colours.colours("<p style='color:red'>Ja.</p><p>Ja.</p>") == {}


TAGS = (
    "<p> </p> <br> <font_color=red> </font> <pre> </pre> a\nb <li> <table> <td> </table> <blockquote> </blockquote> c"
)


@given(st.lists(st.sampled_from(TAGS.split(" ")).map(lambda tag: tag.replace("_", " ")), max_size=30))
def test_any_page(tags: list[str]) -> None:
    page = "".join(tags)
    raw = quoting("meine Antworten in rot", page)
    found = extract(raw)
    assert len(found.body.lines) == len(found.body.marks)
    assert not any(defect.startswith("unreadable") for defect in found.message.defects)
    assert answers.take_out(found.body.lines, found.body.marks, {})[1] == found.body.marks
