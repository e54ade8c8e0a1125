"""What the operating system has to have for a window: libraries, a display. Standard library only."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_FOR_QT = {  # what bare Debian 12 and 13 lack, for any Qt at all
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",  # and from here on for windows on an X display
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
_FOR_TESTS = {"Xvfb": "xvfb", "xdotool": "xdotool"}


def missing_libraries() -> dict[str, str]:
    """The libraries that Qt needs and this Linux lacks, with their Debian packages; empty on other systems."""
    if not sys.platform.startswith("linux"):
        return {}
    return {library: package for library, package in _FOR_QT.items() if not _loads(library)}


def missing_test_tools() -> dict[str, str]:
    """The programs that the test of the real display needs and this Linux lacks, with their Debian packages."""
    if not sys.platform.startswith("linux"):
        return {}
    return {program: package for program, package in _FOR_TESTS.items() if shutil.which(program) is None}


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a window can be shown, or Qt was told to do without showing any."""
    if not sys.platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return True
    return bool(environment.get("WAYLAND_DISPLAY")) or _answers(environment.get("DISPLAY", ""))


def has_apt() -> bool:
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def apt_command(packages: Sequence[str]) -> list[str]:
    """What installs Debian packages, without who may run it."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *sorted(set(packages))]


def _loads(library: str) -> bool:
    import ctypes  # noqa: PLC0415 - no start waits for it

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _answers(display: str) -> bool:
    """Whether an X server listens: Qt ends the whole process when it does not."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdigit():
        return False
    if host not in ("", "unix"):
        return True  # another machine's: only the attempt tells
    import socket  # noqa: PLC0415 - only a start on a screen of this machine waits for it

    path = f"/tmp/.X11-unix/X{number}"
    for address in (path, "\0" + path):  # Linux servers also listen at the abstract name
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as there:
            there.settimeout(2)
            try:
                there.connect(address)
            except OSError:
                continue
            return True
    return False
