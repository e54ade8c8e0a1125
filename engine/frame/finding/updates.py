"""Updates that were lost, and results that are not as expected."""

from engine.frame.finding.about import About, FindingKind
from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True, kw_only=True)
class LostUpdate(About):
    """Updates of a value that were lost; thread, line and time are those of the first."""

    kind: FindingKind = FindingKind.LOST_UPDATE
    name: str  # of the value
    lost: int
    updates: int
    found: int
    expected: int


@lazy_dataclass(frozen=True, kw_only=True)
class WrongResult(About):
    """Found is not as expected. The sentences are the scenario's own, with {expected} and {found}; "": it has none."""

    kind: FindingKind = FindingKind.WRONG_RESULT
    expected: object
    found: object
    sentence: str = ""
    below: str = ""  # where the two stand above it
