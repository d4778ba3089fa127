"""topics.toml: what people write is done, is never lost, and is answered with a line number where it is wrong."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from cluster.german_mailbox import mailbox
from hypothesis import given, settings
from hypothesis import strategies as st

from mail2wiki.cluster import group, organise
from mail2wiki.cluster.applying import part_id
from mail2wiki.cluster.doubting import Doubt
from mail2wiki.cluster.listing import renewed, write
from mail2wiki.cluster.wishes import Wishes, read
from mail2wiki.errors import UsageError
from mail2wiki.records import Topic

A, B, C = "t00000000a", "t00000000b", "t00000000c"


@pytest.fixture(scope="module")
def run():
    documents, _ = mailbox(per_topic=14)
    return documents, group(documents)


def ids(topics):
    return {name: topic.id for topic in topics for name in topic.conversations}


def saved(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def wished(path: Path, text: str) -> Wishes:
    return read(saved(path / "topics.toml", text))


def again(run, wishes: Wishes, **how) -> list[Topic]:
    documents, first = run
    labels = {topic.id: topic.label for topic in first}
    return group(documents, previous=ids(first), labels_before=labels, wishes=wishes, **how)


def test_every_topic_stands_in_the_file_and_nothing_changes_by_it(run, tmp_path):
    _, first = run
    path = tmp_path / "topics.toml"
    write(path, first, Wishes())
    text = path.read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == {topic.id for topic in first}
    for topic in first:
        assert f"#: {topic.label} | {len(topic.conversations)} conversations | area: {topic.area_label}\n" in text
        assert topic.keyphrases[0] in text
    stamp = path.stat().st_mtime_ns
    second = again(run, read(path))
    assert ids(second) == ids(first)
    write(path, second, read(path))
    assert path.read_text(encoding="utf-8") == text and path.stat().st_mtime_ns == stamp


def test_a_topic_is_renamed_and_its_old_name_is_an_alias(run, tmp_path):
    topic = run[1][0]
    wishes = wished(tmp_path, f'[{topic.id}]\nlabel = "Äpfel & Birnen"\n')
    found = {one.id: one for one in again(run, wishes)}[topic.id]
    assert (found.label, found.aliases, found.conversations) == ("Äpfel & Birnen", (topic.label,), topic.conversations)


def test_a_wished_name_is_nobody_elses(run, tmp_path):
    first, second = run[1][:2]
    labels = {t.id: t.label for t in again(run, wished(tmp_path, f"[{second.id}]\nlabel = '{first.label}'\n"))}
    assert labels[second.id] == first.label != labels[first.id]


def test_labels_before_the_last_stay_aliases(run):
    topic = run[1][0]
    found = again(run, Wishes(labels={topic.id: "Neu"}), aliases_before={topic.id: ("Uralt", "Alt", "Neu")})
    assert {one.id: one for one in found}[topic.id].aliases == ("Uralt", "Alt", topic.label)


def test_a_merged_topic_is_gone_now_and_after_a_rebuild(run, tmp_path):
    first, second = run[1][:2]
    wishes = wished(tmp_path, f'[{first.id}]\nmerge = "{second.id}"\n[{second.id}]\n')
    for regroup in (False, True):
        found = {one.id: one for one in again(run, wishes, regroup=regroup)}
        assert first.id not in found
        assert len(set(first.conversations) & set(found[second.id].conversations)) >= 0.9 * len(first.conversations)


def test_a_topic_is_split_by_words(run, tmp_path):
    documents, first = run
    topic = next(one for one in first if any("Vertrag" in subject for subject in subjects(documents, one)))
    wishes = wished(tmp_path, f'[{topic.id}]\nsplit = [["Vertrag", "Verträge"]]\n')
    second = again(run, wishes)
    part = part_id(topic.id, "Vertrag")
    found = {one.id: one for one in second}
    assert set(found[part].conversations) < set(topic.conversations)
    stay = found.get(topic.id)
    assert not any("vertrag" in subject.lower() for subject in (subjects(documents, stay) if stay else []))
    third = group(documents, previous=ids(second), wishes=wishes)
    assert ids(third) == ids(second)


def subjects(documents, topic):
    return [d.subjects[0] for d in documents if d.id in topic.conversations]


def test_pinned_conversations_stay_where_they_are_pinned(run, tmp_path):
    first, second = run[1][:2]
    one, other = first.conversations[0], second.conversations[0]
    found = ids(again(run, Wishes(pins={one: second.id, other: first.id})))
    assert (found[one], found[other]) == (second.id, first.id)
    assert {id: t for id, t in found.items() if id not in (one, other)}.items() <= ids(run[1]).items()


def test_a_beginning_pins_only_where_it_fits_one_conversation(run):
    documents, first = run
    target, other = first[0].id, next(t for t in first[1:] if len(t.conversations) > 3)
    renamed = dict(zip(other.conversations, ("abcdefgh1", "abcdefgh2", "xyzxyzxyz1"), strict=False))
    named = [replace(d, id=renamed.get(d.id, d.id)) for d in documents]
    before = {renamed.get(id, id): topic for id, topic in ids(first).items()}
    found = ids(group(named, previous=before, wishes=Wishes(pins={"abcdefgh": target, "xyzxyzxy": target})))
    assert [found[id] for id in ("abcdefgh1", "abcdefgh2", "xyzxyzxyz1")] == [other.id, other.id, target]


def test_a_forbidden_topic_gives_its_conversations_to_others(run, tmp_path):
    topic = run[1][0]
    wishes = wished(tmp_path, f"[{topic.id}]\nforbid = true\n")
    for regroup in (False, True):
        found = ids(again(run, wishes, regroup=regroup))
        assert topic.id not in found.values() and found.keys() == ids(run[1]).keys()


def test_where_all_topics_are_forbidden_they_stay(run):
    forbidden = frozenset(topic.id for topic in run[1])
    assert ids(again(run, Wishes(forbidden=forbidden))) == ids(run[1])


def test_an_area_is_fixed(run):
    first, second = run[1][0], run[1][-1]
    found = {one.id: one for one in again(run, Wishes(areas={first.id: second.area_label, second.id: "Ganz neu"}))}
    assert found[second.id].area_label == "Ganz neu" and found[second.id].area not in {one.area for one in run[1]}
    shared = [one.area for one in found.values() if one.area_label == found[first.id].area_label]
    assert len(set(shared)) == 1


def test_nothing_a_person_wrote_is_lost(run, tmp_path):
    path = tmp_path / "topics.toml"
    gone = f'[{A}]  # my header\n# a note\nlabel = "Weg" # why\n#: ours\n\n  # end'
    write(saved(path, gone), run[1], read(path))
    text = path.read_text(encoding="utf-8")
    for line in gone.split("\n"):
        assert (line in text.split("\n")) != line.startswith("#: ours")
    assert tomllib.loads(text)[A] == {"label": "Weg"} and "not in the wiki now" in text


def test_a_section_of_ours_alone_goes_with_its_topic(run, tmp_path):
    path = saved(tmp_path / "topics.toml", f"[{A}]\n#: Pumpen | 3 conversations\n\n")
    write(path, run[1], read(path))
    assert A not in path.read_text(encoding="utf-8").split("#: The topics")[1].split("forbid = true")[1]


def test_a_file_saved_during_the_run_is_left_alone(run, tmp_path):
    path = saved(tmp_path / "topics.toml", "# mine\n")
    wishes = read(path)
    path.write_text("# mine, later\n")
    first = write(path, run[1], wishes)
    assert path.read_text() == "# mine, later\n"
    assert first != write(path, run[1], read(path))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_what_editors_save_is_read(end, mark, tmp_path):
    path = tmp_path / "topics.toml"
    path.write_bytes(mark + end.join([f"[{A}]", 'label = "Fässer"', ""]).encode())
    assert read(path).labels == {A: "Fässer"}
    write(path, [Topic(A, "Fässer", (), ("c",))], read(path))
    data = path.read_bytes()
    assert data.count(b"\n") == data.count(end.encode()) > 5


line = st.one_of(
    st.sampled_from([f"[{A}]", f"[{B}]", f"[{C}] # x", "#: ours", "", "# mine", 'label = "x"', "forbid = false"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12),
)


@settings(max_examples=200)
@given(st.lists(line, max_size=12).map("\n".join))
def test_renewing_keeps_every_line_of_a_person_and_settles(text):
    comments = {B: ["Fässer"], C: ["Kisten", "keyphrases: a"]}
    new = renewed(text, comments)
    assert renewed(new, comments) == new
    mine = [one.rstrip("\r") for one in text.split("\n") if not one.startswith("#:") and one.strip()]
    theirs = [one.rstrip("\r") for one in new.split("\n")]
    for one in mine:
        assert one in theirs or one in (f"[{A}]",)
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    after = tomllib.loads(new)
    assert {key: after.get(key, {}) for key in before} == before


def test_doubtful_conversations_are_listed_below_their_topic(tmp_path):
    topics = [Topic(A, "Fässer", (), ("c1", "c2")), Topic(B, "Kisten", (), ("c3",))]
    write(tmp_path / "topics.toml", topics, Wishes(), [Doubt("c2", A, B, -0.1)], {"c2": "Holz\nfür alle"})
    text = (tmp_path / "topics.toml").read_text(encoding="utf-8")
    assert f'[{A}]\n#: Fässer | 2 conversations\n#: doubtful: "c2" Holz für alle -> {B} Kisten?\n' in text


def test_doubtful_ones_are_those_another_topic_would_take(run):
    documents, first = run
    wrong, right = first[0], first[1]
    moved = right.conversations[0]
    doubts = organise(documents, previous={**ids(first), moved: wrong.id}).doubts
    assert (moved, wrong.id, right.id) in [(d.conversation, d.topic, d.other) for d in doubts]
    assert all(d.margin < 0 for d in doubts) and doubts == sorted(doubts, key=lambda d: (d.margin, d.conversation))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[t00000000a\n", 1, "no TOML"),
        (f"\n[{A}]\nlable = 'x'\n", 3, "no wish 'lable'"),
        (f"[{A}]\nlabel = 3\n", 2, "label needs a name"),
        (f"[{A}]\nlabel = ''\n", 2, "label needs a name"),
        (f"[{A}]\nlabel = 'x'\n[{B}]\n# y\nlabel = 'X'\n", 5, "(line 2)"),
        (f"[{A}]\nmerge = '{B}'\n", 2, "no such topic"),
        (f"[{A}]\nmerge = '{B}'\n[{B}]\nmerge = '{A}'\n", 2, "back to where it began"),
        (f"[{A}]\nmerge = '{B}'\n[{B}]\nforbid = true\n", 2, "forbidden"),
        (f"[{A}]\nmerge = '{B}'\nforbid = true\n[{B}]\n", 2, "beside forbid"),
        (f"[{A}]\nsplit = ['a']\n", 2, "lists of words"),
        (f"[{A}]\nsplit = [['a'], ['A', 'b']]\n", 2, "same first word"),
        (f"[{A}]\npin = ['abc']\n", 2, "at least 8"),
        (f"[{A}]\npin = ['abcdefgh']\n[{B}]\npin = ['abcdefgh']\n", 4, "(line 2)"),
        (f"[{A}]\nforbid = 'yes'\n", 2, "true or false"),
        ("[wartung]\nlabel = 'x'\n", 1, "'wartung' is no topic"),
        ("\n\nversion = 3\n", 3, "'version' is no topic"),
        (f'[{A}]\nlabel = """x"""\n', 2, "several lines"),
        (f"{A}.lable = 'x'\n", 1, "no wish"),
    ],
)
def test_mistakes_are_named_with_their_line(text, line, says, tmp_path):
    with pytest.raises(UsageError) as caught:
        wished(tmp_path, text)
    assert any(says in one and f"line {line}" in one for one in caught.value.lines)


def test_all_mistakes_are_named_at_once(tmp_path):
    with pytest.raises(UsageError) as caught:
        wished(tmp_path, f"[{A}]\nlabel = 1\narea = 2\nforbid = 3\n")
    assert len(caught.value.lines) == 3


@given(st.text(max_size=60))
def test_any_text_is_wishes_or_a_clear_error(text):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "topics.toml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            assert isinstance(read(path), Wishes)
        except UsageError as error:
            assert error.lines
