"""The docs cannot fall behind: every command, setting and disposition is in them, every link leads somewhere."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from mail2wiki.cli import app
from mail2wiki.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_command_is_in_the_readme() -> None:
    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    assert len(names) >= 5
    for name in names:
        assert f"`mail2wiki {name}" in read("README.md")


def test_every_setting_is_explained() -> None:
    for field in fields(Settings):
        assert f"| `{field.name}` |" in read("docs/operations.md")


def test_every_disposition_is_explained() -> None:
    for word in ("published", "duplicate", "contained", "held", "automated", "excluded", "failed"):
        assert word in read("docs/formats.md") and word in read("docs/glossary.md")


def test_every_defect_is_explained() -> None:
    """Codes are literals: of a call of `add`, of a set, or of what a function returns beside a value."""
    code = re.compile(
        r'"((?:date|header|damaged|multipart|too|line-ends|transfer|base64|charset|html|body|tnef|smime|msg|from)-[a-z0-9-]+)"'
    )
    found = set()
    for path in (ROOT / "mail2wiki" / "extract").glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"defect|\breturn\b|= \"html-|\bTOO_LARGE\b", line):
                found |= set(code.findall(line))
    assert len(found) > 25
    missing = {name for name in found if f"`{name}`" not in read("docs/formats.md")}
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http", "mailto")):
            assert (page.parent / target).exists(), target


def test_no_machine_is_named() -> None:
    for path in [*PAGES, *(ROOT / "mail2wiki").rglob("*.py"), *(ROOT / "eval").glob("*.py"), ROOT / ".ci" / "run"]:
        if path.is_file():
            assert not re.search(r"(?<![\w}])/(work|root|home)/\w", path.read_text(encoding="utf-8")), path
