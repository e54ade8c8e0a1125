"""Pure: what the verdict says of a run, in which order, and nothing of it twice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.frame import Ended, Finding, FindingKind, Frame, Phase, SwitchPeriod
from engine.frame.finding import LostUpdate, TaskFailed, ThreadDied, WrongResult
from engine.words import findings as words
from engine.words import reasons
from engine.words.catalogue import say

TIMES = 2  # as long: less is not spoken of
UNKNOWN = 3  # expressions without a value that are told; more are counted
BAD = frozenset(
    {
        FindingKind.LOST_UPDATE,
        FindingKind.EXCEPTION,
        FindingKind.DEADLOCK,
        FindingKind.STUCK,
        FindingKind.TWO_HOLDERS,
        FindingKind.WRONG_RESULT,
        FindingKind.TASK_FAILED,
        FindingKind.WINDOW_FROZEN,
    }
)


def told(findings: Sequence[Finding], *, live: bool, counted: bool) -> tuple[Finding, ...]:
    """The findings in the order of their weight. A long hold is told only after a run without faults.

    Where the numbers are seen (`counted`), that they differ stands below them and is no finding of the list.
    """
    bad = [one for one in findings if one.kind in BAD]
    seen = [one for one in bad if not (counted and one.kind is FindingKind.WRONG_RESULT)]
    if live:
        return tuple(seen)
    calm = [one for one in findings if one.kind is FindingKind.HELD_LONG and not bad]
    return (*seen, *(one for one in findings if one.kind not in BAD and one.kind is not FindingKind.HELD_LONG), *calm)


def tone_of(kind: FindingKind) -> str:
    """The colour of a finding: only what is a fault looks like one."""
    return "lost_text" if kind in BAD else "muted" if kind is FindingKind.HELD_LONG else "text"


@dataclass(frozen=True)
class SwitchTotal:
    """A switch's state over all its stretches: what was done, what of it stayed."""

    title: str
    updates: int
    kept: int


def totals(stretches: tuple[SwitchPeriod, ...], on: str, off: str) -> list[SwitchTotal]:
    """The stretches added up by the state of their switch, in the order in which the states came first."""
    sums: dict[tuple[str, bool], list[int]] = {}
    for one in stretches:
        both = sums.setdefault((one.switch, one.on), [0, 0])
        both[0] += one.updates
        both[1] += one.kept
    return [SwitchTotal(f"{name} {on if is_on else off}", *both) for (name, is_on), both in sums.items()]


def sentence(finding: Finding, counted: bool) -> str:
    """A finding in words. Where the numbers stand above it (`counted`) a lost update says only where it began."""
    if counted and isinstance(finding, LostUpdate) and finding.thread and finding.line:
        return words.first_loss(finding)
    said = words.sentence(finding)
    if not finding.line or isinstance(finding, (ThreadDied, TaskFailed)):  # it has the line already
        return said
    return say("sentence-with-line", sentence=said, line=finding.line)


def longest_gap(frame: Frame) -> str:
    """How long the window drew nothing while the program ran, and where that was worst; "" where nobody measures."""
    if frame.recording.intervals is None or not len(frame.recording.intervals.values):
        return ""
    longest = float(frame.recording.intervals.values.max()) / 1e6
    said = say("window-gap", milliseconds=longest)
    worst = max(frame.recording.parts, key=lambda part: part.value or 0.0, default=None)
    if worst is None or worst.value is None or not 0 < TIMES * longest <= worst.value:
        return said
    return f"{said} {say('window-gap-elsewhere', where=worst.name, ratio=worst.value / longest)}"


def caption(frame: Frame) -> str:
    """What the scenario itself says of two numbers that differ; "" when it has nothing to add to them."""
    return next((words.below_numbers(one) for one in frame.result.findings if isinstance(one, WrongResult)), "")


def unknown_words(frame: Frame) -> str:
    """Which expressions of the scenario have no value, why, and what to do; "" when all have one."""
    if not frame.result.unknown or frame.run.phase is not Phase.ENDED:
        return ""
    lines = [say("not-worked-out")]
    lines += [breakable(reasons.unknown(fact)) for fact in frame.result.unknown[:UNKNOWN]]
    if len(frame.result.unknown) > UNKNOWN:
        lines.append(say("and-more", count=len(frame.result.unknown) - UNKNOWN))
    todo = say("mend-expression") if frame.run.ended is Ended.FINISHED else say("run-to-the-end")
    return "\n".join([*lines, todo])


def breakable(code: str) -> str:
    """Code that may go on in the next line after a bracket, a dot or a comma: a label breaks only where it may."""
    return re.sub(r"(?<=[.,()\[\]=_/])(?=\S)", "\u200b", code)
