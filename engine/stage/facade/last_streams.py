"""Standard output and standard error while Python ends: what destructors print is still heard.

The modules of the engine are gone by then. What stands in `sys` lives to the very end, with all that it reaches, and
what it reaches would be destroyed later than outside. So nothing here reaches the engine, or a module.
"""

from __future__ import annotations

from _thread import allocate_lock, get_ident
from io import BufferedIOBase, TextIOBase, UnsupportedOperation
from json.encoder import encode_basestring_ascii
from os import write
from time import perf_counter_ns
from typing import TYPE_CHECKING

from engine.protocol.records import BLOCK, BLOCK_FACTS, BLOCK_RECORDS, RECORD

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any, TextIO

LONGEST = 200_000  # characters of one text that are kept


class Outlet:
    """What the last streams know of the run, all of it plain values and functions of C."""

    __slots__ = (
        *("errors", "files", "first_text", "frame_at", "lines", "program", "rate", "real", "send", "texts", "thread"),
        "word",
    )
    lines: tuple[str, str, str]  # a fact with a text as it is written: before its id, between, behind the text
    errors: tuple[str, str, str]  # the same of a text that goes to stderr
    send: Callable[[bytes], object]  # whole blocks
    word: int  # of a record that says that the main thread printed
    thread: int  # identity of the main thread
    first_text: int  # the ids of texts from here on are larger
    texts: int  # how many there were
    real: int  # then it was, in real nanoseconds, ...
    program: int  # ... so many of program time, ...
    rate: float  # ... which has run at this rate since
    files: dict[str, int]  # the program's, and where the numbers of their lines begin
    frame_at: Callable[[int], FrameType]


def tell(outlet: Outlet, text: str, error: bool) -> None:
    """Sends a piece of text, and that the main thread printed it where it stands. Raises nothing."""
    outlet.texts += 1
    number = outlet.first_text + outlet.texts
    shown = encode_basestring_ascii(text[:LONGEST].encode("utf-8", "replace").decode())
    head, middle, tail = outlet.errors if error else outlet.lines
    fact = f"{head}{number}{middle}{shown}{tail}".encode()
    frame: FrameType | None = outlet.frame_at(0)
    while frame is not None and frame.f_code.co_filename not in outlet.files:
        frame = frame.f_back
    place = 0 if frame is None else outlet.files[frame.f_code.co_filename] | (frame.f_lineno or 0)
    now = outlet.program + int((perf_counter_ns() - outlet.real) * outlet.rate)
    record = RECORD.pack(now, number, 0, place, outlet.word)
    blocks = (BLOCK.pack(BLOCK_FACTS, len(fact)), fact, BLOCK.pack(BLOCK_RECORDS, len(record)), record)
    try:
        outlet.send(b"".join(blocks))
    except OSError:  # nobody listens any more
        try:
            write(2 if error else 1, text.encode("utf-8", "replace"))
        except OSError:
            pass  # and that is closed, too


class StandardStream(TextIOBase):
    """What a program may ask of sys.stdout and sys.stderr, whoever takes what it writes."""

    line_buffering = True
    newlines = None
    mode = "w"
    name: str
    write_through: bool
    _errors: str
    _error: bool
    _real: TextIO | None

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
            raise UnsupportedOperation("fileno")
        return self._real.fileno()

    def reconfigure(self, **options: object) -> None:
        """As TextIOWrapper.reconfigure; the encoding stays what the window reads, UTF-8."""
        for name in options:
            if name not in {"encoding", "errors", "newline", "line_buffering", "write_through"}:
                raise TypeError(f"{name!r} is an invalid keyword argument for reconfigure()")
        self.flush()
        self._errors = options.get("errors") or self._errors  # type: ignore[assignment]  # a text, or what fails later
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
        if type(text) is not str:
            text = str.__str__(text)  # whatever its class does
        shown = text if text.isascii() else text.encode("utf-8", self._errors).decode("utf-8", "replace")
        self._take(shown)
        return len(text)

    def _take(self, text: str) -> None:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<_io.TextIOWrapper name={self.name!r} mode='w' encoding={self.encoding!r}>"


class StandardBuffer(BufferedIOBase):
    """The bytes side of a stream: `sys.stdout.buffer`."""

    mode = "wb"
    name: str
    _stream: StandardStream
    _decoder: Any

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


class _Plain:
    """Decodes bytes as far as they are whole."""

    def decode(self, data: bytes) -> str:
        return data.decode("utf-8", "replace")


class LastStream(StandardStream):
    """One of them at Python's own end: what it takes goes out at once, as there is no thread to send it.

    By then the main thread alone goes on. Another one that comes here stops, as Python stops it a moment later.
    """

    _outlet: Outlet

    @property
    def buffer(self) -> StandardBuffer:
        """Made when it is asked for: what stands in a circle goes later."""
        made = StandardBuffer()
        made.name, made._stream, made._decoder = self.name, self, _Plain()
        return made

    def _take(self, text: str) -> None:
        if get_ident() != self._outlet.thread:
            stop = allocate_lock()
            stop.acquire()
            stop.acquire()
        tell(self._outlet, text, self._error)
