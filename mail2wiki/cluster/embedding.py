"""--embeddings DIR: vectors of a local sentence-transformers or model2vec folder, beside our own. Off by default.

Costs more than it gives: + .005 agreement with people's folders for 36 to 67 s per 1,000 messages (MiniLM on two
cores). Refuses names of models: nothing is ever downloaded. Refuses folders with code of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from mail2wiki.errors import UsageError
from mail2wiki.records import NEW, QUOTED, Body, Conversation

if TYPE_CHECKING:
    import numpy as np

WEIGHT = 0.5  # length of an embedding beside the words' 1
LETTERS = 2_000  # of a conversation's text; models of this kind read 256 words
BATCH = 256  # conversations whose bodies are alive at a time

Encode = Callable[[list[str]], "np.ndarray"]
MODEL2VEC, TRANSFORMERS = "model2vec", "sentence_transformers"


def kind(folder: Path) -> str:
    """Which package reads this folder; raises UsageError for any other folder, before anything is loaded."""
    if not folder.is_dir():
        raise UsageError("--embeddings names no folder", str(folder), "Give the folder of a model; none is downloaded.")
    said = "".join(_read(folder / name) for name in ("config.json", "modules.json"))
    if re.search(r'"(?:StaticModel|model2vec)"|\.StaticEmbedding"', said):
        return MODEL2VEC
    if (folder / "modules.json").is_file():
        return TRANSFORMERS
    raise UsageError(
        "--embeddings names no model", str(folder), "Give a folder that model2vec or sentence-transformers has saved."
    )


def _read(path: Path) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1_000_000)
    except OSError:
        return ""


def load(folder: Path) -> Encode:
    """texts -> float32 (texts, dimensions), by the package that saved the folder."""
    package = kind(folder)
    try:
        if package == MODEL2VEC:
            from model2vec import StaticModel

            model = StaticModel.from_pretrained(folder)
            return lambda texts: model.encode(texts, use_multiprocessing=False)
        from sentence_transformers import SentenceTransformer

        big = SentenceTransformer(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
        return lambda texts: big.encode(texts, batch_size=32, show_progress_bar=False, convert_to_numpy=True)
    except ImportError as error:
        raise UsageError(
            f"--embeddings needs a package that is not there: {error.name}", str(folder),
            "Install it: pip install 'mail2wiki[embeddings]', for sentence-transformers that package too.",
        ) from error  # fmt: skip
    except Exception as error:  # what a broken model raises is up to its package
        raise UsageError(f"--embeddings: the model cannot be read: {error}", str(folder), "Save it anew.") from error


def embed(
    conversations: Iterable[Conversation], read_bodies: Callable[[Sequence[str]], Mapping[str, Body]], encode: Encode
) -> dict[str, np.ndarray]:
    """Conversation id -> its vector, float32, length 1 (0 for one that says nothing)."""
    import numpy as np

    found: dict[str, np.ndarray] = {}
    for batch in _batches(conversations):
        bodies = read_bodies([id for conversation in batch for id in conversation.messages])
        texts = [_text(conversation, bodies) for conversation in batch]
        rows = np.nan_to_num(np.asarray(encode(texts), dtype=np.float32))
        rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
        found.update(zip((conversation.id for conversation in batch), np.round(rows, 4), strict=True))
    return found


def _batches(conversations: Iterable[Conversation]) -> Iterator[list[Conversation]]:
    rest = iter(conversations)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _text(conversation: Conversation, bodies: Mapping[str, Body]) -> str:
    parts = [conversation.subject]
    for id in conversation.messages:
        parts.append(bodies[id].text(NEW + QUOTED)[:LETTERS] if id in bodies else "")
        if sum(map(len, parts)) >= LETTERS:
            break
    return "\n".join(parts)[:LETTERS]
