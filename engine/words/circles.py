"""Threads that wait for one another in a circle, in words."""

from engine.frame import State
from engine.frame import finding as kinds
from engine.protocol.records import Kind
from engine.words.catalogue import in_file, say

IMPORTS = "importlib"  # "library" of the lock of a module that a thread imports
_PLAIN, _HOLDS, _OWN = 0, 1, 2
_MESSAGES = {  # of a thread that only waits, of one that also holds something, and of one that waits for itself
    State.WAIT_JOIN: ("joins", "holds-and-joins", "waits-for-itself"),
    State.WAIT_RESULT: ("waits-for-result", "holds-and-waits-for-result", "waits-for-own-result"),
}
_AT_A_QUEUE = {
    Kind.QUEUE_WANT_PUT: ("waits-for-room", "holds-and-waits-for-room", "waits-for-own-room"),
    Kind.QUEUE_WANT_GET: ("waits-for-item", "holds-and-waits-for-item", "waits-for-own-item"),
    Kind.QUEUE_WANT_JOIN: ("waits-for-tasks", "holds-and-waits-for-tasks", "waits-for-own-tasks"),
}
_FOR_A_LOCK = ("waits", "holds-and-waits", "waits-for-own")
_OWN_CURES = {Kind.LOCK_WANT: "cure-deadlock-own", Kind.AWAIT: "cure-deadlock-own-task"}
_ENDS = frozenset({State.WAIT_JOIN, State.WAIT_RESULT})


def sentence(finding: kinds.Deadlock) -> str:
    """Who holds what and waits for whom; from when to when, where it is over."""
    said = say("sentence", clauses=say("and-next").join(map(clause, finding.cycle)))
    if finding.form:
        said = say(f"deadlock-{finding.form}", time=finding.time, until=finding.until, sentence=said)
    return say("deadlock-again", sentence=said, times=finding.times) if finding.times > 1 else said


def clause(waiter: kinds.Waiter) -> str:
    """Such as "Left holds a and waits for b"."""
    which = _OWN if waiter.itself else _HOLDS if waiter.held else _PLAIN
    message = (_AT_A_QUEUE.get(waiter.act) or _MESSAGES.get(waiter.state, _FOR_A_LOCK))[which]
    if waiter.held_library == IMPORTS and message == "holds-and-waits":
        return say("imports-and-waits", thread=waiter.name, held=waiter.held, goal=waiter.goal)
    goal = lock(waiter.goal, waiter.library, waiter.of)
    held = lock(waiter.held, waiter.held_library, waiter.held_of)
    taken = in_file(waiter.taken, waiter.taken_file)
    if waiter.itself and waiter.state is State.WAIT_LOCK and taken:
        return say("waits-for-own-taken", thread=waiter.name, goal=goal, line=taken)
    return say(message, thread=waiter.name, goal=goal, held=held, owner=waiter.owner)


def at_lines(waiter: kinds.Waiter) -> str:
    """The same with the lines where it waits and where it took what it holds."""
    line, taken = in_file(waiter.line, waiter.file), in_file(waiter.taken, waiter.taken_file)
    said = clause(waiter)
    if not line:
        return said
    if not waiter.held or waiter.itself or not taken:
        return say("at-line", clause=said, line=line)
    held = lock(waiter.held, waiter.held_library, waiter.held_of)
    return say("at-line-taken", clause=said, line=line, held=held, taken=taken)


def lock(name: str, library: str, of: str) -> str:
    """What a lock is called; one of a library with what it belongs to."""
    if not library:
        return name
    if library == IMPORTS:
        return say("lock-of-import", module=name)
    if library == "logging" and of:
        return say("lock-of-handler", handler=of)
    return say("lock-of-library", name=name, library=library) if of else say("lock-of-module", name=name)


def cure(finding: kinds.Deadlock) -> str:
    """What to do, by what the circle goes through; "" where nobody can say so in general."""
    if finding.cure:
        lines = say("and").join(map(str, finding.skips))
        values = {"lines": lines, "count": len(finding.skips)} if finding.skips else {}
        return say(finding.cure, name=finding.cycle[0].goal, **values)
    hidden = next((one for one in finding.cycle if one.library), None)
    if hidden is not None:
        return _outside_of_library(hidden) or _inside_of_library(finding)
    ending = next((one for one in finding.cycle if one.state in _ENDS), None)
    if ending is not None:
        return _not_while_held(ending)
    queue = next((one for one in finding.cycle if one.state is State.WAIT_QUEUE), None)
    return _at_queue(queue) if queue is not None else _of_locks(finding)


def _of_locks(finding: kinds.Deadlock) -> str:
    locks = list(dict.fromkeys(one.goal for one in finding.cycle))
    if len(finding.cycle) == 1:
        own = _OWN_CURES.get(finding.cycle[0].act, "cure-deadlock-own-semaphore")
        return say(own, name=locks[0])
    plain = [one.partition(" #")[0] for one in locks]
    if len({*plain}) < len(finding.cycle):
        return say("cure-deadlock-alike", name=plain[0]) if locks else ""
    return say("cure-deadlock", locks=say("first-then").join(sorted(locks)))


def _outside_of_library(hidden: kinds.Waiter) -> str:
    if not hidden.held or hidden.held_library:
        return ""
    message = "cure-deadlock-import" if hidden.library == IMPORTS else "cure-deadlock-library"
    return say(message, held=hidden.held, library=hidden.library)


def _inside_of_library(finding: kinds.Deadlock) -> str:
    """Of who waits in what a library calls while it holds its lock."""
    inside = next((one for one in finding.cycle if one.held_library and not one.library), None)
    if inside is None:
        return ""
    if inside.held_library == IMPORTS:
        return say("cure-deadlock-imports")
    return say("cure-deadlock-in-library", library=inside.held_library)


def _at_queue(waiter: kinds.Waiter) -> str:
    if waiter.held:
        return say("cure-deadlock-queue-held", held=waiter.held, goal=waiter.goal)
    return say("cure-deadlock-room", goal=waiter.goal) if waiter.act is Kind.QUEUE_WANT_PUT else ""


def _not_while_held(ending: kinds.Waiter) -> str:
    if ending.itself:
        return ""
    if not ending.held:
        return say("cure-deadlock-joins")
    message = "cure-deadlock-join" if ending.state is State.WAIT_JOIN else "cure-deadlock-result"
    return say(message, goal=ending.goal, held=ending.held)
