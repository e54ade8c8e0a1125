"""What file operations are reported through: one thing for each path, and the words of the records."""

from __future__ import annotations

import _thread
import os
from collections.abc import Callable
from typing import Any

from engine.protocol.records import Flag, Kind, what
from engine.stage import cpython
from engine.stage.outcome.exception_report import one_line
from engine.stage.run_services import RunServices, one_per_run

OPEN = what(Kind.FILE_OPEN)
OPENED = what(Kind.FILE_OPENED)
READ = what(Kind.FILE_READ)
READ_DONE = what(Kind.FILE_READ_DONE)
WRITE = what(Kind.FILE_WRITE)
WRITE_DONE = what(Kind.FILE_WRITE_DONE)
CLOSED = what(Kind.FILE_CLOSED)
ASKED = what(Kind.FILE_ASKED)
REMOVED = what(Kind.FILE_REMOVED)
RENAMED = what(Kind.FILE_RENAMED)
FAILED = what(Kind.FILE_FAILED)
BADLY = what(0, Flag.FAILED)  # added to READ_DONE, WRITE_DONE, CLOSED when the operation raised


class FileReporter:
    """One for each run: writer and reader of a path share one thing, however each of them spells the path."""

    def __init__(self, context: RunServices) -> None:
        self.report = context.reporter.report
        self.inside: set[tuple[int, int]] = set()  # thread and file object in a call that calls the object again
        self._context = context
        self._things: dict[str, int] = {}
        self._guard = _thread.RLock()  # a finaliser may open a file while this thread declares one

    def thing(self, path: Any) -> int:
        """The id of a file's thing, declared at first sight; 0 for what can be no path. Raises nothing."""
        if isinstance(path, int):
            key = name = f"file descriptor {path}"
        else:
            try:
                name = os.fsdecode(path)
                key = os.path.normcase(os.path.abspath(name))
            except Exception:  # a program's own __fspath__ may raise anything; the real operation will say so
                return 0
        known = self._things.get(key)
        if known is not None:
            return known
        with self._guard:
            if key not in self._things:
                self._things[key] = self._context.reporter.new_thing("file", name, 0, switch=False)[0]
            return self._things[key]

    def fork(self) -> None:
        """In a forked child: the lock is free, whoever held it, and no other thread is in a call."""
        cpython.reset_lock(self._guard)
        self.inside.clear()

    def text(self, error: BaseException) -> int:
        """The id of a text that says what was raised."""
        return self._context.channel.text(one_line(error), error=True)

    def failed(self, thing: int, error: BaseException) -> None:
        """Reports that an operation on a file raised."""
        self.report(FAILED, thing, self.text(error))

    def asked(self, real: Callable[..., object], path: object, *args: object, **kwargs: object) -> object:
        """Calls `real`, which asks about a path or makes a directory, and reports whether it is there."""
        answer = self._called(real, path, args, kwargs)
        self.report(ASKED, self.thing(path), int(answer is not False))
        return answer

    def removed(self, real: Callable[..., object], path: object, *args: object, **kwargs: object) -> object:
        """Calls `real`, which removes a path, and reports it."""
        thing = self.thing(path)
        answer = self._called(real, path, args, kwargs)
        self.report(REMOVED, thing)
        return answer

    def renamed(self, real: Callable[..., object], path: object, *args: object, **kwargs: object) -> object:
        """Calls `real`, which gives a path another name (its second argument, also by keyword), and reports it."""
        thing = self.thing(path)
        answer = self._called(real, path, args, kwargs)
        self.report(RENAMED, thing, self.thing(args[0] if args else kwargs.get("dst", kwargs.get("target"))))
        return answer

    def opened(self, real: Callable[..., object], path: object, *args: object, **kwargs: object) -> object:
        """Calls `real`, which opens a path, and reports how that ended."""
        thing = self.thing(path)
        self.report(OPEN, thing)
        answer = self._called(real, path, args, kwargs)
        self.report(OPENED, thing)
        return answer

    def _called(
        self, real: Callable[..., object], path: object, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> object:
        try:
            return real(path, *args, **kwargs)
        except BaseException as error:
            self.failed(self.thing(path), error)
            raise


@one_per_run
def desk(context: RunServices) -> FileReporter:
    """The one desk of a run."""
    made = FileReporter(context)
    context.after_fork.append(made.fork)
    return made
