"""Why a conversation is in its topic: the words and people that decided, and the topic it would be in otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mail2wiki.cluster import bags, documents, vectors
from mail2wiki.records import Document, Topic

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


def explain(document: Document, everything: Sequence[Document], topics: Sequence[Topic], text: str = "") -> Explanation:
    """The reasons for one of `everything`. `text`: its bodies, to show words that only stand there.

    Compares the conversation with the mean of each topic's others, in the weights grouping uses. Raises ValueError
    for a document that is in no topic.
    """
    from scipy.sparse import csr_matrix, hstack

    own = next((at for at, topic in enumerate(topics) if document.id in topic.conversations), -1)
    rows = sorted(everything, key=lambda one: one.id)
    me = next((at for at, one in enumerate(rows) if one.id == document.id), -1)
    if own < 0 or me < 0:
        raise ValueError(f"conversation {document.id} is in no topic")
    of = {name: at for at, topic in enumerate(topics) for name in topic.conversations}
    labels = np.array([of.get(one.id, -1) for one in rows])
    counts = documents.count(rows)
    words, word_columns = vectors.weigh_columns(counts.words)
    people, people_columns = vectors.weigh_columns(counts.people, least=1, most=1.0)
    flat = vectors.unit(hstack([words, vectors.PEOPLE * people]).tocsr())
    others = np.flatnonzero((labels >= 0) & (np.arange(len(rows)) != me))
    member = csr_matrix((np.ones(len(others)), (labels[others], others)), shape=(len(topics), len(rows)))
    middle = vectors.unit(member @ flat)
    alike = np.round(np.asarray((middle @ flat[me].T).todense()).ravel(), 6)
    away = np.where(np.arange(len(topics)) == own, -1.0, alike)
    nearest = int(np.argmax(away)) if len(topics) > 1 else -1
    made = np.asarray(flat[me].multiply(middle[own]).todense()).ravel()
    spelled = _spelled(document, text)
    names = {at: spelled.get(int(counts.columns[column]), "") for at, column in enumerate(word_columns.tolist())}
    addresses = documents.people_names(rows)
    who = {len(word_columns) + at: addresses[column] for at, column in enumerate(people_columns.tolist())}
    return Explanation(
        topic=topics[own].id,
        likeness=float(alike[own]),
        other=topics[nearest].id if nearest >= 0 else "",
        other_likeness=float(alike[nearest]) if nearest >= 0 else 0.0,
        words=_strongest(made, names),
        people=_strongest(made, who),
    )


def _strongest(made: np.ndarray, names: dict[int, str]) -> tuple[tuple[str, float], ...]:
    found = [(name, round(float(made[at]), 4)) for at, name in names.items() if made[at] > 0 and name]
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
