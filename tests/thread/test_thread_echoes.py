"""Who quotes a held message in part: of many suspects only those are looked at who had it."""

import pytest

from mail2wiki.records import Address, Body, Message, Quoted
from mail2wiki.thread import echoing

ANNA, BOB, CARL = (Address(name, f"{name.lower()}@firma.example") for name in ("Anna", "Bob", "Carl"))
SAID = "Die Untersuchung am Montag hat ergeben, dass ich für sechs Wochen in die Klinik nach Seedorf muss."


def message(id: str, sender: Address, to: tuple[Address, ...] = (), list_id: str | None = None) -> Message:
    return Message(id=id, message_id=None, subject="", sender=sender, to=to, list_id=list_id)


@pytest.mark.parametrize("few", [0, 10])
def test_of_many_suspects_those_who_had_it(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echoing, "FEW", few)
    quoting = Body((f"> {SAID[:80]}",), "q")
    bodies = {"held": Body((SAID,), "n"), "bob": quoting, "carl": quoting, "list": quoting, "other": quoting}
    messages = {
        "held": message("held", ANNA, (BOB,), "halle.firma.example"),
        "bob": message("bob", BOB),
        "carl": message("carl", CARL),
        "list": message("list", CARL, list_id="halle.firma.example"),
        "other": message("other", CARL, list_id="werk.firma.example"),
    }
    quoted = {id: (Quoted(0, 1, None, "", ""),) for id in messages if id != "held"}
    found = echoing.echoes({"held"}, quoted, messages, lambda ids: {id: bodies[id] for id in ids})
    assert found == ({"bob", "list"} if few == 0 else {"bob", "carl", "list", "other"})
    assert echoing.echoes(set(), quoted, messages, lambda ids: {}) == set()
