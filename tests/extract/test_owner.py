"""Whose mailbox is it: invented mailboxes, and the shared ones where they are there."""

from __future__ import annotations

import email
import random
from email.utils import getaddresses
from pathlib import Path

import pytest

from mail2wiki.extract import sources
from mail2wiki.extract.owner import find_owner
from mail2wiki.records import Address, Message

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
EVA, UWE, IDA = (
    Address("Eva Muster", "eva@werk.example"),
    Address("Uwe Probe", "uwe@kunde.example"),
    Address("Ida Bau", "ida@bau.example"),
)


def message(sender: Address, *to: Address, **fields) -> Message:
    return Message(
        id="", message_id=None, subject="", sender=sender, to=to, holders=fields.pop("holders", ("post",)), **fields
    )


def correspondence(owner: Address, others: list[Address], count: int = 30) -> list[Message]:
    return [
        message(*((owner, others[n % len(others)]) if n % 3 else (others[n % len(others)], owner)))
        for n in range(count)
    ]


def test_who_is_in_most_messages() -> None:
    mail = correspondence(EVA, [UWE, IDA, Address("", "info@amt.example")])
    assert find_owner(mail) == {"post": ("eva@werk.example",)}


def test_the_order_of_messages_does_not_matter() -> None:
    mail = correspondence(EVA, [UWE, IDA]) + correspondence(Address("E. Muster", "e.muster@werk.example"), [UWE], 4)
    expected = find_owner(mail)
    for seed in range(3):
        random.Random(seed).shuffle(mail)
        assert find_owner(mail) == expected


def test_two_who_only_write_to_each_other_are_told_apart_by_sent_folder_delivery_or_name() -> None:
    mail = correspondence(EVA, [UWE])
    assert find_owner(mail) == {"post": ()}
    sent = [message(UWE, EVA, folders=("Archiv/Gesendete Elemente",)) for _ in range(3)]
    assert find_owner(mail + sent)["post"] == ("uwe@kunde.example",)
    delivered = [message(UWE, EVA, delivered_to=("eva@werk.example",)) for _ in range(3)]
    assert find_owner(mail + delivered)["post"] == ("eva@werk.example",)
    named = [message(m.sender, *m.to, holders=("Muster-2019",)) for m in mail]
    assert find_owner(named) == {"Muster-2019": ("eva@werk.example",)}


@pytest.mark.parametrize("folder", ["Sent", "_sent_mail", "Sent Items", "[Gmail]/Gesendet", "INBOX/Gesendete Objekte"])
def test_sent_folders(folder: str) -> None:
    mail = [message(UWE, EVA) for _ in range(20)] + [message(EVA, UWE, folders=(folder,)) for _ in range(3)]
    assert find_owner(mail)["post"][0] == "eva@werk.example"


def test_an_archive_of_a_list_has_no_owner() -> None:
    people = [Address(f"Person {n}", f"p{n}@x{n}.example") for n in range(12)]
    posts = Address("", "pumpen@lists.example")
    with_id = [
        message(people[n % 12], posts, list_id="Pumpen <pumpen.lists.example>", delivered_to=("archiv@lists.example",))
        for n in range(60)
    ]
    without_id = [message(people[n % 12], posts) for n in range(60)]
    writers = ["Eva", "Ida", "Uwe", "Ulf", "Jan", "Kai", "Lea"]
    rewritten = [message(Address(f"{writers[n % 7]} via Pumpen", posts.address), posts) for n in range(60)]
    for mail in (with_id, without_id, rewritten, with_id + without_id):
        assert find_owner(mail) == {"post": ()}


def test_a_subscriber_of_lists_is_still_the_owner() -> None:
    posts = Address("", "pumpen@lists.example")
    lists = [message(Address("", f"p{n % 9}@x.example"), posts, list_id="<pumpen.lists.example>") for n in range(300)]
    assert find_owner(lists + correspondence(EVA, [UWE, IDA]))["post"] == ("eva@werk.example",)


def test_a_mailbox_that_only_receives_is_nobodys_unless_delivered_or_named() -> None:
    everyone = Address("", "alle@werk.example")
    mail = [message(Address("", f"p{n}@x.example"), everyone) for n in range(30)]
    assert find_owner(mail) == {"post": ()}
    assert find_owner([message(m.sender, *m.to, holders=("alle",)) for m in mail]) == {"alle": ("alle@werk.example",)}


def test_a_team_mailbox() -> None:
    team = Address("Werk GmbH", "info@werk.example")
    mail = [message(Address("", f"k{n}@x{n}.example"), team, delivered_to=("info@werk.example",)) for n in range(20)]
    assert find_owner([*mail, message(team, UWE)])["post"] == ("info@werk.example",)


def test_other_addresses_of_the_owner() -> None:
    home = Address("Eva Muster", "eva@heim.example")
    short = Address("", "e.muster@werk.example")
    long = Address("", "eva.muster@werk.example")
    sister = Address("", "ida.muster@werk.example")
    mail = [*correspondence(long, [UWE, IDA], 40), message(UWE, short), message(UWE, sister)]
    assert find_owner(mail)["post"] == ("eva.muster@werk.example", "e.muster@werk.example")
    mail = [*correspondence(EVA, [UWE, IDA], 40), message(home, EVA), message(IDA, UWE)]
    assert find_owner(mail)["post"] == ("eva@werk.example", "eva@heim.example")


def test_an_address_that_writes_the_owners_name_in_one_word() -> None:
    long, one = Address("", "eva.muster@werk.example"), Address("", "emuster@werk.example")
    again = Address("", "eva_muster@werk.example")
    mail = [*correspondence(long, [UWE, IDA], 40), message(UWE, one), message(IDA, one), message(IDA, again)]
    assert find_owner(mail)["post"] == (long.address, one.address, again.address)
    namesake = message(UWE, Address("", "erik.muster@werk.example"))
    assert find_owner([*mail, namesake])["post"] == (long.address, again.address)
    elsewhere = message(UWE, Address("", "emuster@bau.example"))
    assert find_owner([*mail[:40], elsewhere])["post"] == (long.address,)


def test_what_is_given_overrides() -> None:
    mail = correspondence(EVA, [UWE, IDA])
    assert find_owner(mail, ["UWE@kunde.example"]) == {"post": ("uwe@kunde.example",)}
    assert find_owner(mail, ["probe"]) == {"post": ("uwe@kunde.example",)}
    assert find_owner(mail, ["Bau, Ida"]) == {"post": ("ida@bau.example",)}
    assert find_owner(mail, ["neu@werk.example"]) == {"post": ("neu@werk.example",)}
    assert find_owner(mail, ["niemand"]) == {"post": ()}
    two = mail + [message(m.sender, *m.to, holders=("zwei",)) for m in correspondence(IDA, [UWE])]
    assert find_owner(two, ["ida@bau.example", "eva@werk.example"]) == {
        "post": ("eva@werk.example",),
        "zwei": ("ida@bau.example",),
    }


def test_who_is_given_does_not_become_one_with_whom_the_server_delivered_to() -> None:
    mail = [message(UWE, EVA, delivered_to=("eva@werk.example",)) for _ in range(5)]
    assert find_owner(mail, ["uwe@kunde.example"])["post"] == ("uwe@kunde.example",)
    assert find_owner(mail)["post"] == ("eva@werk.example",)


def test_each_holder_has_an_owner_and_no_mail_has_none() -> None:
    both = correspondence(EVA, [UWE, IDA]) + [
        message(m.sender, *m.to, holders=("zwei",)) for m in correspondence(UWE, [EVA, IDA])
    ]
    assert find_owner(both) == {"post": ("eva@werk.example",), "zwei": ("uwe@kunde.example",)}
    assert find_owner([]) == {}
    assert find_owner([message(Address("", ""), holders=())]) == {"": ()}


def _headers(path: Path, scratch: Path) -> list[Message]:
    def addresses(parsed, *names: str) -> tuple[Address, ...]:
        values = [str(value) for name in names for value in parsed.get_all(name, [])]
        return tuple(Address(name, address.lower()) for name, address in getaddresses(values))

    found = []
    for box in sources.find([path], scratch).boxes:
        for span, raw in sources.read_batch(box.kind, sources.spans(box)):
            parsed = email.message_from_bytes(raw.partition(b"\n\n")[0] + b"\n\n")
            sender = (*addresses(parsed, "from"), Address("", ""))[0]
            found.append(
                message(
                    sender,
                    *addresses(parsed, "to"),
                    cc=addresses(parsed, "cc"),
                    list_id=str(parsed.get("list-id", "")),
                    delivered_to=tuple(a.address for a in addresses(parsed, "delivered-to")),
                    folders=(span.folder,),
                )
            )
    return found


@pytest.mark.parametrize("name", ["enron/corman-s", "enron/scholtes-d", "enron/motley-m"])
def test_real_mailboxes_have_the_owner_they_are_called_after(name: str, tmp_path: Path) -> None:
    path = SHARED / f"{name}.mbox.xz"
    if not path.exists():
        pytest.skip("the shared corpora are not here")
    owner = find_owner(_headers(path, tmp_path))["post"]  # the holder says nothing here
    assert name.partition("/")[2].partition("-")[0] in owner[0]


@pytest.mark.parametrize(
    "name", ["lists/twisted-python", "german/client-quoting", "newsgroups/sample", "german/codealltag-2k"]
)
def test_real_archives_have_none(name: str, tmp_path: Path) -> None:
    path = SHARED / f"{name}.mbox.xz"
    if not path.exists():
        pytest.skip("the shared corpora are not here")
    assert find_owner(_headers(path, tmp_path)) == {"post": ()}
