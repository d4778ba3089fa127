"""The lines of a plain text body as Markdown: paragraphs, lists, code.

Hard-wrapped prose flows again, short lines keep their breaks (two spaces at the end: the only hard break that every
renderer knows), lists become lists where they surely are ones, everything in columns becomes a code block.
Bounded and simple: each line is looked at a fixed number of times. Never drops a character but list markers, the
fences that people write themselves, the backslash that ends a line of Markdown, and lines of nothing but signs: between
two texts they are a thematic break, below a short line they make it a heading of sorts, elsewhere they say nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from mail2wiki.export.code import DELIMITER, goes_with_code, is_code, is_drawn
from mail2wiki.export.markdown import clean, escape, escape_line, fence

# Mail clients wrap between 65 and 80 columns (RFC 5322 asks for 78, format=flowed for 72). A line of 55 to 100
# characters may have been wrapped; a longer one was never wrapped at all and is a paragraph of its own.
WRAPPED, UNWRAPPED = 55, 100
_ITEM = re.compile(r"([ \t]*)(?:([-*+•·–]|\?(?=\t|  ))|(\d{1,3})[.)])[ \t]+(?=\S)")  # `?`: a bullet no charset knew
_ITEM_STARTS = frozenset("-*+•·–?0123456789")
_EMPTY = frozenset("*•·")  # all there is of an item that says nothing
_FENCE = re.compile(r"[ \t]*```[\w+-]{0,20}")
_LIST = "list"
_ENDED = re.compile(r"(?:^|(?<=[\s.,:;!?)`]))\\$")  # where a line ends, in text that a program wrote as Markdown
_RULER = re.compile(r"[ \t>|]*[-_=*~#+•·–—.]{2}[-_=*~#+•·–—. \t]*[-_=*~#+•·–—.]{2}[ \t]*")  # four signs or more
_SIGNS = frozenset("-_=*~#+•·–—.")
_ACTS = re.compile(r"<[a-zA-Z/!?]|\]\(|\[\[")
_UNDERLINED = 3  # characters by which a line and what underlines it differ at most
_WORD = 9  # characters of a word of prose with the blank behind it, on an average
_FULL = 5  # lines of a narrow paragraph: four of a poem may end alike by chance
BREAK = "* * *"  # of the ways to write one the one that makes no heading of the line above


def escape_block(lines: Sequence[str], code: bool = True) -> list[str]:
    """Lines of text from mail as lines of Markdown that show exactly this text.

    `code=False`: in a quote, where Python-Markdown knows no fences; code is indented there, unless something in it
    could act where that is not known for code (below a list it would belong to the last item).
    """
    out: list[str] = []
    kind = ""  # of the block before: adjacent lists would merge and be numbered anew
    held: list[str] = []  # code blocks with only blank lines between them are one
    for block, is_it_code in _spaced(_joined(list(_parts(clean("\n".join(lines)), code)))):
        if is_it_code and (code or (kind != _LIST and not _ACTS.search("\n".join(block)))):
            held += ["", *block] if held else block
            continue
        if held:
            out += [*_code(held, code), ""]
            held, kind = [], "code"
        if block:
            new, kind = _prose(block, kind)
            out += [*new, ""] if new else []
        elif out and out[-2] != BREAK:
            out += [BREAK, ""]
            kind = "break"
    if held:
        out += [*_code(held, code), ""]
    while out[-2:] == [BREAK, ""]:
        del out[-2:]
    return out[:-1]


def _code(lines: list[str], fenced: bool) -> list[str]:
    if fenced:
        return fence(lines)
    margin = min(len(line) - len(line.lstrip()) for line in lines if line)
    return [f"    {line[margin:].expandtabs(4)}" if line else "" for line in lines]


def _parts(text: str, code: bool) -> Iterator[tuple[list[str], bool]]:
    """The blocks, and whether they are code; others cut at the rulers in them, which are empty blocks, and above what
    is below a delimiter."""
    for block, fenced in _blocks(text, code):
        if fenced or is_code(block):
            yield block, True
            continue
        signed = block.index(DELIMITER) if DELIMITER in block else len(block)
        for part in filter(None, (block[:signed], block[signed:])):
            if is_drawn(part):
                yield part, True
            else:
                yield from _cut(part)


def _cut(block: list[str]) -> Iterator[tuple[list[str], bool]]:
    """What is no code, cut at its rulers."""
    start = 0
    rulers = [n for n, line in enumerate(block) if line[-1] in _SIGNS and _RULER.fullmatch(line)]
    for at in [*rulers, len(block)]:
        if at > start:
            part = block[start:at]
            yield part, bool(rulers) and is_code(part)
        if at < len(block) and not _underlines(block, start, at):
            yield [], False
        start = at + 1


def _joined(parts: list[tuple[list[str], bool]]) -> list[tuple[list[str], bool]]:
    """The same; statements that stand alone above or below code are code."""
    if len(parts) < 2 or not any(is_it_code for _, is_it_code in parts):
        return parts
    for way in (range(1, len(parts)), range(len(parts) - 2, -1, -1)):
        step = way.step
        for at in way:
            block, is_it_code = parts[at]
            if not is_it_code and block and parts[at - step][1] and goes_with_code(block):
                parts[at] = block, True
    return parts


def _spaced(parts: Iterable[tuple[list[str], bool]]) -> Iterator[tuple[list[str], bool]]:
    """The same, with lists whose items have blank lines between them as one block."""
    for items, run in groupby(parts, lambda part: not part[1] and bool(part[0]) and _begins_item(part[0][0])):
        blocks = list(run)
        if items and len(blocks) > 1 and _items(whole := [line for block, _ in blocks for line in block]) is not None:
            yield whole, False
        else:
            yield from blocks


def _begins_item(line: str) -> bool:
    return line.lstrip()[:1] in _ITEM_STARTS and (_ITEM.match(line) is not None or line.strip() in _EMPTY)


def _underlines(block: Sequence[str], start: int, at: int) -> bool:
    """Whether a ruler stands under a single line of its length."""
    return at == start + 1 and abs(len(block[start].strip()) - len(block[at].strip())) <= _UNDERLINED


def _blocks(text: str, code: bool) -> list[tuple[list[str], bool]]:
    """The runs of lines between blank ones, and whether they are code: with `code`, what people put between ```."""
    blocks: list[tuple[list[str], bool]] = []
    fresh = True
    lines = text.split("\n")
    closing = [n for n, line in enumerate(lines) if line.strip() == "```"] if code and "```" in text else []
    until = -1  # line number of the closing fence while inside one
    for n, line in enumerate(lines):
        line = line.rstrip()
        if n <= until:
            if n < until:
                blocks[-1][0].append(line)
            fresh = True
        elif closing and _FENCE.fullmatch(line) and (at := bisect_right(closing, n)) < len(closing):
            until = closing[at]
            blocks.append(([], True))
        elif not line:
            fresh = True
        elif fresh:
            blocks.append(([line], False))
            fresh = False
        else:
            blocks[-1][0].append(line)
    return blocks


def _prose(block: list[str], before: str) -> tuple[list[str], str]:
    """A block as Markdown and its kind: with a list at its end if that surely is one."""
    if len(block) > 1 and before != _LIST and _ITEM_STARTS.intersection(line.lstrip()[:1] for line in block):
        at = next((n for n, line in enumerate(block) if _begins_item(line)), len(block))
        items = _items(block[at:]) if at < len(block) else None
        if items is not None:
            return ([*_lines(block[:at]), "", *items] if at else items), _LIST
    return _lines(block), "text"


def _lines(block: list[str]) -> list[str]:
    """Prose: wrapped lines joined, the others broken hard."""
    runs: list[list[str]] = []
    for part in _ended(block):
        these = _runs(part)
        runs += _runs([" ".join(run) for run in these]) if _combed(these) else these
    out = [escape_line(" ".join(run)) + "  " for run in runs]
    return [*out[:-1], out[-1][:-2]] if out else []


def _ended(block: list[str]) -> Iterator[list[str]]:
    """The lines, stripped, cut where a backslash ends one."""
    part: list[str] = []
    for line in block:
        text = (_ENDED.sub("", line) if line.endswith("\\") else line).strip()
        part += [text] if text else []
        if part and text != line.strip():
            yield part
            part = []
    if part:
        yield part


def _runs(block: list[str]) -> list[list[str]]:
    """The lines that were one before they were wrapped."""
    widest, limit = _width([len(line) for line in block])
    if block[0] == DELIMITER:  # what stands below is set by lines
        return [[line] for line in block]
    if widest < WRAPPED:
        return [block] if _narrow(block, widest) else [[line] for line in block]
    runs: list[list[str]] = [[block[0]]]
    for line in block[1:]:
        last = runs[-1][-1]
        if (len(last) < 60 and not _overfull(last, line, widest)) or len(last) > limit or _ITEM.match(line):
            runs.append([line])
        else:
            runs[-1].append(line)
    return runs


def _narrow(block: Sequence[str], widest: int) -> bool:
    """Prose that a client wrapped to less than any mail is: many lines, every one of them full, words of a sentence."""
    return (
        len(block) >= _FULL
        and block[-1][-1] in ".!?:"
        and all(_overfull(above, line, widest) for above, line in pairwise(block))
        and 2 * sum(line[0].islower() for line in block[1:]) >= len(block)
        and sum(map(len, block)) <= _WORD * sum(len(line.split()) for line in block)
        and not any(map(_ITEM.match, block))
    )


def _overfull(above: str, line: str, widest: int) -> bool:
    """Whether the next word would not have fitted into the width of this paragraph: the line was wrapped here."""
    return len(above) + 1 + len(line.partition(" ")[0]) > widest


def _combed(runs: Sequence[Sequence[str]]) -> bool:
    """Lines wrapped once at some 80 characters and once more a few before: long, a word or two, long, a word or two.

    The word or two end in the midst of a sentence a line that was one: there was no room for the next word.
    """
    teeth = [
        (" ".join(run), after[0].partition(" ")[0]) for run, after in pairwise(runs)
        if len(run) == 2 and len(run[1]) < WRAPPED // 2 and len(run[0]) + len(run[1]) < UNWRAPPED
    ]  # fmt: skip
    widest = max((len(line) for line, _ in teeth), default=0)
    amid = [word for line, word in teeth if line[-1] not in ".!?:;)" and len(line) + 1 + len(word) > widest]
    prose = any(word[:1].islower() for word in amid)
    return prose and len(amid) > 1 and 2 * len(amid) >= len(teeth) and 3 * len(teeth) >= len(runs) - 1


def _width(lengths: list[int]) -> tuple[int, int]:
    """The width a paragraph was wrapped to, and the length above which a line of it was not.

    Some clients wrap at 150 and more: believed where two lines at least end near that width.
    """
    widest = max(lengths)
    if UNWRAPPED < widest <= 250 and sum(length >= widest - 15 for length in lengths[:-1]) >= 2:
        return widest, widest
    return max((length for length in lengths if length <= UNWRAPPED), default=0), UNWRAPPED


def _items(block: list[str]) -> list[str] | None:
    """A block that starts with a list item as a list, or None if showing it as one would change what it says."""
    entries: list[tuple[int, str, list[str]]] = []  # depth, marker, lines
    stack: list[tuple[int, str, int]] = []  # indent, sign ("" = numbered), last number
    widest, above = max(WRAPPED, _width([len(line) for line in block])[0]), ""
    for line in block:
        match = _ITEM.match(line)
        if match is None and line.strip() in _EMPTY:
            continue
        if match is None:
            if not entries or not (line[0].isspace() or len(above) >= WRAPPED or _overfull(above, line, widest)):
                return None
            entries[-1][2].append(line.strip())
            above = line
            continue
        above = line
        indent, sign, number = len(match[1].expandtabs(4)), match[2] or "", int(match[3] or 0)
        while stack and indent < stack[-1][0]:
            stack.pop()
        last = 0
        if stack and indent <= stack[-1][0] + 1:
            _, before, last = stack.pop()
            if bool(before) != bool(sign) or {before, sign} == {"-", "+"}:  # a patch is no list
                return None
        elif len(stack) >= 3 or (entries and not stack):
            return None
        if not sign and number != last + 1:  # Python-Markdown begins every list with 1
            return None
        stack.append((indent, sign, number))
        entries.append((len(stack) - 1, "- " if sign else f"{number}. ", [line[match.end() :]]))
    if len(entries) < 2:
        return None
    return ["    " * depth + marker + escape_line(" ".join(text)) for depth, marker, text in entries]


def sayings(lines: Sequence[str]) -> list[str]:
    """What stands on lines of its own: paragraphs, list items without their markers, short lines (not escaped)."""
    found: list[str] = []
    last = ""  # the line above
    for line in clean("\n".join(lines)).split("\n"):
        text = line.strip()
        item = _ITEM.match(line)
        if item is not None:
            found.append(line[item.end() :].strip())
        elif text and last and WRAPPED <= len(last) <= UNWRAPPED:
            found[-1] += " " + text
        elif text:
            found.append(text)
        last = text
    return found


def flatten(lines: Sequence[str]) -> str:
    """The lines as one run of text, for snippets (not escaped)."""
    return " ".join(clean(" ".join(lines)).split())


__all__ = ["clean", "escape", "escape_block", "flatten", "sayings"]
