"""All issues of a series are in one topic, by a person's pin or where most are; what else is there stays or follows."""

from __future__ import annotations

import numpy as np
import pytest

from mail2wiki.cluster import serial
from mail2wiki.records import Document


def topics(members: dict[str, str], series: str, pinned: tuple[str, ...] = ()) -> dict[str, str]:
    """Topic -> its conversations (one letter each) after; `series`: those that are issues."""
    names = sorted("".join(members.values()))
    ids = sorted(members)
    rows = [Document(c, (), (), (), None, None, series="s" if c in series else "") for c in names]
    numbers = np.array([next(n for n, id in enumerate(ids) if c in members[id]) for c in names])
    found, left = serial.together(numbers, ids, rows, pinned)
    assert sorted(set(found.tolist())) == list(range(len(left)))
    return {id: "".join(c for c, at in zip(names, found.tolist(), strict=True) if left[at] == id) for id in left}


@pytest.mark.parametrize(
    ("before", "series", "pinned", "after"),
    [
        ({"a": "xyk", "b": "zlmn"}, "xyz", (), {"a": "kxyz", "b": "lmn"}),
        ({"a": "xyk", "b": "z"}, "xyz", (), {"a": "kxyz"}),
        ({"a": "xyk", "b": "zlmn"}, "xyz", ("z",), {"b": "klmnxyz"}),
        ({"a": "xyk", "b": "zlmn"}, "xyz", ("z", "k"), {"a": "k", "b": "lmnxyz"}),
        ({"a": "xyklm", "b": "zn"}, "xyz", ("z",), {"a": "klm", "b": "nxyz"}),
        ({"a": "kl", "b": "mn"}, "", (), {"a": "kl", "b": "mn"}),
    ],
    ids=["most", "a topic left empty", "pinned, and what was mostly about it follows", "pinned stays", "stays", "none"],
)
def test_a_series_is_in_one_topic(before, series, pinned, after):
    assert topics(before, series, pinned) == after
