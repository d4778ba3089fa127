"""Do HTML bodies keep their words on the way to Markdown, and is what nobody sees left out?

usage: html_recall.py MBOX... [--at-least recall=0.999] [--at-most leaks=0]
Every text/html part of every message is converted, whether its message would show it or not. Prints
  pages     HTML parts
  words     visible words of all pages together
  recall    share of them that the Markdown has, counted as often as they stand
  worst     the same of the worst page of at least 50 words
  extra     words of the Markdown that no page shows, as a share of all words
  leaks     pages whose Markdown has text of a style, script, conditional comment or tag
  repaired  pages with a defect (nested too deep, read by the slower converter)
"Visible" is said by another parser than the converter's (lxml instead of lexbor): text of the body without script,
style and their like, comments, and elements that their own style hides. Targets of links do not count, unless the link
shows nothing else. Bar (issue 3, usrp-users): recall 0.999, leaks 0.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import lxml.html

from mail2wiki.extract import body, html, line_kinds, mime, sources

_WORD = re.compile(r"[^\W_]+")
_TARGET = re.compile(r"\]\([^()\s]*\)")
_INLINE = frozenset(
    ("a", "b", "i", "u", "em", "strong", "span", "font", "sub", "sup", "tt", "code", "small", "big", "s")
)
_UNSEEN = "//script|//style|//head|//title|//iframe|//object|//template|//svg|//select|//noframes|//comment()"
_HIDDEN = re.compile(r"display:none|mso-hide:all|visibility:hidden|opacity:0(?![.\d])|mso-list:ignore")
_LEAKS = re.compile(
    r"supportLists|\[if |\[endif\]|mso-[a-z]|font-(?:family|size)\s*:|@font-face|\bfunction\s*\w*\(\w*\)\s*(?:&#123;|\{)|<(?!https?://|mailto:)"
)
LONG = 50


def pages(paths: list[Path]) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as scratch:
        for box in sources.find(paths, Path(scratch)).boxes:
            for _span, raw in sources.read_batch(box.kind, sources.spans(box)):
                todo = [mime.read(raw)[0]]
                while todo:
                    part = todo.pop()
                    todo += part.children
                    if part.kind == "text/html" and not part.children:
                        yield body.text_of(part)


def visible(page: str) -> Counter[str]:
    """The words a reader sees; an element that is not inline parts words."""
    if not page.strip():
        return Counter()
    try:
        tree = lxml.html.document_fromstring(
            page.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8")
        )
    except (ValueError, lxml.etree.ParserError):
        return Counter()
    for node in tree.xpath(_UNSEEN):
        node.drop_tree() if node.getparent() is not None else None
    for node in tree.xpath("//*[@style]"):
        if _HIDDEN.search(node.get("style", "").lower().replace(" ", "")) and node.getparent() is not None:
            node.drop_tree()
    pieces: list[str] = []
    for event, node in lxml.etree.iterwalk(tree, events=("start", "end")):
        if node.tag not in _INLINE:
            pieces.append(" ")
        pieces.append((node.text if event == "start" else node.tail) or "")
    return Counter(_WORD.findall("".join(pieces)))


def shown(lines: list[str]) -> Counter[str]:
    return Counter(_WORD.findall(" ".join(line_kinds.plain(_TARGET.sub("] ", line)) for line in lines)))


def measure(path: Path) -> dict[str, float]:
    count = total = kept = extra = leaks = repaired = 0
    worst = 1.0
    for page in pages([path]):
        count += 1
        lines, defects = html.to_lines(page)
        repaired += bool(defects)
        leaks += _LEAKS.search("\n".join(lines)) is not None
        wanted, found = visible(page), shown(lines)
        here, missing = wanted.total(), (wanted - found).total()
        total, kept, extra = total + here, kept + here - missing, extra + (found - wanted).total()
        if here >= LONG:
            worst = min(worst, 1 - missing / here)
    words = max(total, 1)
    return {
        "pages": count,
        "words": total,
        "recall": kept / words,
        "worst": worst,
        "extra": extra / words,
        "leaks": leaks,
        "repaired": repaired,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mbox", type=Path, nargs="+")
    parser.add_argument("--at-least", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--at-most", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    missed = []
    for path in args.mbox:
        figures = measure(path)
        print(path.name, " ".join(f"{name} {value:.6g}" for name, value in figures.items()))
        for limits, worse in ((args.at_least, -1), (args.at_most, 1)):
            for limit in limits:
                name, value = limit.split("=")
                if (figures[name] - float(value)) * worse > 0:
                    missed.append(f"{path.name}: {name} {figures[name]:.6g}, bar {value}")
    if missed:
        sys.exit("MISSED: " + "; ".join(missed))


if __name__ == "__main__":
    main()
