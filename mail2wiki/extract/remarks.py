"""What people add below their signature: a postscript, "Attachments: plan", versions of a program, a few figures.

It is the message's own text, however short. Told by its first word (`patterns/signatures.toml`), by its form, or by
being a sentence; never where a line carries a contact fact. Refuses to look at the first lines of a signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mail2wiki.extract import contacts, line_kinds
from mail2wiki.extract.language import little_words

SENTENCE = 4  # words of a sentence; "All the best." and "Have fun!" have fewer
ROWS = 3  # lines of a table
_TABLES = line_kinds.load("signatures.toml")
_POSTSCRIPTS = frozenset(line_kinds.words(_TABLES["postscript"]))
_REMARKS = frozenset(line_kinds.words(_TABLES["remark"]))
_ACCOUNTS = frozenset(line_kinds.words(_TABLES["account"]))
_LABEL = re.compile(r"[\W_]{0,3}([^\W\d_][\w .&/()-]{0,30}?) ?:\s*\S")
_ROW = re.compile(r"\w[^|@]*?\s\W?\d[\d.,:%/-]*(?:\s.*)?")


def labelled(text: str) -> bool:
    """Whether a line opens with what is said below a name but not of it: "PS: ...", "Attachments: ..."."""
    first = text.split(None, 1)[0].lower() if text.strip() else ""
    if first in _POSTSCRIPTS or first.strip(":") in _POSTSCRIPTS:
        return True
    found = _LABEL.match(text)
    return found is not None and found[1].lower() in _REMARKS


def remark(texts: Sequence[str]) -> bool:
    """Whether a paragraph below a signature is something its writer says."""
    if labelled(texts[0]):
        return True
    if any(map(contacts.evidence, texts)):
        return False
    labels = [found[1].lower() if (found := _LABEL.match(text)) else "" for text in texts]
    if len(texts) > 1 and all(labels) and not _ACCOUNTS.intersection(labels):
        return True
    words = " ".join(texts).lower().split()
    ended = texts[-1][-1] in ".!?" and texts[0][:1].isalpha() and len(texts) <= 2
    if ended and len(words) >= SENTENCE and not little_words().isdisjoint(words):
        return True
    return len(texts) >= ROWS and all(map(_ROW.fullmatch, texts))
