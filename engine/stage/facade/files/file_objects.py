"""File objects that report: subclasses of the real ones, made from what the real `open` returned."""

from __future__ import annotations

import _thread
import io
from collections.abc import Callable
from typing import Any, Protocol

from engine.stage.facade.files import file_reporter
from engine.stage.facade.files.file_reporter import FileReporter

_get_ident = _thread.get_ident


def _amount(result: object) -> int:
    """Characters or bytes that a call moved."""
    if isinstance(result, int):
        return result
    if isinstance(result, list):
        return sum(map(len, result))
    return len(result) if isinstance(result, (str, bytes)) else 0


class _Reporting(Protocol):
    """A file object made here."""

    _stage_desk: FileReporter
    _stage_thing: int

    @property
    def closed(self) -> bool: ...


def _nothing(_: object) -> int:
    """For flush and truncate, whose result is no amount."""
    return 0


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
            desk.report(done | file_reporter.BADLY, thing, desk.text(error))
            raise
        finally:
            desk.inside.discard(call)
        desk.report(done, thing, amount(result))
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
    silent = _silent(real)

    def close(self: _Reporting) -> object:
        try:
            done = self.closed
        except ValueError:  # detached
            done = True
        if done:
            return real(self)
        word, value = file_reporter.CLOSED, 0
        try:
            return silent(self)
        except BaseException as error:
            word, value = word | file_reporter.BADLY, self._stage_desk.text(error)
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
    own: dict[str, object] = {"__module__": "_io", "__doc__": base.__doc__, "_stage_thing": 0}
    for name in reads:
        own[name] = _reported(getattr(base, name), file_reporter.READ, file_reporter.READ_DONE, _amount)
    for name in writes:
        amount = _amount if name == "write" else _nothing
        own[name] = _reported(getattr(base, name), file_reporter.WRITE, file_reporter.WRITE_DONE, amount)
    for name in ("seek", "tell"):
        own[name] = _silent(getattr(base, name))
    own["close"] = _closing(base.close)  # type: ignore[attr-defined]  # every file type has it
    own["__repr__"] = _text_of(base.__repr__)
    return type(base.__name__, (base,), own)


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
