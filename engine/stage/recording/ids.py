"""Ids of threads, things, tasks and files. Every process of a program gives out its own, from a range of its own."""

from __future__ import annotations

import _thread

from engine.protocol.places import LAST_FILE
from engine.protocol.records import LAST_THREAD, MAIN_THREAD

OWN_BITS = 20  # things and tasks of process n have ids from n << OWN_BITS on
OWN = (1 << OWN_BITS) - 1
FIRST_AWAY_FILE = 1024  # ids of files that the stage itself gives out are below
OWN_FILES = 16  # a process that reads more files of the program than this for itself shares the last id


class Ids:
    """Counts up; no method waits for anything."""

    def __init__(self) -> None:
        self.main = MAIN_THREAD  # the main thread of this process
        self.files: dict[str, int] = {}  # path -> id
        self._number = 0  # of this process, 0 is the stage
        self._last_thread = LAST_THREAD
        self._last_file = FIRST_AWAY_FILE - 1
        self._threads = MAIN_THREAD
        self._things = self._tasks = self._files = 0
        self.guard = _thread.RLock()  # a finaliser may ask while this thread asks

    def thread(self) -> int:
        """Threads beyond the last id share it."""
        with self.guard:
            self._threads = min(self._threads + 1, self._last_thread)
            return self._threads

    def reserve(self, count: int) -> tuple[int, int]:
        """First and last of so many ids of threads for another process; fewer when there are not so many left."""
        with self.guard:
            first = min(self._threads + 1, self._last_thread)
            self._threads = min(self._threads + count, self._last_thread)
            return first, self._threads

    def thing(self) -> int:
        with self.guard:
            self._things += 1
            return self._things

    def is_own(self, thing: int) -> bool:
        """Whether this process gave out this id of a thing."""
        return thing >> OWN_BITS == self._number

    def task(self) -> int:
        with self.guard:
            self._tasks += 1
            return self._tasks

    def file(self, path: str) -> int:
        """The id of a file of the program; 0 and up is what the process that started this one calls it, too."""
        with self.guard:
            if path not in self.files:
                self._files = min(self._files + 1, self._last_file)
                self.files[path] = self._files
            return self.files[path]

    def move(self, number: int, main: int, last: int) -> None:
        """From here on these are the ids of process `number`; those that were given out stay what they are."""
        self._number = number
        self.main = self._threads = main
        self._last_thread = last
        self._things = self._tasks = number << OWN_BITS
        self._files = FIRST_AWAY_FILE - 1 + number * OWN_FILES % (LAST_FILE + 1 - FIRST_AWAY_FILE)
        self._last_file = self._files + OWN_FILES
