"""The word lists of the screen as one object, read once from `lexicons/*.toml`.

Only data and how words are compared (lower case, umlauts folded, punctuation to single spaces). It decides nothing.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mail2wiki.stems import Stems

_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064]")
"""Soft hyphens, zero-width characters: a reader sees "privat" with or without them."""

LONGEST = 1_000
"""Characters of a subject or folder name that are looked at; a subject is kept no longer than that."""

_PREFIX = re.compile(r"(?:re|aw|antw|antwort|fwd?|fw|wg|sv|vs|tr|rv|wtr|i)(?:\[\d{1,3}\]|\^\d{1,3})?\s?:\s*")


@dataclass(frozen=True, slots=True)
class SubjectRule:
    """Subjects of one kind of program: (reason, beginnings, endings, whether a calendar part must prove it, whether the
    text, or a message with the subject that follows, must prove it)."""

    reason: str
    start: tuple[str, ...]
    end: tuple[str, ...]
    calendar: bool
    echo: bool


@dataclass(frozen=True, slots=True)
class Senders:
    """Words of addresses of one kind: see lexicons/senders.toml."""

    joined: frozenset[str]
    words: frozenset[str]
    domains: frozenset[str]
    begin: tuple[str, ...]
    finish: tuple[str, ...]
    shape: re.Pattern[str] | None  # of the part before the @


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All lists, folded."""

    folders: frozenset[str]
    strong: frozenset[str]
    fillers: frozenset[str]
    subjects: frozenset[str]
    adjectives: frozenset[str]
    nouns: frozenset[str]
    matters: frozenset[str]
    matter_starts: dict[str, tuple[str, ...]]  # by their first word
    rules: tuple[SubjectRule, ...]
    starts: tuple[str, ...]  # of all rules
    ends: tuple[str, ...]
    senders: dict[str, Senders]
    hints: Stems  # a subject without any of these says nothing private: spares the closer look


def fold(text: str) -> str:
    """As a reader sees it, in lower case, umlauts as two letters, white space single: so words are compared."""
    text = text[:LONGEST]
    if text.isascii():
        return " ".join(text.lower().split())
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(text.casefold().translate(_FOLD).split())


@lru_cache(maxsize=1_000)  # private.py and matters.py ask for each subject, one after the other
def bare(subject: str) -> str:
    """A subject folded and without its reply and forward prefixes (bounded: fifty of them)."""
    text = fold(subject)
    for _ in range(50):
        found = _PREFIX.match(text)
        if not found:
            break
        text = text[found.end() :]
    return text


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lists that come with the package (constant, so keeping them changes no result)."""
    private: dict[str, set[str]] = {}
    rules: list[SubjectRule] = []
    here = Path(__file__).parent / "lexicons"
    for language in ("de", "en", "others"):
        data = tomllib.loads((here / f"{language}.toml").read_text(encoding="utf-8"))
        for key, words in data["private"].items():
            private.setdefault(key, set()).update(fold(word) for word in words)
        rules += [_rule(entry) for entry in data.get("automated", {}).get("subject", ())]
    senders = tomllib.loads((here / "senders.toml").read_text(encoding="utf-8"))
    frozen = {key: frozenset(words) for key, words in private.items()}
    return Lexicon(
        frozen["folders"],
        frozen["strong"],
        frozen["fillers"],
        frozen["subjects"],
        frozen["adjectives"],
        frozen["nouns"],
        frozen["matters"],
        _by_first_word(frozen["matter_starts"]),
        tuple(rules),
        tuple(start for rule in rules for start in rule.start),
        tuple(end for rule in rules for end in rule.end),
        {kind: _senders(entry) for kind, entry in senders.items()},
        _hints(frozen["subjects"] | frozen["adjectives"]),
    )


def _hints(phrases: frozenset[str]) -> Stems:
    """The longest word of each phrase."""
    return Stems(max(re.findall(r"\w+", phrase), key=lambda word: (len(word), word)) for phrase in phrases)


def _by_first_word(phrases: frozenset[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for phrase in sorted(phrases):
        first = phrase.split(" ", 1)[0]
        found[first] = (*found.get(first, ()), phrase)
    return found


def _rule(entry: dict[str, Any]) -> SubjectRule:
    start = tuple(fold(text) for text in entry.get("start", ()))
    end = tuple(fold(text) for text in entry.get("end", ()))
    return SubjectRule(entry["reason"], start, end, bool(entry.get("calendar")), bool(entry.get("echo")))


def _senders(entry: dict[str, Any]) -> Senders:
    def words(key: str) -> tuple[str, ...]:
        return tuple(fold(text) for text in entry.get(key, ()))

    joined, whole, domains = (frozenset(words(key)) for key in ("joined", "words", "domains"))
    shape = re.compile("|".join(entry["shapes"])) if "shapes" in entry else None
    return Senders(joined, whole, domains, words("begin"), words("finish"), shape)
