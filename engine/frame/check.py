"""What Python says of a program's text that was not run: its errors of syntax and its warnings, as data."""

import enum

from engine.protocol.lazy_dataclass import lazy_dataclass


class ProblemKind(enum.Enum):
    """How much a problem matters."""

    ERROR = "error"  # Python cannot read the text
    WARNING = "warning"  # it can, and warns


class CheckState(enum.Enum):
    """How far a check has come."""

    NONE = "none"  # nothing was asked yet
    CHECKED = "checked"
    TIMEOUT = "timeout"  # it took too long, and was ended
    DIED = "died"  # the text ended the process that read it
    NO_PYTHON = "no-python"  # the chosen Python cannot be started


@lazy_dataclass(frozen=True)
class Problem:
    """Something at a place of the text: lines from 1, columns in characters from 0, the end not included."""

    kind: ProblemKind
    message: str  # as Python says it
    line: int  # 0: of the text as a whole
    column: int = 0
    end_line: int = 0
    end_column: int = 0


@lazy_dataclass(frozen=True)
class Check:
    """What is known of one text."""

    state: CheckState = CheckState.NONE
    text: str = ""
    problems: tuple[Problem, ...] = ()
    own: bool = False  # the chosen Python cannot be started: it was read by the one that the window runs on
