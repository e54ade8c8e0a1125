"""The words of the timeline: what a thread is doing, shortly for its lane, fully for a hint."""

import re
from bisect import bisect_left
from collections.abc import Callable

import numpy as np

from engine.frame import Frame, Lane, LaneKind, State
from engine.protocol.records import MAIN_THREAD
from engine.protocol.units import SECOND
from engine.words import states as words
from engine.words.catalogue import say
from engine.words.reasons import death_type

_DOTS = "\u2026"
_NUMBERS = re.compile(r"(?:\(\d[^()]{0,4}\)|[-_ .]?\d+(?:[-_.]\d+)*)$")  # "-0_1" of "ThreadPoolExecutor-0_1"
_BRACKET = re.compile(r"(.+?)\((.+)\)$")  # "Thread-1 (worker)", "gather(computing)"
_LEAST = 3  # letters of what is cut, else they say nothing


def span_at(lane: Lane, seconds: float) -> int:
    """The index of the span at a time, -1 before the first."""
    return int(np.searchsorted(lane.spans.starts, round(seconds * SECOND), "right")) - 1


def state_at(lane: Lane, seconds: float | None) -> State:
    """What the thread is doing at a time; None is the last moment."""
    index = len(lane.spans) - 1 if seconds is None else span_at(lane, seconds)
    return State(int(lane.spans.states[index])) if index >= 0 else State.ABSENT


def lane_name(lane: Lane) -> str:
    """What a lane is called: the main thread of another process after that process."""
    return lane.process if lane.kind is LaneKind.PROCESS and lane.process else lane.name


def cut_name(name: str, fits: Callable[[str], bool]) -> str:
    """As much of a name as fits. Its last numbers stay, they are what tells it from others of its kind.

    What stands in brackets is cut inside of them; of Python's own "Thread-10 (worker)" the number is enough.
    """
    if fits(name):
        return name
    numbers = _NUMBERS.search(name)
    if numbers:
        return _cut("", name[: numbers.start()], numbers.group(), fits)[0]
    bracket = _BRACKET.match(name)
    if bracket:
        head, inner = bracket.groups()
        said, kept = _cut(f"{head}(", inner, ")", fits)
        if kept >= _LEAST:
            return said
        if head.rstrip()[-1:].isdigit() and fits(head.rstrip()):
            return head.rstrip()
    return _cut("", name, "", fits)[0]


def _cut(head: str, text: str, tail: str, fits: Callable[[str], bool]) -> tuple[str, int]:
    """Head, as much of the text as fits, dots and tail; and how many letters of the text that are."""
    said = [f"{head}{text[:count]}{_DOTS}{tail}" for count in range(len(text) + 1)]
    kept = bisect_left(said, True, lo=1, key=lambda one: not fits(one)) - 1
    return said[kept], kept


def thing_name(frame: Frame, state: State, thing: int) -> str:
    """The name of what a span holds or waits for: a thread's for a join, else that of a lock, queue, file ..."""
    if not thing or state is State.WAIT_TASK:  # of an idle worker it is the task that it has done
        return ""
    if state is State.WAIT_RESULT:
        return frame.recording.tasks.names.get(thing, "")
    if state is State.WAIT_JOIN:
        return next((lane_name(lane) for lane in frame.recording.lanes if lane.id == thing), "")
    known = frame.recording.things.get(thing)
    return known.name if known else ""


def end_word(frame: Frame, lane: Lane, seconds: float) -> str:
    """What the main thread does past the program's last line; "" where no thread is waited for, or by a line's join."""
    spans, index = lane.spans, span_at(lane, seconds)
    if lane.id != MAIN_THREAD or index < 0 or spans.states[index] != State.WAIT_JOIN or spans.places[index]:
        return ""
    return say("last-line-done", name=thing_name(frame, State.WAIT_JOIN, int(spans.objects[index])))


def bar_word(frame: Frame, lane: Lane, state: State, thing: int) -> str:
    """What is written beside the letter where there is room; "" for states whose letter says enough."""
    if state is State.DIED:
        return death_type(lane.error) if lane.error is not None else ""
    if state in (State.WAIT_JOIN, State.WAIT_RESULT):
        name = thing_name(frame, state, thing)
        key = "joining" if state is State.WAIT_JOIN else "awaiting-result"
        return say(key, name=name) if name else words.state(state)
    if state in (State.ENDED, State.UNJOINED, State.CREATED, State.CUT, State.WAIT_TASK, State.WAIT_LOOP):
        return words.state(state)
    return ""
