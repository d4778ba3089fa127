"""What a run looks like to a person: rich progress on a terminal, plain lines in a log, JSON lines in a file."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import IO, Any

from mail2wiki.errors import UsageError
from mail2wiki.progress import Progress


class Terminal(Progress):
    """Progress and messages on standard error; a bar only when it is a terminal. Use it in a `with`."""

    def __init__(self, quiet: bool = False, verbose: bool = False, log: Path | None = None) -> None:
        self._quiet, self._verbose = quiet, verbose
        self._log = _open(log) if log else None
        self._bar: Any = None
        self._task: Any = None
        self._messages = 0
        self._began = time.monotonic()

    def __enter__(self) -> Terminal:
        if sys.stderr.isatty() and not self._quiet:
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (
                TextColumn("{task.description:<12}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TextColumn("{task.fields[speed]}"),
                TimeRemainingColumn(),
            )
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()
        if self._log:
            self._log.close()

    def stage(self, name: str, total: int = 0) -> None:
        """Show that a stage begins."""
        self._messages, self._began = 0, time.monotonic()
        self._write({"stage": name})
        if self._bar:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(name, total=total or None, speed="")
        elif self._verbose:
            print(f"{name} ...", file=sys.stderr)

    def advance(self, amount: int, messages: int = 0) -> None:
        """Move the bar."""
        self._messages += messages
        if self._bar:
            seconds = time.monotonic() - self._began
            speed = f"{self._messages / seconds:,.0f} messages/s" if self._messages and seconds > 0.5 else ""
            self._bar.update(self._task, advance=amount, speed=speed)

    def note(self, text: str) -> None:
        """Show a message."""
        self._write({"note": text})
        if not self._quiet:
            self._say(text)

    def error(self, text: str) -> None:
        """Show a problem; also when quiet."""
        self._write({"error": text})
        self._say(f"error: {text}")

    def _say(self, text: str) -> None:
        clean = "".join(c if c.isprintable() else "?" for c in text)  # names from mail never steer a terminal
        if self._bar:
            from rich.text import Text

            self._bar.console.print(Text(clean))
        else:
            print(clean, file=sys.stderr)

    def _write(self, entry: dict[str, str]) -> None:
        if self._log:
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            print(json.dumps({"time": stamp, **entry}, ensure_ascii=False), file=self._log, flush=True)


def _open(log: Path) -> IO[str]:
    try:
        return open(log, "a", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"the log cannot be written: {error.strerror}", str(log), "Name another --log-json."
        ) from error
