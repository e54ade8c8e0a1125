"""The rules that the detector asks beside what it knows itself: a new one is a module and its line here."""

from collections.abc import Callable

from engine.findings.busy_waits import BusyWaits
from engine.findings.convoys import Convoys
from engine.findings.exits import LostExits
from engine.findings.forked_locks import ForkedLockRule
from engine.findings.forks import ForkedCopies
from engine.findings.histories.consequences import TooEarly
from engine.findings.histories.polling import PolledQueues
from engine.findings.histories.semaphores import GrownSemaphores
from engine.findings.hogs import Hogs
from engine.findings.kept_alive import KeptAliveRule
from engine.findings.kept_locks import KeptLocks
from engine.findings.loops import LoopRule
from engine.findings.lost_calls import LostCalls, PoolThreads
from engine.findings.lost_writes import LostWrites
from engine.findings.mistakes import Mistakes
from engine.findings.not_shared import NotSharedRule
from engine.findings.not_started import NotStartedRule
from engine.findings.ran_on import RanOnRule
from engine.findings.rule import Rule
from engine.findings.shared_names import SharedNames
from engine.findings.shared_values import SharedValueRule
from engine.findings.stillness import Stillness
from engine.findings.tasks_left import TasksLeftRule

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
    Stillness,
    LostExits,
    PoolThreads,
    ForkedCopies,
    KeptLocks,
)
