"""What stands on a page: own text once, links where text stands elsewhere, recovered text marked, held text nowhere."""

from __future__ import annotations

import dataclasses
import re

import pytest
from export.export_room import ANNA, BEN, CARA, Room, attachment
from hypothesis import given
from hypothesis import strategies as st

from mail2wiki.records import Address, Attachment, Decision, Quoted


def test_message_shows_who_when_and_its_own_text() -> None:
    room = Room()
    a = room.message("Hello Anna,\n\nthe bearing of press 4 is hot.\n\n-- \nBen Whitfield", "nbnbss")
    room.talk(a)
    text = room.page(a)
    assert f"###### mail-{a[:10]}\n\n**Ben Whitfield** to Anna Krüger · 14 November 2023, 22:13\n\nHello Anna," in text
    assert "the bearing of press 4 is hot." in text
    assert "-- " not in text


def test_german_pages_speak_german() -> None:
    room = Room(language="de")
    a = room.message("Guten Tag,\n\ndas Lager wird heiß.")
    room.talk(a)
    _, pages = room.build()
    assert "**Ben Whitfield** an Anna Krüger · 14. November 2023, 22:13" in room.page(a)
    assert "# Wissen aus dem Postfach von Anna Krüger" in pages["index.md"].text
    assert "1 Nachricht, 1 Vorgang, 1 Thema" in pages["index.md"].text
    assert not re.search(
        r"\b(messages|People|Home|Topics)\b", "".join(p.text.split("---\n", 2)[2] for p in pages.values())
    )


def test_quoted_text_that_stands_elsewhere_is_not_repeated() -> None:
    room = Room()
    a = room.message("The bearing of press 4 is hot.")
    b = room.message("We send Cara.\n\nBen wrote:\n> The bearing of press 4 is hot.", "nbaq", sender=ANNA, to=(BEN,))
    room.quoted[b] = (Quoted(2, 4, a),)
    room.talk(a, b)
    text = room.page(b)
    assert text.count("The bearing of press 4 is hot.") == 1
    assert "wrote:" not in text
    assert "↳" not in text  # it answers the message right above it


def test_answers_between_quoted_lines_say_what_they_answer() -> None:
    room = Room()
    a = room.message("When does the spare part arrive at your plant?\n\nWho will mount it there on Monday?")
    answer = "> When does the spare part arrive at your plant?\nOn Friday.\n> Who will mount it there on Monday?\nCara."
    b = room.message(answer, "qnqn", sender=ANNA, to=(BEN,))
    room.quoted[b] = (Quoted(0, 1, a), Quoted(2, 3, a))
    room.talk(a, b)
    ref = f"> [Ben Whitfield, 14 November 2023](#mail-{a[:10]}): "
    assert f"{ref}When does the spare part arrive at your plant?\n\nOn Friday.\n\n{ref}Who will" in room.page(b)


def test_reply_to_an_earlier_message_links_to_it() -> None:
    room = Room()
    a, b, c = room.message("One."), room.message("Two.", sender=CARA), room.message("Three.", sender=ANNA)
    room.talk(a, b, c, parents={b: a, c: a})
    assert f"↳ in reply to [Ben Whitfield, 14 November 2023](#mail-{a[:10]})" in room.page(c)


def test_a_person_with_two_addresses_is_named_once() -> None:
    room = Room()
    old = Address("Ben Whitfield", "b.w@whitfield-tools.example")
    a = room.message("One.", sender=ANNA, to=(BEN, CARA), cc=(old,))
    room.talk(a)
    assert "** to Ben Whitfield, Cara Lindqvist · " in room.page(a)


def test_recovered_text_is_shown_and_marked() -> None:
    room = Room()
    b = room.message("I agree.\n\n> The valve *must* be replaced.", "nbq", sender=ANNA)
    room.quoted[b] = (Quoted(2, 3, None, "Dora Feld", "2 May"),)
    room.talk(b)
    assert "↳ Recovered from a quotation: Dora Feld, 2 May\n\n> The valve \\*must\\* be replaced." in room.page(b)


def test_a_telephone_number_alone_is_not_shown_as_recovered() -> None:
    room = Room()
    number = room.message("I agree.\n\n> +49 711 / 123 45-0\n>", "nbqq", sender=ANNA)
    room.quoted[number] = (Quoted(2, 4, None, "Dora Feld", "2 May"),)
    answer = room.message("I agree.\n\n> 4711 units", "nbq", sender=ANNA)
    room.quoted[answer] = (Quoted(2, 3, None, "Dora Feld", "2 May"),)
    own = room.message("0711 6543-0", sender=ANNA)
    room.talk(number, answer, own)
    page = room.page(number)
    assert "0711 6543-0" in page
    assert "711 / 123" not in page and page.count("↳ Recovered") == 1 and "> 4711 units" in page


def test_a_sign_that_something_was_left_out_does_not_make_recovered_text_a_pasted_one() -> None:
    room = Room()
    id = room.message("On 2 May, Dora Feld wrote:\n[...]\n> The valve must be replaced.\n\nYes.", "anqbn")
    room.talk(id)
    room.quoted[id] = (Quoted(0, 3, None, "Dora Feld", "2 May"),)
    assert "↳ Recovered from a quotation: Dora Feld, 2 May\n\n> \\[...]" in room.page(id)


def test_who_is_recovered_has_a_page_and_the_day_is_written_as_all_days() -> None:
    room = Room("de")
    for n in range(4):
        room.topic(f"Presse {n}", room.talk(room.message("Die Presse läuft.", sender=CARA)))
    b = room.message("Gut.\n\n> Das Ventil muss neu.\n> Das alte klemmt.", "nbqq", sender=ANNA)
    room.quoted[b] = (
        Quoted(2, 3, None, "Cara Lindqvist", "2023-05-03 14:05", earlier=True),
        Quoted(3, 4, None, "Dora Feld", "2023-05-04", earlier=True),
    )
    room.topic("Ventil", room.talk(b))
    text = room.page(b)
    assert "wiedergefunden: [Cara Lindqvist](" in text and "), 3. Mai 2023, 14:05 · [Nachricht" in text
    assert text.index("Das Ventil") < text.index("wiedergefunden: Dora Feld, 4. Mai 2023 ·")


@pytest.mark.parametrize(("said", "shown"), [
    ("Cara@Whitfield-Tools.example", "[Cara Lindqvist]("),  # known in this mailbox
    ("cara LINDQVIST", "[cara LINDQVIST]("),
    ("dora.feld@elsewhere.example", "Dora Feld, 2 May"),
    ("feld@elsewhere.example", "feld@elsewhere.example, 2 May"),
    ("Dora & Udo Feld @ HOME", "Dora & Udo Feld @ HOME, 2 May"),
    ("Dora Feld; cara@whitfield-tools.example", "Dora Feld; Cara Lindqvist, 2 May"),
])  # fmt: skip
def test_who_is_recovered_by_an_address_has_their_name(said: str, shown: str) -> None:
    room = Room()
    for n in range(4):
        room.topic(f"Press {n}", room.talk(room.message("The press runs.", sender=CARA)))
    b = room.message("Good.\n\n> The valve must be replaced.", "nbq", sender=ANNA)
    room.quoted[b] = (Quoted(2, 3, None, said, "2 May"),)
    room.topic("Valve", room.talk(b))
    assert f"↳ Recovered from a quotation: {shown}" in room.page(b).replace("\\", "")


def test_german_dates_that_begin_a_line_are_no_lists() -> None:
    markdown_it = pytest.importorskip("markdown_it")
    room = Room("de")
    far = room.message("Eins."), room.message("Zwei.", date=1_710_000_000)
    room.talk(*far)
    page = room.page(far[0])
    assert "\n14\\. November 2023 – 9. März 2024 · 2 Nachrichten" in page
    assert "<ol" not in markdown_it.MarkdownIt().render(page.partition("\n# ")[2])


def test_what_a_message_answers_stands_above_it_oldest_first() -> None:
    room = Room()
    text = "I agree.\n\n> Shall we replace it?\n> Surely.\n>> The valve leaks.\n>> It drips on the floor."
    b = room.message(text, "nbqqqq", sender=ANNA)
    dora, emil = ("Dora Feld", "2 May"), ("Emil Ahrens", "1 May")
    lines = ((2, 3, dora), (3, 4, dora), (4, 5, emil), (5, 6, emil))
    room.quoted[b] = tuple(Quoted(start, stop, None, *who, earlier=True) for start, stop, who in lines)
    room.talk(b)
    page = room.page(b)
    said = ["leaks.", "drips", "replace it?", "Surely.", f"###### mail-{b[:10]}", "I agree."]
    assert sorted(said, key=page.index) == said


def test_held_text_is_shown_nowhere_even_quoted() -> None:
    room = Room()
    secret = room.message("My doctor says no.", subject="Sick note")
    b = room.message("Get well.\n> My doctor says no.", "nq", sender=ANNA)
    room.quoted[b] = (Quoted(1, 2, secret),)
    room.decisions[secret] = Decision(secret, "held", None, "subject-word", "Sick note")
    room.talk(b)
    _, pages = room.build()
    everything = "".join(page.text for page in pages.values())
    assert "doctor" not in everything
    assert "Sick note" not in everything
    assert secret[:10] not in everything


def test_quotation_of_automated_mail_is_its_only_copy() -> None:
    room = Room()
    robot = room.message("Your licence ends on Monday.", sender=Address("", "noreply@vendor.example"))
    b = room.message("Please renew.\n> Your licence ends on Monday.", "nq", sender=ANNA)
    room.quoted[b] = (Quoted(1, 2, robot),)
    room.decisions[robot] = Decision(robot, "automated", None, "auto-submitted")
    room.talk(b)
    assert "> Your licence ends on Monday." in room.page(b)


def test_copy_of_a_quoted_message_leads_to_the_kept_one() -> None:
    room = Room()
    a, copy = room.message("Original words."), room.message("Original words.")
    b = room.message("Yes.\n> Original words.", "nq", sender=ANNA)
    room.quoted[b] = (Quoted(1, 2, copy),)
    room.decisions[copy] = Decision(copy, "duplicate", a, "same-content")
    room.talk(a, b)
    assert room.page(b).count("Original words.") == 1


def test_text_quoted_from_the_message_that_holds_it_is_not_lost() -> None:
    room = Room()
    inner = room.message("Only here.")
    b = room.message("Look.\n> Only here.", "nq", sender=ANNA)
    room.quoted[b] = (Quoted(1, 2, inner),)
    room.decisions[inner] = Decision(inner, "contained", b, "contained")
    room.talk(b)
    text = room.page(b)
    assert "> Only here." in text
    assert "*The same text was also sent by: Ben Whitfield, 14 November 2023*" in text


def test_uncovered_quotation_keeps_its_attribution() -> None:
    room = Room()
    a = room.message("See below.\n\nDora wrote:\n> Words of Dora.", "nbaq")
    room.talk(a)
    assert "> Dora wrote:\n>\n> Words of Dora." in room.page(a)


def test_message_without_text_says_so() -> None:
    room = Room()
    a = room.message("-- \nBen", "ss", attachments=(attachment("drawing.pdf"), attachment("setup.exe", b"MZ" * 9000)))
    room.talk(a)
    planned, pages = room.build()
    text = pages[planned.page(a)].text
    assert "*No text of its own.*" in text
    (path,) = planned.files.values()
    assert f"[drawing.pdf](../{path}) (PDF, 20 KB), setup.exe (EXE, 18 KB, not published)" in text


def test_hostile_words_stay_words_everywhere() -> None:
    room = Room()
    evil = "<script>alert(1)</script> [x](javascript:1) `a` {{ 7*7 }} | # \u202e"
    who = Address(evil, "eve@evil.example")
    ids = [room.message(evil, subject=evil, sender=who, attachments=(attachment(f"../{evil}.pdf"),)) for _ in range(4)]
    for id in ids:
        room.talk(id, subject=evil)
    room.topic(evil, *(c.id for c in room.talks))
    _, pages = room.build()
    for page in pages.values():
        body = page.text.split("---\n", 2)[2]
        assert "<script" not in body
        assert "](javascript" not in body.replace("\\](", "")
        assert "{{" not in body
        assert "\u202e" not in page.text
        assert re.fullmatch(r"[\w/-]+\.md", page.path)


def test_a_picture_in_the_text_is_a_link_to_its_attachment() -> None:
    plan_of = Attachment("halle_1.png", "image/png", 90_000, "a" * 64, True, "halle_1.png@01DA.2B")
    text = "See [cid:halle_1.png@01DA.2B] for the layout.\n\n[cid:logo.png@01DA.2C]\n\nBen and Cara"
    for kind in ("plain", "markdown"):
        room = Room()
        written = text if kind == "plain" else text.replace("[", "\\[").replace("]", "\\]").replace("_", "\\_")
        a = room.message(written, kind=kind, attachments=(plan_of,))
        room.talk(a)
        page = room.page(a)
        assert re.search(r"See \[halle\\?_1\.png\]\([^()]*\.png\) for the layout\.", page)
        assert "cid:" not in page and "logo" not in page and "Ben and Cara" in page


def test_a_picture_that_is_all_there_is_and_not_published_leaves_no_text() -> None:
    room = Room()
    a = room.message("[cid:logo.png@01DA.2C]")
    room.talk(a)
    assert "No text of its own." in room.page(a)
    room = Room()
    code = room.message("Type\n\n```\n[cid:logo.png@01DA.2C]\n```\n\nat the prompt.", kind="markdown")
    room.talk(code)
    assert "[cid:logo.png@01DA.2C]" in room.page(code)


@given(st.lists(st.tuples(st.sampled_from("nqahsdb"), st.booleans()), min_size=1, max_size=25))
def test_every_line_of_own_text_is_shown_and_no_signature_is(marked: list[tuple[str, bool]]) -> None:
    lines = ["" if mark == "b" else f"line{n:03}{mark}" for n, (mark, _) in enumerate(marked)]
    room = Room()
    other = room.message("Something else.")
    a = room.message("\n".join(lines), "".join(mark for mark, _ in marked))
    covered = {n for n, (mark, cover) in enumerate(marked) if cover and mark in "qah"}
    room.quoted[a] = tuple(Quoted(n, n + 1, other) for n in sorted(covered))
    room.talk(other, a)
    text = room.page(a)
    for n, (line, (mark, _)) in enumerate(zip(lines, marked, strict=True)):
        if mark == "n" or (mark == "q" and n not in covered):
            assert line in text
        elif mark in "sd":
            assert line not in text


def test_a_page_without_a_date_says_so() -> None:
    room = Room()
    room.talk(room.message("The valve must be replaced.", date=-1))
    dated = room.page(next(iter(room.messages)))
    assert "\nupdated: 1969-12-31\n" in dated
    room = Room()
    id = room.message("The valve must be replaced.")
    room.messages[id] = dataclasses.replace(room.messages[id], date=None)
    room.talk(id)
    pages = room.build()[1].values()
    assert all("\nupdated: null\n" in page.text for page in pages)


def standing(sender: Address = BEN) -> tuple[Room, list[str]]:
    """Three newsletters with the same standing text, the first of which says it."""
    room = Room()
    notice = "This list tells members of new notices."
    first = room.message(f"{notice}\n\nThe hall is closed.")
    later = [room.message(f"{notice}\n\nNews of week {n}.", "nbn", sender=sender) for n in (2, 3)]
    later.append(room.message(notice, sender=sender))
    room.talk(first, *later)
    for id in later:
        room.quoted[id] = (Quoted(0, 1, first),)
    return room, [first, *later]


def test_standing_text_of_a_sender_is_led_to_once_on_a_page() -> None:
    room, (first, *_, last) = standing()
    text = room.page(first)
    lead = f"> [Ben Whitfield, 14 November 2023](#mail-{first[:10]}): This list tells members"
    assert text.count(lead) == 2  # by the first that repeats it, and by one that says nothing else
    assert lead in text[text.index(f"###### mail-{last[:10]}") :]
    assert text.count("News of week") == 2


def test_what_another_person_passes_on_is_led_to_each_time() -> None:
    room, (first, *_) = standing(CARA)
    assert room.page(first).count("This list tells members") == 4


def test_neighbouring_links_to_earlier_messages_stand_on_one_line() -> None:
    room = Room()
    hall, rules = (
        room.message("The hall is closed today.\n\nBring your own lamps."),
        room.message("No dogs in the hall."),
    )
    text = "The hall is closed today.\n\nNo dogs in the hall.\n\nBring your own lamps.\n\nAll this holds in May."
    again = room.message(text, "nbnbnbn")
    room.talk(hall, rules, again)
    room.quoted[again] = (Quoted(0, 1, hall), Quoted(2, 3, rules), Quoted(4, 5, hall))
    leads = [line for line in room.page(hall).split("\n") if line.startswith("> [")]
    assert leads == [
        f"> [Ben Whitfield, 14 November 2023](#mail-{hall[:10]}): The hall is closed today. · Bring your own lamps.; "
        f"[Ben Whitfield, 15 November 2023](#mail-{rules[:10]}): No dogs in the hall."
    ]


def test_a_pasted_stretch_says_where_it_stands() -> None:
    room = Room()
    other = room.message("The long text that was pasted.")
    a = room.message("See this:\n\nThe long text that was pasted.", "nbn")
    room.quoted[a] = (Quoted(2, 3, other),)
    room.talk(other, a)
    text = room.page(a)
    assert text.count("The long text that was pasted.") <= 2 and f"(#mail-{other[:10]}" in text


def test_only_the_signs_in_front_of_a_quoted_line_go() -> None:
    room = Room()
    a = room.message(
        "> See <https://x.example/parts> and a | b, c -> d\n\n> >      >> The valve\n>  of the pump", "qbqq"
    )
    room.quoted[a] = (Quoted(0, 1, None), Quoted(2, 4, None))
    room.talk(a)
    page = room.page(a)
    assert "> See <https://x.example/parts> and a | b, c -&gt; d" in page.replace("->", "-&gt;")
    assert "\n> The valve  \n> of the pump" in page


def test_own_text_said_before_in_automated_mail_is_own_text() -> None:
    room = Room()
    a = room.message("The valve must be replaced.")
    b = room.message("The valve must be replaced.\n\nToday.", sender=ANNA)
    room.decisions[a] = Decision(a, "automated", None, "bulk")
    room.quoted[b] = (Quoted(0, 1, a),)
    room.talk(b)
    page = room.page(b)
    assert "\nThe valve must be replaced." in page and "Recovered" not in page


def test_standing_text_of_a_held_message_is_shown_where_its_writer_says_it_again() -> None:
    room = Room()
    a = room.message("The valve must be replaced by May.", sender=BEN)
    b = room.message("The valve must be replaced by May.\n\nToday.", sender=BEN)
    room.decisions[a] = Decision(a, "held", None, "private-subject")
    room.quoted[b] = (Quoted(0, 1, a, "Ben Whitfield"),)
    room.talk(b)
    page = room.page(b)
    assert "\nThe valve must be replaced by May." in page and "Recovered" not in page


def test_what_stands_above_in_the_same_message_is_not_repeated() -> None:
    room = Room()
    a = room.message("No.\n\n> The valve must be replaced.\n\nNo.\n\n> The valve must be replaced.", "nbqbnbq")
    room.quoted[a] = (Quoted(2, 3, None), Quoted(6, 7, a))
    room.talk(a)
    assert room.page(a).count("The valve must be replaced.") == 1


def test_an_attachment_stands_with_the_title_inside_it_and_that_can_do_no_harm() -> None:
    room = Room(language="de")
    title = "Angebot [4711](http://x.example) <img src=x onerror=alert(1)> {{ x }} `a` | b"
    a = room.message("Anbei.", attachments=(Attachment("v3.docx", "application/msword", 9_000, "a" * 64, title=title),))
    room.talk(a)
    _, pages = room.build()
    for page in (room.page(a), pages["documents.md"].text):
        assert "v3.docx](" in page
        line = next(line for line in page.split("\n") if "v3.docx" in line)
        assert "): Angebot [4711\\](" in line
        assert not re.search(r"(?<!\\)<img|(?<!\\)\{\{|(?<!\\)`|(?<!\\)\]\(http", line)
