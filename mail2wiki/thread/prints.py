"""Fingerprints: all that the thread room needs to know of a body, without the text.

Made in workers, one per message, once; read in the parent as numpy columns. A *piece* is a paragraph as the reader
sees it: lines of one kind and one quote depth without an empty line between, known by the hash of its letters and
digits, so that wrapping, quote marks, white space and punctuation make no difference. Refuses to judge anything.
"""

from __future__ import annotations

import html
import re
import struct
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from importlib import resources

import numpy as np
import xxhash

from mail2wiki.records import Body, Message
from mail2wiki.thread import PRINTS_VERSION, subjects

OWN, QUOTED, INTRODUCTION, OTHER = range(4)  # kinds of pieces: n / q / a and h / s and d
_KIND = {"n": OWN, "b": OWN, "q": QUOTED, "a": INTRODUCTION, "h": INTRODUCTION, "s": OTHER, "d": OTHER}
_KINDS = bytes(_KIND.get(chr(c), OWN) for c in range(256))

_HEAD = struct.Struct("<BxHIQQQQQII")
HEAD = np.dtype([
    ("version", "u1"), ("pad", "u1"), ("flags", "<u2"), ("pieces", "<u4"), ("content", "<u8"), ("bare", "<u8"),
    ("own", "<u8"), ("sender", "<u8"), ("subject", "<u8"), ("own_length", "<u4"), ("length", "<u4"),
])  # fmt: skip
_PIECE = struct.Struct("<QIIHBB")
PIECE = np.dtype([
    ("hash", "<u8"), ("start", "<u4"), ("stop", "<u4"), ("length", "<u2"), ("kind", "u1"), ("flags", "u1"),
])  # fmt: skip
REPLY, FORWARD = 1, 2  # flags: prefixes of the subject
NOISE = 4  # flags: from here on the number of broken characters, at most 255
# what UTF-7, quoted-printable and UTF-8 leave where they were not decoded; the first four are ASCII
_BROKEN = ("+AD4-", "+AC", "=3D", "=20\n", "\ufffd", "Ã¼", "Ã¤", "Ã¶", "ÃŸ", "â€")

NO_LETTERS = bytes(c for c in range(128) if not (chr(c).isalnum() or c == 10))
_NOT_ASCII = bytes(range(128, 256))
_JUNK = re.compile(r"[^\w\n]+|_+")
_LINK = re.compile(r"\]\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,2000})?\)")
# "example.com/a <http://example.com/a>": clients put the target behind a link when they make plain text of it
_TARGET = re.compile(r"<(?:https?://|mailto:)([^<>\s]{1,500}?)/?>")
_MARKS = " \t>|"
# a line of signs that says something: "??", ":-)", a thumb; dots, brackets and rulers say nothing
_SAYS = re.compile(r"[?!]|[:;=8]-?[()DPp/|]|[^\x00-\x7f\s…–—·•«»─-╿]")
# flags of a piece: an empty quoted line inside; few words that say something; quoted deeper than what stands above;
# quoted deeper or less deep than the piece above; quoted words that say nothing: a salutation, a farewell
GAP, SENTENCE, DEEPER, TURN, CIVIL = 1, 2, 4, 8, 16
_SENTENCE = 12  # bytes of a quoted piece below which its end is looked at: "Yes." and "Approved!", not "Hi Bob,"
_CIVILITIES = frozenset(
    line.split("\t")[0]
    for line in resources.files(__package__).joinpath("civilities.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
_FAREWELL = 40  # bytes of a quoted piece below which it may be one
_FILLING = 3  # letters of the words between: "Thank you", "Thanks a lot", "to all"
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d{1,2}[.)]")  # of a list; what it counted stands below
_FULL = 40  # characters of a quoted line that may have been too long for its writer's client
_ENDS = frozenset('.:!?…"”“»)]')  # what a sentence or paragraph ends with


def squeeze(text: str) -> bytes:
    """Letters and digits in lower case, and line ends; everything else is gone. UTF-8."""
    if text.isascii():
        return text.lower().encode("ascii").translate(None, NO_LETTERS)
    return _JUNK.sub("", unicodedata.normalize("NFKC", text).lower()).encode("utf-8", "replace")


def squeezed_lines(body: Body) -> list[bytes]:
    """One squeezed string for each line of the body."""
    if not body.lines:
        return []
    text = "\n".join(body.lines)
    if body.kind == "markdown":  # escapes vanish with the punctuation, addresses of links and entities do not
        if "](" in text:
            text = _LINK.sub("]", text)
        if "&" in text:
            text = html.unescape(text)
    if "<http" in text or "<mailto:" in text:
        text = _TARGET.sub(_untold, text)
    if text.isascii():
        lines = squeeze(text).split(b"\n")
    else:  # most lines of most mail are ASCII, where bytes are ten times faster
        rows = text.split("\n")
        lines = text.lower().encode("utf-8", "replace").translate(None, NO_LETTERS).split(b"\n")
        lines = [line if row.isascii() else squeeze(row) for line, row in zip(lines, rows, strict=True)]
    if len(lines) != len(body.lines):  # a line end hidden in a line
        lines = [squeeze(line).replace(b"\n", b"") for line in body.lines]
    return lines


def _untold(found: re.Match[str]) -> str:
    """A link's target unless it says what stands before it."""
    before = found.string[max(0, found.start() - len(found[0])) : found.start()].rstrip(" /")
    return "" if before.endswith(found[1]) else found[0]


def fingerprint(message: Message, body: Body) -> bytes:
    """The fingerprint of a message: a head of hashes and lengths, then its pieces (layout: HEAD, PIECE).

    `content` covers the base subject and everything but disclaimers and list footers; `bare` the same in ASCII only,
    for copies whose umlauts were broken; `own` the lines marked new. Lengths count squeezed bytes.
    """
    lines, marks = squeezed_lines(body), body.marks
    subject = subjects.parse(message.subject)
    own = b"".join([line for line, mark in zip(lines, marks, strict=True) if mark == "n"])
    kept = [line for line, mark in zip(lines, marks, strict=True) if mark != "d"] if "d" in marks else lines
    whole = b"".join(kept)
    key = subject.key.encode("utf-8", "replace")
    content = xxhash.xxh3_64_intdigest(key + b"\n" + whole)
    text = key + b"\n" + whole
    bare = content if text.isascii() else xxhash.xxh3_64_intdigest(text.translate(None, _NOT_ASCII))
    sender = message.sender.address or message.sender.name.lower()
    pieces = _pieces(lines, marks, body.lines)
    flags = REPLY * subject.reply + FORWARD * subject.forward + NOISE * _noise(body)
    head = _HEAD.pack(
        PRINTS_VERSION, flags, len(pieces), content, bare, xxhash.xxh3_64_intdigest(own),
        xxhash.xxh3_64_intdigest(sender.encode("utf-8", "replace")), xxhash.xxh3_64_intdigest(key) if key else 0,
        min(len(own), 2**32 - 1), min(len(whole), 2**32 - 1),
    )  # fmt: skip
    return head + b"".join(pieces)


def _noise(body: Body) -> int:
    text = "\n".join(body.lines)
    if not text.isascii():
        return min(255, sum(map(text.count, _BROKEN)))
    return min(255, sum(map(text.count, _BROKEN[:4]))) if "=" in text or "+A" in text else 0


def _pieces(lines: Sequence[bytes], marks: str, raw: Sequence[str]) -> list[bytes]:
    """The pieces in order, packed. Empty quoted lines go with the quoted piece above them, else with the one below.

    Quoted lines that were broken on the way (the rest of the line stands below, less deep) are one piece.
    """
    found: list[list[int]] = []  # [kind, depth, start, stop, flags]
    current: list[int] | None = None
    lead = -1  # first of the empty quoted lines waiting for a piece
    depth = above = deepest = 0  # of this line, of the line above, of the lines above in the paragraph
    for at, (line, kind) in enumerate(zip(lines, marks.encode("latin-1", "replace").translate(_KINDS), strict=True)):
        if not line and not (marks[at] == "n" and _SAYS.search(raw[at])):
            current = None
            deepest = found[-1][1] if found else 0
            if kind in (QUOTED, INTRODUCTION):
                if found and found[-1][3] == at and found[-1][0] in (QUOTED, INTRODUCTION):
                    found[-1][3:] = at + 1, found[-1][4] | GAP
                elif lead < 0:
                    lead = at
            continue
        depth = _depth(raw[at]) if kind == QUOTED else 0
        if current is None or current[0] != kind or (
            depth != current[1] and not (kind == QUOTED and _broken(raw, at, depth, current[1], above))
        ):  # fmt: skip
            deeper = bool(found) and found[-1][0] == kind == QUOTED and depth > deepest
            turn = bool(found) and found[-1][0] == kind == QUOTED and depth != found[-1][1]
            current = [kind, depth, at, at, DEEPER * deeper + TURN * turn]
            if lead >= 0 and kind in (QUOTED, INTRODUCTION):
                current[2] = lead
            found.append(current)
        current[3] = at + 1
        lead, above = -1, depth
        if depth > deepest:
            deepest = depth
    digest, pack = xxhash.xxh3_64_intdigest, _PIECE.pack
    packed = []
    for kind, _, start, stop, flags in found:
        piece = lines[start] if stop == start + 1 else b"".join(lines[start:stop])
        if kind == QUOTED and 0 < len(piece) < _SENTENCE and _answers(raw, start, stop):
            flags |= SENTENCE
        if kind == QUOTED and 0 < len(piece) < _FAREWELL and _is_civil(raw, start, stop):
            flags |= CIVIL
        piece = piece or "".join(raw[start:stop]).strip().encode("utf-8", "replace")
        packed.append(pack(digest(piece), start, stop, min(len(piece), 65535), kind, flags))
    return packed


def _is_civil(raw: Sequence[str], start: int, stop: int) -> bool:
    """Are these words a salutation or a farewell with a name, and nothing else?"""
    lines = [line for line in raw[start:stop] if line.strip(_MARKS)]
    if len(lines) > 2:
        return False
    text = " ".join(lines)
    words = _WORD.findall(text[: 4 * _FAREWELL])
    if not words or words[0].lower() not in _CIVILITIES or "?" in text:
        return False
    return all(word[0].isupper() or len(word) <= _FILLING or word.lower() in _CIVILITIES for word in words[1:])


def _answers(raw: Sequence[str], start: int, stop: int) -> bool:
    """Do these few quoted words say something: an answer, no greeting, no thanks, no name, no end of a broken line?"""
    text = " ".join(raw[start:stop]).strip(_MARKS)
    words = _WORD.findall(text)
    if not words or words[0].lower() in _CIVILITIES or _NUMBER.fullmatch(text):
        return False
    ended = text[-1] in ".!?"
    if ">" not in raw[stop - 1]:  # without signs no client breaks lines, so that only names need the full stop
        return ended or not all(word[0].isupper() for word in words)
    broken = text[0].islower() and start > 0 and raw[start - 1].strip(_MARKS)
    return ended and not broken


def _depth(text: str) -> int:
    if text[:2] == "> " and text[2:3] not in _MARKS:
        return 1
    if text[:1] not in _MARKS:
        return 0
    return text.count(">", 0, len(text) - len(text.lstrip(_MARKS)))


def _broken(raw: Sequence[str], at: int, depth: int, base: int, above: int) -> bool:
    """Does quoted line `at` belong to the piece of another depth (`base`) that it directly follows?

    `>>> keep one and` / `> give one to your` / `neighbor.`: a client broke a full line, the next one marked the rest.
    What stands less deep goes on in mid-sentence; what comes back to the depth of the piece belongs to it.
    """
    if depth in (above, base):
        return True
    text, line = raw[at - 1].rstrip(), raw[at].lstrip(_MARKS)
    if depth > base or len(text) < _FULL or text[-1] in _ENDS:
        return False
    if line[:1].islower() or line[:1].isdigit():
        return True
    return len(line) < len(text) // 2 and at + 1 < len(raw) and _depth(raw[at + 1]) == base


class Prints:
    """The fingerprints of many messages as numpy columns. (prints)

    `head[i]` belongs to message i; its pieces are rows `first[i]:first[i + 1]` of `hash`, `start`, `stop`, `length`,
    `kind`, `flags` (GAP, SENTENCE, DEEPER, TURN, CIVIL); `message` names the message of each row.
    """

    def __init__(self, head: np.ndarray, rows: np.ndarray, column: Callable[[str], np.ndarray]) -> None:
        """Pieces `rows` of the columns of some source belong to these messages."""
        count = head["pieces"]
        self.head, self.first = head, np.concatenate(([0], np.cumsum(count, dtype=np.int64)))
        self.hash, self.kind = column("hash")[rows], column("kind")[rows]
        self.start, self.stop = column("start")[rows], column("stop")[rows]
        self.length, self.flags = column("length")[rows], column("flags")[rows]
        self.message = np.repeat(np.arange(len(head), dtype=np.int32), count)

    @cached_property
    def by_hash(self) -> np.ndarray:
        """All rows in the order of their hashes, equal ones in their own; sorted once for all who look for such."""
        return np.argsort(self.hash, kind="stable").astype(np.int32)

    def alike(self, wanted: np.ndarray) -> np.ndarray:
        """The rows of a mask, equal pieces one after the other, the earliest message first."""
        return self.by_hash[wanted[self.by_hash]]

    @classmethod
    def read(cls, prints: Iterable[bytes], order: np.ndarray) -> Prints:
        """`prints` are read once; message i is the one whose print comes as number `order[i]`."""
        size, heads, pieces = _HEAD.size, bytearray(), bytearray()  # not one object for each: that is twice as large
        for print_ in prints:
            heads += print_[:size]
            pieces += print_[size:]
        came = np.frombuffer(heads, HEAD)
        if (came["version"] != PRINTS_VERSION).any():
            raise ValueError("fingerprints of another version")
        first = np.cumsum(came["pieces"], dtype=np.int64) - came["pieces"]
        head, column = came[order], np.frombuffer(pieces, PIECE).__getitem__
        return cls(head, _ranges(first[order], head["pieces"]), column)

    def take(self, members: np.ndarray) -> tuple[Prints, np.ndarray]:
        """The columns of these messages alone, numbered anew, and which rows their pieces were."""
        head = self.head[members]
        rows = _ranges(self.first[members], head["pieces"])
        return Prints(head, rows, self.__getattribute__), rows


def _ranges(start: np.ndarray, count: np.ndarray) -> np.ndarray:
    """So many numbers from each start on, one after the other."""
    stop = np.cumsum(count, dtype=np.int64)
    return np.repeat(start - (stop - count), count) + np.arange(stop[-1] if len(stop) else 0)
