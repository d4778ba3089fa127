"""Organisations: who is outside, what they are called, who of us knows them, what went to and fro."""

from __future__ import annotations

import random

import pytest

from mail2wiki.digest import documents, organisations, people
from mail2wiki.digest.organisations import organisation
from mail2wiki.records import Address, Attachment, Contact, Conversation, Message, Organisation

ANNA = Address("Anna Krüger", "anna@muster-pressen.example")
KARL = Address("Karl Vogt", "karl@muster-pressen.example")
LENA = Address("Lena Ott", "lena@muster-pressen.example")
BEN = Address("Ben Whitfield", "ben@whitfield-tools.example")
CARA = Address("Cara Lindqvist", "cara@whitfield-tools.example")
FRIEND = Address("Dora Feld", "dora@verein-feld.example")


def message(n: int, sender: Address, *to: Address, files: tuple[Attachment, ...] = ()) -> Message:
    return Message(f"{n:064x}", None, "x", sender, to, date=1_700_000_000 + n, attachments=files)


def found(
    *messages: Message, owners: frozenset[str] = frozenset([ANNA.address]), contacts: dict[str, Contact] | None = None
) -> tuple[dict[str, Organisation], dict[str, str]]:
    """The organisations by domain in their order, and the names of people by id."""
    talks = [Conversation(f"c{m.id[-2:]}", "x", (m.id,), {}, m.date, m.date) for m in messages]
    everybody = people(messages, talks, dict.fromkeys(owners, ""), contacts)
    got = organisations(messages, talks, everybody, documents(messages, talks), owners)
    return {o.domain: o for o in got}, {p.id: p.name for p in everybody}


def test_an_organisation_is_its_people_its_conversations_and_its_documents() -> None:
    offer = Attachment("offer.pdf", "application/pdf", 20_000, "a" * 64)
    inner = Attachment("salaries.pdf", "application/pdf", 20_000, "b" * 64)
    got, names = found(
        message(1, BEN, ANNA, KARL), message(2, KARL, CARA, files=(offer,)), message(3, ANNA, KARL, files=(inner,))
    )
    assert list(got) == ["whitfield-tools.example"]
    tools = got["whitfield-tools.example"]
    assert {names[p] for p in tools.people} == {"Ben Whitfield", "Cara Lindqvist"}
    assert tools.conversations == ("c02", "c01")
    assert (tools.sent, tools.received) == (1, 1)
    assert (tools.first, tools.last) == (1_700_000_001, 1_700_000_002)
    assert len(tools.documents) == 1


def test_who_knows_them_are_the_colleagues_with_most_messages_the_owner_last() -> None:
    got, names = found(
        message(1, BEN, ANNA, LENA), message(2, ANNA, BEN), message(3, ANNA, BEN), message(4, KARL, BEN),
        message(5, KARL, CARA), message(6, LENA, KARL),
    )  # fmt: skip
    assert [names[p] for p in got["whitfield-tools.example"].insiders] == ["Karl Vogt", "Lena Ott", "Anna Krüger"]


def test_who_only_got_a_circular_knows_nobody() -> None:
    crowd = [Address("", f"someone{n}@elsewhere.example") for n in range(6)]
    got, names = found(message(1, BEN, ANNA, LENA, *crowd), message(2, KARL, BEN, *crowd), message(3, CARA, ANNA))
    assert [names[p] for p in got["whitfield-tools.example"].insiders] == ["Karl Vogt", "Anna Krüger"]


def test_a_domain_is_written_as_subjects_write_it() -> None:
    eves = Address("Eve Adams", "eve@vdmx.example"), Address("Eve Adams", "eve@teco.example")
    messages = [message(n, eve, ANNA) for n, eve in enumerate(eves)]
    subjects = ["VDMX Tagung", "Re: Papiere der VDMX", "TECO IST DA", "TECO BAUT", "vdmx"]
    talks = [Conversation(f"c{n}", s, tuple(m.id for m in messages if not n)) for n, s in enumerate(subjects)]
    got = organisations(messages, talks, people(messages, talks, {}), (), frozenset([ANNA.address]))
    assert {o.domain: o.name for o in got} == {"vdmx.example": "VDMX", "teco.example": "Teco"}


def test_first_come_those_who_write_and_are_written_to() -> None:
    shop, law = Address("Shop", "eve@shop.example"), Address("Udo Feld", "udo@law.example")
    mails = [message(n, shop, ANNA) for n in range(9)]
    got, _ = found(*mails, message(10, BEN, ANNA), message(11, ANNA, BEN), message(12, ANNA, law))
    assert list(got) == ["whitfield-tools.example", "law.example", "shop.example"]


def test_a_company_comes_before_a_friend_who_writes_more() -> None:
    private = [message(n, *((FRIEND, ANNA) if n % 2 else (ANNA, FRIEND))) for n in range(8)]
    business = [message(20 + n, BEN, ANNA, KARL, CARA) for n in range(4)] + [message(30, LENA, CARA)]
    got, _ = found(*private, *business)
    assert list(got) == ["whitfield-tools.example", "verein-feld.example"]


def test_without_an_owner_nobody_is_inside() -> None:
    got, _ = found(message(1, BEN, ANNA), message(2, ANNA, BEN), owners=frozenset())
    assert sorted(got) == ["muster-pressen.example", "whitfield-tools.example"]
    assert not any(o.insiders for o in got.values())


@pytest.mark.parametrize(("signed", "name"), [
    ("Whitfield Tools Ltd", "Whitfield Tools Ltd"),
    ("Purchasing, Whitfield Tools Ltd", "Whitfield Tools Ltd"),
    ("Whitfield Tools Ltd | Works Bristol", "Whitfield Tools Ltd"),
    ("WT Holding", "Whitfield Tools"),  # one signature alone, and the domain does not bear it out
    ("", "Whitfield Tools"),
    ("Whitfield " * 20, "Whitfield Tools"),
])  # fmt: skip
def test_the_name_comes_from_a_signature_that_the_domain_bears_out(signed: str, name: str) -> None:
    got, _ = found(message(1, BEN, ANNA), contacts={BEN.address: Contact(company=signed)})
    assert got["whitfield-tools.example"].name == name


def test_two_signatures_bear_each_other_out() -> None:
    contacts = {BEN.address: Contact(company="Bristol Works"), CARA.address: Contact(company="Bristol Works")}
    got, _ = found(message(1, BEN, ANNA), message(2, CARA, ANNA), contacts=contacts)
    assert got["whitfield-tools.example"].name == "Bristol Works"


def test_initials_and_short_labels() -> None:
    who = Address("Eve Adams", "eve@nwt.example")
    got, _ = found(message(1, who, ANNA), contacts={who.address: Contact(company="North Wind Turbines GmbH")})
    assert got["nwt.example"].name == "North Wind Turbines GmbH"
    got, _ = found(message(1, who, ANNA))
    assert got["nwt.example"].name == "NWT"


def test_registries_below_a_country() -> None:
    assert organisation("x@mail.firm.com.ve") == "firm.com.ve"
    assert organisation("x@institut.gov.tr") == "institut.gov.tr"
    assert organisation("x@dept.firm.ltd.uk") == "firm.ltd.uk"
    assert organisation("x@net.example") == "net.example"


def test_result_does_not_depend_on_order() -> None:
    everybody = [ANNA, KARL, BEN, CARA, FRIEND]
    messages = [message(n, everybody[n % 5], everybody[(n * 3 + 1) % 5], everybody[(n + 2) % 5]) for n in range(20)]
    shuffled = random.Random(4).sample(messages, len(messages))
    assert found(*messages) == found(*shuffled)
