"""Names for topics and areas: the best candidate that nobody else has.

Where no phrase is worth much, most conversations that are called the same but for numbers give the name, or one person
who is in most of them; where there is nothing to read at all, people do. Labels are unique in the wiki.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mail2wiki.cluster import bags, candidates, keyphrases
from mail2wiki.cluster.candidates import Candidates, Ranked
from mail2wiki.cluster.evidence import Evidence
from mail2wiki.cluster.names import Names
from mail2wiki.cluster.recurring import recurring
from mail2wiki.records import Document

WEAK, PERSON, PERSON_MORE = 0.15, 0.6, 1.5  # score of a phrase; share of a person in the topic, ln of it to all others
LEAST = 0.05  # score of a phrase below which a word of the text is the better label
LONGEST_NAME = 40
KEEP = 0.7  # a label of the last run stays while it scores this much of the best
_EMPTY = {"de": "Ohne Betreff", "en": "No subject"}


@dataclass(frozen=True, slots=True)
class Named:
    """A label and its keyphrases."""

    label: str
    keyphrases: tuple[str, ...]


class Labels:
    """Gives out labels, each once: topics and areas share the names taken."""

    def __init__(self, names: Names, display: Mapping[str, str]) -> None:
        self.names = names
        self.display = display
        self.taken: set[str] = set()

    def name(
        self,
        topics: Sequence[Sequence[Document]],
        before: Sequence[str],
        evidence: Evidence,
        wished: Mapping[int, str],
    ) -> list[Named]:
        """A label and keyphrases for each topic, given its documents, the label it had ("" = none), a wished one."""
        for label in wished.values():
            self._take(label)
        found = [candidates.collect(at, members, evidence, self.names) for at, members in enumerate(topics)]
        spelling = keyphrases.Spelling(found, evidence)
        order = sorted(range(len(topics)), key=lambda at: (-(found[at].titles[0][0] if found[at].titles else 0.0), at))
        everybody = Counter(address for members in topics for document in members for address, _ in document.people)
        conversations = sum(map(len, topics))
        kept = {at: self._kept(found[at], before[at]) for at in order if at not in wished}
        result: dict[int, Named] = {}
        for at in order:
            one = found[at]
            label = wished.get(at) or kept[at]
            if not label and (not one.titles or one.titles[0][0] < WEAK):
                label = self._take(shown(recurring(topics[at]))) or self._person(topics[at], everybody, conversations)
            label = label or self._first(one, [entry for entry in one.titles if entry[0] >= LEAST])
            of_text = keyphrases.of_text(at, one, evidence, self.names, spelling, _language(topics[at]))
            label = label or next(filter(None, (self._take(shown(word.text)) for word in of_text)), "")
            label = label or self._first(one, one.titles) or self._first(one, one.read) or self._people(topics[at])
            result[at] = Named(label, keyphrases.chosen(label, one, of_text))
        return [result[at] for at in range(len(topics))]

    def _kept(self, found: Candidates, before: str) -> str:
        """The old label while it is still nearly the best, else ""."""
        for score, key in found.titles[:20]:
            if before and score >= KEEP * found.titles[0][0] and shown(found.text(key)) == before:
                return self._take(before)
        return ""

    def _first(self, found: Candidates, ranked: Ranked) -> str:
        """The best phrase nobody has."""
        for _, key in ranked[:50]:
            text = self._take(shown(found.text(key)))
            if text:
                return text
        return ""

    def _take(self, text: str) -> str:
        """The text if it is free, and from now on it is not; else ""."""
        key = " ".join(sorted(bags.stem(word, "de") or word.lower() for word in text.split()))
        if not text or key in self.taken:
            return ""
        self.taken.add(key)
        return text

    def _person(self, members: Sequence[Document], everybody: Counter[str], conversations: int) -> str:
        """The name of a person who is in most of a topic's conversations and in few others; "" if there is none."""
        here, weight = Counter[str](), Counter[str]()
        for document in members:
            here.update(address for address, _ in document.people)
            weight.update(dict(document.people))
        address = min(here, key=lambda one: (-here[one], -weight[one], one), default="")  # who writes weighs more
        parts = address.partition("@")[0].replace("_", ".").split(".")
        spelled = " ".join(part.capitalize() for part in parts if part) if len(parts) > 1 else ""
        name = " ".join((self.display.get(address) or spelled).split())[:LONGEST_NAME]
        share = here[address] / len(members)
        if len(members) < 4 or not name or share < PERSON:
            return ""
        return self._take(name) if share > everybody[address] / conversations * math.exp(PERSON_MORE) else ""

    def _people(self, members: Sequence[Document]) -> str:
        """The last resort: who wrote, made unique by a number."""
        weight: Counter[str] = Counter()
        for document in members:
            weight.update(dict(document.people[:100]))
        best = sorted(weight, key=lambda address: (-weight[address], address))[:2]
        people = [" ".join((self.display.get(address) or address.partition("@")[0]).split())[:28] for address in best]
        text = ", ".join(filter(None, people)) or _EMPTY.get(_language(members), _EMPTY["en"])
        return self._take(text) or self._numbered(text[:50])

    def _numbered(self, text: str) -> str:
        return next(filter(None, (self._take(f"{text} ({n})") for n in range(2, 100_000))))

    def area(
        self, topics: Sequence[Sequence[Document]], areas: Sequence[int], named: Sequence[Named], before: Sequence[str]
    ) -> list[str]:
        """A label for each area: those of its two largest topics, of a single one with its first keyphrase.

        `areas`: the number of each topic's, -1 = it has no say. The one it had `before` ("" = none, one per area) stays
        while topics in it still say both halves of it.
        """
        inside: list[list[int]] = [[] for _ in before]
        for topic in sorted(range(len(topics)), key=lambda t: (-len(topics[t]), t)):
            if areas[topic] >= 0:
                inside[areas[topic]].append(topic)
        own = [[_short(named[t].label) for t in found] for found in inside]
        more = [[_short(shown(text)) for t in found for text in named[t].keyphrases] for found in inside]
        tries = [
            [f"{one[0]}, {part}" for part in (one[1:] + others)[:20]] for one, others in zip(own, more, strict=True)
        ]
        kept = [
            self._take(label) if any(f"{one}, {part}" == label for one in ours for part in ours + others) else ""
            for label, ours, others in zip(before, own, more, strict=True)
        ]
        return [
            label or next(filter(None, map(self._take, tries[area])), "") or (self._numbered(ours[0]) if ours else "")
            for area, (label, ours) in enumerate(zip(kept, own, strict=True))
        ]


def shown(text: str) -> str:
    """A phrase as a label: the first letter of an all-lower-case first word large."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() else text


def _short(text: str, most: int = 29) -> str:
    """At most that many letters, cut between words where there are some."""
    if len(text) <= most:
        return text
    return (text[:most].rpartition(" ")[0] or text[: most - 1]).rstrip(" -,&") + "…"


def _language(members: Sequence[Document]) -> str:
    return Counter(document.language for document in members).most_common(1)[0][0]
