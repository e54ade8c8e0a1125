"""Why a run ended as it did, in words for the learner."""

from __future__ import annotations

import io
import re
import tokenize

from engine.analysis import reason_words
from engine.analysis.run_facts import RunFacts
from engine.findings import missing
from engine.frame import Ended, Trouble
from engine.hosting.host import Exit
from engine.protocol.messages import Ending, OutcomeFact
from engine.protocol.places import line_in_file, line_of
from engine.protocol.records import MAIN_THREAD

_FAULT_LINE = re.compile(r'File "([^"]+)", line (\d+) in ')


def decode(data: bytes, name: str) -> tuple[str, Trouble | None]:
    """Python source as text, by its own rules of encoding; or "" and what is wrong with it."""
    if b"\0" in data:
        return "", Trouble(f"{name} is not text", "It holds zero bytes, so it is no Python program. Choose a .py file.")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return io.TextIOWrapper(io.BytesIO(data), encoding).read(), None
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        return "", Trouble(f"{name} is not text", f"It cannot be decoded: {error}. Save it as UTF-8.")


def no_interpreter(executable: str, error: OSError) -> Trouble:
    """A Python that cannot be started."""
    return Trouble(
        "This Python does not start",
        f"{executable}: {error.strerror or error}. Choose another interpreter.",
    )


def explain(run_facts: RunFacts, exit_: Exit, executable: str) -> tuple[Ended, Trouble | None]:
    """How a stage's process ended that was not stopped by us."""
    if run_facts.outcome is not None:
        return _of_outcome(run_facts.outcome, run_facts)
    if run_facts.interpreter is None:
        words = exit_.stderr.strip().splitlines()
        return Ended.REFUSED, Trouble(
            "This Python does not start the stage",
            f"{executable} ended with status {exit_.code}"
            + (f": {words[-1]}" if words else ".")
            + " Choose another interpreter; it must be Python 3.9 or later.",
            detail=exit_.stderr,
        )
    if run_facts.farewell is not None:
        return Ended.DIED, Trouble(
            "The program ended its own process",
            f"{reason_words.farewell(run_facts.farewell)}. Nothing after that ran: no other thread, no cleaning up.",
            line_of(run_facts.farewell.place),
            exit_.stderr,
        )
    return Ended.DIED, Trouble(
        "The program's process died" + _by(exit_.code),
        "What was recorded before is kept; the last few milliseconds may be missing. "
        "The next run starts a fresh process.",
        _fault_line(run_facts, exit_.stderr),
        exit_.stderr,
    )


def _of_outcome(outcome: OutcomeFact, run_facts: RunFacts) -> tuple[Ended, Trouble | None]:
    ended, death = Ended(outcome.ended.value), run_facts.deaths.get(MAIN_THREAD)
    if outcome.ended is Ending.FINISHED:
        return ended, None
    if death is None:  # it was sent, and made no sense
        return ended, Trouble(reason_words.AN_EXCEPTION.capitalize(), "")
    line = line_in_file(death.place)
    if death.module in run_facts.missing:
        return ended, missing.trouble(death.module, run_facts.interpreter, line, death.traceback)
    if outcome.ended is Ending.DIED:
        text = "An exception ended the main thread."
    else:
        text = f"Python cannot read {f'line {line}' if line else 'the program'}. Mend it and run again."
    return ended, Trouble(reason_words.exception(death), text, line, death.traceback)


def _by(code: int) -> str:
    """ " of SIGSEGV", " with status 3"."""
    if code < 0:
        return f" of {reason_words.signal_name(-code) or f'signal {-code}'}"
    return f" with status {code}"


def _fault_line(run_facts: RunFacts, stderr: str) -> int:
    """The program's line in what faulthandler wrote, 0 when there is none."""
    program = run_facts.program_path
    for path, line in _FAULT_LINE.findall(stderr):
        if path == program:
            return int(line)
    return 0
