"""Does a text say how to leave a list?"""

import pytest
from builder import message

from mail2wiki.extract import extract


@pytest.mark.parametrize(
    "footer",
    ["Wenn Sie diesen Newsletter nicht mehr erhalten wollen, klicken Sie hier.", "To unsubscribe, reply with STOP."],
)
def test_a_footer_that_tells_how_to_unsubscribe(footer: str) -> None:
    mail = message(body=f"Unsere Angebote im Mai.\n\nReisen Sie mit uns an die See.\n\n{footer}\n")
    assert "body:unsubscribe" in extract(mail).message.signals


def test_who_passes_a_newsletter_on_has_not_written_one() -> None:
    mail = message(body="Ist das etwas für uns?\n\n> Unsere Angebote im Mai.\n> To unsubscribe, reply with STOP.\n")
    assert "body:unsubscribe" not in extract(mail).message.signals
    assert "body:unsubscribe" not in extract(message()).message.signals
