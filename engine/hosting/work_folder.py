"""Folders that programs run in: one for each run, removed with it, and swept up after a window that was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "thread-theatre-"


def make() -> str:
    """A new empty folder, named after this process so that a later one can tell whether it is still needed."""
    return tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")


def remove(folder: str) -> None:
    """Removes it with all that is in it, as far as the system lets us."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep() -> list[str]:
    """Removes the folders of processes that are gone; returns their names. A killed window could not do it itself."""
    swept = []
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name[len(PREFIX) :].partition("-")[0]
        if not owner.isdigit():
            continue
        import psutil  # noqa: PLC0415 - most starts find none, and do not wait for it

        if not psutil.pid_exists(int(owner)):
            remove(str(folder))
            swept.append(folder.name)
    return swept
