"""What may stand on a folder: phrases of subjects, words of texts, which of them win."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cluster.german_mailbox import START, conversation

from mail2wiki.cluster import group, phrases
from mail2wiki.cluster.recurring import recurring


def written(text: str, language: str) -> set[str]:
    return {spelled for _, spelled, _ in phrases.phrases(text, language)}


@pytest.mark.parametrize(
    ("subject", "language", "there", "not_there"),
    [
        ("Don't forget to register", "en", {"forget", "register"}, {"Don't forget", "forget to register"}),
        ("Weather's report", "en", {"Weather", "Weather's report"}, {"Weather's"}),
        ("Employees who participate", "en", {"Employees"}, {"Employees who participate"}),
        ("City of Norwich", "en", {"City of Norwich"}, set()),
        ("City of Norwich Lake deal", "en", {"City of Norwich Lake"}, {"City of Norwich Lake deal"}),
        ("Clock of X310 and B210", "en", {"X310", "B210", "Clock of X310"}, set()),
        ("AB-88120 delayed, EB4102x9 7/2024", "en", {"delayed"}, {"AB-88120", "7/2024"}),
        ("Lager der Hauptspindel", "de", {"Lager der Hauptspindel"}, {"Lager der"}),
        ("Hauptspindel wird heiß", "de", {"Hauptspindel", "heiß"}, {"Hauptspindel wird heiß"}),
    ],
)
def test_phrases_are_such_as_stand_on_folders(subject, language, there, not_there):
    found = written(subject, language)
    assert there <= found
    assert not not_there & found


@pytest.mark.parametrize(("word", "noun"), [("Günstige", False), ("Tatsächlich", False), ("Mindestens", False),
                                            ("Zweig", True), ("Wartung", True), ("Krieg", True),
                                            ("könntest", False)])  # fmt: skip
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


@pytest.mark.parametrize(
    ("word", "language", "telling"),
    [("Annuity", "en", True), ("annuity", "en", True), ("FAT", "en", True), ("rev", "en", False), ("Vs", "en", False),
     ("modified", "en", False), ("Speed", "en", True), ("evidently", "en", False), ("assembly", "en", True),
     ("Greifer", "de", True), ("verschickt", "de", False), ("Mindestens", "de", False)],
)  # fmt: skip
def test_a_word_of_a_text_that_may_be_a_keyphrase(word, language, telling):
    assert phrases.is_telling(word, language) is telling


def filler() -> list:
    things = ("crane", "canteen", "trench", "garden", "turbine", "library", "kiln", "orchard", "tunnel")
    return [one for thing in things for one in box(thing, [f"{thing.title()} plan"], f"The {thing} needs {thing}s.")]


def named(mine: list) -> tuple[str, tuple[str, ...]]:
    topic = next(topic for topic in group(filler() + mine) if mine[0].id in topic.conversations)
    return topic.label, topic.keyphrases


def test_many_answers_to_one_subject_name_no_topic():
    """Where a list's threads were torn apart, one subject stands above many conversations."""
    torn = box("torn", ["Purple Elephant Jokes"], "The goalie and the puck were in the playoff.", 4)
    rest = box("rest", ["Hockey tonight", "Old hockey stars", "Hockey rules", "Best of hockey", "Hockey on the ice"],
               "The goalie and the puck were in the playoff.", 20)  # fmt: skip
    assert "Hockey" in named(torn + rest)[0]


def test_a_subject_that_shouts_is_calm_in_a_label():
    mine = box("mine", ["WAREHOUSE SHUTDOWN"], "The pallets wait until the gates open again.")
    assert named(mine)[0] in ("Warehouse Shutdown", "Warehouse", "Shutdown")


def test_keyphrases_leave_out_what_stands_below_mail_and_say_each_thing_once():
    text = (
        "The compressor needs gaskets before winter. Confidential: Registergericht and every liability of Mount Hood."
    )
    mine = box("mine", ["Compressor", "Compressor again", "Gaskets", "Winter"], text)
    label, keyphrases = named(mine)
    said = " ".join((label, *keyphrases)).casefold()
    assert not {"confidential", "registergericht", "liability"} & set(said.split())
    assert {"gaskets", "winter"} <= set(said.split())


def people(subjects: list[str], who: list[tuple[str, float]]) -> list:
    text = "Figures of the day as always."
    mine = [
        conversation(f"mine{at:02}", subjects[at % len(subjects)], [text], ["x@y.example"], START + at * 86_400, "en")
        for at in range(12)
    ]
    return [replace(one, people=tuple(who)) for one in mine]


def test_subjects_that_differ_by_numbers_only_name_a_topic_before_a_person_does():
    ida = [("ida@web.example", 2.0)]
    daily = [f"October Data for 10/{day:02}/09" for day in range(1, 13)]
    assert named(people(daily, ida))[0] == "October Data"
    assert named(people([*daily[:11], "Data (revised: again)"], ida))[0] == "October Data"


@pytest.mark.parametrize(("subjects", "called"), [
    (["Data 1", "Data 2"], ""), (["Your data 1", "Your data 2"], ""),
    (["Your daily data 1", "Your daily data 2"], "daily data"),
    (["Zahlen vom 1.2.", "Zahlen vom 2.2."], ""), (["Neue Zahlen vom 1.2.", "Neue Zahlen vom 2.2."], "Neue Zahlen"),
    (["May figures 1", "June figures 2", "July figures 3"], ""), (["Mai: Zahlen 1", "Mai: Zahlen 2"], ""),
    (["", "1"], ""), (["For you 1", "For you 2"], ""),
])  # fmt: skip
def test_what_recurs_in_subjects(subjects, called):
    assert recurring(people(subjects, [])) == called


def test_of_people_in_all_conversations_who_writes_names_the_topic():
    things = "Canoe Cinema Thanks Photos Grandma Garden Train Weather Ball Cakes Sky Tea"
    mine = people(things.split(), [("abe.low@web.example", 1.0), ("zoe.kern@web.example", 2.0)])
    assert named(mine)[0] == "Zoe Kern"
