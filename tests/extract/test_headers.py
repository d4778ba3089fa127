"""Header fields to facts."""

import pytest
from builder import entity, message, multipart

from mail2wiki.extract import extract
from mail2wiki.records import Message


def read(**what: object) -> Message:
    return extract(message(**what)).message  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        ("<a@x>", ("<a@x>",)),
        ("a@x", ("<a@x>",)),
        ('Your message of "Mon, 6 May 2024 10:00:00 +0200" <a@x>', ("<a@x>",)),
        ("Message from Bernd Muster <bernd@firma.example> of Monday", ()),
        ("<a@x> from <bernd@firma.example>", ("<a@x>",)),
        ("<a\n @x>", ("<a@x>",)),
        ("Mon, 6 May 2024", ()),
        ("a\x00b@x", ("<ab@x>",)),
    ],
)
def test_in_reply_to(header: str, ids: tuple[str, ...]) -> None:
    assert read(in_reply_to=header).in_reply_to == ids


def test_ids() -> None:
    found = read(message_id="x@y", references="<a@x>\t<b@x><c@x> <a@x>")
    assert (found.message_id, found.references) == ("<x@y>", ("<a@x>", "<b@x>", "<c@x>"))
    assert read(message_id="").message_id is None


def test_very_long_references_keep_the_first_and_the_newest() -> None:
    found = read(references=" ".join(f"<{at}@x>" for at in range(5_000)))
    assert (found.references[0], found.references[-1], len(found.references)) == ("<0@x>", "<4999@x>", 1_000)
    assert "header-long" in found.defects


def test_the_first_of_two_from_counts() -> None:
    found = read(headers=[("From", "a@f.example"), ("From", "b@f.example")])
    assert (found.sender.address, "from-repeated" in found.defects) == ("a@f.example", True)


def test_a_list_server_is_not_the_writer() -> None:
    sender = "Anna Beispiel via Technik <technik@listen.example>"
    found = read(sender=sender, headers={"Reply-To": "Anna Beispiel <anna@firma.example>", "List-Post": "<mailto:t@x>"})
    assert found.sender == ("Anna Beispiel", "anna@firma.example")
    assert {"from-via", "list-post"} <= set(found.signals)
    assert read(sender=sender).sender == ("Anna Beispiel", "technik@listen.example")
    for sender in (
        "'anna@firma.example' via Technik <t@listen.example>",
        "\"'anna@firma.example' via T\" <t@listen.example>",
    ):
        assert read(sender=sender).sender == ("", "anna@firma.example")
        assert "from-via" in read(sender=sender).signals


def test_impossible_date_is_replaced_by_the_last_received() -> None:
    received = "from a by b; Tue, 07 May 2024 08:00:00 +0000"
    older = "from c by d; Mon, 06 May 2024 08:00:00 +0000"
    found = read(date="Mon, 32 May 2024 10:00:00 +0200", headers=[("Received", received), ("Received", older)])
    assert (found.date, found.defects) == (1715068800, ("date-impossible",))
    assert read(date="", headers=[("Received", received)]).defects == ("date-missing",)
    assert (
        "date-after-received" in read(date="Mon, 06 May 2030 10:00:00 +0200", headers=[("Received", received)]).defects
    )


@pytest.mark.parametrize(
    ("name", "value", "signal"),
    [
        ("Auto-Submitted", "auto-replied (vacation)", "auto-submitted:auto-replied"),
        ("Auto-Submitted", "no", None),
        ("Precedence", "Bulk", "precedence:bulk"),
        ("List-Unsubscribe", "<mailto:u@x>", "list-unsubscribe"),
        ("List-Post", "NO", "list-post:no"),
        ("List-Post", "<mailto:l@x>", "list-post"),
        ("List-Id", "Technik <technik.firma.example>", "list-id"),
        ("Sensitivity", "Company-Confidential", "sensitivity:company-confidential"),
        ("Sensitivity", "Personal", "sensitivity:personal"),
        ("Sensitivity", '"Private" (x)', "sensitivity:private"),
        ("Sensitivity", "privat", "sensitivity:private"),
        ("Sensitivity", "Persönlich", "sensitivity:personal"),
        ("Sensitivity", "2", "sensitivity:private"),
        ("Sensitivity", "Normal", None),
        ("X-Mozilla-Keys", "NonJunk $label3", "tag:$label3"),
        ("X-Mozilla-Keys", "privat $forwarded", "tag:privat"),
        ("Keywords", "Messe, Privates 2024", "tag:privates 2024"),
        ("X-Keywords", "persönlich", "tag:persönlich"),
        ("X-Keywords", "NonJunk Private", "tag:private"),
        ("X-Keywords", "Messe,Private", "tag:private"),
        ("X-Label", "Messe", None),
        ("Importance", "High", "importance:high"),
        ("Importance", "Normal", None),
        ("X-Priority", "1 (Highest)", "importance:high"),
        ("X-Spam-Flag", "YES", "x-spam-flag:yes"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply", "x-auto-response-suppress:oof"),
        ("X-Failed-Recipients", "a@x", "x-failed-recipients"),
        ("Return-Path", "<>", "return-path-empty"),
        ("Return-Path", "<a@x>", None),
        ("X-Mailer", "Programm 1.0", "x-mailer:programm 1.0"),
    ],
)
def test_signal(name: str, value: str, signal: str | None) -> None:
    assert read(headers={name: value}).signals == ((signal,) if signal else ())


def test_one_of_several_sensitivity_fields_is_enough() -> None:
    assert "sensitivity:private" in read(headers=[("Sensitivity", "Normal"), ("Sensitivity", "Private")]).signals


def test_report_and_calendar_signals() -> None:
    report = b"From: a@x\n" + multipart(
        "report", [entity("text/plain", b"no")], parameters="; report-type=delivery-status"
    )
    assert extract(report).message.signals == ("content-type:report", "report-type:delivery-status")
    invitation = entity("text/calendar; method=REPLY", b"BEGIN:VCALENDAR\n")
    answer = b"From: a@x\n" + multipart("alternative", [entity("text/plain", b"ok\n"), invitation])
    assert extract(answer).message.signals == ("calendar:reply", "content-type:calendar")


def test_a_private_appointment() -> None:
    event = entity("text/calendar; method=REQUEST", b"BEGIN:VEVENT\r\nCLASS:PRIVATE\r\nSUMMARY:Arzt\r\n")
    mail = b"From: a@x\n" + multipart("alternative", [entity("text/plain", b"ok\n"), event])
    assert "calendar-class:private" in extract(mail).message.signals


def test_outlook_gmail_and_delivery() -> None:
    found = read(
        headers=[
            ("Thread-Index", "AQHR" + "A" * 32),
            ("X-GM-THRID", "1234567890"),
            ("Delivered-To", "Anna@firma.example"),
            ("Envelope-To", "team@firma.example"),
            ("List-Id", '"Technik" <Technik.firma.example>'),
        ]
    )
    assert len(found.thread_index) == 44 and found.gmail_thread == "1234567890"
    assert found.delivered_to == ("anna@firma.example", "team@firma.example")
    assert found.list_id == "technik.firma.example"


def test_raw_eight_bit_subject_and_name_keep_their_umlauts() -> None:
    for charset in ("utf-8", "latin-1"):
        raw = "Subject: Prüfung läuft\nFrom: Jörg Müller <j@f.example>\n".encode(charset)
        found = extract(raw + b"\nText\n").message
        assert (found.subject, found.sender.name) == ("Prüfung läuft", "Jörg Müller")


@pytest.mark.parametrize(("date", "zone"), [
    ("Mon, 06 May 2024 10:00:00 +0200", "+0200"),
    ("Mon, 6 May 2024 10:00:00 -0500 (EST)", "-0500"),
    ("Mon, 6 May 2024 10:00:00 +0000", "+0000"),
    ("Mon, 6 May 2024 10:00:00 -0000", ""),
    ("Mon, 6 May 2024 10:00:00 +9960", ""),
    ("Mon, 6 May 2024 10:00:00 GMT", ""),
    ("6-5-2024", ""),
    ("", ""),
])  # fmt: skip
def test_zone(date: str, zone: str) -> None:
    assert read(date=date).zone == zone
