"""The pages about who: customers on the home page, organisations, people; none of them a stub."""

from __future__ import annotations

import re

from export.export_room import ANNA, BEN, CARA, Room, attachment

from mail2wiki.export import plan
from mail2wiki.records import Address, Contact

KARL = Address("Karl Vogt", "karl.vogt@muster-pressen.example")
LONG = "The bearing of press 4 is hot again, and nobody knows why. " * 100


def busy(language: str = "en", talks: int = 4) -> Room:
    """A customer with some conversations, each on a page of its own."""
    room = Room(language)
    for n in range(talks):
        ids = [
            room.message(f"{LONG}{n}", sender=BEN, to=(ANNA, KARL), subject=f"Case {n}"),
            room.message(f"{LONG}yes {n}", sender=KARL, to=(BEN, CARA), subject=f"Case {n}",
                         attachments=(attachment(f"plan-{'abcdefgh'[n % 8]}.pdf", b"%d" % n * 9000),)),
        ]  # fmt: skip
        room.talk(*ids, subject=f"Case {n}")
    room.contacts[BEN.address] = Contact(title="Works manager", company="Whitfield Tools Ltd", phone="+44 1632 960111")
    return room


def links(text: str) -> set[str]:
    return {href.partition("#")[0] for href in re.findall(r"\]\(([^()]*)\)", text)}


def test_organisation_page_says_who_what_when_and_whom_to_ask() -> None:
    planned, pages = busy().build()
    (place,) = (p for p in planned.pages if p.kind == "organisation")
    text = pages[place.path].text
    assert re.fullmatch(r"organisations/whitfield-tools-ltd-[0-9a-f]{8}\.md", place.path)
    assert "\ntype: organisation\n" in text
    assert "- **Domain:** whitfield-tools.example" in text
    assert "4 conversations · 4 sent, 4 received" in text
    assert re.search(r"\*\*Who knows them:\*\* \[Karl Vogt\]\([^)]*\), \[Anna Krüger\]\(", text)
    assert " · Works manager · +44 1632 960111  \n    ben@whitfield-tools.example · 4 conversations, last" in text
    newest = text.partition("## Newest conversations")[2]
    assert re.findall(r"\[Case (\d)\]", newest) == ["3", "2", "1", "0"]
    assert text.count(".pdf](../files/") == 4
    assert len(links(text)) > 8


def test_a_person_leads_to_another_of_the_same_name() -> None:
    room = busy()
    moved = Address("Ben Whitfield", "b.whitfield@other-tools.example")
    ben = Address("Ben", "ben@third.example")
    for one in (moved, ben):
        room.talk(room.message("I have a new address.", sender=one, subject="New address"), subject="New address")
    planned, pages = room.build()
    found = [pages[p.path].text for p in planned.pages if p.kind == "person" and "/ben-whitfield" in p.path]
    assert found and "- **Same name:** Ben Whitfield (b.whitfield@other-tools.example, last " in found[0]
    assert not any("Same name" in page.text for page in pages.values() if page.text not in found)


def test_what_only_the_owner_wrote_says_to_whom() -> None:
    room = busy(talks=9)
    mine = room.message("Moving on Monday.", sender=ANNA, to=(ANNA, BEN, CARA, KARL), subject="Hi")
    room.talk(mine, subject="Hi")
    text = room.build()[1]["index.md"].text
    (line,) = [line for line in text.split("\n") if line.startswith("- [Hi]")]
    assert re.search(
        r" · to \[Ben Whitfield\]\(people/[^)]*\), \[?Cara Lindqvist.*, \[Karl Vogt\]\(people/[^)]*\)$", line
    )


def test_what_is_called_the_same_stands_on_one_line() -> None:
    room = Room()
    for n in range(12):
        called = f"Weekly Notes 11/{n + 1}/23" if n < 9 else "Offer"
        room.topic(f"Case {n}", room.talk(room.message("Here they are.", sender=BEN), subject=called))
    planned, pages = room.build()
    (place,) = (p for p in planned.pages if p.kind == "organisation")
    said = pages[place.path].text.partition("## Newest conversations")[2].partition("## ")[0].strip().split("\n")
    assert [line.partition("](")[0] for line in said] == ["- [Offer", "- [Weekly Notes 11/9/23"]
    assert said[0].count("](") == 4 and " · earlier: [24 November 2023](" in said[0]
    assert said[1].count("](") == 8 and said[1].endswith(", 2 more")
    assert plain_titles(room, 2) == ["Offer", "Offer", "Weekly Notes 11/2/23", "Weekly Notes 11/1/23"]


def plain_titles(room: Room, each: int) -> list[str]:
    """The same with fewer of each: every conversation has its line."""
    room.talks = [*room.talks[:each], *room.talks[-each:]]
    kept = {talk.id for talk in room.talks}
    room.topics = [topic for topic in room.topics if kept.issuperset(topic.conversations)]
    planned, pages = room.build()
    (place,) = (p for p in planned.pages if p.kind == "organisation")
    return re.findall(
        r"(?m)^- \[([\w /]*)\]", pages[place.path].text.partition("## Newest conversations")[2].partition("## ")[0]
    )


def test_home_page_begins_with_customers_and_what_happened_last() -> None:
    _, pages = busy(talks=9).build()
    text = pages["index.md"].text
    heads = re.findall(r"(?m)^## (.*)$", text)
    assert heads == ["Customers and partners", "Recently active", "Topics", "Documents", "People", "About this wiki"]
    customers = text.partition("## Customers")[2].partition("\n## ")[0]
    line = r"\*\*\[Whitfield Tools Ltd\]\(organisations/[^)]*\)\*\* \(whitfield-tools\.example\) · 9 conversations"
    assert re.search(line, customers)
    assert re.search(r"last 1 December 2023: \[Case 8\]\(", customers)
    recent = text.partition("## Recently active")[2].partition("\n## ")[0]
    assert re.findall(r"\[Case (\d)\]", recent) == list("87654321")
    assert recent.count("[Press line](topics/") == recent.count("[Ben Whitfield](people/") == 8


def test_home_page_names_documents_before_pictures() -> None:
    room = busy(talks=8)
    shots = tuple(attachment(f"shot-{n}.png", b"p%d" % n * 9000, "image/png") for n in range(3))
    room.talk(room.message("See the pictures.", attachments=shots))
    text = room.build()[1]["index.md"].text.partition("## Documents")[2]
    assert text.count(".pdf](files/") == 8
    assert ".png](" not in text


def test_german_home_page() -> None:
    _, pages = busy("de").build()
    text = pages["index.md"].text
    assert "## Kunden und Partner" in text
    assert "· 4 Vorgänge" in text


def test_a_mailbox_without_owner_has_organisations_and_no_customers() -> None:
    room = busy()
    room.owners = ()
    _, pages = room.build()
    assert "## Organisations\n" in pages["index.md"].text
    assert "Customers" not in pages["index.md"].text
    assert "own organisation" not in pages["people.md"].text


def test_a_mailbox_of_one_organisation_and_no_owner_has_no_list_of_organisations() -> None:
    room = Room(owners=())
    for n in range(4):
        room.talk(room.message(f"{LONG}{n}", sender=BEN, to=(CARA,)))
    _, pages = room.build()
    assert "rganisations" not in pages["index.md"].text


def test_who_is_spoken_of_on_few_pages_has_no_page() -> None:
    planned, pages = busy(talks=2).build()
    assert not [p for p in planned.pages if p.kind in ("organisation", "person")]
    assert "**Whitfield Tools Ltd**" not in pages["index.md"].text


def test_when_pages_are_few_the_outside_comes_first() -> None:
    room = busy()
    everything, _ = room.build()
    kinds = [p.kind for p in everything.pages]
    assert kinds.count("organisation") == 1
    assert kinds.count("person") == 4
    room.topics.clear()
    planned, _ = room.build(max_pages=len(kinds) - 2)
    kept = [p for p in planned.pages if p.kind in ("organisation", "person")]
    inside = {p.id for p in room.knowledge().people if p.internal}
    assert kept[0].kind == "organisation"
    assert len(kept) == 3
    assert [p.of in inside for p in kept[1:]] == [False, False]


def test_many_organisations_have_a_list_of_all() -> None:
    room = busy()
    for n in range(15):
        room.talk(room.message("Short.", sender=Address(f"Eve {n}", f"eve@firm-{n:02}.example")), subject=f"Offer {n}")
    _, pages = room.build()
    assert "[All organisations](organisations.md) (16)" in pages["index.md"].text
    text = pages["organisations.md"].text
    assert text.count("- **") == 16
    assert text.index("Whitfield") < text.index("Firm 00")


def test_topic_and_person_lead_to_the_organisation() -> None:
    planned, pages = busy().build()
    goal = next(p.path for p in planned.pages if p.kind == "organisation")
    for kind in ("topic", "conversation", "person"):
        texts = [pages[p.path].text.replace("../../", "../") for p in planned.pages if p.kind == kind]
        assert any(f"(../{goal})" in text for text in texts)


def test_pages_grow_fuller_before_people_go_without() -> None:
    room = Room()
    for n in range(60):
        room.talk(room.message(f"Case {n}.", sender=BEN))
    knowledge = room.knowledge()
    sizes = dict.fromkeys(room.messages, 40_000)  # two of them fill a page of the usual size
    roomy = plan(knowledge, sizes)
    kinds = [p.kind for p in roomy.pages]
    tight = plan(knowledge, sizes, max_pages=len(kinds) - kinds.count("person") - kinds.count("organisation"))
    assert [p.kind for p in tight.pages].count("person") == kinds.count("person") == 2
    assert len(tight.where) == 60


def test_the_own_organisation_has_the_name_its_people_sign_with() -> None:
    room = busy("de")
    room.contacts[KARL.address] = Contact(company="Konstruktion | Muster Pressen GmbH")
    planned, pages = room.build()
    assert "## Muster Pressen GmbH (muster-pressen.example) · eigene Organisation\n" in pages["people.md"].text
    karl = next(pages[p.path].text for p in planned.pages if p.kind == "person" and "karl" in p.path)
    assert "**Organisation:** Muster Pressen GmbH (muster-pressen.example)\n" in karl and "Firma:" not in karl
