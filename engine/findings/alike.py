"""Pure: findings that say the same of several threads are told as one."""

from collections.abc import Iterable, Sequence

from engine.frame import Finding, FindingKind
from engine.frame.finding import (
    Alike,
    CheckedTooEarly,
    CutOff,
    HeldLong,
    MissedEvent,
    MissedNotification,
    More,
    NoItem,
    NoRoom,
    NotJoined,
    Plain,
    SemaphoreGrew,
    SemaphoreKept,
    TaskFailed,
    ThreadDied,
    WokeTooEarly,
)
from engine.protocol.messages import ExceptionFact

NAMED = 3  # threads that are told by name


def likeness(finding: Finding) -> tuple[object, ...]:  # noqa: PLR0911  # one case for each
    """What two findings have in common that are told as one: kind, form and line at least. () is like nothing else."""
    common: tuple[object, ...] = (finding.kind, finding.form, finding.file, finding.line)
    match finding:
        case ThreadDied(error=ExceptionFact(type=type_), task=task):
            return (*common, type_, task)
        case TaskFailed(error=error):
            return (*common, error.partition(":")[0])  # its type
        case NotJoined(ran_out=ran_out, went_on=went_on, process=process):
            return (*common, ran_out, went_on, process)
        case CutOff(process=process):
            return (*common, process)
        case Plain(thread=thread, kind=kind) if thread and kind not in _EACH_BY_ITSELF:
            return common
        case _ if isinstance(finding, _OF_ONE_THING):
            return (*common, _of_many(finding.thing))
        case _:
            return ()


_OF_ONE_THING = (
    *(HeldLong, SemaphoreGrew, SemaphoreKept, NoItem, NoRoom, MissedEvent, MissedNotification),
    *(CheckedTooEarly, WokeTooEarly),
)


def _of_many(name: str) -> str:
    """What several things of one line have in common: "locks" of "locks[0]", "lock" of "lock #2"."""
    return name.partition("[")[0].partition(" #")[0]


_EACH_BY_ITSELF = frozenset({  # these name all their threads themselves
    FindingKind.TWO_HOLDERS, FindingKind.TARGET_CALLED, FindingKind.RUN_CALLED, FindingKind.NEVER_STARTED,
    FindingKind.LATE_NAME, FindingKind.STARTED_TOO_EARLY, FindingKind.SHARED_FILE, FindingKind.SHARED_NAME,
    FindingKind.ARGUMENTS_NO_TUPLE, FindingKind.BUSY_WAIT, FindingKind.HOGGED, FindingKind.CONVOY,
    FindingKind.LOST_WRITE, FindingKind.SAME_THING, FindingKind.FLAG_UNSEEN, FindingKind.RESULT_LOST,
    FindingKind.ONE_BY_ONE,
})  # fmt: skip


def folded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The same findings, of those that are alike one in the place of the first."""
    groups: dict[object, list[Finding]] = {}
    for number, one in enumerate(findings):
        like = one.alike if isinstance(one, More) else likeness(one)
        groups.setdefault(like or number, []).append(one)
    return tuple(_as_one(group) for group in groups.values())


def _as_one(group: Sequence[Finding]) -> Finding:
    first = group[0]
    if len(group) == 1 or isinstance(first, (Alike, More)):
        return first
    names = dict.fromkeys(one.thread for one in group if one.thread)
    return Alike(
        kind=first.kind,
        first=first,
        count=sum(one.count if isinstance(one, More) else 1 for one in group),
        names=tuple(names)[:NAMED],
        thread=first.thread,
        threads=tuple(dict.fromkeys(number for one in group for number in one.threads)),
        objects=tuple(dict.fromkeys(number for one in group for number in one.objects)),
        line=first.line,
        file=first.file,
        time=first.time,
        until=max(one.until for one in group),
        form=first.form,
        cure=first.cure,
        lesson=first.lesson,
    )
