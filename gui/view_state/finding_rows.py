"""Pure: what the verdict shows of each finding: its sentence, what to do, and the threads, things and lines in it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.findings.lessons import lesson
from engine.findings.places import places
from engine.frame import Finding, FindingKind, Frame, Recording
from engine.frame.finding import WAITS_FOR_EVER, Explained
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.words.catalogue import in_file, say
from engine.words.findings import cure, detail
from gui.view_state.verdict_text import sentence, tone_of

MOST = 4  # threads, and things, that have a chip
MOST_LINES = 3
OF_WAITING = WAITS_FOR_EVER | {
    FindingKind.DEADLOCK, FindingKind.KEPT_LOCK, FindingKind.FORKED_COPY, FindingKind.HELD_LONG, FindingKind.HOGGED,
    FindingKind.LOOP_WAITS_FOR_ITSELF, FindingKind.LOST_CALL,
}  # fmt: skip


@lazy_dataclass(frozen=True)
class Subject:
    """One of the threads, things or lines that a finding is about, and where a click on it leads."""

    name: str
    thread: int = 0  # its lane; 0: it is no thread
    thing: int = 0
    badge: str = ""  # of a thread
    type: str = ""  # of a thing
    time: float = 0.0  # seconds
    line: int = 0
    file: str = ""
    waits: bool = False  # who waits for whom says something of it at that moment


@lazy_dataclass(frozen=True)
class FindingRow:
    """A finding as it is shown."""

    finding: Finding
    sentence: str
    tone: str
    cure: str  # "" where there is none
    hint: str  # more than the sentence
    subjects: tuple[Subject, ...]
    lesson: str = ""  # the id of one about it, with settings behind a "?"
    title: str = ""  # of that lesson


def rows(
    findings: Sequence[Finding], frame: Frame, titles: Mapping[str, str], *, counted: bool
) -> tuple[FindingRow, ...]:
    """One for each finding. `counted`: the numbers stand above them. `titles` are those of the lessons that there are.

    A lesson leads to no other one, unless an exception asks for it: it has its own links.
    """
    made = [_row(one, frame, titles, counted=counted) for one in findings]
    for at, after in enumerate(made[1:]):
        if made[at].cure == after.cure:  # it stands below both
            made[at] = replace(made[at], cure="")
        if made[at].lesson == after.lesson:
            made[at] = replace(made[at], lesson="", title="")
    return tuple(made)


def _row(one: Finding, frame: Frame, titles: Mapping[str, str], *, counted: bool) -> FindingRow:
    todo = cure(one)
    leads = lesson(one) if frame.program.own or isinstance(one, Explained) else ""
    title = titles.get(leads.partition("?")[0], "")
    return FindingRow(
        finding=one,
        sentence=sentence(one, counted),
        tone=tone_of(one.kind),
        cure=say("what-to-do", cure=todo) if todo else "",
        hint=detail(one),
        subjects=subjects(one, frame.recording),
        lesson=leads if title else "",
        title=say("its-lesson", title=title) if title else "",
    )


def subjects(one: Finding, recording: Recording) -> tuple[Subject, ...]:
    """Its threads, then its things, then its lines."""
    at = places(one)
    of_thread = {place.thread: place for place in at if place.thread}
    concerned = frozenset(one.threads)
    lanes = {lane.id: lane for lane in recording.lanes if lane.id in concerned} if concerned else {}
    about = [number for number, lane in lanes.items() if one.thread and lane.name == one.thread]
    wanted = [*dict.fromkeys((*about[:1], *one.threads))][:MOST]
    waits = one.kind in OF_WAITING
    found: list[Subject] = []
    for number in wanted:
        if (lane := lanes.get(number)) is None:
            continue
        place = of_thread.get(lane.name)
        line, file = (place.line, place.file) if place is not None else (one.line, one.file)
        found.append(Subject(lane.name, number, badge=lane.badge, time=one.time, line=line, file=file, waits=waits))
    things = [recording.things[number] for number in dict.fromkeys(one.objects) if number in recording.things]
    found += [
        Subject(thing.name, thing=thing.id, type=thing.type, time=one.time, line=one.line, file=one.file, waits=waits)
        for thing in things[:MOST]
    ]
    lines = {(place.line, place.file): place for place in reversed(at)}
    for place in [*reversed(lines.values())][:MOST_LINES]:
        name = say("line-alone", line=in_file(place.line, place.file))
        found.append(Subject(name, time=place.time or one.time, line=place.line, file=place.file))
    return tuple(found) if one.kind is not FindingKind.BROKEN_EXPLANATION else ()
