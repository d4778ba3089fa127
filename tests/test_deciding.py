"""One fate per message: private before excluded before copy before robot before contained."""

from mail2wiki.deciding import settle
from mail2wiki.records import Address, Decision, Message


def messages(*ids: str) -> dict[str, Message]:
    return {id: Message(id, None, "", Address("", "")) for id in ids}


def test_a_copy_of_a_held_message_is_held() -> None:
    woven = [Decision("b", "duplicate", "a", "same-content")]
    settled = settle(messages("a", "b"), woven, [Decision("a", "held", None, "sensitivity")])
    assert settled["b"].what == "held" and settled["b"].of is None and settled["b"].reason == "sensitivity"


def test_a_message_contained_in_a_held_one_is_held() -> None:
    woven = [Decision("b", "contained", "a", "forwarded-whole")]
    assert settle(messages("a", "b"), woven, [Decision("a", "held", None, "folder")])["b"].what == "held"


def test_a_message_contained_in_an_unpublished_one_speaks_for_itself() -> None:
    woven = [Decision("b", "contained", "a", "forwarded-whole")]
    for what in ("automated", "excluded"):
        assert "b" not in settle(messages("a", "b"), woven, [Decision("a", what, None, "x")])


def test_private_wins_over_copy_and_copy_over_robot() -> None:
    woven = [Decision("b", "duplicate", "a", "same-content")]
    screened = [Decision("b", "held", None, "folder"), Decision("a", "automated", None, "newsletter")]
    settled = settle(messages("a", "b"), woven, screened)
    assert settled["b"].what == "held" and settled["a"].what == "automated"
    assert settle(messages("a", "b"), woven, [Decision("b", "automated", None, "x")])["b"].what == "duplicate"


def test_failed_is_failed() -> None:
    broken = {"a": Message("a", None, "", Address("", ""), failed="nothing to read")}
    assert settle(broken, [], [])["a"].what == "failed"
