"""Who is said to have written a quotation, and when, as a reader wants it: `Muster, Eva [mailto:...]` is Eva Muster.

The thread room finds the claim and leaves it as the client wrote it; here it becomes the name people have in this wiki
and, where it is clear, a day and a time. Refuses to guess: what is no name or no date stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mail2wiki.extract import addresses, dates

_ADDRESS = re.compile(  # Outlook: [mailto:...]; Exchange: [SMTP:...]
    r"\s*(?:\[\s?(?:mailto|smtp)\s?:[^\[\]]{0,300}\]?|\[[^\[\]\s]{1,300}@[^\[\]\s]{1,300}\]|<[^<>]{0,300}>?"
    r"|\((?:e-mail|\w?\d{3,9})\))",
    re.IGNORECASE,
)
_ZONE = re.compile(r"^[+-]?\d{4}\b[\s,;)]*")  # the end of a date that the author begins with: "0700, Anna Muster"
# Eva Muster/ORG@ORG, Eva Muster @ ORG, Eva Muster/ORT/Firma
_NOTES = re.compile(
    r"(?<=[\w.\"'])(?:(?:/[^\s,@/]+(?: [^\s,@/]+)?){0,4}@[^\s.,@]+(?: [A-Z]\w+)?| @ [A-Z][\w&]+|(?:/[A-Z][\w&]+){2,4})$"
)
_RECIPIENTS = re.compile(
    r"/[^\s,@]+@[^\s,@]+, \S"
)  # the second line of Lotus Notes' To: Muster/ORG@ORG, Tom Beispiel/...
_DATED = re.compile(r"^(.{2,80}?),?(?: on)? (\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b.{0,40})$")  # Lotus Notes: in one line
_LETTERS = re.compile(r"\W*[^\W\d]")
_BARE = re.compile(r"[^\s<>\[\]:]+@[^\s<>\[\]]+")
_COMMENT = re.compile(
    r"(?:[^\s()<>]+@[^\s()<>]+\s?)?\(([^()@]{3,80})\)?"
)  # news readers: anna@firma.example (Anna Muster)
_CITED = re.compile(r"\"?[^\"=]{1,60}\" == (?=\S)")  # Supercite: "AM" == Anna Muster
_LOST = " ?\u00a0\"'"  # at the ends: quotation marks, what a client made of no-break spaces
_HALVES = ("am", "pm")  # of a day, left of a date
_CALL = re.compile(r"\w\(\w")
_VIA = re.compile(r"\s(?:via|über)\s\S.*$")


def read(name: str, day: str, moment: int | None = None) -> tuple[str, str]:
    """Author and date as people read them; `moment`: when it was quoted."""
    name, day = name.strip(_LOST), day.strip(_LOST).removeprefix("on ").strip(" ,")
    if name and not day and (found := _DATED.match(name)):
        name, day = found[1], found[2]
    return author(name), date(day) or (dates.near(day, moment) if day and moment is not None else "") or day


def showed(name: str, day: str, moment: int) -> int | None:
    """What the clock of who quotes showed (author and date as written), in seconds as if it were UTC.

    None where no time is said, or a zone with it: then it is the clock of who is quoted.
    """
    text = f"{day} {name}"
    return None if dates.zoned(text) else dates.wall(read(name, day, moment)[1])


@lru_cache(maxsize=20_000)
def author(text: str) -> str:
    """The name or names ("; " between them) as people write them; of several those that are no rest of a date."""
    names = dict.fromkeys(name for part in text.split("; ") if (name := _name(part)))
    return "; ".join([name for name in names if _LETTERS.match(name)] or names)


def _name(text: str) -> str:
    bare = _CITED.sub("", _ADDRESS.sub("", text), count=1).strip().removesuffix("()")
    if _RECIPIENTS.search(bare) or bare.lower() in _HALVES:
        return ""
    if (comment := _COMMENT.fullmatch(bare)) and _LETTERS.match(comment[1]):
        bare = comment[1]
    if _CALL.search(bare):  # the page of a manual: "manual, listen(2)"
        return text
    bare = _VIA.sub("", _ZONE.sub("", bare)).strip(" \"'<>,;")
    bare = bare if "(" in bare.rstrip(" (") else bare.rstrip(" ()")
    if " at " in bare:  # how the archive of a list hides addresses
        hidden = addresses.parse(bare.encode())
        if len(hidden) == 1 and "@" in hidden[0].address and " " in (called := hidden[0].called):
            return bare if "-" in hidden[0].address.partition("@")[0] and not hidden[0].name else called  # list-admin
    if ("@" in bare and (" " in bare or bare.count("@") > 1)) or bare.count("/") > 1:
        bare = _NOTES.sub("", bare).rstrip()
    bare = bare.strip(_LOST)
    if not bare and (found := _BARE.search(text)):  # an address only
        return found[0].strip("<>()[]")
    return addresses.person(bare, "") or bare or text.strip(" \"'<>")


@lru_cache(maxsize=20_000)
def date(text: str) -> str:
    """`2024-05-03 14:05` or `2024-05-03`, by whatever clock it was written; "" where that is not clear."""
    return dates.written(text)
