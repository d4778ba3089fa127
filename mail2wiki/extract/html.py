"""HTML bodies to lines of safe Markdown: the one door to the converters.

The fast converter (`html_tokens` with `html_writer`) does nearly all; when it fails or brings back nothing of a page
that has text, the tolerant one (`html_tolerant`: beautifulsoup4 and markdownify) takes over and the message carries a
defect. Deep nesting is flattened and any size is bounded before either sees the page. Refuses to write raw HTML,
images, or links to anything but http, https and mailto; what the sender hid from readers (preheaders, tracking pixels,
conditional comments) is left out.

Quotes the client marked come out as `> ` lines; Outlook's header blocks as plain lines that `quotes` recognises.
"""

from __future__ import annotations

from mail2wiki.extract import html_tokens, html_writer
from mail2wiki.extract.markdown_escape import escape_line

LARGEST = 5_000_000  # characters; a larger page is read as bare text
TOO_LARGE, DEEP, FALLBACK, BARE = "html-too-large", "html-deep", "html-fallback", "html-text-only"


def to_lines(page: str) -> tuple[list[str], tuple[str, ...]]:
    """Lines of Markdown (no trailing blank lines) and codes of what had to be repaired (defects, sorted)."""
    defects: set[str] = set()
    if len(page) > LARGEST:
        return _bare(page[: LARGEST * 2]), (TOO_LARGE,)
    page, deep = html_tokens.flatten(page)
    if deep:
        defects.add(DEEP)
        if len(page) > html_tokens.DEEP_SIZE:
            return _bare(page), tuple(sorted(defects | {BARE}))
    try:
        lines = html_writer.write(html_tokens.tokens(page))
        lost = not lines and any(line for line in _bare(page))
    except (ValueError, IndexError, KeyError, RuntimeError, UnicodeError):
        lost, lines = True, []
    if lost:
        lines, more = _tolerant(page)
        defects |= more
    return lines, tuple(sorted(defects))


def colours(page: str) -> dict[str, str]:
    """Line -> red, orange, green, blue or purple, for lines in one colour; nothing of a page that is hard to read."""
    from mail2wiki.extract import html_colours

    try:
        return html_colours.colours(page) if len(page) <= LARGEST else {}
    except (ValueError, IndexError, KeyError, RuntimeError, UnicodeError):
        return {}


def _tolerant(page: str) -> tuple[list[str], set[str]]:
    """The named path; imported only when needed, because it brings beautifulsoup4 and markdownify."""
    from mail2wiki.extract import html_tolerant

    try:
        return html_tolerant.to_lines(page), {FALLBACK}
    except (ValueError, RecursionError, RuntimeError, AttributeError, AssertionError):
        return _bare(page), {FALLBACK, BARE}


def _bare(page: str) -> list[str]:
    """The visible words without any structure but line breaks."""
    lines = [escape_line(line) + "  " for line in html_tokens.bare_text(page).splitlines() if line.strip()]
    return [*lines[:-1], *(line.rstrip() for line in lines[-1:])]
