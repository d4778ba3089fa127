"""Opaque S/MIME: CMS objects made by hand and, where the command is there, by openssl."""

import shutil
import subprocess
from pathlib import Path

import pytest
from builder import entity, message, multipart
from hypothesis import given
from hypothesis import strategies as st
from outlook import file, outlook

from mail2wiki.extract import armour, cms, extract

SIGNED_DATA, ENVELOPED, DATA = "2a864886f70d010702", "2a864886f70d010703", "2a864886f70d010701"
TEXT = entity("text/plain; charset=utf-8", "Der Prüfstand läuft.\n".encode())
OPENSSL = shutil.which("openssl")


def der(tag: int, *values: bytes) -> bytes:
    data = b"".join(values)
    if len(data) < 128:
        return bytes((tag, len(data))) + data
    size = len(data).to_bytes(4, "big")
    return bytes((tag, 0x84)) + size + data


def ber(tag: int, *values: bytes) -> bytes:
    """The same with an indefinite length."""
    return bytes((tag, 0x80)) + b"".join(values) + b"\0\0"


def oid(number: str) -> bytes:
    return der(0x06, bytes.fromhex(number))


def signed(content: bytes | None, make=der) -> bytes:
    octets = der(0x04, content or b"")
    if make is ber:
        half = len(content or b"") // 2
        octets = ber(0x24, der(0x04, (content or b"")[:half]), ber(0x24, der(0x04, (content or b"")[half:])))
    inside = make(0x30, oid(DATA), *([make(0xA0, octets)] if content is not None else []))
    algorithms = make(0x31, make(0x30, oid("608648016503040201"), der(0x05)))
    return make(0x30, oid(SIGNED_DATA), make(0xA0, make(0x30, der(0x02, b"\1"), algorithms, inside, der(0x31))))


def enveloped() -> bytes:
    return der(0x30, oid(ENVELOPED), der(0xA0, der(0x30, der(0x02, b"\2"), der(0x31))))


def mail(data: bytes, kind: str = "application/pkcs7-mime", name: str = "smime.p7m", **more: str) -> bytes:
    parameters = "".join(f"; {key.replace('_', '-')}={value}" for key, value in more.items())
    whole = message(body=None, attachments=[(name, "x/y", data)])
    head, _, rest = whole.partition(b"Content-Type: multipart/mixed")
    part = rest.partition(b"--grenze-mixed\n")[2].partition(b"--grenze-mixed--")[0]
    return head + part.replace(b"Content-Type: x/y", f"Content-Type: {kind}{parameters}; name={name}".encode())


@pytest.mark.parametrize("make", [der, ber], ids=["definite", "indefinite"])
@pytest.mark.parametrize("kind", ["application/pkcs7-mime", "application/x-pkcs7-mime", "application/octet-stream"])
def test_what_was_signed_is_the_text(make, kind: str) -> None:
    found = extract(mail(signed(TEXT, make), kind))
    assert found.body.text() == "Der Prüfstand läuft."
    assert "signed" in found.message.signals and "encrypted" not in found.message.signals
    assert found.message.attachments == () and found.message.defects == ()


def test_signed_content_with_files_and_signed_twice() -> None:
    inner = multipart("mixed", [TEXT, entity("application/pdf; name=plan.pdf", b"%PDF-1.7")])
    found = extract(mail(signed(b"Content-Type: application/pkcs7-mime\n\n" + signed(inner, ber))))
    assert found.body.text() == "Der Prüfstand läuft."
    assert [one.name for one in found.message.attachments] == ["plan.pdf"]


def test_signed_without_end() -> None:
    data = TEXT
    for _ in range(40):
        data = b"Content-Type: application/pkcs7-mime; name=smime.p7m\n\n" + signed(data)
    found = extract(b"From: a@x\nDate: Mon, 6 May 2024 10:00:00 +0200\n" + data)
    assert "too-deep" in found.message.defects and found.files


def test_encrypted_mail_is_kept_and_says_so() -> None:
    found = extract(mail(enveloped(), smime_type="enveloped-data"))
    assert found.body.lines == (armour.ENCRYPTED_LINE,) and "encrypted" in found.message.signals
    assert [one.name for one in found.message.attachments] == ["smime.p7m"]
    assert extract(mail(enveloped(), "application/octet-stream")).body.lines == (armour.ENCRYPTED_LINE,)


def test_signed_and_encrypted_inside() -> None:
    inner = entity("application/pkcs7-mime; name=smime.p7m", enveloped())
    found = extract(mail(signed(inner)))
    assert found.message.signals == ("encrypted", "signed") and len(found.files) == 1


def test_certificates_alone_are_a_file() -> None:
    found = extract(mail(signed(None), name="smime.p7c", smime_type="certs-only"))
    assert "encrypted" not in found.message.signals and len(found.message.attachments) == 1


def test_what_is_no_cms_object_is_kept() -> None:
    found = extract(mail(b"kaputt", smime_type="signed-data"))
    assert "smime-unreadable" in found.message.defects and found.files[0][1] == b"kaputt"
    assert found.body.lines == ()
    assert extract(mail(b"kaputt")).body.lines == (armour.ENCRYPTED_LINE,)


def test_signed_content_that_was_cut_off_comes_as_far_as_it_goes() -> None:
    whole = signed(TEXT * 20)
    found = extract(mail(whole[: len(whole) // 2]))
    assert "Der Prüfstand läuft." in found.body.text()


def test_in_outlooks_own_file() -> None:
    facts = {0x001A: "IPM.Note.SMIME", 0x1000: ""}
    opaque = outlook(facts, attachments=[file("smime.p7m", signed(TEXT), x370E="application/pkcs7-mime")])
    assert extract(opaque).body.text() == "Der Prüfstand läuft."
    clear = multipart("signed", [TEXT, entity("application/pkcs7-signature; name=smime.p7s", b"x")])
    facts[0x001A] += ".MultipartSigned"
    found = extract(outlook(facts, attachments=[file("smime.p7m", clear, x370E="multipart/signed")]))
    assert found.body.text() == "Der Prüfstand läuft." and "signed" in found.message.signals
    assert found.message.attachments == ()


@pytest.mark.skipif(not OPENSSL, reason="no openssl command")
@pytest.mark.parametrize("options", [["-outform", "DER"], ["-outform", "DER", "-stream"]], ids=["DER", "BER"])
def test_what_openssl_signs(options: list[str], tmp_path: Path) -> None:
    def openssl(*arguments: str) -> None:
        subprocess.run([str(OPENSSL), *arguments], cwd=tmp_path, check=True, capture_output=True)

    text = TEXT + b"Zeile\n" * 5_000
    (tmp_path / "in.txt").write_bytes(text)
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "1"]
    openssl("req", "-x509", *key, "-subj", "/CN=Anna Beispiel")
    usual = ["-in", "in.txt", "-signer", "cert.pem", "-inkey", "key.pem", "-binary"]
    openssl("cms", "-sign", "-nodetach", *usual, *options, "-out", "signed.p7m")
    data = (tmp_path / "signed.p7m").read_bytes()
    assert cms.read(data) == (cms.SIGNED, text)
    assert extract(mail(data)).body.lines[:2] == ("Der Prüfstand läuft.", "Zeile")
    openssl("cms", "-encrypt", "-in", "in.txt", *options, "-out", "secret.p7m", "cert.pem")
    assert cms.read((tmp_path / "secret.p7m").read_bytes()) == (cms.ENCRYPTED, None)


@given(st.binary(max_size=200), st.integers(0, 120))
def test_any_bytes(data: bytes, at: int) -> None:
    cms.read(data)
    for whole in (signed(TEXT), signed(TEXT, ber)):
        cms.read(whole[:at] + data + whole[at:])
        cms.read(whole[:at] + data + whole[at + len(data) :])
