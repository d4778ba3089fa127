"""Text from mail shows letter by letter in two Markdown implementations, and nothing in it acts."""

from __future__ import annotations

import re
import textwrap
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mail2wiki.export.flow import escape_block
from mail2wiki.export.guard import guarded
from mail2wiki.export.markdown import clean, escape_inline, escape_label, fence, link

markdown_it = pytest.importorskip("markdown_it")
markdown = pytest.importorskip("markdown")

MAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}"
PLAIN_TAGS = {"p", "br", "a", "code", "pre", "li", "ul", "ol", "blockquote"}


class Reader(HTMLParser):
    """The text and tags of rendered HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.links = "", set(), []
        self.numbers: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in ("ul", "ol"):
            self.numbers.append(int(dict(attrs).get("start") or 1) if tag == "ol" else None)
        if tag == "li":
            self.text += f" {self.numbers[-1]}. " if self.numbers[-1] is not None else " - "
            if self.numbers[-1] is not None:
                self.numbers[-1] += 1
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        if tag not in ("a", "code"):
            self.text += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self.numbers.pop()
        if tag not in ("a", "code"):
            self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


def commonmark(text: str) -> Reader:
    reader = Reader()
    reader.feed(markdown_it.MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text))
    return reader


def python_markdown(text: str) -> Reader:
    reader = Reader()
    more = ["tables", "fenced_code", "toc", "attr_list", "def_list", "footnotes", "admonition", "md_in_html", "abbr"]
    reader.feed(markdown.markdown(text, extensions=more))
    return reader


def squeezed(text: str) -> str:
    """Letters, digits and signs; bullets are one bullet, the angle brackets around a URL are its delimiters.

    An address of mail is said once where its own link stands behind it; readers differ whether they show `mailto:`.
    """
    text = re.sub(r"<(https?://[^\s<>]*)>", r"\1", text)
    text = re.sub(rf"(?i)({MAIL})\s{{0,3}}(?=<mailto:\1>)", "", text)
    text = re.sub(rf"<(mailto:{MAIL})>", r"\1", text).replace("mailto:", "")
    text = re.sub(r"(?m)^([ \t]*)[*+•·–](?=[ \t]+\S)", r"\1-", text)
    return re.sub(r"\s+", "", text)


def without_rulers(squeezed: str) -> str:
    """Lines of nothing but signs are shown as thematic breaks, or not at all; a backslash may end a line; bullets and
    `1)` are written in one way."""
    return re.sub(r"[-_=*~#+•·–—.>|\\?]+|(?<=\d)\)", "", squeezed)


SIGNS = "\\`*_{}[]<>()#+-.!|~^$=%&:;'\"@?/,0123456789 abcxyzÄß\n\t"
ACTING = """http://a.example/x_y https://b.example/(q) <b> </p> <script>alert(1)</script> ![x](http://e.example/i.png)
    [x](javascript:1) [[wiki]] [^1] **b** __init__ snake_case {#id} $$x$$ $5 ~~s~~ ==m== %%c%% &amp; &#65; ``` ~~~ ---
    ===
    |---|---| :--- :smile: #tag ^block <!-- <?php <https://d.example/> <mailto:a@b.example> a@b.example \\ * _ ' ( )
"""
PHRASES = [
    "[a]: http://c.example",
    "*[abc]: title",
    "{{ x }}",
    "{: .c }",
    "# h",
    "> q",
    "- i",
    "+ i",
    "1. n",
    "2. n",
    "1) n",
]
PHRASES += ["| a | b |", "!!! note", "??? x", "::: y", ": d", "--8<-- 'f'", "Ein Satz mit Wörtern."]
SPACES = ["\n", "\n\n", " ", "  ", "    ", "\t", "\u202e", "\x00"]
ACTIVE = st.sampled_from([*ACTING.split(), *PHRASES, *SPACES])
TEXTS = st.one_of(st.text(SIGNS, max_size=60), st.lists(ACTIVE, max_size=14).map("".join), st.text(max_size=40))


@given(TEXTS)
@example("- a\n- b\n\n1. c\n2. d")
@example("1) a\n\n2) b\n\n3. c\n\n7. d\n8. e")
@example("*\ta\n*\n*\tb\n\n?\tc\n?\td")
@example("a\n===\nb\n---")
@example("x | y\n--- | ---\n1 | 2")
@example("\\http://a.example/ and <http://b.example>")
def test_block_shows_exactly_its_text(text: str) -> None:
    want = squeezed(clean(text))
    out = "\n".join(escape_block(text.split("\n"), code=False))
    for reader in (commonmark(out), python_markdown(out)):
        assert without_rulers(squeezed(reader.text)) == without_rulers(want), out
        assert reader.tags <= (PLAIN_TAGS | {"hr"}) - {"blockquote"}, out
        assert all(href.startswith(("http://", "https://", "mailto:")) for href in reader.links), out


@given(TEXTS)
def test_code_blocks_show_exactly_their_text(text: str) -> None:
    lines = clean(text).split("\n")
    assert squeezed(commonmark("\n".join(fence(lines))).text) == squeezed(clean(text))


@given(st.text(SIGNS, max_size=40), st.text(SIGNS, max_size=40))
@example("", "^]:")  # a footnote's definition
def test_label_is_one_link_with_its_text(before: str, label: str) -> None:
    out = f"{escape_inline(before)} {link(label, 'x/y-1.md', 1000)} end"
    want = re.sub(r"\s+", "", f"{clean(before)}{clean(label) if clean(label).strip() else '–'}end")
    for reader in (commonmark(out), python_markdown(out)):
        assert reader.links[-1] == "x/y-1.md"
        assert (
            re.sub(r"\s+", "", reader.text).replace("<http", "http") == want.replace("<http", "http")
            or "http" in before
        )


@given(TEXTS)
@example("<div\nonclick=1>")
@example("[x](java\nscript:1)")
@example("`a` <b> `c`")
@example("| a | b |\n|---|---|\n| 1 |")
@example("```\n<b>\n")
@example("[x](//evil.example)")
@example("<javascript:alert(1)>")
def test_guard_lets_no_harm_through(text: str) -> None:
    out = "\n".join(guarded(text.split("\n")))
    for reader in (commonmark(out), python_markdown(out)):
        harmless = PLAIN_TAGS | {
            "em",
            "strong",
            "s",
            "hr",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "dl",
            "dt",
            "dd",
            "del",
        }
        assert reader.tags <= harmless, out
        assert all(href.startswith(("http://", "https://", "mailto:")) for href in reader.links), out


def test_an_address_beside_its_own_link_is_said_once() -> None:
    assert escape_block(["An eva_berg@firma.example <mailto:eva_berg@firma.example>, bitte."]) == [
        "An <mailto:eva_berg@firma.example>, bitte."
    ]
    assert escape_block(["eva@firma.example<mailto:Eva@firma.example>"]) == ["<mailto:Eva@firma.example>"]
    other = escape_block(["Eva <mailto:eva@firma.example>, uwe@firma.example <mailto:ina@firma.example>"])
    assert other == ["Eva <mailto:eva@firma.example>, uwe@firma.example <mailto:ina@firma.example>"]
    assert escape_block(["<mailto:eva@firma.example?subject=x>"]) == ["&lt;mailto:eva@firma.example?subject=x>"]


def test_prose_flows_and_short_lines_stay() -> None:
    wrapped = "The pump on line two has been running hot since Monday, and the bearing\nmakes a noise that it did not."
    assert len(escape_block(wrapped.split("\n"))) == 1
    assert escape_block(["Muster AG", "Hauptstr. 5", "12345 Musterstadt"]) == [
        "Muster AG  ",
        "Hauptstr. 5  ",
        "12345 Musterstadt",
    ]


def test_what_cannot_act_stays_as_written() -> None:
    text = "5 * 3 > 2, AT&T, snake_case, f(x) - 1, 10:30, $5, ~100, a|b, 3.5 mm = 1/7"
    assert escape_block([text]) == [text]


def test_lists_are_lists_and_columns_are_code() -> None:
    assert escape_block(["* one", "  and more", "    * two", "* three"]) == ["- one and more", "    - two", "- three"]
    assert escape_block(["1. a", "3. b"]) == ["1\\. a  ", "3\\. b"]
    assert escape_block(["3. a", "4. b"]) == ["3\\. a  ", "4\\. b"]  # some readers would begin with 1
    assert escape_block(["Still open:", "1) bearing", "2) shaft"]) == ["Still open:", "", "1. bearing", "2. shaft"]
    assert escape_block(["*\tbearing", "*\t", "*\tshaft"]) == ["- bearing", "- shaft"]
    assert escape_block(["?\tbearing", "?\tshaft"]) == ["- bearing", "- shaft"]  # a bullet that no charset knew
    table = ["Part     Pieces   Price", "bearing  4        12,50", "shaft    1        99,00"]
    assert escape_block(table) == ["```", *table, "```"]


def test_items_with_blank_lines_between_them_are_one_list() -> None:
    assert escape_block(["- a", "", "- b", "- c", "", "d"]) == ["- a", "- b", "- c", "", "d"]
    assert escape_block(["1) a", "", "2) b"], code=False) == ["1. a", "2. b"]
    assert escape_block(["1. a", "", "* b"]) == ["1\\. a", "", "\\* b"]
    assert escape_block(["- a", "", "b", "", "- c"]) == ["\\- a", "", "b", "", "\\- c"]
    assert escape_block(["*        The pump on line two has been running", "*        hot since Monday."]) == [
        "- The pump on line two has been running",
        "- hot since Monday.",
    ]


def test_the_rest_of_an_item_is_known_by_the_width_of_the_list() -> None:
    link = "<https://reports.firma.example/2024/05/bearing-of-the-pump>"
    assert escape_block(["* bearing of the pump", link, "* shaft"]) == [f"- bearing of the pump {link}", "- shaft"]
    assert escape_block(["* bearing", "* shaft", "Regards"]) == ["\\* bearing  ", "\\* shaft  ", "Regards"]


def test_a_narrow_paragraph_flows_where_every_line_of_it_is_full() -> None:
    text = "The pump on line two has been running hot since Monday, and the bearing makes a noise that it did not "
    text += "make before we changed the oil. I have asked the people who made it, and nobody called."
    narrow = textwrap.wrap(text, 46)
    assert escape_block(narrow) == [text]
    assert len(escape_block([*narrow[:2], "it did not make.", *narrow[2:]])) == len(narrow) + 1
    assert len(escape_block([line.capitalize() for line in narrow])) == len(narrow)  # lines of a poem


def test_a_patch_is_no_list() -> None:
    assert escape_block(["- speed = 1", "+ speed = 2"]) == ["\\- speed = 1  ", "\\+ speed = 2"]


def test_code_between_fences_of_the_writer_is_code() -> None:
    assert escape_block(["Run:", "```sh", "make", "", "# all", "```", "then *wait*"]) == [
        "Run:", "", "```", "make", "", "# all", "```", "", "then \\*wait\\*",
    ]  # fmt: skip
    assert escape_block(["```", "open"]) == ["&#96;&#96;&#96;  ", "open"]


def test_a_program_its_traceback_and_a_prompt_are_code() -> None:
    program = ["class Pump(Machine):", "  def start(self, speed):", "    self.speed = speed  # rpm", "    self.run()"]
    trace = ["Traceback (most recent call last):", '  File "pump.py", line 3, in start', "ValueError: too fast"]
    typed = [">>> pump.start(3)", ">>> pump.speed", "3"]
    short = ["try:", "  start()", "except:", "  log.error()"]
    path = '  File "/usr/lib/python2.2/site-packages/pump/xml/dom/minidom.py", line 186, in cloneNode'
    for lines in (program, trace, typed, short):
        assert escape_block(lines) == ["```", *lines, "```"]
        assert escape_block(lines, code=False) == ["    " + line for line in lines]
    indented = [f"    {line}" for line in (trace[0], path, path, trace[2])]
    assert escape_block(indented) == ["```", *indented, "```"]
    assert escape_block(indented, code=False) == indented
    tags = ["<head>", "  <title>Pump</title>", "</head>"]
    assert escape_block(tags) == ["```", *tags, "```"] and "```" not in "".join(escape_block(tags, code=False))
    assert escape_block(tags, code=False)[0].startswith("&lt;head>")
    assert escape_block(["- a", "- b", "", *short], code=False)[-1] == "log.error()"  # would belong to the list


def test_a_total_that_stands_alone_below_a_table_is_a_row_of_it() -> None:
    table = [
        "Trades on the day\t  \t 437",
        "",
        "North\t 348\t 4,944",
        "South\t 386\t 8,692",
        "",
        "Total\t 734\t $ 13.64",
    ]
    assert escape_block(table) == ["```", *table, "```"]
    said = ["North\t 348\t 4,944", "South\t 386\t 8,692", "", "Call me   at 5"]
    assert escape_block(said) == ["```", *said[:2], "```", "", "Call me   at 5"]


def test_a_signature_is_set_by_lines_and_what_stands_beside_it_stays_there() -> None:
    line = "Ina Beispiel, Pumpen und Ventile, Beispielstadt am Fluss, Halle 3"
    assert escape_block(["--", line, "Wer sucht, der findet."]) == ["\\--  ", line + "  ", "Wer sucht, der findet."]
    beside = ["-- ", "Ina Beispiel            | Wer sucht,", "ina@firma.example       | der findet. Meistens."]
    assert escape_block(beside) == ["```", "--", *beside[1:], "```"]
    assert escape_block(["Bis morgen.", *beside]) == ["Bis morgen.", "", "```", "--", *beside[1:], "```"]


def test_statements_that_stand_alone_beside_code_are_code() -> None:
    imports = ["from pump import Machine", "import sys, os"]
    assert escape_block(imports) == ["```", *imports, "```"]
    program = ["import sys", "", "class Pump(Machine):", "", "  def start(self, speed):", "    self.run(speed)", "",
               "start(3)"]  # fmt: skip
    assert escape_block(["Like this:", "", *program, "", "Does it run?"]) == [
        "Like this:", "", "```", *program, "```", "", "Does it run?",
    ]  # fmt: skip
    assert escape_block(["class Pump(Machine):"]) == ["class Pump(Machine):"]
    begun = ["class Pump(Machine):", "", "    speed = 3", "", *program[4:6]]
    assert escape_block(begun) == ["```", *begun, "```"]


@pytest.mark.parametrize("margin", ["\t", "        "])
def test_text_that_was_only_indented_is_text(margin: str) -> None:
    text = ["The pump on line two has been running hot since Monday, and", "the bearing makes a noise.", "Ina"]
    assert escape_block([margin + line for line in text]) == escape_block(text)
    columns = ["bearing\t4\t12,50", "shaft\t1\t99,00"]
    assert escape_block([margin + line for line in columns])[0] == "```"


def test_what_programs_that_write_markdown_leave_in_plain_text() -> None:
    assert escape_block(["Hello Ann, \\", "it runs.\\", "\\", "See C:\\pumps\\"]) == [
        "Hello Ann,  ", "it runs.  ", "See C:\\pumps\\\\",
    ]  # fmt: skip
    picture = f"![](data:image/png;base64,{'iVBOR/0+' * 2000})"
    assert escape_block([f"Look: {picture} so."]) == ["Look:  so."]


def test_lines_of_signs_part_texts_or_say_nothing() -> None:
    lines = [
        "-----",
        "Pumps",
        "=====",
        "Two run.",
        "________________",
        "One does not.",
        "*~*~*~*~*",
        "-- -- --",
        ".....",
    ]
    assert escape_block(lines) == ["Pumps", "", "Two run.", "", "* * *", "", "One does not."]
    assert escape_block(["a -> b", "--", "5.5 * 3"]) == ["a -> b", "", "\\--  ", "5.5 * 3"]
    table = ["Part     Pieces   Price", "-------------------------", "bearing  4        12,50"]
    assert escape_block(table) == ["```", *table, "```"]


def test_wide_wrapping_flows_too() -> None:
    wide = ["word " * 29 + "end", "word " * 29 + "last", "of all."]
    assert len(escape_block(wide)) == 1
    assert len(escape_block(["A paragraph in one line. " * 8, "Another one in one line. " * 5, "Short."])) == 3


def test_lines_wrapped_twice_flow() -> None:
    comb = [
        "Die Pumpe auf Linie zwei läuft seit Montag heiß und die Lager machen ein Geräusch",
        "das es vorher",
        "nicht gab. Wir haben sie am Dienstag geöffnet, gereinigt und die Dichtung an der",
        "Welle",
        "getauscht, danach lief sie zwei Stunden ohne jede Störung und wurde nicht mehr so",
        "warm wie",
        "vorher.",
    ]
    assert len(escape_block(comb)) == 1
    names = [
        "Anna Beispiel, Leitung der Entwicklung und der Konstruktion von Pumpen, Muster-Pressen",
        "Werk Ost",
        "Bernd Muster, Einkauf von Gussteilen und Dichtungen, Vertretung von Frau Krüger, auch",
        "Werk Nord",
        "Clara Vorlage, Service",
    ]
    assert len(escape_block(names)) == 3


def test_long_lines_take_linear_time() -> None:
    for piece in ("http://", "*a", "_", "`", "[", "](", "\\", "- ", "((((", "https://a.example/(", "&a", ":a"):
        assert escape_block([piece * 20_000 + "a", "b"])
        assert guarded([piece * 20_000])


def test_a_brace_in_a_heading_begins_no_attributes():
    assert escape_inline("if (a \\{ b") == r"if (a \\&#123; b"
    assert escape_label("x {") == "x &#123;"
