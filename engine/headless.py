"""The commands that need no window: run a scenario or a file and say what happened, list what there is."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from engine.environment import interpreters
from engine.frame import Ended, Finding, Frame, Phase
from engine.protocol import program_text
from engine.scenarios import catalogue
from engine.scenarios.scenario import PartsNote, Scenario, near
from engine.scenarios.text_report import parts_table
from engine.session import knobs as knob_rules
from engine.session.session import Session, read_program
from engine.words.catalogue import say
from engine.words.findings import sentence
from engine.words.reasons import printed, unknown
from engine.words.refusals import refused
from engine.words.troubles import title, told

DONE, BAD_INPUT, TIMED_OUT = 0, 2, 3
_LOOK = 0.01  # seconds between two looks at a run


class BadInput(Exception):
    """What was asked for makes no sense, in one line."""


@dataclass(frozen=True)
class Options:
    """What `run` was asked for."""

    what: str  # a scenario's id or a file
    sets: tuple[str, ...] = ()  # "NAME=VALUE"
    offs: tuple[str, ...] = ()
    python: str = ""  # "": the one that runs this
    speed: float = 1.0
    timeout: float | None = None  # seconds
    save: str = ""
    as_json: bool = False


def options_of(words: Namespace) -> Options:
    """The options of a parsed command line."""
    return Options(
        words.what,
        tuple(words.set),
        tuple(words.off),
        words.python or "",
        words.speed,
        words.timeout,
        words.save or "",
        words.json,
    )


def run(options: Options) -> int:
    """Runs it to its end and prints what happened; returns 0, 2 for bad input, or 3 when it was timed out."""
    try:
        scenario = find(options.what)
        if scenario.page:
            return _tell_of_page(scenario, options.as_json)
        knobs = check(scenario, options.sets, options.offs)
        executable = _interpreter(options.python)
        if options.save and not Path(options.save).absolute().parent.is_dir():
            raise BadInput(f"there is no folder to save {options.save} in")
        return _run(scenario, knobs, executable, options)
    except BadInput as problem:
        return _complain(str(problem))


def _run(scenario: Scenario, knobs: dict[str, Any], executable: str, options: Options) -> int:
    session = Session(scenario, executable)
    try:
        for name, value in knobs.items():
            session.set_knob(name, value)
        for name in options.offs:
            session.switch(name, False)
        session.set_speed(options.speed)
        session.run()
        frame = _follow(session, options)
        if options.save and frame.run.ended is not Ended.REFUSED:
            _save(session, options.save)
        if options.as_json:
            print(json.dumps(session.summary(), indent=1, default=str))
        elif frame.run.ended is not Ended.REFUSED:
            print("\n".join(verdict(frame, scenario.parts)))
    finally:
        session.close()
    if frame.run.ended is Ended.REFUSED:
        trouble = frame.run.trouble
        at = f", line {trouble.line}" if trouble is not None and trouble.line else ""
        raise BadInput(f"{scenario.program.name}{at}: {title(trouble) if trouble is not None else 'it did not start'}")
    return TIMED_OUT if frame.run.ended is Ended.TIMEOUT else DONE


def _follow(session: Session, options: Options) -> Frame:
    """Waits for the end, printing what the program prints when people read it."""
    deadline = None if options.timeout is None else time.monotonic() + options.timeout
    shown = 0
    frame = session.frame
    while True:
        before, frame = frame, session.pump()
        if not options.as_json:
            shown = _print_output(frame, shown)
        if frame.run.phase is Phase.ENDED:
            return frame
        if deadline is not None and time.monotonic() > deadline:
            deadline = None
            session.stop(Ended.TIMEOUT)
        if frame is before:
            time.sleep(_LOOK)


def _print_output(frame: Frame, shown: int) -> int:
    """Prints the lines of output from number `shown` on; returns how many there are now."""
    for number in range(shown, len(frame.recording.output)):
        line = frame.recording.output[number]
        stream = sys.stderr if line.error else sys.stdout
        known = stream.encoding or "utf-8"  # a terminal may not have every letter that a program prints
        text = printed(line).encode(known, "backslashreplace").decode(known)
        print(text, end="" if line.open else "\n", file=stream, flush=True)
    return len(frame.recording.output)


def verdict(frame: Frame, parts: PartsNote | None = None) -> list[str]:
    """What happened in a run, in lines for people. `parts` says what its parts are called."""
    run, result, recording = frame.run, frame.result, frame.recording
    lines = [
        "",
        say(
            "run-line",
            title=frame.program.title,
            ended=run.ended.value if run.ended is not None else say("going-on"),
            seconds=run.now,
            implementation=run.interpreter.implementation,
            version=run.interpreter.version,
            records=recording.records,
            dropped=recording.dropped,
        ),
    ]
    if run.trouble is not None:
        title, advice = told(run.trouble)
        lines.append(say("title-and-advice", title=title, advice=advice))
    lines += parts_table(recording.parts, parts)
    if result.expected is not None:
        lines.append(say("expected-found", expected=result.expected, found=result.found))
    lines += map(_finding_line, result.findings)
    if not result.findings:
        lines.append(say("nothing-to-report"))
    if run.ended is Ended.FINISHED:
        lines += [say("not-known", what=unknown(fact)) for fact in result.unknown]
    return lines


def _finding_line(finding: Finding) -> str:
    kind, said = finding.kind.value, sentence(finding)
    if finding.line:
        return say("finding-line", kind=kind, sentence=said, line=finding.line, seconds=finding.time)
    return say("finding-moment", kind=kind, sentence=said, seconds=finding.time)


def find(what: str) -> Scenario:
    """The scenario with this id, or the Python file of this name as one. Raises BadInput."""
    scenarios = {scenario.id: scenario for scenario in catalogue.load()}
    if what in scenarios:
        if scenarios[what].error:
            raise BadInput(f"the scenario {what} cannot be used: {scenarios[what].error}")
        return scenarios[what]
    path = Path(what)
    if path.is_file():
        return catalogue.from_file(path)
    if path.is_dir():
        raise BadInput(f"{what} is a folder; give the Python file in it")
    if path.suffix or len(path.parts) > 1:
        raise BadInput(f"there is no file {what}")
    usable = [name for name, scenario in scenarios.items() if not scenario.error]
    raise BadInput(f"there is no scenario {what!r} and no such file. {near(what, usable)}")


def check(scenario: Scenario, sets: Sequence[str], offs: Sequence[str]) -> dict[str, Any]:
    """The values of "NAME=VALUE" in the types of the program's knobs. Raises BadInput, also for unknown switches."""
    text, trouble = ("", None) if scenario.page else read_program(scenario.program)
    if trouble is not None:
        raise BadInput(f"{scenario.program.name}: {title(trouble)}")
    known = {knob.name: knob_rules.from_text(knob) for knob in program_text.knobs(text)}
    values: dict[str, Any] = {}
    for word in sets:
        name, sign, value = (part.strip() for part in word.partition("="))
        if not sign or not name:
            raise BadInput(f"'{word}' is not NAME=VALUE")
        if name not in known:
            raise BadInput(f"{scenario.id} has no knob {name!r}. {near(name, known)}")
        values[name], refusal = knob_rules.accept(known[name], value)
        if refusal is not None:
            raise BadInput(refused(refusal).rstrip("."))
    switches = [switch.name for switch in program_text.switches(text)]
    for name in offs:
        if name not in switches:
            raise BadInput(f"{scenario.id} has no switch {name!r}. {near(name, switches)}")
    return values


def window_problem(id_: str, sets: Sequence[str] = (), offs: Sequence[str] = ()) -> str:
    """Why the window cannot open this scenario with these settings, "" when it can."""
    try:
        scenario = find(id_)
        if scenario.id != id_ or scenario.cwd is not None:
            raise BadInput(f"the window opens scenarios by their id; {id_} is a file")
        check(scenario, sets, offs)
    except BadInput as problem:
        return str(problem)
    return ""


def settings_text(sets: Sequence[str], offs: Sequence[str]) -> str:
    """Command-line settings as a lesson's link has them: "lock=off&ROUNDS=100"."""
    pairs = [word.partition("=")[::2] for word in sets] + [(name, "off") for name in offs]
    return "&".join(f"{quote_plus(name.strip())}={quote_plus(value.strip())}" for name, value in pairs)


def _tell_of_page(scenario: Scenario, as_json: bool) -> int:
    page = {"scenario": scenario.id, "page": True, "title": scenario.title}
    print(json.dumps(page) if as_json else f"{scenario.id} is a page: there is nothing to run, open it in the window")
    return DONE


def show_list(as_json: bool) -> int:
    """Prints the scenarios there are."""
    scenarios = catalogue.load()
    if as_json:
        print(json.dumps([_listed(scenario) for scenario in scenarios], indent=1))
        return DONE
    width = max((len(scenario.id) for scenario in scenarios), default=0)
    for scenario in scenarios:
        told = (
            f"cannot be used: {scenario.error}" if scenario.error else f"{_sentence(scenario.title)} {scenario.summary}"
        )
        print(f"{scenario.id:{width}}  {told}{' (a page)' if scenario.page else ''}")
    return DONE


def _sentence(title: str) -> str:
    return title if title.endswith(("?", "!", ".")) else f"{title}."


def _listed(scenario: Scenario) -> dict[str, Any]:
    text = "" if scenario.page else read_program(scenario.program)[0]
    return {
        "id": scenario.id,
        "title": scenario.title,
        "group": scenario.group,
        "summary": scenario.summary,
        "page": scenario.page,
        "program": "" if scenario.page else str(scenario.program),
        "needs": list(scenario.needs),
        "knobs": {knob.name: knob.default for knob in program_text.knobs(text)},
        "switches": [switch.name for switch in program_text.switches(text)],
        "error": scenario.error,
    }


def _interpreter(named: str) -> str:
    """The executable that is meant. Raises BadInput when it does not start or is too old."""
    if not named:
        return sys.executable
    candidate = interpreters.named(named)
    if candidate.problem:
        raise BadInput(f"{candidate.executable}: {candidate.problem}")
    return candidate.executable


def _save(session: Session, path: str) -> None:
    try:
        session.save(path)
    except OSError as error:
        raise BadInput(f"the run cannot be saved in {path}: {error.strerror}") from error


def _complain(words: str) -> int:
    print(f"Thread Theatre: {' '.join(words.split())}", file=sys.stderr)
    return BAD_INPUT
