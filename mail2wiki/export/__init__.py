"""The export room: pages, their Markdown, and the wiki they are written to.

    planned = plan(knowledge, body_sizes, max_pages)   # parent: which page shows what, every message's page#anchor
    for item in items(planned, knowledge): ...         # parent, streamed: all a page needs but the bodies
    page = render(item, bodies)                        # worker, pure
    targets.load("folder").write(out, pages, files, before, note_intent)

Refuses: reading mail or the catalogue, knowing how topics are made, the clock of the machine.
"""

from mail2wiki.export.clock import agreed, answered, quick
from mail2wiki.export.items import Item, items
from mail2wiki.export.knowledge import Knowledge, Tally
from mail2wiki.export.opening import opening
from mail2wiki.export.pages import render
from mail2wiki.export.plan import Plan, plan
from mail2wiki.export.quoting import Quoting
from mail2wiki.export.text import Part, tell

__all__ = [
    "Item", "Knowledge", "Part", "Plan", "Quoting", "Tally", "agreed", "answered", "items", "opening", "plan", "quick",
    "render", "tell",
]  # fmt: skip
