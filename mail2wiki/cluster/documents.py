"""Documents -> a sparse matrix of word counts (a conversation per row) and one of addresses.

Refuses to weight anything by meaning: that is `vectors`. Rows are in the order of the documents given (group() sorts
them by id), columns ascend by hash, so the result does not depend on the order in which mail was read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mail2wiki.cluster import bags, compounds
from mail2wiki.records import Document

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SUBJECT = 2  # a word of a subject counts as much as two of the text (+ .024 AMI on the three tuning mailboxes)
SUBJECTS = 20  # distinct subjects read per conversation
FILES = 50  # attachments' names, and titles, of a conversation
FOLDER = 3.0  # a folder beside the people: its owner has sorted by hand
_PARTS = re.compile(r"[._+-]")
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


def own_folders(document: Document) -> list[str]:
    """The folders a person made for a conversation: their last level, but none that says nothing (`Archiv 2019`)."""
    found = []
    for folder in document.folders[:10]:
        last = folder[-200:].rpartition("/")[2].replace("_", " ").strip()
        words = {word.lower() for word in bags.words_of(last)}
        people = {part for address, _ in document.people for part in _PARTS.split(address.partition("@")[0])}
        if words - bags.word_list("folders") - bags.stop_words() - people:
            found.append(last)
    return found


def attached(document: Document) -> list[str]:
    """What the files of a conversation are called: their names without endings, and the titles inside."""
    return [name.rpartition(".")[0] for name in document.files[:FILES]] + list(document.titles[:FILES])


@dataclass(frozen=True, slots=True)
class Counts:
    """What the documents say, counted."""

    words: csr_matrix  # float32 (documents, hashes)
    columns: np.ndarray  # u32, ascending: the hash of each column
    people: csr_matrix  # float32 (documents, addresses, lists and folders; see people_names)
    sizes: np.ndarray  # messages per document, at least 1
    first: np.ndarray  # days since 1970, NaN where there is no date
    last: np.ndarray


def count(documents: Sequence[Document]) -> Counts:
    """All counts of the documents. Time and memory grow with the bytes of their terms."""
    rows, hashes, counts = _triples(documents)
    columns, inverse = np.unique(hashes, return_inverse=True)
    words = _sparse(counts, rows, inverse, (len(documents), len(columns)))
    return Counts(
        words=compounds.add_parts(words, columns, documents),
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
    """Words of the subjects and of the owner's folders, doubled, of attachments' names and of their titles."""
    words = [word for subject in bare_subjects(document) for word in bags.words_of(subject)] * SUBJECT
    words += [word for folder in own_folders(document) for word in bags.words_of(folder)] * SUBJECT
    words += [word for text in attached(document) for word in bags.words_of(text)]
    return bags.count(Counter(words), document.language)


def _who(document: Document) -> list[tuple[str, float]]:
    """Who took part, with the weights the document carries; on which list; in which of the owner's folders."""
    few = document.people if len(document.people) <= CROWD else ()
    people = [(name, weight) for name, weight in few if weight > 0.01]
    people += [(f"list {name}", 1.0) for name in document.list_ids]
    return people + [(f"folder {name.casefold()}", FOLDER) for name in own_folders(document)]


def people_names(documents: Sequence[Document]) -> list[str]:
    """The name of each column of Counts.people."""
    return _names(map(_who, documents))


def _names(who: Iterable[list[tuple[str, float]]]) -> list[str]:
    return sorted({name for people in who for name, _ in people})


def _people(documents: Sequence[Document]) -> csr_matrix:
    who = [_who(document) for document in documents]
    at = {name: column for column, name in enumerate(_names(who))}
    entries = [(row, at[name], weight) for row, people in enumerate(who) for name, weight in people]
    table = np.array(entries, dtype=np.float64).reshape(-1, 3)
    return _sparse(table[:, 2], table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), (len(documents), len(at)))


def _sparse(values: np.ndarray, rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> csr_matrix:
    from scipy.sparse import coo_matrix

    matrix = coo_matrix((values, (rows, columns)), shape=shape, dtype=np.float32).tocsr()
    matrix.sum_duplicates()
    matrix.sort_indices()
    return matrix


def _days(dates: list[int | None]) -> np.ndarray:
    return np.array([np.nan if date is None else date / 86400 for date in dates], dtype=np.float64)
