"""Does a text say how to leave a list?"""

import pytest
from builder import message

from mail2wiki.extract import bulk, extract


@pytest.mark.parametrize(
    "footer",
    [
        "Wenn Sie diesen Newsletter nicht mehr erhalten wollen, klicken Sie hier.",
        "To unsubscribe, reply with STOP.",
        "This is a post-only mailing. To un-subscribe from it see our page.",
        "To remove future emails send a blank one to leave@reisen.example.",
        "This e-mail was sent to anna.berg@werk.example.",
        "You received this e-mail because you bought something from us.",
        "Send a blank e-mail to leave-reisen-4711X@reisen.example",
        "Enough of us? mailto:unsubscribe@reisen.example",
        "If you'd rather not receive our letters, tell us.",
        "Sie erhalten diese E-Mail, weil Sie unser Kunde sind.",
        "Wird diese E-Mail nicht richtig dargestellt? Im Browser öffnen",
        "Hier können Sie sich vom Newsletter abmelden.",
    ],
)
def test_a_footer_that_tells_how_to_unsubscribe(footer: str) -> None:
    mail = message(body=f"Unsere Angebote im Mai.\n\nReisen Sie mit uns an die See.\n\n{footer}\n")
    assert "body:unsubscribe" in extract(mail).message.signals


def test_a_link_to_unsubscribe_tells_how() -> None:
    page = '<p>Our offers in May.</p><p><a href="https://reisen.example/aus">Unsubscribe</a> | Imprint</p>'
    mail = message(body=page, headers={"Content-Type": "text/html; charset=utf-8"})
    assert "body:unsubscribe" in extract(mail).message.signals


@pytest.mark.parametrize(
    "line",
    [
        "Please do not respond to this message.",
        "THIS IS A GENERATED E-MAIL - DO NOT REPLY!",
        "This is an automatically generated message.",
        "This message was generated automatically by the ticket system.",
        "Diese E-Mail wurde automatisch erstellt.",
        "Bitte antworten Sie nicht auf diese E-Mail.",
        "Dies ist eine automatisch generierte Nachricht.",
    ],
)
def test_a_program_says_that_nobody_wrote_and_nobody_reads(line: str) -> None:
    signals = extract(message(body=f"Your order was shipped.\n\n{line}\n\nWerk\n")).message.signals
    assert "body:generated" in signals


@pytest.mark.parametrize(
    "line",
    [
        "The report is generated every night, you need not reply.",
        "Die Liste wird automatisch aus SAP gefüllt.",
        "Bitte antworten Sie bis Freitag auf diese Frage.",
        "Should we unsubscribe? The newsletter is dear.",
        "Er hat die Ware nicht mehr erhalten.",
        "Ich kann mich am Montag nicht abmelden.",
        "Have you received the browser from them, or was it sent to the other plant?",
    ],
)
def test_people_write_about_programs_and_newsletters(line: str) -> None:
    signals = extract(message(body=f"Hallo Ben,\n\n{line}\n\nAnna\n")).message.signals
    assert not {"body:generated", "body:unsubscribe"} & set(signals)


def test_every_phrase_has_a_stem() -> None:
    """A text without a stem is not searched for phrases: a phrase without one would never be found."""
    for kind, least in (("leaving", 40), ("generated", 20), ("receipt", 5)):
        phrases = bulk._phrases(kind)
        assert sum(map(len, phrases.values())) >= least and not any(" " in stem for stem in phrases)
        assert all(stem in phrase for stem, having in phrases.items() for phrase in having)


def test_who_passes_a_newsletter_on_has_not_written_one() -> None:
    mail = message(body="Ist das etwas für uns?\n\n> Unsere Angebote im Mai.\n> To unsubscribe, reply with STOP.\n")
    assert "body:unsubscribe" not in extract(mail).message.signals
    assert "body:unsubscribe" not in extract(message()).message.signals


@pytest.mark.parametrize(
    "body",
    [
        "Ihre Nachricht\n\n   An: Anna\n   Betreff: Plan\n   Gesendet: 06.05.2024\n\nwurde am 06.05.2024 gelesen.\n",
        "Your message\n\n   To:  Ann\n   Subject:  Plan\n   Sent:  5/6/2024\n\nwas read on 5/6/2024 10:05 AM.\n",
    ],
)
def test_a_receipt_says_what_was_read(body: str) -> None:
    assert "body:receipt" in extract(message(body=body)).message.signals
    assert "body:receipt" not in extract(message()).message.signals
