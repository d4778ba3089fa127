"""Blocks a sender repeats at the end of his messages are found by repetition alone."""

import random

from hypothesis import given
from hypothesis import strategies as st

from mail2wiki.extract import repeated
from mail2wiki.records import Body

FOOTER = ["Hafenverein Nord", "jeden Dienstag offen"]


def body(*paragraphs: list[str]) -> Body:
    lines = [line for paragraph in paragraphs for line in (*paragraph, "")][:-1]
    return Body(tuple(lines), "".join("n" if line else "b" for line in lines))


def mailbox(count: int, *tail: list[str]) -> list[Body]:
    return [body([f"Nachricht {at} mit eigenem Text."], *tail) for at in range(count)]


def known(bodies, sender="a@firma.example"):
    return repeated.find((sender, repeated.tail_prints(each, each.text().encode())) for each in bodies)


def test_a_footer_in_five_messages_is_marked():
    bodies = mailbox(5, FOOTER)
    marked = repeated.apply(bodies[0], known(bodies)["a@firma.example"])
    assert marked.marks == "nbdd"
    assert marked.lines == bodies[0].lines


def test_four_messages_are_too_few_and_copies_count_once():
    bodies = mailbox(4, FOOTER)
    assert known(bodies) == {}
    assert known(bodies * 3) == {}


def test_two_blocks_one_above_the_other():
    bodies = mailbox(6, FOOTER, ["Telefon: 040 1234567", "www.hafen.example"])
    assert repeated.apply(bodies[2], known(bodies)["a@firma.example"]).marks == "nbddbss"


def test_a_habit_in_few_messages_stays():
    bodies = mailbox(6, ["Melde dich bei Fragen."]) + [body([f"a {at}"], [f"b {at}"]) for at in range(40)]
    assert known(bodies) == {}


def test_a_signature_counts_in_few_messages_for_people_change_theirs():
    many = [body([f"a {at}"], [f"b {at}"]) for at in range(40)]
    bodies = mailbox(5, ["  /\\_/\\", "http://www.hafen.example/~anna"])
    assert repeated.apply(bodies[2], known(bodies + many)["a@firma.example"]).marks == "nbss"
    assert known(mailbox(4, ["http://www.hafen.example/~anna"]) + many) == {}
    assert known(mailbox(6, ["Bitte an team@hafen.example antworten."]) + many) == {}


def test_other_senders_and_other_places_are_untouched():
    bodies = mailbox(5, FOOTER)
    found = known(bodies)
    assert repeated.apply(bodies[0], found.get("b@firma.example", ())) is bodies[0]
    above = body(["Anfang"], FOOTER, ["Ende"])
    assert repeated.apply(above, found["a@firma.example"]) is above
    alone = body(FOOTER)
    assert repeated.apply(alone, found["a@firma.example"]) is alone


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.randoms())
def test_order_of_messages_changes_nothing(kinds, order: random.Random):
    bodies = [body([f"Text {at}"], [f"Fuß {kind}"]) for at, kind in enumerate(kinds)]
    shuffled = list(bodies)
    order.shuffle(shuffled)
    assert known(bodies) == known(shuffled)
    for each in bodies:
        marked = repeated.apply(each, known(bodies).get("a@firma.example", ()))
        assert marked.lines == each.lines
        assert marked.marks[0] == "n"
