"""Sources: where mail lies and how its raw bytes are got at. A kind of source is one file of this folder.

`find` recognises each SOURCE by its content and lists its mailboxes, `spans` lists the messages of a mailbox,
`read_raw` and `read_batch` give a message's bytes as it was delivered. Nothing here parses a message, and nothing
larger than a message is ever held in memory.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from mail2wiki.errors import SourceError, UsageError
from mail2wiki.extract.sources.archive import Unpacker
from mail2wiki.extract.sources.files import kinds, plain
from mail2wiki.extract.sources.formats import Packed
from mail2wiki.extract.sources.takeout import gmail_folders, gmail_labels, gmail_left_out
from mail2wiki.extract.sources.tree import EMPTY, Skipped, Walk, nothing_in, stem, unique
from mail2wiki.records import Mailbox, Span

__all__ = [
    "EMPTY",
    "Found",
    "Skipped",
    "ends",
    "find",
    "gmail_folders",
    "gmail_labels",
    "gmail_left_out",
    "is_unchanged",
    "kinds",
    "read_batch",
    "read_raw",
    "spans",
]

_HUGE = 1 << 30  # bytes of one message; what is longer is cut by nobody's mail server and is no message


class Found(NamedTuple):
    """What the SOURCEs hold."""

    boxes: tuple[Mailbox, ...]  # sorted by source
    skipped: tuple[Skipped, ...]  # sorted by path


def find(
    paths: Sequence[Path],
    scratch: Path,
    *,
    include_trash: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Found:
    """The mailboxes of all SOURCEs, whatever order they or the files in them come in.

    `scratch` takes unpacked copies (a folder named by content for each packed file, used again next time).
    `progress` is told what is being done, a line at a time. Raises UsageError for a SOURCE that is not there,
    SourceError for one that cannot be read, is empty or holds no mailbox.
    """
    if not paths:
        raise UsageError("no SOURCE given", "", "Give an mbox file, a Maildir, an .eml file or a folder of these.")
    tell = progress or (lambda line: None)
    unpacker = Unpacker(scratch)
    boxes: list[Mailbox] = []
    skipped: list[Skipped] = []
    named = _named(paths)
    for path, name in named.items():
        if outer := _outer(path, named):
            skipped.append(Skipped(name, f"it lies in {named[outer]}, which is read anyway"))
            continue
        tell(f"looking into {name}")
        walk = _walk(path, name, unpacker, include_trash, tell)
        boxes += walk.boxes
        skipped += walk.skipped
    unpacker.forget_others()
    return Found(tuple(unique(boxes)), tuple(sorted(skipped)))


def spans(box: Mailbox) -> Iterator[Span]:
    """The messages of a mailbox, streamed, in the order in which they lie there."""
    try:
        yield from kinds()[box.kind].spans(box)
    except OSError as error:
        raise _changed(box.path) from error


def read_raw(span: Span, kind: str) -> bytes:
    """One message as it was delivered; its sha256 is the message's id."""
    return next(read_batch(kind, (span,)))[1]


def read_batch(kind: str, spans: Iterable[Span]) -> Iterator[tuple[Span, bytes]]:
    """The messages of these spans."""
    raw = kinds()[kind].raw
    for span, data in _taken(spans, _bytes):
        yield span, raw(data)


def ends(spans: Iterable[Span], size: int) -> dict[str, bytes]:
    """The last bytes of messages that share a file with others, by their place (`at`)."""
    known = (span for span in spans if span.length > size)
    found = _taken(known, lambda file, span: os.pread(file, size, span.start + span.length - size))
    return {span.at: end for span, end in found}


def _taken(spans: Iterable[Span], take: Callable[[int, Span], bytes]) -> Iterator[tuple[Span, bytes]]:
    """What is taken of each span's open file; a file is opened once for all spans of it that follow each other."""
    path, file = "", -1
    try:
        for span in spans:
            if span.path != path:
                if file >= 0:
                    os.close(file)
                path, file = span.path, -1
                file = os.open(path, os.O_RDONLY)
            yield span, take(file, span)
    except OSError as error:
        raise _changed(path) from error
    finally:
        if file >= 0:
            os.close(file)


def is_unchanged(box: Mailbox) -> bool:
    """Is the mailbox what it was when it was found? Reads an mbox once more, looks at the files of a folder."""
    try:
        return kinds()[box.kind].marker(box.path) == box.marker
    except OSError:
        return False


def _bytes(file: int, span: Span) -> bytes:
    """The bytes of a span; what lies before an mbox message must still be the end of a line."""
    before = 1 if span.start else 0
    length = span.length if span.length >= 0 else os.fstat(file).st_size - span.start
    pieces, at, left = [], span.start - before, length + before
    while left > 0:
        piece = os.pread(file, min(left, _HUGE), at)
        if not piece:
            break
        pieces.append(piece)
        at, left = at + len(piece), left - len(piece)
    data = b"".join(pieces) if len(pieces) != 1 else pieces[0]
    if len(data) != length + before or (before and data[:1] not in (b"\n", b"\r")):
        raise _changed(span.path)
    return data[before:]


def _changed(path: str) -> SourceError:
    name, do = plain(os.path.basename(path)), "Close the mail program and run again."
    return SourceError(f"{name} changed while it was read", plain(path), do)


def _named(paths: Sequence[Path]) -> dict[Path, str]:
    """Each SOURCE once, with a name of its own: the last part of its path, more of the path where two are equal."""
    real = {os.path.realpath(path): Path(os.path.abspath(path)) for path in sorted(paths, reverse=True)}
    given = sorted(real.values())
    levels = dict.fromkeys(given, 1)
    while True:
        names = {path: plain("/".join(path.parts[-levels[path] :]).strip("/") or "root") for path in given}
        often = Counter(names.values())
        shared = [path for path in given if often[names[path]] > 1 and levels[path] < len(path.parts)]
        if not shared:
            return names
        for path in shared:
            levels[path] += 1


def _outer(path: Path, others: Iterable[Path]) -> Path | None:
    """The SOURCE that this one lies in."""
    parents = {os.path.realpath(parent) for parent in Path(os.path.realpath(path)).parents}
    return next((other for other in others if os.path.realpath(other) in parents), None)


def _walk(path: Path, name: str, unpacker: Unpacker, include_trash: bool, tell: Callable[[str], None]) -> Walk:
    """The mailboxes of one SOURCE."""
    where, again = plain(str(path)), "Give a mailbox that has messages."
    try:
        os.lstat(path)
    except PermissionError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror}", where, "Check that you may read it.") from error
    except OSError as error:
        raise UsageError(f"no such file or folder: {name}", where, "Check the path.") from error
    if not path.exists():
        raise SourceError(f"{name} is a link that leads nowhere", where, "Give the file itself.")
    holder = "/".join([*name.split("/")[:-1], stem(name.rpartition("/")[2])])
    walk = Walk(name, holder, unpacker, include_trash, tell)
    try:
        if path.is_dir():
            walk.folder(path)
        elif path.is_file():
            if not path.stat().st_size:
                raise SourceError(f"{name} is empty", where, again)
            walk.file(path)
        else:
            raise SourceError(f"{name} is neither a file nor a folder", where, "Save the mail to a file and give that.")
    except Packed as error:
        raise SourceError(f"{name} {error.reason.removeprefix('it ')}", where, error.do) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise SourceError(f"{name} cannot be read: {why}", where, "Check that you may read it.") from error
    if not walk.boxes:
        raise nothing_in(name, walk.skipped)
    return walk
