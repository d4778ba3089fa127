"""The index of a conversation's texts: which one a stretch stands in, and where."""

from __future__ import annotations

from itertools import pairwise

from mail2wiki.thread.texts import Texts, windows

LONG = b"thepumponlinefourstoppedagainandthespareisnotheresowecallthemakerintomorrowmorning"
OTHER = b"theframesweregreasedandtheconveyorrunsbutnobodyknowshowlongitwillbeforeitstops"


def found(texts: Texts, text: bytes) -> tuple[int, int] | None:
    return texts.find(text, texts.hits(windows(text)))


def test_first_or_latest_of_two_texts() -> None:
    first, latest = Texts(), Texts(latest=True)
    for texts in (first, latest):
        texts.add(LONG, 3, -1)
        texts.add(b"twelveletter" + LONG, 5, 7)
    assert found(first, LONG) == (3, -1)
    assert found(latest, LONG) == (5, 7)


def test_any_stretch_of_three_steps_is_found() -> None:
    texts = Texts()
    texts.add(OTHER, 0, -1)
    texts.add(LONG, 1, -1)
    assert all(found(texts, LONG[at : at + 36]) == (1, -1) for at in range(len(LONG) - 35))
    assert found(texts, LONG[:36] + b"x") is None
    assert found(texts, LONG[5:17]) == (1, -1), "short ones are looked for in the latest texts"
    assert found(Texts(), LONG) is None


def test_windows_are_the_beginning_from_every_byte() -> None:
    assert windows(LONG[:23]) == []
    assert windows(LONG) == [LONG[at : at + 24] for at in range(len(LONG) - 23)]
    assert all(a[1:] == b[:-1] for a, b in pairwise(windows(LONG * 20)))
    assert len(windows(LONG * 20)) == 400


def test_nearest_is_the_other_message_that_shares_most() -> None:
    texts, text = Texts(), LONG[:40] + b"butnotnow" + LONG[40:]
    texts.add(OTHER + LONG[:40], 0, -1)
    texts.add(LONG, 1, -1)
    texts.add(text, 2, 9)  # recovered: nobody's own
    near = texts.nearest(text, texts.hits(windows(text)), 2)
    assert near is not None and near[0] == 1
    assert near[1] == 0 and near[2] >= len(LONG)
    assert texts.nearest(OTHER, texts.hits(windows(OTHER)), 0) is None, "a message is not made from itself"
