"""group(): documents -> vectors -> graph -> topics -> areas -> names, in this order."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

import numpy as np

from mail2wiki.cluster import areas, documents, grouping, identity, labels, neighbours, vectors
from mail2wiki.cluster.evidence import Evidence
from mail2wiki.records import Document, Topic


def assemble(
    given: Sequence[Document], previous: Mapping[str, str], labels_before: Mapping[str, str], owner: Container[str],
    names: Mapping[str, str], seed: int, regroup: bool,
) -> list[Topic]:
    """See `mail2wiki.cluster.group`."""
    if not given:
        return []
    rows = sorted(given, key=lambda document: document.id)
    numbers, ids, overview, evidence = _numbers(rows, previous, seed, regroup)
    members: list[list[Document]] = [[] for _ in ids]
    for document, number in zip(rows, numbers.tolist(), strict=True):
        members[number].append(document)
    for one in members:
        one.sort(key=lambda document: (document.first or 0, document.id))
    addresses = sorted({address for document in rows for address, _ in document.people})
    namer = labels.Labels(labels.names_of(owner, names, addresses), names)
    named = namer.name(members, [labels_before.get(topic, "") for topic in ids], evidence)
    area_ids = _area_ids(overview, members)
    area_labels = namer.area(members, overview.tolist(), named) if overview[0] >= 0 else []
    topics = [
        Topic(
            id=ids[at],
            label=named[at].label,
            keyphrases=named[at].keyphrases,
            conversations=tuple(sorted(document.id for document in members[at])),
            area=area_ids[at],
            area_label=area_labels[overview[at]] if area_labels else "",
            aliases=_aliases(labels_before.get(ids[at], ""), named[at].label),
        )
        for at in range(len(ids))
    ]
    return sorted(topics, key=lambda topic: (topic.area_label.casefold(), topic.label.casefold(), topic.id))


def _numbers(
    rows: Sequence[Document], previous: Mapping[str, str], seed: int, regroup: bool
) -> tuple[np.ndarray, list[str], np.ndarray, Evidence]:
    """Topic number of each row; id and area number of each topic; what their words are."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):  # the number of threads changes the last bits of BLAS results
        counts = documents.count(rows)
        flat = vectors.vectors(counts, seed)
        graph = neighbours.graph(flat, counts.first, counts.last)
        numbers = grouping.partition(graph, flat, counts.sizes, seed)
        given: dict[int, str] = {}
        if any(document.id in previous for document in rows):
            if regroup:
                given = identity.match(numbers, rows, previous)
            else:
                numbers, given = identity.join(numbers, graph, flat, rows, previous, grouping.RESOLUTION)
        ids = identity.new_ids(numbers, rows, given)
        return numbers, ids, areas.areas(numbers, graph, seed), Evidence(counts, numbers)


def _area_ids(overview: np.ndarray, members: Sequence[Sequence[Document]]) -> list[str]:
    """The id of each topic's area, from the oldest conversation in it; "" where there are no areas."""
    oldest: dict[int, tuple[bool, int, str]] = {}
    for area, inside in zip(overview.tolist(), members, strict=True):
        first = min((d.first is None, d.first or 0, d.id) for d in inside)
        oldest[area] = min(oldest.get(area, first), first)
    return ["" if area < 0 else identity.topic_id("area " + oldest[area][2]) for area in overview.tolist()]


def _aliases(before: str, now: str) -> tuple[str, ...]:
    return (before,) if before and before != now else ()
