"""The words of the pages in German and English: gettext catalogues, and dates without a library call per message.

The message ids are English; `locale/de/LC_MESSAGES/mail2wiki.po` is the German source, the `.mo` beside it what runs
(a test keeps them equal and complete; `pybabel compile -d mail2wiki/export/locale -D mail2wiki` makes it anew).
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from mail2wiki.export.clock import offset

LANGUAGES = ("de", "en")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400
_PERIODS = 8_192  # last told: a conversation's stands on the pages of its topic and people
_WRITTEN = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: (\d\d:\d\d))?")


class Words:
    """Call it with an English message id and its fields: `say("to {names}", names=...)`."""

    def __init__(self, language: str, clock: str = "") -> None:
        """`clock`: the one moments are told by (`export.clock`)."""
        self.clock = clock
        self.language = language if language in LANGUAGES else "en"
        place = Path(__file__).parent / "locale" / self.language / "LC_MESSAGES" / "mail2wiki.mo"
        self._catalog: gettext.NullTranslations = gettext.NullTranslations()
        if self.language != "en":
            with place.open("rb") as stream:
                self._catalog = gettext.GNUTranslations(stream)
        self._months = tuple(self(month) for month in _MONTHS)
        self._days: dict[int, str] = {}
        self.period = lru_cache(_PERIODS)(self._period)

    def __call__(self, text: str, /, **fields: object) -> str:
        found = self._catalog.gettext(text)
        return found.format(**fields) if fields else found

    def many(self, one: str, several: str, n: int, /, **fields: object) -> str:
        """The form for n; `{n}` in it is the number with thousands marked."""
        return self._catalog.ngettext(one, several, n).format(n=self.number(n), **fields)

    def together(self, names: Sequence[str]) -> str:
        """One, two and three."""
        *others, last = names
        return self("{names} and {last}", names=", ".join(others), last=last) if others else last

    def last(self, seconds: int | None) -> str:
        """When something was active last."""
        return self("undated") if seconds is None else self("last {day}", day=self.day(seconds))

    def number(self, n: int) -> str:
        """1234 as 1,234 or 1.234."""
        text = f"{n:,}"
        return text.replace(",", ".") if self.language == "de" else text

    def day(self, seconds: int | None) -> str:
        """3 May 2001 or 3. Mai 2001."""
        if seconds is None:
            return self("undated")
        local = self._local(seconds)
        number = local // _DAY
        text = self._days.get(number)
        if text is None:
            at = moment(local)
            text = self("{day} {month} {year}", day=at.day, month=self._months[at.month - 1], year=at.year)
            self._days[number] = text
        return text

    def time(self, seconds: int | None) -> str:
        """3 May 2001, 14:05."""
        if seconds is None:
            return self("undated")
        minutes = self._local(seconds) % _DAY // 60
        return f"{self.day(seconds)}, {minutes // 60:02}:{minutes % 60:02}"

    def written(self, text: str) -> str:
        """A day or a day and a time that somebody wrote (2001-05-03 14:05), as `day` and `time` show them."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            return text
        day = self("{day} {month} {year}", day=int(found[3]), month=self._months[int(found[2]) - 1], year=int(found[1]))
        return f"{day}, {found[4]}" if found[4] else day

    def _period(self, first: int | None, last: int | None) -> str:
        """From one day to another, or the one day; what they share is said once."""
        if first is None or last is None:
            return self.day(last if first is None else first)
        a, b = moment(self._local(first)), moment(self._local(last))
        if a.date() == b.date():
            return self.day(first)
        fields = {"day": a.day, "last": b.day, "month": self._months[a.month - 1], "end": self._months[b.month - 1]}
        if (a.year, a.month) == (b.year, b.month):
            return self("{day}–{last} {month} {year}", **fields, year=b.year)
        if a.year == b.year:
            return self("{day} {month} – {last} {end} {year}", **fields, year=b.year)
        return f"{self.day(first)} – {self.day(last)}"

    def iso_day(self, seconds: int | None) -> str:
        """2001-05-03, for front matter; "" where no day is known."""
        return "" if seconds is None else moment(self._local(seconds)).date().isoformat()

    def _local(self, seconds: int) -> int:
        """What the clock shows, as if it were UTC."""
        return seconds + offset(self.clock, seconds) if self.clock else seconds

    def size(self, n: int) -> str:
        """Bytes as people read them."""
        if n < 1_000:
            return f"{n} B"
        return f"{self.number(round(n / 1_000))} KB" if n < 1_000_000 else f"{self._decimal(n / 1_000_000)} MB"

    def _decimal(self, value: float) -> str:
        text = f"{value:.1f}"
        return text.replace(".", ",") if self.language == "de" else text


def moment(seconds: int) -> datetime:
    """Seconds since 1970 as a date; what lies outside the calendar becomes its edge."""
    return _EPOCH + timedelta(seconds=max(-62_135_596_800, min(seconds, 253_402_300_799)))


@lru_cache(maxsize=8)
def words(language: str, clock: str = "") -> Words:
    """The words of a language with the times of a clock, read once in a process."""
    return Words(language, clock)
