"""Tasks that ran on when nobody needed them any more, in words."""

from engine.frame.finding import RanOn
from engine.frame.finding.kept_alive import WaitsThere, Why
from engine.words.catalogue import in_file, say

_WHY = {
    Why.TIMED_OUT: "ran-on-timed-out",
    Why.REFUSED: "ran-on-refused",
    Why.INTERRUPTED: "ran-on-interrupted",
    Why.UNAWAITED: "ran-on-unawaited",
    Why.ABANDONED: "ran-on-abandoned",
}
_WHERE = {  # when it is over, and while it lasts
    WaitsThere.POOL: ("ran-on-pool", "runs-on-pool"),
    WaitsThere.PROGRAM: ("ran-on-program", "runs-on-program"),
    WaitsThere.LOOP: ("ran-on-loop", "runs-on-loop"),
}


def ran_on(finding: RanOn) -> str:
    """Why nobody needed the task, and who waited for it all the same."""
    over, lasts = _WHERE[finding.where]
    line = in_file(finding.end_line, finding.end_file)
    at = say("ran-on-line", line=line) if line else ""
    values = {"task": finding.task, "waiter": finding.waiter, "after": finding.after, "error": finding.error}
    first = say(_WHY[finding.why], **values)
    if not finding.until:
        return say(lasts, first=first, task=finding.task, at=at)
    return say(over, first=first, task=finding.task, at=at, until=finding.until, seconds=finding.seconds)
