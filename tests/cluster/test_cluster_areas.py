"""Areas stay themselves over later runs: their ids, their topics, their labels."""

from __future__ import annotations

import json
import random
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builder import mbox, message
from cluster.german_mailbox import START, conversation, mailbox
from scipy.sparse import csr_matrix

from mail2wiki.cluster import areas, group, organise
from mail2wiki.cluster.wishes import Wishes
from mail2wiki.pipeline import export
from mail2wiki.progress import Progress
from mail2wiki.records import Area, Topic
from mail2wiki.settings import Settings


def before(topics: list[Topic]) -> dict:
    return {
        "previous": {name: topic.id for topic in topics for name in topic.conversations},
        "labels_before": {topic.id: topic.label for topic in topics},
        "aliases_before": {topic.id: topic.aliases for topic in topics},
        "areas_before": {topic.id: Area(topic.area, topic.area_label, topic.area_aliases) for topic in topics},
    }


@pytest.fixture(scope="module")
def runs():
    documents, _ = mailbox(seed=4)
    documents.sort(key=lambda document: (document.first, document.id))
    return documents, group(documents[: len(documents) * 2 // 3])


def kantine(count: int = 14) -> list:
    texts = ["Die Kantine braucht einen neuen Pächter.", "Der Speiseplan der Kantine kommt vom Pächter."]
    return [
        conversation(f"k{at}", "Kantine", [texts[at % 2], texts[(at + 1) % 2]], ["koch@kantine.example"], START)
        for at in range(count)
    ]


def test_old_topics_stay_in_their_areas_and_a_new_one_joins_one(runs):
    documents, first = runs
    second = group(documents + kantine(), **before(first))
    was = {topic.id: topic.area for topic in first}
    assert {topic.id: topic.area for topic in second if topic.id in was} == was
    [new] = [topic for topic in second if topic.id not in was]
    assert new.area in was.values()


def test_a_run_without_new_mail_leaves_areas_as_they_were(runs):
    documents, first = runs
    assert group(documents[: len(documents) * 2 // 3], **before(first)) == first


def test_an_old_label_of_an_area_becomes_an_alias(runs):
    documents, first = runs
    known = before(first)
    area = first[0].area
    known["areas_before"] = {
        id: old._replace(label="Allerlei, Krempel", aliases=("Uralt",)) if old.id == area else old
        for id, old in known["areas_before"].items()
    }
    second = [topic for topic in group(documents, **known) if topic.area == area]
    assert second and second[0].area_label != "Allerlei, Krempel"
    assert {topic.area_aliases for topic in second} == {("Uralt", "Allerlei, Krempel")}


def test_areas_made_anew_keep_the_ids_of_those_they_continue(runs):
    documents, first = runs
    second = organise(documents, **before(first), regroup=True).topics
    kept = {topic.area for topic in second} & {topic.area for topic in first}
    assert len(kept) >= 4
    was, now = ({t.id: t.area for t in topics} for topics in (first, second))
    assert sum(was[id] == now[id] for id in was.keys() & now.keys()) >= len(was) / 2


def test_an_area_a_person_named_ends_with_the_wish(runs):
    documents, first = runs
    one = first[0]
    wishes = Wishes(areas={one.id: "Mein Bereich"})
    named = group(documents, **before(first), wishes=wishes)
    assert {topic.area_label for topic in named if topic.id == one.id} == {"Mein Bereich"}
    still = group(documents, **before(named), wishes=wishes)
    assert still == named
    gone = group(documents, **before(named))
    assert "Mein Bereich" not in {topic.area_label for topic in gone}


def test_enough_new_topics_open_an_area() -> None:
    graph = csr_matrix(np.kron(np.eye(2), np.ones((4, 4))))  # topics 0 to 3 know each other, and 4 to 7
    labels = np.arange(8)
    fresh = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    found, ids = areas.stay(fresh, ["a", "a", "b", "", "", "", "", ""], labels, graph)
    assert ids == {0: "a", 1: "b"}
    assert found.tolist() == [0, 0, 1, 0, 2, 2, 2, 2]  # 3 joins where its links are, 4 to 7 open one


def test_no_new_area_beyond_the_most_a_page_can_show() -> None:
    old = [f"a{at:02}" for at in range(areas.MOST)]
    count = len(old) + 4
    fresh = np.array([0] * len(old) + [1] * 4)
    found, _ = areas.stay(fresh, [*old, "", "", "", ""], np.arange(count), csr_matrix(np.eye(count)))
    assert found.max() == areas.MOST - 1


def mails(each: int) -> list[bytes]:
    """The topics of german.toml as mail, oldest first."""
    data = tomllib.loads((Path(__file__).parent / "german.toml").read_text(encoding="utf-8"))
    draw = random.Random(5)
    made: list[bytes] = []
    for at in range(each):
        for number, topic in enumerate(data["topic"]):
            count = len(made)
            made.append(
                message(
                    subject=f"{draw.choice(topic['subjects'])} {chr(97 + at)}",
                    sender=f"Person {number} <p{number}@firma.example>",
                    body=" ".join(draw.sample(topic["sentences"], 2)) + f"\nZeichen {count}\n",
                    date=f"Mon, {1 + count % 28:02d} Jan {2000 + count // 28} 10:00:00 +0100",
                    message_id=f"<{count}@firma.example>",
                )
            )
    return made


def test_areas_and_their_pages_stay_when_mail_is_added(tmp_path: Path) -> None:
    every = mails(16)
    out, source = tmp_path / "out", tmp_path / "bernd.mbox"
    reports = []
    for count in (len(every) * 4 // 5, len(every)):
        mbox(every[:count], source)
        export([source], out, Settings(workers=1, owner=("bernd@firma.example",)), Progress())
        reports.append(json.loads((out / "report.json").read_text(encoding="utf-8")))
    first, second = ({id: t["area_id"] for id, t in report["topics"].items()} for report in reports)
    assert len(set(first.values())) >= 4
    assert {id: second.get(id) for id in first} == first
    assert set(reports[0]["areas"]) <= set(reports[1]["areas"])
    then, now = ({page["id"]: path for path, page in report["pages"].items()} for report in reports)
    kept = {id: path for id, path in then.items() if id in first or id.startswith("area-")}
    assert {id: now.get(id) for id in kept} == kept


def test_labels_that_people_wished_do_not_hide_an_areas_old_one(runs):
    documents, first = runs
    changed = [replace(topic, label="Ganz anders") if topic is first[0] else topic for topic in first]
    second = group(documents, **before(changed))
    areas_now = {topic.id: topic.area for topic in second}
    assert all(areas_now[topic.id] == topic.area for topic in first)
