"""The facade of `print`, and the streams a program writes to: each line is a record."""

from __future__ import annotations

import _thread
import builtins
import codecs
import io
import os
import sys
from typing import Any, NamedTuple, TextIO

from engine.protocol.records import Kind, what
from engine.stage import cpython
from engine.stage.facade.base.module import FacadeFunction
from engine.stage.outcome.seen_errors import seen_errors_of
from engine.stage.run_services import RunServices, one_per_run

CHUNK = 8192  # characters without an end of line that are kept back, as in io.TextIOWrapper

_PRINT = what(Kind.PRINT)
_get_ident = _thread.get_ident


class _Rest(NamedTuple):
    """What one thread wrote and has not ended with a newline yet."""

    ident: int
    thread: int
    place: int
    text: str


class StageStream(io.TextIOBase):
    """sys.stdout or sys.stderr of a program. Line-buffered, as on a terminal.

    The pieces that one thread writes become one record when their line ends. When another thread writes in between,
    what is there is reported as it is: lines that are mixed on a terminal are mixed in the records.
    """

    line_buffering = True
    newlines = None
    mode = "w"

    def __init__(self, context: RunServices, name: str, error: bool, real: TextIO | None) -> None:
        super().__init__()
        self.name = name
        self.buffer: object = StreamBuffer(self)
        self.write_through = False
        self._errors = "backslashreplace" if error else getattr(real, "errors", None) or "strict"
        self._context = context
        self._error = error
        self._real = real
        self._rest: _Rest | None = None
        self._guard = _thread.RLock()  # a finaliser or a signal's handler may print while this thread prints

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has an attribute; TextIOWrapper has a property
        return "utf-8"

    @property
    def errors(self) -> str | None:  # type: ignore[override]  # as above
        return self._errors

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        """That of the stage's real stream. Raises io.UnsupportedOperation when it has none."""
        if self._real is None:
            raise io.UnsupportedOperation("fileno")
        return self._real.fileno()

    def reconfigure(self, **options: object) -> None:
        """As TextIOWrapper.reconfigure; the encoding stays what the window reads, UTF-8."""
        for name in options:
            if name not in {"encoding", "errors", "newline", "line_buffering", "write_through"}:
                raise TypeError(f"{name!r} is an invalid keyword argument for reconfigure()")
        self.flush()
        self._errors = options.get("errors") or self._errors
        if options.get("write_through") is not None:
            self.write_through = bool(options["write_through"])
        if options.get("line_buffering") is not None:
            self.line_buffering = bool(options["line_buffering"])

    def write(self, text: str) -> int:
        """Returns the number of characters. Raises TypeError, ValueError, UnicodeEncodeError as the real one does."""
        if not isinstance(text, str):
            given = "None" if text is None else type(text).__name__
            raise TypeError(f"write() argument must be str, not {given}")
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        shown = text if text.isascii() else text.encode("utf-8", self._errors).decode("utf-8", "replace")
        error = sys.exc_info()[1]
        if error is not None:
            seen_errors_of(self._context).printed(error, text)
        self._take(shown)
        return len(text)

    def _take(self, text: str) -> None:
        ident = _get_ident()
        with self._guard:
            rest, self._rest = self._rest, None
            if rest is not None and rest.ident != ident:
                self._report(rest.text, rest)
            elif rest is not None:
                text = rest.text + text
            ends = self.line_buffering and ("\n" in text or "\r" in text)
            if ends or self.write_through or len(text) > CHUNK:
                self._report(text)
            elif text:
                reporter = self._context.reporter
                self._rest = _Rest(ident, reporter.me(), reporter.place_of(reporter.caller()), text)

    def fork(self) -> None:
        """In a forked child: the lock is free, whoever held it."""
        cpython.reset_lock(self._guard)

    def _report(self, text: str, rest: _Rest | None = None) -> None:
        """Of the calling thread here and now, or as it was when the `rest` was written."""
        context = self._context
        if not text:
            return
        if context.forked:
            os.write(1, text.encode("utf-8", "replace"))
        elif rest is None:
            context.reporter.report(_PRINT, 0, context.channel.text(text, self._error))
        else:
            number = context.channel.text(text, self._error)
            context.reporter.report_for(rest.thread, _PRINT, 0, number, rest.place)

    def flush(self) -> None:
        """Reports what is kept back. Raises ValueError when closed."""
        super().flush()
        with self._guard:
            rest, self._rest = self._rest, None
            if rest is not None:
                self._report(rest.text, rest)

    def __repr__(self) -> str:
        return f"<_io.TextIOWrapper name={self.name!r} mode='w' encoding={self.encoding!r}>"


class StreamBuffer(io.BufferedIOBase):
    """The bytes side of a stream: `sys.stdout.buffer`."""

    def __init__(self, stream: StageStream) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.name = stream.name
        self.mode = "wb"

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Returns the number of bytes. Raises TypeError for text, ValueError when closed."""
        if isinstance(data, str):
            raise TypeError("a bytes-like object is required, not 'str'")
        if self.closed:
            raise ValueError("write to closed file")
        view = memoryview(data)
        self._stream._take(self._decoder.decode(view.tobytes()))
        return view.nbytes

    def flush(self) -> None:
        super().flush()
        if not self._stream.closed:
            self._stream.flush()

    def fileno(self) -> int:
        return self._stream.fileno()


class Streams(NamedTuple):
    """Standard output and standard error of one run."""

    out: StageStream
    err: StageStream

    def flush(self) -> None:
        """Reports what is kept back in both, closed or not: the interpreter does so at its end."""
        for stream in self:
            if not stream.closed:
                stream.flush()


@one_per_run
def streams_of(context: RunServices) -> Streams:
    """The streams of a run, to be set as sys.stdout and sys.stderr while it lasts."""
    out = StageStream(context, "<stdout>", False, sys.__stdout__)
    err = StageStream(context, "<stderr>", True, sys.__stderr__)
    made = Streams(out, err)
    context.after_fork += [out.fork, err.fork]
    context.kept_back.append(made.flush)
    return made


def make_print(context: RunServices) -> FacadeFunction:
    """The real print, onto the run's stream: text, separators and end are separate writes, as everywhere.

    Standard output that the program, or contextlib.redirect_stdout, put in its place is used as outside.
    """
    out = streams_of(context).out
    before = sys.stdout

    def call(*args: object, file: Any = None, **kwargs: Any) -> None:
        if file is None and sys.stdout is before:
            file = out
        builtins.print(*args, file=file, **kwargs)

    return FacadeFunction(builtins.print, call)
