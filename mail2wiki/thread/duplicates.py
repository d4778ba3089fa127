"""Duplicates: the same message again, whatever carried it.

Two messages are the same if at least two independent things agree: their text and who sent it when, or their
Message-ID and (nearly all of) their text. Refuses: Message-ID alone (ids are reused), equal text at another time (a
weekly report is no copy of last week's), and dropping anything that carries an attachment the kept one lacks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

import numpy as np

from mail2wiki.records import Body, Decision, Message
from mail2wiki.thread.prints import NOISE, OTHER, Prints
from mail2wiki.thread.unions import Unions

ReadBody = Callable[[Sequence[str]], Mapping[str, Body]]
Spread = Callable[[Callable[[Any, ReadBody], Any], Iterable[Any]], Iterable[Any]]
"""`spread(work, jobs)`: `work(job, read_body)` for every job, results in any order; perhaps in other processes."""

_DRAFTS = frozenset(
    line.split("\t")[0]
    for line in resources.files(__package__).joinpath("drafts.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
_SUBSTANTIAL = 60  # squeezed bytes of text from which equal text is no coincidence although sender or subject differ
_DRAFT_DAYS = 7 * 86400  # seconds between the last saved draft and the message as sent
_COMPARED = 12  # different texts under one key that are compared with each other; a key shared by more is no key
_MISSING = 0.06  # share of words the kept copy may lack (broken umlauts, rewritten addresses of archives): the 529
# pairs of copies in a list archive kept twice lie below .05 or are 3 words long, different mails under one id above .5
_FOOTER = 40  # words that a list or gateway may have added above or below
_AHEAD = 10  # words that what is left of an encoding may put between two words
_BEGIN = 10  # lines by which two texts are known to be different ones
_PAIRS = 200  # pairs of messages whose texts are read at a time
_WORD = re.compile(r"[a-z0-9]+")
# addresses, and the lines by which Mailman's archive tells of an attachment, are rewritten at will; in small letters,
# by what stands in a text where they do: one pattern for all takes three times as long
_ADDRESSES = {
    "@": re.compile(r"\b\S+@\S+"),
    "<": re.compile(r"</?[\w./-]+>"),
    "http": re.compile(r"\bhttps?:\S+"),
    "www.": re.compile(r"\bwww\.\S+"),
    "mailto:": re.compile(r"\bmailto:\S+"),
    "url": re.compile(r"^(?:name|type|size|desc|url)\s?:.*$", re.MULTILINE),
}

REASONS = {
    "same-content": "same sender, date, subject and text",
    "same-text": "same text; headers altered on the way",
    "same-encoding-aside": "same text but for broken characters",
    "same-but-footer": "same text but for a footer, banner or signature added on the way",
    "same-message-id": "same Message-ID, nearly the same text",
    "draft": "unsent version of the same message",
}


def find(
    messages: Sequence[Message], prints: Prints, spread: Spread, keep: Container[str] = ()
) -> tuple[np.ndarray, list[Decision]]:
    """Which message each one is a copy of: an array of the kept one's position (its own for kept ones), and why.

    `messages` in canonical order (date, id); positions refer to it. Same result whatever order they came in.
    """
    sets = Unions(len(messages))
    reasons: dict[int, str] = {}
    near: set[tuple[int, int]] = set()  # (longer, shorter) of pairs whose words were compared

    def same(i: int, j: int, reason: str) -> None:
        sets.join(i, j)
        for k in (i, j):
            reasons.setdefault(k, reason)
        if reason == "same-message-id":
            near.add((i, j) if prints.head["length"][i] >= prints.head["length"][j] else (j, i))

    dates = np.array([-1 if m.date is None else m.date for m in messages], np.int64)
    _same_content(messages, prints, dates, same)
    kept = [i for i in range(len(messages)) if sets.find(i) == i]
    _same_id(messages, prints, kept, spread, same)
    _altered(messages, prints, dates, np.array(kept, np.int64), same)
    _drafts(messages, prints, np.array(kept, np.int64), same)
    return _choose(messages, prints, sets, reasons, near, keep)


def groups(*keys: np.ndarray) -> Iterable[np.ndarray]:
    """Positions that agree in all keys, in ascending order; only groups of two and more."""
    if not len(keys[0]):
        return
    order = np.lexsort(keys[::-1])
    change = np.zeros(len(order), bool)
    for key in keys:
        change[1:] |= key[order[1:]] != key[order[:-1]]
    edges = np.concatenate(([0], np.flatnonzero(change), [len(order)]))
    several = np.flatnonzero(np.diff(edges) > 1)
    for start, stop in zip(edges[several].tolist(), edges[several + 1].tolist(), strict=True):
        yield np.sort(order[start:stop])


def _same_content(messages: Sequence[Message], prints: Prints, dates: np.ndarray, same: Callable) -> None:
    head = prints.head
    for group in groups(head["content"], head["sender"], dates):
        first = int(group[0])
        if dates[first] < 0 and head["length"][first] < _SUBSTANTIAL:
            continue  # no date and hardly a text: nothing to go by
        if not head["length"][first] and not head["subject"][first] and not messages[first].attachments:
            continue
        for i in group[1:]:
            same(first, int(i), "same-content")


def _same_id(messages: Sequence[Message], prints: Prints, kept: Sequence[int], spread: Spread, same: Callable) -> None:
    """Equal Message-IDs: a copy if the text agrees as well, otherwise a reused id."""
    first: dict[str, int] = {}
    by_id: dict[str, list[int]] = {}  # only ids of several messages
    for i in kept:
        if (identity := messages[i].message_id) and (before := first.setdefault(identity, i)) != i:
            by_id.setdefault(identity, [before]).append(i)
    head, doubtful = prints.head, []
    for members in by_id.values():
        for at, j in enumerate(members[:_COMPARED]):
            for i in members[:at]:
                reason = _alike(prints, i, j)
                if reason:
                    same(i, j, reason)
                elif head["sender"][i] == head["sender"][j] or head["subject"][i] == head["subject"][j]:
                    doubtful.append((i, j))
    pairs = [(messages[i].id, messages[j].id) for i, j in doubtful]
    jobs = (pairs[at : at + _PAIRS] for at in range(0, len(pairs), _PAIRS))
    near = {pair for found in spread(nearly, jobs) for pair in found}
    for (i, j), pair in zip(doubtful, pairs, strict=True):
        if pair in near:
            same(i, j, "same-message-id")


def nearly(pairs: Sequence[tuple[str, str]], read_body: ReadBody) -> list[tuple[str, str]]:
    """Those of these pairs of messages whose texts are nearly the same."""
    bodies = read_body(sorted({id for pair in pairs for id in pair}))
    return [(i, j) for i, j in pairs if _nearly(bodies.get(i, Body()), bodies.get(j, Body()))]


def _alike(prints: Prints, i: int, j: int) -> str:
    """Why two messages have the same text as far as fingerprints tell: a reason code or ""."""
    head = prints.head
    if head["content"][i] == head["content"][j]:
        return "same-text" if head["length"][i] else ""
    if head["bare"][i] == head["bare"][j]:
        return "same-encoding-aside"
    mine, others = _pieces(prints, i), _pieces(prints, j)
    small, large = (mine, others) if len(mine) <= len(others) else (others, mine)
    if small and small <= large and min(head["own_length"][i], head["own_length"][j]) > 0:
        return "same-but-footer"
    return ""


def _pieces(prints: Prints, i: int) -> set[int]:
    rows = slice(prints.first[i], prints.first[i + 1])
    return set(prints.hash[rows][prints.kind[rows] != OTHER].tolist())


def _nearly(one: Body, other: Body) -> bool:
    """Are the two texts the same but for what archives and broken encodings do to them?

    One of them may have more words than the other (a footer, what is left of an encoding), and a word may be broken;
    but where one says Monday and the other Tuesday they are two messages.
    """
    begins = [_words(Body(body.lines[:_BEGIN], body.marks[:_BEGIN]))[:-1] for body in (one, other)]
    if _lacks(*begins) and _lacks(*begins[::-1]):
        return False  # most pairs: need not be read to their end, nor is it known which is longer
    small, large = sorted(map(_words, (one, other)), key=len)
    missing, between, words, end = 0, 0, len(small), 0
    for word, at, found in _followed(small, large):
        if found >= 0:
            between += found - at if at else 0
            end = found + 1
        elif _plain(word):
            return False
        else:
            missing += 1
    same = missing <= _MISSING * words and between <= max(_AHEAD // 3, words // 10)
    return same and words >= _AHEAD and len(large) - end <= max(_FOOTER, words // 4)


def _words(body: Body) -> list[str]:
    text = body.text("nqahs").lower()
    for sign, address in _ADDRESSES.items():
        if sign in text:
            text = address.sub(" ", text)
    return _WORD.findall(text)


def _followed(small: Sequence[str], large: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The words of the shorter text, in order: from where each was looked for in the longer one, and where it stands.

    -1: not near.
    """
    at = 0
    for word in small:
        try:
            found = large.index(word, at, at + (_AHEAD if at else _FOOTER))
        except ValueError:
            yield word, at, -1
        else:
            yield word, at, found
            at = found + 1


def _lacks(small: Sequence[str], large: Sequence[str]) -> bool:
    """Do the first words of a longer text lack a word of the shorter one, whatever follows them?"""
    return any(found < 0 and _plain(word) and at + _FOOTER <= len(large) for word, at, found in _followed(small, large))


def _plain(word: str) -> bool:
    """Is it a word as a person writes it, not what an encoding may leave?"""
    return word.isalpha() or word.isdigit()


def _altered(messages: Sequence[Message], prints: Prints, dates: np.ndarray, kept: np.ndarray, same: Callable) -> None:
    """Copies whose Message-ID and one header more were changed on the way; the date is the witness."""
    kept = kept[dates[kept] >= 0]
    head, dates = prints.head[kept], dates[kept]
    for group in groups(dates, head["sender"], head["subject"]):
        for at, j in enumerate(group[:_COMPARED]):
            for i in group[:at]:
                if reason := _alike(prints, int(kept[i]), int(kept[j])):
                    same(int(kept[i]), int(kept[j]), reason)
    for keys in ((dates, head["content"]), (dates, head["sender"], head["own"])):
        for group in groups(*keys):
            first = group[0]
            for i in group[1:]:
                enough = min(head["own_length"][i], head["own_length"][first]) >= _SUBSTANTIAL
                if enough and _alike(prints, int(kept[first]), int(kept[i])):
                    same(int(kept[first]), int(kept[i]), "same-text")


def _drafts(messages: Sequence[Message], prints: Prints, kept: np.ndarray, same: Callable) -> None:
    """A message that was never sent (it lies in a drafts folder) and the same one as sent."""
    drafts = {int(i) for i in kept if is_draft(messages[i])}
    if not drafts:
        return
    head = prints.head[kept]
    for group in groups(head["content"], head["sender"]):
        members = [int(kept[i]) for i in group]
        sent = [i for i in members if i not in drafts]
        for i in members:
            if i not in drafts or not head["length"][group[0]]:
                continue
            near = [j for j in sent or members[:1] if j != i and _close(messages[i].date, messages[j].date)]
            if near:
                same(i, near[0], "draft")


def is_draft(message: Message) -> bool:
    """Does it lie in folders of drafts only? Then it was never sent."""
    return bool(message.folders) and all(f.rsplit("/", 1)[-1].lower() in _DRAFTS for f in message.folders)


def _close(one: int | None, other: int | None) -> bool:
    return one is None or other is None or abs(one - other) <= _DRAFT_DAYS


def _choose(
    messages: Sequence[Message], prints: Prints, sets: Unions, reasons: Mapping[int, str],
    near: Container[tuple[int, int]], keep: Container[str],
) -> tuple[np.ndarray, list[Decision]]:  # fmt: skip
    """In each set keep the most complete message; one with an attachment that is not in it stays as well."""
    members: dict[int, list[int]] = defaultdict(list)
    for i in range(len(messages)):
        if (root := sets.find(i)) != i:
            members[root].append(i)
    of, decisions = np.arange(len(messages), dtype=np.int32), []
    for root, others in members.items():
        kept: list[tuple[int, frozenset[str]]] = []
        exact: dict[tuple[frozenset[str], int], int] = {}
        ranked = sorted([root, *others], key=lambda i: _completeness(messages[i], prints, i))
        for i in ranked:
            message, files = messages[i], frozenset(a.sha256 for a in messages[i].attachments)
            content = int(prints.head["content"][i])
            home = exact.get((files, content))
            if home is None:  # does some kept message hold all its attachments and text, and more?
                likely = (k for k, held in kept[:_COMPARED] if files <= held)
                home = next((k for k in likely if (k, i) in near or _holds(prints, k, i)), None)
            if home is None or message.id in keep or message.message_id in keep:
                kept.append((i, files))
                exact.setdefault((files, content), i)
                continue
            of[i] = home
            reason = _reason(prints, home, i, reasons.get(i, "same-content"))
            decisions.append(Decision(message.id, "duplicate", messages[home].id, reason, REASONS[reason]))
    return of, decisions


def _holds(prints: Prints, home: int, i: int) -> bool:
    """Does the kept message say all that the other one says?"""
    return bool(prints.head["bare"][home] == prints.head["bare"][i]) or _pieces(prints, i) <= _pieces(prints, home)


def _reason(prints: Prints, home: int, i: int, reason: str) -> str:
    head = prints.head
    if reason == "same-content" and head["content"][i] != head["content"][home]:
        return _alike(prints, home, i) or "same-message-id"
    return reason


def _completeness(message: Message, prints: Prints, i: int) -> tuple:
    """Sort key, best first: attachments, sent before draft, no broken characters, text, reply headers, recipients."""
    return (
        -len({a.sha256 for a in message.attachments}), is_draft(message), int(prints.head["flags"][i]) // NOISE,
        -int(prints.head["length"][i]),
        not (message.references or message.in_reply_to), message.message_id is None,
        -(len(message.to) + len(message.cc)), message.date is None, message.date or 0, message.id,
    )  # fmt: skip
