"""Between the rooms: display names of addresses."""

from mail2wiki.gathering import names
from mail2wiki.records import Address, Message


def test_an_address_has_its_most_frequent_name_among_those_asked_for() -> None:
    ann, anna, bob = Address("Ann", "ann@x.example"), Address("Anna", "ann@x.example"), Address("Bob", "bob@x.example")
    mails = [
        Message("1", None, "", ann, to=(bob,)),
        Message("2", None, "", anna, cc=(ann, Address("", "bob@x.example"))),
    ]
    assert names(mails) == {"ann@x.example": "Ann", "bob@x.example": "Bob"}
    assert names(mails, {"ann@x.example"}) == {"ann@x.example": "Ann"}
