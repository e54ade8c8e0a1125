"""What a program prints, and what it asks for."""

from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class OutputPiece:
    """One piece of output: a line, or what stood without a newline."""

    time: float
    thread: int  # 0: not from a thread of the program (C code, a child process, the stage)
    text: str
    error: bool = False  # it went to stderr
    open: bool = False  # no newline after it: what comes next stands in the same line of a terminal
    left_out: int = 0  # it stands for so many characters that were not kept
    typed: bool = False  # the program did not print it: it is the echo of its input


@lazy_dataclass(frozen=True)
class Asking:
    """A thread that waits for a line of standard input."""

    lane: int
    prompt: str  # what it asks with input(); "" where it reads sys.stdin
    line: int  # where; 0 is unknown
    since: float


@lazy_dataclass(frozen=True)
class Questions:
    """Who waits for a line of standard input: the first one gets the next that is typed."""

    asking: tuple[Asking, ...] = ()
    asked: bool = False  # the program has read standard input


NO_QUESTIONS = Questions()
