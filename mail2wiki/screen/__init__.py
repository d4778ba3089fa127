"""The screen: which messages are not published, each with a reason. Conversations in, decisions out.

    held       somebody marked it private; whole conversations, and every place their text stands (private.py)
    automated  no person wrote it: newsletters, notifications, bounces, auto-replies (automated.py)
    excluded   the user's settings leave it out

It goes by header facts only and reads no text. It refuses to publish on a doubt about privacy, and to hold on a doubt
about machines: too much held is cured by a review, a lost message by nobody. If two apply, held wins, then excluded.
`review` is what people decided about conversations (review.py); it overrules what is said here about privacy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mail2wiki.records import Decision, Message, Woven
from mail2wiki.screen import automated, private
from mail2wiki.screen.deleted import thrown_away

__all__ = ["ScreenSettings", "echoing", "following", "held_back", "held_conversations", "marks", "screen"]


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """What the user adds to the rules. Addresses: "name@host", "@host" or patterns with `*`; case does not matter."""

    private_words: tuple[str, ...] = ()  # words that make a subject or folder private: names of people, clubs, projects
    private_folders: tuple[str, ...] = ()  # names of folders that are private
    automated_senders: tuple[str, ...] = ()  # always automated
    published_senders: tuple[str, ...] = ()  # never automated
    excluded_senders: tuple[str, ...] = ()  # left out, message by message
    include_trash: bool = (
        False  # publish what lies only in Spam or Trash (Google Takeout), what is deleted (Thunderbird)
    )
    excluded_folders: tuple[str, ...] = ()  # left out if any copy lies there: path or its start ("Archiv/2009")


def screen(
    messages: Mapping[str, Message],
    woven: Woven,
    settings: ScreenSettings = ScreenSettings(),
    review: Mapping[str, str] | None = None,
    held: Mapping[str, private.Mark] | None = None,
) -> list[Decision]:
    """One decision for each message that is not published for a reason of ours, sorted by message id.

    `messages`: all of them by id, copies included. `review`: conversation id -> "publish" or "hold". `held`: from
    `held_back`, where that was asked already. A copy that the thread room decided on gets a decision here only if it
    is held: then that comes first, it must not say of what.
    """
    held = held_back(marks(messages, settings), woven, review or {}) if held is None else held
    copies = {decision.id for decision in woven.decisions if decision.what == "duplicate"}
    machines = automated.find(messages, woven, settings.automated_senders, settings.published_senders)
    left_out = _excluded(messages, settings)
    if not settings.include_trash:
        left_out |= thrown_away(messages, woven)
    decisions: list[Decision] = []
    for id in sorted(messages):
        if id in held:
            decisions.append(Decision(id, "held", None, held[id].reason, held[id].evidence))
        elif id in copies or messages[id].failed:
            continue
        elif id in left_out:
            decisions.append(Decision(id, "excluded", None, "your-settings", left_out[id]))
        elif id in machines:
            decisions.append(Decision(id, "automated", None, machines[id].reason, machines[id].evidence))
    return decisions


def marks(messages: Mapping[str, Message], settings: ScreenSettings = ScreenSettings()) -> dict[str, private.Mark]:
    """The messages that somebody marked as private, by id, and why."""
    return private.marks(messages, settings.private_words, settings.private_folders)


def held_back(marked: Mapping[str, private.Mark], woven: Woven, review: Mapping[str, str]) -> dict[str, private.Mark]:
    """What is held because of these marks and of what people decided: message id -> why."""
    released = {id for id, what in review.items() if what == "publish"}
    kept_back = {id for id, what in review.items() if what == "hold"}
    return private.spread(marked, woven, released, kept_back)


def echoing(ids: Iterable[str]) -> dict[str, private.Mark]:
    """The marks of messages that quote held ones in part or edited (thread.echoes)."""
    return {id: private.Mark("same-text", "it quotes a held message in part, or edited") for id in ids}


def following(
    held: Mapping[str, private.Mark], woven: Woven, messages: Mapping[str, Message]
) -> dict[str, private.Mark]:
    """The marks of messages that answer held ones by their subject alone, or send on a file of theirs."""
    subject = private.Mark("same-subject", "its subject answers a held message")
    file = private.Mark("same-file", "it sends on a file that came with a held message")
    return {
        **dict.fromkeys(sorted(private.carrying(held, messages)), file),
        **dict.fromkeys(sorted(private.answering(held.keys(), woven, messages)), subject),
    }


def held_conversations(marked: Mapping[str, private.Mark], woven: Woven) -> dict[str, str]:
    """What a person is asked to look at: conversation id -> reason code, as if nobody had decided anything yet."""
    held = private.spread(marked, woven, (), ())
    asked: dict[str, str] = {}
    for conversation in woven.conversations:
        reasons = {held[id].reason for id in conversation.messages if id in held}
        if reasons:
            asked[conversation.id] = min(reasons, key=private.STRENGTH.index)
    return asked


def _excluded(messages: Mapping[str, Message], settings: ScreenSettings) -> dict[str, str]:
    """Message id -> the setting that leaves it out."""
    folders = [name.casefold().strip("/") for name in settings.excluded_folders if name.strip("/ ")]
    found: dict[str, str] = {}
    for id, message in messages.items():
        if settings.excluded_senders and automated.matches(message.sender.address, settings.excluded_senders):
            found[id] = f"sender {message.sender.address}"
        for folder in message.folders:
            path = folder.casefold()
            if any(path == name or path.startswith(name + "/") for name in folders):
                found[id] = f"folder {folder!r}"
    return found
