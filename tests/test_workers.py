"""Worker processes: deaf to Ctrl-C, gone with their parent, and missed when something kills them."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mail2wiki.errors import Mail2WikiError
from mail2wiki.workers import Errand, Workers, _environment

WAITING = """
import os, pathlib, sys, time
from mail2wiki.workers import Workers
def say_and_wait(folder):
    pathlib.Path(folder, str(os.getpid())).touch()
    time.sleep(60)
list(Workers(2).run(say_and_wait, [(sys.argv[1],)] * 2))
"""


def test_workers_do_not_hear_ctrl_c() -> None:
    def blocked(_: int) -> set[int]:  # joblib sends functions of this module that are nested by value
        return {int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, ())}

    workers = Workers(2)
    workers.start([])
    assert all(signal.SIGINT in mask for mask in workers.run(blocked, [(n,) for n in range(4)]))
    assert signal.SIGINT not in blocked(0)
    workers.release()


@pytest.mark.parametrize("lend_a_hand", [False, True])
def test_workers_beside_the_parent(lend_a_hand: bool) -> None:
    def slow(number: int) -> tuple[int, int, bool]:
        time.sleep(0.02)
        return number, os.getpid(), signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())

    with Workers(2) as workers:
        done = list(workers.beside(slow, [(n,) for n in range(30)], lend_a_hand))
    assert sorted(number for number, _, _ in done) == list(range(30))
    assert (os.getpid() in {process for _, process, _ in done}) == lend_a_hand
    assert all(deaf == (process != os.getpid()) for _, process, deaf in done)  # only the parent hears Ctrl-C
    assert [number for number, _, _ in Workers(1).beside(slow, [(3,)])] == [3]


def test_threads_that_start_processes_at_once_leave_the_environment_as_it_was() -> None:
    entered, go, wrong = threading.Event(), threading.Event(), []

    def other() -> None:
        try:
            with _environment("MAIL2WIKI_TEST", "other"):
                entered.set()
                go.wait(10)
        except KeyError as error:
            wrong.append(error)

    thread = threading.Thread(target=other)
    with _environment("MAIL2WIKI_TEST", "one"):
        thread.start()
        entered.wait(0.2)
    go.set()
    thread.join(10)
    assert not wrong and not thread.is_alive() and "MAIL2WIKI_TEST" not in os.environ


def test_a_killed_worker_is_one_line() -> None:
    def kill_self(number: int) -> int:
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    workers = Workers(2)
    with pytest.raises(Mail2WikiError, match="worker process was killed"):
        list(workers.run(kill_self, [(n,) for n in range(9)]))
    workers.release()


def test_what_goes_wrong_on_an_errand_is_told_at_its_end() -> None:
    def killed() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with Workers(2) as workers, pytest.raises(Mail2WikiError, match="worker process was killed"):
        Errand(workers, killed, iter([()]), list).end()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_their_parent(number: signal.Signals, tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", WAITING, str(tmp_path)])
    while len(list(tmp_path.iterdir())) < 2:
        time.sleep(0.05)
    workers = [int(path.name) for path in tmp_path.iterdir()]
    parent.send_signal(number)
    parent.wait()
    deadline = time.monotonic() + 10
    while any(map(_lives, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(_lives, workers))


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # dead, and waiting for somebody to notice
