"""The facade of `print`, and the streams a program writes to: each line is a record."""

from __future__ import annotations

import _thread
import builtins
import codecs
import sys
from collections.abc import Callable
from typing import Any, NamedTuple, TextIO

from engine.protocol.messages import FACTS, TextFact
from engine.protocol.mistakes import Mistake
from engine.protocol.records import Kind, what
from engine.stage import cpython
from engine.stage.facade.base.module import FacadeFunction
from engine.stage.facade.last_streams import LastStream, Outlet, StandardBuffer, StandardStream
from engine.stage.outcome.mistakes import mistakes_of
from engine.stage.outcome.seen_errors import seen_errors_of
from engine.stage.recording.channel import print_plainly
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


class _Broken(NamedTuple):
    """A line that one thread has begun and not ended, and who wrote after that."""

    rest: _Rest
    by: int


class StageStream(StandardStream):
    """sys.stdout or sys.stderr of a program. Line-buffered, as on a terminal.

    The pieces that one thread writes become one record when their line ends. When another thread writes in between,
    what is there is reported as it is: lines that are mixed on a terminal are mixed in the records.
    """

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
        self._broken: _Broken | None = None  # the last one
        self._torn: set[tuple[int, int]] = set()  # whose line was told to be broken, and by whom
        self._guard = _thread.RLock()  # a finaliser or a signal's handler may print while this thread prints

    def _take(self, text: str) -> None:
        """What is written while an exception is handled may say what that was."""
        self._keep(text)
        error = sys.exc_info()[1]
        if error is not None:
            seen_errors_of(self._context).printed(error, text)

    def _keep(self, text: str) -> None:
        ident = _get_ident()
        with self._guard:
            rest, self._rest = self._rest, None
            if self._broken is not None and self._broken.rest.ident == ident:
                self._goes_on(self._broken, text)
            if rest is not None and rest.ident != ident:
                self._report(rest.text, rest)
                self._broken = _Broken(rest, self._context.reporter.me())
            elif rest is not None:
                text = rest.text + text
            ends = self.line_buffering and ("\n" in text or "\r" in text)
            if ends or self.write_through or len(text) > CHUNK:
                self._report(text)
            elif text:
                reporter = self._context.reporter
                self._rest = _Rest(ident, reporter.me(), reporter.place_of(reporter.caller()), text)

    def _goes_on(self, broken: _Broken, text: str) -> None:
        """The calling thread goes on with a line into which another one wrote. The pieces of one print() are none."""
        self._broken = None
        reporter, me = self._context.reporter, broken.rest.thread
        place = reporter.place_of(reporter.caller())
        if text.endswith("\n") and broken.rest.place not in (0, place) and place and (me, broken.by) not in self._torn:
            self._torn.add((me, broken.by))
            name = "sys.stderr" if self._error else "sys.stdout"
            mistakes_of(self._context).tell(Mistake.LINE_TORN, me, place, name, by=broken.by)

    def fork(self) -> None:
        """In a forked child: the lock is free, whoever held it."""
        cpython.reset_lock(self._guard)

    def _report(self, text: str, rest: _Rest | None = None) -> None:
        """Of the calling thread here and now, or as it was when the `rest` was written."""
        context = self._context
        if not text:
            return
        if context.forked or context.channel.deaf:
            print_plainly(text, self._error)
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

    def become_last(self, outlet: Outlet) -> None:
        """From here on it takes what is printed while Python ends, and reaches nothing of the engine."""
        buffer = vars(self).pop("buffer", None)
        if type(buffer) is StreamBuffer:
            buffer.__class__ = StandardBuffer  # type: ignore[assignment]  # as below
        for name in ("_context", "_guard", "_rest", "_broken", "_torn"):
            del vars(self)[name]
        vars(self)["_outlet"] = outlet
        self.__class__ = LastStream  # type: ignore[assignment]  # both have the same base, and nothing of their own


class StreamBuffer(StandardBuffer):
    """The bytes side of a stream: `sys.stdout.buffer`."""

    def __init__(self, stream: StageStream) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.name = stream.name


class Streams(NamedTuple):
    """Standard output and standard error of one run."""

    out: StageStream
    err: StageStream

    def flush(self) -> None:
        """Reports what is kept back in both, closed or not: the interpreter does so at its end."""
        for stream in self:
            if not stream.closed:
                stream.flush()

    def become_last(self, outlet: Outlet) -> None:
        """From here on they take what is printed while Python ends."""
        for stream in self:
            stream.become_last(outlet)


@one_per_run
def streams_of(context: RunServices) -> Streams:
    """The streams of a run, to be set as sys.stdout and sys.stderr while it lasts."""
    out = StageStream(context, "<stdout>", False, sys.__stdout__)
    err = StageStream(context, "<stderr>", True, sys.__stderr__)
    made = Streams(out, err)
    context.after_fork += [out.fork, err.fork]
    context.kept_back.append(made.flush)
    return made


def _written(error: bool) -> tuple[str, str, str]:
    """How a fact with a text is written, around its id and its text."""
    head, _, rest = FACTS.pack([TextFact(1, "?", error)]).decode().partition("1")
    middle, _, tail = rest.partition('"?"')
    return head, middle, tail


def last_outlet(context: RunServices, send: Callable[[bytes], object]) -> Outlet:
    """Where the last streams of a run send to. Called by the main thread."""
    outlet, reporter = Outlet(), context.reporter
    outlet.send, outlet.frame_at = send, cpython.frame_at
    outlet.word, outlet.thread = _PRINT + reporter.me(), _get_ident()
    outlet.first_text, outlet.texts = context.channel.further_texts(), 0
    outlet.real, outlet.program, outlet.rate = context.clock.state
    outlet.files = dict(reporter.files)
    outlet.lines, outlet.errors = _written(False), _written(True)
    return outlet


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
