"""Message files of a folder in which some have lost their header: texts saved without it, empty files.

Nothing that lies among messages under a message's name is dropped: a text without a header is a message without a
header. Only in ordinary folders, and only where the SOURCE holds real messages too; never in folders that a mail
program keeps. Programs, pictures and packed files are none.
"""

from __future__ import annotations

from collections.abc import Iterator

from mail2wiki.extract.sources import eml
from mail2wiki.extract.sources.files import FOLDER, REST, Look, is_binary
from mail2wiki.records import Mailbox, Span

KIND = "loose"


def probe(look: Look) -> str:
    """Text under a message's name that no other kind claims."""
    return REST if look.place == FOLDER and look.plain_name and not is_binary(look.head) else ""


def spans(box: Mailbox) -> Iterator[Span]:
    """All message files of the folder, those with a header and those without."""
    return eml.spans(box, (eml.KIND, KIND))


raw = eml.raw
marker = eml.marker
