"""thread: messages -> conversations in which everything is said once.

`fingerprint` runs in workers, once per message; `weave` in the parent. Refuses to do input or output and to delete:
duplicates, contained messages and quoted text are decisions handed on as records.
"""

from mail2wiki.thread.prints import fingerprint
from mail2wiki.thread.weaving import weave

__all__ = ["fingerprint", "weave"]
