"""What an exception says that ended a thread or the program."""

from __future__ import annotations

import traceback

from engine.protocol.messages import ExceptionFact
from engine.stage.outcome import suggestions
from engine.stage.outcome.own_frames import OWN, clean
from engine.stage.recording.reporter import Reporter

__all__ = ["OWN", "clean", "fact", "missing", "one_line", "place_of", "text_of", "unreadable"]


def one_line(error: BaseException) -> str:
    """Such as "FileNotFoundError: [Errno 2] No such file or directory: 'numbers.txt'"; never raises."""
    try:
        return "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()[-1]
    except Exception:
        return type(error).__name__


def place_of(reporter: Reporter, error: BaseException) -> int:
    """The deepest line of the program that the exception passed, or could not read; 0 when there is none."""
    place = 0
    if isinstance(error, SyntaxError) and error.filename in reporter.files:
        return reporter.files[error.filename] | (error.lineno or 0)
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = reporter.files.get(frame.f_code.co_filename)
        if file is not None:
            place = file | (line or 0)
    return place


def text_of(error: BaseException) -> str:
    """The traceback as Python prints it, without the frames of the engine."""
    try:
        clean(error)
        if not suggestions.IN_C:
            return "".join(traceback.format_exception(type(error), error, error.__traceback__))
        told = traceback.TracebackException(type(error), error, error.__traceback__, compact=True)
        suggestions.add(told, error)
        return "".join(told.format())
    except Exception:
        return one_line(error)


def fact(reporter: Reporter, thread: int, error: BaseException) -> ExceptionFact:
    """The fact for the thread that it ended."""
    return ExceptionFact(
        thread,
        type(error).__name__,
        _message(error),
        place_of(reporter, error),
        text_of(error),
        _passed_on(error, thread),
        missing(error),
        _missing_file(error),
    )


def unreadable(file: int, thread: int, error: BaseException) -> ExceptionFact:
    """The same for a program that Python cannot read."""
    message = getattr(error, "msg", None)  # of a SyntaxError, without the line
    line = getattr(error, "lineno", None) or 0
    return ExceptionFact(
        thread,
        type(error).__name__,
        message if isinstance(message, str) else _message(error),
        file | line if line else 0,
        text_of(error.with_traceback(None)),
    )


def missing(error: BaseException) -> str:
    """The module that an import did not find; "" for a part of a package that is there, and for any other exception."""
    name = error.name if isinstance(error, ModuleNotFoundError) else None
    return name if isinstance(name, str) and "." not in name else ""


def _missing_file(error: BaseException) -> str:
    name = error.filename if type(error) is FileNotFoundError else None
    return name if isinstance(name, str) else ""


def _message(error: BaseException) -> str | None:
    try:
        return str(error)
    except Exception:
        return None


def _passed_on(error: BaseException, thread: int) -> int:
    """The lane of a task of asyncio that this exception ended before it came here; 0 if it began here."""
    before = getattr(error, "_stage_lane", 0)
    try:
        error._stage_lane = thread  # type: ignore[attr-defined]  # it goes with the exception wherever that is raised
    except AttributeError:
        return 0
    return before if isinstance(before, int) and before != thread else 0
