"""What becomes of the quoted lines of a message: known as soon as it is decided which messages are published.

Links are what the page they stand on makes of them: `Quoting.quotes` is told how. Refuses: text.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from mail2wiki.records import Change, Decision, Quoted, Series


class Ref(NamedTuple):
    """Another message, as this page links to it."""

    href: str
    name: str
    date: int | None


class Quote(NamedTuple):
    """Lines of a body that are somebody else's. `shown`: recovered, the only copy; else hidden, `ref` leads to them.

    With `changed` they are an edited copy of what stands at `ref`, shown with these words marked.
    """

    start: int
    stop: int
    shown: bool
    ref: Ref | None = None
    author: str = ""
    date: str = ""
    changed: tuple[Change, ...] = ()
    earlier: bool = False  # recovered, and answered by this message: its place is above it
    href: str = ""  # the page of its author


def _somewhere(_: str) -> Ref:
    return Ref("", "", None)


def _as_said(author: str) -> tuple[str, str]:
    return author, ""


class Quoting:
    """Which message a quotation leads to, if to any."""

    def __init__(
        self,
        published: Container[str],
        decisions: Mapping[str, Decision],
        quoted: Mapping[str, Sequence[Quoted]],
        series: Iterable[Series],
    ) -> None:
        """`series`: those that are shown as one; what a later issue says is hidden in an earlier one."""
        self._published, self._decisions, self._quoted = published, decisions, quoted
        self._folded = {id: folded.ranges for one in series for id, folded in one.folded.items()}

    def resolve(self, id: str) -> tuple[str, str]:
        """What became of a message: ("published", id), or of the one it is a copy of: (disposition, id)."""
        for _ in range(100):
            if id in self._published:
                return "published", id
            decision = self._decisions.get(id)
            if decision is None:
                return "failed", id
            if decision.what not in ("duplicate", "contained") or decision.of is None:
                return decision.what, id
            id = decision.of
        return "failed", id

    def quotes(
        self, id: str, ref: Callable[[str], Ref] = _somewhere, writer: Callable[[str], tuple[str, str]] = _as_said
    ) -> tuple[Quote, ...]:
        """Its quoted stretches in order: what stands elsewhere is hidden, the only copy shown, held nothing.

        `ref`: a link to a message; `writer`: what an author is called, and a link to their page ("": there is none).
        Without them it is not said where that is, which is enough for `text.tell`.
        """
        found = [Quote(start, stop, False) for start, stop in self._folded.get(id, ())]
        for start, stop, of, author, date, changed, earlier, own in self._quoted.get(id, ()):
            if own:  # a quotation like any other to who reads it
                continue
            if of is None:
                name, href = writer(author)
                found.append(Quote(start, stop, True, None, name, date, (), earlier, href))
                continue
            if of == id:  # it stands further up in this message
                found.append(Quote(start, stop, False))
                continue
            status, target = self.resolve(of)
            if status == "published" and target != id:
                found.append(Quote(start, stop, bool(changed), ref(target), changed=changed))
            elif status in ("held", "excluded") and not author:
                found.append(Quote(start, stop, False))
            else:
                name, href = writer(author)
                found.append(Quote(start, stop, True, None, name, date, href=href))
        return tuple(sorted(found, key=lambda quote: quote.start))
