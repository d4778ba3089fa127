"""Laws for any mailbox: nothing disappears, order does not matter, links end somewhere, hostile mail is harmless."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from thread.thread_builder import START, mail, run, shown

from mail2wiki.records import Body, Message
from mail2wiki.thread import fingerprint, weave

SENTENCES = [
    f"{a} {b} has to be {c} before the {d} in spring."
    for a in ("The old", "Our new")
    for b in ("pump", "crane")
    for c in ("moved", "sold")
    for d in ("audit", "move")
]
PEOPLE = ["ann@example.com", "bob@example.com", "eve@example.com"]


def squeeze(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


@st.composite
def mailboxes(draw):
    """Mailboxes of a few people who say little, quote each other, lose mail, copy and resend it."""
    mails = []
    for k in range(draw(st.integers(1, 9))):
        parts = [draw(st.sampled_from(SENTENCES)) for _ in range(draw(st.integers(0, 3)))]
        refs = []
        if mails and draw(st.booleans()):
            message, body = mails[draw(st.integers(0, len(mails) - 1))]
            refs = [message.message_id] if draw(st.booleans()) and message.message_id else []
            quote = [("> " + line).rstrip() for line in body.lines]
            at = draw(st.integers(0, len(parts)))
            parts[at:at] = ["\n".join(quote)] if draw(st.booleans()) else quote[:1]
        if draw(st.integers(0, 4)) == 0:
            parts.append("> Nobody has this sentence but the one who quotes it, number " + str(draw(st.integers(0, 2))))
        glue = "\n" if draw(st.integers(0, 3)) == 0 else "\n\n"
        sender, to = draw(st.sampled_from(PEOPLE)), [draw(st.sampled_from(PEOPLE))]
        subject = draw(st.sampled_from(["Pumps", "Re: Pumps", "Cranes"]))
        mid = draw(st.sampled_from(["", "<a@x>", "<b@x>", None]))
        files, at = draw(st.lists(st.sampled_from(["plan", "list"]), max_size=1)), START + draw(st.integers(0, 3)) * 40
        made = mail(
            glue.join(parts),
            sender=sender,
            to=to,
            at=at,
            subject=subject,
            mid=mid,
            answers=refs,
            name=str(k),
            files=files,
        )
        mails.append(made)
    return list({m.id: (m, b) for m, b in mails}.values())


relaxed = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@relaxed
@given(mailboxes())
def test_no_own_text_disappears(mails):
    woven = run(mails)
    everything = "\n".join(squeeze("".join(lines)) for lines in shown(woven, mails).values())
    for _, body in mails:
        for block in body.blocks():
            if block.mark in "nq":
                for line in body.lines[block.start : block.stop]:
                    assert squeeze(line) in everything


@relaxed
@given(mailboxes(), st.randoms(use_true_random=False))
def test_order_does_not_matter(mails, rng):
    shuffled = list(mails)
    rng.shuffle(shuffled)
    assert run(mails) == run(shuffled)


@relaxed
@given(mailboxes())
def test_links_end_at_what_is_shown(mails):
    woven = run(mails)
    gone = {d.id for d in woven.decisions}
    ids = {m.id for m, _ in mails}
    assert all(d.of in ids and d.of not in gone for d in woven.decisions)
    assert all(q.of in ids - gone for found in woven.quoted.values() for q in found if q.of)
    duplicates = {d.id for d in woven.decisions if d.what == "duplicate"}
    members = [i for c in woven.conversations for i in c.messages]
    assert sorted(members) == sorted(ids - duplicates)
    assert len({c.id for c in woven.conversations}) == len(woven.conversations)
    for found in woven.quoted.values():
        assert all(a.stop <= b.start for a, b in pairwise(found))


@relaxed
@given(mailboxes())
def test_removing_a_copy_changes_nothing_else(mails):
    whole = {m.id: m for m, _ in mails}
    copies = [(replace(m, id=m.id[::-1]), b) for m, b in mails]
    woven = run([*mails, *copies])
    gone = {d.id: d.of for d in woven.decisions if d.what == "duplicate"}
    superfluous = {i for m in whole for i in (m, m[::-1]) if gone.get(i) in (m, m[::-1])}
    less = run([(m, b) for m, b in [*mails, *copies] if m.id not in superfluous])
    assert less.conversations == woven.conversations and less.quoted == woven.quoted
    assert less.decisions == tuple(d for d in woven.decisions if d.id not in superfluous)


def test_empty_and_strange_messages():
    assert run([]).conversations == ()
    empty = [Message(id=f"{k:064x}", message_id=None, subject="", sender=mail("")[0].sender) for k in range(3)]
    prints = [fingerprint(message, Body()) for message in empty]
    woven = weave(empty, prints, lambda ids: {})
    assert len(woven.conversations) == 3 and not woven.decisions
    odd = mail("ẞ\u2028ﬁ\x85 \ud7ff 😀\n> \n>>>>\n| x", marks="nqqq")
    assert len(run([odd]).conversations) == 1


def test_bounds_hold_for_big_groups():
    """One paragraph in thousands of messages, thousands of answers to one: work must not grow with the square."""
    rng = random.Random(1)
    text = " ".join(SENTENCES[:4])
    mails = [mail(text, mid="<0@x>")]
    mails += [
        mail(f"{text}\n\nAnswer {k}\n\n> {text} {rng.random()}", mid=f"<{k}@x>", answers=["<0@x>"], at=START + k)
        for k in range(1, 5000)
    ]
    (conversation,) = run(mails).conversations
    assert len(conversation.messages) == 5000
