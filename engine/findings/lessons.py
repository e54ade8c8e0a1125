"""Pure: which lesson shows what a finding is about."""

from engine.frame import Finding, FindingKind

LESSONS = {  # a scenario's id, with settings behind a "?"
    FindingKind.LOST_UPDATE: "counter",
    FindingKind.DEADLOCK: "deadlock",
    FindingKind.EXCEPTION: "exceptions",
    FindingKind.TASK_FAILED: "exceptions",
    FindingKind.NOT_JOINED: "join",
    FindingKind.CUT_OFF: "daemon",
    FindingKind.WINDOW_FROZEN: "responsive",
}


def lesson(finding: Finding) -> str:
    """The lesson that the finding names, else that of its kind; "" where there is none."""
    return finding.lesson or LESSONS.get(finding.kind, "")
