"""How a run tells what it is doing, without knowing who listens. The command line shows it; tests and cron do not."""

from __future__ import annotations


class Progress:
    """The quiet listener; subclass it to show something."""

    def stage(self, name: str, total: int = 0) -> None:
        """A stage begins; `total` in the unit of `advance`, 0 = unknown."""

    def advance(self, amount: int, messages: int = 0) -> None:
        """`amount` more of the stage's total is done, `messages` of them messages."""

    def note(self, text: str) -> None:
        """Something a user wants to know, one line."""
