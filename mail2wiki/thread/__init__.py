"""thread: messages -> conversations in which everything is said once.

`fingerprint` runs in workers, once per message; `weave` in the parent, then `fold` for each series that is published.
Refuses to do input or output and to delete: duplicates, contained messages and quoted text are decisions handed on as
records.
"""

from mail2wiki.thread.folding import fold
from mail2wiki.thread.prints import fingerprint
from mail2wiki.thread.weaving import weave

__all__ = ["fingerprint", "fold", "weave"]
