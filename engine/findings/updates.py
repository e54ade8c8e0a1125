"""Pure: updates of the watched value that were lost."""

from collections.abc import Sequence

from engine.analysis.run_facts import RunFacts
from engine.analysis.values import Tally
from engine.frame.finding import LostUpdate
from engine.protocol.places import line_of
from engine.protocol.units import SECOND


def lost_updates(tally: Tally, name: str, threads: Sequence[int], time: int, run_facts: RunFacts) -> list[LostUpdate]:
    """`threads` lost one, the first of them first; `time` (ns) is when that was."""
    if not tally.lost:
        return []
    return [
        LostUpdate(
            thread=run_facts.thread_name(threads[0]) if threads else "",
            threads=tuple(sorted(set(threads))),
            line=line_of(tally.first_loss_place),
            time=time / SECOND,
            name=name,
            lost=tally.lost,
            updates=tally.updates,
            found=tally.value,
            expected=tally.expected,
        )
    ]
