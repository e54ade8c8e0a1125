"""Folders that programs run in: one for each run, removed with it, and swept up after a window that was killed."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

PREFIX = "thread-theatre-"


def make() -> str:
    """A new empty folder, named after this process so that a later one can tell whether it is still needed."""
    return tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")


def remove(folder: str) -> None:
    """Removes it with all that is in it, as far as the system lets us."""
    shutil.rmtree(folder, ignore_errors=True)
    if os.path.isdir(folder):
        _unlock(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _unlock(folder: str) -> None:
    """Of what a program made read-only files would stay on Windows, what is in folders elsewhere. Follows no link."""
    with suppress(OSError):
        os.chmod(folder, stat.S_IRWXU)
    for top, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = os.path.join(top, name)
            try:
                if os.path.islink(path) or getattr(os.lstat(path), "st_reparse_tag", None):
                    folders[:] = [one for one in folders if one != name]
                else:
                    os.chmod(path, stat.S_IRWXU)
            except OSError:
                continue  # the rest may go all the same


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
