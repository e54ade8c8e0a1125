"""Pure: the lines that a finding is about."""

from collections.abc import Iterator

from engine.frame import Finding
from engine.frame.finding import Alike, Deadlock, Occurrence, Stuck


def places(finding: Finding) -> tuple[Occurrence, ...]:
    """Its own line first, then those of all its threads, then what led to it; each line of a thread once."""
    found: dict[tuple[int, str, str], Occurrence] = {}
    for one in _all(finding):
        if one.line:
            found.setdefault((one.line, one.file, one.thread), one)
    own = finding.line, finding.file, ""
    if any(key[:2] == own[:2] and key[2] for key in found):  # with the name of its thread it says more
        found.pop(own, None)
    return tuple(found.values())


def _all(finding: Finding) -> Iterator[Occurrence]:
    yield Occurrence(finding.line, finding.file, finding.thread, finding.time)
    waiters = finding.cycle if isinstance(finding, Deadlock) else ()
    if isinstance(finding, Stuck):
        waiters = finding.waiters
    for one in waiters:
        yield Occurrence(one.line, one.file, one.name, finding.time, one.act)
    if isinstance(finding, Alike):
        yield from places(finding.first)
    yield from finding.occurrences
