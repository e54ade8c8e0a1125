"""Several findings that are alike, in one sentence."""

from collections.abc import Sequence

from engine.frame import finding as kinds
from engine.words.catalogue import in_file, say
from engine.words.reasons import death


def words(finding: kinds.Alike, of_the_first: str) -> str:  # noqa: PLR0911  # one case for each kind
    """Several as one: in words of their own, or the sentence of the first with the names of the others behind it."""
    first, all_of_them = finding.first, {"names": _names(finding.names, finding.count), "count": finding.count}
    match first:
        case kinds.ThreadDied(error=error) if len(finding.names) > 1:
            line = in_file(first.line, first.file)
            if first.task:
                message = "alike-tasks-died-line" if line else "alike-tasks-died"
            else:
                message = "alike-died-line" if line else "alike-died"
            return say(message, line=line, error=death(error), **all_of_them)
        case kinds.NotJoined(ran_out=True, went_on=on) if len(finding.names) > 1:
            return say("alike-join-ran-out-at-end" if on else "alike-join-ran-out", **all_of_them)
        case kinds.NotJoined(process=True, went_on=on) if len(finding.names) > 1:
            return say(
                "alike-processes-not-joined-running" if on else "alike-processes-not-joined-ended", **all_of_them
            )
        case kinds.NotJoined(went_on=on) if len(finding.names) > 1:
            return say("alike-not-joined-running" if on else "alike-not-joined-ended", **all_of_them)
        case kinds.CutOff(process=process) if len(finding.names) > 1:
            return say("alike-cut-off-processes" if process else "alike-cut-off-threads", **all_of_them)
        case kinds.TaskFailed(task=task, error=error):
            line = in_file(first.line, first.file)
            error = error or say("an-exception")
            message = "alike-task-failed-line" if line else "alike-task-failed"
            return say(message, task=task, error=error, line=line, count=finding.count)
    others = finding.names[1:]
    if not others:
        return say("alike-times", sentence=of_the_first, count=finding.count)
    return say("alike", sentence=of_the_first, names=_names(others, finding.count - 1))


def _names(names: Sequence[str], count: int) -> str:
    """Such as "a and b", or "a, b, c and 2 more" where there are more than have names here."""
    more = count - len(names)
    if more > 0:
        return say("names-and-more", names=", ".join(names), count=more)
    return say("names-and", names=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else "".join(names)
