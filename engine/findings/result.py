"""Pure: whether what the scenario expected is what was found, where nothing else explains that it is not."""

from collections.abc import Iterable

from engine.frame import Finding, FindingKind
from engine.frame.finding import WrongResult
from engine.protocol.messages import Ending, OutcomeFact

EXPLAINED_BY = frozenset(  # findings that say why; a second sentence about the same would only confuse
    {
        FindingKind.LOST_UPDATE,
        FindingKind.EXCEPTION,
        FindingKind.DEADLOCK,
        FindingKind.STUCK,
        FindingKind.TASK_FAILED,
        FindingKind.TWO_HOLDERS,
    }
)
_PART_OF_IT = frozenset(  # the end of one thread; what came of it for the program, the scenario's own sentence says
    {FindingKind.EXCEPTION, FindingKind.TASK_FAILED}
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
    return [
        WrongResult(time=now, expected=outcome.expected, found=outcome.found, sentence=sentences[0], below=sentences[1])
    ]
