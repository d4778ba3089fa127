"""File names and paths that every wiki, file system and web server takes.

NFC, letters (umlauts too), digits and `-`, at most 100 bytes, no leading `_` or `.`, the stem ends with a short stable
id and is unique in the whole tree without regard to case. Nothing of a name from mail survives but letters and digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

_OTHER = re.compile(r"[\W_]+")
_ID = re.compile(r"[^0-9a-z]+")
SLUG_BYTES = 60  # of the readable part; short id, part number and suffix keep below 100


def slug(text: str, limit: int = SLUG_BYTES) -> str:
    """Readable words of a title in lower case, joined by `-`, at most `limit` bytes; "" if there are none."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text[:400]).lower())
    words: list[str] = []
    size = 0
    for word in _OTHER.sub(" ", _letters(text)).split():
        size += len(word.encode()) + 1
        if size > limit + 1:
            if not words:
                words.append(word.encode()[:limit].decode("utf-8", "ignore"))
            break
        words.append(word)
    return unicodedata.normalize("NFC", "-".join(words))


def _letters(text: str) -> str:
    """Only letters, marks that belong to them, and decimal digits; everything else is a gap."""
    if text.isascii():
        return text
    return "".join(c if unicodedata.category(c) in ("Ll", "Lo", "Lm", "Mn", "Mc", "Nd") else " " for c in text)


def short(id: str, length: int = 8) -> str:
    """The stable end of a file name: the first characters of an id."""
    return _ID.sub("", id.lower())[:length] or "0"


class Names:
    """Gives every page and file its path; what had one keeps it."""

    def __init__(self, before: Mapping[str, str], fixed: Iterable[str] = ()) -> None:
        self._before = before
        self._stems = {_stem(path): id for id, path in before.items()} | {_stem(path): "" for path in fixed}

    def page(self, id: str, folder: str, title: str, key: str, mark: str = "") -> str:
        """`folder/slug-shortkey[-mark].md`, or the path this id had before. `key`: what the short id is taken from."""
        path = self._before.get(id)
        if path is not None and self._stems.get(_stem(path)) == id:
            return path
        readable = slug(title)
        for length in (8, 16, 64):
            stem = "-".join(filter(None, (readable, short(key, length), mark)))
            if len(stem.encode()) > 96:
                stem = "-".join(filter(None, (short(key, length), mark)))
            if self._stems.setdefault(stem.casefold(), id) == id:
                return f"{folder}/{stem}.md"
        number = 2
        while self._stems.setdefault(f"{stem}-{number}".casefold(), id) != id:
            number += 1
        return f"{folder}/{stem}-{number}.md"

    def file(self, sha256: str, name: str, suffix: str) -> str:
        """`files/slug-shortid.suffix`; the same bytes have one path."""
        stem = name.rpartition(".")[0] if "." in name else name
        for length in (8, 16, 64):
            path = f"files/{'-'.join(filter(None, (slug(stem, 80 - length), short(sha256, length))))}.{suffix}"
            if self._stems.setdefault("/" + path.casefold(), sha256) == sha256:
                return path
        return path


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md").casefold()


def relative(start: str, goal: str) -> str:
    """The link from one page to a page or file of the wiki (`goal` may carry an #anchor); both relative to wiki/."""
    page, mark, anchor = goal.partition("#")
    if page == start and mark:
        return mark + anchor
    folder, slash, name = goal.rpartition("/")
    return _way(start.rpartition("/")[0], folder + slash) + name


@cache
def _way(start: str, goal: str) -> str:
    """From one folder of the wiki to another one ("topics/"; few and known); links are made by the ten thousand."""
    here, there = start.split("/") if start else [], goal.split("/")
    same = 0
    while same < len(here) and same < len(there) - 1 and here[same] == there[same]:
        same += 1
    return "../" * (len(here) - same) + "/".join(there[same:])
