"""What programs wrote: auto-replies, bounces, receipts, calendar answers, robots, newsletters. Message by message.

Two strengths. *Replies of machines* (out-of-office, bounce, receipt, calendar answer) say nothing a successor needs and
are automated in any case. *Mail of machines* (robots, newsletters) is automated only where no person took it up: a
notification that a colleague answered is what that conversation is about, so it stays.

It refuses to call a discussion list a newsletter (List-Post, or several people on the list), to go by
X-Auto-Response-Suppress (Exchange puts it on people's mail too) and to go by numbers alone: somebody who reports every
week and is never answered is a person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

from mail2wiki.records import Message, Woven
from mail2wiki.screen.lexicon import bare, fold, lexicon

ROLE_MESSAGES = 3
"""From so many one-way messages on, a shared address (info@) is taken for a newsletter; below, it may be a person."""

_CUT = re.compile(r"[^a-zäöüß]+")


class Finding(NamedTuple):
    """Why a message counts as automated. `firm`: even if a person answered it."""

    reason: str
    evidence: str
    firm: bool


class Mailbox(NamedTuple):
    """What one pass over all messages tells about senders and lists."""

    sent: Counter[str]  # address -> messages
    written_to: frozenset[str]  # addresses somebody in the mailbox wrote to
    answered: frozenset[str]  # ids of messages that somebody else answered
    discussions: frozenset[str]  # list ids with several writers
    callers: frozenset[str]  # addresses with a message that somebody answered


def find(
    messages: Mapping[str, Message], woven: Woven, own: Collection[str], never: Collection[str]
) -> dict[str, Finding]:
    """Automated messages: id -> why. `own`, `never`: the user's address patterns that always or never are automated."""
    firm = {id: reply for id, message in messages.items() if (reply := _machine_reply(message))}
    box = _look(messages, woven, firm)
    found: dict[str, Finding] = {}
    for id, message in messages.items():
        address = message.sender.address
        if never and matches(address, never):
            continue
        if own and matches(address, own):
            found[id] = Finding("your-settings", f"sender {address}", True)
        elif id in firm:
            found[id] = firm[id]
        elif id not in box.answered and (finding := _machine_mail(message, box)):
            found[id] = finding
    return found


def matches(address: str, patterns: Collection[str]) -> bool:
    """Is the address one of these patterns? "name@host", "@host" (and hosts below it), or with `*`."""
    host = address.rpartition("@")[2]
    for pattern in patterns:
        wanted = pattern.casefold().strip()
        if wanted.startswith("@"):
            if host == wanted[1:] or host.endswith("." + wanted[1:]):
                return True
        elif wanted and fnmatchcase(address, wanted):
            return True
    return False


def _machine_reply(message: Message) -> Finding | None:
    """Auto-replies and delivery reports: RFC 3834, RFC 3464, RFC 6522 (multipart/report), RFC 8098, subjects."""
    signals = frozenset(message.signals)
    for signal in message.signals:
        if signal.startswith("auto-submitted:auto-replied"):
            return Finding("auto-reply", signal, True)
        if signal.startswith("content-type:report") or signal.startswith("content-type:multipart/report"):
            return Finding("report", "multipart/report", True)
    if "precedence:auto_reply" in signals or "x-autoreply:yes" in signals or "x-autorespond" in signals:
        return Finding("auto-reply", "header for auto-replies", True)
    kind = _address_kind(message.sender.address)
    if kind == "daemon":
        return Finding("bounce", f"sender {message.sender.address}", True)
    rule = _subject_rule(bare(message.subject), _has_calendar(message, signals))
    if rule:
        return Finding(rule, f"subject {message.subject!r}", True)
    return None


def _has_calendar(message: Message, signals: frozenset[str]) -> bool:
    if any(signal.startswith(("content-type:calendar", "content-type:text/calendar")) for signal in signals):
        return True
    return any(file.media_type in ("text/calendar", "application/ics") for file in message.attachments)


def _subject_rule(subject: str, calendar: bool) -> str:
    for rule in lexicon().rules:
        if rule.calendar and not calendar:
            continue
        if subject.startswith(rule.start) or (rule.end and subject.endswith(rule.end)):
            return rule.reason
    return ""


def _machine_mail(message: Message, box: Mailbox) -> Finding | None:
    """Mail nobody typed for these readers: generated (RFC 3834), from robots, to many (RFC 2369, Precedence)."""
    signals = frozenset(message.signals)
    address = message.sender.address
    kind = _address_kind(address)
    generated = next((signal for signal in message.signals if signal.startswith("auto-submitted:auto-")), "")
    if kind == "robot":
        return Finding("robot", f"sender {address}", False)
    if message.list_id in box.discussions or ("list-post" in signals and not generated):
        return None  # a discussion list: what its members write is what we are here for
    if generated:
        return Finding("generated", generated, False)
    known = address in box.callers
    if not known and ("list-unsubscribe" in signals or "feedback-id" in signals):
        return Finding("newsletter", "List-Unsubscribe without a list to write to", False)
    if not known and not signals.isdisjoint({"precedence:bulk", "precedence:junk"}):
        return Finding("bulk", "Precedence", False)
    if known or address in box.written_to:
        return None
    if kind == "bulk":
        return Finding("newsletter", f"sender {address}, nobody ever wrote there", False)
    if kind == "role" and box.sent[address] >= ROLE_MESSAGES and len(message.to) + len(message.cc) <= 1:
        return Finding("newsletter", f"sender {address}, one-way mail in numbers", False)
    return None


@lru_cache(maxsize=4096)
def _address_kind(address: str) -> str:
    """What an address says about itself: "daemon", "robot", "bulk", "role" or "" (see lexicons/senders.toml)."""
    local, _, host = fold(address).partition("@")
    words = frozenset(word for word in _CUT.split(local) if word)
    joined = "".join(word for word in _CUT.split(local) if word)
    labels = frozenset(host.split(".")[:-1])
    labels = labels | frozenset(word for label in labels for word in label.split("-"))
    for kind in ("daemon", "robot", "bulk", "role"):
        senders = lexicon().senders[kind]
        if joined in senders.joined or words & senders.words or labels & senders.domains:
            return kind
        if joined and (joined.startswith(senders.begin) or joined.endswith(senders.finish)):
            return kind
    return ""


def _look(messages: Mapping[str, Message], woven: Woven, firm: Collection[str]) -> Mailbox:
    """One pass over headers and one over conversations."""
    sent: Counter[str] = Counter()
    written_to: set[str] = set()
    writers: dict[str, set[tuple[str, str]]] = {}
    for id, message in messages.items():
        address = message.sender.address
        sent[address] += 1
        if id in firm:
            continue
        written_to.update(other.address for other in message.to if other.address != address)
        written_to.update(other.address for other in message.cc if other.address != address)
        if message.list_id:
            writers.setdefault(message.list_id, set()).add((address, message.sender.name))
    answered: set[str] = set()
    callers: set[str] = set()
    lists: set[str] = set()
    for conversation in woven.conversations:
        for child, parent in conversation.parents.items():
            reply, first = messages.get(child), messages.get(parent)
            if reply is None or first is None or child in firm or _address_kind(reply.sender.address) == "robot":
                continue
            if reply.sender != first.sender:
                answered.add(parent)
                callers.add(first.sender.address)
                if first.list_id:
                    lists.add(first.list_id)
    discussions = {name for name, people in writers.items() if len(people) > 1 and (name in lists or len(people) > 3)}
    return Mailbox(sent, frozenset(written_to), frozenset(answered), frozenset(discussions), frozenset(callers))
