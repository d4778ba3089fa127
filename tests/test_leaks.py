"""Where text of a private conversation may hide: one mailbox with them all, exported once; nothing of it may be found.

Each place has words of its own, made up: a leak names its place. `PUBLISHED` has what looks alike and must stay.
"""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from random import Random

import pytest
from builder import mbox, message

from mail2wiki.pipeline import export
from mail2wiki.progress import Progress
from mail2wiki.settings import Settings

ANNA, BOB, EVA = "Anna Beispiel <anna@firma.example>", "Bob Buyer <bob@kunde.example>", "Eva Klar <eva@firma.example>"
WORDS = """
    der Termin liegt fest wir treffen uns danach am Bahnhof mein Bruder hat sich gemeldet die Wohnung wird im Herbst
    frei vorher muss noch jemand einkaufen für den Urlaub fehlt das Geld seine Schwester wartet größer müde fröhlich
    lange auf eine Antwort vom Amt ob ich nochmal hingehe entscheide ich morgen früh vielleicht reicht auch ein Brief
""".split()  # noqa: SIM905 (readable)


class Case:
    """The words of one place: `secret(n)` are made up, `text(n)` is a paragraph with two of them."""

    def __init__(self, name: str) -> None:
        self.chance, self.secrets = Random(name), list[str]()
        self.mails = list[tuple[str, bytes]]()  # folder, message
        self.days = count(1)

    def secret(self) -> str:
        """A word that stands nowhere else."""
        syllables = (self.chance.choice("bdfgklmnrstwz") + self.chance.choice("aeiou") for _ in range(4))
        self.secrets.append("Qx" + "".join(syllables))
        return self.secrets[-1]

    def prose(self, words: int = 30) -> str:
        """A paragraph that stands nowhere else."""
        return " ".join(self.chance.choice(WORDS) for _ in range(words)).capitalize() + "."

    def text(self) -> str:
        """A paragraph with two secret words."""
        return f"{self.prose(12)} {self.secret()} {self.prose(10)} {self.secret()} {self.prose(8)}"

    def mail(self, subject: str, sender: str, to: str, body: str | None, folder: str = "", **more: object) -> None:
        """A message of the mailbox, a day after the one before."""
        more.setdefault("date", f"Mon, {next(self.days):02d} May 2024 10:00:00 +0200")
        self.mails.append((folder, message(subject, sender, to, body, **more)))  # type: ignore[arg-type]

    def private(self, subject: str, *texts: str, sender: str = BOB, to: str = ANNA, **more: object) -> None:
        """A message whose sender marked it."""
        self.mail(subject, sender, to, "\n\n".join(texts) + "\n", headers={"Sensitivity": "Private"}, **more)

    def open(self, body: str, subject: str = "", sender: str = ANNA, to: str = EVA, **more: object) -> None:
        """A message that nobody marked, with a paragraph of its own."""
        self.mail(subject or self.prose(3), sender, to, f"{self.prose(14)}\n\n{body}\n", **more)


PLACES: dict[str, Callable[[Case], None]] = {}
PUBLISHED: dict[str, Callable[[Case], None]] = {}


def place(found: Callable[[Case], None]) -> Callable[[Case], None]:
    """A hiding place."""
    PLACES[found.__name__] = found
    return found


def published(found: Callable[[Case], None]) -> Callable[[Case], None]:
    """What must be published all the same."""
    PUBLISHED[found.__name__] = found
    return found


def quoted(text: str) -> str:
    return "".join(f"> {line}\n" for line in text.splitlines())


@place
def forwarded_by_outlook(case: Case) -> None:
    subject, text = case.secret(), case.text()
    case.private(subject, text)
    head = f"Von: Bob Buyer\nGesendet: Montag, 6. Mai 2024 10:00\nAn: Anna Beispiel\nBetreff: {subject}\n\n"
    case.open(head + text)


@place
def quoted_under_another_subject(case: Case) -> None:
    text = case.text()
    case.private(case.secret(), text)
    case.open(f"Bob Buyer schrieb:\n{quoted(text)}")


@place
def edited_quotation(case: Case) -> None:
    text = case.text()
    case.private(case.secret(), text)
    case.open("Bob Buyer schrieb:\n" + quoted(text.replace(" ich ", " sie ").replace(" der ", " jener ")))


@place
def answer_that_names_no_message(case: Case) -> None:
    subject = f"{case.secret()} in {case.secret()}"
    case.private(subject, case.text())
    case.mail(f"AW: {subject}", ANNA, BOB, f"{case.secret()}\n", date="Mon, 06 May 2030 10:00:00 +0200")


@place
def calendar_answers(case: Case) -> None:
    for prefix in ("Zugesagt", "Abgelehnt", "Aktualisiert", "Abgesagt"):
        subject = f"{case.secret()} feiern"
        case.private(subject, case.text())
        case.mail(f"{prefix}: {subject}", ANNA, BOB, f"{case.secret()}\n")


@published
def the_same_subject_again(case: Case) -> None:
    case.private("Mittagessen", case.prose())
    case.open(case.secret(), "Mittagessen", ANNA, BOB, date="Mon, 06 May 2030 10:00:00 +0200")
    case.private("Weihnachtsfeier", case.prose())
    case.open(case.secret(), "AW: Weihnachtsfeier", EVA, "udo@firma.example")


def file(case: Case, name: str) -> tuple[str, str, bytes]:
    return name, "text/plain", f"{case.text()} {case.text()}".encode()


@place
def file_sent_on_under_another_name(case: Case) -> None:
    one = file(case, f"{case.secret()}.txt")
    case.private(case.secret(), case.text(), attachments=[one])
    case.open("Siehe Anlage.", attachments=[("Angebot.txt", *one[1:])])


@published
def file_that_was_sent_openly_before(case: Case) -> None:
    one = file(case, f"{case.secret()}.txt")
    case.open("Siehe Anlage.", attachments=[one], sender=EVA, to=ANNA)
    case.private("Gruß", case.prose(), attachments=[one])


@published
def form_that_everybody_sends(case: Case) -> None:
    one = file(case, f"{case.secret()}.txt")
    case.private("Gruß", case.prose(), attachments=[one])
    for number in range(6):
        case.open(f"Urlaubsantrag, der {number}.", attachments=[one])


@place
def short_quotation_by_who_had_it(case: Case) -> None:
    told = f"Sag {case.secret()} bitte nichts von der {case.secret()} in Seedorf"
    case.private(case.secret(), f"{case.prose(9)} {told} und {case.prose()}")
    case.open(f"Bob Buyer schrieb:\n> {told}")


def spoiled(case: Case, spoil: Callable[[str], str]) -> None:
    """A quotation whose umlauts did not survive."""
    text = (
        f"Die Ärztin fürchtet größere Schäden für {case.secret()}, über die wir natürlich höchstens früh reden können."
    )
    case.private(case.secret(), text)
    case.open(f"Bob Buyer schrieb:\n> {spoil(text)}")


@place
def umlauts_written_as_two_letters(case: Case) -> None:
    two = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae"}
    spoiled(case, lambda text: "".join(two.get(letter, letter) for letter in text))


@place
def umlauts_read_in_another_charset(case: Case) -> None:
    spoiled(case, lambda text: text.encode().decode("latin-1"))


@place
def umlauts_as_question_marks(case: Case) -> None:
    spoiled(case, lambda text: text.encode("ascii", "replace").decode())


@place
def earlier_draft(case: Case) -> None:
    text = case.text()
    case.private(case.secret(), text, sender=ANNA, to=BOB)
    draft = f"Hallo, {text.partition(' ')[2].rpartition(' ')[0]}"
    case.mail("", ANNA, "", f"{draft}\n", folder="Entwürfe")


@published
def draft_of_something_else(case: Case) -> None:
    case.private("Gruß", case.prose(), sender=ANNA, to=BOB)
    case.mail("", ANNA, "", f"{case.text()}\n", folder="Entwürfe")


@published
def short_quotation_of_what_everybody_says(case: Case) -> None:
    case.private("Gruß", f"{case.prose()}\n\nVielen Dank im Voraus!\nBob")
    case.open(f"{case.secret()}\n\nBob Buyer schrieb:\n> Vielen Dank im Voraus!\n")


@published
def other_text_under_the_same_header(case: Case) -> None:
    head = (
        "-----Original Message-----\nFrom: Udo Werk, Fertigung\nSent: Monday, May 6, 2024 10:00 AM\nTo: Anna Beispiel\n"
    )
    case.private("Gruß", f"{case.prose()}\n\n{head}Subject: Halle 3\n\n{case.prose()}")
    case.open(f"{head}Subject: Halle 3\n\nBitte {case.secret()} prüfen.")


@place
def pasted_without_marks(case: Case) -> None:
    text = case.text()
    case.private(case.secret(), text)
    case.open(text)


@place
def pasted_from_a_page(case: Case) -> None:
    text = case.text()
    case.private(case.secret(), text)
    case.mail("Seite", ANNA, EVA, None, html=f"<p>{case.prose()}</p><p>Bob schreibt:</p><div class=x>{text}</div>")


@published
def what_was_said_openly_before(case: Case) -> None:
    text = case.text()
    case.open(text, sender=EVA, to=ANNA)
    case.private("Gruß", text)


@published
def what_a_writer_says_everywhere(case: Case) -> None:
    text = case.text()
    case.private("Gruß", case.prose(), text)
    case.open(text, sender=BOB, to=ANNA)


@place
def copy_without_the_mark(case: Case) -> None:
    text = case.text()
    case.private("Gruß", text, message_id="<eins@kunde.example>", date="Mon, 06 May 2024 10:00:00 +0200")
    case.mail("Gruß", BOB, ANNA, text + "\n", message_id="<zwei@kunde.example>", date="Mon, 06 May 2024 10:00:00 +0200")


@place
def name_and_signature_of_somebody_else_known(case: Case) -> None:
    signed = f"{case.text()}\n\n-- \nCarla Kern\n{case.secret()} e.V."
    case.private(case.secret(), signed, sender=f"Carla {case.secret()} <carla@kunde.example>")
    case.open("", sender="carla@kunde.example", to=ANNA)


@published
def other_mail_between_the_same_people(case: Case) -> None:
    case.private("Gruß", case.prose())
    case.open(f"{case.secret()} läuft wieder.", sender=BOB, to=ANNA)


@place
def who_answers_a_private_message_automatically(case: Case) -> None:
    for kind, subject in ("Automatische Antwort: ", "Abwesenheitsnotiz"), ("Gelesen: ", ""), ("", "Undelivered Mail"):
        host = f"{case.secret().lower()}.example"
        who, about = f"{case.secret()} <{case.secret().lower()}@{host}>", case.secret()
        case.private(about, case.text(), sender=ANNA, to=who)
        sender = who if kind else f"Mail Delivery System <mailer-daemon@{host}>"
        headers = {"Auto-Submitted": "auto-replied"} if subject else {}
        case.mail(subject or kind + about, sender, ANNA, "Bin nicht da.\n", headers=headers)


@published
def who_answers_automatically_and_is_known(case: Case) -> None:
    who = f"{case.secret()} <{case.secret().lower()}@bekannt.example>"
    case.open(case.secret(), sender=ANNA, to=who)
    case.mail("Abwesenheitsnotiz", who, ANNA, "Bin nicht da.\n", headers={"Auto-Submitted": "auto-replied"})


@cache
def built(name: str) -> Case:
    case = Case(name)
    {**PLACES, **PUBLISHED}[name](case)
    return case


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """All that is published, names of files and contents, in small letters."""
    root = tmp_path_factory.mktemp("leaks")
    mails = [mail for name in (*PLACES, *PUBLISHED) for mail in built(name).mails]
    for folder in {folder for folder, _ in mails}:
        path = root / "mail" / (folder or "Posteingang")
        path.parent.mkdir(parents=True, exist_ok=True)
        mbox([mail for where, mail in mails if where == folder], path)
    export([root / "mail"], root / "out", Settings(owner=("anna@firma.example",), workers=1), Progress())
    wiki = root / "out" / "wiki"
    files = sorted(path for path in wiki.rglob("*") if path.is_file())
    yield "\n".join(f"{path.relative_to(wiki)}\n{path.read_text('utf-8', 'replace')}" for path in files).lower()
    shutil.rmtree(root)


@pytest.mark.parametrize("name", PLACES)
def test_nothing_private_stands_anywhere(name: str, pages: str) -> None:
    secrets = built(name).secrets
    assert secrets and [word for word in secrets if word.lower() in pages] == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_only_looks_alike_stays(name: str, pages: str) -> None:
    secrets = built(name).secrets
    assert secrets and [word for word in secrets if word.lower() not in pages] == []
