"""Author and date of a quotation become what a reader expects, or stay as they are."""

from datetime import UTC, datetime

import pytest

from mail2wiki.extract.claims import author, date, read


@pytest.mark.parametrize(("written", "read"), [
    ("Krüger, Anna", "Anna Krüger"),
    ("von Muster, Bernd", "Bernd von Muster"),
    ("Krüger, Anna [mailto:anna@firma.example]", "Anna Krüger"),
    ("team at firma.example [mailto:team-", "team at firma.example"),
    ("anna@firma.example [ mailto:anna@firma.example]", "anna@firma.example"),
    ("Krüger, Anna C. (Legal)", "Anna C. Krüger"),
    ("Krüger, Anna C(Z4711) [mailto:anna@firma.example]", "Anna C Krüger"),
    ("anna at firma.example (Anna Krüger)", "Anna Krüger"),
    ("anna.krueger at firma.example", "Anna Krueger"),
    ("pumpen-liste-admin at firma.example", "pumpen-liste-admin at firma.example"),
    ("Anna Krüger via Pumpen-Liste", "Anna Krüger"),
    ("0700, Anna Krüger", "Anna Krüger"),
    ("Anna Krüger [#4711]", "Anna Krüger"),
    ('"Anna Krüger" <anna@firma.example>', "Anna Krüger"),
    ("); Anna Krüger (; 25.11.19 um 00:23", "Anna Krüger"),
    ("Krüger, Anna [SMTP:anna@firma.example]", "Anna Krüger"),
    ("Anna Krüger/Einkauf/Firma@FIRMA", "Anna Krüger"),
    ("anna@firma.example", "anna@firma.example"),
    ("anna@firma.example (Anna Krüger)", "Anna Krüger"),
    ("anna@firma.example(Anna Krüger)", "Anna Krüger"),
    ("anna@firma.example (Anna Krüger", "Anna Krüger"),
    ("anna@firma.example (Anna \"AK\" Krüger)", 'Anna "AK" Krüger'),
    ("anna@firma.example ()", "anna@firma.example"),
    ("(Anna Krüger)", "Anna Krüger"),
    ('AK" == Anna Krüger <anna at firma.example>', "Anna Krüger"),
    ("Krüger, Anna; Bernd Muster; Anna Krüger", "Anna Krüger; Bernd Muster"),
    ("manual, listen(2)", "manual, listen(2)"),
    ("Muster-Pressen GmbH, Einkauf", "Muster-Pressen GmbH, Einkauf"),
    ("", ""),
])  # fmt: skip
def test_authors(written: str, read: str) -> None:
    assert author(written) == read


@pytest.mark.parametrize(("written", "read"), [
    ("Mittwoch, 23. Oktober 2013 17:46", "2013-10-23 17:46"),
    ("Mittwoch, 25. Juli 2018, 15:28:04", "2018-07-25 15:28"),
    ("02.09.22 20:07", "2022-09-02 20:07"),
    ("06.07.2013 15:16", "2013-07-06 15:16"),
    ("12.09.2001", "2001-09-12"),
    ("2022-09-02 12:48", "2022-09-02 12:48"),
    ("Mon, Jul 21, 2025 at 8:37 AM", "2025-07-21 08:37"),
    ("Wed, Jul 18, 2012 at 04:43:01PM", "2012-07-18 16:43"),
    ("Tuesday, 28 April 2026 12:49", "2026-04-28 12:49"),
    ("13. April 2011 23:28:38 MESZ", "2011-04-13 23:28"),
    ("31/12/2024 10:00", "2024-12-31 10:00"),
    ("3/4/2024 10:00", ""),
    ("31. Februar 2024", ""),
    ("gestern", ""),
    ("", ""),
])  # fmt: skip
def test_dates(written: str, read: str) -> None:
    assert date(written) == read


@pytest.mark.parametrize(("written", "quoted", "told"), [
    ("Tue 10/2/2001 4:26 PM", "2001-10-02T18:00", "2001-10-02 16:26"),  # the other would be eight months old
    ("10/2/2001 16:26", "2001-02-12T18:00", "2001-02-10 16:26"),  # the other is yet to come
    ("04:26 PM 10/2/01", "2001-10-02T18:00", "2001-10-02 16:26"),
    ("5/5/2000 01:49 PM", "2000-07-01T12:00", "2000-05-05 13:49"),
    ("3/4/2024 10:00", "2024-04-20T12:00", "3/4/2024 10:00"),  # 17 or 47 days old
    ("3/4/2024 10:00", "2025-01-20T12:00", "3/4/2024 10:00"),
    ("3/4/2024 10:00", "2023-01-20T12:00", "3/4/2024 10:00"),  # both yet to come
    ("gestern", "2023-01-20T12:00", "gestern"),
])  # fmt: skip
def test_a_date_that_could_be_two_is_the_one_that_can_be_quoted(written: str, quoted: str, told: str) -> None:
    moment = int(datetime.fromisoformat(quoted).replace(tzinfo=UTC).timestamp())
    assert read("Eva", written, moment) == ("Eva", told)


def test_an_author_with_a_date_in_one_line() -> None:
    assert read("Anna Krüger on 25.01.2001 10:15", "") == ("Anna Krüger", "2001-01-25 10:15")
    assert read("Anna Krüger", "gestern") == ("Anna Krüger", "gestern")


@pytest.mark.parametrize(
    ("name", "day", "said"),
    [
        ("Muster, Eva [mailto:eva@firma.example]", "Monday 2:14 PM", ("Eva Muster", "Monday 2:14 PM")),
        ('"Eva Muster" <eva@firma.example>', "", ("Eva Muster", "")),
        ("<eva@firma.example>", "", ("eva@firma.example", "")),
        ("eva@firma.example [mailto:eva@firma.example]", "", ("eva@firma.example", "")),
        ("Muster, Eva M.(Z39911)[SMTP:eva@firma.example]", "", ("Eva M. Muster", "")),
        ("Eva Muster/Einkauf/Firma@ORG on 01/19/2001 04:58 PM", "", ("Eva Muster", "2001-01-19 16:58")),
        ("eva@firma.example@ORG", "", ("eva@firma.example", "")),
        ('Muster, Eva"@ORG', "", ("Eva Muster", "")),
        ("eva@firma.example [IMCEANOTES-eva+40firma+2Eexample@ORG.example]", "", ("eva@firma.example", "")),
        ("Eva Muster@ECT", "01/19/2001", ("Eva Muster", "2001-01-19")),
        ("? Eva Muster", "? Freitag", ("Eva Muster", "Freitag")),
        ("Eva Muster @ ECT", "", ("Eva Muster", "")),
        ("Eva Muster/HOU/Firma", "", ("Eva Muster", "")),
        ("Eva/Tom Muster", "", ("Eva/Tom Muster", "")),
        ("Muster/ET&S/Firma@FIRMA, Tom Beispiel/HOU/Firma@FIRMA, Ina", "", ("", "")),
        ("AM", "3 May", ("", "3 May")),
        ("Muster, Eva, Dr.", "", ("Dr. Eva Muster", "")),
        ("Beispiel GmbH, Zentrale", "", ("Beispiel GmbH, Zentrale", "")),
        ("", "", ("", "")),
    ],
)
def test_the_writer_of_a_recovered_text_has_a_name_as_people_write_it(
    name: str, day: str, said: tuple[str, str]
) -> None:
    assert read(name, day) == said
