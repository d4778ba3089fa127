"""What the attributes of a tag say: hidden or not, sizes, what stands for an image.

Reads attributes as the parser wrote them (`name="value"`, entities for quotes). Refuses to read more than STYLE
characters of an inline style.
"""

from __future__ import annotations

import html
import re

STYLE = 4000  # characters of an inline style that are read
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
_HIDDEN = re.compile(r"display:none|mso-hide:all|visibility:hidden|opacity:0(?![.\d])")
_NO_HEIGHT = re.compile(r"max-height:0(?![.\d])")
LONGEST_PART = 200  # characters of a reference to a part
_PART = re.compile(r"\s*cid:([\w.@$+%~=-]+)\s*", re.ASCII)
_FILE = re.compile(r"[\w\-. ()@]*\.(?:png|jpe?g|gif|bmp|svg|webp|tiff?)", re.IGNORECASE)


def attributes(written: str) -> dict[str, str]:
    """The attributes of one tag, as the parser wrote them, entities undone."""
    return {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(written)}


def hidden(style: str) -> bool:
    """Whether an inline style hides its element from readers."""
    low = style[:STYLE].lower().replace(" ", "")
    return _HIDDEN.search(low) is not None or ("overflow:hidden" in low and _NO_HEIGHT.search(low) is not None)


def telling(alt: str, width: str, height: str) -> str:
    """The alternative text of an image if it tells a reader something: no file name, no tracking pixel."""
    alt = " ".join(alt[:1000].split())
    if not alt or len(alt) > 200 or any(side.strip("px ") in ("0", "1", "2") for side in (width, height)):
        return ""
    return "" if _FILE.fullmatch(alt) or "://" in alt or not any(map(str.isalpha, alt)) else alt


def image(attrs: dict[str, str]) -> str:
    """What stands for an image: its telling alternative text, and `[cid:ID]` if it is a part of the message.

    `[cid:ID]` is what Outlook writes into its plain text; the export links it to the attachment or leaves it out.
    """
    width, height = attrs.get("width", ""), attrs.get("height", "")
    if any(side.strip("px ") in ("0", "1", "2") for side in (width, height)):
        return ""
    found = _PART.fullmatch(attrs.get("src", "")[:LONGEST_PART])
    return " ".join(filter(None, (telling(attrs.get("alt", ""), width, height), f"[cid:{found[1]}]" if found else "")))


def number(attrs: str, name: str, default: int) -> int:
    """A small whole number in an attribute."""
    if name not in attrs:
        return default
    found = re.search(rf'\b{name}="\s*(\d{{1,6}})', attrs)
    return int(found[1]) if found else default
