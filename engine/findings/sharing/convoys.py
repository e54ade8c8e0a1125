"""Threads that exchange messages, and wait for the interpreter each time while another one computes: a convoy."""

from collections.abc import Iterator, Sequence

import numpy as np

from engine.analysis.columns import Array
from engine.analysis.run_model import RunModel
from engine.findings.mistakes import listed
from engine.frame import Finding, Interpreter, Lane
from engine.frame.finding import Convoy
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

MOST = 1 << 21  # records that are looked through, once: some ten milliseconds
FEW = 20  # messages, of which nothing is said
MILLI = SECOND // 1000
LONG = 0.15  # milliseconds for a message, from which on it is worth a sentence; without a convoy it is 0.02
TIMES = 2.5  # as long as without who computes
IN_ALL = 50.0  # milliseconds
COMPUTES = 0.1  # of a core: where much else runs on the machine, nobody gets more


@lazy_dataclass(frozen=True)
class _Received:
    """Messages that one thread received: when it went on, and how long after they had been sent; nanoseconds."""

    lane: int
    times: Array
    lasted: Array


class Convoys:
    """Looks once, when the program has ended."""

    def __init__(self) -> None:
        self._found: tuple[Finding, ...] | None = None

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that it has found so far."""
        if self._found is None:
            facts = model.run_facts
            if facts.outcome is None:
                return ()
            nets = any(thing.type == "connection" for thing in facts.things.values())
            gil = (facts.interpreter or Interpreter()).gil
            self._found = tuple(_convoys(model)) if nets and gil and 0 < len(model.trace) < MOST else ()
        return self._found


def _convoys(model: RunModel) -> Iterator[Convoy]:
    kinds = (Kind.NET_WANT, Kind.NET_GOT)
    rows = np.concatenate([chunk[np.isin(chunk["kind"], kinds)] for chunk in model.trace.chunks()])
    lanes = {lane.id: lane for lane in model.lanes()}
    for thing in np.unique(rows["object"]).tolist():
        own = rows[rows["object"] == thing]
        pair = np.unique(own["thread"]).tolist()
        if len(pair) == 2:  # else nobody can say whose message it was
            others = [lane for lane in lanes.values() if lane.id not in pair and lane.cpu is not None]
            received = [_received(own, lane) for lane in pair]
            found = _compared(received, others)
            if found is not None:
                yield _finding(model, thing, pair, found)


def _received(rows: Array, lane: int) -> _Received:
    """What a lane received, and for how long the message had been there, since it was sent or asked for."""
    mine = rows[rows["thread"] == lane]
    asked = np.flatnonzero((mine["kind"] == Kind.NET_WANT) & (mine["value"] == 0))
    asked = asked[asked + 1 < len(mine)]
    asked = asked[(mine["kind"][asked + 1] == Kind.NET_GOT) & (mine["value"][asked + 1] > 0)]
    wanted, got = mine["time"][asked], mine["time"][asked + 1]
    sent = rows["time"][(rows["thread"] != lane) & (rows["kind"] == Kind.NET_WANT) & (rows["value"] == 1)]
    before = np.searchsorted(sent, got, "right") - 1
    known = before >= 0
    since = np.maximum(wanted[known], sent[before[known]]) if len(sent) else wanted[:0]
    return _Received(lane, got[known], got[known] - since)


def _compared(received: list[_Received], others: list[Lane]) -> tuple[list[Lane], float, float] | None:
    """Who computed, and milliseconds for a message meanwhile and else; None where that is no convoy."""
    times = np.concatenate([one.times for one in received])
    lasted = np.concatenate([one.lasted for one in received]) / MILLI
    each = [(lane, _computes(lane, times)) for lane in others]
    busy = np.any([mask for _, mask in each], axis=0) if each else np.zeros(len(times), np.bool_)
    if busy.sum() < FEW or (~busy).sum() < FEW:
        return None
    meanwhile, else_ = float(lasted[busy].mean()), float(lasted[~busy].mean())
    if meanwhile < LONG or meanwhile < TIMES * else_ or lasted[busy].sum() < IN_ALL:
        return None
    return [lane for lane, mask in each if mask.any()], meanwhile, else_


def _computes(lane: Lane, times: Array) -> Array:
    """At which of these moments a lane computed."""
    assert lane.cpu is not None
    at, used = lane.cpu.times, lane.cpu.used
    if len(at) < 2:
        return np.zeros(len(times), np.bool_)
    shares = np.diff(used) / np.maximum(1, np.diff(at))
    step = np.clip(np.searchsorted(at, times, "right") - 1, 0, len(shares) - 1)
    found: Array = (times >= at[0]) & (times < at[-1]) & (shares[step] >= COMPUTES)
    return found


def _finding(model: RunModel, thing: int, pair: list[int], found: tuple[list[Lane], float, float]) -> Convoy:
    computing, meanwhile, else_ = found
    facts = model.run_facts
    return Convoy(
        thread=computing[0].name,
        threads=(*(lane.id for lane in computing), *pair),
        objects=(thing,),
        **facts.where(computing[0].place),
        time=computing[0].began or 0.0,
        until=computing[0].ended or 0.0,
        who=listed([facts.thread_name(lane) for lane in pair]),
        computing=listed([lane.name for lane in computing]),
        thing=facts.thing_name(thing),
        meanwhile=round(meanwhile, 2),
        otherwise=round(else_, 3),
        interval=round((facts.interpreter or Interpreter()).switch_interval * 1000, 1),
    )
