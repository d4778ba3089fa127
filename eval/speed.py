"""How fast is an export, and how much memory does it take, against a neighbour in the same run?

usage: speed.py MBOX [--workers 2] [--keep OUT] [--at-most ratio=1.0 --at-most again=0.05 --at-most memory=400]
Runs `mbox-md --strip-quotes` (PyPI; one Markdown file per message and nothing else) and `mail2wiki export` on the same
mailbox, then the export again with nothing new; the disk is synced before each, so that none pays for the one before.
Nothing is deleted in between: ext4 looks long for free inodes among recently deleted ones (9,000 deleted files made the
next 1,700 take 0.8 s more).
Prints seconds of each, `ratio` (export / neighbour), `again` (second export / first) and `memory` (highest sum of the
resident memory of all its processes, MB; pages shared by processes count in each; sampled every 200 ms, more often
slows it). Needs psutil, and mbox-md beside the Python that runs this.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil


def measured(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak memory in MB of a command and all its children."""
    os.sync()
    began = time.perf_counter()
    process = psutil.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        total = 0
        for one in (process, *_children(process)):
            try:
                total += one.memory_info().rss
            except psutil.Error:
                continue
        peak = max(peak, total)
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(timeout=0.2)
    seconds = time.perf_counter() - began
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return seconds, peak / 1e6


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mbox", type=Path)
    parser.add_argument("--workers", default="2")
    parser.add_argument("--keep", type=Path, help="write the wiki here and leave it")
    parser.add_argument("--at-most", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    bin = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as scratch:
        neighbour, _ = measured(
            [str(bin / "mbox-md"), str(args.mbox), f"{scratch}/md", "--strip-quotes", "--workers", args.workers]
        )
        out = args.keep or Path(scratch) / "out"
        export = [
            str(bin / "mail2wiki"),
            "export",
            str(args.mbox),
            "-o",
            str(out),
            "--quiet",
            "--workers",
            args.workers,
        ]
        first, memory = measured(export)
        second, _ = measured(export)
    figures = {"neighbour": neighbour, "export": first, "ratio": first / neighbour, "second": second,
               "again": second / first, "memory": memory}  # fmt: skip
    print(" ".join(f"{name} {value:.3g}" for name, value in figures.items()))
    limits = dict(limit.split("=") for limit in args.at_most)
    missed = [
        f"{name} {figures[name]:.3g} is not <= {limit}"
        for name, limit in limits.items()
        if figures[name] > float(limit)
    ]
    if missed:
        sys.exit("MISSED: " + "; ".join(missed))


if __name__ == "__main__":
    main()
