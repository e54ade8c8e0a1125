"""Asks the chosen Python what it says of a text: in a process that is kept, watched, and started again when it dies."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from engine.frame.check import Check, CheckState, Problem, ProblemKind
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.program_text import Knob, Switch

SERVER = Path(__file__).with_name("server.py")
PATIENCE = 2.0  # seconds that a text may take
BUSY = 5  # times as long on a machine that does so much else that a text is not read
START = 10.0  # seconds that a Python may take to start, on a machine that does much else
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
_KINDS = {one.value: one for one in ProblemKind}
_BAD = (ValueError, TypeError, KeyError, IndexError)  # of an answer that makes no sense


@lazy_dataclass(frozen=True)
class Answer:
    """What came of one question. Knobs and switches are None where the text cannot be read."""

    check: Check
    knobs: tuple[Knob, ...] | None = None
    switches: tuple[Switch, ...] | None = None
    file: str = ""  # whose text it is: the path of a module, "" is the program's own


class Checker:
    """One process of one Python. For one thread; nothing blocks. `poll` is asked for the answer now and then."""

    def __init__(self, executable: str, patience: float = PATIENCE) -> None:
        self.executable, self._patience = executable, patience
        self._process: subprocess.Popen[bytes] | None = None
        self._said: SimpleQueue[bytes] = SimpleQueue()
        self._number = 0
        self._asked: str | None = None  # the text that is being read
        self._next: str | None = None  # the newest text, while another one is read
        self._since = 0.0  # on the clock of `monotonic`
        self._before = 0.0  # processor time that it had used when it was asked
        self._ready = False  # it has started
        self._pid = 0  # of what reads: an environment's python.exe is a small one that starts the real one
        self._threads: list[threading.Thread] = []

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._asked is not None

    def ask(self, text: str) -> None:
        """The newest text wins: one that waits to be read is not read any more."""
        if self._asked is not None:
            self._next = text
            return
        self._asked, self._next = text, None
        self._send()

    def _send(self) -> None:
        assert self._asked is not None
        if self._process is None or self._process.poll() is not None:
            self._start()
        self._number += 1
        self._since, self._before = time.monotonic(), self._used() if self._ready else 0.0
        if self._process is None or self._process.stdin is None:
            return
        order = json.dumps({"number": self._number, "text": self._asked}) + "\n"
        pipe = self._process.stdin
        self._run(lambda: _write(pipe, order.encode()))  # a long text is more than a pipe holds

    def _run(self, do: Any) -> None:
        thread = threading.Thread(target=do, name="checker", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def _start(self) -> None:
        self._end()
        self._said, self._ready = SimpleQueue(), False
        try:
            self._process = subprocess.Popen(
                [self.executable, "-I", str(SERVER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=str(SERVER.parent),
                creationflags=NO_WINDOW,
                env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            )
        except OSError:
            self._process = None
            return
        self._pid = self._process.pid
        pipe, said = self._process.stdout, self._said

        def read() -> None:
            assert pipe is not None
            with pipe:
                for line in pipe:
                    said.put(line)
            said.put(b"")

        self._run(read)

    def poll(self) -> Answer | None:
        """The answer to the newest question, once it is there."""
        if self._asked is None:
            return None
        if self._process is None:
            return self._failed(CheckState.NO_PYTHON)
        try:
            while True:
                line = self._said.get_nowait()
                if not line:
                    state = CheckState.DIED if self._ready else CheckState.NO_PYTHON
                    return self._failed(state)
                answer = self._read(line)
                if answer is not None:
                    return self._done(answer)
        except Empty:
            pass
        if self._overdue():
            return self._failed(CheckState.TIMEOUT if self._ready else CheckState.NO_PYTHON)
        return None

    def _overdue(self) -> bool:
        """Whether it has had its time: that of the processor, so that a busy machine is not taken for a bad text."""
        waited = time.monotonic() - self._since
        if not self._ready or waited <= self._patience:
            return waited > START
        return waited > BUSY * self._patience or self._used() - self._before > self._patience / 2

    def _used(self) -> float:
        """Seconds of processor time that the process has had; none where nobody knows."""
        import psutil  # noqa: PLC0415 - the first frame does not wait for it

        try:
            times = psutil.Process(self._pid).cpu_times() if self._process is not None else None
        except psutil.Error:
            return float("inf")
        return times.user + times.system if times is not None else 0.0

    def _read(self, line: bytes) -> Answer | None:
        assert self._asked is not None
        try:
            told = json.loads(line)
            if told.get("ready"):
                self._ready, self._since = True, time.monotonic()
                self._pid = _process_id(told) or self._pid
                self._before = self._used()
                return None
            return answered(told, self._asked) if told["number"] == self._number else None
        except _BAD:
            return Answer(Check(CheckState.DIED, self._asked))

    def _failed(self, state: CheckState) -> Answer | None:
        text = self._asked or ""
        self._end()
        return self._done(Answer(Check(state, text)))

    def _done(self, answer: Answer) -> Answer | None:
        self._asked = None
        if self._next is not None:  # somebody has typed on: what is known of the text before is of no use
            self.ask(self._next)
            return None
        return answer

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if self._pid != process.pid and process.poll() is None:  # who started it waits for it
                with suppress(OSError):
                    os.kill(self._pid, 9)
            process.kill()
            if process.stdin is not None:
                try:
                    process.stdin.close()
                except OSError:
                    pass  # what was to be written went nowhere
            process.wait()

    def close(self) -> None:
        """Ends the process."""
        self._asked = self._next = None
        self._end()
        for one in self._threads:
            one.join(0.5)


def _process_id(told: Mapping[str, Any]) -> int:
    """Of the process that answers, 0 where it does not say one: numbers below 2 mean whole groups, or everybody."""
    said = told.get("pid")
    return said if isinstance(said, int) and said > 1 else 0


def _write(pipe: Any, data: bytes) -> None:
    try:
        pipe.write(data)
        pipe.flush()
    except (OSError, ValueError):
        pass  # it is gone: `poll` tells


def answered(told: Mapping[str, Any], text: str) -> Answer:
    """An answer of the process. Raises ValueError, TypeError, KeyError or IndexError for one that makes no sense."""
    problems = tuple(
        Problem(
            _KINDS[one["kind"]],
            str(one["message"]),
            *(int(one[name]) for name in ("line", "column", "end_line", "end_column")),
        )
        for one in told["problems"]
    )
    check = Check(CheckState.CHECKED, text, problems)
    if told["knobs"] is None or told["switches"] is None:
        return Answer(check)
    knobs = tuple(
        Knob(name, default, default, line, low, high, tuple(choices), unit, note)
        for name, default, line, low, high, choices, unit, note in told["knobs"]
    )
    switches = tuple(Switch(name, kind, True, line, False) for name, kind, line in told["switches"])
    return Answer(check, knobs, switches)
