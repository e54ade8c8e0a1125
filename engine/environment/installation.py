"""Where the program lies and how it is started: a clone with main.py, or a package that pip has installed."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent  # holds engine, gui and resources
RESOURCES = ROOT / "resources"
INSTALLED = not (ROOT / "main.py").exists()  # there it is called __main__.py
NAME = "thread-theatre" if INSTALLED else "main.py"
COMMAND = "thread-theatre" if INSTALLED else "python3 main.py"  # what people type


def users_folder(environment: "Mapping[str, str]" = os.environ) -> "Path | None":
    """Where the user's own scenarios and explanations lie; None where nobody knows the home folder.

    THREAD_THEATRE_SCENARIOS names it; otherwise it is "Thread Theatre" in the home folder.
    """
    named = environment.get("THREAD_THEATRE_SCENARIOS")
    try:
        return Path(named).expanduser() if named else Path.home() / "Thread Theatre"
    except RuntimeError:
        return None


def metadata() -> str:
    """What pip keeps of the installed program: its version, and what it needs.

    The standard library's importlib.metadata finds it everywhere, but its import takes longer than all of the check.
    """
    for folder in ROOT.parent.glob("thread_theatre-*.dist-info"):
        return (folder / "METADATA").read_text("utf-8")
    from importlib.metadata import distribution  # noqa: PLC0415 - slow to import, and seldom needed

    return distribution("thread-theatre").read_text("METADATA") or ""


def version() -> str:
    """Such as "0.1.0", from the one place where it is written."""
    text = metadata() if INSTALLED else (ROOT / "pyproject.toml").read_text("utf-8")
    found = re.search(r'^version(?:: | = ")([^"\n]+)', text, re.IGNORECASE | re.MULTILINE)
    return found.group(1) if found else "unknown"
