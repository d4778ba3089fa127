"""Which attachments a page names."""

import pytest

from mail2wiki.export.attachments import worth_showing
from mail2wiki.records import Attachment


@pytest.mark.parametrize(
    ("name", "media_type", "shown"),
    [
        ("smime.p7m", "application/pkcs7-mime", True),  # what is encrypted: nothing else is left of the message
        ("encrypted.asc", "application/pgp-encrypted", True),
        ("smime.p7s", "application/pkcs7-signature", False),
        ("winmail.dat", "application/ms-tnef", False),
        ("Plan.pdf", "application/pdf", True),
    ],
)
def test_signatures_are_not_named_and_encrypted_content_is(name: str, media_type: str, shown: bool) -> None:
    assert worth_showing(Attachment(name, media_type, 1_000, "0" * 64), 1) is shown
