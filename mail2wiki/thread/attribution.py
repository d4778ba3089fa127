"""Who wrote a quoted paragraph, and when: from the attribution line or header block above it, as written.

Which lines introduce a quote is the marks' business (a, h); only inside quotes, where marks say q, is a line that
ends in "... wrote:" taken for one. Refuses to interpret: names and dates stay as the client wrote them, and when a
line does not say clearly who wrote, nothing is said.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources

from mail2wiki.records import Body

_TABLE = tomllib.loads(resources.files(__package__).joinpath("attribution.toml").read_text(encoding="utf-8"))


def _any(field: str) -> str:
    words = sorted({word for language in _TABLE.values() for word in language[field]}, key=lambda w: (-len(w), w))
    return "|".join(map(re.escape, words))


_VERB = re.compile(rf"(?<!\w)(?:{_any('verbs')})(?!\w)", re.IGNORECASE)
_OPENER = re.compile(rf"[\s*>-]*(?:(?:{_any('openers')})(?!\w)[\s,:]*)?", re.IGNORECASE)
_FROM = re.compile(rf"\s*\**(?:{_any('from')})\s?\**\s?:\**\s*(.*)", re.IGNORECASE)
_MAY_BEGIN = re.compile(rf"[\s>|]*\**(?:{_any('from')})\s?\**\s?:", re.IGNORECASE)  # a header block inside a quote
_DATE = re.compile(rf"\s*\**(?:{_any('date')})\s?\**\s?:\**\s*(.*)", re.IGNORECASE)
_FIELD = re.compile(r"\s*\**[^\W\d_]{1,12}\s?\**\s?:")  # one word and a colon
_BEHALF = re.compile(r"(?i)(?:\s|(?<=\]))(?:on behalf of|im auftrag von)\s")  # Outlook: "LIST <..> on behalf of NAME"
_PREFIX = re.compile(r"[ \t>|]*")
_ADDRESS = re.compile(r"<[^<>]{1,300}>|\[mailto:[^\]]{1,300}\]|\([^()\s]{1,200}@[^()\s]{1,200}\)")
_NUMBERED = re.compile(r"[^\s,]*\d[^\s,]*")  # a word with a digit: part of a date
# what may follow the digits of a date: "PM", "Uhr", "CET", "(Mitteleuropäische Zeit)"
_AFTER_DATE = re.compile(
    r"(?:\s+[-+]?\d[\d/.:-]*(?=[\s,;]))*[\s,;:.\])}-]*"
    r"(?:(?:[AaPp]\.?[Mm]\.?|Uhr|uhr|h|[A-Z]{3,4}|[A-Z][a-z]+/[A-Z][A-Za-z_]+|\([^()@]{1,40}\))(?=[\s,;:)]|$)[\s,;:)]*){0,4}"
)
_ARTICLE = re.compile(  # trn, rn, Gnus; an id without its brackets has a digit, and somebody stands behind it
    r"[\s*>-]*in (?:(?:(?:article|message) )?<[^<>\s]{1,300}[>:],?\s*(?=\S)"
    r"|(?:article|message) [^\s<>@]{0,200}\d[^\s<>@]{0,200}@[^\s<>@]{1,200},?\s+(?=[^\s<>@]+@[^\s<>@]))",
    re.IGNORECASE,
)
_MONTH = re.compile(r"\s*[^\W\d_]{3,12}\.?,\s")  # after a lone day: "On 5 January, NAME wrote:"
# the time of day ends a date, whatever digits a name may have: "10:12", "10:12:13 +0100", "05:10:46PM -0500"
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?(?!\w))?(?:\s?[+-]\d{4})?(?!\d)")
_LINK = re.compile(r"\[([^\[\]]{0,300})\]\([^()\s]{0,600}\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_WORDS = 2  # lines above the one with the verb that a wrapped attribution inside a quote may start on
_NAME, _NAME_WORDS = 80, 7  # characters and words of a name; more is a sentence that happens to end in "said:"
_PRONOUNS = frozenset({"you", "i", "he", "she", "they", "du", "sie", "ich", "er", "wir", "we"})
_PARTICLES = frozenset(
    {"von", "van", "vom", "zu", "zur", "de", "den", "der", "di", "da", "del", "dos", "du", "la", "le", "y"}
)
_HIDDEN = re.compile(r"\w at [\w-]+\.\w")  # an address as archives of mailing lists show it
_LONGEST = 600  # characters of an attribution or header field that are read
_FIELDS = 40  # lines of a header block that are read


def may_introduce(line: str) -> bool:
    """Is a line inside a quote worth a closer look? One in a hundred is."""
    return ":" in line and (len(line) > _LONGEST or line.rstrip()[-1:] == ":" or bool(_MAY_BEGIN.match(line)))


def as_read(line: str) -> str:
    """A line of Markdown as a page shows it: no bold, no targets of links, no escapes."""
    if "](" in line:
        line = _LINK.sub(r"\1", line[:_LONGEST])
    return html.unescape(_ESCAPE.sub(r"\1", line.replace("**", "")))


@lru_cache(4000)  # each line of a quotation is looked at from several above it
def unquoted(line: str) -> tuple[int, str]:
    """How many quote signs a line begins with, and what stands behind them."""
    prefix = _PREFIX.match(line)[0]  # type: ignore[index]  # matches the empty string
    return prefix.count(">"), line[len(prefix) : len(prefix) + _LONGEST]


def introduction(body: Body, at: int) -> tuple[int, int, tuple[str, str] | None]:
    """(lines read, depth, (author, date) or None) of what begins at this line."""
    mark = body.marks[at]
    if mark not in "aqh":
        return 1, 0, None
    depth, text = unquoted(body.lines[at])
    if mark == "q":
        if not text.rstrip().endswith(":") or not _VERB.search(text):
            return 1, depth, _field(body, at, depth, text)
        said = _wrapped(body, at, depth, text)
        return 1, depth, said if said and (said[1] or _like_a_name(said[0])) else None
    texts = [text]
    for line, its in zip(body.lines[at + 1 : at + _FIELDS], body.marks[at + 1 : at + _FIELDS], strict=True):
        below, text = unquoted(line)
        if its != mark or below != depth:  # the next introduction, of what is quoted in this quote
            break
        if mark == "a" and texts[-1].rstrip().endswith(":") and attribution(" ".join(texts[-4:])):
            break  # that was one; who it quotes stands below it, as deep
        texts.append(text)
    return len(texts), depth, _header(texts) if mark == "h" else attribution(" ".join(texts[:4]))


def _wrapped(body: Body, at: int, depth: int, text: str) -> tuple[str, str] | None:
    """An attribution inside a quote, which may have begun a line or two above."""
    said = attribution(text)
    for above in range(at - 1, max(-1, at - 1 - _WORDS), -1):
        other, line = unquoted(body.lines[above])
        if (said and said[0] and said[1]) or other != depth or not line.strip():
            break
        text = f"{line} {text}"
        if _OPENER.match(line)[0].strip():  # type: ignore[index]  # matches the empty string
            return attribution(text)
    return said


def _field(body: Body, at: int, depth: int, text: str) -> tuple[str, str] | None:
    """A header block inside a quote: it begins with From: and says Sent: or Date: within four lines."""
    if not _FROM.fullmatch(text.rstrip()):
        return None
    texts = [text]
    for line in body.lines[at + 1 : at + 5]:
        other, text = unquoted(line)
        if other != depth:
            break
        texts.append(text)
    said = _header(texts)
    return said if said and said[1] else None


def _header(texts: Sequence[str]) -> tuple[str, str] | None:
    author = next((_whole(texts, at, m[1].strip()) for at, t in enumerate(texts) if (m := _FROM.match(t))), "")
    date = next((m[1].strip() for t in texts if (m := _DATE.match(t))), "")
    if sent := _BEHALF.search(author):
        author = author[sent.end() :]
    if not author:  # Lotus Notes: the name alone on the first line, the date on the next
        plain = [t.strip() for t in _above_fields(texts) if t.strip() and t.strip()[0].isalpha()]
        author = plain[0] if plain and len(plain[0]) < 100 else ""
        author = author.partition(":")[2].strip() if ":" in author else author  # "Sent by: NAME"
        if author and not date and (more := _NUMBERED.search(author)):
            author, date = author[: more.start()].strip(" ,"), author[more.start() :].strip()
        if author and not date:
            date = next((t.strip() for t in texts if re.match(r"\s*\d{1,2}[./]\d{1,2}[./]\d{2,4}", t)), "")
    return (author, date) if author else None


def _whole(texts: Sequence[str], at: int, author: str) -> str:
    """An author with the lines it was wrapped to, amid an address or where it says on whose behalf: "LIST",
    "[mailto:LIST]On Behalf Of NAME", "SURNAME"."""
    for text in texts[at + 1 : at + 4] if author else ():
        both = f"{author} {text.strip()}"
        amid = author.rfind("[") > author.rfind("]") or author.rfind("<") > author.rfind(">")
        goes_on = amid or text.lstrip().startswith(("[mailto:", "Behalf Of ")) or _BEHALF.search(both)
        if not goes_on or _FIELD.match(text):
            break
        author = both
    return author


def _above_fields(texts: Sequence[str]) -> Iterator[str]:
    """The lines above the first field: what follows "To:" may be the rest of its recipients."""
    for text in texts:
        if _FIELD.match(text):
            return
        yield text


@lru_cache(2000)
def attribution(text: str) -> tuple[str, str] | None:
    """(author, date) of "On DATE, NAME wrote:", "NAME schrieb am DATE:", "Zitat von NAME:" and their like.

    Each is quoted again and again by the answers, so the last ones are remembered.
    """
    said = _taken_apart(text)
    if said is None or not said[0] or said[0].rpartition(",")[2].strip().lower() in _PRONOUNS:
        return None
    name = _ADDRESS.sub("", said[0])
    return said if len(name) <= _NAME and len(name.split()) <= _NAME_WORDS else None


def _like_a_name(name: str) -> bool:
    """Without a date, "The manual also says:" is told from "Ann Example writes:" by its small letters."""
    if "@" in name or _HIDDEN.search(name):
        return True
    words = name.split()
    if not all(word[0].isalpha() or word[0] in "\"'(" for word in words):
        return False
    return len(words) == 1 or not any(word[0].islower() and word not in _PARTICLES for word in words)


def _taken_apart(text: str) -> tuple[str, str] | None:
    text = _ARTICLE.sub("", " ".join(text[:_LONGEST].split()).rstrip(": "), count=1)
    verbs = list(_VERB.finditer(text))
    verb = verbs[-1] if verbs else None
    before = text[: verb.start()] if verb else text
    after = text[verb.end() :] if verb else ""
    if after and not _numbers(after) and _numbers(before) and any(c.isalpha() for c in after):
        return _clean(after), _clean_date(before)  # Am DATE schrieb NAME
    if _numbers(after):
        return _clean(before), _clean_date(after)  # NAME schrieb am DATE
    opener = _OPENER.match(before)
    start = opener.end() if opener else 0
    numbers = _numbers(before)
    if not numbers:
        if any(c.isalpha() for c in _ADDRESS.sub("", after)) and not after.lstrip().startswith("in "):
            return None  # "She said so in her mail:", not "NAME wrote in message <ID>:"
        return (_clean(before[start:]), "") if verb or start else None
    clocks = [m.end() for m in _CLOCK.finditer(before)]
    last = clocks[-1] if clocks else numbers[-1][1]
    cut = _AFTER_DATE.match(before, last)
    end = cut.end() if cut else last
    if numbers[-1][1] - numbers[-1][0] <= 2 and (month := _MONTH.match(before, numbers[-1][1])):
        end = month.end()
    if before[end:].strip(" ,;"):
        return _clean(before[end:]), _clean_date(before[:end])  # On DATE, NAME wrote
    first = numbers[0][0]
    date = before[first:].strip(" ,")
    date = date.strip("()") if date[0] == "(" else date
    return (_clean(before[start:first]), date) if before[start:first].strip(" ,") else None


def _numbers(text: str) -> list[tuple[int, int]]:
    """Where words with digits are, those inside addresses not counted."""
    shown = _ADDRESS.sub(lambda m: "x" * len(m[0]), text)
    return [m.span() for m in _NUMBERED.finditer(shown) if "@" not in m[0]]


def _clean(text: str) -> str:
    text = text.strip(" ,;:*\"'")
    opener = _OPENER.match(text)
    if opener and opener.end() < len(text):
        text = text[opener.end() :]
    return text.strip(" ,;:*\"'")


def _clean_date(text: str) -> str:
    opener = _OPENER.match(text)
    return text[opener.end() if opener else 0 :].strip(" ,;:")
