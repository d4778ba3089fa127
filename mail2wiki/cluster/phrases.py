"""Phrases of one to three words that a person might write on a folder, as found in subjects.

Refuses phrases that start or end with a stop word, have one between that joins no names (`forget to register`), hold a
date or a contraction (`don't`) or repeat a stem. A phrase is known by its stems, shown as it was written most often,
without a genitive at its end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from mail2wiki.cluster import bags

LONGEST = 60  # letters of a label
WORDS = 3  # of a phrase, without those that join them
SHORT = 4  # letters below which a word of a text names nothing
PART, COMPOUND = 5, 9  # letters of a part of a compound and of the compound
_PIECE = re.compile(r"[,;:!?()\[\]{}\"„“”»«|<>=*~…\\]+|\s[-–—/.]+\s|\.\s|[-–—]{2,}|\s'|'\s")
_WORD = re.compile(r"[\w&+#]+(?:[-'’./&][\w&+#]+)*", re.UNICODE)
_FILE = re.compile(r".*\.[a-z]{3,4}x?", re.IGNORECASE)
_CONTRACTED = re.compile(r".*(?:n['’]t|['’](?:re|ll|ve|m|d))", re.IGNORECASE)
_GENITIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_NO_NOUN = re.compile(r".{3,}(?:lich|(?<!e)ig)(?:e[nrsm]?)?|.*(?:st|ßt)ens")
_NUMBERS = re.compile(r"[\d.,:/#-]+")
_MODEL = re.compile(r"[A-Z]{1,4}\d{2,4}[A-Za-z]{0,4}")  # `X310`: what people call a machine
_VERB = re.compile(r".*[^e]ed|.{3,}(?:all|iv|ous|ent|ant|ful|ed|ing|ate|ible|ab)ly", re.IGNORECASE)

Key = tuple[str, ...]


@dataclass(slots=True)
class Phrase:
    """One phrase: in how many conversations and different subjects it stands, whole in how many, and how spelled."""

    documents: int = 0
    spelled: Counter[str] = field(default_factory=Counter)
    headings: set[str] = field(default_factory=set)
    whole: int = 0  # conversations in which no further word belongs to it: `Announcement`, not `Organizational`

    def fragment(self) -> bool:
        """Whether another word follows everywhere."""
        return not self.whole

    def text(self) -> str:
        """The most frequent spelling; of equally frequent ones the one that does not shout, then the first."""
        return min(self.spelled, key=lambda text: (-self.spelled[text], text.isupper(), text))


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str) -> str:
    """Stem of a label word: "" = stop word, "-" = may not be in a label at all (a date, a bare number, a file)."""
    if _NUMBERS.fullmatch(word):
        return word if word.isdigit() and 3 <= len(word) <= 8 and not word.startswith(("19", "20")) else "-"
    lower = word.lower()
    if _FILE.fullmatch(word) or _CONTRACTED.fullmatch(word):
        return "-"
    if lower in bags.word_list("dates"):
        return "-"
    if sum(letter.isdigit() for letter in word) > len(word) / 2 and not _MODEL.fullmatch(word):
        return "-"
    if len(word) < 2 or len(word) > 40:
        return "" if len(word) < 2 else "-"
    return bags.stem(word, language)


def is_noun(word: str, language: str) -> bool:
    """Whether a word of a text may name something: in German one that is large within a sentence (`bags`), which some
    adjectives are in names."""
    return language != "de" or (word[0].isupper() and not _NO_NOUN.fullmatch(word.lower()))


def is_telling(word: str, language: str) -> bool:
    """Whether a word of a text may stand beside phrases of subjects: no verb or adverb by its form, no German word
    without a capital, of short ones only abbreviations."""
    if len(word) < SHORT and not (word.isupper() and len(word) == SHORT - 1):
        return False
    if language == "de":
        return is_noun(word, language)
    return not _VERB.fullmatch(word)


def begun(subject: str) -> list[str]:
    """The words of a subject up to the first sign that parts it."""
    pieces = filter(None, map(str.strip, _PIECE.split(subject[:300])))
    return _WORD.findall(next(pieces, ""))[:40]


def phrases(text: str, language: str) -> Iterator[tuple[Key, str, bool]]:
    """(stems, as written, whether no further word follows) of every phrase in a subject."""
    for piece in _PIECE.split(text[:300]):
        words = [match.group() for match in _WORD.finditer(piece)][:40]
        stems = [_stem(word, language) for word in words]
        for start, first in enumerate(stems):
            if first in ("", "-") or first.isdigit():
                continue
            for stop in range(start + 1, len(words) + 1):
                if stems[stop - 1] == "-" or len(stems[start:stop]) - stems[start:stop].count("") > WORDS:
                    break
                if not stems[stop - 1]:
                    if words[stop - 1].lower() not in bags.word_list("joints"):
                        break
                    continue
                key = tuple(filter(None, stems[start:stop]))
                if len(set(key)) == len(key):
                    follows = stop < len(stems) and stems[stop] not in ("", "-")
                    yield key, _GENITIVE.sub("", " ".join(words[start:stop])), not follows


def collect(texts: Iterable[tuple[list[str], str]]) -> dict[Key, Phrase]:
    """Phrases of documents, each given as (subjects, language); a phrase counts once per document."""
    found: dict[Key, Phrase] = {}
    for subjects, language in texts:
        mine: dict[Key, tuple[str, str, bool]] = {}
        for subject in subjects:
            heading = subject.casefold()
            for key, text, whole in phrases(subject, language):
                if len(text) <= LONGEST and (key not in mine or (whole and not mine[key][2])):
                    mine[key] = text, heading, whole
        for key, (text, heading, whole) in mine.items():
            phrase = found.get(key)
            if phrase is None:
                phrase = found[key] = Phrase()
            phrase.documents += 1
            phrase.spelled[text] += 1
            phrase.headings.add(heading)
            phrase.whole += whole
    return found


def inside(texts: Iterable[list[str]]) -> dict[Key, int]:
    """In how many documents, given as subjects, a stem of PART letters or more begins or ends a German compound, or is
    a word; stems with two documents or more."""
    counts: Counter[str] = Counter()
    for subjects in texts:
        mine: set[str] = set()
        for subject in subjects:
            for word in bags.words_of(subject[:300])[:40]:
                stem = bags.stem(word, "de")
                if len(stem) >= PART:
                    mine.add(stem)
                if len(stem) >= COMPOUND:
                    mine.update(stem[:at] for at in range(PART, len(stem) - 3))
                    mine.update(stem[at:] for at in range(4, len(stem) - PART + 1))
        counts.update(mine)
    return {(stem,): count for stem, count in counts.items() if count > 1}


def collect_words(texts: Iterable[tuple[list[str], str]]) -> dict[Key, Phrase]:
    """The same for single words of a text."""
    found: dict[Key, Phrase] = {}
    for words, language in texts:
        mine: dict[str, str] = {}
        for word in words:
            if is_noun(word, language):
                mine.setdefault(_stem(word, language), word)
        for stem, word in mine.items():
            if stem not in ("", "-"):
                phrase = found.setdefault((stem,), Phrase())
                phrase.documents += 1
                phrase.spelled[word] += 1
    return found
