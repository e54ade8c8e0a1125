"""How a program of one's own begins and where it runs, and what a run leaves there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from engine.frame import Ended, Folder, Launch, Trouble, Written
from engine.frame.launch import joined
from engine.frame.trouble import EndedItself, NoInterpreter, NoRoom, ProcessDied
from engine.hosting import work_folder
from engine.hosting.host import Host
from engine.protocol.messages import RunOrder
from engine.protocol.modules import MAIN, import_folder, module_of
from engine.scenarios.scenario import Scenario
from engine.session.run import Run
from engine.session.written_files import WrittenFiles

NO_ROOM = frozenset(  # errors that are no fault of the Python that was to start
    {errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM, errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
)


def usual(scenario: Scenario) -> Launch:
    """How it begins unless somebody says otherwise."""
    if scenario.cwd is None:
        return Launch()
    module = module_of(str(scenario.program)) if scenario.program.name == MAIN else ""
    return Launch(module=module, folder=Folder.OWN if scenario.cwd == scenario.program.parent else Folder.CURRENT)


def as_ordered(order: RunOrder) -> Launch:
    """How a run began that was kept."""
    own = order.cwd in (os.path.dirname(order.path), import_folder(order.path, order.module) if order.module else "")
    folder = Folder.FRESH if not order.cwd else Folder.OWN if own else Folder.CURRENT
    return Launch(joined(order.arguments), order.module, folder, order.called)


def working_folder(scenario: Scenario, launch: Launch) -> str:
    """Where it runs; "" for an empty folder of the run's own."""
    if launch.folder is Folder.FRESH:
        return ""
    if launch.folder is Folder.CURRENT:
        return str(scenario.cwd or Path.cwd())
    program = str(scenario.program)
    return import_folder(program, launch.module) if launch.module else os.path.dirname(program)


def exit_status(run: Run) -> int | None:
    """That of the program; less than 0 is the number of a signal. None: it was ended from outside, or never began."""
    outcome = run.model.run_facts.outcome
    if outcome is not None and not isinstance(run.trouble, (EndedItself, ProcessDied)):
        return outcome.exit
    return run.exit.code if run.ended in {Ended.DIED, Ended.FINISHED} and run.exit is not None else None


def not_started(executable: str, error: OSError) -> Trouble:
    """Why no stage could be started: that may be no fault of the Python."""
    words = error.strerror or str(error)
    if error.errno in NO_ROOM:
        return NoRoom(error=words)
    return NoInterpreter(executable=executable, error=words)


class RunFolder:
    """The folder that a run of a program of one's own has: what is written there can be opened until it is dropped."""

    def __init__(self) -> None:
        self._kept = ""  # an empty folder that was made for the run, and is ours to remove
        self._files: WrittenFiles | None = None
        self._told: Written | None = None  # what a run left that is told again
        self._over = False

    @property
    def written(self) -> Written | None:
        """What the run left, once it has ended and somebody has looked."""
        if self._files is None:
            return self._told if self._over else None
        return self._files.found

    def begin(self, host: Host, folder: str) -> None:
        """A run begins on this stage, in this folder; "": in the stage's own, which stays after it."""
        self._told, self._over = host.left, False
        if not host.runs_program:
            return
        if not folder:
            folder = self._kept = host.hand_over_folder()
        self._files = WrittenFiles(folder)

    def end(self) -> None:
        """The run has ended."""
        self._over = True
        if self._files is not None:
            self._files.end()

    def wait(self) -> None:
        """Waits until it is known what it left, two seconds or so at most."""
        if self._files is not None:
            self._files.wait()

    def drop(self) -> None:
        """Nobody looks at it any more: what was made for the run goes."""
        if self._files is not None:
            self._files.give_up()
        if self._kept:
            work_folder.remove(self._kept)
        self._kept, self._files, self._told = "", None, None
