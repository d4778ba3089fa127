"""The sample mailbox: the same bytes every time, and everything in it that the README promises."""

import base64
import email
import email.policy
import hashlib
import mailbox
import re
from collections import Counter
from pathlib import Path

import pytest

from mail2wiki import sample
from mail2wiki.sample import files, story


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    return folder, sample.write(folder)


@pytest.fixture(scope="module")
def raw():
    """mail key -> bytes of its first copy."""
    found = {}
    for _, _, mail, data in sample.messages():
        found.setdefault(mail.key, data)
    return found


def tree(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_the_same_bytes_every_time(written, tmp_path):
    sample.write(tmp_path)
    assert tree(tmp_path) == tree(written[0])


def test_about_three_hundred_messages_in_two_mailboxes(written):
    holders = Counter(holder for holder, _, _, _ in sample.messages())
    assert 300 <= holders.total() <= 360
    assert 40 <= holders["miriam"] <= holders["stefan"] / 3
    maildir, mbox = written[1]
    assert sum(1 for path in maildir.rglob("*.mail*")) == holders["stefan"]
    assert len(mailbox.mbox(mbox)) == holders["miriam"]


def test_every_message_parses_and_says_what_the_story_says(written):
    texts = {mail.key: mail for mail in story.mails()}
    for _, _, mail, data in sample.messages():
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        assert message["From"] and message["Message-ID"] and message["Date"]
        wanted = re.findall(r"\w+", texts[mail.key].text.split("\n")[0])[:4]
        if mail.more.get("broken") == "boundary":
            continue
        shown = ""
        for part in message.walk():
            if part.get_content_maintype() == "text" and not part.get_filename():
                shown += part.get_payload(decode=True).decode(part.get_content_charset() or "ascii")
        assert all(word in shown for word in wanted), mail.key


def test_topics_file_is_true():
    rows = [tuple(line.split("\t")) for line in (story.HERE / "topics.tsv").read_text(encoding="utf-8").splitlines()]
    assert rows == sample.topics(), "write topics.tsv anew: MESSAGE-ID, TAB, TOPIC of sample.topics()"
    topics = Counter(topic for _, topic in rows)
    assert len(topics) >= 14 and min(topics.values()) >= 6


def test_private_words_stand_in_private_mail_only():
    words = sample.private_words()
    assert len(words) >= 15
    private, public = "", ""
    for mail in story.mails():
        people = " ".join(f"{person.name} {person.address}" for person in (mail.sender, *mail.to, *mail.cc))
        said = f"{mail.subject}\n{people}\n{mail.text}\n".lower()
        if mail.more.get("private"):
            private += said
        else:
            public += said
    store = story.attachments()
    attached = {key: mail for mail in story.mails() for key in mail.more.get("attach", ())}
    for key, mail in attached.items():
        said = f"{store[key]['name']}\n{store[key]['name'].replace('_', '-')}\n{store[key].get('text', '')}\n".lower()
        if mail.more.get("private"):
            private += said
        else:
            public += said
    for word in words:
        assert word.lower() in private, word
        assert word.lower() not in public, word


def test_nothing_private_lies_in_the_colleagues_mailbox():
    assert not [mail.key for holder, _, mail, _ in sample.messages() if holder == "miriam" and mail.more.get("private")]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("hl-floor", "From: Stefan Aumüller <stefan.aumueller@brenner-falk.example>"),
        ("br-2", "-----Ursprüngliche Nachricht-----"),
        ("ob-abnahme-2", "Gesendet: Donnerstag, 11. April 2024 11:05"),
        ("ca-revA-2", "On Thu, 6 Jun 2024 at 16:30, Lars Behrendt"),
        ("ce-2", "Am 18.03.24 um 13:12 schrieb Ines Kröger:"),
        ("8d-lieferant-2", "Am 03.09.2024 um 10:37 schrieb Ines Kröger <"),
        ("ka-2", "Am Di., 28. Mai. 2024 um 10:30 Uhr schrieb Stefan Aumüller"),
        ("ca-anfrage-2", "Von: Fiona Doyle <fiona.doyle@carrick-pharma.example>"),
    ],
)
def test_quoting_of_the_clients(raw, key, said):
    message = email.message_from_bytes(raw[key])
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    shown = part.get_payload(decode=True).decode(part.get_content_charset())
    assert said in shown.replace(" \n", " ")


def test_faults_and_encodings(raw):
    assert "reißen".encode("latin-1") in raw["8d-meldung"].split(b"\n\n")[0]
    assert "Büromöbel".encode() in raw["br-10"].split(b"\n\n")[0]
    words = re.findall(rb"=\?UTF-8\?B\?([^?]+)\?=", raw["br-7"].split(b"\nDate:")[0])
    with pytest.raises(UnicodeDecodeError):
        for word in words:
            base64.b64decode(word).decode("utf-8")
    assert "480 € – ohne".encode("cp1252") in raw["br-5"]
    assert b"\nDate: Mo, 2 Dez 2024 13:35:00\n" in raw["ka-7"]
    last = re.search(rb'boundary="([^"]+)"', raw["br-6"])[1]
    assert b"--" + last in raw["br-6"] and b"--" + last + b"--" not in raw["br-6"]
    assert b"format=flowed" in raw["sw-1"] and b"mso-list:Ignore" in raw["br-1"].replace(b"=\n", b"")
    assert b"multipart/related" in raw["p31-3"] and b"multipart/report" in raw["mp-bounce"]
    assert b"Sensitivity: Private" in raw["pr-4"] and b"List-Post" in raw["ml-1"]
    assert any(b"filename*=utf-8''" in data for data in raw.values())


def test_a_lost_message_is_quoted_but_nowhere(raw):
    assert "ue-lost" not in raw
    assert b"keinen Bruch merkt" in email.message_from_bytes(raw["ue-2"]).get_payload()[0].get_payload(decode=True)


def test_versions_of_attachments_share_a_name():
    names = Counter(entry["name"] for entry in story.attachments().values())
    assert names["Q-2024-117 Blister feeder.pdf"] == 3
    assert sum(1 for count in names.values() if count > 1) >= 6


def test_attachments_are_what_their_names_say():
    starts = {"pdf": b"%PDF-1.4", "docx": b"PK", "xlsx": b"PK", "png": b"\x89PNG"}
    kinds = set()
    for entry in story.attachments().values():
        suffix = entry["name"].rpartition(".")[2]
        assert files.build(entry)[0].startswith(starts[suffix])
        kinds.add(suffix)
    assert kinds == set(starts)


def test_copies_in_folders_and_in_the_other_mailbox():
    places: dict[str, set[str]] = {}
    bytes_of: dict[str, set[bytes]] = {}
    for holder, folder, mail, data in sample.messages():
        places.setdefault(mail.key, set()).add(holder + "/" + folder)
        bytes_of.setdefault(mail.key, set()).add(data)
    assert sum(1 for where in places.values() if len(where) > 1) >= 60
    assert sum(1 for key, where in places.items() if len(where) > 1 and len(bytes_of[key]) == 1) >= 10
    assert len(places["hl-sat-3"]) == 3
