"""Reports that come again are a series: no duplicates, linked with each other, what returns said once."""

from __future__ import annotations

import pytest
from thread.thread_builder import DAY, START, mail, run, shown

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


def test_what_returns_in_a_series_is_said_once():
    mails = reports(5)
    for k, lines in enumerate(shown(run(mails), mails).values()):
        assert any(line.startswith("Hours") for line in lines)
        assert (HEAD in lines) == (k == 0)


def test_three_reports_and_equal_subjects_alone_are_no_series():
    assert not run(reports(3)).series
    assert not run(reports(6, subject="Hello", text="Something else each time, never the same words: {0} {0}")).series
    assert not run([*reports(3), mail(HEAD, sender="eve@example.com", subject="Pumps, week 9", at=START)]).series
