"""What the shared check paragraphs.py says when its known faults are mended, one after the other.

usage: mended.py OUT SOURCE... [--lost] [--at-least kept=0.998]
Prints for the check as it is, and after each of MENDS is added to those before it, kept, repetition and the number of
paragraphs; `--lost` prints the beginnings of the paragraphs that are lost to the end. `--at-least` and `--at-most`
hold for the last line. A reader of mail would agree with each mend; none of them knows anything of our pages.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("MAIL2WIKI_SHARED", HERE.parent.parent / "shared")).resolve()

MENDS = {
    "attributions": "'Am ... schrieb NAME:' and 'On ... NAME <...> says:' are boilerplate, like what ends in schrieb",
    "depths": "a change of quote depth ends a paragraph: a question and its answer are two",
    "signatures": "a line of two dashes ends a paragraph: a text is not one with the signature below it",
    "pictures": "[cid:...] of a picture is no text",
    "tails": "the rest of a paragraph over 400 letters is measured with the letters before it, not as 40 letters alone",
    "umlauts": "letters that are not ASCII are left out: a copy sent through another client has '?' for them",
}
ATTRIBUTION = re.compile(
    r"\b(wrote|writes|schrieb|says|said|escribi.|scritto|napsala?)\b[^\n]{0,100}:\s*$|^(on|am|il|el|le) [^\n]{0,120}:$",
    re.IGNORECASE | re.MULTILINE,
)


def check() -> ModuleType:
    """A fresh copy of the shared check."""
    sys.path.insert(0, str(SHARED / "eval"))
    spec = importlib.util.spec_from_file_location("paragraphs", SHARED / "eval" / "paragraphs.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def mend(module: ModuleType, mends: set[str]) -> None:
    """Replace in the check what `mends` name; what they do not name stays letter for letter."""
    plain = module.squeeze
    if "umlauts" in mends:
        module.squeeze = lambda text: re.sub(r"[^0-9a-z]+", "", plain(text))
    if mends - {"umlauts"}:
        module.pieces = lambda text: pieces(module, mends, text)


def pieces(module: ModuleType, mends: set[str], text: str) -> Iterator[tuple[str, bool]]:
    """As paragraphs.pieces: (paragraph, is it boilerplate)."""
    if "pictures" in mends:
        text = re.sub(r"\[cid:[^\]\s]*\]", "", text)
    for block in blocks(module, mends, text):
        boiler = module.BOILER.search(block) or ("attributions" in mends and ATTRIBUTION.search(block))
        if boiler:
            if len(flat := module.squeeze(block)) >= 40:
                yield flat[:400], True
            continue
        words = re.findall(r"[^\W\d_]+", block.lower())
        letters = sum(map(len, words))
        if letters < 0.5 * len(block.replace("\n", "")) or sum(w in module.PROSE for w in words) < 0.2 * len(words):
            continue
        flat = module.squeeze(re.sub(r"<?https?://\S+|\b[\w.+-]{1,64}@[\w.-]+", " ", block))
        for at in range(0, len(flat), 400):
            begin = max(0, min(at, len(flat) - 400)) if "tails" in mends else at
            if len(piece := flat[begin : begin + 400]) >= 40:
                yield piece, False


def blocks(module: ModuleType, mends: set[str], text: str) -> Iterator[str]:
    """Runs of lines without quote signs, cut at blank lines."""
    cut = r"\n[ \t]*\n|\n--[ \t]*\n" if "signatures" in mends else r"\n[ \t]*\n"
    if "depths" not in mends:
        yield from re.split(cut, module.QUOTE.sub("", text))
        return
    for block in re.split(cut, text):
        run: list[str] = []
        depth = ""
        for line in block.split("\n"):
            sign = module.QUOTE.match(line)
            signs = re.sub(r"[^>|]", "", sign[0]) if sign else ""
            bare = module.QUOTE.sub("", line)
            if run and (signs != depth or not bare.strip()):
                yield "\n".join(run)
                run = []
            depth = signs
            run.append(bare)
        yield "\n".join(run)


def measured(out: Path, sources: list[str], mends: set[str], rest: list[str]) -> str:
    """What the check prints with these mends."""
    module = check()
    mend(module, mends)
    sys.argv = ["paragraphs.py", str(out / "manifest.jsonl"), str(out / "wiki"), *sources, *rest]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        module.main()
    return said.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("source", nargs="+")
    parser.add_argument("--lost", action="store_true")
    parser.add_argument("--at-least", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--at-most", action="append", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    for number, name in enumerate(("as it is", *MENDS)):
        mends = set(list(MENDS)[:number])
        last = number == len(MENDS)
        limits = [word for limit in args.at_least for word in ("--at-least", limit)]
        limits += [word for limit in args.at_most for word in ("--at-most", limit)]
        said = measured(args.out, args.source, mends, ["--details"] * args.lost + limits if last else [])
        figures = said.splitlines()[-1].split()
        print(f"{name:13}", *figures[:4], *figures[8:10], flush=True)
        if last and args.lost:
            print(*said.splitlines()[:-1], sep="\n")


if __name__ == "__main__":
    main()
