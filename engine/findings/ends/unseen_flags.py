"""Threads in a loop that a flag should end, of which they never see that it was changed."""

from collections.abc import Iterator, Sequence

from engine.analysis.run_model import RunModel
from engine.findings.mistakes import listed
from engine.frame import Finding, Lane, State
from engine.frame.finding import FlagUnseen
from engine.protocol.places import PROGRAM, file_in, line_in_file
from engine.static_analysis.flags import Flag, flags

LONG = 1.0  # seconds that it lives, from which on it is told
LONGEST = 200_000  # characters of a text that is read for it


class UnseenFlags:
    """Looks at threads that others wait for, or that live on when the main thread has ended."""

    def __init__(self) -> None:
        self._flags: tuple[Flag, ...] | None = None  # None: nobody has needed them yet
        self._found: dict[Flag, FlagUnseen] = {}
        self._next = 0.0  # seconds: when to look again

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that it has found so far; what was found stays."""
        if model.now < max(LONG, self._next) or model.run_facts.outcome is not None:
            return [*self._found.values()]
        self._next = model.now + LONG / 4
        if self._flags is None:
            text = model.texts.get("", "")
            self._flags = flags(text) if len(text) < LONGEST else ()
        for flag in self._flags:
            inside = [*_inside(flag, model)]
            if inside and flag not in self._found:
                self._found[flag] = _finding(flag, inside)
        return [*self._found.values()]


def _inside(flag: Flag, model: RunModel) -> Iterator[Lane]:
    over = model.spans.lives.main_done is not None
    awaited = {one.object for one in model.spans.waits() if one.state is State.WAIT_JOIN and not one.timed}
    for lane in model.lanes():
        old = lane.began is not None and lane.ended is None and model.now - lane.began >= LONG
        here = file_in(lane.place) == PROGRAM and flag.first <= line_in_file(lane.place) <= flag.last
        if old and here and (over or lane.id in awaited) and not lane.daemon:
            yield lane


def _finding(flag: Flag, lanes: Sequence[Lane]) -> FlagUnseen:
    return FlagUnseen(
        form="local" if flag.function else "argument",
        thread=lanes[0].name,
        threads=tuple(lane.id for lane in lanes),
        line=flag.line,
        time=min(lane.began or 0.0 for lane in lanes),
        who=listed([lane.name for lane in lanes]),
        name=flag.name,
        function=flag.function,
        loop=str(flag.first),
        cure="" if flag.function else "cure-flag-unseen-argument",
    )
