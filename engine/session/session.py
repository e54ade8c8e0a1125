"""What a front end holds: opens a scenario, runs it on a stage, steers it, and draws one frame after the other."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.analysis import reason_words
from engine.analysis.run_model import RunModel
from engine.frame import Ended, Frame, Interpreter, Phase, Trouble
from engine.hosting import exit_reason, in_process_hosts, work_folder
from engine.hosting.host import ChildProcess, Host
from engine.hosting.prestart import Prestart
from engine.protocol.messages import RunOrder, SpeedOrder, SwitchOrder
from engine.protocol.units import FASTEST, SLOWEST
from engine.scenarios.catalogue import Scenario
from engine.session.frame_intervals import FrameIntervals
from engine.session.run import PUMP, Run
from engine.session.run_settings import RunSettings

NO_PROGRAM = Trouble(
    "There is nothing to run", "This is a page: it has a lesson and no program. Its links open the scenarios."
)


class Session:
    """One open scenario and its runs, one at a time. For one thread; nothing blocks but `wait` and `close`.

    That thread has to live as long as the session, as a window's does: on Linux a stage dies with the thread that
    started it.
    `make_host(executable)` starts a stage; it may raise OSError.
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
        self._settings = RunSettings("")
        self._model = RunModel()
        self._intervals = FrameIntervals()
        self._run: Run | None = None
        self.frame = Frame()
        if scenario is not None:
            self.open(scenario)

    # what is open

    def open(self, scenario: Scenario) -> None:
        """Opens a scenario with its own settings; a run of another one is stopped and its picture goes."""
        self._drop_run()
        self._scenario = scenario
        self._model, self._intervals = RunModel(), FrameIntervals(bool(scenario.runs_in))
        text, trouble = ("", None) if scenario.page else read_program(scenario.program)
        self._settings = RunSettings(text)
        self.frame = self._blank(scenario, text, run=self.frame.run, trouble=trouble)

    def set_knob(self, name: str, value: object) -> str:
        """Sets a knob for the next run. Returns "" or one sentence that says why it is refused."""
        refusal = self._settings.set_knob(name, value)
        self._change(knobs=self._settings.knobs)
        return refusal

    def reset_knobs(self) -> None:
        """All knobs as the program's text has them."""
        self._settings.reset_knobs()
        self._change(knobs=self._settings.knobs)

    def set_interpreter(self, executable: str) -> None:
        """The next run uses this Python."""
        if executable != self._prestart.executable:
            self._prestart.change(executable)
            self._change(interpreter=Interpreter(executable=executable))

    # steering a run

    def run(self, expression: str = "") -> None:
        """Runs the program from its beginning; a run that goes on is stopped.

        The stage evaluates `expression` when the program has ended: `summary` says whether it is true.
        """
        scenario = self._scenario
        if scenario is None:
            return
        if scenario.page:
            self._change(trouble=NO_PROGRAM)
            return
        self._drop_run()
        text, trouble = read_program(scenario.program)
        self._settings.forget_seen()
        switches = self._settings.start_switches()
        self._model = RunModel(scenario.watch, scenario.counted_by, switches, wrong=scenario.wrong)
        where = in_process_hosts.choice(scenario.runs_in, self._settings.knobs)
        self._intervals.begin(where)
        self.frame = self._blank(scenario, text, run=self.frame.run + 1, phase=Phase.STARTING)
        if trouble is not None:
            self._change(phase=Phase.ENDED, ended=Ended.REFUSED, trouble=trouble)
            return
        try:
            make = in_process_hosts.maker(where)
            host, heard = (make(), []) if make is not None else self._prestart.take()
            host = in_process_hosts.Later(host) if where else host
        except OSError as error:
            trouble = exit_reason.no_interpreter(self._prestart.executable, error)
            self._change(phase=Phase.ENDED, ended=Ended.REFUSED, trouble=trouble)
            return
        order = order_for(scenario, text, self._settings, self.frame.speed, expression)
        self._run = Run(host, heard, self._model, order)

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
            self._change(phase=self._run.phase)

    def switch(self, name: str, on: bool) -> None:
        """Switches a lock, event ... on or off, now and for later runs."""
        self._settings.turn(name, on)
        if self._run is not None:
            self._run.host.send(SwitchOrder(name, on))
        self._change(switches=self._settings.switches)

    def set_speed(self, speed: float) -> None:
        """Program time runs so many times as fast as real time, 0.05 to 20."""
        speed = min(max(speed, SLOWEST), FASTEST)
        if self._run is not None:
            self._run.host.send(SpeedOrder(speed))
        self._change(speed=speed)

    # what happened

    def pump(self, limit: int = PUMP) -> Frame:
        """Takes in a bounded part of what arrived; returns the newest frame, the same one when nothing changed."""
        run = self._run
        if run is None:
            if self._scenario is not None:
                self._prestart.warm()  # here and not in `open`: a window shows first what it has opened
            if not self.frame.interpreter.version:  # the waiting stage says which Python it is
                self._change(interpreter=self._prestart.greeting() or self.frame.interpreter)
        else:
            if run.pump(limit):
                self._settings.see(run.model.switches_seen)
                self.frame = drawn(self.frame, run, self._settings)
                if run.phase is Phase.ENDED:
                    self._run = None
                    self._prestart.warm()
            self.frame = self._intervals.shown(self.frame)
        return self.frame

    def wait(self, timeout: float | None = None) -> Frame:
        """Pumps until the run has ended, or `timeout` seconds have passed: then it is stopped as timed out."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self._run is not None:
            before = self.frame
            if self.pump() is before:
                time.sleep(0.002)
            if deadline is not None and time.monotonic() > deadline:
                deadline = None
                self.stop(Ended.TIMEOUT)
        return self.frame

    def summary(self) -> dict[str, Any]:
        """The run as one JSON object: see the headless command `run`."""
        frame, found, outcome = self.frame, self._model.summary(), self._model.run_facts.outcome
        return {
            "scenario": frame.scenario,
            "python": frame.interpreter.version,
            "ended": frame.ended.value if frame.ended is not None else None,
            **found,
            "findings": found["findings"] + self._intervals.told(),
            "expected": frame.expected,
            "found": frame.found,
            "exit": outcome.exit if outcome else None,
            "holds": outcome.holds if outcome else None,
            "trouble": dataclasses.asdict(frame.trouble) if frame.trouble is not None else None,
        }

    def save(self, path: str | Path) -> None:
        """Writes the run to a file that `engine.analysis.trace.load` reads. Raises engine.analysis.trace.TraceError."""
        self._model.save(path)

    def close(self) -> None:
        """Ends every process and removes every file of the session; half a second at most."""
        self._drop_run()
        self._prestart.drop()

    # inside

    def _blank(self, scenario: Scenario, text: str, **more: Any) -> Frame:
        """A frame before anything has happened."""
        return Frame(
            scenario=scenario.id,
            title=scenario.title,
            path="" if scenario.page else str(scenario.program),
            text=text,
            page=scenario.page,
            interpreter=self.frame.interpreter,
            speed=self.frame.speed,
            switches=self._settings.switches,
            knobs=self._settings.knobs,
            gaps=self._intervals.series,
            parts=self._intervals.parts,
            **more,
        )

    def _change(self, **changes: Any) -> None:
        self.frame = dataclasses.replace(self.frame, **changes)

    def _drop_run(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.host.close()


def read_program(path: Path) -> tuple[str, Trouble | None]:
    """The program's text, or "" and what is wrong with it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return "", Trouble(f"{path.name} cannot be read", f"{error.strerror}: {path}. Check the name and try again.")
    return exit_reason.decode(data, path.name)


def order_for(scenario: Scenario, text: str, settings: RunSettings, speed: float, expression: str = "") -> RunOrder:
    """What a stage is told to run."""
    return RunOrder(
        text,
        str(scenario.program),
        str(scenario.cwd) if scenario.cwd is not None else "",
        settings.changed_knobs(),
        tuple(settings.off),
        speed,
        scenario.watch,
        scenario.counted_by,
        scenario.expected,
        scenario.found,
        dataclasses.asdict(scenario.parts) if scenario.parts is not None else {},
        scenario.takes,
        expression,
    )


def drawn(frame: Frame, run: Run, settings: RunSettings) -> Frame:
    """The frame brought up to what the run has reported."""
    model = run.model
    outcome = model.run_facts.outcome
    return dataclasses.replace(
        frame,
        phase=run.phase,
        ended=run.ended,
        trouble=run.trouble,
        interpreter=model.run_facts.interpreter or frame.interpreter,
        now=model.now,
        lanes=model.lanes(),
        holders=model.holders(),
        things=model.things,
        switches=settings.switches,
        flips=model.flips,
        stretches=model.stretches,
        value=model.value,
        depths=model.depths,
        tasks=model.tasks,
        parts=model.parts,
        plan=model.run_facts.plan,
        marks=model.marks,
        losses=model.losses,
        output=model.output,
        output_left_out=model.output_left_out,
        findings=model.findings(),
        expected=outcome.expected if outcome else None,
        found=outcome.found if outcome else None,
        right=outcome.right if outcome else None,
        unknown=tuple(map(reason_words.unknown, model.run_facts.unknown)),
        records=model.records,
        dropped=model.dropped,
        held_back=model.held_back,
        backlog=run.host.backlog,
    )
