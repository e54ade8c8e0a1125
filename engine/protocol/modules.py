"""A program that is run by its name: `python -m name`, or a folder."""

from __future__ import annotations

import os
import sys

FOLDER = "__main__"  # the name where a whole folder is run
MAIN = "__main__.py"  # the file that is run for a package, or a folder


def import_folder(path: str, module: str) -> str:
    """Where a program's own modules are looked for first, as Python has it in sys.path[0]. `path` is absolute.

    A link is followed, but not on Windows, where the drive of a server would become that server's long name.
    """
    if not module:
        return os.path.dirname(os.path.abspath(path) if sys.platform == "win32" else os.path.realpath(path))
    folder, file = os.path.split(path)
    by_package = file == MAIN and module.rpartition(".")[2] != FOLDER
    above = module.count(".") + by_package
    for _ in range(above):
        folder = os.path.dirname(folder)
    return folder


def name_beside(path: str, program: str) -> str:
    """What a file of a program is called: its path below the program's folder, "" for the program's own.

    One that lies elsewhere is called by its whole path.
    """
    if path == program:
        return ""
    for folder in {os.path.dirname(program): 0, os.path.dirname(os.path.realpath(program)): 0}:
        below = os.path.join(folder, "")  # of a drive it is "E:\\" as it stands
        if folder and path.startswith(below):
            return path[len(below) :].replace(os.sep, "/")
    return path


def module_of(path: str) -> str:
    """The dotted name of a file in a package, such as "package.module"; "" for one that is in none."""
    folder, file = os.path.split(path)
    name = os.path.splitext(file)[0]
    parts = [] if file == MAIN else [name]
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        above, part = os.path.split(folder)
        if not part.isidentifier():
            return ""
        parts.insert(0, part)
        folder = above
    return ".".join(parts) if (len(parts) > 1 or file == MAIN) and name.isidentifier() else ""


def file_of(folder: str, module: str) -> str:
    """The file that `python -m module` runs in a folder, "" when there is none: a package's is its __main__.py."""
    below = os.path.join(folder, *module.split("."))
    for path in (os.path.join(below, MAIN), f"{below}.py"):
        if os.path.isfile(path):
            return path
    return ""
