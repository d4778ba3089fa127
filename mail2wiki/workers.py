"""The processes that read and render (joblib): started early, deaf to Ctrl-C, ended when the parent needs memory.

Two kinds: as many as there are cores for what the parent only waits for (`run`), and one less for what is done while
the parent works, too (`beside`); these give way to it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from mail2wiki.errors import Mail2WikiError

SWITCH = 0.0002
"""Seconds after which a thread of the parent that moves jobs and results gets its turn. At Python's .005 a result of
2 MB, 32 fills of a pipe, took .16 s while the parent computed, and the workers waited as long."""


class Workers:
    """`count` processes, none before the first `start` or `run`; with a count of 1 the parent works by itself."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.running = False  # whether there are processes, or may be
        self._starting: Iterable[None] = ()
        self._pool: Any = None  # of the processes beside the parent

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
        with warnings.catch_warnings(), _missed():
            warnings.filterwarnings("ignore", module="joblib")  # after an error it counts the tasks that it gave up
            self._started()
            self.running = True
            with self._parallel() as run:
                yield from _call(run, ((function, job) for job in jobs))

    def beside(self, function: Any, jobs: Iterable[tuple], lend_a_hand: bool = False) -> Iterator[Any]:
        """`function(*job)` for every job in other processes while the parent works, too; results as they come.

        `lend_a_hand`: where the next result is not there yet, the parent does a job itself instead of waiting. May be
        used by another thread of the parent, by one at a time.
        """
        if self.count == 1:
            yield from (function(*job) for job in jobs)
            return
        if self._pool is None:
            self._pool = _pool(self.count - 1)
            sys.setswitchinterval(SWITCH)
        pending: deque[Any] = deque()
        enough = 3 * self.count
        with _missed():
            for job in jobs:
                while pending and (pending[0].done() or (len(pending) >= enough and not lend_a_hand)):
                    yield pending.popleft().result()
                if len(pending) >= enough:
                    yield function(*job)
                    continue
                with _deaf():
                    pending.append(self._pool.submit(function, *job))
            while pending:
                yield pending.popleft().result()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        self.release(kill=kind is not None, wait=kind is not None)
        if self._pool is not None:
            self._pool.shutdown(wait=True, kill_workers=True)

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
    """Dispatch the first calls, which starts the processes; the results as they come."""
    import joblib

    with _deaf():
        return run(joblib.delayed(function)(*job) for function, job in calls)


def _pool(count: int) -> Any:
    """Processes that start with the first job they are given."""
    from joblib.externals.loky import ProcessPoolExecutor

    _start_trackers()
    return ProcessPoolExecutor(count, initializer=_give_way, initargs=(os.getpid(),))


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Processes that are started in here warn of nothing and hear no Ctrl-C.

    A terminal sends it to all of them, but only the parent may act on it.
    """
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    threading.excepthook = _forgive
    try:
        with _environment("PYTHONWARNINGS", "ignore"):
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)


@contextlib.contextmanager
def _missed() -> Iterator[None]:
    """A process that something killed is one clear line."""
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    try:
        yield
    except TerminatedWorkerError as error:
        raise Mail2WikiError(
            "a worker process was killed, as systems do that run out of memory", "", "Run again with --workers 1."
        ) from error


def _give_way(parent: int) -> None:
    """In a worker beside the parent: a thread of the parent's own linear algebra that waits for a core costs more."""
    os.nice(10)
    gc.disable()  # a twelfth of the time went into looking for cycles; what is done here makes none
    _end_with(parent)


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
