"""How long do reading and marking a message take, against the standard library's full parse in the same run?

usage: marks_bench.py MBOX... [--most 1500] [--at-most us=150 --at-most ratio=1.5]
For each mailbox, on one core, best of five: `ours` (extract.extract: headers, best text, HTML to Markdown, marks, files
with their hashes) and `theirs`, the standard library's full parse of the same bytes (policy compat32), both in
microseconds of CPU for a message; `ratio` ours / theirs. A full parse gives what ours gives: every header value with
its encoded words decoded (email.header), addresses taken apart (getaddresses), the date as a time, every part's content
without its transfer encoding, every text part as str. It has no HTML conversion, no marks, no hashes. Beside it
  lean       the same, where somebody took care to call email.header only for values with an encoded word in them
  undecoded  the same without reading a header or decoding a text: bytes into a tree of strings
  modern     policy default, which parses addresses and dates on access, and ratio_modern
  marks      quotes.mark alone on the same bodies, and the lines of a mean body
Bars (issue 3): 150 us for plain mail (enron/fossum-d), 1500 us for list mail with HTML (lists/usrp-users), ratio 1.5.
"""

from __future__ import annotations

import argparse
import contextlib
import email
import email.policy
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from email.errors import HeaderParseError
from email.header import Header, decode_header, make_header
from email.message import Message
from email.utils import getaddresses, mktime_tz, parsedate_tz
from itertools import islice
from pathlib import Path
from typing import Any

from mail2wiki.extract import extract, quotes, sources

_PEOPLE = frozenset(("from", "to", "cc", "bcc", "reply-to", "sender"))


def raw_messages(path: Path, most: int) -> list[bytes]:
    found: list[bytes] = []
    with tempfile.TemporaryDirectory() as scratch:
        for box in sources.find([path], Path(scratch)).boxes:
            wanted = islice(sources.spans(box), most - len(found))
            found += [raw for _span, raw in sources.read_batch(box.kind, wanted)]
    return found


def lean(raw: bytes) -> None:
    """A full parse that spares values without encoded words the decoder."""
    standard(raw, spare=True)


def standard(raw: bytes, spare: bool = False) -> None:
    """A full parse with the standard library alone: headers and texts as people read them."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    for name, value in message.items():
        text = str(value) if spare and "=?" not in value else _header(value)
        if name.lower() in _PEOPLE:
            getaddresses([text])
        elif name.lower() == "date":
            moment = parsedate_tz(text)
            _ = mktime_tz(moment) if moment else None
    for part in message.walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(content, bytes):
            _text(content, part.get_content_charset("utf-8"))


def _header(value: str | Header) -> str:
    """The value as people read it; as it stands where it names a charset that does not exist, on which this raises."""
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError, HeaderParseError):
        return str(value)


def _text(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def undecoded(raw: bytes) -> None:
    """What `theirs` was before: strings as they stand in the header, parts as bytes."""
    _walk(email.message_from_bytes(raw, policy=email.policy.compat32))


def modern(raw: bytes) -> None:
    """The same with the policy that understands addresses, dates and encoded words. It raises on some mail."""
    with contextlib.suppress(Exception):
        _walk(email.message_from_bytes(raw, policy=email.policy.default))


def _walk(message: Message) -> None:
    for value in message.values():
        str(value)
    for part in message.walk():
        if not part.is_multipart():
            part.get_payload(decode=True)


def seconds(do: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], rounds: int = 5) -> float:
    """CPU seconds of all calls together, best of several rounds."""
    todo, best = list(arguments), float("inf")
    for _ in range(rounds):
        began = time.process_time()
        for these in todo:
            do(*these)
        best = min(best, time.process_time() - began)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mbox", type=Path, nargs="+")
    parser.add_argument("--most", type=int, default=1500, help="messages taken of each mailbox")
    parser.add_argument("--at-most", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    missed = []
    for path in args.mbox:
        raws = raw_messages(path, args.most)
        read = [extract(raw) for raw in raws]
        bodies = [(one.body.lines, one.body.kind, one.message.sender.name) for one in read]
        count = len(raws)
        ours, theirs, spared, bare, full = (
            seconds(do, ((raw,) for raw in raws)) for do in (extract, standard, lean, undecoded, modern)
        )
        figures = {
            "us": ours / count * 1e6,
            "theirs": theirs / count * 1e6,
            "ratio": ours / theirs,
            "lean": spared / count * 1e6,
            "undecoded": bare / count * 1e6,
            "modern": full / count * 1e6,
            "ratio_modern": ours / full,
            "marks": seconds(quotes.mark, bodies) / count * 1e6,
            "lines": sum(len(lines) for lines, _kind, _name in bodies) / count,
        }
        print(path.name, f"messages {count}", " ".join(f"{name} {value:.3g}" for name, value in figures.items()))
        for limit in args.at_most:
            name, value = limit.split("=")
            if figures[name] > float(value):
                missed.append(f"{path.name}: {name} {figures[name]:.3g} is not <= {value}")
    if missed:
        sys.exit("MISSED: " + "; ".join(missed))


if __name__ == "__main__":
    main()
