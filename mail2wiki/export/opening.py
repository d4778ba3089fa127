"""The first words of a message that say something: for the lists of conversations, and to name one without a subject.

A greeting says nothing, wherever it ends, nor does an attribution line that stayed when its quote was cut away, the
letter's own head once more (`Subject: ...`), a line of signs, or an address of the web before the first word.
Refuses: quoted text, as long as there is a word of the author's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import dropwhile

from mail2wiki.export import archived
from mail2wiki.export.flow import flatten
from mail2wiki.export.markdown import escape_inline, shorten
from mail2wiki.records import Body

EXCERPT, TITLE = 100, 45  # characters; a name that stands in ten lists must not say the whole sentence ten times
_SHORTEST = 15  # characters of a first sentence that names a conversation; "Danke." does not
_MARKUP = re.compile(r"\\(?=[!-/:-@\[-`{-~])|[*_`]{1,3}|\]\([^()\s]*\)|^[ \t]*(?:[-+#>|]+|\d+\.)[ \t]+|[<>]")
_ITEM = re.compile(r"^[ \t]*[-*+•·–][ \t]+(?=\S)")
_RULE = re.compile(r"[\W_]*")
_SENTENCE = re.compile(r"(?:[!?]|(?<=[^\W\d_]{4})\.)(?=\s)")  # "Nr. 4" and "z. B. am" end none
# signs that begin nothing, and what was done to the quotation above: "[snip]"
_LEAD = re.compile(r"^(?:[^\w\"'„“»«(\[]|[(\[](?!\w)|\[\w{1,20}\](?=\s))+")
PREFIX = re.compile(r"^(?:[ \t]*[>|])+[ \t]?")
_TALK = 60  # characters of a greeting with a name or two
_SITE = re.compile(r"\W{0,2}(?:https?://|www\.)\S+")  # says where, not what
_SITES = re.compile(rf"^(?:{_SITE.pattern}\s+)+(?=.{{{_SHORTEST}}})")
# Attribution lines: an address or message id, in <> behind a name or alone; a day and a time.
_ADDRESSED = re.compile(r"[^<>@]{0,60}<[^<>\s@]{1,200}@[^<>\s@]{1,200}|[^\s@]{1,200}@[^\s@]{1,200}(?:$|>|\s\()")
_CLOCK = re.compile(r"\W*[^\W\d_]{1,3} .{0,40}\d\d?:\d\d|\d\d:\d\d:\d\d [+-]\d{4}")


def excerpt(body: Body, hidden: Sequence[tuple[int, int]], title: str = "") -> str:
    """The beginning of the author's own text, escaped.

    `hidden`: ranges of lines that are somebody else's; `title`: what stands beside it and need not be said again.
    """
    text = _joined(unmarked(list(_lines(body, hidden, "n", EXCERPT, _key(title))), body.kind != "markdown"))
    return escape_inline(_SITES.sub("", text), EXCERPT)


def opening(body: Body, hidden: Sequence[tuple[int, int]]) -> str:
    """What a conversation without a subject is called by: its first sentence or the beginning of it, not escaped.

    Of a message that says nothing of its own, what it quotes. An address of the web only where there is nothing else.
    """
    for marks, left_out in (("n", hidden), ("q", ())):
        lines = [PREFIX.sub("", line) for line in _lines(body, left_out, marks, TITLE)]
        lines = list(dropwhile(lambda line: _SITE.fullmatch(line.strip()), lines)) or lines
        if text := _joined(unmarked(lines, body.kind != "markdown")):
            text = _LEAD.sub("", text)
            end = _SENTENCE.search(text, _SHORTEST, TITLE)
            return (text[: end.end()] if end else shorten(text, TITLE)).rstrip(".,;:! ")
    return ""


def snippet(lines: Sequence[str], plain: bool, limit: int) -> str:
    """The first words of some lines, escaped; of Markdown the words without their markup."""
    return escape_inline(_joined(unmarked(lines, plain)), limit)


def unmarked(lines: Sequence[str], plain: bool) -> Sequence[str]:
    """The words of some lines without their markup, not escaped."""
    return lines if plain else [_MARKUP.sub("", line) for line in lines]


def _joined(lines: Sequence[str]) -> str:
    """As one run of text, dots between the items of a list."""
    return flatten([_ITEM.sub("· ", line, count=1) for line in lines]).removeprefix("· ")


def _lines(body: Body, hidden: Sequence[tuple[int, int]], marks: str, limit: int, title: str = "") -> Iterator[str]:
    """The first lines with these marks that say something, a little more than is needed."""
    size = notice = 0
    for at, (text, mark) in enumerate(zip(body.lines, body.marks, strict=False)):
        if mark not in marks or at < notice or any(start <= at < stop for start, stop in hidden):
            continue
        if text.endswith("...") and (notice := archived.end(body.lines, at)):
            continue
        bare = PREFIX.sub("", text)
        if _RULE.fullmatch(bare) or (not size and _says_nothing(bare, title)):
            continue
        yield text
        size += len(text)
        if size > limit * 2:
            return


def _says_nothing(line: str, title: str) -> bool:
    return _is_greeting(line) or _introduces(line) or _head().match(line) is not None or _key(line) == title != ""


def _key(text: str) -> str:
    """Letters and digits only."""
    return "".join(filter(str.isalnum, text.casefold()))


def _introduces(line: str) -> bool:
    """Whether a line says who wrote what is not shown below it."""
    if "@" in line and _ADDRESSED.match(line):
        return True
    return (":" in line and _CLOCK.match(line) is not None) or _introductions().match(line) is not None


def _is_greeting(line: str) -> bool:
    text = line.strip(" \t*_\\")
    if len(text) < 40 and text.endswith((",", "!", ":")):
        return True
    return len(text) < _TALK and _greetings().fullmatch(text) is not None


@cache
def _introductions() -> re.Pattern[str]:
    """Up to a word for writing with nothing behind it, or where and when it was written."""
    said, when = rf"(?:{_words('=')})(?!\w)", rf"\s+(?:{_words('=+')})(?!\w)"
    return re.compile(rf".{{0,80}}?(?<!\w){said}(?:[\s.…]*$|[\s.]*:|[^.!?]{{0,60}}:\s*$|{when})", re.IGNORECASE)


@cache
def _head() -> re.Pattern[str]:
    """What stands in the head of a letter."""
    return re.compile(rf"[\s*_]*(?:{_words('@')})\s?[*_]*:(?!/)", re.IGNORECASE)


@cache
def _words(wanted: str) -> str:
    """The words of one kind as alternatives, longest first."""
    rows = resources.files(__package__).joinpath("greetings.txt").read_text(encoding="utf-8").splitlines()
    pairs = [row.split(": ") for row in rows if row[:1] != "#"]
    found = (re.escape(word) for kind, word in pairs if kind[2:] == wanted)
    return "|".join(sorted(found, key=len, reverse=True))


@cache
def _greetings() -> re.Pattern[str]:
    """A greeting, then names and the words between them."""
    begins, between = _words(""), _words("+")
    name = r"(?-i:[A-ZÄÖÜ])[\w.’'&/-]*"
    return re.compile(rf"(?:{begins})(?:[ \t,]+(?:{begins}|{between}|{name})(?!\w)){{0,7}}\W*", re.IGNORECASE)
