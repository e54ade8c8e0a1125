"""Pure: what the verdict says of a run, in which order, and nothing of it twice; also which part was the fastest."""

import re
from collections.abc import Sequence

from engine.findings.gravity import FAULTS, OF_THE_MOMENT
from engine.frame import Ended, Finding, FindingKind, Frame, Part, Phase, SwitchPeriod
from engine.frame.finding import Came, Explained, LostUpdate, TaskFailed, ThreadDied, WrongResult
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.words import findings as words
from engine.words import reasons
from engine.words.catalogue import in_file, say

ALIKE = 1.15  # times as long: less is called about the same, for a machine that does other things differs by as much
MOST = 3  # groups of parts that are spoken of
TIMES = 2  # as long: less is not spoken of
UNKNOWN = 3  # expressions without a value that are told; more are counted
BAD = FAULTS


def told(findings: Sequence[Finding], *, live: bool, counted: bool) -> tuple[Finding, ...]:
    """The findings in the order of their weight. A long hold is told only after a run without faults.

    Where the numbers are seen (`counted`), that they differ stands below them and is no finding of the list.
    """
    bad = any(one.kind in BAD for one in findings)
    seen = [one for one in findings if not (counted and one.kind is FindingKind.WRONG_RESULT)]
    if live:
        return tuple(one for one in seen if one.kind in OF_THE_MOMENT)
    return tuple(one for one in seen if not (bad and one.kind is FindingKind.HELD_LONG))


def tone_of(kind: FindingKind) -> str:
    """The colour of a finding: only what is a fault looks like one."""
    if kind is FindingKind.EXPLAINED:
        return "text"  # the exception itself is one, and stands above it
    return "lost_text" if kind in BAD else "muted" if kind is FindingKind.HELD_LONG else "text"


@lazy_dataclass(frozen=True)
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
    if isinstance(finding, Explained):
        means = words.sentence(finding)
        if finding.line and finding.came in (Came.PRINTED, Came.WRITTEN):  # else it stands above
            means = say("sentence-with-line", sentence=means, line=in_file(finding.line, finding.file))
        return means
    said = words.sentence(finding)
    return said if isinstance(finding, (ThreadDied, TaskFailed)) else with_line(said, finding)  # they have it


def with_line(said: str, finding: Finding) -> str:
    """A sentence with the finding's line behind it, unless it has none or names it already."""
    line = in_file(finding.line, finding.file)
    if not line or re.search(rf"\b{re.escape(say('line-alone', line=line))}\b(?! of )", said):
        return said
    return say("sentence-with-line", sentence=said, line=line)


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


def number_with(name: str, noun: str) -> str:
    """What a part is called: a number alone says too little, so it gets its noun, "4 jobs" or "1 job"."""
    if noun and name == "1":
        noun = noun.removesuffix("s")
    return f"{name} {noun}" if noun and name.replace(".", "", 1).isdigit() else name


def fastest(parts: Sequence[Part], noun: str) -> tuple[str, ...]:
    """A sentence for each group of parts that were all measured, at one and the same speed; () where none can be said.

    What the fastest is compared with is the part that came first, for programs begin with the plain way.
    """
    speeds = {part.speed for part in parts}
    if len(speeds) != 1 or None in speeds:
        return ()
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.group, []).append(part)
    said = [_sentence(group, measured, noun) for group, measured in groups.items()]
    return tuple(filter(None, said))[:MOST]


def _sentence(group: str, parts: Sequence[Part], noun: str) -> str:
    times = [part.seconds or 0.0 for part in parts]
    if len(parts) < 2 or min(times) <= 0 or any(part.error for part in parts):
        return ""
    best, worst = times.index(min(times)), times.index(max(times))
    names = [number_with(part.name, noun) for part in parts]
    if times[worst] < ALIKE * times[best]:
        return say("all-alike-in-group", group=group) if group else say("all-alike")
    if times[0] < ALIKE * times[best]:
        if best == 0:
            said = say("fastest-in-group", group=group, name=names[0]) if group else say("fastest", name=names[0])
        elif group:
            said = say("none-faster-in-group", group=group, name=names[0])
        else:
            said = say("none-faster", name=names[0])
        if times[worst] < ALIKE * times[0]:
            return said
        other = names[worst][:1].upper() + names[worst][1:]
        return f"{said} {say('took-longer', other=other, ratio=_ratio(times[worst] / times[0]))}"
    name, other, ratio = names[best], names[0], _ratio(times[0] / times[best])
    if group:
        return say("fastest-by-in-group", group=group, name=name, ratio=ratio, other=other)
    return say("fastest-by", name=name, ratio=ratio, other=other)


def _ratio(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 9.95 else f"{ratio:,.0f}"
