"""The kinds of wiki that can be written to: one file each, found by listing this folder.

A target is a module with `write(...)`. Add a file and it is there: in the settings, the errors, the contract tests.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from mail2wiki.errors import UsageError


def names() -> tuple[str, ...]:
    """All targets, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")))


def load(name: str) -> ModuleType:
    """The module of a target; an unknown name is told which ones there are."""
    if name not in names():
        raise UsageError(f"no target '{name}'", "--to", f"There are: {', '.join(names())}.")
    return importlib.import_module(f"{__name__}.{name}")
