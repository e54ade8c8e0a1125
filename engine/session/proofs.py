"""Whether a scenario shows what it says: runs its proofs, and its program by itself."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.frame import Ended, FindingKind, Frame, Part
from engine.scenarios.scenario import Proof, Scenario, settings, speed
from engine.session.session import Session
from engine.words.findings import sentence
from engine.words.reasons import refused, unknown
from engine.words.troubles import title

PATIENCE = 120  # real seconds that a run may take which ends by itself
_SECONDS = re.compile(r"\d+\.\d+")


def prove(scenario: Scenario, proof: Proof, executable: str = sys.executable, times: int = 1) -> list[str]:
    """Runs it so many times; for each run "" or what was not as the proof says."""
    with closing(Session(None, executable)) as session:
        return prove_in(session, scenario, proof, executable, times)


def prove_in(session: Session, scenario: Scenario, proof: Proof, executable: str, times: int) -> list[str]:
    """The same in a session that goes on to exist: the stage of the next run is warm already."""
    session.open(scenario)
    refused = _set(session, proof)
    return [refused or _problem(session, scenario, proof, executable) for _ in range(times)]


@functools.cache
def lacking(executable: str, library: str) -> bool:
    """Whether this Python cannot import a library."""
    command = [executable, "-c", f"import {library}"]
    return subprocess.run(command, check=False, capture_output=True, timeout=PATIENCE).returncode != 0


def _set(session: Session, proof: Proof) -> str:
    """Makes the proof's settings. Returns "" or what was refused."""
    knobs, switches = settings(proof.settings)
    for name, value in knobs.items():
        refusal = session.set_knob(name, value)
        if refusal is not None:
            return refused(refusal)
    for name, on in switches.items():
        session.switch(name, on)
    session.set_speed(speed(proof.settings) or proof.speed)
    return ""


def _problem(session: Session, scenario: Scenario, proof: Proof, executable: str) -> str:
    session.run(proof.expression)
    session.end_input(shown=False)  # nobody is there to answer
    frame = _wait(session, proof)
    if proof.needs and lacking(executable, proof.needs):
        missing = FindingKind.MISSING_LIBRARY in _kinds(frame) and proof.needs in _told(frame)
        return "" if missing else f"it does not say that {proof.needs} is missing: {_told(frame)}"
    lacks = any(lacking(executable, library) for library in scenario.needs)
    problem = _ended_as_it_should(frame, proof) or _found_as_it_should(frame, proof, lacks)
    if not problem and proof.expression and session.summary()["holds"] is not True:
        problem = f"not true: {proof.expression} ({'; '.join(map(unknown, frame.result.unknown)) or _measured(frame)})"
    return problem or _cores_as_they_should(frame, proof)


def _cores_as_they_should(frame: Frame, proof: Proof) -> str:
    parts = {_name(part): part for part in frame.recording.parts}
    for name, (least, most) in proof.cores.items():
        part = parts.get(name)
        if part is None:
            return f"no part {name}, but: {', '.join(parts) or 'none'}"
        if part.cores is None:
            return f"nobody says how much processor time {name} had"
        if not least <= part.cores <= most:
            return f"{name} had {part.cores:.2f} cores at work, not {least:g} to {most:g} ({_measured(frame)})"
    return ""


def _name(part: Part) -> str:
    return ", ".join(filter(None, [part.group, part.name]))


def _wait(session: Session, proof: Proof) -> Frame:
    """The end of the run; one that does not end by itself is stopped when it has shown what it should."""
    if proof.timeout is None:
        return session.wait(PATIENCE)

    def look(frame: Frame) -> None:
        if FindingKind(proof.finding) in _kinds(frame):
            session.stop(Ended.TIMEOUT)

    return session.wait(proof.timeout, look)


def _found_as_it_should(frame: Frame, proof: Proof, lacks: bool) -> str:
    kinds = _kinds(frame)
    if frame.recording.dropped:
        return f"{frame.recording.dropped:,} records were dropped"
    if proof.finding:
        return "" if FindingKind(proof.finding) in kinds else f"no {proof.finding}, but: {_told(frame)}"
    faults = kinds - {FindingKind.HELD_LONG} - ({FindingKind.MISSING_LIBRARY} if lacks else set())
    return f"it should find no fault, but: {_told(frame)}" if faults else ""


def _kinds(frame: Frame) -> set[FindingKind]:
    return {finding.kind for finding in frame.result.findings}


def _ended_as_it_should(frame: Frame, proof: Proof) -> str:
    wanted = {Ended.FINISHED} if proof.timeout is None else {Ended.TIMEOUT}
    if proof.finding == FindingKind.EXCEPTION.value:
        wanted.add(Ended.DIED)  # the exception may be that of the main thread
    if frame.run.ended in wanted:
        return ""
    trouble = f": {title(frame.run.trouble)}" if frame.run.trouble is not None else ""
    return f"it {frame.run.ended.value if frame.run.ended is not None else 'did not end'}{trouble}"


def _told(frame: Frame) -> str:
    found = [f"{one.kind.value}: {sentence(one)}" for one in frame.result.findings]
    return " | ".join(found) or "; ".join([f"no finding; {_measured(frame)}", *map(unknown, frame.result.unknown)])


def _measured(frame: Frame) -> str:
    parts = (f"{_name(one)} {one.seconds or 0:.3f} s, {one.cores or 0:.2f} cores" for one in frame.recording.parts)
    return "; ".join(parts) or f"expected {frame.result.expected}, found {frame.result.found}"


@dataclass(frozen=True)
class Outside:
    """What a program did that was run by itself, in an empty folder."""

    status: int
    last: str  # line of its output
    complaint: str  # what it wrote to stderr
    left: tuple[str, ...]  # files


def by_itself(scenario: Scenario, executable: str = sys.executable) -> Outside:
    """Runs `python program.py`. Raises subprocess.TimeoutExpired."""
    with tempfile.TemporaryDirectory() as folder:
        told = subprocess.run(
            [executable, str(scenario.program)],
            check=False,
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
        )
        left = tuple(sorted(path.name for path in Path(folder).iterdir()))
    return Outside(told.returncode, _last(told.stdout), told.stderr, left)


def on_the_stage(scenario: Scenario, executable: str = sys.executable) -> str:
    """The last line of output of a run as the program stands, at real speed."""
    with closing(Session(scenario, executable)) as session:
        session.run()
        session.end_input(shown=False)
        return _last("\n".join(line.text for line in session.wait(PATIENCE).recording.output if not line.error))


def alike(scenario: Scenario, inside: str, outside: str) -> bool:
    """Whether two last lines say the same; measured seconds differ from run to run."""
    return scenario.varies or _SECONDS.sub("#", inside) == _SECONDS.sub("#", outside)


def _last(text: str) -> str:
    lines = text.rstrip().splitlines()
    return lines[-1].rstrip() if lines else ""
