"""--embeddings: a model made here, saved, loaded and used; what is no model is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from cluster.german_mailbox import mailbox

from mail2wiki.cluster import embedding, group
from mail2wiki.errors import UsageError
from mail2wiki.records import Body, Conversation

WORDS = ["[UNK]", "pumpe", "öl", "messe", "theke"]


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A model2vec model of four words in two dimensions: machines and fairs."""
    model2vec = pytest.importorskip("model2vec")
    import numpy as np
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    rows = np.array([[0, 0], [1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], dtype=np.float32)
    folder = tmp_path_factory.mktemp("model")
    model2vec.StaticModel(rows, tokenizer).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def transformer(tmp_path_factory) -> Path:
    """A sentence-transformers folder: a BERT of one layer over the same words, its weights drawn with a fixed seed."""
    sentence_transformers = pytest.importorskip("sentence_transformers")
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(3)
    source, folder = (tmp_path_factory.mktemp(name) for name in ("bert", "transformer"))
    vocabulary = source / "vocab.txt"
    vocabulary.write_text("\n".join(["[PAD]", "[CLS]", "[SEP]", "[MASK]", *WORDS]), encoding="utf-8")
    BertTokenizerFast(str(vocabulary), do_lower_case=True, strip_accents=False).save_pretrained(source)
    BertModel(
        BertConfig(
            vocab_size=9, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
            max_position_embeddings=64,
        )
    ).save_pretrained(source)  # fmt: skip
    parts = pytest.importorskip("sentence_transformers.models")
    words = parts.Transformer(str(source), max_seq_length=32)
    pooled = parts.Pooling(16, pooling_mode="mean")
    sentence_transformers.SentenceTransformer(modules=[words, pooled], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="module")
def static(tmp_path_factory) -> Path:
    """A sentence-transformers folder that holds nothing but a vector per word."""
    sentence_transformers = pytest.importorskip("sentence_transformers")
    import numpy as np
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    rows = np.array([[0, 0], [1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], dtype=np.float32)
    module = pytest.importorskip("sentence_transformers.models").StaticEmbedding(tokenizer, embedding_weights=rows)
    folder = tmp_path_factory.mktemp("static")
    sentence_transformers.SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


def test_a_sentence_transformers_folder_is_loaded_and_used(transformer):
    assert embedding.kind(transformer) == embedding.TRANSFORMERS
    bodies = {id: Body((text,), "n") for id, text in (("m1", "Pumpe Öl"), ("m2", "Öl Pumpe"), ("m3", "Messe"))}
    conversations = [Conversation(f"c{id}", "", (id,)) for id in bodies]
    found = embedding.embed(conversations, lambda ids: bodies, embedding.load(transformer))
    assert {row.shape for row in found.values()} == {(16,)}
    assert all(abs(float(row @ row) - 1) < 0.01 for row in found.values())
    assert found["cm1"] @ found["cm2"] > found["cm1"] @ found["cm3"]
    again = embedding.embed(conversations, lambda ids: bodies, embedding.load(transformer))
    assert all((again[id] == found[id]).all() for id in found)


def test_a_static_sentence_transformers_folder_is_loaded_too(static):
    bodies = {id: Body((text,), "n") for id, text in (("m1", "Pumpe"), ("m2", "Öl"), ("m3", "Messe"))}
    conversations = [Conversation(f"c{id}", "", (id,)) for id in bodies]
    found = embedding.embed(conversations, lambda ids: bodies, embedding.load(static))
    assert found["cm1"] @ found["cm2"] > 0.9 > 0.3 > found["cm1"] @ found["cm3"]


def test_a_broken_transformer_is_one_clear_line(transformer, tmp_path):
    for file in transformer.iterdir():
        if file.is_file() and file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(UsageError, match="cannot be read"):
        embedding.load(tmp_path)


def test_a_saved_model_gives_each_conversation_a_vector(model):
    texts = {"m1": "Die Pumpe verliert Öl", "m2": "Öl", "m3": "Theke für die Messe", "m4": ""}
    bodies = {id: Body((text,), "n") for id, text in texts.items()}
    conversations = [Conversation(f"c{id}", "", (id,)) for id in texts]
    found = embedding.embed(conversations, lambda ids: {id: bodies[id] for id in ids}, embedding.load(model))
    assert found["cm1"] @ found["cm2"] > 0.9 > 0.3 > found["cm1"] @ found["cm3"]
    assert not found["cm4"].any()
    assert (
        embedding.embed(conversations, lambda ids: bodies, embedding.load(model))["cm1"].tolist()
        == found["cm1"].tolist()
    )


def test_embeddings_bring_together_what_words_do_not():
    import numpy as np

    silent = [replace(d, subjects=("",), terms=()) for d in mailbox(per_topic=4)[0]]
    sides = {d.id: np.eye(2, dtype=np.float32)[at % 2] for at, d in enumerate(silent)}
    topics = group(silent, embedded=sides)
    mixed = [len({tuple(sides[c]) for c in topic.conversations}) for topic in topics]
    assert len(topics) > 1 and sum(mixed) <= len(topics) + 1


@pytest.mark.parametrize("config", [None, "{}", "no json", json.dumps({"architectures": ["Other"]})])
def test_what_is_no_model_is_refused(config, tmp_path):
    folder = tmp_path / "folder"
    if config is not None:
        folder.mkdir()
        (folder / "config.json").write_text(config)
    with pytest.raises(UsageError, match="--embeddings names no"):
        embedding.kind(folder)


def test_a_broken_model_is_one_clear_line(model, tmp_path):
    for file in model.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes()[:40] if file.suffix != ".json" else file.read_bytes())
    with pytest.raises(UsageError, match="cannot be read"):
        embedding.load(tmp_path)
