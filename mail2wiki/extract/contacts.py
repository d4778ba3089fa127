"""What a signature says about its writer: name, title, company, telephone, address, site (`records.Contact`).

Reads only lines marked as signature and takes a fact only where the line says what it is: a label, a legal form, a
postcode. The name must be the sender's own or stand on the first lines. Refuses to guess: an empty field is no loss,
a wrong telephone number is.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from mail2wiki.extract import addresses, line_kinds
from mail2wiki.records import SIGNATURE, Address, Contact

MOST_LINES = 40  # lines of signature that are read
SURE = 3  # different legal words that make a paragraph the legal part of a letterhead
_TABLES = line_kinds.load("contacts.toml")


def _labels(kind: str) -> str:
    return line_kinds.any_of(line_kinds.words(_TABLES[kind]))


def _words(kind: str) -> str:
    return line_kinds.any_word(line_kinds.words(_TABLES[kind]))


# Patterns of labels look at lines in small letters: three times as fast as patterns that know no case. A pattern that
# begins with one of a few letters or with a digit is searched for several times faster than one with a look behind.
_LONG = r"\d[\d \u00a0()/.\-–]{4,26}\d"
_LABELLED = re.compile(
    rf"(?<![\w@.])(?:(?P<mobile>{_labels('mobile')})|(?P<fax>{_labels('fax')})|(?P<phone>{_labels('phone')}))"
    rf"(?:[.:\s\-–\u00a0]|\((?:[a-z]{{1,10}})\)){{1,4}}(?P<number>\+?\(?{_LONG})"
)
_NUMBER = re.compile(_LONG)
_BARE = re.compile(r"\s*(\+\d[\d \u00a0()/.\-–]{6,24}\d)\s*")
_SITE = re.compile(r"(?:https?://|www\.)[\w\-äöüÄÖÜ]+(?:\.[\w\-]+)+(?:/[\w\-./~%]*)?", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_POSTCODE = re.compile(
    r"(?:^|[\s,|])(?:(?:D|A|CH|DE|AT)[- ])?\d{4,5} [A-ZÄÖÜ][\w.\-äöüß]+"
    r"|\b[A-Z]{2} \d{5}\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"
)
_POSTED = re.compile(r"[A-Z]\d|\d{4}")
_STREET = re.compile(rf"(?:{_labels('street')})(?!\w).{{0,12}}\d")
_HOUSE = re.compile(rf"\d .{{1,30}}\b(?:{_labels('street')})(?!\w)")
_COMPANY = re.compile(rf"(?:{_words('company')})(?!\w)")
_TITLE = re.compile(rf"(?:{_words('title')})(?!\w)")
_UNIT = re.compile(rf"(?:{_labels('unit')})(?!\w)")
_SMALL_FORMS = ("plc", "inc", "inc.", "ltd", "ltd.", "gmbh", "mbh", "e.v.")  # also written in small letters
_LEGAL = re.compile(_words("legal"))
REGISTERED = frozenset(line_kinds.words(_TABLES["register"]))
"""In small letters; a text with none of these has no legal part of a letterhead."""
_DIGIT = re.compile(r"\d")
_DEVICES = tuple(line_kinds.words(line_kinds.load("signatures.toml")["device"], "starts"))
_REFERS = re.compile(r"\[\d|(?:[^\W\d_]+[ ,&]{1,3}){8}")  # a footnote, a sentence: in front of others' sites
_COLUMNS = re.compile(r"[ \u00a0]{3,}|\s*\t\s*")
_CELLS = re.compile(r"\s{0,9}[|·•]\s{0,9}|,\s{1,9}|\s{1,9}[-–—]\s{1,9}")
_ROLE = re.compile(r"[A-ZÄÖÜ][^\d@:;!?\"<>()]{0,58}[^\d@:;!?\"<>().]")
_SMALL = re.compile(r"(?<![\w-])(?!(?:und|für|and|for|der|des|the)\b)[a-zäöü]\w{2,}")  # sayings have small words
_WORDS = 7  # of what somebody does
_DECORATION = " \t\u00a0*_|-–—~=#·•"


def possible(text: str) -> bool:
    """Whether a line may carry a contact fact at all: a cheap test in front of `evidence`."""
    return "@" in text or "www." in text or _DIGIT.search(text) is not None


def evidence(text: str) -> int:
    """How many kinds of contact facts a line carries: what tells a signature from prose."""
    text = text[: line_kinds.LIMIT]
    low = text.lower()
    found = 0
    if _DIGIT.search(text):
        found += _NUMBER.search(text) is not None and (_LABELLED.search(low) or _BARE.fullmatch(text)) is not None
        found += _has_place(text, low)
    found += ("www." in text or "http" in text) and _SITE.search(text) is not None
    found += "@" in text and _MAIL.search(text) is not None
    found += _LEGAL.search(low) is not None
    return found


def legal(text: str) -> bool:
    """Whether a line is the legal part of a letterhead (register, VAT id, management)."""
    return _LEGAL.search(text[: line_kinds.LIMIT].lower()) is not None


def registered(low: str) -> bool:
    """Whether a line in lower case may be the legal part of a letterhead: a cheap test in front of `letterhead`."""
    return any(map(low.__contains__, REGISTERED))


def letterhead(text: str) -> bool:
    """Whether a paragraph is the legal part of a letterhead: it says so in three ways, where a sentence has one."""
    return len(set(_LEGAL.findall(text[: 4 * line_kinds.LIMIT].lower()))) >= SURE


def names_company(text: str) -> bool:
    """Whether a line names a company by its legal form, or is legal itself."""
    low = text[: line_kinds.LIMIT].lower()
    return _COMPANY.search(low) is not None or _LEGAL.search(low) is not None


def is_title(text: str) -> bool:
    """Whether a line names a job or a unit."""
    return _TITLE.search(text[: line_kinds.LIMIT].lower()) is not None


def contact(lines: Sequence[str], marks: str, sender: Address) -> Contact | None:
    """The facts in the signature lines of one message; None where there are none."""
    if SIGNATURE not in marks:
        return None
    texts = [
        line_kinds.plain(line).strip(_DECORATION)[: line_kinds.LIMIT]
        for line, mark in zip(lines, marks, strict=True)
        if mark == SIGNATURE
    ][:MOST_LINES]
    texts = [text for text in texts if text]
    if not texts:
        return None
    phone = mobile = site = company = title = ""
    street: list[str] = []
    name, below_name = _name(texts, sender)
    for at, text in enumerate(texts):
        low = text.lower()
        digits = _DIGIT.search(text) is not None  # cheap tests first: most lines carry no fact
        for found in _LABELLED.finditer(low) if digits and _NUMBER.search(low) else ():
            number = _clean(found["number"])
            if found["mobile"] and not mobile:
                mobile = number
            elif found["phone"] and not phone:
                phone = number
        if digits and not phone and (bare := _BARE.fullmatch(text)):
            phone = _clean(bare[1])
        if not site and ("www." in low or "http" in low) and not (low.startswith(_DEVICES) or _REFERS.match(text)):
            found_site = _SITE.search(text)
            if found_site and "@" not in text[: found_site.start()][-1:]:
                site = found_site[0].rstrip("./")
        if _LEGAL.search(low):
            continue
        if digits and not street and _is_address(text):
            street.append(_column(text, _is_address))
            if at + 1 < len(texts) and _POSTCODE.search(text) is None and _POSTCODE.search(texts[at + 1]):
                street.append(_column(texts[at + 1], _POSTCODE.search))
        elif not company and len(text) <= 80 and _is_house(text, low) and not _MAIL.search(text) and text != name:
            company = _column(text, lambda cell: _is_house(cell, cell.lower()))
        elif not title and 0 < at - below_name <= 3 and len(text) <= 80 and _TITLE.search(low) and not evidence(text):
            title = text
    if below_name >= 0 and not title:
        title = _role(texts, below_name, sender.address.partition("@")[2])
    result = Contact(name, title, company, phone, mobile, ", ".join(street), site)
    return result if any((title, company, phone, mobile, result.address, site)) else None


def _role(texts: list[str], at: int, domain: str) -> str:
    """What the line with the name says behind it, or the next one says: a unit or a job, "" if it is anything else.

    Known by its words, or by where it stands: between the name and the house, a number or a bar.
    """
    beside = _CELLS.split(texts[at])[1:]
    cells = beside or _CELLS.split(texts[at + 1] if at + 1 < len(texts) else "")
    shared = bool(beside) or len(cells) > 1
    if shared:
        cells = list(itertools.takewhile(lambda cell: not _DIGIT.search(cell) and not _says_where(cell, domain), cells))
    role = ", ".join(cells).strip(_DECORATION + ",")
    if not _ROLE.fullmatch(role) or len(role.split()) > _WORDS or legal(role) or _says_where(role, domain):
        return ""
    if _UNIT.search(role.lower()) or is_title(role):
        return role
    if shared:
        placed = "|" in texts[at if beside else at + 1]
    else:
        placed = at + 2 < len(texts) and _says_where(texts[at + 2], domain)
    return role if placed and not _SMALL.search(role) else ""


def _says_where(text: str, domain: str) -> bool:
    """Whether a line or a part of it names the house (by its legal form, or as its domain does), or how to reach it."""
    if evidence(text) or _is_house(text, text.lower()):
        return True
    words, label = addresses.spelt(text).split(), domain.partition(".")[0]
    if any(word[:8] in domain or (len(label) > 3 and word.startswith(label)) for word in words if len(word) > 3):
        return True
    initials = [word[0] for word in words if word[0].isalpha()]
    if len(initials) < 3 or not 0 <= len(label) - len(initials) <= 2 or label[0] != initials[0]:
        return False
    letters = iter(label)  # `nwbb.example` is the house of the Nordwestdeutsche Brückenbau Bremen
    return all(letter in letters for letter in initials)


def _is_address(text: str) -> bool:
    low = text.lower()
    return (
        len(text) <= 120
        and "@" not in text
        and _has_place(text, low)
        and not _LABELLED.search(low)
        and not _REFERS.match(text)
    )


def _is_house(text: str, low: str) -> bool:
    """Whether a legal form stands in a line: in capitals, as `AG` in "Werbung lehne ich ab." is not; in no address."""
    if _COMPANY.search(low) is None:
        return False
    text = _SITE.sub("", text) if "http" in low or "www." in low else text
    forms = (text[found.start() : found.end()] for found in _COMPANY.finditer(text.lower()))
    return any(form != form.lower() or form in _SMALL_FORMS for form in forms)


def _has_place(text: str, low: str) -> bool:
    """Whether a postcode or a street stands in a line."""
    posted = _POSTED.search(text) is not None and _POSTCODE.search(text) is not None
    return posted or _STREET.search(low) is not None or _HOUSE.search(low) is not None


def _column(text: str, says: Callable[[str], object]) -> str:
    """Of a line in columns the one that says it: a saying often stands beside the facts."""
    return next(filter(says, _COLUMNS.split(text)), text)


def _name(texts: list[str], sender: Address) -> tuple[str, int]:
    """The writer's name as the signature gives it, and the line it stands on (-1: none)."""
    wanted = _parts(sender.name or sender.address.partition("@")[0])
    for at, text in enumerate(texts[:6]):
        low = text.lower()
        if not any(part in low for part in wanted):
            continue
        head = _CELLS.split(text, maxsplit=1)[0]
        parts = {part.lower().strip(".") for part in re.split(r"[^\w.\-']+", head) if part}
        if 1 < len(parts) <= 6 and wanted & parts and not evidence(head):
            return head.strip(), at
    return sender.name, -1


@lru_cache(maxsize=5_000)
def _parts(name: str) -> frozenset[str]:
    return frozenset(part for part in re.split(r"[\W_]+", name.lower()) if len(part) > 1)


def _clean(number: str) -> str:
    return re.sub(r"[\s\u00a0]+", " ", number).strip(" .-–/")
