"""What a front end holds: opens a scenario, runs it on a stage, steers it, and draws one frame after the other."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine import knobs as knob_rules
from engine import obituary
from engine.catalogue import Scenario
from engine.frame import Ended, Frame, Interpreter, Knob, Phase, Switch, Trouble
from engine.host import ChildProcess, Host
from engine.picture import Picture
from engine.records import BLOCK_FACTS
from engine.stage import source
from engine.stage.clock import FASTEST, SLOWEST
from engine.stage.switches import fits

PUMP = 60_000  # records that one pump reads at most: 60 times a second that is 3.6 million a second
GRACE = 0.12  # seconds that a stopped stage has to send what it knows
FREEZE_GRACE = 0.1  # seconds that a stage has to stop its clock before it is suspended


class Session:
    """One open scenario and its runs, one at a time. Every method is for one thread and none blocks, but `wait` and `close`.

    `make_host(executable)` starts a stage; it may raise OSError.
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        executable: str = sys.executable,
        make_host: Callable[[str], Host] = ChildProcess,
    ) -> None:
        self._make_host = make_host
        self._executable = executable
        self._spare: Host | None = None
        self._host: Host | None = None
        self._picture = Picture()
        self._scenario: Scenario | None = None
        self._knobs: dict[str, Knob] = {}
        self._switches: dict[str, bool] = {}
        self._stopping: float | None = None
        self._freezing: float | None = None
        self._stop_means = Ended.STOPPED
        self._speed = 1.0
        self.frame = Frame()
        if scenario is not None:
            self.open(scenario)

    # what is open

    def open(self, scenario: Scenario) -> None:
        """Opens a scenario with its own settings; a run of another one is stopped and its picture goes."""
        self._drop_host()
        self._scenario = scenario
        self._picture = Picture()
        text, trouble = read_program(scenario.program)
        self._knobs = {knob.name: knob_rules.from_text(knob) for knob in source.knobs(text)}
        self._switches = {}
        known = tuple(Switch(item.name, item.type, True, item.line, False) for item in source.switches(text))
        self.frame = Frame(
            run=self.frame.run,
            scenario=scenario.id,
            title=scenario.title,
            path=str(scenario.program),
            text=text,
            trouble=trouble,
            interpreter=self.frame.interpreter,
            speed=self._speed,
            switches=known,
            knobs=tuple(self._knobs.values()),
        )
        self.warm()

    def set_knob(self, name: str, value: object) -> str:
        """Sets a knob for the next run. Returns "" or one sentence that says why it is refused."""
        knob = self._knobs.get(name)
        if knob is None:
            return f"There is no knob {name}. This program has: {', '.join(self._knobs) or 'none'}."
        fitting, refusal = knob_rules.accept(knob, value)
        if not refusal:
            self._knobs[name] = dataclasses.replace(knob, value=fitting)
            self._change(knobs=tuple(self._knobs.values()))
        return refusal

    def reset_knobs(self) -> None:
        """All knobs as the program's text has them."""
        self._knobs = {name: dataclasses.replace(knob, value=knob.default) for name, knob in self._knobs.items()}
        self._change(knobs=tuple(self._knobs.values()))

    def set_interpreter(self, executable: str) -> None:
        """The next run uses this Python."""
        if executable != self._executable:
            self._executable = executable
            self._drop_spare()
            self._change(interpreter=Interpreter(executable=executable))
            self.warm()

    def warm(self) -> None:
        """Starts the stage of the next run, so that `run` need not wait for it. A failure shows at `run`."""
        if self._spare is None:
            try:
                self._spare = self._make_host(self._executable)
            except OSError:
                self._spare = None

    # steering a run

    def run(self) -> None:
        """Runs the program from its beginning; a run that goes on is stopped."""
        scenario = self._scenario
        if scenario is None:
            return
        self._drop_host()
        text, trouble = read_program(scenario.program)
        self._picture = Picture(
            watch=scenario.watch,
            counted_by=scenario.counted_by,
            start_switches={name: False for name, on in self._switches.items() if not on},
        )
        self._stopping = self._freezing = None
        self._stop_means = Ended.STOPPED
        fresh = Frame(
            run=self.frame.run + 1,
            scenario=scenario.id,
            title=scenario.title,
            path=str(scenario.program),
            text=text,
            phase=Phase.STARTING,
            interpreter=self.frame.interpreter,
            speed=self._speed,
            knobs=self.frame.knobs,
            switches=tuple(dataclasses.replace(switch, seen=False) for switch in self.frame.switches),
        )
        self.frame = fresh
        if trouble is not None:
            self._refuse(trouble)
            return
        try:
            self._host = self._take_spare()
        except OSError as error:
            self._refuse(obituary.no_interpreter(self._executable, error))
            return
        self._host.send(self._order(scenario, text))

    def _order(self, scenario: Scenario, text: str) -> dict[str, Any]:
        changed = {name: knob.value for name, knob in self._knobs.items() if knob.value != knob.default}
        return {
            "do": "run",
            "text": text,
            "path": str(scenario.program),
            "cwd": str(scenario.cwd) if scenario.cwd is not None else "",
            "knobs": changed,
            "off": [name for name, on in self._switches.items() if not on],
            "speed": self._speed,
            "watch": scenario.watch,
            "counted_by": scenario.counted_by,
            "expected": scenario.expected,
            "found": scenario.found,
        }

    def stop(self, means: Ended = Ended.STOPPED) -> None:
        """Ends the run, whatever the program does; what was recorded stays."""
        if self._host is None or self._stopping is not None:
            return
        self._stop_means = means
        if self.frame.phase is Phase.PAUSED or self._freezing is not None:
            self._stopping = 0.0  # it cannot say more than it has
            self._host.kill()
        else:
            self._stopping = time.monotonic()
            self._host.send({"do": "finish"})

    def pause(self) -> None:
        """Stops program time and every thread, busy loops too."""
        if self._host is not None and self.frame.phase is Phase.RUNNING and self._freezing is None:
            self._freezing = time.monotonic()
            self._host.send({"do": "freeze"})

    def resume(self) -> None:
        """Lets a paused program go on where it stood."""
        if self._host is not None and self.frame.phase is Phase.PAUSED:
            self._host.send({"do": "thaw"})
            self._host.resume()
            self._change(phase=Phase.RUNNING)

    def switch(self, name: str, on: bool) -> None:
        """Switches a lock, event ... on or off, now and for later runs."""
        self._switches[name] = on
        if self._host is not None:
            self._host.send({"do": "switch", "name": name, "on": on})
        self._change(
            switches=tuple(dataclasses.replace(s, on=on) if s.name == name else s for s in self.frame.switches)
        )

    def set_speed(self, speed: float) -> None:
        """Program time runs so many times as fast as real time, 0.05 to 20."""
        self._speed = min(max(speed, SLOWEST), FASTEST)
        if self._host is not None:
            self._host.send({"do": "speed", "value": self._speed})
        self._change(speed=self._speed)

    # what happened

    def pump(self, limit: int = PUMP) -> Frame:
        """Reads a bounded part of what arrived and returns the newest frame; the same one when nothing changed."""
        host = self._host
        if host is None:
            self._hear_spare()
            return self.frame
        blocks = host.read(limit)
        for kind, payload in blocks:
            self._picture.feed_block(kind, payload)
        ended = self._watch(host)
        if blocks or ended is not None:
            self._redraw(host, ended)
        return self.frame

    def _watch(self, host: Host) -> dict[str, Any] | None:
        """Moves a stop or a pause on, and notices the end: then what changes in the frame."""
        now = time.monotonic()
        if self._stopping and now - self._stopping > GRACE:
            self._stopping = 0.0
            host.kill()
        if self._freezing is not None and (self._picture.frozen or now - self._freezing > FREEZE_GRACE):
            self._freezing = None
            host.suspend()
            self._picture.frozen = False
            self._change(phase=Phase.PAUSED)
        exit_ = host.exit()
        if exit_ is None:
            return None
        if self._stopping is not None and self._picture.book.outcome is None:
            return {"ended": self._stop_means, "trouble": None}
        ended, trouble = obituary.explain(self._picture.book, exit_, host.executable)
        return {"ended": ended, "trouble": trouble}

    def _redraw(self, host: Host, end: dict[str, Any] | None) -> None:
        picture = self._picture
        changes: dict[str, Any] = dict(end or {})
        if end is not None:
            self._host = None
            host.close()
            picture.end()
            changes.update(phase=Phase.ENDED, backlog=0)
            self.warm()
        elif self.frame.phase is Phase.STARTING and picture.records:
            changes["phase"] = Phase.RUNNING
        outcome = picture.book.outcome or {}
        self._change(
            **changes,
            interpreter=picture.book.interpreter or self.frame.interpreter,
            now=picture.now,
            lanes=picture.lanes(),
            holders=picture.holders(),
            things=picture.things,
            switches=self._switches_now(),
            flips=picture.flips,
            stretches=picture.stretches,
            value=picture.value,
            depths=picture.depths,
            losses=picture.losses,
            output=picture.output,
            output_left_out=picture.output_left_out,
            findings=picture.findings(),
            expected=outcome.get("expected"),
            found=outcome.get("found"),
            records=picture.records,
            dropped=picture.dropped,
            **({} if end is not None else {"backlog": host.backlog}),
        )

    def _switches_now(self) -> tuple[Switch, ...]:
        """Those of the text, and those that the run made besides, each with the presenter's last word."""
        shown = {switch.name: switch for switch in self.frame.switches}
        for thing in self._picture.switches_seen:
            name = next((known for known in shown if fits(known, thing.name)), thing.name)
            old = shown.get(name)
            if old is None:
                shown[name] = Switch(name, thing.type, self._switches.get(name, True), thing.line, True)
            elif not old.seen:
                shown[name] = dataclasses.replace(old, seen=True)
        changed = tuple(shown.values())
        return self.frame.switches if changed == self.frame.switches else changed

    # for front ends without a clock of their own

    def wait(self, timeout: float | None = None) -> Frame:
        """Pumps until the run has ended, or `timeout` seconds have passed: then it is stopped as timed out."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self._host is not None:
            before = self.frame
            if self.pump() is before:
                time.sleep(0.002)
            if deadline is not None and time.monotonic() > deadline:
                deadline = None
                self.stop(Ended.TIMEOUT)
        return self.frame

    def summary(self) -> dict[str, Any]:
        """The run as one JSON object: see the headless command `run`."""
        frame = self.frame
        return {
            "scenario": frame.scenario,
            "python": frame.interpreter.version,
            "ended": frame.ended.value if frame.ended is not None else None,
            **self._picture.summary(),
            "expected": frame.expected,
            "found": frame.found,
            "trouble": dataclasses.asdict(frame.trouble) if frame.trouble is not None else None,
        }

    def save(self, path: str | Path) -> None:
        """Writes the run to a file that `engine.trace.load` reads. Raises OSError."""
        self._picture.save(path)

    def close(self) -> None:
        """Ends every process and removes every file of the session; half a second at most."""
        self._drop_host()
        self._drop_spare()

    def _change(self, **changes: Any) -> None:
        self.frame = dataclasses.replace(self.frame, **changes)

    def _refuse(self, trouble: Trouble) -> None:
        self._change(phase=Phase.ENDED, ended=Ended.REFUSED, trouble=trouble)

    def _take_spare(self) -> Host:
        host, self._spare = self._spare, None
        if host is not None and host.exit() is None:
            return host
        if host is not None:
            host.close()
        return self._make_host(self._executable)

    def _hear_spare(self) -> None:
        """The greeting of the waiting stage says which Python it is; it is kept for the run's own picture."""
        if self._spare is None or self.frame.interpreter.version:
            return
        for kind, payload in self._spare.read(1):
            if kind == BLOCK_FACTS:
                self._picture.feed_block(kind, payload)
        if self._picture.book.interpreter is not None:
            self._change(interpreter=self._picture.book.interpreter)

    def _drop_host(self) -> None:
        host, self._host = self._host, None
        self._stopping = self._freezing = None
        if host is not None:
            host.close()

    def _drop_spare(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.close()


def read_program(path: Path) -> tuple[str, Trouble | None]:
    """The program's text, or "" and what is wrong with it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return "", Trouble(f"{path.name} cannot be read", f"{error.strerror}: {path}. Check the name and try again.")
    return obituary.decode(data, path.name)
