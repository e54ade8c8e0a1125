"""Pure: what the code panel reads out of a program's text and a frame, and which lines it brings into sight."""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from itertools import compress
from operator import is_not

import numpy as np

from engine.frame import ENDS_BY_ITSELF, WAITING, FindingKind, Flip, Frame, Knob, Lane, Phase, State, Switch
from engine.frame.finding import WAITS_FOR_EVER
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.places import PROGRAM, file_in, line_in_file
from engine.protocol.program_text import parse
from engine.protocol.units import SECOND
from engine.words.catalogue import say
from engine.words.reasons import death
from engine.words.troubles import title
from gui.view_state.line_map import LineMap

CALLS = "acquire|release|wait|wait_for|notify|notify_all|set|locked"
SILENT = frozenset(  # an idle worker of a pool is in none of the program's lines
    {State.ABSENT, State.CREATED, State.ENDED, State.UNJOINED, State.CUT, State.DIED, State.WAIT_TASK}
)
STUCK = WAITS_FOR_EVER | {FindingKind.DEADLOCK}
STANDING = WAITING - ENDS_BY_ITSELF
LASTING = 0.3  # seconds that all threads wait before it is worth a look: what is shorter nobody could read
OWN: Mapping[int, str] = {PROGRAM: ""}  # the files of a program of one file
STATES = tuple(map(State, range(max(State) + 1)))  # looked up, for making one of a number is dear


@lazy_dataclass(frozen=True)
class Marker:
    """A thread at a line."""

    thread: int
    line: int
    state: State
    badge: str = ""  # of the thread
    since: int = field(default=0, compare=False)  # when it came there, nanoseconds; a newer one shows the same
    file: str = ""  # of the line: the name of a module, "" is the program's own


@lazy_dataclass(frozen=True)
class Note:
    """What stands at the end of a line."""

    text: str
    struck: str = ""  # code that was in force otherwise, struck through
    bad: bool = False
    stays: bool = False  # at the end of its line also where it has no room: it ends in dots
    covers: bool = False  # and may stand over the end of the code, but for the half of the width


def switch_lines(text: str, name: str) -> tuple[int, ...]:
    """The lines (from 1) on which a lock, event ... is used: `with lock:`, `lock.acquire()`, `ready.wait()`."""
    word = re.escape(name)
    use = re.compile(rf"^\s*(async\s+)?with\b[^#]*\b{word}\b|\b{word}\.({CALLS})\s*\(")
    return tuple(number for number, line in enumerate(text.splitlines(), 1) if use.search(line.split("#")[0]))


def off_lines(text: str, switches: Iterable[Switch]) -> frozenset[int]:
    """The lines that do nothing now, because what they use is switched off."""
    return frozenset(line for one in switches if not one.on for line in switch_lines(text, one.name))


def markers(lanes: Iterable[Lane], cursor: float | None, files: Mapping[int, str] = OWN) -> tuple[Marker, ...]:
    """Where each living thread is at the cursor (None: now), if that is in the program or a module of it."""
    return tuple(one for one in (_marker(lane, cursor, files) for lane in lanes) if one is not None)


def _marker(lane: Lane, cursor: float | None, files: Mapping[int, str]) -> Marker | None:
    index, place = len(lane.spans.starts) - 1, lane.place
    if index < 0:
        return None
    if cursor is not None:
        index = int(np.searchsorted(lane.spans.starts, round(cursor * SECOND), "right")) - 1
        if index < 0:
            return None
        place = int(lane.spans.places[index])
    line, file = line_in_file(place), files.get(file_in(place))
    if not line or file is None or (state := STATES[lane.spans.states.item(index)]) in SILENT:
        return None
    return Marker(lane.id, line, state, lane.badge, lane.spans.starts.item(index), file)


class Whereabouts:
    """The markers of one frame after the other; of thousands of lanes it looks again only at those that changed."""

    def __init__(self) -> None:
        self._lanes: tuple[Lane, ...] = ()
        self._cursor: float | None = None
        self.found: list[Marker | None] = []  # of each lane
        self._shown: tuple[Marker, ...] = ()

    def feed(self, lanes: tuple[Lane, ...], cursor: float | None, files: Mapping[int, str] = OWN) -> tuple[Marker, ...]:
        """What `markers` returns: the same tuple as long as it says the same."""
        if lanes is self._lanes and cursor == self._cursor:
            return self._shown
        before = self._lanes if cursor == self._cursor else ()
        both = min(len(lanes), len(before))
        found = self.found[:both]
        for index in compress(range(both), map(is_not, lanes, before)):
            found[index] = _marker(lanes[index], cursor, files)
        found += [_marker(lane, cursor, files) for lane in lanes[both:]]
        self._lanes, self._cursor, self.found = lanes, cursor, found
        shown = tuple([one for one in found if one is not None])
        if shown != self._shown:
            self._shown = shown
        return self._shown


def moved(lines: LineMap, found: tuple[Marker, ...]) -> tuple[Marker, ...]:
    """The markers whose line is still the one that they ran, where that is on the screen."""
    there = [replace(one, line=lines.on_screen(one.line)) for one in found]
    return tuple([one for one in there if one.line])


def errors(frame: Frame) -> dict[int, str]:
    """Lines of the file that is shown with what went wrong there.

    That is a thread that died up to the cursor, a program that did not start.
    """
    found = {}
    cursor, file = frame.view.cursor, frame.view.file
    for lane in frame.recording.lanes:
        over = cursor is None or lane.ended is None or lane.ended <= cursor
        if over and lane.error is not None and lane.error_line and lane.error_file == file:
            found[lane.error_line] = death(lane.error).strip()
    if frame.run.trouble is not None and frame.run.trouble.line and frame.run.trouble.file == file:
        found.setdefault(frame.run.trouble.line, title(frame.run.trouble))
    return found


def pointed(frame: Frame) -> int:
    """The line that was asked for, else that of the finding at which the cursor stands; 0: none of this file."""
    cursor, file = frame.view.cursor, frame.view.file
    if frame.view.line:
        return frame.view.line
    if cursor is None:
        return 0
    at = (one for one in frame.result.findings if one.line and one.file == file and abs(one.time - cursor) < 1e-9)
    return next((one.line for one in at), 0)


def knob_notes(knobs: Iterable[Knob], editable: bool = False) -> dict[int, Note]:
    """At the line of each knob that is not as the text says, which `knob_lines` shows: what the text says.

    A text that is edited stays as it is typed: there the note says the value of the next run.
    """
    words = _instead if editable else _before
    return {one.line: Note(words(one)) for one in knobs if one.value != one.default and one.line}


def _instead(knob: Knob) -> str:
    return say("runs-with", value=_written(knob.value), unit=f" {knob.unit}" if knob.unit else "")


def _before(knob: Knob) -> str:
    if knob.unit:
        return say("was-in-unit", value=_written(knob.default), unit=knob.unit)
    return say("was", value=_written(knob.default))


def knob_lines(text: str, knobs: Iterable[Knob]) -> dict[int, str]:
    """The line of each knob with the value that it has now in the place of the one in the text: what the next run does.

    A value that goes on in the next line is left as it is.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    return {one.line: _with_value(lines[one.line - 1], one) for one in knobs if 0 < one.line <= len(lines)}


def _with_value(line: str, knob: Knob) -> str:
    if knob.value == knob.default:
        return line
    try:
        value = getattr(parse(line).body[0], "value", None)
        literal = isinstance(value, ast.expr) and ast.literal_eval(value) == knob.default
    except (SyntaxError, ValueError, IndexError):
        return line
    if not literal or not isinstance(value, ast.expr) or value.end_col_offset is None:
        return line
    code = line.encode()  # columns are counted in bytes
    begin, end = value.col_offset, value.end_col_offset
    old = code[begin:end]
    fresh = _written(knob.value) if old[:1] == b'"' else repr(knob.value)
    return code[:begin].decode() + fresh + code[end:].decode()


def _written(value: object) -> str:
    """As Python writes it, but a text in double quotes, as most programs do, where that changes nothing else."""
    usual = repr(value)
    return f'"{value}"' if usual == f"'{value}'" and '"' not in usual else usual


def switch_notes(text: str, switches: Iterable[Switch], flips: Iterable[Flip]) -> dict[int, Note]:
    """At each use of a switch: that it is off, or until when it was."""
    last: dict[str, Flip] = {flip.name: flip for flip in flips}
    notes: dict[int, Note] = {}
    told = [one for one in switches if not one.on or one.name in last]  # a long text is not read for nothing
    lines = text.splitlines() if told else []
    for one in told:
        flip = last.get(one.name)
        for number in switch_lines(text, one.name):
            if not one.on and flip is not None and not flip.on:
                notes[number] = Note(say("off-since", name=one.name, seconds=flip.time))
            elif not one.on:
                notes[number] = Note(say("is-off", name=one.name))
            elif flip is not None and flip.on:
                notes[number] = Note(say("until", seconds=flip.time), lines[number - 1].split("#")[0].strip())
    return notes


def stands(frame: Frame, here: Sequence[Marker]) -> tuple[int, ...]:
    """The lines that explain why nothing goes on, from above: where the threads of a cycle wait, else where all wait.

    `here` is where threads are now, in whichever file; the lines are those of the file that is shown. Empty while
    somebody works, sleeps or may be woken from outside, and while an earlier moment is looked at.
    """
    if frame.view.cursor is not None or frame.run.phase not in (Phase.RUNNING, Phase.PAUSED):
        return ()
    stuck = [one for one in frame.result.findings if one.kind in STUCK]
    if stuck:
        who = {thread for one in stuck for thread in one.threads} or {one.thread for one in here}
        return _lines((one for one in here if one.thread in who), frame)
    if not here or any(one.state not in STANDING for one in here):
        return ()
    since = max(int(lane.spans.starts[-1]) for lane in frame.recording.lanes if len(lane.spans.starts))
    return _lines(here, frame) if frame.run.now - since / SECOND >= LASTING else ()


def involved(frame: Frame) -> tuple[int, ...]:
    """The lines of the threads of the finding at which the cursor stands, from above; empty for a single thread."""
    cursor = frame.view.cursor
    if cursor is None:
        return ()
    at = next((one for one in frame.result.findings if len(one.threads) > 1 and abs(one.time - cursor) < 1e-9), None)
    if at is None:
        return ()
    who = frozenset(at.threads)
    lanes = (lane for lane in frame.recording.lanes if lane.id in who)
    return _lines(markers(lanes, cursor, frame.recording.files), frame)


def uppermost(lines: Sequence[int], high: int) -> int:
    """Which line should be the first of `high`, so that as many of the sorted `lines` as possible are seen.

    Those that are seen are in the middle. Where several stretches have as many, it is the uppermost of them.
    """
    if not lines:
        return 1
    counts = [sum(first <= line < first + high for line in lines) for first in lines]
    begin = counts.index(max(counts))
    first, last = lines[begin], lines[begin + counts[begin] - 1]
    return max(1, first - (high - (last - first + 1)) // 2)


def _lines(found: Iterable[Marker], frame: Frame) -> tuple[int, ...]:
    return tuple(sorted({one.line for one in found if one.file == frame.view.file}))
