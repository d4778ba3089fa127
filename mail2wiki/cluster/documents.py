"""Documents -> a sparse matrix of word counts (a conversation per row) and one of addresses.

Refuses to weight anything by meaning: that is `vectors`. Rows are in the order of the documents given (group() sorts
them by id), columns ascend by hash, so the result does not depend on the order in which mail was read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mail2wiki.cluster import bags
from mail2wiki.records import Document

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SUBJECT = 2  # a word of a subject counts as much as two of the text (+ .024 AMI on the three tuning mailboxes)
SUBJECTS = 20  # distinct subjects read per conversation
CROWD = 60  # more people than this in one conversation are a distribution list: they say nothing about each other
_PREFIX = re.compile(
    r"^(?:\s*(?:re|fwd?|aw|antw|antwort|wg|sv|vs|rv|tr|ha|vb|res|enc|weitergeleitet|forwarded|out of office)"
    r"(?:\s?[\[(^]\d{1,3}[\])]?)?\s*[:：]|\s*\[[^\]]{0,40}\])+\s*",
    re.IGNORECASE,
)


def bare_subject(subject: str) -> str:
    """A subject without Re:, AW:, WG: and [tags], blanks single."""
    subject = " ".join(subject[:400].split())
    return _PREFIX.sub("", subject)


def bare_subjects(document: Document) -> list[str]:
    """The distinct subjects of a conversation, bare, first message first, at most SUBJECTS of them."""
    return list(dict.fromkeys(filter(None, map(bare_subject, dict.fromkeys(document.subjects)))))[:SUBJECTS]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the documents say, counted."""

    words: csr_matrix  # float32 (documents, hashes)
    columns: np.ndarray  # u32, ascending: the hash of each column
    people: csr_matrix  # float32 (documents, addresses)
    sizes: np.ndarray  # messages per document, at least 1
    first: np.ndarray  # days since 1970, NaN where there is no date
    last: np.ndarray


def count(documents: Sequence[Document]) -> Counts:
    """All counts of the documents. Time and memory grow with the bytes of their terms."""
    rows, hashes, counts = _triples(documents)
    columns, inverse = np.unique(hashes, return_inverse=True)
    words = _sparse(counts, rows, inverse, (len(documents), len(columns)))
    return Counts(
        words=words,
        columns=columns,
        people=_people(documents),
        sizes=np.array([max(1, len(d.terms)) for d in documents], dtype=np.int64),
        first=_days([d.first for d in documents]),
        last=_days([d.last if d.last is not None else d.first for d in documents]),
    )


def _triples(documents: Sequence[Document]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row, hash, count) of every word of the messages and, at their weight, of subjects and attachment names."""
    hash_parts: list[bytes] = []
    count_parts: list[bytes] = []
    lengths: list[int] = []
    more: list[tuple[int, dict[int, int]]] = []
    for row, document in enumerate(documents):
        length = 0
        for data in document.terms:
            bag = bags.decode(data)
            hash_parts.append(bag.hashes)
            count_parts.append(bag.counts)
            length += len(bag.counts)
        lengths.append(length)
        more.append((row, _named(document)))
    rows = np.repeat(np.arange(len(documents), dtype=np.int32), lengths)
    extra_rows = np.repeat(np.arange(len(documents), dtype=np.int32), [len(found) for _, found in more])
    extra_hashes = np.fromiter((key for _, found in more for key in found), dtype=np.uint32, count=len(extra_rows))
    extra_counts = np.fromiter((n for _, found in more for n in found.values()), np.float32, count=len(extra_rows))
    hashes = np.frombuffer(b"".join(hash_parts), dtype="<u4")
    counts = np.frombuffer(b"".join(count_parts), dtype=np.uint8).astype(np.float32)
    return (
        np.concatenate([rows, extra_rows]),
        np.concatenate([hashes, extra_hashes]).astype(np.uint32),
        np.concatenate([counts, extra_counts]),
    )


def _named(document: Document) -> dict[int, int]:
    """Words of the subjects, doubled, and of attachment names."""
    words = [word for subject in bare_subjects(document) for word in bags.words_of(subject)] * SUBJECT
    words += [word for name in document.files[:50] for word in bags.words_of(name.rpartition(".")[0])]
    return bags.count(words, document.language)


def _people(documents: Sequence[Document]) -> csr_matrix:
    """Who took part (and on which list), with the weights the documents carry."""
    index: dict[str, int] = {}
    rows, columns, weights = [], [], []
    for row, document in enumerate(documents):
        if len(document.people) <= CROWD:
            for address, weight in document.people:
                rows.append(row)
                columns.append(index.setdefault(address, len(index)))
                weights.append(weight)
        for list_id in document.list_ids:
            rows.append(row)
            columns.append(index.setdefault(f"list {list_id}", len(index)))
            weights.append(1.0)
    order = {name: n for n, name in enumerate(sorted(index))}
    by_name = np.array([order[name] for name in index], dtype=np.int64)
    at = by_name[np.array(columns, dtype=np.int64)] if columns else np.zeros(0, np.int64)
    return _sparse(np.array(weights, np.float32), np.array(rows, np.int64), at, (len(documents), len(index)))


def _sparse(values: np.ndarray, rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> csr_matrix:
    from scipy.sparse import coo_matrix

    matrix = coo_matrix((values, (rows, columns)), shape=shape, dtype=np.float32).tocsr()
    matrix.sum_duplicates()
    matrix.sort_indices()
    return matrix


def _days(dates: list[int | None]) -> np.ndarray:
    return np.array([np.nan if date is None else date / 86400 for date in dates], dtype=np.float64)
