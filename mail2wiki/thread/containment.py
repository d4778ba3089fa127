"""Text that stands in another message already, though not as a quote: pasted text and contained messages."""

from __future__ import annotations
