"""The head of a page: front matter and title (CONTRACT.md, `wiki/`)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from mail2wiki.export.markdown import clean, escape_inline, shorten
from mail2wiki.export.names import slug

_TITLE = 150


def quoted(text: str) -> str:
    """A YAML double-quoted string (JSON's are, once what YAML calls not printable is gone)."""
    return json.dumps(clean(text), ensure_ascii=False)


def head(
    title: str, id: str, type: str, updated: str, tags: Iterable[str] = (), sources: Iterable[str] = (),
    aliases: Iterable[str] = (),
) -> str:  # fmt: skip
    """Front matter and H1. `updated`: a day, 2001-05-03; "" where no message has one."""
    title = shorten(title, _TITLE) or "–"
    lines = ["---", f"title: {quoted(title)}", f"id: {quoted(id)}", f"type: {type}"]
    found = dict.fromkeys(tag for tag in map(slug, tags) if tag and not tag.isdigit())
    lines.append(f"tags: [{', '.join(map(quoted, found))}]")
    lines.append(f"updated: {updated or 'null'}")
    known = [quoted(shorten(alias, _TITLE)) for alias in aliases]
    if known:
        lines.append(f"aliases: [{', '.join(known)}]")
    ids = list(sources)
    if ids:
        lines.append("sources:")
        lines += [f'  - "{message}"' for message in ids]
    return "\n".join([*lines, "---", "", f"# {escape_inline(title, _TITLE)}", ""])
