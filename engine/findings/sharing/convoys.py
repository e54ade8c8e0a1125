"""Threads that exchange messages, and wait for the interpreter each time while another one computes: a convoy."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from engine.analysis.run_model import RunModel
from engine.findings.mistakes import listed
from engine.frame import Finding, Interpreter, Lane, State
from engine.frame.finding import Convoy
from engine.protocol.late_message import LateMessageFact
from engine.protocol.units import SECOND

MILLI = SECOND // 1000
SHARE = 0.05  # of the processor time that others had, in which they waited in all: less is not worth a sentence
COMPUTES = (State.RUNNING, State.HOLDING)


class Convoys:
    """Looks once, when the program has ended."""

    def __init__(self) -> None:
        self._found: tuple[Finding, ...] | None = None

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that it has found so far."""
        if self._found is None:
            if model.run_facts.outcome is None:
                return ()
            self._found = tuple(_convoys(model)) if model.run_facts.late_messages else ()
        return self._found


def _convoys(model: RunModel) -> Iterator[Convoy]:
    pairs: defaultdict[tuple[int, ...], list[LateMessageFact]] = defaultdict(list)
    for fact in model.run_facts.late_messages:
        pairs[tuple(sorted((fact.thread, fact.by)))].append(fact)
    for pair, facts in pairs.items():
        others = [lane for lane in model.lanes() if lane.id not in pair]
        each = [(fact, [lane for lane in others if _computed(lane, fact)]) for fact in facts]
        late = [fact for fact, lanes in each if lanes]
        computing = [lane for lane in others if any(lane in lanes for _, lanes in each)]
        longest = max((_computed_for(lane, model) for lane in computing), default=0)
        if late and sum(fact.waited for fact in late) >= SHARE * longest:
            yield _finding(model, pair, late, computing)


def _computed(lane: Lane, fact: LateMessageFact) -> bool:
    """Whether a lane ran without a wait that is known, for as long as another one waited."""
    spans = lane.spans
    first, last = np.searchsorted(spans.starts, (fact.time - fact.waited, fact.time), "right") - 1
    return bool(first >= 0 and first == last and spans.states[first] in COMPUTES)


def _computed_for(lane: Lane, model: RunModel) -> float:
    """Nanoseconds of a processor that it had, at any load of the machine; else those from its beginning to its end."""
    if lane.cpu is not None and len(lane.cpu.used):
        return float(lane.cpu.used[-1])
    return ((model.now if lane.ended is None else lane.ended) - (lane.began or 0.0)) * SECOND


def _finding(model: RunModel, pair: tuple[int, ...], late: list[LateMessageFact], computing: list[Lane]) -> Convoy:
    facts = model.run_facts
    waited = [fact.waited for fact in late]
    return Convoy(
        thread=computing[0].name,
        threads=(*(lane.id for lane in computing), *pair),
        objects=tuple(sorted({fact.thing for fact in late})),
        **facts.where(computing[0].place),
        time=late[0].time / SECOND,
        until=late[-1].time / SECOND,
        who=listed([facts.thread_name(lane) for lane in sorted({fact.thread for fact in late})]),
        computing=listed([lane.name for lane in computing]),
        thing=facts.thing_name(late[0].thing),
        count=len(late),
        mean=round(sum(waited) / len(waited) / MILLI, 1),
        interval=round((facts.interpreter or Interpreter()).switch_interval * 1000, 1),
    )
