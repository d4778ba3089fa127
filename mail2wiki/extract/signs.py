"""Quote signs that are none of `>`, written as `> `: what comes later, in all rooms, knows one sign.

News readers let their users choose a sign (`| text`, `] text`, `} text`), mailbox programs put the quoted person's
initials in front (`UM> text`, `U(> text`), and Supercite the whole name; those stay, behind the usual sign. Such lines
are quotes below an attribution line and there only: elsewhere they are tables, comments and prompts. Refuses to take
marks of a list for signs, and a colon, which a smiley and much else begin with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mail2wiki.extract import line_kinds

DEEPEST = 9  # signs in front of each other
_SIGNS = "|#%}]=&$"
_NAMED = r"[^\W\d_]{1,10}\(?>"
_BELOW = re.compile(rf":\n{{1,3}}[ \t]{{0,6}}(?:(?P<sign>[{re.escape(_SIGNS)}])|(?P<named>{_NAMED}))")
_INITIALS = r"[A-ZÀ-ÖØ-Þ]{2,10}>"  # of somebody who was quoted before
_BY_INITIALS = re.compile(_INITIALS + "(?: |$)")
_SUPERCITE = re.compile(r">{2,} ?(\"[^\"]{1,60}\" == .{1,200}:)")
_VERBS = frozenset(("wrote", "writes", "schrieb", "schreibt"))
_NAME_WORDS = 4  # "Ina von Beispiel wrote:"


def usual(lines: list[str]) -> list[str]:
    """The lines of a plain text; those that carry another quote sign below an attribution line have `> ` instead."""
    text = "\n".join(lines)
    if ":\n" not in text:
        return lines
    at = passed = 0
    for found in _BELOW.finditer(text):
        at += text.count("\n", passed, found.start())
        passed = found.start()
        below = at + text.count("\n", found.start(), found.end())
        sign = found["sign"] or found["named"]
        if _introduces(lines, at, found["named"]) and (found["named"] or _all_have(lines, below, sign)):
            return _rewritten(lines, at, below, sign)
    return lines


def _introduces(lines: Sequence[str], at: int, named: str | None) -> bool:
    """Does a quote follow this line? The less unmistakable the sign below it, the more the line must say."""
    text = line_kinds.unquote(lines[at])[1]
    above = line_kinds.unquote(lines[at - 1])[1] if at else ""
    sure = max(line_kinds.attribution(text), line_kinds.attribution(f"{above} {text}") if above else 0)
    if named:
        return sure > 0 or _BY_INITIALS.match(f"{named} ") is not None
    words = text.rstrip(": ").split()
    by_name = (
        1 < len(words) <= _NAME_WORDS + 1 and words[-1] in _VERBS and all(word[0].isupper() for word in words[:-1])
    )
    return sure == 2 or (sure == 1 and ("@" in text or by_name))


def _all_have(lines: Sequence[str], at: int, sign: str) -> bool:
    """Has the next line the sign as well, if the paragraph has one, and is this line more than a row of a table?"""
    text = lines[at].strip()
    below = lines[at + 1].strip() if at + 1 < len(lines) else ""
    return (text == sign or text[-1] != sign) and (not below or below[0] == sign)


def _rewritten(lines: Sequence[str], at: int, below: int, sign: str) -> list[str]:
    """All lines from the attribution on that have the sign with the usual one; names stay behind it."""
    if len(sign) > 1:
        own = re.compile(rf"[ \t]{{0,6}}(?={re.escape(sign)}|{_INITIALS})")
        return [
            *lines[:at],
            *(own.sub("> ", line, count=1) if own.match(line) else _uncited(line) for line in lines[at:]),
        ]
    apart = lines[below].strip()[1:2] in (" ", "\t", "")  # `= text`, but not `=)`
    own = re.compile(rf"[ \t]{{0,6}}{re.escape(sign)}" + ("(?=[ \t]|$)[ \t]?" if apart else " ?"))
    return [*lines[:at], *(_with_usual_sign(line, own, sign) for line in lines[at:])]


def _uncited(line: str) -> str:
    """Supercite's attribution line without the signs that make it look quoted."""
    cited = _SUPERCITE.match(line)
    return cited[1] if cited else line


def _with_usual_sign(line: str, own: re.Pattern[str], sign: str) -> str:
    depth = 0
    while depth < DEEPEST and (found := own.match(line)) and not _rule_or_row(line, sign):
        depth, line = depth + 1, line[found.end() :]
    return f"{'> ' * depth}{line}".rstrip() if depth else line


def _rule_or_row(text: str, sign: str) -> bool:
    """A rule line, or a row of a table."""
    text = text.strip()
    return text != sign and (text[-1:] == sign == "|" or (len(text) > 2 and not text.strip(sign)))
