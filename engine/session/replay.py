"""A run that was kept, told again: a stage that hands out what another one reported, by program time."""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from engine.analysis import trace
from engine.analysis.trace import SavedRun, TraceError
from engine.frame import Ended, Frame, Written
from engine.hosting import work_folder
from engine.hosting.host import Exit, Host
from engine.hosting.pipe_reader import Block
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import FACTS, ORDERS, FinishOrder, Order, RunOrder
from engine.protocol.records import BLOCK_FACTS, BLOCK_RECORDS
from engine.protocol.units import SECOND
from engine.session import kept_files
from engine.session.kept_files import KeptModule
from engine.session.run import Run

STOPS = (Ended.STOPPED, Ended.TIMEOUT)  # a run that somebody ended


def about(frame: Frame, run: Run, known: frozenset[str]) -> dict[str, Any]:
    """What a kept run needs to be told again, beside its records and facts; for JSON. Times are seconds.

    `frame` shows the run; `known`: the names of the modules that were known before it.
    """
    return {
        "scenario": frame.program.scenario,
        "order": json.loads(ORDERS.line(run.order)),
        "arrivals": run.model.arrivals,
        "overheard": run.model.overheard,
        "flips": run.flips,
        "ended": run.ended.value if run.ended is not None else None,
        "exit": None if run.exit is None else [run.exit.code, run.exit.stderr, run.exit.cut_off],
        "modules": kept_files.of_modules(frame.program.modules, known),
        "written": kept_files.of_written(frame.result.written),
    }


@lazy_dataclass(frozen=True)
class KeptRun:
    """A run that can be told again. Positions count records."""

    saved: SavedRun
    scenario: str
    order: RunOrder
    arrivals: tuple[int, ...]  # how many records were there when each fact came
    overheard: tuple[tuple[int, str], ...]
    flips: tuple[tuple[float, str, bool], ...]
    ended: Ended | None  # None: it went on when it was kept
    exit: Exit | None
    modules: tuple[KeptModule, ...] = ()  # none either where an older version kept it
    written: Written | None = None  # the files that it wrote; None: nobody knows

    @property
    def seconds(self) -> float:
        """Program time of its last record."""
        return max((int(chunk["time"].max()) for chunk in self.saved.trace.chunks() if len(chunk)), default=0) / SECOND


def load(path: str | Path) -> KeptRun:
    """Reads a kept run. Raises TraceError, also for one of which it is not known how it was run."""
    saved = trace.load(path)
    try:
        return _made(saved)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as problem:
        raise TraceError(
            f"{path} does not say how it was run, as runs kept by an older Thread Theatre do not; keep it anew"
        ) from problem


def _made(saved: SavedRun) -> KeptRun:
    told = saved.about
    order = next(iter(ORDERS.unpack_all([told["order"]]).messages), None)
    arrivals = tuple([int(one) for one in told["arrivals"]])
    if not isinstance(order, RunOrder) or len(arrivals) != len(saved.facts) or list(arrivals) != sorted(arrivals):
        raise ValueError
    flips = tuple([(float(at), str(name), bool(on)) for at, name, on in told["flips"]])
    if not all(math.isfinite(at) for at, _, _ in flips):
        raise ValueError
    return KeptRun(
        saved,
        str(told["scenario"]),
        order,
        arrivals,
        tuple((int(at), str(text)) for at, text in told["overheard"]),
        flips,
        Ended(told["ended"]) if told["ended"] is not None else None,
        Exit(int(told["exit"][0]), str(told["exit"][1]), *map(bool, told["exit"][2:3]))
        if told["exit"] is not None
        else None,
        kept_files.modules_of(told.get("modules")),
        kept_files.written_of(told.get("written")),
    )


class Playback:
    """Where a kept run is told from: `until` is the program time that has come, in seconds."""

    def __init__(self, kept: KeptRun) -> None:
        self.kept, self.until = kept, 0.0
        chunks = kept.saved.trace.chunks()
        self._records = np.concatenate(chunks) if chunks else np.empty(0, trace.DTYPE)
        self._times = np.maximum.accumulate(self._records["time"])  # each is handed out with those before it
        self._stray_at = [at for at, _ in kept.overheard]

    def host(self, executable: str) -> Host:
        """A stage that tells the run."""
        return Replay(executable, self)

    @property
    def come(self) -> int:
        """How many records have come."""
        return int(np.searchsorted(self._times, round(self.until * SECOND), "right"))

    @property
    def over(self) -> bool:
        """Whether all of them have."""
        return self.come == len(self._records)

    def blocks(self, begin: int, end: int, first_fact: int) -> tuple[list[Block], int]:
        """Records from `begin` to `end`, the facts that came before the last of them, and how many facts that makes.

        The last facts, which say how it ended, come with the end.
        """
        facts = self.kept.saved.facts
        last = len(facts) if self.over else max(first_fact, bisect_left(self.kept.arrivals, max(end, 1)))
        found: list[Block] = []
        if last > first_fact:
            found.append((BLOCK_FACTS, FACTS.pack(facts[first_fact:last])))
        if end > begin:
            found.append((BLOCK_RECORDS, self._records[begin:end].tobytes()))
        return found, last

    def stray(self, begin: int) -> tuple[str, int]:
        """What was printed past the program's streams since the text of this number; and how many that makes."""
        end = len(self._stray_at) if self.over else max(begin, bisect_left(self._stray_at, max(self.come, 1)))
        return "".join(text for _, text in self.kept.overheard[begin:end]), end


class Replay(Host):
    """A stage that runs nothing: it tells a kept run from its beginning as far as its playback has come."""

    runs_program = False

    def __init__(self, executable: str, playback: Playback) -> None:
        super().__init__(executable)
        self._playback, self.left = playback, playback.kept.written
        self._begun = self._told_off = False
        self._records = self._facts = self._strays = 0  # handed out

    def _pass_on(self, order: Order) -> None:
        self._begun = self._begun or isinstance(order, RunOrder)
        self._told_off = self._told_off or isinstance(order, FinishOrder)

    def read(self, limit: int) -> list[Block]:
        """All that has come: what one frame shows does not depend on how fast this machine is."""
        del limit
        if not self._begun:
            return []
        come = self._playback.come
        blocks, self._facts = self._playback.blocks(self._records, come, self._facts)
        self._records = come
        return blocks

    def stray(self) -> str:
        if not self._begun:
            return ""
        text, self._strays = self._playback.stray(self._strays)
        return text

    def suspend(self) -> None:
        """Time stands still as long as the playback does."""

    def resume(self) -> None:
        """It goes on with the playback."""

    def kill(self) -> None:
        self._told_off = True

    def exit(self) -> Exit | None:
        kept = self._playback.kept
        if self._told_off:
            return kept.exit or Exit(0, "")
        told = self._playback.over and self._facts == len(kept.saved.facts)
        return kept.exit if self._begun and told and kept.ended not in STOPS else None

    def close(self) -> None:
        work_folder.remove(self._folder)


def at_end(playback: Playback, stop: Callable[[Ended], None]) -> None:
    """Ends a run that somebody had ended, once all of it is told."""
    ended = playback.kept.ended
    if playback.over and ended is not None and ended in STOPS:
        stop(ended)
