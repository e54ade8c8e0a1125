"""Why a run ended as it did, in words for the learner."""

from __future__ import annotations

import io
import re
import signal
import tokenize
from collections.abc import Mapping
from typing import Any

from engine.analysis.run_facts import RunFacts
from engine.findings import missing
from engine.frame import Ended, Trouble
from engine.hosting.host import Exit

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
    outcome = run_facts.outcome
    if outcome is not None:
        ended, trouble = _of_outcome(outcome)
        return ended, missing.trouble(trouble, run_facts.missing, run_facts.interpreter)
    if run_facts.interpreter is None:
        words = exit_.stderr.strip().splitlines()
        return Ended.REFUSED, Trouble(
            "This Python does not start the stage",
            f"{executable} ended with status {exit_.code}"
            + (f": {words[-1]}" if words else ".")
            + " Choose another interpreter; it must be Python 3.9 or later.",
            detail=exit_.stderr,
        )
    line = _fault_line(run_facts, exit_.stderr)
    if run_facts.farewell is not None:
        text, line = run_facts.farewell
        return Ended.DIED, Trouble(
            "The program ended its own process",
            f"{text}. Nothing after that ran: no other thread, no cleaning up.",
            line,
            exit_.stderr,
        )
    return Ended.DIED, Trouble(
        "The program's process died" + _by(exit_.code),
        "What was recorded before is kept; the last few milliseconds may be missing. "
        "The next run starts a fresh process.",
        line,
        exit_.stderr,
    )


def _of_outcome(outcome: Mapping[str, Any]) -> tuple[Ended, Trouble | None]:
    ended = Ended(outcome.get("ended", "finished"))
    if ended is Ended.FINISHED:
        return ended, None
    line = outcome.get("line", 0)
    return ended, Trouble(
        str(outcome.get("title", "")),
        str(outcome.get("text", "")),
        line if isinstance(line, int) else 0,
        str(outcome.get("detail", "")),
    )


def _by(code: int) -> str:
    """ " of SIGSEGV", " with status 3"."""
    if code < 0:
        try:
            return f" of {signal.Signals(-code).name}"
        except ValueError:
            return f" of signal {-code}"
    return f" with status {code}"


def _fault_line(run_facts: RunFacts, stderr: str) -> int:
    """The program's line in what faulthandler wrote, 0 when there is none."""
    program = run_facts.program_path
    for path, line in _FAULT_LINE.findall(stderr):
        if path == program:
            return int(line)
    return 0
