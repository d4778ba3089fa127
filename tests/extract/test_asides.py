"""What a page shows of signature lines: prose once, a closing that belongs to the last paragraph."""

from mail2wiki.extract import asides
from mail2wiki.records import Body

PROSE = "Bitte beachten Sie, dass wir ab dem ersten Mai in der neuen Halle am Kanal zu finden sind."


def body(text: str, marks: str) -> Body:
    return Body(tuple(text.split("\n")), marks)


def test_prose_below_a_signature_is_said_in_the_first_message_only() -> None:
    one = body(f"Hallo,\n\n-- \nAnna Beispiel\n\n{PROSE}", "nbssbs")
    again = body(f"Danke.\n\n-- \n{PROSE[:50]}\n{PROSE[51:]}", "nbsss")
    found = asides.first([("a", asides.asides(one)), ("b", asides.asides(body(f"x\n\n{PROSE}", "nbs")))])
    assert found == {"a": ((5, 6),)}
    assert asides.shown(one, found["a"]).marks == "nbssbn"
    assert asides.asides(again) != b"" and asides.first([("b", asides.asides(again))]) == {"b": ((3, 5),)}


def test_names_and_numbers_are_no_prose() -> None:
    contact = "Anna Beispiel\nProjektleitung Sondermaschinenbau\nTelefon +49 30 123456\nMusterstraße 5, 12345 Berlin"
    assert asides.asides(body(contact, "ssss")) == b""
    assert asides.asides(body("kurz und gut", "s")) == b""


def test_a_closing_makes_no_prose_of_the_names_below_it() -> None:
    letter = "Mit freundlichen Grüßen\nAnna Beispiel\nEinkauf, Muster-Pressen eG\nTelefon +49 30 123456-78"
    assert asides.asides(body(f"Die Pumpe läuft.\n\n{letter}", "nbssss")) == b""
    assert asides.asides(body(f"Die Pumpe läuft.\n\nViele Grüße\n{PROSE}", "nbss")) != b""
    short = "MfG Anna\nBei Antworten verwenden Sie bitte die Adresse unten"
    assert asides.asides(body(f"Die Pumpe läuft.\n\n{short}", "nbss")) != b""


def test_a_closing_directly_below_the_text_belongs_to_it() -> None:
    letter = body("Die Pumpe läuft.\nGruß\nAnna\n\nTel. 1", "nssbs")
    assert asides.shown(letter).marks == "nnnbs"
    long = body("Die Pumpe läuft.\n" + "\n".join("abcdefg"), "n" + "s" * 7)
    assert asides.shown(long) is long
    apart = body("Die Pumpe läuft.\n\nGruß\nAnna", "nbss")
    assert asides.shown(apart) is apart


def test_what_a_device_adds_is_never_said() -> None:
    sent = "Sent from my BlackBerry Wireless Handheld (www.blackberry.example) with you"
    letter = body(f"Die Pumpe läuft.\nGruß, Anna\n-----\n{sent}", "nsss")
    assert asides.shown(letter).marks == "nnss"
    assert asides.asides(body(f"Die Pumpe läuft.\n\n{sent}", "nbs")) == b""


def test_prose_below_a_list_footer_is_prose_and_the_footer_is_not() -> None:
    footer = "To unsubscribe from this mailing list, visit the page of the list and follow the link you find there."
    found = asides.asides(body(f"{footer}\n\n{PROSE}", "dbd"))
    assert asides.first([("a", found)]) == {"a": ((2, 3),)}


def test_a_saying_is_told_from_what_programs_put_below_it() -> None:
    saying = "It is not the pump that you hear at night, it is what the pump is for."
    uptime = "9:11am up 37 days, 9:54, 3 users, load average: 0.00, 0.00, 0.00"
    found = asides.asides(body(f"--\n{saying}\n---\n--\n{uptime}\n", "sssssb"))
    assert asides.first([("a", found)]) == {"a": ((1, 2),)}
    mine = asides.asides(body(f"Gruß\nAnna\n--\n{saying}\n--\n{uptime}", "ssssss"))
    assert asides.first([("a", mine)]) == {"a": ((0, 4),)}
    below = asides.asides(body(f"> Pumpen mailing list\n> Pumpen at firma.example\n--\n{saying}", "ddss"))
    assert asides.first([("a", below)]) == {"a": ((3, 4),)}, "the footer of a list is no name above the rule"


def test_a_plea_or_an_advertisement_is_shown_once_and_a_legal_notice_is_not() -> None:
    plea = "Bitte denken Sie an die Umwelt, bevor Sie diese Nachricht ausdrucken und ablegen."
    legal = "Diese E-Mail ist vertraulich und nur für den Empfänger bestimmt, den wir damit meinen."
    assert asides.first([("a", asides.asides(body(f"{plea}\n\n{legal}", "dbd")))]) == {"a": ((0, 1),)}


def test_little_words_of_two_languages_tell_prose_and_a_frame_of_signs_is_not_part_of_it() -> None:
    assert asides.asides(body("G.u.T.: Weitere starke Beben in Süd- und Südosteuropa zu erwarten!", "s"))
    framed = "| ______ | Anna Beispiel | ___ |\n|\n| It was like this when I got here, so please do not ask me. |\n|"
    assert asides.first([("a", asides.asides(body(framed, "ssss")))]) == {"a": ((2, 3),)}
