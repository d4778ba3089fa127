"""A page of HTML as a flat sequence of tokens, cleaned by a real parser first.

selectolax (lexbor) parses what browsers parse; its output is well-formed, so that one regular expression can cut it
into tags and text, and no tree is walked in Python. Script, style and everything else that is never shown is removed
there. Nesting that would make a parser slow is flattened before. Refuses recursion.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

DEPTH = 400  # open elements at which a page counts as deep; real Outlook chains reach 330
FLAT = 60  # elements kept open in a page that is deep
FLAT_QUOTES = 20  # of these, block quotes
DEEP_SIZE = 400_000  # characters; a larger deep page is read as bare text, because parsers grow with depth x size
UNSEEN = [
    "script",
    "style",
    "head",
    "title",
    "meta",
    "link",
    "iframe",
    "object",
    "embed",
    "noembed",
    "noframes",
    "template",
    "svg",
    "math",
    "canvas",
    "audio",
    "video",
    "select",
    "datalist",
]
_UNCOUNTED = frozenset(
    (
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "option",
        "thead",
        "tbody",
        "tfoot",
        "colgroup",
        "br",
        "img",
        "hr",
        "meta",
        "link",
        "input",
        "col",
        "area",
        "base",
        "wbr",
        "html",
        "body",
        "head",
        "param",
        "source",
        "track",
        "embed",
        "spacer",
        "keygen",
        "bgsound",
        "basefont",
        "frame",
    )
)
_LITERAL = re.compile(r"<(/?)(?:xmp|plaintext|listing)(?=[\s>])", re.IGNORECASE)
_RAW_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})(?:[^<>\"']|\"[^\"<>]*+\"|'[^'<>]*+')*(/?)>")
_TOKEN = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][^\s/>]*+)((?:[^\">]|\"[^\"]*+\")*)>|([^<]+)", re.DOTALL)
_DROP = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|head|title)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(
    r"<(?:br|p|div|tr|li|h[1-6]|blockquote|table|hr)\b[^<>]*>|</(?:p|div|tr|li|h[1-6]|blockquote|table)\s*>",
    re.IGNORECASE,
)
_ANY = re.compile(r"<[!/?a-zA-Z][^<>]*>")

Token = tuple[str, str, str, str]
"""("/" or "", element name or "", attributes as written, text)."""


def tokens(page: str) -> Iterable[Token]:
    """The body's tags and texts in order; entities in them still as written."""
    if "<" not in page:
        return [("", "", "", page)]
    low = page.lower() if "xmp" in page or "XMP" in page or "plaintext" in page or "listing" in page else ""
    if low:
        page = _LITERAL.sub(r"<\1pre", page)
    parser = LexborHTMLParser(page)
    parser.strip_tags(UNSEEN)
    clean = parser.html or ""
    start = clean.find("<body")
    return _TOKEN.findall(clean, max(0, start))


def flatten(page: str) -> tuple[str, bool]:
    """The page with elements nested deeper than FLAT left out (their text stays), and whether that was needed."""
    if page.count("<") < DEPTH or _depth(page) < DEPTH:
        return page, False
    open_count = quotes = 0

    def keep(found: re.Match[str]) -> str:
        nonlocal open_count, quotes
        name = found[2].lower()
        if name in _UNCOUNTED or found[3]:
            return found[0] if open_count <= FLAT else ("<br>" if name in ("p", "br", "tr", "li") else " ")
        if found[1]:
            open_count = max(0, open_count - 1)
            if name == "blockquote":
                quotes = max(0, quotes - 1)
                return found[0] if open_count < FLAT and quotes < FLAT_QUOTES else "<br>"
            return found[0] if open_count < FLAT else ("<br>" if name in ("div", "table") else "")
        open_count += 1
        if name == "blockquote":
            quotes += 1
            return found[0] if open_count <= FLAT and quotes <= FLAT_QUOTES else "<br>"
        return found[0] if open_count <= FLAT else ("<br>" if name in ("div", "table") else "")

    return _RAW_TAG.sub(keep, _DROP.sub("", page)), True


def _depth(page: str) -> int:
    """The largest number of elements open at once, void and optionally closed ones not counted."""
    depth = deepest = 0
    for closing, name, selfclosed in _RAW_TAG.findall(page):
        if selfclosed or name.lower() in _UNCOUNTED:
            continue
        if closing:
            depth = max(0, depth - 1)
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def bare_text(page: str) -> str:
    """The words of a page without any parser: tags cut out, blocks on their own lines."""
    page = _BREAK.sub("\n", _DROP.sub(" ", page))
    return html.unescape(_ANY.sub("", page)).replace("\xa0", " ")
