"""The stage of the next run, started before it is needed."""

from __future__ import annotations

from collections.abc import Callable

from engine.analysis.run_facts import RunFacts
from engine.frame import Interpreter
from engine.hosting.host import Host
from engine.hosting.pipe_reader import Block
from engine.protocol.records import BLOCK_FACTS


class Prestart:
    """Keeps one stage waiting, so that Run answers at once. `make(executable)` may raise OSError."""

    def __init__(self, executable: str, make: Callable[[str], Host]) -> None:
        self.executable = executable
        self._make = make
        self._spare: Host | None = None
        self._failed = False  # it did not start; it is tried again when it is needed
        self._heard: list[Block] = []  # what the waiting stage has said: it belongs to its run

    def warm(self) -> None:
        """Starts a stage unless one waits. A failure is left to `take`, where it can be shown."""
        if self._spare is None and not self._failed:
            self._heard = []
            try:
                self._spare = self._make(self.executable)
            except OSError:
                self._failed = True

    def take(self) -> tuple[Host, list[Block]]:
        """The waiting stage, or a fresh one, and what it has said. Raises OSError when it does not start."""
        host, heard = self._spare, self._heard
        self._spare, self._heard, self._failed = None, [], False
        if host is not None and host.alive:
            return host, heard
        if host is not None:
            host.close()
        return self._make(self.executable), []

    def change(self, executable: str) -> None:
        """The next stage is this interpreter's."""
        self.drop()
        self.executable, self._failed = executable, False
        self.warm()

    def greeting(self) -> Interpreter | None:
        """Which Python the waiting stage is, once it has said so."""
        if self._spare is not None and not self._heard:
            self._heard = self._spare.read(1)
        run_facts = RunFacts()
        for kind, payload in self._heard:
            if kind == BLOCK_FACTS:
                run_facts.note(run_facts.read(payload))
        return run_facts.interpreter

    def drop(self) -> None:
        """Ends the waiting stage."""
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.close()
