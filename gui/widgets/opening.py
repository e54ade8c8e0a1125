"""Opens a file with the application that the system has for it, or shows it in its folder; never starts a program."""

import os
import stat
from pathlib import Path

# endings of files that a system starts, or hands to what runs them, when they are opened
_POSIX = ".app .appimage .command .desktop .jar .py .pyc .pyw .pyz .run .sh .terminal .webloc .workflow"
_WINDOWS = ".bat .cmd .com .cpl .exe .hta .inf .js .jse .lnk .msc .msi .msp .pif .ps1 .reg .scf .scr .url .vb .vbe .vbs"
RUNS = frozenset([*_POSIX.split(), *_WINDOWS.split(), ".wsf", ".wsh"])


def is_safe(path: str) -> bool:
    """Whether opening this file starts no program that lies in it."""
    if Path(path).suffix.lower() in RUNS:
        return False
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and (os.name == "nt" or not mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH))


def open_file(path: str) -> bool:
    """Opens a file or a folder; of a file that could run, or is gone, its folder. Returns whether the system could."""
    return show(path if os.path.isdir(path) or is_safe(path) else os.path.dirname(path))


def show(path: str) -> bool:
    """Hands a path to the system."""
    from PySide6.QtCore import QUrl  # noqa: PLC0415 - the first frame does not wait for it
    from PySide6.QtGui import QDesktopServices  # noqa: PLC0415

    return bool(path) and QDesktopServices.openUrl(QUrl.fromLocalFile(path))
