"""Address headers to people: every form of RFC 5322, and the ones mail programs really write.

Names are made readable: `"Muster, Anna (Einkauf)"` is Anna Muster, `'anna@firma.example' via Team` is nobody's name.
It refuses to drop what it does not understand: text without an address stays as a name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mail2wiki.extract.charsets import clean_line
from mail2wiki.extract.words import WORD, decode_words, unfold
from mail2wiki.records import Address

NOBODY = Address("", "")
MOST_ADDRESSES = 2_000
"""Of one header. Lists of recipients longer than that have been seen, people who need them have not."""
LONGEST_NAME = 200
LONGEST_PHRASE = 200
"""Words and signs of one name with its unquoted commas; every comma looks at all of them again."""
LONGEST_ADDRESS = 320  # RFC 3696 erratum 1690: 64 + 1 + 255

_TOKEN = re.compile(
    r"""
    (?P<quoted>"(?:[^"\\]|\\.)*")          # "Muster, Anna"
    | (?P<word>=\?[^?\s=]{1,60}\?[bBqQ]\?[^?]*(?:\?(?!=)[^?]*){0,3}\?=)
    | (?P<angle><[^<>]*>)                  # <anna@firma.example>
    | (?P<comment>\((?:[^()\\]|\\.)*\))    # (Anna Muster)
    | (?P<stop>[,;])
    | (?P<group>:(?!//|[^\s@,;]{1,64}@))   # Verteiler: a@b, c@d; but no scheme (mailto:a@b) and no port
    | (?P<text>[^"<>(),;:=\s]+|[^\s])
    | (?P<space>\s+)
    """,
    re.X | re.S,
)
_BARE = re.compile(r"[^\s@<>,;\"'()][^\s@<>,;\"()]*@[^\s@<>,;\"'()]+")
_PLAIN = re.compile(r'\s*(?:"([^"\\<>]*)"|([^"\\<>,;:()@=\[\]]*?))\s*<([^\s<>,;:"()@\\]+@[^\s<>,;:"()@\\]+)>\s*')
_ADDRESS = re.compile(r"\s*([^\s<>,;:\"()@\\'][^\s<>,;:\"()@\\]*@[^\s<>,;:\"()@\\']+)\s*")
_AT = re.compile(r"\s*([\w.+=-]{1,64}) at ([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})\s*(?:\((.*)\))?\s*", re.S)
"""How a list's archive hides addresses (Mailman's pipermail): `anna at firma.example (Anna Muster)`."""
_VIA = re.compile(r"^(?P<name>.+?)\s+(?:via|über)\s+(?P<list>\S.*)$", re.I)
_ROUTE = re.compile(r"@[^:]*:")
"""By which servers a message should go (RFC 5322, 4.4): `@one,@two:anna@firma.example`."""
_SPACED_DOT = re.compile(r"(@[\w-]+(?:\.[\w-]+)*) +\. *(?=\w)")
_COMMENT = re.compile(r"\([^()]*\)")
_PARENTHESES = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*")
_LAST_FIRST = re.compile(r"^(?P<last>[^,\d@]{2,60}),\s*(?P<first>[^,\d@]{1,60})$")
_TITLE = re.compile(r"(?:prof|dr|mag|ing|dipl)\b[.\-\w ]{0,40}", re.I)
"""What stands before a name in German, also where a directory puts it behind."""
_ANGLED = re.compile(r"\s*<[^<>]*@[^<>]*>?")
_NESTED = re.compile(r"\([^()]*\(")
_NO_FIRST_NAME = re.compile(
    r"^(?:jr|sr|ii|iii|iv|phd|ph\.d|md|m\.d|esq|cpa|mba|msc|bsc|"
    r"inc|llc|llp|ltd|corp|co|gmbh|ag|kg|se|ug|ohg|e\.?\s?v)\b\.?",
    re.I,
)
_LABELS = frozenset(["e-mail", "email", "e-mail 2", "e-mail-adresse", "mail", "mailto"])
"""What Outlook puts behind the names of contacts, where it is all that a gateway left of one."""
_COMPANY = re.compile(
    r"\b(?:GmbH|AG|KG|SE|UG|OHG|e\.\s?V\.|Inc|LLC|Ltd|Corp|S\.A|B\.V|team|abteilung|department)\b", re.I
)


def parse(value: bytes) -> tuple[Address, ...]:
    """The people in an address header, in order, each once per header."""
    return _parse_cached(value) if len(value) < 400 else _parse(value)


def via(name: str) -> tuple[str, str, str]:
    """`Anna via Team` -> ("Anna", "", "Team"): a list server wrote itself into From (DMARC). `'anna@firma.example' via
    Team` -> ("", "anna@firma.example", "Team"). Else three times ""."""
    found = _VIA.match(name) if " via " in name or " über " in name else None
    if not found:
        return "", "", ""
    bare = _BARE.fullmatch(found["name"].strip("'\" "))
    return person(found["name"], ""), bare[0].lower()[:LONGEST_ADDRESS] if bare else "", found["list"]


def person(name: str, address: str) -> str:
    """A display name as people write it; "" if it only repeats an address."""
    name = clean_line(name[: LONGEST_NAME * 10]).strip("'\"`´‘’“”„ <>,;").rstrip("-–— ")
    if not name:
        return ""
    if "<" in name:
        name = _ANGLED.sub("", name).strip()
    if "(" in name or "[" in name:
        name = _PARENTHESES.sub(" ", name).strip().lstrip("( ") or name
    if "," in name:
        listed = _VIA.match(name) if " via " in name or " über " in name else None
        end = listed.end("name") if listed else len(name)  # `Muster, Anna via Team`: the list is no first name
        name = _first_last(name[:end]) + name[end:]
    if (low := name.lower()) == address or low in _LABELS or _BARE.fullmatch(name) or _AT.fullmatch(name):
        return ""
    if "." in name and name == address.partition("@")[0]:  # anna.beispiel: her name is told by the address as well
        return ""
    return name[:LONGEST_NAME].strip()


def spelt(text: str) -> str:
    """Small letters without accents, umlauts as people spell them in addresses."""
    text = text.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if c.isalnum() or c == " ")


def _first_last(name: str) -> str:
    head, _, title = name.rpartition(",")
    if "," in head and _TITLE.fullmatch(title.strip()):  # Muster, Anna, Dr.
        return f"{title.strip()} {_first_last(head)}" if head.count(",") == 1 else name
    found = _LAST_FIRST.match(name)
    if not found or _COMPANY.search(name) or _NO_FIRST_NAME.match(found["first"]):
        return name
    last, first = found["last"].strip(), found["first"].strip()
    if len(last.split()) > 3 or len(first.split()) > 4:
        return name
    return f"{first} {last}"


@lru_cache(maxsize=20_000)
def _parse_cached(value: bytes) -> tuple[Address, ...]:
    return _parse(value)


@lru_cache(maxsize=50_000)
def shared(name: str, address: str) -> Address:
    """Equal addresses as one object: a mailbox has many messages and few people."""
    return Address(name, address)


def _parse(value: bytes) -> tuple[Address, ...]:
    text = unfold(value)
    found = _PLAIN.fullmatch(text)
    if found and not found[3].endswith("."):
        return (_address(found[1] or found[2] or "", found[3]),)
    found = _ADDRESS.fullmatch(text)
    if found:
        return (_address("", found[1]),)
    found = _AT.fullmatch(text) if " at " in text else None
    if found:
        return (_address(_decoded([found[3] or ""]), f"{found[1]}@{found[2]}"),)
    return tuple(dict.fromkeys(_simple_list(text) or _scan(text)))


def _simple_list(text: str) -> list[Address]:
    """`a@b, Anna <c@d>, e@f`: nine of ten lists, four times faster; empty if there is anything else in it."""
    if any(sign in text for sign in '"();:\\[=') or text.count(",") >= MOST_ADDRESSES:
        return []
    people: list[Address] = []
    for piece in text.split(","):
        found = _ADDRESS.fullmatch(piece)
        if found:
            people.append(_address("", found[1]))
            continue
        found = _PLAIN.fullmatch(piece)
        if not found:
            return []
        people.append(_address(found[2] or "", found[3]))
    return people


def _scan(text: str) -> list[Address]:
    """One pass over the tokens; a list separator ends an address, if there is one by then."""
    text = _SPACED_DOT.sub(r"\1.", text) if " ." in text else text
    text = _flat_comments(text) if _NESTED.search(text) else text
    people: list[Address] = []
    phrase: list[str] = []
    angle: str | None = None
    comment = ""
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "stop":
            separator = ";" if len(phrase) > LONGEST_PHRASE else token[0]
            _finish(people, phrase, angle, comment, separator=separator)
            if angle is not None or not phrase or _ends_here(phrase) or separator == ";":
                phrase, angle, comment = [], None, ""
            else:  # Muster, Anna <anna@...>: an unquoted comma inside a name
                phrase.append(", ")
        elif kind == "group":
            phrase, angle, comment = [], None, ""
        elif kind == "angle":
            if angle is not None:  # two addresses without a comma
                _finish(people, phrase, angle, comment, separator=",")
                phrase, comment = [], ""
            angle = token[0][1:-1]
        elif kind == "comment":
            comment = token[0][1:-1]
            phrase.append(" ")
        elif kind == "quoted":
            phrase.append(re.sub(r"\\(.)", r"\1", token[0][1:-1]))
        else:
            phrase.append(token[0])
        if len(people) >= MOST_ADDRESSES:
            return people
    _finish(people, phrase, angle, comment, separator="")
    return people


def _flat_comments(text: str) -> str:
    """Comments without the comments in them (RFC 5322 allows any depth)."""
    kept: list[str] = []
    depth = 0
    for piece in re.split(r"([()])", text):
        if piece == ")":
            depth = max(0, depth - 1)
        if depth == 0 or (depth == 1 and piece not in "()"):
            kept.append(piece)
        if piece == "(":
            depth += 1
    return "".join(kept)


def _ends_here(phrase: list[str]) -> bool:
    return "@" in "".join(phrase)


def _finish(people: list[Address], phrase: list[str], angle: str | None, comment: str, *, separator: str) -> None:
    """Add the address these pieces make; nothing yet for words before a comma: they may be half of a name."""
    words = _decoded(phrase)
    if angle is not None:
        people.append(_address(words or comment, angle))
        return
    bare = [found for word in words.split() if "@" in (found := word.strip("'\",.")) and found[0] != "@"]
    if len(bare) == 1:
        people.append(_address(_decoded([comment]) or words.replace(bare[0], " ", 1), bare[0]))
    elif bare:  # several without a comma between them
        people.extend(_address("", address) for address in bare)
    elif words and separator != "," and words[0] != "@":
        people.extend(_address(part, "") for part in [words.strip(" ,")] if part)


def _decoded(phrase: list[str]) -> str:
    text = "".join(phrase)
    return clean_line(decode_words(text) if WORD.search(text) else text)


def _address(name: str, address: str) -> Address:
    """`address` as between the angle brackets."""
    return _address_cached(name, address) if len(name) + len(address) < 400 else _address_made(name, address)


@lru_cache(maxsize=20_000)
def _address_cached(name: str, address: str) -> Address:
    return _address_made(name, address)


def _address_made(name: str, address: str) -> Address:
    address = _COMMENT.sub("", address) if "(" in address else address
    address = _ROUTE.sub("", address) if address[:1] == "@" else address
    address = address.strip("[]") if address[:1] == "[" else address
    address = "".join(clean_line(decode_words(address) if "=?" in address else address).split())
    address = address.removeprefix("mailto:").strip("'\"<>.,;").lower()[:LONGEST_ADDRESS]
    if "=?" in name:
        name = decode_words(name)
    if address and "@" not in address and not address.startswith("/") and not name:
        name, address = address, ""
    if address.startswith("undisclosed-recipient") or address == "recipients":
        address = ""
    return shared(person(name, address), address)
