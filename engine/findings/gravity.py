"""Which findings are told first: what explains the others, then what is worst."""

from engine.frame import FindingKind
from engine.frame.finding import WAITS_FOR_EVER

ORDER = (
    FindingKind.MISSING_LIBRARY,
    FindingKind.TWO_HOLDERS,
    FindingKind.DEADLOCK,
    FindingKind.UNFINISHED_TASKS,
    FindingKind.NO_ITEM,
    FindingKind.NO_ROOM,
    FindingKind.MISSED_EVENT,
    FindingKind.MISSED_NOTIFICATION,
    FindingKind.BARRIER_SHORT,
    FindingKind.SEMAPHORE_KEPT,
    FindingKind.LOOP_WAITS_FOR_ITSELF,
    FindingKind.KEPT_LOCK,
    FindingKind.FORKED_COPY,
    FindingKind.STUCK,
    FindingKind.STANDSTILL,
    FindingKind.FLAG_UNSEEN,
    FindingKind.LOST_CALL,
    FindingKind.POOL_THREAD_DIED,
    FindingKind.STARTED_TOO_EARLY,
    FindingKind.TARGET_CALLED,
    FindingKind.ARGUMENTS_NO_TUPLE,
    FindingKind.CHECKED_TOO_EARLY,
    FindingKind.WOKE_TOO_EARLY,
    FindingKind.NOT_STARTED,
    FindingKind.EXCEPTION,
    FindingKind.EXPLAINED,
    FindingKind.LOST_EXIT,
    FindingKind.TASK_FAILED,
    FindingKind.LOST_UPDATE,
    FindingKind.LOST_WRITE,
    FindingKind.SHARED_FILE,
    FindingKind.COPIED_LOCK,
    FindingKind.VALUE_UNLOCKED,
    FindingKind.NOT_SHARED,
    FindingKind.SEMAPHORE_GREW,
    FindingKind.LOOP_STRAY,
    FindingKind.LOOP_BLOCKED,
    FindingKind.TASK_CUT_OFF,
    FindingKind.RUN_CALLED,
    FindingKind.LATE_NAME,
    FindingKind.SAME_THING,
    FindingKind.RESULT_LOST,
    FindingKind.CUT_OFF,
    FindingKind.TASKS_LEFT,
    FindingKind.RAN_ON,
    FindingKind.KEPT_ALIVE,
    FindingKind.NOT_JOINED,
    FindingKind.NEVER_STARTED,
    FindingKind.ONE_BY_ONE,
    FindingKind.BUSY_WAIT,
    FindingKind.CONVOY,
    FindingKind.HOGGED,
    FindingKind.HELD_LONG,
    FindingKind.SHARED_NAME,
    FindingKind.WINDOW_FROZEN,
    FindingKind.WRONG_RESULT,
    FindingKind.BROKEN_EXPLANATION,
)
STANDSTILL = WAITS_FOR_EVER | {FindingKind.DEADLOCK}  # nothing moves any more, unless it says it was freed
REMARKS = frozenset({  # true, and perhaps meant so: these are no faults
    FindingKind.MISSING_LIBRARY, FindingKind.TASK_CUT_OFF, FindingKind.CUT_OFF, FindingKind.RAN_ON,
    FindingKind.KEPT_ALIVE, FindingKind.NOT_JOINED, FindingKind.NEVER_STARTED, FindingKind.HELD_LONG,
    FindingKind.SHARED_NAME, FindingKind.HOGGED, FindingKind.CONVOY, FindingKind.ONE_BY_ONE,
    FindingKind.BROKEN_EXPLANATION,
})  # fmt: skip
FAULTS = frozenset(FindingKind) - REMARKS
OF_THE_MOMENT = FAULTS | {FindingKind.KEPT_ALIVE, FindingKind.RAN_ON}  # worth saying also while the run goes on
_AT = {kind: at for at, kind in enumerate(ORDER)}


def gravity(kind: FindingKind) -> int:
    """0 is the gravest."""
    return _AT[kind]
