"""The commands that need no window: run a scenario or a file and say what happened, list what there is."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote_plus

from engine.analysis.watchable import suggestions
from engine.environment import interpreters, output_file
from engine.frame import Ended, Finding, Folder, Frame, Launch, State, Written
from engine.frame.finding import Deadlock, Stuck
from engine.frame.launch import joined
from engine.protocol import modules, program_text
from engine.protocol.messages import NoWatch, WatchFact
from engine.protocol.places import file_in, line_in_file
from engine.scenarios import catalogue
from engine.scenarios.scenario import PartsNote, Scenario, near
from engine.scenarios.text_report import parts_table
from engine.session import launching
from engine.session.ordering import read_program
from engine.session.piped_input import PipedInput
from engine.session.run_settings import accept
from engine.session.run_summary import watched_summary
from engine.session.session import Session
from engine.words.catalogue import in_file, say
from engine.words.findings import cure, detail, sentence
from engine.words.reasons import exit_status, printed, refused, unknown, unwatched
from engine.words.states import state
from engine.words.troubles import left_running, title, told

LONGEST_WORD = 160  # letters of a name in what is complained of
NAMED = 8  # files that the program wrote, and threads that had not ended, in the verdict
DONE, FAILED, BAD_INPUT, TIMED_OUT = 0, 1, 2, 3


class BadInput(Exception):
    """What was asked for makes no sense, in one line."""


@dataclass(frozen=True)
class Options:
    """What `run` was asked for. Its fields are called as the options of the command line."""

    what: str | None  # a scenario's id, a file, or a folder; None: a module
    module: str | None  # as after `python -m`
    arguments: Sequence[str]  # the program's own
    set: Sequence[str]  # "NAME=VALUE"
    off: Sequence[str]
    python: str | None  # None: the one that runs this
    speed: float
    timeout: float | None  # seconds
    save: str | None
    json: bool
    watch: Sequence[str] = ()  # expressions


def options_of(words: Namespace) -> Options:
    """The options of a parsed command line."""
    return Options(**{one.name: getattr(words, one.name) for one in fields(Options)})


def run(options: Options) -> int:
    """Runs it to its end and prints what happened; returns 0, 2 for bad input, or 3 when it was timed out."""
    try:
        scenario, launch = _wanted(options)
        if scenario.page:
            page = {"scenario": scenario.id, "page": True, "title": scenario.title}
            said = f"{scenario.id} is a page: there is nothing to run, open it in the window"
            print(json.dumps(page) if options.json else said)
            return DONE
        knobs = check(scenario, options.set, options.off)
        executable = _interpreter(options.python)
        if options.save is not None and (problem := output_file.refusal(Path(options.save), scenario.program)):
            raise BadInput(problem)
        return _run(scenario, launch, knobs, executable, options)
    except BadInput as problem:
        print(f"Thread Theatre: {one_line(problem)}", file=sys.stderr)
        return BAD_INPUT


def one_line(problem: Exception) -> str:
    """What is wrong, as far as there is room for the names in it."""
    words = str(problem).split()
    return " ".join(word if len(word) <= LONGEST_WORD else f"{word[:LONGEST_WORD]}..." for word in words)


def _wanted(options: Options) -> tuple[Scenario, Launch]:
    """What is to be run, and how it begins: in the current folder, as by itself. Raises BadInput."""
    here, what, words = Path.cwd(), options.what, joined(options.arguments)
    if options.module is not None:
        path, problem = file_of_module(options.module)
        if problem:
            raise BadInput(problem)
        return catalogue.from_file(Path(path), here), Launch(words, options.module, Folder.CURRENT, path)
    if what is None:
        raise BadInput("what is to be run? Give a scenario's id, a Python file, a folder, or -m MODULE")
    if os.path.isfile(os.path.join(what, modules.MAIN)):  # os.path: a name may be too long
        return catalogue.from_file(Path(what) / modules.MAIN, here), Launch(words, modules.FOLDER, Folder.CURRENT, what)
    scenario = find(what)
    if scenario.cwd is None:
        return scenario, replace(launching.usual(scenario), arguments=words)
    return scenario, Launch(words, "", Folder.CURRENT, what)


def _run(scenario: Scenario, launch: Launch, knobs: dict[str, Any], executable: str, options: Options) -> int:
    with closing(Session(scenario, executable)) as session:
        session.set_launch(launch)
        for name, value in knobs.items():
            session.set_knob(name, value)
        for name in options.off:
            session.switch(name, False)
        if options.watch:
            for problem in session.watch(tuple(options.watch)):
                raise BadInput(_unwatched(problem, session.frame.program.text))
        session.set_speed(options.speed)
        if options.save:
            session.modules.settle()  # a film shows which files were known before the run
        session.run()
        typed = PipedInput(session)
        frame = session.wait(options.timeout, typed.look) if options.json else _follow(session, options.timeout, typed)
        if options.json:
            print(json.dumps(session.summary(), indent=1, default=str))
        elif frame.run.ended is not Ended.REFUSED:
            print("\n".join(verdict(frame, scenario.parts)))
        if options.save and frame.run.ended is not Ended.REFUSED:
            _save(session, options.save)
    if frame.run.ended is Ended.REFUSED:
        trouble = frame.run.trouble
        at = f", line {in_file(trouble.line, trouble.file)}" if trouble is not None and trouble.line else ""
        raise BadInput(f"{scenario.program.name}{at}: {title(trouble) if trouble is not None else 'it did not start'}")
    return TIMED_OUT if frame.run.ended is Ended.TIMEOUT else DONE


def _unwatched(problem: WatchFact, text: str) -> str:
    """Why an expression cannot be watched, and which one may be meant."""
    said = unwatched(problem)
    meant = near(problem.expression, suggestions(text)) if problem.reason is NoWatch.ABSENT else ""
    return f"{said} {meant}" if meant else said.rstrip(".")


def _follow(session: Session, timeout: float | None, typed: PipedInput) -> Frame:
    """Waits for the end, printing what the program prints, and handing on what it asks for."""
    shown = 0

    def show(frame: Frame) -> None:
        nonlocal shown
        for line in frame.recording.output[shown:]:
            if line.typed:  # a terminal has echoed it itself
                continue
            stream = sys.stderr if line.error else sys.stdout
            print(_as_known(printed(line), stream), end="" if line.open else "\n", file=stream, flush=True)
        shown = len(frame.recording.output)
        typed.look(frame)

    return session.wait(timeout, show)


def _as_known(text: str, stream: TextIO) -> str:
    """A terminal may not have every letter that a program prints, or that a folder is called by."""
    known = stream.encoding or "utf-8"
    return text.encode(known, "backslashreplace").decode(known)


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
    if (status := exit_status(run.exit, run.ended, run.trouble)) and frame.program.own:
        lines.append(say("exit-line", status=status))
    if run.trouble is not None:
        title, advice = told(run.trouble)
        lines.append(say("title-and-advice", title=title, advice=advice))
    lines += _left_files(result.written)
    if frame.left is not None:
        lines.append(say("left-and-ended", count=frame.left.count, left=left_running(frame.left)))
    lines += parts_table(recording.parts, parts)
    lines += watched_lines(frame)
    if result.expected is not None:
        lines.append(say("expected-found", expected=result.expected, found=result.found))
    for at, finding in enumerate(result.findings, 1):
        lines += finding_lines(finding, cured_below=cure(finding) in map(cure, result.findings[at : at + 1]))
    if not result.findings and frame.left is None:
        lines += _still_there(frame) if run.ended is Ended.TIMEOUT else [say("nothing-to-report")]
    if run.ended is Ended.FINISHED:
        lines += [say("not-known", what=unknown(fact)) for fact in result.unknown]
    return lines


def _still_there(frame: Frame) -> list[str]:
    """Where each thread was when the time was up: of what did not end nobody says that there is nothing to report."""
    lines = [say("time-was-up")]
    for lane in [one for one in frame.recording.lanes if one.began is not None and one.ended is None][:NAMED]:
        doing = state(State(lane.spans.states[-1])) if len(lane.spans) else ""
        line = in_file(line_in_file(lane.place), frame.recording.files.get(file_in(lane.place), ""))
        message = "was-doing-line" if line else "was-doing"
        lines.append(say(message, thread=lane.name, state=doing, line=line))
    return lines


def _left_files(written: Written | None) -> list[str]:
    if written is None or not written.files:
        return []
    names = ", ".join(one.name for one in written.files[:NAMED])
    more = len(written.files) - NAMED + written.more
    return [say("wrote-more", names=names, count=more) if more > 0 else say("wrote", names=names)]


def watched_lines(frame: Frame) -> list[str]:
    """The last number of each watched value, or why there is none."""
    told = watched_summary(frame.recording, frame.program.watches)
    known = [say("watched-last", name=one["name"], value=one["last"]) for one in told if one["last"] is not None]
    return known + [one["reason"] for one in told if one.get("reason")]


def finding_lines(finding: Finding, *, cured_below: bool = False) -> list[str]:
    """What happened, with its line and its time; below it where each thread is, and what to do.

    `cured_below`: the next finding says what to do, for both.
    """
    kind, said = finding.kind.value, sentence(finding)
    line = in_file(finding.line, finding.file)
    place = say("finding-line" if line else "finding-moment", kind=kind, sentence=said, line=line, seconds=finding.time)
    waits = detail(finding).splitlines() if isinstance(finding, (Deadlock, Stuck)) else []
    below = waits if len(waits) > 1 else []
    if (todo := cure(finding)) and not cured_below:
        below.append(say("what-to-do", cure=todo))
    return [place, *(f"  {line}" for line in below)]


def find(what: str) -> Scenario:
    """The scenario with this id, or the Python file of this name as one. Raises BadInput."""
    scenarios = {scenario.id: scenario for scenario in catalogue.load()}
    if what in scenarios:
        if scenarios[what].error:
            raise BadInput(f"the scenario {what} cannot be used: {scenarios[what].error}")
        return scenarios[what]
    path = Path(what)
    if os.path.isfile(path):  # a name may be too long
        return catalogue.from_file(path, Path.cwd())
    if os.path.isdir(path):
        raise BadInput(f"{what} is a folder without a {modules.MAIN}; give the Python file in it")
    if path.suffix or len(path.parts) > 1:
        raise BadInput(f"there is no file {what}")
    usable = [name for name, scenario in scenarios.items() if not scenario.error]
    raise BadInput(f"there is no scenario {what!r} and no such file. {near(what, usable)}")


def file_of_module(named: str) -> tuple[str, str]:
    """The file of a module of the current folder, as `python -m` finds it, and "" or why there is none."""
    here = Path.cwd()
    path = modules.file_of(str(here), named) if all(map(str.isidentifier, named.split("."))) else ""
    return path, "" if path else f"there is no module {named} in the folder {here}"


def is_lesson(what: str) -> bool:
    """Whether this is the id of a scenario, and no file's name."""
    return any(one.id == what for one in catalogue.load())


def check(scenario: Scenario, sets: Sequence[str], offs: Sequence[str]) -> dict[str, Any]:
    """The values of "NAME=VALUE" in the types of the program's knobs. Raises BadInput, also for unknown switches."""
    text, trouble = ("", None) if scenario.page else read_program(scenario.program)
    if trouble is not None:
        raise BadInput(f"{scenario.program.name}: {title(trouble)}")
    known = {knob.name: knob for knob in program_text.knobs(text)}
    values: dict[str, Any] = {}
    for word in sets:
        name, sign, value = (part.strip() for part in word.partition("="))
        if not sign or not name:
            raise BadInput(f"'{word}' is not NAME=VALUE")
        if name not in known:
            raise BadInput(f"{scenario.id} has no knob {name!r}. {near(name, known)}")
        values[name], refusal = accept(known[name], value)
        if refusal is not None:
            raise BadInput(refused(refusal).rstrip("."))
    switches = [switch.name for switch in program_text.switches(text)]
    for name in offs:
        if name not in switches:
            raise BadInput(f"{scenario.id} has no switch {name!r}. {near(name, switches)}")
    return values


def window_problem(id_: str, sets: Sequence[str] = (), offs: Sequence[str] = ()) -> str:
    """Why the window cannot open this scenario or this file with these settings, "" when it can."""
    try:
        check(find(id_), sets, offs)
    except BadInput as problem:
        return one_line(problem)
    return ""


def settings_text(sets: Sequence[str], offs: Sequence[str]) -> str:
    """Command-line settings as a lesson's link has them: "lock=off&ROUNDS=100"."""
    pairs = [word.partition("=")[::2] for word in sets] + [(name, "off") for name in offs]
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in pairs])


def _quoted(word: str) -> str:
    return quote_plus(word.strip(), errors="replace")  # a word may hold bytes that are no text


def show_list(as_json: bool) -> int:
    """Prints the scenarios there are."""
    scenarios = catalogue.load()
    if as_json:
        print(json.dumps([_listed(scenario) for scenario in scenarios], indent=1))
        return DONE
    width = max((len(scenario.id) for scenario in scenarios), default=0)
    for scenario in scenarios:
        title = scenario.title if scenario.title.endswith(("?", "!", ".")) else f"{scenario.title}."
        told = f"cannot be used: {scenario.error}" if scenario.error else f"{title} {scenario.summary}"
        print(_as_known(f"{scenario.id:{width}}  {told}{' (a page)' if scenario.page else ''}", sys.stdout))
    return DONE


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


def _interpreter(named: str | None) -> str:
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
    except OSError as error:  # a TraceError has words of its own
        raise BadInput(f"the run is not saved: {error.strerror or error}") from error
