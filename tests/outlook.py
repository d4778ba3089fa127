"""Builds Outlook's `.msg` for tests: a compound file ([MS-CFB]) out of a tree, and a message ([MS-OXMSG]) out of facts.

The files are valid: a test opens them with olefile. Nothing depends on the clock or on chance.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Union

Tree = Mapping[str, Union[bytes, "Tree"]]
"""Names -> content of a stream, or another tree: a storage."""

FREE, END, FAT, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
SECTOR, MINI, CUTOFF = 512, 64, 4096
EPOCH = 11_644_473_600
NOTHING: Mapping[int, str | bytes | int] = MappingProxyType({})


def compound(tree: Tree, *, chained: bool = False) -> bytes:
    """A compound file of version 3. `chained`: the entries of a storage hang in a chain, as libgsf writes them."""
    entries: list[list] = [["Root Entry", 5, NONE, NONE, NONE, END, 0]]
    contents: dict[int, bytes] = {}
    _add(tree, 0, entries, contents, chained)
    sectors: list[bytes] = []
    chains: list[int] = []  # sector -> the next one
    small = b""
    minis: list[int] = []
    for number, data in sorted(contents.items()):
        entry = entries[number]
        entry[6] = len(data)
        if len(data) >= CUTOFF:
            entry[5] = _put(data, sectors, chains)
        elif data:
            entry[5] = len(minis)
            count = -(-len(data) // MINI)
            minis += [*range(len(minis) + 1, len(minis) + count), END]
            small += data.ljust(count * MINI, b"\0")
    entries[0][5], entries[0][6] = _put(small, sectors, chains) if small else END, len(small)
    table = struct.pack(f"<{len(minis)}I", *minis)
    mini_start = _put(table, sectors, chains, b"\xff") if minis else END
    while len(entries) % 4:
        entries.append(["", 0, NONE, NONE, NONE, 0, 0])
    directory = _put(b"".join(map(_entry, entries)), sectors, chains)
    return _file(sectors, chains, directory, mini_start, -(-len(table) // SECTOR))


def _file(sectors: list[bytes], chains: list[int], directory: int, mini_start: int, mini_count: int) -> bytes:
    count = 0
    while count * 128 < len(chains) + count:
        count += 1
    assert count <= 109, "larger files need a DIFAT"
    fat = list(range(len(chains), len(chains) + count))
    numbers = [*chains, *[FAT] * count]
    numbers += [FREE] * (-len(numbers) % 128)
    data = struct.pack(f"<{len(numbers)}I", *numbers)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<III", 0, count, directory) + struct.pack("<II", 0, CUTOFF)
    head += struct.pack("<IIII", mini_start, mini_count, END, 0)
    head += struct.pack("<109I", *fat, *[FREE] * (109 - count))
    return head + b"".join(sectors) + data


def _put(data: bytes, sectors: list[bytes], chains: list[int], fill: bytes = b"\0") -> int:
    start, count = len(sectors), -(-len(data) // SECTOR)
    sectors += [data[at * SECTOR : (at + 1) * SECTOR].ljust(SECTOR, fill) for at in range(count)]
    chains += [*range(start + 1, start + count), END]
    return start


def _add(tree: Tree, parent: int, entries: list[list], contents: dict[int, bytes], chained: bool) -> None:
    numbers = []
    for name, value in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
        numbers.append(len(entries))
        entries.append([name, 2 if isinstance(value, bytes) else 1, NONE, NONE, NONE, 0, 0])
        if isinstance(value, bytes):
            contents[numbers[-1]] = value
            entries[-1][5] = END
        else:
            _add(value, numbers[-1], entries, contents, chained)
    entries[parent][4] = _balanced(numbers, entries, chained)


def _balanced(numbers: list[int], entries: list[list], chained: bool) -> int:
    if not numbers:
        return NONE
    if chained:
        for one, following in pairwise(numbers):
            entries[one][3] = following
        return numbers[0]
    middle = len(numbers) // 2
    entries[numbers[middle]][2] = _balanced(numbers[:middle], entries, False)
    entries[numbers[middle]][3] = _balanced(numbers[middle + 1 :], entries, False)
    return numbers[middle]


def _entry(entry: list) -> bytes:
    name, kind, left, right, first, start, size = entry
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", length, kind, 1, left, right, first)
    return head + bytes(36) + struct.pack("<IQ", start, size)


# --- messages ---------------------------------------------------------------------------------------------------------

Value = str | bytes | int
Properties = Mapping[int, Value]
"""Property id -> text (Unicode), bytes, or number. Times are seconds since 1970 below the ids in TIMES."""

TIMES = frozenset((0x0039, 0x0E06))
USUAL: dict[int, Value] = {
    0x001A: "IPM.Note",
    0x0037: "Prüfstand Halle 3",
    0x0039: 1_714_982_400,  # 2024-05-06 08:00 UTC
    0x0042: "Beispiel, Anna (Einkauf)",
    0x0064: "EX",
    0x0065: "/O=FIRMA/OU=EXCHANGE/CN=RECIPIENTS/CN=ABEISPIEL",
    0x5D02: "anna@firma.example",
    0x1000: "Guten Tag,\r\n\r\nder Prüfstand läuft.\r\n",
    0x1035: "<eins@firma.example>",
}
TO: dict[int, Value] = {
    0x0C15: 1,
    0x3001: "Bernd Muster",
    0x3002: "EX",
    0x3003: "/O=FIRMA/CN=BMUSTER",
    0x39FE: "bernd@firma.example",
}


def outlook(
    properties: Properties = NOTHING,
    recipients: Sequence[Properties] = (TO,),
    attachments: Sequence[Properties | tuple[Properties, Tree]] = (),
    *,
    page: int = 0,
) -> bytes:
    """The bytes of a `.msg`. `properties` replace those of USUAL, "" takes one away; `page`: code page of the texts."""
    return compound(message_tree(properties, recipients, attachments, page=page))


def message_tree(
    properties: Properties = NOTHING,
    recipients: Sequence[Properties] = (TO,),
    attachments: Sequence[Properties | tuple[Properties, Tree]] = (),
    *,
    page: int = 0,
    head: int = 32,
) -> Tree:
    """The storage of a message; `head` 24 makes it one that is embedded in an attachment."""
    facts = {id: value for id, value in {**USUAL, **properties}.items() if value != ""}
    tree: dict[str, bytes | Tree] = dict(_storage(facts, head, page))
    for number, recipient in enumerate(recipients):
        tree[f"__recip_version1.0_#{number:08X}"] = _storage(recipient, 8, page)
    for number, file in enumerate(attachments):
        facts, inner = file if isinstance(file, tuple) else (file, None)
        storage = dict(_storage(facts, 8, page))
        if inner is not None:
            storage["__substg1.0_3701000D"] = inner
        tree[f"__attach_version1.0_#{number:08X}"] = storage
    tree["__nameid_version1.0"] = {"__substg1.0_00020102": b"", "__substg1.0_00030102": b""}
    return tree


def file(name: str, data: bytes, **more: Value) -> Properties:
    """An attachment by value."""
    return {0x3705: 1, 0x3707: name, 0x3701: data, **{int(id[1:], 16): value for id, value in more.items()}}


def embedded(inner: Tree) -> tuple[Properties, Tree]:
    """An attachment that is a message: `inner` is `message_tree(..., head=24)`."""
    return {0x3705: 5, 0x3001: "Anlage"}, inner


def _storage(facts: Properties, head: int, page: int) -> dict[str, bytes]:
    streams: dict[str, bytes] = {}
    table = bytes(head)
    for id, value in sorted(facts.items()):
        if isinstance(value, int):
            kind, number = (0x0040, (value + EPOCH) * 10_000_000) if id in TIMES else (0x0003, value)
            table += struct.pack("<HHIQ", kind, id, 6, number)
            continue
        if isinstance(value, bytes):
            kind, data = 0x0102, value
        else:
            kind = 0x001E if page else 0x001F
            data = value.encode(f"cp{page}") if page else value.encode("utf-16-le")
        streams[f"__substg1.0_{id:04X}{kind:04X}"] = data
        table += struct.pack("<HHIII", kind, id, 6, len(data) + (2 if kind == 0x001F else 1), 0)
    return {**streams, "__properties_version1.0": table}
