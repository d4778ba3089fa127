"""Draws a German mailbox with known topics from german.toml; everything in it is invented."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

from mail2wiki.cluster import terms
from mail2wiki.records import Address, Body, Document, Message

NAMES = ("abel", "brandt", "conrad", "doerr", "eichner", "fuchs", "gall", "huber", "imhof")
PEOPLE = tuple(f"{name}@fuellwerk.example" for name in NAMES)
START, DAY = 1_700_000_000, 86_400


def conversation(
    id: str, subject: str, texts: list[str], people: list[str], date: int, language: str = "de"
) -> Document:
    """A document as the pipeline makes it, one message per text."""
    bags = []
    for text in texts:
        lines = tuple(text.split("\n"))
        message = Message(id=id, message_id=None, subject=subject, sender=Address("", people[0]), language=language)
        bags.append(terms(message, Body(lines, "n" * len(lines))))
    return Document(
        id=id,
        subjects=(subject, *[f"AW: {subject}"] * (len(texts) - 1)),
        terms=tuple(bags),
        people=tuple((address, 2.0 if at == 0 else 1.0) for at, address in enumerate(sorted(set(people)))),
        first=date,
        last=date + DAY * len(texts),
        language=language,
    )


def mailbox(seed: int = 1, per_topic: int = 24) -> tuple[list[Document], dict[str, str]]:
    """(documents, conversation id -> topic name). Who takes part says nothing about the topic: the words must."""
    data = tomllib.loads((Path(__file__).parent / "german.toml").read_text(encoding="utf-8"))
    draw = random.Random(seed)
    documents, truth = [], {}
    for number, topic in enumerate(data["topic"]):
        for at in range(per_topic):
            id = f"{number:02}{at:03}"
            texts = []
            for _ in range(draw.randint(1, 3)):
                own = draw.sample(topic["sentences"], draw.randint(1, 2))
                texts.append(" ".join([draw.choice(data["smalltalk"]), *own, draw.choice(data["smalltalk"])]))
            people = draw.sample(PEOPLE, draw.randint(2, 4))
            date = START + DAY * draw.randint(0, 700)
            documents.append(conversation(id, draw.choice(topic["subjects"]), texts, people, date))
            truth[id] = topic["name"]
    draw.shuffle(documents)
    return documents, truth


def terse_mailbox(seed: int = 1, per_topic: int = 14) -> tuple[list[Document], dict[str, str]]:
    """The same topics, hard: one message of one or two sentences, half of the subjects say nothing.

    Conversations of a topic mostly meet in shared words, so stems, compounds and folding show what they are worth.
    """
    data = tomllib.loads((Path(__file__).parent / "german.toml").read_text(encoding="utf-8"))
    draw = random.Random(seed)
    documents, truth = [], {}
    for number, topic in enumerate(data["topic"]):
        for at in range(per_topic):
            id = f"{number:02}{at:03}"
            subject = draw.choice(topic["subjects"]) if at % 2 else "Rückfrage"
            text = " ".join([*draw.sample(topic["sentences"], draw.randint(1, 2)), draw.choice(data["smalltalk"])])
            people = draw.sample(PEOPLE, draw.randint(2, 4))
            documents.append(conversation(id, subject, [text], people, START + DAY * draw.randint(0, 700)))
            truth[id] = topic["name"]
    draw.shuffle(documents)
    return documents, truth
