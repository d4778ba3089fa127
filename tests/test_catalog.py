"""The catalogue: what goes in comes out; moved, deleted and known messages."""

import dataclasses
import sqlite3
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from mail2wiki.catalog import Catalog, Row, pack_body, pack_known, pack_message, unpack_body, unpack_known
from mail2wiki.errors import Mail2WikiError
from mail2wiki.records import Address, Attachment, Body, Contact, Known, Mailbox, Message

LINE = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=40)
KNOWN = Known(Contact(name="Ä", phone="+49 30 1", seen=5), (Address("Ö", "o@x.example"),))


def box(marker: str) -> Mailbox:
    return Mailbox("a.mbox", "mbox", "a.mbox", "a", marker=marker)


def row(letter: str, at: str = "0+1") -> Row:
    attachments = (Attachment("a.pdf", "application/pdf", 3, "f" * 64),)
    sender = Address("Ä", "a@x.example")
    message = Message(
        letter * 64, f"<{letter}@x.example>", "Grüße", sender, attachments=attachments, folders=("Label",)
    )
    body = pack_body(Body((letter,), "n"), zstandard.ZstdCompressor())
    return Row(
        message.id, at, ("Inbox",), body, pack_message(message), b"prints", 1, 2, b"asides", b"tail",
        pack_known(KNOWN), b"terms",
    )  # fmt: skip


def test_a_contact_stored_before_names_were_is_one_still() -> None:
    assert unpack_known(msgspec.msgpack.encode(KNOWN.contact)) == Known(KNOWN.contact)
    assert unpack_known(b"") == Known() and pack_known(Known()) == b""


@given(st.lists(LINE, max_size=20))
def test_a_body_comes_back(lines: list[str]) -> None:
    body = Body(tuple(lines), "n" * len(lines))
    assert unpack_body(pack_body(body, zstandard.ZstdCompressor()), zstandard.ZstdDecompressor()) == body


def test_a_message_comes_back(tmp_path: Path) -> None:
    with Catalog(tmp_path / "c.sqlite") as catalog:
        catalog.add(box("1"), [row("a"), row("a", "9+1")])
        [message], prints = catalog.messages(), list(catalog.prints_in_order())
        assert message.folders == ("Inbox", "Label") and message.holders == ("a",) and prints == [b"prints"]
        assert message.attachments[0].name == "a.pdf" and message.sender.name == "Ä"
        assert catalog.bodies([message.id])[message.id].lines == ("a",)
        assert catalog.terms() == {message.id: b"terms"} and catalog.sizes() == {message.id: (1, 2)}
        assert catalog.edges()[message.id] == (
            b"asides",
            b"tail",
            KNOWN,
        )
        assert catalog.known([message.id, "b" * 64]) == {message.id}


def test_equal_parts_of_messages_are_one_object(tmp_path: Path) -> None:
    ann, bob = Address("Ann", "ann@x.example"), Address("Bob", "bob@x.example")
    first = Message("1" * 64, "<1@x.example>", "Pump", ann, to=(bob,), cc=(ann, bob), language="en")
    second = Message(
        "2" * 64, "<2@x.example>", "Pump", bob, to=(ann, bob), cc=(bob,), in_reply_to=("<1@x.example>",),
        references=("Bob", "bob@x.example"), language="en", folders=("Label",),
    )  # fmt: skip
    with Catalog(tmp_path / "c.sqlite") as catalog:
        catalog.add(box("1"), [Row(m.id, "0+1", ("Inbox",), b"", pack_message(m)) for m in (first, second)])
        catalog.add(box("1"), [Row(second.id, "9+1", ("Archive", "Inbox"))])
        one, other = catalog.messages()
    assert one == dataclasses.replace(first, folders=("Inbox",), holders=("a",))
    assert other == dataclasses.replace(second, folders=("Archive", "Inbox", "Label"), holders=("a",))
    assert other.references == ("Bob", "bob@x.example") and type(other.references) is tuple
    assert one.subject is other.subject and one.language is other.language and one.holders is other.holders
    assert one.sender is other.to[0] is one.cc[0] and one.to is other.cc and one.cc is other.to
    assert other.in_reply_to[0] is one.message_id


def test_rows_of_another_version_count_as_not_read(tmp_path: Path) -> None:
    with Catalog(tmp_path / "c.sqlite", reading="1") as catalog:
        catalog.add(box("1"), [row("a")])
        catalog.finish(box("1"))
    with Catalog(tmp_path / "c.sqlite", reading="2") as catalog:
        assert not catalog.has(box("1")) and catalog.known(["a" * 64]) == set() and catalog.stale() == ["a" * 64]
        catalog.renew([row("a")._replace(terms=b"new")])
        assert catalog.stale() == [] and catalog.terms() == {"a" * 64: b"new"}
        assert [message.id for message in catalog.headers(["a" * 64])] == ["a" * 64]


def test_terms_may_come_later_and_are_of_one_version(tmp_path: Path) -> None:
    with Catalog(tmp_path / "c.sqlite", reading="1") as catalog:
        catalog.add(box("1"), [row("a"), row("b")._replace(terms=b"")])
        [n] = catalog.uncounted()
        assert catalog.terms() == {"a" * 64: b"terms", "b" * 64: b""}
        [(same, message, body)] = catalog.to_count([n])
        assert same == n and message.id == "b" * 64
        assert unpack_body(body, zstandard.ZstdDecompressor()).lines == ("b",)
        catalog.count([(n, b"later")])
        assert catalog.uncounted() == [] and catalog.terms(["b" * 64]) == {"b" * 64: b"later"}
    with Catalog(tmp_path / "c.sqlite", reading="2") as catalog:
        assert len(catalog.uncounted()) == 2


def test_a_catalogue_with_terms_in_a_column_is_written_on(tmp_path: Path) -> None:
    with Catalog(tmp_path / "c.sqlite") as catalog:
        catalog.add(box("1"), [row("a")])
    old = sqlite3.connect(tmp_path / "c.sqlite")
    old.executescript("DROP TABLE terms; ALTER TABLE message ADD COLUMN terms BLOB NOT NULL DEFAULT x'00'")
    old.close()
    with Catalog(tmp_path / "c.sqlite") as catalog:
        assert len(catalog.uncounted()) == 1
        catalog.add(box("1"), [row("b")])
        assert catalog.terms() == {"a" * 64: b"", "b" * 64: b"terms"}


def test_moved_messages_lie_in_one_place_and_deleted_ones_stay(tmp_path: Path) -> None:
    with Catalog(tmp_path / "c.sqlite") as catalog:
        catalog.add(box("1"), [row("a", "0+1"), row("b", "9+1")])
        catalog.finish(box("1"))
        assert catalog.has(box("1")) and not catalog.has(box("2"))
        catalog.add(box("2"), [Row("b" * 64, "0+1", ())])
        catalog.finish(box("2"))
        assert [(copy.id[0], copy.at) for copy in sorted(catalog.copies())] == [("a", "0+1"), ("b", "0+1")]


def test_a_damaged_catalogue_is_an_error_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(Mail2WikiError, match="damaged"), Catalog(path) as catalog:
        catalog.finish(box("1"))
