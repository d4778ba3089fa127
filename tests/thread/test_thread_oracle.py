"""Conversations against notmuch's, on a shared list archive; skips where either is missing.

Differences that are meant: a reply that begins a new matter is cut off (references._torn); an address in In-Reply-To
joins nothing; an In-Reply-To without angle brackets counts; replies without headers are joined by what they quote.
So all that notmuch joins by headers and we do not must be explained by the first two.
"""

from __future__ import annotations

import lzma
import os
import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from mail2wiki.extract import extract
from mail2wiki.thread import fingerprint, weave

ARCHIVE = Path(__file__).resolve().parents[2].parent / "shared" / "corpora" / "lists" / "twisted-python.mbox.xz"
FIRST = re.compile(rb"(?m)^From \S+[^\n]*\d\d:\d\d[^\n]*\d{4}\n(?=[!-9;-~]+:)")
SIZE = 3_000_000  # bytes of the archive that are compared


@pytest.mark.skipif(not (ARCHIVE.exists() and shutil.which("notmuch")), reason="needs notmuch and the shared corpora")
def test_like_notmuch(tmp_path):
    with lzma.open(ARCHIVE) as archive:
        raws = FIRST.split(archive.read(SIZE))[1:-1]
    extracted = {found[0].id: found[:2] for found in map(extract, raws)}
    messages = [message for message, _ in extracted.values()]
    prints = [fingerprint(message, body) for message, body in extracted.values()]
    woven = weave(messages, prints, lambda ids: {i: extracted[i][1] for i in ids})
    ours = {i: c.id for c in woven.conversations for i in c.messages}
    ours |= {d.id: ours[d.of] for d in woven.decisions if d.what == "duplicate"}
    by_id = {m.message_id: m for m in messages if m.message_id}
    theirs = notmuch(tmp_path, raws)
    threads = defaultdict(set)
    for name, thread in theirs.items():
        if name in by_id:
            threads[thread].add(ours[by_id[name].id])
    assert len(threads) > 300
    split = sum(len(found) > 1 for found in threads.values())
    assert split <= 0.06 * len(threads)


def notmuch(folder: Path, raws: list[bytes]) -> dict[str, str]:
    """Message-ID -> thread."""
    (folder / "mail").mkdir()
    for k, raw in enumerate(raws):
        (folder / "mail" / f"{k:06}.eml").write_bytes(re.sub(rb"(?m)^>(>*From )", rb"\1", raw))
    config = folder / "config"
    config.write_text(f"[database]\npath={folder}/mail\n[new]\ntags=\nignore=\n[search]\nexclude_tags=\n")
    environment = {**os.environ, "NOTMUCH_CONFIG": str(config)}

    def call(*words: str) -> list[str]:
        done = subprocess.run(["notmuch", *words], env=environment, capture_output=True, text=True, check=True)
        return done.stdout.split()

    call("new", "--quiet")
    found = {}
    for thread in call("search", "--output=threads", "*"):
        found |= {f"<{name[3:]}>": thread for name in call("search", "--output=messages", thread)}
    return found
