"""What a single line of mail looks like: one letter for each line, in one pass, before anybody reasons about them.

Letters: ` ` blank, `t` text, `F D T S o` fields of a header block (from, date, recipients, subject, other), `O` a
separator such as "-----Original Message-----", `-` a line of dashes or underscores, `=` the signature delimiter,
`:` a line that may end an attribution. The words come from `patterns/quotes.toml`, by language and client.

Each line is looked at once, and no more than LIMIT characters of it are given to a regular expression. Refuses to
decide anything that needs more than the line itself: that is `quotes` (and `signatures`).
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import NamedTuple

from mail2wiki.stems import Stems

LIMIT = 400  # characters of a line (or of a wrapped attribution) that patterns see
MAX_DEPTH = 50  # quote signs counted; deeper ones are the same depth
FIELDS_LETTERS = "FDTSo"


def load(name: str) -> dict[str, list[dict]]:
    """The tables of one file of `patterns/`."""
    return tomllib.loads((files("mail2wiki.extract") / "patterns" / name).read_text(encoding="utf-8"))


def words(entries: Iterable[dict], key: str = "words") -> list[str]:
    """All words of some entries, longest first (so that an alternation prefers the longer one)."""
    return sorted({word for entry in entries for word in entry.get(key, ())}, key=lambda word: (-len(word), word))


def any_of(choices: Iterable[str]) -> str:
    """An alternation of literal words."""
    return "|".join(re.escape(choice) for choice in choices)


def any_word(choices: Iterable[str]) -> str:
    """The same where no letter or digit stands in front.

    Grouped by first letters: a pattern that begins with one of a few letters is searched for faster than a look behind.
    """
    rests: dict[str, list[str]] = {}
    for choice in choices:
        rests.setdefault(choice[0], []).append(choice[1:])
    return "|".join(
        rf"{re.escape(letter)}(?<!\w{re.escape(letter)})(?:{any_of(rest)})" for letter, rest in rests.items()
    )


_TABLES = load("quotes.toml")
FIELDS = {word: letter for entry in _TABLES["field"] for letter in FIELDS_LETTERS for word in entry.get(letter, ())}
_SEPARATORS = frozenset(words(_TABLES["separator"]))
_ANNOUNCEMENTS = frozenset(words(_TABLES["announcement"]))
_FORWARDED = tuple(words(_TABLES["forwarded"]))
_LEFT_OUT = frozenset(words(_TABLES["left_out"])) | {""}
_DELETED = _LEFT_OUT - {"", "cut"}
_QUOTING = tuple(words(_TABLES["quoting"]))
_DAYS = frozenset(words(_TABLES["day"]))
_LEADS = frozenset(words(_TABLES["lead"])) | _DAYS
_MONTHS = any_of(words(_TABLES["month"]))
_VERBS = words(_TABLES["verb"])
_VERB_STEMS = Stems(_VERBS)
_VERB = re.compile(rf"(?:{any_word(_VERBS)})(?!\w)")
_DIGIT = re.compile(r"\d")
_DATE = re.compile(
    rf"\b\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?[. -]{{0,2}}(?:de )?(?:{_MONTHS})\b"
    rf"|\b(?:{_MONTHS})\.?[ -]\d{{1,2}}(?:st|nd|rd|th)?\b|\d年\d{{1,2}}月|\b(?:{_MONTHS})-\d{{1,2}}-\d{{2}}"
)
# The same as _DATE where it may stand anywhere, written to start with a digit: that is searched for ten times faster.
_DIGITS_FIRST = re.compile(
    r"\d(?<!\w\d)(?:\d{0,3}[./-]\d{1,2}[./-]\d{1,4}\b"
    rf"|\d?(?:st|nd|rd|th)?[. -]{{0,2}}(?:de )?(?:{_MONTHS})\b)"
)
_DIGITS_LAST = re.compile(r"([^\W\d_]{2,12})\.?[ -]\d{1,2}(?:st|nd|rd|th)?\b")
_CLOCK = re.compile(r"\d(?:(?<![\d.]\d)\d?[:h]\d{2}(?!\d)|(?<!\w\d)\d? ?(?:uhr|am|pm|a\.m|p\.m)\b)")
_CLOCK_DOTTED = re.compile(r"\b(?:um|kl\.?|at|ore) \d{1,2}\.\d{2}\b")
_OWN = re.compile(r"\b(?:ich|wir|i|we|you|sie|mir|uns)\b")
_ADDRESS = re.compile(r"[\w.+=-]@[\w.-]|<\s?$|\bvia \w")
_UNESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINK = re.compile(r"\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
_ENDS, _DASHES = frozenset(":：*_>-"), frozenset("-_=*~–—•#")
_VERBS_AT_END = (" wrote", " schrieb")
_OPENING, _BRACKETS = frozenset("[({<.…"), "[](){}<>.…-~*= "
_RULE = frozenset("-_=*~–—. ")


class Lines(NamedTuple):
    """The lines of a body as the scanner sees them; four lists of one length."""

    texts: list[str]  # without quote signs, white space at the ends, and Markdown marks
    depths: list[int]  # number of quote signs
    letters: list[str]
    raw: list[str]  # as written, Markdown undone


def plain(line: str) -> str:
    """A line of safe Markdown as it reads: escapes, entities, bold marks and link targets undone."""
    if "](" in line:
        line = _LINK.sub(r"\1", line[:20000])
    line = line.replace("**", "")
    if "\\" in line:
        line = _UNESCAPE.sub(r"\1", line)
    return html.unescape(line) if "&" in line else line


def unquote(line: str) -> tuple[int, str]:
    """How many quote signs a line starts with, and what follows them (white space stripped)."""
    text = line.strip()
    depth = 0
    while text[:1] == ">" and depth < MAX_DEPTH:
        bare = text.lstrip(">")
        depth += len(text) - len(bare)
        text = bare.lstrip()
    return min(depth, MAX_DEPTH), text


def read(lines: Sequence[str], kind: str) -> Lines:
    """Classify every line; linear in the characters of the body."""
    raw = [plain(line) for line in lines] if kind == "markdown" else list(lines)
    texts = [line.strip() for line in raw]
    depths = [0] * len(raw)
    letters = ["t"] * len(raw)
    for at, text in enumerate(texts):
        if text and text[0] == ">":
            depths[at], text = unquote(text)
            texts[at] = text
        if not text:
            letters[at] = " "
            continue
        last = text[-1]  # the four tests let one line in four through to `letter`
        if last in _ENDS or text[0] in _DASHES or ":" in text[:28] or (last in "eb" and text.endswith(_VERBS_AT_END)):
            letters[at] = letter(text)
    return Lines(texts, depths, letters, raw)


def letter(text: str) -> str:
    """The letter of one line that is not blank and has its quote signs off."""
    head, colon, _value = text[:28].partition(":")
    if colon:
        field = FIELDS.get(head.strip("*_ \t").lower())
        if field:
            return field
    first, last = text[0], text[-1]
    if first in _DASHES and len(text) < 300:
        found = _ruled(text)
        if found:
            return found
    if (
        last in ":："
        or (last in "*_>-" and ("@" in text or ":" in text or first == "-"))
        or text.endswith(_VERBS_AT_END)
    ):
        return "O" if text.lower() in _ANNOUNCEMENTS else ":"
    return "t"


def _ruled(text: str) -> str:
    """The letter of a line that starts with a dash or its like, "" if it is none of them."""
    core = text.strip("-_=*~–—•#<> ")
    if not core:
        if text in ("--", "—", "– –", "- -", "-- ", "–"):
            return "="
        return "-" if len(text) >= 3 and set(text) <= _RULE else ""
    low = core.rstrip(":").lower()
    if low in _SEPARATORS:
        return "O"
    if text.startswith("--") and low.startswith(_FORWARDED):
        return "O"
    return "-" if low == "next part" and text.startswith("----") else ""


def left_out(text: str) -> bool:
    """Whether a line says that something was left out of a quote: "[...]", "<snip>", "[some text deleted]"."""
    if text[:1] not in _OPENING or len(text) > 60:
        return False
    core = text.strip(_BRACKETS).lower()
    return core in _LEFT_OUT or (text[-1] in "])>" and any(word.strip(".,:") in _DELETED for word in core.split()))


def leads(text: str) -> bool:
    """Whether a line starts the way attribution lines do: with "On", a day's name or a date."""
    low = text.lstrip("\"'*_-–—([> ")[:40].lower()
    word = low.split(None, 1)[0].rstrip(".,:") if low else ""
    if not word:
        return False
    if word in _LEADS or low.startswith(_QUOTING):
        return True
    return (word[0].isdigit() or word in _MONTHS_SET) and _DATE.match(low) is not None


_MONTHS_SET = frozenset(words(_TABLES["month"]))


def has_date(text: str) -> bool:
    """Whether a date stands in the text."""
    return _dated(text[:LIMIT].lower())


def _dated(low: str) -> bool:
    """Whether `_DATE` is found in a text in lower case."""
    if _DIGIT.search(low) is None:
        return False
    if _DIGITS_FIRST.search(low) is not None:
        return True
    if "年" in low:
        return _DATE.search(low) is not None
    return any(found[1] in _MONTHS_SET for found in _DIGITS_LAST.finditer(low))


def has_clock(text: str) -> bool:
    """Whether a time of day stands in the text."""
    return _clocked(text[:LIMIT].lower())


def _clocked(low: str) -> bool:
    """The same of a text in lower case."""
    return _CLOCK.search(low) is not None or ("." in low and _CLOCK_DOTTED.search(low) is not None)


def attribution(text: str) -> int:
    """How surely a (joined) line says that a quote follows: 0 no, 1 only if one does, 2 by itself."""
    low = text[:LIMIT].lower()
    verb = _VERB.search(low) if _VERB_STEMS.found(low) else None
    date = _dated(low)
    if verb is None:
        return _without_verb(text, low) if date else int(low.startswith(_QUOTING))
    if _OWN.search(low, max(0, verb.start() - 4), verb.end() + 6):
        return 1 if len(low) < 120 else 0
    address = _addressed(low)
    if date and (address or _clocked(low)):
        return 2
    if address and len(low) < 120 and verb.end() >= len(low.rstrip(": *_-")) and not leads(text):
        return 2
    return 1 if len(low) < 200 else 0


def _without_verb(text: str, low: str) -> int:
    """The same of a line with a date but none of the verbs; `low`: in lower case, as far as it is looked at."""
    lead = leads(text)
    if _addressed(low):
        if lead:
            return 2 if low.rstrip("* _").endswith(":") and _clocked(low) else 1
        if low.endswith(":"):
            return 1
    if low.startswith(_QUOTING) or low.endswith(">>>"):
        return 1
    return 1 if lead and len(low) < 120 and low.endswith((":", "：")) else 0


def _addressed(low: str) -> bool:
    return ("@" in low or "<" in low or "via " in low) and _ADDRESS.search(low) is not None
