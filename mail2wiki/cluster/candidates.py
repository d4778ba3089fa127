"""What a topic could be called: phrases of its subjects, and words of its text, each with a score.

A phrase scores s^.5 p^.4 ln(p/q) (1 + b): s the share of the topic's conversations that have it in a subject (or in the
title of an attachment, or as the owner's folder), p the share that have its words at all, q that share among all
conversations, b .15 for a second and .15 for a third word. The owner's name counts x .05, other people's x .5, words of
everyday text x .2. As a label + 40 % for several words or an abbreviation (not in German: compounds say in one word
what English says in two; a word that is a part of compounds in subjects counts s for all of them); a bare name counts
x .02 and a single word that everybody uses x .4 (`Angebot`, but not `Angebot Halle 4`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mail2wiki.cluster import bags, phrases
from mail2wiki.cluster.documents import FILES, attached, bare_subjects, own_folders
from mail2wiki.cluster.evidence import Evidence, Inside
from mail2wiki.cluster.names import NAME, NAME_IN_TEXT, Names, generic, plain
from mail2wiki.cluster.phrases import Key, Phrase
from mail2wiki.records import Document

SAMPLE = 300  # conversations of a topic that are read for its label, evenly spaced in time
WORDS = 60  # of these, the text is read too
SUBJECT, TEXT = 0.5, 0.4  # exponents of s and p; see above
LONGER, THIRD = 0.15, 0.15  # bonus of a second and of a third word
TITLE_LONGER = 0.4  # more of it in a label; an abbreviation has that of two words
NAME_ALONE, PLAIN_ALONE = 0.02, 0.3  # as a label: nothing but a name, nothing but words of everyday text
COMMON, COMMON_ALONE = 0.12, 0.4  # a word that more than this share of all conversations say, and its worth alone
TELLING = 60  # words of the text that are looked at
ACRONYM = 5  # letters up to which capitals are an abbreviation
ONE_SUBJECT, MUCH = 3, 0.2  # conversations of one and the same subject that count, up to this share of the topic
FRAGMENT, PLAIN_END = 0.6, 0.6  # a phrase that another word follows everywhere; one that ends or begins in a plain word
ENOUGH, COVERING = 0.2, 0.5  # share that says a label in full, from which it has all its worth; exponent
FIRST = 40  # labels looked at for that
SUBJECTS_OF = 0.4  # of the different subjects of a word those that say the longer phrase
WHOLE = 0.6  # share of a phrase's subjects that say it inside a longer one, from which that is the label

Ranked = list[tuple[float, Key]]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a topic could be called."""

    subjects: Mapping[Key, Phrase]
    words: Mapping[Key, Phrase]  # of the text, one each
    named: Ranked  # of the subjects
    titles: Ranked  # the same, as labels
    read: Ranked  # of the text
    inside: Inside

    def text(self, key: Key) -> str:
        """A phrase as it was written most often; a subject that shouts is spelled as the text spells its words."""
        if key not in self.subjects:
            return self.words[key].text()
        text = self.subjects[key].text()
        if not text.isupper() or len(text) <= ACRONYM:
            return text
        return " ".join(self._calm(word) for word in text.split())

    def _calm(self, word: str) -> str:
        """A word of a subject in capitals as the text writes it; where that shouts too, large at the front only."""
        for language in ("de", "en"):
            if (stem := (bags.stem(word, language),)) in self.words:
                word = self.words[stem].text()
        return word.capitalize() if word.isupper() and len(word) > ACRONYM else word


def collect(topic: int, members: Sequence[Document], evidence: Evidence, names: Names) -> Candidates:
    """All phrases of a topic, ranked."""
    sample, fewer = sampled(members), sampled(members, WORDS)
    subjects = phrases.collect((_headings(d), d.language) for d in sample)
    words = phrases.collect_words((readable(d), d.language) for d in fewer)
    german = [document for document in sample if document.language == "de"]
    named = _rank(topic, subjects, len(sample), evidence, names)
    wide = {key: count for key, count in phrases.inside(map(bare_subjects, german)).items()
            if key in subjects or key in words}  # fmt: skip
    mostly_german = 2 * len(german) > len(sample)
    longer = 0.0 if mostly_german else TITLE_LONGER
    as_titles = {key: score * _as_title(key, subjects[key], longer) for score, key in named}
    inside = evidence.inside(topic)
    titles = _covering(_titles(topic, as_titles, evidence, names, wide, len(sample)), inside)
    if not mostly_german:
        titles = _completed(titles, subjects, names)
    return Candidates(subjects, words, named, titles, _read(topic, words, len(fewer), evidence, names), inside)


def sampled(members: Sequence[Document], most: int = SAMPLE) -> list[Document]:
    """At most that many of a topic's documents, evenly spaced."""
    step = max(1.0, len(members) / most)
    return [members[int(at * step)] for at in range(min(len(members), most))]


def readable(document: Document) -> list[str]:
    """What else names a conversation: words of attachments' names and titles, and of the text."""
    texts = [word for text in attached(document) for word in bags.words_of(text)]
    for data in document.terms[:5]:
        texts += bags.decode(data).words.decode("utf-8", "replace").split()
    return texts


def _headings(document: Document) -> list[str]:
    """What people wrote above a conversation."""
    return bare_subjects(document) + own_folders(document) + list(document.titles[:FILES])


def _read(topic: int, words: Mapping[Key, Phrase], size: int, evidence: Evidence, names: Names) -> Ranked:
    """The readable words of the text that tell the topic, ranked."""
    least = _least(size)
    here = {evidence.column(key[0]): key for key, phrase in words.items() if phrase.documents >= least}
    ranked = []
    for column, score in evidence.telling(topic, TELLING):
        key = here.get(column)
        if key and score > 0:
            ranked.append((round(score * names.factor(key, NAME_IN_TEXT), 6), key))
    return _best_first(ranked)


def _rank(topic: int, found: Mapping[Key, Phrase], size: int, evidence: Evidence, names: Names) -> Ranked:
    """The phrases of a topic that stand in enough of its subjects."""
    ranked = []
    for key, phrase in found.items():
        if phrase.documents >= _least(size):
            share, strength = evidence.of(topic, key)
            score = (_support(phrase, size) / size) ** SUBJECT * share**TEXT * strength
            score *= (1 + LONGER * (len(key) > 1) + THIRD * (len(key) > 2)) * names.factor(key)
            if score > 0:
                ranked.append((round(score, 6), key))
    return _best_first(ranked)


def _titles(
    topic: int, scores: Mapping[Key, float], evidence: Evidence, names: Names, wide: Mapping[Key, int], size: int
) -> Ranked:
    """Ranked again as labels: bare names and words of everybody behind what tells more.

    `wide`: words that stand in that many conversations' subjects as a part of compounds: `Energie` names
    `Energiekosten` and `Energieaudit` better than either.
    """
    titles = []
    for key in sorted(scores.keys() | wide.keys()):
        share, strength = evidence.of(topic, key)
        inside = (wide.get(key, 0) / size) ** SUBJECT * share**TEXT * strength * names.factor(key)
        score = max(scores.get(key, 0.0), inside)
        if names.is_person(key):
            score *= NAME_ALONE
        elif generic().issuperset(key):
            score *= PLAIN_ALONE
        elif len(key) == 1 and share > COMMON * math.exp(strength):
            score *= COMMON_ALONE
        titles.append((round(score, 6), key))
    return _best_first(titles)


def _covering(titles: Ranked, inside: Inside) -> Ranked:
    """Ranked again: what few of the topic's conversations say in full is worth less the fewer they are."""
    first = [
        (round(score * min(1.0, inside.rows(key).mean() / ENOUGH) ** COVERING, 6), key) for score, key in titles[:FIRST]
    ]
    return _best_first(first) + titles[FIRST:]


def _completed(titles: Ranked, subjects: Mapping[Key, Phrase], names: Names) -> Ranked:
    """Before each title the phrase in which most of its subjects say it: `Palletiser line`, then `Line`.

    Not for German, where a compound says it already and the phrase is narrower than the topic.
    """
    whole: dict[Key, Key] = {}
    for key, phrase in sorted(subjects.items()):
        for size in range(1, len(key)):
            for part in (key[start : start + size] for start in range(len(key) - size + 1)):
                alone = subjects.get(part)
                if alone and phrase.documents >= WHOLE * alone.documents and _varies(phrase, alone):
                    whole[part] = max(whole.get(part, key), key, key=len)
    ranked: Ranked = []
    for score, key in titles:
        if (
            key in whole
            and not names.is_person(whole[key])
            and names.factor(whole[key]) >= min(names.factor(key), NAME)
        ):
            ranked.append((score, whole[key]))
        ranked.append((score, key))
    return ranked


def _varies(phrase: Phrase, part: Phrase) -> bool:
    """Whether a phrase stands in enough of the different subjects of a part of it, not only in one and its answers."""
    return len(phrase.headings) >= SUBJECTS_OF * len(part.headings)


def _least(size: int) -> int:
    """Conversations that must say a phrase."""
    return 2 if size >= 4 else 1


def _support(phrase: Phrase, size: int) -> float:
    """Conversations that say a phrase; of one subject only a few count, unless it is that of much of the topic."""
    few = ONE_SUBJECT * len(phrase.headings)
    return phrase.documents if phrase.documents >= MUCH * size else min(phrase.documents, few)


def _as_title(key: Key, phrase: Phrase, longer: float) -> float:
    """What a phrase of several words, or an abbreviation, is worth more than a word on a folder, and what one that
    another word follows everywhere, or that begins or ends with a word of everyday text, is worth less."""
    text = phrase.text()
    short = text.isupper() and len(text) <= ACRONYM
    worth = 1 + (longer if len(key) > 1 or short else 0.0)
    if not short and phrase.fragment():
        worth *= FRAGMENT
    return worth * (PLAIN_END if len(key) > 1 and not plain().isdisjoint((key[0], key[-1])) else 1.0)


def _best_first(ranked: Iterable[tuple[float, Key]]) -> Ranked:
    return sorted(ranked, key=lambda entry: (-entry[0], entry[1]))
