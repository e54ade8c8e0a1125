"""Findings in words: one case for each kind, as mypy sees to."""

from engine.frame import Finding, FindingKind, State
from engine.frame import finding as kinds
from engine.protocol.lazy_dataclass import values_of
from engine.protocol.messages import ExceptionFact, assert_never
from engine.protocol.records import Kind
from engine.protocol.still_facts import WaitCause
from engine.words import alike, circles
from engine.words.catalogue import has, in_file, say
from engine.words.histories import history
from engine.words.ran_on import ran_on
from engine.words.reasons import death

TOLD = 3  # waiting threads that a sentence names; more are counted
LONG = 6  # characters of a result that is no figure to be said in passing
_NOBODY_LEFT = {  # what a thread waits for that nobody is left to do, and what to do about it
    Kind.EVENT_WAIT: ("stuck-event", "cure-stuck-event"),
    Kind.SEMAPHORE_WANT: ("stuck-release", "cure-stuck-release"),
    Kind.CONDITION_WAIT: ("stuck-condition", "cure-stuck-condition"),
    Kind.BARRIER_WAIT: ("stuck-barrier", "cure-stuck-barrier"),
    Kind.QUEUE_WANT_GET: ("stuck-get", "cure-stuck-get"),
    Kind.QUEUE_WANT_PUT: ("stuck-put", "cure-stuck-put"),
    Kind.QUEUE_WANT_JOIN: ("stuck-tasks", "cure-stuck-tasks"),
    Kind.LOCK_WANT: ("stuck-release", "cure-stuck-release"),
}
_UNNAMED = {
    State.WAIT_AWAIT: "standing-await",
    State.WAIT_LOOP: "standing-loop",
    State.WAIT_TASK: "standing-idle",
    State.WAIT_RESULT: "standing-future",
    State.WAIT_JOIN: "standing-thread",
}
_MORE = {  # of what is not told one by one
    FindingKind.EXCEPTION: "more-died",
    FindingKind.TASK_FAILED: "more-tasks-failed",
    FindingKind.NOT_JOINED: "more-not-joined",
}


def sentence(finding: Finding) -> str:  # noqa: PLR0911, PLR0912  # one case for each kind
    """One sentence for the class."""
    match finding:
        case kinds.LostUpdate(name=name, lost=lost, updates=updates, found=found, expected=expected):
            return say("lost-update", count=lost, updates=updates, name=name, found=found, expected=expected)
        case kinds.ThreadDied():
            return _died(finding)
        case kinds.NotJoined(thread=thread, ran_out=True, went_on=on):
            return say("join-ran-out-at-end" if on else "join-ran-out", thread=thread)
        case kinds.NotJoined(thread=thread, went_on=on):
            return say("not-joined-running" if on else "not-joined-ended", thread=thread)
        case kinds.CutOff(thread=thread, process=process):
            return say("cut-off-process" if process else "cut-off-thread", thread=thread)
        case kinds.TaskFailed(task=task, error=error):
            line = in_file(finding.line, finding.file)
            error = error or say("an-exception")
            return say("task-failed-line" if line else "task-failed", task=task, error=error, line=line)
        case kinds.Alike(first=first):
            return alike.words(finding, sentence(first))
        case kinds.More(kind=kind, count=count):
            return say(_MORE.get(kind, "more-cut-off"), count=count)
        case kinds.Deadlock():
            return circles.sentence(finding)
        case kinds.Stuck(waiters=waiters, pool=""):
            return _first(list(map(_stuck, waiters)))
        case kinds.Stuck(waiters=waiters, pool=pool):
            return say("pool-stuck", pool=pool, clauses=_first(list(map(_waits, waiters))), count=len(waiters))
        case kinds.StandsStill(waiters=waiters):
            return say("standstill", seconds=finding.time, clauses=_first(list(map(standing, waiters))))
        case kinds.HeldLong(seconds=seconds):
            fields = values_of(finding)
            return say("held-long-ms" if seconds < 0.1 else "held-long", milliseconds=seconds * 1000, **fields)
        case kinds.RanOn():
            return ran_on(finding)
        case kinds.WrongResult():
            return _wrong(finding)
        case kinds.Explained():
            return explained(finding)[0]
        case kinds.BrokenExplanation(at=line) if line:
            return say("broken-explanation-line", name=finding.name, line=line, reason=finding.reason)
        case kinds.MissingLibrary(missing=missing):
            return say("title-and-advice", title=lacking(missing), advice=remedy(missing))
        case kinds.KeptLock():
            return _kept_lock(finding)
        case kinds.ForkedCopy():
            return _forked(finding)
        case (
            kinds.UnfinishedTasks() | kinds.NoItem() | kinds.NoRoom() | kinds.MissedEvent() | kinds.MissedNotification()
            | kinds.BarrierShort() | kinds.SemaphoreKept() | kinds.SemaphoreGrew() | kinds.CheckedTooEarly()
            | kinds.WokeTooEarly()
        ):  # fmt: skip
            return history(finding)
        case kinds.LostCall():
            return _lost_call(finding)
        case kinds.PoolThreadDied():
            return _pool_thread(finding)
        case kinds.LoopBlocked():
            return _blocked(finding)
        case kinds.Plain(kind=kind):
            message = f"{kind.value}-{finding.form}" if finding.form else kind.value
            return say(message, **values_of(finding), place=_place(finding))
        case _:
            return assert_never(finding)


def cure(finding: Finding) -> str:
    """What to do about it; "" where nobody can say so in general."""
    match finding:
        case kinds.Explained():
            return meaning(finding)[1]
        case kinds.Alike(first=first):
            return cure(first)
        case kinds.More():  # those that are told one by one say it
            return ""
        case kinds.Deadlock():
            return circles.cure(finding)
        case _:
            message = finding.cure or _cure_of(finding)
            values = {name: value for name, value in values_of(finding).items() if name != "count"}  # it has one form
            return say(message, **values) if message and (finding.cure or has(message)) else ""


def _cure_of(finding: Finding) -> str:  # one case for each
    """The message that says what to do, of a finding that does not name it."""
    match finding:
        case kinds.Stuck(pool=pool) if pool:
            return "cure-stuck-pool"
        case kinds.Stuck(waiters=(kinds.Waiter(act=Kind.LOCK_WANT, owner=owner), *_)) if owner:
            return "cure-stuck-owner"  # it lives and waits itself; of one that is gone `kept-lock` speaks
        case kinds.Stuck(waiters=(waiter, *_)):
            return _NOBODY_LEFT.get(waiter.act, ("", ""))[1]
        case kinds.NotJoined(ran_out=True):
            return "cure-join-ran-out"
        case kinds.NotJoined(process=True):
            return "cure-process-not-joined"
        case _:
            return f"cure-{finding.kind.value}"


def detail(finding: Finding) -> str:  # one case for each
    """More than the sentence: a traceback, each thread that waits with its line; "" for most."""
    match finding:
        case kinds.Alike(first=first):
            return detail(first)
        case kinds.ThreadDied(error=ExceptionFact(traceback=traceback)):
            return traceback
        case kinds.Deadlock() | kinds.Stuck() | kinds.StandsStill():
            return "\n".join(_each(finding))
        case _:
            return ""


def _each(finding: kinds.Deadlock | kinds.Stuck | kinds.StandsStill) -> list[str]:
    """What each of those that wait waits for."""
    match finding:
        case kinds.Deadlock(cycle=waiters):
            return [circles.at_lines(one) for one in waiters]
        case kinds.StandsStill(waiters=standing_ones):
            return [*map(standing, standing_ones)]
        case kinds.Stuck(waiters=waiters, pool=""):
            return [*map(_stuck, waiters)]
        case kinds.Stuck(waiters=waiters):
            return [_at_line(_waits(one), one) for one in waiters]


def first_loss(finding: kinds.LostUpdate) -> str:
    """Where it began, for those who see the numbers."""
    return say("first-lost", thread=finding.thread, seconds=finding.time, line=in_file(finding.line, finding.file))


def below_numbers(finding: kinds.WrongResult) -> str:
    """What the scenario itself says of two numbers that stand above it, large; "" when it has nothing to add.

    Long ones are not written a second time.
    """
    if finding.below or not finding.sentence:
        return finding.below
    if max(len(figure(value)) for value in (finding.expected, finding.found)) > LONG:
        return ""
    return _own_words(finding)


def lacking(missing: kinds.Missing) -> str:
    """That there is no such module, without a full stop."""
    return say("not-installed" if missing.command else "not-in-python", module=missing.module, python=missing.python)


def remedy(missing: kinds.Missing) -> str:
    """What to do about it."""
    if not missing.command:
        return say("other-interpreter")
    return say("did-you-mean" if missing.near else "install", near=missing.near, command=missing.command)


def figure(value: object) -> str:
    """A number with its thousands apart; any other value as Python writes it."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def explained(finding: kinds.Explained) -> tuple[str, str]:
    """What an exception means, behind how it was seen where no other finding says so; and what to do."""
    words, cure = meaning(finding)
    thread, error, came = finding.thread or say("somebody"), finding.error.rstrip("."), kinds.Came
    match finding.came:
        case came.ENDED:
            pass
        case came.BEHIND:
            words = say("explained-behind", error=error, words=words)
        case came.PRINTED:
            words = say("explained-printed", thread=thread, error=error, words=words)
        case came.WRITTEN:
            words = say("explained-written", error=error, words=words)
        case _:
            assert_never(finding.came)
    return words, say("what-to-do", cure=cure)


def advice(finding: kinds.Explained) -> tuple[str, str]:
    """The same for who reads the exception above it."""
    words, cure = meaning(finding)
    return words, say("what-to-do", cure=cure)


def meaning(finding: kinds.Explained) -> tuple[str, str]:
    """What an exception means, and its cure, in the words of its explanation alone."""
    values = {name: value or say("another-thread") for name, value in finding.values}
    said = _filled(finding.words, values)
    if finding.locks:
        said = say("its-locks", words=said, locks=", ".join(finding.locks))
    return said, _filled(finding.cure_words, values)


def _filled(text: str, values: dict[str, str]) -> str:
    """A sentence of an explanation's file; as it stands where it does not fit these values."""
    try:
        return text.format(**values)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return text


def _place(finding: Finding) -> str:
    """Such as " in line 7", "" where nobody knows."""
    line = in_file(finding.line, finding.file)
    return say("in-this-line", line=line) if line else ""


def _kept_lock(finding: kinds.KeptLock) -> str:
    line, place = in_file(finding.died_at, finding.died_in), _place(finding)
    thread, thing = finding.thread, finding.thing
    if finding.form == "died":
        at = say("in-this-line", line=line) if line else ""
        kept = say("kept-lock-died", thread=thread, thing=thing, at=at, place=place)
    else:
        kept = say("kept-lock-ended", thread=thread, thing=thing, place=place)
    return say("two-sentences", first=kept, second=_for_ever(finding.waiters)) if finding.waiters else kept


def _forked(finding: kinds.ForkedCopy) -> str:
    line = in_file(finding.waits_at, finding.waits_in)
    at, place = say("in-this-line", line=line) if line else "", _place(finding)
    thread, thing = finding.thread, finding.thing
    if finding.form == "lock":
        return say("forked-copy-lock", thread=thread, thing=thing, holder=finding.holder, place=place, at=at)
    if finding.form == "sent":
        return say("forked-copy-sent", thread=thread, thing=thing, holder=finding.holder, place=place, at=at)
    if finding.form == "pool":
        return say("forked-copy-pool", thread=thread, thing=thing, place=place, at=at)
    return say("forked-copy-thing", thread=thread, thing=thing, place=place, at=at)


def _lost_call(finding: kinds.LostCall) -> str:
    thread, task, cause = finding.thread, finding.task, death(finding.cause)
    match finding.form:
        case "died":
            lost = say("lost-call-died", thread=thread, task=task, cause=cause)
        case "call":
            lost = say("lost-call-call", thread=thread, task=task, cause=cause, place=_place(finding))
        case _:
            lost = say("lost-call-ended", thread=thread, task=task)
    return say("two-sentences", first=lost, second=_for_ever(finding.waiters))


def _pool_thread(finding: kinds.PoolThreadDied) -> str:
    error, place = finding.error, _place(finding)
    if finding.form == "callback":
        died = say("pool-thread-died-callback", error=error, callback=finding.callback, place=place)
    else:
        died = say("pool-thread-died-result", error=error)
    return say("two-sentences", first=died, second=_for_ever(finding.waiters)) if finding.waiters else died


def _for_ever(waiters: tuple[kinds.ForEver, ...]) -> str:
    """Who waits for what a pool will never say."""
    clauses = []
    for one in waiters:
        line = in_file(one.line, one.file)
        place = say("in-this-line", line=line) if line else ""
        message = "waits-for-call" if one.goal else "waits-for-pool"
        clauses.append(say(message, thread=one.name, goal=one.goal, place=place))
    return _first(clauses) if clauses else say("nobody-is-told")


def _died(finding: kinds.ThreadDied) -> str:
    thread, error, line = finding.thread, finding.error, in_file(finding.line, finding.file)
    if isinstance(error, ExceptionFact) and (file := error.file):
        return say("file-missing-line" if line else "file-missing", thread=thread, file=file, line=line)
    return say("thread-died-line" if line else "thread-died", thread=thread, line=line, error=death(error))


def _blocked(finding: kinds.LoopBlocked) -> str:
    """How long it blocked the loop, how often, and who could not go on."""
    said = say(f"loop-blocked-{finding.form}", **values_of(finding))
    again = say("loop-blocked-again", times=finding.times, total=finding.total) if finding.times > 1 else ""
    kept = say("and").join(finding.kept) or say("loop-kept-others")
    return f"{said}{again}{say('loop-kept', kept=kept)}"


def _waits(waiter: kinds.Waiter) -> str:
    return say("waits", thread=waiter.name, goal=waiter.goal)


def _stuck(waiter: kinds.Waiter) -> str:
    """Such as "Left waits for event file_ready, and nobody is left to set it"."""
    message = _NOBODY_LEFT.get(waiter.act, ("waits", ""))[0]
    if waiter.state is State.WAIT_JOIN:
        message = "joins"
    elif waiter.state is State.WAIT_LOCK:
        message = "stuck-owner" if waiter.owner else "stuck-release"
    return say(message, thread=waiter.name, goal=waiter.goal, owner=waiter.owner)


def standing(one: kinds.Standing) -> str:
    """Such as "MainThread waits in line 12 in queue.get(), and nobody is left to wake it"."""
    line = in_file(one.line, one.file)
    if one.goal and one.cause is WaitCause.WATCHED:
        said = say("standing-result", thread=one.name, goal=one.goal) if one.state is State.WAIT_RESULT else ""
        waiter = kinds.Waiter(one.name, one.goal, one.state, one.line, one.file, act=one.wanted, owner=one.owner)
        return _at_line(said or _stuck(waiter), waiter)
    where = say("standing-line", line=line) if line else ""
    call = say("standing-call", call=one.call) if one.call else ""
    message = _UNNAMED.get(one.state) or f"standing-{one.cause.value}"
    return say(message, thread=one.name, where=where + call)


def _first(clauses: list[str]) -> str:
    """A sentence of the first few clauses."""
    said = say("and-next").join(clauses[:TOLD])
    more = len(clauses) - TOLD
    return say("and-more-wait", clauses=said, count=more) if more > 0 else say("sentence", clauses=said)


def _at_line(clause: str, waiter: kinds.Waiter) -> str:
    line = in_file(waiter.line, waiter.file)
    return say("at-line", clause=clause, line=line) if line else clause


def _wrong(finding: kinds.WrongResult) -> str:
    if finding.sentence and (own := _own_words(finding)):
        return own
    return say("wrong-result", expected=figure(finding.expected), found=figure(finding.found))


def _own_words(finding: kinds.WrongResult) -> str:
    """The scenario's sentence, "" when its format does not fit these values."""
    try:
        return finding.sentence.format(expected=finding.expected, found=finding.found)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return ""
