"""Reports that come again are a series: no duplicates, linked with each other, what returns said once."""

from __future__ import annotations

import pytest
from thread.thread_builder import DAY, START, mail, run

from mail2wiki.records import Quoted
from mail2wiki.thread import fingerprint, fold
from mail2wiki.thread.series import folded

HEAD = "Good morning, here are the figures of the pumps in hall three, collected by the shift on Friday evening."
FOOT = "Questions go to the office on the second floor. The next report comes on Monday, as long as the pumps run."


def reports(count, subject="Pumps, week {}", text=f"{HEAD}\n\n{FOOT}\n\n{FOOT[::-1]}\n\nHours: {{}}"):
    return [
        mail(text.format(7 * k + 3), subject=subject.format(k), at=START + k * 7 * DAY, name=str(k))
        for k in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Report 01/14/02", "Re: Report 02/15/02"),
        ("Bericht vom 3. März", "AW: Bericht vom 17. Oktober"),
        ("Minutes, Mon 4 Jan", "Minutes, Tue 12 Feb"),
    ],
)
def test_numbers_and_names_of_days_fold(one, other):
    assert folded(one) == folded(other) != ""


def test_a_subject_of_nothing_but_a_date_is_none():
    assert folded("3. Mai 2021") == ""


def test_weekly_report_is_a_series_and_no_duplicate():
    mails = reports(5)
    woven = run(mails)
    assert not woven.decisions
    (series,) = woven.series
    home = {id: c.id for c in woven.conversations for id in c.messages}
    assert list(series) == [home[message.id] for message, _ in mails]
    assert run(mails[::-1]).series == woven.series


def folded_lines(mails):
    """For each issue the lines that need not be said."""
    quoted = run(mails).quoted
    found = fold([m.id for m, _ in mails], {m.id: fingerprint(m, b) for m, b in mails}, quoted)
    return [
        [line for start, stop in (found[m.id].ranges if m.id in found else ()) for line in body.lines[start:stop]]
        for m, body in mails
    ]


def test_what_returns_in_a_series_stands_in_the_latest_issue():
    *earlier, newest = folded_lines(reports(5))
    assert newest == []
    assert all([line for line in lines if line] == [HEAD, FOOT, FOOT[::-1]] for lines in earlier)


def test_what_only_one_issue_says_is_never_folded():
    once = "The big pump stood still on Thursday because of the flood."
    mails = reports(5)
    mails[2] = mail(f"{HEAD}\n\n{once}\n\n{FOOT}", subject="Pumps, week 3", at=START + 21 * DAY)
    assert [line for line in folded_lines(mails)[2] if line] == [HEAD, FOOT]


def test_what_is_hidden_in_the_later_issue_does_not_count():
    mails = reports(2)
    (message, body), prints = mails[1], {m.id: fingerprint(m, b) for m, b in mails}
    hidden = {message.id: (Quoted(0, 1, "somewhere else"),)}
    found = fold([m.id for m, _ in mails], prints, hidden)[mails[0][0].id]
    assert found.ranges[0][0] == 2 and body.lines[0] == HEAD


def test_share_that_returns_depends_on_the_next_issue_only():
    mails = reports(5)
    prints = {m.id: fingerprint(m, b) for m, b in mails}
    before = fold([m.id for m, _ in mails[:4]], prints, {})
    after = fold([m.id for m, _ in mails], prints, {})
    assert 0.8 < before[mails[0][0].id].returning < 1
    assert all(after[id].returning == one.returning for id, one in before.items())


def test_three_reports_and_equal_subjects_alone_are_no_series():
    assert not run(reports(3)).series
    assert not run(reports(6, subject="Hello", text="Something else each time, never the same words: {0} {0}")).series
    assert not run([*reports(3), mail(HEAD, sender="eve@example.com", subject="Pumps, week 9", at=START)]).series
