"""`mail2wiki explain`: what happened to one message and why, from the manifest and the last run's decisions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mail2wiki.catalog import Catalog
from mail2wiki.errors import UsageError
from mail2wiki.out import Out


def explain(wanted: str, root: Path, as_json: bool = False) -> str:
    """The story of the message with this id, beginning of an id (8 letters or more) or Message-ID."""
    out = Out(root)
    lines = out.read_manifest()
    if not lines:
        raise UsageError("nothing was exported here yet", str(root), "Run mail2wiki export first.")
    found = [line for line in lines if _is(line, wanted)]
    if not found:
        raise UsageError(f"no message {wanted}", str(out.manifest), "Give a Message-ID or an id from manifest.jsonl.")
    if len({line["id"] for line in found}) > 1 and len({line.get("message_id") for line in found}) > 1:
        raise UsageError(f"{wanted} fits several messages", str(out.manifest), "Give more letters of the id.")
    stories = [_story(id, found, out) for id in dict.fromkeys(line["id"] for line in found)]
    if as_json:
        return json.dumps(stories, ensure_ascii=False, indent=1)
    return "\n\n".join("\n".join(_to_read(story)) for story in stories)


def _is(line: dict[str, Any], wanted: str) -> bool:
    message_id = (line.get("message_id") or "").strip("<>")
    return (len(wanted) >= 8 and line["id"].startswith(wanted.lower())) or message_id == wanted.strip("<>") != ""


def _story(id: str, found: list[dict[str, Any]], out: Out) -> dict[str, Any]:
    mine = [line for line in found if line["id"] == id]
    first = next((line for line in mine if line["disposition"] != "duplicate"), mine[0])
    story = {key: first.get(key) for key in ("id", "message_id", "date", "disposition", "of", "reason")}
    story["read from"] = [f"{line['source']} at {line['at']}" for line in mine]
    story.update({key: first[key] for key in ("thread", "topic", "page") if first.get(key)})
    if out.catalog.exists():
        with Catalog(out.catalog, readonly=True) as catalog:
            decision = catalog.decision(id)
            if decision:
                story["evidence"] = decision.evidence
    return {key: value for key, value in story.items() if value}


_WORDS = {
    "published": "published: its own text stands on the page below",
    "duplicate": "duplicate: the same message as the one below, which was kept",
    "contained": "contained: all it says stands in the message below",
    "held": "held back by the privacy gate: nothing of it was used anywhere",
    "automated": "automated: counted and listed by sender, its text is not published",
    "excluded": "excluded by your settings or decisions",
    "failed": "failed: it could not be read; its bytes lie in work/failed",
}


def _to_read(story: dict[str, Any]) -> list[str]:
    lines = [f"message    {story['id']}"]
    for key in ("message_id", "date"):
        if key in story:
            lines.append(f"{key:<10} {story[key]}")
    lines += [f"read from  {place}" for place in story["read from"]]
    lines.append(f"decision   {_WORDS[story['disposition']]}")
    for key in ("of", "reason", "evidence", "thread", "topic", "page"):
        if key in story:
            lines.append(f"{key:<10} {story[key]}")
    return lines
