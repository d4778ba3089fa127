"""Equal parts of messages as one object: names, subjects, ids and lists of people come again and again in a mailbox.

All messages are alive at once, and two thirds of what they would take is such parts. Refuses to change what a message
says: a shared part is equal to the one it stands for.
"""

from __future__ import annotations

from operator import attrgetter

from mail2wiki.records import Address, Message


class _Fields:
    """Some fields of Message, to be read and replaced at once in a record that was just decoded: nobody saw it yet."""

    def __init__(self, *names: str) -> None:
        self.get = attrgetter(*names)
        self.put = [vars(Message)[name].__set__ for name in names]


_TEXTS = _Fields("message_id", "subject", "zone", "list_id", "language")
_ROWS = _Fields("in_reply_to", "references", "signals", "delivered_to", "defects")
_GROUPS = _Fields("to", "cc")
_PLACES = _Fields("folders", "holders")
_put_sender = vars(Message)["sender"].__set__


class Sharing:
    """All parts seen so far, by kind. (share)"""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._addresses: dict[Address, Address] = {}
        self._rows: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._groups: dict[tuple[Address, ...], tuple[Address, ...]] = {}
        self._places: dict[tuple, tuple[tuple[str, ...], ...]] = {}

    def put(self, message: Message) -> Message:
        """The message with the parts filled in that it shares with others."""
        _put_sender(message, self._addresses.setdefault(message.sender, message.sender))
        for fields, share in ((_TEXTS, self._text), (_ROWS, self._row), (_GROUPS, self._group)):
            for put, value in zip(fields.put, fields.get(message), strict=True):
                if value:
                    put(message, share(value))
        return message

    def place(self, message: Message, copies: tuple[tuple[str, str], ...]) -> None:
        """Fill in where the message's copies lie: (folders, holder) of each."""
        for put, value in zip(_PLACES.put, self._where(message.folders, copies), strict=True):
            put(message, value)

    def _text(self, text: str) -> str:
        return self._texts.setdefault(text, text)

    def _row(self, row: tuple[str, ...]) -> tuple[str, ...]:
        known = self._rows.get(row)
        if known is None:
            known = self._rows[row] = tuple([self._text(text) for text in row])
        return known

    def _group(self, people: tuple[Address, ...]) -> tuple[Address, ...]:
        known = self._groups.get(people)
        if known is None:
            known = self._groups[people] = tuple([self._addresses.setdefault(one, one) for one in people])
        return known

    def _where(self, labels: tuple[str, ...], copies: tuple[tuple[str, str], ...]) -> tuple[tuple[str, ...], ...]:
        known = self._places.get((labels, copies))
        if known is None:
            folders = {name for lines, _ in copies for name in lines.split("\n") if name}
            found = folders.union(labels), {holder for _, holder in copies}
            known = self._places[labels, copies] = tuple([self._row(tuple(sorted(names))) for names in found])
        return known
