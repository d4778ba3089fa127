"""Every word of the pages is there in German, and the compiled catalogue is the written one."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import pytest

import mail2wiki.export
from mail2wiki.export.words import _MONTHS, words

ROOM = Path(mail2wiki.export.__file__).parent
CATALOGUE = ROOM / "locale" / "de" / "LC_MESSAGES"


def used() -> set[str | tuple[str, str]]:
    """The message ids in the room's code."""
    found: set[str | tuple[str, str]] = set(_MONTHS)
    for file in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if name in ("say", "self") and texts:
                found.add(texts[0])
            elif name == "many":
                found.add((texts[0], texts[1]))
    return found


def test_every_word_has_a_german_translation_with_the_same_fields() -> None:
    pofile = pytest.importorskip("babel.messages.pofile")
    catalogue = pofile.read_po((CATALOGUE / "mail2wiki.po").open("rb"), locale="de")
    there = {message.id: message.string for message in catalogue if message.id}
    assert used() == set(there)
    for id, string in there.items():
        forms = [(id, string)] if isinstance(id, str) else list(zip(id, string, strict=True))
        for one, other in forms:
            assert other, id
            assert set(re.findall(r"\{\w+\}", one)) == set(re.findall(r"\{\w+\}", other)), id


def test_compiled_catalogue_is_the_written_one() -> None:
    pofile, mofile = pytest.importorskip("babel.messages.pofile"), pytest.importorskip("babel.messages.mofile")
    stream = io.BytesIO()
    mofile.write_mo(stream, pofile.read_po((CATALOGUE / "mail2wiki.po").open("rb"), locale="de", domain="mail2wiki"))
    compiled = ((CATALOGUE / "mail2wiki.mo").open("rb"), io.BytesIO(stream.getvalue()))
    there, written = ({str(one.id): one.string for one in mofile.read_mo(file) if one.id} for file in compiled)
    assert there == written and there  # the header names the version of Babel that wrote it


@pytest.mark.parametrize(("language", "first", "last", "text"), [
    ("en", 988_900_000, 988_900_001, "3 May 2001"),
    ("de", 988_900_000, 989_100_000, "3.–5. Mai 2001"),
    ("en", 988_900_000, 992_000_000, "3 May – 8 June 2001"),
    ("de", 988_900_000, 1_100_000_000, "3. Mai 2001 – 9. November 2004"),
    ("de", None, None, "ohne Datum"),
    ("fr", 988_900_000, None, "3 May 2001"),
])  # fmt: skip
def test_periods(language: str, first: int | None, last: int | None, text: str) -> None:
    assert words(language).period(first, last) == text


def test_numbers_and_sizes() -> None:
    assert words("de").many("{n} message", "{n} messages", 1234) == "1.234 Nachrichten"
    assert words("de").size(2_340_000) == "2,3 MB"
    assert words("en").size(999) == "999 B"
