"""Where the author's own text ends: signatures, lines of devices, disclaimers, list footers.

Works on what `quotes` left as new, run by run (text between quotes), from the end of each run upwards and never
further than TAIL lines: a closing followed by lines like those of a signature, the `-- ` delimiter, a block of contact
facts, the sender's bare name. Greetings at the top, postscripts and prose below a signature stay the author's own.
Refuses to take a closing that stands in the middle of prose; when unsure a line stays new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mail2wiki.extract import contacts, line_kinds
from mail2wiki.extract.language import little_words
from mail2wiki.extract.line_kinds import Lines
from mail2wiki.records import BLANK, DISCLAIMER, NEW, SIGNATURE

TAIL = 60  # lines at the end of a run that are looked at; longer signatures were not seen in 500 messages
DELIMITED = 25  # lines of text that may follow a signature delimiter
CLOSINGS = 3  # signatures below each other: the program's and the writer's own
SHORT = 6  # lines below a closing that are its signature even if more text follows than a signature has
WORDY = 20  # words that make a paragraph of no short lines prose
MOTTO = 12  # lines of prose a signature may hold; more is text below a rule line
DOUBTFUL = 2  # the same below a delimiter that is indented, not spelt `--`, or has no text above it
FOOTER = 16  # lines of text that may follow the rule line of a list footer
_TABLES = line_kinds.load("signatures.toml")
_LOST = ("?", "??", "\ufffd", "\ufffd\ufffd")
"""What stands for an umlaut where an archive or a client destroyed it."""


def _with_lost_umlauts(words: Iterable[str]) -> frozenset[str]:
    """The words, and each as it reads without its umlauts."""
    every = frozenset(words)
    return every.union(_UMLAUT.sub(lost, word) for word in every if _UMLAUT.search(word) for lost in _LOST)


_UMLAUT = re.compile("[äöüß]")
_CLOSINGS = _with_lost_umlauts(line_kinds.words(_TABLES["closing"]))
_THANKS = _with_lost_umlauts(line_kinds.words(_TABLES["thanks"]))
_PATCHES = tuple(line_kinds.words(_TABLES["patch"]))
_POSTSCRIPTS = tuple(line_kinds.words(_TABLES["postscript"]))
_DEVICES = [(tuple(entry["starts"]), tuple(entry["words"])) for entry in _TABLES["device"]]
_DEVICE_FIRST = frozenset(start.split()[0] for starts, _ in _DEVICES for start in starts)
_DISCLAIMERS: dict[str, tuple[str, ...]] = {}  # by their first word
for _phrase in line_kinds.words(_TABLES["disclaimer"]):
    _DISCLAIMERS[_phrase.split()[0]] = (*_DISCLAIMERS.get(_phrase.split()[0], ()), _phrase)
_FOOTERS = tuple(line_kinds.words(_TABLES["footer"]))
_CLOSING_FIRST = frozenset(word.split()[0].strip(",.!/") for word in _CLOSINGS | _THANKS)
_DECORATION = " ,.!;:-–—*_~/|>\"'()#"
_JOINERS = frozenset(("aus", "und", "von", "from", "and", "an", "nach", "vom"))
_NEW_RUN = re.compile(f"{NEW}(?:[{NEW}{BLANK}]*{NEW})?")
_ITEM = re.compile(r"(?:[*+•·o-]|\d{1,2}[.)])\s+\w")
_NAME_LINE = re.compile(r"[-–—/~]{1,2}\s?[A-ZÄÖÜ][\w.'-]*(?: [A-ZÄÖÜ][\w.'-]*){0,3}")
_NAME = re.compile(
    r"[\"'(]?[A-ZÄÖÜÉŁØÅ][\w.'’-]*[,)\"']?(?: [\"'(]?(?:[a-zäöü]{1,4} )?[A-ZÄÖÜÉŁØÅ][\w.'’-]*[,)\"']?){0,4}"
)


def mark(seen: Lines, marks: list[str], sender: str = "") -> None:
    """Change `marks` from new to signature or disclaimer where that is what the lines are."""
    _list_footer(seen, marks)
    for start, stop in _runs(marks):
        _run(seen, marks, start, stop, sender)
    _banner(seen, marks)


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
        _set(marks, delimiter, stop, SIGNATURE)
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
        word = text.split(None, 1)[0].lower().strip(_DECORATION)
        if word in _DISCLAIMERS and _disclaims(text):
            _disclaimer(seen, marks, at, top, stop)
        elif word in _DEVICE_FIRST and is_device(text):
            marks[at] = SIGNATURE
        elif len(text) <= 70 and word in _CLOSING_FIRST:
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
    count = prose = 0
    found, flush = -1, False
    for at in range(stop - 1, top - 1, -1):
        text, indented = seen.texts[at], seen.raw[at][:1].isspace()
        if seen.letters[at] == "=" and marks[at] == NEW and not (indented and flush):
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


def is_device(text: str) -> bool:
    """Whether a whole line is what a device or program adds ("Sent from my iPhone")."""
    low = text[:130].lower().strip("\"'()[]*_ .!")
    if len(low) > 120 or len(low.split()) > 14:
        return False
    for starts, words in _DEVICES:
        if low.startswith(starts) and any(word in low for word in words):
            return not (", " in low and _sentence_like(low))
    return False


def _sentence_like(low: str) -> bool:
    return any(
        f" {word} " in low
        for word in ("is", "was", "ist", "war", "so", "because", "weil", "when", "wenn", "but", "aber")
    )


def closing(text: str) -> int:
    """0: not a closing; 1: thanks, a closing if a name follows; 2: a closing; 3: a closing with a name on its line."""
    if len(text) > 70:
        return 0
    low = text.lower().strip(" ,.!;:-–—*_~")
    first = low.split(None, 1)[0].strip(",./") if low else ""
    if first not in _CLOSING_FIRST and low not in _CLOSINGS:
        return 0
    if low in _CLOSINGS:
        return 2
    if low in _THANKS:
        return 1
    if "/" in low and all(part.strip(" ,.") in _CLOSINGS for part in low.split("/")):
        return 2
    words = text.strip(" ,.!;:-–—*_~").split()
    for count in range(min(5, len(words) - 1), 0, -1):
        head = " ".join(words[:count])
        rest = words[count:]
        comma = head.endswith((",", "!", "."))
        bare = head.lower().strip(" ,.!")
        if bare in _CLOSINGS and not rest[0].strip(_DECORATION):
            return 3 if 1 < len(rest) <= 4 else 0
        if bare in _CLOSINGS or (comma and bare in _THANKS):
            if rest[0].lower() in _JOINERS and len(rest) <= 6 and (count > 1 or bare not in ("best", "yours")):
                return 2
            named = (
                len(rest) <= 4
                and all(word[:1].isupper() for word in rest)
                and (comma or count > 1 or len(bare) <= 3 or bare in ("gruß", "grüße", "gruss"))
            )
            return 3 if named else 0
    return 0


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
        named = _NAME.fullmatch(text.strip(" ,*_-–~")) is not None
        return len(text) <= 45 and (named or _names_sender(text, sender, initials=True))
    if sure == 3 and below > at + 1:
        return True
    return not is_prose(text)


def is_prose(text: str) -> bool:
    """Whether a line is somebody's sentence and not a line of a signature."""
    count = text.count(" ") + 1
    if count < 7 or (count < 12 and text[-1] not in ".!?…:,"):
        return False
    return not contacts.evidence(text)


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
            if (
                texts[0].lower().startswith(_POSTSCRIPTS)
                and texts[0].split(None, 1)[0].lower().strip(":") in _POSTSCRIPTS
            ):
                at = end + 1
                continue
            if not first and _is_text(texts):
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
    return name + (_NAME.fullmatch(seen.texts[name].strip(" ,*_-–~")) is not None)


def _cut(texts: list[str]) -> int:
    """How many lines of the paragraph with the closing belong to the signature."""
    for count, text in enumerate(texts):
        low = text.lower()
        if count and (is_prose(text) or low.startswith(("ps:", "p.s.", "nb:", *_PATCHES))):
            return count
    return len(texts)


def _is_text(texts: list[str]) -> bool:
    """Whether a paragraph below a signature is text again: prose (also wrapped), a list, a patch."""
    if any(text.lower().startswith(_PATCHES) for text in texts):
        return True
    if sum(map(contacts.evidence, texts)) >= 2:
        return False
    prose = sum(map(is_prose, texts))
    if prose > 0 and prose * 2 >= len(texts):
        return True
    if sum(_ITEM.match(text) is not None for text in texts) >= 2:
        return True
    words = " ".join(texts)[:2000].lower().split()
    return (
        len(words) >= max(WORDY, 7 * len(texts))
        and sum(word.strip(_DECORATION) in little_words() for word in words) * 5 >= len(words)
    )


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
    named = _NAME.fullmatch(texts[0].strip(" ,*_-–~")) is not None
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
    if _names_sender(text, sender, initials=alone):
        marks[stop - 1] = SIGNATURE


def _names_sender(text: str, sender: str, initials: bool) -> bool:
    """Whether a line is nothing but the sender's name, a part of it, or (`initials`) the initials."""
    parts = [part for part in re.split(r"[^\w]+", sender.lower()) if part and "@" not in sender]
    said = [part for part in re.split(r"[^\w]+", text.lower()) if part]
    if not parts or not said or len(said) > 5:
        return False
    known = set(parts) | {part[:1] for part in parts}
    if all(part in known for part in said) and any(len(part) > 1 for part in said):
        return True
    return initials and said == ["".join(part[0] for part in parts)]


def _disclaimer(seen: Lines, marks: list[str], at: int, top: int, stop: int) -> None:
    """The rest of the paragraph goes with its first line, and so does a rule line above."""
    if at > top and seen.letters[at - 1] in "-=" and marks[at - 1] == NEW:
        marks[at - 1] = DISCLAIMER
    while at < stop and seen.texts[at] and marks[at] == NEW:
        marks[at] = DISCLAIMER
        at += 1


def _disclaims(text: str) -> bool:
    low = text[:140].lower().lstrip(" *_#-–—|>\"'(")
    word = low.split(None, 1)[0].strip(_DECORATION) if low else ""
    return low.startswith(_DISCLAIMERS.get(word, ("[external]", "[extern]")))


def _banner(seen: Lines, marks: list[str]) -> None:
    """The mail gateway's warning at the top ("This message comes from outside")."""
    for at in range(min(6, len(marks))):
        if marks[at] == NEW and seen.texts[at] and _disclaims(seen.texts[at]):
            end = at
            while end < len(marks) and end < at + 4 and marks[end] == NEW and seen.texts[end]:
                marks[end] = DISCLAIMER
                end += 1


def _list_footer(seen: Lines, marks: list[str]) -> None:
    """What a list adds at the very end: below a rule line, or a last paragraph about unsubscribing."""
    total = len(marks)
    count, at = 0, total - 1
    while at >= 0 and count <= FOOTER:
        if seen.letters[at] in "-=" and not seen.depths[at] and seen.texts[at] and _about_list(seen, at):
            _footer(seen, marks, at)
        count += bool(seen.texts[at])
        at -= 1
    first = _last_paragraph(seen, marks)
    if first >= 0:
        _footer(seen, marks, first)


def _footer(seen: Lines, marks: list[str], at: int) -> None:
    """A rule line (or first line) and the rest of its paragraph; one blank line may stand below the rule."""
    marks[at] = DISCLAIMER
    at += 1
    if at < len(marks) and not seen.texts[at]:
        at += 1
    while at < len(marks) and seen.texts[at] and not seen.depths[at]:
        marks[at] = DISCLAIMER
        at += 1


def _about_list(seen: Lines, rule: int) -> bool:
    """Whether one of the next lines of text below a rule line speaks of a mailing list."""
    looked = 0
    for at in range(rule + 1, len(seen.texts)):
        low = seen.texts[at][:200].lower()
        if low:
            if any(word in low for word in _FOOTERS) or low.startswith("an html attachment was scrubbed"):
                return True
            looked += 1
            if looked >= 3:
                break
    return False


def _last_paragraph(seen: Lines, marks: list[str]) -> int:
    """The start of a short last paragraph that opens with how to leave the list; -1: none."""
    stop = len(seen.texts)
    while stop and (not seen.texts[stop - 1] or marks[stop - 1] == DISCLAIMER):
        stop -= 1
    start = stop
    while start and seen.texts[start - 1] and stop - start <= 8:
        start -= 1
    if start >= stop or stop - start > 8:
        return -1
    low = seen.texts[start].lower()
    opens = low.startswith(
        (
            "to unsubscribe",
            "you received this message because",
            "you are receiving this",
            "zum abmelden",
            "um sich abzumelden",
        )
    )
    return start if opens and not seen.depths[start] else -1
