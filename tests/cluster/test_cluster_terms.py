"""terms(): what a bag holds, and that no text breaks it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail2wiki.cluster import bags, terms
from mail2wiki.records import Body, Message


def bag_of(text: str, language: str = "de", marks: str = "") -> bags.Bag:
    from mail2wiki.records import Address

    lines = tuple(text.split("\n"))
    message = Message(id="1", message_id=None, subject="", sender=Address("", ""), language=language)
    return bags.decode(terms(message, Body(lines, marks or "n" * len(lines))))


def hashes(text: str, language: str = "de", marks: str = "") -> set[bytes]:
    data = bag_of(text, language, marks).hashes
    return {data[at : at + 4] for at in range(0, len(data), 4)}


@pytest.mark.parametrize("other", ["Vertrag", "Verträge", "Vertraege", "VERTRÄGEN", "Vertrags"])
def test_forms_of_a_german_word_are_one_term(other):
    assert hashes("Vertrag") == hashes(other)


def test_umlauts_are_german_in_a_message_without_language():
    assert hashes("Verträge", language="") == hashes("Vertrag", language="de")


def test_english_forms_are_one_term():
    assert hashes("shipments shipment shipping shipped", "en") == hashes("shipment shipping", "en")


def test_stop_words_greetings_dates_links_and_addresses_say_nothing():
    text = "Sehr geehrte Damen und Herren, hallo Montag März https://pumpe.example/abc uwe@pumpe.example vielen Dank"
    assert hashes(text) == set()


def test_quoted_text_counts_but_no_signature_header_or_disclaimer():
    text = "Pumpe\nVentil\nKessel\nFlasche\nEtikett\nPalette"
    assert hashes(text, marks="nqsdha") == hashes("Pumpe Ventil")


def test_long_texts_are_read_up_to_a_limit():
    assert hashes("Pumpe " * 2000 + "Ventil") == hashes("Pumpe")


def test_a_german_word_that_is_large_where_a_sentence_begins_is_kept_small():
    text = "Könntest du den Greifer prüfen? AUSSERDEM fehlt die\nPalette. Greifer und SPS und KESSELHAUS laufen."
    words = bag_of(text).words.decode().split()
    assert {"könntest", "Greifer", "ausserdem", "Palette", "kesselhaus"} <= set(words)


@given(st.text(max_size=400), st.sampled_from(["de", "en", ""]))
def test_any_text_gives_a_bag(text, language):
    bag = bag_of(text, language)
    assert len(bag.hashes) == 4 * len(bag.counts)
    assert bag == bag_of(text, language)


@given(st.binary(max_size=60))
def test_foreign_bytes_are_an_empty_or_whole_bag(data):
    bag = bags.decode(data)
    assert len(bag.hashes) == 4 * len(bag.counts)


def test_workers_load_nothing_heavy():
    code = "import sys, mail2wiki.cluster; sys.exit(any(m in sys.modules for m in ('numpy', 'scipy', 'sklearn')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
