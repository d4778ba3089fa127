"""Between the rooms: names of addresses, whose clock tells the times, what the cluster room sees of a conversation."""

from pathlib import Path

import pytest
import zstandard

from mail2wiki.catalog import Catalog, Row, pack_body, pack_known, pack_message
from mail2wiki.gathering import clock, document, edges, names, published
from mail2wiki.records import (
    Address,
    Attachment,
    Body,
    Contact,
    Conversation,
    Decision,
    Known,
    Mailbox,
    Message,
    Quoted,
    Woven,
)


def test_an_address_has_its_most_frequent_name_among_those_asked_for() -> None:
    ann, anna, bob = Address("Ann", "ann@x.example"), Address("Anna", "ann@x.example"), Address("Bob", "bob@x.example")
    mails = [
        Message("1", None, "", ann, to=(bob,)),
        Message("2", None, "", anna, cc=(ann, Address("", "bob@x.example"))),
    ]
    assert names(mails) == {"ann@x.example": "Ann", "bob@x.example": "Bob"}
    assert names(mails, {"ann@x.example"}) == {"ann@x.example": "Ann"}


def test_a_conversation_has_the_titles_of_its_published_messages_only() -> None:
    ann = Address("Ann", "ann@x.example")
    shown = Attachment("a.pdf", "application/pdf", 9, "aa", title="Offer 4711")
    held = Attachment("b.pdf", "application/pdf", 9, "bb", title="Salaries")
    mails = {
        "1": Message("1", None, "", ann, attachments=(shown,)),
        "2": Message("2", None, "", ann, attachments=(held,)),
    }
    woven = Woven((Conversation("c", "", ("1", "2")),), (), {})
    (talk,) = published(woven, {"2": Decision("2", "held", None, "subject")}, mails)
    assert document(talk, mails, {"1": b"", "2": b""}, ()).titles == ("Offer 4711",)


def dated(zone: str, sender: str, n: int = 5) -> list[Message]:
    who = Address("", sender)
    return [Message(f"{zone}{sender}{k}", None, "", who, date=1_720_000_000, zone=zone) for k in range(n)]


def test_times_are_the_owners_then_the_organisations_then_everybodys() -> None:
    other = dated("-0400", "tom@far.example", 50)
    assert clock([*other, *dated("+0200", "ann@x.example")], {"ann@x.example"}) == "EU+0100"
    assert clock([*other, *dated("+0200", "bob@x.example")], {"ann@x.example"}) == "EU+0100"
    utc = dated("+0000", "ann@x.example")  # Exchange
    assert clock([*other, *utc, *dated("+0200", "bob@x.example")], {"ann@x.example"}) == "EU+0100"
    assert clock([*other, *utc], {"ann@x.example"}) == "US-0500"
    assert clock(other, ()) == "US-0500"


def test_few_strangers_do_not_set_the_clock() -> None:
    assert clock([*dated("-0400", "tom@far.example"), *dated("+0000", "ann@x.example", 50)], {"ann@x.example"}) == ""
    assert clock([], ()) == ""


def answers(zone: str, sender: str, when: str, n: int = 25) -> tuple[list[Message], dict[str, tuple[Quoted, ...]]]:
    """Messages of 09:46 UTC that quote one of that time, each with a zone in its Date."""
    mails = dated(zone, sender, n)
    return mails, {mail.id: (Quoted(0, 1, None, "Muster, Tom", when),) for mail in mails}


def test_what_the_owners_quote_corrects_the_clock() -> None:
    mails, quoted = answers("-0700", "ann@x.example", "Wednesday, July 3, 2024 4:40 AM")
    assert clock(mails, {"ann@x.example"}, quoted) == "US-0600"
    assert clock(mails, {"bob@x.example"}, quoted) == "US-0600"
    assert clock(mails, {"bob@y.example"}, quoted) == clock(mails, (), quoted) == "US-0800"
    assert clock(mails[:9], {"ann@x.example"}, quoted) == "US-0800"
    mine, right = answers("-0700", "bob@x.example", "Wednesday, July 3, 2024 2:40 AM")
    assert clock([*mails, *mine], {"bob@x.example"}, quoted | right) == "US-0800"


@pytest.mark.parametrize("when", ["Wed, 3 Jul 2024 04:40:00 -0500", "Wed, 3 Jul 2024 04:40 CDT", "3 July 2024", ""])
def test_the_clock_of_who_is_quoted_says_nothing(when: str) -> None:
    mails, quoted = answers("-0700", "ann@x.example", when)
    assert clock(mails, {"ann@x.example"}, quoted) == "US-0800"


def test_only_published_messages_tell_how_people_are_called(tmp_path: Path) -> None:
    ann = Address("Ann", "ann@x.example")
    called = [("Bob Muster", "bob@x.example"), ("Robert Muster", "bob@x.example"), ("Eve Muster", "eve@x.example")]
    mails = [Message(f"{n:064x}", None, "", ann) for n in range(5)]
    body = pack_body(Body(), zstandard.ZstdCompressor())
    rows = [
        Row(m.id, str(n), (), body, pack_message(m), contact=pack_known(Known(named=(Address(*called[min(n, 2)]),))))
        for n, m in enumerate(mails[:4])
    ]
    with Catalog(tmp_path / "c.sqlite") as catalog:
        catalog.add(Mailbox("a.mbox", "mbox", "a.mbox", "a", marker="1"), rows)
        assert edges(mails[:2], catalog).named == {"bob@x.example": "Bob Muster"}
        assert edges(mails[1:2], catalog).named == {"bob@x.example": "Robert Muster"}


def test_what_the_newest_signature_leaves_out_an_older_one_says(tmp_path: Path) -> None:
    ann = Address("Ann", "ann@x.example")
    said = [
        Contact("Ann", "Einkauf", "Firma GmbH", phone="030 1234"),
        Contact("Ann", phone="030 5678"),  # of an answer
        Contact("Ann", company="Andere AG"),
    ]
    mails = [Message(f"{n:064x}", None, "", ann, date=n) for n in range(len(said))]
    body = pack_body(Body(), zstandard.ZstdCompressor())
    rows = [
        Row(m.id, str(n), (), body, pack_message(m), contact=pack_known(Known(said[n]))) for n, m in enumerate(mails)
    ]
    with Catalog(tmp_path / "c.sqlite") as catalog:
        catalog.add(Mailbox("a.mbox", "mbox", "a.mbox", "a", marker="1"), rows)
        newest = edges(mails[:2], catalog).contacts[ann.address]
        assert (newest.title, newest.company, newest.phone) == ("Einkauf", "Firma GmbH", "030 5678")
        assert edges(mails, catalog).contacts[ann.address] == said[2]  # in another house nothing of it holds
