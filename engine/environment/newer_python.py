"""Looks for a newer Python when the one that was started is too old. Written so that every Python 3 can read it."""

import os
import shutil
import subprocess
import sys

WANTED = ("3.14", "3.13", "3.12", "3.11", "3.10")


def hand_over(main: str, words: "list[str]", oldest: "tuple[int, int]") -> int:
    """Starts `main` again with a newer Python of PATH; returns the exit status, 2 when there is none."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    needed = f"{oldest[0]}.{oldest[1]}"
    newer = find()
    if not newer:
        sys.stderr.write(
            f"Thread Theatre needs Python {needed} or newer; this is Python {here}, and PATH has no newer one.\n"
            f"Install one, such as Python 3.12, and start again with:  python3.12 {main}\n"
        )
        return 2
    sys.stderr.write(f"Thread Theatre needs Python {needed} or newer; this is {here}. Going on with {newer}.\n")
    sys.stderr.flush()
    return start(newer, [main, *words])


def find() -> str:
    """The newest of python3.10 to python3.14 on PATH that really starts, "" when there is none."""
    for version in WANTED:
        path = shutil.which("python" + version)
        if path and is_python(path, version, 10):
            return path
    return ""


def is_python(path: str, version: str, patience: float = 30) -> bool:
    """Whether it runs, within `patience` seconds, and is of that version: a pyenv shim may have no Python behind it."""
    return answer([path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], patience) == version


def answer(command: "list[str]", patience: float) -> str:
    """What a command prints; "" when it does not start, fails or takes longer than so many seconds."""
    try:
        told = subprocess.check_output(command, stderr=subprocess.DEVNULL, timeout=patience)
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.decode("utf-8", "replace").strip()


def start(python: str, arguments: "list[str]") -> int:
    """Goes on as `python arguments`: replaces this process where the system can, else waits for the other."""
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform != "win32":
        os.execv(python, [python, *arguments])
    return subprocess.call([python, *arguments])
