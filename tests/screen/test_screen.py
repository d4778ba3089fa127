"""The screen: what is held, automated, excluded, and what is not. Mail by us."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail2wiki.records import Address, Attachment, Conversation, Decision, Message, Quoted, Woven
from mail2wiki.screen import ScreenSettings, held_conversations, marks, screen
from mail2wiki.screen.matters import matter_says
from mail2wiki.screen.private import folder_says, subject_says

ANNA = Address("Anna Berg", "anna.berg@werk.example")
BEN = Address("Ben Sturm", "ben.sturm@kunde.example")


def message(id, subject="Pumpe 4", sender=ANNA, to=(BEN,), **more):
    return Message(id, f"<{id}@werk.example>", subject, sender, to, **more)


def woven(*conversations, decisions=(), quoted=None):
    """Conversations as tuples of ids, each answering the one before it."""
    made = []
    for ids in conversations:
        parents = dict(zip(ids[1:], ids, strict=False))
        made.append(Conversation("c-" + ids[0], "Pumpe", tuple(ids), parents))
    return Woven(tuple(made), tuple(decisions), quoted or {})


def decided(messages, story, settings=None, review=None):
    found = screen({m.id: m for m in messages}, story, settings or ScreenSettings(), review)
    assert [decision.id for decision in found] == sorted({decision.id for decision in found})
    return {decision.id: (decision.what, decision.reason) for decision in found}


@pytest.mark.parametrize(
    "folder",
    [
        "Privat",
        "INBOX/Privat/Haus",
        "Privat - Hausbau",
        "_Privat",
        "Meine privaten Mails",
        "Persönlich",
        "persoenliches 2019",
        "personal",
        "Personal",
        "personal mail",
        "Private Emails",
        "Family",
        "inbox/My Private Stuff",
        "PRIVAT 2023/Auto",
        "Perso\u0308nlich",
        "\uff30rivat",
        "Pri\u00advat",
        "Private Korrespondenz",
        "Privatordner",
        "INBOX/Privé",
        "Personnel",
        "Privado",
        "Privata",
        "Persoonlijk",
        "Prywatne",
        "Osobní",
        "Личное",
        "zz Privat",
        "Eigene Dateien privat",
        "Family & Friends",
        "Familie und Freunde",
    ],
)
def test_private_folders(folder):
    assert folder_says(folder)


@pytest.mark.parametrize(
    "folder",
    [
        "Personalabteilung",
        "Private Cloud",
        "Privatkunden",
        "Personal Computer",
        "Private Equity",
        "Projekte/Privatbrauerei",
        "Inbox",
        "",
        "Archiv/2019",
        "Personalplanung 2024",
        "private-cloud",
        "Vertraulich",
        "Impersonal",
        "Friends",
        "Kunden/Privathaus",
    ],
)
def test_folders_that_only_sound_private(folder):
    assert not folder_says(folder)


@pytest.mark.parametrize(
    "subject",
    [
        "[privat] Grillen",
        "AW: Privat: Grillen",
        "Grillen (privat)",
        "Re: [EXT] privat",
        "Umzug - privat",
        "Haus, privat",
        "Persönlich/Vertraulich - Zeugnis",
        "persoenlich",
        "Private & Confidential: salary",
        "WG: [Extern] Privat: Auto",
        "Private Frage",
        "*privat* Foto",
        "RE: Personal",
        "AW: WG: [Privat] AW: Foto",
        "Personal and confidential",
        "R: privat: Foto",
        "Res: Fwd: Privat: Foto",
        "Projekt X: privat: Foto",
        "Ref: Privat - Foto",
        "pri\u200bvat: Foto",
        "Pri\u00advat: Foto",
        "Perso\u0308nlich: Foto",
        "\uff30rivat\uff1a Foto",
        "\u3010privat\u3011 Foto",
        "\uff1cprivat\uff1e Foto",
        "privat... Foto",
        "#privat Foto",
        "Foto #privat",
        "Privat Grillen am Samstag",
        "Persönlich/Vertraulich Zeugnis",
        "Strictly private salary",
        "[Priv.] Foto",
        "priv: Foto",
        "ganz privat",
        "Foto - bitte privat behandeln",
        "Privatangelegenheit",
        "Vertrauliche Personalsache",
        "Re: [privé] photo",
        "Privado: foto",
        "Frage " * 100 + "[privat]",
    ],
)
def test_private_subjects(subject):
    assert subject_says(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "private cloud offer",
        "personal computer",
        "Personalabteilung: neue Nummer",
        "Personal Computers: offer",
        "Pumpe 4",
        "Privatisierung: Plan",
        "streng vertraulich: Angebot",
        "Confidential: NDA",
        "offer - personal computers",
        "",
        "Re:",
        "Umstellung auf private Cloud",
        "New private key for server",
        "Datenschutz: private Nutzung von Telefonen",
        "Dienstwagen: Kosten privat und dienstlich",
        "private, public and hybrid clouds",
        "Ticket #private123",
    ],
)
def test_subjects_that_only_sound_private(subject):
    assert not subject_says(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "Krankmeldung Anna Berg",
        "Bin heute krank",
        "AW: Kind krank",
        "Vorstellungsgespräch am Montag",
        "Arbeitsvertrag Anna Berg",
        "Probezeit: Gespräch",
        "WG: Lohnsteuerbescheinigung 2023",
        "Out sick",
        "AW: [extern] Bewerbung als Technikerin",
        "Gehaltserhöhung",
        "Lohnabrechnung Mai 2024",
        "Zwischenzeugnis für Anna",
        "Mitarbeitergespräch am 3.5.",
        "Elternzeit",
        "Performance review",
        "RE: Performance Reviews",
        "FW: resignation letter attached",
        "W-2 question",
        "Sick note",
        "My salary",
        "Doctor\u2019s appointment",
        "Job application: fitter",
        "I LOVE YOU",
        "Happy Valentine's Day!",
        "Ich liebe dich",
    ],
)
def test_matters_of_one_person(subject):
    assert matter_says(subject)
    assert decided([message("1", subject), message("2")], woven("1", "2")) == {"1": ("held", "personal-matter")}


@pytest.mark.parametrize(
    "subject",
    [
        "Performance review of pump 4",
        "Performance reviews: pumps",
        "Lebenslaufakte Pumpe 4",
        "Kündigung Wartungsvertrag",
        "Abmahnung der Konkurrenz",
        "Zeugnis 3.1 für Flansche",
        "Bewerbungsmanagement: Angebot",
        "Termin Arbeitssicherheit",
        "Application of the coating",
        "Resumes on Monday",
        "Termination of the contract",
        "Gehäuse",
        "Kran krankt an der Bremse",
        "Kranke Lieferkette",
        "Sick building: Messung Halle 3",
        "Termin: Krankmeldungen in SAP",
        "",
        "Re:",
    ],
)
def test_subjects_that_only_sound_like_a_matter_of_one_person(subject):
    assert not matter_says(subject)
    assert decided([message("1", subject)], woven("1")) == {}


def test_what_goes_to_many_is_no_matter_of_one_person():
    """A list may discuss sick notes, and a newsletter explains them."""
    talk = [
        message("1", "Krankmeldung", list_id="recht.werk.example"),
        message("2", "Krankmeldung", signals=("list:x@y",)),
    ]
    talk += [message("3", "Krankmeldung", to=()), message("4", "Performance reviews", to=(BEN,) * 11)]
    assert decided(talk, woven(*"1234")) == {}
    letter = message("1", "Lohnabrechnung leicht gemacht", signals=("body:unsubscribe",))
    assert decided([letter], woven("1")) == {"1": ("automated", "newsletter")}


@pytest.mark.parametrize("signal", ["quoted-subject:aw: [privat] fest", "quoted-sensitivity:private"])
def test_who_passes_a_private_message_on_is_held_with_the_conversation(signal):
    mails = [message("1"), message("2", sender=BEN, signals=(signal,)), message("3")]
    assert decided(mails, woven("12", "3")) == {"1": ("held", "quoted-private"), "2": ("held", "quoted-private")}
    assert decided([message("1", signals=("quoted-subject:personal computer",))], woven("1")) == {}


def test_among_several_sources_a_mailbox_called_private_is_a_private_folder():
    mails = [
        message("1", holders=("Inbox",)),
        message("2", holders=("Privat",)),
        message("3", holders=("post/Privat",)),
    ]
    assert decided(mails, woven("1", "2", "3")) == dict.fromkeys("23", ("held", "private-folder"))
    alone = [message("1", holders=("Privat",)), message("2", holders=("Privat",))]
    assert decided(alone, woven("1", "2")) == {}


@given(st.text(max_size=300))
def test_any_subject_and_folder_is_looked_at_without_a_crash(text):
    assert subject_says(text) in (True, False)
    assert folder_says(text) in (True, False)
    assert matter_says(text) in (True, False)


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ({"signals": ("sensitivity:private",)}, "sensitivity-header"),
        ({"signals": ("sensitivity:personal",)}, "sensitivity-header"),
        ({"folders": ("Inbox", "Privat")}, "private-folder"),
        ({"signals": ("calendar-class:private",)}, "private-appointment"),
        ({"signals": ("tag:privates 2024",)}, "private-tag"),
        ({"signals": ("tag:$label3",)}, "private-tag"),
        ({"subject": "AW: [privat] Pumpe"}, "private-subject"),
    ],
)
def test_one_mark_holds_the_whole_conversation_and_no_other(mark, reason):
    mails = [message("1"), replace(message("2"), **mark), message("3"), message("4")]
    assert decided(mails, woven("123", "4")) == dict.fromkeys("123", ("held", reason))


def test_confidential_to_the_company_is_published():
    assert decided([message("1", signals=("sensitivity:company-confidential",))], woven("1")) == {}


def test_the_text_of_a_held_message_is_held_wherever_it_stands():
    mails = [message(id) for id in "123456789"]
    mails[0] = replace(mails[0], folders=("Privat",))
    copies = [Decision("2", "duplicate", "1", "same-content"), Decision("4", "contained", "1", "quoted")]
    onwards = [Decision("5", "contained", "6", "quoted")]
    story = woven("13", "45", "6", "78", "9", decisions=copies + onwards, quoted={"8": (Quoted(0, 3, "4"),)})
    held = {id for id, (what, _) in decided(mails, story).items() if what == "held"}
    assert held == set("12345678")


def test_a_held_message_that_quotes_does_not_hold_what_it_quotes():
    mails = [message("1"), message("2", folders=("Privat",))]
    story = woven("1", "2", quoted={"2": (Quoted(0, 3, "1"),)})
    assert set(decided(mails, story)) == {"2"}


def test_standing_text_of_a_sender_holds_nothing_else_and_what_he_pasted_does():
    mails = [message("1", folders=("Privat",)), message("2"), message("3")]
    story = woven("1", "2", "3", quoted={"2": (Quoted(0, 3, "1", "Ina"),), "3": (Quoted(0, 3, "1"),)})
    assert set(decided(mails, story)) == {"1", "3"}


def test_a_copy_in_a_private_folder_holds_the_kept_message():
    mails = [message("1"), message("2", folders=("Sent/Privat",))]
    story = woven("1", decisions=[Decision("2", "duplicate", "1", "same-content")])
    assert {id: what for id, (what, _) in decided(mails, story).items()} == {"1": "held", "2": "held"}
    assert decided(mails, story, review={"c-1": "publish"}) == {}


def test_a_person_overrules():
    mails = [message("1", subject="[privat] Pumpe"), message("2"), message("3")]
    story = woven("12", "3")
    assert decided(mails, story, review={"c-1": "publish"}) == {}
    both = decided(mails, story, review={"c-3": "hold"})
    assert both["3"] == ("held", "review") and both["1"] == ("held", "private-subject")
    assert held_conversations(marks({m.id: m for m in mails}), story) == {"c-1": "private-subject"}


def test_held_comes_before_automated():
    mails = [message("1", signals=("auto-submitted:auto-replied",)), message("2", folders=("Privat",))]
    assert decided(mails, woven("12"))["1"][0] == "held"
    assert decided(mails, woven("12"), review={"c-1": "publish"}) == {"1": ("automated", "auto-reply")}


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"signals": ("auto-submitted:auto-replied",)}, "auto-reply"),
        ({"signals": ("content-type:report", "report-type:delivery-status")}, "report"),
        ({"signals": ("return-path-empty", "x-auto-response-suppress:all")}, "auto-reply"),
        ({"signals": ("calendar:reply", "content-type:calendar")}, "calendar-reply"),
        ({"subject": "Abwesenheitsnotiz: Pumpe 4"}, "out-of-office"),
        ({"subject": "Automatische Antwort: Pumpe 4"}, "out-of-office"),
        ({"subject": "Out of Office: Pumpe 4"}, "out-of-office"),
        ({"subject": "Ben Sturm ist außer Haus."}, "out-of-office"),
        ({"subject": "Undeliverable: Pumpe 4"}, "bounce"),
        ({"subject": "Unzustellbar: Pumpe 4"}, "bounce"),
        ({"subject": "Delivery Status Notification (Failure)"}, "bounce"),
        ({"sender": Address("", "mailer-daemon@mx.kunde.example")}, "bounce"),
        ({"subject": "Gelesen: Pumpe 4"}, "receipt"),
        ({"subject": "Read: something deleted since", "signals": ("body:receipt",)}, "receipt"),
    ],
)
def test_answers_of_machines_are_automated_even_if_somebody_answers(facts, reason):
    mails = [message("1"), replace(message("2", sender=BEN), **facts), message("3")]
    assert decided(mails, woven("123")) == {"2": ("automated", reason)}


@pytest.mark.parametrize(
    ("signal", "deleted"),
    [
        ("gmail:left-out", True),
        ("x-mozilla-status:0009", True),
        ("x-mozilla-status:801b", True),
        ("x-mozilla-status:0001", False),
        ("x-mozilla-status:8013", False),
        ("x-mozilla-status:quatsch", False),
    ],
)
def test_what_was_thrown_away_is_excluded_unless_asked(signal, deleted):
    mails = [message("1", signals=(signal,)), message("2")]
    assert decided(mails, woven("1", "2")) == ({"1": ("excluded", "your-settings")} if deleted else {})
    assert decided(mails, woven("1", "2"), ScreenSettings(include_trash=True)) == {}


def test_what_was_moved_by_copy_and_delete_is_not_thrown_away():
    gone = ("x-mozilla-status:0009",)
    copy = Decision("2", "duplicate", "1", "same-content")
    story = woven("1", decisions=[copy])
    assert decided([message("1", signals=gone), message("2")], story) == {}
    assert decided([message("1"), message("2", signals=gone)], story) == {}
    both = decided([message("1", signals=gone), message("2", signals=gone)], story)
    assert both == {"1": ("excluded", "your-settings")}


def test_a_bounce_that_a_person_passes_on_under_its_subject_is_theirs():
    """Lotus Notes forwards without "Fwd:". A mail server writes nothing else, and nobody writes to it."""
    passed = message("1", "Returned mail: host unknown")
    known = [message("2"), message("3", sender=BEN, to=(ANNA,))]
    assert decided([passed, *known], woven("1", "2", "3")) == {}
    assert decided([passed, known[0]], woven("1", "2")) == {"1": ("automated", "bounce")}
    assert decided([passed, known[1]], woven("1", "3")) == {"1": ("automated", "bounce")}
    report = replace(passed, signals=("content-type:report",))
    assert decided([report, *known], woven("1", "2", "3")) == {"1": ("automated", "report")}
    absent = replace(passed, subject="Out of Office: Pumpe 4")
    assert decided([absent, *known], woven("1", "2", "3")) == {"1": ("automated", "out-of-office")}


@pytest.mark.parametrize("subject", ["Read: this book", "Delivered: three pumps", "Gelesen: das neue Buch", "Read:"])
def test_people_begin_subjects_like_receipts(subject):
    assert decided([message("1"), message("2", sender=BEN, subject=subject)], woven("1", "2")) == {}


@pytest.mark.parametrize(
    "facts",
    [
        {"signals": ("auto-submitted:auto-generated",)},
        {"signals": ("list-unsubscribe", "precedence:bulk")},
        {"signals": ("feedback-id", "list-unsubscribe")},
        {"signals": ("return-path-empty",)},
        {"sender": Address("Shop", "noreply@laden.example")},
        {"sender": Address("Shop", "do-not-reply.de@laden.example")},
        {"sender": Address("Shop", "bitte-nicht-antworten@laden.example")},
        {"sender": Address("Blatt", "newsletter@blatt.example")},
        {"sender": Address("Firma", "announcements.werk@werk.example")},
        {"sender": Address("Fluglinie", "info@newsletter.flug.example")},
        {"sender": Address("", "angebote.1302517.25493@laden.example")},
        {"sender": Address("", "42.9027.0e-x4@flug.example")},
        {"sender": Address("", "betten.198273363@laden.example")},
    ],
)
def test_mail_of_machines_is_automated_unless_a_person_took_it_up(facts):
    mail = replace(message("1"), **facts)
    assert {id: what for id, (what, _) in decided([mail], woven("1")).items()} == {"1": "automated"}
    assert decided([mail, message("2", sender=BEN)], woven("12")) == {}
    robot = message("2", sender=Address("", "noreply@kunde.example"))
    assert set(decided([mail, robot], woven("12"))) == {"1", "2"}


@pytest.mark.parametrize(
    "facts",
    [
        {"signals": ("x-auto-response-suppress:all",)},
        {"signals": ("list-post", "list-unsubscribe", "precedence:list"), "list_id": "leute.werk.example"},
        {"signals": ("disposition-notification-to", "importance:high")},
        {"signals": ("calendar:request", "content-type:calendar")},
        {"subject": "Accepted: your offer 4711"},
        {"subject": "Out of office next week"},
        {"subject": "Frage zur Abwesenheitsnotiz"},
        {"subject": "Re: Returned mail: host unknown"},
        {"subject": "WG: Unzustellbar: Pumpe 4"},
        {"sender": Address("", "orders@kunde.example")},
        {"sender": Address("", "angebote@lieferant.example")},
        {"sender": Address("Nora Newson", "nora.newson@kunde.example")},
        {"sender": Address("Info", "info@kunde.example")},
    ],
)
def test_mail_of_people_stays(facts):
    assert decided([replace(message("1"), **facts)], woven("1")) == {}


def test_an_accepted_meeting_needs_a_calendar_part():
    ics = Attachment("invite.ics", "text/calendar", 300, "00")
    assert decided([message("1", "Accepted: Pumpe 4", attachments=(ics,))], woven("1"))["1"][1] == "calendar-reply"


def test_several_people_on_a_list_make_a_discussion():
    head = {"signals": ("list-unsubscribe", "precedence:bulk"), "list_id": "leute.werk.example"}
    talk = [message("1", **head), message("2", sender=BEN, **head), message("3", **head)]
    assert decided(talk, woven("12", "3")) == {}
    alone = [message(id, **head) for id in "123"]
    assert {what for what, _ in decided(alone, woven("1", "2", "3")).values()} == {"automated"}


def test_a_shared_address_becomes_a_newsletter_by_numbers_and_one_way():
    info = Address("Verband", "info@verband.example")
    many = [message(id, sender=info) for id in "12345"]
    assert set(decided(many, woven(*"12345"))) == set("12345")
    assert decided(many[:4], woven(*"1234")) == {}
    written = [*many, message("6", to=(info,))]
    assert decided(written, woven(*"123456")) == {}


def test_what_its_owner_keeps_in_several_places_is_no_newsletter():
    news = Address("", "newsletter@verband.example")
    copies = [message("1", sender=news, holders=("anna",)), message("2", sender=news, holders=("anna",))]
    story = woven("1", decisions=[Decision("2", "duplicate", "1", "same-content")])
    assert decided(copies, story) == {}
    colleague = [copies[0], replace(copies[1], holders=("ben",))]
    assert decided(colleague, story) == {"1": ("automated", "newsletter")}
    bulk = [replace(copies[0], signals=("list-unsubscribe",)), copies[1]]
    assert decided(bulk, story) == {"1": ("automated", "newsletter")}


def test_passing_a_newsletter_on_makes_its_sender_nobody_to_write_to():
    """Only an answer that goes back, to the sender or to where the message went, shows that there is somebody."""
    news = Address("Pumpenblatt", "newsletter@blatt.example")
    issues = [message(str(n), sender=news, to=(ANNA,), signals=("body:unsubscribe",)) for n in range(1, 4)]
    passed = message("9", "Fw: Pumpen", ANNA, (BEN,))
    story = woven("19", "2", "3")
    assert set(decided([*issues, passed], story)) == {"2", "3"}
    footed = [replace(issue, signals=("body:unsubscribe", "list:pumpen@blatt.example")) for issue in issues]
    assert set(decided([*footed, passed], story)) == {"2", "3"}
    assert decided([*issues, replace(passed, to=(news,))], story) == {}
    assert decided([*issues, replace(passed, to=())], story) == {}  # the archive of a list
    colleagues = [replace(issue, to=(ANNA, BEN)) for issue in issues]
    assert decided([*colleagues, passed], story) == {}


def test_settings_decide():
    mails = [
        message("1"),
        message("2", sender=BEN),
        message("3", "Hausverein: Sitzung"),
        message("4", folders=("Alt/2009",)),
    ]
    story = woven("1", "2", "3", "4")
    assert decided(mails, story, ScreenSettings(automated_senders=("@kunde.example",))) == {
        "2": ("automated", "your-settings")
    }
    assert decided(mails, story, ScreenSettings(excluded_senders=("BEN.*@kunde.example",))) == {
        "2": ("excluded", "your-settings")
    }
    assert decided(mails, story, ScreenSettings(excluded_folders=("alt",))) == {"4": ("excluded", "your-settings")}
    assert decided(mails, story, ScreenSettings(private_words=("Hausverein",)))["3"][0] == "held"
    assert decided(mails, story, ScreenSettings(private_folders=("Alt",)))["4"] == ("held", "private-folder")
    robot = message("1", sender=Address("", "noreply@kunde.example"))
    assert decided([robot], woven("1"), ScreenSettings(published_senders=("noreply@kunde.example",))) == {}


@given(st.permutations(range(8)), st.sets(st.integers(0, 7)))
def test_the_order_of_messages_changes_nothing(order, private):
    mails = [message(str(n), folders=("Privat",) if n in private else ()) for n in range(8)]
    story = woven("01", "23", "45", "67", decisions=[Decision("3", "contained", "4", "quoted")])
    assert screen({mails[n].id: mails[n] for n in order}, story) == screen({m.id: m for m in mails}, story)


@given(st.sets(st.integers(0, 7)), st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=8))
def test_no_held_message_has_a_published_companion(private, edges):
    mails = [message(str(n), folders=("Privat",) if n in private else ()) for n in range(8)]
    decisions = [Decision(str(a), "contained", str(b), "quoted") for a, b in edges if a != b]
    story = woven("01", "23", "45", "67", decisions=decisions)
    held = set(decided(mails, story))
    for conversation in story.conversations:
        assert len(held & set(conversation.messages)) in (0, len(conversation.messages))
    assert all((decision.id in held) == (decision.of in held) for decision in decisions)


def test_mail_that_tells_how_to_unsubscribe_is_a_newsletter_unless_people_are_in_touch():
    shop = Address("Wunderland Reisen", "wunderland@reisen.example")
    offer = message("1", sender=shop, signals=("body:unsubscribe",))
    assert decided([offer], woven("1"))["1"] == ("automated", "newsletter")
    assert decided([offer, message("2", to=(shop,))], woven("1", "2")) == {}
    assert decided([replace(offer, sender=Address("", ""))], woven("1")) == {}  # who could have written to nobody?
    assert decided([replace(offer, subject="WG: Reisen im Mai")], woven("1")) == {}
    answered = [offer, message("2", "Re: Pumpe 4")]
    assert decided(answered, woven("12")) == {}
    head = {"list_id": "leute.werk.example", "signals": ("body:unsubscribe",)}
    talk = [message("1", **head), message("2", sender=BEN, **head), message("3", **head)]
    assert decided(talk, woven("12", "3")) == {}


def test_mail_that_says_a_program_wrote_it_is_automated_unless_people_are_in_touch():
    service = Address("", "password.service@werk.example")
    told = message("1", sender=service, signals=("body:generated",))
    assert decided([told], woven("1"))["1"] == ("automated", "generated")
    assert decided([told, message("2", to=(service,))], woven("1", "2")) == {}
    assert decided([replace(told, subject="WG: Ihre Bestellung")], woven("1")) == {}
    assert decided([told, message("2", sender=BEN)], woven("12")) == {}


def test_several_people_below_one_footer_make_a_discussion():
    """An archive that leaves List-Id out keeps the footer."""
    footer = ("list:leute@listen.example", "body:unsubscribe")
    people = [Address("", f"{name}@kunde.example") for name in ("anna", "ben", "carl", "dora")]
    talk = [message(str(n), sender=who, to=(), signals=footer) for n, who in enumerate(people)]
    assert decided(talk, woven(*"0123")) == {}
    assert decided(talk[:2], woven("01")) == {}
    assert set(decided(talk[:2], woven("0", "1"))) == {"0", "1"}
    issues = [replace(mail, sender=people[0]) for mail in talk]
    assert set(decided(issues, woven(*"0123"))) == set("0123")
