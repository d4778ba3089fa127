"""Quoted text stands once; what is found nowhere is recovered; what is contained is not lost."""

from __future__ import annotations

import random

import pytest
from thread.thread_builder import DAY, START, mail, run, shown

from mail2wiki.records import Body
from mail2wiki.thread import attribution, speakers
from mail2wiki.thread.edited import compare

ONE = "The compressor in hall three has to be moved before the audit in the winter, says the insurer."
TWO = "The foundation there carries four tons at most, so we need the opinion of the structural engineer."
EDITED = "The crane lifts four tons at most but not five, says the man who built it for us in the nineties."
ROOT = mail(f"{ONE}\n\n{TWO}", mid="<0@x>")


def answer(text, **fields):
    return mail(
        text, sender="bob@example.com", subject="Re: Pumps", **{"answers": ["<0@x>"], "at": START + 60, **fields}
    )


@pytest.mark.parametrize(
    "quote",
    [
        f"> {ONE}\n>\n> {TWO}",
        f"> {ONE[:40]}\n> {ONE[40:]}",
        f"> {ONE}\n> {TWO}",
        f"> {TWO[20:80]}",
        f">> {ONE}",
    ],
    ids=["whole", "wrapped", "run together", "middle of a sentence", "deeper"],
)
def test_quote_of_a_message_we_have_is_a_link(quote):
    reply = answer("Fine with me.\n\nAnn wrote:\n" + quote)
    woven = run([ROOT, reply])
    assert {q.of for q in woven.quoted[reply[0].id]} == {ROOT[0].id}
    assert shown(woven, [ROOT, reply])[reply[0].id] == ["Fine with me."]


def test_missing_message_is_recovered_once_with_its_author():
    quote = f"On Mon, 3 May 2021 at 10:00, Eve Adams <eve@example.org> wrote:\n> {ONE}\n>\n> {TWO}"
    first, second = (answer(f"Answer {k}\n\n{quote}", at=START + k, answers=["<gone@x>"]) for k in (1, 2))
    woven = run([second, first])
    (here,) = woven.quoted[first[0].id]
    assert (here.of, here.author, here.date) == (None, "Eve Adams <eve@example.org>", "Mon, 3 May 2021 at 10:00")
    assert [q.of for q in woven.quoted[second[0].id]] == [first[0].id]


def test_recovered_text_that_nobody_signs_does_not_take_the_name_of_its_neighbour():
    reply = answer(f"Fine.\n\n> On 2.5.2021 10:00, Eve Adams wrote:\n>\n>> {ONE}\n>\n> {TWO}", answers=["<gone@x>"])
    known, unknown = (q for q in run([reply]).quoted[reply[0].id] if q.of is None)
    assert (known.author, unknown.author) == ("Eve Adams", "")
    assert TWO in reply[1].lines[unknown.stop - 1]


def test_author_in_a_body_made_from_html_is_told_as_it_reads():
    header = "**Von:** Uwe \\_Muster &lt;[uwe@muster.example](mailto:uwe@muster.example)&gt;"
    text = f"Ja.\n\n{header}\n**Gesendet:** 4. M&auml;rz\n\n{ONE}"
    message, body = mail(text, marks="nbhhbq", subject="Re: Valves", answers=["<gone@x>"])
    (quoted,) = run([(message, Body(body.lines, body.marks, "markdown"))]).quoted[message.id]
    assert (quoted.author, quoted.date) == ("Uwe _Muster <uwe@muster.example>", "4. März")


@pytest.mark.parametrize(
    "subject, text, earlier",
    [
        ("Re: Valves", f"Fine with me.\n\nEve wrote:\n> {ONE}", True),
        ("Fwd: Valves", f"Please have a look.\n\nEve wrote:\n> {ONE}", False),
        ("Re: Valves", f"Eve wrote:\n> {ONE}\n\nFine with me.", False),
        ("Re: Valves", f"> {ONE}", False),
    ],
)
def test_what_a_whole_message_answers_was_said_before_it(subject, text, earlier):
    reply = mail(text, sender="bob@example.com", subject=subject, answers=["<gone@x>"])
    (quoted,) = run([reply]).quoted[reply[0].id]
    assert quoted.of is None and quoted.earlier == earlier


def test_nothing_is_recovered_when_the_message_is_there():
    reply = answer(f"On Monday, Ann wrote:\n> {ONE}\n\nGood.\n\n> {TWO}\n\nWho?")
    assert all(q.of for q in run([ROOT, reply]).quoted[reply[0].id])


def test_changed_paragraph_is_shown_the_others_are_not():
    changed = TWO.replace("four tons", "forty tons")
    reply = answer(f"> {ONE}\n>\n> {changed}\n\nReally?")
    lines = shown(run([ROOT, reply]), [ROOT, reply])[reply[0].id]
    assert lines == [f"> {changed}", "Really?"]


def changed_words(woven, reply):
    """For each edited quotation of a message: whose it is, and (old, new) of each change."""
    message, body = reply
    found = []
    for q in woven.quoted.get(message.id, ()):
        words = [word for line in body.lines[q.start : q.stop] for word in line.lstrip("> ").split()]
        found += [(q.of, [(c.old, " ".join(words[c.start : c.stop])) for c in q.changed])] if q.changed else []
    return found


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("four tons", "forty tons", [("four", "forty")]),
        ("but not five", "but five", [("not", "")]),
        ("but not five", "but [Bob: surely not] not five", [("", "[Bob: surely not]")]),
        ("The crane", "Our old crane", [("The", "Our old")]),
    ],
    ids=["changed", "left out", "answer written into it", "at its beginning"],
)
def test_edited_quotation_is_a_link_and_its_changes(old, new, changes):
    assert old in EDITED
    root, reply = mail(EDITED, mid="<0@x>"), answer("> " + EDITED.replace(old, new) + "\n\nReally?")
    assert changed_words(run([root, reply]), reply) == [(root[0].id, changes)]


def test_edited_quotation_is_shown_once_by_whoever_quotes_it_first():
    edited = EDITED.replace("four", "forty")
    root = mail(EDITED, mid="<0@x>")
    first = answer(f"> {edited}\n\nReally?", at=START + 1)
    second = answer(f"Yes.\n\n> {edited}", at=START + 2)
    woven = run([second, root, first])
    assert changed_words(woven, first) and not changed_words(woven, second)
    assert [q.of for q in woven.quoted[second[0].id]] == [first[0].id]


def test_quoted_text_that_only_resembles_is_recovered():
    other = "The crane lifts what it was built for. But the pump in hall three stood still for a week in May, they say."
    root, reply = mail(EDITED, mid="<0@x>"), answer(f"Eve wrote:\n> {other}\n\nReally?")
    (found,) = run([root, reply]).quoted[reply[0].id]
    assert (found.of, found.changed, found.author) == (None, (), "Eve")


def test_paragraph_cut_in_the_middle_says_what_is_missing():
    middle = " ".join(f"Point {n} of the list is about the foundation of the crane runway." for n in range(1, 9))
    root = mail(f"{ONE} {middle} {TWO}", mid="<0@x>")
    reply = answer(f"> {ONE} {TWO}\n\nReally?")
    assert changed_words(run([root, reply]), reply) == [(root[0].id, [(middle, "")])]


def test_edited_quotations_are_compared_within_bounds():
    long = " ".join(f"word{n} is followed by word{n + 1}" for n in range(3000))
    assert compare([long], [long + " more"]) is None
    twos = [" ".join(random.Random(1).choices(["one", "two"], k=800))]
    assert compare([twos[0][:1500]], twos) is not None
    assert compare(["> a b"], [""]) is None and compare([], [EDITED]) is None


def test_question_stays_above_the_answer_in_its_paragraph():
    reply = answer(f"> {ONE}\nNot before March.\n\n> {TWO}\n\nWho pays?")
    assert shown(run([ROOT, reply]), [ROOT, reply])[reply[0].id] == [f"> {ONE}", "Not before March.", "Who pays?"]


def test_a_farewell_is_no_question_that_stays_above_its_answer():
    root = mail(f"{ONE}\n\nThanks\nAchim Ohnesorge", mid="<0@x>", marks="nbss")
    for farewell in ("> Thanks\n> Achim Ohnesorge", "> Thank you,\n>\n> Achim"):
        inline = answer(f"> {ONE}\n>\n{farewell}\n\nFine with me.")
        assert shown(run([root, inline]), [root, inline])[inline[0].id] == ["Fine with me."]
        below = answer(f"> {ONE}\n\nFine with me.\n\n{farewell}")
        assert shown(run([root, below]), [root, below])[below[0].id] == ["Fine with me."]
    ended = answer(f"> {ONE}\n>\n> Thanks\n> Achim Ohnesorge\n>\nFine with me.")  # the quote ends with an empty line
    assert shown(run([root, ended]), [root, ended])[ended[0].id] == ["Fine with me."]
    asked = answer(f"> {ONE}\n\nFine with me.\n\n> Really?\n\nYes.")
    assert "> Really?" in shown(run([root, asked]), [root, asked])[asked[0].id]


def test_a_header_block_goes_with_its_quote_over_the_warning_of_a_gateway():
    text = "Fine with me.\n\nFrom: Ann\nSubject: Pumps\n\nThis came from outside.\n\n{}"
    known = answer(text.format(ONE), marks="nbhhbdbq")
    assert shown(run([ROOT, known]), [ROOT, known])[known[0].id] == ["Fine with me.", "This came from outside."]
    lost = answer(text.format("Nobody has this sentence but the one who quotes it."), marks="nbhhbdbq")
    stretches = run([ROOT, lost]).quoted[lost[0].id]
    assert [(one.start, one.stop, one.of) for one in stretches] == [(2, 4, None), (7, 8, None)]


def test_links_lead_to_the_kept_copy():
    copy = mail(f"{ONE}\n\n{TWO}", name="copy", mid="<9@x>")
    reply = answer(f"Yes\n\n> {ONE}", answers=["<9@x>"])
    woven = run([copy, ROOT, reply])
    gone = {d.id for d in woven.decisions}
    assert len(gone) == 1 and all(q.of not in gone for q in woven.quoted[reply[0].id])


def test_quote_without_signs_is_said_once():
    three = "Please send him the drawings of the foundation, those of the crane runway too, and ask for a date in May."
    root = mail(f"{ONE}\n\n{TWO}\n\n{three}", mid="<0@x>")
    reply = answer(f"I agree.\n\n{ONE}\n\n{TWO}\n\n{three}\n\nBob")
    assert shown(run([root, reply]), [root, reply])[reply[0].id] == ["I agree.", "Bob"]


def test_partial_message_is_contained_unless_it_says_or_carries_more():
    whole = mail(f"{ONE}\n\n{TWO}", mid="<1@x>", at=START + 60)
    part = mail(ONE, mid="<2@x>")
    decisions = {d.id: d for d in run([whole, part]).decisions}
    assert (decisions[part[0].id].what, decisions[part[0].id].of) == ("contained", whole[0].id)
    for other in (mail(f"{ONE}\n\nHurry.", mid="<2@x>"), mail(ONE, mid="<2@x>", files=["plan"])):
        assert not run([whole, other]).decisions
    assert not run([whole, part], keep={"<2@x>"}).decisions


def test_forward_without_a_word():
    header = "-----Original Message-----\nFrom: Ann\n\n"
    marks = "hhb" + "qbq"
    back = mail(
        header + f"{ONE}\n\n{TWO}",
        sender="bob@example.com",
        to=["ann@example.com"],
        subject="Fwd: Pumps",
        at=START + 9,
        marks=marks,
    )
    news = mail(
        header + f"{ONE}\n\n{TWO}",
        sender="bob@example.com",
        to=["eve@example.com"],
        subject="Fwd: Pumps",
        at=START + 9,
        marks=marks,
    )
    (decision,) = run([ROOT, back]).decisions
    assert (decision.what, decision.of, decision.reason) == ("contained", ROOT[0].id, "forward-only")
    assert not run([ROOT, news]).decisions, "Eve was told: that is a line of its own"


def test_paragraph_broken_by_a_mail_program_stays_one():
    broken = ">>> The pump in hall three goes to the workshop on Friday and\n> comes back\nlater.\n>>> Take ours."
    reply = answer("See below.\n\n>>\n" + broken, answers=["<gone@x>"])
    message, body = reply
    body = Body(body.lines, "nb" + "q" * 5)
    woven = run([(message, body)])
    (found,) = woven.quoted[message.id]
    assert (found.start, found.stop, found.of) == (2, 7, None)


def test_question_and_answer_in_one_recovered_paragraph_name_both():
    quote = f"Ann wrote:\n> Eve wrote:\n>> {ONE}\n> {TWO}"
    reply = answer(f"Fine.\n\n{quote}", answers=["<gone@x>"], marks="nbaaqq")
    (found,) = run([reply]).quoted[reply[0].id]
    assert (found.of, found.author) == (None, "Eve; Ann")


def test_author_comes_from_whoever_names_him():
    first = answer(f"Yes.\n\n> {ONE}", at=START + 1, answers=["<gone@x>"])
    second = answer(f"No.\n\nOn 5.5.2021, Eve Adams wrote:\n> {ONE}", at=START + 2, answers=["<gone@x>"])
    woven = run([first, second])
    (here,) = woven.quoted[first[0].id]
    assert (here.of, here.author) == (None, "Eve Adams")
    assert [q.of for q in woven.quoted[second[0].id]] == [first[0].id]


def test_quoted_manual_is_no_recovered_message():
    text = f"The manual says:\n> {ONE}\nIs that still true?"
    mails = [answer(text, marks="nqn")]
    woven = run(mails)
    assert [q.own for q in woven.quoted[mails[0][0].id]] == [True]  # no recovered text, but looked at as one
    assert shown(woven, mails)[mails[0][0].id] == text.split("\n")


def test_what_a_first_message_sets_off_as_a_quotation_is_not_recovered_from_anybody():
    first = mail(f"This is what it prints:\n\n> {ONE}\n>\n> done\n\nWhy?", sender="eve@example.com", mid="<0@x>")
    reply = answer(
        f"No idea.\n\nOn 2.5.2021 10:00, Eve <eve@example.com> wrote:\n> This is what it prints:\n>\n> {ONE}"
    )
    assert all(q.own for q in run([first, reply]).quoted[first[0].id])
    again = mail("\n".join(first[1].lines), sender="eve@example.com", mid="<0@x>", answers=["<gone@x>"])
    assert all(q.own for q in run([again, reply]).quoted[again[0].id])  # who quotes her says that it is hers
    asked = mail(f"And?\n\n> {ONE}", sender="eve@example.com", answers=["<gone@x>"])
    assert [(q.of, q.own) for q in run([asked]).quoted[asked[0].id]] == [(None, False)]


def test_answer_of_signs_is_not_hidden():
    thumb = answer(f"> {ONE}\n\n\U0001f44d\n\n> {TWO}\n\n...\n")
    assert shown(run([ROOT, thumb]), [ROOT, thumb])[thumb[0].id][0] == "\U0001f44d"
    alone = answer(f"\U0001f44d\n\n> {ONE}", marks="nbq")
    assert not run([ROOT, alone]).decisions


def test_target_behind_a_link_is_no_new_text():
    root = mail(f"{ONE} See pumps.example.org/p3 for the plan.", mid="<0@x>")
    reply = answer(f"Thanks\n\n> {ONE} See pumps.example.org/p3\n> <http://pumps.example.org/p3> for the plan.")
    other = answer(f"Yes\n\n> {ONE} See pumps.example.org/p3 <http://cranes.example.org/> for the plan.", at=START + 9)
    woven = run([root, reply, other])
    (found,) = woven.quoted[other[0].id]
    assert found.changed and other[1].lines[found.start].split()[found.changed[0].start + 1].startswith(
        "<http://cranes"
    )
    together = answer(f"Thanks\n\n> {ONE} See pumps.example.org/p3 <http://pumps.example.org/p3> for the plan.")
    assert [q.of for q in run([root, together]).quoted[together[0].id]] == [root[0].id]


def test_short_question_stays_below_its_attribution():
    short = "Who pays for the foundation of the crane runway in hall three?"
    root = mail(f"{ONE}\n\n{short}\n\n{TWO}", mid="<0@x>")
    reply = answer(f"Ann wrote:\n> {short}\n\nWe do.")
    assert shown(run([root, reply]), [root, reply])[reply[0].id] == ["Ann wrote:", f"> {short}", "We do."]


def test_what_a_sender_says_again_under_another_subject_is_said_once():
    offer = f"{ONE} {TWO} All of it has to be paid for by the end of this very month."
    one = mail(f"For you:\n\n{offer}", subject="Offer", at=START)
    two = mail(f"Again something:\n\n{offer}", subject="News", at=START + 9 * DAY)
    other = mail(f"Again something:\n\n{offer}", subject="Mine", at=START + 10 * DAY, sender="eve@example.com")
    mails = [one, two, other]
    seen = shown(run(mails), mails)
    assert seen[two[0].id] == ["Again something:"] and offer in seen[other[0].id]
    assert [(q.of, q.author) for q in run(mails).quoted[two[0].id]] == [(one[0].id, "Ann")]


def test_a_message_sent_twice_is_said_once_however_short():
    text = "I am going down on Sunday night, which flight are you on?"
    one = mail(f"{text}\n\n> {TWO}", mid="<1@x>", subject="Re: Flights")
    two = mail(f"{text}\n\n> {ONE}", at=START + 11 * 3600, answers=["<1@x>"], subject="Re: Flights")
    more = mail(f"{text}\n\nAnswer me, please.", at=START + 12 * 3600, answers=["<1@x>"], subject="Re: Flights")
    seen = shown(run([one, two, more]), [one, two, more])
    assert seen[two[0].id] == [f"> {ONE}"] and text in seen[more[0].id]


def test_short_answer_between_pasted_paragraphs_stays():
    root = mail(f"{ONE}\n\nOr not?\n\n{TWO}\n\n{ONE[::-1]}", mid="<0@x>")
    reply = mail(
        f"{ONE}\n\nOr not?\n\nNo.\n\n{TWO}\n\n{ONE[::-1]}", at=START + 60, answers=["<0@x>"], sender="eve@x.example"
    )
    assert shown(run([root, reply]), [root, reply])[reply[0].id] == ["No."]


def test_an_article_that_two_people_pass_on_is_said_once():
    lines = [
        f"Paragraph {n} of the article says that pumps were never so rare as in year {n}." for n in range(1990, 2002)
    ]
    first = mail("See:\n\n" + "\n\n".join(lines), subject="News", at=START)
    cited = mail("Look here:\n\n" + "\n\n".join(lines), subject="Pumps", at=START + 9 * DAY, sender="eve@example.com")
    error = mail("I get:\n\n" + "\n\n".join(lines[:6]), subject="Help", at=START + 9 * DAY, sender="bob@example.com")
    woven, mails = run([first, cited, error]), [first, cited, error]
    seen = shown(woven, mails)
    assert seen[cited[0].id] == ["Look here:"] and len(seen[error[0].id]) == 7
    assert [(q.of, q.author) for q in woven.quoted[cited[0].id]] == [(first[0].id, "Eve")]


def test_missing_text_quoted_twice_in_one_message_is_recovered_once():
    twice = answer(f"Eve wrote:\n> {ONE}\n>\n> {TWO}\n\nNo.\n\nAnd to Bob:\n\n> > {ONE[:50]}\n> > {ONE[50:]}\n\nNo.")
    lines = shown(run([twice]), [twice])[twice[0].id]
    assert lines == ["Eve wrote:", f"> {ONE}", ">", f"> {TWO}", "No.", "And to Bob:", "No."]


def test_recovered_paragraphs_that_a_mail_program_ran_together_are_not_recovered_again():
    first = answer(f"Eve wrote:\n> {ONE}\n>\n> {TWO}\n\nNo.", mid="<1@x>")
    later = answer(
        f"Bob wrote:\n> No.\n>\n>> {ONE} {TWO}\n\nWhy?", mid="<2@x>", at=START + 120, answers=["<0@x>", "<1@x>"]
    )
    lines = shown(run([first, later]), [first, later])
    assert f"> {ONE}" in lines[first[0].id] and not any(ONE in line for line in lines[later[0].id])


def test_short_words_of_a_missing_message_between_known_ones_are_recovered():
    root = mail(f"{ONE}\n\n{TWO}", mid="<0@x>")
    reply = answer(f"Eve wrote:\n>> {ONE}\n>\n> Which valve do you mean?\n>\n>> {TWO}\n\nThe old one, as I said.")
    assert "> Which valve do you mean?" in shown(run([root, reply]), [root, reply])[reply[0].id]


def test_same_report_next_week_is_no_copy():
    reports = [
        mail(f"Report of week {k}: {ONE}\n\nHours: {k * 7}", at=START + k * 7 * DAY, subject="Report") for k in (1, 2)
    ]
    assert not run(reports).decisions


@pytest.mark.parametrize(
    ("line", "author", "date"),
    [
        (
            "On Mon, Jan 5, 2004 at 10:00 AM, Ann Example <ann@example.com> wrote:",
            "Ann Example <ann@example.com>",
            "Mon, Jan 5, 2004 at 10:00 AM",
        ),
        ("Am 12.03.2004 um 10:12 schrieb Karl Muster:", "Karl Muster", "12.03.2004 um 10:12"),
        (
            "Am Mittwoch, 3. März 2021, 10:11:12 CET schrieb Karl Muster:",
            "Karl Muster",
            "Mittwoch, 3. März 2021, 10:11:12 CET",
        ),
        ("Karl Muster <k@example.com> schrieb am 12.3.2004 10:11:", "Karl Muster <k@example.com>", "12.3.2004 10:11"),
        ("Zitat von Karl Muster <k@example.com>:", "Karl Muster <k@example.com>", ""),
        ("Le 3 mars 2012 à 10:00, Jean Test a écrit :", "Jean Test", "3 mars 2012 à 10:00"),
        ("On 5 January, Ann Example wrote:", "Ann Example", "5 January"),
        ("Ann Example writes:", "Ann Example", ""),
        (
            "On Sun, Mar 17, 2002 at 09:34:05PM -0500, Ann Example wrote:",
            "Ann Example",
            "Sun, Mar 17, 2002 at 09:34:05PM -0500",
        ),
        (
            "On Sunday, Dec 15, 2002, at 11:13 America/New_York, Ann Example wrote:",
            "Ann Example",
            "Sunday, Dec 15, 2002, at 11:13 America/New_York",
        ),
        ("At 13:03 2002-10-23 -0400, ann example wrote:", "ann example", "13:03 2002-10-23 -0400"),
        (
            "Quoting Ann Example <ann@example.com> (2002-07-19 09:11:36 BST):",
            "Ann Example <ann@example.com>",
            "2002-07-19 09:11:36 BST",
        ),
        ("In article <1993.1@example.com>, ann@example.com (Ann Example) writes:", "ann@example.com (Ann Example)", ""),
        ("In a previous article, ann@example.com (Ann Example) says:", "ann@example.com (Ann Example)", ""),
        ("In article 116@box.example.com, ann@example.com (Ann Example) writes:", "ann@example.com (Ann Example)", ""),
        ("In article <1993.1@example.com: ann@example.com (Ann Example) writes:", "ann@example.com (Ann Example)", ""),
        ("In article ann1@example.com writes:", "ann1@example.com", ""),
        ("In <ann.7@example.com> ann@example.com (Ann Example) writes:", "ann@example.com (Ann Example)", ""),
        ("Ann Example <ann@example.com> wrote in message <1@example.com>:", "Ann Example <ann@example.com>", ""),
    ],
)
def test_attribution(line, author, date):
    assert attribution.attribution(line) == (author, date)


def test_recipients_of_a_notes_header_are_not_its_author():
    names = ["To: Bob Beispiel/Firma@ORG, Cora", "Muster/Einkauf/Firma@ORG", "cc:", "Subject: Pumpe"]
    assert attribution._header(names) is None
    assert attribution._header(["Ann Example", "01/19/2001 04:58 PM", *names]) == ("Ann Example", "01/19/2001 04:58 PM")
    assert attribution._header(["Sent by: Ann Example", *names]) == ("Ann Example", "")


def test_sender_on_behalf_of_somebody():
    lines = ("From: Pumps <list@example.com> on behalf of Eve Adams", "Sent: Monday, May 3, 2021 10:00 AM", "a")
    assert speakers.authors(Body(lines, "hhq"), [(0, 2)])[0][:2] == ("Eve Adams", "Monday, May 3, 2021 10:00 AM")


def test_sender_on_behalf_of_somebody_in_wrapped_lines():
    top = "From: pumps-admin at example.com", "[mailto:pumps-admin at example.com]On"
    for rest in (("Behalf Of Eve Adams",), ("Behalf Of Eve", "Adams")):
        lines = (*top, *rest, "Sent: Monday, May 3, 2021 10:00 AM", "a")
        found = speakers.authors(Body(lines, "h" * (len(lines) - 1) + "q"), [(0, len(lines) - 1)])
        assert found[0][:2] == ("Eve Adams", "Monday, May 3, 2021 10:00 AM")


@pytest.mark.parametrize(("lines", "author"), [
    (["Von: x-bounces at liste.example [mailto:x-", "bounces at liste.example] Im Auftrag von Eva M."], "Eva M."),
    (["From: Pumps <list@example.com>", "on behalf of Eve Adams"], "Eve Adams"),
    (["From: Pumps [mailto:list@example.com] On Behalf Of", "Eve Adams via Pumps"], "Eve Adams via Pumps"),
    (["Von: Muster, Eva [mailto:eva.muster@", "firma.example]"], "Muster, Eva [mailto:eva.muster@ firma.example]"),
    (["From: Eve Adams", "04/03/2021 10:00 AM"], "Eve Adams"),
])  # fmt: skip
def test_a_wrapped_sender_goes_on_below(lines, author):
    assert attribution._header([*lines, "Sent: Monday, May 3, 2021 10:00 AM"])[0] == author


def test_text_that_differs_in_many_places_is_no_edited_copy():
    words = [f"word{n}" for n in range(60)]
    few = [f"new{n}" if n in (7, 31) else word for n, word in enumerate(words)]
    many = [word if n % 6 else f"new{n}" for n, word in enumerate(words)]
    assert len(compare([" ".join(few)], [" ".join(words)])) == 2
    assert compare([" ".join(many)], [" ".join(words)]) is None


def test_short_answer_inside_a_quote_is_recovered_where_nobody_said_it_before():
    root = mail(f"{ONE}\n\n{TWO}", mid="<0@x>")
    outlook = answer(f"See below.\n\nFrom: Ann\n\n{ONE}\n\nApproved.\n\n{TWO}\n\nAnn", marks="nbhbqbqbqbq", mid="<1@x>")
    later = answer(f"Fine.\n\n{ONE}\n\nApproved.\n\n{TWO}", marks="nbqbqbq", at=START + 999, answers=["<1@x>"])
    mails = [root, outlook, later]
    seen = shown(run(mails), mails)
    assert seen[outlook[0].id] == ["See below.", "Approved."] and seen[later[0].id] == ["Fine."]
    said = answer("Approved.", at=START + 1, mid="<2@x>")
    mails = [root, said, answer(f"So?\n\n> Approved.\n>\n>> {ONE}", at=START + 999, answers=["<2@x>"])]
    assert shown(run(mails), mails)[mails[2][0].id] == ["So?"]


def test_the_salutation_of_a_known_message_does_not_end_the_recovered_one_above_it():
    root = mail(f"Victoria,\n\n{ONE}\n\n{TWO}", mid="<0@x>")
    lost = "Great work, I will tell Gerry at the lake that he has nothing to do until the end of the month."
    quote = f"> {lost}\n>\n> Laird\n>\n> Ann wrote:\n>> Victoria,\n>>\n>> {ONE}\n>>\n>> {TWO}"
    reply = answer(f"Fine with me.\n\nLaird wrote:\n{quote}")
    (recovered,) = (q for q in run([root, reply]).quoted[reply[0].id] if q.of is None)
    text = "\n".join(reply[1].lines[recovered.start : recovered.stop])
    assert "Laird" in text.split("\n", 1)[1] and "Victoria" not in text


def test_a_salutation_goes_with_the_recovered_text_that_its_attribution_introduces():
    lost = "Great work, I will tell Gerry at the lake that he has nothing to do until the end of the month."
    quote = f"> {lost}\n>\n> Laird\n>\n> On 2.5.2021 10:00, Eve Adams wrote:\n>\n>> Hi Laird,\n>>\n>> {ONE}"
    text = f"Fine with me.\n\nOn 3.5.2021 10:00, Laird wrote:\n{quote}"
    reply = answer(text, marks="nbaqqqqaqqqq", answers=["<gone@x>"])
    first, second = run([reply]).quoted[reply[0].id]
    assert (first.author, second.author) == ("Laird", "Eve Adams")
    assert [">> Hi Laird," in reply[1].lines[found.start : found.stop] for found in (first, second)] == [False, True]


def test_a_word_that_a_mail_program_broke_off_does_not_end_a_recovered_paragraph():
    lost = "Nobody at the lake has to do anything until the end of the month, which is why I will tell them."
    rest = "might we see that the three transmission providers all flow on the same path of that control area."
    root = mail(rest, mid="<0@x>")
    reply = answer(f"Fine with me.\n\nLaird wrote:\n>> {lost}\n>> So\n> we\n>> {rest}")
    (recovered,) = run([root, reply]).quoted[reply[0].id]
    assert reply[1].lines[recovered.stop - 1] == f">> {rest}"


def test_lines_that_also_stand_far_away_are_no_holes_in_a_recovered_text():
    line = "[INFO] pump driver version 4.7.0, built for the four hundred series, started with the default settings."
    far = mail(line, subject="Another log", sender="cora@example.com", at=START - 9 * DAY)
    quote = "\n>\n".join(f"> {text}" for text in (ONE, line, TWO))
    reply = answer(f"See below.\n\nEve wrote:\n{quote}", answers=["<gone@x>"])
    (whole,) = run([far, reply]).quoted[reply[0].id]
    assert (whole.of, whole.author, whole.stop - whole.start) == (None, "Eve", 6)


def test_quoted_text_is_found_in_whatever_order_undated_messages_come():
    for name in "abcdef":
        root = mail(f"{ONE}\n\n{TWO}", mid="<0@x>", name=name, at=None)
        reply = answer(f"Fine.\n\nAnn wrote:\n> {ONE}\n> {TWO}", at=None, name=name)
        assert {q.of for q in run([root, reply]).quoted[reply[0].id]} == {root[0].id}


def test_text_that_was_written_into_a_quote_is_found_as_a_whole():
    root = mail(TWO, mid="<0@x>")
    first, rest = ONE[:50].rsplit(" ", 1)[0], ONE[len(ONE[:50].rsplit(" ", 1)[0]) + 1 :]
    reply = answer(f"> {TWO}\n>\n> {first}\n{rest}", mid="<1@x>")
    last = answer(f"Fine.\n\nBob wrote:\n> {first}\n> {rest}", at=START + 99, answers=["<1@x>", "<0@x>"])
    assert {q.of for q in run([root, reply, last]).quoted[last[0].id]} == {reply[0].id}


def test_text_quoted_below_a_recovered_line_is_not_shown_with_it():
    lost = "On Saturday, the seventh of December, at six minutes past nine in the evening,"
    reply = answer(f"Fine.\n\nBob wrote:\n> {lost}\n> > {ONE}")
    assert shown(run([ROOT, reply]), [ROOT, reply])[reply[0].id] == ["Fine.", "Bob wrote:", f"> {lost}"]
