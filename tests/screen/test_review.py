"""review.csv: what is written is read back, also after a spreadsheet had it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail2wiki.errors import UsageError
from mail2wiki.records import Conversation, Woven
from mail2wiki.screen.review import Row, decisions, read, rows, write

STORY = Woven(
    (
        Conversation("a1", "Pumpe", ("1", "2"), {}, 1_700_000_000, 1_700_100_000),
        Conversation("b2", "Ventil", ("3",), {}, None, None),
    ),
    (),
    {},
)


def test_a_row_for_each_held_conversation_and_nothing_of_what_it_says(tmp_path):
    path = tmp_path / "review.csv"
    write(path, rows({"b2": "private-subject", "a1": "private-folder"}, STORY, {}))
    assert path.read_bytes() == (
        b"\xef\xbb\xbfsep=;\r\nconversation;reason;messages;first;last;decision\r\n"
        b"a1;private-folder;2;2023-11-14;2023-11-16;\r\nb2;private-subject;1;;;\r\n"
    )
    assert not list(tmp_path.glob("*.part"))


def test_decisions_are_kept(tmp_path):
    path = tmp_path / "review.csv"
    gone = Row("zz", "private-folder", "4", "2020-01-01", "2020-02-01", "publish")
    before = {"a1": Row("a1", "private-folder", "1", "", "", "publish"), "zz": gone, "yy": gone._replace(decision="")}
    write(path, rows({}, STORY, before))
    kept = read(path)
    assert kept["a1"] == Row("a1", "private-folder", "2", "2023-11-14", "2023-11-16", "publish") and kept["zz"] == gone
    assert decisions(kept) == {"a1": "publish", "zz": "publish"}
    assert rows({"b2": "private-folder"}, STORY, kept) == rows(
        {"b2": "private-folder"}, STORY, dict(reversed(kept.items()))
    )


@pytest.mark.parametrize(
    "data",
    [
        "conversation,reason,messages,first,last,decision\r\na1,x,2,,,hold\r\n".encode("utf-8-sig"),
        b"conversation;reason;messages;first;last;decision\na1;x;2;;;HOLD \n",
        "conversation\treason\tmessages\tfirst\tlast\tdecision\r\na1\tx\t2\t\t\tzurückhalten\r\n".encode("utf-16"),
        'sep=;\r\n"conversation";"decision"\r\n"a1";"zurückhalten"\r\n'.encode("cp1252"),
    ],
)
def test_what_spreadsheets_save_is_read(tmp_path, data):
    path = tmp_path / "review.csv"
    path.write_bytes(data)
    assert decisions(read(path)) == {"a1": "hold"}


def test_a_word_that_is_no_decision_is_an_error_and_names_the_line(tmp_path):
    path = tmp_path / "review.csv"
    path.write_bytes(b"sep=;\r\nconversation;decision\r\na1;publish\r\nb2;pubish\r\n")
    with pytest.raises(UsageError, match=r"line 4: 'pubish'"):
        read(path)
    path.write_bytes(b"something else\n")
    with pytest.raises(UsageError, match="columns"):
        read(path)


def test_no_file_no_decisions(tmp_path):
    assert read(tmp_path / "review.csv") == {}
    (tmp_path / "review.csv").write_bytes(b"")
    assert read(tmp_path / "review.csv") == {}


@given(st.text("=+-@abc;,\"' é", min_size=1, max_size=12).filter(lambda text: text.strip(" '") == text))
def test_no_cell_is_a_formula_and_all_come_back(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("review") / "review.csv"
    write(path, [Row(text, text, "1", "", "", "hold")])
    assert not any(
        cell.startswith(("=", "+", "-", "@")) for cell in path.read_text("utf-8-sig").split("\n")[2].split(";")[:1]
    )
    assert read(path)[text].reason == text
