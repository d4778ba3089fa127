"""People: one person of several addresses is one, two of one name are two, robots and lists are nobody."""

from __future__ import annotations

from mail2wiki.digest import people
from mail2wiki.digest.organisations import is_robot, organisation
from mail2wiki.digest.people import name_key
from mail2wiki.records import Address, Contact, Conversation, Message

OWNER = Address("Anna Krüger", "anna@muster-pressen.example")


def message(n: int, sender: Address, *to: Address, list_id: str = "") -> Message:
    return Message(f"{n:064x}", None, "x", sender, to, date=1_700_000_000 + n, list_id=list_id)


def found(*messages: Message, owners: tuple[str, ...] = (OWNER.address,), **more: object):
    talks = [Conversation(f"c{n}", "x", (m.id,), {}, m.date, m.date) for n, m in enumerate(messages)]
    return {
        p.name: p
        for p in people(messages, talks, owners if isinstance(owners, dict) else dict.fromkeys(owners, ""), **more)
    }  # type: ignore[arg-type]


def test_one_person_with_several_addresses_and_spellings() -> None:
    by_name = found(
        message(1, Address("Müller, Hans (IT)", "h.mueller@werk.example"), OWNER),
        message(2, Address("Hans Mueller", "hans.mueller@berlin.werk.example"), OWNER),
        message(3, Address("", "hans.mueller@werk.example"), OWNER),
    )
    assert sorted(by_name) == ["Anna Krüger", "Hans Mueller"]
    hans = by_name["Hans Mueller"]
    assert len(hans.addresses) == 3
    assert (hans.sent, hans.received, hans.organisation, hans.internal) == (3, 0, "werk.example", False)
    assert hans.conversations == ("c2", "c1", "c0")


def test_one_name_at_two_organisations_is_two_people() -> None:
    a, b = Address("Jan Becker", "jan@one-firm.example"), Address("Jan Becker", "jan@other.example")
    talks = [Conversation("c", "x", ("0" * 63 + "1", "0" * 63 + "2"))]
    assert len([p for p in people([message(1, a), message(2, b)], talks, {}) if p.name == "Jan Becker"]) == 2


def test_robots_and_lists_are_nobody() -> None:
    members = Address("", "users@lists.tool.example")
    by_name = found(
        message(
            1,
            Address("Eve Adams", "eve@tool.example"),
            Address("Tool users", "users@tool.example"),
            list_id="<users.tool.example>",
        ),
        message(2, Address("Robot", "no-reply@shop.example"), members),
    )
    assert list(by_name) == ["Eve Adams"]


def test_distribution_lists_that_only_receive_are_nobody() -> None:
    lists = "works.dl-bristol", "dl-ga-all_firm", "firm.everyone_et&s_omaha", "alle.buero", "verteiler-einkauf"
    alle = Address("", "alle.jansen@firm.example")
    mails = [message(n, OWNER, Address("", f"{local}@firm.example")) for n, local in enumerate(lists)]
    assert sorted(found(*mails, message(9, alle, OWNER))) == ["Alle Jansen", "Anna Krüger"]
    dally = found(message(1, OWNER, Address("", "b.dally@firm.example"), Address("", "hall@firm.example")))
    assert sorted(dally) == ["Anna Krüger", "B. Dally", "hall"]


def test_a_name_in_capitals_is_calm_where_the_address_says_it_is_one() -> None:
    loud = Address("EVA O'MUSTER", "muster@firm.example"), Address("IBM SUPPORT", "help7@firm.example")
    both = [Address(name, "tom@firm.example") for name in ("TOM TESTER", "TOM TESTER", "Tom Tester")]
    short = Address("LI JD WANG", "wang@firm.example")
    mails = [message(n, one, OWNER) for n, one in enumerate((*loud, *both, short))]
    assert sorted(found(*mails)) == ["Anna Krüger", "Eva O'Muster", "IBM SUPPORT", "LI JD Wang", "Tom Tester"]


def test_an_address_without_a_name_is_called_as_people_would() -> None:
    addresses = {
        "m..driscoll@firm.example": "M. Driscoll",
        "j.gregory.porter@firm.example": "J. Gregory Porter",
        "alice.smith@firm.example": "Alice Smith",
        "eva-berg1985@firm.example": "Eva Berg",
        "kerb@firm.example": "kerb",
        "u3dfg@firm.example": "u3dfg",
        "info@shop.example": "info (shop.example)",
    }
    mails = [message(n, Address("", address), OWNER) for n, address in enumerate(addresses)]
    assert set(found(*mails)) == {*addresses.values(), OWNER.name}


def test_a_name_that_is_only_the_address_is_none() -> None:
    called = {
        Address("alice.smith", "alice.smith@firm.example"): "Alice Smith",  # a list that hides who writes to it
        Address("B.Muster", "b.muster@firm.example"): "B. Muster",
        Address("E-Mail", "kerb@firm.example"): "kerb",  # Outlook's "Kerb (E-Mail)"
        Address("eva83berg", "eva83berg@firm.example"): "eva83berg",
        Address("Dr.Oetker", "oetker@firm.example"): "Dr.Oetker",
        Address("", "poststelle@amt.example"): "poststelle (amt.example)",
    }
    mails = [message(n, address, OWNER) for n, address in enumerate(called)]
    assert set(found(*mails)) == {*called.values(), OWNER.name}


def test_an_owners_addresses_without_names_are_one_person() -> None:
    long, one = Address("", "eva.berg@firm.example"), Address("", "eberg@firm.example")
    mails = [message(1, long, OWNER), message(2, OWNER, one), message(3, OWNER, one)]
    by_name = found(*mails, owners=dict.fromkeys((long.address, one.address), "Eva Berg"))  # type: ignore[arg-type]
    assert by_name["Eva Berg"].addresses == ("eberg@firm.example", "eva.berg@firm.example")
    assert len(found(*mails)) == 3


def test_own_people_are_internal() -> None:
    by_name = found(message(1, Address("Karl Vogt", "karl@muster-pressen.example"), OWNER))
    assert by_name["Karl Vogt"].internal
    unknown = found(message(1, Address("Karl Vogt", "karl@muster-pressen.example"), OWNER), owners=())
    assert unknown["Karl Vogt"].internal


def test_freemail_is_no_organisation() -> None:
    assert organisation("x@gmx.de") == "" and organisation("x@houston.pdq.net") == organisation("x@ziggo.nl") == ""
    assert organisation("x@mail.firm.co.uk") == "firm.co.uk"
    assert organisation("x@[10.0.0.1]") == ""
    assert organisation("nobody") == ""


def test_states_and_provinces_are_no_organisations() -> None:
    assert organisation("x@mail.pumpen.bc.ca") == "pumpen.bc.ca"
    assert organisation("x@ci.musterstadt.ca.us") == "musterstadt.ca.us"
    assert organisation("x@mail.musterstadt.lib.ca.us") == "musterstadt.lib.ca.us"
    assert organisation("x@mail.water.ca.gov") == "water.ca.gov"
    assert organisation("x@mail.agency.gov") == "agency.gov"


def test_a_department_is_nobodys_name_but_its_own() -> None:
    desk, vogt = Address("Legal", "legal@firm.example"), Address("Legal", "vogt@firm.example")
    assert {p.addresses[0]: p.name for p in found(message(1, desk, vogt), message(2, vogt, desk)).values()} == {
        "legal@firm.example": "Legal",
        "vogt@firm.example": "vogt",
    }


def test_contact_belongs_to_the_person() -> None:
    contact = Contact(phone="+49 30 1234")
    karl = Address("Karl Vogt", "karl@muster-pressen.example")
    assert found(message(1, karl, OWNER), contacts={karl.address: contact})["Karl Vogt"].contact == contact


def test_result_does_not_depend_on_order() -> None:
    messages = [message(n, Address(f"P{n % 3} Q", f"p{n % 3}@firm.example"), OWNER) for n in range(9)]
    talks = [Conversation(f"c{n}", "x", (m.id,), {}, m.date, m.date) for n, m in enumerate(messages)]
    assert people(messages, talks, {}) == people(messages[::-1], talks[::-1], {})


def test_names_and_robots() -> None:
    assert name_key("Dr. Jürgen Groß") == name_key("Gross, Juergen (Einkauf)")
    assert name_key("Jan Becker") != name_key("Jana Becker")
    assert is_robot("do-not-reply@x.example") and is_robot("gruppe@x.example") and is_robot("group@x.example")
    assert not is_robot("norepa.lyons@x.example")
    assert is_robot("laden.1302517.25493@x.example") and is_robot("42.9027.0e-x4@x.example")
    assert not any(map(is_robot, ("12345678@x.example", "eva.berg1985@x.example", "+49171234567@x.example")))


def test_whom_no_header_names_is_called_as_texts_call_them() -> None:
    uwe, ina = Address("", "umuster@firma.example"), Address("Ina B.", "ina@firma.example")
    jan, eva = Address("", "jan.roth@firma.example"), Address("", "e..klein@firma.example")
    by_name = found(
        message(1, uwe, OWNER), message(2, ina, OWNER), message(3, jan, OWNER), message(4, eva, OWNER),
        named={
            uwe.address: "Uwe Muster", ina.address: "Ina Brandt", "nobody@firma.example": "Nobody",
            jan.address: "JAN ROTH", eva.address: "Eva Klein",
        },
    )  # fmt: skip
    assert sorted(by_name) == ["Anna Krüger", "Eva Klein", "Ina B.", "Jan Roth", "Uwe Muster"]
