"""Pure: the marks of what is suspected in a program's text, and what the run that is shown says of each."""

from collections.abc import Collection, Iterable, Sequence

from engine.frame import Finding, FindingKind, Frame, Phase
from engine.frame import finding as kinds
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.static_analysis.suspicion import Certainty, Place, Suspicion, SuspicionKind
from engine.words import suspicions as words
from engine.words.suspicions import Seen
from gui.view_state import code_annotations

SHOWN_BY: dict[FindingKind, frozenset[SuspicionKind]] = {  # which findings are what was suspected
    FindingKind.LOST_UPDATE: frozenset({
        SuspicionKind.READ_MODIFY_WRITE, SuspicionKind.NO_COMMON_LOCK, SuspicionKind.OWN_LOCK,
        SuspicionKind.CHECK_THEN_ACT,
    }),
    FindingKind.DEADLOCK: frozenset({SuspicionKind.LOCK_ORDER, SuspicionKind.LOCK_TAKEN_TWICE}),
    FindingKind.STUCK: frozenset({
        SuspicionKind.NOT_RELEASED, SuspicionKind.WAIT_WITHOUT_LOOP, SuspicionKind.SET_THEN_CLEAR,
        SuspicionKind.LOCK_TAKEN_TWICE,
    }),
    FindingKind.MISSED_EVENT: frozenset({SuspicionKind.SET_THEN_CLEAR}),
    FindingKind.MISSED_NOTIFICATION: frozenset({SuspicionKind.WAIT_WITHOUT_LOOP}),
    FindingKind.WOKE_TOO_EARLY: frozenset({SuspicionKind.WAIT_WITHOUT_LOOP}),
    FindingKind.SEMAPHORE_KEPT: frozenset({SuspicionKind.NOT_RELEASED}),
    FindingKind.CHECKED_TOO_EARLY: frozenset({SuspicionKind.CHECK_THEN_ACT}),
    FindingKind.EXCEPTION: frozenset({
        SuspicionKind.SHARED_GENERATOR, SuspicionKind.CHANGED_IN_LOOP, SuspicionKind.CHECK_THEN_ACT,
    }),
}  # fmt: skip
BY_NAME = FindingKind.LOST_UPDATE  # it names the value, and its line may be that of a lock


@lazy_dataclass(frozen=True)
class Mark:
    """One place in the text that is marked, with all that is said of it."""

    place: Place
    others: tuple[Place, ...]  # that belong to it
    certainty: Certainty
    seen: Seen
    notes: tuple[str, ...]  # for the end of the line: the longest first
    hint: str


def shows(chosen: bool | None, lesson: bool) -> bool:
    """Whether marks are shown; where the presenter has not chosen, a lesson tells its own story."""
    return not lesson if chosen is None else chosen


def switched_off(frame: Frame) -> tuple[str, ...]:
    """The names of the locks that let everybody in."""
    return tuple(one.name for one in frame.program.switches if not one.on)


def as_it_runs(frame: Frame) -> str:
    """The program's text with the values of the knobs, as the next run runs it; each line stays one line."""
    lines = frame.program.text.split("\n")
    for number, line in code_annotations.knob_lines(frame.program.text, frame.program.knobs).items():
        if number <= len(lines):
            lines[number - 1] = line + "\r" * lines[number - 1].endswith("\r")
    return "\n".join(lines)


def marks(suspicions: Iterable[Suspicion], frame: Frame, *, ran: bool) -> tuple[Mark, ...]:
    """One for each suspicion; `ran`: the text that is shown is that of the run."""
    found = []
    for one in suspicions:
        seen = seen_in(one, frame) if ran else Seen.UNKNOWN
        notes = words.note(one, seen), words.brief(one, seen), words.word(one, seen)
        found.append(Mark(one.places[0], one.places[1 : one.own], one.certainty, seen, notes, words.hint(one, seen)))
    return tuple(found)


def seen_in(suspicion: Suspicion, frame: Frame) -> Seen:
    """What the run that is shown says of it. A run that goes on may yet show it."""
    if any(_is_it(suspicion, one) for one in frame.result.findings):
        return Seen.HAPPENED
    over = frame.run.phase is Phase.ENDED and frame.run.number > 0
    tells = any(suspicion.kind in all_ for all_ in SHOWN_BY.values())
    return Seen.NOT_SEEN if over and tells and frame.run.trouble is None else Seen.UNKNOWN


def _is_it(suspicion: Suspicion, finding: Finding) -> bool:
    if suspicion.kind not in SHOWN_BY.get(finding.kind, ()):
        return False
    lines: set[int] = {finding.line}
    if isinstance(finding, kinds.Deadlock):
        lines |= {one.line for one in finding.cycle}
    elif isinstance(finding, kinds.Stuck):
        lines |= {one.line for one in finding.waiters}
    elif isinstance(finding, kinds.MissedEvent):
        lines |= {finding.setter.at.line, finding.clearer.at.line} - {0}
    elif isinstance(finding, kinds.SemaphoreKept):
        lines |= {one.at.line for one in finding.keepers}
    elif isinstance(finding, kinds.LostUpdate) and finding.name == suspicion.name:
        return finding.line == 0 or near(finding.line, suspicion.own_lines)
    return not lines.isdisjoint(suspicion.own_lines)


def near(line: int, lines: Collection[int]) -> bool:
    """Whether a line lies among these, or is just before or behind them, as a lock around a change is."""
    return min(lines) - 2 <= line <= max(lines) + 2


def at_line(all_marks: Sequence[Mark], line: int) -> tuple[Mark, ...]:
    """The marks of one line, the surest first."""
    here = [one for one in all_marks if one.place.line == line]
    return tuple(sorted(here, key=lambda one: (one.seen is not Seen.HAPPENED, -one.certainty, one.place.start)))


def next_line(all_marks: Sequence[Mark], line: int) -> int:
    """The line of the next mark below a line, from above again after the last; 0 where there is none."""
    lines = sorted({one.place.line for one in all_marks})
    return next((one for one in lines if one > line), lines[0] if lines else 0)
