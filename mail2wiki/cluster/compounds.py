"""German compounds meet their parts: `Wartungsvertrag` also counts as `Wartung` and as `Vertrag`.

No dictionary: a long word is split where both parts are words of this very mailbox (the same stems, in at least LEAST
conversations), so a company's own words are split too and `Verantwortung` is not. The longer the shorter part, the
better the split. Refuses languages that write compounds apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mail2wiki.cluster import bags
from mail2wiki.records import Document

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SHORTEST = 9  # letters of a compound
PART = 4  # letters of a part
LEAST = 2
MOST = 30_000  # distinct long words looked at
WEIGHT = 1.0  # of a part: .68 (0), .68 (.25), .73 (.5), .78 AMI on the terse German test mailbox
_JOINTS = ("", "s", "es", "n", "en", "er", "e")  # between the parts, as in Wartung-s-vertrag


def long_words(documents: Sequence[Document]) -> list[str]:
    """The distinct long words of German text and subjects, sorted."""
    found: set[str] = set()
    for document in documents:
        if document.language == "de":
            for data in document.terms:
                bag = bags.decode(data)
                found.update(bag.words.decode("utf-8", "replace").split())
            for subject in document.subjects[:20]:
                found.update(bags.words_of(subject[:400]))
    lower = {word.lower() for word in found if SHORTEST <= len(word) <= 40}
    return sorted(lower)[:MOST]


def split(word: str, known: Iterable[int]) -> tuple[int, int] | None:
    """Hashes of the two parts of a lower-case word, or None."""
    best: tuple[int, int, int] | None = None
    for at in range(PART, len(word) - PART + 1):
        head = bags.hash_stem(bags.stem(word[at:], "de"))
        if not head or head not in known or (best and best[0] >= min(at, len(word) - at)):
            continue
        for joint in _JOINTS:
            front = word[: at - len(joint)]
            if word[:at].endswith(joint) and len(front) >= PART:
                value = bags.hash_stem(bags.stem(front, "de"))
                if value and value in known:
                    best = (min(at, len(word) - at), value, head)
                    break
    return best[1:] if best else None


def add_parts(words: csr_matrix, columns: np.ndarray, documents: Sequence[Document]) -> csr_matrix:
    """The counts with the parts of compounds added at WEIGHT."""
    long = long_words(documents)
    if not long:
        return words
    from scipy.sparse import csr_matrix

    df = np.bincount(words.indices, minlength=words.shape[1])
    known = set(columns[df >= LEAST].tolist())
    at = {value: n for n, value in enumerate(columns.tolist())}
    pairs: set[tuple[int, int]] = set()
    for word in long:
        whole = at.get(bags.hash_stem(bags.stem(word, "de")))
        parts = split(word, known) if whole is not None else None
        if whole is not None and parts:
            pairs.update((whole, at[part]) for part in parts if at[part] != whole)
    if not pairs:
        return words
    rows, targets = np.array(sorted(pairs)).T
    table = csr_matrix((np.full(len(rows), WEIGHT, np.float32), (rows, targets)), shape=(words.shape[1],) * 2)
    more = (words + words @ table).tocsr()
    more.sort_indices()
    return more
