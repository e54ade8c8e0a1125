"""Findings in words: one case for each kind, as mypy sees to."""

from engine.frame import Finding, FindingKind, State
from engine.frame.finding import (
    CutOff,
    Deadlock,
    HeldLong,
    LostUpdate,
    Missing,
    MissingLibrary,
    More,
    NotJoined,
    Plain,
    PoolStuck,
    Stuck,
    TaskFailed,
    ThreadDied,
    Waiter,
    WrongResult,
)
from engine.protocol.messages import assert_never
from engine.protocol.records import Kind
from engine.words.catalogue import say
from engine.words.reasons import death

TOLD = 3  # waiting threads that a sentence names; more are counted
LONG = 6  # characters of a result that is no figure to be said in passing
_NOBODY_LEFT = {
    Kind.EVENT_WAIT: "stuck-event",
    Kind.SEMAPHORE_WANT: "stuck-release",
    Kind.CONDITION_WAIT: "stuck-condition",
    Kind.BARRIER_WAIT: "stuck-barrier",
    Kind.QUEUE_WANT_GET: "stuck-get",
    Kind.QUEUE_WANT_PUT: "stuck-put",
    Kind.QUEUE_WANT_JOIN: "stuck-tasks",
}


def sentence(finding: Finding) -> str:  # noqa: PLR0911, PLR0912  # one case for each kind
    """One sentence for the class."""
    match finding:
        case LostUpdate(name=name, lost=lost, updates=updates, found=found, expected=expected):
            return say("lost-update", count=lost, updates=updates, name=name, found=found, expected=expected)
        case ThreadDied():
            return _died(finding)
        case NotJoined(thread=thread):
            return _not_joined(finding, thread)
        case CutOff(thread=thread):
            return say("cut-off-process", thread=thread) if finding.process else say("cut-off-thread", thread=thread)
        case TaskFailed(task=task, error=error, line=line):
            error = error or say("an-exception")
            if line:
                return say("task-failed-line", task=task, error=error, line=line)
            return say("task-failed", task=task, error=error)
        case More(kind=kind, count=count):
            return _more(kind, count)
        case Deadlock(cycle=cycle):
            return say("sentence", clauses=say("and-next").join(map(_deadlocked, cycle)))
        case Stuck(waiters=waiters):
            return _first(list(map(_stuck, waiters)))
        case PoolStuck():
            return _pool_stuck(finding)
        case HeldLong(thread=thread, thing=thing, seconds=seconds):
            if seconds < 0.1:
                return say("held-long-ms", thread=thread, thing=thing, milliseconds=seconds * 1000)
            return say("held-long", thread=thread, thing=thing, seconds=seconds)
        case WrongResult():
            return _wrong(finding)
        case MissingLibrary(missing=missing):
            return say("title-and-advice", title=lacking(missing), advice=remedy(missing))
        case Plain(kind=kind):
            return say(kind.value, **vars(finding))
        case _:
            return assert_never(finding)


def detail(finding: Finding) -> str:
    """More than the sentence: a traceback, each thread that waits with its line; "" for most."""
    match finding:
        case ThreadDied(traceback=traceback):
            return traceback
        case Deadlock(cycle=waiters):
            return "\n".join(_at_line(_deadlocked(one), one) for one in waiters)
        case Stuck(waiters=waiters):
            return "\n".join(map(_stuck, waiters))
        case PoolStuck(waiters=waiters):
            return "\n".join(_at_line(_waits(one), one) for one in waiters)
        case _:
            return ""


def first_loss(finding: LostUpdate) -> str:
    """Where it began, for those who see the numbers."""
    return say("first-lost", thread=finding.thread, seconds=finding.time, line=finding.line)


def below_numbers(finding: WrongResult) -> str:
    """What the scenario itself says of two numbers that stand above it, large; "" when it has nothing to add.

    Long ones are not written a second time.
    """
    if finding.below or not finding.sentence:
        return finding.below
    if max(len(figure(value)) for value in (finding.expected, finding.found)) > LONG:
        return ""
    return _own_words(finding)


def lacking(missing: Missing) -> str:
    """That there is no such module, without a full stop."""
    if missing.command:
        return say("not-installed", module=missing.module, python=missing.python)
    return say("not-in-python", module=missing.module, python=missing.python)


def remedy(missing: Missing) -> str:
    """What to do about it."""
    if not missing.command:
        return say("other-interpreter")
    if missing.near:
        return say("did-you-mean", near=missing.near, command=missing.command)
    return say("install", command=missing.command)


def figure(value: object) -> str:
    """A number with its thousands apart; any other value as Python writes it."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _died(finding: ThreadDied) -> str:
    thread, file, error, line = finding.thread, finding.file, death(finding.error), finding.line
    if file and line:
        return say("file-missing-line", thread=thread, file=file, line=line)
    if file:
        return say("file-missing", thread=thread, file=file)
    return (
        say("thread-died-line", thread=thread, line=line, error=error)
        if line
        else say("thread-died", thread=thread, error=error)
    )


def _not_joined(finding: NotJoined, thread: str) -> str:
    if finding.ran_out:
        return say("join-ran-out-at-end", thread=thread) if finding.went_on else say("join-ran-out", thread=thread)
    return say("not-joined-running", thread=thread) if finding.went_on else say("not-joined-ended", thread=thread)


def _more(kind: FindingKind, count: int) -> str:
    if kind is FindingKind.EXCEPTION:
        return say("more-died", count=count)
    if kind is FindingKind.TASK_FAILED:
        return say("more-tasks-failed", count=count)
    return say("more-not-joined", count=count) if kind is FindingKind.NOT_JOINED else say("more-cut-off", count=count)


def _deadlocked(waiter: Waiter) -> str:
    """Such as "Left holds a and waits for b"."""
    thread, goal, held = waiter.name, waiter.goal, waiter.held
    if waiter.state is State.WAIT_JOIN:
        if held and not waiter.itself:
            return say("holds-and-joins", thread=thread, held=held, goal=goal)
        return say("waits-for-itself", thread=thread) if waiter.itself else say("joins", thread=thread, goal=goal)
    if held and not waiter.itself:
        return say("holds-and-waits", thread=thread, held=held, goal=goal)
    return say("waits-for-own", thread=thread, goal=goal) if waiter.itself else _waits(waiter)


def _waits(waiter: Waiter) -> str:
    return say("waits", thread=waiter.name, goal=waiter.goal)


def _stuck(waiter: Waiter) -> str:
    """Such as "Left waits for event file_ready, and nobody is left to set it"."""
    thread, goal = waiter.name, waiter.goal
    if waiter.state is State.WAIT_JOIN:
        return say("joins", thread=thread, goal=goal)
    if waiter.state is State.WAIT_LOCK:
        if waiter.owner:
            return say("stuck-owner", thread=thread, goal=goal, owner=waiter.owner)
        return say("stuck-release", thread=thread, goal=goal)
    return say(_NOBODY_LEFT.get(waiter.act, "waits"), thread=thread, goal=goal)


def _pool_stuck(finding: PoolStuck) -> str:
    waits = list(map(_waits, finding.waiters))
    return say("pool-stuck", pool=finding.pool, clauses=_first(waits), count=len(waits))


def _first(clauses: list[str]) -> str:
    """A sentence of the first few clauses."""
    said = say("and-next").join(clauses[:TOLD])
    more = len(clauses) - TOLD
    return say("and-more-wait", clauses=said, count=more) if more > 0 else say("sentence", clauses=said)


def _at_line(clause: str, waiter: Waiter) -> str:
    return say("at-line", clause=clause, line=waiter.line) if waiter.line else clause


def _wrong(finding: WrongResult) -> str:
    if finding.sentence and (own := _own_words(finding)):
        return own
    return say("wrong-result", expected=figure(finding.expected), found=figure(finding.found))


def _own_words(finding: WrongResult) -> str:
    """The scenario's sentence, "" when its format does not fit these values."""
    try:
        return finding.sentence.format(expected=finding.expected, found=finding.found)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return ""
