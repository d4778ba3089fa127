"""The tolerant path from HTML to Markdown: beautifulsoup4 (lxml) and a markdownify converter of ours.

Used when the fast writer fails; a differential test holds both to the same words. The soup is pruned first (hidden
elements, comments, Word's list markers, tables for layout), then converted. Refuses what `html_writer` refuses: raw
HTML, images, headings, targets that are not http, https or mailto.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import PageElement, PreformattedString, Tag
from markdownify import MarkdownConverter

from mail2wiki.extract import html_attributes, html_inline, html_tables
from mail2wiki.extract.html_tokens import UNSEEN
from mail2wiki.extract.markdown_escape import escape, escape_start

_UNWRAPPED = (
    "code",
    "kbd",
    "samp",
    "tt",
    "pre",
    "xmp",
    "listing",
    "plaintext",
    "s",
    "del",
    "strike",
    "sub",
    "sup",
    "u",
    "q",
    "dl",
    "dt",
    "dd",
    "body",
    "html",
    "textarea",
    "button",
    "noscript",
    "main",
    "nav",
    "header",
    "footer",
)
_BLANKS = re.compile(r"\n{3,}")
_DATA = "data"


def to_lines(page: str) -> list[str]:
    """Lines of safe Markdown; the page must not be nested deeper than `html_tokens.DEPTH`."""
    soup = BeautifulSoup(page, "lxml")
    _prune(soup)
    text = _Converter(bullets="-").convert_soup(soup)
    lines = [
        line if line.endswith("  ") and line.strip("> ") else line.rstrip()
        for line in _BLANKS.sub("\n\n", text).split("\n")
    ]
    while lines and not lines[-1].strip("> "):
        lines.pop()
    return lines


def _prune(soup: BeautifulSoup) -> None:
    """Take out what is not for reading and change what markdownify would get wrong."""
    for node in soup.find_all(string=lambda string: isinstance(string, PreformattedString)):
        node.extract()
    for tag in soup.find_all(UNSEEN):
        tag.decompose()
    for tag in soup.find_all(style=True):
        if tag.decomposed:
            continue
        style = str(tag["style"])
        ignored = "mso-list:ignore" in style.lower().replace(" ", "")
        if html_attributes.hidden(style) or ignored:
            item = tag.find_parent("p") if ignored else None
            if isinstance(item, Tag):
                item.name = "li"
            tag.decompose()
    for tag in soup.find_all(hidden=True):
        if not tag.decomposed:
            tag.decompose()
    for tag in soup.find_all("a", href=False):
        tag.unwrap()
    for tag in soup.find_all(["dt", "dd", "pre"]):
        tag.insert_before("\n")
        tag.name = "div"
    for tag in soup.find_all(_UNWRAPPED):
        tag.unwrap()
    for table in soup.find_all("table"):
        if not _is_data(table):
            for tag in table.find_all(["table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption"]):
                if tag.find_parent("table") is table:
                    tag.name = "div"
            table.name = "div"


def _is_data(table: Tag) -> bool:
    """The same test as the fast writer's, on the soup."""
    seen = html_tables.Table(
        {name: str(value) for name, value in table.attrs.items()}, str(table.get("style", "")), [], [], [], [], False
    )
    seen.nested = table.find("table") is not None
    for row in table.find_all("tr"):
        seen.row()
        for cell in row.find_all(["td", "th"]):
            text = cell.get_text(" ", strip=True)
            style = str(cell.get("style", ""))
            span = str(cell.get("colspan", "1"))
            lines = seen.cell(cell.name == "th", int(span) if span.isdigit() else 1, style, {})
            lines += [text] if text else []
            lines += [""] if cell.find(["p", "div", "ul", "ol", "blockquote"]) and len(text) > 80 else []
    return seen.is_data()


class _Converter(MarkdownConverter):
    """markdownify with the escaping, links, tables and refusals of the fast writer."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        head = text[: len(text) - len(text.lstrip())]
        body = " ".join(text.split())
        if not body:
            return " " if text else ""
        return (" " if head else "") + escape_start(html_inline.linked(body)) + (" " if text[-1].isspace() else "")

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        plain = el.get_text(" ", strip=True)
        pieces = html_inline.link([(plain, 0)], str(el.get("href", "")))
        if len(pieces) != 1 or pieces[0][1] != html_inline.DONE or "\n\n" in text.strip():
            return text
        lead, trail = " " * text[:1].isspace(), " " * text[-1:].isspace()
        return f"{lead}{pieces[0][0]}{trail}"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return escape(
            html_attributes.image({name: str(el.get(name, "")) for name in ("alt", "width", "height", "src")})
        )

    def convert_hr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return "\n\n"

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: set[str]) -> str:
        body = " ".join(text.split()).replace("**", "")
        return f"\n\n**{body}**\n\n" if body else ""

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        body = text.strip()
        if not body:
            return "\n"
        marker = "- "
        if isinstance(el.parent, PageElement) and el.parent.name == "ol":
            start = str(el.parent.get("start", "1"))
            marker = f"{(int(start) if start.isdigit() else 1) + len(el.find_previous_siblings('li'))}. "
        first, *rest = body.split("\n")
        return "\n".join([marker + first, *(f"    {line}" if line else "" for line in rest)]) + "\n"

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        rows = [
            [
                [" ".join(escape(cell.get_text(" ", strip=True)).split())] if cell.get_text(strip=True) else []
                for cell in row.find_all(["td", "th"])
            ]
            for row in el.find_all("tr")
        ]
        rows = [row for row in rows if any(row)]
        return "\n\n" + "\n".join(html_tables.pipes(rows)) + "\n\n" if rows else ""

    def convert_video(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return text
