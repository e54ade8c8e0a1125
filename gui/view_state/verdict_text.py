"""Pure: what the verdict says of a run, in which order, and nothing of it twice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from PySide6.QtCore import QCoreApplication

from engine.findings import result
from engine.frame import Ended, Finding, FindingKind, Frame, Phase, SwitchPeriod

LONG = 6  # characters of a result that is no figure to be said in passing
CLAUSES = re.compile(r"(?<=[.!?])\s+|:\s+(?=[^\s.]+\s+[^\s.]+\s+\S)")  # sentences, and what a colon leads up to
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
    where = QCoreApplication.translate("verdict", "line {number}").format(number=finding.line)
    text = finding.text
    if counted and finding.kind is FindingKind.LOST_UPDATE and finding.thread and finding.line:
        first = QCoreApplication.translate("verdict", "The first was lost by {thread} at {time}\u00a0s, {where}.")
        return first.format(thread=finding.thread, time=f"{finding.time:.2f}", where=where)
    return text if not finding.line or where in text else f"{text} ({where})"


def longest_gap(frame: Frame) -> str:
    """How long the window drew nothing while the program ran, and where that was worst; "" where nobody measures."""
    if frame.recording.intervals is None or not len(frame.recording.intervals.values):
        return ""
    longest = float(frame.recording.intervals.values.max()) / 1e6
    translate = QCoreApplication.translate
    said = translate("verdict", "This window drew nothing for {milliseconds} ms at most.")
    said = said.format(milliseconds=f"{longest:,.0f}")
    worst = max(frame.recording.parts, key=lambda part: part.value or 0.0, default=None)
    if worst is None or worst.value is None or not 0 < TIMES * longest <= worst.value:
        return said
    more = translate("verdict", "With {where} it was {ratio} times as long.")
    return f"{said} {more.format(where=worst.name, ratio=f'{worst.value / longest:,.0f}')}"


def caption(frame: Frame) -> str:
    """What the scenario itself says of two numbers that differ; "" when it has nothing to add to them.

    They stand above it, large. So it ends before they come, if it can; long ones are not written a second time.
    """
    said = next((one.text for one in frame.result.findings if one.kind is FindingKind.WRONG_RESULT), "")
    if not said or said == result.plain(frame.result.expected, frame.result.found):
        return ""
    figures = [str(frame.result.expected), str(frame.result.found)]
    figures += [f"{value:,}" for value in (frame.result.expected, frame.result.found) if isinstance(value, int)]
    seen = re.compile("|".join(rf"(?<!\w){re.escape(figure)}(?!\w)" for figure in figures))
    before = list(takewhile(lambda clause: not seen.search(clause), CLAUSES.split(said)))
    if before:
        return " ".join(clause if clause[-1] in ".!?" else f"{clause}." for clause in before)
    return "" if max(map(len, figures)) > LONG else said


def unknown_words(frame: Frame) -> str:
    """Which expressions of the scenario have no value, why, and what to do; "" when all have one."""
    if not frame.result.unknown or frame.run.phase is not Phase.ENDED:
        return ""
    lines = [QCoreApplication.translate("verdict", "Could not be worked out:")]
    lines += [breakable(words) for words in frame.result.unknown[:UNKNOWN]]
    if len(frame.result.unknown) > UNKNOWN:
        more = QCoreApplication.translate("verdict", "and {count} more")
        lines.append(more.format(count=len(frame.result.unknown) - UNKNOWN))
    if frame.run.ended is Ended.FINISHED:
        todo = QCoreApplication.translate("verdict", "Mend the expression in scenario.toml, beside the program.")
    else:
        todo = QCoreApplication.translate("verdict", "The program did not get so far: run it to its end.")
    return "\n".join([*lines, todo])


def breakable(code: str) -> str:
    """Code that may go on in the next line after a bracket, a dot or a comma: a label breaks only where it may."""
    return re.sub(r"(?<=[.,()\[\]=_/])(?=\S)", "\u200b", code)
