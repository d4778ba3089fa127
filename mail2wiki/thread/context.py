"""Which quoted text stays where it is quoted, covered by no record: an answer makes no sense without its question.

And what its author only set off as a quotation: a manual's words, the output of a program. Refuses to look at texts.
"""

from __future__ import annotations

from collections.abc import Container

from mail2wiki.records import Address, Message
from mail2wiki.thread.pieces import CONTEXT, Pieces, bare
from mail2wiki.thread.prints import INTRODUCTION, OWN, QUOTED, squeeze
from mail2wiki.thread.recovered import SHOWN, Fate

# Squeezed bytes of quoted text that stays above an answer in the same paragraph, and above one in the next paragraph.
_GLUED, _NEAR = 600, 60
_WHOLE = 300  # the same beside recovered text in its paragraph
_ANSWERED = 200  # the same for a paragraph directly below its attribution line and above the answer


def leave(pieces: Pieces, fate: Fate, message: Message, answers: bool) -> None:
    """All of it, in order; `answers`: the subject says that this message answers or passes on another one."""
    _keep_context(pieces, fate.edited)
    _leave_junctions(pieces)
    _leave_introduced(pieces, fate)
    _leave_set_off(pieces, fate, message, answers)


def _keep_context(pieces: Pieces, edited: Container[int]) -> None:
    """Leave short quoted text next to text that is shown: the question above its answer."""
    n, target = len(pieces.kind), pieces.target
    shown = [pieces.visible(k) and (pieces.kind[k] == OWN or target[k] == SHOWN) for k in range(n)]
    for k in range(n):
        if not shown[k]:
            continue
        if target[k] == SHOWN:
            if pieces.lo + k not in edited:
                _keep_whole(pieces, k)
        elif (
            k
            and pieces.quotes(k - 1)
            and target[k - 1] >= 0
            and (pieces.glued(k - 1) or not pieces.says_nothing(k - 1))
        ):
            apart = _ANSWERED if pieces.introduced(k - 1) else _NEAR
            _leave_above(pieces, k - 1, _GLUED if pieces.glued(k - 1) else apart)
        below = k + 1 < n and pieces.kind[k + 1] == QUOTED and target[k + 1] >= 0 and pieces.glued(k)
        others = target[k] == SHOWN and k + 1 < n and pieces.deeper[k + 1]  # not answered there, but quoted there
        if below and not others and pieces.length[k + 1] <= _GLUED:
            target[k + 1] = CONTEXT


def _keep_whole(pieces: Pieces, k: int) -> None:
    """Show with recovered piece k what stands in its paragraph, though that is said elsewhere too.

    What is quoted deeper below it belongs to what follows.
    """
    for step in (-1, 1):
        at, length = k + step, 0
        while 0 <= at < len(pieces.kind) and pieces.kind[at] == QUOTED and pieces.target[at] >= 0:
            length += pieces.length[at]
            if length > _WHOLE or not pieces.glued(min(at, at - step)) or (step > 0 and pieces.deeper[at]):
                break
            pieces.elsewhere[at], pieces.target[at] = pieces.target[at], SHOWN
            at += step


def _leave_junctions(pieces: Pieces) -> None:
    """Leave the quoted paragraphs in which a question meets its answer for the first time."""
    k = 0
    while k < len(pieces.meet):
        end = k + 1
        if pieces.meet[k]:
            while end < len(pieces.meet) and pieces.meet[end] and pieces.glued(end - 1):
                end += 1
            if sum(pieces.length[k:end]) <= _GLUED:
                pieces.target[k:end] = [CONTEXT] * (end - k)
        k = end


def _leave_introduced(pieces: Pieces, fate: Fate) -> None:
    """Leave quoted text from nobody knows where that the author's own words directly above introduce (a manual's)."""
    for k in range(1, len(pieces.target)):
        led = pieces.kind[k - 1] == OWN or pieces.target[k - 1] == CONTEXT or k - 1 in pieces.own
        if led and pieces.target[k] == SHOWN and pieces.glued(k - 1) and not fate.author(pieces.lo + k)[0]:
            pieces.own.add(k)


def _leave_set_off(pieces: Pieces, fate: Fate, message: Message, answers: bool) -> None:
    """Leave what the author only set off as a quotation, the output of a program or a call: nobody is introduced, and
    the message answers nobody, or who quotes it says that its author wrote this."""
    end = pieces.kind.index(INTRODUCTION) if INTRODUCTION in pieces.kind else len(pieces.kind)
    shown = [k for k in range(end) if pieces.kind[k] == QUOTED and pieces.target[k] == SHOWN]
    authors = {author for k in shown if (author := fate.author(pieces.lo + k)[0])}
    if authors:
        alone = all(_is_by(author, message.sender) for author in authors)
    else:
        alone = not (answers or message.references or message.in_reply_to)
    if alone:
        pieces.own.update(shown)


def _is_by(author: str, sender: Address) -> bool:
    """Does a quotation name this sender as its author?"""
    named = bool(sender.name) and squeeze(bare(author)) == squeeze(sender.name)
    return named or (bool(sender.address) and sender.address in author.lower())


def _leave_above(pieces: Pieces, k: int, room: int) -> None:
    """Leave the paragraph that ends with piece k, if all of it is short enough."""
    top, length = k, pieces.length[k]
    while top and pieces.quotes(top - 1) and pieces.glued(top - 1) and length <= room:
        top -= 1
        length += pieces.length[top]
    if length <= room:
        pieces.target[top : k + 1] = [CONTEXT] * (k + 1 - top)
