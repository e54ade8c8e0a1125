"""What a wait-for graph says, in words: one sentence for each wait."""

from collections import Counter
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from engine.frame import Frame, Lane, State
from gui.plots.wait_graph.wait_for_graph import WaitEdge, WaitForGraph


def sentences(frame: Frame, made: WaitForGraph) -> tuple[str, ...]:
    """What the graph says, a sentence for each wait; those of a cycle come first, behind one that says so."""
    translate = QCoreApplication.translate
    names = told_apart(frame.recording.lanes)
    said = [_sentence(frame, names, wait) for wait in _ranked(made)]
    if made.cycle:
        said.insert(0, translate("waits", "Each waits for the next: a deadlock."))
    if not said:
        said = [translate("waits", "Nobody waits for anybody at this moment.")]
    return tuple(said)


def asked_for(frame: Frame, made: WaitForGraph) -> frozenset[int]:
    """Which of the sentences are about the thread or the thing that somebody has chosen."""
    view, headline = frame.view, bool(made.cycle)
    return frozenset(
        at
        for at, wait in enumerate(_ranked(made), headline)
        if (view.thread and wait.thread == view.thread) or (view.thing and wait.thing == view.thing)
    )


def _ranked(made: WaitForGraph) -> list[WaitEdge]:
    """The waits in the order in which they are told: those of the circle first."""
    place = {thread: at for at, thread in enumerate(made.cycle)}
    return sorted(made.waits, key=lambda wait: place.get(wait.thread, len(place)))


def told_apart(lanes: Sequence[Lane]) -> dict[int, str]:
    """The names of lanes by their ids; those that several have with their badges, such as "load() (A2)"."""
    often = Counter(lane.name for lane in lanes)
    return {lane.id: f"{lane.name} ({lane.badge})" if often[lane.name] > 1 else lane.name for lane in lanes}


def thing_name(frame: Frame, thing: int) -> str:
    """What a thing or a task (its id is negative) is called."""
    if thing < 0:
        return frame.recording.tasks.names.get(-thing) or QCoreApplication.translate("waits", "a result")
    found = frame.recording.things.get(thing)
    return found.name if found is not None else "?"


def is_known(frame: Frame, thing: int) -> bool:
    """Whether a thing or a task (its id is negative) has a name; of no thing (0) none is asked for."""
    return not thing or (-thing in frame.recording.tasks.names if thing < 0 else thing in frame.recording.things)


def _of_the_unknown(wait: WaitEdge) -> str:
    """Of what has no name, such as the future of a coroutine, no name is said, nor whether it has begun."""
    translate = QCoreApplication.translate
    if wait.state is State.WAIT_RESULT:
        return translate("waits", "{name} waits for a result.")
    return _words(wait)


def _sentence(frame: Frame, names: Mapping[int, str], wait: WaitEdge) -> str:
    name, other = names.get(wait.thread, "?"), names.get(wait.waited, "?")
    words = _words(wait) if is_known(frame, wait.thing) else _of_the_unknown(wait)
    return words.format(name=name, other=other, thing=thing_name(frame, wait.thing))


def _words(wait: WaitEdge) -> str:
    translate = QCoreApplication.translate
    if wait.waited:
        known = {
            (State.WAIT_JOIN, ""): translate("waits", "{name} waits for {other} to end."),
            (State.WAIT_RESULT, "result"): translate(
                "waits", "{name} waits for the result of {thing}, which {other} does."
            ),
            (State.WAIT_LOCK, "import"): translate("waits", "{name} waits until {thing} is imported, by {other}."),
            (State.WAIT_LOCK, "acquire"): translate("waits", "{name} waits for {thing}, held by {other}."),
            (State.WAIT_QUEUE, "put"): translate("waits", "{name} waits for room in {thing}, emptied by {other}."),
            (State.WAIT_QUEUE, "get"): translate("waits", "{name} waits for an item from {thing}, filled by {other}."),
            (State.WAIT_QUEUE, "join"): translate(
                "waits", "{name} waits until the tasks of {thing} are done, which {other} does."
            ),
            (State.WAIT_SEMAPHORE, "acquire"): translate("waits", "{name} waits for {thing}, held by {other}."),
        }
        if (wait.state, wait.call) in known:
            return known[wait.state, wait.call]
    return {
        (State.WAIT_RESULT, "result"): translate("waits", "{name} waits for the result of {thing}, not begun yet.")
        if wait.new
        else translate("waits", "{name} waits for the result of {thing}."),
        (State.WAIT_EVENT, "wait"): translate("waits", "{name} waits until {thing} is set."),
        (State.WAIT_CONDITION, "wait"): translate("waits", "{name} waits to be notified of {thing}."),
        (State.WAIT_BARRIER, "wait"): translate("waits", "{name} waits for the others at {thing}."),
        (State.WAIT_QUEUE, "put"): translate("waits", "{name} waits for room in {thing}."),
        (State.WAIT_QUEUE, "get"): translate("waits", "{name} waits for an item from {thing}."),
        (State.WAIT_QUEUE, "join"): translate("waits", "{name} waits until the tasks of {thing} are done."),
    }.get((wait.state, wait.call), translate("waits", "{name} waits for {thing}."))
