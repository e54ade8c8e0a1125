"""What is typed and not saved yet, kept on the disk: a crash of the window or of the machine takes none of it."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from engine.documents.atomic_write import replace_content
from engine.protocol.lazy_dataclass import lazy_dataclass

ENDING = ".rescue.json"
PATIENCE = 2.0  # seconds that a window which closes waits for the last writing
AGAIN = 2.0  # seconds after which what could not be written is tried again: another program may have had the file


def folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where rescued text lies, by the custom of the system. THREAD_THEATRE_RESCUE names another place."""
    named = environment.get("THREAD_THEATRE_RESCUE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home()) / "thread-theatre" / "rescue"
    state = environment.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "thread-theatre" / "rescue"


@lazy_dataclass(frozen=True)
class RescuedText:
    """The text of a program that was not saved. `path` is its file, "" where it never had one."""

    name: str
    path: str
    text: str
    time: float = 0.0  # seconds since 1970, when it was kept
    scenario: str = ""  # id of the lesson that it is a copy of


class RescueStore:
    """Keeps texts on the disk by a thread of its own: the window never waits for a disk.

    Files are named after this process, so that another window knows what is still looked after.
    """

    def __init__(self, where: Path) -> None:
        self._where = where
        self._kept: set[str] = set()  # documents of which there may be a file
        self._waiting: dict[str, RescuedText | None] = {}  # document -> its text, None: none is needed any more
        self._guard = threading.Lock()
        self._asked: queue.SimpleQueue[bool] = queue.SimpleQueue()  # True: goes on
        self._thread: threading.Thread | None = None
        self.error = ""  # why nothing could be kept the last time

    def keep(self, document: str, text: RescuedText) -> None:
        """Keeps it, soon: of several in a row the last one."""
        self._kept.add(document)
        self._ask(document, text)

    def drop(self, document: str) -> None:
        """It is saved, or was thrown away."""
        if document in self._kept:
            self._kept.discard(document)
            self._ask(document, None)

    def _ask(self, document: str, text: RescuedText | None) -> None:
        with self._guard:
            self._waiting[document] = text
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="rescue", daemon=True)
            self._thread.start()
        self._asked.put(True)

    def close(self) -> None:
        """Writes what is left; waits for it, two seconds at most."""
        if self._thread is not None:
            self._asked.put(False)
            self._thread.join(PATIENCE)
            self._thread = None

    def _write(self) -> None:
        goes_on = True
        while goes_on:
            with suppress(queue.Empty):
                goes_on = self._asked.get(timeout=AGAIN if self.error else None)
            with self._guard:
                waiting, self._waiting = self._waiting, {}
            problems = [self._tried(document, text) for document, text in waiting.items()]
            if problems:
                self.error = next(filter(None, problems), "")

    def _tried(self, document: str, text: RescuedText | None) -> str:
        """Puts it on the disk; returns why that could not be done. Then it is tried again."""
        try:
            self._put(self._file(document), text)
        except OSError as problem:
            with self._guard:
                self._waiting.setdefault(document, text)
            return problem.strerror or str(problem)
        return ""

    @cached_property
    def _mine(self) -> str:
        """What the names of this process's files begin with."""
        import psutil  # noqa: PLC0415 - the first frame does not wait for it

        return f"{os.getpid()}-{round(psutil.Process().create_time())}"

    def _file(self, document: str) -> Path:
        return self._where / f"{self._mine}-{document}{ENDING}"

    def _put(self, file: Path, text: RescuedText | None) -> None:
        if text is None:
            file.unlink(missing_ok=True)
            return
        self._where.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_content(file, json.dumps(asdict(text)).encode(), 0o600)

    def take(self) -> list[tuple[str, RescuedText]]:
        """The texts of windows that are gone, the last one first, each with the document that it is kept as now.

        What cannot be understood stays where it is.
        """
        found = []
        for number, file in enumerate(sorted(self._where.glob(f"*{ENDING}")), 1):
            owner, _, rest = file.name.partition("-")
            began = rest.partition("-")[0]
            if not (owner.isdigit() and began.isdigit()) or _lives(int(owner), int(began)):
                continue
            document = f"rescued-{number}"
            with suppress(OSError, ValueError, KeyError, TypeError):  # another window was faster, or it is damaged
                text = _understood(file)
                os.replace(file, self._file(document))  # one of two windows that begin at once has it
                self._kept.add(document)
                found.append((document, text))
        return sorted(found, key=lambda one: one[1].time, reverse=True)


def _understood(file: Path) -> RescuedText:
    """Raises ValueError, KeyError or TypeError where it is none."""
    table = json.loads(file.read_text("utf-8", "surrogatepass"))
    texts = {name: table[name] for name in ("name", "path", "text", "scenario")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError(file)
    return RescuedText(**texts, time=float(table["time"]))


def _lives(pid: int, began: int) -> bool:
    """Whether that process is still there: its number may be another one's now."""
    import psutil  # noqa: PLC0415 - the first frame does not wait for it

    try:
        return abs(psutil.Process(pid).create_time() - began) < 2
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True


def now() -> float:
    """The time that is kept with a text, seconds since 1970."""
    return time.time()
