"""Documents: versions of one file together, different files apart, decoration nowhere."""

from __future__ import annotations

from hashlib import sha256

import pytest

from mail2wiki.digest import documents
from mail2wiki.digest.documents import name_key
from mail2wiki.records import Address, Attachment, Conversation, Message

BEN = Address("Ben", "ben@tools.example")
ANNA = Address("Anna", "anna@pressen.example")


def file(
    name: str, content: str = "", media_type: str = "application/pdf", size: int = 50_000, inline: bool = False
) -> Attachment:
    return Attachment(name, media_type, size, sha256((content or name).encode()).hexdigest(), inline)


def message(n: int, *files: Attachment, sender: Address = BEN, to: tuple[Address, ...] = (ANNA,)) -> Message:
    return Message(f"{n:064x}", None, "x", sender, to, date=1_700_000_000 + n, attachments=files)


def found(*messages: Message) -> list[list[str]]:
    talks = [Conversation(f"c{n}", "x", (m.id,), {}, m.date, m.date) for n, m in enumerate(messages)]
    return [[v.name for v in d.versions] for d in documents(messages, talks)]


def test_versions_are_one_document_newest_first() -> None:
    assert found(
        message(1, file("Angebot Presse_v1.docx")),
        message(2, file("Angebot Presse_v2_final.docx"), sender=ANNA, to=(BEN,)),
        message(3, file("Angebot_Presse (1).docx")),
    ) == [["Angebot_Presse (1).docx", "Angebot Presse_v2_final.docx", "Angebot Presse_v1.docx"]]


def test_the_same_bytes_are_one_version_with_its_first_sender() -> None:
    talks = [Conversation("c", "x", (f"{1:064x}", f"{2:064x}"))]
    (document,) = documents([message(2, file("a.pdf"), sender=ANNA), message(1, file("a.pdf"))], talks)
    assert [(v.sender, v.message) for v in document.versions] == [(BEN, f"{1:064x}")]


def test_same_name_among_other_people_is_another_document() -> None:
    eve = Address("Eve", "eve@else.example")
    assert (
        len(
            found(
                message(1, file("Protokoll.docx", "a")), message(2, file("Protokoll.docx", "b"), sender=eve, to=(eve,))
            )
        )
        == 2
    )


def test_two_files_of_one_message_are_two_documents() -> None:
    assert len(found(message(1, file("Bild1.pdf"), file("Bild2.pdf")))) == 2


def test_the_same_bytes_twice_in_one_message_are_one_document() -> None:
    assert found(message(1, file("Bescheid.pdf", "b"), file("Bescheid (Anlage).pdf", "b"))) == [
        ["Bescheid (Anlage).pdf"]
    ]


def test_decoration_is_no_document() -> None:
    logo = file("logo.png", media_type="image/png", inline=True)
    assert found(*(message(n, logo) for n in range(3))) == []
    assert found(message(1, file("smime.p7s"), file("invite.ics"), file("winmail.dat"), file("me.vcf"))) == []
    assert found(message(1, file("image001.png", media_type="image/png", inline=True))) == []
    assert found(message(1, file("layout.png", media_type="image/png"))) == [["layout.png"]]


@pytest.mark.parametrize(("one", "other"), [
    ("Lastenheft_Entwurf.docx", "Lastenheft.docx"), ("Bericht 2024-05-31.pdf", "Bericht 2024-06-30.pdf"),
    ("plan (2).xlsx", "Plan.xlsx"), ("Vertrag_rev3.pdf", "vertrag-Rev B.pdf"), ("Copy of list.xls", "list.xls"),
    ("Protokoll 3.5.2024.docx", "Protokoll 17.06.2024.docx"),
])  # fmt: skip
def test_names_of_versions_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [
    ("manual de.pdf", "manual en.pdf"), ("plan.pdf", "plan.docx"), ("foto1.jpg", "foto2.jpg"),
])  # fmt: skip
def test_names_of_others_have_not(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)
