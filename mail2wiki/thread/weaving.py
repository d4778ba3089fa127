"""The thread room on one screen: duplicates out, replies joined, quoted text placed, conversations named."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

import numpy as np

from mail2wiki.records import Message, Woven
from mail2wiki.thread import (
    containment,
    duplicates,
    identity,
    junctions,
    kinship,
    recovered,
    references,
    retold,
    series,
    stretches,
)
from mail2wiki.thread.duplicates import ReadBody, Spread
from mail2wiki.thread.prints import INTRODUCTION, QUOTED, Prints
from mail2wiki.thread.standing import Standing


def weave(
    messages: Sequence[Message], prints: Iterable[bytes], read_body: ReadBody,
    previous: Mapping[str, str] | None = None, keep: Container[str] = (), spread: Spread | None = None,
) -> Woven:  # fmt: skip
    """Conversations in which everything is said once.

    `messages` in any order, `prints` parallel to them (from `fingerprint`); `read_body(ids)` fetches texts in batches,
    used only for what fingerprints cannot settle, here or, with `spread`, where that does the work. `previous`: message
    id -> conversation id of the last run. `keep`: ids or Message-IDs that a person wants to see whatever they repeat.
    """
    spread = spread or (lambda work, jobs: (work(job, read_body) for job in jobs))
    order = _canonical(messages)
    messages, columns = [messages[i] for i in order.tolist()], Prints.read(prints, order)
    del order
    copy_of, decisions = duplicates.find(messages, columns, spread, keep)
    visible = copy_of == np.arange(len(messages))
    kept = np.flatnonzero(visible)
    links = references.link(messages, columns, copy_of)
    kinship.join(messages, columns, kept, Standing(columns, visible, signatures=False), links)
    label, groups = _conversations(links, kept)
    parent = links.parent
    del links
    pasted_from = retold.find(messages, columns, visible, label)
    inside = containment.contained(messages, columns, visible, label, keep)
    visible[list(inside)] = False
    again = series.series(messages, columns, visible, groups)
    paste = containment.pasted(messages, columns, visible, label, again)
    standing = containment.standing(messages, columns, paste, label, again)
    fate = recovered.resolve(messages, columns, visible, label, paste >= 0, spread)
    passed = containment.forwarded(messages, columns, visible, fate, keep)
    visible[list(passed)] = False
    inside = containment.ends(inside | passed)
    final = {messages[i].id: messages[j].id for i, (j, _) in inside.items()}
    decisions = [d._replace(of=final.get(d.of or "", d.of)) for d in decisions]
    decisions += containment.decisions(messages, inside)
    quoting = (columns.kind == QUOTED) | (columns.kind == INTRODUCTION) | (paste >= 0)
    meet = junctions.unique(columns, visible, fate)
    quoting = np.unique(columns.message[quoting & visible[columns.message]])
    head, quoted = columns.head, {}
    # here and below: what is not needed any more makes room for the records, which come to a gigabyte for a million
    del columns.hash, columns.by_hash, columns.message, fate.via, fate.recovered
    for i in quoting.tolist():
        if found := stretches.stretches(messages, columns, fate, paste, standing, meet, label, i):
            quoted[messages[i].id] = found
    del columns, fate, paste, standing, meet, quoting
    made = identity.conversations(messages, head, groups, parent, previous or {})
    return Woven(made, tuple(sorted(decisions)), quoted, series.records(messages, again, made), pasted_from)


UNDATED = np.iinfo(np.int64).max  # sorts behind every date


def _canonical(messages: Sequence[Message]) -> np.ndarray:
    """Positions sorted by date, then id; messages without a date last."""
    order = np.array(sorted(range(len(messages)), key=lambda i: messages[i].id), np.int64)
    dates = np.array([UNDATED if m.date is None else m.date for m in messages], np.int64)
    return order[np.argsort(dates[order], kind="stable")]


def _conversations(links: references.Links, kept: np.ndarray) -> tuple[np.ndarray, list[list[int]]]:
    """A number for each message's conversation (its first member), and the members of each in canonical order."""
    label = np.full(len(links.parent), -1, np.int64)
    groups: dict[int, list[int]] = {}
    for i in kept.tolist():
        group = groups.setdefault(links.sets.find(i), [])
        group.append(i)
        label[i] = group[0]
    return label, list(groups.values())
