"""The rest of a wrapped subject in a header block."""

import pytest
from builder import message

from mail2wiki.extract.parse import extract

SUBJECT = "Pumpe in Halle 3 steht seit dem Umbau und die Ersatzteile fehlen"


def marks(subject: str, first: str, below: str, sign: str = "") -> str:
    head = ["Von: Ina Beispiel", "Gesendet: Montag, 3. Juni 2024 10:15", "An: Uwe Muster", f"Betreff: {first}", below]
    text = "\n".join(["Ja.", "", *(f"{sign}{line}" for line in [*head, "", "Wann kommen sie?"])])
    return extract(message(subject, body=text)).body.marks


@pytest.mark.parametrize("sign", ["", "> ", ">> "])
def test_it_belongs_to_the_header_block(sign: str) -> None:
    blank = "q" if sign else "b"
    first = "Pumpe in Halle 3 steht seit dem Umbau und die"
    assert marks(f"AW: {SUBJECT}", first, "Ersatzteile fehlen", sign) == f"nbhhhhh{blank}q"
    assert marks(f"AW: {SUBJECT}", f"Re: [Pumpen] {first}", "Ersatzteile fehlen", sign) == f"nbhhhhh{blank}q"


def test_what_the_own_subject_does_not_say_is_text() -> None:
    assert marks(f"AW: {SUBJECT}", SUBJECT, "Liebe Kollegen,") == "nbhhhhqbq"
    assert marks("AW: Pumpen", "Pumpe in Halle 3 steht seit dem Umbau und die", "Ersatzteile fehlen") == "nbhhhhqbq"
    assert marks("AW: Pumpe ok", "Pumpe", "ok") == "nbhhhhqbq"
