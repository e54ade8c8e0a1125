"""Pure: updates of the watched value that were lost, and a result that is not what the scenario expected."""

from collections.abc import Iterable, Iterator

from engine.analysis.run_facts import RunFacts
from engine.analysis.values import Tally
from engine.frame import Finding, FindingKind, Losses
from engine.frame.finding import WAITS_FOR_EVER, LostUpdate, WrongResult
from engine.protocol.messages import Ending, OutcomeFact
from engine.protocol.units import SECOND

_PART_OF_IT = frozenset(  # the end of one thread; what came of it for the program, the scenario's own sentence says
    {FindingKind.EXCEPTION, FindingKind.TASK_FAILED}
)
EXPLAINED_BY = (
    _PART_OF_IT
    | WAITS_FOR_EVER
    | {  # findings that say why; a second sentence about the same would only confuse
        FindingKind.LOST_UPDATE,
        FindingKind.DEADLOCK,
        FindingKind.TWO_HOLDERS,
    }
)


def lost_updates(
    tally: Tally, name: str, losses: Losses, threads: tuple[int, ...], run_facts: RunFacts
) -> Iterator[LostUpdate]:
    """Of the watched value of this name; `threads` are those of the losses, of which there is one at least.

    The line is that of the stale write. It is counted where the lock is given back.
    """
    if tally.lost:
        yield LostUpdate(
            thread=run_facts.thread_name(int(losses.threads[0])),
            threads=threads,
            **run_facts.where(run_facts.writes.get(tally.first_loss_place, tally.first_loss_place)),
            time=int(losses.times[0]) / SECOND,
            name=name,
            lost=tally.lost,
            updates=tally.updates,
            found=tally.value,
            expected=tally.expected,
        )


def wrong_result(
    outcome: OutcomeFact, sentences: tuple[str, str], others: Iterable[Finding], now: float
) -> list[WrongResult]:
    """Found is not as expected. `sentences` are the scenario's own, see `WrongResult`; `now` in seconds."""
    if outcome.right is not False:
        return []
    enough = EXPLAINED_BY - _PART_OF_IT if sentences[0] and outcome.ended is not Ending.DIED else EXPLAINED_BY
    if any(one.kind in enough for one in others):
        return []
    own, below = sentences
    return [WrongResult(time=now, expected=outcome.expected, found=outcome.found, sentence=own, below=below)]
