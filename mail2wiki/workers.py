"""The processes that read and render (joblib): started early, deaf to Ctrl-C, ended when the parent needs memory."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from mail2wiki.errors import Mail2WikiError


class Workers:
    """`count` processes, none before the first `start` or `run`; with a count of 1 the parent works by itself."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.running = False  # whether there are processes, or may be
        self._starting: Iterable[None] = ()

    def start(self, prepare: Callable[[], None]) -> None:
        """Start them without waiting: they import what they will need (`prepare`) while the parent goes on."""
        if self.count > 1:
            self.running = True
            self._starting = _call(self._parallel(), [(prepare, ())] * self.count)

    def run(self, function: Any, jobs: Iterable[tuple], alone: bool = False) -> Iterator[Any]:
        """`function(*job)` for every job; results as they come, in any order. `alone`: in the parent, as they are."""
        if alone or self.count == 1:
            yield from (function(*job) for job in jobs)
            return
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="joblib")  # after an error it counts the tasks that it gave up
            try:
                self._started()
                self.running = True
                with self._parallel() as run:
                    yield from _call(run, ((function, job) for job in jobs))
            except TerminatedWorkerError as error:
                raise Mail2WikiError(
                    "a worker process was killed, as systems do that run out of memory", "",
                    "Run again with --workers 1.",
                ) from error  # fmt: skip

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        self.release(kill=kind is not None, wait=kind is not None)

    def release(self, kill: bool = False, wait: bool = True) -> None:
        """End idle processes: their memory is needed by the stages that run in the parent. `kill`: busy ones, too."""
        if not self.running:
            return
        from joblib.externals.loky import get_reusable_executor

        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="joblib")  # it counts the tasks that were given up
            if not kill:
                self._started()
            self._starting = ()
            get_reusable_executor(reuse=True).shutdown(wait=wait, kill_workers=kill)
        self.running = False

    def _started(self) -> None:
        """Wait until all have done what they were started with."""
        starting, self._starting = self._starting, ()
        for _ in starting:
            pass

    def _parallel(self) -> Any:
        import joblib

        _start_trackers()  # making one registers a folder, which would start them
        return joblib.Parallel(
            self.count, return_as="generator_unordered", pre_dispatch="3*n_jobs", batch_size=1,
            initializer=_end_with, initargs=(os.getpid(),),
        )  # fmt: skip


def _call(run: Any, calls: Iterable[tuple[Any, tuple]]) -> Iterator[Any]:
    """Dispatch the first calls, which starts the processes deaf to Ctrl-C; the results as they come.

    A terminal sends Ctrl-C to all of them, but only the parent may act on it.
    """
    import joblib

    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    threading.excepthook = _forgive
    try:
        with _environment("PYTHONWARNINGS", "ignore"):
            return run(joblib.delayed(function)(*job) for function, job in calls)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)


def _end_with(parent: int) -> None:
    """In a worker: end when the parent is gone. A killed one tells nobody, and loky's workers wait five minutes."""
    if os.getppid() != parent:
        return  # not started by it: a machine elsewhere

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@cache
def _start_trackers() -> None:
    """Start the processes that look after semaphores before the workers need them.

    Each of them unblocks Ctrl-C in this process once it runs, which would undo what `_call` does; and only what is in
    their environment when they start keeps them from complaining about workers that were killed.
    """
    from multiprocessing import resource_tracker

    from joblib.externals.loky.backend import resource_tracker as loky_tracker

    with _environment("PYTHONWARNINGS", "ignore"):
        resource_tracker.ensure_running()
        loky_tracker.ensure_running()


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def _forgive(args: threading.ExceptHookArgs) -> None:
    """loky's own thread stumbles over the workers it has lost after Ctrl-C; every other thread's error is shown."""
    if not args.thread or args.thread.name != "ExecutorManagerThread":
        threading.__excepthook__(args)
