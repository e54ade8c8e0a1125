"""First mistakes with threads: what the stage saw, and what came of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal, TypedDict

from engine.analysis.run_model import RunModel
from engine.analysis.thread_lifecycle import Life
from engine.frame import Finding, Lane, LaneKind, State
from engine.frame.finding import (
    ArgumentsNoTuple,
    LateName,
    NeverStarted,
    Occurrence,
    ResultLost,
    RunCalled,
    SameThing,
    SharedFile,
    StartedTooEarly,
    TargetCalled,
)
from engine.protocol.messages import Ending, assert_never
from engine.protocol.mistakes import Mistake, MistakeFact
from engine.protocol.units import SECOND

NAMED = 4  # threads that a sentence names
_SAME: dict[Mistake, tuple[Literal["changed", "default", "repeated"], str]] = {
    Mistake.SAME_CHANGED: ("changed", "cure-same-thing-changed"),
    Mistake.SAME_DEFAULT: ("default", "cure-same-thing-default"),
    Mistake.SAME_REPEATED: ("repeated", "cure-same-thing-repeated"),
}
_TOLD_BY_OTHERS = (Mistake.LATE_NAME, Mistake.FILE_MOVED, Mistake.LINE_TORN)  # each of the threads is one of them
_CALLED = (Mistake.CALLED, Mistake.CALLED_FOR_LATER)


class Mistakes:
    """Looks again when the stage tells of one, when a lane changes, and when the program has ended."""

    def __init__(self) -> None:
        self._seen: tuple[int, ...] = ()
        self._lanes: tuple[Lane, ...] = ()
        self._found: list[Finding] = []

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that it has found so far."""
        facts = model.run_facts
        over = facts.outcome is not None and facts.outcome.ended is Ending.FINISHED and not facts.outcome.exit
        if not facts.mistakes and not over:
            return ()
        lanes, seen = model.lanes(), (len(facts.mistakes), model.acts, over)
        if seen != self._seen or lanes is not self._lanes:
            self._seen, self._lanes = seen, lanes
            self._found = [*_told(model), *(_never_started(model) if over else ())]
        return self._found


def _told(model: RunModel) -> Iterator[Finding]:
    """What the stage told, as far as something came of it; the same of several threads is told once."""
    groups: defaultdict[tuple[object, ...], list[MistakeFact]] = defaultdict(list)
    for fact in _last_words(model.run_facts.mistakes):
        form = _form(fact, model) if fact.mistake in _CALLED else ""
        place = 0 if fact.mistake in (*_CALLED, Mistake.LINE_TORN) else fact.place
        by = 0 if fact.mistake in (*_TOLD_BY_OTHERS, Mistake.TOO_EARLY) else fact.by
        detail = fact.detail
        if fact.mistake in (Mistake.LATE_NAME, Mistake.CALLED, Mistake.CALLED_FOR_LATER):
            detail = ""  # each may have found another value
        elif fact.mistake is Mistake.NO_TUPLE:
            detail = _form_of(fact.detail)
        thing = 0 if fact.mistake is Mistake.TOO_EARLY else fact.thing
        if _came_of_it(fact, model):
            groups[fact.mistake, form, fact.name, detail, by, thing or place].append(fact)
    for facts in groups.values():
        often = Counter(fact.detail for fact in facts).most_common(1)[0][0]
        late = facts[0].mistake is Mistake.LATE_NAME  # of which not all need have found the same
        yield _finding([fact for fact in facts if fact.detail == often or not late], model)


def _last_words(facts: Sequence[MistakeFact]) -> Sequence[MistakeFact]:
    """Without those that a later one corrects: a name may get one more value before it is read."""
    last = {(one.thread, one.task, one.place, one.name): one for one in facts if one.mistake is Mistake.LATE_NAME}
    kept = {id(one) for one in last.values()}
    return [one for one in facts if one.mistake is not Mistake.LATE_NAME or id(one) in kept]


def _came_of_it(fact: MistakeFact, model: RunModel) -> bool:
    life = model.spans.life(fact.thread)
    if fact.mistake in _CALLED:
        idle = fact.mistake is Mistake.CALLED and fact.detail == "None" and life.final is not None
        return bool(fact.task) or idle or life.final is State.DIED
    if fact.mistake is Mistake.RESULT_LOST:
        return life.final not in (None, State.DIED)
    if fact.mistake in _SAME:
        return life.began is not None
    if fact.mistake is Mistake.NO_TUPLE:
        return life.final is State.DIED
    return fact.place != 0 and not life.started if fact.mistake is Mistake.RAN_HERE else True


def _form(fact: MistakeFact, model: RunModel) -> Literal["idle", "died", "task"]:
    if fact.task:
        return "task"
    return "died" if model.spans.life(fact.thread).final is State.DIED else "idle"


def _form_of(given: str) -> Literal["text", "single"]:
    return "text" if given[:1] in "'\"b" else "single"


class _Common(TypedDict):
    """What all of these findings have."""

    thread: str
    threads: tuple[int, ...]
    line: int
    file: str
    time: float
    occurrences: tuple[Occurrence, ...]
    who: str


def _common(facts: list[MistakeFact], model: RunModel) -> _Common:
    known = model.run_facts
    names = [known.task_name(one.task) if one.task else known.thread_name(one.thread) for one in facts]
    lanes = tuple(dict.fromkeys(one.thread for one in facts if one.thread))
    occurrences = tuple(
        Occurrence(**known.where(one.place), thread=known.thread_name(one.by), time=one.time / SECOND) for one in facts
    )
    return _Common(
        thread=known.thread_name(lanes[0]) if lanes else "",
        threads=lanes,
        line=occurrences[0].line,
        file=occurrences[0].file,
        time=occurrences[0].time,
        occurrences=occurrences,
        who=listed(names),
    )


def _finding(facts: list[MistakeFact], model: RunModel) -> Finding:  # noqa: PLR0911  # one case for each
    first, common = facts[0], _common(facts, model)
    by, name, detail = model.run_facts.thread_name(first.by), first.name, first.detail
    match first.mistake:
        case Mistake.CALLED | Mistake.CALLED_FOR_LATER:
            form, detail = _form(first, model), listed([fact.detail for fact in facts])
            lines = ", ".join(dict.fromkeys(str(one.line) for one in common["occurrences"]))
            cure = "cure-target-called-task" if form == "task" else ""
            return TargetCalled(form=form, name=name, gave=detail, by=by, lines=lines, cure=cure, **common)
        case Mistake.NO_TUPLE:
            return ArgumentsNoTuple(name=name, given=detail, form=_form_of(detail), **common)
        case Mistake.RAN_HERE:
            return RunCalled(by=by, count=len(facts), **common)
        case Mistake.LATE_NAME:
            return LateName(name=name, value=detail, count=len(facts), **common)
        case Mistake.RESULT_LOST:
            return ResultLost(name=name, call=detail, **common)
        case Mistake.SAME_CHANGED | Mistake.SAME_DEFAULT | Mistake.SAME_REPEATED:
            (same, cure), count = _SAME[first.mistake], len({fact.thread for fact in facts})
            return SameThing(form=same, name=name, type=detail, count=count, cure=cure, **common)
        case Mistake.FILE_MOVED | Mistake.LINE_TORN:
            return _shared_file(facts, model)
        case Mistake.TOO_EARLY:
            return StartedTooEarly(name=name, **common)
        case _:
            return assert_never(first.mistake)


def _shared_file(facts: list[MistakeFact], model: RunModel) -> SharedFile:
    known, torn = model.run_facts, facts[0].mistake is Mistake.LINE_TORN
    common = _common(facts, model)
    lanes = tuple(sorted({number for one in facts for number in (one.thread, one.by)}))
    between = sorted({one.by for one in facts})
    common["threads"], common["who"] = lanes, listed([known.thread_name(lane) for lane in between])
    name = facts[0].name or known.thing_name(facts[0].thing)
    cure = "cure-shared-file-torn" if torn else ""
    things = (facts[0].thing,) if facts[0].thing else ()
    return SharedFile(
        form="torn" if torn else "moved", name=name, count=len(between), cure=cure, objects=things, **common
    )


def _never_started(model: RunModel) -> Iterator[NeverStarted]:
    """Threads and processes that the program made and did not start, by the line that made them."""
    ran = {fact.thread for fact in model.run_facts.mistakes if fact.mistake is Mistake.RAN_HERE}
    groups: defaultdict[int, list[tuple[Lane, Life]]] = defaultdict(list)
    for lane in model.lanes():
        if lane.began is None and lane.id not in ran and lane.kind is not LaneKind.TASK:
            life = model.spans.life(lane.id)
            if life.created_at and not life.started:
                groups[life.created_at].append((lane, life))
    for place, made in groups.items():
        yield NeverStarted(
            thread=made[0][0].name,
            threads=tuple(lane.id for lane, _ in made),
            **model.run_facts.where(place),
            time=model.now,
            who=listed([lane.name for lane, _ in made]),
            count=len(made),
        )


def listed(names: Sequence[str]) -> str:
    """Names for a sentence: the first few."""
    names = list(dict.fromkeys(names))
    return ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")
