"""What most of a topic's conversations are called but for numbers: `October Data for 10/09` is `October Data`.

Such subjects are made of words that name no topic alone, or of months, so no phrase of theirs is worth anything; yet
all of the topic is called so. Refuses a single word, and what stands only in the middle of subjects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import dropwhile

from mail2wiki.cluster import bags, phrases
from mail2wiki.cluster.documents import bare_subjects
from mail2wiki.records import Document

WORDS = 4  # of a label
LEAST, SHARE = 4, 0.5  # conversations, and their share in the topic


def recurring(members: Sequence[Document]) -> str:
    """The words with which at least half of the subjects begin; "" if that is less than two."""
    begun = [_words(subjects[0]) for document in members if (subjects := bare_subjects(document))]
    for size in range(WORDS, 1, -1):
        count = Counter(tuple(word.casefold() for word in words[:size]) for words in begun if len(words) >= size)
        key = min(count, key=lambda key: (-count[key], key), default=())
        if count[key] >= max(LEAST, SHARE * len(members)):
            spelled = Counter(" ".join(words[:size]) for words in begun if _folded(words[:size]) == key)
            return _ended(min(spelled, key=lambda text: (-spelled[text], text)).split(" "))
    return ""


def _words(subject: str) -> list[str]:
    return [word for word in phrases.begun(subject) if not any(map(str.isdigit, word))]


def _folded(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words)


def _ended(words: list[str]) -> str:
    """Without words at the ends that say nothing or lead to a number (`Your`, `for`, `vom`); "" for a single word, and
    where only months are left."""
    stop = bags.word_list("stop-de") | bags.word_list("stop-en")
    while words and words[-1].lower() in stop:
        words.pop()
    words = list(dropwhile(lambda word: word.lower() in stop, words))
    return " ".join(words) if len(words) > 1 and not bags.stop_words().issuperset(_folded(words)) else ""
