"""Which parts are the text of a message, and how its lines come out."""

from builder import attachment, entity, message, multipart

from mail2wiki.extract import extract
from mail2wiki.extract.body import flow

HEAD = b"From: Anna Beispiel <anna@firma.example>\nSubject: Test\nDate: Mon, 06 May 2024 10:00:00 +0200\n"


def text(raw: bytes) -> str:
    return "\n".join(extract(raw).body.lines)


def test_plain_wins_over_html_that_repeats_it() -> None:
    body = extract(message(body="Der Plan steht.\n", html="<p>Der <b>Plan</b> steht.</p>")).body
    assert (body.lines, body.kind, body.marks) == (("Der Plan steht.",), "plain", "n")


def test_html_wins_over_a_plain_part_that_sends_to_it() -> None:
    for plain in (
        "",
        "\n\n",
        "Ihr E-Mail-Programm kann HTML leider nicht darstellen.",
        "This is an HTML message. Please use an HTML-compatible e-mail client.",
    ):
        body = extract(message(body=plain, html="<p>Der Plan steht fest.</p>")).body
        assert (body.lines, body.kind) == (("Der Plan steht fest.",), "markdown"), plain


def test_plain_text_that_is_the_source_of_a_page_is_shown_as_the_page() -> None:
    source = "<p>Guten Tag,</p>\n\n<p>die Pr&uuml;fung ist am Montag.<br />\nBitte kommen Sie p&uuml;nktlich.</p>\n"
    for mail in (message(body=source), message(body=source, html=f"<html><body>{source}</body></html>")):
        body = extract(mail).body
        assert body.kind == "markdown"
        assert "die Prüfung ist am Montag." in "\n".join(body.lines)
    for text in ("<p>steht im Quelltext,\nnicht in der Mail.\nSonst nichts.\n", "<anna@firma.example>\nschreibt:\n"):
        assert extract(message(body=text)).body.kind == "plain"


def test_html_wins_over_a_plain_part_that_is_much_shorter() -> None:
    long = " ".join(f"<p>Absatz {at} mit einigen Worten dazu.</p>" for at in range(40))
    assert "Absatz 39" in text(message(body="Absatz 0", html=long))
    assert (
        extract(message(body="Kurze Antwort.", html="<style>p {color: red}</style>" * 200 + "Kurze Antwort.")).body.kind
        == "plain"
    )


def test_inline_texts_are_joined_and_attached_ones_are_files() -> None:
    parts = [
        entity("text/plain", b"Der Text.\n"),
        attachment("notiz.txt", "text/plain", b"Notiz"),
        entity("text/plain", b"--\nListe\n"),
    ]
    found = extract(HEAD + multipart("mixed", parts))
    assert found.body.lines == ("Der Text.", "", "--", "Liste")
    assert [file.name for file in found.message.attachments] == ["notiz.txt"]
    assert found.files[0][1] == b"Notiz"


def test_plain_beside_html_becomes_markdown_with_it() -> None:
    parts = [entity("text/html", b"<p>Ein <b>Satz</b> hier.</p>"), entity("text/plain", b"Fuss *zeile*\n> alt\n")]
    body = extract(HEAD + multipart("mixed", parts)).body
    assert body.kind == "markdown"
    assert body.lines == ("Ein **Satz** hier.", "", "Fuss \\*zeile\\*", "> alt")


def test_html_beside_plain_that_says_the_same_is_dropped() -> None:
    parts = [entity("text/plain", b"Ein Satz hier.\n"), entity("text/html", b"<p>Ein Satz <b>hier</b>.</p>")]
    assert extract(HEAD + multipart("mixed", parts)).body.lines == ("Ein Satz hier.",)


def test_attached_message_is_a_file_and_its_text_is_below_a_header_block() -> None:
    inner = message(subject="Alt", body="Der alte Text.\n", sender="Carl <carl@kunde.example>")
    found = extract(
        HEAD + multipart("mixed", [entity("text/plain", b"Siehe unten.\n"), entity("message/rfc822", inner)])
    )
    marks = dict(zip(found.body.lines, found.body.marks, strict=True))
    assert marks["Siehe unten."] == "n" and marks["Der alte Text."] == "q"
    assert marks["From: Carl <carl@kunde.example>"] == "h" and marks["Subject: Alt"] == "h"
    (file,) = found.message.attachments
    assert (file.name, file.media_type, found.nested) == ("Alt.eml", "message/rfc822", (file.sha256,))
    assert dict(found.files)[file.sha256].rstrip() == inner.rstrip()


def test_digest_keeps_all_its_messages() -> None:
    parts = [b"\n" + message(subject=f"Nr {at}", body=f"Text {at}\n") for at in range(3)]
    found = extract(HEAD + multipart("digest", parts))
    assert [line for line in found.body.lines if line.startswith("Text")] == ["Text 0", "Text 1", "Text 2"]
    assert len(found.nested) == 3


def test_flowed_lines_are_put_together_again() -> None:
    lines = ["Ein langer ", "Satz.", "> zitiert und ", "> weiter", ">> tiefer", " -gestopft", "-- ", "Anna"]
    assert flow(lines, False) == ["Ein langer Satz.", "> zitiert und weiter", ">> tiefer", "-gestopft", "-- ", "Anna"]
    assert flow(["Donau ", "dampf"], True) == ["Donaudampf"]
    assert flow(["Ein Absatz ", "", "Noch einer"], False) == ["Ein Absatz ", "", "Noch einer"]
    raw = entity("text/plain; format=flowed", b"Ein langer \nSatz.\n")
    assert extract(HEAD + raw).body.lines == ("Ein langer Satz.",)


def test_inline_pgp_armour_comes_off_and_encrypted_text_is_said_so() -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nDer Text.\n- - Punkt\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
    )
    found = extract(message(body=signed))
    assert found.body.lines == ("Der Text.", "- Punkt") and found.message.signals == ("signed",)
    found = extract(message(body="-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n"))
    assert found.body.lines == ("[verschlüsselt / encrypted]",) and found.message.signals == ("encrypted",)
    assert found.files[0][1].startswith(b"-----BEGIN PGP MESSAGE-----")


def test_a_message_attached_as_a_file_is_read_too() -> None:
    inner = message(subject="Innen", body="Innentext\n")
    for name, kind in (("weiter.eml", "application/octet-stream"), ("Innen", "application/octet-stream")):
        found = extract(message(body="Siehe Anhang.\n", attachments=[(name, kind, inner)]))
        assert ("Innentext" in found.body.text("q")) == name.endswith(".eml")
        assert len(found.nested) == name.endswith(".eml") and len(found.files) == 1
    found = extract(message(attachments=[("notiz.eml", "application/octet-stream", b"Milch und Brot\n")]))
    assert found.nested == () and len(found.files) == 1 and found.message.defects == ()


def test_mime_encrypted_message_keeps_its_bytes_as_attachment() -> None:
    parts = [entity("application/pgp-encrypted", b"Version: 1\n"), entity("application/octet-stream", b"hQEM\n")]
    found = extract(HEAD + multipart("encrypted", parts))
    assert found.body.lines == ("[verschlüsselt / encrypted]",)
    assert found.files[0][1].strip() == b"hQEM" and "encrypted" in found.message.signals


def test_uuencoded_file_leaves_the_text() -> None:
    from binascii import b2a_uu

    encoded = "begin 644 plan.bin\n" + b2a_uu(b"Inhalt").decode() + "`\nend\n"
    found = extract(message(body=f"Vorher\n{encoded}Nachher\n"))
    assert found.body.lines == ("Vorher", "Nachher")
    assert (found.message.attachments[0].name, found.files[0][1]) == ("plan.bin", b"Inhalt")
    assert text(message(body="begin 644 times\nwe start\n")) == "begin 644 times\nwe start"


def test_base64_text_with_a_list_footer_under_it_keeps_both() -> None:
    from base64 import encodebytes

    data = encodebytes("Der Prüfstand läuft.\n".encode()) + b"_______\nListe technik\nhttps://listen.example/\n"
    raw = HEAD + entity("text/plain; charset=utf-8", data, "Content-Transfer-Encoding: base64")
    found = extract(raw)
    assert "Der Prüfstand läuft." in found.body.lines and "Liste technik" in found.body.lines
    assert "base64-repaired" in found.message.defects


def test_lines_are_fit_to_keep() -> None:
    body = extract(message(body="Eins \u202ezwei\x07\u00a0drei  \x0cvier\n\n\nfu\u0308nf\t\n")).body
    assert body.lines == ("Eins zwei drei", "vier", "", "", "fünf")
    assert body.marks == "nnbbn"


def test_a_multipart_without_parts_shows_its_text_but_not_its_end() -> None:
    raw = HEAD + b'Content-Type: multipart/mixed; boundary="ende"\n\nDer Plan steht.\n--ende--\n'
    assert text(raw) == "Der Plan steht."


def test_a_line_break_of_html_only_mail_stays_one() -> None:
    page = "<p>Die neue Anschrift:<br>Musterweg 12<br>50667 Köln</p><blockquote>Wohin damit?<br>Danke</blockquote>"
    lines = extract(message(body=None, html=page)).body.lines
    assert lines == ("Die neue Anschrift:  ", "Musterweg 12  ", "50667 Köln", "", "> Wohin damit?  ", "> Danke")
