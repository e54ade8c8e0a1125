"""A screen of its own for the real program: Xvfb, a hand (xdotool), and an eye (the frame buffer as an array)."""

from __future__ import annotations

import os
import select
import site
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import psutil
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from engine.environment import system

MAIN = Path(__file__).resolve().parent.parent.parent / "main.py"
WIDTH, HEIGHT = 1920, 1080
AWAY = (WIDTH - 2, HEIGHT - 2)  # where the mouse hides nothing and nothing is drawn otherwise because of it
PATIENCE = 15.0  # seconds for anything to be seen; a busy machine is slow, and a wrong program never gets there
LOOK = 0.01  # seconds between two looks
HEADER = struct.Struct(">25I")  # an XWD file: 25 numbers, a name, the colour map, the pixels
COLOUR = 12  # bytes of one entry of the colour map

Pixels = NDArray[np.uint32]  # rows, columns: 0xRRGGBB
T = TypeVar("T")


def missing_tools() -> str:
    """What has to be installed, as a sentence; "" when nothing is missing."""
    missing = system.missing_test_tools()
    if not missing:
        return ""
    return (
        f"{' and '.join(missing)} cannot be found, and without a screen the real program is not tested. "
        f"Install: apt-get install {' '.join(missing.values())}  (python3 main.py test does it by itself)"
    )


def until(seen: Callable[[], T], words: str | Callable[[], str], seconds: float = PATIENCE) -> T:
    """Looks until something is seen and returns it; raises AssertionError with these words when it is not."""
    deadline = time.monotonic() + seconds
    while not (found := seen()):
        if time.monotonic() > deadline:
            said = words if isinstance(words, str) else words()
            raise AssertionError(f"not seen within {seconds:g} s: {said}")
        time.sleep(LOOK)
    return found


class Screen:
    """An X server without a monitor. Raises AssertionError when it does not start."""

    def __init__(self, folder: Path) -> None:
        reading, writing = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-fbdir", str(folder), "-noreset"]
        with (folder / "xvfb.log").open("wb") as log:
            self._server = subprocess.Popen(
                [*command, "-nolisten", "tcp", "-dpi", "96"], pass_fds=[writing], stdout=log, stderr=log
            )
        os.close(writing)
        with open(reading, "rb", buffering=0) as pipe:
            ready, _, _ = select.select([pipe], [], [], PATIENCE)
            number = pipe.readline().strip().decode() if ready else ""  # it writes the number and the newline apart
        if not number:
            self._end()
            raise AssertionError(f"Xvfb does not start: {(folder / 'xvfb.log').read_text('utf-8', 'replace')}")
        self.display = f":{number}"
        self._pixels = self._open(folder / "Xvfb_screen0")

    @staticmethod
    def _open(file: Path) -> np.memmap[tuple[int, ...], np.dtype[np.uint32]]:
        """The frame buffer itself: the server draws into this file."""
        header = HEADER.unpack(file.read_bytes()[: HEADER.size])
        size, rows, least_first, bits, row_bytes, colours = (header[at] for at in (0, 5, 7, 11, 12, 19))
        assert (bits, least_first) == (32, 0), "Xvfb keeps 24-bit colour in 32-bit words, least byte first"
        shape = (rows, row_bytes // 4)
        return np.memmap(file, np.dtype("<u4"), mode="r", offset=size + colours * COLOUR, shape=shape)

    def grab(self, box: QRect | None = None) -> Pixels:
        """What the screen shows now, all of it or a part."""
        picture = self._pixels[:HEIGHT, :WIDTH]
        if box is not None:
            picture = picture[box.top() : box.bottom() + 1, box.left() : box.right() + 1]
        return np.bitwise_and(picture, 0xFFFFFF)

    def save(self, file: Path) -> None:
        """Writes what the screen shows as a PNG, for whoever has to find out what went wrong."""
        picture = self.grab() | np.uint32(0xFF000000)
        QImage(picture.data, WIDTH, HEIGHT, 4 * WIDTH, QImage.Format.Format_RGB32).save(str(file))

    def hand(self, *words: object, check: bool = True) -> str:
        """What xdotool does and says. Raises CalledProcessError when it fails, unless that is not checked."""
        told = subprocess.run(
            ["xdotool", *map(str, words)],
            check=check,
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return told.stdout

    def close(self) -> None:
        """Ends the server."""
        del self._pixels
        self._end()

    def _end(self) -> None:
        self._server.terminate()
        try:
            self._server.wait(5)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()


class Program:
    """`python main.py` as a user starts it, in a home where it never ran before."""

    def __init__(self, screen: Screen, home: Path, words: Sequence[str] = ()) -> None:
        self.screen, self.home, self.words = screen, home, words
        self.scratch = home / "tmp"
        self.scratch.mkdir(parents=True, exist_ok=True)
        self._said = home / "said.txt"
        self.start()

    def start(self) -> None:
        """Starts it, or starts it again."""
        with self._said.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, str(MAIN), *self.words],
                cwd=self.home,
                env=_environment(self.screen.display, self.home),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        self.window = ""

    def fill_screen(self) -> None:
        """Waits for the window and makes it as large as the screen; the mouse goes out of the way."""
        self.find()
        self.place(QRect(0, 0, WIDTH, HEIGHT))
        self.screen.hand("mousemove", *AWAY)

    def place(self, box: QRect) -> None:
        """Moves and sizes the window."""
        place, size = (box.x(), box.y()), (box.width(), box.height())
        self.screen.hand("windowmove", self.window, *place, "windowsize", self.window, *size)

    def place_now(self) -> QRect:
        """Where the window is."""
        told = self.screen.hand("getwindowgeometry", "--shell", self.window)
        found = dict(line.split("=") for line in told.split())
        return QRect(*(int(found[name]) for name in ("X", "Y", "WIDTH", "HEIGHT")))

    def find(self) -> None:
        """Waits for the window and its keyboard. Raises AssertionError when the program ends before it opens one."""
        self.window = until(self._find_window, "the window")
        until(self._has_keyboard, "the window that has the keyboard")

    def _find_window(self) -> str:
        assert self.process.poll() is None, f"it ended with status {self.process.returncode}: {self.said()}"
        found = self.screen.hand("search", "--onlyvisible", "--name", "^Thread Theatre", check=False)  # 1: none yet
        return found.partition("\n")[0]

    def _has_keyboard(self) -> bool:
        return self.screen.hand("getwindowfocus", check=False).strip() == self.window  # 1: nobody has it yet

    def title(self) -> str:
        """What a window manager writes into the title bar."""
        return self.screen.hand("getwindowname", self.window).rstrip("\n")

    def said(self) -> str:
        """What it wrote to stdout and stderr."""
        return self._said.read_text("utf-8", "replace")

    def family(self) -> list[psutil.Process]:
        """Every process that it has started and that is alive."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def press(self, *keys: str) -> None:
        """Presses keys one after the other."""
        self.screen.hand("key", *keys)

    def click(self, box: QRect, *, button: int = 1) -> None:
        """Clicks in the middle, then takes the mouse away."""
        middle = box.center()
        self.screen.hand("mousemove", middle.x(), middle.y(), "click", button, "mousemove", *AWAY)

    def ask_to_close(self) -> None:
        """What a window manager sends when its cross is clicked."""
        subprocess.run(
            [sys.executable, str(Path(__file__).parent / "close_window.py"), self.window],
            check=True,
            env={**os.environ, "DISPLAY": self.screen.display},
            timeout=PATIENCE,
        )

    def end(self) -> None:
        """Ends it and whatever it left; for the end of a test, whatever came of it."""
        family = self.family() if self.process.poll() is None else []
        for one in family:
            try:
                one.kill()
            except psutil.Error:
                pass  # ended by itself meanwhile
        self.process.kill()
        self.process.wait(PATIENCE)


def _environment(display: str, home: Path) -> dict[str, str]:
    """A user's on a Linux desktop: nothing of the tests', nothing of this user's settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("QT_", "XDG_", "PYTEST_", "THREAD_THEATRE_", "WAYLAND_"))
    }
    folders = {name: str(home / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    own = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "XDG_RUNTIME_DIR": str(runtime), "DISPLAY": display}
    return {**kept, **folders, **own, "PYTHONUSERBASE": site.getuserbase()}  # where pip --user put the dependencies
