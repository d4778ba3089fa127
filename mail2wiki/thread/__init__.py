"""thread: messages -> conversations in which everything is said once.

`fingerprint` runs in workers, once per message; `weave` in the parent, then `echoes` of what is held back and `fold`
for each series that is published.
Refuses to do input or output and to delete: duplicates, contained messages and quoted text are decisions handed on as
records. What does the work, and NumPy, is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mail2wiki.thread.echoing import echoes
    from mail2wiki.thread.folding import fold
    from mail2wiki.thread.prints import fingerprint
    from mail2wiki.thread.weaving import weave

__all__ = ["PRINTS_VERSION", "echoes", "fingerprint", "fold", "weave"]

PRINTS_VERSION = 7
"""Of what `fingerprint` makes; raise it when that changes."""

_LIES_IN = {"echoes": "echoing", "fold": "folding", "fingerprint": "prints", "weave": "weaving"}


def __getattr__(name: str) -> Any:
    """PEP 562: asked once for each name."""
    if name not in _LIES_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_LIES_IN[name]}"), name)
    return found
