"""Under what conditions a measurement is taken: printed above each, because other work on the machine shows in it."""

import os
import platform
import sys


def load() -> str:
    """The machine's load of the last minute, or that it is not known."""
    if not hasattr(os, "getloadavg"):
        return "load unknown"
    return f"load {os.getloadavg()[0]:.1f}"


def header() -> str:
    """System, cores, Python and load, in one line."""
    python = f"{platform.python_implementation()} {sys.version.split()[0]}"
    return f"{platform.system()}, {os.cpu_count()} cores, {python}, {load()}"
