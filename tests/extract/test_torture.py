"""Mail built to hurt: endless nesting, an endless line, an endless body. The text is kept and a defect says so."""

import pytest

from mail2wiki.extract import Extracted, extract, quotes

HEAD = b"From: Ina Beispiel <ina@firma.example>\nDate: Mon, 4 Mar 2024 10:15:00 +0100\n"
INNERMOST = "Ganz innen steht der Satz."


def levels(count: int) -> bytes:
    starts = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (at, at) for at in range(count))
    ends = (b"--b%d--\n" % at for at in reversed(range(count)))
    return HEAD + b"".join(starts) + f"\n{INNERMOST}\n".encode() + b"".join(ends)


def quoted(count: int) -> bytes:
    page = "".join(f"<blockquote><p>Stufe {at}</p>" for at in range(count)) + INNERMOST + "</blockquote>" * count
    return HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + f"<p>oben</p>{page}".encode()


CASES = {
    "2,000 levels of multipart": (levels(2_000), "too-deep"),
    "3,000 levels of blockquote": (quoted(3_000), "html-deep"),
    "a header line of 1 MB": (HEAD + b"Subject: " + b"Wort " * 200_000 + f"\n\n{INNERMOST}\n".encode(), "header-long"),
    "a body of 50,000 lines": (HEAD + b"\n" + b"Eine Zeile mit Text.\n" * 49_999 + INNERMOST.encode(), ""),
}


@pytest.mark.parametrize("name", CASES)
def test_text_is_kept_a_defect_recorded_and_nothing_grows(name: str) -> None:
    raw, defect = CASES[name]
    found = extract(raw)
    assert isinstance(found, Extracted) and len(found.body.lines) == len(found.body.marks)
    assert any(INNERMOST in line for line in found.body.lines)
    assert found.message.defects == ((defect,) if defect else ())
    size = sum(len(line) + 1 for line in found.body.lines)
    assert size <= 4 * len(raw) and len(found.message.subject) < 10_000


def test_every_level_of_a_deep_quote_keeps_its_words() -> None:
    lines = extract(quoted(3_000)).body.lines
    words = " ".join(lines).split()
    assert words.count("Stufe") == 3_000 and max(line.count(">") for line in lines) < 300


def test_marks_of_an_endless_body_are_as_many_as_its_lines() -> None:
    hard = ["> " * 40 + "a", "From: a@firma.example", "", "-- ", "Gruß", "Ina", "Am 1.2.2024 um 10:15", "schrieb Ina:"]
    lines = hard * 6_000
    assert len(quotes.mark(lines)) == len(lines)
