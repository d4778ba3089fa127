"""The decided wiki: every message once, links that hold, limits kept, addresses that stay."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from export.export_room import ANNA, BEN, Room, attachment
from hypothesis import given, settings
from hypothesis import strategies as st

from mail2wiki.errors import UsageError
from mail2wiki.export import items, plan, render
from mail2wiki.export.names import Names, relative, slug
from mail2wiki.export.pages import LIMIT
from mail2wiki.export.plan import PAGE, sealed
from mail2wiki.export.targets import folder
from mail2wiki.records import Address

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def a_mailbox(topics: int = 12, talks: int = 6, words: int = 30) -> Room:
    room = Room()
    for t in range(topics):
        ids = []
        for c in range(talks):
            who = Address(f"Person {c % 5} Example", f"p{c % 5}@firm{c % 3}.example")
            size = 12 if (t + c) % 5 == 0 else 1 + c % 3
            messages = [
                room.message(f"Message {n} about `part` {t}-{c}. " + "word " * words, subject=f"Part {t}-{c}",
                             sender=who if n % 2 else BEN, to=(ANNA, who))
                for n in range(size)
            ]  # fmt: skip
            ids.append(room.talk(*messages, subject=f"Part {t}-{c}"))
        room.topic(f"Topic `{t}` Maschine", *ids, area=f"a{t % 2}" if topics > 2 else "")
    return room


def check_wiki(room: Room, out: Path, max_pages: int = 2000) -> int:
    """Build, write, and run the shared check; returns the number of pages."""
    planned, pages = room.build(max_pages)
    files = []
    for sha, path in planned.files.items():
        (out / "store").mkdir(exist_ok=True)
        (out / "store" / sha).write_bytes(sha.encode())
        files.append((path, out / "store" / sha))
    folder.write(out, pages.values(), files, {}, lambda paths: None)
    script = SHARED / "eval" / "wiki.py"
    if script.exists():
        command = [sys.executable, str(script), str(out / "wiki"), "--max-pages", str(max_pages)]
        done = subprocess.run(
            [*command, "--at-most", "violations=0", "--at-most", "stubs=0"], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout
    assert len(pages) == len(planned.pages) <= max_pages
    for message, where in planned.where.items():
        page, _, anchor = where.partition("#")
        assert f"###### {anchor}\n" in pages[page].text, message
    published = {m for c in room.talks for m in c.messages}
    assert set(planned.where) == published
    return len(pages)


def test_wiki_keeps_the_rules(tmp_path: Path) -> None:
    assert check_wiki(a_mailbox(), tmp_path) > 20


@pytest.mark.parametrize("max_pages", [30, 60, 200])
def test_few_pages_are_enough(tmp_path: Path, max_pages: int) -> None:
    check_wiki(a_mailbox(), tmp_path, max_pages)


def test_too_few_pages_are_refused_with_the_number_needed() -> None:
    with pytest.raises(UsageError, match=r"Give at least \d+"):
        a_mailbox().build(max_pages=5)


def test_long_topics_and_conversations_go_over_several_pages(tmp_path: Path) -> None:
    room = Room()
    many = [room.message("Some news of the line. " * 150, sender=BEN) for _ in range(60)]
    room.talk(*many, subject="A very long conversation")
    for n in range(120):
        room.talk(room.message("A short question about it. " * 80, subject=f"Question {n}"), subject=f"Question {n}")
    room.topic("Line", *(c.id for c in room.talks))
    assert check_wiki(room, tmp_path) > 5


@pytest.mark.parametrize("text", ["`<{" * 120_000, "> \n" * 150_000 + "end", "word " * 120_000, "a\n" * 200_000])
def test_no_page_is_too_large_whatever_is_in_the_mail(tmp_path: Path, text: str) -> None:
    room = Room()
    a = room.message(text, "n" * (text.count("\n") + 1))
    room.talk(a, room.message("Short."))
    check_wiki(room, tmp_path)
    _, pages = room.build()
    assert max(len(page.text.encode()) for page in pages.values()) <= LIMIT


def test_wrong_sizes_do_not_make_a_page_too_large() -> None:
    room = Room()
    room.talk(*(room.message("`<{" * 60_000) for _ in range(4)))
    knowledge = room.knowledge()
    planned = plan(knowledge, {}, 2000)
    assert max(len(render(item, room.bodies).text.encode()) for item in items(planned, knowledge)) <= LIMIT


def test_empty_mailbox_is_a_wiki(tmp_path: Path) -> None:
    room = Room()
    room.talks = []
    room.topics = []
    knowledge = room.knowledge()
    planned = plan(knowledge, {}, 2000)
    assert {render(item, {}).path for item in items(planned, knowledge)} >= {
        "index.md",
        "about.md",
        "people.md",
        "documents.md",
    }


def test_pages_keep_their_paths_when_mail_is_added() -> None:
    room = a_mailbox(3, 4)
    before, _ = room.build()
    first = room.talks[0]
    late = room.message("A late word.", subject="Renamed", sender=BEN)
    room.talks[0] = type(first)(first.id, "Renamed", (*first.messages, late), first.parents, first.first, first.last)
    after, _ = room.build(paths=dict(before.paths))
    assert {id: after.paths.get(id) for id in before.paths} == dict(before.paths)


def test_items_travel_to_workers_alone() -> None:
    room = a_mailbox(3, 4)
    knowledge = room.knowledge()
    planned = plan(knowledge, room.sizes(), 2000)
    for item in items(planned, knowledge):
        alone = pickle.loads(pickle.dumps(item))
        assert render(alone, {id: room.bodies[id] for id in item.bodies}) == render(item, room.bodies)


def test_attachments_are_copied_by_allowlist_only() -> None:
    room = Room()
    names = [
        "plan.pdf",
        "page.html",
        "logo.svg",
        "run.js",
        "setup.exe",
        "notes.md",
        "x.py",
        "book.xlsm",
        "archive.zip",
        "data",
    ]
    files = tuple(attachment(name, name.encode() * 4000, "application/octet-stream") for name in names)
    a = room.message("See.", attachments=files)
    room.talk(a)
    planned, _ = room.build()
    assert sorted(path.rpartition(".")[2] for path in planned.files.values()) == ["pdf", "txt", "txt"]


@given(st.lists(st.integers(1, PAGE * 6 // 10), max_size=60))
def test_sealed_pages_hold_everything_and_stay(sizes: list[int]) -> None:
    chunks = sealed(sizes, PAGE)
    assert [n for chunk in chunks for n in chunk] == list(range(len(sizes)))
    assert all(sum(sizes[n] for n in chunk) <= PAGE for chunk in chunks)
    more = sealed([*sizes, 5_000], PAGE)
    assert more[: max(0, len(chunks) - 1)] == chunks[:-1]


@given(st.lists(st.tuples(st.text(max_size=120), st.text("0123456789abcdef", min_size=1, max_size=20)), max_size=12))
def test_names_are_allowed_and_unique(entries: list[tuple[str, str]]) -> None:
    names = Names({}, ("index.md",))
    paths = [names.page(f"{n}", "topics", title, key) for n, (title, key) in enumerate(entries)]
    paths += [names.file(key, title, "pdf") for title, key in entries]
    stems = [path.rpartition("/")[2] for path in paths[: len(entries)]]
    assert len({stem.casefold() for stem in stems}) == len(stems)
    for path in paths:
        name = path.rpartition("/")[2]
        assert len(name.encode()) <= 100
        assert not set(name) & set('\\:*?"<>|#^[]% ')
        assert name[0] not in "_.-"


def test_slug_keeps_umlauts() -> None:
    assert slug("Prüfung: Größe der Öl-Wanne (3/4)") == "prüfung-größe-der-öl-wanne-3-4"


@settings(max_examples=50)
@given(
    st.sampled_from(["a.md", "t/b.md", "t/x/c.md", "p/d.md"]),
    st.sampled_from(["a.md", "t/b.md#m", "t/x/c.md", "files/e.pdf"]),
)
def test_relative_links_lead_there(start: str, goal: str) -> None:
    href = relative(start, goal)
    place = Path("/w", start) if href.startswith("#") else Path("/w", start).parent / href.partition("#")[0]
    parts: list[str] = []
    for part in place.parts[2:]:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    assert "/".join(parts) == goal.partition("#")[0]
