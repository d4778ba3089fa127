"""Attachments as documents: the versions of one file that went around, newest first.

Two files are versions of one document if their names say so (same words but for version marks, dates, copies) and they
went around in one conversation or between the same people. Refuses: logos, signatures, invitations, business cards.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256

from mail2wiki.records import Attachment, Conversation, DocumentFile, FileVersion, Message

_LOGO, _ICON = 3, 8_000  # an inline picture in so many messages, or of so few bytes, is decoration
_SKIPPED_TYPES = frozenset(
    [
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/ms-tnef",
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "application/ics",
        "message/delivery-status",
        "message/rfc822",
    ]
)
_SKIPPED_SUFFIXES = ("p7s", "p7m", "ics", "vcf", "asc", "sig", "dat", "eml")
_MARKS = re.compile(
    r"""\(\d{1,3}\)|\bcopy\b(?:\ of\b)?|\bkopie\b(?:\ von\b)?                               # copies, en and de
    |\bv(?:er(?:sion)?)?[ .]?\d+(?:[ .]\d+)*\b|\brev(?:ision)?[ .]?[a-z0-9]{1,3}\b|\bstand\b|\bfassung\b
    |\b(?:final|finale?s?|draft|entwurf|neu|new|alt|old|korr|korrigiert|corrected|rev|signed|unterschrieben|letzte|last)\b
    |\b(?:19|20)\d\d[ .]?[01]\d[ .]?[0-3]\d\b|\b[0-3]?\d[ .][01]?\d[ .](?:19|20)?\d\d\b   # dates
    |\b\d{6}\b""",
    re.VERBOSE,
)
# named by clients, en and de: pictures pasted into the text, and parts without a name
_UNNAMED = re.compile(
    r"(?:image|img|grafik|bild|embed|pastedgraphic|att|unnamed|noname|part)[ _.-]?[\d.()-]*(?:\.\w{2,4})?"
)
_UNNAMED_TYPES = ("image/", "text/")
_TRAILING = re.compile(r"(?<=[^\W\d]) ?\d{1,2}$")  # "offer2"; not of pictures, which cameras and clients number
_PICTURES = frozenset(("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "heic"))
_GAPS = re.compile(r"[\s_\-]+")


def documents(messages: Iterable[Message], conversations: Sequence[Conversation]) -> list[DocumentFile]:
    """The documents in the published messages, the newest first."""
    by_id = {message.id: message for message in messages}
    carried: Counter[str] = Counter()
    for message in by_id.values():
        carried.update({a.sha256 for a in message.attachments})
    first: dict[tuple[str, str], tuple[FileVersion, str, frozenset[str]]] = {}  # (name key, bytes) -> first seen
    for conversation in conversations:
        for id in conversation.messages:
            if (carrier := by_id.get(id)) is not None:
                for a in {a.sha256: a for a in carrier.attachments}.values():  # twice in one message is once
                    if _is_document(a, carried[a.sha256]):
                        _see(carrier, a, conversation.id, first)
    groups: dict[tuple[str, str], list[FileVersion]] = {}
    for key, members in _by_key(first).items():
        for root, versions in _connected(members).items():
            groups[key, root] = versions
    found = [_document(versions) for _, versions in sorted(groups.items())]
    found.sort(key=lambda d: (-(d.versions[0].date or 0), d.id))
    return found


def _is_document(a: Attachment, carried: int) -> bool:
    suffix = a.name.rpartition(".")[2].lower() if "." in a.name else ""
    if not a.size or not a.name or a.media_type.lower() in _SKIPPED_TYPES or suffix in _SKIPPED_SUFFIXES:
        return False
    if _UNNAMED.fullmatch(a.name.lower()) and a.media_type.lower().startswith(_UNNAMED_TYPES):
        return False
    picture = a.media_type.lower().startswith("image/")
    return not (picture and (a.inline or a.content_id) and (carried >= _LOGO or a.size < _ICON))


def _see(message: Message, a: Attachment, conversation: str,
         first: dict[tuple[str, str], tuple[FileVersion, str, frozenset[str]]]) -> None:  # fmt: skip
    key = name_key(a.name)
    version = FileVersion(a.sha256, a.name, a.media_type, a.size, message.date, message.id, message.sender, a.title)
    around = frozenset(x.address for x in (message.sender, *message.to[:10], *message.cc[:10]) if x.address)
    before = first.get((key, a.sha256))
    if before is None:
        first[key, a.sha256] = version, conversation, around
    elif (version.date or 1 << 60, version.message) < (before[0].date or 1 << 60, before[0].message):
        first[key, a.sha256] = version, conversation, around | before[2]
    else:
        first[key, a.sha256] = before[0], before[1], around | before[2]


def _by_key(first: dict[tuple[str, str], tuple[FileVersion, str, frozenset[str]]]) -> dict[
    str, list[tuple[FileVersion, str, frozenset[str]]]
]:  # fmt: skip
    groups: dict[str, list[tuple[FileVersion, str, frozenset[str]]]] = {}
    for (key, _), entry in first.items():
        groups.setdefault(key, []).append(entry)
    for members in groups.values():
        members.sort(key=lambda m: (m[0].date or 0, m[0].message, m[0].sha256))
    return groups


def _connected(members: list[tuple[FileVersion, str, frozenset[str]]]) -> dict[str, list[FileVersion]]:
    """Files of one name, joined through conversations or through two people they share."""
    groups: dict[str, list[FileVersion]] = {}
    by_conversation: dict[str, str] = {}
    by_pair: dict[tuple[str, str], str] = {}
    carriers: set[tuple[str, str]] = set()  # two files in one message are two documents
    for version, conversation, around in members:
        some = sorted(around)[:12]
        pairs = [(a, b) for n, a in enumerate(some) for b in some[n + 1 :]]
        root = by_conversation.get(conversation) or next((by_pair[p] for p in pairs if p in by_pair), None)
        if root is None or (root, version.message) in carriers:
            root = f"{version.sha256}{version.message}"
        carriers.add((root, version.message))
        by_conversation.setdefault(conversation, root)
        for pair in pairs:
            by_pair.setdefault(pair, root)
        groups.setdefault(root, []).append(version)
    return groups


def _document(versions: list[FileVersion]) -> DocumentFile:
    newest = tuple(sorted(versions, key=lambda v: (-(v.date or 0), v.message, v.sha256)))
    oldest = newest[-1]
    id = sha256(f"{name_key(oldest.name)}\n{oldest.sha256}".encode()).hexdigest()[:12]
    return DocumentFile(id, newest[0].name, newest)


def name_key(name: str) -> str:
    """The words of a file name that its versions have in common, with the suffix."""
    name = unicodedata.normalize("NFC", name[:300]).casefold()
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 5 or not suffix.isalnum():
        stem, suffix = name, ""
    words = _GAPS.sub(" ", stem)
    bare = _GAPS.sub(" ", _MARKS.sub(" ", words)).strip(" .,;()[]")
    if suffix not in _PICTURES:
        bare = _TRAILING.sub("", bare).strip(" .")
    return f"{bare or words.strip()}.{suffix}"
