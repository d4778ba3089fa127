"""Blocks that one sender repeats at the end of message after message: footers and signatures no lexicon knows.

Found by hashes, so that no text has to be kept: a worker makes `tail_prints` of each message, the parent finds what
repeats (`find`), and whoever reads a body later lets `apply` change its marks. Refuses to mark the only paragraph of a
message, anything that is not at the end, and what stands in few messages: that is a habit, not a footer, unless
it says where the sender is reached.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping

import xxhash

from mail2wiki.extract import contacts
from mail2wiki.records import BLANK, DISCLAIMER, NEW, SIGNATURE, Body

WIDTH = 8  # bytes of one hash
BLOCKS = 4  # paragraphs at the end that are looked at
LEAST = 5  # different messages of a sender that must end in a block (issue 3 point 6)
SHARE = 0.2  # of the sender's messages with more than one paragraph; below it is a turn of phrase
_REACHED = ("@", "www.", "http", "tel:", "tel.", "phone", "fax")  # how a block says where its sender is reached
_REACHES = 1  # the last bit of the hash of a block that does so: a signature, and people change theirs over the years

_SMALL = bytes(range(256)).lower()
_NEW_BLOCK = re.compile(f"{NEW}+")  # of the marks: what `Body.blocks` says, at the speed of C


def _print(body: Body, start: int, stop: int) -> bytes:
    """A hash of some lines, without regard to case and white space. Sentences that name an address are no signature."""
    text = " ".join(" ".join(body.lines[start:stop]).lower().split())
    digest = xxhash.xxh3_64_digest(text.encode("utf-8", "replace"))
    reaches = text[-1:] not in ".?!" and any(sign in text for sign in _REACHED)
    return digest[:-1] + bytes([digest[-1] | _REACHES if reaches else digest[-1] & ~_REACHES])


def _tail(body: Body) -> list[tuple[int, int]]:
    """The last new paragraphs, last first; the first paragraph of the message is never among them."""
    blocks = [found.span() for found in _NEW_BLOCK.finditer(body.marks)]
    return blocks[:0:-1][:BLOCKS]


def tail_prints(body: Body, said: bytes) -> bytes:
    """Hash of all that the author `said`, then of its last paragraphs, last first; b"" where there is at most one."""
    tail = _tail(body)
    if not tail:
        return b""
    whole = xxhash.xxh3_64_digest(said.translate(_SMALL, b" \t\n"))  # copies are wrapped anew on their way
    return whole + b"".join(_print(body, start, stop) for start, stop in tail)


def find(prints: Iterable[tuple[str, bytes]]) -> dict[str, frozenset[bytes]]:
    """For each sender the hashes of the blocks that are repeated. Takes (sender's address, tail_prints) in any order.

    Copies of one message count once. A paragraph above another counts only while the one below it is repeated too.
    """
    tails: dict[str, set[bytes]] = defaultdict(set)
    for sender, found in prints:
        if sender and len(found) > WIDTH:
            tails[sender].add(found)
    known: dict[str, frozenset[bytes]] = {}
    for sender in sorted(tails):
        repeated = _repeated(tails[sender])
        if repeated:
            known[sender] = frozenset(repeated)
    return known


def _repeated(tails: set[bytes]) -> set[bytes]:
    """The repeated hashes among one sender's different messages, level by level from the end."""
    least = max(LEAST, SHARE * len(tails))
    repeated: set[bytes] = set()
    alive = [(tail, WIDTH) for tail in tails]
    while len(alive) >= LEAST:
        counts: dict[bytes, int] = defaultdict(int)
        for tail, at in alive:
            counts[tail[at : at + WIDTH]] += 1
        level = {digest for digest, count in counts.items() if count >= (LEAST if digest[-1] & _REACHES else least)}
        repeated |= level
        alive = [(tail, at + WIDTH) for tail, at in alive if tail[at : at + WIDTH] in level and at + WIDTH < len(tail)]
    return repeated


def later(
    prints: Iterable[tuple[str, str, bytes]], known: Mapping[str, frozenset[bytes]]
) -> dict[str, frozenset[bytes]]:
    """(message id, sender, tail_prints) in reading order -> for each message the repeated blocks that stood before.

    The first message keeps its footer, so that no text is lost from the wiki.
    """
    seen: set[tuple[str, bytes]] = set()
    found: dict[str, frozenset[bytes]] = {}
    for id, sender, tail in prints:
        digests = known.get(sender, frozenset())
        mine = {tail[at : at + WIDTH] for at in range(WIDTH, len(tail), WIDTH)} & digests
        again = frozenset(digest for digest in mine if (sender, digest) in seen)
        seen.update((sender, digest) for digest in mine)
        if again:
            found[id] = again
    return found


def apply(body: Body, digests: Container[bytes]) -> Body:
    """The body with its last blocks marked if they are these: signature with contact facts in it, else disclaimer."""
    marks = list(body.marks)
    changed = False
    for start, stop in _tail(body):
        if _print(body, start, stop) not in digests:
            break
        mark = SIGNATURE if any(map(contacts.evidence, body.lines[start:stop])) else DISCLAIMER
        for at in range(start, stop):
            marks[at] = BLANK if marks[at] == BLANK else mark
        changed = True
    return dataclasses.replace(body, marks="".join(marks)) if changed else body
