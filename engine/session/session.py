"""What a front end holds: opens a scenario, runs it on a stage, steers it, and draws one frame after the other."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.analysis.run_model import RunModel
from engine.checking.live_check import LiveCheck
from engine.frame import (
    Ended,
    Frame,
    Interpreter,
    Phase,
    Program,
    Recording,
    Refusal,
    Result,
    RunState,
    View,
    kept,
)
from engine.frame.launch import Launch, Open, split
from engine.frame.trouble import NothingToRun, Trouble
from engine.hosting import work_folder
from engine.hosting.host import FRAMES_BEFORE, OF_THIS_PROCESS, ChildProcess, Host
from engine.hosting.prestart import Prestart
from engine.protocol.messages import InputOrder, WatchFact, WatchOrder
from engine.protocol.units import FASTEST, SLOWEST
from engine.scenarios.scenario import Scenario
from engine.session import launching, replay, run_summary
from engine.session.frame_intervals import FrameIntervals
from engine.session.launching import RunFolder
from engine.session.left_running import LeftFamilies
from engine.session.machine_load import MachineLoad
from engine.session.ordering import order_for, read_program
from engine.session.paced_findings import PacedFindings
from engine.session.run import PUMP, Run
from engine.session.run_settings import RunSettings
from engine.session.source_modules import SourceModules
from engine.session.watches import Watches

SMALL = 20_000  # letters of a text that is read at once: some 30 ms


class Session:
    """One open scenario and its runs, one at a time. For one thread; nothing blocks but `wait` and `close`.

    That thread has to live as long as the session, as a window's does: on Linux a stage dies with the thread that
    started it. `make_host(executable)` starts a stage; it may raise OSError.
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        executable: str = sys.executable,
        make_host: Callable[[str], Host] = ChildProcess,
    ) -> None:
        work_folder.sweep()
        self._prestart = Prestart(executable, make_host)
        self._scenario: Scenario | None = None
        self._typed: str | None = None  # the program's text as it is on screen; None: as its file has it at each run
        self._settings = RunSettings("")
        self._watches = Watches()
        self._model, self._findings = RunModel(), PacedFindings()
        self._intervals, self._load, self._check = FrameIntervals(), MachineLoad(), LiveCheck()
        self.modules = SourceModules(self._check)
        self._run: Run | None = None
        self._folder, self.left = RunFolder(), LeftFamilies()
        self._launches: dict[str, Launch] = {}  # scenario -> how it begins, where somebody has said so
        self._last: Run | None = None  # the run that is shown, also when it has ended
        self._runs: Counter[str] = Counter()  # scenario -> how often it ran
        self.look: Callable[[RunState, Recording], View] = lambda *_: View()  # a window says what it shows
        self.each_frame = False  # findings are looked for with each frame, as a film has to
        self.frame = Frame()
        if scenario is not None:
            self.open(scenario)

    # what is open

    def open(self, scenario: Scenario, text: str | None = None, *, edited: bool = False) -> None:
        """Opens a scenario with its own settings; a run of another one is stopped and its picture goes.

        With a `text` that is the program, and it can be edited; otherwise its file is read, again for each run.
        """
        self._drop_run()
        self._scenario, self._last, self._typed = scenario, None, text
        self._model, self._intervals = RunModel(), FrameIntervals(bool(scenario.runs_in))
        text, trouble = self._text_of(scenario)
        at_once = self._typed is None or len(text) < SMALL  # else the check tells soon what it has
        self._settings, self._watches = RunSettings(text if at_once else ""), Watches(scenario)
        old, launch = self.frame.run, self._launches.get(scenario.id) or launching.usual(scenario)
        begun = RunState(trouble=trouble, interpreter=old.interpreter, speed=old.speed)
        path, checked = "" if scenario.page else str(scenario.program), self._typed is not None
        self.modules.open(text, path, launch.module, checked=checked)
        self._blank(scenario, text, begun, launch, edited=edited)
        if self._typed is not None:
            self._check.put(text, at_once=True)

    def _text_of(self, scenario: Scenario) -> tuple[str, Trouble | None]:
        """The program's text now."""
        if self._typed is not None:
            return self._typed, None
        return ("", None) if scenario.page else read_program(scenario.program)

    def edit(self, text: str, *, edited: bool = True) -> None:
        """The text on screen, which the next run runs. Its knobs and switches are known when it was checked.

        `edited`: it is not what its file has. Does nothing where the program cannot be edited.
        """
        if self._typed is None:
            return
        if text != self._typed:
            self._typed = text
            self._check.put(text)
            self.modules.edit(text)
        self._show(program=replace(self.frame.program, text=text, edited=edited))

    def rename(self, scenario: Scenario) -> None:
        """What is open is called otherwise from now on, and lies elsewhere; its run and its settings stay."""
        self._scenario, old = scenario, self.frame.program
        if old.scenario in self._launches:
            self._launches[scenario.id] = self._launches[old.scenario]
        path = str(scenario.program)
        named = replace(old, scenario=scenario.id, was=old.scenario, title=scenario.title, path=path)
        self.modules.rename(named.path, named.launch.module)
        self._show(program=named)

    def type_in(self, texts: Mapping[str, str], saved: Mapping[str, str] | None = None) -> None:
        """What is typed and not saved in files that programs import: path -> text, all of them. It is what runs.

        `saved` is what files have that were typed into before, as far as that is known.
        """
        self.modules.type_in(texts, saved or {})
        self._show()

    def set_knob(self, name: str, value: object) -> Refusal | None:
        """Sets a knob for the next run. Returns None, or why it is refused."""
        refusal = self._settings.set_knob(name, value)
        self._show()
        return refusal

    def reset_knobs(self) -> None:
        """All knobs as the program's text has them."""
        self._settings.reset_knobs()
        self._show()

    def watch(self, expressions: tuple[str, ...]) -> tuple[WatchFact, ...]:
        """Watches these and no others, now and in later runs. Returns those that are refused, and why."""
        text = self.frame.program.text
        refused = self._watches.choose(expressions, text)
        if self._run is not None:
            self._run.host.send(WatchOrder(self._watches.of(text)))
        self._show()
        return refused

    def set_interpreter(self, executable: str) -> None:
        """The next run uses this Python."""
        if executable != self._prestart.executable:
            self._prestart.change(executable)
            if self.frame.program.editable:
                self._check.put(self.frame.program.text, at_once=True)
                self.modules.check_again()
            self._show(replace(self.frame.run, interpreter=Interpreter(executable=executable)))

    def set_launch(self, launch: Launch) -> Open | None:
        """How the next run begins. Returns None, or why its arguments cannot be split: then nothing changes."""
        words = split(launch.arguments)
        if isinstance(words, Open):
            return words
        self._launches[self.frame.program.scenario] = launch
        self.modules.rename(self.frame.program.path, launch.module)
        self._show(program=replace(self.frame.program, launch=launch))
        return None

    # steering a run

    def run(self, expression: str = "") -> None:
        """Runs the program from its beginning; a run that goes on is stopped.

        The stage evaluates `expression` when the program has ended: `summary` says whether it is true.
        """
        scenario, self._last = self._scenario, None
        if scenario is None:
            return
        if scenario.page:
            self._show(replace(self.frame.run, trouble=NothingToRun()))
            return
        self._drop_run()
        text, trouble = self._text_of(scenario)
        self._settings.forget_seen()
        self._model = RunModel(scenario.watch, scenario.counted_by, dict.fromkeys(self._settings.off, False))
        self._findings = PacedFindings(scenario.wrong, scenario.wrong_below, each_frame=self.each_frame)
        where = next((str(knob.value) for knob in self._settings.knobs if knob.name == scenario.runs_in), "")
        self._intervals.begin(where)
        self._runs[scenario.id] += 1
        number, nth, old = self._runs.total(), self._runs[scenario.id], self.frame.run
        begun = RunState(number, nth, Phase.STARTING, interpreter=old.interpreter, speed=old.speed)
        program, texts = self.frame.program, self.modules.begin(str(scenario.program))
        self._blank(scenario, text, begun, program.launch, edited=program.edited)
        if trouble is None:
            try:
                make = OF_THIS_PROCESS.get(where)
                host, heard = (make(), []) if make is not None else self._prestart.take()
                host.frames_before = FRAMES_BEFORE if where else 0
            except OSError as error:
                trouble = launching.not_started(self._prestart.executable, error)
            else:
                program = self.frame.program
                how = (self._settings, program.launch, old.speed)
                watches = self._watches.of(text)
                order = order_for(scenario, text, *how, expression=expression, watches=watches, texts=texts)
                if program.own:
                    self._folder.begin(host, order.cwd)
                self._run = self._last = Run(host, heard, self._model, order)
                self._show(replace(self.frame.run, others=self._load.begin()))
        if trouble is not None:
            self._show(replace(self.frame.run, phase=Phase.ENDED, ended=Ended.REFUSED, trouble=trouble))

    def stop(self, means: Ended = Ended.STOPPED) -> None:
        """Ends the run, whatever the program does; what was recorded stays."""
        if self._run is not None:
            self._run.stop(means)

    def pause(self) -> None:
        """Stops program time and every thread, busy loops too."""
        if self._run is not None:
            self._run.pause()

    def resume(self) -> None:
        """Lets a paused program go on where it stood."""
        if self._run is not None:
            self._run.resume()
            self._show(replace(self.frame.run, phase=self._run.phase))

    def switch(self, name: str, on: bool) -> None:
        """Switches a lock, event ... on or off, now and for later runs."""
        self._settings.turn(name, on)
        if self._run is not None:
            self._run.switch(name, on)
        self._show()

    def answer(self, text: str, *, shown: bool = True) -> None:
        """Types lines of standard input, each with its newline, or a piece of one; kept until the program asks.

        `shown`: they are echoed among the output. A half of a character, U+DC80 and up, stands for a byte.
        """
        if self._run is not None and text:
            self._run.type(InputOrder(text, shown=shown))

    def end_input(self, *, shown: bool = True) -> None:
        """Nothing more will be typed: who asks for more is told that the input has ended."""
        if self._run is not None:
            self._run.type(InputOrder(end=True, shown=shown))
            self._show(replace(self.frame.run, input_ended=True))

    def set_speed(self, speed: float) -> None:
        """Program time runs so many times as fast as real time, 0.05 to 20."""
        speed = min(max(speed, SLOWEST), FASTEST)
        if self._run is not None:
            self._run.set_speed(speed)
        self._show(replace(self.frame.run, speed=speed))

    # what happened

    def pump(self, limit: int = PUMP) -> Frame:
        """Takes in a bounded part of what arrived; returns the newest frame, the same one when nothing changed."""
        if self.frame.program.editable:
            self._read_check()
        self.left.look()
        if self.modules.busy and self.modules.poll():
            self._settings.see_beside(self.modules.switches)
        run = self._run
        if run is None:
            if self._scenario is not None:
                self._prestart.warm()  # here and not in `open`: a window shows first what it has opened
                self._load.rest()
            state = self.frame.run
            if not state.interpreter.version:  # the waiting stage says which Python it is
                state = replace(state, interpreter=self._prestart.greeting() or state.interpreter)
            written, result = self._folder.written, self.frame.result
            self._show(state, None, result if written is result.written else replace(result, written=written))
            return self.frame
        moved = run.pump(limit)
        if len(run.model.run_facts.paths) != len(self.modules.read):
            self.modules.see(run.model.run_facts.paths)
        state = replace(
            self.frame.run,
            phase=run.phase,
            ended=run.ended,
            trouble=run.trouble,
            interpreter=run.model.run_facts.interpreter or self.frame.run.interpreter,
            now=run.model.now,
            plan=run.model.run_facts.plan,
            exit=launching.exit_status(run) if run.phase is Phase.ENDED else None,
            input_ended=run.input_ended,
        )
        if self._intervals.measure(state) or moved or self._findings.due:
            if len(run.model.run_facts.switches) != self._settings.met:
                self._settings.see(run.model.run_facts)
            recording = run.model.recording(self._intervals.series, self._intervals.parts, run.host.backlog)
            findings = self._findings.find(run.model, over=run.phase is Phase.ENDED) + self._intervals.findings()
            self._show(state, recording, run.model.result(findings))
        else:
            self._show()
        if run.phase is Phase.ENDED:
            self._run = None
            self._folder.end()
            self.left.take(run.left)
            self._prestart.warm()
        return self.frame

    def _read_check(self) -> None:
        """What Python says of a text that is edited, when it has come."""
        answer = self._check.poll(self._prestart.executable)
        if answer is None or self.modules.take(answer) or answer.check.text != self.frame.program.text:
            return
        if answer.knobs is not None and answer.switches is not None:
            self._settings.edit(answer.knobs, answer.switches)
        self._show(program=replace(self.frame.program, check=answer.check))

    def wait(self, timeout: float | None = None, watch: Callable[[Frame], None] = lambda _: None) -> Frame:
        """Pumps until the run has ended, or `timeout` seconds have passed: then it is stopped as timed out.

        `watch` is shown every frame, and may stop the run itself.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while self._run is not None:
            before = self.frame
            watch(self.pump())
            if self.frame is before:
                time.sleep(0.002)
            if deadline is not None and time.monotonic() > deadline:
                deadline = None
                self.stop(Ended.TIMEOUT)
        self._folder.wait()
        self.left.settle()
        return self.pump()

    def summary(self) -> dict[str, Any]:
        """The run as one JSON object: see the headless command `run`."""
        return run_summary.of(self.frame, self._model)

    def save(self, path: str | Path) -> None:
        """Writes the run to a file that `engine.session.replay.load` reads. Raises engine.analysis.trace.TraceError."""
        self.modules.settle()
        frame = self.pump()
        about = replay.about(frame, self._last, self.modules.known) if self._last is not None else {}
        self._model.trace.save(path, self._model.facts, about)

    def close(self) -> None:
        """Ends every process and removes every file of the session; half a second at most."""
        self._drop_run()
        self.left.close()
        self._prestart.drop()
        self._check.close()
        self.modules.close()

    # what is shown

    def _show(
        self,
        run: RunState | None = None,
        recording: Recording | None = None,
        result: Result | None = None,
        program: Program | None = None,
    ) -> None:
        """Composes the frame, here and nowhere else. What did not change stays the same object."""
        old, settings = self.frame, self._settings
        program = replace(program or old.program, switches=settings.switches, knobs=settings.knobs)
        if self._watches.asks:  # else nothing is watched
            program = replace(program, watches=self._watches.of(program.text, SMALL), guessed=self._watches.guessed)
        program = kept(old.program, replace(program, modules=self.modules.shown))
        run = kept(old.run, run or old.run)
        recording = kept(old.recording, recording or old.recording)
        result = kept(old.result, result or old.result)
        self.frame = kept(old, Frame(program, run, recording, result, self.look(run, recording), self.left.found))

    def _blank(self, scenario: Scenario, text: str, run: RunState, launch: Launch, *, edited: bool = False) -> None:
        """Nothing has happened yet."""
        path = "" if scenario.page else str(scenario.program)
        ran, editable = text if run.number else "", self._typed is not None
        program = Program(scenario.id, scenario.title, path, text, scenario.page, ran, editable, edited)
        program = replace(program, own=scenario.cwd is not None, launch=launch)
        if self.frame.program.check.text == text:
            program = replace(program, check=self.frame.program.check)
        nothing = Recording(intervals=self._intervals.series, parts=self._intervals.parts)
        self._show(run, nothing, Result(), program)

    def _drop_run(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.host.close()
        self._folder.drop()
