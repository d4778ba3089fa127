"""German, English or neither."""

import pytest

from mail2wiki.extract.language import language


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Der Prüfstand ist fertig, wir können am Montag mit der Abnahme anfangen.", "de"),
        ("The test bench is ready, we can start with the acceptance on Monday.", "en"),
        ("Ja, das machen wir.", "de"),
        ("Thanks for your help.", "en"),
        ("12.000 EUR", ""),
        ("", ""),
        ("Le banc d'essai est prêt depuis hier.", ""),
        ("Der Kunde schreibt: the bench is ready for you. Das ist nicht die Antwort.", ""),
    ],
)
def test_language(text: str, found: str) -> None:
    assert language(text) == found
