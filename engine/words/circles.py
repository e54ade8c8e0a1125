"""Threads that wait for one another in a circle, in words."""

from engine.frame import State
from engine.frame import finding as kinds
from engine.words.catalogue import say

_PLAIN, _HOLDS, _OWN = 0, 1, 2
_MESSAGES = {  # of a thread that only waits, of one that also holds something, and of one that waits for itself
    State.WAIT_JOIN: ("joins", "holds-and-joins", "waits-for-itself"),
    State.WAIT_RESULT: ("waits-for-result", "holds-and-waits-for-result", "waits-for-own-result"),
}
_FOR_A_LOCK = ("waits", "holds-and-waits", "waits-for-own")
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
    message = _MESSAGES.get(waiter.state, _FOR_A_LOCK)[which]
    return say(message, thread=waiter.name, goal=waiter.goal, held=waiter.held, owner=waiter.owner)


def cure(finding: kinds.Deadlock) -> str:
    """What to do, by what the circle goes through; "" where nobody can say so in general."""
    first = next((one for one in finding.cycle if one.state in _ENDS), None)
    if first is None and finding.cycle:
        locks = list(dict.fromkeys(one.goal for one in finding.cycle))
        if len(finding.cycle) == 1:
            return say("cure-deadlock-own", name=locks[0])
        if len(locks) < len(finding.cycle):
            return say("cure-deadlock-alike", name=locks[0])
        return say("cure-deadlock", locks=say("first-then").join(sorted(locks)))
    if first is None or first.itself:
        return ""
    if not first.held:
        return say("cure-deadlock-joins")
    message = "cure-deadlock-join" if first.state is State.WAIT_JOIN else "cure-deadlock-result"
    return say(message, goal=first.goal, held=first.held)
