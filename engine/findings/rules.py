"""The rules that the detector asks beside what it knows itself: a new one is a module and its line here."""

from collections.abc import Callable

from engine.findings.ends.exits import LostExits
from engine.findings.ends.kept_alive import KeptAliveRule
from engine.findings.ends.lost_calls import LostCalls, PoolThreads
from engine.findings.ends.not_started import NotStartedRule
from engine.findings.ends.ran_on import RanOnRule
from engine.findings.ends.tasks_left import TasksLeftRule
from engine.findings.ends.unseen_flags import UnseenFlags
from engine.findings.histories.consequences import TooEarly
from engine.findings.histories.polling import PolledQueues
from engine.findings.histories.semaphores import GrownSemaphores
from engine.findings.locks.forked_locks import ForkedLockRule
from engine.findings.locks.forks import ForkedCopies
from engine.findings.locks.hogs import Hogs
from engine.findings.locks.kept_locks import KeptLocks
from engine.findings.loops import LoopRule
from engine.findings.mistakes import Mistakes
from engine.findings.one_by_one import OneByOneRule
from engine.findings.rule import Rule
from engine.findings.sharing.busy_waits import BusyWaits
from engine.findings.sharing.convoys import Convoys
from engine.findings.sharing.lost_writes import LostWrites
from engine.findings.sharing.not_shared import NotSharedRule
from engine.findings.sharing.shared_names import SharedNames
from engine.findings.sharing.shared_values import SharedValueRule
from engine.findings.standing.stillness import Stillness

RULES: tuple[Callable[[], Rule], ...] = (
    LostCalls,
    LostWrites,
    BusyWaits,
    Convoys,
    Hogs,
    GrownSemaphores,
    TooEarly,
    PolledQueues,
    SharedNames,
    KeptAliveRule,
    RanOnRule,
    TasksLeftRule,
    LoopRule,
    ForkedLockRule,
    NotSharedRule,
    SharedValueRule,
    NotStartedRule,
    Mistakes,
    OneByOneRule,
    UnseenFlags,
    Stillness,
    LostExits,
    PoolThreads,
    ForkedCopies,
    KeptLocks,
)
