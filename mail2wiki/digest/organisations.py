"""Addresses as people, robots, lists and organisations.

An organisation is a registered domain; a freemail domain is none. Refuses: looking anything up outside, and a company
name that only one signature gives and the domain does not bear out.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from mail2wiki.records import Conversation, DocumentFile, Message, Organisation, Person

_HERE = Path(__file__).parent
_SPLIT = re.compile(r"[.\-_+]")
CROWD = 30  # recipients, above which being one of them says nothing about a person (FACTS: the same bound for topics)
FEW = 6  # recipients of a message that tells who knows its sender: a circular does not
BREADTH = 8  # people of a side, above which more of them say no more
OFTEN = 2  # conversations whose subjects write a domain's label so
LONGEST = 60  # characters of a company name; what is longer is a sentence of a letterhead
_PARTS = re.compile(r"[,;|·•]+|\s[-–—/]+\s")
_WORDS = re.compile(r"[^\W_]+")
_LIST_ENDS = ("-bounces", "-request", "-owner", "-admin", "-subscribe", "-unsubscribe", "-leave", "-join")


@lru_cache(maxsize=1)
def _domains() -> tuple[frozenset[str], ...]:
    with (_HERE / "domains.toml").open("rb") as stream:
        data = tomllib.load(stream)
    freemail = frozenset(d for group in data["freemail"].values() for d in group)
    registry = data["registry"]
    endings = {*registry["endings"], *(f"{province}.ca" for province in registry["provinces"])}
    endings |= {f"{state}.{top}" for state in registry["states"] for top in ("us", "gov")}
    return freemail, frozenset(endings), frozenset(registry["classes"]), frozenset(registry["localities"])


class _Robots:
    """robots.toml: what stands before the @ where no person sits behind it, and the desks where somebody does."""

    def __init__(self) -> None:
        with (_HERE / "robots.toml").open("rb") as stream:
            data = tomllib.load(stream)
        kinds = ("whole", "words", "roles", "distribution")
        self.whole, self.words, self.roles, self.distribution = (frozenset(data[key]) for key in kinds)
        self.joined, self.shapes = tuple(data["joined"]), re.compile("|".join(data["shapes"]))


_robots = lru_cache(maxsize=1)(_Robots)


@lru_cache(maxsize=65_536)
def organisation(address: str) -> str:
    """The registered domain of an address, "" for freemail and what has no domain."""
    freemail, endings, classes, localities = _domains()
    labels = [label for label in address.rpartition("@")[2].split(".") if label] if "@" in address else []
    if len(labels) < 2 or not labels[-1].isalpha():
        return ""
    whole = ".".join(labels)
    below = len(labels[-1]) == 2 and labels[-2] in classes
    keep = 3 if below or ".".join(labels[-2:]) in endings else 2
    if keep == 3 and labels[-1] == "us" and labels[-3] in localities:
        keep = 4
    domain = ".".join(labels[-keep:])
    return "" if whole in freemail or domain in freemail else domain


@lru_cache(maxsize=65_536)
def is_robot(address: str) -> bool:
    """Does nobody sit behind this address?"""
    known, local = _robots(), address.partition("@")[0]
    if local in known.whole or any(part in local for part in known.joined):
        return True
    return not known.words.isdisjoint(_SPLIT.split(local)) or known.shapes.search(local) is not None


def is_role(address: str) -> bool:
    """Does the part before the @ name a desk, not a person?"""
    return address.partition("@")[0].casefold() in _robots().roles


def is_distribution(address: str) -> bool:
    """Does the part before the @ say that many read there? To be asked of who never writes: Alle is a name, too."""
    return not _robots().distribution.isdisjoint(_SPLIT.split(address.partition("@")[0]))


@lru_cache(maxsize=65_536)
def is_list(address: str) -> bool:
    """Is this a mailing list by its host (lists.example.org), even where no mail carries a List-Id?"""
    labels = address.rpartition("@")[2].split(".")
    return labels[0] in ("lists", "list", "listserv", "mailman", "groups", "vger") or "googlegroups" in labels


def list_addresses(messages: Iterable[Message]) -> frozenset[str]:
    """Addresses of mailing lists, by the List-Id of the mail that went through them (RFC 2919)."""
    found: set[str] = set()
    known: dict[str, str] = {}
    for message in messages:
        if not message.list_id:
            continue
        label = known.get(message.list_id)
        if label is None:
            label = message.list_id.strip("<> ").rpartition("<")[2].partition(".")[0].partition("@")[0].lower()
            known[message.list_id] = label
        for address in (message.sender, *message.to, *message.cc):
            local = address.address.partition("@")[0]
            for end in _LIST_ENDS:
                local = local.removesuffix(end)
            if label and local == label:
                found.add(address.address)
    return frozenset(found)


def internal_domains(messages: Iterable[Message], owners: Iterable[str]) -> frozenset[str]:
    """The owners' own organisations; without known owners the one most mail comes from or goes to."""
    own = frozenset(domain for owner in owners if (domain := organisation(owner)))
    if own or any(owners):
        return own
    count: Counter[str] = Counter()
    for message in messages:
        count.update({d for a in (message.sender, *message.to, *message.cc) if (d := organisation(a.address))})
    return frozenset([min(count, key=lambda d: (-count[d], d))]) if count else frozenset()


def known_owners(owners: Container[str], addresses: Iterable[str]) -> list[str]:
    """The owners' addresses that occur, sorted."""
    return sorted({a for a in addresses if a and a in owners})


class _Exchange:
    """What went between one organisation and everybody else."""

    __slots__ = ("dates", "insiders", "received", "sent")

    def __init__(self) -> None:
        self.sent = self.received = 0
        self.insiders: Counter[str] = Counter()
        self.dates: list[int] = []  # first and last

    def on(self, date: int | None) -> None:
        if date is not None:
            self.dates = [min(date, *self.dates[:1]), max(date, *self.dates[1:])] if self.dates else [date, date]


def organisations(
    messages: Iterable[Message],
    conversations: Sequence[Conversation],
    people: Sequence[Person],
    documents: Sequence[DocumentFile] = (),
    owners: Collection[str] = frozenset(),
) -> list[Organisation]:
    """Everybody outside by organisation, the most important first: see `_rank`.

    `owners`: addresses of the mailbox's owners. Without any known there is no inside: a mailing list's mailbox.
    """
    inside = frozenset(p.organisation for p in people if p.internal and p.organisation) if any(owners) else frozenset()
    whose = {address: person for person in people for address in person.addresses}
    members: dict[str, list[Person]] = {}
    for person in people:
        if person.organisation and person.organisation not in inside:
            members.setdefault(person.organisation, []).append(person)
    met = {domain: _Exchange() for domain in members}
    carriers = {version.message for document in documents for version in document.versions}
    between: dict[str, tuple[str, ...]] = {}
    for message in messages:
        domains = _meet(message, whose, inside, met)
        if message.id in carriers:
            between[message.id] = domains
    files: dict[str, dict[str, None]] = {}
    for document in documents:
        for version in document.versions:
            for domain in between.get(version.message, ()):
                files.setdefault(domain, {})[document.id] = None
    newest = {c.id: at for at, c in enumerate(sorted(conversations, key=lambda c: (-(c.last or 0), c.id)))}
    last = {whose[owner].id for owner in owners if owner in whose}
    spelled = _spellings(members, conversations)
    found = [
        _organisation(domain, spelled, group, met[domain], newest, tuple(files.get(domain, ())), last)
        for domain, group in members.items()
    ]
    found.sort(key=lambda o: _rank(o, bool(inside)))
    return found


def _rank(o: Organisation, inside: bool) -> tuple[bool, bool, int, str]:
    """First those mail went to and fro with, then, where there is an `inside`, those it wrote to, before mailings.

    Much mail counts, and several people on both sides: no private friend.
    """
    breadth = min(len(o.people), BREADTH) * min(len(o.insiders) or 1, BREADTH)
    return not (o.sent and o.received), inside and not o.received, -(len(o.conversations) ** 2) * breadth, o.domain


def _meet(
    message: Message, whose: Mapping[str, Person], inside: Container[str], met: Mapping[str, _Exchange]
) -> tuple[str, ...]:
    """Count a message for the organisations that sent it or were sent it; returns their domains."""
    sender = whose.get(message.sender.address)
    home = sender.organisation if sender else ""
    recipients = dict.fromkeys(a.address for a in (*message.to, *message.cc))
    known = [p for a in recipients if (p := whose.get(a)) is not None] if len(recipients) <= CROWD else []
    domains = dict.fromkeys(p.organisation for p in known if p.organisation in met and p.organisation != home)
    for domain in domains:
        met[domain].received += 1
        met[domain].on(message.date)
        if sender is not None and home in inside:
            met[domain].insiders[sender.id] += 1
    if home not in met:
        return tuple(domains)
    met[home].sent += 1
    met[home].on(message.date)
    if len(recipients) <= FEW:
        met[home].insiders.update({p.id for p in known if p.organisation in inside})
    return (home, *domains)


def _label(domain: str) -> str:
    return domain.partition(".")[0]


def _spellings(domains: Iterable[str], conversations: Iterable[Conversation]) -> dict[str, str]:
    """How subjects write what domains begin with: `wscc` is WSCC. Not learnt from small letters or where all shouts."""
    seen: dict[str, Counter[str]] = {_label(domain): Counter() for domain in domains}
    for conversation in conversations:
        if not conversation.subject.isupper():
            for word in set(_WORDS.findall(conversation.subject)):
                if (low := word.lower()) in seen and word != low:
                    seen[low][word] += 1
    return {
        label: best
        for label, words in seen.items()
        if words and words[best := min(words, key=lambda word: (-words[word], word))] >= OFTEN
    }


def _organisation(
    domain: str,
    spelled: Mapping[str, str],
    members: Sequence[Person],
    met: _Exchange,
    newest: Mapping[str, int],
    documents: tuple[str, ...],
    owners: Container[str],
) -> Organisation:
    insiders = sorted(met.insiders, key=lambda id: (id in owners, -met.insiders[id], id))
    talks = {c for person in members for c in person.conversations}
    first, last = met.dates if met.dates else (None, None)
    return Organisation(
        id=sha256(domain.encode()).hexdigest()[:12],
        domain=domain,
        name=_company(domain, spelled.get(_label(domain), ""), members),
        people=tuple(p.id for p in sorted(members, key=lambda p: (-len(p.conversations), -p.sent, p.id))),
        insiders=tuple(insiders),
        conversations=tuple(sorted(talks, key=lambda c: (newest.get(c, len(newest)), c))),
        documents=documents,
        sent=met.sent,
        received=met.received,
        first=first,
        last=last,
    )


def houses(people: Iterable[Person]) -> dict[str, str]:
    """Domain -> name of the own organisations, where their people sign with one."""
    members: dict[str, list[Person]] = {}
    for person in people:
        if person.internal and person.organisation:
            members.setdefault(person.organisation, []).append(person)
    return {domain: name for domain in sorted(members) if (name := _signed(domain, members[domain]))}


def _company(domain: str, spelled: str, members: Sequence[Person]) -> str:
    """The name most of its people sign with; else the domain, as subjects write it."""
    own = domain.partition(".")[0].split("-")
    made = " ".join(part.upper() if len(part) <= 3 else part[0].upper() + part[1:] for part in own if part)
    return _signed(domain, members) or spelled or made or domain


def _signed(domain: str, members: Sequence[Person]) -> str:
    """The name most of its people sign with, if the domain or a second person bears it out."""
    own = domain.partition(".")[0].split("-")
    label = _plain("".join(own))
    signed: Counter[str] = Counter()
    sure: set[str] = set()
    for person in members:
        if person.contact is None or not person.contact.company:
            continue
        # a line of a letterhead: "Purchasing, Example Ltd", "Example Ltd | Works Bristol"
        parts = [part.strip() for part in _PARTS.split(person.contact.company) if part.strip()]
        best = max(parts, key=lambda part: _likeness(part, own, label), default="")
        if 0 < len(best) <= LONGEST:
            signed[best] += 1
            if _likeness(best, own, label):
                sure.add(best)
    for name in sorted(signed, key=lambda name: (-signed[name], name)):
        if name in sure or signed[name] > 1:
            return name
    return ""


def _likeness(name: str, own: Sequence[str], label: str) -> int:
    """How many letters of the domain's label the words of a name make up; all of them if its initials do."""
    words = [_plain(word) for word in _WORDS.findall(name)]
    if "".join(word[:1] for word in words).startswith(label):
        return len(label)
    return sum(len(word) for word in words if word in own or (len(word) > 3 and word in label))


def _plain(text: str) -> str:
    """Letters and digits as domains write them: umlauts spelled out, accents dropped."""
    text = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if c.isalnum())
