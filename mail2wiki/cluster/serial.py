"""The issues of a series belong into one topic, whatever words the single ones brought.

Done to the topics that were found, before they are named, so that two halves of one series need not share a name. A
person's pin decides, else where most issues are; so a series stays where it was. A topic that was mostly about the
series goes with it. Refuses to move anything else, above all what a person pinned.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from mail2wiki.records import Document


def together(
    numbers: np.ndarray, ids: Sequence[str], rows: Sequence[Document], pinned: Iterable[str]
) -> tuple[np.ndarray, list[str]]:
    """Topic number of each row and id of each number. `pinned`: ids of conversations, or their beginnings."""
    series: dict[str, list[int]] = defaultdict(list)
    for row, document in enumerate(rows):
        if document.series:
            series[document.series].append(row)
    if not series:
        return numbers, list(ids)
    home = numbers.tolist()
    inside: dict[int, list[int]] = defaultdict(list)
    for row, topic in enumerate(home):
        inside[topic].append(row)
    pins = tuple(pinned)
    for name in sorted(series):
        issues = series[name]
        votes = Counter(home[row] for row in issues)
        wished = [home[row] for row in issues if rows[row].id.startswith(pins)]
        goal = wished[0] if wished else max(votes, key=lambda topic: (votes[topic], -topic))
        for topic in votes.keys() - {goal}:
            mostly = 2 * votes[topic] > len(inside[topic])
            for row in inside[topic] if mostly else ():
                if not rows[row].series and not rows[row].id.startswith(pins):
                    home[row] = goal
        for row in issues:
            home[row] = goal
    left: dict[int, int] = {}
    found = np.array([left.setdefault(topic, len(left)) for topic in home], dtype=np.int64)
    return found, [ids[topic] for topic in left]
