"""Dates in the shapes mail has them in."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail2wiki.extract import dates

TEN = int(datetime(2004, 3, 1, 10, 0, tzinfo=UTC).timestamp())

SHAPES = [
    ("Mon, 01 Mar 2004 11:00:00 +0100", TEN, ""),
    ("1 Mar 2004 11:00 +0100", TEN, ""),
    ("Mon, 1 Mar 2004 05:00:00 -0500 (EST)", TEN, ""),
    ("Mo, 1 Mär 2004 11:00:00 +0100", TEN, "date-odd"),
    ("Montag, 1. März 2004 11:00 MEZ", TEN, "date-odd"),
    ("01.03.2004 11:00:00 +0100", TEN, "date-odd"),
    ("Mon Mar  1 10:00:00 2004", TEN, "date-odd"),
    ("Mon Mar  1 10:00:00 GMT 2004", TEN, "date-odd"),
    ("Mon, 1 Mar 04 10:00:00 GMT", TEN, "date-odd"),
    ("Mon, 1 Mar 0004 10:00:00 +0000", TEN, "date-odd"),
    ("Mon, 1 Mar 104 10:00:00 GMT", TEN, "date-odd"),
    ("Monday, March 1, 2004 10:00 AM", TEN, "date-odd"),
    ("2004-03-01T10:00:00Z", TEN, "date-odd"),
    ("2004-03-01 11:00:00+01:00", TEN, "date-odd"),
    ("Mon, 1-Mar-2004 10:00:00", TEN, "date-odd"),
    ("lun., 1 mars 2004 10.00.00 GMT", TEN, "date-odd"),
    ("3/1/2004 10:00:00 AM", TEN, "date-odd"),
    ("31 Feb 2004 10:00:00 +0000", None, "date-impossible"),
    ("Mon, 1 Mar 1904 10:00:00 +0000", None, "date-impossible"),
    ("Mon, 1 Mar 3004 10:00:00 +0000", None, "date-impossible"),
    ("Mon, 1 Mar 2004 25:00:00 +0000", None, "date-impossible"),
    ("gestern", None, "date-impossible"),
    ("", None, "date-impossible"),
]


@pytest.mark.parametrize(("text", "moment", "defect"), SHAPES, ids=[text or "empty" for text, _, _ in SHAPES])
def test_shape(text: str, moment: int | None, defect: str) -> None:
    assert dates.parse(text) == (moment, defect)


@given(st.datetimes(datetime(1972, 1, 1), datetime(2099, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_what_the_standard_library_writes_is_read(when: datetime, minutes: int) -> None:
    moment = when.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert dates.parse(format_datetime(moment)) == (int(moment.timestamp()), "")


@given(st.text(max_size=80))
def test_nothing_crashes_and_nothing_is_outside_the_years(text: str) -> None:
    moment, defect = dates.parse(text)
    assert (moment is None) == (defect == "date-impossible")
    assert moment is None or 31_449_600 - 86_400 * 2 <= moment < 4_134_000_000
