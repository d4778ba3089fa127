"""Our topics beside NMF, LDA, k-means and, where it is installed, BERTopic: agreement with the folders people made.

usage: topics_bench.py [--only NAME] [--update]
Mailboxes: our German one (tests/cluster/german.toml, as it is and terse, the mean of eight) and, where the shared
corpora lie beside the checkout or in MAIL2WIKI_SHARED, those whose owners sorted them. All see the same conversations;
NMF, LDA and k-means get as many topics as we found and the same word counts, BERTopic (0.17, TF-IDF and truncated SVD
in place of sentence embeddings, outliers reduced: `pip install --no-deps bertopic umap-learn hdbscan pandas plotly tqdm
narwhals`) on the same words. Prints adjusted mutual information, and how often topics are named like the folders
people made: the share of the sorted messages (`named`), and of the folders, each looked for where most of it lies
(`folders`), whose name's stem stands in the label or keyphrases of their topic. Exits 1 below a floor of
topics_floors.toml; that of the names is of the mean over three mailboxes, for one folder alone is .02 to .07 of one.
`--update` raises floors that were beaten by more than the noise (.02), never lowers one. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import NMF, LatentDirichletAllocation, TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import adjusted_mutual_info_score

from mail2wiki import pipeline
from mail2wiki.catalog import Catalog
from mail2wiki.cluster import bags, documents, group
from mail2wiki.explain import grouped
from mail2wiki.gathering import names
from mail2wiki.out import Out
from mail2wiki.progress import Progress
from mail2wiki.records import Document, Topic
from mail2wiki.settings import Settings

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("MAIL2WIKI_SHARED", HERE.parent.parent / "shared")).resolve()
FLOORS = HERE / "topics_floors.toml"
CORPORA = ("enron/scholtes-d", "enron/corman-s", "enron/motley-m", "newsgroups/sample")
NOISE = 0.02
TERSE = 8  # terse mailboxes drawn: one alone is within .06 of their mean
DRAWS = 6  # seeds by which a sorted mailbox is grouped: one alone lies within .06 of their mean (corman-s: .75 to .84)

NAMED = ("enron/scholtes-d", "enron/corman-s", "enron/motley-m")  # whose names have a floor

Mailbox = tuple[list[Document], list[dict[str, Topic]], list[tuple[str, str]]]
"""Conversations, conversation -> our topic by each draw, and (conversation, folder) of each sorted message."""


def german(terse: bool, seed: int = 1) -> Mailbox:
    sys.path.insert(0, str(HERE.parent / "tests"))
    from cluster import german_mailbox

    found, truth = (german_mailbox.terse_mailbox if terse else german_mailbox.mailbox)(seed)
    return found, [grouping(found)], sorted(truth.items())


def grouping(found: list[Document], seed: int = 0, **known: Any) -> dict[str, Topic]:
    """Conversation -> topic."""
    return {id: topic for topic in group(found, seed=seed, **known) for id in topic.conversations}


def corpus(name: str) -> Mailbox:
    source = SHARED / "corpora" / f"{name}.mbox.xz"
    rows = (SHARED / "corpora" / f"{name}.folders.tsv").read_text(encoding="utf-8").splitlines()
    folders = dict(row.split("\t")[:2] for row in rows)
    with tempfile.TemporaryDirectory() as scratch:
        out = Out(Path(scratch) / "out")
        pipeline.export([source], out.root, Settings(), Progress())
        with Catalog(out.catalog, readonly=True) as catalog:
            found, _ = grouped(out, catalog)
            messages = {message.id: message for message in catalog.messages()}
        lines = {line["id"]: line for line in out.read_manifest()}
    pairs = []
    for line in lines.values():
        folder = folders.get(line.get("message_id", ""))
        for _ in range(100):
            line = lines.get(line.get("of", ""), line) if line["disposition"] != "published" else line
        if folder and line["disposition"] == "published":
            pairs.append((line["thread"], folder))
    shown = [messages[id] for id, line in lines.items() if line["disposition"] == "published"]
    owner = {address.address for address in pipeline.find_owners(messages, Settings())}
    known = {"owner": owner, "names": names(shown)}
    return found, [grouping(found, 100 * draw, **known) for draw in range(DRAWS)], sorted(pairs)


def others(found: list[Document], k: int) -> Iterator[tuple[str, np.ndarray]]:
    """(method, topic of each conversation)."""
    words = documents.count(found).words
    df = np.bincount(words.indices, minlength=words.shape[1])
    words = words[:, (df >= 2) & (df <= 0.3 * len(found))]
    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(words)
    yield "k-means", KMeans(k, n_init=3, random_state=0).fit_predict(weighted)
    yield "NMF", NMF(k, init="nndsvd", random_state=0, max_iter=200).fit_transform(weighted).argmax(axis=1)
    yield "LDA", LatentDirichletAllocation(k, random_state=0, max_iter=10).fit_transform(words).argmax(axis=1)
    try:
        from bertopic import BERTopic
        from umap import UMAP
    except ImportError:
        return
    dense = TruncatedSVD(min(100, words.shape[1] - 1), random_state=0).fit_transform(weighted)
    texts = [" ".join(f"w{at}" for at in words[[row]].indices) or "none" for row in range(len(found))]
    reduced = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=0)
    model = BERTopic(min_topic_size=8, language="multilingual", umap_model=reduced)
    labels, _ = model.fit_transform(texts, dense)
    if -1 in labels and len(set(labels)) > 1:
        labels = model.reduce_outliers(texts, labels, strategy="c-tf-idf", threshold=0)
    yield "BERTopic", np.array(labels)


def stems(text: str) -> set[str]:
    """The stems of a name, in either language."""
    return {bags.stem(word, language) for word in bags.words_of(text.replace("_", " ")) for language in ("de", "en")}


def named(topic_of: dict[str, Topic], pairs: list[tuple[str, str]]) -> tuple[float, float]:
    """The share of messages, and of folders, whose folder's name is said by the name or the keyphrases of the topic."""
    said = {topic.id: stems(f"{topic.label} {' '.join(topic.keyphrases)}") - {""} for topic in topic_of.values()}
    where: dict[str, Counter[str]] = defaultdict(Counter)
    for id, folder in pairs:
        where[folder][topic_of[id].id] += 1
    hits = [n for folder, topics in where.items() for topic, n in topics.items() if stems(folder) & said[topic]]
    most = {folder: min(topics, key=lambda topic: (-topics[topic], topic)) for folder, topics in where.items()}
    folders = [bool(stems(folder) & said[topic]) for folder, topic in most.items()]
    return sum(hits) / len(pairs), sum(folders) / len(folders)


def measured(mailbox: Mailbox) -> dict[str, float]:
    found, ours, pairs = mailbox
    truth = [folder for _, folder in pairs]
    drawn = [adjusted_mutual_info_score(truth, [one[id].id for id, _ in pairs]) for one in ours]
    by_message, by_folder = np.mean([named(one, pairs) for one in ours], axis=0)
    figures = {"mail2wiki": np.mean(drawn), "lowest": min(drawn), "named": by_message, "folders": by_folder}
    k = len({topic.id for topic in ours[0].values()})
    for name, labels in others(found, k):
        of = dict(zip((document.id for document in found), labels, strict=True))
        figures[name] = adjusted_mutual_info_score(truth, [of[id] for id, _ in pairs])
    return {**{name: float(value) for name, value in figures.items()}, "topics": k}


def mean(rows: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each figure."""
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def raised(text: str, table: str, key: str, value: float, floor: float) -> str:
    """The floors with this one raised where it was beaten by more than the noise."""
    if value - NOISE <= floor:
        return text
    start = text.index(f'["{table}"]')
    return text[:start] + re.sub(rf"(?m)^({key} = )\S+", rf"\g<1>{value - NOISE:.3g}", text[start:], count=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="only this mailbox")
    parser.add_argument("--update", action="store_true", help="raise the floors that were beaten")
    args = parser.parse_args()
    makers: dict[str, Callable[[], list[Mailbox]]] = {
        "german": lambda: [german(False)],
        "german-terse": lambda: [german(True, seed) for seed in range(1, 1 + TERSE)],
    }
    for name in CORPORA:
        if (SHARED / "corpora" / f"{name}.mbox.xz").exists():
            makers[name] = lambda name=name: [corpus(name)]  # type: ignore[misc]
        else:
            print(f"{name}: skipped, not at {SHARED}")
    text = FLOORS.read_text(encoding="utf-8")
    floors = tomllib.loads(text)
    failed = False
    like_folders: dict[str, dict[str, float]] = {}
    for name, make in makers.items():
        if args.only not in (None, name):
            continue
        figures = mean([measured(mailbox) for mailbox in make()])
        if name in NAMED:
            like_folders[name] = {key: figures[key] for key in ("named", "folders")}
        ami, floor = round(figures["mail2wiki"], 3), floors[name]["ami"]
        missed = ami < floor
        failed |= missed
        print(f"{name:18}", *(f"{key} {value:.3g}" for key, value in figures.items()), "MISSED" * missed, flush=True)
        if args.update:
            text = raised(text, name, "ami", ami, floor)
    if len(like_folders) == len(NAMED):
        figures = mean(list(like_folders.values()))
        low = {key for key, value in figures.items() if round(value, 3) < floors["names"][key]}
        failed |= bool(low)
        print(
            f"{'mean of the three':18}", *(f"{key} {value:.3g}" for key, value in figures.items()), "MISSED" * bool(low)
        )
        for key, value in figures.items():
            text = raised(text, "names", key, value, floors["names"][key]) if args.update else text
    if args.update:
        FLOORS.write_text(text, encoding="utf-8")
    sys.exit(failed)


if __name__ == "__main__":
    main()
