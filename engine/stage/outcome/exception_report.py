"""What an exception says that ended a thread or the program."""

from __future__ import annotations

import re
import traceback
from types import WrapperDescriptorType

from engine.protocol.messages import CaughtFact, ExceptionFact
from engine.protocol.pool_facts import ExitFact
from engine.stage.outcome import bare, suggestions
from engine.stage.outcome.own_frames import OWN, clean, without_ours
from engine.stage.recording.reporter import Reporter

FRAMES = 40  # of a traceback that ended no thread: the deepest ones
SAID = 4000  # characters of what an exception says that are kept: some hold a whole file
KEPT = 100_000  # of a traceback, from its beginning and from its end
DEEPEST = 8  # exceptions that led to one another
_PLAIN = (str, bytes, int, float, bool, type(None))  # what Python makes text of without a line of the program
_IDENT = re.compile(r"\b\d{4,20}\b")
_NO_MODULE = ("builtins", "__main__")  # that Python leaves out
_LED_TO = {  # Python's own words between two exceptions
    True: "\nThe above exception was the direct cause of the following exception:\n\n",
    False: "\nDuring handling of the above exception, another exception occurred:\n\n",
}
__all__ = [
    "OWN",
    "careful_message",
    "caught",
    "clean",
    "exit_fact",
    "fact",
    "missing",
    "one_line",
    "place_of",
    "text_of",
    "type_of",
    "unreadable",
]


def one_line(error: BaseException) -> str:
    """Such as "FileNotFoundError: [Errno 2] No such file or directory: 'numbers.txt'"; never raises."""
    try:
        return "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()[-1]
    except BaseException:  # also what its own __str__ raises
        said = bare.message_of(error)
        return f"{bare.name_of(type(error))}: {said}" if said else bare.name_of(type(error))


def place_of(reporter: Reporter, error: BaseException) -> int:
    """The deepest line of the program that the exception passed, or could not read; 0 when there is none."""
    place = 0
    if issubclass(type(error), SyntaxError):
        file, line = getattr(error, "filename", None), getattr(error, "lineno", None)
        if type(file) is str and file in reporter.files:
            return reporter.files[file] | (line or 0)
    for frame, line in bare.frames_of(error):
        file = reporter.files.get(frame.f_code.co_filename)
        if file is not None:
            place = file | (line or 0)
    return place


def text_of(error: BaseException) -> str:
    """The traceback as Python prints it, without the frames of the engine."""
    text = _text_of(error)
    return text if len(text) <= 2 * KEPT else f"{text[:KEPT]}\n...\n{text[-KEPT:]}"


def _text_of(error: BaseException) -> str:
    try:
        clean(error)
        if not suggestions.IN_C:
            return "".join(traceback.format_exception(type(error), error, error.__traceback__))
        told = traceback.TracebackException(type(error), error, error.__traceback__, compact=True)
        suggestions.add(told, error)
        return "".join(told.format())
    except BaseException:  # also what its own __str__ raises
        return bare.text_of(error)


def fact(reporter: Reporter, thread: int, error: BaseException) -> ExceptionFact:
    """The fact for the thread that it ended."""
    return ExceptionFact(
        thread,
        bare.name_of(type(error)),
        _message(error),
        place_of(reporter, error),
        text_of(error),
        _passed_on(error, thread),
        missing(error),
        _missing_file(error),
        _idents(reporter, _message(error) or ""),
    )


def caught(reporter: Reporter, thread: int, error: BaseException, task: int = 0) -> CaughtFact:
    """The fact of an exception that ended no thread. No line of the program is run for it, nothing is changed."""
    said = careful_message(error) or ""
    now, place = reporter.clock.now(), place_of(reporter, error)
    return CaughtFact(thread, _careful_text(error), place, now, task, _idents(reporter, said))


def careful_message(error: BaseException) -> str | None:
    """What `str` makes of it, None where that could run a line of the program."""
    try:
        if type(type(error).__str__) is not WrapperDescriptorType:
            written = vars(error).get("tb")  # concurrent.futures and joblib keep a traceback of another process so
            return written if type(written) is str else None
        said = bare.args_of(error)
        if issubclass(type(error), OSError):
            said = (*said, error.filename, error.filename2)  # type: ignore[attr-defined]  # it has them
        return str(error) if all(type(one) in _PLAIN for one in said) else None
    except BaseException:  # its class is not what it seems
        return None


def _careful_text(error: BaseException) -> str:
    """The traceback, led by those of the exceptions that led to it."""
    parts: list[str] = []
    one: BaseException | None = error
    while one is not None and len(parts) < 2 * DEEPEST:
        trace = traceback.format_tb(without_ours(bare.trace_of(one)), -FRAMES)
        said = careful_message(one)
        named = f"{type_of(one)}: {said}" if said else type_of(one)
        parts.append("".join(["Traceback (most recent call last):\n" if trace else "", *trace, f"{named}\n"]))
        cause, before = bare.led_to(one)
        one = cause if cause is not None else before
        parts += [_LED_TO[cause is not None]] if one is not None else []
    return "".join(reversed(parts))


def type_of(error: BaseException) -> str:
    """As a traceback has it, such as "sqlite3.ProgrammingError"."""
    module, name = bare.full_name(type(error))
    return name if module in _NO_MODULE else f"{module}.{name}"


def _idents(reporter: Reporter, message: str) -> dict[str, int]:
    """Numbers in a message that are identities of threads, and which; 0 where several had it, one after another."""
    numbers = dict.fromkeys(_IDENT.findall(message))
    return {number: lane for number in numbers if (lane := reporter.threads.who(int(number)))}


def exit_fact(reporter: Reporter, thread: int, error: SystemExit, task: int = 0) -> ExitFact:
    """The fact of an exit that ends no more than this thread, or its task."""
    return ExitFact(thread, _exit_call(error), error.code not in (None, 0), place_of(reporter, error), task)


def _exit_call(error: SystemExit) -> str:
    """As the program has it: it raised it itself, or called what does."""
    import opcode  # noqa: PLC0415  # most programs need neither
    import reprlib  # noqa: PLC0415

    code = "" if error.code is None else reprlib.repr(error.code) if type(error.code) in _PLAIN else "..."
    trace, name = error.__traceback__, "sys.exit"
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        frame = trace.tb_frame
        if "_sitebuiltins" in frame.f_code.co_filename:  # exit() and quit()
            name = str(getattr(frame.f_locals.get("self"), "name", name))
        elif trace.tb_lasti >= 0 and frame.f_code.co_code[trace.tb_lasti] == opcode.opmap["RAISE_VARARGS"]:
            return f"raise SystemExit({code})" if code else "raise SystemExit"
    return f"{name}({code})"


def unreadable(file: int, thread: int, error: BaseException) -> ExceptionFact:
    """The same for a program that Python cannot read."""
    message = getattr(error, "msg", None)  # of a SyntaxError, without the line
    line = getattr(error, "lineno", None) or 0
    return ExceptionFact(
        thread,
        bare.name_of(type(error)),
        message if isinstance(message, str) else _message(error),
        file | line if line else 0,
        text_of(error.with_traceback(None)),
    )


def missing(error: BaseException) -> str:
    """The module that an import did not find; "" for a part of a package that is there, and for any other exception."""
    name = error.name if issubclass(type(error), ModuleNotFoundError) else None  # type: ignore[attr-defined]  # it has one
    return name if isinstance(name, str) and "." not in name else ""


def _missing_file(error: BaseException) -> str:
    name = error.filename if type(error) is FileNotFoundError else None
    return name if isinstance(name, str) else ""


def _message(error: BaseException) -> str | None:
    said = bare.message_of(error)
    return said if said is None or len(said) <= SAID else f"{said[:SAID]} ..."


def _passed_on(error: BaseException, thread: int) -> int:
    """The lane of a task of asyncio that this exception ended before it came here; 0 if it began here."""
    try:
        before = getattr(error, "_stage_lane", 0)
        error._stage_lane = thread  # type: ignore[attr-defined]  # it goes with the exception wherever that is raised
    except BaseException:  # of a class of the program's
        return 0
    return before if isinstance(before, int) and before != thread else 0
