"""Why a run ended as it did, and what is wrong with a program that cannot be read."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import replace

from engine.analysis.run_facts import NOWHERE, RunFacts, Spot
from engine.findings import missing
from engine.frame import Ended, Interpreter, Trouble
from engine.frame.trouble import (
    BrokenStream,
    CutOff,
    EndedItself,
    ImportFailed,
    NoStage,
    NoText,
    ProcessDied,
    ProgramDied,
    ProgramRefused,
)
from engine.hosting.host import Exit
from engine.protocol.messages import Ending, MissingFact, OutcomeFact
from engine.protocol.records import MAIN_THREAD

NOT_FLUSHED = 120  # with which Python ends when it cannot write out the last of what was printed
_FAULT_LINE = re.compile(r'File "([^"]+)", line (\d+) in ')


def decode(data: bytes, name: str) -> tuple[str, Trouble | None]:
    """Python source as text, by its own rules of encoding; or "" and what is wrong with it."""
    if b"\0" in data:
        return "", NoText(name=name)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return io.TextIOWrapper(io.BytesIO(data), encoding).read(), None
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        return "", NoText(name=name, error=str(error))


def explain(
    run_facts: RunFacts, exit_: Exit, executable: str, broken: BrokenStream | None = None, *, stopped: bool = False
) -> tuple[Ended, Trouble | None]:
    """How a stage's process ended that was not stopped by us. What the kernel says of it counts.

    `broken`: what it reported made no sense any more, or what another process did; `stopped`: somebody has tried to.
    """
    if broken is not None and not broken.process:
        return _of_break(broken, exit_)
    outcome = run_facts.outcome
    if outcome is not None and (stopped or _agree(outcome.exit, exit_.code)):
        return Ended(outcome.ended.value), _of_outcome(outcome, run_facts) or broken
    stderr, code, farewell = exit_.stderr, exit_.code, run_facts.farewell
    if exit_.cut_off and code >= 0:
        return Ended.FINISHED, CutOff()
    if run_facts.interpreter is None:
        said = stderr.strip().splitlines()
        return Ended.REFUSED, NoStage(executable=executable, code=code, said=said[-1] if said else "", detail=stderr)
    if farewell is not None:
        return Ended.DIED, EndedItself(call=farewell.call, detail=stderr, **run_facts.where(farewell.place))
    return Ended.DIED, ProcessDied(code=code, detail=stderr, **_fault_line(run_facts, stderr))


def _of_break(broken: BrokenStream, exit_: Exit) -> tuple[Ended, Trouble | None]:
    if exit_.code < 0:
        return Ended.DIED, ProcessDied(code=exit_.code, broken=True, detail=exit_.stderr)
    return Ended.DIED if exit_.code else Ended.FINISHED, replace(broken, code=exit_.code)


def _agree(said: int, code: int) -> bool:
    """Whether what the stage said of its exit status is what came. Windows has no negative ones."""
    return code in {said, said & 0xFFFFFFFF, NOT_FLUSHED}


def _of_outcome(outcome: OutcomeFact, run_facts: RunFacts) -> Trouble | None:
    death = run_facts.death(MAIN_THREAD)
    if outcome.ended is Ending.FINISHED:
        return None
    if death is None:  # it was sent, and made no sense
        return ProgramDied(error="")
    where, traceback = run_facts.where(death.place), death.traceback
    if any(isinstance(fact, MissingFact) and fact.module == death.module for fact in run_facts.told):
        lacking = missing.missing(death.module, run_facts.interpreter or Interpreter())
        return ImportFailed(missing=lacking, detail=traceback, **where)
    kind = ProgramDied if outcome.ended is Ending.DIED else ProgramRefused
    return kind(error=death, detail=traceback, **where)


def _fault_line(run_facts: RunFacts, stderr: str) -> Spot:
    """The program's innermost line in what faulthandler wrote."""
    names = {run_facts.program_path: "", **{path: name for name, path in run_facts.paths.items()}}
    for path, line in _FAULT_LINE.findall(stderr):
        if path in names:
            return Spot(line=int(line), file=names[path])
    return NOWHERE
