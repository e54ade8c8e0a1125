"""Pure: what the histories say better than other findings of the same threads."""

from __future__ import annotations

from collections.abc import Iterable

from engine.frame import Finding, FindingKind
from engine.frame.finding import Explained

_SAYS = {  # the explanation of an exception that says less
    FindingKind.CHECKED_TOO_EARLY: "queue-empty",
    FindingKind.WOKE_TOO_EARLY: "pop-from-empty",
}


def without_weaker(findings: Iterable[Finding]) -> list[Finding]:
    """The same without general words about an exception of which it is known how it came."""
    found = list(findings)
    known = {(_SAYS[one.kind], lane) for one in found if one.kind in _SAYS for lane in one.threads}
    if not known:
        return found
    return [one for one in found if not (isinstance(one, Explained) and _said(one, known))]


def _said(one: Explained, known: set[tuple[str, int]]) -> bool:
    return bool(one.threads) and {(one.explanation, lane) for lane in one.threads} <= known
