"""The rest of a subject that a client wrapped in the header block of a quote: it belongs to the block, not to the text.

Its line looks like the first line of the text, so it is taken for the rest only where the message's own subject ends
with the same words. Refuses to go by the length of lines: "Dear users," stands directly below long subjects, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mail2wiki.records import HEADER, NEW, QUOTED

_BELOW = re.compile(f"(?<={HEADER})[{NEW}{QUOTED}]")
_OTHER = re.compile(r"[\W_]+")
_SIGNS = " \t>|"
LONGEST = 100  # characters of a line that may be the rest of a subject
TAIL = 12  # letters of the line above by which it is known as the subject; a reply's "Re:" stands before them


def mark(lines: Sequence[str], marks: str, subject: str) -> str:
    """The marks, with the rest of wrapped subjects as header lines."""
    below = [found.start() for found in _BELOW.finditer(marks)]
    whole = _letters(subject) if below else ""
    changed = bytearray(marks, "ascii")
    for at in below:
        above, rest = lines[at - 1].strip(_SIGNS), lines[at].strip(_SIGNS)
        if len(rest) > LONGEST or ":" not in above:
            continue
        first, rest = _letters(above.partition(":")[2]), _letters(rest)
        if rest and len(first) >= TAIL and whole.endswith(first[-TAIL:] + rest):
            changed[at] = ord(HEADER)
    return changed.decode("ascii")


def _letters(text: str) -> str:
    return _OTHER.sub("", text).lower()
