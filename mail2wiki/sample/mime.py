"""A composed mail as bytes: headers, encodings, parts. Written by hand, so that every Python writes the same bytes.

It also makes the faults real mail has, where the story asks for them (`broken`, `header_style`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mail2wiki.sample import files
from mail2wiki.sample.compose import DAYS, MONTHS, Look
from mail2wiki.sample.story import Individual, Mail

MAILERS = {
    "outlook": "X-Mailer: Microsoft Outlook 16.0",
    "thunderbird": "User-Agent: Mozilla Thunderbird",
    "apple": "X-Mailer: Apple Mail (2.3774.600.62)",
}


def digest(text: str, length: int) -> str:
    """A fixed hex string for a text, where a mail program would draw one by lot."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def message_id(mail: Mail) -> str:
    """The Message-ID, in the manner of the sender's client."""
    host = mail.sender.address.partition("@")[2]
    client = mail.sender.client.partition("-")[0]
    name = digest(mail.key, 32)
    if client == "outlook":
        return f"<{name.upper()}@EX01.{host}>"
    if client == "gmail":
        return f"<CA+{base64.urlsafe_b64encode(bytes.fromhex(name)).decode().rstrip('=')}@mail.{host}>"
    parts = (name[:8], name[8:12], name[12:16], name[16:20], name[20:])
    return f"<{'-'.join(parts).upper() if client == 'apple' else '-'.join(parts)}@{host}>"


def render(look: Look, chain: list[Mail], store: Mapping[str, dict[str, Any]], reader: Individual | None) -> bytes:
    """The message as it lies in a mailbox, lines ending in LF.

    `chain`: the mails it answers, oldest first. `store`: files.toml. `reader`: whose inbox it lies in (adds the
    Received and Delivered-To lines of that delivery); None for the sender's own copy.
    """
    mail = look.mail
    head = _delivery(mail, reader) if reader else []
    style = mail.more.get("header_style", _style(mail.sender))
    head.append(b"From: " + _address(mail.sender, style))
    for name, some in (("To", mail.to), ("Cc", mail.cc)):
        if some:
            head.append(name.encode() + b": " + b",\n\t".join(_address(person, style) for person in some))
    head.append(b"Subject: " + _encoded(look.subject, style))
    head.append(b"Date: " + _date(mail).encode())
    head.append(b"Message-ID: " + message_id(mail).encode())
    head += _references(mail, chain)
    if mail.sender.client.startswith("outlook"):
        head += _thread_lines(mail, chain, style)
    if mailer := MAILERS.get(mail.sender.client.partition("-")[0]):
        head.append(mailer.encode())
    head += [f"{name}: {value}".encode() for name, value in mail.more.get("headers", {}).items()]
    head.append(b"MIME-Version: 1.0")
    return b"\n".join(head) + b"\n" + _body(look, store)


def _style(person: Individual) -> str:
    return {"outlook": "q", "gmail": "b", "apple": "q"}.get(person.client.partition("-")[0], "b")


def _delivery(mail: Mail, reader: Individual) -> list[bytes]:
    host = reader.address.partition("@")[2]
    number, when = digest(mail.key + reader.key, 10), _rfc_date(mail.date)
    sending = mail.sender.address.partition("@")[2]
    return [
        f"Return-Path: <{mail.more.get('headers', {}).get('X-Bounce', mail.sender.address)}>".encode(),
        f"Delivered-To: {reader.address}".encode(),
        f"Received: from mx.{sending} (mx.{sending} [192.0.2.{25 + len(sending)}])\n\tby mx.{host} (Postfix) "
        f"with ESMTPS id {number}\n\tfor <{reader.address}>; {when}".encode(),
    ]


def _address(person: Individual, style: str) -> bytes:
    if not person.name:
        return person.address.encode()
    name = _encoded(person.name, style)
    if name == person.name.encode("ascii", "replace") and re.search(r"[,.()@]", person.name):
        name = b'"' + name + b'"'
    return name + b" <" + person.address.encode() + b">"


def _encoded(text: str, style: str) -> bytes:
    """A header text: "q", "b" (RFC 2047), "split" (the same, cut inside a letter), "raw8" (Latin-1), "raw" (UTF-8)."""
    if text.isascii():
        return text.encode()
    if style == "raw8":
        return text.encode("latin-1", "replace")
    if style == "raw":
        return text.encode()
    charset = "utf-8"
    if style == "q" and text == text.encode("latin-1", "ignore").decode("latin-1"):
        charset = "iso-8859-1"
    step = 30 if style == "q" else 14
    data = text.encode(charset)
    cuts = _cuts(text, charset, step)
    if style == "split":  # the first word ends inside the first letter that is not ASCII
        inside = next(at for at, byte in enumerate(data) if byte > 127) + 1
        cuts = [0, *range(inside, len(data), 42)]
    words = [data[start:stop] for start, stop in zip(cuts, [*cuts[1:], len(data)], strict=True)]
    if style == "q":
        shown = ["".join(_q(byte) for byte in word) for word in words]
        return "\n ".join(f"=?{charset}?Q?{word}?=" for word in shown).encode()
    return b"\n ".join(b"=?UTF-8?B?" + base64.b64encode(word) + b"?=" for word in words)


def _cuts(text: str, charset: str, step: int) -> list[int]:
    """Byte positions after every `step` characters."""
    return [len(text[:at].encode(charset)) for at in range(0, len(text), step)]


def _q(byte: int) -> str:
    return "_" if byte == 32 else chr(byte) if chr(byte).isalnum() and byte < 128 else f"={byte:02X}"


def _date(mail: Mail) -> str:
    if mail.more.get("broken") == "date":
        day = DAYS["de"][mail.date.weekday()][:2]
        return f"{day}, {mail.date.day} {MONTHS['de'][mail.date.month - 1][:3]} {mail.date:%Y %H:%M:%S}"
    return _rfc_date(mail.date)


def _rfc_date(date: datetime) -> str:
    day, month = DAYS["en"][date.weekday()][:3], MONTHS["en"][date.month - 1][:3]
    return f"{day}, {date.day:02} {month} {date:%Y %H:%M:%S %z}"


def _references(mail: Mail, chain: list[Mail]) -> list[bytes]:
    if not chain or mail.forward or not mail.more.get("references", True):
        return []
    ids = [message_id(other) for other in chain]
    return [f"In-Reply-To: {ids[-1]}".encode(), "References: {}".format("\n ".join(ids)).encode()]


def _thread_lines(mail: Mail, chain: list[Mail], style: str) -> list[bytes]:
    """Thread-Topic and Thread-Index of Outlook: 22 bytes for the conversation, 5 more for each answer ([MS-OXOMSG])."""
    first = chain[0] if chain and not mail.forward else mail
    index = b"\x01" + bytes.fromhex(digest("thread " + first.key, 42))
    for other in [*chain[1:], mail] if first is not mail else []:
        index += bytes.fromhex(digest("answer " + other.key, 10))
    topic = [b"Thread-Topic: " + _encoded(first.subject, style)] if first.subject else []
    return [*topic, b"Thread-Index: " + base64.b64encode(index)]


def _body(look: Look, store: Mapping[str, dict[str, Any]]) -> bytes:
    """The rest of the message from its Content-Type header on."""
    mail = look.mail
    client = mail.sender.client.partition("-")[0]
    kind = mail.more.get("format") or {"outlook": "alternative", "gmail": "alternative", "thunderbird": "flowed"}.get(
        client, "plain"
    )
    seed = mail.key
    plain = _text_part(look.plain, "plain", mail, flowed=kind == "flowed")
    logo = mail.sender.logo and kind in ("html", "alternative")
    if kind in ("html", "alternative"):
        image = '\n<p class=MsoNormal><img width=48 height=24 src="cid:image001.png@01DA"></p>' if logo else ""
        html = _text_part(_page(look.html + image, client), "html", mail)
        if logo:
            html = _multipart("related", seed, [html, _attachment({"name": "image001.png"}, "image001.png@01DA")])
        body = html if kind == "html" else _multipart("alternative", seed, [plain, html])
    else:
        body = plain
    if report := mail.more.get("headers", {}).get("X-Failed-Recipients"):
        status = f"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; {report}\nAction: failed\n"
        return _multipart("report; report-type=delivery-status", seed, [body, status.encode()])
    attached = [_attachment(store[key]) for key in mail.more.get("attach", [])]
    if attached:
        body = _multipart("mixed", seed, [body, *attached])
    if mail.more.get("broken") == "boundary":
        body = body[: body.rindex(b"\n--")]  # cut off by a full disk: the last boundary is missing
    return body


def _multipart(kind: str, seed: str, parts: list[bytes]) -> bytes:
    name, _, parameters = kind.partition("; ")
    mark = f"----=_Part_{digest(seed + name, 16)}"
    extra = f"; {parameters}" if parameters else ""
    head = f'Content-Type: multipart/{name}{extra};\n\tboundary="{mark}"\n\n'.encode()
    return head + b"".join(b"--%s\n%s\n" % (mark.encode(), part) for part in parts) + f"--{mark}--\n".encode()


def _page(html: str, client: str) -> str:
    if client != "outlook":
        return f"<html><head></head><body>{html}</body></html>"
    rule = "p.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt; font-family:Calibri,sans-serif;}"
    style = f"<style><!--\n{rule}\n--></style>"
    space = 'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"'
    return f'<html {space}><head>{style}</head><body lang=DE><div class="WordSection1">\n{html}\n</div></body></html>'


def _text_part(text: str, subtype: str, mail: Mail, flowed: bool = False) -> bytes:
    charset = mail.more.get("charset", mail.sender.charset)
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    if flowed:
        text = "\n".join(_flow(line) for line in text.split("\n"))
    encoding = mail.more.get("encoding") or ("quoted-printable" if subtype == "html" or not text.isascii() else "8bit")
    data = (text + "\n").encode(charset)
    if encoding == "quoted-printable":
        data = binascii.b2a_qp(data, istext=True)
    elif encoding == "base64":
        data = base64.encodebytes(data)
    parameters = f"charset={charset}" + ("; format=flowed" if flowed else "")
    return f"Content-Type: text/{subtype}; {parameters}\nContent-Transfer-Encoding: {encoding}\n\n".encode() + data


def _flow(line: str, width: int = 72) -> str:
    """One line as format=flowed (RFC 3676): cut behind a space, space-stuffed; quoted lines are left alone."""
    if line.startswith(">") or line == "-- ":
        return line
    out = []
    while len(line) > width and (cut := line.rfind(" ", 0, width)) > 0:
        out.append(line[: cut + 1])
        line = line[cut + 1 :]
    out.append(line)
    return "\n".join(" " + part if part.startswith((" ", "From ", ">")) else part for part in out)


def _attachment(entry: dict[str, Any], content_id: str = "") -> bytes:
    data, media_type = files.build(entry)
    name = entry["name"]
    if name.isascii():
        shown, star = f'name="{name}"', f'filename="{name}"'
    else:
        quoted = "".join(
            chr(b) if (chr(b).isalnum() and b < 128) or chr(b) in "-_." else f"%{b:02X}" for b in name.encode()
        )
        shown, star = f'name="{_encoded(name, "b").decode()}"', f"filename*=utf-8''{quoted}"
    where = f"inline; {star}\nContent-ID: <{content_id}>" if content_id else f"attachment; {star}"
    head = f"Content-Type: {media_type}; {shown}\nContent-Disposition: {where}\nContent-Transfer-Encoding: base64\n\n"
    return head.encode() + base64.encodebytes(data)
