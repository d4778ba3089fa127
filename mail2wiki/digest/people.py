"""Who wrote and was written to, as people: one person has one name at one organisation and any number of addresses.

Refuses: robots, list addresses, distribution lists, and joining two people of one name from different organisations.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from mail2wiki.digest.organisations import (
    CROWD,
    internal_domains,
    is_distribution,
    is_list,
    is_robot,
    is_role,
    known_owners,
    list_addresses,
    organisation,
)
from mail2wiki.records import Address, Contact, Conversation, Message, Person

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LETTERS = re.compile(r"[^\W\d_]{3,}")  # two are initials
_TITLES = frozenset(
    ["dr", "prof", "ing", "dipl", "mag", "phd", "mba", "mr", "mrs", "ms", "herr", "frau", "jr", "sr"]
)  # de and en
_NO_NAMES = frozenset(["e-mail", "email", "mail", "e-mail address", "e-mail-adresse"])  # Outlook's kinds of addresses
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|/.*$|\bvia\b.*$", re.IGNORECASE)


class _Seen:
    """What is known of one address."""

    __slots__ = ("conversations", "first", "last", "names", "received", "sent")

    def __init__(self) -> None:
        self.names: Counter[str] = Counter()
        self.sent = self.received = 0
        self.first: int | None = None
        self.last: int | None = None
        self.conversations: dict[str, int] = {}

    def on(self, date: int | None, conversation: str, at: int) -> None:
        if date is not None:
            self.first = date if self.first is None or date < self.first else self.first
            self.last = date if self.last is None or date > self.last else self.last
        self.conversations[conversation] = at


def people(
    messages: Iterable[Message],
    conversations: Sequence[Conversation],
    owners: Mapping[str, str],
    contacts: Mapping[str, Contact] | None = None,
    named: Mapping[str, str] | None = None,
) -> list[Person]:
    """Everybody in the published messages, the most present first.

    `owners`: addresses of the mailbox's owners, with the name they go by where nobody calls them by one;
    `contacts`: address -> what its latest signature says; `named`: address -> the name texts and signatures give it,
    for those whom no header does.
    """
    by_id = {message.id: message for message in messages}
    lists = list_addresses(by_id.values())
    seen: dict[str, _Seen] = {}
    for at, conversation in enumerate(sorted(conversations, key=lambda c: (-(c.last or 0), c.id))):
        for id in conversation.messages:
            if (message := by_id.get(id)) is not None:
                _count(message, conversation.id, at, seen, lists)
    internal = internal_domains(by_id.values(), known_owners(owners, _addresses(by_id.values())))
    groups: dict[tuple[str, str], list[str]] = {}
    for address in sorted(seen):
        if not seen[address].sent and is_distribution(address):
            continue
        names = seen[address].names
        if not names and (name := owners.get(address) or _named(address, named or {})):
            names[name] += 1
        key = name_key(_best_name(names, address))
        # the same label under .de and .com is one company; a name of one word is no name to go by
        company = organisation(address).partition(".")[0]
        groups.setdefault((key, company) if " " in key else (address, ""), []).append(address)
    found = [_person(group, seen, internal, contacts or {}) for _, group in sorted(groups.items())]
    found.sort(key=lambda p: (-(p.sent + len(p.conversations)), p.id))
    return found


def _named(address: str, named: Mapping[str, str]) -> str:
    """The name that texts give an address which does not tell a whole one itself."""
    called = Address("", address).called
    return "" if " " in called and "." not in called else named.get(address, "")


def _addresses(messages: Iterable[Message]) -> Iterable[str]:
    for message in messages:
        yield message.sender.address
        for address in (*message.to, *message.cc):
            yield address.address


def _count(message: Message, conversation: str, at: int, seen: dict[str, _Seen], lists: frozenset[str]) -> None:
    sender = message.sender.address
    recipients = {a.address: a for a in (*message.to, *message.cc)}
    named: list[Address] = [message.sender]
    if len(recipients) <= CROWD:
        named += [a for a in recipients.values() if a.address != sender]
    for n, who in enumerate(named):
        address = who.address
        if "@" not in address or address in lists or is_robot(address) or is_list(address):
            continue
        entry = seen.get(address)
        if entry is None:
            entry = seen[address] = _Seen()
        if who.name:
            entry.names[who.name] += 1 if n else 2  # people write their own name better than others do
        if n:
            entry.received += 1
        else:
            entry.sent += 1
        entry.on(message.date, conversation, at)


def _person(
    addresses: list[str], seen: Mapping[str, _Seen], internal: frozenset[str], contacts: Mapping[str, Contact]
) -> Person:
    addresses.sort(key=lambda a: (-(seen[a].sent * 2 + seen[a].received), a))
    main = addresses[0]
    org = organisation(main)
    names: Counter[str] = Counter()
    talks: dict[str, int] = {}
    for address in addresses:
        names.update(seen[address].names)
        talks.update(seen[address].conversations)
    first = min((d for a in addresses if (d := seen[a].first) is not None), default=None)
    last = max((d for a in addresses if (d := seen[a].last) is not None), default=None)
    return Person(
        id=sha256(min(addresses).encode()).hexdigest()[:12],
        name=_best_name(names, main),
        addresses=tuple(addresses),
        organisation=org,
        internal=org in internal,
        sent=sum(seen[a].sent for a in addresses),
        received=sum(seen[a].received for a in addresses),
        first=first,
        last=last,
        conversations=tuple(sorted(talks, key=lambda c: (talks[c], c))),
        contact=next((contacts[a] for a in addresses if a in contacts), None),
    )


def _best_name(names: Mapping[str, int], address: str) -> str:
    """The most used display name that is a name; else one made of the address: alice.smith is Alice Smith, info@ says
    nothing without what it is behind the @. A department is nobody's name but its own."""
    desk = is_role(address)
    named = [name for name in names if name.lower() not in _NO_NAMES and (desk or not is_role(name))]
    good = [name for name in named if "@" not in name and _WORD.search(name)]
    if good:
        best = min(good, key=lambda name: (" " not in name.strip(), name.isupper(), -names[name], name))
        best = _calm(" ".join(best.strip("'\" ").split()), address)
        # what a list's server left of an address; another name with a dot is a name
        left = ("." in best or "_" in best) and address.startswith(best.lower())
        return Address("", best).called if left else best or address
    local, _, host = address.partition("@")
    if desk:
        return f"{local} ({organisation(address) or host})"
    return Address("", address).called or address


def _calm(name: str, address: str) -> str:
    """EVA MUSTER as Eva Muster, if the address says that this is a person."""
    if not name.isupper() or not 1 <= name.count(" ") < 4 or "," in name or "/" in name:  # longer ones are offices
        return name
    told = any(word.lower() in address.partition("@")[0] for word in _LETTERS.findall(name))
    return _LETTERS.sub(lambda word: word[0].capitalize(), name) if told else name


def name_key(name: str) -> str:
    """What makes two spellings one name: words without titles, accents, order and initials."""
    plain = unicodedata.normalize("NFC", _ASIDE.sub(" ", name[:200])).casefold()  # casefold makes ss of ß
    plain = unicodedata.normalize("NFKD", plain.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = [word for word in _WORD.findall(plain) if len(word) > 1 and word not in _TITLES]
    return " ".join(sorted(words))
