"""Is what the author wrote kept as new text, and are attribution lines out of it? Against lines read by a person.

usage: own_text.py ANNOTATIONS SOURCE... [--details] [--at-least own=0.97 --at-most attributions=0.05]
ANNOTATIONS: one JSON object a line: {"id": sha256 of the message as delivered, "own": [lines], "attribution": [lines],
"other": [lines], "signature": [lines]}. Lines that a reader could take either way are in none of them. The files quote
real people and are therefore kept outside of this repository.
Prints
  own           share of the words of own lines that are in lines marked new (words counted as often as they stand)
  own_mean      the same, as the mean over messages (a single long one does not decide)
  lost          messages that lose more than a tenth of their own words
  attributions  share of messages with an attribution line or header block line left in the new text
  foreign       words of quoted lines and footers in the new text, as a share of the own words
  signatures    share of messages with a line of signature left in the new text
A line counts by its words in order, so that white space and Markdown do not matter.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mail2wiki.extract import extract, sources
from mail2wiki.records import NEW

_WORD = re.compile(r"\w+")


def words(lines: list[str]) -> Counter[str]:
    return Counter(word for line in lines for word in _WORD.findall(line.lower()))


def flat(line: str) -> str:
    return " ".join(_WORD.findall(line.lower()))


def messages(paths: list[Path]) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as scratch:
        for box in sources.find(paths, Path(scratch)).boxes:
            for _span, raw in sources.read_batch(box.kind, sources.spans(box)):
                yield raw


def standing(said: list[str], new: Counter[str], own: Counter[str]) -> list[str]:
    """Which of these lines stand in the new text more often than the author wrote the same line."""
    return [line for line in said if (key := flat(line)) and new[key] > own[key]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("annotations", type=Path)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--details", action="store_true", help="print the words and lines in question (real mail)")
    parser.add_argument("--at-least", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--at-most", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    wanted = {}
    for line in args.annotations.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        wanted[record["id"]] = record
    seen = kept = total = lost = attributed = signed = foreign = 0
    means = 0.0
    for raw in messages(args.sources):
        result = extract(raw)
        record = wanted.pop(result.message.id, None)
        if record is None:
            continue
        seen += 1
        new = [line for line, mark in zip(result.body.lines, result.body.marks, strict=True) if mark == NEW]
        own, found = words(record["own"]), words(new)
        there = sum((own & found).values())
        kept, total = kept + there, total + sum(own.values())
        share = there / sum(own.values()) if own else 1.0
        means += share
        lost += share < 0.9
        stands, said = Counter(map(flat, new)), Counter(map(flat, record["own"]))
        left = standing(record["attribution"], stands, said)
        attributed += bool(left)
        names = standing(record["signature"], stands, said)
        signed += bool(names)
        strange = standing(record["other"], stands, said)
        foreign += sum(len(_WORD.findall(line)) for line in strange)
        if args.details and (share < 1 or left or names or strange):
            print(f"# {result.message.id[:12]} kept {share:.3f}")
            print("  missing:", " ".join((own - found).elements())[:300])
            for what, lines in (("attribution", left), ("signature", names), ("other", strange)):
                for line in lines[:5]:
                    print(f"  {what}: {line[:110]}")
    if not seen:
        sys.exit("no annotated message in these sources")
    figures = {"own": kept / max(1, total), "own_mean": means / seen, "lost": lost, "attributions": attributed / seen,
               "foreign": foreign / max(1, total), "signatures": signed / seen, "messages": seen,
               "words": total, "not_found": len(wanted)}  # fmt: skip
    print(" ".join(f"{name} {value:.4g}" for name, value in figures.items()))
    missed = []
    for limits, sign in ((args.at_least, 1), (args.at_most, -1)):
        for limit in limits:
            name, value = limit.split("=")
            if sign * figures[name] < sign * float(value):
                missed.append(f"{name} {figures[name]:.4g} misses {value}")
    if missed:
        sys.exit("MISSED: " + "; ".join(missed))


if __name__ == "__main__":
    main()
