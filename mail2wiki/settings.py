"""mail2wiki.toml + environment (`MAIL2WIKI_*`) + flags -> one frozen Settings; all problems reported together.

A flag wins over the environment, the environment over the file, the file over the default. A flag that was not given
is `None` and changes nothing. Refuses unknown names (it lists the known ones) and wrong values, never guesses.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mail2wiki.errors import UsageError

FILE = "mail2wiki.toml"
PREFIX = "MAIL2WIKI_"
LANGUAGES = ("de", "en")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can decide. Every field is a key of mail2wiki.toml, a variable MAIL2WIKI_<FIELD> and a flag."""

    owner: tuple[str, ...] = ()  # addresses (or parts of names) of whoever's mailbox it is; () = found from the mail
    lang: str = ""  # language of the pages; "" = the mailbox's main language
    workers: int = 0  # processes that read and render; 0 = one per core
    max_pages: int = 2000
    strict: bool = False  # exit 3 when something was skipped
    include_trash: bool = False  # Spam and Trash of a Google Takeout and what is deleted in Thunderbird, too
    keep: tuple[str, ...] = ()  # ids or Message-IDs that are never dropped as a copy
    exclude_senders: tuple[str, ...] = ()  # addresses or @domains whose messages are left out
    exclude_folders: tuple[str, ...] = ()  # folder names that are left out
    private_words: tuple[str, ...] = ()  # more words that, marked in a subject or folder, say private
    embeddings: str = ""  # folder of a local sentence-transformers or model2vec model; "" = none
    regroup: bool = False  # build the topics anew, keeping the ids of those that survive

    @property
    def processes(self) -> int:
        """Number of worker processes to use."""
        return self.workers or len(os.sched_getaffinity(0))

    def as_dict(self) -> dict[str, Any]:
        """For report.json."""
        return dataclasses.asdict(self)

    def digest(self) -> str:
        """Changes when a setting that shapes the wiki changes; the number of workers does not."""
        shaping = {k: v for k, v in self.as_dict().items() if k not in ("workers", "strict", "regroup")}
        return hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()


def _text_list(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, (list, tuple)) or not all(isinstance(part, str) for part in value):
        raise ValueError("needs text, or a list of texts")
    return tuple(part for part in value if part)


def _language(value: Any) -> str:
    if value not in ("", *LANGUAGES):
        raise ValueError(f"needs one of: {', '.join(LANGUAGES)}")
    return str(value)


def _at_least(least: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not str(value).lstrip("-").isdigit() or int(value) < least:
            raise ValueError(f"needs a whole number from {least}")
        return int(value)

    return read


def _switch(value: Any) -> bool:
    words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    if isinstance(value, bool):
        return value
    if str(value).lower() not in words:
        raise ValueError("needs true or false")
    return words[str(value).lower()]


_READERS: dict[str, Callable[[Any], Any]] = {
    "owner": _text_list,
    "lang": _language,
    "workers": _at_least(0),
    "max_pages": _at_least(10),
    "strict": _switch,
    "include_trash": _switch,
    "keep": _text_list,
    "exclude_senders": _text_list,
    "exclude_folders": _text_list,
    "private_words": _text_list,
    "embeddings": str,
    "regroup": _switch,
}


def load(flags: Mapping[str, Any], environment: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Settings from all three places; raises UsageError with every problem found.

    `file` None means mail2wiki.toml in the current folder, if there is one; a file that was named must exist.
    """
    problems: list[str] = []
    given: dict[str, tuple[Any, str]] = {}
    for name, value in _from_file(file, problems).items():
        given[name] = (value, str(file or FILE))
    for key, text in sorted((os.environ if environment is None else environment).items()):
        if key.startswith(PREFIX):
            given[key.removeprefix(PREFIX).lower()] = (text, f"environment variable {key}")
    for name, value in flags.items():
        if value is not None and value != ():
            given[name] = (value, f"--{name.replace('_', '-')}")
    values: dict[str, Any] = {}
    for name, (value, where) in given.items():
        if name not in _READERS:
            problems.append(f"no setting '{name}' ({where}). There are: {', '.join(_READERS)}.")
            continue
        try:
            values[name] = _READERS[name](value)
        except ValueError as error:
            problems.append(f"{name} {error}, not {value!r} ({where}). Correct it and run again.")
    if problems:
        raise UsageError.of(problems)
    return Settings(**values)


def _from_file(file: Path | None, problems: list[str]) -> dict[str, Any]:
    path = file or Path(FILE)
    if file is None and not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"settings cannot be read: {error.strerror} ({path}). Name an existing file.")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"settings are no TOML: {error} ({path}). Correct that line.")
    return {}
