"""Lines that programs add: devices ("Sent from my phone"), disclaimers, warnings of a gateway, list footers.

Each is known by its first words, from `patterns/signatures.toml`. Refuses to look for them in the middle of a text:
who calls says which lines stand at an end.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from itertools import chain

from mail2wiki.extract import contacts, line_kinds
from mail2wiki.extract.line_kinds import Lines
from mail2wiki.records import DISCLAIMER, NEW, QUOTED, SIGNATURE
from mail2wiki.stems import Stems

FOOTER = 16  # lines of text that may follow the rule line of a list footer
DECORATION = " ,.!;:-–—*_~/|>\"'()#"
_TABLES = line_kinds.load("signatures.toml")
_DEVICES = [(tuple(entry["starts"]), tuple(entry["words"])) for entry in _TABLES["device"]]
DEVICE_FIRST = frozenset(start.split()[0] for starts, _ in _DEVICES for start in starts)
_HEDGED = tuple(line_kinds.words(_TABLES["hedged"]))
_LEGAL = tuple(line_kinds.words(_TABLES["legal"]))
_STERN = (*_LEGAL, *line_kinds.words(_TABLES["legal"], "privacy"))


def _by_first_word(phrases: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for phrase in phrases:
        word = phrase.split()[0].strip(DECORATION)
        found[word] = (*found.get(word, ()), phrase)
    return found


_WARNINGS = tuple(line_kinds.words(_TABLES["warning"]))
_WARNED = _by_first_word(_WARNINGS)
DISCLAIMERS = _by_first_word((*line_kinds.words(_TABLES["disclaimer"]), *_WARNINGS, *_HEDGED))
_FOOTERS = tuple(line_kinds.words(_TABLES["footer"]))
_SCRUBBED = tuple(line_kinds.words(_TABLES["scrubbed"]))
_SCRUBBED_HTML = tuple(line_kinds.words(_TABLES["scrubbed"], "html"))
_SCRUBBED_KINDS = tuple(line_kinds.words(_TABLES["scrubbed"], "kinds"))
_SCRUBBED_MESSAGES = tuple(line_kinds.words(_TABLES["scrubbed"], "messages"))
_SCRUBBED_ENDS = tuple(line_kinds.words(_TABLES["scrubbed"], "ends"))
_PARTS = tuple(line_kinds.words(_TABLES["scrubbed"], "parts"))
_ARCHIVED = (*_PARTS, *_SCRUBBED_ENDS)
_HTML = "an html attachment was scrubbed"
_TAGS = ("[external]", "[extern]")
_OPENS = tuple(line_kinds.words(_TABLES["footer"], "opens"))
WARNING = 4  # lines of a gateway's warning
OPENING = 80  # characters of a quoted line by which a warning or a picture is known
_ADDRESS = "attachments/"  # in that of a scrubbed part
FACTS = 8  # lines that name, type and address of a scrubbed part take
_PICTURES = tuple(line_kinds.words(_TABLES["picture"]))
_NOTICES = tuple(line_kinds.words(_TABLES["notice"]))
_NOTICE_FIRST = frozenset(word[0] for word in _NOTICES) | {word[0].upper() for word in _NOTICES}
_DISCLAIMING = frozenset((*chain.from_iterable(DISCLAIMERS.values()), *_TAGS))
_ADDED = _DISCLAIMING | frozenset((*_PICTURES, *chain.from_iterable(starts for starts, _ in _DEVICES)))
_ABOUT_LISTS = frozenset((*_FOOTERS, _HTML))
_STEMS = Stems((*_ADDED, *_ABOUT_LISTS, *_ARCHIVED, *_OPENS, *_NOTICES, *contacts.REGISTERED))
PROSE = 9  # blanks between the words of a line that is prose
NEAR = 12  # lines of text in which a disclaimer says that it is one
WRAPPED = 50  # characters of a line that may go on below
NOTICE = 120  # characters of a line that says no more than whose text stands above it


def stems(seen: Lines) -> frozenset[str]:
    """The words anywhere in a text that the functions below go by: nearly no message has any that lets them look."""
    return _STEMS.in_lines(seen.texts)


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


def disclaimer(seen: Lines, marks: list[str], at: int, top: int, stop: int) -> None:
    """The rest of the paragraph goes with its first line, and so does a rule line above."""
    if at > top and seen.letters[at - 1] in "-=" and marks[at - 1] == NEW:
        marks[at - 1] = DISCLAIMER
    while at < stop and seen.texts[at] and marks[at] == NEW:
        marks[at] = DISCLAIMER
        at += 1


def disclaims(seen: Lines, at: int) -> bool:
    """Whether a disclaimer starts at this line: by its first words, hedged ones only with legal words near."""
    low = _low(seen.texts[at])
    word = low.split(None, 1)[0].strip(DECORATION) if low else ""
    if not low.startswith(DISCLAIMERS.get(word, _TAGS)):
        return False
    return not low.startswith(_HEDGED) or any(
        word in text[: line_kinds.LIMIT].lower() for text in seen.texts[at : at + NEAR] for word in _LEGAL
    )


def legal(text: str) -> bool:
    """Whether a paragraph is what law departments and list programs add: confidentiality, liability, how to leave."""
    low = text.lower()
    return any(word in low for word in _LEGAL) or any(map(low.__contains__, _FOOTERS))


def _low(text: str) -> str:
    return text[:140].lower().lstrip(" *_#-–—|>\"'(")


def banner(seen: Lines, marks: list[str], found: Set[str]) -> None:
    """The mail gateway's warning at the top ("This message comes from outside")."""
    for at in range(0 if found.isdisjoint(_DISCLAIMING) else min(6, len(marks))):
        if marks[at] == NEW and seen.texts[at] and disclaims(seen, at):
            end = at
            while end < len(marks) and end < at + 4 and marks[end] == NEW and seen.texts[end]:
                marks[end] = DISCLAIMER
                end += 1


def notices(seen: Lines, marks: list[str], found: Set[str]) -> None:
    """Copyright notices that a message says again: a digest has one below each article, a paragraph of its own.

    The first one stays: it says where an article is from.
    """
    if found.isdisjoint(_NOTICES):
        return
    said: set[str] = set()
    last = len(marks) - 1
    for at, text in enumerate(seen.texts):
        if text[:1] not in _NOTICE_FIRST or len(text) > NOTICE or marks[at] != NEW:
            continue
        alone = (at == 0 or not seen.texts[at - 1]) and (at == last or not seen.texts[at + 1])
        if alone and text.lower().startswith(_NOTICES):
            if text in said:
                marks[at] = DISCLAIMER
            said.add(text)


def list_footer(seen: Lines, marks: list[str], found: Set[str]) -> None:
    """What a list adds at the very end: below a rule line, or a last paragraph about unsubscribing."""
    count, at = 0, len(marks) - 1 if _ruled(seen, found) else -1
    while at >= 0 and count <= FOOTER:
        if seen.letters[at] in "-=" and not seen.depths[at] and seen.texts[at] and _about_list(seen, at):
            _footer(seen, marks, at)
        count += bool(seen.texts[at])
        at -= 1
    first = -1 if found.isdisjoint(_OPENS) else _last_paragraph(seen, marks)
    if first >= 0:
        _footer(seen, marks, first)


def _footer(seen: Lines, marks: list[str], at: int) -> None:
    """A rule line (or first line) and the rest of its paragraph; one blank line may stand below the rule.

    Where the footer of a quoted message was glued to what its writer said below it, prose ends the footer.
    """
    marks[at] = DISCLAIMER
    at += 1
    if at < len(marks) and not seen.texts[at]:
        at += 1
    while at < len(marks) and seen.texts[at] and not seen.depths[at] and not _goes_on(seen, at):
        marks[at] = DISCLAIMER
        at += 1


def _ruled(seen: Lines, found: Set[str]) -> bool:
    """Whether there is a rule line, and somewhere what may make it a list's."""
    return not found.isdisjoint(_ABOUT_LISTS) and ("-" in seen.letters or "=" in seen.letters)


def quoted(seen: Lines, marks: list[str], found: Set[str]) -> None:
    """The same inside quotations: what a device, a list or a gateway added to the text that is quoted is nobody's."""
    ruled = _ruled(seen, found)
    if not ruled and found.isdisjoint(_ADDED):
        return
    for at, text in enumerate(seen.texts):
        if marks[at] != QUOTED or not text:
            continue
        if ruled and seen.letters[at] in "-=" and _about_list(seen, at):
            depth = seen.depths[at]
            while at < len(marks) and marks[at] == QUOTED and seen.texts[at] and seen.depths[at] == depth:
                if seen.letters[at] not in "-=" and _goes_on(seen, at):
                    break
                marks[at] = DISCLAIMER
                at += 1
            continue
        first = text.partition(" ")[0].lower().strip(DECORATION)
        if not first:  # nothing but signs: "*** WARNING: ..."
            first = text.lstrip(DECORATION).partition(" ")[0].lower().rstrip(DECORATION)
        if first in DEVICE_FIRST and is_device(text):
            marks[at] = SIGNATURE
            if at and seen.letters[at - 1] in "-=" and marks[at - 1] == QUOTED:
                marks[at - 1] = SIGNATURE
        elif text[0] in "[<" and text[-1] in "]>" and text[:OPENING].lower().startswith(_PICTURES) and "] " not in text:
            marks[at] = DISCLAIMER
        elif first in _WARNED and text[:OPENING].lower().lstrip(DECORATION).startswith(_WARNED[first]):
            depth = seen.depths[at]
            for below in range(at, min(len(marks), at + WARNING)):
                if marks[below] != QUOTED or not seen.texts[below] or seen.depths[below] != depth:
                    break
                marks[below] = DISCLAIMER
        elif first in DISCLAIMERS and first[0].isalpha() and disclaims(seen, at):
            start, last = _paragraph(seen, marks, at)
            if start == at and last - at < FOOTER and _stern(seen, at, last + 1):  # amid a text it may be anything
                marks[start : last + 1] = [DISCLAIMER] * (last + 1 - start)


def _stern(seen: Lines, start: int, stop: int) -> bool:
    """Whether a paragraph says what only a law department would, beside beginning as its texts do."""
    return any(map(" ".join(seen.texts[start:stop]).lower().__contains__, _STERN))


def letterheads(seen: Lines, marks: list[str], found: Set[str]) -> None:
    """The legal part of a letterhead (register, court, management) in a quotation: a paragraph of its own."""
    if found.isdisjoint(contacts.REGISTERED):
        return
    last = -1
    for at, text in enumerate(seen.texts):
        if at <= last or marks[at] != QUOTED or not contacts.registered(text.lower()):
            continue
        start, last = _paragraph(seen, marks, at)
        while start < at and not contacts.names_company(seen.texts[start]):
            start += 1  # glued to the end of a text
        if last - start < FACTS and contacts.letterhead(" ".join(seen.texts[start : last + 1])):
            marks[start : last + 1] = [SIGNATURE] * (last + 1 - start)


def _paragraph(seen: Lines, marks: list[str], at: int) -> tuple[int, int]:
    """First and last of the lines around this one that are marked and quoted alike, without a blank one between."""
    start = stop = at
    alike = (marks[at], seen.depths[at])
    while start and seen.texts[start - 1] and (marks[start - 1], seen.depths[start - 1]) == alike:
        start -= 1
    while stop + 1 < len(marks) and seen.texts[stop + 1] and (marks[stop + 1], seen.depths[stop + 1]) == alike:
        stop += 1
    return start, stop


def scrubbed(seen: Lines, marks: list[str], found: Set[str]) -> None:
    """What a list's archive put in the place of a part that says nothing more: the same as HTML, a signature."""
    if found.isdisjoint(_ARCHIVED):
        return
    for at, text in enumerate(seen.texts):
        if marks[at] not in (NEW, QUOTED) or not text:
            continue
        low = text[:100].lower()
        if low.startswith(_PARTS):
            marks[at] = DISCLAIMER
        elif low.endswith(_SCRUBBED_ENDS) and low.startswith(_SCRUBBED):
            stop = _facts(seen, at)
            facts = " ".join(seen.texts[at + 1 : stop]).lower()
            if low.startswith(_SCRUBBED_HTML) or any(kind in facts for kind in _SCRUBBED_KINDS):
                marks[at:stop] = [DISCLAIMER] * (stop - at)
            elif low.startswith(_SCRUBBED_MESSAGES):  # its From, Subject and Date are no header block
                marks[at:stop] = [marks[at]] * (stop - at)


def _facts(seen: Lines, at: int) -> int:
    """Behind the last line about a part: its address, where another notice stands below."""
    stop = at + 1
    while stop < len(seen.texts) and seen.texts[stop] and stop - at < FACTS:
        stop += 1
        if _ADDRESS in seen.texts[stop - 1]:
            break
    return stop


def _goes_on(seen: Lines, at: int) -> bool:
    """Whether somebody's prose begins here, below a line of a footer that is complete."""
    text, above = seen.texts[at], seen.texts[at - 1]
    if text.count(" ") < PROSE or seen.letters[at - 1] in "-=" or contacts.evidence(text):
        return False
    whole = len(above) < WRAPPED or above[-1] in ".!?" or contacts.evidence(above) > 0
    low = text[: line_kinds.LIMIT].lower()
    return whole and not any(map(low.__contains__, _FOOTERS))


def _about_list(seen: Lines, rule: int) -> bool:
    """Whether one of the next lines of text below a rule line speaks of a mailing list."""
    looked = 0
    for at in range(rule + 1, len(seen.texts)):
        low = seen.texts[at][:200].lower()
        if seen.letters[at] == "-" and seen.letters[rule] == "=":
            return False  # the author's signature stands above the list's own rule line
        if low:
            if any(map(low.__contains__, _FOOTERS)) or low.startswith(_HTML):
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
    return start if low.startswith(_OPENS) and not seen.depths[start] else -1
