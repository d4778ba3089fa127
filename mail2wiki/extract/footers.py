"""Lines that programs add: devices ("Sent from my phone"), disclaimers, warnings of a gateway, list footers.

Each is known by its first words, from `patterns/signatures.toml`. Refuses to look for them in the middle of a text:
who calls says which lines stand at an end.
"""

from __future__ import annotations

from mail2wiki.extract import line_kinds
from mail2wiki.extract.line_kinds import Lines
from mail2wiki.records import DISCLAIMER, NEW

FOOTER = 16  # lines of text that may follow the rule line of a list footer
DECORATION = " ,.!;:-–—*_~/|>\"'()#"
_TABLES = line_kinds.load("signatures.toml")
_DEVICES = [(tuple(entry["starts"]), tuple(entry["words"])) for entry in _TABLES["device"]]
DEVICE_FIRST = frozenset(start.split()[0] for starts, _ in _DEVICES for start in starts)
DISCLAIMERS: dict[str, tuple[str, ...]] = {}  # by their first word
for _phrase in line_kinds.words(_TABLES["disclaimer"]):
    DISCLAIMERS[_phrase.split()[0]] = (*DISCLAIMERS.get(_phrase.split()[0], ()), _phrase)
_FOOTERS = tuple(line_kinds.words(_TABLES["footer"]))


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


def disclaims(text: str) -> bool:
    low = text[:140].lower().lstrip(" *_#-–—|>\"'(")
    word = low.split(None, 1)[0].strip(DECORATION) if low else ""
    return low.startswith(DISCLAIMERS.get(word, ("[external]", "[extern]")))


def banner(seen: Lines, marks: list[str]) -> None:
    """The mail gateway's warning at the top ("This message comes from outside")."""
    for at in range(min(6, len(marks))):
        if marks[at] == NEW and seen.texts[at] and disclaims(seen.texts[at]):
            end = at
            while end < len(marks) and end < at + 4 and marks[end] == NEW and seen.texts[end]:
                marks[end] = DISCLAIMER
                end += 1


def list_footer(seen: Lines, marks: list[str]) -> None:
    """What a list adds at the very end: below a rule line, or a last paragraph about unsubscribing."""
    total = len(marks)
    count, at = 0, total - 1 if "-" in seen.letters or "=" in seen.letters else -1
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
        if seen.letters[at] == "-" and seen.letters[rule] == "=":
            return False  # the author's signature stands above the list's own rule line
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
