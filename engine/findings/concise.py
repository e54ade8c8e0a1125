"""Pure: each thing is said once. What another finding of the same threads or things explains is left out."""

import enum
from collections.abc import Iterable, Sequence

from engine.findings.alike import folded
from engine.findings.gravity import STANDSTILL, gravity
from engine.frame import Finding, FindingKind
from engine.frame.finding import Came, Explained
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.records import MAIN_THREAD


class Shares(enum.Enum):
    """What a finding must have in common with those that speak for it."""

    THREADS = "threads"  # all its threads are theirs
    AT_THE_TIME = "at-the-time"  # and theirs was not over by then
    ONE_THREAD = "one-thread"  # one of them at least
    OBJECTS = "objects"  # one thing at least
    FIRST_THREAD = "first-thread"  # it is about the first thread of one of them alone
    MAIN_THREAD = "main-thread"  # nothing, but they concern the main thread


@lazy_dataclass(frozen=True)
class Says:
    """Findings of one kind say what those of another kind would say again."""

    by: FindingKind
    over: FindingKind
    shares: Shares


_ENDS = frozenset({FindingKind.EXCEPTION, FindingKind.TASK_FAILED, FindingKind.NOT_STARTED})
_ENDED = frozenset({Came.ENDED, Came.BEHIND})
_AT_ONCE = 0.05  # seconds: what ends a standstill, and what is seen of that, have not quite the same time

SAYS = (
    *(
        Says(FindingKind.LOOP_BLOCKED, over, Shares.THREADS)
        for over in STANDSTILL - {FindingKind.DEADLOCK}  # whose tasks cannot go on
    ),
    Says(FindingKind.DEADLOCK, FindingKind.HELD_LONG, Shares.OBJECTS),
    Says(FindingKind.LOST_WRITE, FindingKind.SHARED_NAME, Shares.OBJECTS),
    Says(FindingKind.HOGGED, FindingKind.HELD_LONG, Shares.OBJECTS),
    Says(FindingKind.NOT_STARTED, FindingKind.EXCEPTION, Shares.THREADS),  # which start() raised
    Says(FindingKind.NOT_STARTED, FindingKind.NOT_JOINED, Shares.MAIN_THREAD),  # as below
    Says(FindingKind.NOT_STARTED, FindingKind.CUT_OFF, Shares.MAIN_THREAD),
    Says(FindingKind.EXCEPTION, FindingKind.NOT_JOINED, Shares.MAIN_THREAD),  # the last line never ran
    Says(FindingKind.EXCEPTION, FindingKind.CUT_OFF, Shares.MAIN_THREAD),
    Says(FindingKind.EXCEPTION, FindingKind.NOT_JOINED, Shares.THREADS),
    Says(FindingKind.KEPT_ALIVE, FindingKind.NOT_JOINED, Shares.THREADS),
    Says(FindingKind.FLAG_UNSEEN, FindingKind.KEPT_ALIVE, Shares.ONE_THREAD),
    Says(FindingKind.FLAG_UNSEEN, FindingKind.NOT_JOINED, Shares.THREADS),
    Says(FindingKind.KEPT_LOCK, FindingKind.HELD_LONG, Shares.OBJECTS),
    Says(FindingKind.FORKED_COPY, FindingKind.HELD_LONG, Shares.OBJECTS),  # a copy waits for no holder
    Says(FindingKind.LOST_EXIT, FindingKind.NOT_JOINED, Shares.THREADS),
    Says(FindingKind.LOST_CALL, FindingKind.EXCEPTION, Shares.FIRST_THREAD),  # how the worker ended
    *(
        Says(by, over, Shares.ONE_THREAD)
        for by in (
            FindingKind.LOST_CALL,
            FindingKind.POOL_THREAD_DIED,
            FindingKind.FORKED_COPY,
            FindingKind.KEPT_LOCK,
        )  # why it stands still
        for over in (FindingKind.STUCK, FindingKind.STANDSTILL)
    ),
    Says(FindingKind.DEADLOCK, FindingKind.STUCK, Shares.AT_THE_TIME),
    Says(FindingKind.RAN_ON, FindingKind.KEPT_ALIVE, Shares.ONE_THREAD),
    *(
        Says(by, over, Shares.AT_THE_TIME)
        for by in STANDSTILL  # who stands still comes to no end
        for over in (FindingKind.HELD_LONG, FindingKind.CUT_OFF, FindingKind.NOT_JOINED, FindingKind.KEPT_ALIVE)
    ),
)


def concise(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gravest first, equal ones as one, and nothing that another one says. An explanation follows its exception."""
    found = sorted(findings, key=_weight)
    there = {one.kind for one in found}
    rules = [rule for rule in SAYS if rule.by in there and rule.over in there]
    if rules:
        found = [one for one in found if not any(_said(one, found, rule) for rule in rules)]
    return tuple(_explained_in_place(folded(found)))


def _weight(finding: Finding) -> tuple[int, float]:
    by_time = finding.time if finding.kind is FindingKind.EXCEPTION else 0.0  # the first may have led to the others
    return gravity(finding.kind), by_time


def _said(finding: Finding, all_of_them: Sequence[Finding], rule: Says) -> bool:
    if finding.kind is not rule.over:
        return False
    speakers = [one for one in all_of_them if one.kind is rule.by]
    if rule.shares is Shares.OBJECTS:
        return any(not {*finding.objects}.isdisjoint(one.objects) for one in speakers)
    if rule.shares is Shares.ONE_THREAD:
        return any(not {*finding.threads}.isdisjoint(one.threads) for one in speakers)
    if rule.shares is Shares.FIRST_THREAD:
        return any(finding.threads == one.threads[:1] for one in speakers)
    if rule.shares is Shares.MAIN_THREAD:
        return any(MAIN_THREAD in one.threads for one in speakers)
    if rule.shares is Shares.AT_THE_TIME:
        speakers = [one for one in speakers if not one.until or one.until >= finding.time - _AT_ONCE]
    return bool(speakers) and {*finding.threads} <= {number for one in speakers for number in one.threads}


def _explained_in_place(findings: Sequence[Finding]) -> Iterable[Finding]:
    """Each explanation directly behind the exception that it explains, where there is one of the same thread."""
    behind: dict[int, list[Explained]] = {}
    for means in (one for one in findings if isinstance(one, Explained) and one.came in _ENDED):
        at = (
            at for at, one in enumerate(findings) if one.kind in _ENDS and not {*means.threads}.isdisjoint(one.threads)
        )
        if (place := next(at, None)) is not None:
            behind.setdefault(place, []).append(means)
    placed = {id(means) for group in behind.values() for means in group}
    for number, one in enumerate(findings):
        if id(one) not in placed:
            yield one
            yield from behind.get(number, ())
