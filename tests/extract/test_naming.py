"""Names that stand beside addresses somewhere in a message."""

import pytest

from mail2wiki.extract.naming import fits, kept, named, signed
from mail2wiki.records import Address, Body

UWE = Address("Uwe Muster", "umuster@firma.example")


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("Von: Muster, Uwe [mailto:UMuster@firma.example]", "h"),
        ("> From:\tMuster, Uwe[SMTP:umuster@firma.example]", "h"),
        ("An: ina@firma.example, Uwe Muster <umuster@firma.example>", "h"),
        ("On Tue, Mar 5, 2024 at 9:02 AM Uwe Muster <umuster@firma.example> wrote:", "a"),
        ("Am 5. März 2024, 9:02 schrieb Uwe Muster <umuster@firma.example>:", "a"),
        ('"Muster, Uwe" <umuster@firma.example> wrote:', "a"),
    ],
)
def test_lines_about_quoted_mail_name_people(line: str, mark: str) -> None:
    assert named(Body((line,), mark)) == (UWE,)


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("Frag Uwe Muster <umuster@firma.example>", "n"),
        ("Von: umuster@firma.example [mailto:umuster@firma.example]", "h"),
        ("An: Brandt, Ina Klein <umuster@firma.example>", "h"),  # perhaps two people
        ("Cc: E-mail <umuster@firma.example>", "h"),
        ("Von: <umuster@firma.example>", "h"),
        ("Von: Einkauf <umuster@firma.example>", "h"),
    ],
)
def test_what_is_no_name_names_nobody(line: str, mark: str) -> None:
    assert named(Body((line,), mark)) == ()


def test_what_outlook_kept_of_the_address_book_names_people() -> None:
    fields = {b"x-to": [b"'ina@firma.example', Roth,\n Jan </O=FIRMA/CN=JROTH>, Muster, Uwe <UMuster@firma.example>"]}
    assert kept(fields, Address("Ina", "ina@firma.example")) == (UWE,)


@pytest.mark.parametrize(
    ("field", "sender", "name"),
    [
        (b"Muster, Uwe </O=FIRMA/OU=DE/CN=RECIPIENTS/CN=UMUSTE>", "u..muster@firma.example", "Uwe Muster"),
        (b"Uwe Muster", "u..muster@firma.example", "Uwe Muster"),
        (b"umuster@firma.example", "umuster@firma.example", ""),
        (b"Einkauf </O=FIRMA/CN=EINKAUF>", "einkauf@firma.example", ""),
    ],
)
def test_outlook_kept_who_wrote(field: bytes, sender: str, name: str) -> None:
    found = kept({b"x-from": [field]}, Address("", sender))
    assert found == ((Address(name, sender),) if name else ())
    assert kept({b"x-from": [field]}, Address("U. Muster", sender)) == ()


@pytest.mark.parametrize(
    ("first", "address", "name"),
    [
        ("Uwe Muster", "umuster@firma.example", "Uwe Muster"),
        ("Uwe van Muster", "uvanmuster@firma.example", "Uwe van Muster"),
        ("Zentraler Einkauf", "umuster@firma.example", ""),
        ("Assistentin für Uwe Muster", "assistenz@firma.example", ""),
        ("Assistant for Uwe Muster", "umuster@firma.example", ""),
        ("Vertriebsleiter Nord", "vertrieb@firma.example", ""),
        ("Sales Manager", "sales@firma.example", ""),
        ("Viele Grüße", "umuster@firma.example", ""),
        ("Danke. Uwe", "uwe@firma.example", ""),
    ],
)
def test_a_signature_names_its_writer_where_the_address_agrees(first: str, address: str, name: str) -> None:
    assert signed(Body(("Ja.", "-- ", first, "Firma GmbH"), "nsss"), Address("", address)) == name


def test_who_has_a_name_needs_none_of_the_signature() -> None:
    assert signed(Body(("Uwe Muster",), "s"), Address("Uwe M.", "umuster@firma.example")) == ""


def test_umlauts_are_spelled_out_in_addresses() -> None:
    assert fits("Jörg Müller", "jmueller@firma.example")
    assert not fits("Jörg Müller", "einkauf@firma.example")
