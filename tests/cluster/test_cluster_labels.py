"""What may stand on a folder: phrases of subjects, words of texts, which of them win."""

from __future__ import annotations

import pytest
from cluster.german_mailbox import START, conversation

from mail2wiki.cluster import group, phrases


def written(text: str, language: str) -> set[str]:
    return {spelled for _, spelled in phrases.phrases(text, language)}


@pytest.mark.parametrize(
    ("subject", "language", "there", "not_there"),
    [
        ("Don't forget to register", "en", {"forget", "register"}, {"Don't forget", "forget to register"}),
        ("Weather's report", "en", {"Weather", "Weather's report"}, {"Weather's"}),
        ("Employees who participate", "en", {"Employees"}, {"Employees who participate"}),
        ("City of Norwich", "en", {"City of Norwich"}, set()),
        ("Lager der Hauptspindel", "de", {"Lager der Hauptspindel"}, {"Lager der"}),
        ("Hauptspindel wird heiß", "de", {"Hauptspindel", "heiß"}, {"Hauptspindel wird heiß"}),
    ],
)
def test_phrases_are_such_as_stand_on_folders(subject, language, there, not_there):
    found = written(subject, language)
    assert there <= found
    assert not not_there & found


@pytest.mark.parametrize(("word", "noun"), [("Günstige", False), ("Tatsächlich", False), ("Mindestens", False),
                                            ("Zweig", True), ("Wartung", True), ("Krieg", True)])  # fmt: skip
def test_adjectives_and_adverbs_of_a_german_text_name_nothing(word, noun):
    assert phrases.is_noun(word, "de") is noun
    assert phrases.is_noun(word, "en")


def box(name: str, subjects: list[str], text: str, count: int = 12) -> list:
    who = [f"{name}@fuellwerk.example", "abel@fuellwerk.example"]
    return [
        conversation(f"{name}{at:02}", subjects[at % len(subjects)], [text], who, START + at * 86_400, "en")
        for at in range(count)
    ]


def test_a_phrase_of_a_few_gives_way_to_the_word_of_many():
    """Three long words in two subjects weighed more than the one name that half of the conversations say."""
    things = ("crane", "canteen", "trench", "garden", "turbine", "library", "kiln", "orchard", "tunnel")
    filler = [one for thing in things for one in box(thing, [f"{thing.title()} plan"], f"The {thing} needs {thing}s.")]
    mine = box(
        "mine",
        [
            "Cover north harbour book",
            "Avalon invoice",
            "Wire to Avalon",
            "Cover north harbour book",
            "Avalon",
            "Avalon Q",
        ],
        "Avalon wants the money wired before the barge leaves.",
    )
    label = next(topic.label for topic in group(filler + mine) if "mine00" in topic.conversations)
    assert label == "Avalon"
