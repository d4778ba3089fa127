"""Does the same mail always give the same bytes?

usage: same_bytes.py MBOX [--kills 10] [--seed 1]
Exports MBOX with one and with two workers, two hash seeds, one and two BLAS threads; its messages as .eml files in a
folder tree, created in two shuffled orders; and MBOX again after `kill -9` of the whole process group at random
moments, followed by an undisturbed run. Compares wiki/, manifest.jsonl and review.csv byte by byte. Exit 1 and the
first difference if any.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def export(source: Path, out: Path, workers: int = 2, hash_seed: int = 0, threads: int = 2) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "mail2wiki",
        "export",
        str(source),
        "-o",
        str(out),
        "-q",
        "--workers",
        str(workers),
    ]
    changed = {"PYTHONHASHSEED": str(hash_seed), **dict.fromkeys(THREADS, str(threads))}
    return subprocess.Popen(command, start_new_session=True, env={**os.environ, **changed})


def done(process: subprocess.Popen[bytes]) -> None:
    if process.wait():
        sys.exit(f"{process.args} ended with {process.returncode}")


def tree(out: Path) -> dict[str, str]:
    files = [p for p in (out / "wiki").rglob("*") if p.is_file()] + [out / "manifest.jsonl", out / "review.csv"]
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(files)}


def same(name: str, one: Path, other: Path) -> None:
    a, b = tree(one), tree(other)
    wrong = sorted(path for path in a.keys() | b.keys() if a.get(path) != b.get(path))
    if wrong:
        sys.exit(f"{name}: {len(wrong)} files differ, first {wrong[0]}")
    print(f"{name}: {len(a)} files, the same bytes", flush=True)


def shuffled(mbox: Path, folder: Path, seed: int) -> None:
    """The messages as files, with the same names and places, but created in another order."""
    from mail2wiki.extract import sources

    with tempfile.TemporaryDirectory() as scratch:
        [box] = sources.find([mbox], Path(scratch)).boxes
        mails = [raw for _, raw in sources.read_batch(box.kind, sources.spans(box))]
    order = list(range(len(mails)))
    random.Random(seed).shuffle(order)
    for number in order:
        place = folder / f"year{number % 7}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:06}.eml").write_bytes(mails[number])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mbox", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        began = time.monotonic()
        done(export(args.mbox, root / "two", workers=2, hash_seed=1, threads=2))
        whole = time.monotonic() - began
        done(export(args.mbox, root / "one", workers=1, hash_seed=2, threads=1))
        same("1 and 2 workers, two hash seeds, 1 and 2 BLAS threads", root / "two", root / "one")
        for name, seed in (("a", 1), ("b", 2)):
            shuffled(args.mbox, root / name / "mail", seed)
            done(export(root / name / "mail", root / name / "out"))
        same("folder tree, two orders of creation", root / "a" / "out", root / "b" / "out")
        for number in range(args.kills):
            out = root / f"killed{number}"
            process = export(args.mbox, out)
            moment = rng.uniform(0.05, 1.0) * whole
            time.sleep(moment)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            done(export(args.mbox, out))
            same(f"killed after {moment:.2f} of {whole:.2f} s and run again", root / "two", out)


if __name__ == "__main__":
    main()
