"""Labels that lie, and text fit to keep."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail2wiki.extract import charsets
from mail2wiki.extract.words import decode_words, decoded

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.mark.parametrize(
    ("data", "label", "text", "defect"),
    [
        ("Prüfung".encode(), "utf-8", "Prüfung", ""),
        ("Prüfung".encode("latin-1"), "iso-8859-1", "Prüfung", ""),
        ("„Prüfung“".encode("cp1252"), "iso-8859-1", "„Prüfung“", ""),
        ("Prüfung".encode(), "iso-8859-1", "Prüfung", "charset-lie"),
        ("Prüfung".encode("latin-1"), "utf-8", "Prüfung", "charset-lie"),
        ("Prüfung".encode("latin-1"), "us-ascii", "Prüfung", "charset-unknown"),
        ("Prüfung".encode("latin-1"), "", "Prüfung", "charset-missing"),
        ("Prüfung".encode("latin-1"), "x-unknown", "Prüfung", "charset-unknown"),
        ("Prüfung".encode("latin-1"), "unicode_escape", "Prüfung", "charset-unknown"),
        ("Prüfung\n".encode() + "Fußzeile".encode("latin-1"), "utf-8", "Prüfung\nFußzeile", "charset-lie"),
        ("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本", ""),
        (b"Pr+APw-fung", "utf-7", "Prüfung", ""),
    ],
)
def test_decode(data: bytes, label: str, text: str, defect: str) -> None:
    found, code = charsets.decode(data, label)
    assert found == text
    assert code == defect or (defect == "charset-unknown" and code == "charset-missing")


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "utf-7", "utf-16", "hz", "gb2312", "idna", "cp037", "?"]))
def test_any_bytes_become_text_fit_to_keep(data: bytes, label: str) -> None:
    text = charsets.clean(charsets.decode(data, label)[0])
    assert not FORBIDDEN.search(text)
    assert unicodedata.is_normalized("NFC", text)
    assert text.splitlines() == [line for line in text.split("\n")][: len(text.splitlines())]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?utf-8?Q?Pr=C3=BCfung?=", "Prüfung"),
        (b"=?utf-8?Q?Pr=C3?= =?utf-8?Q?=BCfung?=", "Prüfung"),  # split inside a character
        (b"=?utf-8?B?UHLD?=\n =?utf-8?B?vGZ1bmc=?=", "Prüfung"),
        (b"=?iso-8859-1?Q?Pr=FCfung_Halle?= 3", "Prüfung Halle 3"),
        (b"AW: =?utf-8?q?=C3=9Cber?= alles", "AW: Über alles"),
        (b"=?utf-8?Q?Zwei Worte?=", "Zwei Worte"),
        (b"=?nonsense?Q?Pr=FCfung?=", "Prüfung"),
        (b"Pr\xfcfung", "Prüfung"),
        (b"Pr\xc3\xbcfung", "Prüfung"),
        (b"=?utf-8?B?UHLDvGZ1bmc?=", "Prüfung"),
        (b"=?utf-8*de?Q?Pr=C3=BCfung?=", "Prüfung"),
        (b"Ist das =?so?", "Ist das =?so?"),
    ],
)
def test_encoded_words(value: bytes, text: str) -> None:
    assert decoded(value) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_encoded_words_round_trip(text: str) -> None:
    from base64 import b64encode

    data = text.encode()
    words = " ".join(f"=?utf-8?b?{b64encode(data[at : at + 5]).decode()}?=" for at in range(0, len(data), 5))
    assert decode_words(words) == text
