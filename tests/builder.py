"""The one builder of test mail: `message(...)` gives a message's bytes, `mbox(...)` and `maildir(...)` a mailbox;
`wiki_files(...)` what an export made of it.

Everything has a default and nothing depends on the clock or on chance: the same call gives the same bytes.
"""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Iterable, Mapping, Sequence
from email.header import Header
from hashlib import sha256
from pathlib import Path

File = tuple[str, str, bytes]
"""An attachment: name, media type, content."""

Headers = Mapping[str, str] | Sequence[tuple[str, str]]


def message(
    subject: str = "Prüfstand Halle 3",
    sender: str = "Anna Beispiel <anna@firma.example>",
    to: str = "Bernd Muster <bernd@firma.example>",
    body: str | bytes | None = "Guten Tag,\n\nder Prüfstand läuft.\n",
    html: str | None = None,
    attachments: Sequence[File] = (),
    headers: Headers = (),
    *,
    cc: str = "",
    date: str = "Mon, 06 May 2024 10:00:00 +0200",
    message_id: str | None = None,
    in_reply_to: str = "",
    references: str = "",
    charset: str = "utf-8",
    raw_headers: bytes = b"",
    line_end: str = "\n",
) -> bytes:
    """One message. `""` leaves a header out; `headers` come behind the usual ones and replace those of the same name.

    `message_id=None` derives one from the content. Non-ASCII header values are encoded as RFC 2047 says; who wants them
    raw gives `raw_headers`. `body` as bytes is taken as it is; with `html` the message is multipart/alternative (only
    HTML if `body` is None), with `attachments` multipart/mixed.
    """
    extra = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
    part = _content(body, html, attachments, charset)
    if message_id is None:
        seed = "\n".join((subject, sender, to, cc, date, in_reply_to, repr(extra))).encode() + raw_headers + part
        message_id = f"<{sha256(seed).hexdigest()[:16]}@firma.example>"
    usual = [
        ("Message-ID", message_id),
        ("Date", date),
        ("From", sender),
        ("To", to),
        ("Cc", cc),
        ("Subject", subject),
        ("In-Reply-To", in_reply_to),
        ("References", references),
        ("MIME-Version", "1.0"),
    ]
    replaced = {name.lower() for name, _ in extra}
    lines = [f"{name}: {_encoded(value)}" for name, value in usual if value and name.lower() not in replaced]
    lines += [f"{name}: {_encoded(value)}" for name, value in extra]
    if "content-type" in replaced:
        part = part.partition(b"\n\n")[2]
        data = "\n".join(lines).encode() + b"\n" + raw_headers + b"\n" + part
    else:
        data = "\n".join(lines).encode() + b"\n" + raw_headers + part
    return data if line_end == "\n" else data.replace(b"\n", line_end.encode())


def multipart(subtype: str, parts: Iterable[bytes], boundary: str = "grenze", parameters: str = "") -> bytes:
    """A multipart entity (header, blank line, parts) out of entities; the parts are taken as they are."""
    joined = b"".join(b"--%s\n%s\n" % (boundary.encode(), part) for part in parts)
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"{parameters}\n\n'
    return head.encode() + joined + b"--%s--\n" % boundary.encode()


def entity(media_type: str, content: bytes, *headers: str) -> bytes:
    """One MIME part: its header and, after a blank line, the content as it is."""
    return "\n".join((f"Content-Type: {media_type}", *headers)).encode() + b"\n\n" + content


def attachment(name: str, media_type: str, data: bytes) -> bytes:
    """A part with `Content-Disposition: attachment` in base64."""
    name = str(Header(name, "utf-8").encode()) if not name.isascii() else name
    disposition = f'Content-Disposition: attachment; filename="{name}"'
    return entity(media_type, encodebytes(data), disposition, "Content-Transfer-Encoding: base64")


def mbox(messages: Iterable[bytes], path: Path) -> Path:
    """Write an mboxrd file: a "From " line before each message, one level of `>` before its own "From " lines."""
    with open(path, "wb") as file:
        for data in messages:
            lines = data.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
            quoted = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
            file.write(b"From anna@firma.example Mon May  6 10:00:00 2024\n" + b"\n".join(quoted) + b"\n\n")
    return path


def maildir(messages: Iterable[bytes], path: Path, folder: str = "") -> Path:
    """Write a Maildir (or, with `folder`, one folder of a Maildir++) and return its root."""
    place = path / f".{folder}" if folder else path
    for name in ("cur", "new", "tmp"):
        (place / name).mkdir(parents=True, exist_ok=True)
        if folder:
            (path / name).mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(messages):
        (place / "cur" / f"17000000{number:02d}.M{number}P1.host:2,S").write_bytes(data)
    return path


def wiki_files(out: Path) -> dict[str, bytes]:
    """Every file of the wiki in OUT by its path."""
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted((out / "wiki").rglob("*")) if p.is_file()}


def _content(body: str | bytes | None, html: str | None, attachments: Sequence[File], charset: str) -> bytes:
    parts = []
    if body is not None:
        parts.append(_text("plain", body, charset))
    if html is not None:
        parts.append(_text("html", html, charset))
    whole = multipart("alternative", parts, "grenze-alternative") if len(parts) > 1 else b"".join(parts)
    if attachments:
        files = [attachment(*file) for file in attachments]
        whole = multipart("mixed", [whole, *files] if whole else files, "grenze-mixed")
    return whole or b"\n"


def _text(subtype: str, text: str | bytes, charset: str) -> bytes:
    data = text if isinstance(text, bytes) else text.encode(charset)
    return entity(f"text/{subtype}; charset={charset}", data, "Content-Transfer-Encoding: 8bit")


def _encoded(value: str) -> str:
    if value.isascii():
        return value
    words = [Header(word, "utf-8").encode() if not word.isascii() else word for word in value.split(" ")]
    return " ".join(words).replace("?= =?", "?= =?utf-8?q?_?= =?")
