"""Who speaks where in quoted text, also where no quote sign says so."""

from __future__ import annotations

import pytest
from thread.thread_builder import START, mail, run

from mail2wiki.records import Body
from mail2wiki.thread.speakers import authors

ANN = "On Mon, 5 May 2020 at 10:00, Ann Example <ann@example.com> wrote:"
BOB = "> On 4.5.2020 9:00, Bob Muster wrote:"


def said(lines, marks, *asked, standing=None):
    """Who wrote the paragraphs that begin at these lines; "" where nobody says so."""
    found = authors(Body(tuple(lines), marks), [(at, at) for at in asked], standing or {})
    return [found[at].author.partition(" ")[0] if at in found else "" for at in asked]


def test_nested_quotes():
    lines = ("On 1.5.20, Ann wrote:", "> On 2.5.20, Bob wrote:", ">> b", "> a", "new", ">> b", "> a")
    assert said(lines, "aqqqnqq", 2, 3, 5, 6) == ["Bob", "Ann", "Bob", "Ann"]


def test_introductions_of_two_depths_below_each_other():
    lines = ("Am 5.2.20 um 20:07 schrieb Ann:", "> Am 3.2.20 um 11:23 schrieb Bob:", ">> b", "> a")
    assert said(lines, "aaqq", 2, 3) == ["Bob", "Ann"]


def test_what_an_author_quoted_without_a_name_is_nobodys():
    lines = ("Ann wrote:", "> a", ">> b", "Bob wrote:", ">> c", "Ann wrote:", ">> d", ">", "> a")
    assert said(lines, "aqqaqaqqq", 1, 2, 4, 6, 8) == ["Ann", "", "Bob", "", "Ann"]


def test_who_is_introduced_without_a_name_is_nobody():
    assert said(("On 5.5.2020 10:00, you wrote:", "> a", "On 4.5.2020 9:00, Bob wrote:", "> b"), "aqaq", 1, 3) == [
        "",
        "Bob",
    ]


def test_an_answer_below_the_text_it_answers_as_deep_is_by_who_quoted_it():
    lines = (ANN, BOB, ">", "> b", ">", "> b too", ">", "> a")
    marks = "aaqqqqqq"
    assert said(lines, marks, 3, 7) == ["Bob", "Bob"], "nothing tells them apart"
    assert said(lines, marks, 7, standing={3: 12, 5: 12}) == ["Ann"], "Bob's message is there, and does not say it"
    assert said(lines, marks, 3, 7, standing={5: 12}) == ["Bob", "Ann"]


def test_the_footer_of_a_list_ends_what_was_quoted():
    lines = (
        ANN,
        BOB,
        "> b",
        "> ____",
        "> Pumps mailing list",
        ">",
        "> a",
        ">",
        "> ____",
        "> Pumps mailing list",
        "> a too",
    )
    assert said(lines, "aaqddqqqddq", 2, 6) == ["Bob", "Ann"]


def test_indented_text_is_the_quoted_ones():
    lines = (ANN, BOB, ">", ">     b b", ">     b", ">     b", ">", ">       * b", ">", ">     b", ">", "> a")
    assert said(lines, "aaqqqqqqqqqq", 3, 7, 9, 11) == ["Bob", "Bob", "Bob", "Ann"]


def test_two_introductions_as_deep_as_their_text():
    lines = (ANN, BOB[2:], "b", "", "____", "Pumps mailing list", "", "a")
    assert said(lines, "aaqbddbq", 2, 7) == ["Bob", "Ann"]


def test_what_was_left_out_says_nothing_of_the_depth():
    for gap in ("> [...]", "> <snip>"):
        assert said((ANN, BOB, gap, ">> b", ">", "> a"), "aaqqqq", 3, 5) == ["Bob", "Ann"]


SENTENCES = "The pages say (among others):", "The manual also says:", "which is what the log wrote:", "+ if x.writes:"


@pytest.mark.parametrize("line", [f"> {sentence}" for sentence in SENTENCES])
def test_a_sentence_that_ends_like_an_introduction_is_none(line):
    assert said((ANN, line, "> a"), "aqq", 2) == ["Ann"]
    assert said((ANN, "> Bob Muster wrote:", ">> b"), "aqq", 2) == ["Bob"]


def test_the_quotation_shows_what_is_known_of_the_other_messages():
    told = "The pump in hall two has to be moved before the audit in the winter, says the insurer of the house."
    lost = "Nobody moves a pump of that size in the winter, so I told the insurer to come back in the spring."
    root = mail(told, mid="<0@x>", sender="bob@example.com")
    quote = f"{ANN}\n> On 4.5.2020 9:00, Bob wrote:\n>\n> {told}\n>\n> {lost}"
    reply = mail(f"Fine with me.\n\n{quote}", marks="nbaaqqqq", answers=["<1@x>", "<0@x>"], at=START + 60)
    (recovered,) = (q for q in run([root, reply]).quoted[reply[0].id] if q.of is None)
    assert recovered.author == "Ann Example <ann@example.com>"
