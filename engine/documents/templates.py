"""What a new program begins with: the files of `resources/templates`, each with its title in its first line."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from engine.environment.installation import RESOURCES
from engine.protocol.lazy_dataclass import lazy_dataclass

FOLDER = RESOURCES / "templates"


@lazy_dataclass(frozen=True)
class Template:
    """A beginning: `name` is that of its file, `title` the first line of its docstring without the full stop."""

    name: str
    title: str
    text: str


@cache
def templates(folder: Path = FOLDER) -> tuple[Template, ...]:
    """All of them, by name; each file's name begins with its place."""
    return tuple(_read(path) for path in sorted(folder.glob("*.py")))


def _read(path: Path) -> Template:
    text = path.read_text("utf-8")
    title = (ast.get_docstring(ast.parse(text)) or path.stem).splitlines()[0].rstrip(".")
    return Template(path.stem.partition("_")[2], title, text)
