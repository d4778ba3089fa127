"""The digest room: what a successor asks for, each item with its source message.

    people(messages, conversations, owners) -> list[Person]
    documents(messages, conversations) -> list[DocumentFile]
    organisations(messages, conversations, people, documents, owners) -> list[Organisation]
    houses(people) -> names of the own organisations

Pure functions of what is published. Refuses: message texts, anything held back, any guess without a message behind it.
"""

from mail2wiki.digest.documents import documents
from mail2wiki.digest.organisations import houses, organisations
from mail2wiki.digest.people import people

__all__ = ["documents", "houses", "organisations", "people"]
