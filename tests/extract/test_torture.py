"""Mail built to hurt: endless nesting, an endless line, an endless body. The text is kept and a defect says so."""

import sys
from collections import Counter
from collections.abc import Callable

import pytest

from mail2wiki.extract import collecting, extract, quotes
from mail2wiki.extract.parse import Extracted

HEAD = b"From: Ina Beispiel <ina@firma.example>\nDate: Mon, 4 Mar 2024 10:15:00 +0100\n"
INNERMOST = "Ganz innen steht der Satz."


def levels(count: int) -> bytes:
    starts = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (at, at) for at in range(count))
    ends = (b"--b%d--\n" % at for at in reversed(range(count)))
    return HEAD + b"".join(starts) + f"\n{INNERMOST}\n".encode() + b"".join(ends)


def quoted(count: int) -> bytes:
    page = "".join(f"<blockquote><p>Stufe {at}</p>" for at in range(count)) + INNERMOST + "</blockquote>" * count
    return HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + f"<p>oben</p>{page}".encode()


def header_line(field: bytes, words: int) -> bytes:
    return HEAD + field + b": " + b"Wort " * words + f"\n\n{INNERMOST}\n".encode()


def part_header_line(words: int) -> bytes:
    part = b"--b\nX-Unbekannt: " + b"Wort " * words + f"\n\n{INNERMOST}\n--b--\n".encode()
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + part


def many_lines(count: int) -> bytes:
    return HEAD + b"\n" + b"Eine Zeile mit Text.\n" * (count - 1) + INNERMOST.encode()


def one_line(words: int) -> bytes:
    return HEAD + b"\n" + b"Wort " * words + INNERMOST.encode()


def header_of_many(fields: int) -> bytes:
    return HEAD + b"".join(b"X-Feld-%d: %d\n" % (at, at) for at in range(fields)) + f"\n{INNERMOST}\n".encode()


def coloured(count: int) -> bytes:
    line = "<p style='color:red'>See what stands below, in the text.</p>"
    page = f"<p>My comments are inline.</p><blockquote>{line * count}</blockquote><p>{INNERMOST}</p>"
    return HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + page.encode()


CASES: dict[str, tuple[Callable[[int], bytes], int, str]] = {
    "2,000 levels of multipart": (levels, 2_000, "too-deep"),
    "3,000 levels of blockquote": (quoted, 3_000, "body-long html-deep"),
    "a subject of 1 MB": (lambda words: header_line(b"Subject", words), 200_000, "header-long"),
    "an unknown header line of 1 MB": (lambda words: header_line(b"X-Unbekannt", words), 200_000, "header-long"),
    "recipients of 1 MB": (lambda words: header_line(b"To", words), 200_000, "header-long"),
    "a header line of 1 MB in a part": (part_header_line, 200_000, "header-long"),
    "a header of 50,000 fields": (header_of_many, 50_000, "header-long"),
    "a body of 50,000 lines": (many_lines, 50_000, "body-long"),
    "a quote of 20,000 lines in colour": (coloured, 20_000, "body-long"),
    "a body of one line of 1 MB": (one_line, 200_000, "body-long"),
}


@pytest.mark.parametrize("name", CASES)
def test_text_is_kept_a_defect_recorded_and_nothing_grows(name: str) -> None:
    make, count, defect = CASES[name]
    raw = make(count)
    found = extract(raw)
    assert isinstance(found, Extracted) and len(found.body.lines) == len(found.body.marks)
    assert any(INNERMOST in line for line in found.body.lines)
    assert " ".join(found.message.defects) == defect
    size = sum(len(line) + 1 for line in found.body.lines)
    assert size <= 4 * len(raw) and len(found.message.subject) < 10_000


@pytest.mark.parametrize("name", CASES)
def test_twice_the_size_is_at_most_twice_the_work(name: str) -> None:
    make, count, _ = CASES[name]
    extract(make(count // 8))  # tables are read once
    assert calls(make(count // 2)) < 2.2 * calls(make(count // 4)) + 200


def calls(raw: bytes) -> int:
    """How many functions are called to read a message, Python's and the library's: the same on every machine."""
    counted: Counter[str] = Counter()

    def count(_frame: object, event: str, _argument: object) -> None:
        counted[event] += 1

    sys.setprofile(count)
    try:
        extract(raw)
    finally:
        sys.setprofile(None)
    return counted["call"] + counted["c_call"]


@pytest.mark.parametrize("kind", ["message/rfc822", "application/octet-stream; name=a.eml"])
def test_messages_inside_each_other_are_not_copied_without_end(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each level is a file and holds all below it: 90 levels around 10 MB would be 900 MB."""
    monkeypatch.setattr(collecting, "MOST_COPIED", 200_000)
    raw = HEAD + b"\n" + b"Wort\n" * 5_000 + INNERMOST.encode()
    for _ in range(40):
        raw = HEAD + f"Content-Type: {kind}\n\n".encode() + raw
    found = extract(raw)
    assert sum(len(data) for _, data in found.files) < 300_000
    assert "too-deep" in found.message.defects
    assert kind != "message/rfc822" or any(INNERMOST in line for line in found.body.lines)


def test_long_but_usual_mail_has_no_defect() -> None:
    assert extract(many_lines(5_000)).message.defects == ()
    assert extract(header_line(b"X-Unbekannt", 5_000)).message.defects == ()


def test_every_level_of_a_deep_quote_keeps_its_words() -> None:
    lines = extract(quoted(3_000)).body.lines
    words = " ".join(lines).split()
    assert words.count("Stufe") == 3_000 and max(line.count(">") for line in lines) < 300


def test_marks_of_an_endless_body_are_as_many_as_its_lines() -> None:
    hard = ["> " * 40 + "a", "From: a@firma.example", "", "-- ", "Gruß", "Ina", "Am 1.2.2024 um 10:15", "schrieb Ina:"]
    lines = hard * 6_000
    assert len(quotes.mark(lines)) == len(lines)


def test_a_damaged_part_with_an_endless_field_is_not_read_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mail2wiki.extract.tolerant.read", lambda raw: pytest.fail("the libraries take minutes"))
    found = extract(HEAD + b"Content-Type: multipart/mixed" + b";" * 50_000 + b"\n\n" + INNERMOST.encode())
    assert any(INNERMOST in line for line in found.body.lines)
