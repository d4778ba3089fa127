"""The same message again, whatever carried it; and messages that only look the same."""

from __future__ import annotations

import pytest
from thread.thread_builder import DAY, START, mail, run

from mail2wiki.records import Body

TEXT = "The new pump arrived on Monday and was put into hall three.\n\nPlease tell Bob that the old one can go."
FOOTER = "\n\n_______________________________________\nPumps mailing list\nhttps://lists.example.com/pumps"


def found(*mails, **options):
    return {d.id: (d.what, d.of, d.reason) for d in run(mails, **options).decisions}


@pytest.mark.parametrize(
    "copy",
    [
        mail(TEXT, name="other folder"),
        mail(TEXT, mid="<other@example.com>"),
        mail(TEXT, mid=None),
        mail(TEXT, subject="[pumps] Re: Pumps", mid="<other@example.com>"),
        mail(TEXT.replace(" and ", "\nand ").replace(" that ", "\nthat "), mid="<other@example.com>"),
        mail("\n".join("> " + line for line in TEXT.split("\n")), marks="qqq"),
        mail(TEXT + FOOTER, mid="<other@example.com>"),
        mail(TEXT + FOOTER, mid="<other@example.com>", marks="nbn" + "b" + "ddd"),
        mail("CAUTION: this message came from outside.\n\n" + TEXT, mid="<other@example.com>"),
        mail(TEXT, sender="pumps@lists.example.com", mid="<other@example.com>"),
        mail(TEXT, to=(), name="Bcc", mid="<other@example.com>"),
        mail(TEXT, sender="/o=pumps/cn=recipients/cn=ann", to=("/o=pumps/cn=recipients/cn=bob",), mid=None),
        mail(TEXT, name="other mailbox", holders=("bob",), folders=("Inbox",)),
    ],
    ids=[
        "folder",
        "id",
        "no id",
        "tag",
        "wrapped",
        "quoted",
        "footer",
        "marked footer",
        "banner",
        "list as sender",
        "bcc",
        "exchange",
        "holder",
    ],
)
def test_copy_is_found(copy):
    original = mail(TEXT)
    decisions = found(original, copy)
    assert len(decisions) == 1
    ((gone, (what, of, _)),) = decisions.items()
    assert what == "duplicate" and {gone, of} == {original[0].id, copy[0].id}


def test_broken_umlauts_are_the_same_and_the_unbroken_copy_is_kept():
    whole = mail("Die Prüfung der Füße läuft über die nächste Schicht.", mid="<1@example.com>")
    broken = mail("Die Pr?fung der F??e l?uft ?ber die n?chste Schicht.", mid="<2@example.com>")
    assert found(whole, broken) == {broken[0].id: ("duplicate", whole[0].id, "same-encoding-aside")}


def test_html_copy_of_a_plain_message_is_the_same():
    plain = mail("Prices & terms of [pumps]:\n\n* all of them_are_in 5 < 6 < 7", mid="<1@example.com>")
    message, _ = mail("as HTML", mid="<2@example.com>")
    body = Body(
        ("Prices &amp; terms of \\[pumps\\]:", "", "\\* all of them\\_are\\_in 5 &lt; 6 &lt; 7"), "nbn", "markdown"
    )
    assert [d.what for d in run([plain, (message, body)]).decisions] == ["duplicate"]


def test_draft_and_sent_message():
    draft = mail(TEXT, mid=None, at=START - 600, folders=("Entwürfe",))
    sent = mail(TEXT, folders=("Gesendet",))
    assert found(draft, sent) == {draft[0].id: ("duplicate", sent[0].id, "draft")}


@pytest.mark.parametrize(
    "other",
    [
        mail(TEXT, at=START + 7 * DAY),
        mail(TEXT.replace("Monday", "Tuesday"), mid="<first@example.com>"),
        mail("Something else entirely was said under the same id, and at some length.", mid="<first@example.com>"),
        mail(TEXT, files=["drawing"], sender="eve@example.com", at=START + 5),
    ],
    ids=["next week's report", "corrected under one id", "reused id", "other sender and time"],
)
def test_different_messages_stay(other):
    first = mail(TEXT, mid="<first@example.com>")
    assert not [d for d in run([first, other]).decisions if d.what == "duplicate"]


def test_attachment_is_never_lost():
    plain, drawing = mail(TEXT), mail(TEXT, name="2", files=["drawing"])
    other = mail(TEXT, name="3", files=["price list"])
    decisions = found(plain, drawing, other)
    assert set(decisions) == {plain[0].id}, "only the copy without files is superfluous"


def test_of_leads_to_the_kept_one_and_keep_is_obeyed():
    copies = [mail(TEXT, name=str(k)) for k in range(5)]
    decisions = found(*copies)
    kept = {m.id for m, _ in copies} - set(decisions)
    assert len(kept) == 1 and {of for _, of, _ in decisions.values()} == kept
    wanted = next(iter(decisions))
    assert wanted not in found(*copies, keep={wanted})


def test_one_id_and_texts_that_part_late():
    said = "\n".join(f"Frame {at} was greased on Monday and runs since then without a sound." for at in range(40))
    pair = [mail(said + "\nBest\nAnn", mid="<a@x>"), mail(said + "\nCall Bob on Friday\nAnn", mid="<a@x>")]
    assert not run(pair).decisions
    footed = [mail(said, mid="<a@x>"), mail("A word from the list\n" * 3 + said + "\nUnsubscribe here", mid="<a@x>")]
    assert [d.reason for d in run(footed).decisions] == ["same-message-id"]
