"""Threads and tasks that died, were not joined or were cut off."""

from engine.frame.finding.about import About, Death, FindingKind
from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True, kw_only=True)
class ThreadDied(About):
    """An exception that ended a thread."""

    kind: FindingKind = FindingKind.EXCEPTION
    error: Death
    task: bool = False  # of asyncio, else a thread or a process


@lazy_dataclass(frozen=True, kw_only=True)
class NotJoined(About):
    """A thread that the program waited for nowhere."""

    kind: FindingKind = FindingKind.NOT_JOINED
    ran_out: bool  # somebody waited, with a time-out, and it was too short
    went_on: bool  # it had not ended when the program's last line had run
    process: bool = False  # else a thread


@lazy_dataclass(frozen=True, kw_only=True)
class CutOff(About):
    """A daemon that the end of the program cut off."""

    kind: FindingKind = FindingKind.CUT_OFF
    process: bool = False  # else a thread


@lazy_dataclass(frozen=True, kw_only=True)
class TaskFailed(About):
    """A task that raised, and nobody asked for its result."""

    kind: FindingKind = FindingKind.TASK_FAILED
    task: str
    error: str  # "": nobody knows
