"""Programs of several processes, given as text, for tests: run on a real stage, and what came of them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from engine.frame import Ended, Frame, Lane, LaneKind, State
from engine.session.session import Session

Open = Callable[..., Session]
METHODS = ["fork", "spawn", "forkserver"] if os.name == "posix" else ["spawn"]
TIMEOUT = 60  # seconds; reaching it is a failure

HEAD = "import multiprocessing, os, signal, sys, threading, time\n"
MAIN = "if __name__ == '__main__':\n    processes = multiprocessing.get_context({method!r})\n"


class Watched:
    """Programs given as text, each run on a stage of its own."""

    def __init__(self, open_program: Open, folder: Path) -> None:
        self._open, self._folder = open_program, folder

    def open(self, body: str, main: str, method: str = METHODS[0], executable: str = sys.executable) -> Session:
        """A session with a program: what is above its guard, and what is below."""
        path = self._folder / "program.py"
        below = "".join(f"    {line}\n" for line in main.splitlines())
        path.write_text(HEAD + body + MAIN.format(method=method) + below)
        return self._open(path, executable=executable)

    def run(self, body: str, main: str, method: str = METHODS[0], executable: str = sys.executable) -> Frame:
        """Runs it to its end."""
        return self.finish(self.open(body, main, method, executable))

    @staticmethod
    def finish(session: Session) -> Frame:
        """Runs a session that was opened to its end."""
        session.run()
        frame = session.wait(TIMEOUT)
        session.close()
        assert frame.run.ended is Ended.FINISHED, frame.run.trouble
        return frame


def processes_of(frame: Frame) -> list[Lane]:
    return [lane for lane in frame.recording.lanes if lane.kind is LaneKind.PROCESS]


def lane(frame: Frame, name: str) -> Lane:
    return next(one for one in frame.recording.lanes if one.name == name)


def printed(frame: Frame) -> list[tuple[str, str]]:
    """Who printed what."""
    names = {one.id: one.name for one in frame.recording.lanes}
    return [(names.get(line.thread, "?"), line.text) for line in frame.recording.output]


def states(one: Lane) -> set[State]:
    return {State(state) for state in one.spans.states.tolist()}


def pump_until(session: Session, reached: Callable[[Frame], bool]) -> Frame:
    deadline = time.monotonic() + TIMEOUT
    while not reached(session.pump()):
        assert time.monotonic() < deadline, session.frame
        time.sleep(0.002)
    return session.frame
