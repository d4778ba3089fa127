"""Sources: what every kind must do, and mbox files in all their shapes. All mail is made up here."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlook import compound, outlook

from mail2wiki.errors import SourceError, UsageError
from mail2wiki.extract import sources
from mail2wiki.extract.sources import mbox
from mail2wiki.records import Mailbox, Span

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
FROM = b"From eva@werk.example Mon Mar  4 08:15:00 2024\n"


def mail(number: int, body: str = "Guten Tag,\n\nder Termin steht.\n") -> bytes:
    head = f"From: Eva Muster <eva@werk.example>\nSubject: Pumpe {number}\nMessage-ID: <{number}@werk.example>\n\n"
    return (head + body).encode()


def make_mbox(mails: list[bytes]) -> bytes:
    return b"".join(FROM + raw + b"\n" for raw in mails)


def read(paths: Path | list[Path], scratch: Path, **options: bool) -> dict[tuple[str, str], bytes]:
    """(source, at) -> message, of all mailboxes; every kind promises that these pairs are unique."""
    found = sources.find(paths if isinstance(paths, list) else [paths], scratch / "scratch", **options)
    pairs = [((box.source, span.at), raw) for box in found.boxes for span, raw in _read(box)]
    assert len({pair for pair, _ in pairs}) == len(pairs)
    return dict(pairs)


def _read(box: Mailbox) -> list[tuple[Span, bytes]]:
    return list(sources.read_batch(box.kind, sources.spans(box)))


# --- one contract for all kinds ---------------------------------------------------------------------------------------


def _example(kind: str, root: Path) -> Path:
    """A SOURCE with two messages of this kind."""
    two = [mail(1), mail(2)]
    place = root / "post"
    if kind == "mbox":
        place.write_bytes(make_mbox(two))
    elif kind == "mac":
        place.write_bytes(make_mbox(two).replace(b"\n", b"\r"))
    elif kind == "maildir":
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True)
        (place / "cur" / "1700000000.1.werk:2,S").write_bytes(two[0])
        (place / "new" / "1700000001.2.werk").write_bytes(two[1])
    elif kind == "emlx":
        place.mkdir()
        for number, raw in enumerate(two):
            plist = b'<?xml version="1.0"?><plist version="1.0"></plist>\n'
            (place / f"{number}.emlx").write_bytes(b"%d      \n" % len(raw) + raw + plist)
    elif kind == "eml":
        place.mkdir()
        (place / "a.eml").write_bytes(two[0])
        (place / "b").write_bytes(two[1])
    elif kind == "msg":
        place.mkdir()
        (place / "a.msg").write_bytes(outlook({0x0037: "Pumpe 1"}))
        (place / "b").write_bytes(outlook({0x0037: "Pumpe 2"}))
    elif kind == "loose":
        place.mkdir()
        (place / "a.eml").write_bytes(two[0])
        (place / "b.txt").write_bytes(b"Nur noch der Text.\n")
    else:
        pytest.fail(f"the contract test needs an example of the new kind {kind!r}")
    return place


@pytest.mark.parametrize("kind", sorted(sources.kinds()))
def test_every_kind_keeps_the_contract(kind: str, tmp_path: Path) -> None:
    place = _example(kind, tmp_path)
    found = sources.find([place], tmp_path / "scratch")
    assert [box.kind for box in found.boxes] == [kind]
    assert found.skipped == ()
    box = found.boxes[0]
    assert (box.source, box.holder, box.folder) == ("post", "post", "")
    pairs = _read(box)
    first = {"msg": outlook({0x0037: "Pumpe 1"}), "mac": mail(1).replace(b"\n", b"\r")}.get(kind, mail(1))
    assert len(pairs) == 2 and pairs[0][1] == first
    assert [span for span, _ in pairs] == list(sources.spans(box))
    assert [sources.read_raw(span, kind) for span, _ in pairs] == [raw for _, raw in pairs]
    assert sources.is_unchanged(box)
    assert sources.find([place], tmp_path / "scratch") == found

    victim = Path(pairs[-1][0].path)
    victim.write_bytes(victim.read_bytes() + b"Noch eine Zeile.\n")
    assert not sources.is_unchanged(box)
    assert sources.find([place], tmp_path / "scratch").boxes[0].marker != box.marker
    victim.unlink()
    assert not sources.is_unchanged(box)
    with pytest.raises(SourceError, match="changed while it was read"):
        list(sources.read_batch(kind, [span for span, _ in pairs]))


# --- .msg -------------------------------------------------------------------------------------------------------------


def test_msg_files_are_recognised_by_content(tmp_path: Path) -> None:
    root = tmp_path / "post"
    root.mkdir()
    (root / "Angebot.msg").write_bytes(outlook())
    (root / "ohne-endung").write_bytes(outlook({0x0037: "ohne"}))
    (root / "brief").write_bytes(compound({"WordDocument": b"x" * 5_000}))
    (root / "klartext.msg").write_bytes(mail(1))
    (root / "neu.eml").write_bytes(mail(2))
    found = sources.find([root], tmp_path / "scratch")
    assert [(box.source, box.kind) for box in found.boxes] == [("post", "eml"), ("post (msg)", "msg")]
    assert [skip.path for skip in found.skipped] == ["post/brief"]
    assert {span.at for span, _ in _read(found.boxes[1])} == {"Angebot.msg", "ohne-endung"}
    assert [raw for _, raw in _read(found.boxes[0])] == [mail(1), mail(2)]


def test_texts_beside_msg_files_are_messages_that_lost_their_header(tmp_path: Path) -> None:
    root = tmp_path / "post"
    root.mkdir()
    (root / "Angebot.msg").write_bytes(outlook())
    (root / "notiz.txt").write_bytes(b"Nur noch der Text.\n")
    (root / "alt.mbox").write_bytes(make_mbox([mail(1)]))
    found = sources.find([root], tmp_path / "scratch")
    assert sorted(box.kind for box in found.boxes) == ["loose", "mbox", "msg"] and not found.skipped


def test_a_msg_file_given_by_itself(tmp_path: Path) -> None:
    (tmp_path / "Anna Angebot.bin").write_bytes(outlook())
    assert list(read(tmp_path / "Anna Angebot.bin", tmp_path)) == [("Anna Angebot.bin", "Anna Angebot.bin")]
    (tmp_path / "brief.doc").write_bytes(compound({"WordDocument": b"x" * 5_000}))
    with pytest.raises(SourceError, match=r"no mailbox in brief\.doc"):
        sources.find([tmp_path / "brief.doc"], tmp_path / "scratch")


# --- mbox -------------------------------------------------------------------------------------------------------------


def test_mbox_gives_the_messages_as_they_were_delivered(tmp_path: Path) -> None:
    quoted = mail(3, ">From: kein Absender\n>From hier an\n>>From dort an\n> From nichts\n")
    (tmp_path / "eva.mbox").write_bytes(make_mbox([mail(1), mail(2, "Ende.\n\n\n"), quoted]))
    delivered = list(read(tmp_path / "eva.mbox", tmp_path).values())
    unquoted = quoted.replace(b">From hier", b"From hier").replace(b">>From dort", b">From dort")
    assert delivered == [mail(1), mail(2, "Ende.\n\n\n"), unquoted]


def test_at_is_the_byte_range_behind_the_from_line(tmp_path: Path) -> None:
    path = tmp_path / "eva.mbox"
    path.write_bytes(make_mbox([mail(1), mail(2)]))
    data, pairs = path.read_bytes(), read(path, tmp_path)
    for (_, at), raw in pairs.items():
        start, _, length = at.partition("+")
        assert data[int(start) : int(start) + int(length)] == raw + b"\n"


@pytest.mark.parametrize(
    ("shape", "change"),
    [
        ("BOM", lambda data: b"\xef\xbb\xbf" + data),
        ("blank lines first", lambda data: b"\n\r\n" + data),
        ("CRLF", lambda data: data.replace(b"\n", b"\r\n")),
        ("no final newline", lambda data: data.rstrip(b"\n")),
        ("no blank line before From", lambda data: data.replace(b"\n\nFrom eva", b"\nFrom eva")),
    ],
)
def test_mbox_in_other_shapes(shape: str, change, tmp_path: Path) -> None:
    mails = [mail(n) for n in range(1, 4)]
    (tmp_path / "ohne-endung").write_bytes(change(make_mbox(mails)))
    found = list(read(tmp_path / "ohne-endung", tmp_path).values())
    expected = [raw.replace(b"\n", b"\r\n") if shape == "CRLF" else raw for raw in mails]
    if shape == "no final newline":
        expected[-1] = expected[-1].rstrip(b"\n")
    assert found == expected


def test_an_mbox_with_the_line_ends_of_an_old_mac(tmp_path: Path) -> None:
    mails = [mail(1), mail(2, "Ende.\n\n\n"), mail(3, ">From hier an\n>>From dort an\nFrom now on: 10:15 in 2024\n")]
    (tmp_path / "In").write_bytes(make_mbox(mails).replace(b"\n", b"\r"))
    found = list(read(tmp_path / "In", tmp_path).values())
    mails[2] = mails[2].replace(b">From hier", b"From hier").replace(b">>From dort", b">From dort")
    assert found == [raw.replace(b"\n", b"\r") for raw in mails]
    (tmp_path / "notiz").write_bytes(b"From Eva, 10:15 im Jahr 2024\rkein Feld\r")
    with pytest.raises(SourceError, match="no mailbox in notiz"):
        sources.find([tmp_path / "notiz"], tmp_path / "scratch")


@pytest.mark.parametrize(
    "line",
    [
        "From now on: 10:15 in room 2024",  # no header line follows
        "From Eva, Mon Mar 4",
        "From eva@werk.example Mon Mar  4 08:15:00 2024",
    ],
)
def test_an_unescaped_from_line_in_a_text_is_no_new_message(line: str, tmp_path: Path) -> None:
    mails = [mail(1, f"Hallo,\n\n{line}\nnichts weiter\n"), mail(2)]
    (tmp_path / "eva.mbox").write_bytes(make_mbox(mails))
    assert list(read(tmp_path / "eva.mbox", tmp_path).values()) == mails


def counted(body: bytes, length: int | None = None) -> bytes:
    return b"Content-Length: %d\nSubject: Sicherung\n\n%s" % (len(body) if length is None else length, body)


def test_a_first_message_without_a_header_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "post.mbox").write_bytes(FROM + b"\n" + make_mbox([mail(1), mail(2)]))
    assert list(read(tmp_path / "post.mbox", tmp_path).values()) == [b"\n", mail(1), mail(2)]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_content_length_protects_an_mbox_pasted_into_a_message(newline: bytes, tmp_path: Path) -> None:
    pasted = make_mbox([mail(8), mail(9)]).replace(b"\n", newline)
    mails = [counted(b"Hallo" + newline), counted(pasted), counted(b"")]
    text = b"".join((FROM + raw + b"\n").replace(b"\r\n", b"\n").replace(b"\n", newline) for raw in mails)
    (tmp_path / "eva.mbox").write_bytes(text)
    assert len(read(tmp_path / "eva.mbox", tmp_path)) == 3


@pytest.mark.parametrize("before", [0, 1, 30])
def test_a_wrong_content_length_hides_nothing(before: int, tmp_path: Path) -> None:
    """190 leads into the message after the next one, 10**14 beyond the end."""
    right, wrong = counted(b"Hallo\n"), [counted(b"Hallo\n", length) for length in (0, 3, 10**14, 190)]
    mails = [right] * before + [*wrong, right, b"Subject: ohne\n\nHallo\n", right]
    (tmp_path / "eva.mbox").write_bytes(make_mbox(mails))
    assert [raw for _, raw in sorted(read(tmp_path / "eva.mbox", tmp_path).items(), key=_offset)] == mails


def test_a_sender_cannot_hide_the_messages_behind_his_own(tmp_path: Path) -> None:
    hidden = make_mbox([mail(n) for n in range(5)])
    hostile = counted(b"Hallo\n", len(b"Hallo\n") + 1 + len(hidden))
    (tmp_path / "eva.mbox").write_bytes(make_mbox([hostile]) + hidden + make_mbox([mail(6)]))
    assert len(read(tmp_path / "eva.mbox", tmp_path)) == 7


def _offset(pair: tuple[tuple[str, str], bytes]) -> int:
    return int(pair[0][1].partition("+")[0])


def test_messages_across_the_pieces_a_file_is_read_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mails = [mail(n, "x" * (n % 97) + "\nFrom hier\n") for n in range(400)]
    (tmp_path / "eva.mbox").write_bytes(make_mbox(mails))
    whole = read(tmp_path / "eva.mbox", tmp_path)
    monkeypatch.setattr(mbox, "PIECE", 1500)
    monkeypatch.setattr(mbox, "REACH", 500)
    assert read(tmp_path / "eva.mbox", tmp_path) == whole
    assert len(whole) == 400


LINES = st.sampled_from(
    [
        b"From -10:00 1999",
        b"From 10:00 1999",
        b"From  x 10:00 1999",
        b"From \t10:00 1999 10:002001",
        b"From x" + b"1" * 395 + b":00 1999",
        b"From eva@werk.example Mon Mar  4 08:15:00 2024",
        b"From a 10:00 1999",
        b"From a",
        b">From x",
        b"",
        b"Subject: x",
        b"x",
    ]
)


def _eval_mail():
    path = SHARED / "eval" / "mail.py"
    if not path.exists():
        pytest.skip("the shared checks are not here")
    spec = importlib.util.spec_from_file_location("eval_mail", path)
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return module


@given(st.lists(LINES, max_size=40), st.integers(20, 300))
@settings(max_examples=300, deadline=None)
def test_splitting_is_that_of_the_shared_check(tmp_path_factory, lines: list[bytes], piece: int) -> None:
    data = FROM + b"Subject: 1\n\n" + b"\n".join(lines)
    path = tmp_path_factory.mktemp("law") / "eva.mbox"
    path.write_bytes(data)
    before = mbox.PIECE, mbox.REACH
    mbox.PIECE, mbox.REACH = piece + 200, 200
    try:
        ours = [(span.start, span.start + span.length) for span in sources.spans(Mailbox("", "mbox", str(path), ""))]
    finally:
        mbox.PIECE, mbox.REACH = before
    assert ours == list(_eval_mail().split_mbox(data))


@given(st.lists(st.binary(max_size=60), max_size=6))
@settings(max_examples=200, deadline=None)
def test_the_spans_of_an_mbox_do_not_overlap_and_reach_the_end(tmp_path_factory, bodies: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("law") / "eva.mbox"
    path.write_bytes(make_mbox([mail(n) + body for n, body in enumerate(bodies)]) + FROM + mail(99))
    spans = list(sources.spans(Mailbox("", "mbox", str(path), "")))
    ends = [span.start + span.length for span in spans]
    assert all(end <= after.start for end, after in zip(ends, spans[1:], strict=False))
    assert ends[-1] == path.stat().st_size
    assert len(spans) >= len(bodies) + 1


# --- single messages, bad input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        mail(1),
        b"\xef\xbb\xbf" + mail(1),
        b"\n\r\n" + mail(1),
        FROM + mail(1),
        mail(1).replace(b"\n", b"\r\n"),
        mail(1).replace(b"\n", b"\r"),
        b"Subject :mit Leerzeichen\n\nText",
    ],
)
def test_an_eml_is_its_bytes(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "eins.eml").write_bytes(raw)
    assert read(tmp_path / "eins.eml", tmp_path) == {("eins.eml", "eins.eml"): raw}


def test_a_message_without_suffix_is_known_by_its_header(tmp_path: Path) -> None:
    (tmp_path / "eins").write_bytes(mail(1))
    (box,) = sources.find([tmp_path / "eins"], tmp_path / "scratch").boxes
    assert box.kind == "eml"


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("leer.mbox", b"", "is empty"),
        ("blank.eml", b"\n\n \n", "no mailbox in blank.eml"),
        ("liste.txt", b"Milch\nBrot\nDate: morgen\n", "no mailbox in liste.txt"),
        ("bild.eml", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no mailbox in bild.eml"),
        ("tabelle.csv", b"a;b\n1;2\n", "no mailbox in tabelle.csv"),
    ],
)
def test_what_is_no_mailbox_is_said_in_one_line(name: str, content: bytes, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=text) as error:
        sources.find([tmp_path / name], tmp_path / "scratch")
    assert "\n" not in str(error.value)


def test_missing_and_empty_sources(tmp_path: Path) -> None:
    (tmp_path / "leer").mkdir()
    (tmp_path / "maildir" / "cur").mkdir(parents=True)
    with pytest.raises(UsageError, match="no such file or folder"):
        sources.find([tmp_path / "fehlt.mbox"], tmp_path / "scratch")
    with pytest.raises(UsageError, match="no SOURCE"):
        sources.find([], tmp_path / "scratch")
    for name in ("leer", "maildir"):
        with pytest.raises(SourceError, match=f"no mailbox in {name}"):
            sources.find([tmp_path / name], tmp_path / "scratch")
    with pytest.raises(SourceError, match="neither a file nor a folder"):
        sources.find([Path("/dev/null")], tmp_path / "scratch")


def test_a_shortened_mbox_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "eva.mbox"
    path.write_bytes(make_mbox([mail(1), mail(2)]))
    (box,) = sources.find([path], tmp_path / "scratch").boxes
    spans = list(sources.spans(box))
    path.write_bytes(make_mbox([mail(77, "länger als vorher\n"), mail(2)]))
    with pytest.raises(SourceError, match="changed while it was read"):
        list(sources.read_batch("mbox", spans))


def test_sources_have_names_of_their_own_in_any_order(tmp_path: Path) -> None:
    for person in ("eva", "uwe"):
        (tmp_path / person).mkdir()
        (tmp_path / person / "Inbox.mbox").write_bytes(make_mbox([mail(1)]))
    (tmp_path / "eva" / "Sent.mbox").write_bytes(make_mbox([mail(2)]))
    paths = [tmp_path / "uwe" / "Inbox.mbox", tmp_path / "eva" / "Sent.mbox", tmp_path / "eva" / "Inbox.mbox"]
    found = sources.find(paths, tmp_path / "scratch")
    assert [(box.source, box.holder) for box in found.boxes] == [
        ("Sent.mbox", "Sent"),
        ("eva/Inbox.mbox", "eva/Inbox"),
        ("uwe/Inbox.mbox", "uwe/Inbox"),
    ]
    assert sources.find([*paths[::-1], paths[0]], tmp_path / "scratch") == found
    whole = sources.find([tmp_path / "eva", paths[1]], tmp_path / "scratch")
    assert len(whole.boxes) == 2 and whole.skipped[0].path == "Sent.mbox"


# --- real corpora -----------------------------------------------------------------------------------------------------


def test_counts_of_the_list_archives(tmp_path: Path) -> None:
    table = SHARED / "corpora" / "lists" / "COUNTS.tsv"
    if not table.exists():
        pytest.skip("the shared corpora are not here")
    for line in table.read_text().splitlines():
        name, count = line.split("\t")
        (box,) = sources.find([table.parent / f"{name}.xz"], tmp_path).boxes
        assert box.source == f"{name}.xz"
        assert sum(1 for _ in sources.spans(box)) == int(count)


@pytest.mark.parametrize(
    "name", ["enron/motley-m.mbox.xz", "german/authorities.mbox.xz", "lists/twisted-python.mbox.xz"]
)
def test_every_id_is_one_the_account_check_accepts(name: str, tmp_path: Path) -> None:
    path = SHARED / "corpora" / name
    if not path.exists():
        pytest.skip("the shared corpora are not here")
    check = _eval_mail()
    (box,) = sources.find([path], tmp_path).boxes
    ours = {at: hashlib.sha256(raw).hexdigest() for (at, *_), raw in sources.read_batch(box.kind, sources.spans(box))}
    theirs = {at: check.variants(raw) for at, raw in check.messages(path)}
    assert ours.keys() == theirs.keys()
    assert all(ours[at] in theirs[at] for at in ours)
