"""What is worth saying about a run, and why one failed."""

import enum
from dataclasses import dataclass


class FindingKind(enum.Enum):
    LOST_UPDATE = "lost-update"
    EXCEPTION = "exception"
    NOT_JOINED = "not-joined"
    DEADLOCK = "deadlock"
    STUCK = "stuck"  # every thread waits and none of them can wake another
    HELD_LONG = "held-while-others-wait"
    CUT_OFF = "daemon-cut-off"
    TWO_HOLDERS = "two-holders"  # ours: the picture contradicts itself
    WRONG_RESULT = "wrong-result"  # what the scenario expected is not what was found, and no other finding says why
    TASK_FAILED = "task-failed"  # a task raised, and nobody asked for its result
    MISSING_LIBRARY = "missing-library"  # the program imports what this Python does not have
    WINDOW_FROZEN = "window-frozen"  # the work ran where the window draws, and the window could not


@dataclass(frozen=True)
class Finding:
    """Something worth saying about a run."""

    kind: FindingKind
    text: str  # one sentence for the class
    thread: str  # "" when it concerns no single thread
    line: int  # 0 is unknown
    time: float
    threads: tuple[int, ...] = ()  # lanes it concerns
    objects: tuple[int, ...] = ()  # things it concerns (the locks of a cycle)
    detail: str = ""  # a traceback, the cycle in words
    trouble: "Trouble | None" = None  # what a banner says of it, where it needs one


@dataclass(frozen=True)
class Trouble:
    """Why a run, a program or a stage failed, for the learner."""

    title: str  # "SyntaxError: invalid syntax"
    text: str  # what to do
    line: int = 0
    detail: str = ""  # a traceback
    command: str = ""  # that mends it, when typed into a terminal
