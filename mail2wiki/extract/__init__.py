"""The extract room: a mailbox to messages, each line of their text marked.

    extract(raw)            one raw message -> Extracted (message, body, files, folders)
    sources                 find mailboxes, cut them into spans, read spans

It refuses to lose a message: whatever is wrong with it becomes a defect.
"""

from mail2wiki.extract.parse import Extracted, extract

__all__ = ["Extracted", "extract"]
