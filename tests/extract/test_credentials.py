"""Is what opens something hidden, and nothing else?"""

import pytest
from builder import message
from hypothesis import given, settings
from hypothesis import strategies as st

from mail2wiki.extract import credentials, extract
from mail2wiki.extract.credentials import SIGNAL
from mail2wiki.records import MASK, Body


def hide(body: Body) -> Body:
    return credentials.hide(body, "", frozenset(credentials.stems()))[0]


def hidden(text: str, kind: str = "plain") -> str:
    lines = tuple(text.split("\n"))
    return "\n".join(hide(Body(lines, "n" * len(lines), kind)).lines)


@pytest.mark.parametrize(
    "text",
    [
        "Passwort: <<Kranich7>>",
        "Passwort: <<sommerregen>>",
        "> > Kennwort:   <<Kranich7>>.",
        "Das Passwort lautet <<Kranich7>>, bitte nicht weitergeben.",
        "Das neue WLAN-Passwort ist <<Kranich#7>>.",
        'Das Passwort ist "<<kranich>>".',
        "Ich habe dein Passwort auf <<Kranich7>> geändert.",
        "Bitte mit <<kranich>> als Passwort anmelden.",
        "Benutzer: halle3; Passwort: <<kranich>>. Danach bitte ändern.",
        "user: halle3  password: <<heron7>>    (that is a seven)",
        "My password is also <<heron7>>.",
        "The password for the press has been reset to: <<73552198>>",
        "I had to change your VPN password to <<heron7bird>>.",
        "The user is halle3 and the password is <<heron>>.",
        "Your user ID is halle3 with password <<heron>>",
        "log in as user halle3, password <<heron>> and look around",
        "Use <<heron>> as the password.",
        "the form (password: <<heron>>) opens it",
        "login halle3, pw <<heron7>>",
        "Password: <<q#9M!npX>>\t(Please Change)",
        "password = <<heron>>",
        "db.password=<<heron7>>",
        "connect(host='db', password='<<two words>>')",
        "the settings are {'user': 'halle3', 'password': '<<heron>>'}",
        "https://halle3:<<heron>>@host.example/x",
        "Meine PIN ist <<4711>>",
        "İzmir, Passwort: <<Kranich7>>",
        "aws_secret_access_key = <<wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY>>",
        "Authorization: Basic <<aGFsbGUzOmhlcm9uNw==>>",
        "The token is <<ghp_0123456789abcdefghijklmnopqrstuvwxyz>>",
        "Passwort:\n\n  <<Kranich7>>\n\nGrüße",
        "login and password for the press are\n\nhalle3\n<<heron>>\n\nRegards",
        "Paßwort: <<kranich>>",
        "Das Paßwort lautet <<Kranich7>>",
        "WLAN-Schlüssel: <<Kranich7>>",
        "Der WLAN-Key ist <<Kranich7>>.",
        "Passwort - <<Kranich7>>",
        "Benutzer/Passwort: anna / <<Kranich7>>",
        "Login: halle3 / <<Kranich7>>",
        "Zugangsdaten: halle3, <<Kranich7>>",
        "siehe https://host.example/x?id=7&token=<<a8f5f167f44f49>>",
        "<user>halle3</user><password><<heron>></password>",
    ],
)
def test_what_opens_something_is_hidden(text: str) -> None:
    start, _, rest = text.partition("<<")
    _, _, end = rest.partition(">>")
    assert hidden(text.replace("<<", "").replace(">>", "")) == start + MASK + end


@pytest.mark.parametrize(
    "text",
    [
        "Das Passwort ist falsch.",
        "Das Passwort ist abgelaufen",
        "Passwort: siehe letzte Mail",
        "Passwort: folgt telefonisch",
        "Haben Sie das Passwort an Herrn Muster weitergegeben?",
        "Kennwort:",
        "The password is required.",
        "Password: <your password>",
        "Password: ********",
        "The password to server2 is the same as before.",
        "A user has a password and a token.",
        "For example, a username/password pair is static, but a",
        "Your user ID and new password are provided",
        "Patch to add username and password options",
        "Please send the password to anna@firma.example",
        "Reset your password: https://firma.example/reset",
        "def login(self, user, password): return check(user, password)",
        "self.password = password",
        "con = connect(user=dbuser, password=dbpass)",
        "password = request.getPassword()",
        "if ftp.pwd() != (folder):",
        "'login': -20, 'password': -21,",
        "uid=sa;pwd=*****;database=Test",
        "| Username | Password |",
        "The key to this is patience, and a token of thanks.",
        "see http://host.example:8080/x and user@host.example",
        "GPIO PIN 1 is used; the 25-pin port",
        "Dial 0800 123456, passcode 485174",
        "First pass: 12.5 %; second pass: done",
        "Forgot your password - click here",
        "Login: anna, then choose Halle7b",
        "<password></password> is empty, token=None",
        "Der Schlüssel: siehe Halle 3",
    ],
)
def test_what_is_only_said_about_passwords_stays(text: str) -> None:
    assert hidden(text) == text


def test_two_of_different_kinds_in_one_line() -> None:
    """What was hidden first must not shift where the second is looked for."""
    text = "see https://halle3:heron@h.example, and the press has password: kranich7"
    assert hidden(text) == f"see https://halle3:{MASK}@h.example, and the press has password: {MASK}"


def test_tables() -> None:
    assert hidden("| Benutzer | halle3 |\n| Passwort | kranich |", "markdown").endswith(f"| Passwort | {MASK} |")
    columns = (
        "| Host | Password | Room |\n| --- | --- | --- |\n| press | heron | 3 |\n| lathe | crane | 4 |\n\n| a | b | c |"
    )
    kept = hidden(columns, "markdown").split("\n")
    assert kept[2:] == [f"| press | {MASK} | 3 |", f"| lathe | {MASK} | 4 |", "", "| a | b | c |"]


def test_a_private_key_keeps_its_first_and_last_line() -> None:
    text = "Here:\n-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nAAKCAQ\n-----END RSA PRIVATE KEY-----\nBye"
    assert hidden(text).split("\n")[1:4] == ["-----BEGIN RSA PRIVATE KEY-----", MASK, "-----END RSA PRIVATE KEY-----"]
    endless = "-----BEGIN PRIVATE KEY-----\n" + "MIIEow\n" * 300 + "Bye"
    assert hidden(endless).endswith("Bye") and hidden(endless).count("MIIEow") < 110


def test_the_message_says_that_something_was_hidden() -> None:
    mail = extract(message(subject="Passwort: Kranich7", body="Hallo,\n\nPasswort: Kranich7\n"))
    assert mail.message.subject == f"Passwort: {MASK}" and SIGNAL in mail.message.signals
    assert "Kranich7" not in "\n".join(mail.body.lines)
    assert SIGNAL not in extract(message(body="Das Passwort ist falsch.\n")).message.signals


def test_a_table_of_one_row() -> None:
    row = "<table><tr><td><b>Passwort</b></td><td>Kranich7</td></tr></table>"
    assert extract(message(body=None, html=row)).body.lines == (f"**Passwort** {MASK}",)


def test_html() -> None:
    mail = extract(message(body=None, html="<p>Ihr <b>Passwort:</b> <i>Kra_nich*7</i></p>"))
    assert "nich" not in "\n".join(mail.body.lines) and "Passwort" in "\n".join(mail.body.lines)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("password: ist=|\"'(;Kennwort pw\n-PIN7#İ", max_size=60), max_size=8))
def test_lines_and_marks_stay_together(parts: list[str]) -> None:
    lines = tuple(" ".join(parts).split("\n"))
    body = Body(lines, "n" * len(lines))
    found = hide(body)
    assert len(found.lines) == len(found.marks)
    assert hide(found) == found, "hiding once is enough"


def test_a_long_line_is_bounded() -> None:
    """Where a word for a password stands a hundred thousand times, each is looked at once, at a bounded distance."""
    text = "password: x " * 2_000
    assert hidden(text).count("password") == 2_000
