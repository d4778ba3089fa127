"""An edited quotation shows what was changed, in words that are all there and cannot act."""

from __future__ import annotations

import pytest
from export.export_room import BEN, Room

from mail2wiki.export.edits import edited, named, replaced
from mail2wiki.export.words import words
from mail2wiki.records import Change, Decision, Quoted


def test_new_words_are_bold():
    lines = ["> The crane lifts forty tons", "> at most."]
    assert edited(lines, [Change(3, 4, "four")]) == ["> The crane lifts **forty** tons  ", "> at most."]
    assert named(replaced(lines, [Change(3, 4, "four")]), words("en")) == '"four" → "forty"'
    assert named(replaced(lines, [Change(3, 3, "not")]), words("de")) == "„not“ fehlt"
    assert named(replaced(lines, [Change(3, 4, "")]), words("en")) == ""


def test_long_unchanged_stretches_are_left_out_new_words_never():
    old, new = " ".join(f"old{n}" for n in range(300)), " ".join(f"new{n}" for n in range(300))
    (line,) = edited([f"> {old} {new} {old}"], [Change(300, 600, "")])
    assert f"**{new}**" in line and "old24 … old275" in line and "old150" not in line


def test_only_signs_at_the_front_are_quote_signs():
    assert edited(["> see <https://a.example/x> and", "a|b or c > d"], [Change(1, 2, "")]) == [
        "> see **<https://a.example/x>** and  ", "> a|b or c > d"]  # fmt: skip


def test_words_are_escaped():
    lines = ["> # <b>x</b> [a](javascript:b)", "> *c* `d` - e"]
    text = "\n".join(edited(lines, [Change(1, 3, "")]))
    assert text == "> \\# **&lt;b>x&lt;/b> [a\\](javascript:b)**  \n> \\*c\\* &#96;d&#96; - e"


def test_changes_outside_the_text_do_no_harm():
    assert edited(["> a"], [Change(7, 9, "b")]) == ["> a"]


@pytest.mark.parametrize(("language", "said"), [("en", "Edited quotation of"), ("de", "Geändertes Zitat von")])
def test_page_links_to_the_original(language, said):
    room = Room(language)
    first = room.message("The crane lifts four tons.")
    second = room.message("> The crane lifts forty tons.\n\nReally?", "qbn", sender=BEN)
    room.talk(first, second)
    room.quoted[second] = (Quoted(0, 1, first, changed=(Change(3, 4, "four"),)),)
    text = room.page(second)
    assert f"↳ {said} [Ben Whitfield" in text and f"](#mail-{first[:10]}): " in text
    assert "> The crane lifts **forty** tons.\n\nReally?" in text


def test_nothing_of_an_edited_quotation_of_a_held_message_is_shown():
    room = Room()
    held = room.message("The crane lifts four tons.")
    answer = room.message("> The crane lifts forty tons.\n\nReally?", "qbn")
    room.talk(answer)
    room.decisions[held] = Decision(held, "held", None, "private")
    room.quoted[answer] = (Quoted(0, 1, held, changed=(Change(3, 4, "four"),)),)
    assert "crane" not in room.page(answer) and "Really?" in room.page(answer)
