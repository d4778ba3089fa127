"""Times on the pages are those of the mailbox's own clock, wherever the wiki is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from export.export_room import Room

from mail2wiki.export import items, plan
from mail2wiki.export.clock import agreed, answered, hours, offset, quick
from mail2wiki.export.words import words


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def day(text: str) -> int:
    return at(text) // 86_400


@pytest.mark.parametrize(("clock", "zone"), [
    ("EU+0100", "Europe/Berlin"), ("EU+0200", "Europe/Helsinki"), ("US-0500", "America/New_York"),
    ("US-0800", "America/Los_Angeles"), ("+0530", "Asia/Kolkata"),
])  # fmt: skip
def test_the_rules_are_those_of_the_zone_files(clock: str, zone: str) -> None:
    try:
        there = ZoneInfo(zone)
    except KeyError:
        pytest.skip("no zone files here")
    for moment in range(at("1981-06-01"), at("2036-01-01"), 86_400 * 7 // 2 + 1_801):
        local = datetime.fromtimestamp(moment, there).utcoffset()
        assert local is not None and offset(clock, moment) == local.total_seconds(), moment


@pytest.mark.parametrize(("moment", "told"), [
    ("2024-03-31T00:59:59", "31. März 2024, 01:59"), ("2024-03-31T01:00:00", "31. März 2024, 03:00"),
    ("2024-10-27T00:59:59", "27. Oktober 2024, 02:59"), ("2024-10-27T01:00:00", "27. Oktober 2024, 02:00"),
    ("2024-12-31T23:30:00", "1. Januar 2025, 00:30"),
])  # fmt: skip
def test_a_german_clock(moment: str, told: str) -> None:
    assert words("de", "EU+0100").time(at(moment)) == told


def test_days_and_periods_are_those_of_the_clock() -> None:
    say = words("de", "EU+0100")
    assert say.period(at("2024-05-31T21:00:00"), at("2024-05-31T22:30:00")) == "31. Mai – 1. Juni 2024"
    assert say.iso_day(at("2024-05-31T22:30:00")) == "2024-06-01"
    assert words("de").time(at("2024-05-31T22:30:00")) == "31. Mai 2024, 22:30"


def test_the_clock_is_the_one_the_offsets_agree_with() -> None:
    winter, summer = day("2024-01-10"), day("2024-07-10")
    assert agreed({("+0100", winter): 5, ("+0200", summer): 5, ("+0000", summer): 90}) == "EU+0100"
    assert agreed({("+0200", summer): 5}) == "EU+0100"
    assert agreed({("+0000", winter): 5, ("+0100", summer): 5}) == "EU+0000"
    assert agreed({("-0600", winter): 5, ("-0500", summer): 5}) == "US-0600"
    assert agreed({("+0530", winter): 5, ("+0530", summer): 5}) == "+0530"
    assert agreed({("+0300", winter): 5, ("+0300", summer): 5}) == "+0300"


def test_no_clock_where_offsets_disagree_or_say_nothing() -> None:
    winter = day("2024-01-10")
    assert agreed({("+0100", winter): 1, ("-0500", winter): 1, ("+0900", winter): 1}) is None
    assert agreed({("+0000", winter): 9, ("", winter): 1, ("+9x99", winter): 3}) is None
    assert agreed({}) is None


def test_a_quick_answer_shows_the_clock() -> None:
    assert quick(at("2024-01-10T09:10:00"), at("2024-01-10T10:00:00")) == "+0100"  # ten minutes later
    assert quick(at("2024-01-10T09:27:00"), at("2024-01-10T10:00:00")) == "+0100"
    assert quick(at("2024-01-10T08:59:00"), at("2024-01-10T10:00:00")) == "+0100"  # clocks differ
    assert quick(at("2024-01-10T09:40:00"), at("2024-01-10T10:00:00")) == "+0030"  # no quick one
    assert quick(at("2024-01-10T08:00:00"), at("2024-01-10T03:00:00")) == "-0500"
    assert quick(at("2024-01-10T08:00:00"), at("2024-01-12T08:00:00")) == ""


def test_the_clock_of_quick_answers_corrects_the_one_of_the_dates() -> None:
    winter, summer = day("2024-01-10"), day("2024-07-10")
    late = {(f"{sign}{hour:02}00", winter): 2 for sign in "+-" for hour in range(12)} | {("", winter): 30}
    assert answered({**late, ("-0600", winter): 20, ("-0500", summer): 10}, "US-0800") == "US-0600"
    assert answered({**late, ("+0000", winter): 20, ("+0000", summer): 10}, "US-0800") == "+0000"
    assert answered({**late, ("+0100", winter): 20, ("+0200", summer): 10}, "") == "EU+0100"
    assert answered({**late, ("-0600", winter): 20, ("-0800", winter): 10}, "US-0800") == "US-0800"
    assert answered({**late, ("-0800", winter): 20}, "US-0800") == "US-0800"
    assert answered({**late, ("-0600", winter): 8, ("-0500", summer): 8}, "US-0800") is None
    assert answered({}, "US-0800") is None


@pytest.mark.parametrize(("clock", "told"), [
    ("", "Times are in UTC."), ("+0000", "Times are what the clocks of the mailbox showed; their zone is not known."),
    ("+0530", "Times are those of the mailbox: UTC+5:30."),
])  # fmt: skip
def test_a_page_says_by_which_clock_it_tells_times(clock: str, told: str) -> None:
    knowledge = replace(Room().knowledge(), clock=clock)
    page = next(item.ready for item in items(plan(knowledge, {}), knowledge) if item.path == "about.md")
    assert page is not None and f"- {told}\n" in page.text


def test_hours_as_a_reader_is_told() -> None:
    assert hours("EU+0100") == ("+1", "+2")
    assert hours("US-0500") == ("−5", "−4")
    assert hours("+0530") == ("+5:30", "")
