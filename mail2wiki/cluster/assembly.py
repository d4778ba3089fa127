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
    serial,
    vectors,
)
from mail2wiki.cluster.doubting import Doubt
from mail2wiki.cluster.evidence import Evidence
from mail2wiki.cluster.names import names_of
from mail2wiki.cluster.wishes import Wishes
from mail2wiki.records import Area, Document, Topic


class Organised(NamedTuple):
    """The topics, and the conversations that stand nearly as well in another one."""

    topics: list[Topic]
    doubts: list[Doubt]


class Before(NamedTuple):
    """What the last run left: see `mail2wiki.cluster.group`."""

    topics: Mapping[str, str]
    labels: Mapping[str, str]
    aliases: Mapping[str, Sequence[str]]
    areas: Mapping[str, Area]


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
    found = _found(rows, before, seed, regroup, wishes, embedded)
    numbers, ids, overview = found.numbers, found.ids, found.overview.tolist()
    members: list[list[Document]] = [[] for _ in ids]
    for document, number in zip(rows, numbers.tolist(), strict=True):
        members[number].append(document)
    for one in members:
        one.sort(key=lambda document: (document.first or 0, document.id))
    addresses = sorted({address for document in rows for address, _ in document.people})
    namer = labels.Labels(names_of(owner, names, addresses), names)
    named = namer.name(
        members,
        [before.labels.get(topic, "") for topic in ids],
        found.evidence,
        {at: wishes.labels[topic] for at, topic in enumerate(ids) if topic in wishes.labels},
    )
    known = {area.id: area for area in before.areas.values()}
    area_ids = _area_ids(overview, members, found.old_areas)
    by_wish = [-1 if topic in wishes.areas else area for topic, area in zip(ids, overview, strict=True)]
    area_labels = namer.area(members, by_wish, named, [known[id].label if id in known else "" for id in area_ids])
    area_of = _wished_areas(ids, [Area(*one) for one in zip(area_ids, area_labels, strict=True)], overview, wishes)
    topics = [
        Topic(
            id=ids[at],
            label=named[at].label,
            keyphrases=named[at].keyphrases,
            conversations=tuple(sorted(document.id for document in members[at])),
            area=area_of[at].id,
            area_label=area_of[at].label,
            aliases=_aliases([*before.aliases.get(ids[at], ()), before.labels.get(ids[at], "")], named[at].label),
            area_aliases=_area_aliases(known.get(area_of[at].id), area_of[at].label),
        )
        for at in range(len(ids))
    ]
    topics.sort(key=lambda topic: (topic.area_label.casefold(), topic.label.casefold(), topic.id))
    return Organised(topics, found.doubts)


class _Found(NamedTuple):
    numbers: np.ndarray  # topic number of each row
    ids: list[str]  # id of each topic number
    overview: np.ndarray  # area number of each topic number, -1 = there are no areas
    old_areas: Mapping[int, str]  # area number -> its id, where it is not new
    evidence: Evidence
    doubts: list[Doubt]


def _found(
    rows: Sequence[Document],
    before: Before,
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
        if any(document.id in before.topics for document in rows):
            if regroup:
                given = identity.match(numbers, rows, before.topics)
            else:
                numbers, given = identity.join(numbers, graph, flat, rows, before.topics, grouping.RESOLUTION)
        ids = identity.new_ids(numbers, rows, given)
        numbers, ids = applying.apply(numbers, ids, rows, wishes, counts, graph, flat, grouping.RESOLUTION)
        numbers, ids = serial.together(numbers, ids, rows, wishes.pins)
        overview = areas.areas(numbers, graph, seed)
        old = [_remembered(topic, before, wishes) for topic in ids]
        if regroup:
            old_areas = areas.match(overview, old)
        else:
            overview, old_areas = areas.stay(overview, old, numbers, graph)
        return _Found(
            numbers, ids, overview, old_areas, Evidence(counts, numbers), doubting.doubts(flat, numbers, ids, rows)
        )


def _remembered(topic: str, before: Before, wishes: Wishes) -> str:
    """The id of the area a topic stood in; "" for a new one, and where a person's wish puts it now or did so then."""
    area = before.areas.get(topic)
    return "" if area is None or topic in wishes.areas or area.id == _named_area(area.label) else area.id


def _area_ids(overview: Sequence[int], members: Sequence[Sequence[Document]], old: Mapping[int, str]) -> list[str]:
    """The id of each area: the one it had, else from the oldest conversation in it."""
    oldest: dict[int, tuple[bool, int, str]] = {}
    for area, inside in zip(overview, members, strict=True):
        first = min((d.first is None, d.first or 0, d.id) for d in inside)
        oldest[area] = min(oldest.get(area, first), first)
    ids: list[str] = []
    for area in range(max(overview) + 1):
        fresh = identity.topic_id("area " + oldest[area][2])
        taken = fresh in ids or fresh in old.values()
        ids.append(old.get(area) or (identity.topic_id(f"area {oldest[area][2]} again") if taken else fresh))
    return ids


def _named_area(label: str) -> str:
    """The id of an area that a person named."""
    return identity.topic_id("area named " + label.casefold())


def _wished_areas(ids: Sequence[str], areas: Sequence[Area], overview: Sequence[int], wishes: Wishes) -> list[Area]:
    """Each topic's area: the one a person named, else the one that was found."""
    standing = {area.label.casefold(): area for area in sorted(areas) if area.label}
    found = [areas[number] if number >= 0 else Area("", "") for number in overview]
    for at, topic in enumerate(ids):
        if label := wishes.areas.get(topic, ""):
            found[at] = standing.setdefault(label.casefold(), Area(_named_area(label), label))
    return found


def _area_aliases(before: Area | None, now: str) -> tuple[str, ...]:
    return _aliases([*before.aliases, before.label], now) if before else ()


def _aliases(before: Sequence[str], now: str) -> tuple[str, ...]:
    """The labels a topic or an area had before, oldest first."""
    return tuple(label for label in dict.fromkeys(before) if label and label != now)
