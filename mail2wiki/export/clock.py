"""What the owner's clock showed: moments are UTC, a page tells them in the mailbox's own time.

A clock has a name: `""` is UTC, `"+0000"` one of an unknown zone, of which an archive kept what it showed as if in UTC,
`"+0530"` that offset all year, `"EU+0100"` and `"US-0500"` an hour more in summer, by the rules of Europe and of North
America. Which it is, the offsets in the Date headers say. The rules are written out here, so that a page never depends
on the machine's own zone or on its zone files.
Where the offsets are not the owner's (a server or an archive wrote the Dates anew) quotations know better: above them
stands what the owner's own clock showed, and most answers are written soon after what they answer.
Refuses: guessing a clock that fewer than half of the offsets agree with.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

HOUR, DAY = 3_600, 86_400
SOON, SKEW = HOUR // 2, 120  # between a message and its quick answer; seconds that two clocks differ
FIRST = 4  # offsets looked at
LEAST, MORE = 20, 3  # quick answers by which a clock is known; times as many as by the one the offsets tell
_ZONE = re.compile(r"([+-])(\d\d)(\d\d)")
_RULES = {"EU": range(-60, 121), "US": range(-600, -209)}  # where each rule is in use: minutes east in winter
UNKNOWN = "+0000"
_SAYS_NOTHING = ("", "+0000", "-0000")  # servers and Exchange write UTC whatever their users' clocks show

Votes = Mapping[tuple[str, int], int]
"""(offset as written, day since 1970) -> messages."""


def offset(clock: str, moment: int) -> int:
    """Seconds that this clock is ahead of UTC at a moment (seconds since 1970)."""
    if not clock:
        return 0
    rule, standard = _parted(clock)
    return standard + (HOUR if rule and _in_summer(rule, standard, moment) else 0)


def hours(clock: str) -> tuple[str, str]:
    """How far it is ahead of UTC in winter and in summer: ("+1", "+2"); the second "" where they are the same."""
    rule, standard = _parted(clock)
    return _hours(standard), _hours(standard + HOUR) if rule else ""


def agreed(votes: Votes) -> str | None:
    """The clock that at least half of the telling votes agree with; None if there is none."""
    telling = {vote: n for vote, n in votes.items() if vote[0] not in _SAYS_NOTHING and _ZONE.fullmatch(vote[0])}
    candidates = {name for zone, _ in telling for name in _candidates(zone)}
    told, every = _noons(telling), _noons(votes)
    best = max(
        # among equals a clock that also explains the messages in UTC (London in winter), then one with a summer
        candidates, key=lambda name: (_agreeing(name, told), _agreeing(name, every), name[0] not in "+-", name),
        default=None,
    )  # fmt: skip
    return best if best is not None and 2 * _agreeing(best, told) >= sum(telling.values()) else None


def quick(moment: int, shown: int) -> str:
    """The offset by which an answer was soon: its moment, and the time that stands above what it quotes, as if in UTC.

    Only answers that were soon have theirs in common; all others scatter.
    """
    minutes = -(-(shown - moment - SKEW) // SOON) * SOON // 60
    return _written(minutes) if abs(minutes) <= 14 * 60 else ""


def answered(votes: Votes, told: str) -> str | None:
    """The clock by which most answers were soon (`quick`), if that is by far not the one that the offsets told; None
    where too few answers were."""
    count = Counter[str]()
    for (zone, _), n in votes.items():
        count[zone] += n
    first = set(sorted(filter(None, count), key=lambda zone: (-count[zone], zone))[:FIRST])
    candidates = {name for zone in first for name in _candidates(zone)}
    noons = _noons({vote: n for vote, n in votes.items() if vote[0] in first or vote[0] in _shows(told)})
    best = max(candidates, key=lambda name: (_agreeing(name, noons), name[0] not in "+-", name), default=told)
    found = _agreeing(best, noons)
    if found < LEAST:
        return None
    return best if found >= MORE * _agreeing(told, noons) else told


def _candidates(zone: str) -> list[str]:
    """The clocks that ever show this offset."""
    minutes = _parted(zone)[1] // 60
    found = [zone]
    for rule, standards in _RULES.items():
        found += [rule + _written(standard) for standard in (minutes, minutes - 60) if standard in standards]
    return found


def _shows(clock: str) -> tuple[str, str]:
    """The offsets that a clock ever shows."""
    minutes = _parted(clock)[1] // 60
    return _written(minutes), _written(minutes + 60)


def _noons(votes: Votes) -> list[tuple[int, int, int]]:
    """(seconds ahead of UTC, noon of the day, messages): the day a clock changes counts as changed."""
    known = {zone: _parted(zone)[1] for zone, _ in votes if _ZONE.fullmatch(zone) and zone != "-0000"}
    return [(known[zone], day * DAY + DAY // 2, n) for (zone, day), n in votes.items() if zone in known]


def _agreeing(clock: str, noons: Sequence[tuple[int, int, int]]) -> int:
    return sum(n for seconds, noon, n in noons if offset(clock, noon) == seconds)


def _written(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def _hours(seconds: int) -> str:
    whole, rest = divmod(abs(seconds) // 60, 60)
    return f"{'−' if seconds < 0 else '+'}{whole}" + (f":{rest:02}" if rest else "")


@cache
def _parted(clock: str) -> tuple[str, int]:
    """Rule and standard offset in seconds."""
    rule, zone = clock[:-5], _ZONE.fullmatch(clock[-5:])
    if zone is None:
        return "", 0
    seconds = int(zone[2]) * HOUR + int(zone[3]) * 60
    return rule, -seconds if zone[1] == "-" else seconds


def _in_summer(rule: str, standard: int, moment: int) -> bool:
    """Between the two changes of the year the moment is in; neither rule has its summer over the new year."""
    begins, ends = _summer(rule, standard, 1970 + int((moment + standard) // (365.2425 * DAY)))
    return begins <= moment < ends


@cache
def _summer(rule: str, standard: int, year: int) -> tuple[int, int]:
    """When summer time begins and ends."""
    if rule == "EU":  # since 1980 or 1981; it has ended in October since 1996. Everywhere at 01:00 UTC
        if year < 1980:
            return 0, 0
        ends = _sunday(year, 10 if year > 1995 else 9, -1)
        return _sunday(year, 3, -1) + HOUR, ends + HOUR
    if year < 1967:
        return 0, 0
    if year > 2006:
        begins, ends = _sunday(year, 3, 2), _sunday(year, 11, 1)
    else:
        begins, ends = _sunday(year, 4, 1 if year > 1986 else -1), _sunday(year, 10, -1)
    return begins + 2 * HOUR - standard, ends + HOUR - standard  # at two o'clock, local time


def _sunday(year: int, month: int, n: int) -> int:
    """Midnight (UTC) of the n-th Sunday of a month; -1 is the last one."""
    days = [day for day in range(1, 32 if month in (3, 10) else 31) if date(year, month, day).weekday() == 6]
    return timegm((year, month, days[n if n < 0 else n - 1], 0, 0, 0))
