"""What a message's text says, as a compact bag of hashed word stems; made once per message, in the workers.

    terms(message, body) -> bytes     opaque to other rooms, about 0.6 KB for a message of 2.5 KB

Layout (version 2, little endian): version u8, language u8, n u16, n x u32 hashes ascending, n x u8 counts, then
readable words in UTF-8, blanks between. The hash is the CRC-32 of the stem: no vocabulary needs to be shared between
workers, and among some 10^5 stems of a mailbox a collision is rare. Quoted text counts (measured: + .027 AMI on
mailboxes, + .09 on newsgroups); signatures, disclaimers, attribution and header lines do not. Refuses to know other
messages: what needs the whole mailbox happens in `documents`, `compounds` and `vectors`.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import chain, compress, islice
from typing import Any, NamedTuple
from zlib import crc32

from mail2wiki.records import NEW, QUOTED, Body, Message

VERSION = 2
LETTERS = 6000  # of one message's text; longer ones are mostly listings and repeat themselves
READABLE = 16  # words per message kept as written: for labels where there are no subjects, and to split compounds
CAPITAL, SMALL = 4, 7  # letters: a word that names something has more, with a capital or without
TOKEN = re.compile(r"[^\W\d_][^\W_]{1,40}")
_WITHIN = re.compile(r"(?<=[a-zäöüß][ \n])[A-ZÄÖÜ](?:[^\W_]*[a-zäöüß][^\W_]*|[^\W_]{1,4}(?![^\W_]))")  # behind a word
_SAID = NEW + QUOTED
_BLANKS = "".join(chr(c) if chr(c).isalnum() else " " for c in range(128))  # what stands between words, in ASCII
_HEAD = struct.Struct("<BBH")
_LANGUAGES = ("", "de", "en")
_CACHE = 200_000  # stems remembered per language; bounds the memory of a worker (about 25 MB)
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class Bag(NamedTuple):
    """One message's terms, decoded only as far as the matrix needs it."""

    language: str
    hashes: bytes  # u32 little endian
    counts: bytes  # u8
    words: bytes  # readable words, UTF-8, blanks between


@cache
def word_list(name: str) -> frozenset[str]:
    """A list of `words/`, lower case, both as written and with umlauts spelled out."""
    text = (resources.files(__package__) / "words" / f"{name}.txt").read_text(encoding="utf-8")
    words = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    return frozenset(words) | frozenset(word.translate(_FOLD) for word in words)


@cache
def stop_words() -> frozenset[str]:
    """German and English together: mailboxes mix them, and so do messages."""
    return word_list("stop-de") | word_list("stop-en") | word_list("dates")


@cache
def _stemmer(language: str) -> Any:
    import Stemmer  # has no types

    return Stemmer.Stemmer({"de": "german"}.get(language, "english"), 0)


def stem(word: str, language: str) -> str:
    """The Snowball stem of one word, "" for stop words, umlauts folded (`Verträge`, `Vertraege` -> `vertrag`).

    A word with an umlaut is German whatever the message is: short messages have no language.
    """
    word = word.lower()
    if word in stop_words() or len(word) > 40:
        return ""
    if word.isascii():
        return _stemmer(language).stemWord(word)
    if word != word.translate(_FOLD):
        language = "de"
    return _stemmer(language).stemWord(word).translate(_FOLD)


class _Hashes(dict[str, int]):
    """Surface word -> hash of its stem, 0 = stop word; forgets everything when full (the values never depend on it)."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __missing__(self, word: str) -> int:
        if word.isdigit():
            return 0  # every number is a new word: not worth remembering
        if len(self) >= _CACHE:
            self.clear()
        found = TOKEN.search(word)
        value = hash_stem(stem(found[0], self.language)) if found else 0
        self[word] = value
        return value


def hashes(language: str) -> _Hashes:
    """The memory of one language; what is not German is stemmed as English."""
    return _memory("de" if language == "de" else "en")


@cache
def _memory(language: str) -> _Hashes:
    return _Hashes(language)


def hash_stem(text: str) -> int:
    """The number a stem is known by; 0 for none."""
    return crc32(text.encode("utf-8", "replace")) if text else 0


def stems(words: Iterable[str], languages: Sequence[str] = ("de", "en")) -> set[str]:
    """The stems of some words in any of the languages, without stop words."""
    return {stem(word, language) for word in words for language in languages} - {""}


def words_of(text: str) -> list[str]:
    """The words of a text as written."""
    return TOKEN.findall(text)


def _chunks(text: str) -> list[str]:
    """The same at twice the speed where there are only ASCII letters, with numbers and single letters among them."""
    return text.translate(_BLANKS).split() if text.isascii() else TOKEN.findall(text)


def _text(body: Body) -> str:
    """The first letters of new and quoted lines, without addresses and links."""
    lines = compress(body.lines, map(_SAID.__contains__, body.marks))
    text = "\n".join(islice(lines, LETTERS))[:LETTERS]
    if "@" in text or "://" in text:
        text = "\n".join([_unaddressed(line) for line in text.split("\n")])
    return text


def _unaddressed(line: str) -> str:
    if "@" not in line and "://" not in line:
        return line
    return " ".join([word for word in line.split() if "@" not in word and "://" not in word])


def count(words: Mapping[str, int], language: str) -> dict[int, int]:
    """Hash of stem -> how often; `words`: how often each stands there as written.

    Counted as written first: the memory of all words is so large that looking up each of them waits for it.
    """
    counts: dict[int, int] = {}
    have = counts.get
    for stem, n in zip(map(hashes(language).__getitem__, words), words.values(), strict=True):
        counts[stem] = have(stem, 0) + n
    counts.pop(0, None)
    return counts


def terms(message: Message, body: Body) -> bytes:
    """The bag of one message (see above). Never raises on any text."""
    text = _text(body)
    words = Counter(_chunks(text))
    counts = count(words, message.language)
    nouns = frozenset(_WITHIN.findall(text)) if message.language == "de" else None
    order = sorted(counts)[:0xFFFF]
    language = _LANGUAGES.index(message.language) if message.language in _LANGUAGES else 0
    return b"".join(
        (
            _HEAD.pack(VERSION, language, len(order)),
            struct.pack(f"<{len(order)}I", *order),
            _bytes(map(counts.__getitem__, order)),
            " ".join(_readable(words, message.language, nouns)).encode("utf-8", "replace"),
        )
    )


def _bytes(numbers: Iterable[int]) -> bytes:
    """One byte each; what does not fit is 255."""
    found = list(numbers)
    try:
        return bytes(found)
    except ValueError:
        return bytes([min(n, 255) for n in found])


def _readable(words: Iterable[str], language: str, nouns: Container[str] | None) -> list[str]:
    """The words most likely to name something: capitals first, then the longest.

    `nouns`: what is written large within a sentence, in German; any other word is large only where a sentence begins,
    and is given back small.
    """
    long = [word for word in words if len(word) > CAPITAL]
    capitals = [word for word in long if word[0].isupper()]
    others = [word for word in long if len(word) > SMALL and not word[0].isupper()]
    ranked = chain(*(sorted(sorted(some), key=len, reverse=True) for some in (capitals, others)))
    stem = hashes(language)
    found = islice((word for word in ranked if word[0].isalpha() and stem[word]), READABLE)
    return [word if nouns is None or word in nouns else word.lower() for word in found]


def decode(data: bytes) -> Bag:
    """A bag from its bytes; an empty one for bytes of another version or cut short."""
    if len(data) < _HEAD.size or data[0] != VERSION:
        return Bag("", b"", b"", b"")
    _, language, n = _HEAD.unpack_from(data)
    at = _HEAD.size
    if len(data) < at + 5 * n:
        return Bag("", b"", b"", b"")
    return Bag(_LANGUAGES[language % 3], data[at : at + 4 * n], data[at + 4 * n : at + 5 * n], data[at + 5 * n :])
