"""Which paragraphs of a page stand directly below each other, as lines, and which have space around them.

Mail programs write each line of a letter as a div or, Outlook, as a paragraph without margins, and an empty one where
the writer left a line empty. Their plain text twins, and the clients that quote them, have lines there. Refuses to read
style sheets: `MsoNormal` has no margins because Outlook's own sheet says so, a newsletter's class says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mail2wiki.extract.html_inline import BREAK, Piece

DEEPEST = 200  # blocks whose space is known
_SPACED = re.compile(
    r"border-(?:top|bottom)|border:(?!\s*none)|(?:padding|margin)(?!-left|-right)(?:-[\w-]+)?:(?!\s*\.?0)", re.I
)
_APART = re.compile("quote|cite|Rply|appendonsend|signature")  # in the attributes of a div: it is no line of a text
_FLAT = frozenset(("center", "body", "html", "form", "section", "article", "main"))


class Blocks:
    """The blocks that are open: div, p, headings and what else holds text."""

    def __init__(self) -> None:
        self.above = False  # a line stands above, and nothing parts it from the next one
        self._flat = True  # the innermost block has no space around it
        self._open: list[tuple[str, bool]] = []  # and whether the one around it was flat

    def begin(self, name: str, attrs: str, style: str) -> None:
        """A block starts: a div, and a paragraph as Outlook writes them, is a line; others have space around them."""
        if name == "p" and self._open and self._open[-1][0] == "p":
            self.end("p")
        if name == "div":
            flat = not attrs or not ((style and _SPACED.search(style)) or _APART.search(attrs))
        elif name == "p":
            bare = "MsoNormal" in attrs or "margin:0" in style.replace(" ", "") or "margin-top:0" in style
            flat = bare and not (style and _SPACED.search(style))
        else:
            flat = name in _FLAT
        if not flat:
            self.above = False
        if len(self._open) < DEEPEST:
            self._open.append((name, self._flat))
        self._flat = flat

    def end(self, name: str) -> None:
        """A block ends; one that was never opened changes nothing."""
        last = len(self._open) - 1
        found = range(last, max(-1, last - 9), -1)
        at = (
            last
            if last >= 0 and self._open[last][0] == name
            else next((n for n in found if self._open[n][0] == name), -1)
        )
        if at >= 0:
            self.above = self.above and self._flat
            self._flat = self._open[at][1]
            del self._open[at:]

    def below(self, pieces: Sequence[Piece], lines: Sequence[str], text: bool) -> bool:
        """Whether this paragraph (`text`: it is no item) is the next line of the one above; a picture never is."""
        line = text and self._flat and "cid:" not in lines[-1] and not lines[-1].endswith("\\]")
        joined = line and self.above and pieces[0][1] != BREAK
        self.above = line and not (pieces[-1][1] == BREAK == pieces[-2][1])
        return joined
