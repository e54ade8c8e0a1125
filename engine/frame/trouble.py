"""Why a run, a program or a stage failed, as data. What is said of each kind: `engine.words.troubles`."""

from typing import TypeAlias

from engine.frame.finding import Death, Missing
from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True, kw_only=True)
class Where:
    """The program's line, 0 where there is none; and what Python wrote about it, such as a traceback."""

    line: int = 0
    detail: str = ""


@lazy_dataclass(frozen=True, kw_only=True)
class ProgramDied(Where):
    """An exception ended the main thread."""

    error: Death


@lazy_dataclass(frozen=True, kw_only=True)
class ProgramRefused(Where):
    """Python cannot read the program."""

    error: Death


@lazy_dataclass(frozen=True, kw_only=True)
class ImportFailed(Where):
    """The program needs what this Python does not have."""

    missing: Missing


@lazy_dataclass(frozen=True, kw_only=True)
class NoText(Where):
    """A file that is no text: `error` is why it cannot be decoded; "": it holds zero bytes."""

    name: str
    error: str = ""


@lazy_dataclass(frozen=True, kw_only=True)
class Unreadable(Where):
    """A file that cannot be opened."""

    name: str
    path: str
    error: str


@lazy_dataclass(frozen=True, kw_only=True)
class NoInterpreter(Where):
    """A Python that does not start."""

    executable: str
    error: str


@lazy_dataclass(frozen=True, kw_only=True)
class NoStage(Where):
    """A Python that starts, and ends before it has said a word."""

    executable: str
    code: int
    said: str = ""  # its last words


@lazy_dataclass(frozen=True, kw_only=True)
class EndedItself(Where):
    """The program ended its own process."""

    call: str  # such as "os._exit(3)"
    at: int = 0  # the line of that call, 0: unknown


@lazy_dataclass(frozen=True, kw_only=True)
class ProcessDied(Where):
    """The program's process came to its end without a word."""

    code: int  # its exit status; less than 0: the number of a signal


@lazy_dataclass(frozen=True, kw_only=True)
class NothingToRun(Where):
    """What is open is a page."""


@lazy_dataclass(frozen=True, kw_only=True)
class Notice(Where):
    """Something that the window itself has to say, in its own words."""

    title: str
    text: str = ""


Trouble: TypeAlias = (
    ProgramDied | ProgramRefused | ImportFailed | NoText | Unreadable | NoInterpreter | NoStage | EndedItself
    | ProcessDied | NothingToRun | Notice
)  # fmt: skip
