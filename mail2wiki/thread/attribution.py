"""Who wrote a quoted paragraph, and when: from the attribution line or header block above it, as written.

Refuses to interpret: names and dates stay as the client wrote them; when in doubt nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mail2wiki.records import Body


def authors(body: Body, rows: Sequence[tuple[int, int]]) -> dict[int, tuple[str, str]]:
    """(author, date) for each (row, first line) that has one."""
    return {}
