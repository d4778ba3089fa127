"""Conversations -> topics in areas, with labels and ids that stay.

    terms(message, body)   in workers: one message's words as bytes
    group(documents, ...)  in the parent: all topics
    explain(document, ...) why a conversation is in its topic

No other room sees a vector, no outside package but scikit-learn, SciPy, graspologic-native and PyStemmer is used, and
all heavy imports wait until they are needed.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING

from mail2wiki.cluster.bags import VERSION as TERMS_VERSION
from mail2wiki.cluster.bags import terms

if TYPE_CHECKING:
    from mail2wiki.cluster.explaining import Explanation
    from mail2wiki.records import Document, Topic

__all__ = ["TERMS_VERSION", "explain", "group", "terms"]


def group(
    documents: Sequence[Document], *, previous: Mapping[str, str] | None = None,
    labels_before: Mapping[str, str] | None = None, owner: Container[str] = (),
    names: Mapping[str, str] | None = None, seed: int = 0, regroup: bool = False,
) -> list[Topic]:
    """Topics of the documents, sorted by area and label; every document is in exactly one.

    `previous`: conversation id -> topic id of the last run. Without `regroup` these stay where they are; with it the
    topics are built anew and keep the ids of those they continue. `labels_before`: topic id -> label of the last run;
    where it changes, the old one is in `aliases`. `names`: address -> display name, to keep people out of labels.

    The same for any order of the documents and number of threads. About 1.5 s for 5,000 conversations, 12 s for 80,000.
    """
    from mail2wiki.cluster.assembly import assemble

    return assemble(documents, previous or {}, labels_before or {}, owner, names or {}, seed, regroup)


def explain(document: Document, everything: Sequence[Document], topics: Sequence[Topic], text: str = "") -> Explanation:
    """Why a conversation is in its topic: words, people, the nearest other topic. `text`: its bodies as written."""
    from mail2wiki.cluster.explaining import explain as reasons

    return reasons(document, everything, topics, text)
