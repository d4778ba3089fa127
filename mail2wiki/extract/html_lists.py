"""Lists and quotes as lines: Word's fake list items, and where a blank line between two lines belongs.

Refuses to take a paragraph for a list item unless hard spaces follow its marker: "3. Oktober" is no list.
"""

from __future__ import annotations

import re

from mail2wiki.extract.html_inline import Piece

_FAKE = re.compile(r"\s*([·•▪§Ø●■o\-–]|\(?\d{1,3}[.)]|[a-zA-Z][.)])(?:[ \u00a0\t\r\n]*\u00a0[ \u00a0\t\r\n]+)(?=\S)")


def fake_list(pieces: list[Piece], level: int) -> tuple[int, str]:
    """Word's list without its styles: "·   text", "1.   text" with hard spaces; the marker is taken off."""
    head = "".join(text for text, style in pieces[:6] if style < 4)[:80]
    found = _FAKE.match(head)
    if not found:
        return level, ""
    rest = found.end()
    for at, (text, style) in enumerate(pieces):
        taken = min(rest, len(text))
        pieces[at] = (text[taken:], style)
        rest -= taken
        if not rest:
            break
    sign = found[1].strip("()")
    return max(level, 1), (f"{sign.rstrip('.')}. " if sign.rstrip(".").isdigit() else "- ")


def is_item(line: str) -> bool:
    """Whether a written line is a list item."""
    text = line.lstrip("> ")
    return text.startswith("- ") or (
        text[:1].isdigit() and text.split(" ", 1)[0].rstrip(".").isdigit() and ". " in text[:12]
    )


def common(above: str, below: str) -> str:
    """The quote signs a blank line between two lines carries."""
    signs = 0
    while above.startswith("> ", signs * 2) and below.startswith("> ", signs * 2):
        signs += 1
    return ("> " * signs).rstrip()
