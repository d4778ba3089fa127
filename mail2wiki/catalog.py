"""The catalogue: what was read, kept in SQLite (WAL) under OUT/work so that runs are resumable and incremental.

One writer, the parent process; workers open it read-only. A message is known by the sha256 of its bytes and read again
only when the version of the reading changed. Nothing is ever taken out: a message deleted from its source keeps its
rows. The catalogue decides nothing; it refuses to hold opinions of later rooms except the last run's decisions, for
`explain`.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import zstandard

from mail2wiki.errors import Mail2WikiError
from mail2wiki.records import Body, Contact, Decision, Known, Mailbox, Message
from mail2wiki.sharing import Sharing

READING = 24
"""Version of what a worker reads from a message's bytes; raise it when the extract room's result changes."""

# Larger pages hold a row whole; a checkpoint per 64 MB waits for the disk less often than one per 4 MB.
_TUNING = """
PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=8000;
"""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (n INTEGER PRIMARY KEY, id BLOB UNIQUE NOT NULL, reading TEXT NOT NULL,
                                    header BLOB NOT NULL, prints BLOB NOT NULL,
                                    own INTEGER NOT NULL, quoted INTEGER NOT NULL,
                                    asides BLOB NOT NULL, tail BLOB NOT NULL, contact BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS body (n INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS terms (n INTEGER PRIMARY KEY, reading TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS copy (source TEXT NOT NULL, at TEXT NOT NULL, id BLOB NOT NULL, folders TEXT NOT NULL,
                                 holder TEXT NOT NULL, marker TEXT NOT NULL,
                                 PRIMARY KEY (source, at, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS container (source TEXT PRIMARY KEY, marker TEXT NOT NULL, reading TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS decision (id BLOB PRIMARY KEY, what TEXT, of TEXT, reason TEXT, evidence TEXT) WITHOUT ROWID;
"""
_COLUMNS = ("reading", "header", "prints", "own", "quoted", "asides", "tail", "contact")
_INSERT = (
    f"INSERT INTO message (id, {', '.join(_COLUMNS)}) VALUES (?{', ?' * len(_COLUMNS)}) ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS)
    + " RETURNING n"
)
_COUNTED = "INSERT OR REPLACE INTO terms VALUES (?, ?, ?)"
_CHUNK = 500  # ids per query, under SQLite's limit of bound values


class Row(NamedTuple):
    """One message as a worker read it; `header` is None where the catalogue knew the message already."""

    id: str
    at: str
    folders: tuple[str, ...]
    body: bytes = b""
    header: bytes | None = None
    prints: bytes = b""
    own: int = 0  # bytes of the author's own lines
    quoted: int = 0  # bytes of all other lines
    asides: bytes = b""  # extract.asides
    tail: bytes = b""  # extract.repeated.tail_prints
    contact: bytes = b""  # pack_known
    terms: bytes = b""  # cluster.terms; b"" where they are counted later


class Copy(NamedTuple):
    """One place where a message lies."""

    id: str
    source: str
    at: str


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Message)
_known = msgspec.msgpack.Decoder(Known | Contact)


def pack_message(message: Message) -> bytes:
    """The header facts as stored."""
    return _encoder.encode(message)


def pack_known(known: Known) -> bytes:
    """What a message says about people, as stored; b"" for nothing."""
    return _encoder.encode(known) if any(known) else b""


def unpack_known(data: bytes) -> Known:
    """The inverse of `pack_known`; up to READING 14 there was a contact only."""
    found = _known.decode(data) if data else Known()
    return found if isinstance(found, Known) else Known(found)


def pack_body(body: Body, compressor: zstandard.ZstdCompressor) -> bytes:
    """All lines and marks as stored; the compressor is the worker's own, making one costs more than a message."""
    return compressor.compress("\n".join((body.kind, body.marks, *body.lines)).encode("utf-8", "replace"))


def unpack_body(data: bytes, decompressor: zstandard.ZstdDecompressor) -> Body:
    """The inverse of `pack_body`."""
    kind, marks, *lines = decompressor.decompress(data).decode("utf-8").split("\n")
    return Body(tuple(lines) if marks else (), marks, kind)


class Catalog:
    """Open one with `with Catalog(path) as catalog`; `readonly` for workers."""

    def __init__(self, path: Path, readonly: bool = False, reading: str = "") -> None:
        """`reading`: version of everything derived from a message; rows of another one count as not read."""
        self.path, self.reading = path, reading
        self._decompressor = zstandard.ZstdDecompressor()
        self._settling: threading.Thread | None = None
        try:
            if readonly:
                self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=60)
            else:
                self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
                self._db.executescript(_TUNING + _SCHEMA)
                self._without_old_terms()
            self._db.execute(f"PRAGMA cache_size=-{2000 if readonly else 16000}")
        except sqlite3.DatabaseError as error:
            raise damaged(path, error) from error

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        if self._settling is not None:
            self._settling.join()
        self._db.close()

    # --- writing: the parent only

    def _without_old_terms(self) -> None:
        """Terms were a column once, which must not be empty; they are counted again from the bodies."""
        if any(column == "terms" for _, column, *_ in self._db.execute("PRAGMA table_info(message)")):
            self._db.execute("ALTER TABLE message DROP COLUMN terms")

    def settle(self) -> None:
        """Bring what was read from the log into the file beside other work: closing would wait for the disk."""
        self._settling = threading.Thread(target=self._checkpoint, daemon=True)
        self._settling.start()

    def _checkpoint(self) -> None:
        with contextlib.suppress(sqlite3.DatabaseError):  # closing does it again, and tells
            other = sqlite3.connect(self.path, timeout=60)
            try:
                other.execute("PRAGMA wal_checkpoint(PASSIVE)")
            finally:
                other.close()

    def add(self, box: Mailbox, rows: Iterable[Row]) -> None:
        """Store one batch in one transaction."""
        with self._guard():
            for row in rows:
                key = bytes.fromhex(row.id)
                if row.header is not None:
                    n = self._store(row)
                    self._db.execute("INSERT OR REPLACE INTO body VALUES (?, ?)", (n, row.body))
                self._db.execute(
                    "INSERT OR REPLACE INTO copy VALUES (?, ?, ?, ?, ?, ?)",
                    (box.source, row.at, key, "\n".join(row.folders), box.holder, box.marker),
                )

    def renew(self, rows: Iterable[Row]) -> None:
        """Store what this version derives from messages that the catalogue alone still has."""
        with self._guard():
            for row in rows:
                self._store(row)

    def _store(self, row: Row) -> int:
        """What was derived from a message; its number."""
        n: int = self._db.execute(_INSERT, (bytes.fromhex(row.id), self.reading, *row[4:-1])).fetchone()[0]
        if row.terms:
            self._db.execute(_COUNTED, (n, self.reading, row.terms))
        return n

    def count(self, terms: Iterable[tuple[int, bytes]]) -> None:
        """Store the terms of messages that were read without, by their numbers."""
        with self._guard():
            self._db.executemany(_COUNTED, ((n, self.reading, data) for n, data in terms))

    def finish(self, box: Mailbox) -> None:
        """Say that a container was read to its end: copies that moved within it are forgotten, deleted ones stay."""
        with self._guard():
            self._db.execute(
                "DELETE FROM copy WHERE source = ? AND marker != ? AND id IN "
                "(SELECT id FROM copy WHERE source = ? AND marker = ?)",
                (box.source, box.marker, box.source, box.marker),
            )
            self._db.execute(
                "INSERT OR REPLACE INTO container VALUES (?, ?, ?)", (box.source, box.marker, self.reading)
            )

    def decide(self, decisions: Iterable[Decision]) -> None:
        """Replace the decisions of the last run."""
        with self._guard():
            self._db.execute("DELETE FROM decision")
            self._db.executemany(
                "INSERT INTO decision VALUES (?, ?, ?, ?, ?)",
                ((bytes.fromhex(d.id), d.what, d.of, d.reason, d.evidence) for d in decisions),
            )

    # --- reading

    def has(self, box: Mailbox) -> bool:
        """Whether this container was read to its end, as it is now."""
        row = self._db.execute("SELECT marker, reading FROM container WHERE source = ?", (box.source,)).fetchone()
        return row == (box.marker, self.reading)

    def known(self, ids: Sequence[str]) -> set[str]:
        """Which of these messages need not be read again."""
        rows = self._select("SELECT id FROM message WHERE id IN ({}) AND reading = ?", ids, self.reading)
        return {row[0].hex() for row in rows}

    def messages(self, ids: Sequence[str] | None = None) -> Iterator[Message]:
        """All messages, or these, sorted by id; where their copies lie filled in; equal parts are one object."""
        share = Sharing()
        places = self._in_order("SELECT id, folders, holder FROM copy", ids)
        place = next(places, None)
        for key, message in self._all(share) if ids is None else self._some(share, ids):
            copies = []
            while place and place[0] == key:
                copies.append(place[1:])
                place = next(places, None)
            share.place(message, tuple(copies))
            yield message

    def _some(self, share: Sharing, ids: Sequence[str]) -> Iterator[tuple[bytes, Message]]:
        for key, header in self._in_order("SELECT id, header FROM message", ids):
            yield key, share.put(_decoder.decode(header))

    def _all(self, share: Sharing) -> Iterator[tuple[bytes, Message]]:
        rows = self._db.execute("SELECT n, header FROM message")
        return self._sorted({n: share.put(_decoder.decode(header)) for n, header in rows})

    def _sorted(self, found: dict[int, Any]) -> Iterator[tuple[bytes, Any]]:
        """What was read as the rows lie, by ids, in whose order each row is on another page; empties `found`."""
        return ((key, found.pop(n)) for key, n in self._db.execute("SELECT id, n FROM message ORDER BY id"))

    def prints_in_order(self) -> Iterator[bytes]:
        """The prints of every message, sorted by id: parallel to `messages`."""
        found = dict(self._db.execute("SELECT n, prints FROM message"))
        return (prints for _, prints in self._sorted(found))

    def stale(self) -> list[str]:
        """Messages that were read by another version and lie in no source any more."""
        return [key.hex() for (key,) in self._db.execute("SELECT id FROM message WHERE reading != ?", (self.reading,))]

    def headers(self, ids: Sequence[str]) -> list[Message]:
        """The header facts of these messages as they were read."""
        rows = self._select("SELECT header FROM message WHERE id IN ({})", ids)
        return [_decoder.decode(header) for (header,) in rows]

    def terms(self, ids: Sequence[str] | None = None) -> dict[str, bytes]:
        """The terms of all messages, or of these; b"" for those that are not counted yet."""
        query = "SELECT id, coalesce(data, x'') FROM message LEFT JOIN terms USING (n)"
        rows = self._db.execute(query) if ids is None else self._select(query + " WHERE id IN ({})", ids)
        return {key.hex(): terms for key, terms in rows}

    def uncounted(self) -> list[int]:
        """Numbers of the messages whose terms are of another version, or were never counted."""
        query = "SELECT n FROM message EXCEPT SELECT n FROM terms WHERE reading = ? ORDER BY n"
        return [n for (n,) in self._db.execute(query, (self.reading,))]

    def to_count(self, numbers: Sequence[int]) -> Iterator[tuple[int, Message, bytes]]:
        """Of messages by their numbers: the header facts, and the body as `unpack_body` takes it."""
        marks = ",".join("?" * len(numbers))
        query = f"SELECT n, header, data FROM message JOIN body USING (n) WHERE n IN ({marks}) ORDER BY n"
        for n, header, data in self._db.execute(query, numbers):
            yield n, _decoder.decode(header), data

    def prints(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The prints of these messages."""
        rows = self._select("SELECT id, prints FROM message WHERE id IN ({})", ids)
        return {key.hex(): prints for key, prints in rows}

    def sizes(self) -> dict[str, tuple[int, int]]:
        """The bytes of every message's own lines and of all its other lines."""
        return {
            key.hex(): (own, quoted) for key, own, quoted in self._db.execute("SELECT id, own, quoted FROM message")
        }

    def edges(self) -> dict[str, tuple[bytes, bytes, Known]]:
        """What stands at the edges of messages that have such: asides, tail prints, and what is said of people."""
        query = (
            "SELECT id, asides, tail, contact FROM message WHERE length(asides) + length(tail) + length(contact) > 0"
        )
        rows = self._db.execute(query)
        return {key.hex(): (asides, tail, unpack_known(contact)) for key, asides, tail, contact in rows}

    def bodies(self, ids: Sequence[str]) -> Mapping[str, Body]:
        """The bodies of these messages; one alive per id asked for, so ask in batches."""
        rows = self._select("SELECT id, data FROM message JOIN body USING (n) WHERE id IN ({})", ids)
        return {key.hex(): unpack_body(data, self._decompressor) for key, data in rows}

    def copies(self) -> list[Copy]:
        """Every place a message was read from."""
        rows = self._db.execute("SELECT id, source, at FROM copy")
        return [Copy(key.hex(), source, at) for key, source, at in rows]

    def decision(self, id: str) -> Decision | None:
        """What the last run decided about a message; None = published."""
        query = "SELECT what, of, reason, evidence FROM decision WHERE id = ?"
        row = self._db.execute(query, (bytes.fromhex(id),)).fetchone()
        return Decision(id, *row) if row else None

    def _in_order(self, query: str, ids: Sequence[str] | None) -> Iterator[tuple]:
        """Rows sorted by message: all, or those of these messages."""
        if ids is None:
            return self._db.execute(f"{query} ORDER BY id")
        return self._select(query + " WHERE id IN ({}) ORDER BY id", sorted(set(ids)))

    def _select(self, query: str, ids: Sequence[str], *more: object) -> Iterator[tuple]:
        for at in range(0, len(ids), _CHUNK):
            keys = [bytes.fromhex(id) for id in ids[at : at + _CHUNK]]
            yield from self._db.execute(query.format(",".join("?" * len(keys))), (*keys, *more))

    def _guard(self) -> _Transaction:
        return _Transaction(self._db, self.path)


class _Transaction:
    """A transaction whose failures are errors of our family: a full disk is the usual one."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db, self._path = db, path

    def __enter__(self) -> None:
        self._db.execute("BEGIN")

    def __exit__(self, kind: type | None, error: BaseException | None, _: object) -> None:
        try:
            self._db.execute("ROLLBACK" if kind else "COMMIT")
        except sqlite3.DatabaseError as failure:
            error = error or failure
        if isinstance(error, sqlite3.OperationalError):
            raise Mail2WikiError(
                f"catalogue cannot be written: {error}", str(self._path), "Free space on the disk and run again."
            ) from error
        if isinstance(error, sqlite3.DatabaseError):
            raise damaged(self._path, error) from error


def damaged(path: Path, error: Exception) -> Mail2WikiError:
    """What to say when SQLite cannot read its file."""
    return Mail2WikiError(f"catalogue is damaged: {error}", str(path), "Delete that file's folder and run again.")
