"""Which findings are told first: what explains the others, then what is worst."""

from engine.frame import FindingKind

ORDER = (
    FindingKind.MISSING_LIBRARY,
    FindingKind.TWO_HOLDERS,
    FindingKind.DEADLOCK,
    FindingKind.STUCK,
    FindingKind.LOST_CALL,
    FindingKind.EXCEPTION,
    FindingKind.EXPLAINED,
    FindingKind.LOST_EXIT,
    FindingKind.TASK_FAILED,
    FindingKind.LOST_UPDATE,
    FindingKind.CUT_OFF,
    FindingKind.NOT_JOINED,
    FindingKind.HELD_LONG,
    FindingKind.WINDOW_FROZEN,
    FindingKind.WRONG_RESULT,
    FindingKind.BROKEN_EXPLANATION,
)
_AT = {kind: at for at, kind in enumerate(ORDER)}


def gravity(kind: FindingKind) -> int:
    """0 is the gravest."""
    return _AT[kind]
