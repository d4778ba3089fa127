"""Passwords and keys in a text: what opens something is hidden (`••••••`) where the message is read.

So no page, topic, label or search ever has one, copies and quotations stay equal, and the rest of the message, which
says whose account on what it was, remains. It goes by the word that names a password and by what stands behind it, and
by the shapes of well-known keys. Refuses to hide what admits to a meeting (access codes of conference calls), as a
successor needs it, and what a sentence merely says about passwords ("the password is wrong").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import cache
from pathlib import Path
from tomllib import loads
from typing import NamedTuple

from mail2wiki.records import MASK, Body

SIGNAL = "body:credentials"
REACH = 160  # characters behind the word in which its password is looked for
LONGEST = 80  # characters of a password; keys by their shape may have more
NEAR = 4  # lines below "Password:" that are looked at
KEY_LINES = 200  # of a private key: 16,384 bits of RSA in lines of 64 letters

Span = tuple[int, int]

_DIRECT = re.compile(r"[\"'*_`\])]{0,4}\s{0,8}(?:\([^()]{0,40}\)\s{0,3})?(?::=|=>|->|[:=])[*_\s]{0,40}")
_ENDED = re.compile(r"[\"'*_`]{0,3}\s{0,4}(?:$|[;,|(]|--?\s|(?:and|und|or|oder)\s)")
_SENTENCE = re.compile(r"[.!?;](?=\s|$)")
_TOKEN = re.compile(r"[^\s|;]+")
_PARTS = re.compile(r"([\"'(*_`„“«<]{0,6})(.*?)([\"')*_`“”».,;:!?>\\]{0,6})", re.DOTALL)
_STRING = re.compile(r"\"([^\"]{1,80})\"|'([^']{1,80})'|`([^`]{1,80})`|„([^“”\"]{1,80})[“”\"]|“([^”]{1,80})”")
_BESIDE = re.compile(r"[*_]{0,3}[ \t]")
_SIGNS = " \t>|*"
_MIXED = re.compile(r"\d|[!#$%&+=^~§]|[a-zäöüß][A-ZÄÖÜ]")
_BOTH = re.compile(r"(?=\D*\d)(?=.*[^\W\d_])")
_SAYING = re.compile(r"^ge\w+t$|(?:ed|ing|en|ert|bar|lich|ig|ly)$", re.IGNORECASE)  # participles and the like
_NONE = re.compile(  # an address, a link, a day, a time, a small number, code, a place to fill in
    r"[^@\s]+(?:@| at )[^@\s]+\.\w{2,}$|\w+://|www\.|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$|\d{1,2}:\d\d|-?\d{1,3}$|[<\[{$%]|mailto:|[*x.•_-]+$",
    re.IGNORECASE,
)
_CODE = re.compile(r"[()\[\]{}]|^[\w.]*passw\w*$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_BEGIN = re.compile(r"[ \t>|]*-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"[ \t>|]*-----END ")


class _Shape(NamedTuple):
    """The last group of the pattern is hidden."""

    pattern: re.Pattern[str]
    digit: bool  # has what is hidden a digit? Then lines without one are passed over, four of five


class _Words(NamedTuple):
    """What patterns/credentials.toml says, ready for use."""

    stems: frozenset[str]  # those of words for a password
    key: re.Pattern[str]
    introducers: frozenset[str]
    changes: frozenset[str]
    verbs: tuple[str, ...]
    users: re.Pattern[str]  # words for a user's name
    told: re.Pattern[str]  # a user's name is told here, and the password is next
    idle: frozenset[str]
    shapes: dict[str, list[_Shape]]  # by stem


def stems() -> Iterator[str]:
    """A text without any of these, in small letters, has nothing to hide."""
    return map(str.lower, _words().shapes)


def hide(body: Body, subject: str, found: Set[str]) -> tuple[Body, str, frozenset[str]]:
    """The body and the subject without what opens something, and {SIGNAL} where something was hidden.

    `found`: the stems that stand in them.
    """
    words = _words()
    those = [stem for stem in words.shapes if stem.lower() in found]
    text = "\n".join((subject, "", *body.lines)) if those else ""  # a body does not go on where its subject ended
    those = [stem for stem in those if not stem.isupper() or stem in text]
    if not those or (those == ["://"] and not words.shapes["://"][0].pattern.search(text)):
        return body, subject, frozenset()
    lines, marks = [subject, "", *body.lines], "bb" + body.marks
    low = text.lower()
    if "private key" in low:
        lines, marks = _without_private_keys(lines, marks)
    lows = low.split("\n")
    if len(lows) != len(lines):  # a key was taken out, or a line end is hidden in a line
        lows = [line.lower() for line in lines]
    for stem in those:
        _hide_shapes(lines, lines if stem.isupper() else lows, stem, words.shapes[stem])
    if named := words.stems.intersection(those):
        _hide_in(lines, [at for at, line in enumerate(lows) if any(map(line.__contains__, named))])
        _hide_in_columns(lines)
    bare = Body(tuple(lines[2:]), marks[2:], body.kind)
    return bare, lines[0], frozenset((SIGNAL,) if bare.lines != body.lines or lines[0] != subject else ())


def _without_private_keys(lines: list[str], marks: str) -> tuple[list[str], str]:
    """Lines and marks; of each private key (RFC 7468, OpenPGP) one masked line between its first and its last."""
    kept: list[str] = []
    its: list[str] = []
    inside = 0  # lines since the first of a key
    for line, mark in zip(lines, marks, strict=True):
        inside += bool(inside)
        if inside and (_END.match(line) or inside > KEY_LINES):
            inside = 0
        if inside <= 2:
            kept.append(MASK if inside == 2 else line)
            its.append(mark)
        if _BEGIN.match(line):
            inside = 1
    return kept, "".join(its)


def _hide_in(lines: list[str], those: Sequence[int]) -> None:
    """Hide passwords that one of those lines names; the last words of a line may tell of the next ones."""
    for at in those:
        line = lines[at]
        if keys := _keys(line):
            lines[at] = _masked(line, sorted(_passwords(line, keys)))
            if _goes_on(line, keys[-1][1]):
                _hide_below(lines, at, bool(_words().users.search(line, 0, keys[-1][0])))


def _keys(line: str) -> list[Span]:
    """Where the words for a password stand. They begin with their stems, which are found faster in a long line."""
    words, low = _words(), line.lower()
    if len(low) != len(line):  # a letter whose small one is two: places in one are none in the other
        return [key.span() for key in words.key.finditer(line)]
    found: set[Span] = set()
    for stem in words.stems:
        at = low.find(stem)
        while at >= 0:
            if key := words.key.match(line, at):
                found.add(key.span())
            at = low.find(stem, at + len(stem))
    return sorted(found)


def _masked(line: str, spans: Sequence[Span]) -> str:
    pieces, done = [], 0
    for start, stop in spans:
        if start >= done:
            pieces += [line[done:start], MASK]
            done = stop
    return "".join([*pieces, line[done:]]) if pieces else line


def _hide_shapes(lines: list[str], lows: Sequence[str], stem: str, shapes: Sequence[_Shape]) -> None:
    """Hide what these patterns find in lines with this stem. `lows`: where the stem is looked for."""
    for at in [at for at, low in enumerate(lows) if stem in low]:
        digit = _DIGIT.search(lines[at]) is not None
        for pattern in (shape.pattern for shape in shapes if digit or not shape.digit):
            found = pattern.finditer(lines[at])
            lines[at] = _masked(lines[at], [one.span(pattern.groups) for one in found if _may_be(one[pattern.groups])])


def _may_be(word: str) -> bool:
    return word.lower() not in _words().idle and not _NONE.match(word)


def _passwords(line: str, keys: Sequence[Span]) -> Iterator[Span]:
    """Where in a line the passwords stand that these words announce."""
    for start, at in keys:
        end = min(at + REACH, len(line))
        stop = _SENTENCE.search(line, at, end)
        end = stop.start() if stop else end
        if direct := _DIRECT.match(line, at, end):
            yield from _told(line, direct.end(), end, "=" in direct[0])
        yield from _introduced(line, start, at, end)


def _told(line: str, at: int, end: int, assigned: bool) -> Iterator[Span]:
    """The password right behind "Password:". One word alone is one; of a sentence only a word that looks like it."""
    token = _TOKEN.match(line, at, end)
    if token is None or "(" in token[0]:
        return
    word = _word(line, token, end)
    if not word.may_be:
        return
    if _NONE.match(token[0].lstrip("*_")) or "passw" in word.text.lower():
        return
    alone = word.ended
    if assigned:  # a line of a settings file, else a variable of a program
        begun, rest = line[:at].strip(_SIGNS + "="), line[token.end() :].strip(" ;")
        alone = " " not in begun and not rest and token[0][-1] not in ",)" and not _CODE.search(word.text)
    if alone or word.quoted or _is_secret(word.text):
        yield word.span


def _introduced(line: str, start: int, at: int, end: int) -> Iterator[Span]:
    """Passwords further on in the sentence: "... for your account has been reset to: ..."."""
    words = _words()
    beside = line[max(0, start - REACH) : start]
    change = any(verb in (beside + line[start:end]).lower() for verb in words.verbs)
    user = bool(words.told.search(beside))  # "user is bob and password is bar", "user bob, password bar"
    close = bool(_BESIDE.match(line, at))  # nothing but introducers so far
    before = ""
    for token in _TOKEN.finditer(line, at, end):
        if not token[0].strip("*_"):  # the end of an emphasis
            continue
        word = _word(line, token, end)
        last = before.rstrip(":=*_").lower()
        said = last in words.introducers
        if word.may_be and "(" not in token[0]:
            alike = _is_secret(word.text)
            if alike and (said or before.endswith(":") or before == "=" or (change and last in words.changes)):
                yield word.span
            elif " " not in word.text and not _SAYING.search(word.text):
                first = close and not before and (word.quoted or (alike and _BOTH.match(word.text)))
                if first or (said and word.quoted) or (close and user and word.ended and (said or not before)):
                    yield word.span
        close = close and token[0].lower() in words.introducers
        before = token[0]


class _Word(NamedTuple):
    """A word, or some in quotation marks, without the sentence's own signs."""

    text: str
    span: Span
    quoted: bool
    ended: bool  # a clause ends behind it

    @property
    def may_be(self) -> bool:
        """Whether it may be a password at all."""
        return 3 <= len(self.text) <= LONGEST and _may_be(self.text)


def _word(line: str, token: re.Match[str], end: int) -> _Word:
    if string := _STRING.match(line, token.start(), end):
        group = string.lastindex or 0
        return _Word(string[group], string.span(group), True, True)
    ended = token.end() == end or bool(_ENDED.match(line, token.end())) or token[0][-1] in ".,)"
    return _Word(*_bare(line, *token.span()), False, ended)


def _goes_on(line: str, at: int) -> bool:
    """Whether a line ends with what introduces a password, behind the word for one, which ends here."""
    rest = line[at:].strip(" \t*_\"'")
    return bool(rest) and (rest in (":", "=") or rest.split()[-1].rstrip(":*").lower() in _words().introducers)


def _hide_below(lines: list[str], at: int, user: bool) -> None:
    """Hide the password in the lines below "Password:"; `user`: "login and password are", so it is the second word."""
    told: list[int] = []
    for below in range(at + 1, min(at + 1 + NEAR, len(lines))):
        text = lines[below].strip(_SIGNS)
        if text and (" " in text or "\t" in text or _NONE.match(text) or text.endswith(":")):
            break
        told += [below] if text else []
    if not told:
        return
    last = told[min(len(told) - 1, 1)] if user else told[0]
    start = len(lines[last]) - len(lines[last].lstrip(_SIGNS))
    word, span = _bare(lines[last], start, len(lines[last].rstrip()))
    if _is_secret(word) or (user and len(told) == 2 and word.lower() not in _words().idle):
        lines[last] = _masked(lines[last], [span])


def _bare(line: str, start: int, stop: int) -> tuple[str, Span]:
    """A word without quotation marks, emphasis and the sentence's own signs, and where it stands."""
    found = _PARTS.fullmatch(line, start, stop)
    return (found[2], found.span(2)) if found else (line[start:stop], (start, stop))


def _is_secret(word: str) -> bool:
    """Does a word look like no word of a language: digits, signs, a capital inside?"""
    return 4 <= len(word) <= LONGEST and bool(_MIXED.search(word)) and not _NONE.match(word) and not _CODE.search(word)


def _hide_in_columns(lines: list[str]) -> None:
    """Tables (Markdown, as HTML becomes): what stands below or right of a cell that is a word for a password."""
    words = _words()
    columns: list[int] = []
    for at, line in enumerate(lines):
        if not line.lstrip(" >").startswith("|"):
            columns = []
            continue
        cells = line.split("|")
        heads = [i for i, cell in enumerate(cells) if words.key.fullmatch(cell.strip(" *_:"))]
        if len(cells) == 4 and heads == [1]:  # two cells: what it is, and it
            columns, heads = [], [2]
        elif heads:
            columns, heads = heads, []
        for i in heads or columns:
            cell = cells[i].strip(" *_-:").lower() if i < len(cells) else ""
            if cell and cell not in words.idle and not words.key.search(cell):
                cells[i] = f" {MASK} "
        lines[at] = "|".join(cells)


@cache
def _words() -> _Words:
    table = loads((Path(__file__).parent / "patterns" / "credentials.toml").read_text("utf-8"))
    languages = [table["english"], table["german"]]

    def every(name: str) -> list[str]:
        return sorted({word for language in languages for word in language[name]}, key=lambda word: (-len(word), word))

    def either(name: str) -> str:
        return "|".join(map(re.escape, every(name)))

    shapes: dict[str, list[_Shape]] = {}
    for shape in table["shape"]:
        for stem in shape["stems"]:
            shapes.setdefault(stem, []).append(_Shape(re.compile(shape["pattern"]), shape.get("digit", False)))
    for stem in every("stems"):
        before = (re.compile(pattern, re.IGNORECASE) for pattern in every("before"))
        shapes.setdefault(stem, []).extend(_Shape(pattern, False) for pattern in before)
    return _Words(
        frozenset(every("stems")),
        re.compile(rf"(?:{either('keys')})(?![^\W_])|(?<![^\W_])(?:{either('short')})(?![^\W_])", re.IGNORECASE),
        frozenset(every("introducers")),
        frozenset(every("changes")),
        tuple(every("verbs")),
        re.compile(rf"(?<![^\W_])(?:{either('users')})(?![^\W_])", re.IGNORECASE),
        re.compile(
            rf"(?<![^\W_])(?:{either('users')})(?![^\W_])(?:[:=\s]|is\b|ist\b|lautet\b){{1,6}}[\"'„“]?(?!(?:{either('joints')})\b)\S{{2,40}}[,;/]?\s"
            rf"(?:[,/]\s|(?:{either('joints')})\s){{0,3}}[\w-]{{0,20}}$",
            re.IGNORECASE,
        ),
        frozenset(every("idle") + every("introducers")),
        shapes,
    )
