"""What a run writes into the folder it runs in: listed before and after it, by a thread that nothing waits for."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from engine.frame import Written, WrittenFile
from engine.protocol.lazy_dataclass import lazy_dataclass

DEEPEST = 4  # folders below the first one
MOST = 20_000  # files and folders that are looked at
LONGEST = 1.0  # seconds that one listing may take; a folder on the network may be slow
BREATH = 100  # entries, about a millisecond, after which other threads have the GIL
SHOWN = 200  # files that are named
DULL = frozenset({"__pycache__", "node_modules", "site-packages"})  # written by tools, not by the program


class Stamp(NamedTuple):
    """When a file was written, and how much is in it. `made` also moves where a file is put with an old date."""

    size: int
    written: int  # nanoseconds since 1970
    made: int


@lazy_dataclass(frozen=True)
class Listing:
    """The files below a folder, by their path there with "/"."""

    files: Mapping[str, Stamp]
    complete: bool  # False: there are more, or deeper ones, or it took too long
    since: int  # nanoseconds since 1970 when it began


def listing(folder: str, most: int = MOST, longest: float = LONGEST) -> Listing:
    """Lists a folder as far as the bounds allow, what is near first. Hidden folders and what tools keep are left out.

    Raises nothing: what cannot be read has no files.
    """
    since, deadline = time.time_ns(), time.monotonic() + longest
    files: dict[str, Stamp] = {}
    waiting = deque([("", 0)])
    complete, seen = True, 0
    while waiting:
        inside, depth = waiting.popleft()
        for entry in _entries(os.path.join(folder, inside)):
            seen += 1
            if seen > most or time.monotonic() > deadline:
                return Listing(files, False, since)
            if seen % BREATH == 0:
                time.sleep(0.0002)  # the window draws meanwhile
            name = f"{inside}/{entry.name}" if inside else entry.name
            try:
                if entry.is_file(follow_symlinks=False):
                    found = entry.stat(follow_symlinks=False)
                    files[name] = Stamp(found.st_size, found.st_mtime_ns, found.st_ctime_ns)
                elif entry.is_dir(follow_symlinks=False) and not _is_dull(entry):
                    if depth < DEEPEST:
                        waiting.append((name, depth + 1))
                    else:
                        complete = False
            except OSError:  # it is gone meanwhile, or none of ours
                continue
    return Listing(files, complete, since)


def _entries(folder: str) -> Iterable[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return ()


def _is_dull(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name in DULL:
        return True
    return os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))  # an environment of Python


def written(folder: str, before: Listing, after: Listing) -> Written:
    """What is in the second listing and not, or otherwise, in the first one: new files first, then by name.

    The program may have begun before the first listing came to a file, so what has a later date than that counts, too.
    """
    found = []
    for name, stamp in after.files.items():
        known = before.files.get(name)
        late = max(stamp.written, stamp.made) >= before.since
        if late or (known != stamp if known is not None else before.complete):
            found.append((name, stamp, known is None and before.complete))
    found.sort(key=lambda one: (not one[2], one[0].count("/"), one[0]))
    files = tuple(
        WrittenFile(name, os.path.join(folder, *name.split("/")), stamp.size, new) for name, stamp, new in found[:SHOWN]
    )
    return Written(folder, files, len(found) - len(files), before.complete and after.complete)


class WrittenFiles:
    """Watches one folder while a run goes on. Nothing blocks but `wait`."""

    def __init__(self, folder: str) -> None:
        self.found: Written | None = None  # once the run has ended, and somebody has looked
        self._folder = folder
        self._ended = threading.Event()
        self._given_up = False
        self._thread = threading.Thread(target=self._watch, name="listing", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        before = listing(self._folder)
        self._ended.wait()
        if not self._given_up:
            self.found = written(self._folder, before, listing(self._folder))

    def end(self) -> None:
        """The run has ended: from soon on `found` says what it left."""
        self._ended.set()

    def wait(self) -> Written | None:
        """Waits until it is known, at most as long as looking may take."""
        self._thread.join(2 * LONGEST + 1)
        return self.found

    def give_up(self) -> None:
        """Nobody wants to know any more."""
        self._given_up = True
        self._ended.set()
        self._thread.join(0.1)
