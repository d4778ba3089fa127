"""Sources that are folders: what mail programs leave on a disk. All mail is made up here."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail2wiki.errors import SourceError
from mail2wiki.extract import sources
from mail2wiki.extract.sources import maildir

FROM = b"From eva@werk.example Mon Mar  4 08:15:00 2024\n"


def mail(number: int) -> bytes:
    return f"From: Eva Muster <eva@werk.example>\nSubject: Pumpe {number}\n\nGuten Tag {number}\n".encode()


def box(*numbers: int) -> bytes:
    return b"".join(FROM + mail(number) + b"\n" for number in numbers)


def make(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def tree(root: Path, **options: bool) -> tuple[dict[str, list[bytes]], dict[str, str]]:
    """(folder -> messages, skipped path -> reason), below the SOURCE's name."""
    found = sources.find([root], root.parent / "scratch", **options)
    folders: dict[str, list[bytes]] = {}
    for mailbox in found.boxes:
        for span, raw in sources.read_batch(mailbox.kind, sources.spans(mailbox)):
            folders.setdefault(span.folder, []).append(raw)
    return folders, {skip.path: skip.reason for skip in found.skipped}


def test_maildir_folders_by_their_names(tmp_path: Path) -> None:
    root = make(
        tmp_path / "eva",
        {
            "cur/1:2,S": mail(1),
            "new/2": mail(2),
            "tmp/3": mail(3),
            "dovecot-uidlist": b"3 V1 N2\n",
            "subscriptions": b"Sent\n",
            ".Gel&APY-scht/cur/4:2,ST": mail(4),
            ".Projekte.Nord &- S&APw-d/new/5": mail(5),
            ".leer/cur/.keep": b"",
            ".Projekte/tmp/6": mail(6),
            "Archiv/2019/cur/7": mail(7),
            ".cache/8.eml": mail(8),
        },
    )
    folders, skipped = tree(root)
    assert folders == {
        "": [mail(1), mail(2)],
        "Gelöscht": [mail(4)],
        "Projekte/Nord & Süd": [mail(5)],
        "Archiv/2019": [mail(7)],
    }
    assert skipped == {}
    at = [(b.source, span.at) for b in sources.find([root], tmp_path / "s").boxes for span in sources.spans(b)]
    assert at[0] == ("eva", "cur/1:2,S") and ("eva/.Projekte.Nord &- S&APw-d", "new/5") in at


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Gel&APY-scht", "Gelöscht"),
        ("a&-b", "a&b"),
        ("&ZeVnLIqe-", "日本語"),
        ("kaputt &!!-", "kaputt &!!-"),
        ("&AA-", "&AA-"),
    ],
)
def test_modified_utf7(name: str, text: str) -> None:
    assert maildir.decode_utf7(name) == text


def test_names_of_an_imap_server_on_disk(tmp_path: Path) -> None:
    files = {"Pers&APY-nlich": box(1), "Kunden.sbd/&ANY-l": box(2), "R&ABC-Team": box(3), "R&DEF-": box(4)}
    assert tree(make(tmp_path / "ImapMail", files))[0].keys() == {"Persönlich", "Kunden/Öl", "R&ABC-Team", "R&DEF-"}


def test_a_maildir_whose_server_compresses_the_files(tmp_path: Path) -> None:
    import gzip

    root = make(
        tmp_path / "eva", {"cur/1:2,S": gzip.compress(mail(1)), "new/2": mail(2), "new/3": b"\x1f\x8bkein gzip"}
    )
    assert tree(root)[0] == {"": [mail(1), mail(2), b"\x1f\x8bkein gzip"]}


def test_apple_mail_folders(tmp_path: Path) -> None:
    def emlx(number: int) -> bytes:
        return b"%d\n" % len(mail(number)) + mail(number) + b'<?xml version="1.0"?><plist/>'

    account = "V10/0F1E2D3C-0000-4000-8000-0123456789AB"
    data = f"{account}/Projekte.mbox/Nord.mbox/11112222-0000-4000-8000-0123456789AB/Data"
    root = make(
        tmp_path / "Mail",
        {
            f"{account}/INBOX.mbox/0A0B0C0D-0000-4000-8000-0123456789AB/Data/Messages/1.emlx": emlx(1),
            f"{data}/4/Messages/4002.partial.emlx": emlx(2),
            f"{data}/4/Attachments/4002/2/plan.txt": b"kein Brief",
            f"{data}/Messages/3.emlx": emlx(3),
            "Alt.mbox/mbox": box(4, 5),
            "Alt.mbox/table_of_contents": b"\0\1",
            "Alt.mbox/Info.plist": b"<plist/>",
        },
    )
    folders, _ = tree(root)
    assert folders == {"INBOX": [mail(1)], "Projekte/Nord": [mail(2), mail(3)], "Alt": [mail(4), mail(5)]}
    assert tree(root / "Alt.mbox")[0] == {"": [mail(4), mail(5)]}


def test_an_emlx_with_a_wrong_length(tmp_path: Path) -> None:
    plist = b'<?xml version="1.0"?><plist/>'
    root = make(tmp_path / "post", {"1.emlx": b"99999\n" + mail(1) + plist, "2.emlx": b"99999\n" + mail(2)})
    assert tree(root)[0] == {"": [mail(1), mail(2)]}


def test_an_emlx_given_by_itself(tmp_path: Path) -> None:
    plist = b'<?xml version="1.0"?><plist/>'
    make(tmp_path, {"1.emlx": b"%d\n" % len(mail(1)) + mail(1) + plist})
    assert tree(tmp_path / "1.emlx")[0] == {"": [mail(1)]}


def test_empty_mailboxes_are_listed_as_empty(tmp_path: Path) -> None:
    files = {"Inbox": box(1), "Inbox.msf": b"x", "Trash": b"", "Trash.msf": b"x", "Leer.mbox": b""}
    empty = {"eva/Trash": sources.EMPTY, "eva/Leer.mbox": sources.EMPTY}
    assert tree(make(tmp_path / "eva", files)) == ({"Inbox": [mail(1)]}, empty)


def test_a_thunderbird_profile(tmp_path: Path) -> None:
    root = make(
        tmp_path / "x1y2.default",
        {
            "prefs.js": b"user_pref();",
            "SiteSecurityServiceState.txt": b"werk.example:HSTS\t0\n",
            "key4.db": b"SQLite",
            "storage/notiz": b"From: x@y.example\nSubject: nicht lesen\n\n",
            "times.json": b"{}",
            "Mail/Local Folders/Inbox": box(1),
            "Mail/Local Folders/Inbox.msf": b"// index",
            "Mail/Local Folders/Trash": b"",
            "Mail/Local Folders/Archiv.sbd/2019": box(2),
            "Mail/Local Folders/Archiv": b"",
            "Mail/Local Folders/filterlog.html": b"<p>",
            "Mail/Local Folders/Archiv.sbd/werk.de": box(3),
            "Mail/Local Folders/popstate.dat": b"# x",
            "ImapMail/imap.werk.example/INBOX": box(4),
            "ImapMail/imap.werk.example/INBOX.sbd/Dr. Meier": box(5),
        },
    )
    folders, skipped = tree(root)
    assert folders == {
        "Inbox": [mail(1)],
        "Archiv/2019": [mail(2)],
        "Archiv/werk.de": [mail(3)],
        "INBOX": [mail(4)],
        "INBOX/Dr. Meier": [mail(5)],
    }
    assert skipped["x1y2.default/storage"] == "not a mail folder of the profile"


def test_a_google_takeout(tmp_path: Path) -> None:
    root = make(
        tmp_path / "Takeout",
        {
            "Mail/Alle E-Mails.mbox": box(1),
            "Mail/Papierkorb.mbox": box(2),
            "Mail/User Settings/Filter.json": b"{}",
            "Drive/Notizen.txt": b"Milch",
            "archive_browser.html": b"<html>",
        },
    )
    folders, skipped = tree(root)
    assert folders == {"": [mail(1)]}
    assert skipped["Takeout/Mail/Papierkorb.mbox"] == "spam or trash of a Google Takeout"
    assert tree(root, include_trash=True)[0] == {"": [mail(1), mail(2)]}


@pytest.mark.parametrize(
    ("value", "labels", "folders", "left_out"),
    [
        ("Inbox,Unread,Category Updates", ("Inbox", "Unread", "Category Updates"), ("Inbox",), False),
        (
            "=?UTF-8?Q?Posteingang,Ge=C3=B6ffnet,?=\r\n =?UTF-8?Q?Projekte/S=C3=BCd?=",
            ("Posteingang", "Geöffnet", "Projekte/Süd"),
            ("Posteingang", "Projekte/Süd"),
            False,
        ),
        ("=?UTF-8?Q?S=C3?= =?UTF-8?Q?=BCd?=", ("Süd",), ("Süd",), False),
        ('"Meier, Söhne",Wichtig', ("Meier, Söhne", "Wichtig"), ("Meier, Söhne",), False),
        ("Spam,Ungelesen", ("Spam", "Ungelesen"), ("Spam",), True),
        ("Papierkorb,Projekte", ("Papierkorb", "Projekte"), ("Papierkorb", "Projekte"), False),
        ("Corbeille,Non lus", ("Corbeille", "Non lus"), ("Corbeille",), True),
        ("Papelera", ("Papelera",), ("Papelera",), True),
        ("", (), (), False),
        ("Opened", ("Opened",), (), False),
        ("=?x-nix?Q?a=FC?=,b", ("a\ufffd", "b"), ("a\ufffd", "b"), False),
    ],
)
def test_gmail_labels(value: str, labels: tuple[str, ...], folders: tuple[str, ...], left_out: bool) -> None:
    found = sources.gmail_labels(value)
    assert (found, sources.gmail_folders(found), sources.gmail_left_out(found)) == (labels, folders, left_out)


def test_a_folder_of_files_is_read_by_content(tmp_path: Path) -> None:
    root = make(
        tmp_path / "sicherung",
        {
            "1.eml": mail(1),
            "Briefe/2": mail(2),
            "Briefe/3.txt": mail(3),
            "Briefe/4.TXT": FROM + mail(4),
            "Briefe/5": b"Nur Text, der Kopf fehlt.\n",
            "Briefe/6.txt": b"",
            "Briefe/1700000000.7.werk:2,S": mail(7),
            "Briefe/Heft": box(8, 9),
            "Briefe/2024-03.txt": box(10, 11),
            "Briefe/bild.png": b"\x89PNG\r\n\x1a\n\0",
            "Briefe/rohdaten": b"a\0b",
            "Briefe/item.msg": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 OLE",
            ".DS_Store": b"\0",
            "Briefe/mbox.1": box(12),
        },
    )
    folders, skipped = tree(root)
    assert folders.pop("Briefe") == [
        mail(7),
        mail(2),
        mail(3),
        FROM + mail(4),
        b"Nur Text, der Kopf fehlt.\n",
        b"",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 OLE",
    ]
    assert folders == {
        "": [mail(1)],
        "Briefe/2024-03": [mail(10), mail(11)],
        "Briefe/Heft": [mail(8), mail(9)],
        "Briefe/mbox.1": [mail(12)],
    }
    assert skipped == {"sicherung/Briefe/bild.png": "no mail", "sicherung/Briefe/rohdaten": "no mail"}


def test_texts_alone_are_no_mailbox_and_foreign_names_only_a_second_choice(tmp_path: Path) -> None:
    notes = make(tmp_path / "notizen", {"a.txt": b"Milch", "b": b"Brot"})
    with pytest.raises(SourceError, match="no mailbox in notizen"):
        tree(notes)
    foreign = make(tmp_path / "alt", {"post.old": box(1), "brief.out": mail(2)})
    assert sorted(raw for raws in tree(foreign)[0].values() for raw in raws) == [mail(1), mail(2)]
    make(foreign, {"neu.eml": mail(3)})
    folders, skipped = tree(foreign)
    assert folders == {"": [mail(3)]}
    assert set(skipped) == {"alt/brief.out", "alt/post.old"}
    make(foreign, {"Inbox": box(4)})
    assert tree(foreign)[0] == {"": [mail(3)], "Inbox": [mail(4)], "post.old": [mail(1)]}


def test_an_empty_file_beside_mailboxes_is_an_empty_mailbox(tmp_path: Path) -> None:
    root = make(tmp_path / "Mail", {"inbox": box(1), "sent": b"", "LIESMICH": b"Sicherung von Eva"})
    assert tree(root) == ({"inbox": [mail(1)]}, {"Mail/sent": sources.EMPTY, "Mail/LIESMICH": "no mail"})


NAMES = st.sampled_from(
    ["a.eml", "b", "c.txt", "d.mbox", "e.out", "f.old", "g.zip", "h.msg", "i.1", "j.emlx", "k.bin", "l.gz"]
)
CONTENTS = st.one_of(
    st.sampled_from(
        [mail(1), FROM + mail(2), box(1, 2), b"", b"Text", b"\0", b"From x", b"9\n" + mail(1), b"PK\x03\x04"]
    ),
    st.binary(max_size=40),
)


@given(
    st.dictionaries(st.tuples(st.sampled_from(["", "x/", "x/y/", "z.sbd/"]), NAMES), CONTENTS, min_size=1, max_size=12)
)
@settings(max_examples=80, deadline=None)
def test_every_file_is_read_or_listed_as_skipped(tmp_path_factory, files: dict[tuple[str, str], bytes]) -> None:
    root = make(
        tmp_path_factory.mktemp("law") / "post", {folder + name: data for (folder, name), data in files.items()}
    )
    try:
        found = sources.find([root], root.parent / "scratch")
    except SourceError:
        return
    spans = [span for mailbox in found.boxes for span in sources.spans(mailbox)]
    read = {os.path.relpath(span.path, root.parent) for span in spans}
    skipped = {skip.path for skip in found.skipped}  # a file, or a folder for all its texts without a header
    for folder, name in files:
        path = f"post/{folder}{name}"
        assert path in read or path in skipped or os.path.dirname(path) in skipped


def test_links_devices_and_odd_names(tmp_path: Path) -> None:
    root = make(tmp_path / "post", {"a.eml": mail(1), "Ordner/b.eml": mail(2)})
    os.symlink(root, root / "Ordner" / "kreis")
    os.symlink("/etc/passwd", root / "passwd.eml")
    os.mkfifo(root / "leitung")
    old = os.fsencode(root) + b"/Gel\xf6scht"
    os.mkdir(old)
    with open(old + b"/\xfc.eml", "wb") as file:
        file.write(mail(3))
    folders, skipped = tree(root)
    assert folders == {"": [mail(1)], "Ordner": [mail(2)], "Gelöscht": [mail(3)]}
    assert skipped == {"post/Ordner/kreis": "a link", "post/passwd.eml": "a link", "post/leitung": "no regular file"}
    for mailbox in sources.find([root], tmp_path / "s").boxes:
        for span in sources.spans(mailbox):
            assert (mailbox.source + span.at + span.folder).encode("utf-8")


def test_the_order_in_which_files_were_made_does_not_matter(tmp_path: Path) -> None:
    files = {f"O{n % 5}/{n}.eml": mail(n) for n in range(40)} | {f"O{n}/Heft": box(n, n + 50) for n in range(5)}
    names = sorted(files)
    results = []
    for seed in range(3):
        random.Random(seed).shuffle(names)
        root = make(tmp_path / str(seed) / "post", {name: files[name] for name in names})
        found = sources.find([root], tmp_path / "scratch")
        results.append(
            [
                (b.source, b.folder, s.at, raw)
                for b in found.boxes
                for s, raw in sources.read_batch(b.kind, sources.spans(b))
            ]
        )
    assert results[0] == results[1] == results[2] and len(results[0]) == 50
