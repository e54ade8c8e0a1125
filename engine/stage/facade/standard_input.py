"""The facade of `input`, and what a program reads as sys.stdin: lines that the window sends, one to each who asks."""

from __future__ import annotations

import _thread
import builtins
import codecs
import io
import os
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TextIO

from engine.protocol.records import Kind, what
from engine.stage import cpython
from engine.stage.facade.base.binding import WaitCodes, wait
from engine.stage.facade.base.module import FacadeFunction
from engine.stage.facade.output import streams_of
from engine.stage.run_services import RunServices, one_per_run

LONGEST_PROMPT = 200  # characters of it that go with the wait; all of it is printed
_DEVICE = "/dev/stdin"
END_SIGN = "^D\n"  # what a terminal shows where its user ends the input
OR_LOCALE = "or-locale-bytes"  # how sys.stdin reads on Windows what is not UTF-8

_GOT = what(Kind.INPUT_GOT)
_INPUT = WaitCodes(what(Kind.INPUT_WANT), what(Kind.INPUT_GAVE_UP), _GOT)
_get_ident = _thread.get_ident


def _by_locale(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 as the system's own encoding has them; those that it has not either stay halves."""
    import locale  # noqa: PLC0415  # only where it is needed

    assert isinstance(error, UnicodeDecodeError)
    piece = error.object[error.start : error.end]
    return piece.decode(locale.getpreferredencoding(False), "surrogateescape"), error.end


codecs.register_error(OR_LOCALE, _by_locale)


class _Line(NamedTuple):
    """What was typed up to Enter, that included; without it at the end of the input."""

    data: bytes
    shown: bool  # it is echoed


class _EndOfInput(Exception):
    """There are no more lines."""


class _Asker:
    """A thread that waits for a line: its bell is free once it has one, or once there will be none."""

    __slots__ = ("bell", "line")

    def __init__(self) -> None:
        self.line: _Line | None = None
        self.bell = _thread.allocate_lock()
        self.bell.acquire()


class TypedLines:
    """Lines that nobody has taken yet, and the threads that wait for one. Who asked first is answered first.

    What is typed before it is asked for is kept, as a terminal keeps it.
    """

    def __init__(self, context: RunServices) -> None:
        self._context = context
        self._lines: deque[_Line] = deque()
        self._begun: list[bytes] = []  # pieces of a line whose end has not come
        self._askers: deque[_Asker] = deque()
        self._prompts: dict[int, str] = {}  # identity of a thread in `input` -> what it asks
        self._ended = self._end_shown = False
        self._guard = _thread.RLock()  # a signal's handler may ask while its thread asks

    def put(self, text: str, shown: bool) -> None:
        """More was typed. Halves of characters stand for bytes that are no UTF-8. After the end it is too late."""
        try:
            data = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            data = text.encode("utf-8", "replace")
        with self._guard:
            *whole, rest = data.split(b"\n")
            if self._ended:
                return
            if whole:
                whole[0] = b"".join([*self._begun, whole[0]])
                self._begun.clear()
            if rest:
                self._begun.append(rest)
            self._lines += [_Line(line + b"\n", shown) for line in whole]
            self._hand_out()

    def end(self, shown: bool = False) -> None:
        """Nothing more will be typed: who asks for more gets nothing, and never waits. `shown`: the end is echoed."""
        with self._guard:
            if self._ended:
                return
            if self._begun:
                self._lines.append(_Line(b"".join(self._begun), shown))
            self._ended, self._end_shown = True, shown
            self._hand_out()

    def fork(self) -> None:
        """In a forked child: what is typed is its parent's."""
        cpython.reset_lock(self._guard)
        self._lines.clear()
        self._askers.clear()
        self._begun.clear()
        self._ended = True

    @contextmanager
    def asking(self, prompt: object) -> Iterator[None]:
        """What the calling thread takes meanwhile is the answer to this."""
        me = _get_ident()
        before = self._prompts.get(me, "")
        self._prompts[me] = prompt[:LONGEST_PROMPT] if type(prompt) is str else ""
        try:
            yield
        finally:
            self._prompts[me] = before
            if not before:
                del self._prompts[me]

    def take(self) -> bytes:
        """The next line with its end, b"" at the end of the input. Waits in turn, and says so."""
        with self._guard:
            asker = None
            if self._askers or not (self._lines or self._ended):
                asker = _Asker()
                self._askers.append(asker)
            else:
                line = self._lines.popleft() if self._lines else None
        if asker is not None:
            line = self._wait(asker)
        elif line is not None and line.shown:
            self._context.reporter.report(_GOT, 0, self._echo(line.data))
        return line.data if line is not None else b""

    def _wait(self, asker: _Asker) -> _Line | None:
        """Waits on real time until it is handed a line. None: there will be none."""
        said = False

        def taken(seconds: float) -> bool:
            if not asker.bell.acquire(True, seconds):
                return False
            if asker.line is None:
                raise _EndOfInput
            return True

        def told() -> int:
            """What goes with the wait is what is asked, and with its end what was answered."""
            nonlocal said
            if not said:
                said = True
                prompt = self._prompts.get(_get_ident(), "")
                return self._context.channel.text(prompt) if prompt else 0
            if asker.line is not None:
                return self._echo(asker.line.data) if asker.line.shown else 0
            shown, self._end_shown = self._end_shown, False
            return self._context.channel.text(END_SIGN) if shown and self._ended else 0

        try:
            wait(self._context, _INPUT, 0, taken, None, value=told)
        except _EndOfInput:
            return None
        except BaseException:  # an interrupt, or the run was stopped
            self._give_back(asker)
            raise
        return asker.line

    def _give_back(self, asker: _Asker) -> None:
        with self._guard:
            if asker in self._askers:
                self._askers.remove(asker)
            elif asker.line is not None:
                self._lines.appendleft(asker.line)
                self._hand_out()

    def _hand_out(self) -> None:
        while self._askers and (self._lines or self._ended):
            asker = self._askers.popleft()
            asker.line = self._lines.popleft() if self._lines else None
            asker.bell.release()

    def _echo(self, data: bytes) -> int:
        """The id of the text that says what was typed."""
        return self._context.channel.text(data.decode("utf-8", "replace"))


class InputBuffer(io.BufferedIOBase):
    """The bytes side: `sys.stdin.buffer`. One reading takes a line at most, as from a terminal."""

    mode = "rb"

    def __init__(self, lines: TypedLines, real: TextIO | None, name: object = "<stdin>") -> None:
        super().__init__()
        self.name = name
        self._typed = lines
        self._real = real
        self._rest = b""  # of a line that was taken
        self._guard = _thread.RLock()

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        """That of the stage's real stream, which is empty. Raises io.UnsupportedOperation when it has none."""
        if self._real is None:
            raise io.UnsupportedOperation("fileno")
        return self._real.fileno()

    def read1(self, size: int = -1, /) -> bytes:
        """What is left of a line, or of the next one; b"" at the end. Raises ValueError when closed."""
        if self.closed:
            raise ValueError("read of closed file")
        with self._guard:
            data, self._rest = self._rest, b""
        data = data or (self._typed.take() if size else b"")
        if 0 <= size < len(data):
            self._keep(data[size:])
            data = data[:size]
        return data

    def _keep(self, rest: bytes) -> None:
        with self._guard:
            self._rest = rest + self._rest

    def peek(self, _size: int = 0, /) -> bytes:
        """What `read1` would return, which stays."""
        data = self.read1()
        self._keep(data)
        return data

    def read(self, size: int | None = -1, /) -> bytes:
        """So many bytes, or all up to the end."""
        left = -1 if size is None or size < 0 else size
        pieces: list[bytes] = []
        while left and (data := self.read1(left)):
            pieces.append(data)
            left -= len(data) if left > 0 else 0
        if self.closed:
            raise ValueError("read of closed file")
        return b"".join(pieces)

    def fork(self) -> None:
        """In a forked child: the lock is free, whoever held it."""
        cpython.reset_lock(self._guard)


@one_per_run
def lines_of(context: RunServices) -> TypedLines:
    """What is typed in a run."""
    made = TypedLines(context)
    context.after_fork.append(made.fork)
    return made


@one_per_run
def stdin_of(context: RunServices) -> io.TextIOWrapper:
    """What a program finds as sys.stdin: Python's own stream over what is typed. It is no terminal, as a pipe is none.

    So nobody tries to change how the terminal echoes, or to edit lines there; sys.stdout on the stage is none either.
    """
    real = sys.__stdin__
    buffer = InputBuffer(lines_of(context), real)
    context.after_fork.append(buffer.fork)
    newline, errors = "\n", getattr(real, "errors", None) or "strict"
    if sys.platform == "win32":  # there Python makes its own like this, and pipes bring the system's old encoding
        newline, errors = None, OR_LOCALE
    stream = io.TextIOWrapper(buffer, "utf-8", errors, newline)
    cpython.read_whole_lines(stream)
    vars(stream)["mode"] = "r"
    return stream


@one_per_run
def descriptor_of(context: RunServices) -> InputBuffer:
    """What a program reads from descriptor 0, past sys.stdin."""
    made = InputBuffer(lines_of(context), sys.__stdin__)
    context.after_fork.append(made.fork)
    return made


def is_stdin(context: RunServices, file: object) -> bool:
    """Whether it stands for the standard input of this run: descriptor 0, as long as nothing else was put there."""
    if file != _DEVICE and not (type(file) is int and file == 0):
        return False
    if not context.clock.patient or context.away or context.forked:
        return False
    try:
        return stat.S_ISCHR(os.fstat(0).st_mode)  # the empty device
    except OSError:
        return False


def opened(context: RunServices, file: object, *args: object, **kwargs: object) -> io.IOBase | None:
    """What `open` makes of standard input; None where it is not to be read. Raises what the real one raises."""
    real: Callable[..., io.IOBase] = open
    kwargs.pop("closefd", None)
    with real(os.devnull, *args[:5], **kwargs) as model:
        if model.writable() or isinstance(model, io.FileIO):
            return None
        buffer = InputBuffer(lines_of(context), sys.__stdin__, file)
        if not isinstance(model, io.TextIOWrapper):
            return buffer
        newline = args[4] if len(args) > 4 else kwargs.get("newline")
        text = io.TextIOWrapper(buffer, model.encoding, model.errors, newline if isinstance(newline, str) else None)
        cpython.read_whole_lines(text)
        vars(text)["mode"] = "r"
        return text


def make_input(context: RunServices) -> FacadeFunction:
    """The real input, where sys.stdin is what the run has made it; else the same from the run's own stream."""
    lines, stream, out = lines_of(context), stdin_of(context), streams_of(context).out
    before = sys.stdin

    def call(*args: Any, **kwargs: object) -> str:
        with lines.asking(args[0] if args else ""):
            if kwargs or len(args) > 1 or sys.stdin is not before:
                return builtins.input(*args, **kwargs)
            out.write(str(*args))
            out.flush()
            line = stream.readline()
        if not line:
            raise EOFError("EOF when reading a line")
        return line[:-1] if line.endswith("\n") else line

    return FacadeFunction(builtins.input, call)
