"""What quoted, forwarded and attached headers say of privacy."""

import pytest
from builder import entity, message, multipart

from mail2wiki.extract import extract

OUTLOOK = "Von: Bernd Muster\nGesendet: Montag, 6. Mai 2024 10:00\nAn: Anna Beispiel\n"


def said(mail: bytes) -> set[str]:
    return {signal for signal in extract(mail).message.signals if signal.startswith("quoted-")}


@pytest.mark.parametrize(
    ("body", "signal"),
    [
        (f"erledigt.\n\n{OUTLOOK}Betreff: AW: [Privat] Fest\n\nHallo Anna\n", "quoted-subject:aw: [privat] fest"),
        (f"erledigt.\n\n{OUTLOOK}Betreff: Fest\nVertraulichkeit: Persönlich\n\nHallo\n", "quoted-sensitivity:private"),
        (
            "see below\n\n-----Original Message-----\nFrom: Bob\nSent: Monday, May 6, 2024 10:00 AM\nTo: Ann\n"
            "Subject: personal: trip\n\nHi Ann\n",
            "quoted-subject:personal: trip",
        ),
        (
            "ok\n\n> -----Original Message-----\n> From: Bob Buyer\n> Sent: Monday, May 6, 2024 10:00 AM\n> To: Ann\n"
            "> Subject: [private] trip\n>\n> Hi Ann\n",
            "quoted-subject:[private] trip",
        ),
    ],
)
def test_header_blocks(body: str, signal: str) -> None:
    assert said(message(body=body)) == {signal}


def test_a_header_block_in_html() -> None:
    page = (
        "<p>erledigt</p><div><b>Von:</b> Bernd Muster<br><b>Gesendet:</b> Montag, 6. Mai 2024 10:00<br>"
        "<b>An:</b> Anna Beispiel<br><b>Betreff:</b> [privat] Fest</div><p>Hallo Anna</p>"
    )
    assert said(message(body=None, html=page)) == {"quoted-subject:[privat] fest"}


def test_an_attached_message() -> None:
    inner = message(subject="Gehalt", headers={"Sensitivity": "Private"})
    mail = message(headers={"Content-Type": 'multipart/mixed; boundary="grenze"'}, body=None)
    parts = multipart("mixed", [entity("text/plain", b"siehe unten\n"), entity("message/rfc822", inner)])
    assert said(mail.partition(b"\n\n")[0] + b"\n\n" + parts.partition(b"\n\n")[2]) == {"quoted-sensitivity:private"}


def test_own_words_and_other_subjects_say_nothing() -> None:
    assert not said(message(body="Betreff: [privat] ist das Wort, das vorn stehen muss.\n"))
    assert not said(message(body=f"erledigt.\n\n{OUTLOOK}Betreff: Angebot\n\nHallo Anna\n"))
