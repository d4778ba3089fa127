"""Whose mailbox is it? Found from the mail itself, for each holder; a person can say it instead (`--owner`).

What counts, the strongest first: who wrote what lies in the Sent folders; whom the servers delivered to; who is in most
messages. Messages of mailing lists count for none of it, as everybody's copy of them looks alike: an archive of a list
has no owner. It refuses to name an address that never writes, unless mail was delivered to it or the mailbox is called
like it; and it refuses to choose between two that are about as frequent.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from mail2wiki.records import Address, Message

# Set on the shared corpora: the owners of the five Enron mailboxes are in .55 to .90 of their messages, the next person
# in .08 to .32; in archives of lists and newsgroups nobody passes .32 (messages with a List-Id count for nothing).
PRESENT = 0.4  # share of the messages that an owner is in
PRESENT_NAMED = 0.2  # the same, where the mailbox is called like the owner
LEAD = 0.05  # by how much the owner is in more messages than anybody else who could be it
SENT, DELIVERED = 0.6, 0.5  # share of what lies in Sent folders, of what says where it was delivered
FEW = 3  # messages of evidence; fewer say nothing
NAMES = 5  # more display names than this: a list or a tool that writes for others

_WORD = re.compile(r"[^\W\d_]+")
_LIST_ID = re.compile(r"<([^<>]+)>|([^\s<>]+)\s*$")


@dataclass(slots=True)
class _Evidence:
    """What one holder's messages say."""

    messages: int = 0
    present: Counter[str] = field(default_factory=Counter)
    wrote: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    sent_messages: int = 0
    delivered: Counter[str] = field(default_factory=Counter)
    delivered_messages: int = 0
    names: dict[str, Counter[str]] = field(default_factory=dict)  # address -> display names it wrote under
    lists: set[str] = field(default_factory=set)

    def add(self, message: Message) -> None:
        sender = message.sender.address
        if sender:
            self.names.setdefault(sender, Counter())[_person(message.sender)] += 1
        if any(_is_sent(folder) for folder in message.folders):
            self.sent_messages += 1
            self.sent[sender] += 1
        if message.list_id:
            self.lists.add(_list_address(message.list_id))
            return
        self.messages += 1
        self.wrote[sender] += 1
        self.present.update({sender, *(to.address for to in message.to), *(cc.address for cc in message.cc)} - {""})
        if message.delivered_to:
            self.delivered_messages += 1
            self.delivered.update({address.lower() for address in message.delivered_to})

    def could_be(self, address: str) -> bool:
        """Is it a mailbox rather than a list?"""
        names = self.names.get(address, Counter())
        crowd = len(names) > NAMES and len(names) > 0.1 * sum(names.values())
        return bool(address) and not crowd and address.replace("@", ".") not in self.lists


def find_owner(messages: Iterable[Message], given: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Holder -> addresses of whoever's mailbox it is, the main one first, then other addresses of the same person.

    Holders without an owner have an empty tuple. `given`: addresses or parts of names; they override what is found, and
    an address that does not occur is believed. The order of the messages does not matter.
    """
    found: defaultdict[str, _Evidence] = defaultdict(_Evidence)
    for message in messages:
        for holder in message.holders or ("",):
            found[holder].add(message)
    asked = [text.strip().casefold() for text in given if text.strip()]
    choose = _given if asked else _found
    return {holder: choose(holder, found[holder], asked) for holder in sorted(found)}


def _found(holder: str, evidence: _Evidence, _: Sequence[str]) -> tuple[str, ...]:
    main = _main(holder, evidence)
    return (main, *_aliases(main, evidence)) if main else ()


def _main(holder: str, evidence: _Evidence) -> str:
    """The owner's main address, "" if none is evident."""
    sent = _top(evidence.sent, evidence)
    if sent and evidence.sent[sent] >= max(FEW, SENT * evidence.sent_messages):
        return sent
    delivered = _top(evidence.delivered, evidence)
    if delivered and evidence.delivered[delivered] >= max(FEW, DELIVERED * evidence.delivered_messages):
        return _written(delivered, evidence)
    named = {address for address in evidence.present if _is_called(holder, address, evidence)}
    candidates = Counter({a: n for a, n in evidence.present.items() if evidence.wrote[a] or a in named})
    main = _top(Counter({a: n for a, n in candidates.items() if a in named}), evidence)
    if main and candidates[main] >= max(1, PRESENT_NAMED * evidence.messages):
        return main
    main = _top(candidates, evidence)
    others = (a for a in candidates if a != main and evidence.could_be(a) and not _same_person(main, a, evidence))
    ahead = candidates[main] - max((candidates[a] for a in others), default=0) >= LEAD * evidence.messages
    return main if main and ahead and candidates[main] >= max(FEW, PRESENT * evidence.messages) else ""


def _written(delivered: str, evidence: _Evidence) -> str:
    """The address the owner writes from, where the server delivers to another one of the same person."""
    if evidence.wrote[delivered]:
        return delivered
    same = Counter({a: n for a, n in evidence.wrote.items() if a and _same_person(delivered, a, evidence)})
    return _top(same, evidence) or delivered


def _given(holder: str, evidence: _Evidence, asked: Sequence[str]) -> tuple[str, ...]:
    """What was asked for. Where several were (several mailboxes), the one that is in most of this holder's messages."""
    best: dict[str, tuple[str, ...]] = {}
    for text in asked:
        if "@" in text:
            best[text] = (text,)
            continue
        names = evidence.names
        matching = [a for a in evidence.present if text in a.partition("@")[0] or _has_name(text, names.get(a))]
        best[text] = tuple(sorted(matching, key=lambda a: (-evidence.present[a], a)))
    weight = {text: sum(evidence.present[a] for a in addresses) for text, addresses in best.items()}
    most = max(weight.values())
    chosen = [address for text in asked if weight[text] == most for address in best[text]]
    aliases = [alias for address in chosen for alias in _aliases(address, evidence)]
    return tuple(dict.fromkeys(chosen + aliases))


def _aliases(main: str, evidence: _Evidence) -> list[str]:
    """Other addresses of the same person: of the same name; in Sent folders or delivered to, where `main` is, too."""
    sent = {a for a, n in evidence.sent.items() if n >= FEW and n >= 0.1 * evidence.sent_messages}
    delivered = {a for a, n in evidence.delivered.items() if n >= max(FEW, 0.2 * evidence.delivered_messages)}
    same = {a for a in evidence.present if _same_person(main, a, evidence)}
    mailbox = sent | delivered
    found = {a for a in (same | mailbox if main in mailbox else same) if a != main and evidence.could_be(a)}
    return sorted(found, key=lambda a: (-evidence.present[a], a))


def _same_person(main: str, other: str, evidence: _Evidence) -> bool:
    """Do two addresses belong to one person by the look of them?

    The same display name of two words or more; or, within one organisation, the same surname and first names of which
    one begins the other ("eva.muster", "e..muster"), or both in one word ("emuster") where nobody else could be it.
    """
    if main == other or not main or not other:
        return False
    name, second = _usual_name(main, evidence), _usual_name(other, evidence)
    if name and second:
        return name == second and len(name.split()) > 1
    local, _, domain = main.partition("@")
    local2, _, domain2 = other.partition("@")
    words, words2 = _WORD.findall(local), _WORD.findall(local2)
    if domain != domain2:
        return False
    for parts, one in ((words, local2), (words2, local)):
        if len(parts) > 1 and one in _in_one_word(parts):
            return len(_namesakes(one, domain, evidence)) == 1
    if len(words) < 2 or len(words2) < 2 or words[-1] != words2[-1] or len(words[-1]) < 3:
        return False
    return words[0].startswith(words2[0]) or words2[0].startswith(words[0])


def _in_one_word(words: Sequence[str]) -> tuple[str, ...]:
    """How addresses write a name of several words in one: Eva Muster is emuster or musterE."""
    first, last = words[0], words[-1]
    return (first[0] + last, last + first[0], first + last, last + first) if len(last) > 2 else ()


def _namesakes(one: str, domain: str, evidence: _Evidence) -> set[tuple[str, ...]]:
    """The names of an organisation's addresses that the word could stand for."""
    names = {tuple(_WORD.findall(a.partition("@")[0])) for a in evidence.present if a.endswith("@" + domain)}
    return {(name[0], name[-1]) for name in names if len(name) > 1 and len(name[0]) > 1 and one in _in_one_word(name)}


def _is_called(holder: str, address: str, evidence: _Evidence) -> bool:
    """Is the mailbox called like this address or its owner? One word of four letters or more must be a word of both."""
    words = {word for word in _WORD.findall(_fold(holder)) if len(word) >= 4}
    local = set(_WORD.findall(_fold(address.partition("@")[0])))
    return bool(words & (local | set(_usual_name(address, evidence).split()))) and evidence.could_be(address)


def _top(counts: Counter[str], evidence: _Evidence) -> str:
    """The most frequent address that could be a person's; among equals the first by name."""
    return min((a for a in counts if evidence.could_be(a)), key=lambda a: (-counts[a], a), default="")


def _usual_name(address: str, evidence: _Evidence) -> str:
    names = evidence.names.get(address)
    return min(names, key=lambda name: (-names[name], name)) if names else ""


def _has_name(text: str, names: Iterable[str] | None) -> bool:
    words = set(_WORD.findall(_fold(text)))
    return bool(words) and any(words <= set(name.split()) for name in names or ())


@lru_cache(maxsize=65_536)
def _person(sender: Address) -> str:
    """A display name by which equal people are found: words, sorted, without accents; "" for none or an address."""
    return "" if "@" in sender.name else " ".join(sorted(_WORD.findall(_fold(sender.name))))


def _fold(text: str) -> str:
    """Lower case, umlauts and accents as base letters."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _list_address(list_id: str) -> str:
    """RFC 2919: "Name <users.lists.example>" -> "users.lists.example"."""
    found = _LIST_ID.search(list_id[:500])
    return ((found[1] or found[2]) if found else list_id).strip().lower()


@cache
def _sent_folders() -> frozenset[str]:
    text = Path(__file__).with_name("owner.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["sent"])


@cache
def _is_sent(folder: str) -> bool:
    return " ".join(_WORD.findall(folder.rpartition("/")[2].casefold())) in _sent_folders()
