"""Pure: what the code panel reads out of a program's text and a frame."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress
from operator import is_not

import numpy as np

from engine.frame import Flip, Frame, Knob, Lane, State, Switch
from engine.protocol.places import line_of
from engine.protocol.units import SECOND
from engine.words.catalogue import say
from engine.words.reasons import death
from engine.words.troubles import title

CALLS = "acquire|release|wait|wait_for|notify|notify_all|set|locked"
SILENT = frozenset(  # an idle worker of a pool is in none of the program's lines
    {State.ABSENT, State.CREATED, State.ENDED, State.UNJOINED, State.CUT, State.DIED, State.WAIT_TASK}
)
STATES = tuple(map(State, range(max(State) + 1)))  # looked up, for making one of a number is dear


@dataclass(frozen=True)
class Marker:
    """A thread at a line."""

    thread: int
    line: int
    state: State
    badge: str = ""  # of the thread


@dataclass(frozen=True)
class Note:
    """What stands at the end of a line."""

    text: str
    struck: str = ""  # code that was in force otherwise, struck through
    bad: bool = False


def switch_lines(text: str, name: str) -> tuple[int, ...]:
    """The lines (from 1) on which a lock, event ... is used: `with lock:`, `lock.acquire()`, `ready.wait()`."""
    word = re.escape(name)
    use = re.compile(rf"^\s*(async\s+)?with\b[^#]*\b{word}\b|\b{word}\.({CALLS})\s*\(")
    return tuple(number for number, line in enumerate(text.splitlines(), 1) if use.search(line.split("#")[0]))


def off_lines(text: str, switches: Iterable[Switch]) -> frozenset[int]:
    """The lines that do nothing now, because what they use is switched off."""
    return frozenset(line for one in switches if not one.on for line in switch_lines(text, one.name))


def markers(lanes: Iterable[Lane], cursor: float | None) -> tuple[Marker, ...]:
    """Where each living thread is at the cursor (None: now), if that is in the program itself."""
    return tuple(one for one in (_marker(lane, cursor) for lane in lanes) if one is not None)


def _marker(lane: Lane, cursor: float | None) -> Marker | None:
    index, place = len(lane.spans.starts) - 1, lane.place
    if index < 0:
        return None
    if cursor is not None:
        index = int(np.searchsorted(lane.spans.starts, round(cursor * SECOND), "right")) - 1
        if index < 0:
            return None
        place = int(lane.spans.places[index])
    line = line_of(place)
    if not line or (state := STATES[lane.spans.states.item(index)]) in SILENT:
        return None
    return Marker(lane.id, line, state, lane.badge)


class Whereabouts:
    """The markers of one frame after the other; of thousands of lanes it looks again only at those that changed."""

    def __init__(self) -> None:
        self._lanes: tuple[Lane, ...] = ()
        self._cursor: float | None = None
        self._found: list[Marker | None] = []  # of each lane
        self._shown: tuple[Marker, ...] = ()

    def feed(self, lanes: tuple[Lane, ...], cursor: float | None) -> tuple[Marker, ...]:
        """What `markers` returns: the same tuple as long as it says the same."""
        if lanes is self._lanes and cursor == self._cursor:
            return self._shown
        before = self._lanes if cursor == self._cursor else ()
        both = min(len(lanes), len(before))
        found = self._found[:both]
        for index in compress(range(both), map(is_not, lanes, before)):
            found[index] = _marker(lanes[index], cursor)
        found += [_marker(lane, cursor) for lane in lanes[both:]]
        self._lanes, self._cursor, self._found = lanes, cursor, found
        shown = tuple([one for one in found if one is not None])
        if shown != self._shown:
            self._shown = shown
        return self._shown


def errors(frame: Frame) -> dict[int, str]:
    """Lines with what went wrong there: a thread that died up to the cursor, a program that did not start."""
    found = {}
    cursor = frame.view.cursor
    for lane in frame.recording.lanes:
        if (
            lane.error is not None
            and lane.error_line
            and (cursor is None or lane.ended is None or lane.ended <= cursor)
        ):
            found[lane.error_line] = death(lane.error).splitlines()[0]
    if frame.run.trouble is not None and frame.run.trouble.line:
        found.setdefault(frame.run.trouble.line, title(frame.run.trouble))
    return found


def pointed(frame: Frame) -> int:
    """The line that was asked for, else that of the finding at which the cursor stands; 0 when there is none."""
    cursor = frame.view.cursor
    if frame.view.line:
        return frame.view.line
    if cursor is None:
        return 0
    return next((one.line for one in frame.result.findings if one.line and abs(one.time - cursor) < 1e-9), 0)


def knob_notes(knobs: Iterable[Knob]) -> dict[int, Note]:
    """At the line of each knob that is not as the text says: what it is instead."""
    return {one.line: Note(_instead(one)) for one in knobs if one.value != one.default and one.line}


def _instead(knob: Knob) -> str:
    if knob.unit:
        return say("now-in-unit", name=knob.name, value=repr(knob.value), unit=knob.unit)
    return say("now", name=knob.name, value=repr(knob.value))


def switch_notes(text: str, switches: Iterable[Switch], flips: Iterable[Flip]) -> dict[int, Note]:
    """At each use of a switch: that it is off, or until when it was."""
    last: dict[str, Flip] = {flip.name: flip for flip in flips}
    lines = text.splitlines()
    notes = {}
    for one in switches:
        flip = last.get(one.name)
        for number in switch_lines(text, one.name):
            if not one.on and flip is not None and not flip.on:
                notes[number] = Note(say("off-since", name=one.name, seconds=flip.time))
            elif not one.on:
                notes[number] = Note(say("is-off", name=one.name))
            elif flip is not None and flip.on:
                notes[number] = Note(say("until", seconds=flip.time), lines[number - 1].split("#")[0].strip())
    return notes
