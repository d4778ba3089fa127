"""The structure of a message without copying it: header fields, and parts as ranges of the raw bytes.

One pass over the lines that start with "--", whatever the depth; parts are decoded only when somebody asks. It refuses
nothing: a broken header block or multipart is read as far as it goes, with a defect, and `extract.tolerant` may try.
"""

from __future__ import annotations

import binascii
import re
from functools import lru_cache

from mail2wiki.extract.charsets import clean_line, decode, decode_raw
from mail2wiki.extract.uuencode import decode_lines
from mail2wiki.extract.words import FOLD, decode_words

MOST_PARTS = 10_000
DEEPEST = 100
"""Multiparts and attached messages inside each other; deeper ones become siblings. Real mail has been seen at 30."""
LONGEST_HEADER = 100_000
"""Bytes of a header. Of 17,000 messages in ten mailboxes the longest had 20,000; what is longer was built to hurt."""

LONGEST_REPEATED = 200
"""Bytes of a text's Content-Type that is remembered: nearly every message has one of a few; boundaries never return."""

# No possessive groups (`(...)*+`): in Python before 3.11.4, which is Debian 12's, they end behind what did not match.
_FIELDS = re.compile(rb"(?:(?!--)[!-9;-~\x80-\xff]++[ \t]*+:[^\n]*+(?:\n|\Z)(?:[ \t][^\n]*+(?:\n|\Z))*)*")
_FIELD = re.compile(rb"^([!-9;-~\x80-\xff]+)[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)|^([^\n]+)", re.M)
_KNOWN = re.compile(
    rb"^(?:From|To|Cc|Subject|Date|Received|Message-ID|MIME-Version|Content-[a-z-]+|X-[a-z-]+|Return-Path|Reply-To)"
    rb"[ \t]*:",
    re.M | re.I,
)
_ENVELOPE = re.compile(rb"(?:>?From [^\n]*\n)+")
_LONE_CR = re.compile(rb"\r(?!\n)")
_TYPE = re.compile(r"[a-z0-9.+_-]{1,60}/[a-z0-9.+_-]{1,100}")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.S)
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\r\n \t"
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}\s*")

Fields = dict[bytes, list[bytes]]
"""Header fields: name in lower case -> values as written (folded, encoded), in order."""


class Part:
    """One part of a message. `children` of a multipart or of an attached message; `raw[start:stop]` is its content."""

    __slots__ = ("children", "content", "defects", "fields", "kind", "message", "parameters", "raw", "start", "stop")

    def __init__(self, raw: bytes, fields: Fields, start: int, default: str = "text/plain") -> None:
        self.raw = raw
        self.fields = fields
        self.start = start
        self.stop = len(raw)
        self.children: list[Part] = []
        self.message = False  # the outermost part of a message: the fields are those of the message
        self.content: bytes | None = None  # decoded already, by whoever made the part
        self.defects: set[str] = set()
        value = fields.get(b"content-type")
        self.kind, self.parameters = content_type(value[0], default) if value else (default, {})

    def first(self, name: bytes) -> bytes:
        """Value of the first field of this name, b"" if there is none."""
        values = self.fields.get(name)
        return values[0] if values else b""

    def data(self) -> bytes:
        """The content with the transfer encoding taken off."""
        if self.content is None:
            content = self.raw[self.start : self.stop]
            encoding = self.first(b"content-transfer-encoding")
            self.content, defect = untransfer(content, encoding) if encoding else (content, "")
            if defect:
                self.defects.add(defect)
        return self.content


def read(raw: bytes) -> tuple[Part, set[str]]:
    """The outermost part of a message with its tree below, and defects; on "damaged-..." try another reader."""
    defects: set[str] = set()
    raw = _repaired_ends(raw, defects)
    fields, start = _message_fields(raw, defects)
    root = Part(raw, fields, start)
    root.message = True
    if root.kind.startswith(("multipart/", "message/")):
        _walk(root, defects)
    return root, defects


def fields(header: bytes) -> Fields:
    """The fields of a header that stands alone."""
    return _message_fields(header, set())[0]


def content_type(value: bytes, default: str = "text/plain") -> tuple[str, dict[str, str]]:
    """Media type in lower case and parameters of a Content-Type field; equal fields share one dictionary."""
    repeated = value[:5] == b"text/" and len(value) < LONGEST_REPEATED
    return _repeated_type(value, default) if repeated else _content_type(value, default)


def _content_type(value: bytes, default: str) -> tuple[str, dict[str, str]]:
    text = _unfolded(value)
    kind, semicolon, _ = text.partition(";")
    kind = kind.strip().strip('"').lower()
    if not _TYPE.fullmatch(kind):
        found = _TYPE.match(kind)  # "text/plain charset=x" without ";"
        kind = found[0] if found else ("text/plain" if kind.startswith("text") else default)
    return kind, parameters(text) if semicolon else {}


_repeated_type = lru_cache(maxsize=1_000)(_content_type)


def parameters(text: str) -> dict[str, str]:
    """Parameters of a structured field, names in lower case; RFC 2231 pieces joined and decoded."""
    found: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, value in _PARAMETER.findall(text):
        name, value = name.lower(), value.strip()
        if value.startswith('"'):
            value = re.sub(r'\\(["\\])', r"\1", value[1:].removesuffix('"'))
        if "*" not in name:
            found.setdefault(name, value)
            continue
        base, _, rest = name.partition("*")
        number = rest.removesuffix("*")
        if (number.isdecimal() and len(number) < 5) or not number:
            pieces.setdefault(base, []).append((int(number or 0), rest.endswith("*") or not rest, value))
    for base, parts in pieces.items():
        found[base] = _joined(sorted(parts))
    return found


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    """RFC 2231: the pieces in order, percent-encoded ones decoded with the charset the first one names."""
    charset, data = "", bytearray()
    for at, (_, encoded, value) in enumerate(parts):
        if at == 0 and encoded and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        octets = value.encode("utf-8", "replace")
        if encoded:
            octets = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes((int(found[1], 16),)), octets)
        data += octets
    return decode(bytes(data), charset)[0]


def parameter_text(value: str) -> str:
    """A parameter as people read it: encoded words (not allowed there, and everywhere) decoded."""
    return clean_line(decode_words(value) if "=?" in value else value)


def disposition(part: Part) -> tuple[str, dict[str, str]]:
    """Content-Disposition: "inline", "attachment" or "" (RFC 2183), and its parameters."""
    value = part.first(b"content-disposition")
    if not value:
        return "", {}
    text = _unfolded(value)
    return text.partition(";")[0].strip().lower(), parameters(text)


def untransfer(data: bytes, encoding: bytes) -> tuple[bytes, str]:
    """Content without its transfer encoding (RFC 2045, section 6) and a defect."""
    name = encoding.strip().strip(b'"').split(b";")[0].strip().lower()
    if name in (b"7bit", b"8bit", b"binary", b""):
        return data, ""
    if name == b"quoted-printable":
        return binascii.a2b_qp(data), ""
    if name == b"base64":
        return _from_base64(data)
    if name in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
        files, rest = decode_lines(decode_raw(data).splitlines())
        return (files[0][1], "") if files and not "".join(rest).strip() else (data, "transfer-encoding-wrong")
    return data, "transfer-encoding-unknown"


def _from_base64(data: bytes) -> tuple[bytes, str]:
    rest = data.translate(None, _BASE64)
    if not rest.strip(b"=") and len(rest) <= 2 and data.rstrip().endswith(rest):
        try:
            return binascii.a2b_base64(data), ""
        except binascii.Error:
            pass
    octets = bytearray()
    tail = b""
    waiting = b""
    lines = data.splitlines(keepends=True)
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        odd = not waiting and at and at + 1 < len(lines) and len(line.strip()) % 4
        if odd or not _BASE64_LINE.fullmatch(line):
            tail = b"".join(lines[at:])  # a list footer put under the encoded text, unencoded
            break
        waiting += line.strip().rstrip(b"=")
        whole = len(waiting) - len(waiting) % 4 if b"=" not in line else len(waiting)
        octets += _quads(waiting[:whole])
        waiting = waiting[whole:]
    octets += _quads(waiting)
    if not octets and data.strip():
        return data, "transfer-encoding-wrong"
    return bytes(octets) + (b"\n" + tail if tail.strip() else b""), "base64-repaired"


def _quads(data: bytes) -> bytes:
    if len(data) % 4 == 1:
        data = data[:-1]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def _unfolded(value: bytes) -> str:
    value = FOLD.sub(b" ", value) if b"\n" in value or b"\r" in value else value
    return value.decode("ascii") if value.isascii() else decode_raw(value)


def _repaired_ends(raw: bytes, defects: set[str]) -> bytes:
    """Line ends of old Macs (CR alone) in the header make one long line of it: replaced everywhere."""
    if b"\r" in raw:
        head = raw[: max(raw.find(b"\n\n"), raw.find(b"\n\r\n"), 2000)]
        if _LONE_CR.search(head) and (b"\n" not in head or _LONE_CR.search(head, 0, head.find(b"\n"))):
            defects.add("line-ends-cr")
            return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw


def _message_fields(raw: bytes, defects: set[str], start: int = 0) -> tuple[Fields, int]:
    """Header fields of a message that begins at `start`, and where its body begins."""
    while raw[start : start + 1] in (b"\n", b"\r"):
        start += 1
    envelope = _ENVELOPE.match(raw, start)
    if envelope:
        start = envelope.end()
    if raw[start : start + 1] in (b" ", b"\t"):
        defects.add("header-indented")
        while raw[start : start + 1] in (b" ", b"\t"):
            start += 1
    end = _FIELDS.match(raw, start).end()  # type: ignore[union-attr]  # matches the empty string at least
    if end < len(raw) and raw[end : end + 1] not in (b"\n", b"\r"):
        end = _behind_junk(raw, start, end, defects)
    if end - start > LONGEST_HEADER:
        defects.add("header-long")
    return _split(raw[start:end]), _behind_blank(raw, end)


def _behind_junk(raw: bytes, start: int, junk: int, defects: set[str]) -> int:
    """Where a header with lines that are none really ends: behind the last known field before the next blank line."""
    blank = re.compile(rb"\n\r?\n").search(raw, max(junk - 1, 0))
    stop = blank.start() + 1 if blank else len(raw)
    known = [found.start() for found in _KNOWN.finditer(raw, junk, min(stop, junk + 65_536))]
    if not known:
        defects.add("header-end-missing" if junk > start else "header-missing")
        return junk
    defects.add("damaged-header")
    return _FIELDS.match(raw, known[-1]).end()  # type: ignore[union-attr]


def _behind_blank(raw: bytes, at: int) -> int:
    if raw[at : at + 1] == b"\n":
        return at + 1
    return at + 2 if raw[at : at + 2] == b"\r\n" else at


def _split(head: bytes) -> Fields:
    fields: Fields = {}
    last: list[bytes] | None = None
    for name, value, junk in _FIELD.findall(head):
        if name:
            last = fields.setdefault(name.lower(), [])
            last.append(value)
        elif last is not None:  # a line that lost its indentation belongs to the field above
            last[-1] += b" " + junk
    return fields


class _Open:
    """The multiparts the walk is inside of, innermost last, and the parts whose end it has not seen."""

    def __init__(self) -> None:
        self.boundaries: dict[bytes, int] = {}
        self.owners: list[tuple[bytes, Part]] = []
        self.pending: list[tuple[int, Part]] = []

    def push(self, part: Part, boundary: bytes) -> None:
        self.boundaries[boundary] = len(self.owners)
        self.owners.append((boundary, part))

    def close(self, level: int, stop: int) -> None:
        """Everything inside the multipart number `level` ends here."""
        while self.pending and self.pending[-1][0] > level:
            self.pending.pop()[1].stop = stop
        while len(self.owners) > level + 1:
            del self.boundaries[self.owners.pop()[0]]


def _walk(root: Part, defects: set[str]) -> None:
    """Find all parts below the root, in one pass."""
    raw, state = root.raw, _Open()
    position = _enter(root, state, defects)
    count = 0
    while state.owners:
        at = raw.find(b"\n--", max(position - 1, 0))
        if at < 0:
            break
        end = raw.find(b"\n", at + 1)
        end = len(raw) if end < 0 else end + 1
        position = end
        line = raw[at + 3 : min(end, at + 300)].rstrip()
        level, closes = state.boundaries.get(line), False
        if level is None and line.endswith(b"--"):
            level, closes = state.boundaries.get(line[:-2]), True
        if level is None:
            continue
        if count >= MOST_PARTS and not closes:  # the last part takes the rest
            defects.add("too-many-parts")
            continue
        state.close(level, at - 1 if raw[at - 1 : at] == b"\r" else at)
        if closes:
            state.owners.pop()
            del state.boundaries[line[:-2]]
            continue
        count += 1
        owner = state.owners[min(level, DEEPEST)][1]
        if level > DEEPEST:
            defects.add("too-deep")
            state.owners[level][1].content = b""  # its parts have moved up; what is between them is no text
        part = _child(raw, end, owner)
        owner.children.append(part)
        state.pending.append((level + 1, part))
        position = max(position, _enter(part, state, defects))
    if state.owners:
        defects.add("multipart-not-closed" if root.children else "damaged-multipart")


def _child(raw: bytes, start: int, owner: Part) -> Part:
    end = _FIELDS.match(raw, start).end()  # type: ignore[union-attr]
    default = "message/rfc822" if owner.kind == "multipart/digest" else "text/plain"
    part = Part(raw, _split(raw[start:end]) if end > start else {}, _behind_blank(raw, end), default)
    if end - start > LONGEST_HEADER:
        part.defects.add("header-long")
    return part


def _enter(part: Part, state: _Open, defects: set[str]) -> int:
    """Note what a part opens: a multipart its boundary, an attached message its own header. Returns where to go on."""
    for _ in range(DEEPEST):
        if part.kind.startswith("multipart/"):
            boundary = part.parameters.get("boundary", "").rstrip().encode("utf-8", "surrogateescape")[:250]
            if not boundary or boundary in state.boundaries:
                defects.add("damaged-multipart")
            else:
                state.push(part, boundary)
            return part.start
        if part.kind not in ("message/rfc822", "message/global") or _is_encoded(part):
            return part.start
        if len(state.pending) > DEEPEST * 2:
            defects.add("too-deep")
            return part.start
        fields, start = _message_fields(part.raw, defects, part.start)
        inner = Part(part.raw, fields, start)
        inner.message = True
        part.children.append(inner)
        state.pending.append((len(state.owners), inner))
        part = inner
    defects.add("too-deep")
    return part.start


def _is_encoded(part: Part) -> bool:
    encoding = part.first(b"content-transfer-encoding").strip().lower()
    return encoding in (b"base64", b"quoted-printable")
