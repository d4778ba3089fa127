"""Terms counted beside the parent: the same wiki, each message once, and nothing left out by a killed run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from builder import wiki_files

from mail2wiki import counting, reading
from mail2wiki.catalog import Catalog
from mail2wiki.out import Out
from mail2wiki.pipeline import export
from mail2wiki.progress import Progress
from mail2wiki.sample import write
from mail2wiki.settings import Settings


def wiki(mail: Path, out: Path, workers: int) -> dict[str, bytes]:
    export(write(mail), out, Settings(workers=workers), Progress())
    return wiki_files(out)


def terms(out: Path) -> dict[str, bytes]:
    with Catalog(Out(out).catalog, reading=reading.version()) as catalog:
        assert catalog.uncounted() == []
        return catalog.terms()


@pytest.mark.parametrize("few", [0, 100_000])  # by a process beside the parent, by the parent
def test_terms_are_those_of_reading(few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = wiki(tmp_path / "mail", tmp_path / "alone", 1)
    monkeypatch.setattr(counting, "LATER", 0)
    monkeypatch.setattr(counting, "FEW", few)
    counted: list[int] = []
    count = Catalog.count
    monkeypatch.setattr(Catalog, "count", lambda self, some: counted.append(len(some)) or count(self, some))
    assert wiki(tmp_path / "mail", tmp_path / "beside", 2) == alone
    assert terms(tmp_path / "beside") == terms(tmp_path / "alone")
    assert sum(counted) == len(terms(tmp_path / "alone")) > 250


def test_the_next_run_counts_what_a_killed_one_left(tmp_path: Path) -> None:
    expected = wiki(tmp_path / "mail", tmp_path / "whole", 1)
    wiki(tmp_path / "mail", tmp_path / "out", 1)
    with Catalog(Out(tmp_path / "out").catalog) as catalog:
        catalog._db.execute("DELETE FROM terms WHERE n > 100")
    shutil.rmtree(tmp_path / "out" / "wiki")
    assert wiki(tmp_path / "mail", tmp_path / "out", 1) == expected
    assert terms(tmp_path / "out") == terms(tmp_path / "whole")
