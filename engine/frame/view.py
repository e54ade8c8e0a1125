"""What part of a run is shown."""

from dataclasses import dataclass

from engine.frame.states import State
from engine.frame.trouble import Trouble


@dataclass(frozen=True)
class View:
    """What the window shows of the run, and has to say itself. Part of the frame so that all panels agree."""

    start: float = 0.0
    end: float = 10.0
    follow: bool = True
    cursor: float | None = None  # None: at the last moment
    hidden: frozenset[State] = frozenset()  # states switched off in the legend
    line: int = 0  # of the program: somebody asked to see it; 0 is none
    asked: int = 0  # counts the wishes for a line, so that the same one can be asked for again
    notice: Trouble | None = None  # of the window's own, shown when the run has none
