"""Address headers as people and mail programs really write them."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail2wiki.extract import addresses
from mail2wiki.records import Address

HEADERS = [
    (b"anna@firma.example", [("", "anna@firma.example")]),
    (b"Anna Beispiel <Anna@Firma.Example>", [("Anna Beispiel", "anna@firma.example")]),
    (b'"Beispiel, Anna" <anna@firma.example>', [("Anna Beispiel", "anna@firma.example")]),
    (b'"Beispiel, Anna (Einkauf)" <anna@firma.example>', [("Anna Beispiel", "anna@firma.example")]),
    (b'"Dr. Beispiel, Anna [EXT]" <a@f.example>', [("Anna Dr. Beispiel", "a@f.example")]),
    (b"Beispiel, Anna <anna@firma.example>", [("Anna Beispiel", "anna@firma.example")]),
    (b'"Muster GmbH, Vertrieb" <v@muster.example>', [("Muster GmbH, Vertrieb", "v@muster.example")]),
    (b'"Bond, Jr." <b@muster.example>', [("Bond, Jr.", "b@muster.example")]),
    (b"'anna@firma.example' <anna@firma.example>", [("", "anna@firma.example")]),
    (b"'Anna Beispiel' <anna@firma.example>", [("Anna Beispiel", "anna@firma.example")]),
    (b"anna@firma.example (Anna Beispiel)", [("Anna Beispiel", "anna@firma.example")]),
    (b"=?utf-8?Q?M=C3=BCller,_Hans?= <h@f.example>", [("Hans Müller", "h@f.example")]),
    (b'"=?iso-8859-1?Q?M=FCller?=" <h@f.example>', [("Müller", "h@f.example")]),
    (b"J\xf6rg M\xfcller <j@f.example>", [("Jörg Müller", "j@f.example")]),
    (b"a@f.example, B <b@f.example>,\n c@f.example", [("", "a@f.example"), ("B", "b@f.example"), ("", "c@f.example")]),
    (b"Team: a@f.example, b@f.example; c@f.example", [("", "a@f.example"), ("", "b@f.example"), ("", "c@f.example")]),
    (b"undisclosed-recipients:;", []),
    (b"a@f.example; b@f.example", [("", "a@f.example"), ("", "b@f.example")]),
    (b"pat.o'neil@f.example", [("", "pat.o'neil@f.example")]),
    (b"Postmaster", [("Postmaster", "")]),
    (b"<mailto:a@f.example>", [("", "a@f.example")]),
    (b'"a \\"b\\" c" <a@f.example>', [('a "b" c', "a@f.example")]),
    (b"Beispiel, Anna, Dr. <a@f.example>", [("Dr. Anna Beispiel", "a@f.example")]),
    (b'"Beispiel, Anna, Dipl.-Ing." <a@f.example>', [("Dipl.-Ing. Anna Beispiel", "a@f.example")]),
    (b"Beispiel, Muster, Partner <a@f.example>", [("Beispiel, Muster, Partner", "a@f.example")]),
    (b"Anna Beispiel [mailto:a@f.example]", [("Anna Beispiel", "a@f.example")]),
    (b'"Anna Beispiel <a@f.example>" <a@f.example>', [("Anna Beispiel", "a@f.example")]),
    (b"a@f.example (Anna (Einkauf) Beispiel)", [("Anna Beispiel", "a@f.example")]),
    (b"a@f.example ((Anna) Beispiel", [("Beispiel", "a@f.example")]),
    (b"Undisclosed-Recipient:@post.example;", []),
    (b"<Undisclosed-Recipient:@post.example;>", [("", "")]),
    (
        b"Verteiler: Anna <a@f.example>, b@f.example;, c@f.example",
        [("Anna", "a@f.example"), ("", "b@f.example"), ("", "c@f.example")],
    ),
    (b"Leer:; a@f.example", [("", "a@f.example")]),
    (b"Anna <@post.example,@relais.example:a@f.example>", [("Anna", "a@f.example")]),
    (b"Anna <@post.example:a@f.example>, b@f . example", [("Anna", "a@f.example"), ("", "b@f.example")]),
    (b"a@f.example b@f.example", [("", "a@f.example"), ("", "b@f.example")]),
    (b"Anna a@f.example", [("Anna", "a@f.example")]),
    (b"anna at firma.example (Anna Beispiel)", [("Anna Beispiel", "anna@firma.example")]),
    (b"anna.b at firma.example (=?utf-8?Q?J=C3=B6rg?=)", [("J\u00f6rg", "anna.b@firma.example")]),
    (b"anna at firma.example (anna at firma.example)", [("", "anna@firma.example")]),
    (b"Anna Beispiel--- <anna@firma.example>", [("Anna Beispiel", "anna@firma.example")]),
    (b"anna.beispiel--- <anna.beispiel@firma.example>", [("", "anna.beispiel@firma.example")]),
    (b"Einkauf at Beispiel AG;", [("Einkauf at Beispiel AG", "")]),
    (b"", []),
    (b"<>", [("", "")]),
]


@pytest.mark.parametrize(("header", "people"), HEADERS, ids=[str(at) for at in range(len(HEADERS))])
def test_header(header: bytes, people: list[tuple[str, str]]) -> None:
    assert [tuple(person) for person in addresses.parse(header)] == people


def test_what_stands_behind_the_name_of_a_contact_is_no_name() -> None:
    assert tuple(addresses.parse(b"E-mail <eva@firma.example>")[0]) == ("", "eva@firma.example")


def test_a_list_server_in_from_is_no_part_of_the_name() -> None:
    assert addresses.via("Anna Beispiel via Technik-Liste") == ("Anna Beispiel", "", "Technik-Liste")
    assert addresses.via("'anna@firma.example' via Team")[0] == ""
    assert addresses.via("anna.beispiel--- via Technik-Liste")[0] == "anna.beispiel"
    assert addresses.via("Silvia Beispiel") == ("", "", "")


def test_a_name_that_a_list_wrote_itself_behind_is_turned_without_the_list() -> None:
    (found,) = addresses.parse(b'"Beispiel, Anna M. via Technik-Liste" <technik@listen.example>')
    assert found.name == "Anna M. Beispiel via Technik-Liste"
    assert addresses.via(found.name) == ("Anna M. Beispiel", "", "Technik-Liste")
    assert addresses.person("Muster, Eva, Dr. via Rundbrief", "") == "Dr. Eva Muster via Rundbrief"


def test_equal_addresses_are_one_object() -> None:
    assert addresses.parse(b"Anna <anna@f.example>")[0] is addresses.parse(b'"Anna" <ANNA@f.example>')[0]


@given(
    st.lists(
        st.tuples(st.text("abcdefg ", min_size=1, max_size=12), st.text("abcxyz", min_size=1, max_size=8)), max_size=8
    )
)
def test_what_is_written_is_read(people: list[tuple[str, str]]) -> None:
    header = ", ".join(f'"{name}" <{local}@f.example>' for name, local in people).encode()
    expected = dict.fromkeys(Address(" ".join(name.split()), f"{local}@f.example") for name, local in people)
    assert addresses.parse(header) == tuple(expected)


@given(st.binary(max_size=300))
def test_no_header_crashes_or_leaves_control_characters(header: bytes) -> None:
    for person in addresses.parse(header):
        assert person.name == "" or person.name.isprintable() or not any(sign < " " for sign in person.name)
        assert not any(sign.isspace() for sign in person.address)


def test_hostile_headers_take_linear_steps() -> None:
    """No clock: each of these would take minutes if a step were quadratic."""
    for header in (
        b'"aaaa' * 50_000,
        b"(" * 200_000,
        b"(a)" * 100_000,
        b"(((a)))" * 50_000,
        b"<" * 200_000,
        b"=?a?q?" * 50_000,
        b"a" * 500_000,
        b"a@" * 100_000,
    ):
        addresses.parse(header)


@pytest.mark.parametrize("piece", ["a, ", "a:", "a;", '"a" ', "(a) ", "<a ", "=?", "Mon, "])
def test_a_header_of_one_thing_again_and_again_is_read_in_one_pass(piece: str) -> None:
    short, long = (_seconds((piece * 200_000)[:size].encode()) for size in (25_000, 200_000))
    assert long < 30 * short + 0.3


def _seconds(value: bytes) -> float:
    start = process_time()
    addresses.parse(value)
    return process_time() - start
