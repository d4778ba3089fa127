"""Outlook's `.msg` ([MS-OXMSG]): the same message as MIME, which the one reader of MIME then reads.

Where Outlook kept the header the message came with, that is its header; what is missing there is written from the
properties. Addresses of people inside an organisation are their SMTP ones, not the X.500 names of Exchange. It refuses
to lose what it cannot read: of a damaged file, or of an object that only Office can open, the `.msg` itself is an
attachment.
"""

from __future__ import annotations

import re
import struct
from base64 import b64encode, encodebytes
from email.utils import formatdate
from hashlib import sha256
from mmap import mmap
from typing import NamedTuple

from mail2wiki.extract import mapi, mime
from mail2wiki.extract import rtf as rich
from mail2wiki.extract.charsets import clean_line
from mail2wiki.extract.compound import MAGIC, STORAGE, STREAM, Compound, Entry
from mail2wiki.extract.mime import Fields, Part

MOST_INSIDE = 10_000
"""Recipients and attachments of one message."""
DEEPEST = 50
"""Messages embedded in each other; deeper ones are in the attached file only."""

_CLASS, _SUBJECT, _SUBMITTED, _DELIVERED, _HEADERS = 0x001A, 0x0037, 0x0039, 0x0E06, 0x007D
_AUTHOR = ((0x0042, 0x0064, 0x0065, 0x5D02), (0x0C1A, 0x0C1E, 0x0C1F, 0x5D01))  # in whose name it was sent; who sent it
_RECIPIENT = (0x3001, 0x3002, 0x3003, 0x39FE)  # name, kind of address, address, SMTP address
_RECIPIENT_KIND = 0x0C15
_CONVERSATION = 0x0071
_PAGE_INTERNET, _PAGE_MESSAGE = 0x3FDE, 0x3FFD
_METHOD, _TAG, _CONTENT_ID, _TITLE = 0x3705, 0x370E, 0x3712, 0x3001
_IDS = ((b"message-id", 0x1035), (b"in-reply-to", 0x1042), (b"references", 0x1039))
_IMPORTANCE, _SENSITIVITY = 0x0017, 0x0036
_LEVELS = {
    _IMPORTANCE: (b"importance", {2: "high"}),
    _SENSITIVITY: (b"sensitivity", {1: "Personal", 2: "Private", 3: "Company-Confidential"}),
}
_KINDS = {0: b"to", 1: b"to", 2: b"cc"}  # 3, blind copies: an embedded message becomes a file that others may see
_CLASSES = (
    # what a class of message ([MS-OXOMSG]) begins and ends with -> what its header would say
    (re.compile(r"report\..*\.(?:ndr|dr)$", re.I), b"content-type", 'multipart/report; report-type="delivery-status"'),
    (re.compile(r"report\..*\.ipn", re.I), b"content-type", 'multipart/report; report-type="disposition-notification"'),
    (re.compile(r"ipm\.note\.rules\.(?:oof|reply)template", re.I), b"auto-submitted", "auto-replied"),
)
_STREAM_NAME = re.compile(r"__substg1\.0_([0-9a-f]{4})([0-9a-f]{4})")
_PROPERTIES = "__properties_version1.0"
_GREETING = re.compile(rb"\s*Microsoft Mail Internet Headers[^\n]*\n")  # stands above the header in old Outlooks
_EPOCH = 11_644_473_600  # seconds from 1601, where Windows begins, to 1970
_EMBEDDED = 5


class _Object(NamedTuple):
    """A message, recipient or attachment: its numbers, and where its texts and bytes are."""

    numbers: dict[int, int]
    streams: dict[int, tuple[int, Entry]]  # property -> (type, stream)
    storages: dict[str, Entry]


def is_message(data: bytes | mmap) -> bool:
    """Is this a compound file with a message in it, not a document of Office?"""
    return data[:8] == MAGIC and data.find(_PROPERTIES.encode("utf-16-le")) >= 0


def read(raw: bytes) -> tuple[Part, set[str]]:
    """The same as `mime.read`, for a `.msg` file."""
    try:
        written, defects = as_mime(raw)
    except (ValueError, struct.error, IndexError):
        written, defects = b"", {"msg-unreadable"}
    root, _ = mime.read(written)
    if defects:
        root = _with_file(root, raw)
    return root, defects


def as_mime(raw: bytes) -> tuple[bytes, set[str]]:
    """The message as MIME, raw 8-bit, and defects. Raises ValueError where nothing can be read."""
    box = Compound(raw)
    reader = _Reader(box, sha256(raw).hexdigest()[:24])
    return reader.message(), reader.defects | ({"msg-damaged"} if box.damaged else set())


def _with_file(root: Part, raw: bytes) -> Part:
    """A message and, attached to it, the file it was read from."""
    whole = Part(b"", root.fields, 0)
    whole.message, whole.kind = True, "multipart/mixed"
    root.message, root.fields = False, {name: root.fields[name] for name in root.fields if name.startswith(b"content-")}
    head = {
        b"content-type": [b"application/vnd.ms-outlook"],
        b"content-disposition": [b'attachment; filename="message.msg"'],
    }
    file = Part(raw, head, 0)
    whole.children = [root, file]
    return whole


class _Reader:
    """Goes through a `.msg`. `mark` begins every boundary: the file's own hash, so that nothing in it can hold it."""

    def __init__(self, box: Compound, mark: str) -> None:
        self.box, self.mark, self.defects = box, mark, set[str]()
        self._boundaries = 0

    def message(self) -> bytes:
        """The outermost message. Embedded ones are found from the outside in and written from the inside out."""
        found = [_Embedded(self._object(self.box.entries[0], 32), 0)]
        if not found[0].object.streams and not found[0].object.numbers:
            raise ValueError("no message")
        for whole in found:  # grows while it is walked
            inside = sorted(whole.object.storages.items())
            if len(inside) > MOST_INSIDE:
                self.defects.add("too-many-parts")
            for name, storage in inside[:MOST_INSIDE]:
                if name.startswith("__attach"):
                    self._attachment(whole, self._object(storage, 8), found)
                elif name.startswith("__recip"):
                    whole.recipients.append(self._object(storage, 8))
        for whole in reversed(found):
            whole.written = self._written(whole)
        return found[0].written

    def _attachment(self, whole: _Embedded, file: _Object, found: list[_Embedded]) -> None:
        inner = file.storages.get(f"__substg1.0_{mapi.FILE_DATA:04x}{mapi.OBJECT:04x}")
        embedded = None
        if inner and file.numbers.get(_METHOD) == _EMBEDDED and whole.depth < DEEPEST:
            embedded = _Embedded(self._object(inner, 24), whole.depth + 1)
            found.append(embedded)
        elif inner or mapi.FILE_DATA not in file.streams:
            self.defects.add("msg-object" if whole.depth < DEEPEST else "too-deep")
            return
        whole.attachments.append((file, embedded))

    def _object(self, storage: Entry, head: int) -> _Object:
        """The properties of one storage; `head`: bytes before its table of them ([MS-OXMSG], 2.4.1)."""
        numbers: dict[int, int] = {}
        streams: dict[int, tuple[int, Entry]] = {}
        storages: dict[str, Entry] = {}
        for name, entry in self.box.inside(storage).items():
            named = _STREAM_NAME.fullmatch(name)
            if entry.kind == STORAGE:
                storages[name] = entry
            elif named and entry.kind == STREAM:
                id, kind = int(named[1], 16), int(named[2], 16)
                if id not in streams or kind == mapi.UNICODE:
                    streams[id] = kind, entry
            elif name == _PROPERTIES:
                table = self.box.read(entry)
                for at in range(head, len(table) - 15, 16):
                    kind, id, _, value = struct.unpack_from("<HHIQ", table, at)
                    if kind in mapi.FIXED:
                        numbers[id] = value & 0xFFFFFFFF if mapi.FIXED[kind] == 4 else value
        return _Object(numbers, streams, storages)

    def _text(self, object: _Object, id: int, page: str) -> str:
        kind, entry = object.streams.get(id, (0, None))
        if entry is None:
            return ""
        value = self.box.read(entry)
        return mapi.unicode(value) if kind == mapi.UNICODE else mapi.text(value, page)

    def _bytes(self, object: _Object, id: int) -> bytes:
        entry = object.streams.get(id, (0, None))[1]
        return self.box.read(entry) if entry else b""

    def _written(self, whole: _Embedded) -> bytes:
        """One message: its header, its text in all forms it has, its attachments."""
        numbers = whole.object.numbers
        page = mapi.charset(numbers.get(_PAGE_MESSAGE) or numbers.get(_PAGE_INTERNET, 0))
        fields = self._fields(whole, page)
        texts = self._texts(whole.object, page)
        parts = [self._multipart("alternative", texts)] if len(texts) > 1 else texts
        parts += [self._file(file, inner, page) for file, inner in whole.attachments]
        kind = fields.pop(b"content-type", [b""])[0]
        subtype = kind.decode("utf-8", "replace").removeprefix("multipart/") or "mixed"
        head = b"".join(b"%s: %s\n" % (name, value) for name, values in fields.items() for value in values)
        return head + b"MIME-Version: 1.0\n" + self._multipart(subtype, parts or [_entity("text/plain", b"")])

    def _fields(self, whole: _Embedded, page: str) -> Fields:
        """The header: as it came, completed from the properties."""
        object = whole.object
        came = self._text(object, _HEADERS, page).encode("utf-8", "replace").replace(b"\r", b"")
        fields = mime.fields(_GREETING.sub(b"", came, count=1))
        kind = mime.content_type(fields[b"content-type"][0])[0] if b"content-type" in fields else ""
        report = fields[b"content-type"] if kind == "multipart/report" else []
        fields = {name: values for name, values in fields.items() if not name.startswith((b"content-", b"mime-"))}
        for name, value in self._known(whole, page):
            if value and name not in fields:
                fields[name] = [value.encode("utf-8", "replace")]
        if report:
            fields[b"content-type"] = [b"multipart/report; report-type=" + _report_type(report[0])]
        return fields

    def _known(self, whole: _Embedded, page: str) -> list[tuple[bytes, str]]:
        """Header fields as the properties have them."""
        object = whole.object
        known = [(b"subject", clean_line(self._text(object, _SUBJECT, page)))]
        names = [self._address(object, ids, page) for ids in _AUTHOR]
        known.append((b"from", names[0] or names[1]))
        if names[0] and names[1] and names[0].rpartition("<")[2] != names[1].rpartition("<")[2]:
            known.append((b"sender", names[1]))
        people: dict[bytes, list[str]] = {}
        for recipient in whole.recipients:
            field = _KINDS.get(recipient.numbers.get(_RECIPIENT_KIND, 1) & 15)
            if field:
                people.setdefault(field, []).append(self._address(recipient, _RECIPIENT, page))
        known += [(name, ", ".join(filter(None, found))) for name, found in people.items()]
        ticks = object.numbers.get(_SUBMITTED) or object.numbers.get(_DELIVERED)
        seconds = ticks // 10_000_000 - _EPOCH if ticks else 0
        known.append((b"date", formatdate(seconds) if 0 < seconds < 1 << 32 else ""))
        known += [(name, clean_line(self._text(object, id, page))) for name, id in _IDS]
        known.append((b"thread-index", b64encode(self._bytes(object, _CONVERSATION)).decode()))
        for id, (name, values) in _LEVELS.items():
            known.append((name, values.get(object.numbers.get(id, 0), "")))
        kind = self._text(object, _CLASS, page)
        known += [(name, value) for pattern, name, value in _CLASSES if pattern.match(kind)]
        return known

    def _address(self, object: _Object, ids: tuple[int, int, int, int], page: str) -> str:
        """`"Name" <address>` of one person; the address is SMTP, or missing."""
        name, kind, address, smtp = (clean_line(self._text(object, id, page)) for id in ids)
        if "@" not in smtp:
            smtp = address if "@" in address and kind.upper() != "EX" else ""
        if not name and not smtp:
            return ""
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{re.sub("[<>,;]", "", smtp)}>'

    def _texts(self, object: _Object, page: str) -> list[bytes]:
        """The forms of the text as parts, plain first; RTF only where there is nothing else."""
        texts = []
        plain = self._text(object, mapi.BODY, page)
        kind, entry = object.streams.get(mapi.HTML, (0, None))
        html = self.box.read(entry) if entry else b""
        label = mapi.charset(object.numbers.get(_PAGE_INTERNET, 0)) if object.numbers.get(_PAGE_INTERNET) else page
        if kind == mapi.UNICODE:
            html, label = mapi.unicode(html).encode("utf-8", "replace"), "utf-8"
        if not plain.strip() and not html.strip():
            plain = rich.text(rich.decompressed(self._bytes(object, mapi.RTF)))
        if plain.strip():
            texts.append(_entity('text/plain; charset="utf-8"', plain.encode("utf-8", "replace")))
        if html.strip():
            texts.append(_entity(f'text/html; charset="{label}"', html.rstrip(b"\0")))
        return texts

    def _file(self, file: _Object, inner: _Embedded | None, page: str) -> bytes:
        if inner:
            return b"Content-Type: message/rfc822\n\n" + inner.written
        data = self._bytes(file, mapi.FILE_DATA)
        kind = clean_line(self._text(file, _TAG, page)).lower()
        if kind == "multipart/signed" and data[:200].lower().lstrip().startswith(b"content-type:"):
            return data  # a signed message whole, as [MS-OXOSMIME] keeps it
        names = (self._text(file, id, page) for id in (mapi.FILE_LONG_NAME, mapi.FILE_NAME, _TITLE))
        name = next((name for name in map(clean_line, names) if name), "")
        content_id = re.sub(r"[<>\s]", "", self._text(file, _CONTENT_ID, page))
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        place = "inline" if content_id and kind.startswith("image/") else "attachment"
        lines = [f'Content-Disposition: {place}; filename="{quoted}"', "Content-Transfer-Encoding: base64"]
        lines += [f"Content-ID: <{content_id}>"] if content_id else []
        safe = kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) and not kind.startswith("multipart/") else ""
        return _entity(safe or "application/octet-stream", encodebytes(data), *lines)

    def _multipart(self, subtype: str, parts: list[bytes]) -> bytes:
        self._boundaries += 1
        mark = f"{self.mark}-{self._boundaries}".encode()
        joined = b"".join(b"--%s\n%s\n" % (mark, part) for part in parts)
        return b'Content-Type: multipart/%s; boundary="%s"\n\n%s--%s--\n' % (subtype.encode(), mark, joined, mark)


class _Embedded:
    """A message on its way to MIME."""

    def __init__(self, object: _Object, depth: int) -> None:
        self.object, self.depth = object, depth
        self.recipients: list[_Object] = []
        self.attachments: list[tuple[_Object, _Embedded | None]] = []
        self.written = b""


def _entity(kind: str, content: bytes, *lines: str) -> bytes:
    head = "\n".join((f"Content-Type: {kind}", *lines))
    return head.encode("utf-8", "replace") + b"\n\n" + content


def _report_type(value: bytes) -> bytes:
    name = mime.content_type(value)[1].get("report-type", "delivery-status")
    return re.sub(r"[^\w-]", "", name).encode("ascii", "replace")
