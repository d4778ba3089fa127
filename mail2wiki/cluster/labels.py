"""Names for topics and areas: the subject phrase that is theirs and nobody else's.

Candidates are phrases of subjects and, for keyphrases, words of the text. A phrase scores s^.5 p^.4 ln(p/q) (1 + b): s
the share of the topic's conversations that have it in a subject, p the share that have its words at all, q that share
among all conversations, b .15 for a second and .15 for a third word; in an English label + 30 % for several words or an
abbreviation (German: compounds say in one word what English says in two; a word that is a part of compounds in subjects
counts s for all of them). The owner's name counts x .05, other people's
x .5. As a label, but not as a keyphrase, a bare name counts x .2 and a single word that everybody uses x .4 (`Angebot`,
but not `Angebot Halle 4`). Where no phrase is worth much and one person is in most conversations, and where there is
nothing to read at all, people give the name. Labels are unique in the wiki.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from mail2wiki.cluster import bags, phrases
from mail2wiki.cluster.documents import attached, bare_subjects, own_folders
from mail2wiki.cluster.evidence import Evidence
from mail2wiki.cluster.phrases import Key, Phrase
from mail2wiki.records import Document

SAMPLE = 300  # conversations of a topic that are read for its label, evenly spaced in time
WORDS = 60  # of these, the text is read too
KEYPHRASES = 5
SUBJECT, TEXT = 0.5, 0.4  # exponents of s and p; see the docstring
LONGER, THIRD = 0.15, 0.15  # bonus of a second and of a third word
TITLE_LONGER = 0.3  # more of it in a label; an abbreviation has that of two words
OWNER, NAME, NAME_IN_TEXT, GENERIC = 0.05, 0.5, 0.1, 0.2
NAME_ALONE = 0.2
COMMON, COMMON_ALONE = 0.12, 0.4  # a word that more than this share of all conversations say, and its worth alone
WEAK, PERSON, PERSON_MORE = 0.3, 0.6, 1.5  # score of a phrase; share of a person in the topic, ln of it to all others
TELLING = 60  # words of the text that are looked at
ACRONYM = 5  # letters up to which capitals are an abbreviation
LONGEST_NAME = 40
WHOLE = 0.6  # share of a phrase's subjects that say it inside a longer one, from which that is the label
KEEP = 0.7  # a label of the last run stays while it scores this much of the best
_EMPTY = {"de": "Ohne Betreff", "en": "No subject"}

Ranked = list[tuple[float, Key]]


@cache
def generic() -> frozenset[str]:
    """Stems of words that name no topic alone."""
    return frozenset(bags.stem(word, language) for word in bags.word_list("generic") for language in ("de", "en"))


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
    others = {bags.stem(word, language) for word in bags.word_list("given") for language in ("de", "en")}
    for address in sorted({*names, *addresses}):
        local = address.partition("@")[0].replace("_", " ").replace(".", " ")
        words = bags.words_of(f"{names.get(address, '')[:80]} {local[:64]}")
        stems = {bags.stem(word, language) for word in words for language in ("de", "en")} - {""}
        (mine if address in owner else others).update(stems)
    return Names(frozenset(mine), frozenset(others - mine))


@dataclass(frozen=True, slots=True)
class Named:
    """A label and its keyphrases."""

    label: str
    keyphrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a topic could be called."""

    subjects: Mapping[Key, Phrase]
    words: Mapping[Key, Phrase]  # of the text, one each
    named: Ranked  # of the subjects
    titles: Ranked  # the same, as labels
    read: Ranked  # of the text

    def text(self, key: Key) -> str:
        """A phrase as it was written most often; a subject that shouts is spelled as the text spells its words."""
        if key not in self.subjects:
            return self.words[key].text()
        text = self.subjects[key].text()
        if not text.isupper() or len(text) <= ACRONYM:
            return text
        calm = [self.words[(stem,)].text() if (stem,) in self.words else "" for stem in key]
        return " ".join(calm) if all(calm) and len(calm) == len(text.split()) else text


def readable(document: Document) -> list[str]:
    """What else names a conversation: words of attachment names and of the text."""
    texts = [word for text in attached(document) for word in bags.words_of(text)]
    for data in document.terms[:5]:
        texts += bags.decode(data).words.decode("utf-8", "replace").split()
    return texts


def sampled(members: Sequence[Document], most: int = SAMPLE) -> list[Document]:
    """At most that many of a topic's documents, evenly spaced."""
    step = max(1.0, len(members) / most)
    return [members[int(at * step)] for at in range(min(len(members), most))]


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
        found = [self._candidates(at, members, evidence) for at, members in enumerate(topics)]
        order = sorted(range(len(topics)), key=lambda at: (-(found[at].titles[0][0] if found[at].titles else 0.0), at))
        everybody = Counter(address for members in topics for document in members for address, _ in document.people)
        conversations = sum(map(len, topics))
        kept = {at: self._kept(found[at], before[at]) for at in order if at not in wished}
        result: dict[int, Named] = {}
        for at in order:
            one = found[at]
            label = wished.get(at) or kept[at]
            if not label and (not one.titles or one.titles[0][0] < WEAK):
                label = self._person(topics[at], everybody, conversations)
            label = label or self._first(one, one.titles) or self._first(one, one.read)
            label = label or self._people(topics[at])
            result[at] = Named(label, _keyphrases(one, label))
        return [result[at] for at in range(len(topics))]

    def _candidates(self, topic: int, members: Sequence[Document], evidence: Evidence) -> Candidates:
        """All phrases of a topic, ranked."""
        sample, fewer = sampled(members), sampled(members, WORDS)
        subjects = phrases.collect((bare_subjects(d) + own_folders(d), d.language) for d in sample)
        words = phrases.collect_words((readable(d), d.language) for d in fewer)
        german = _german(sample)
        named = self._rank(topic, subjects, len(sample), evidence)
        wide = {key: count for key, count in phrases.inside(map(bare_subjects, german)).items()
                if key in subjects or key in words}  # fmt: skip
        mostly_german = 2 * len(german) > len(sample)
        longer = 0.0 if mostly_german else TITLE_LONGER
        as_titles = [(score * (1 + _bonus(key, subjects[key], longer)), key) for score, key in named]
        titles = self._titles(topic, as_titles, evidence, wide, len(sample))
        if not mostly_german:
            titles = self._completed(titles, subjects)
        return Candidates(subjects, words, named, titles, self._read(topic, words, len(fewer), evidence))

    def _read(self, topic: int, words: Mapping[Key, Phrase], size: int, evidence: Evidence) -> Ranked:
        """The readable words of the text that tell the topic, ranked."""
        least = 2 if size >= 4 else 1
        here = {evidence.column(key[0]): key for key, phrase in words.items() if phrase.documents >= least}
        ranked = []
        for column, score in evidence.telling(topic, TELLING):
            key = here.get(column)
            if key and score > 0:
                ranked.append((round(score * self.names.factor(key, NAME_IN_TEXT), 6), key))
        return sorted(ranked, key=lambda entry: (-entry[0], entry[1]))

    def _titles(self, topic: int, named: Ranked, evidence: Evidence, wide: Mapping[Key, int], size: int) -> Ranked:
        """Ranked again as labels: bare names and words of everybody behind what tells more.

        `wide`: words that stand in that many conversations' subjects as a part of compounds: `Energie` names
        `Energiekosten` and `Energieaudit` better than either.
        """
        titles = []
        scores = {key: score for score, key in named}
        for key in sorted(scores.keys() | wide.keys()):
            share, strength = evidence.of(topic, key)
            inside = (wide.get(key, 0) / size) ** SUBJECT * share**TEXT * strength * self.names.factor(key)
            score = max(scores.get(key, 0.0), inside)
            if self.names.is_person(key):
                score *= NAME_ALONE
            elif len(key) == 1 and share > COMMON * math.exp(strength):
                score *= COMMON_ALONE
            titles.append((round(score, 6), key))
        return sorted(titles, key=lambda entry: (-entry[0], entry[1]))

    def _rank(
        self,
        topic: int,
        found: Mapping[Key, Phrase],
        size: int,
        evidence: Evidence,
    ) -> Ranked:
        """(score, phrase) of a topic's phrases, best first."""
        least = 2 if size >= 4 else 1
        ranked = []
        for key, phrase in found.items():
            if phrase.documents < least:
                continue
            share, strength = evidence.of(topic, key)
            score = (
                (phrase.documents / size) ** SUBJECT
                * share**TEXT
                * strength
                * (1 + LONGER * (len(key) > 1) + THIRD * (len(key) > 2))
            )
            score *= self.names.factor(key)
            if score > 0:
                ranked.append((round(score, 6), key))
        ranked.sort(key=lambda entry: (-entry[0], entry[1]))
        return ranked

    def _completed(self, titles: Ranked, subjects: Mapping[Key, Phrase]) -> Ranked:
        """Before each title the phrase in which most of its subjects say it: `Palletiser line`, then `Line`.

        Not for German, where a compound says it already and the phrase is narrower than the topic.
        """
        whole: dict[Key, Key] = {}
        for key, phrase in sorted(subjects.items()):
            for size in range(1, len(key)):
                for part in (key[start : start + size] for start in range(len(key) - size + 1)):
                    alone = subjects.get(part)
                    if alone and phrase.documents >= WHOLE * alone.documents:
                        whole[part] = max(whole.get(part, key), key, key=len)
        ranked: Ranked = []
        for score, key in titles:
            if key in whole and self.names.factor(whole[key]) >= self.names.factor(key):
                ranked.append((score, whole[key]))
            ranked.append((score, key))
        return ranked

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
        here = Counter(address for document in members for address, _ in document.people)
        address = min(here, key=lambda one: (-here[one], one), default="")
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
        language = Counter(document.language for document in members).most_common(1)[0][0]
        text = ", ".join(filter(None, people)) or _EMPTY.get(language, _EMPTY["en"])
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


def _bonus(key: Key, phrase: Phrase, longer: float) -> float:
    """What a phrase of several words, or an abbreviation, is worth more than a word on a folder."""
    text = phrase.text()
    return longer if len(key) > 1 or (text.isupper() and len(text) <= ACRONYM) else 0.0


def _german(documents: Sequence[Document]) -> list[Document]:
    return [document for document in documents if document.language == "de"]


def shown(text: str) -> str:
    """A phrase as a label: the first letter of an all-lower-case first word large."""
    first = text.split(" ", 1)[0]
    return text[0].upper() + text[1:] if first.islower() else text


def _short(text: str, most: int = 29) -> str:
    """At most that many letters, cut between words where there are some."""
    if len(text) <= most:
        return text
    return (text[:most].rpartition(" ")[0] or text[: most - 1]).rstrip(" -,&") + "…"


def _keyphrases(found: Candidates, label: str) -> tuple[str, ...]:
    """The next best phrases that add a word to what is already said: of subjects, then words of the text."""
    said = {bags.stem(word, language) for word in bags.words_of(label) for language in ("de", "en")}
    chosen: list[str] = []
    for _, key in [*found.named[:200], *found.read]:
        if len(chosen) == KEYPHRASES:
            break
        if not set(key) & said:
            chosen.append(found.text(key))
            said.update(key)
    return tuple(chosen)
