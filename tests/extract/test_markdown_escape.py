"""Escaped text shows literally, in CommonMark with GitHub's tables and in Python-Markdown with MkDocs' extensions."""

import html
import re

import markdown
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mail2wiki.extract.markdown_escape import escape, escape_line

COMMONMARK = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PIECES = st.sampled_from(
    [
        "*",
        "**",
        "_",
        "__",
        "`",
        "```",
        "[",
        "]",
        "(",
        ")",
        "[x](http://a.example)",
        "![x](y)",
        "<b>",
        "</div>",
        "<!--",
        "&amp;",
        "&#60;",
        "&",
        "{",
        "}",
        "{: .c }",
        "{{x}}",
        "$x$",
        "$$",
        "~~",
        "~",
        "==",
        "^",
        "^^",
        "|",
        "| a | b |",
        "#",
        "# ",
        "#tag",
        "- ",
        "+ ",
        "* ",
        "1. ",
        "12) ",
        "> ",
        ">",
        "===",
        "---",
        "!!! note",
        "??? x",
        "/// x",
        ": x",
        ":smile:",
        "%%x%%",
        "\\",
        "\\*",
        "\\\\",
        "[^1]",
        "[^1]: x",
        "*[a]: b",
        "[a]: http://x.example",
        "[[x]]",
        "http://a.example/b_c_d",
        "a",
        "Wort",
        "ß",
        " ",
        "x_y_z",
        "_x_",
        "10:15:30",
        "C:\\temp\\x",
        "://",
        "<http://a.example>",
        "a@b.example",
        "!",
        ".",
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60
)


def shown(page: str) -> str:
    """The text a browser shows of rendered Markdown."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


def wanted(text: str) -> str:
    return " ".join(re.sub("[\u00ad\u034f\u200b\u2060\ufeff]", "", text).split())


def tags(page: str) -> set[str]:
    return set(re.findall(r"<([a-z][a-z0-9]*)", page))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_commonmark_shows_a_line_as_it_was_written(text):
    page = COMMONMARK.render(escape_line(text))
    assert tags(page) <= {"p"}
    assert shown(page) == wanted(text)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_python_markdown_shows_a_line_as_it_was_written(text):
    page = markdown.markdown(escape_line(text), extensions=["extra", "admonition", "sane_lists"])
    assert tags(page) <= {"p"}
    assert shown(page) == wanted(text)


@given(TEXTS)
def test_no_character_that_starts_html_or_a_template_survives(text):
    assert not set(escape(text)) & set("<>{}$|`~^")
    assert re.search(r"&(?!#?\w+;)", escape(text)) is None


def test_words_without_markup_stay_readable():
    assert escape("Grüße aus snake_case, 3-4 Uhr (ca. 10:15)!") == "Grüße aus snake_case, 3-4 Uhr (ca. 10:15)!"
