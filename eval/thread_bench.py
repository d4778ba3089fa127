"""What does the thread room cost, and does it stay linear?

usage: thread_bench.py SMALL [LARGE] [--workers 1] [--at-most us=400 --at-most ratio=12 --at-most memory=2000]
SMALL and LARGE are mailboxes, or OUT folders of an export (nothing in them is changed). For each, a process of its own
opens the catalogue, loads all messages and weaves them, as an export does. Prints messages, CPU microseconds for a
message (`load`: from the catalogue into memory; `us`: the thread room itself) and `memory`, the peak of that whole
process in MB. With two mailboxes also `ratio`: CPU of load and weave for LARGE / SMALL. `--at-most` holds for each.
With `--workers 2` texts are compared by processes of their own, as an export of more than one batch of mail does it;
`load`, `us` and `ratio` are then of the clock (nothing else may run), `memory` is the parent's.
A mailbox of any size is made by `scale_mbox.py` of the shared tools; reading one of 1,000,000 messages takes long, so
read it once with `--keep FOLDER` and give that folder from then on.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mail2wiki import pipeline, reading, thread
from mail2wiki.catalog import Catalog
from mail2wiki.extract import sources
from mail2wiki.out import Out
from mail2wiki.progress import Progress
from mail2wiki.workers import Workers


def read(mbox: Path, root: Path) -> Path:
    """The catalogue of a mailbox, made in `root` as an export makes it."""
    out = Out(root)
    boxes = sources.find([mbox], out.work / "unpacked").boxes
    with out.claim(), Workers(2) as workers, Catalog(out.catalog, reading=reading.version()) as catalog:
        reading.read(boxes, catalog, out.work, workers, Progress())
    return root


def measured(root: Path, workers: int) -> dict[str, float]:
    """Figures of one OUT, by a process of its own."""
    command = [sys.executable, __file__, str(root), "--measure", "--workers", str(workers)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def measure(root: Path, count_of_workers: int) -> dict[str, float]:
    gc.disable()  # as an export does
    now = time.process_time if count_of_workers == 1 else time.monotonic
    with Catalog(Out(root).catalog, readonly=True) as catalog, Workers(count_of_workers) as workers:
        if count_of_workers > 1:  # reading has begun them
            list(workers.run(len, [("",)] * count_of_workers))
        began = now()
        messages = pipeline.load(catalog)
        loaded = now()
        count = len(messages)
        woven = thread.weave(
            list(messages.values()), catalog.prints_in_order(), catalog.bodies, spread=reading.spread(workers, catalog)
        )
        done = now()
    assert woven.conversations
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    each = 1e6 / count
    return {"messages": count, "load": (loaded - began) * each, "us": (done - loaded) * each, "memory": peak,
            "seconds": done - began}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("small", type=Path)
    parser.add_argument("large", type=Path, nargs="?")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the catalogue of SMALL here")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--at-most", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(measure(args.small, args.workers)))
        return
    figures = []
    for number, source in enumerate(filter(None, (args.small, args.large))):
        with tempfile.TemporaryDirectory() as scratch:
            keep = args.keep if args.keep and not number else Path(scratch)
            figures.append(measured(source if Out(source).catalog.exists() else read(source, keep), args.workers))
        print(source.name, " ".join(f"{name} {value:.4g}" for name, value in figures[-1].items()), flush=True)
    if len(figures) == 2:
        figures[1]["ratio"] = figures[1]["seconds"] / figures[0]["seconds"]
        print(f"ratio {figures[1]['ratio']:.3g}")
    limits = [limit.split("=") for limit in args.at_most]
    missed = [
        f"{name} {one[name]:.4g} is not <= {limit}"
        for one in figures
        for name, limit in limits
        if one.get(name, 0) > float(limit)
    ]
    if missed:
        sys.exit("MISSED: " + "; ".join(missed))


if __name__ == "__main__":
    main()
