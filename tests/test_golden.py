"""The wiki of the sample mailbox, as a tree that a human reads in the diff.

When a change is meant, write it anew with `python tests/test_golden.py --write` and look at `git diff tests/golden`.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from mail2wiki.pipeline import demo
from mail2wiki.progress import Progress
from mail2wiki.settings import Settings

GOLDEN = Path(__file__).parent / "golden" / "demo"


def pages(wiki: Path) -> dict[str, str]:
    return {str(path.relative_to(wiki)): path.read_text(encoding="utf-8") for path in sorted(wiki.rglob("*.md"))}


def test_the_demo_wiki_is_the_golden_tree(tmp_path: Path) -> None:
    demo(tmp_path / "out", Settings(workers=1), Progress())
    now, golden = pages(tmp_path / "out" / "wiki"), pages(GOLDEN)
    assert sorted(now) == sorted(golden)
    for path, text in golden.items():
        assert now[path] == text, path


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    with tempfile.TemporaryDirectory() as scratch:
        demo(Path(scratch) / "out", Settings(workers=1), Progress())
        shutil.rmtree(GOLDEN, ignore_errors=True)
        for name, text in pages(Path(scratch) / "out" / "wiki").items():
            target = GOLDEN / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
