"""Our reader, the tolerant one (mail-parser) and the standard library on every corpus: same facts, or a known reason.

The reasons are in tests/differences.py; a difference that none of them explains fails the test.
"""

from __future__ import annotations

import pytest
from builder import attachment, entity, message, multipart
from differences import CORPORA, NAMES, compared

from mail2wiki.extract import mime, tolerant
from mail2wiki.extract.headers import subject
from mail2wiki.extract.parse import Collected


def test_the_tolerant_reader_gives_the_same_tree() -> None:
    """On undamaged messages both readers lead to the same record."""
    inner = message(subject="Über Öl", body="Alt\n")
    for raw in (
        message(),
        message(
            html="<p>x</p>",
            attachments=[("Prüf.pdf", "application/pdf", b"%PDF"), ("b.bin", "application/x-b", b"\0\1")],
        ),
        message(body="Prüfung läuft".encode("latin-1"), charset="iso-8859-1", raw_headers=b"X-Note: Pr\xfcfung\n"),
        b"From: a@x\nSubject: Pr\xfcfung\n"
        + multipart("mixed", [entity("text/plain", b"Neu\n"), entity("message/rfc822", inner)]),
    ):
        fast, slow = Collected(set()), Collected(set())
        first, second = mime.read(raw)[0], tolerant.read(raw)
        fast.run(first)
        slow.run(second)
        assert subject(first.fields, set()) == subject(second.fields, set())
        assert fast.body("").lines == slow.body("").lines
        assert [file.name for file in fast.attachments] == [file.name for file in slow.attachments]
        ours = [data for name, data in fast.files.items() if name not in fast.nested]
        assert ours == [data for name, data in slow.files.items() if name not in slow.nested]


REPORT = entity("message/delivery-status", b"Reporting-MTA: dns; post.example\n\nAction: failed\nStatus: 5.1.1\n")
CODED = entity("message/rfc822", b"RnJvbTogYUB4ClN1YmplY3Q6IERhcmluCgpBbHQK\n", "Content-Transfer-Encoding: base64")


@pytest.mark.parametrize(
    ("part", "names", "text"),
    [
        (REPORT, ["attachment"], "Neu"),
        (CODED, ["Darin.eml"], "Neu From: a@x Subject: Darin Alt"),
        (entity("text/plain; charset=utf-8", "Pr\u00fcfung".encode("latin-1")), [], "Neu Pr\u00fcfung"),
        (entity("text/plain; charset=iso-8859-1", "Pr\u00fcfung".encode()), [], "Neu Pr\u00fcfung"),
        (attachment("a.bin", "application/x-b", b"\0\1"), ["a.bin"], "Neu"),
    ],
    ids=["delivery report", "encoded message", "latin-1 as utf-8", "utf-8 as latin-1", "file"],
)
def test_known_faults_of_the_library_below_the_tolerant_reader(part: bytes, names: list[str], text: str) -> None:
    """It has no content for a report's fields, takes base64 for a message, decodes 8-bit text by a label that lies."""
    raw = b"From: a@x\n" + multipart("mixed", [entity("text/plain", b"Neu\n"), part])
    for root in (mime.read(raw)[0], tolerant.read(raw)):
        found = Collected(set())
        found.run(root)
        assert " ".join(line for line in found.body("").lines if line) == text
        assert [file.name for file in found.attachments] == names
        assert all(found.files.values())


@pytest.mark.parametrize("name", NAMES)
def test_corpus(name: str) -> None:
    """No crash, and every difference has a reason in the table."""
    if not CORPORA.is_dir():
        pytest.skip("no shared corpora")
    found = list(compared(name))
    assert found
    assert not [line for line in found if line[2] and not line[3]]
