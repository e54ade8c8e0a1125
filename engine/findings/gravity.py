"""Which findings are told first: what explains the others, then what is worst."""

from engine.frame import FindingKind

ORDER = (
    FindingKind.MISSING_LIBRARY,
    FindingKind.TWO_HOLDERS,
    FindingKind.DEADLOCK,
    FindingKind.LOOP_WAITS_FOR_ITSELF,
    FindingKind.STUCK,
    FindingKind.STARTED_TOO_EARLY,
    FindingKind.EXCEPTION,
    FindingKind.EXPLAINED,
    FindingKind.NOT_STARTED,
    FindingKind.LOST_EXIT,
    FindingKind.TASK_FAILED,
    FindingKind.LOST_UPDATE,
    FindingKind.NOT_SHARED,
    FindingKind.LOOP_STRAY,
    FindingKind.LOOP_BLOCKED,
    FindingKind.TASK_CUT_OFF,
    FindingKind.TARGET_CALLED,
    FindingKind.RUN_CALLED,
    FindingKind.LATE_NAME,
    FindingKind.CUT_OFF,
    FindingKind.TASKS_LEFT,
    FindingKind.RAN_ON,
    FindingKind.KEPT_ALIVE,
    FindingKind.NOT_JOINED,
    FindingKind.NEVER_STARTED,
    FindingKind.HELD_LONG,
    FindingKind.WINDOW_FROZEN,
    FindingKind.WRONG_RESULT,
    FindingKind.BROKEN_EXPLANATION,
)
STANDSTILL = frozenset({FindingKind.DEADLOCK, FindingKind.STUCK})  # nothing moves any more, unless it says it was freed
_AT = {kind: at for at, kind in enumerate(ORDER)}


def gravity(kind: FindingKind) -> int:
    """0 is the gravest."""
    return _AT[kind]
