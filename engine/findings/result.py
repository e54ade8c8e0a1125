"""Pure: whether what the scenario expected is what was found, and how to say so when nothing else explains it."""

from collections.abc import Iterable

from engine.frame import Finding, FindingKind
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


def wrong_result(outcome: OutcomeFact | None, sentence: str, others: Iterable[Finding], now: float) -> list[Finding]:
    """Found is not as expected. `sentence` is the scenario's own, with {expected} and {found}; `now` in seconds."""
    if outcome is None or outcome.right is not False:
        return []
    enough = EXPLAINED_BY - _PART_OF_IT if sentence and outcome.ended is not Ending.DIED else EXPLAINED_BY
    if any(one.kind in enough for one in others):
        return []
    return [Finding(FindingKind.WRONG_RESULT, _told(sentence, outcome.expected, outcome.found), "", 0, now)]


def _told(sentence: str, expected: object, found: object) -> str:
    try:
        return sentence.format(expected=expected, found=found) if sentence else plain(expected, found)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):  # a format that does not fit this value
        return plain(expected, found)


def plain(expected: object, found: object) -> str:
    """The two in a sentence, where the scenario has none of its own."""
    return f"Expected {_shown(expected)}, found {_shown(found)}."


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
