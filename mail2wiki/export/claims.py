"""Who is said to have written a recovered text, as people write a name: the quotation has it as its client wrote it.

Outlook writes "Muster, Eva [mailto:eva@firma.example]", Exchange "[SMTP:...]", Lotus Notes "Eva Muster/Einkauf@ORG on
01/19/2001". Refuses to interpret the date: which of its numbers is the month, only its writer knows.
"""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"\s*(?:\[(?:mailto|smtp)\s?:[^\[\]]{0,300}\]|\[[^\[\]\s]{1,300}@[^\[\]\s]{1,300}\]|<[^<>]{0,300}>?|\((?:e-mail|\w?\d{3,9})\))",
    re.IGNORECASE,
)
_NOTES = re.compile(r"(?<=[\w.\"'])(?:/[^\s,@/]+(?: [^\s,@/]+)?){0,4}@[^\s.,@]+(?: [A-Z]\w+)?$")  # /Unit/Company@DOMAIN
_LAST_FIRST = re.compile(r"([^\W\d][^,@\d]{1,40}), ([^\W\d][^,@\d]{0,40})")
_COMPANY = re.compile(r"\b(?:GmbH|AG|KG|SE|Inc|LLC|LLP|Ltd|Corp|Co|S\.A|B\.V)\b")
_DATED = re.compile(r"^(.{2,80}?),?(?: on)? (\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b.{0,40})$")
_BARE = re.compile(r"[^\s<>\[\]:]+@[^\s<>\[\]]+")
_LOST = " ?\u00a0\"'"
"""What stands at the ends: quotation marks, and what a client made of no-break spaces."""


def who(author: str, date: str) -> tuple[str, str]:
    """Name and date of the writer of a recovered text, both as they are shown; "" where not said."""
    author, date = author.strip(_LOST), date.strip(_LOST)
    if not date and (found := _DATED.match(author)):
        author, date = found[1], found[2]
    name = _ADDRESS.sub("", author).strip(_LOST + ",")
    if not name:  # an address only
        bare = _BARE.search(author)
        return (bare[0].strip("<>()[]") if bare else author), date
    name = _NOTES.sub("", name).rstrip() if "@" in name and (" " in name or name.count("@") > 1) else name
    name = name.strip(_LOST)
    found = None if _COMPANY.search(name) else _LAST_FIRST.fullmatch(name)
    if found and len(found[1].split()) <= 3 and len(found[2].split()) <= 3:
        name = f"{found[2].strip()} {found[1].strip()}"
    return name, date.removeprefix("on ").strip(" ,")
