"""The words people close a message with, and what tells a line of a signature from a sentence.

The words are in `patterns/signatures.toml`, by language. Refuses to decide where a signature starts: that is
`signatures`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from mail2wiki.extract import contacts, line_kinds
from mail2wiki.extract.footers import DECORATION
from mail2wiki.extract.language import little_words

WORDY = 20  # words that make a paragraph of no short lines prose
_TABLES = line_kinds.load("signatures.toml")
_LOST = ("?", "??", "\ufffd", "\ufffd\ufffd")
"""What stands for an umlaut where an archive or a client destroyed it."""
_UMLAUT = re.compile("[äöüß]")


def _with_lost_umlauts(words: Iterable[str]) -> frozenset[str]:
    """The words, and each as it reads without its umlauts."""
    every = frozenset(words)
    return every.union(_UMLAUT.sub(lost, word) for word in every if _UMLAUT.search(word) for lost in _LOST)


_CLOSINGS = _with_lost_umlauts(line_kinds.words(_TABLES["closing"]))
_THANKS = _with_lost_umlauts(line_kinds.words(_TABLES["thanks"]))
PATCHES = tuple(line_kinds.words(_TABLES["patch"]))
CLOSING_FIRST = frozenset(word.split()[0].strip(",.!/") for word in _CLOSINGS | _THANKS)
_JOINERS = frozenset(("aus", "und", "von", "from", "and", "an", "nach", "vom"))
_WORD = re.compile(r"\w+")
_ITEM = re.compile(r"(?:[*+•·o-]|\d{1,2}[.)])\s+\w")
NAME = re.compile(
    r"[\"'(]?[A-ZÄÖÜÉŁØÅ][\w.'’-]*[,)\"']?(?: [\"'(]?(?:[a-zäöü]{1,4} )?[A-ZÄÖÜÉŁØÅ][\w.'’-]*[,)\"']?){0,4}"
)


def closing(text: str) -> int:
    """0: not a closing; 1: thanks, a closing if a name follows; 2: a closing; 3: a closing with a name on its line."""
    if len(text) > 70:
        return 0
    low = text.lower().strip(" ,.!;:-–—*_~")
    first = low.split(None, 1)[0].strip(",./") if low.strip() else ""
    if first not in CLOSING_FIRST and low not in _CLOSINGS:
        return 0
    if low in _CLOSINGS:
        return 2
    if low in _THANKS:
        return 1
    if "/" in low and all(part.strip(" ,.") in _CLOSINGS for part in low.split("/")):
        return 2
    words = text.strip(" ,.!;:-–—*_~").split()
    for count in range(min(5, len(words) - 1), 0, -1):
        head = " ".join(words[:count])
        rest = words[count:]
        comma = head.endswith((",", "!", "."))
        bare = head.lower().strip(" ,.!")
        if bare in _CLOSINGS and not rest[0].strip(DECORATION):
            return 3 if 1 < len(rest) <= 4 else 0
        if bare in _CLOSINGS or (comma and bare in _THANKS):
            if rest[0].lower() in _JOINERS and len(rest) <= 6 and (count > 1 or bare not in ("best", "yours")):
                said = rest[-1][:1].islower() and text.endswith(".")  # "Grüße von Uwe soll ich ausrichten."
                return 0 if said else 2
            named = (
                len(rest) <= 4
                and all(word[:1].isupper() for word in rest)
                and (comma or count > 1 or len(bare) <= 3 or bare in ("gruß", "grüße", "gruss"))
            )
            return 3 if named else 0
    return 0


def is_prose(text: str) -> bool:
    """Whether a line is somebody's sentence and not a line of a signature."""
    count = text.count(" ") + 1
    if count < 7 or (count < 12 and text[-1] not in ".!?…:,"):
        return False
    return not contacts.evidence(text)


def is_text(texts: list[str]) -> bool:
    """Whether a paragraph below a signature is text again: prose (also wrapped), a list, a patch."""
    if any(text.lower().startswith(PATCHES) for text in texts):
        return True
    if sum(map(contacts.evidence, texts)) >= 2:
        return False
    prose = sum(map(is_prose, texts))
    if prose > 0 and prose * 2 >= len(texts):
        return True
    if sum(_ITEM.match(text) is not None for text in texts) >= 2:
        return True
    words = " ".join(texts)[:2000].lower().split()
    return len(words) >= max(WORDY, 7 * len(texts)) and sum(
        word.strip(DECORATION) in little_words() for word in words
    ) * 5 >= len(words)


def names_sender(text: str, sender: str, initials: bool) -> bool:
    """Whether a line is nothing but the sender's name, a part of it, or (`initials`) the initials."""
    known, letters = _parts(sender)
    said = _WORD.findall(text.lower()) if known else []
    if not said or len(said) > 5:
        return False
    if known.issuperset(said) and any(len(part) > 1 for part in said):
        return True
    return initials and said == [letters]


@lru_cache(maxsize=5_000)
def _parts(name: str) -> tuple[frozenset[str], str]:
    """What a person may sign with: the words of the name and their first letters; and these letters as one word."""
    words = _WORD.findall(name.lower()) if "@" not in name else []
    first = [word[0] for word in words]
    return frozenset(words + first), "".join(first)
