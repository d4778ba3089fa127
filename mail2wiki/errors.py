"""The errors a run can end with; the command line shows each as one line.

    Mail2WikiError            exit 1: the run failed, nothing half-written is left in the wiki
    ├── UsageError            exit 2: wrong arguments or settings, found before any work
    ├── SourceError           exit 1: a source cannot be read, is empty, or changed while it was read
    ├── LawError              exit 1: the account does not add up (a bug, never the mail's fault)
    └── BusyError             exit 4: another run holds OUT

A bad *message* is never an error: it is a defect on the message, counted and listed.
"""

from typing import Self


class Mail2WikiError(Exception):
    """WHAT went wrong, WHERE, and WHAT TO DO about it; shown as `error: WHAT (WHERE). WHAT TO DO.`

    `lines` has one text per problem: nearly always one, several for settings.
    """

    exit_code = 1

    def __init__(self, what: str, where: str = "", do: str = "") -> None:
        super().__init__(what)
        where = f" ({where})" if where else ""
        self.lines = [f"{what}{where}." + (f" {do}" if do else "")]

    @classmethod
    def of(cls, lines: list[str]) -> Self:
        """One error for several problems, each a finished line."""
        error = cls(lines[0])
        error.lines = list(lines)
        return error

    def __str__(self) -> str:
        return "\n".join(self.lines)


class UsageError(Mail2WikiError):
    """Wrong arguments or settings."""

    exit_code = 2


class SourceError(Mail2WikiError):
    """A source cannot be read as a mailbox."""


class LawError(Mail2WikiError):
    """The account of a run does not add up."""


class BusyError(Mail2WikiError):
    """Another run holds OUT."""

    exit_code = 4
