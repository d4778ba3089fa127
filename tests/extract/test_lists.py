"""Which list a message came over, where List-Id does not say so."""

import pytest
from builder import message

from mail2wiki.extract import extract


@pytest.mark.parametrize(
    ("footer", "place"),
    [
        ("To unsubscribe send an email to leute-leave@listen.example", "leute@listen.example"),
        ("To unsubscribe, e-mail: leute-unsubscribe@listen.example", "leute@listen.example"),
        ("To unsubscribe from this group, write to leute+unsubscribe@listen.example.", "leute@listen.example"),
        ("To unsubscribe: https://listen.example/mailman/listinfo/leute", "leute@listen.example"),
    ],
)
def test_a_footer_names_its_list(footer: str, place: str) -> None:
    signals = extract(message(body=f"Pumpe 4 läuft wieder.\n\n{footer}\n")).message.signals
    assert f"list:{place}" in signals


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("X-Mailing-List", "<leute@listen.example>", "leute@listen.example"),
        ("Mailing-List", "list leute@listen.example; contact leute-owner@listen.example", "leute@listen.example"),
        ("Mailing-List", "contact leute-help@listen.example; run by ezmlm", "leute@listen.example"),
        ("X-BeenThere", "Leute@Listen.example", "leute@listen.example"),
        ("Sender", "owner-leute@listen.example", "leute@listen.example"),
        ("Sender", '"Leute" <leute-bounces+anna=werk.example@listen.example>', "leute@listen.example"),
    ],
)
def test_fields_older_than_list_id_name_the_list(name: str, value: str, place: str) -> None:
    assert f"list:{place}" in extract(message(headers={name: value})).message.signals
    assert not any("list:" in signal for signal in extract(message()).message.signals)
