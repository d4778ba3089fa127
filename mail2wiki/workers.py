"""The processes that read and render: ready at once, deaf to Ctrl-C, ended when the parent needs memory.

Two kinds: as many as there are cores for what the parent only waits for (`run`), and one less for what is done while
the parent works, too (`beside`); these give way to it. They are loky's (joblib's engine), and begin as copies of one
process that has imported what they need: Python's fork server. It has no thread, open file or lock that a copy must
not have, as the parent has. A process of its own for each took .25 s to import the same, on both cores.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from mail2wiki.errors import Mail2WikiError

DISPATCHED = 3  # jobs for each process that it need not wait for
SWITCH = 0.0002
"""Seconds after which a thread of the parent that moves jobs and results gets its turn. At Python's .005 a result of
2 MB, 32 fills of a pipe, took .16 s while the parent computed, and the workers waited as long."""
_STARTING = threading.RLock()


class Workers:
    """`count` processes, none before the first `run`; with a count of 1 the parent works by itself."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: Any = None
        self._beside: Any = None

    @property
    def running(self) -> bool:
        """Whether there are processes that `run` would use."""
        return self._pool is not None

    def start(self, modules: Sequence[str]) -> None:
        """Let these modules be imported for the processes while the parent goes on."""
        if self.count > 1:
            _serve(modules)

    def run(self, function: Any, jobs: Iterable[tuple], alone: bool = False) -> Iterator[Any]:
        """`function(*job)` for every job; results as they come, in any order. `alone`: in the parent, as they are."""
        if alone or self.count == 1:
            yield from (function(*job) for job in jobs)
            return
        self._pool = self._pool or _processes(self.count, _end_with_parent)
        pending: set[Any] = set()
        with _missed():
            for job in jobs:
                if len(pending) >= DISPATCHED * self.count:
                    done, pending = _first_of(pending)
                    yield from done
                with _deaf():
                    pending.add(self._pool.submit(function, *job))
            while pending:
                done, pending = _first_of(pending)
                yield from done

    def beside(self, function: Any, jobs: Iterable[tuple], lend_a_hand: bool = False) -> Iterator[Any]:
        """`function(*job)` for every job in other processes while the parent works, too; results as they come.

        `lend_a_hand`: where the next result is not there yet, the parent does a job itself instead of waiting. May be
        used by another thread of the parent, by one at a time.
        """
        if self.count == 1:
            yield from (function(*job) for job in jobs)
            return
        if self._beside is None:
            self._beside = _processes(self.count - 1, _give_way)
            sys.setswitchinterval(SWITCH)
        pending: deque[Any] = deque()
        enough = DISPATCHED * self.count
        with _missed():
            for job in jobs:
                while pending and (pending[0].done() or (len(pending) >= enough and not lend_a_hand)):
                    yield pending.popleft().result()
                if len(pending) >= enough:
                    yield function(*job)
                    continue
                with _deaf():
                    pending.append(self._beside.submit(function, *job))
            while pending:
                yield pending.popleft().result()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.release(kill=True)
        if self._beside is not None:
            self._beside.shutdown(wait=True, kill_workers=True)

    def release(self, kill: bool = False) -> None:
        """End idle processes: their memory is needed by the stages that run in the parent. `kill`: busy ones, too."""
        if self._pool is not None:
            self._pool.shutdown(wait=kill, kill_workers=kill)
            self._pool = None


class Errand:
    """Jobs done in other processes beside the parent, handed out by a thread of it that uses what comes back. (errand)

    It begins at once; what goes wrong in it is raised by `end`.
    """

    def __init__(
        self, workers: Workers, function: Any, jobs: Iterable[tuple], use: Callable[[Iterator[Any]], None]
    ) -> None:
        """`use` gets the results of `function(*job)` as they come, in that thread."""
        self._ended = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(workers, function, jobs, use), daemon=True)
        self._thread.start()

    def begin_no_more(self) -> None:
        """What was begun goes on."""
        self._ended = True

    def end(self) -> None:
        """Wait until all is done that was begun. Raises what went wrong."""
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(
        self, workers: Workers, function: Any, jobs: Iterable[tuple], use: Callable[[Iterator[Any]], None]
    ) -> None:
        try:
            use(workers.beside(function, self._until_ended(jobs)))
        except BaseException as error:  # told to the parent's own thread
            self._error = error

    def _until_ended(self, jobs: Iterable[tuple]) -> Iterator[tuple]:
        for job in jobs:
            if self._ended:
                return
            yield job


def _first_of(pending: set[Any]) -> tuple[list[Any], set[Any]]:
    """What is done first of these jobs, and what is left."""
    from joblib.externals.loky import wait

    done, left = wait(pending, return_when="FIRST_COMPLETED")
    return [one.result() for one in done], left


def _serve(modules: Sequence[str] = ()) -> None:
    """Start the process that workers begin as copies of; `modules`: what it imports, if it does not run yet."""
    from importlib.machinery import ModuleSpec
    from multiprocessing import forkserver, resource_tracker, set_forkserver_preload

    main = sys.modules["__main__"]
    if main.__spec__ is None:  # each copy would run the script that started this, for what may be defined there
        main.__spec__ = ModuleSpec("mail2wiki.__main__", None)
    set_forkserver_preload(list(modules))
    with _environment("PYTHONWARNINGS", "ignore"):
        resource_tracker.ensure_running()
    with _deaf():
        forkserver.ensure_running()


def _processes(count: int, begin: Callable[[], None]) -> Any:
    """Processes that start with the first job they are given."""
    from multiprocessing import get_context

    from joblib.externals.loky import ProcessPoolExecutor

    _serve()
    _start_tracker()
    return ProcessPoolExecutor(count, context=get_context("forkserver"), initializer=begin)


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


def _give_way() -> None:
    """In a worker beside the parent: a thread of the parent's own linear algebra that waits for a core costs more."""
    os.nice(10)
    gc.disable()  # a twelfth of the time went into looking for cycles; what is done here makes none
    _end_with_parent()


def _end_with_parent() -> None:
    """In a worker: end when the parent is gone. A killed one tells nobody, and the fork server lives as long as we."""
    from multiprocessing import parent_process

    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _start_tracker() -> None:
    """Start the process that looks after loky's semaphores before the workers need them.

    Like the fork server's own it unblocks Ctrl-C in this process once it runs, which would undo what `_deaf` does; and
    only what is in their environment when they start keeps them from complaining about workers that were killed.
    """
    from joblib.externals.loky.backend import resource_tracker

    with _environment("PYTHONWARNINGS", "ignore"):
        resource_tracker.ensure_running()


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """A variable for processes that start in here, by one thread at a time: each puts back what it found."""
    with _STARTING:
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
