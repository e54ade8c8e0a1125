"""One file object in several threads: one moves its position between another's seek and read, or writes into a line."""

from __future__ import annotations

from collections.abc import Mapping

from engine.protocol.mistakes import Mistake
from engine.stage.outcome.mistakes import mistakes_of
from engine.stage.run_services import RunServices

NOBODY = 0


class Turns:
    """Whose turn it is at one file object. Lanes of threads in place of the threads themselves."""

    __slots__ = ("_context", "_told", "line", "seeks", "thing")

    def __init__(self, context: RunServices, thing: int) -> None:
        self._context = context
        self._told: set[tuple[Mistake, int, int]] = set()
        self.thing = thing
        self.seeks: dict[int, int] = {}  # who has set the position and not used it -> who has moved it since
        self.line: tuple[int, int] | None = None  # who has begun a line and not ended it, and who has written since

    def sought(self) -> None:
        """The calling thread has set the position."""
        me = self._context.reporter.me()
        self._move(me)
        self.seeks[me] = NOBODY

    def used(self, file: object) -> None:
        """The calling thread has read or written where the position was."""
        me = self._context.reporter.me()
        by = self.seeks.pop(me, None)
        if by is None:  # it never set it: whoever reads on from where the file stands wants just that
            return
        self._move(me)
        if by:
            self._tell(Mistake.FILE_MOVED, by, file)

    def wrote(self, text: str, file: object) -> None:
        """The calling thread has written this text."""
        me, ended = self._context.reporter.me(), text.endswith("\n")
        begun = self.line
        if begun is not None and begun[0] != me:
            self.line = (begun[0], me)
            return
        self.line = None if ended else (me, NOBODY)
        if begun is not None and begun[1] and ended:
            self._tell(Mistake.LINE_TORN, begun[1], file)

    def _move(self, me: int) -> None:
        for other in self.seeks:
            if other != me:
                self.seeks[other] = me

    def _tell(self, mistake: Mistake, by: int, file: object) -> None:
        """Once for each two threads."""
        reporter = self._context.reporter
        me, frame = reporter.me(), reporter.caller()
        if frame is not None and (mistake, me, by) not in self._told:
            self._told.add((mistake, me, by))
            name = _called(file, frame.f_locals) or _called(file, frame.f_globals)
            mistakes_of(self._context).tell(mistake, me, reporter.place_of(frame), name, by=by, thing=self.thing)


def _called(file: object, names: Mapping[str, object]) -> str:
    """The name of a file object among these, "" where it has none."""
    return next((name for name, value in list(names.items()) if value is file), "")
