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
        "Please do not respond to this message.",
    ],
)
def test_a_footer_that_tells_how_to_unsubscribe(footer: str) -> None:
    mail = message(body=f"Unsere Angebote im Mai.\n\nReisen Sie mit uns an die See.\n\n{footer}\n")
    assert "body:unsubscribe" in extract(mail).message.signals


def test_every_phrase_has_a_stem() -> None:
    """A text without a stem is not searched for phrases: a phrase without one would never be found."""
    for kind, least in (("leaving", 40), ("receipt", 5)):
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
