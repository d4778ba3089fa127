"""Attachments that a list's archive took out of a message: the notice in their place, as one line with a link.

    A non-text attachment was scrubbed...
    Name: pump.diff
    Type: text/x-patch
    Size: 13245 bytes
    Desc: not available
    Url : <http://liste.example/pipermail/pumpen/attachments/20240506/fffd4854/attachment.bin>

Known by its form, which is the same in all languages of the archive: a line that ends in three dots, fields, and as the
last of them an address below `attachments/`. Refuses any other form: then the lines stay text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from mail2wiki.export.attachments import kind
from mail2wiki.export.items import File

_DOTS, _LONGEST = "...", 100  # how the first line ends, and its characters
_FIELDS = 7
_FIELD = re.compile(r"[^\W\d_][\w -]{1,17}: ?(.*)")
_WHERE = re.compile(r"<?((?:https?://[\w.:-]{1,200})?/[\w./~+@=%-]{0,300}attachments?/[\w./~+@=%-]{1,300}?)>?")
_SIZE = re.compile(r"(\d{1,12})(?: \w+)?")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


def split(lines: Sequence[str]) -> Iterator[list[str] | File]:
    """The lines, with each notice among them as the file it is about."""
    if not any(line.rstrip().endswith(_DOTS) for line in lines):
        yield list(lines)
        return
    at = start = 0
    while at < len(lines):
        if stop := end(lines, at):
            if start < at:
                yield list(lines[start:at])
            yield _file(lines[at + 1 : stop])
            at = start = stop
        else:
            at += 1
    if start < len(lines):
        yield list(lines[start:])


def end(lines: Sequence[str], at: int) -> int:
    """The line behind the notice that begins here; 0 where none does."""
    first = lines[at].rstrip()
    if not first.endswith(_DOTS) or len(first) > _LONGEST:
        return 0
    for here in range(at + 1, min(at + 1 + _FIELDS, len(lines))):
        field = _FIELD.fullmatch(lines[here].strip())
        if field is None:
            return 0
        if _WHERE.fullmatch(field[1]):
            return here + 1
    return 0


def _file(fields: Sequence[str]) -> File:
    """What the fields say: of a file its name, type, size, description; of a message who, its subject, when, size."""
    values = [field[1].strip() for line in fields if (field := _FIELD.fullmatch(line.strip()))]
    where = _WHERE.fullmatch(values.pop())
    href = where[1] if where and where[1][0] != "/" else ""
    size = next((int(found[1]) for value in values[1:] if (found := _SIZE.fullmatch(value))), 0)
    media = next((value for value in values[1:] if _TYPE.fullmatch(value)), "")
    others = [v for n, v in enumerate(values) if not n or not (_SIZE.fullmatch(v) or _TYPE.fullmatch(v))]
    said = ["" if value.lower() in _unknown() else value for value in others]
    if len(said) > 2:  # From, Subject, Date
        return File(said[1], "EML", size, href, title=", ".join(filter(None, (said[0], *said[2:]))))
    name, title = (*filter(None, said), "", "")[:2]
    return File(name, kind(name, media), size, href, title="" if title == name else title)


@cache
def _unknown() -> frozenset[str]:
    text = resources.files(__package__).joinpath("archived.toml").read_text(encoding="utf-8")
    return frozenset(word for entry in tomllib.loads(text)["unknown"] for word in entry["words"])
