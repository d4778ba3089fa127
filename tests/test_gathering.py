"""Between the rooms: display names of addresses, what the cluster room sees of a conversation."""

from mail2wiki.gathering import document, names, published
from mail2wiki.records import Address, Attachment, Conversation, Decision, Message, Woven


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
