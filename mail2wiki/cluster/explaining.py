"""Why a conversation is in its topic: the words and people that decided, and the topic it would be in otherwise."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mail2wiki.cluster import bags, documents, vectors
from mail2wiki.records import Document, Topic

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

DECIDED = 10


@dataclass(frozen=True, slots=True)
class Explanation:
    """Likeness is a cosine, 0 to 1; parts of `words` and `people` add up to at most `likeness`."""

    topic: str  # id
    likeness: float
    other: str  # id of the nearest other topic, "" if there is none
    other_likeness: float
    words: tuple[tuple[str, float], ...]  # word as written, part of the likeness it made; the strongest DECIDED
    people: tuple[tuple[str, float], ...]  # address likewise


class Weighed(NamedTuple):
    """All conversations as grouping weighs them: what an explanation compares. A row for each. (weighed)"""

    ids: np.ndarray  # of the conversations, sorted
    topics: np.ndarray  # the id of each one's topic, "" = in none
    words: np.ndarray  # u32: the hash of each word's column
    people: np.ndarray  # the name of each column behind them
    rows: csr_matrix  # float32 (conversations, words and people), rows of length 1


def weigh(everything: Sequence[Document], topics: Sequence[Topic]) -> Weighed:
    """Weigh all conversations; takes as long as counting their words does."""
    from scipy.sparse import hstack

    rows = sorted(everything, key=lambda one: one.id)
    of = {name: topic.id for topic in topics for name in topic.conversations}
    counts = documents.count(rows)
    words, word_columns = vectors.weigh_columns(counts.words)
    people, people_columns = vectors.weigh_columns(counts.people, least=1, most=1.0)
    return Weighed(
        ids=np.array([one.id for one in rows], dtype=str),
        topics=np.array([of.get(one.id, "") for one in rows], dtype=str),
        words=counts.columns[word_columns],
        people=np.array(documents.people_names(rows), dtype=str)[people_columns],
        rows=vectors.unit(hstack([words, vectors.PEOPLE * people]).tocsr()),
    )


def save(weighed: Weighed, path: Path, key: str) -> None:
    """Write what `weigh` found, to be loaded under this key. Whole or not at all."""
    rows = weighed.rows
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with open(beside, "wb") as file:
        np.savez(file, key=np.array(key), ids=weighed.ids, topics=weighed.topics, words=weighed.words,
                 people=weighed.people, data=rows.data, indices=rows.indices, indptr=rows.indptr)  # fmt: skip
    os.replace(beside, path)


def load(path: Path, key: str) -> Weighed | None:
    """What was saved under this key; None where there is no such thing or it is damaged."""
    from scipy.sparse import csr_matrix

    try:
        with np.load(path) as file:
            found = {name: file[name] for name in file.files}
        if str(found["key"]) != key:
            return None
        ids, topics, words, people = (found[name] for name in ("ids", "topics", "words", "people"))
        parts = (found["data"], found["indices"], found["indptr"])
        return Weighed(ids, topics, words, people, csr_matrix(parts, shape=(len(ids), len(words) + len(people))))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def explain(document: Document, weighed: Weighed, text: str = "") -> Explanation:
    """The reasons for one of the conversations weighed. `text`: its bodies, to show words that only stand there.

    Compares the conversation with the mean of each topic's others, in the weights grouping uses. Raises ValueError
    for a document that is in no topic.
    """
    from scipy.sparse import csr_matrix

    me = int(np.searchsorted(weighed.ids, document.id))
    if me == len(weighed.ids) or weighed.ids[me] != document.id or not weighed.topics[me]:
        raise ValueError(f"conversation {document.id} is in no topic")
    topics, labels = np.unique(weighed.topics, return_inverse=True)
    own, flat = int(labels[me]), weighed.rows
    others = np.flatnonzero((weighed.topics != "") & (np.arange(len(labels)) != me))
    member = csr_matrix((np.ones(len(others)), (labels[others], others)), shape=(len(topics), len(labels)))
    middle = vectors.unit(member @ flat)
    alike = np.round(np.asarray((middle @ flat[me].T).todense()).ravel(), 6)
    away = np.where((np.arange(len(topics)) == own) | (topics == ""), -1.0, alike)
    nearest = int(np.argmax(away)) if away.max() >= 0 else -1
    made = np.asarray(flat[me].multiply(middle[own]).todense()).ravel()
    spelled, width = _spelled(document, text), len(weighed.words)
    strong = np.flatnonzero(made > 0)
    words, people = strong[strong < width], strong[strong >= width]
    return Explanation(
        topic=str(topics[own]),
        likeness=float(alike[own]),
        other=str(topics[nearest]) if nearest >= 0 else "",
        other_likeness=float(alike[nearest]) if nearest >= 0 else 0.0,
        words=_strongest(made[words], [spelled.get(int(word), "") for word in weighed.words[words]]),
        people=_strongest(made[people], weighed.people[people - width].tolist()),
    )


def _strongest(parts: np.ndarray, names: Sequence[str]) -> tuple[tuple[str, float], ...]:
    found = [(name, round(float(part), 4)) for name, part in zip(names, parts, strict=True) if name]
    return tuple(sorted(found, key=lambda entry: (-entry[1], entry[0]))[:DECIDED])


def _spelled(document: Document, text: str) -> dict[int, str]:
    """Hash -> word as this conversation writes it."""
    texts = [*document.subjects, *document.files, *document.folders, text]
    texts += [bags.decode(data).words.decode("utf-8", "replace") for data in document.terms]
    spelled: dict[int, str] = {}
    for language in (document.language, "de", "en"):
        for one in texts:
            for word in bags.words_of(one):
                spelled.setdefault(bags.hashes(language)[word], word)
    spelled.pop(0, None)
    return spelled
