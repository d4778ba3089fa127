"""The quality gate: exports of our own annotated mailbox and, where they are there, of the shared corpora, with floors.

usage: gate.py [--quick] [--only NAME] [--update]
Floors are in floors.toml; they only rise: `--update` raises those that were beaten, never lowers one. The shared
corpora and their checks (account.py, wiki.py, paragraphs.py, topics.py, duplicates.py, quotes.py) are looked for beside
the checkout or in MAIL2WIKI_SHARED; without them only our own mailbox is measured, and the gate says so.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("MAIL2WIKI_SHARED", HERE.parent.parent / "shared")).resolve()
FLOORS = HERE / "floors.toml"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "MAIL2WIKI_SHARED"}  # no setting of ours
UPWARDS = {"kept", "ami", "precision", "recall", "exact", "worst_ami", "topics_least"}
"""Figures that must be at least their floor; all others must be at most it."""


def run(*command: object) -> str:
    done = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, env=ENVIRONMENT)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def check(script: str, *arguments: object) -> dict[str, float]:
    """The figures of a shared check: its last line is `name value` pairs."""
    words = run(SHARED / "eval" / script, *arguments).splitlines()[-1].split()
    return {name: float(value) for name, value in zip(words[::2], words[1::2], strict=True)}


def export(source: Path, out: Path) -> list[dict]:
    run("-m", "mail2wiki", "export", source, "-o", out, "--quiet")
    return [json.loads(line) for line in (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


def sample(out: Path) -> dict[str, float]:
    """Our own mailbox: topics as its authors meant them, nothing private, copies found."""
    from sklearn.metrics import adjusted_mutual_info_score

    import mail2wiki.sample

    run("-m", "mail2wiki", "demo", "-o", out, "--quiet")
    lines = [json.loads(line) for line in (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    folder = Path(mail2wiki.sample.__file__).parent
    meant = dict(row.split("\t")[:2] for row in (folder / "topics.tsv").read_text(encoding="utf-8").splitlines() if row)
    found = {line["message_id"]: line["topic"] for line in lines if line["disposition"] == "published"}
    pairs = [(meant[id], topic) for id, topic in found.items() if id in meant]
    words = [w for w in (folder / "PRIVATE.txt").read_text(encoding="utf-8").split("\n") if w and not w.startswith("#")]
    text = "\n".join(
        p.name + p.read_text(encoding="utf-8", errors="replace") for p in (out / "wiki").rglob("*") if p.is_file()
    ).lower()
    counts = Counter(line["disposition"] for line in lines)
    return {
        "ami": float(adjusted_mutual_info_score(*zip(*pairs, strict=True))),
        "private_words_published": sum(word.lower() in text for word in words),
        "unaccounted": len(lines) - sum(counts.values()),
    }


def corpus(floors: dict, out: Path) -> dict[str, float]:
    """One shared corpus: every check its floors ask for."""
    source = SHARED / "corpora" / floors["source"]
    lines = export(source, out)
    figures = {"violations": check("account.py", out, source)["violations"]}
    figures["wiki_violations"] = check("wiki.py", out / "wiki")["violations"]
    if "kept" in floors:
        said = check("paragraphs.py", out / "manifest.jsonl", out / "wiki", source)
        figures |= {name: said[name] for name in ("kept", "repetition")}
    if "ami" in floors:
        figures["ami"] = check("topics.py", out / "manifest.jsonl", SHARED / "corpora" / floors["folders"])["ami"]
    if "recall" in floors:
        said = check("duplicates.py", out / "manifest.jsonl", SHARED / "corpora" / floors["groups"])
        figures |= {name: said[name] for name in ("precision", "recall")}
    if "kept_back" in floors:
        counts = Counter(line["disposition"] for line in lines)
        figures["kept_back"] = (counts["held"] + counts["automated"]) / len(lines)
    return figures


def quotes(out: Path) -> dict[str, float]:
    """The quoting fixtures: is the shown text the author's own?"""
    fixtures = SHARED / "corpora" / "quoting" / "fixtures.json"
    out.mkdir()
    run(SHARED / "eval" / "make_quote_mbox.py", fixtures, out / "q.mbox")
    (out / "q.jsonl").write_text(run("-m", "mail2wiki", "show", out / "q.mbox", "--json"), encoding="utf-8")
    said = check("quotes.py", fixtures, out / "q.jsonl")
    return {name: said[name] for name in ("exact", "lost")}


def missed(figures: dict[str, float], floors: dict) -> list[str]:
    """The floors that these figures break."""
    wrong = []
    for name, floor in floors.items():
        if isinstance(floor, (int, float)) and not isinstance(floor, bool):
            value = figures[name]
            if (value < floor) if name in UPWARDS else (value > floor):
                wrong.append(f"{name} {value:.4g}, floor {floor:.4g}")
    return wrong


def raised(text: str, name: str, figures: dict[str, float], floors: dict) -> str:
    """floors.toml with the floors of one table raised to what was measured."""
    head, _, rest = text.partition(f'["{name}"]\n')
    table, mark, after = rest.partition("\n[")
    for figure, value in figures.items():
        if figure in floors and ((value > floors[figure]) if figure in UPWARDS else (value < floors[figure])):
            table = re.sub(rf"(?m)^{figure} = .*$", f"{figure} = {value:.4g}", table)
    return f'{head}["{name}"]\n{table}{mark}{after}'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only the tables marked quick")
    parser.add_argument("--only", help="only this table")
    parser.add_argument("--update", action="store_true", help="raise the floors that were beaten")
    args = parser.parse_args()
    text = FLOORS.read_text(encoding="utf-8")
    failed = False
    for name, floors in tomllib.loads(text).items():
        if (args.quick and not floors.get("quick")) or (args.only and args.only != name):
            continue
        if name != "sample" and not SHARED.is_dir():
            print(f"{name}: skipped, no shared corpora at {SHARED}")
            continue
        with tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch) / "out"
            figures = sample(out) if name == "sample" else quotes(out) if name == "quoting" else corpus(floors, out)
        wrong = missed(figures, floors)
        failed |= bool(wrong)
        print(f"{name}:", " ".join(f"{key} {value:.4g}" for key, value in figures.items()), flush=True)
        for line in wrong:
            print(f"  MISSED: {line}", flush=True)
        if args.update and not wrong:
            text = raised(text, name, figures, floors)
    if args.update:
        FLOORS.write_text(text, encoding="utf-8")
    sys.exit(failed)


if __name__ == "__main__":
    main()
