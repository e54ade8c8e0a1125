"""Pure: each thing is said once. What another finding of the same threads or things explains is left out."""

import enum
from collections.abc import Iterable, Sequence

from engine.findings.alike import folded
from engine.findings.gravity import gravity
from engine.frame import Finding, FindingKind
from engine.frame.finding import Came, Explained
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.records import MAIN_THREAD


class Shares(enum.Enum):
    """What two findings must have in common before one of them says the other."""

    THREADS = "threads"  # all threads of the one that is left out, up to its time
    OBJECTS = "objects"  # one thing at least
    MAIN_THREAD = "main-thread"  # nothing, but the one that speaks concerns the main thread
    NOTHING = "nothing"


@lazy_dataclass(frozen=True)
class Says:
    """Findings of one kind say what those of another kind would say again."""

    by: FindingKind
    over: FindingKind
    shares: Shares


_ENDS = frozenset({FindingKind.EXCEPTION, FindingKind.TASK_FAILED})
_ENDED = frozenset({Came.ENDED, Came.BEHIND})
_AT_ONCE = 0.05  # seconds: what ends a standstill, and what is seen of that, have not quite the same time

SAYS = (
    Says(FindingKind.DEADLOCK, FindingKind.HELD_LONG, Shares.OBJECTS),
    Says(FindingKind.DEADLOCK, FindingKind.HELD_LONG, Shares.THREADS),  # what it holds meanwhile is held that long
    Says(FindingKind.DEADLOCK, FindingKind.CUT_OFF, Shares.THREADS),
    Says(FindingKind.DEADLOCK, FindingKind.STUCK, Shares.THREADS),
    Says(FindingKind.DEADLOCK, FindingKind.NOT_JOINED, Shares.THREADS),  # it never came to its end
    Says(FindingKind.STUCK, FindingKind.HELD_LONG, Shares.THREADS),
    Says(FindingKind.STUCK, FindingKind.CUT_OFF, Shares.THREADS),
    Says(FindingKind.STUCK, FindingKind.NOT_JOINED, Shares.THREADS),
    Says(FindingKind.DEADLOCK, FindingKind.KEPT_ALIVE, Shares.THREADS),  # it stands, and so does the process
    Says(FindingKind.STUCK, FindingKind.KEPT_ALIVE, Shares.THREADS),
    Says(FindingKind.RAN_ON, FindingKind.KEPT_ALIVE, Shares.THREADS),
    Says(FindingKind.KEPT_ALIVE, FindingKind.NOT_JOINED, Shares.THREADS),
    Says(FindingKind.EXCEPTION, FindingKind.NOT_JOINED, Shares.MAIN_THREAD),  # the last line never ran
    Says(FindingKind.EXCEPTION, FindingKind.CUT_OFF, Shares.MAIN_THREAD),
    Says(FindingKind.EXCEPTION, FindingKind.NOT_JOINED, Shares.THREADS),
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
    return any(one.kind is rule.by and _share(one, finding, rule.shares) for one in all_of_them)


def _share(speaks: Finding, finding: Finding, shares: Shares) -> bool:
    match shares:
        case Shares.THREADS:
            lasted = not speaks.until or speaks.until >= finding.time - _AT_ONCE
            return lasted and {*finding.threads} <= {*speaks.threads}
        case Shares.OBJECTS:
            return not {*finding.objects}.isdisjoint(speaks.objects)
        case Shares.MAIN_THREAD:
            return MAIN_THREAD in speaks.threads
        case Shares.NOTHING:
            return True


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
