"""Topics stay themselves over later runs, and say why."""

from __future__ import annotations

import pytest
from cluster.german_mailbox import START, conversation, mailbox

from mail2wiki.cluster import explain, group, weigh


def ids(topics):
    return {name: topic.id for topic in topics for name in topic.conversations}


@pytest.fixture(scope="module")
def runs():
    documents, truth = mailbox(seed=4)
    documents.sort(key=lambda document: (document.first, document.id))
    first = group(documents[: len(documents) * 4 // 5])
    return documents, truth, first


def test_new_mail_joins_and_old_mail_stays(runs):
    documents, truth, first = runs
    labels = {topic.id: topic.label for topic in first}
    second = group(documents, previous=ids(first), labels_before=labels)
    found = ids(second)
    assert {name: found[name] for name in ids(first)} == ids(first)
    joined = [name for name in found if name not in ids(first)]
    main = {truth[name]: topic for name, topic in ids(first).items()}
    assert sum(found[name] == main[truth[name]] for name in joined) >= 0.9 * len(joined)
    for topic in second:
        assert topic.aliases == ((labels[topic.id],) if labels.get(topic.id, topic.label) != topic.label else ())


def test_a_run_without_new_mail_changes_nothing(runs):
    _, _, first = runs
    documents = [d for d in runs[0] if d.id in ids(first)]
    again = group(documents, previous=ids(first), labels_before={topic.id: topic.label for topic in first})
    assert [(t.id, t.label, t.conversations) for t in again] == [(t.id, t.label, t.conversations) for t in first]


def new_subject(count: int) -> list:
    texts = [
        "Die Kantine braucht einen neuen Pächter.",
        "Der Speiseplan der Kantine gefällt niemandem.",
        "Für die Kantine gibt es drei Pächter zur Auswahl.",
        "Der Speiseplan kommt vom neuen Pächter.",
    ]
    return [
        conversation(f"k{at}", "Kantine", [texts[at % 4], texts[(at + 1) % 4]], ["koch@kantine.example"], START)
        for at in range(count)
    ]


@pytest.mark.parametrize(("count", "opens"), [(3, False), (14, True)])
def test_a_topic_opens_when_enough_new_conversations_want_one(runs, count, opens):
    documents, _, _ = runs
    first = group(documents)
    new = new_subject(count)
    second = group([*documents, *new], previous=ids(first))
    found = ids(second)
    assert all(found[name] == topic for name, topic in ids(first).items())
    opened = {found[document.id] for document in new} - {topic.id for topic in first}
    assert bool(opened) == opens


def test_a_rebuild_keeps_the_ids_of_topics_that_survive(runs):
    documents, _, first = runs
    second = group(documents, previous=ids(first), regroup=True)
    assert len({topic.id for topic in second} & {topic.id for topic in first}) >= 0.9 * len(first)
    kept = [ids(second)[name] == topic for name, topic in ids(first).items()]
    assert sum(kept) >= 0.9 * len(kept)


def test_deleted_conversations_do_not_disturb(runs):
    documents, _, first = runs
    gone = first[0].conversations
    rest = [document for document in documents if document.id not in gone]
    second = group(rest, previous=ids(first))
    assert first[0].id not in {topic.id for topic in second if set(topic.conversations) & set(gone)}
    assert set(ids(second)) == {document.id for document in rest}


def test_explain_names_words_people_and_the_next_topic(runs):
    documents, truth, first = runs
    inside = [document for document in documents if document.id in ids(first)]
    spindle = next(document for document in inside if truth[document.id] == "Spindellager")
    reasons = explain(spindle, weigh(inside, first), text="Spindel Lager Schwingungsmessung")
    assert reasons.topic == ids(first)[spindle.id]
    assert reasons.likeness > reasons.other_likeness
    assert reasons.other in {topic.id for topic in first} - {reasons.topic}
    assert any("spindel" in word.lower() or "lager" in word.lower() for word, _ in reasons.words[:4])
    assert {address for address, _ in reasons.people} <= {address for address, _ in spindle.people}


def test_explain_refuses_a_conversation_in_no_topic(runs):
    documents, _, first = runs
    with pytest.raises(ValueError, match="in no topic"):
        explain(new_subject(1)[0], weigh(documents, first))
