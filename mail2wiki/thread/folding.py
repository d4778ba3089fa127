"""What of an earlier issue of a series need not be said: the paragraphs that stand in a later issue.

A series is read from its newest issue back, so what returns is shown in the latest issue that says it. Works on
fingerprints of the published issues only: a paragraph is never left out in favour of one that nobody may see. Refuses
to look at texts, and at paragraphs that are hidden in the later issue themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mail2wiki.records import Folded, Quoted
from mail2wiki.thread.prints import OWN, Prints


def fold(
    issues: Sequence[str], prints: Mapping[str, bytes], quoted: Mapping[str, tuple[Quoted, ...]]
) -> dict[str, Folded]:
    """By message: what of its own text stands in a later issue; only where there is some.

    `issues`: message ids, oldest first; `prints`: the fingerprint of each; `quoted`: see `Woven`.
    """
    columns = Prints.read((prints[id] for id in issues), np.arange(len(issues)))
    said: set[int] = set()
    after: set[int] = set()  # paragraphs of the issue after this one
    folded: dict[str, Folded] = {}
    for at in range(len(issues) - 1, -1, -1):
        own = _own(columns, at, quoted.get(issues[at], ()))
        mine = {digest for _, digest, *_ in own}
        length = sum(size for *_, size in own)
        ranges: list[list[int]] = []
        last = -2  # piece that was folded last
        for k, digest, start, stop, _ in own:
            if digest in said:
                if last == k - 1:
                    ranges[-1][1] = stop  # with the rulers between the two
                else:
                    ranges.append([start, stop])
                last = k
        if ranges:
            returning = sum(size for _, digest, *_, size in own if digest in after) / max(1, length)
            folded[issues[at]] = Folded(tuple((start, stop) for start, stop in ranges), returning)
        said |= mine
        after = mine
    return folded


def _own(columns: Prints, at: int, quoted: Sequence[Quoted]) -> list[tuple[int, int, int, int, int]]:
    """(number, hash, start, stop, length) of the own pieces of message `at` that are shown in their place."""
    rows = slice(int(columns.first[at]), int(columns.first[at + 1]))
    own = []
    elsewhere = [(quote.start, quote.stop) for quote in reversed(quoted)]
    found = zip(columns.kind[rows].tolist(), columns.hash[rows].tolist(), columns.start[rows].tolist(),
                columns.stop[rows].tolist(), columns.length[rows].tolist(), strict=True)  # fmt: skip
    for k, (kind, digest, start, stop, length) in enumerate(found):
        while elsewhere and elsewhere[-1][1] <= start:  # both ascend
            elsewhere.pop()
        if kind == OWN and not (elsewhere and elsewhere[-1][0] < stop):
            own.append((k, digest, start, stop, length))
    return own
