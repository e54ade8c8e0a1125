"""Runs the commands of the set-up and says how far they are. Standard library only."""

import queue
import re
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TextIO

_NOTES = (  # what pip and apt write -> what we say of it
    (re.compile(r"^Collecting ([\w.-]+)"), "looking for {}"),
    (re.compile(r"^\s*Downloading ([\w.]+?)-.*\(([^)]*)\)"), "downloading {}, {}"),
    (re.compile(r"^\s*Using cached ([\w.]+?)-"), "{} is here already"),
    (re.compile(r"^Installing collected packages: (.*)"), "unpacking"),
    (re.compile(r"^Get:\d+ \S+ \S+ \S+ (\S+)"), "downloading {}"),
    (re.compile(r"^Setting up (\S+)"), "setting up {}"),
)
_KEPT = 15  # last lines of a command that failed


class Steps:
    """Progress in words: one line for each step, with its seconds, rewritten in place on a terminal."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()

    def say(self, words: str) -> None:
        self._out.write(words + "\n")
        self._out.flush()

    def run(self, title: str, command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
        """Runs a command to its end; returns "" or, when it failed, its last lines."""
        began = time.monotonic()
        if not self._live:
            self.say(f"{title} ...")
        try:
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        except OSError as error:
            return f"{command[0]} does not start: {error}"
        kept: deque[str] = deque(maxlen=_KEPT)
        try:
            self._follow(process, title, began, kept)
        except BaseException:  # Ctrl+C above all: nothing goes on behind the user's back
            process.terminate()
            process.wait()
            raise
        took = time.monotonic() - began
        if process.returncode == 0:
            self._show(f"{title}: done in {took:.0f} s", last=True)
            return ""
        self._show(f"{title}: failed after {took:.0f} s", last=True)
        return "\n".join(kept) or f"{command[0]} ended with status {process.returncode}"

    def _follow(self, process: "subprocess.Popen[str]", title: str, began: float, kept: deque[str]) -> None:
        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        reader = threading.Thread(target=_read, args=(process, lines), name="set-up output", daemon=True)
        reader.start()
        note = ""
        while True:
            try:
                line = lines.get(timeout=0.5)
            except queue.Empty:
                line = ""
            if line is None:
                break
            if line:
                kept.append(line)
                note = note_of(line) or note
            if self._live:
                self._show(f"{title}: {time.monotonic() - began:.0f} s  {note}", last=False)
        reader.join()
        process.wait()

    def _show(self, words: str, last: bool) -> None:
        if self._live:
            self._out.write("\r" + words[:78].ljust(78) + ("\n" if last else ""))
        elif last:
            self._out.write(words + "\n")
        self._out.flush()


def note_of(line: str) -> str:
    """What a line of pip or apt is worth saying, "" for most."""
    for pattern, words in _NOTES:
        match = pattern.match(line)
        if match:
            return words.format(*match.groups())
    return ""


def _read(process: "subprocess.Popen[str]", lines: "queue.SimpleQueue[str | None]") -> None:
    assert process.stdout is not None  # it was asked for
    with process.stdout as text:
        for line in text:
            lines.put(line.rstrip())
    lines.put(None)
