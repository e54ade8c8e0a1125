"""Which files beside a program its text imports, those that they import, and so on: read from texts, nothing is run."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.modules import import_folder, name_beside
from engine.protocol.program_text import Switch, parse, switches

MOST = 30  # files: more tabs nobody finds anything in
LARGEST = 1_000_000  # bytes of a file that is still shown
_IMPORTS = re.compile(
    r"(?:^|[;:])[ \t]*(?:from[ \t]*(\.*)[ \t]*([\w.]*)[ \t]+import\b|import[ \t]+([^\n#;]+))", re.MULTILINE
)
_PACKAGE = "__init__.py"
_OF_PYTHON = frozenset(sys.builtin_module_names)  # no file beside a program hides them


@lazy_dataclass(frozen=True)
class ModuleText:
    """A file beside the program as it reads now."""

    name: str  # as `name_beside` says
    path: str
    text: str
    switches: tuple[Switch, ...] = ()  # what it makes that can be switched off


def may_import(text: str, path: str, module: str = "") -> bool:
    """Whether a text may import a file beside the program: at a glance, for to parse a long text takes long."""
    folder = import_folder(path, module)
    for dots, base, listed in _IMPORTS.findall(text):
        if dots or "\\" in listed:
            return True
        for name in [base, *listed.split(",")]:
            top = os.path.join(folder, name.strip().partition(" ")[0].partition(".")[0])
            if top != os.path.join(folder, "") and (os.path.isfile(f"{top}.py") or os.path.isdir(top)):
                return True
    return False


def read_text(path: str) -> str | None:
    """A file as Python decodes it; None where it is not there, or is no text."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > LARGEST:
            return None
        with open(path, "rb") as file:
            return importlib.util.decode_source(file.read())
    except (OSError, ValueError, SyntaxError, LookupError):
        return None


def imported_modules(
    text: str, path: str, module: str = "", read: Callable[[str], str | None] = read_text
) -> list[ModuleText] | None:
    """The files in the order in which they are imported, the nearest first; None where the text cannot be read now.

    `path` is the program's, absolute; `module` as in a run's order. `read(path)` says what a file has. Files without a
    line, as many a package has one, are passed over.
    """
    folder = import_folder(path, module)
    try:
        tree = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found: list[ModuleText] = []
    seen, waiting = {os.path.realpath(path)}, deque([(tree, path)])
    while waiting and len(found) < MOST:
        tree, importer = waiting.popleft()
        for file in _files(tree, importer, folder):
            real = os.path.realpath(file)
            if real in seen or (read_ := read(file)) is None:
                continue
            seen.add(real)
            if read_.strip() and len(found) < MOST:
                found.append(ModuleText(name_beside(file, path), file, read_, switches(read_)))
            try:
                waiting.append((parse(read_), file))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue  # the file is shown; what it imports is not known yet
    return found


def _files(tree: ast.Module, importer: str, folder: str) -> Iterator[str]:
    """The files that the imports of a text may mean, wherever in it they stand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _beside(folder, alias.name.split("."), _OF_PYTHON)
        elif isinstance(node, ast.ImportFrom):
            base, parts = folder, node.module.split(".") if node.module else []
            if node.level:
                base = os.path.dirname(importer)
                for _ in range(node.level - 1):
                    base = os.path.dirname(base)
                if not os.path.join(base, "").startswith(os.path.join(folder, "")):
                    continue
            for alias in node.names:
                yield from _beside(base, [*parts, alias.name], frozenset() if node.level else _OF_PYTHON)


def _beside(base: str, parts: list[str], hidden: frozenset[str]) -> Iterator[str]:
    """What reading a dotted name reads below a folder: each package on the way, and the module at its end."""
    if parts[0] in hidden:
        return
    for part in parts:
        package = os.path.join(base, part)
        if os.path.isfile(file := os.path.join(package, _PACKAGE)):
            yield file
        elif os.path.isfile(file := f"{package}.py"):
            yield file
            return
        elif not os.path.isdir(package):
            return
        base = package
