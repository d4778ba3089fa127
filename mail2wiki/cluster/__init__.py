"""Conversations -> topics in areas, with labels and ids that stay.

    terms(message, body)   in workers: one message's words as bytes
    organise(documents, ...)  in the parent: all topics, and what is doubtful; group(...) the topics alone
    explain(document, weigh(...), ...)   why a conversation is in its topic
    wishes.read(path), listing.write(path, ...)   topics.toml, by which people have their way

No other room sees a vector, no outside package but scikit-learn, SciPy, graspologic-native and PyStemmer is used, and
all heavy imports wait until they are needed.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mail2wiki.cluster.bags import VERSION as TERMS_VERSION
from mail2wiki.cluster.bags import terms

if TYPE_CHECKING:
    import numpy as np

    from mail2wiki.cluster.assembly import Organised
    from mail2wiki.cluster.explaining import Explanation, Weighed
    from mail2wiki.cluster.wishes import Wishes
    from mail2wiki.records import Area, Document, Topic

__all__ = ["TERMS_VERSION", "explain", "group", "organise", "terms", "weigh"]


def organise(
    documents: Sequence[Document],
    *,
    previous: Mapping[str, str] | None = None,
    labels_before: Mapping[str, str] | None = None,
    aliases_before: Mapping[str, Sequence[str]] | None = None,
    areas_before: Mapping[str, Area] | None = None,
    owner: Container[str] = (),
    names: Mapping[str, str] | None = None,
    seed: int = 0,
    regroup: bool = False,
    wishes: Wishes | None = None,
    embedded: Mapping[str, np.ndarray] | None = None,
) -> Organised:
    """Topics of the documents, sorted by area and label, and the doubtful conversations, most doubtful first.

    Every document is in exactly one topic. `previous`: conversation id -> topic id of the last run. Without `regroup`
    these stay where they are; with it the topics are built anew and keep the ids of those they continue.
    `labels_before`: topic id -> label of the last run; where it changes, the old one is in `aliases`, behind those of
    `aliases_before`. `areas_before`: topic id -> the area it stood in, where it stays. `names`: address -> display
    name, to keep people out of labels. `wishes`: topics.toml.
    `embedded`: a vector for every document (see `embedding`), or nothing.

    The same for any order of the documents and number of threads. About 1.5 s for 5,000 conversations, 15 s for 80,000.
    """
    from mail2wiki.cluster.assembly import Before, assemble
    from mail2wiki.cluster.wishes import Wishes

    before = Before(previous or {}, labels_before or {}, aliases_before or {}, areas_before or {})
    return assemble(documents, before, owner, names or {}, seed, regroup, wishes or Wishes(), embedded or {})


def group(documents: Sequence[Document], **how: Any) -> list[Topic]:
    """The topics of `organise`."""
    return organise(documents, **how).topics


def weigh(everything: Sequence[Document], topics: Sequence[Topic]) -> Weighed:
    """What `explain` compares, for all conversations at once; see also explaining.save and load."""
    from mail2wiki.cluster.explaining import weigh as weighed

    return weighed(everything, topics)


def explain(document: Document, weighed: Weighed, text: str = "") -> Explanation:
    """Why a conversation is in its topic: words, people, the nearest other topic. `text`: its bodies as written."""
    from mail2wiki.cluster.explaining import explain as reasons

    return reasons(document, weighed, text)
