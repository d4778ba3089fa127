"""Conversations -> topics in areas, with labels and ids that stay.

    terms(message, body)   in workers: one message's words as bytes
    group(documents, ...)  in the parent: all topics
    explain(...)           why a conversation is in its topic

No other room sees a vector, no outside package but scikit-learn, SciPy, graspologic-native and PyStemmer is used, and
all heavy imports wait until they are needed.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING

from mail2wiki.cluster.bags import VERSION as TERMS_VERSION
from mail2wiki.cluster.bags import terms

if TYPE_CHECKING:
    from mail2wiki.records import Document, Topic

__all__ = ["TERMS_VERSION", "group", "terms"]


def group(
    documents: Sequence[Document], *, previous: Mapping[str, str] | None = None,
    labels_before: Mapping[str, str] | None = None, owner: Container[str] = (),
    names: Mapping[str, str] | None = None, seed: int = 0, regroup: bool = False,
) -> list[Topic]:
    """Topics of the documents, sorted by area and label; every document is in exactly one.

    `previous`: conversation id -> topic id of the last run. Without `regroup` these stay where they are. `labels_before`:
    topic id -> label of the last run. `names`: address -> display name, to keep people out of labels.
    """
    from mail2wiki.cluster.assembly import assemble

    return assemble(documents, previous or {}, labels_before or {}, owner, names or {}, seed, regroup)
