"""Folders that programs run in: one for each run, removed with it, and swept up after a window that was killed.

They lie in a folder of this user, into which nobody else may look. Whoever made one keeps it locked while it lives:
that holds whatever numbers processes have, also where a container gives the same ones again.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from contextlib import suppress

PREFIX = "run-"  # what is called otherwise is not ours
END = ".lock"  # on Windows, of the file beside a folder that is open while it is needed
ATTEMPTS = 20


class WorkFolder(str):
    """The path of one, locked for as long as this object lives."""

    __slots__ = ("_lock",)
    _lock: int  # a descriptor

    def let_go(self) -> None:
        """Whoever comes may remove it."""
        lock, self._lock = self._lock, -1
        if lock >= 0:
            os.close(lock)

    def __del__(self) -> None:
        self.let_go()


def base() -> str:
    """The folder of this user, in which they lie. Raises OSError where somebody else has taken the name."""
    if os.name != "posix":  # there a temporary folder is its user's alone
        path = os.path.join(tempfile.gettempdir(), "thread-theatre")
        os.makedirs(path, exist_ok=True)
        return path
    path = os.path.join(tempfile.gettempdir(), f"thread-theatre-{os.getuid()}")
    with suppress(FileExistsError):
        os.mkdir(path, stat.S_IRWXU)
    found = os.lstat(path)  # a link would lead elsewhere
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(path)
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        os.chmod(path, stat.S_IRWXU)
    return path


def make() -> str:
    """A new empty folder, locked until it is removed or this process ends. Raises OSError."""
    for _ in range(ATTEMPTS):
        try:
            path = tempfile.mkdtemp(prefix=PREFIX, dir=base())
        except FileNotFoundError:  # the last run of another window took the base along
            continue
        except PermissionError:  # somebody has planted something of its name: beside it, which is safe, but never swept
            path = tempfile.mkdtemp(prefix="thread-theatre-")
        lock = _locked(path)
        if lock is not None:
            made = WorkFolder(path)
            made._lock = lock
            return made
    raise FileExistsError(tempfile.gettempdir())


def _locked(path: str) -> int | None:
    """A descriptor that keeps it locked; None: somebody else does, or it is gone; -1: there are no locks here."""
    if sys.platform == "win32":
        return os.open(path + END, os.O_CREAT | os.O_RDWR)
    import fcntl  # noqa: PLC0415  # not on Windows

    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock), os.lstat(path)):
            return lock
    except BlockingIOError:
        pass
    except FileNotFoundError:  # who sweeps was faster
        pass
    except OSError:  # a file system without locks: nobody sweeps there either
        os.close(lock)
        return -1
    os.close(lock)
    return None


def remove(folder: str) -> None:
    """Removes it with all that is in it, as far as the system lets us."""
    shutil.rmtree(folder, ignore_errors=True)
    if os.path.isdir(folder):
        _unlock(folder)
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.isdir(folder):
        return
    if isinstance(folder, WorkFolder):
        folder.let_go()
    with suppress(OSError):
        os.unlink(folder + END)
    if os.path.basename(folder).startswith(PREFIX):
        with suppress(OSError):  # others are in it
            os.rmdir(os.path.dirname(folder))


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
    """Removes those that nobody needs any more; returns their names. A killed window could not do it itself."""
    swept: list[str] = []
    with suppress(OSError):
        where = base()
        for name in sorted(os.listdir(where)):
            path = os.path.join(where, name)
            if name.startswith(PREFIX) and not name.endswith(END) and not _is_needed(path):
                remove(path)
                swept.append(name)
        os.rmdir(where)  # the last one went
    return swept


def _is_needed(path: str) -> bool:
    """Whether somebody has it locked, or nobody can tell."""
    if sys.platform == "win32":
        try:
            os.unlink(path + END)
        except FileNotFoundError:
            return False
        except OSError:  # it is open
            return True
        return False
    lock = _locked(path)
    if lock is None or lock < 0:
        return True
    os.close(lock)
    return False
