"""organise(): documents -> vectors -> graph -> topics -> people's wishes -> areas -> names, in this order."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from mail2wiki.cluster import (
    applying,
    areas,
    documents,
    doubting,
    embedding,
    grouping,
    identity,
    labels,
    neighbours,
    vectors,
)
from mail2wiki.cluster.doubting import Doubt
from mail2wiki.cluster.evidence import Evidence
from mail2wiki.cluster.wishes import Wishes
from mail2wiki.records import Document, Topic


class Organised(NamedTuple):
    """The topics, and the conversations that stand nearly as well in another one."""

    topics: list[Topic]
    doubts: list[Doubt]


class Before(NamedTuple):
    """What the last run left: see `mail2wiki.cluster.group`."""

    topics: Mapping[str, str]
    labels: Mapping[str, str]
    aliases: Mapping[str, Sequence[str]]


def assemble(
    given: Sequence[Document],
    before: Before,
    owner: Container[str],
    names: Mapping[str, str],
    seed: int,
    regroup: bool,
    wishes: Wishes,
    embedded: Mapping[str, np.ndarray],
) -> Organised:
    """See `mail2wiki.cluster.organise`."""
    if not given:
        return Organised([], [])
    rows = sorted(given, key=lambda document: document.id)
    found = _found(rows, before.topics, seed, regroup, wishes, embedded)
    numbers, ids, overview = found.numbers, found.ids, found.overview
    members: list[list[Document]] = [[] for _ in ids]
    for document, number in zip(rows, numbers.tolist(), strict=True):
        members[number].append(document)
    for one in members:
        one.sort(key=lambda document: (document.first or 0, document.id))
    addresses = sorted({address for document in rows for address, _ in document.people})
    namer = labels.Labels(labels.names_of(owner, names, addresses), names)
    named = namer.name(
        members,
        [before.labels.get(topic, "") for topic in ids],
        found.evidence,
        {at: wishes.labels[topic] for at, topic in enumerate(ids) if topic in wishes.labels},
    )
    area_labels = namer.area(members, overview.tolist(), named) if overview[0] >= 0 else []
    area_of = _wished_areas(ids, _area_ids(overview, members), overview.tolist(), area_labels, wishes)
    topics = [
        Topic(
            id=ids[at],
            label=named[at].label,
            keyphrases=named[at].keyphrases,
            conversations=tuple(sorted(document.id for document in members[at])),
            area=area_of[at][0],
            area_label=area_of[at][1],
            aliases=_aliases([*before.aliases.get(ids[at], ()), before.labels.get(ids[at], "")], named[at].label),
        )
        for at in range(len(ids))
    ]
    topics.sort(key=lambda topic: (topic.area_label.casefold(), topic.label.casefold(), topic.id))
    return Organised(topics, found.doubts)


class _Found(NamedTuple):
    numbers: np.ndarray  # topic number of each row
    ids: list[str]  # id of each topic number
    overview: np.ndarray  # area number of each topic number, -1 = there are no areas
    evidence: Evidence
    doubts: list[Doubt]


def _found(
    rows: Sequence[Document],
    previous: Mapping[str, str],
    seed: int,
    regroup: bool,
    wishes: Wishes,
    embedded: Mapping[str, np.ndarray],
) -> _Found:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):  # the number of threads changes the last bits of BLAS results
        counts = documents.count(rows)
        more = embedding.WEIGHT * np.stack([embedded[document.id] for document in rows]) if embedded else None
        weighted = vectors.weighted(counts)
        flat = vectors.vectors(weighted, seed, more)
        graph = neighbours.graph(flat, weighted.beside(more), counts.first, counts.last)
        numbers = grouping.partition(graph, flat, counts.sizes, seed)
        given: dict[int, str] = {}
        if any(document.id in previous for document in rows):
            if regroup:
                given = identity.match(numbers, rows, previous)
            else:
                numbers, given = identity.join(numbers, graph, flat, rows, previous, grouping.RESOLUTION)
        ids = identity.new_ids(numbers, rows, given)
        numbers, ids = applying.apply(numbers, ids, rows, wishes, counts, graph, flat, grouping.RESOLUTION)
        overview = areas.areas(numbers, graph, seed)
        return _Found(numbers, ids, overview, Evidence(counts, numbers), doubting.doubts(flat, numbers, ids, rows))


def _area_ids(overview: np.ndarray, members: Sequence[Sequence[Document]]) -> list[str]:
    """The id of each topic's area, from the oldest conversation in it; "" where there are no areas."""
    oldest: dict[int, tuple[bool, int, str]] = {}
    for area, inside in zip(overview.tolist(), members, strict=True):
        first = min((d.first is None, d.first or 0, d.id) for d in inside)
        oldest[area] = min(oldest.get(area, first), first)
    return ["" if area < 0 else identity.topic_id("area " + oldest[area][2]) for area in overview.tolist()]


def _wished_areas(
    ids: Sequence[str], area_ids: Sequence[str], overview: Sequence[int], area_labels: Sequence[str], wishes: Wishes
) -> list[tuple[str, str]]:
    """(id, label) of each topic's area: the one a person named, else the one that was found."""
    found = [(id, area_labels[area] if area_labels else "") for id, area in zip(area_ids, overview, strict=True)]
    standing = {label.casefold(): (id, label) for id, label in sorted(found) if label}
    for at, topic in enumerate(ids):
        if label := wishes.areas.get(topic, ""):
            new = identity.topic_id("area named " + label.casefold()), label
            found[at] = standing.setdefault(label.casefold(), new)
    return found


def _aliases(before: Sequence[str], now: str) -> tuple[str, ...]:
    """The labels a topic had before, oldest first."""
    return tuple(label for label in dict.fromkeys(before) if label and label != now)
