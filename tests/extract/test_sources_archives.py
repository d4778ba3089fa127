"""Packed sources: every form, nested, damaged, hostile. All mail is made up here."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from mail2wiki.errors import SourceError
from mail2wiki.extract import sources
from mail2wiki.extract.sources import archive, formats

FROM = b"From eva@werk.example Mon Mar  4 08:15:00 2024\n"


def mail(number: int) -> bytes:
    return f"From: Eva Muster <eva@werk.example>\nSubject: Pumpe {number}\n\nGuten Tag {number}\n".encode()


def box(*numbers: int) -> bytes:
    return b"".join(FROM + mail(number) + b"\n" for number in numbers)


def tar(members: dict[str, bytes | tarfile.TarInfo], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as file:  # type: ignore[call-overload]
        for name, data in members.items():
            info = data if isinstance(data, tarfile.TarInfo) else tarfile.TarInfo(name)
            if not isinstance(data, tarfile.TarInfo):
                info.size = len(data)
            file.addfile(info, io.BytesIO(b"" if isinstance(data, tarfile.TarInfo) else data))
    return out.getvalue()


def zip_of(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def read(path: Path, scratch: Path) -> tuple[dict[tuple[str, str, str], bytes], dict[str, str]]:
    """((source, folder, at) -> message, skipped path -> reason)"""
    found = sources.find([path], scratch)
    pairs = {
        (b.source, s.folder, s.at): raw for b in found.boxes for s, raw in sources.read_batch(b.kind, sources.spans(b))
    }
    return pairs, {skip.path: skip.reason for skip in found.skipped}


PACKERS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: zstandard.ZstdCompressor().compress(data),
}


@pytest.mark.parametrize("form", sorted(PACKERS))
@pytest.mark.parametrize("suffix", ["given", "none"])
def test_a_packed_mbox_is_read_like_the_mbox(form: str, suffix: str, tmp_path: Path) -> None:
    name = f"eva.mbox.{form}" if suffix == "given" else "eva"
    (tmp_path / name).write_bytes(PACKERS[form](box(1)) + PACKERS[form](box(2)))  # two frames, as `cat` makes them
    pairs, skipped = read(tmp_path / name, tmp_path / "scratch")
    assert [source for source, _, _ in pairs] == [name, name]
    assert list(pairs.values()) == [mail(1), mail(2)] and skipped == {}
    assert sources.find([tmp_path / name], tmp_path / "scratch").boxes[0].holder == "eva"


@pytest.mark.parametrize("form", [*sorted(PACKERS), "", "zip"])
def test_a_packed_tree_keeps_its_folders(form: str, tmp_path: Path) -> None:
    members = {"eva/cur/1:2,S": mail(1), "eva/.Gel&APY-scht/cur/2": mail(2), "eva/Archiv/2019": box(3)}
    data = zip_of(members) if form == "zip" else PACKERS.get(form, bytes)(tar(members))
    (tmp_path / "eva.backup").write_bytes(data)
    pairs, _ = read(tmp_path / "eva.backup", tmp_path / "scratch")
    assert {(source, folder): raw for (source, folder, _), raw in pairs.items()} == {
        ("eva.backup/eva", ""): mail(1),
        ("eva.backup/eva/.Gel&APY-scht", "Gelöscht"): mail(2),
        ("eva.backup/eva/Archiv/2019", "Archiv/2019"): mail(3),
    }


def test_a_tree_with_packed_mailboxes_in_it(tmp_path: Path) -> None:
    (tmp_path / "post").mkdir()
    (tmp_path / "post" / "2019.mbox.gz").write_bytes(gzip.compress(box(1)))
    (tmp_path / "post" / "2020.zip").write_bytes(zip_of({"Inbox": box(2), "plan.txt": b"kein Brief", "3.eml": mail(3)}))
    (tmp_path / "post" / "bericht.docx").write_bytes(zip_of({"brief.eml": mail(9)}))
    (tmp_path / "post" / "4.eml").write_bytes(mail(4))
    (tmp_path / "post" / "kaputt.gz").write_bytes(gzip.compress(box(5))[:-20])
    pairs, skipped = read(tmp_path / "post", tmp_path / "scratch")
    assert {(source, folder): raw for (source, folder, _), raw in pairs.items()} == {
        ("post", ""): mail(4),
        ("post/2019.mbox.gz", "2019"): mail(1),
        ("post/2020.zip", ""): mail(3),
        ("post/2020.zip/Inbox", "Inbox"): mail(2),
    }
    assert skipped["post/kaputt.gz"] == "it is damaged or cut short"
    assert skipped["post/bericht.docx"] == skipped["post/2020.zip/plan.txt"] == "no mail"


def test_nesting_has_an_end(tmp_path: Path) -> None:
    data = box(1)
    for level in range(1, 5):
        data = gzip.compress(data)
        (tmp_path / "eva.mbox").write_bytes(data)
        if level <= archive.DEEPEST:
            assert list(read(tmp_path / "eva.mbox", tmp_path / "scratch")[0].values()) == [mail(1)]
        else:
            with pytest.raises(SourceError, match="nested more than 3 deep"):
                sources.find([tmp_path / "eva.mbox"], tmp_path / "scratch")


def test_unpacked_once_and_found_again(tmp_path: Path) -> None:
    (tmp_path / "eva.tar").write_bytes(tar({"a.eml": mail(1), "b.eml": mail(2)}))
    scratch = tmp_path / "scratch"
    first = sources.find([tmp_path / "eva.tar"], scratch)
    (file,) = scratch.glob("*/tree/a.eml")
    inode = file.stat().st_ino
    assert sources.find([tmp_path / "eva.tar"], scratch) == first
    assert file.stat().st_ino == inode
    file.write_bytes(b"verkuerzt")
    assert sources.find([tmp_path / "eva.tar"], scratch) == first
    assert file.read_bytes() == mail(1)
    elsewhere = sources.find([tmp_path / "eva.tar"], tmp_path / "other")
    assert [b.marker for b in elsewhere.boxes] == [b.marker for b in first.boxes]
    (tmp_path / "eva.tar").write_bytes(tar({"a.eml": mail(3), "b.eml": mail(2)}))
    second = sources.find([tmp_path / "eva.tar"], scratch)
    assert second.boxes[0].marker != first.boxes[0].marker
    assert len(list(scratch.glob("*.json"))) == 1 and not file.exists()


def _link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_hostile_members_stay_in_their_place(tmp_path: Path) -> None:
    root = tmp_path / "in" / "scratch"
    members: dict[str, bytes | tarfile.TarInfo] = {
        "../../../raus.eml": mail(1),
        "/etc/absolut.eml": mail(2),
        "gut/../../auch.eml": mail(3),
        "x" * 300 + ".eml": mail(4),
        "a": _link("zeiger.eml", "/etc/passwd", tarfile.SYMTYPE),
        "b": _link("hart.eml", "../../../../etc/passwd", tarfile.LNKTYPE),
        "c": _link("kopie.eml", "/etc/absolut.eml", tarfile.LNKTYPE),
        "d": _link("geraet", "", tarfile.CHRTYPE),
        "e": _link("leitung", "", tarfile.FIFOTYPE),
        "datei": b"From: a@b.example\nSubject: x\n\n",
        "datei/drunter.eml": mail(5),
    }
    (tmp_path / "boese.tar").write_bytes(tar(members))
    before = sorted(tmp_path.rglob("*.eml"))
    pairs, skipped = read(tmp_path / "boese.tar", root)
    raws = sorted(pairs.values())
    assert raws == sorted([mail(1), mail(2), mail(2), mail(3), mail(4), mail(5), b"From: a@b.example\nSubject: x\n\n"])
    assert [path for path in tmp_path.rglob("*.eml") if root not in path.parents] == before
    assert not [path for path in root.rglob("*") if path.is_symlink()]
    assert skipped == {
        "boese.tar/zeiger.eml": "a link",
        "boese.tar/hart.eml": "a link",
        "boese.tar/geraet": "a device",
        "boese.tar/leitung": "a device",
    }


def test_hostile_zip_names(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("zeiger.eml")
    link.external_attr = 0o120777 << 16
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr(link, "/etc/passwd")
        file.writestr("..\\..\\fenster.eml", mail(1))
        file.writestr("C:/../../oben.eml", mail(2))
        file.writestr("oben.eml", mail(3))
        file.writestr("Grüße/ä.eml", mail(4))
    (tmp_path / "boese.zip").write_bytes(data.getvalue())
    pairs, skipped = read(tmp_path / "boese.zip", tmp_path / "in" / "scratch")
    assert sorted(pairs.values()) == [mail(1), mail(2), mail(3), mail(4)]
    assert ("boese.zip/Grüße", "Grüße", "ä.eml") in pairs
    assert skipped == {"boese.zip/zeiger.eml": "a link"}
    assert not list((tmp_path / "in").glob("*.eml"))


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bombe.mbox.xz").write_bytes(lzma.compress(box(1) + b"\n" * 20_000_000))
    monkeypatch.setattr(archive, "FREE_OF_RATIO", 1 << 20)
    with pytest.raises(SourceError, match="200 times its size"):
        sources.find([tmp_path / "bombe.mbox.xz"], tmp_path / "scratch")
    assert not any(path.is_file() for path in (tmp_path / "scratch").rglob("*"))
    monkeypatch.setattr(archive, "FREE_OF_RATIO", 1 << 40)
    with pytest.raises(formats.Packed, match="fill the disk"):
        archive.Unpacker(tmp_path / "scratch", budget=1 << 20).unpack(tmp_path / "bombe.mbox.xz")
    (tmp_path / "viele.tar").write_bytes(tar({f"{n}.eml": mail(n) for n in range(20)}))
    monkeypatch.setattr(formats, "MEMBERS", 10)
    with pytest.raises(SourceError, match="more than 10 members"):
        sources.find([tmp_path / "viele.tar"], tmp_path / "scratch")


def test_a_tar_header_that_wants_all_memory(tmp_path: Path) -> None:
    info = tarfile.TarInfo("name")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    (tmp_path / "boese.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + b"x" * 2048)
    with pytest.raises(SourceError, match="damaged"):
        sources.find([tmp_path / "boese.tar"], tmp_path / "scratch")


@pytest.mark.parametrize("form", [*sorted(PACKERS), "zip", "tar"])
def test_cut_short(form: str, tmp_path: Path) -> None:
    content = os.urandom(3000).hex().encode()
    full = {"zip": lambda data: zip_of({"eva.mbox": data}), "tar": lambda data: tar({"eva.mbox": data})} | PACKERS
    data = full[form](box(1) + content)
    (tmp_path / "eva.mbox.x").write_bytes(data[: 4000 if form == "tar" else len(data) * 2 // 3])
    with pytest.raises(SourceError, match=r"eva.mbox.x is damaged or cut short"):
        sources.find([tmp_path / "eva.mbox.x"], tmp_path / "scratch")


def test_a_locked_zip_says_so(tmp_path: Path) -> None:
    data = bytearray(zip_of({"eva.mbox": box(1)}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + offset] |= 1
    (tmp_path / "eva.zip").write_bytes(bytes(data))
    with pytest.raises(SourceError, match="locked with a password"):
        sources.find([tmp_path / "eva.zip"], tmp_path / "scratch")


@given(st.sampled_from([*PACKERS, "zip", "tar"]), st.integers(0, 10**6), st.integers(0, 255))
@settings(max_examples=100, deadline=None)
def test_a_broken_byte_is_an_error_or_nothing(tmp_path_factory, form: str, at: int, value: int) -> None:
    full = {"zip": lambda data: zip_of({"eva.mbox": data}), "tar": lambda data: tar({"eva.mbox": data})} | PACKERS
    data = bytearray(full[form](box(1, 2)))
    data[at % len(data)] = value
    root = tmp_path_factory.mktemp("law")
    (root / "eva.mbox").write_bytes(bytes(data))
    try:
        found = sources.find([root / "eva.mbox"], root / "scratch")
    except SourceError:
        return
    assert sum(1 for mailbox in found.boxes for _ in sources.spans(mailbox)) >= 1
