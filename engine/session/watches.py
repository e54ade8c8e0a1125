"""What the presenter watches of the open program: what was chosen, else what its text suggests."""

from __future__ import annotations

from engine.protocol.messages import NoWatch, WatchFact
from engine.protocol.program_text import readable
from engine.protocol.watch_path import MOST_WATCHED, NotWatchable, read_path
from engine.scenarios.scenario import Scenario

MOST = 200_000  # letters of a text that is read for a guess before a run: some 100 ms


class Watches:
    """Expressions of one program. A program of one's own has a guess; of a lesson it is said what is worth a look."""

    def __init__(self, scenario: Scenario | None = None) -> None:
        self._guesses = scenario is not None and scenario.cwd is not None and not scenario.watch
        self._chosen: tuple[str, ...] | None = None  # None: nobody has chosen
        self.asks = self._guesses  # there may be something to watch
        self._of: str | None = None  # the text that was read for the guess
        self._guess: tuple[str, ...] = ()

    def of(self, text: str, most: int = MOST) -> tuple[str, ...]:
        """What is watched of a program with this text; one of more letters than `most` is not read for a guess now."""
        if self._chosen is not None:
            return self._chosen
        if self._guesses and text is not self._of and len(text) < most:
            from engine.analysis.watchable import guess  # noqa: PLC0415 - a lesson needs none

            self._of, found = text, guess(text)
            if found or readable(text):  # in the middle of a word what there was stays
                self._guess = found
        return self._guess

    @property
    def guessed(self) -> bool:
        """Nobody chose what is watched."""
        return self._chosen is None and bool(self._guess)

    def choose(self, expressions: tuple[str, ...], text: str) -> tuple[WatchFact, ...]:
        """These are watched from here on. Returns those that are refused, each with the reason."""
        from engine.analysis.watchable import unwatchable, watchable  # noqa: PLC0415 - a lesson needs none

        chosen: dict[str, None] = {}
        refused = []
        for expression in expressions:
            try:
                path = read_path(watchable(text, expression))
                reason, detail = unwatchable(text, path)
            except NotWatchable as problem:
                refused.append(WatchFact(0, expression, reason=problem.reason))
                continue
            if reason is not None:
                refused.append(WatchFact(0, expression, reason=reason, detail=detail))
            elif path.text not in chosen and len(chosen) == MOST_WATCHED:
                refused.append(WatchFact(0, expression, reason=NoWatch.TOO_MANY, detail=str(MOST_WATCHED)))
            else:
                chosen[path.text] = None
        self._chosen, self.asks = tuple(chosen), True
        return tuple(refused)
