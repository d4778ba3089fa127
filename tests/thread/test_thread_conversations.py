"""Who answers whom: headers, ghosts, loops, chains, reused ids; without headers quotes, then subjects."""

from __future__ import annotations

import pytest
from thread.thread_builder import DAY, START, mail, run

from mail2wiki.thread import subjects

LONG = (
    "We should move the compressor to the second floor before the winter audit takes place, "
    "unless the structural engineer says no."
)


def groups(woven):
    return sorted(sorted(c.messages) for c in woven.conversations)


def ids(*mails):
    return sorted(m.id for m, _ in mails)


def test_missing_parent_holds_its_answers_together():
    one = mail("First answer", answers=["<gone@example.com>"], at=START + 1)
    two = mail("Second answer", answers=["<gone@example.com>"], at=START + 2, sender="eve@example.com")
    assert groups(run([one, two])) == [ids(one, two)]


def test_chain_of_ten_thousand():
    mails = [mail("Root", mid="<0@x>")]
    mails += [mail(f"Answer {k}", mid=f"<{k}@x>", answers=[f"<{k - 1}@x>"], at=START + k) for k in range(1, 10_000)]
    (conversation,) = run(mails).conversations
    assert conversation.messages == tuple(m.id for m, _ in mails)


def test_loops_and_self_references_lose_nothing():
    one = mail("One", mid="<1@x>", answers=["<2@x>"])
    two = mail("Two", mid="<2@x>", answers=["<1@x>"], at=START + 1)
    self_ = mail("Self", mid="<3@x>", answers=["<3@x>"], subject="Other")
    woven = run([one, two, self_])
    assert groups(woven) == sorted([ids(one, two), ids(self_)])
    assert all(len(c.parents) < len(c.messages) for c in woven.conversations)


def test_fork_is_read_depth_first():
    root = mail("Root", mid="<0@x>")
    late = mail("Late branch", mid="<2@x>", answers=["<0@x>"], at=START + 20)
    early = mail("Early branch", mid="<1@x>", answers=["<0@x>"], at=START + 10)
    below = mail("Below early", mid="<3@x>", answers=["<0@x>", "<1@x>"], at=START + 30)
    (conversation,) = run([late, below, root, early]).conversations
    assert conversation.messages == tuple(m.id for m, _ in (root, early, below, late))


def test_reused_id_does_not_join_strangers():
    one = mail("The first matter, about valves and their seals.", mid="<1@x>", subject="Valves")
    two = mail(
        "The second matter, about the canteen.", mid="<1@x>", subject="Canteen", sender="eve@example.com", at=START + 9
    )
    answer = mail(
        "> The second matter, about the canteen.\nYes", answers=["<1@x>"], subject="Re: Canteen", at=START + 20
    )
    assert groups(run([one, two, answer])) == sorted([ids(one), ids(two, answer)])


def test_new_matter_under_old_references():
    root = mail("Root", mid="<0@x>", subject="Valves")
    hijack = mail(
        "By the way", mid="<1@x>", answers=["<0@x>"], subject="Summer party", sender="eve@example.com", at=START + 5
    )
    below = mail("Fine", answers=["<0@x>", "<1@x>"], subject="Re: Summer party", at=START + 6)
    assert groups(run([root, hijack, below])) == sorted([ids(root), ids(hijack, below)])


@pytest.mark.parametrize("field", ["thread_index", "gmail_thread"])
def test_conversation_numbers(field):
    one = mail("One", subject="Valves", **{field: "abc"})
    two = mail("Two", subject="AW: Valves", sender="bob@example.com", at=START + 90 * DAY, **{field: "abc"})
    assert groups(run([one, two])) == [ids(one, two)]


def test_quote_joins_without_headers():
    one = mail(LONG, subject="Compressor")
    two = mail("Agreed.\n\n> " + LONG, subject="Your mail", sender="bob@example.com", at=START + 90 * DAY)
    (conversation,) = run([one, two]).conversations
    assert conversation.parents == {two[0].id: one[0].id}


def test_subject_needs_people_and_days():
    one = mail("Question", subject="Audit of hall three")
    soon = mail(
        "Answer", subject="Re: Audit of hall three", sender="bob@example.com", to=["ann@example.com"], at=START + DAY
    )
    late = mail(
        "Late",
        subject="Re: Audit of hall three",
        sender="bob@example.com",
        to=["ann@example.com"],
        at=START + 200 * DAY,
    )
    others = mail(
        "Strange", subject="Re: Audit of hall three", sender="x@example.org", to=["y@example.org"], at=START + DAY
    )
    again = mail("Again", subject="Audit of hall three", at=START + 2 * DAY)
    assert groups(run([one, soon, late, others, again])) == sorted([ids(one, soon), ids(late), ids(others), ids(again)])


def test_names_stay_when_mail_is_added():
    one, two = mail("One", mid="<1@x>", subject="Valves"), mail("Two", mid="<2@x>", subject="Pipes", at=START + 1)
    old = {i: c.id for c in run([one, two]).conversations for i in c.messages}
    older = mail("Older", mid="<0@x>", subject="Valves", at=START - 5)
    bridge = mail("Both", answers=["<1@x>", "<0@x>"], at=START + 9)
    new = {i: c.id for c in run([one, two, older, bridge], previous=old).conversations for i in c.messages}
    assert new[one[0].id] == new[older[0].id] == old[one[0].id] and new[two[0].id] == old[two[0].id]


@pytest.mark.parametrize(
    ("text", "base", "reply", "forward"),
    [
        ("Re: AW: Pumps", "Pumps", True, False),
        ("Re[2]: Re^3: Pumps", "Pumps", True, False),
        ("WG: [pumps] Fwd: Pumps", "Pumps", False, True),
        ("[EXT] Antwort: Pumps (fwd)", "Pumps", True, True),
        ("[pumps]", "[pumps]", False, False),
        ("Re: [Fwd: Pumps]", "Pumps", True, True),
        ("[Fwd: Re: [pumps] [Fwd: Pumps [2]]]", "Pumps [2]", True, True),
        ("[Fwd: ]", "[Fwd: ]", False, False),
        ("[Fwd: Pumps] and more", "and more", False, False),
        ("Return of the pumps", "Return of the pumps", False, False),
        ("Re:", "", True, False),
        ("回复: Pumps", "Pumps", True, False),
    ],
)
def test_subjects(text, base, reply, forward):
    assert subjects.parse(text)[0::1][:1] == (base,)
    assert (subjects.parse(text).reply, subjects.parse(text).forward) == (reply, forward)


def test_address_in_reply_to_is_no_message():
    one = mail("One", subject="Valves", in_reply_to=("<eve@example.com>",))
    two = mail("Two", subject="Canteen", in_reply_to=("<eve@example.com>",), at=START + 1)
    eve = mail("Three", subject="Pipes", sender="eve@example.com", at=START + 2)
    assert groups(run([one, two, eve])) == sorted([ids(one), ids(two), ids(eve)])
