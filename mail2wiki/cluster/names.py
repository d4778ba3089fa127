"""Words that may stand in a label but name no topic: people's names, and words of everyday text.

Refuses to keep people out altogether: a topic may be a person (`labels`).
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from mail2wiki.cluster import bags
from mail2wiki.cluster.phrases import Key

OWNER, NAME, NAME_IN_TEXT, GENERIC = 0.05, 0.5, 0.1, 0.2
"""What a phrase with the owner's name in it is worth; with another's, in a subject and in a text; of everyday words."""


@cache
def plain() -> frozenset[str]:
    """Stems of words of everyday text."""
    lists = (bags.stems(bags.word_list(f"plain-{language}"), (language,)) for language in ("de", "en"))
    return frozenset().union(*lists)


@cache
def generic() -> frozenset[str]:
    """Stems of words that name no topic alone."""
    return plain() | bags.stems(bags.word_list("generic"))


@dataclass(frozen=True, slots=True)
class Names:
    """Stems of words in people's names."""

    owner: frozenset[str]
    others: frozenset[str]

    def factor(self, key: Key, name: float = NAME) -> float:
        """What a phrase is worth with regard to the names in it."""
        if any(stem in self.owner for stem in key):
            return OWNER
        if all(stem in generic() for stem in key):
            return GENERIC
        return name if any(stem in self.others for stem in key) else 1.0

    def is_person(self, key: Key) -> bool:
        """Whether a phrase is nothing but a name."""
        return all(stem in self.others or stem in self.owner for stem in key)


def names_of(owner: Container[str], names: Mapping[str, str], addresses: Sequence[str]) -> Names:
    """The name words of the owner and of everybody else, from display names and addresses, and all given names."""
    mine: set[str] = set()
    others = bags.stems(bags.word_list("given"))
    for address in sorted({*names, *addresses}):
        local = address.partition("@")[0].replace("_", " ").replace(".", " ")
        words = bags.words_of(f"{names.get(address, '')[:80]} {local[:64]}")
        (mine if address in owner else others).update(bags.stems(words))
    return Names(frozenset(mine), frozenset(others - mine))
