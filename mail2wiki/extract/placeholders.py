"""Plain parts that only say "read the HTML part": patterns/body-placeholders.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

LONGEST = 600
"""A text longer than this says something of its own, whatever it says about HTML."""


def sends_to_html(text: str) -> bool:
    """Is this all the text says: that there is an HTML part, or that the reader's program is too old for it?"""
    return len(text) <= LONGEST and any(pattern.search(text) for pattern in _patterns())


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    path = Path(__file__).parent / "patterns" / "body-placeholders.toml"
    entries = tomllib.loads(path.read_text("utf-8")).values()
    return tuple(re.compile(pattern, re.I) for entry in entries for pattern in entry["patterns"])
