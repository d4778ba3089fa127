"""Marks: who wrote which line. Mail of invented people; one example for each client's way of quoting."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail2wiki.extract import header_blocks, line_kinds, quotes, signatures, signs
from mail2wiki.records import Body

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def own(text: str, kind: str = "plain", sender: str = "") -> str:
    lines = tuple(quotes.unglue(signs.usual(text.splitlines())))
    return Body(lines, quotes.mark(lines, kind, sender), kind).text()


def marks(text: str, kind: str = "plain", sender: str = "") -> str:
    return quotes.mark(signs.usual(text.splitlines()), kind, sender)


ATTRIBUTIONS = {
    "Thunderbird de": "Am 12.03.2024 um 10:15 schrieb Ina Beispiel:",
    "Thunderbird en": "On 3/12/24 10:15, Ina Beispiel wrote:",
    "Apple Mail de": "Am 12.03.2024 um 10:15 schrieb Ina Beispiel <ina@firma.example>:",
    "Apple Mail en": "On 12 Mar 2024, at 10:15, Ina Beispiel <ina@firma.example> wrote:",
    "Gmail de": "Am Di., 12. März 2024 um 10:15 Uhr schrieb Ina Beispiel <ina@firma.example>:",
    "Gmail en": "On Tue, Mar 12, 2024 at 10:15 AM Ina Beispiel <ina@firma.example> wrote:",
    "Gmail en, wrapped": "On Tue, Mar 12, 2024 at 10:15 AM Ina Beispiel\n<ina@firma.example> wrote:",
    "Gmail en, wrapped twice": (
        "On Tue, Mar 12, 2024 at 10:15 AM Ina Beispiel via Verteiler <\nverteiler@listen.example>\nwrote:"
    ),
    "GMX": "Gesendet am 12.03.2024 um 10:15 schrieb Ina Beispiel <ina@firma.example>:",
    "Roundcube de": "Am 2024-03-12 10:15, schrieb Ina Beispiel:",
    "Evolution de": "Am Dienstag, den 12.03.2024, 10:15 +0100 schrieb Ina Beispiel:",
    "KMail de": "Am Dienstag, 12. März 2024, 10:15:07 CET schrieb Ina Beispiel:",
    "Proton Mail": "On Tuesday, March 12th, 2024 at 10:15, Ina Beispiel <ina@firma.example> wrote:",
    "mutt": "* Ina Beispiel <ina@firma.example> [2024-03-12 10:15]:",
    "mutt, name only": "Ina Beispiel wrote:",
    "Horde": "Zitat von Ina Beispiel <ina@firma.example>:",
    "name first, de": "Ina Beispiel <ina@firma.example> schrieb am Di., 12. März 2024, 10:15:",
    "French": "Le 12 mars 2024 à 10:15, Ina Beispiel <ina@firma.example> a écrit :",
    "Italian": "Il giorno mar 12 mar 2024 alle ore 10:15 Ina Beispiel <ina@firma.example> ha scritto:",
    "Spanish": "El mar, 12 mar 2024 a las 10:15, Ina Beispiel (<ina@firma.example>) escribió:",
    "Portuguese": "Em ter., 12 de mar. de 2024 às 10:15, Ina Beispiel <ina@firma.example> escreveu:",
    "Dutch": "Op di 12 mrt 2024 om 10:15 schreef Ina Beispiel <ina@firma.example>:",
    "Swedish": "Den tis 12 mars 2024 kl 10:15 skrev Ina Beispiel <ina@firma.example>:",
    "Polish": "W dniu 12.03.2024 o 10:15, Ina Beispiel pisze:",
    "Russian": "вт, 12 мар. 2024 г. в 10:15, Ina Beispiel <ina@firma.example> написал:",
    "no verb": "2024-03-12 10:15 GMT+01:00 Ina Beispiel <ina@firma.example>:",
}


@pytest.mark.parametrize("client", ATTRIBUTIONS)
def test_attribution_above_a_signed_quote(client):
    line = ATTRIBUTIONS[client]
    text = f"Einverstanden.\n\n{line}\n\n> Passt Dienstag?\n> Ina\n"
    assert own(text) == "Einverstanden."
    assert marks(text).startswith("nb" + "a" * len(line.splitlines()) + "bqq")


@pytest.mark.parametrize(
    "client", [name for name in ATTRIBUTIONS if name not in ("mutt", "mutt, name only", "Horde", "Polish")]
)
def test_attribution_above_a_quote_without_signs(client):
    assert own(f"Einverstanden.\n\n{ATTRIBUTIONS[client]}\n\nPasst Dienstag?\n") in ("Einverstanden.",)


BLOCKS = {
    "Outlook de": (
        "Von: Ina Beispiel <ina@firma.example>\nGesendet: Montag, 4. März 2024 10:15\nAn: Uwe "
        "Muster <uwe@firma.example>\nCc: Jan Test\nBetreff: Termin"
    ),
    "Outlook en": "From: Ina Beispiel\nSent: Monday, March 4, 2024 10:15 AM\nTo: Uwe Muster\nSubject: Date",
    "Outlook, wrapped recipients": (
        "From: Ina Beispiel\nSent: Monday, March 4, 2024 10:15 AM\nTo: Uwe Muster "
        "<uwe@firma.example>;\n Jan Test <jan@firma.example>\nSubject: Date"
    ),
    "bold": (
        "*Von:* Ina Beispiel <ina@firma.example>\n*Gesendet:* Montag, 4. März 2024 10:15\n"
        "*An:* Uwe Muster\n*Betreff:* Termin"
    ),
    "below a rule": (
        "________________________________\nVon: Ina Beispiel <ina@firma.example>\nGesendet: "
        "Montag, 4. März 2024 10:15\nAn: Uwe Muster\nBetreff: Termin"
    ),
    "separator de": (
        "-----Ursprüngliche Nachricht-----\nVon: Ina Beispiel\nGesendet: Montag, 4. März 2024 "
        "10:15\nAn: Uwe Muster\nBetreff: Termin"
    ),
    "separator en": (
        "-----Original Message-----\nFrom: Ina Beispiel\nSent: Monday, March 4, 2024 10:15 "
        "AM\nTo: Uwe Muster\nSubject: Date"
    ),
    "separator alone": "----- Original-Nachricht -----",
    "Gmail forward": (
        "---------- Forwarded message ---------\nFrom: Ina Beispiel <ina@firma.example>\n"
        "Date: Mon, Mar 4, 2024 at 10:15 AM\nSubject: Termin\nTo: <uwe@firma.example>"
    ),
    "Thunderbird forward": (
        "-------- Weitergeleitete Nachricht --------\nBetreff: Termin\nDatum: Mon, 4 Mar 2024 "
        "10:15:00 +0100\nVon: Ina Beispiel <ina@firma.example>\nAn: uwe@firma.example"
    ),
    "Apple forward": (
        "Anfang der weitergeleiteten Nachricht:\n\nVon: Ina Beispiel <ina@firma.example>\n"
        "Betreff: Termin\nDatum: 4. März 2024 um 10:15:00 MEZ\nAn: uwe@firma.example"
    ),
    "Notes forward, wrapped": (
        "---------------------- Forwarded by Ina Beispiel/HH/Firma on 03/04/2024\n10:15 AM "
        "---------------------------\n\n\nJan Test\n03/03/2024 09:00 AM\nTo: Ina "
        "Beispiel/HH/Firma@Firma\ncc:\nSubject: Termin"
    ),
    "Notes reply": "Jan Test\n03/03/2024 09:00 AM\nTo: Ina Beispiel/HH/Firma@Firma\ncc:\nSubject: Termin",
    "French": "De : Ina Beispiel <ina@firma.example>\nEnvoyé : lundi 4 mars 2024 10:15\nÀ : Uwe Muster\nObjet : Date",
    "Dutch": (
        "Van: Ina Beispiel <ina@firma.example>\nVerzonden: maandag 4 maart 2024 10:15\nAan: "
        "Uwe Muster\nOnderwerp: Datum"
    ),
    "Polish": (
        "Od: Ina Beispiel <ina@firma.example>\nWysłano: poniedziałek, 4 marca 2024 10:15\nDo: Uwe Muster\nTemat: Termin"
    ),
}


@pytest.mark.parametrize("client", BLOCKS)
def test_everything_below_a_header_block_is_quoted(client):
    block = BLOCKS[client]
    text = f"Siehe unten.\n\n{block}\n\nHallo Uwe,\n\npasst Dienstag?\n"
    assert own(text) == "Siehe unten."
    found = marks(text)
    assert set(found[2 : 2 + len(block.splitlines())]) <= {"h", "b"}
    assert found.endswith("qbq")


def test_structure_inside_a_quote_stays():
    text = (
        "Ja.\n\n"
        + BLOCKS["Outlook de"]
        + "\n\nGut.\n\n"
        + ATTRIBUTIONS["Gmail de"]
        + "\n\nAlt.\n\n"
        + BLOCKS["Outlook en"]
        + "\nUralt."
    )
    assert marks(text) == "nb" + "hhhhh" + "bqb" + "a" + "bqb" + "hhhh" + "q"


@pytest.mark.parametrize("gap", ["[...]", "[..snip..]", "<snip>", "(...)", "[gekürzt]"])
def test_what_is_left_out_between_an_attribution_and_its_quote_does_not_make_the_answer_a_quote(gap):
    text = f"On 3/12/24 10:15, Ina Beispiel wrote:\n\n{gap}\n> The valve must be replaced.\n\nWe replaced it yesterday."
    assert marks(text) == "abnqbn"


def test_answers_between_quoted_lines_are_new():
    text = (
        ATTRIBUTIONS["Thunderbird de"]
        + "\n> Erste Frage?\n\nErste Antwort.\n\n> Zweite Frage?\n> noch mehr\nZweite Antwort.\n"
    )
    assert marks(text) == "aqbnbqqn"


def test_signed_quote_below_a_header_block_leaves_answers_new():
    text = (
        "-------- Original-Nachricht --------\n> Datum: Mon, 4 Mar 2024 10:15:00 +0100\n> "
        "Von: Ina Beispiel <ina@firma.example>\n> An: uwe@firma.example\n> Betreff: Termin\n\n"
        "> Passt es?\n\nJa, passt."
    )
    assert own(text) == "Ja, passt."


def test_nested_attributions_and_headers_inside_signed_quotes_are_marked():
    assert (
        marks("On 3/12/24 10:15, Ina wrote:\n> Am 11.03.2024 um 9:00 schrieb Jan:\n>> Frage\n> Antwort\nDanke")
        == "aaqqn"
    )


def test_other_quote_signs_count_below_an_attribution_only():
    assert own("Gut.\n\nIna Beispiel schrieb:\n| Passt es?\n| Ina\n") == "Gut."
    assert own("Gut.\n\nIna Beispiel schrieb:\nIB> Passt es?\nIB> Ina\n") == "Gut."
    assert own("Tabelle:\n\n| a | b |\n| 1 | 2 |") == "Tabelle:\n\n| a | b |\n| 1 | 2 |"


@pytest.mark.parametrize("first", ["<viel Gutes über Pumpen>", "[... was wir schon wissen ...]", "Alles klar, aber:"])
def test_an_answer_that_stands_where_the_quote_should_begin_is_the_authors(first):
    attribution = "On Tue, 12 Mar 2024 10:15, Ina Beispiel <ina@firma.example> wrote:"
    assert own(f"Hallo Ina,\n\n{attribution}\n\n{first}\n\n> Wer zahlt?\n\nKeiner.").endswith(f"{first}\n\nKeiner.")
    above = f"Alles klar, ich zahle am Dienstag.\n\n{attribution}\n\n{first}\n\n> Wer zahlt?\n\nKeiner."
    assert (
        own(above) == "Alles klar, ich zahle am Dienstag."
    )  # Yahoo Mail: what she quotes has signs, her text has none


@pytest.mark.parametrize("note", ["[...]", "[snip]", "[some text deleted]", "<Rest gekürzt>"])
def test_what_was_left_out_amid_a_quote_is_no_word_of_the_author(note):
    assert marks(f"Ina wrote:\n> Wer zahlt?\n{note}\n> Und wann?\n\nIch.\n\n{note}") == "aqqqbnbn"
    assert marks("Ina wrote:\n> Wer zahlt?\n[wir?]\n> Und wann?") == "aqnq"


def test_the_output_of_diff_is_no_quote():
    diff = "$ diff alt neu\n1,2c1\n< Pumpe\n< Ventil\n---\n> Pumpe und\nVentil\n> Rohr\n7a7,8\n> Klappe\nzu\n> Tor"
    assert own(f"So geht es:\n\n{diff}") == f"So geht es:\n\n{diff}"
    assert own(f"Ina schrieb:\n> Wer zahlt?\n\nKeiner.\n\n{diff}") == f"Keiner.\n\n{diff}"
    assert own("Ja.\n\n---\n> Wer zahlt?") == "Ja.\n\n---"


def test_an_attribution_inside_a_quote_needs_no_deeper_text_below_it():
    text = (
        "On 3/12/24 10:15, Ina <i@firma.example> wrote:\n> Gut.\n>\n> On Monday, March 11th, 2024 at 9:00, Uwe via\n"
        "> <pumpen@firma.example> <pumpen@firma.example> wrote:\n>\n> Wer zahlt?"
    )
    assert marks(text) == "aqqaaqq"


@pytest.mark.parametrize(
    "head",
    [
        "07/17/2000 03:06 PM\nIna Beispiel\nIna Beispiel\nIna Beispiel\n07/17/2000 03:06 PM",
        "---- Forwarded by Eva Muster on 07/18/2000 01:06 PM ----\n\n\tFrom:  Ina Beispiel  07/17/2000 03:06 PM\n\n\n",
        '"Ina Beispiel" <ina@firma.example> on 07/17/2000 03:06:06 PM\n\n\n\n\n\n\n',
    ],
)
def test_the_columns_of_a_lotus_notes_header_are_all_header(head):
    text = f"Passt.\n\n{head}\nTo: Eva Muster/FIRMA@FIRMA\ncc:\n\nSubject: Pumpe\n\nWann kommt sie?"
    assert set(marks(text)[3:].split("hbq")[0]) == set("hb") and marks(text).endswith("hbq")


def test_groupwise():
    assert own("Gut.\n\n>>> Ina Beispiel <ina@firma.example> 12.03.2024 10:15 >>>\nPasst es?\n") == "Gut."


OWN = [
    "Am Montag schrieb mir Jan:\nDas Angebot kommt später.",
    "Am 12.03.2024 um 10:15 schrieb ich Ihnen:\nDas war falsch.",
    "Er schrieb:\n\nDas geht nicht.",
    "Von: Hamburg\nNach: Bremen\nDatum: 12.03.2024",
    "Datum: 12.03.2024\nUhrzeit: 10:15\nOrt: Raum 5\n\nBitte kommen.",
    "To: do\nDate: morgen",
    ">>> import os\n>>> os.getcwd()",
    "Siehe hier:\n>>> https://firma.example <<<\nund weiter",
    ">From Monday on we meet at nine.",
    "On Monday we start.\nOn Tuesday we stop:\n- not yet",
    "Folgendes:\n-----\nPunkt eins\n-----\nPunkt zwei",
    "------------ Bitte hier antworten ------------\nMeine Antwort.",
]


@pytest.mark.parametrize("text", OWN)
def test_when_unsure_a_line_stays_new(text):
    assert own(text) == text


def test_a_forward_without_a_word_has_no_own_text():
    assert (
        own(
            "---------- Forwarded message ---------\nFrom: Ina <ina@firma.example>\nDate: Mon, "
            "Mar 4, 2024\nSubject: x\n\nText"
        )
        == ""
    )


def test_markdown_lines_are_read_without_their_marks():
    lines = [
        "Gut.",
        "",
        "**Von:** Ina Beispiel &lt;ina@firma.example&gt;  ",
        "**Gesendet:** Montag, 4. März 2024 10:15  ",
        "**An:** [Uwe](mailto:u@firma.example)  ",
        "**Betreff:** Termin",
        "",
        "Hallo",
    ]
    assert quotes.mark(lines, "markdown") == "nbhhhhbq"
    assert quotes.mark(["Gut.", "", "\\-----Ursprüngliche Nachricht-----", "", "alt"], "markdown") == "nbhbq"
    assert (
        quotes.mark(
            ["Am 12.03.2024 um 10:15 schrieb Ina &lt;ina\\_b@firma.example&gt;:", "", "> alt", "", "neu"], "markdown"
        )
        == "abqbn"
    )


def test_a_glued_attribution_gets_a_line_of_its_own():
    assert quotes.unglue(["Passt. On Tue, Mar 12, 2024 at 10:15 AM Ina <ina@firma.example> wrote:"]) == [
        "Passt.",
        "On Tue, Mar 12, 2024 at 10:15 AM Ina <ina@firma.example> wrote:",
    ]
    assert quotes.unglue(["We met On Tuesday and wrote:"]) == ["We met On Tuesday and wrote:"]


def test_a_quote_that_begins_on_the_line_of_its_attribution():
    """Yahoo Mail on Android and its like."""
    line = "  Am Di., Jan. 16, 2024 at 12:00 schrieb Ina Beispiel<ina@firma.example>:   Hallo Uwe,"
    assert quotes.unglue(["Passt.", line, "bis dann"]) == [
        "Passt.",
        line[: line.rindex(":") + 1],
        "Hallo Uwe,",
        "bis dann",
    ]
    assert own(f"Passt.\n\n{line}\nkannst du kommen?\n") == "Passt."
    english = "On Tuesday, January 16, 2024, 12:00:00 PM GMT+1, Ina <ina@firma.example> wrote:  Hi,"
    assert own(f"Fine.\n\n{english}\ncan you come?\n") == "Fine."
    told = "Gestern um 12:00 schrieb mir Ina Beispiel <ina@firma.example>: sie kommt nicht."
    assert quotes.unglue([told]) == [told]


def test_an_example_of_a_header_in_the_text_is_no_quote():
    text = "So muss der Text aussehen:\n\n  From: Ina <ina@firma.example>\n  Subject: Pumpe\n\n  Mehr Text.\n\n  --\n"
    text += "  darunter steht der Patch, wie er aus dem Programm kommt\n\n"
    text += "Alles, was zwischen diesen beiden Zeilen steht, ist also der Text\n"
    text += "den die anderen später in der Geschichte lesen, und das ist gut so."
    assert own(text) == text


def test_initials_are_quote_signs_only_below_an_attribution():
    quote = "INAB>Wozu der Aufwand?\nIB>Und wer zahlt?"
    assert own(f"Ina Beispiel wrote on Tue, 5 Mar 2024 18:06 in firma.pumpen:\n{quote}\n\nKeiner.") == "Keiner."
    assert own("Ina meinte zum Thema Pumpe:\n\nIB> Wer zahlt?\nIB>\n\nKeiner.").endswith("Pumpe:\n\nKeiner.")
    prompt = "Bitte so eingeben:\nsql> select * from pumpe\nsql> quit"
    assert own(prompt) == prompt


@pytest.mark.parametrize("sign", ["| ", "# ", "% ", "} ", "]", "=", "& ", " UM> ", "Uwe> ", "U(>  ", "UM>"])
def test_what_carries_another_sign_below_an_attribution_is_quoted_and_nothing_else(sign):
    text = (
        f"In article <1@firma.example> uwe@firma.example (Uwe Muster) writes:\n{sign}Passt es?\n{sign.rstrip()}\n"
        f"{sign}Uwe\n\nJa.\n{sign}Und wer zahlt?\n\nKeiner, :-)\n:-)"
    )
    assert own(text) == "Ja.\n\nKeiner, :-)\n:-)"


def test_other_signs_keep_their_depth_and_what_stands_in_them():
    text = "Uwe Muster wrote:\n| | Wann?\n| > Und wo?\n| Egal.\n|\n\nHeute."
    assert signs.usual(text.splitlines())[1:5] == ["> > Wann?", "> > Und wo?", "> Egal.", ">"]
    cited = '>>>>> "UM" == Uwe Muster <uwe at firma.example> writes:\n\n    UM> Wann?\n    UM> Wo?\n\nHeute.'
    assert signs.usual(cited.splitlines())[2:4] == ["> UM> Wann?", "> UM> Wo?"]
    assert own(cited) == "Heute."


@pytest.mark.parametrize(
    "text",
    [
        "The manual says:\n# make\n# make install",
        "Uwe wrote:\n- eins\n- zwei",
        "Der Prompt, wie Uwe schrieb:\n$ make\nfertig",
        "Uwe Muster wrote:\n| a | b |\n| 1 | 2 |",
    ],
)
def test_comments_prompts_lists_and_tables_are_no_quotes(text):
    assert own(text) == text


def test_a_tree_drawn_with_bars_is_no_quote():
    text = "Das Gerät sagt:\n  ____\n |  Pumpe:\n | |  Stufe 1\n | |  Stufe 2"
    assert own(text) == text


LINES = st.sampled_from(
    [
        "",
        "text",
        "Hallo zusammen,",
        "> quoted",
        ">> deeper",
        ">",
        "From: a@b.example",
        "To: c@d.example",
        "Date: Mon, 4 Mar 2024 10:15",
        "Subject: x",
        "-- ",
        "--",
        "_____",
        "-----Original Message-----",
        "On 1 Mar 2024 at 10:15, A <a@b.example> wrote:",
        "A wrote:",
        "wrote:",
        "Viele Grüße",
        "Eva Muster",
        "Thanks,",
        "PS: noch etwas",
        "Tel.: +49 40 123456",
        "Sent from my iPhone",
        "Diese E-Mail enthält vertrauliche Daten.",
        "mailing list",
        ">>> x >>>",
        "| a",
        "AB> x",
        "\t",
        "\u00a0",
        "Ein längerer Satz, der eindeutig Prosa ist und mit einem Punkt endet.",
        "*Von:* x",
        "12.03.2024 10:15",
    ]
) | st.text(max_size=30).map(lambda text: " ".join(text.splitlines()))


@given(
    st.lists(LINES, max_size=60),
    st.sampled_from(["plain", "markdown"]),
    st.sampled_from(["", "Eva Muster", "eva@firma.example"]),
)
@settings(max_examples=300, deadline=None)
def test_one_mark_for_each_line_and_blank_lines_are_blank(lines, kind, sender):
    found = quotes.mark(lines, kind, sender)
    assert len(found) == len(lines)
    assert set(found) <= set("nqahsdb")
    for line, mark in zip(lines, found, strict=True):
        if kind == "plain":
            assert (mark == "b") == (not line.strip())


SHAPES = {
    "text": ["Eine Zeile Text ohne Besonderheiten."],
    "colons": ["foo bar wrote:"],
    "attributions": ["On 1 Mar 2024 10:15 A <a@b.example> wrote:"],
    "fields": ["From: a@b.example", "To: x"],
    "dates": ["Date: 4 Mar 2024 10:15"],
    "recipients": ["To: a@b.example,", "b@c.example,"],
    "quoted": ["> x wrote:"],
    "rules": ["______"],
    "delimiters": ["-- "],
    "closings": ["Viele Grüße", "Eva", ""],
    "bars": ["| a"],
    "signs": ["foo@bar.example wrote:", "# a", "# # b", ""],
    "prompts": [">>> x", ""],
    "blank": [""],
    "separators": ["-----Original Message-----", ""],
    "disclaimers": ["This e-mail and any files", ""],
    "names": ["Eva Muster", "03/04/2024 10:15 AM", ""],
    "interleaved": ["> a", "b", ""],
    "links": ["> see (http://x.example/", "y)", "> z"],
}


def _steps(lines):
    """Lines of our code run for these lines of mail."""
    count = 0
    ours = {module.__file__ for module in (header_blocks, line_kinds, quotes, signatures, signs)}

    def trace(frame, event, argument):
        nonlocal count
        if frame.f_code.co_filename not in ours:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        quotes.mark(signs.usual(lines))
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_steps_grow_with_the_number_of_lines_only(shape):
    few, many = (_steps(SHAPES[shape] * (count // len(SHAPES[shape]))) for count in (600, 1800))
    assert many <= 3.2 * few + 500
    assert many <= 150 * 1800


def test_patterns_never_see_more_than_a_part_of_a_long_line():
    limit, slack = line_kinds.LIMIT, 1
    for text in ("wrote " * 400, "On 1 Mar 2024 " + "a@b.example " * 400, "9" * 4000):
        short = text[:limit]
        assert line_kinds.attribution(text) == line_kinds.attribution(short[: limit + slack])


def test_fifty_thousand_lines_are_all_marked():
    text = ["Zeile eins wrote:", "> zitiert", ""] * 17000
    assert len(quotes.mark(text)) == len(text)


def test_the_fixtures_of_other_projects_are_read_as_they_expect(tmp_path):
    fixtures = SHARED / "corpora" / "quoting" / "fixtures.json"
    if not fixtures.exists():
        pytest.skip("the corpora are not here")
    exact = total = 0
    for fixture in json.loads(fixtures.read_text(encoding="utf-8")):
        found = "".join(filter(str.isalnum, own(fixture["text"]).lower()))
        wanted = fixture.get("equals")
        good = wanted is None or found == "".join(filter(str.isalnum, wanted.lower()))
        good = good and all("".join(filter(str.isalnum, part.lower())) in found for part in fixture.get("contains", []))
        nots = ("".join(filter(str.isalnum, part.lower())) for part in fixture.get("not_contains", []))
        exact += good and not any(part and part in found for part in nots)
        total += 1
    assert exact >= 0.93 * total


def test_words_that_fell_off_a_quoted_line():
    """Lines of 72 letters got a sign, which made them too long for the client that sent them."""
    body = [
        "Siehe unten.",
        "",
        "> Der Prüfstand in Halle 3 läuft seit heute früh ohne jede Störung und ohne",
        "die",
        "> Aufsicht, die wir im Mai vereinbart hatten. Wer übernimmt das am Wochenende",
        "und an",
        "> den Feiertagen?",
        ">> Was kostet eine Wartung der Pumpe im Jahr, wenn wir sie selber ausbauen",
        "wollen",
        ">> und schicken?",
    ]
    assert quotes.mark(body) == "nb" + "q" * 8
    once = [*body[:4], body[6]]
    assert quotes.mark(once) == "nbqnq"  # once it may be an answer


def test_short_answers_below_long_questions_are_no_rest_of_them():
    body = [
        "> Kann der Prüfstand in Halle 3 am Wochenende ohne Aufsicht weiter laufen?",
        "Nein.",
        "> Und wer übernimmt die Aufsicht an den Feiertagen im Mai und Juni, bitte?",
        "Bernd.",
        "> Danke.",
    ]
    assert quotes.mark(body) == "qnqnq"


def test_time_and_place_of_a_meeting_are_text_not_header():
    text = (
        "-----Original Message-----\nFrom: Uwe Muster <uwe@muster.example>\nSent: Monday, March 4, 2024 10:15\n"
        "To: Ina Beispiel\nSubject: Pump\n\nWhen: Tuesday, March 5, 2024 8:00-9:00\nWhere: Hall 2\n\nBring the plans."
    )
    marks = quotes.mark(text.split("\n"))
    assert marks == "hhhhhbqqbq"
