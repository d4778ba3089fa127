"""Where the author's own text ends: signatures, lines of devices, disclaimers, list footers.

Works on what `quotes` left as new, run by run (text between quotes), from the end of each run upwards and never
further than TAIL lines: a closing followed by lines like those of a signature, the `-- ` delimiter, a block of contact
facts, the sender's bare name. Greetings at the top, postscripts and prose below a signature stay the author's own.
Refuses to take a closing that stands in the middle of prose; when unsure a line stays new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mail2wiki.extract import contacts, footers, remarks
from mail2wiki.extract.closings import CLOSING_FIRST, NAME, PATCHES, closing, is_prose, is_text, names_sender
from mail2wiki.extract.footers import DECORATION, DEVICE_FIRST, DISCLAIMERS
from mail2wiki.extract.line_kinds import Lines
from mail2wiki.records import BLANK, NEW, QUOTED, SIGNATURE

TAIL = 60  # lines at the end of a run that are looked at; longer signatures were not seen in 500 messages
DELIMITED = 25  # lines of text that may follow a signature delimiter
CLOSINGS = 3  # signatures below each other: the program's and the writer's own
SHORT = 6  # lines below a closing that are its signature even if more text follows than a signature has
MOTTO = 12  # lines of prose a signature may hold; more is text below a rule line
DOUBTFUL = 2  # the same below a delimiter that is indented, not spelt `--`, or has no text above it
_NEW_RUN = re.compile(f"{NEW}(?:[{NEW}{BLANK}]*{NEW})?")
_FIRST = CLOSING_FIRST | DEVICE_FIRST | DISCLAIMERS.keys()
_NAME_LINE = re.compile(r"[-–—/~]{1,2}\s?[A-ZÄÖÜ][\w.'-]*(?: [A-ZÄÖÜ][\w.'-]*){0,3}")


def mark(seen: Lines, marks: list[str], sender: str = "") -> None:
    """Change `marks` from new to signature or disclaimer where that is what the lines are."""
    found = footers.stems(seen)
    footers.scrubbed(seen, marks, found)
    footers.list_footer(seen, marks, found)
    if QUOTED in marks:
        footers.quoted(seen, marks, found)
        footers.letterheads(seen, marks, found)
    for start, stop in _runs(marks):
        _run(seen, marks, start, stop, sender)
    footers.banner(seen, marks, found)
    footers.notices(seen, marks, found)


def _runs(marks: list[str]) -> Iterator[tuple[int, int]]:
    """Stretches of new text (blank lines inside included), trimmed of blank lines."""
    for found in _NEW_RUN.finditer("".join(marks)):
        yield found.span()


def _run(seen: Lines, marks: list[str], start: int, stop: int, sender: str) -> None:
    """One run: disclaimers and devices, then a delimiter, then closings and names above it."""
    top = max(start, stop - TAIL)
    closings = _first_words(seen, marks, top, stop)
    stop = _trim(marks, top, stop)
    delimiter = _delimiter(seen, marks, top, stop)
    if delimiter >= 0:
        _delimited(seen, marks, delimiter, _patch(seen, delimiter, stop))
        stop = _trim(marks, top, delimiter)
    found = False
    for _ in range(CLOSINGS):
        closing = _closing(seen, marks, start, closings, stop, sender)
        if closing < 0 or (found and sum(marks[line] == NEW for line in range(closing, stop)) > SHORT):
            break  # between two closings stands a text of its own
        found = True
        _signature(seen, marks, closing, stop)
        stop = _trim(marks, top, stop)
    if not found and delimiter < 0:
        _contact_block(seen, marks, top, stop)
        stop = _trim(marks, top, stop)
    if stop > start:
        _bare_name(seen, marks, start, stop, sender)


def _first_words(seen: Lines, marks: list[str], top: int, stop: int) -> list[int]:
    """Mark disclaimers and devices' lines by their first words; returns lines that may be closings, last one first."""
    closings: list[int] = []
    for at in range(top, stop):
        text = seen.texts[at]
        if marks[at] != NEW or not text:
            continue
        word = text.split(None, 1)[0].lower().strip(DECORATION)
        if word not in _FIRST:
            continue
        if word in DISCLAIMERS and footers.disclaims(seen, at):
            footers.disclaimer(seen, marks, at, top, stop)
        elif word in DEVICE_FIRST and footers.is_device(text):
            marks[at] = SIGNATURE
            if at > top and seen.letters[at - 1] in "-=" and marks[at - 1] == NEW:
                marks[at - 1] = SIGNATURE
        elif word in CLOSING_FIRST and len(text) <= 70:
            closings.append(at)
    closings.reverse()
    return closings


def _trim(marks: list[str], top: int, stop: int) -> int:
    """`stop` without the lines at the end that are blank or marked already."""
    while stop > top and marks[stop - 1] != NEW:
        stop -= 1
    return stop


def _set(marks: list[str], start: int, stop: int, mark: str) -> None:
    for at in range(start, stop):
        if marks[at] == NEW:
            marks[at] = mark


def _delimiter(seen: Lines, marks: list[str], top: int, stop: int) -> int:
    """The signature delimiter (RFC 3676 4.3, and `--` without its space); -1: none.

    Much prose below it makes it a rule line: people put `--` between two texts, too. An indented one above lines that
    are not belongs to an example.
    """
    if "=" not in seen.letters[top:stop]:
        return -1
    count = prose = 0
    found, flush = -1, False
    for at in range(stop - 1, seen.letters.index("=", top) - 1, -1):
        text, indented = seen.texts[at], seen.raw[at][:1].isspace()
        logged = at + 1 < stop and seen.texts[at + 1].startswith("-- ")  # a program's output: "--" / "-- found it"
        if seen.letters[at] == "=" and marks[at] == NEW and not (indented and flush) and not logged:
            exact = seen.raw[at].startswith("-- ")
            sure = at > 0 and seen.raw[at].startswith("--")
            if prose <= (MOTTO if sure else DOUBTFUL) and (exact or 0 < count <= DELIMITED):
                found = at
        if text:
            count += 1
            if marks[at] == NEW:
                prose += is_prose(text)
                flush = flush or not indented
    return found


def _delimited(seen: Lines, marks: list[str], at: int, stop: int) -> None:
    """The delimiter and all below it, but for a paragraph that opens as a postscript or like one."""
    spared = False
    for line in range(at, stop):
        if not seen.texts[line]:
            spared = line + 1 < stop and remarks.labelled(seen.texts[line + 1])
        elif marks[line] == NEW and not spared:
            marks[line] = SIGNATURE


def _patch(seen: Lines, at: int, stop: int) -> int:
    """Where a patch begins below the delimiter; `stop` if there is none."""
    return next((line for line in range(at + 1, stop) if seen.texts[line].lower().startswith(PATCHES)), stop)


def _closing(seen: Lines, marks: list[str], start: int, candidates: list[int], stop: int, sender: str) -> int:
    """The line where the closing stands that ends this run; -1: none. Candidates from the last to the first."""
    for at in candidates:
        if start <= at < stop and marks[at] == NEW:
            sure = closing(seen.texts[at])
            if sure and _closes(seen, at, sure, stop, sender):
                if sure == 3 and at == start and start > 0:
                    return -1  # nothing but one line below a quote: too little to call it a signature
                return _with_closings_above(seen, marks, at, start)
    return -1


def _with_closings_above(seen: Lines, marks: list[str], at: int, top: int) -> int:
    """Closings in two languages stand below each other."""
    while at - 1 >= top and marks[at - 1] == NEW and closing(seen.texts[at - 1]) == 2:
        at -= 1
    return at


def _closes(seen: Lines, at: int, sure: int, stop: int, sender: str) -> bool:
    """Whether what follows a closing looks like a signature: a name, short lines, facts; not prose."""
    below = at + 1
    while below < stop and not seen.texts[below]:
        below += 1
    if below >= stop:
        return sure >= 2
    text = seen.texts[below]
    if sure == 1:
        named = NAME.fullmatch(text.strip(" ,*_-–~")) is not None
        return len(text) <= 45 and (named or names_sender(text, sender, initials=True))
    if sure == 3 and below > at + 1:
        return True
    return not is_prose(text)


def _signature(seen: Lines, marks: list[str], at: int, stop: int) -> None:
    """From the closing on, paragraph by paragraph, as long as it is a signature; a postscript stays new."""
    first = True
    heading: list[int] = []
    if sum(marks[line] == NEW for line in range(at, stop)) > DELIMITED:
        stop = _first_lines(seen, at, stop)
    while at < stop:
        end = at
        while end < stop and seen.texts[end]:
            end += 1
        paragraph = [line for line in range(at, end) if marks[line] == NEW]
        if paragraph:
            texts = [seen.texts[line] for line in paragraph]
            if remarks.labelled(texts[0]) or (not first and remarks.remark(texts)):
                at = end + 1
                continue
            if not first and is_text(texts):
                for line in heading:
                    marks[line] = NEW
                return
            kept = _cut(texts) if first else len(texts)
            for line in paragraph[:kept]:
                marks[line] = SIGNATURE
            if kept < len(texts):
                return
            heading = paragraph if not first and len(texts) == 1 and texts[0].endswith(":") else []
            first = False
        at = end + 1


def _first_lines(seen: Lines, at: int, stop: int) -> int:
    """Where a closing and a name end when more follows than a signature has: with a short paragraph, or the name."""
    name = at + 1
    while closing(seen.texts[at]) < 3 and name < stop and not seen.texts[name]:
        name += 1
    end = name
    while end < stop and seen.texts[end]:
        end += 1
    if end - name <= SHORT or name >= stop:
        return end
    return name + (NAME.fullmatch(seen.texts[name].strip(" ,*_-–~")) is not None)


def _cut(texts: list[str]) -> int:
    """How many lines of the paragraph with the closing belong to the signature."""
    for count, text in enumerate(texts):
        low = text.lower()
        if count and (is_prose(text) or remarks.labelled(text) or low.startswith(PATCHES)):
            return count
    return len(texts)


def _contact_block(seen: Lines, marks: list[str], top: int, stop: int) -> None:
    """A last paragraph of contact facts is a signature without any closing."""
    start = stop
    while start > top and seen.texts[start - 1] and marks[start - 1] == NEW and stop - start <= 15:
        if len(seen.texts[start - 1]) > 160:
            return
        start -= 1
    texts = seen.texts[start:stop]
    if not 2 <= len(texts) <= 15 or start <= top or sum(map(contacts.possible, texts)) < 2 or any(map(is_prose, texts)):
        return
    kinds = sum(contacts.evidence(text) > 0 for text in texts)
    named = NAME.fullmatch(texts[0].strip(" ,*_-–~")) is not None
    if kinds >= 2 and (named or (kinds >= 3 and any(map(contacts.legal, texts)))):
        _set(marks, start, stop, SIGNATURE)


def _bare_name(seen: Lines, marks: list[str], start: int, stop: int, sender: str) -> None:
    """A last line that is "-Eva", "/Eva" or nothing but the sender's own name or initials."""
    text = seen.texts[stop - 1]
    alone = stop - 2 < start or not seen.texts[stop - 2]
    if len(text) > 50 or stop - 1 <= start:
        return
    if alone and _NAME_LINE.fullmatch(text):
        marks[stop - 1] = SIGNATURE
        return
    if names_sender(text, sender, initials=alone):
        marks[stop - 1] = SIGNATURE
