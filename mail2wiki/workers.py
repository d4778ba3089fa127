"""The processes that read and render (joblib): started early, deaf to Ctrl-C, ended when the parent needs memory."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable, Iterator
from typing import Any


class Workers:
    """`count` processes, none before the first `start` or `run`; with a count of 1 the parent works by itself."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._starting: Iterable[None] = ()

    def start(self) -> None:
        """Start them without waiting: they import the rooms while the parent does the same (a fifth of a second)."""
        if self.count > 1:
            self._starting = _call(self._parallel(), [(_import_rooms, ())] * self.count)

    def run(self, function: Any, jobs: Iterable[tuple], alone: bool = False) -> Iterator[Any]:
        """`function(*job)` for every job; results as they come, in any order. `alone`: in the parent, as they are."""
        for _ in self._starting:
            pass
        self._starting = ()
        if alone or self.count == 1:
            yield from (function(*job) for job in jobs)
            return
        with self._parallel() as run:
            yield from _call(run, ((function, job) for job in jobs))

    def release(self) -> None:
        """End idle processes: their memory is needed by the stages that run in the parent."""
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True)

    def _parallel(self) -> Any:
        import joblib

        return joblib.Parallel(self.count, return_as="generator_unordered", pre_dispatch="3*n_jobs", batch_size=1)


def _call(run: Any, calls: Iterable[tuple[Any, tuple]]) -> Iterator[Any]:
    """Dispatch the first calls, which starts the processes deaf to Ctrl-C; the results as they come.

    A terminal sends Ctrl-C to all of them, but only the parent may act on it. Both settings are inherited by the
    processes that start here; the second keeps loky's resource tracker from complaining about killed workers.
    """
    import joblib

    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    warnings = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = "ignore"
    threading.excepthook = _forgive
    try:
        return run(joblib.delayed(function)(*job) for function, job in calls)
    finally:
        os.environ.pop("PYTHONWARNINGS")
        if warnings is not None:
            os.environ["PYTHONWARNINGS"] = warnings
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)


def _import_rooms() -> None:
    """What a worker needs to read messages."""
    from mail2wiki import cluster, reading, thread  # noqa: F401
    from mail2wiki.extract import asides, contacts, extract, repeated, sources  # noqa: F401


def _forgive(args: threading.ExceptHookArgs) -> None:
    """loky's own thread stumbles over the workers it has lost after Ctrl-C; every other thread's error is shown."""
    if not args.thread or args.thread.name != "ExecutorManagerThread":
        threading.__excepthook__(args)
