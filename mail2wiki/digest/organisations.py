"""Addresses as people, robots, lists and organisations.

An organisation is a registered domain; a freemail domain is none. Refuses: looking anything up outside.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Container, Iterable
from functools import lru_cache
from pathlib import Path

from mail2wiki.records import Message

_HERE = Path(__file__).parent
_SPLIT = re.compile(r"[.\-_+]")
_LIST_ENDS = ("-bounces", "-request", "-owner", "-admin", "-subscribe", "-unsubscribe", "-leave", "-join")


@lru_cache(maxsize=1)
def _domains() -> tuple[frozenset[str], frozenset[str]]:
    with (_HERE / "domains.toml").open("rb") as stream:
        data = tomllib.load(stream)
    return frozenset(d for group in data["freemail"].values() for d in group), frozenset(data["registry"]["endings"])


@lru_cache(maxsize=1)
def _robots() -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    with (_HERE / "robots.toml").open("rb") as stream:
        data = tomllib.load(stream)
    return frozenset(data["whole"]), frozenset(data["words"]), tuple(data["joined"])


@lru_cache(maxsize=65_536)
def organisation(address: str) -> str:
    """The registered domain of an address, "" for freemail and what has no domain."""
    freemail, endings = _domains()
    labels = [label for label in address.rpartition("@")[2].split(".") if label] if "@" in address else []
    if len(labels) < 2 or not labels[-1].isalpha():
        return ""
    whole = ".".join(labels)
    keep = 3 if ".".join(labels[-2:]) in endings else 2
    domain = ".".join(labels[-keep:])
    return "" if whole in freemail or domain in freemail else domain


@lru_cache(maxsize=65_536)
def is_robot(address: str) -> bool:
    """Does nobody sit behind this address?"""
    whole, words, joined = _robots()
    local = address.partition("@")[0]
    return local in whole or any(part in local for part in joined) or not words.isdisjoint(_SPLIT.split(local))


@lru_cache(maxsize=65_536)
def is_list(address: str) -> bool:
    """Is this a mailing list by its host (lists.example.org), even where no mail carries a List-Id?"""
    labels = address.rpartition("@")[2].split(".")
    return labels[0] in ("lists", "list", "listserv", "mailman", "groups", "vger") or "googlegroups" in labels


def list_addresses(messages: Iterable[Message]) -> frozenset[str]:
    """Addresses of mailing lists, by the List-Id of the mail that went through them (RFC 2919)."""
    found: set[str] = set()
    known: dict[str, str] = {}
    for message in messages:
        if not message.list_id:
            continue
        label = known.get(message.list_id)
        if label is None:
            label = message.list_id.strip("<> ").rpartition("<")[2].partition(".")[0].partition("@")[0].lower()
            known[message.list_id] = label
        for address in (message.sender, *message.to, *message.cc):
            local = address.address.partition("@")[0]
            for end in _LIST_ENDS:
                local = local.removesuffix(end)
            if label and local == label:
                found.add(address.address)
    return frozenset(found)


def internal_domains(messages: Iterable[Message], owners: Iterable[str]) -> frozenset[str]:
    """The owners' own organisations; without known owners the one most mail comes from or goes to."""
    own = frozenset(domain for owner in owners if (domain := organisation(owner)))
    if own or any(owners):
        return own
    count: Counter[str] = Counter()
    for message in messages:
        count.update({d for a in (message.sender, *message.to, *message.cc) if (d := organisation(a.address))})
    return frozenset([min(count, key=lambda d: (-count[d], d))]) if count else frozenset()


def known_owners(owners: Container[str], addresses: Iterable[str]) -> list[str]:
    """The owners' addresses that occur, sorted."""
    return sorted({a for a in addresses if a and a in owners})
