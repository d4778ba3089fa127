"""What a mail of the story says and looks like: its text with signature and quotes, as plain text and as HTML.

The quoting habits are those of the clients (people.toml, `client`): Outlook, Thunderbird, Gmail and Apple Mail, German
and English, as current versions write them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from mail2wiki.sample.story import Individual, Mail

DAYS = {
    "de": ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
MONTHS = {
    "de": re.findall(r"\S+", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    "en": re.findall(r"\S+", "January February March April May June July August September October November December"),
}
HEADS = {
    "de": ("Von", "Gesendet", "An", "Cc", "Betreff"),
    "en": ("From", "Sent", "To", "Cc", "Subject"),
}
ORIGINAL = {"de": "-----Ursprüngliche Nachricht-----", "en": "-----Original Message-----"}


@dataclass(frozen=True, slots=True)
class Look:
    """A mail as composed: its subject and both of its texts, quotes included."""

    mail: Mail
    subject: str
    plain: str
    html: str


def compose(mail: Mail, parent: Look | None) -> Look:
    """The mail as its writer's client would put it together, answering or forwarding `parent`."""
    client, _, language = mail.sender.client.partition("-")
    own = mail.text
    if mail.more.get("sign", True) and mail.sender.signature:
        mark = "-- \n" if client in ("thunderbird", "gmail") else ""
        own += f"\n\n{mark}{mail.sender.signature}"
    quote = mail.more.get("quote", "full")
    subject = mail.subject or _subject(mail, parent, client, language)
    if parent is None or quote == "none":
        plain, html = own, _html(own, client)
    elif quote == "inline":
        head = _attribution(parent.mail, client, language)
        plain, html = f"{head}{_gap(client)}{own}", f"<div>{escape(head)}</div>\n{_html(own, client)}"
    else:
        plain, html = _with_quote(mail, own, parent, client, language)
    if footer := mail.more.get("plain_footer"):
        plain += "\n\n" + footer.strip("\n")
    return Look(mail, subject, plain, html)


def _subject(mail: Mail, parent: Look | None, client: str, language: str) -> str:
    before = parent.subject if parent else ""
    if mail.forward:
        prefix = {"outlook-de": "WG: ", "outlook-en": "FW: "}.get(f"{client}-{language}", "Fwd: ")
    else:
        prefix = {"outlook-de": "AW: ", "outlook-en": "RE: "}.get(f"{client}-{language}", "Re: ")
    return before if before.lower().startswith(prefix.lower()) else prefix + before


def _with_quote(mail: Mail, own: str, parent: Look, client: str, language: str) -> tuple[str, str]:
    """Top-posted: the own text, then the whole answered or forwarded mail the way the client puts it below."""
    if client == "outlook":
        head = _header_block(parent, language)
        dashes = ORIGINAL[language] + "\n" if mail.more.get("format") == "plain" else ""
        line = "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>"
        rows = "<br>".join("<b>{}:</b> {}".format(*map(escape, row.split(": ", 1))) for row in head.split("\n"))
        html = f"{_html(own, client)}\n{line}{rows}</p></div>\n{parent.html}"
        return f"{own}\n\n{dashes}{head}\n\n{parent.plain}", html
    if mail.forward:
        head = _forward_head(parent, client, language)
        body = parent.plain if client != "apple" else "\n".join("> " + line for line in parent.plain.split("\n"))
        html = f'{_html(own, client)}\n<div class="gmail_quote">{escape(head).replace(chr(10), "<br>")}<br><br>'
        return f"{own}\n\n{head}\n\n{body}", f"{html}{parent.html}</div>"
    head = _attribution(parent.mail, client, language)
    quoted = "\n".join(
        (">" if line.startswith(">") else "> ") + line if line else ">" for line in parent.plain.split("\n")
    )
    style = {"gmail": 'class="gmail_quote"', "apple": 'type="cite"'}.get(client, 'type="cite"')
    html = f"{_html(own, client)}\n<div>{escape(head)}</div>\n<blockquote {style}>{parent.html}</blockquote>"
    return f"{own}\n\n{head}{_gap(client)}{quoted}", html


def _gap(client: str) -> str:
    """What stands between the attribution line and the quoted text: only Apple Mail leaves a line empty."""
    return "\n\n" if client == "apple" else "\n"


def _shown(person: Individual) -> str:
    return f"{person.name} <{person.address}>"


def _header_block(look: Look, language: str) -> str:
    """Von/Gesendet/An/Betreff as Outlook 365 writes it."""
    mail, date, names = look.mail, look.mail.date, HEADS[language]
    month, day = MONTHS[language][date.month - 1], DAYS[language][date.weekday()]
    sent = f"{day}, {date.day}. {month} {date:%Y %H:%M}" if language == "de" else f"{date:%d} {month} {date:%Y %H:%M}"
    values = [_shown(mail.sender), sent, "; ".join(map(_shown, mail.to)), "; ".join(map(_shown, mail.cc)), look.subject]
    return "\n".join(f"{name}: {value}" for name, value in zip(names, values, strict=True) if value)


def _attribution(mail: Mail, client: str, language: str) -> str:
    """The line before a quoted mail, as Thunderbird, Gmail and Apple Mail write it."""
    date, person = mail.date, mail.sender
    month = MONTHS[language][date.month - 1]
    if client == "gmail" and language == "de":
        short = DAYS["de"][date.weekday()][:2]
        return f"Am {short}., {date.day}. {month[:3]}. {date:%Y} um {date:%H:%M} Uhr schrieb {_shown(person)}:"
    if client == "gmail":
        short = DAYS["en"][date.weekday()][:3]
        return f"On {short}, {date.day} {month[:3]} {date:%Y} at {date:%H:%M}, {_shown(person)} wrote:"
    if client == "apple" and language == "de":
        return f"Am {date:%d.%m.%Y} um {date:%H:%M} schrieb {_shown(person)}:"
    if client == "apple":
        return f"On {date.day} {month[:3]} {date:%Y}, at {date:%H:%M}, {_shown(person)} wrote:"
    return (
        f"Am {date:%d.%m.%y} um {date:%H:%M} schrieb {person.name}:"
        if language == "de"
        else (f"On {date:%d/%m/%Y} {date:%H:%M}, {person.name} wrote:")
    )


def _forward_head(look: Look, client: str, language: str) -> str:
    mail, names = (
        look.mail,
        {"de": ("Von", "Datum", "Betreff", "An"), "en": ("From", "Date", "Subject", "To")}[language],
    )
    first = {
        "gmail": "---------- Forwarded message ---------",
        "thunderbird-de": "-------- Weitergeleitete Nachricht --------",
        "apple-de": "Anfang der weitergeleiteten Nachricht:\n",
        "apple-en": "Begin forwarded message:\n",
    }
    opening = first.get(client) or first.get(f"{client}-{language}") or "-------- Forwarded Message --------"
    values = (_shown(mail.sender), f"{mail.date:%d.%m.%Y %H:%M}", look.subject, ", ".join(map(_shown, mail.to)))
    return opening + "\n" + "\n".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))


def _html(text: str, client: str) -> str:
    """Paragraphs, lists ("- ", "1. ") and tables ("| a | b |") of a text the way the client writes HTML."""
    return "\n".join(_block(block, client == "outlook") for block in re.split(r"\n{2,}", text.strip("\n")))


def _block(block: str, word: bool) -> str:
    lines = block.split("\n")
    if all(line.startswith("|") for line in lines):
        rows = [[escape(cell.strip()) for cell in line.strip("|").split("|")] for line in lines]
        cells = "".join(
            "<tr>" + "".join(f"<td style='padding:0cm 5.4pt'>{_p(cell, word)}</td>" for cell in row) + "</tr>\n"
            for row in rows
        )
        return f"<table{' class=MsoTableGrid' if word else ''} border=1 cellspacing=0 cellpadding=0>\n{cells}</table>"
    if all(re.match(r"- |\d+\. ", line) for line in lines):
        if word:
            return "\n".join(_fake_item(line) for line in lines)
        return "<ul>" + "".join(f"<li>{escape(line.split(' ', 1)[1])}</li>" for line in lines) + "</ul>"
    return _p("<br>\n".join(escape(line) for line in lines), word)


def _p(inner: str, word: bool) -> str:
    return f"<p class=MsoNormal>{inner}<o:p></o:p></p>" if word else f"<div>{inner}</div>"


def _fake_item(line: str) -> str:
    """A list entry as Word writes it into mail: a paragraph with the bullet as text and conditional comments."""
    mark, _, rest = line.partition(" ")
    sign = mark if mark != "-" else "·"
    gap = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span>"
    bullet = f"<![if !supportLists]><span style='mso-list:Ignore'>{sign}{gap}</span><![endif]>"
    style = "text-indent:-18.0pt;mso-list:l0 level1 lfo1"
    return f"<p class=MsoListParagraph style='{style}'>{bullet}{escape(rest)}<o:p></o:p></p>"
