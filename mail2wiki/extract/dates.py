"""Dates as mail writes them, in seconds since 1970: RFC 5322 and everything that claims to be.

Month and day names of other languages are data (patterns/dates-months.toml). It refuses to guess: what is no possible
date of an e-mail (before 1971, after 2100, the 31st of February) is None, and the caller says so.
"""

from __future__ import annotations

import re
import tomllib
from calendar import timegm
from functools import cache
from pathlib import Path

FIRST_YEAR, LAST_YEAR = 1971, 2100
"""The first e-mail was sent in 1971. Nothing here asks the clock, so the future has to begin somewhere."""

ZONES = {
    # RFC 5322 section 4.3, and the names German and other European software writes; minutes east of Greenwich
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "met": 60, "mez": 60, "mewz": 60,
    "cest": 120, "mest": 120, "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "ist": 330, "jst": 540,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}  # fmt: skip

_USUAL = re.compile(
    r"\s*(?:[A-Za-z]{3},\s*)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s*([+-])(\d\d)(\d\d)(?!\d)"
)
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_DOTTED = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d\d)(?!\d)")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?!\d)")
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]+([^\W\d_]{3,12})\.?,?[\s-]+(\d{4}|\d{2,3})(?![\d:])")
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,)?\s+(?:(\d{4})(?!\d))?")
_TIME = re.compile(r"(?<![\d:])(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:[.,]\d+)?(?:\s*([AaPp])\.?[Mm]\b)?(?!\.?\d)")
_OFFSET = re.compile(r"(?<![\w-])(?:GMT|UTC)?\s?([+-])(\d{1,2}):?(\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_WRITTEN = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)")
_AHEAD, _RECENT = 1.5, 14  # days: by which clocks of two zones may differ from noon; in which most quotations are made
_CAPITALS = re.compile(r"\b[A-Z]{1,4}\b")
_ENGLISH = dict(jan=1, feb=2, mar=3, apr=4, may=5, jun=6, jul=7, aug=8, sep=9, oct=10, nov=11, dec=12)


def parse(text: str) -> tuple[int | None, str]:
    """Seconds since 1970 (UTC) and a defect code: "" for what RFC 5322 allows, else "date-odd" or "date-impossible".

    A missing zone is UTC. Years of two digits: 00-49 are 20xx, 50-99 19xx; of three: from 1900 on (RFC 5322, 4.3).
    """
    usual = _USUAL.match(text)
    if usual:
        day, month, year, hour, minute, second, sign, hours, minutes = usual.groups()
        number = _ENGLISH.get(month.lower())
        if number:
            zone = int(hours) * 60 + int(minutes)
            time = int(hour), int(minute), int(second or 0)
            return _moment(int(year), number, int(day), *time, -zone if sign == "-" else zone, "")
    return _any_shape(text[:200])


def _any_shape(text: str) -> tuple[int | None, str]:
    if not text.strip():
        return None, "date-impossible"
    at, rest = _day(text)
    if at is None:
        return None, "date-impossible"
    time = _TIME.search(rest)
    hour, minute = _clock(time) if time else (12, 0)
    second = int(time[3] or 0) if time else 0
    return _moment(*at, hour, minute, second, _zone(rest[time.end() :] if time else rest), "date-odd")


def written(text: str) -> str:
    """The day and, where it is said, the time as they were written: "2024-05-03 14:05"; "" for what is not clear.

    3/4/2024 is not: it is the fourth of March or the third of April.
    """
    at, rest = _day(text[:200])
    slashed = _SLASHED.search(text)
    if at is None or (slashed and max(int(slashed[1]), int(slashed[2])) <= 12):
        return ""
    time = _TIME.search(rest)
    hour, minute = _clock(time) if time else (12, 0)
    if _moment(*at, hour, minute, 0, 0, "")[0] is None:
        return ""
    day = f"{at[0]:04}-{at[1]:02}-{at[2]:02}"
    return f"{day} {hour:02}:{minute:02}" if time else day


def near(text: str, moment: int) -> str:
    """What `written` leaves open, of a date that stands above what was quoted at a moment; "" where it stays open.

    Nobody quotes what is yet to be written, and hardly anybody what is months old if it can be days old.
    """
    found = _SLASHED.search(text)
    if found is None:
        return ""
    first, second, year = int(found[1]), int(found[2]), _full_year(int(found[3]), found[3])
    readings: dict[str, float] = {}  # -> age in days
    for month, day in ((first, second), (second, first)):
        said = written(f"{text[: found.start()]}{year:04}-{month:02}-{day:02} {text[found.end() :]}")
        at = _moment(year, month, day, 12, 0, 0, 0, "")[0]
        if said and at is not None and (age := (moment - at) / 86_400) >= -_AHEAD:
            readings[said] = age
    if not readings:
        return ""
    best = min(readings, key=lambda said: (readings[said], said))
    rest = [age for said, age in readings.items() if said != best]
    return best if not rest or (readings[best] <= _RECENT and rest[0] > 2 * _RECENT) else ""


def wall(text: str) -> int | None:
    """What `written` says with a time, in seconds as if it were UTC."""
    found = _WRITTEN.fullmatch(text)
    return timegm((*map(int, found.groups()), 0)) if found else None


def zoned(text: str) -> bool:
    """Whether a date names a zone."""
    return _OFFSET.search(text) is not None or any(word.lower() in ZONES for word in _CAPITALS.findall(text))


def _clock(time: re.Match[str]) -> tuple[int, int]:
    hour = int(time[1])
    if time[4]:
        hour = hour % 12 + (12 if time[4].lower() == "p" else 0)
    return hour, int(time[2])


def _day(text: str) -> tuple[tuple[int, int, int] | None, str]:
    """(year, month, day) and the text without it."""
    named = _named_month(text)
    if named:
        return named
    for shape, order in ((_ISO, "ymd"), (_DOTTED, "dmy"), (_SLASHED, "mdy")):
        found = shape.search(text)
        if found:
            values = dict(zip(order, map(int, found.groups()), strict=True))
            if order == "mdy" and values["m"] > 12:  # 31/12/2004: not American
                values["m"], values["d"] = values["d"], values["m"]
            year = _full_year(values["y"], found[order.index("y") + 1])
            return (year, values["m"], values["d"]), text[: found.start()] + " " + text[found.end() :].lstrip("Tt")
    return None, text


def _named_month(text: str) -> tuple[tuple[int, int, int], str] | None:
    """The same, if a month is named."""
    for found in _DAY_MONTH.finditer(text):
        month = _month(found[2])
        if month:
            rest = text[: found.start()] + " " + text[found.end() :]
            return (_full_year(int(found[3]), found[3]), month, int(found[1])), rest
    for found in _MONTH_DAY.finditer(text):  # asctime: "Mon May  6 10:00:00 2024"
        month = _month(found[1])
        written = found[3] or next(iter(_YEAR.findall(text[found.end() :])), "")
        if month and written:
            return (int(written), month, int(found[2])), text[found.end() :]
    return None


def _full_year(year: int, written: str) -> int:
    if len(written) == 4:
        return year
    return year + (2000 if len(written) == 2 and year < 50 else 1900)


def _zone(text: str) -> int:
    """Minutes east of Greenwich; 0 if nothing is said."""
    offset = _OFFSET.search(text)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return -minutes if offset[1] == "-" else minutes
    for word in re.findall(r"[A-Za-z]+", text):
        if word.lower() in ZONES:
            return ZONES[word.lower()]
    return 0


def _moment(
    year: int, month: int, day: int, hour: int, minute: int, second: int, zone: int, defect: str
) -> tuple[int | None, str]:
    if year < 100:  # "0002": a program wrote two digits as four
        year, defect = year + (2000 if year < 50 else 1900), "date-odd"
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31 and hour <= 24 and minute < 60):
        return None, "date-impossible"
    if day > 28 and day > _days(year, month):
        return None, "date-impossible"
    if second > 60 or (hour == 24 and (minute or second)):
        return None, "date-impossible"
    if not -1440 < zone < 1440:
        zone, defect = 0, "date-odd"
    return timegm((year, month, day, hour, minute, second)) - zone * 60, defect


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _month(word: str) -> int | None:
    """Number of a month by its name or the beginning of it, in any language of the data file."""
    word = word.lower()
    return _ENGLISH.get(word) or _months().get(word) or _months().get(word[:3] + ".")


@cache
def _months() -> dict[str, int]:
    """Month name, abbreviation, or first three letters and "." -> number; on a clash of these, the first language's."""
    found: dict[str, int] = {}
    for names in tomllib.loads((Path(__file__).parent / "patterns" / "dates-months.toml").read_text("utf-8")).values():
        for number, spellings in enumerate(names, 1):
            for name in spellings.split():
                found.setdefault(name, number)
                found.setdefault(name[:3] + ".", number)
    return found
