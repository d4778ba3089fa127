"""Does a subject name a matter of one person: an application, a sick note, pay, a review, what couples write?

People seldom mark such mail as private, and nothing in it is for a successor. It goes by whole subjects and by first
words that mean nothing else; it refuses to read the text, and to hold back what goes to many: a list may discuss sick
notes, and a newsletter explain them.
"""

from __future__ import annotations

import re

from mail2wiki.records import Message
from mail2wiki.screen.lexicon import bare, lexicon

_TAG = re.compile(r"[\[(][^\[\]()]{0,60}[\])]")
_EDGES = " .,!?-*#_\"'"
FEW = 10
"""Recipients up to which one person's matter is talked about; above, it is a notice to a department."""

TO_MANY = ("list:", "list-post", "list-unsubscribe", "precedence:", "feedback-id", "body:unsubscribe")
"""Beginnings of signals (extract.headers, extract.bulk) of mail that is not from one person to another."""


def matter_says(subject: str) -> bool:
    """Does the whole subject, or do its first words, name such a matter?"""
    text = bare(subject)
    for _ in range(4):  # "[extern] AW: Krankmeldung"
        tag = _TAG.match(text)
        if not tag:
            break
        text = bare(text[tag.end() :])
    text = text.replace("\u2019", "'").strip(_EDGES)
    known = lexicon()
    if text in known.matters:
        return True
    phrases = known.matter_starts.get(text.split(" ", 1)[0].rstrip(":,;"), ())
    return any(text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalnum() for phrase in phrases)


def between_people(message: Message) -> bool:
    """Whether the message went to a few people, and nothing says that it went to many. (Newsgroups name nobody.)"""
    if message.list_id or not 1 <= len(message.to) + len(message.cc) <= FEW:
        return False
    return not any(signal.startswith(TO_MANY) for signal in message.signals)
