"""Why a run, a program or a stage failed, as data. What is said of each kind: `engine.words.troubles`."""

import enum
from typing import TypeAlias

from engine.frame.finding import Death, Missing
from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True, kw_only=True)
class Where:
    """The program's line, 0 where there is none, and its file; and what Python wrote about it, such as a traceback."""

    line: int = 0
    file: str = ""
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
class BrokenLink(Where):
    """A link to what is not there."""

    name: str
    target: str


@lazy_dataclass(frozen=True, kw_only=True)
class IsFolder(Where):
    """A folder that does not say which of its programs is meant; `programs` are their files' names."""

    name: str
    programs: tuple[str, ...] = ()


@lazy_dataclass(frozen=True, kw_only=True)
class NotAFile(Where):
    """A pipe, a device, a socket."""

    name: str
    written: bool = False  # it was to be written, not read


@lazy_dataclass(frozen=True, kw_only=True)
class TooLarge(Where):
    """A file of more bytes than a program has."""

    name: str
    size: int
    most: int


@lazy_dataclass(frozen=True, kw_only=True)
class NoProgram(Where):
    """Text that is no Python: `error` is where; or a notebook."""

    name: str
    error: str = ""
    notebook: bool = False


@lazy_dataclass(frozen=True, kw_only=True)
class Unwritable(Where):
    """A file that cannot be written."""

    name: str
    path: str
    error: str


@lazy_dataclass(frozen=True, kw_only=True)
class BadName(Where):
    """A name that no file has on Windows."""

    name: str


@lazy_dataclass(frozen=True, kw_only=True)
class InUse(Where):
    """A file that another program has open, and lets nobody else read or write."""

    name: str


@lazy_dataclass(frozen=True, kw_only=True)
class NothingToPaste(Where):
    """The clipboard has no text."""


@lazy_dataclass(frozen=True, kw_only=True)
class ChangedOnDisk(Where):
    """The file is not what was read, and what was typed since is not saved: one of the two has to go."""

    name: str


@lazy_dataclass(frozen=True, kw_only=True)
class ReadAgain(Where):
    """The file had changed, and nothing was typed: it was read again."""

    name: str


@lazy_dataclass(frozen=True, kw_only=True)
class GoneFromDisk(Where):
    """The file is not there any more; its text is."""

    name: str


@lazy_dataclass(frozen=True, kw_only=True)
class Rescued(Where):
    """Text of a window that ended before it was saved, and how many more of them there are."""

    name: str
    time: float  # seconds since 1970, when it was kept
    more: int = 0


@lazy_dataclass(frozen=True, kw_only=True)
class NotRescued(Where):
    """What is typed cannot be kept against a crash."""

    error: str


@lazy_dataclass(frozen=True, kw_only=True)
class NoInterpreter(Where):
    """A Python that does not start."""

    executable: str
    error: str


@lazy_dataclass(frozen=True, kw_only=True)
class NoRoom(Where):
    """The system lets nobody open, start or write any more."""

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


@lazy_dataclass(frozen=True, kw_only=True)
class CutOff(Where):
    """The program closed the pipe that its process reports through, and went on."""


@lazy_dataclass(frozen=True, kw_only=True)
class ProcessDied(Where):
    """The program's process came to its end without a word."""

    code: int  # its exit status; less than 0: the number of a signal
    broken: bool = False  # before that, what it reported made no sense any more


class Misread(enum.Enum):
    """What in a stage's stream cannot be."""

    BLOCK = "block"  # its header, or what is in it
    RECORD = "record"
    FACT = "fact"
    PROCESS = "process"  # what is said of another process, or by it


@lazy_dataclass(frozen=True)
class StreamFault:
    """Where a stage's stream ceases to make sense, for whoever looks into it: two numbers of what stands there."""

    what: Misread
    kind: int
    number: int


@lazy_dataclass(frozen=True, kw_only=True)
class BrokenStream(Where):
    """What the program's process reports makes no sense from some moment on: nothing after it is believed."""

    time: float  # seconds of program time: the last that is believed
    code: int | None = None  # its exit status, 0 or more; None: it goes on, or somebody stopped it
    goes_on: bool = False
    process: str = ""  # of another process alone: its name


@lazy_dataclass(frozen=True)
class LeftProcess:
    """One process that a program has left running."""

    pid: int
    command: str  # as it was started; "": it was forked, and runs the program itself


@lazy_dataclass(frozen=True, kw_only=True)
class LeftRunning(Where):
    """Programs have ended, and processes that they started live on."""

    processes: tuple[LeftProcess, ...]
    more: int = 0  # that are not named

    @property
    def count(self) -> int:
        """Of all of them."""
        return len(self.processes) + self.more


@lazy_dataclass(frozen=True, kw_only=True)
class NothingToRun(Where):
    """What is open is a page."""


@lazy_dataclass(frozen=True, kw_only=True)
class Notice(Where):
    """Something that the window itself has to say, in its own words."""

    title: str
    text: str = ""


Trouble: TypeAlias = (
    ProgramDied | ProgramRefused | ImportFailed | NoText | Unreadable | BrokenLink | IsFolder | NotAFile | TooLarge
    | NoProgram | Unwritable | BadName | InUse | NothingToPaste | ChangedOnDisk | ReadAgain | GoneFromDisk | Rescued
    | NotRescued | NoInterpreter | NoRoom | NoStage | EndedItself | CutOff | ProcessDied | BrokenStream | LeftRunning
    | NothingToRun | Notice
)  # fmt: skip
