"""Settings: file, environment and flags, in this order; every problem at once."""

from pathlib import Path

import pytest

from mail2wiki.errors import UsageError
from mail2wiki.settings import load


def test_flag_beats_environment_beats_file(tmp_path: Path) -> None:
    file = tmp_path / "mail2wiki.toml"
    file.write_text('lang = "de"\nmax_pages = 50\nowner = ["anna@firma.example"]\n', encoding="utf-8")
    settings = load({"max_pages": 70, "lang": None}, {"MAIL2WIKI_MAX_PAGES": "60", "MAIL2WIKI_STRICT": "yes"}, file)
    assert (settings.lang, settings.max_pages, settings.strict) == ("de", 70, True)
    assert settings.owner == ("anna@firma.example",)


def test_all_problems_are_reported_together(tmp_path: Path) -> None:
    file = tmp_path / "mail2wiki.toml"
    file.write_text('lang = "fr"\nmax_page = 5\n', encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load({"workers": -1}, {"MAIL2WIKI_STRICT": "maybe"}, file)
    text = str(caught.value)
    assert len(caught.value.lines) == 4
    for part in (
        "lang needs one of: de, en",
        "no setting 'max_page'",
        "max_pages",
        "workers",
        "--workers",
        "MAIL2WIKI_STRICT",
    ):
        assert part in text


def test_broken_file_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "mail2wiki.toml"
    file.write_text("lang = de", encoding="utf-8")
    with pytest.raises(UsageError, match="no TOML"):
        load({}, {}, file)
    with pytest.raises(UsageError, match="cannot be read"):
        load({}, {}, tmp_path / "absent.toml")


def test_digest_ignores_what_does_not_shape_the_wiki() -> None:
    assert load({"workers": 1}, {}).digest() == load({"workers": 2}, {}).digest()
    assert load({"lang": "de"}, {}).digest() != load({"lang": "en"}, {}).digest()
