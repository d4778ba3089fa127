"""Whom a message calls by a name beside their address: `Muster, Eva [mailto:e.muster@firma.example]`.

Many addresses stand in From, To and Cc without a name, though somebody knows it: the header block above a quotation has
it, the attribution line, what Outlook kept of the address book. Refuses prose, and a name that could be two people's:
of several words with a comma between them one has to be found in the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from mail2wiki.extract import addresses, contacts
from mail2wiki.extract.closings import closing
from mail2wiki.records import ATTRIBUTION, HEADER, SIGNATURE, Address, Body

FIELDS = (b"x-from", b"x-to", b"x-cc")  # Outlook's own, in what was exported from PST files
MOST = 20  # names of one message
LONGEST = 20_000  # characters of a field that are read
_ADDRESS = re.compile(
    r"[<\[]\s?(?:(?:mailto|smtp):)?([\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})\s?[>\]]", re.IGNORECASE
)
_STOPS, _LONG = '<>[]:;"\n', 200  # no name has one of these, or so many characters
_BEGUN = r"[A-ZÄÖÜÉŁØÅ][\w.'’-]*"
_PARTICLE = "(?:von|vom|van|de|der|den|del|di|da|dos|du|la|le|ter|ten|zu|zum|zur) "
_NAME = re.compile(rf"{_BEGUN}(?: (?:{_PARTICLE}){{0,2}}{_BEGUN}){{1,3}}")
_AFTER = re.compile(
    r"^.*(?:\S@\S+|\d)[\s,]*(?:[AP]M\s|(?:[a-zäöü]+\s)+(?=[A-ZÄÖÜ]))?", re.DOTALL
)  # other addresses, a date
_WORD = re.compile(r"[a-z]{2,}")
TELLING, BEGINNING = 3, 4  # letters of a name that tells somebody; of its beginning, which an address repeats
FIRST_LINES = 3  # of a signature


def kept(fields: Mapping[bytes, Sequence[bytes]], sender: Address) -> tuple[Address, ...]:
    """The names that Outlook's own fields give, each address once; the writer's own where From has none, too."""
    values = [_line(value) for name in FIELDS for value in fields.get(name, ())]
    found = _named(values)
    if sender.name or not sender.address or not fields.get(FIELDS[0]):
        return found
    name = _called(values[0].partition("<")[0], "")  # beside an address of Exchange
    return (addresses.shared(name, sender.address), *found) if name else found


def named(body: Body) -> tuple[Address, ...]:
    """The names that the lines about quoted mail give, each address once."""
    if HEADER not in body.marks and ATTRIBUTION not in body.marks:
        return ()
    lines = zip(body.lines, body.marks, strict=True)
    return _named(line[:LONGEST] for line, mark in lines if mark in (HEADER, ATTRIBUTION))


def _named(texts: Iterable[str]) -> tuple[Address, ...]:
    found: dict[str, Address] = {}
    for text in texts:
        for beside in _ADDRESS.finditer(text) if "@" in text else ():
            address = beside[1].lower()
            name = _called(_before(text, beside.start()), address) if address not in found else ""
            if name:
                found[address] = addresses.shared(name, address)
                if len(found) == MOST:
                    return tuple(found.values())
    return tuple(found.values())


def _before(text: str, stop: int) -> str:
    """What may be a name in front of an address; it begins behind the last sign that no name has."""
    start = max(0, stop - _LONG)
    head = text[start:stop].rstrip().removesuffix('"')
    return head[max(map(head.rfind, _STOPS)) + 1 :]


def signed(body: Body, sender: Address) -> str:
    """The name that stands first in the signature of somebody whose address has none, and fits it; "" if none does."""
    if sender.name or not sender.address or SIGNATURE not in body.marks:
        return ""
    lines = (line.strip(" \t*_|-–—~,") for line, mark in zip(body.lines, body.marks, strict=True) if mark == SIGNATURE)
    first = [line for line in lines if line][:FIRST_LINES]
    names = (line for line in first if _NAME.fullmatch(line) and not closing(line) and not contacts.is_title(line))
    return next((line for line in names if fits(line, sender.address)), "")


def fits(name: str, address: str) -> bool:
    """Whether an address has a word of a name in it, or is one."""
    local = addresses.spelt(address.partition("@")[0])
    words = _WORD.findall(addresses.spelt(name))
    return any(word[:BEGINNING] in local for word in words if len(word) >= TELLING) or "".join(words) in local


def _line(value: bytes) -> str:
    return " ".join(value[:LONGEST].decode("utf-8", "replace").split())


def _called(text: str, address: str) -> str:
    """The name in front of an address ("": of one that is surely theirs), as people write it; "" where it is none."""
    text = _AFTER.sub("", text).strip(" ,'\">|")
    name = addresses.person(text, address)
    if not _NAME.fullmatch(name) or ("," in text and address and not fits(name, address)):
        return ""
    return name
