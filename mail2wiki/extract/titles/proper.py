"""Whether a text is a title: what programs write there by themselves, and what the file's name says already, is none.

Refuses to judge meaning: `Rechnung` is a title, a person wrote it.
"""

from __future__ import annotations

import html
import re
import tomllib
from functools import cache
from pathlib import Path

from mail2wiki.extract.charsets import clean_line

LONGEST = 400
"""Characters of a text that may hold a title."""

SHOWN = 120
"""Characters of a title that are kept, cut between words."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_PART = re.compile(r"[^\W_]+")
_FILE = re.compile(r"\S.*\.[a-z]{2,4}[x\d]?\W*", re.IGNORECASE)
_PATH = re.compile(r"(?:[a-z]:|\\)\\|/\w+/|(?:https?|file|about|data):", re.IGNORECASE)
_ENTITY = re.compile(r"&[\w:#.-]{1,40};")
_HEX = re.compile(r"[0-9a-f-]{8,}|\{.*\}", re.IGNORECASE)


def title(text: str, name: str) -> str:
    """The text as a title, "" if it is none. `name`: of the file."""
    text = html.unescape(text)
    if _ENTITY.search(text):  # one of the file's own, which is never expanded
        return ""
    text = clean_line(text).strip(" \"'„“”«»|-–—_.:;,*#")
    for front in _patterns().fronts:
        text = front.sub("", text).strip(" \"'-–—_:")
    words = text.casefold()
    if not _WORD.search(text) or 3 * sum(map(str.isalpha, text)) < len(text) or "\ufffd" in text:
        return ""
    if _FILE.fullmatch(text) or _PATH.match(text) or _HEX.fullmatch(text):
        return ""
    if _patterns().generic.fullmatch(words) or _parts(words) <= _parts(name.casefold()):
        return ""
    return text if len(text) <= SHOWN else (text[:SHOWN].rpartition(" ")[0] or text[: SHOWN - 1]) + "…"


def _parts(text: str) -> set[str]:
    """The words of a title or name that tell it from others; a version does not."""
    return {part for part in _PART.findall(text) if len(part) > 2} - _patterns().versions


class _Patterns:
    """titles.toml: what programs write, as patterns over the lower-case title."""

    def __init__(self) -> None:
        data = tomllib.loads((Path(__file__).parent / "titles.toml").read_text("utf-8"))
        self.fronts = [re.compile(front, re.IGNORECASE) for front in data["fronts"].values()]
        whole = [re.escape(text) for texts in data["generic"].values() for text in texts]
        self.versions = frozenset(data["versions"])
        self.generic = re.compile(rf"(?:{'|'.join(whole)})(?:[\W\d_]|copy|kopie)*")


@cache
def _patterns() -> _Patterns:
    return _Patterns()
