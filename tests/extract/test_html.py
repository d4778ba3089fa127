"""HTML bodies become lines of safe Markdown: what is shown stays, what is hidden goes, nothing acts."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mail2wiki.extract import html, quotes
from mail2wiki.records import Body


def text(page: str) -> str:
    return "\n".join(html.to_lines(page)[0])


def test_paragraphs_and_breaks():
    assert html.to_lines("<p>Guten Tag,</p><p>eins<br>zwei</p>") == (["Guten Tag,", "", "eins  ", "zwei"], ())


MSO = "<p class=MsoNormal{}>{}<o:p></o:p></p>"
EMPTY = MSO.format("", "&nbsp;")
LINES = {
    "divs": ("<div>eins</div><div>zwei</div>", "eins  \nzwei"),
    "an empty div": ("<div>eins</div><div><br></div><div>zwei</div>", "eins\n\nzwei"),
    "divs in divs": ("<div><div>eins</div></div><div><div>zwei</div></div>", "eins  \nzwei"),
    "text and div": ("eins<div>zwei</div>drei", "eins  \nzwei  \ndrei"),
    "a break at the end": ("<div>eins<br></div><div>zwei<br><br></div><div>drei</div>", "eins  \nzwei\n\ndrei"),
    "a break between": ("<div>eins</div><br><div>zwei</div>", "eins\n\nzwei"),
    "outlook": (
        MSO.format("", "eins") + MSO.format("", "zwei") + EMPTY + MSO.format("", "drei"),
        "eins  \nzwei\n\ndrei",
    ),
    "outlook, indented": (MSO.format("", "eins") + MSO.format(" style='margin-left:36.0pt'", "zwei"), "eins  \nzwei"),
    "outlook, spaced": (MSO.format(" style='margin-bottom:12.0pt'", "eins") + MSO.format("", "zwei"), "eins\n\nzwei"),
    "outlook's header block": (
        MSO.format("", "eins") + "<div style='border:none;border-top:solid #E1E1E1 1.0pt'>" + MSO.format("", "zwei"),
        "eins\n\nzwei",
    ),
    "margins said": (
        "<p style='margin:0cm;margin-bottom:.0001pt'>eins</p><p style='margin: 0'>zwei</p>",
        "eins  \nzwei",
    ),
    "paragraphs": ("<p>eins</p><p>zwei</p>", "eins\n\nzwei"),
    "a paragraph that is not closed": ("<p class=MsoNormal>eins<p>zwei<p>drei", "eins\n\nzwei\n\ndrei"),
    "a quote": ("<div>eins</div><blockquote><div>zwei</div><div>drei</div></blockquote>", "eins\n\n> zwei  \n> drei"),
    "a list": ("<div>eins</div><ul><li>zwei</li></ul><div>drei</div>", "eins\n\n- zwei\n\ndrei"),
    "a table": ("<div>eins</div><table><tr><td>zwei</td></tr></table><div>drei</div>", "eins\n\nzwei\n\ndrei"),
    "a rule": ("<div>eins</div><hr><div>zwei</div>", "eins\n\nzwei"),
    "a picture": (
        "<div>eins</div><div><img alt='Plan' src='cid:1@x'></div><div>zwei</div>",
        "eins\n\nPlan \\[cid:1@x\\]\n\nzwei",
    ),
    "gmail's attribution": (
        "<div>eins</div><div class=gmail_quote>Am 1. schrieb Eva:</div>",
        "eins\n\nAm 1. schrieb Eva:",
    ),
}


@pytest.mark.parametrize("kind", LINES)
def test_blocks_without_space_between_them_are_lines(kind):
    page, lines = LINES[kind]
    assert text(page) == lines


def test_text_without_any_tag():
    assert html.to_lines("nur Text & mehr") == (["nur Text &amp; mehr"], ())


@pytest.mark.parametrize(
    "hidden",
    [
        "<style>p{color:red}</style>",
        "<script>geheim()</script>",
        "<!-- geheim -->",
        "<!--[if mso]><p>geheim</p><![endif]-->",
        '<div style="display:none">geheim</div>',
        '<span style="mso-hide: all">geheim</span>',
        "<title>geheim</title>",
        '<div style="max-height:0;overflow:hidden">geheim</div>',
        "<div hidden>geheim</div>",
        '<img src="https://t.example/p.gif" width="1" height="1" alt="geheim">',
        '<div style="display:none"><div>a</div>geheim</div>',
    ],
)
def test_what_is_hidden_is_left_out(hidden):
    assert text(f"<head></head><body><p>vorher</p>{hidden}<p>nachher</p>") == "vorher\n\nnachher"


def test_conditional_comments_of_word_keep_their_text():
    assert text("<p>a<![if !vml]>b<![endif]>c</p>") == "abc"


def test_words_fake_lists_become_lists():
    item = (
        "<p class=MsoListParagraph style='margin-left:36pt;mso-list:l0 level1 lfo1'><![if !supportLists]>"
        "<span style='mso-list:Ignore'>·"
        "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>{}</p>"
    )
    deeper = item.replace("level1", "level2")
    assert (
        text("<p>Liste</p>" + item.format("eins") + deeper.format("innen") + item.format("zwei"))
        == "Liste\n\n- eins\n    - innen\n- zwei"
    )


def test_fake_lists_without_their_styles():
    assert text("<p>·&nbsp;&nbsp; eins</p><p>·&nbsp;&nbsp; zwei</p>") == "- eins\n- zwei"
    assert text("<p>2.&nbsp;&nbsp;&nbsp;zwei</p>") == "2. zwei"
    assert text("<p>3. Oktober</p>") == "3\\. Oktober"


def test_real_lists_are_nested_by_four_spaces():
    page = "<p>x</p><ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul><p>y</p>"
    assert text(page) == "x\n\n- a\n    1. b\n    2. c\n- d\n\ny"


def test_a_data_table_is_a_pipe_table_with_constant_columns():
    page = (
        "<table "
        "border=1><tr><th>Name</th><th>a|b</th></tr><tr><td>x<br>y</td><td>1</td></tr><tr><td "
        "colspan=2>z</td></tr></table>"
    )
    assert text(page) == "| Name | a&#124;b |\n| --- | --- |\n| x y | 1 |\n| z |  |"


def test_layout_tables_are_flattened():
    inner = "<table><tr><td><p>innen</p><p>zwei</p></td></tr></table>"
    page = f"<table><tr><td>{inner}</td></tr><tr><td>unten</td></tr></table>"
    assert text(page) == "innen\n\nzwei\n\nunten"
    assert (
        text("<table><tr><td>Tel.:</td><td>040 1</td></tr><tr><td>Fax:</td><td>040 2</td></tr></table>")
        == "Tel.: 040 1  \nFax: 040 2"
    )


def test_quotes_keep_their_depth():
    assert text("<p>neu</p><blockquote><p>a</p><blockquote>b</blockquote></blockquote>") == "neu\n\n> a\n>\n> > b"


def test_depth_of_quotes_is_bounded():
    lines = html.to_lines("<blockquote>" * 40 + "tief" + "</blockquote>" * 40)[0]
    assert lines == ["> " * 20 + "tief"]


def test_gmails_indent_is_no_quote():
    page = '<blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>eingerückt</div></blockquote>'
    assert text(page) == "eingerückt"


def test_bold_and_headings():
    assert (
        text("<h1>Titel</h1><p><b>fett</b> und <i>schräg</i>, mit<b>ten</b> drin</p>")
        == "**Titel**\n\n**fett** und *schräg*, mitten drin"
    )


def test_bold_labels_of_a_header_block_are_seen():
    page = (
        "<p>Siehe unten.</p><div style='border:none;border-top:solid #E1E1E1 "
        "1.0pt'><p><b>Von:</b> Ina Beispiel &lt;ina@firma.example&gt;<br>"
        "<b>Gesendet:</b> Montag, 4. März 2024 10:15<br><b>An:</b> Uwe "
        "Muster<br><b>Betreff:</b> Angebot</p></div><p>Hallo Uwe</p>"
    )
    lines, _ = html.to_lines(page)
    marks = quotes.mark(lines, "markdown")
    assert marks == "nbhhhhbq"
    assert Body(tuple(lines), marks, "markdown").text() == "Siehe unten."


@pytest.mark.parametrize(
    ("href", "written"),
    [
        ("https://www.firma.example/a?b=1&c=2", "[hier](https://www.firma.example/a?b=1&amp;c=2)"),
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ffirma.example%2Fa&amp;data=05",
            "[hier](https://firma.example/a)",
        ),
        ("https://urldefense.proofpoint.com/v1/url?u=http://firma.example/a&k=1", "[hier](http://firma.example/a)"),
        (
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__firma.example_a-5Fb&d=x",
            "[hier](https://firma.example/a_b)",
        ),
        ("https://urldefense.com/v3/__https://firma.example/a__;!!abc!def$", "[hier](https://firma.example/a)"),
        ("https://urldefense.com/v3/__https://firma.example/*x__;Iw!!abc!def$", "[hier](https://firma.example/#x)"),
        ("https://www.google.com/url?q=https://firma.example/a&sa=D", "[hier](https://firma.example/a)"),
        ("https://secure-web.cisco.com/1aB-c_D/https%3A%2F%2Ffirma.example%2Fa", "[hier](https://firma.example/a)"),
        ("mailto:ina@firma.example", "[hier](mailto:ina@firma.example)"),
        ("javascript:alert(1)", "hier"),
        ("data:text/html,x", "hier"),
        ("file:///etc/x", "hier"),
        ("cid:x", "hier"),
        ("#oben", "hier"),
        (
            "https://firma.example/a b(c)[d]|{e}<f>",
            "[hier](https://firma.example/a%20b%28c%29%5Bd%5D%7C%7Be%7D%3Cf%3E)",
        ),
        ("java\nscript:alert(1)", "hier"),
    ],
)
def test_links(href, written):
    assert text(f'<a href="{href}">hier</a>') == written


def test_a_link_that_shows_its_target_and_a_bare_url():
    assert text('<a href="https://firma.example/">https://firma.example</a>') == "<https://firma.example/>"
    assert text("<p>siehe https://firma.example/x_y_z.</p>") == "siehe <https://firma.example/x_y_z>."
    assert text('<a href="mailto:ina@firma.example">ina@firma.example</a>') == "ina@firma.example"


def test_images_leave_their_alternative_text_and_the_name_of_their_part():
    assert (
        text('<p>a <img src="cid:1" alt="Lageplan der Halle"> b <img src="cid:2" alt="image001.png"></p>')
        == "a Lageplan der Halle \\[cid:1\\] b \\[cid:2\\]"
    )
    assert text('<p>a <img src="https://bild.example/x.png" alt="x.png"> b <img src="cid:2" width="1"></p>') == "a b"
    assert text('<p>a <img src="cid:2](http://x.example)"> b</p>') == "a b"


@pytest.mark.parametrize(
    ("page", "defect"),
    [
        (
            "<p>oben</p>" + "".join(f"<blockquote><p>Stufe {at}</p>" for at in range(3000)) + "</blockquote>" * 3000,
            "html-deep",
        ),
        ("<table><tr><td>Stufe 1 " * 2000 + "</td></tr></table>" * 2000, "html-deep"),
        ("<p>Stufe 1 " + "x" * 5_000_001, "html-too-large"),
    ],
)
def test_extreme_pages_keep_their_text_and_carry_a_defect(page, defect):
    lines, defects = html.to_lines(page)
    assert defect in defects
    said = " ".join(lines)
    assert all(f"Stufe {at}" in said for at in re.findall(r"Stufe (\d+)", page))


def test_a_failing_writer_falls_back_to_the_tolerant_path(monkeypatch):
    def fail(tokens):
        raise ValueError("made to fail")

    monkeypatch.setattr(html.html_writer, "write", fail)
    assert html.to_lines("<p>eins <b>zwei</b></p><ul><li>drei</li></ul>") == (
        ["eins **zwei**", "", "- drei"],
        ("html-fallback",),
    )


PARTS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<blockquote>",
        "</blockquote>",
        "<ul>",
        "<ol>",
        "<li>",
        "</li>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "<th>",
        "</td>",
        "</table>",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<br>",
        '<a href="http://a.example/x">',
        '<a href="javascript:x">',
        "</a>",
        "<pre>",
        "</pre>",
        "<h2>",
        "</h2>",
        "<hr>",
        "<!--",
        "-->",
        "<![if x]>",
        "<span style='mso-list:Ignore'>",
        "</span>",
        "<p style='mso-list:l0 level2'>",
        "&lt;script&gt;",
        "&amp;lt;",
        "&#42;",
        "*",
        "_",
        "`",
        "[x](y)",
        "# ",
        "- ",
        "1. ",
        "> ",
        "| a |",
        "{x}",
        "$y$",
        "~~",
        "&nbsp;",
        "wort",
        " ",
        "\n",
        "<xmp>",
        "<textarea>",
        "<svg><style>",
        "<img alt='<b>x'>",
        "<",
        ">",
        '"',
        "<a",
        "===",
        "---",
        "    ",
    ]
)
RENDER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ALLOWED = {
    "p",
    "br",
    "strong",
    "em",
    "a",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
    "pre",
}


@given(st.lists(PARTS, max_size=40).map("".join))
@settings(max_examples=400, deadline=None)
def test_whatever_the_page_nothing_acts(page):
    lines, _ = html.to_lines(page)
    assert all("\n" not in line for line in lines)
    shown = RENDER.render("\n".join(lines))
    assert set(re.findall(r"<([a-z][a-z0-9]*)", shown)) <= ALLOWED
    assert set(re.findall(r'href="(\w+):', shown)) <= {"http", "https", "mailto"}
    assert len(quotes.mark(lines, "markdown")) == len(lines)
