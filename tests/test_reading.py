"""Batches: copies of a message are read where the first of them was."""

from pathlib import Path

from builder import mbox, message

from mail2wiki import reading
from mail2wiki.catalog import Catalog, Row
from mail2wiki.extract import extract, sources
from mail2wiki.extract.parse import Memory
from mail2wiki.records import Mailbox, Span

WORDS = (
    "Guten Tag,\n\nder Prüfstand in Halle {n} läuft seit heute früh um sieben ohne Störung und ohne Aufsicht.\n\nAnna\n"
)


def letter(number: int, folder: str = "Inbox", **more: str) -> bytes:
    headers = {"X-Folder": folder}
    return message(f"Halle {number}", body=WORDS.format(n=number), headers=headers, message_id=f"<{folder}>", **more)


def found(path: Path) -> tuple[Mailbox, list[list[Span]]]:
    [box] = sources.find([path], path.parent / "unpacked").boxes
    return box, list(reading._batches(sources.spans(box)))


def test_copies_come_one_after_the_other(tmp_path: Path) -> None:
    folders = ("Inbox", "Sent", "All")
    mbox([letter(n, folder) for folder in folders for n in range(3)], tmp_path / "anna.mbox")
    box, [batch] = found(tmp_path / "anna.mbox")
    order = [extract(raw).message.subject for _, raw in sources.read_batch(box.kind, batch)]
    assert order == [f"Halle {n}" for n in range(3) for _ in folders]


def test_a_batch_with_copies_gives_what_each_gives_alone(tmp_path: Path) -> None:
    date = "Tue, 07 May 2024 10:00:00 +0200"
    mails = [letter(1), letter(1, "Sent"), letter(1, "All", date=date), letter(1, "Other", sender="carl@firma.example")]
    box = mbox([*mails, letter(2), mails[0]], tmp_path / "anna.mbox")
    alone: dict[str, Row] = {}
    for number, mail in enumerate(mails):
        alone |= rows(mbox([mail], tmp_path / f"{number}.mbox"), tmp_path)
    together = rows(box, tmp_path)
    assert len(together) == 5 and together.items() >= alone.items()
    assert len({row.contact for row in together.values()}) == 1  # none has a signature


def rows(path: Path, scratch: Path) -> dict[str, Row]:
    box, batches = found(path)
    with Catalog(scratch / "catalog.sqlite", reading="1") as catalog:
        read = [reading.read_batch(box, batch, catalog.path, scratch, "1", count=True)[1] for batch in batches]
    return {row.id: row._replace(at="") for some in read for row in some if row.header}


def test_what_makes_a_text_another_one() -> None:
    memory: Memory = {}
    first = extract(letter(1), memory=memory)
    copy = extract(letter(1, "Sent"), memory=memory)
    assert copy.body is first.body and copy.copy == first.copy and copy.message.id != first.message.id
    others = [
        letter(2),
        letter(1, sender="carl@firma.example"),
        message("Halle 9", body=WORDS.format(n=1)),
        letter(1).replace(b"utf-8", b"latin-1"),
    ]
    for mail in others:
        assert extract(mail, memory=memory).body is not first.body
        assert extract(mail, memory=memory) == extract(mail)
    damaged = b"Subject: x\n y: \n\x00broken\nContent-Type: multipart/mixed; boundary=a\n\n--b\n\nHallo\n"
    assert extract(damaged, memory=memory) == extract(damaged)


def test_what_was_read_is_in_the_file_before_the_catalogue_is_closed(tmp_path: Path) -> None:
    path = mbox([letter(n) for n in range(20)], tmp_path / "anna.mbox")
    box, batches = found(path)
    with Catalog(tmp_path / "catalog.sqlite", reading="1") as catalog:
        for batch in batches:
            catalog.add(box, reading.read_batch(box, batch, catalog.path, tmp_path, "1", count=True)[1])
        before = catalog.path.stat().st_size
        catalog.settle()
        assert catalog._settling is not None
        catalog._settling.join()
        assert catalog.path.stat().st_size > before
    assert not catalog.path.with_name("catalog.sqlite-wal").exists()
