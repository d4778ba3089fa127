"""Signatures, devices, disclaimers and list footers; and what a signature says. Invented people and companies."""

import pytest

from mail2wiki.extract import contacts, quotes
from mail2wiki.records import Address, Body

TEXT = "der Termin steht, ich bringe die Pläne mit."


def own(text: str, sender: str = "") -> str:
    lines = tuple(text.splitlines())
    return Body(lines, quotes.mark(lines, "plain", sender)).text()


SIGNATURES = {
    "delimiter": "-- \nIna Beispiel\nFirma",
    "delimiter without its space": "--\nIna Beispiel",
    "de": "Mit freundlichen Grüßen\nIna Beispiel",
    "de, no umlauts": "Mit freundlichen Gruessen\n\nIna Beispiel",
    "de, short": "VG\nIna",
    "de, one line": "Viele Grüße, Ina",
    "de, from": "Viele Grüße aus Bremen\nIna",
    "de, from a room": "Viele Grüße aus der Qualität\n\nIna Beispiel\nLeitung Prüfraum\nTelefon 040 123456",
    "de, from the sea": "Grüße von der sonnigen Ostsee\nIna",
    "de, season": "Weihnachtliche Grüße\nIna",
    "de, bye": "Tschüss,\nIna",
    "de, evening": "Einen schönen Abend noch\nIna Beispiel",
    "de, wish": "Beste Grüße und ein schönes Wochenende\nIna",
    "thanks and name": "Vielen Dank!\nIna Beispiel",
    "alone": "Viele Grüße",
    "en": "Best regards,\nIna Beispiel",
    "en, short": "Cheers\nIna",
    "two languages": "Mit freundlichen Grüßen / Best regards\nIna Beispiel",
    "two languages below each other": "Mit freundlichen Grüßen\nBest regards\n\nIna Beispiel",
    "fr": "Cordialement,\nIna",
    "nl": "Met vriendelijke groet,\nIna",
    "sv": "Med vänlig hälsning\nIna",
    "da": "Venlig hilsen\nIna",
    "pl": "Pozdrawiam,\nIna",
    "dash and name": "-Ina",
    "slash and name": "/Ina Beispiel",
    "letterhead": (
        "Mit freundlichen Grüßen\n\ni. A. Ina Beispiel\nLeiterin Einkauf\n\nBeispiel & Muster "
        "GmbH\nHafenstraße 12\n20457 Hamburg\n\nTel.: +49 40 123456-78\n"
        "ina@firma.example\nwww.firma.example\n\nGeschäftsführer: Uwe Muster, Amtsgericht "
        "Hamburg, HRB 12345, USt-IdNr. DE123456789"
    ),
    "facts without closing": "Ina Beispiel\nTelefon 040 123456\nina@firma.example",
    "device de": "Von meinem iPhone gesendet",
    "device en": "Sent from my iPad",
    "device, mail app": "Gesendet mit der GMX Mail App",
    "device, program": "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "outlook": "Holen Sie sich Outlook für Android",
    "closing and device": "Gruß Ina\n\nVon meinem Telekom Handy gesendet",
    "disclaimer de": (
        "Diese E-Mail enthält vertrauliche und rechtlich geschützte Informationen. Wenn Sie "
        "nicht der richtige Adressat sind, löschen Sie sie bitte."
    ),
    "disclaimer en": (
        "This e-mail and any attachments are confidential and may be privileged. If you are "
        "not the intended recipient, delete it."
    ),
    "closing and disclaimer": (
        "Best regards,\nIna\n\nCONFIDENTIALITY NOTICE: The contents of this message are meant "
        "for its recipients only and for nobody else."
    ),
    "mailman": (
        "_______________________________________________\nHafen mailing list\n"
        "Hafen@listen.example\nhttps://listen.example/mailman/listinfo/hafen"
    ),
    "google groups": '-- \nYou received this message because you are subscribed to the Google Groups "hafen" group.',
    "unsubscribe": "To unsubscribe from this list send a message to leave@listen.example.",
    "closing and footer": "Gruß\nIna\n\n_______________\nHafen mailing list\nHafen@listen.example",
}


@pytest.mark.parametrize("kind", SIGNATURES)
def test_what_ends_a_message_is_not_its_text(kind):
    text = f"Hallo Uwe,\n\n{TEXT}\n\n{SIGNATURES[kind]}\n"
    assert own(text) == f"Hallo Uwe,\n\n{TEXT}"
    quoted = text + "\nAm 12.03.2024 um 10:15 schrieb Uwe Muster:\n> Wann?\n"
    if kind not in ("mailman", "unsubscribe", "closing and footer"):  # lists put theirs at the very end
        assert own(quoted) == f"Hallo Uwe,\n\n{TEXT}"


def test_the_senders_bare_name():
    assert own(f"{TEXT}\n\nIna", "Ina Beispiel") == TEXT
    assert own(f"{TEXT}\n\nIB", "Ina Beispiel") == TEXT
    assert own(f"{TEXT}\n\nIna", "Uwe Muster") == f"{TEXT}\n\nIna"


def test_marks_of_a_disclaimer_below_a_signature():
    lines = (
        f"{TEXT}\n\nViele Grüße\nIna\n\nDiese E-Mail ist vertraulich und nur für den Empfänger bestimmt.".splitlines()
    )
    assert quotes.mark(lines) == "nbssbd"


KEPT = [
    "Hallo Ina,\n\nbeste Grüße soll ich dir von Uwe ausrichten, er kommt am Dienstag wieder.",
    "Vielen Dank!",
    "Ich fahre morgen.\n\nSchönen Abend noch",
    "Grüße von Uwe soll ich ausrichten.",
    "Danke für die schnelle Antwort.\n\nDas hilft uns weiter.",
    "Thanks for the offer\n\nWe will take it.",
    "Best practices:\n- one\n- two",
    "Sent from my desk, this is much easier to type.",
    "Von meinem Kollegen gesendet, nicht von mir.",
    "Rufnummer: 040 123456\n\nBitte dort melden.",
    (
        "Liste:\n--\neins\n\nzwei Sätze. Und noch einer, der ganz sicher mit einem Punkt "
        "endet und weiter reicht als alles andere.\n"
    )
    + "Zeile\n" * 40,
]


@pytest.mark.parametrize("text", KEPT)
def test_when_unsure_a_line_stays(text):
    assert own(text) == text.strip("\n")


def test_prose_and_postscripts_below_a_signature_stay():
    assert own(f"{TEXT}\n\nViele Grüße\nIna\n\nPS: Das Tor ist zu.") == f"{TEXT}\n\nPS: Das Tor ist zu."
    prose = "Noch etwas ist mir eingefallen, das ich dir unbedingt sagen wollte, bevor du fährst."
    assert own(f"{TEXT}\n\nViele Grüße\nIna\n\n{prose}") == f"{TEXT}\n\n{prose}"


REMARKS = {
    "label": "Anlage: Angebot vom 3. Mai",
    "english label": "Attachments: plan, list",
    "versions": "Pumpensteuerung: 4.4 (aus dem Quelltext)\nRegler: 3.10",
    "sentence": "Die Pumpe ist da.",
    "question": "Where is the key to the gate?",
    "figures": "Pumpe   4711\nVentil  4712\nKran    4713",
}


@pytest.mark.parametrize("remark", REMARKS.values(), ids=REMARKS)
def test_what_is_said_below_a_signature_stays_however_short(remark):
    below = "Firma Beispiel\nTel. +49 40 123456"
    assert own(f"{TEXT}\n\nViele Grüße\nIna\n\n{remark}\n\n{below}") == f"{TEXT}\n\n{remark}"


@pytest.mark.parametrize("account", ["Skype: ina.beispiel\nMatrix: ina", "Leiterin Einkauf", "Hafen 3: 123 456"])
def test_what_a_signature_says_of_its_writer_is_no_remark(account):
    assert own(f"{TEXT}\n\nViele Grüße\nIna Beispiel\n\n{account}") == TEXT


def test_a_postscript_below_a_delimiter_or_a_name_stays():
    assert own(f"{TEXT}\n\nThanks,\nIna\ncc: Uwe Muster") == f"{TEXT}\n\ncc: Uwe Muster"
    assert own(f"{TEXT}\n\n-- \nIna\n\nP.S. Das Tor ist zu.\n\nFirma") == f"{TEXT}\n\nP.S. Das Tor ist zu."


WRAPPED = (
    "übrigens: Die Halle hat im letzten Jahr schon zweimal unter Wasser gestanden\n"
    "weil die Pumpe zu klein war und das hat damals niemand der Leitung gesagt\n"
    "wir sollten also gleich die größere bestellen und nicht erst warten"
)
AGENDA = "Tagesordnung:\n\n*\tStand der Halle\n*\tPumpe\n\t*\tAngebot Muster GmbH\n*\tTermine"
PATCH = "--- a/pumpe.c\n+++ b/pumpe.c\n@@ -1,2 +1,2 @@\n-int stufe = 1;\n+int stufe = 2;"


@pytest.mark.parametrize("below", [WRAPPED, AGENDA, PATCH], ids=["wrapped prose", "list", "patch"])
def test_text_below_a_closing_stays(below):
    assert own(f"{TEXT}\n\nViele Grüße\nIna\n\n{below}") == f"{TEXT}\n\n{below}"
    assert own(f"{TEXT}\n\nVielen Dank,\n\nIna Beispiel und Uwe Muster\n\n{below}").endswith(below)


PARAGRAPH = "Die Pumpe ist zu klein, das wissen wir alle.\nAber bisher hat es nie jemand der Leitung gesagt.\n"


def test_a_line_of_two_dashes_above_much_prose_is_a_rule_not_a_delimiter():
    text = f"{TEXT}\n\n-- \nLiebe Ehemalige,\n\n" + "\n".join([PARAGRAPH] * 7)
    assert own(text) == text.strip("\n")
    between = f"{TEXT}\n\n - -\n\nPumpe\n\n{PARAGRAPH}\n{PARAGRAPH}"
    assert own(between) == between.strip("\n")


def test_two_dashes_with_nothing_but_text_below_are_no_delimiter():
    assert own(f"--\n\n{PARAGRAPH}{PARAGRAPH}\nGruß\nIna") == f"--\n\n{PARAGRAPH}{PARAGRAPH}".strip("\n")
    assert own(f"{TEXT}\n\n-- \nIna\n{PARAGRAPH}{PARAGRAPH}") == TEXT  # a motto is part of a signature


def test_closings_in_letters_an_archive_destroyed():
    assert own(f"{TEXT}\n\nMit freundlichen Gr??en,\n\nIna Beispiel\nGesch?ftsf?hrerin") == TEXT
    assert own(f"{TEXT}\n\nViele Gr\ufffd\ufffde\nIna") == TEXT


def test_signs_with_a_tab_between_them_above_a_closing():
    assert own(f"{TEXT}\n-\t-\nViele Grüße\nIna") == f"{TEXT}\n-\t-"


def test_thanks_and_the_senders_own_way_to_sign():
    assert own(f"{TEXT}\n\nDanke\n//ina", sender="Ina Beispiel") == TEXT
    assert own(f"{TEXT}\n\nDanke\n//übrigens", sender="Ina Beispiel") != TEXT
    assert own(f"{TEXT}\n\n-ina", sender="Ina Beispiel") == TEXT
    assert own(f"{TEXT}\n\nviele grüße :: i.na") == TEXT


def test_much_text_below_a_name_is_no_signature():
    table = "\n".join(f"10{n:02} Pumpe {n}  HAMBURG  12.03." for n in range(30))
    assert own(f"{TEXT}\n\nViele Grüße - Ina\n\n{table}") == f"{TEXT}\n\n{table}"
    assert own(f"{TEXT}\n\nViele Grüße\nIna\n{table}").endswith(table)


def test_two_closings_each_with_a_name():
    assert own(f"{TEXT}\n\nCheers,\nIna\n\nMit freundlichen Grüßen\n\nIna Beispiel\nLeiterin Einkauf") == TEXT


def test_a_signature_above_the_footer_of_a_list_is_a_signature():
    footer = "_____________\nPumpen mailing list\nhttps://lists.firma.example/listinfo/pumpen"
    marked = quotes.mark(f"{TEXT}\n\n-- \nIna Beispiel\n{footer}".splitlines())
    assert marked == "nbssddd"
    groups = "-- \nYou received this message because you are subscribed to the group."
    assert quotes.mark(f"{TEXT}\n\n{groups}".splitlines()) == "nbdd"


def test_a_single_line_below_a_quote_stays():
    assert own("Am 12.03.2024 um 10:15 schrieb Uwe:\n> Wann?\n\nGruß, Ina") == "Gruß, Ina"


def test_a_warning_of_the_mail_gateway_at_the_top():
    assert own(f"[EXTERNAL] Vorsicht bei Anhängen.\n\n{TEXT}") == TEXT


def test_a_notice_below_each_article_of_a_digest_is_said_once():
    notice = "Copyright 2024 Beispiel Nachrichten. All rights reserved."
    digest = f"Pumps are rare.\n\n{notice}\n\nValves are not.\n\n{notice}\n\nAgency\n{notice}\n\nThe end."
    assert own(digest).count(notice) == 2  # the second one alone; the third belongs to what stands above it
    assert "Agency\nCopyright" in own(digest)
    assert own(f"Copyright law is a mess.\n\n{TEXT}\n\nCopyright law is what it is.").count("Copyright") == 2


def test_words_of_a_disclaimer_that_disclaim_nothing_are_text():
    for text in (
        "This message is intended for all drivers of the night shift.",
        "If you received this message, you are on the list for the new pump.",
        "Wichtiger Hinweis: Diese Halle bleibt am Montag zu.",
    ):
        assert own(f"{text}\n\n{TEXT}") == f"{text}\n\n{TEXT}"
    assert own(f"{TEXT}\n\nImportant notice: This may be read\nby its addressee only.") == TEXT


def test_prose_glued_to_a_list_footer_is_no_footer():
    footer = "______________\nHafen mailing list -- hafen@listen.example\nTo unsubscribe mail to leave@listen.example"
    prose = "Well, I think that the first thing to do is to clean the filter of the pump."
    assert own(f"{TEXT}\n\n{footer}\n{prose}\n  Then we shall see.") == f"{TEXT}\n\n{prose}\n  Then we shall see."


def test_dashes_in_the_output_of_a_program_are_no_delimiter():
    log = "--\n-- Looking for the pump\n-- Looking for the pump - found\n--\n-- Pump A = TRUE\nError: no valve."
    assert own(f"{TEXT}\n\n{log}\n\nWas nun?") == f"{TEXT}\n\n{log}\n\nWas nun?"


def test_a_patch_below_a_signature_is_text():
    assert own(f"{TEXT}\n\n-- \nIna Beispiel\n\n{PATCH}") == f"{TEXT}\n\n{PATCH}"


INA = Address("Ina Beispiel", "ina@firma.example")


def read(text: str):
    lines = text.splitlines()
    return contacts.contact(lines, quotes.mark(lines, "plain", INA.name), INA)


def test_what_a_letterhead_says():
    found = read(f"{TEXT}\n\n{SIGNATURES['letterhead']}\nMobil: 0171 / 234 5678\nFax: +49 40 123456-99")
    assert found is not None
    assert (found.title, found.company) == ("Leiterin Einkauf", "Beispiel & Muster GmbH")
    assert (found.phone, found.mobile) == ("+49 40 123456-78", "0171 / 234 5678")
    assert (found.address, found.site) == ("Hafenstraße 12, 20457 Hamburg", "www.firma.example")
    assert "Ina Beispiel" in found.name


def test_an_english_signature():
    found = read(
        "See you.\n\n-- \nIna Beispiel\nSenior Engineer\nExample Tools Ltd.\n12 Harbour Road\n"
        "Phone: +44 20 7946 0000 | Mobile: +44 7700 900123"
    )
    assert found is not None
    assert (found.name, found.title, found.company) == ("Ina Beispiel", "Senior Engineer", "Example Tools Ltd.")
    assert (found.phone, found.mobile, found.address) == ("+44 20 7946 0000", "+44 7700 900123", "12 Harbour Road")


ROLES = {
    "above the house": ("Ina Beispiel\nService und Ersatzteile\nBeispiel GmbH", "Service und Ersatzteile"),
    "above a number": ("Ina Beispiel\nQualitätsmanagement / CE\nTelefon 040 123456", "Qualitätsmanagement / CE"),
    "beside the name": (
        "Ina Beispiel, Elektro- und Steuerungstechnik\nTel. 040 123456",
        "Elektro- und Steuerungstechnik",
    ),
    "beside the house": ("Ina Beispiel\nEinkauf, Muster GmbH\nTel. 040 123456", "Einkauf"),
    "behind a bar": ("Ina Beispiel | IT | Tel. 040 123456", "IT"),
    "before a bar": ("Ina Beispiel\nValidation Lead | Muster Ltd\nTel. 040 123456", "Validation Lead"),
    "with a number": ("Ina Beispiel, Maintenance, Line 4\nTel. 040 123456", "Maintenance"),
    "a town": ("Ina Beispiel, Köln\nTel. 040 123456", ""),
    "the house without its legal form": ("Ina Beispiel\nFirma für Hafenbau\nTel. 040 123456", ""),
    "the house by its initials": ("Ina Beispiel\nFreier Ingenieurverbund Meißen\nTel. 040 123456", ""),
    "a motto": ("Ina Beispiel\nGeteiltes Leid ist halbes Leid\nTel. 040 123456", ""),
    "a street": ("Ina Beispiel\nAm Hafen 7\n20457 Hamburg\nTel. 040 123456", ""),
    "a saying": ("Ina Beispiel\nImmer schön der Reihe nach.\nTel. 040 123456", ""),
}


@pytest.mark.parametrize("kind", ROLES)
def test_what_somebody_does_stands_beside_or_below_the_name(kind):
    signature, role = ROLES[kind]
    found = read(f"Bis dann.\n\n-- \n{signature}")
    assert found is not None and found.title == role


def test_an_address_tells_whose_name_a_signature_has_where_no_header_does():
    lines = f"{TEXT}\n\n-- \nIna Beispiel\nHafenmeisterei\nTelefon 040 123456".splitlines()
    found = contacts.contact(lines, quotes.mark(lines), Address("", "ina.beispiel@firma.example"))
    assert found is not None and (found.name, found.title) == ("Ina Beispiel", "Hafenmeisterei")


def test_a_signature_in_two_columns():
    found = read(
        'Bis dann.\n\n-- \nIna Beispiel\nBeispiel & Muster GmbH          "Wer nichts weiß,\n'
        'Hafenstraße 12\t\t\t muss 10 mal nachsehen."\n20457 Hamburg                   (Sprichwort)'
    )
    assert found is not None
    assert (found.company, found.address) == ("Beispiel & Muster GmbH", "Hafenstraße 12, 20457 Hamburg")


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my BlackBerry Wireless Handheld (www.handheld.example)",
        "Holen Sie sich Outlook für iOS<https://kurz.example/o0ukef>",
        "[1] https://handbuch.example/n310/anleitung",
        "For our privacy policy please visit our pages at https://firma.example/privacy",
    ],
)
def test_what_a_device_adds_and_what_a_text_refers_to_is_nobodys_site(line):
    found = read(f"Bis dann.\n\n-- \nIna Beispiel\nMobil: 0171 / 234 5678\n{line}")
    assert found is not None and not found.site
    found = read(f"Bis dann.\n\n-- \nIna Beispiel\n{line}\nWeb: www.firma.example | Tel. 040 123456")
    assert found is not None and found.site == "www.firma.example"


@pytest.mark.parametrize(
    "line",
    [
        "http://hafen.firma.kg",
        "[image: logo] <https://netz.example/company/firma>",
        "Werbung lehne ich ab.",
        "Go to Heaven for the climate, Hell for the company.",
        "Die Verordnung für den Import von Bonbons hat exakt 25911 Wörter",
    ],
)
def test_what_only_sounds_like_a_house_is_none(line):
    found = read(f"Bis dann.\n\n-- \nIna Beispiel\nMobil: 0171 / 234 5678\n{line}")
    assert found is not None and not found.company and not found.address


@pytest.mark.parametrize(
    "house", ["Muster AG", "Hafen eG", "Wasser e.V.", "Muster plc", "WEB.DE AG, http://muster.example"]
)
def test_a_house_is_known_by_its_legal_form(house):
    found = read(f"Bis dann.\n\n-- \nIna Beispiel\n{house}")
    assert found is not None and found.company == house


def test_where_mail_goes_is_no_address_of_a_house():
    for line in ("Ina Beispiel, D-20457 Hamburg mailto:ina@firma.example", "ina@weg.example, 20457 Hamburg"):
        found = read(f"Bis dann.\n\n-- \n{line}\nMobil: 0171 / 234 5678")
        assert found is not None and not found.address


def test_no_facts_no_contact():
    assert read(f"{TEXT}\n\nViele Grüße\nIna") is None
    assert read(TEXT) is None
    assert contacts.contact([], "", Address("", "")) is None


def test_what_a_device_or_a_list_added_to_quoted_text_is_nobodys_text() -> None:
    text = (
        "Ja.\n\nAm 6. Mai 2024 schrieb Uwe:\n> Kommst du?\n> --------------------------\n> Sent from my BlackBerry\n>\n"
        "> > Und ich?\n> > _______________________________________________\n> > Pumpen mailing list\n"
        "> > https://lists.muster.example/listinfo/pumpen\n> Wer sonst?\n> ____________________\n> Die Pumpe läuft."
    )
    assert quotes.mark(text.splitlines(), "plain") == "nbaqssqqdddqqq"


def test_the_warning_of_a_gateway_above_quoted_text_is_nobodys_text() -> None:
    text = (
        "Ja.\n\nAm 6. Mai 2024 schrieb Uwe:\n> CAUTION: External email. Do not open links\n> unless you know"
        " the sender.\n>\n> Kommst du?\n> > Klicken Sie nicht auf Links oder Anhänge.\n> > \n> > Und ich?"
    )
    assert quotes.mark(text.splitlines(), "plain") == "nbaddqqdqq"


@pytest.mark.parametrize(
    "warning",
    [
        "You don't often get email from ina@firma.example. Learn why this is important",
        "Sie erhalten nicht oft eine E-Mail von ina@firma.example. Erfahren Sie, warum dies wichtig ist",
        "No suele recibir correos electrónicos de ina@firma.example. Por qué esto es importante",
        "*** WARNING: This message originates from outside the pump works. ***",
        "*Note: This message originated from outside the staff system.*",
        "CAUTION: This email originated from outside of the pump works.",
    ],
)
def test_a_warning_of_a_gateway_is_nobodys_text_wherever_it_stands(warning) -> None:
    assert own(f"{warning}\n\n{TEXT}") == TEXT
    quoted = f"Ja.\n\nAm 6. Mai 2024 schrieb Uwe:\n> {warning}\n>\n> Kommst du?"
    assert quotes.mark(quoted.splitlines(), "plain") == "nbadqq"


@pytest.mark.parametrize(
    "notice",
    [
        "This e-mail and any attachments are confidential\n> and may be read by the addressee alone.",
        "Diese E-Mail enthält vertrauliche Informationen.\n> Unbefugte dürfen sie nicht lesen.",
        "Hinweise zum Datenschutz finden Sie unter:\n> www.pumpen.example/datenschutz",
        "CONFIDENTIALITY NOTICE: for the intended recipient\n> only.",
    ],
)
def test_a_disclaimer_in_quoted_text_is_nobodys_text(notice: str) -> None:
    quoted = f"Ja.\n\nAm 6. Mai 2024 schrieb Uwe:\n> Kommst du?\n>\n> {notice}\n>\n> Und Ina?"
    assert quotes.mark(quoted.splitlines(), "plain") == "nbaqqddqq"
    header = "Von: Uwe\nGesendet: Montag, 6. Mai 2024 10:00\nAn: Ina\nBetreff: Halle"
    outlook = f"Ja.\n\n{header}\n\nKommst du?\n\n{notice.replace('> ', '')}"
    assert quotes.mark(outlook.splitlines(), "plain") == "nbhhhhbqbdd"


@pytest.mark.parametrize(
    "said",
    [
        "Die Meldung sagt:\n> If you are not the intended recipient, delete this.",  # begun by somebody's words
        "Never miss a pump again.\n> Uwe",  # of free mail services, but nothing legal
        "[External] Please delete the legal\n> department from the list.",
        "Legal notice: I am leaving\n" + "> and so on\n" * 20 + "> for good.",
    ],
)
def test_quoted_text_that_only_begins_like_a_disclaimer_is_text(said: str) -> None:
    quoted = f"Ja.\n\nAm 6. Mai 2024 schrieb Uwe:\n> {said}"
    assert set(quotes.mark(quoted.splitlines(), "plain")[3:]) == {"q"}


def test_the_letterhead_of_a_company_in_quoted_text_is_a_signature() -> None:
    head = "Pumpen GmbH; Geschäftsführer: Ina Beispiel; Sitz: Dresden; Registergericht: Amtsgericht Dresden\n> HRB 4711"
    text = "Ja.\n\nAm 6. Mai 2024 schrieb Uwe:\n> Kommst du?\n>\n> Gern.\n> {}\n>\n> Bring die HRB 4711 der Firma mit."
    assert quotes.mark(text.format(head).splitlines(), "plain") == "nbaqqqssqq"


@pytest.mark.parametrize(
    "picture", ["[cid:part1.7@firma.example]", "[image: Pumpe.png]", "[image.png]", "[Inline image]"]
)
def test_a_picture_that_is_not_in_a_quotation_is_no_text_of_it(picture) -> None:
    quoted = f"Ja.\n\nAm 6. Mai 2024 schrieb Uwe:\n> Kommst du?\n>\n> {picture}\n>\n> {picture} zeigt sie."
    assert quotes.mark(quoted.splitlines(), "plain") == "nbaqqdqq"
    assert own(f"Siehe:\n\n{picture}") == f"Siehe:\n\n{picture}"


def test_what_an_archive_put_in_the_place_of_a_part_that_says_the_same_is_its_footer() -> None:
    scrubbed = "-------------- next part --------------\n{}\nURL: <http://liste.example/attachment.html>"
    html = scrubbed.format("An HTML attachment was scrubbed...")
    signed = scrubbed.format(
        "A non-text attachment was scrubbed...\nName: not available\nType: application/pgp-signature"
    )
    patch = scrubbed.format("A non-text attachment was scrubbed...\nName: pump.diff\nType: text/x-patch")
    assert own(f"Die Pumpe läuft.\n{html}") == own(f"Die Pumpe läuft.\n\n{signed}") == "Die Pumpe läuft."
    assert "pump.diff" in own(f"Die Pumpe läuft.\n\n{patch}")


def test_a_signature_that_an_archive_took_out_does_not_take_the_file_above_it_along() -> None:
    one = "A non-text attachment was scrubbed...\nName: {}\nType: {}\nUrl : <http://liste.example/attachments/1/{}.bin>"
    text = "\n".join(
        ("Hier.", "-------------- next part --------------", one.format("demo.py", "text/x-python", 1),
         "-------------- next part --------------", one.format("not available", "application/pgp-signature", 2))
    )  # fmt: skip
    assert quotes.mark(text.splitlines(), "plain") == "ndnnnnddddd"


def test_what_an_archive_says_of_a_message_it_took_out_is_no_header_block() -> None:
    text = (
        "Das ging an die falsche Liste.\n-------------- next part --------------\nAn embedded message was scrubbed...\n"
        "From: Uwe <uwe at muster.example>\nSubject: Re: Pumpe\nDate: Wed, 17 Oct 2001 01:00:51 -0400\nSize: 1807\n"
        "Url: http://liste.example/attachments/20011017/e79d2f20/attachment.eml"
    )
    assert quotes.mark(text.splitlines(), "plain") == "ndnnnnnn"


def test_a_ruler_above_the_line_of_a_device_goes_with_it() -> None:
    assert own("Bis dann.\n--------------------------\nSent from my BlackBerry Wireless Handheld") == "Bis dann."
