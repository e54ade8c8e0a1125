"""Pure: calls of sys.exit that ended no more than their thread."""

from collections.abc import Sequence

from engine.analysis.run_model import RunModel
from engine.findings.ends.threads import shortened
from engine.frame import Finding
from engine.frame.finding import LostExit
from engine.protocol.pool_facts import ExitFact
from engine.protocol.units import SECOND


class LostExits:
    """Exits with a status, at once; those without one where the program never came to its end, and only then.

    Without a status it may be how a thread is meant to end.
    """

    def __init__(self) -> None:
        self._looked_at = 0  # facts
        self._found: list[Finding] = []
        self._bare: list[ExitFact] = []

    def find(self, model: RunModel) -> Sequence[Finding]:
        facts = model.run_facts
        new = [fact for fact in facts.exits[self._looked_at :] if not fact.task]
        if len(facts.exits) != self._looked_at:
            self._looked_at = len(facts.exits)
            self._found += [_finding(fact, model) for fact in new if fact.status]
            self._bare += [fact for fact in new if not fact.status]
        if self._bare and model.over and facts.outcome is None and facts.farewell is None:
            return shortened([*self._found, *(_finding(fact, model) for fact in self._bare)])
        return shortened(self._found)


def _finding(fact: ExitFact, model: RunModel) -> LostExit:
    facts = model.run_facts
    ended = model.spans.life(fact.thread).ended
    return LostExit(
        thread=facts.thread_name(fact.thread),
        threads=(fact.thread,),
        **facts.where(fact.place),
        time=(model.last if ended is None else ended) / SECOND,
        form="" if fact.status else "bare",
        call=fact.call,
    )
