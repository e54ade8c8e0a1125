"""What file operations are reported through, and file objects that report: subclasses of the real ones."""

from __future__ import annotations

import _thread
import io
import os
import types
from collections.abc import Callable
from typing import Any, Protocol

from engine.protocol.records import Flag, Kind, what
from engine.stage import cpython
from engine.stage.facade.files.turns import Turns
from engine.stage.outcome.exception_report import one_line
from engine.stage.run_services import RunServices, one_per_run
from engine.stage.stack import called_outside

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

_get_ident = _thread.get_ident


def _nothing(*_: object) -> int:
    """For what has no amount."""
    return 0


class FileReporter:
    """One for each run: writer and reader of a path share one thing, however each of them spells the path."""

    def __init__(self, context: RunServices) -> None:
        self.report = context.reporter.report
        self.inside: set[tuple[int, int]] = set()  # thread and file object in a call that calls the object again
        self._context = context
        self._things: dict[str, int] = {}
        self._guard = _thread.RLock()  # a finaliser may open a file while this thread declares one
        self.asked = self._telling(ASKED, lambda answer, *_: int(answer is not False))  # is it there
        self.opened = self._telling(OPENED)
        self.removed = self._telling(REMOVED)
        self.renamed = self._telling(RENAMED, self._new_name)

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

    def turns(self, thing: int) -> Turns:
        """Whose turn it is at a new file object."""
        return Turns(self._context, thing)

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

    def _telling(self, word: int, value: Callable[..., int] = _nothing) -> Callable[..., object]:
        """Calls a function with a path, and reports that as `word`, with `value(answer, args, kwargs)`."""

        def through(real: Callable[..., object], path: object, *args: object, **kwargs: object) -> object:
            thing = self.thing(path)
            try:
                answer = real(path, *args, **kwargs)
            except BaseException as error:
                self.failed(thing, error)
                raise
            self.report(word, thing, value(answer, args, kwargs))
            return answer

        return through

    def _new_name(self, _answer: object, args: tuple[object, ...], kwargs: dict[str, object]) -> int:
        """The thing of the name that a call gives."""
        return self.thing(args[0] if args else kwargs.get("dst", kwargs.get("target")))


@one_per_run
def desk(context: RunServices) -> FileReporter:
    """The one desk of a run."""
    made = FileReporter(context)
    context.after_fork.append(made.fork)
    return made


def _amount(result: object) -> int:
    """Characters or bytes that a call moved."""
    if isinstance(result, int):
        return result
    if isinstance(result, list):
        return sum(map(len, result))
    return len(result) if isinstance(result, (str, bytes)) else 0


def _turns_at(file: _Reporting) -> Turns:
    if file._stage_turns is None:
        file._stage_turns = file._stage_desk.turns(file._stage_thing)
    return file._stage_turns


def _sought(real: Callable[..., object]) -> Callable[..., object]:
    """seek(): other threads may have set the position, too."""
    silent = _silent(real)

    def method(self: _Reporting, *args: object, **kwargs: object) -> object:
        within = (_get_ident(), id(self)) in self._stage_desk.inside
        result = silent(self, *args, **kwargs)
        if not within:
            _turns_at(self).sought()
        return result

    return method


def _written(reported: Callable[..., object]) -> Callable[..., object]:
    """write() of text: a line may be written in several pieces."""

    def method(self: _Reporting, text: str, /) -> object:
        within = (_get_ident(), id(self)) in self._stage_desk.inside
        result = reported(self, text)
        begun = self._stage_turns is not None and self._stage_turns.line is not None
        if text and not within and (begun or text[-1] != "\n"):
            _turns_at(self).wrote(text, self)
        return result

    return method


class _Reporting(Protocol):
    """A file object made here."""

    _stage_desk: FileReporter
    _stage_thing: int
    _stage_turns: Turns | None  # None: nobody has set its position, or begun a line

    @property
    def closed(self) -> bool: ...


def _reported(
    real: Callable[..., object], begin: int, done: int, amount: Callable[[object], int]
) -> Callable[..., object]:
    """A method between two records. What the real method calls on the same object meanwhile is part of it."""

    def method(self: _Reporting, *args: object, **kwargs: object) -> object:
        desk = self._stage_desk
        thing = self._stage_thing
        call = (_get_ident(), id(self))
        if call in desk.inside:
            return real(self, *args, **kwargs)
        desk.report(begin, thing)
        desk.inside.add(call)
        try:
            result = real(self, *args, **kwargs)
        except BaseException as error:
            desk.report(done | BADLY, thing, desk.text(error))
            raise
        finally:
            desk.inside.discard(call)
        desk.report(done, thing, amount(result))
        if self._stage_turns is not None and self._stage_turns.seeks:
            self._stage_turns.used(self)
        return result

    return method


def _silent(real: Callable[..., object]) -> Callable[..., object]:
    """A method whose own calls of flush or read are no events: seek, tell."""

    def method(self: _Reporting, *args: object, **kwargs: object) -> object:
        inside = self._stage_desk.inside
        call = (_get_ident(), id(self))
        if call in inside:
            return real(self, *args, **kwargs)
        inside.add(call)
        try:
            return real(self, *args, **kwargs)
        finally:
            inside.discard(call)

    return method


def _closing(real: Callable[..., object]) -> Callable[..., object]:
    """A file that nobody closed is closed when it goes, and Python may warn of it: of the line where that happens."""
    silent, finalized = _silent(real), _silent(lambda self: called_outside(real, (self,)))

    def close(self: _Reporting) -> object:
        try:
            done = self.closed
        except ValueError:  # detached
            done = True
        if done:
            return real(self)
        word, value = CLOSED, 0
        try:
            return (finalized if getattr(self, "_finalizing", False) else silent)(self)
        except BaseException as error:
            word, value = word | BADLY, self._stage_desk.text(error)
            raise
        finally:
            try:
                self._stage_desk.report(word, self._stage_thing, value)
            except ValueError:  # a finaliser at the interpreter's end has no caller
                pass

    return close


def _text_of(real: Callable[..., str]) -> Callable[..., str]:
    """A repr that names the module as the real one does: a class made in Python loses it."""

    def show(self: object) -> str:
        text = real(self)
        return text if text.startswith("<_io.") else f"<_io.{text[1:]}"

    return show


def _file_type(base: type, reads: tuple[str, ...], writes: tuple[str, ...]) -> type:
    own: dict[str, object] = {"__module__": "_io", "__doc__": base.__doc__, "_stage_thing": 0, "_stage_turns": None}
    for name in reads:
        own[name] = _reported(getattr(base, name), READ, READ_DONE, _amount)
    for name in writes:
        amount = _amount if name == "write" else _nothing
        own[name] = _reported(getattr(base, name), WRITE, WRITE_DONE, amount)
    if base is io.TextIOWrapper:
        own["write"] = _written(own["write"])  # type: ignore[arg-type]  # it is a function
    own["seek"], own["tell"] = _sought(base.seek), _silent(base.tell)  # type: ignore[attr-defined]  # as below
    own["close"] = _closing(base.close)  # type: ignore[attr-defined]  # every file type has it
    own["__repr__"] = _text_of(base.__repr__)
    for name, method in own.items():
        if isinstance(method, types.FunctionType):
            method.__name__, method.__qualname__ = name, f"{base.__name__}.{name}"  # an error names it
    made = type(base.__name__, (base,), own)
    cpython.name_as_c(made, f"_io.{base.__name__}")
    return made


# A subclass's iterator and writelines call readline and write, so those report for them.
_TEXT = ("read", "readline", "readlines")
_BYTES = ("read", "read1", "readinto", "readinto1", "readline", "readlines")
_WRITES = ("write", "flush", "truncate")
ReportedText = _file_type(io.TextIOWrapper, _TEXT, _WRITES)
ReportedReader = _file_type(io.BufferedReader, _BYTES, ())
ReportedWriter = _file_type(io.BufferedWriter, (), _WRITES)
ReportedRandom = _file_type(io.BufferedRandom, _BYTES, _WRITES)
ReportedRaw = _file_type(io.FileIO, ("read", "readall", "readinto", "readline", "readlines"), ("write", "truncate"))

_BUFFERED: dict[type, type] = {
    io.BufferedReader: ReportedReader,
    io.BufferedWriter: ReportedWriter,
    io.BufferedRandom: ReportedRandom,
}


def reported(desk: FileReporter, thing: int, made: Any, newline: str | None) -> object:
    """The reporting twin of a file object that the real open() just made; the object itself when it has none.

    `made` gives up what it wraps: the twin stands on the same buffer, or on the same raw file.
    """
    twin: Any
    if type(made) is io.TextIOWrapper:
        mode, encoding, errors, lines = made.mode, made.encoding, made.errors, made.line_buffering
        twin = ReportedText(made.detach(), encoding, errors, newline, lines)
        twin.mode = mode
    elif type(made) in _BUFFERED:
        size = made.__sizeof__() - type(made).__basicsize__  # the only place that tells the size of the buffer
        twin = _BUFFERED[type(made)](made.detach(), size if size > 0 else io.DEFAULT_BUFFER_SIZE)
    else:
        twin = made
        if not isinstance(made, ReportedRaw):
            return made
    twin._stage_desk = desk
    twin._stage_thing = thing
    return twin
