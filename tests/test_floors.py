"""Imports point down the floors, rooms never import each other, and outside packages stay behind their fence."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "mail2wiki"
ROOMS = {"extract", "thread", "screen", "cluster", "digest", "export"}
FLOORS = {
    "__main__": 5,
    "cli": 4,
    "terminal": 4,
    "pipeline": 3,
    "reading": 3,
    "writing": 3,
    "counting": 3,
    "telling": 3,
    "workers": 3,
    "account": 3,
    "deciding": 3,
    "gathering": 3,
    "verify": 3,
    "explain": 3,
    "show": 3,
    "demo": 3,
    **dict.fromkeys(ROOMS, 2),
    "sample": 2,
    "settings": 1,
    "catalog": 1,
    "out": 1,
    "history": 2,
    "progress": 0,
    "sharing": 0.5,  # between the catalogue and the records it makes
    "records": 0,
    "stems": 0,
    "errors": 0,
    "__init__": 0,
}
FENCES = {
    "typer": {"cli", "terminal"},
    "rich": {"cli", "terminal"},
    "mailparser": {"extract"},
    "bs4": {"extract"},
    "markdownify": {"extract"},
    "sklearn": {"cluster"},
    "ahocorasick_rs": {"stems"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def part(path: Path) -> str:
    """The room or the single file a module belongs to."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = part(path)
    for name in imported(path):
        top, *below = name.split(".")
        if top != "mail2wiki":
            assert top not in FENCES or own in FENCES[top], f"{own} may not import {top}"
        elif below and below[0] in FLOORS:
            other = below[0]
            assert FLOORS[other] < FLOORS[own] or other == own or 5 > FLOORS[own] == FLOORS[other] > 2, (
                f"{own} (floor {FLOORS[own]}) may not import {other} (floor {FLOORS[other]})"
            )


def test_every_file_has_a_floor() -> None:
    assert {part(path) for path in FILES} <= set(FLOORS)


def test_files_are_short() -> None:
    long = {str(p.relative_to(PACKAGE)): n for p in FILES if (n := len(p.read_text().splitlines())) > 400}
    assert not long
