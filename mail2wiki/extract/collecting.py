"""What a walk over the parts of one message brings together: its text, attached messages, files, signals.

Each part goes to one place: the text, a section of its own below a header block (attached messages), or a file. It
refuses to drop a part: what is neither is kept as a file.
"""

from __future__ import annotations

import re
from hashlib import sha256

from mail2wiki.extract import (
    answers,
    armour,
    attachments,
    body,
    cms,
    headers,
    mime,
    quotes,
    signs,
    uuencode,
    wrapped_subject,
)
from mail2wiki.extract.body import Piece
from mail2wiki.extract.charsets import clean, clean_line
from mail2wiki.extract.compound import MAGIC
from mail2wiki.extract.mime import Part
from mail2wiki.extract.words import decoded, unfold
from mail2wiki.records import HEADER, NEW, QUOTED, Attachment, Body

_SIGNATURES = frozenset(("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"))
_MESSAGES = frozenset(("message/rfc822", "message/global"))
_TNEF = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_PRIVATE_EVENT = re.compile(rb"(?im)^class[ \t]*:[ \t]*private[ \t]*\r?$")
"""RFC 5545, 3.8.1.3: Outlook's and Google's "private" box of an appointment."""

MOST_NESTED = 200
"""Attached messages whose text is joined; further ones are attachments only."""


MOST_COPIED = 100_000_000
"""Bytes of attached messages kept as files: one in another holds it once more, so that depth multiplies size."""

MOST_OPENED = 20
"""Signed objects whose content is read; one around the other has been seen three deep."""

MOST_COMPARED = 20
"""Pieces of text an HTML part beside them is compared with."""


class Collected:
    """What a walk over the parts brings together: text, attached messages, files, signals."""

    def __init__(self, defects: set[str]) -> None:
        self.defects = defects
        self.signals: set[str] = set()
        self.sections: list[tuple[list[str], list[Piece]]] = [([], [])]  # (header block, text); first the message's own
        self.attachments: dict[Attachment, None] = {}
        self.files: dict[str, bytes] = {}
        self.nested: list[str] = []
        self._hidden: set[int] = set()
        self._opened = 0  # signed objects
        self._copied = 0  # bytes of attached messages

    def run(self, root: Part) -> None:
        """Take every part, in order. Parts of an attached message go to its section."""
        todo: list[tuple[Part, int]] = [(root, 0)]
        while todo:
            part, section = todo.pop()
            if id(part) in self._hidden:
                continue
            if part.kind in _MESSAGES and (part.children or part.data()):
                inner = self._attached_message(part)
                if inner is not None:
                    todo.append((inner, len(self.sections) - 1))
            elif part.children:
                todo.extend((child, section) for child in reversed(self._shown(part, section)))
            else:
                todo += self._leaf(part, section, whole=part is root)
            self.defects.update(part.defects)

    def _shown(self, part: Part, section: int) -> list[Part]:
        if part.kind == "multipart/alternative":
            self._hidden |= body.losers(part)
        elif part.kind == "multipart/signed":
            self.signals.add("signed")
        elif part.kind == "multipart/encrypted":
            self._encrypted(section)
        return part.children

    def _leaf(self, part: Part, section: int, whole: bool) -> list[tuple[Part, int]]:
        """Take a part that has none below it. Returns what was found inside it: (part, section) to go on with."""
        if part.kind in _SIGNATURES:
            self.signals.add("signed")
        elif part.kind == "application/pgp-encrypted":
            self.signals.add("encrypted")
        elif (body.is_text(part) or part.kind.startswith("multipart/")) and self._is_shown(part, section, whole):
            self._text(part, section)
            if part.kind.startswith("multipart/") and part.data().strip():
                self.defects.add("multipart-empty")  # no boundary line: what there is, is text
        elif part.kind in _TNEF:
            self._tnef(part, section)
        else:
            opaque = self._opaque(part, section) if cms.is_opaque(part) else None
            if opaque:
                return [(opaque, section)]
            kind = self._attach(part)
            if part.data()[:8] == MAGIC or kind in _MESSAGES:
                return self._attached_file(part)
        return []

    def _is_shown(self, part: Part, section: int, whole: bool) -> bool:
        """Inline text joins the text; what has a name is a file, unless it is all there is."""
        place, options = mime.disposition(part)
        if whole:
            return True
        if place == "attachment":
            return False
        named = options.get("filename") or part.parameters.get("name")
        return not named or not any(piece.lines for piece in self.sections[section][1])

    def _text(self, part: Part, section: int) -> None:
        pieces = self.sections[section][1]
        if part.kind == "text/html" or _is_page(part):
            alone = not any(piece.lines for piece in pieces)
            if alone or len(pieces) > MOST_COMPARED or not body.repeats(part, pieces):
                self._page(body.text_of(part), pieces)
            return
        lines = body.lines_of(part)
        if "begin " in (text := "\n".join(lines)):
            files, lines = uuencode.decode_lines(lines)
            for name, content in files:
                self._keep(attachments.clean_name(name), content)
        if "-----BEGIN PGP" in text:
            bared = armour.bare(lines)
            lines = body.trimmed(bared.lines)
            self.signals |= {"signed"} if bared.signed else set()
            self.signals |= {"encrypted"} if bared.encrypted else set()
            for name, kind, content in bared.files:
                self._record(attachments.record(name, kind, content), content)
        pieces.append(Piece(lines, "plain"))

    def _page(self, page: str, pieces: list[Piece]) -> None:
        from mail2wiki.extract import html

        lines, defects = html.to_lines(page)
        self.defects.update(defects)
        lines = body.trimmed([line if line.strip() else "" for line in lines])  # two spaces at an end are a line break
        pieces.append(
            Piece(lines, "markdown", html.colours(page) if "color" in page and answers.announcement(lines) else {})
        )

    def _attached_message(self, part: Part) -> Part | None:
        """Keep an attached message as a file and open a section for its text. Returns its outermost part."""
        inner = part.children[0] if part.children else None
        if inner is not None and self._is_too_much(part.stop - part.start):
            self.sections.append((_header_block(inner), []))  # its text; as a file it is in the message around it
            return inner
        content = part.data()
        if inner is None or len(self.sections) > MOST_NESTED:
            inner = None
            if len(self.sections) <= mime.DEEPEST:
                inner, defects = mime.read(content)  # in a transfer encoding, which RFC 2046 forbids
                self.defects |= defects
            else:
                self.defects.add("too-deep")
        name = clean_line(decoded(inner.first(b"subject")))[:80] if inner is not None else ""
        record = attachments.attachment(part, content, (name or "message") + ".eml")
        self._record(record, content)
        self.nested.append(record.sha256)
        if inner is not None:
            self.sections.append((_header_block(inner), []))
        return inner

    def _is_too_much(self, size: int) -> bool:
        self._copied += size
        if self._copied > MOST_COPIED:
            self.defects.add("too-deep")
        return self._copied > MOST_COPIED

    def _attached_file(self, part: Part) -> list[tuple[Part, int]]:
        """Open a section for the text of a message attached as a file, `.msg` or `.eml`; the file is kept already."""
        from mail2wiki.extract import msg

        content = part.data()
        if len(self.sections) > mime.DEEPEST or (content[:8] == MAGIC and not msg.is_message(content)):
            return []
        if self._is_too_much(len(content)):
            return []  # a file like any other, not looked into
        inner, defects = msg.read(content) if content[:8] == MAGIC else mime.read(content)
        if "header-missing" in defects or not inner.fields:
            return []
        self.defects |= defects
        if content[:8] == MAGIC and defects:
            return []
        self.nested.append(sha256(content).hexdigest())
        self.sections.append((_header_block(inner), []))
        return [(inner, len(self.sections) - 1)]

    def _tnef(self, part: Part, section: int) -> None:
        from mail2wiki.extract import tnef

        found = tnef.read(part.data())
        if found is None:
            self.defects.add("tnef-unreadable")
            self._attach(part)
            return
        for name, content in found.files:
            self._keep(attachments.clean_name(name), content)
        pieces = self.sections[section][1]
        if any(piece.lines for piece in pieces):
            return
        if found.text.strip():
            pieces.append(Piece(body.trimmed([line.rstrip() for line in clean(found.text).split("\n")]), "plain"))
        elif found.page.strip():
            self._page(clean(found.page), pieces)

    def _opaque(self, part: Part, section: int) -> Part | None:
        """A smime.p7m (RFC 8551, 3.5): the entity that was signed, to be read instead; None where it stays a file."""
        found = cms.read(part.data())
        says = part.parameters.get("smime-type", "").lower()
        if found is None:
            self.defects.add("smime-unreadable")
        elif found.kind == cms.SIGNED:
            self.signals.add("signed")
            if found.data is None:
                return None
            self._opened += 1
            if self._opened <= MOST_OPENED:
                inner, defects = mime.read(found.data)
                self.defects |= defects
                return inner
            self.defects.add("too-deep")
        if section == 0 and (found.kind == cms.ENCRYPTED if found else says in ("", "enveloped-data")):
            self._encrypted(section)
        return None

    def _encrypted(self, section: int) -> None:
        self.signals.add("encrypted")
        self.sections[section][1].append(Piece([armour.ENCRYPTED_LINE], "plain"))

    def _attach(self, part: Part) -> str:
        content = part.data()
        record = attachments.attachment(part, content)
        self._record(record, content)
        if part.kind == "text/calendar":
            method = clean_line(part.parameters.get("method", "publish"))[:20].lower()
            self.signals |= {"content-type:calendar", f"calendar:{method}"}
            if _PRIVATE_EVENT.search(content):
                self.signals.add("calendar-class:private")
        return record.media_type

    def _keep(self, name: str, content: bytes) -> None:
        kind = attachments.media_type("application/octet-stream", name, content)
        self._record(attachments.record(name or "attachment" + attachments.extension(kind), kind, content), content)

    def _record(self, record: Attachment, content: bytes) -> None:
        if record not in self.attachments:
            self.attachments[record] = None
            self.files[record.sha256] = content

    def body(self, writer: str, subject: str = "") -> Body:
        """All sections as one body with its marks: attached messages are somebody's text, below a header block."""
        parts = [(block, body.join(pieces or [Piece([], "plain")])) for block, pieces in self.sections]
        kind = "markdown" if any(text.kind == "markdown" for _, text in parts) else "plain"
        lines: list[str] = []
        marks = ""
        for block, text in parts:
            own = quotes.unglue(body.as_kind(text, kind) if kind == "markdown" else signs.usual(text.lines))
            if text.colours and not block:
                own, marked = answers.take_out(own, quotes.mark(own, kind, writer), text.colours)
                lines, marks = [*lines, *own], marks + marked
            elif block:
                head = ["", *body.as_kind(Piece(block, "plain"), kind), ""]
                lines += head + own
                marks += "b" + HEADER * len(block) + "b" + quotes.mark(own, kind).replace(NEW, QUOTED)
            else:
                lines += own
                marks += quotes.mark(own, kind, writer)
        if "hq" in marks or "hn" in marks:
            marks = wrapped_subject.mark(lines, marks, subject)
        return Body(tuple(lines), marks, kind)


def _is_page(part: Part) -> bool:
    return part.data()[:200].lstrip()[:1] == b"<" and body.is_source(body.text_of(part))


def _header_block(part: Part) -> list[str]:
    """The header of an attached message as clients write it above forwarded text."""
    fields = part.fields
    values = [
        ("From", decoded(part.first(b"from"))),
        ("Date", clean_line(unfold(part.first(b"date")))),
        ("To", decoded(part.first(b"to"))[:500]),
        ("Subject", headers.subject(fields, set())),
        ("Sensitivity", clean_line(unfold(part.first(b"sensitivity")))),
    ]
    return [f"{name}: {value}" for name, value in values if value] or ["Subject: "]
