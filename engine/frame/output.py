"""What a program printed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OutputPiece:
    """One piece of output: a line, or what stood without a newline."""

    time: float
    thread: int  # 0: not from a thread of the program (C code, a child process, the stage)
    text: str
    error: bool = False  # it went to stderr
    open: bool = False  # no newline after it: what comes next stands in the same line of a terminal
    left_out: int = 0  # it stands for so many characters that were not kept
