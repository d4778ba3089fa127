"""The library that looks for many words at once finds what a search for each finds."""

from hypothesis import given
from hypothesis import strategies as st

from mail2wiki import stems
from mail2wiki.extract import bulk, confided, credentials, footers
from mail2wiki.stems import Stems

WORDS = ["passw", "pw", "w", "kennw", "möchten", "paßw", "://", "eyes", "yes"]
TEXTS = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=4)), max_size=12).map("".join)


@given(TEXTS)
def test_it_finds_what_a_search_for_each_word_finds(text):
    """Also in a text that is no Unicode: half of a surrogate pair."""
    assert Stems(WORDS).found(text) == {word for word in WORDS if word in text}
    assert Stems(WORDS).found(text + "\ud83d") == {word for word in WORDS if word in text}


def test_a_text_of_nothing_but_words_is_not_listed(monkeypatch):
    monkeypatch.setattr(stems, "LONGEST", 10)
    assert Stems(WORDS).found("pwpwpwpwpwpwpw") == {"pw", "w"}


def test_stems_are_written_in_small_letters():
    """Texts are asked in small letters, so that others would never be found."""
    every = [*credentials.stems(), *bulk.stems(), *confided.stems(), *footers._STEMS.words]
    assert [word for word in every if word != word.lower()] == []
