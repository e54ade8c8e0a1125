"""Pure: at which lines threads stand that cannot go on, and how to bring them into sight."""

from collections.abc import Iterable, Sequence

from engine.frame import ENDS_BY_ITSELF, WAITING, FindingKind, Frame, Phase
from engine.protocol.units import SECOND as NS
from gui.view_state.code_annotations import Marker, markers

STUCK = frozenset({FindingKind.DEADLOCK, FindingKind.STUCK})
STANDING = WAITING - ENDS_BY_ITSELF
LASTING = 0.3  # seconds that all threads wait before it is worth a look: what is shorter nobody could read


def stands(frame: Frame, here: Sequence[Marker]) -> tuple[int, ...]:
    """The lines that explain why nothing goes on, from above: where the threads of a cycle wait, else where all wait.

    `here` is where threads are now. Empty while somebody works, sleeps or may be woken from outside, and while an
    earlier moment is looked at.
    """
    if frame.view.cursor is not None or frame.run.phase not in (Phase.RUNNING, Phase.PAUSED):
        return ()
    stuck = [one for one in frame.result.findings if one.kind in STUCK]
    if stuck:
        who = {thread for one in stuck for thread in one.threads} or {one.thread for one in here}
        return _lines(one for one in here if one.thread in who)
    if not here or any(one.state not in STANDING for one in here):
        return ()
    since = max(int(lane.spans.starts[-1]) for lane in frame.recording.lanes if len(lane.spans.starts))
    return _lines(here) if frame.run.now - since / NS >= LASTING else ()


def involved(frame: Frame) -> tuple[int, ...]:
    """The lines of the threads of the finding at which the cursor stands, from above; empty for a single thread."""
    cursor = frame.view.cursor
    if cursor is None:
        return ()
    at = next((one for one in frame.result.findings if len(one.threads) > 1 and abs(one.time - cursor) < 1e-9), None)
    if at is None:
        return ()
    who = frozenset(at.threads)
    return _lines(markers((lane for lane in frame.recording.lanes if lane.id in who), cursor))


def uppermost(lines: Sequence[int], high: int) -> int:
    """Which line should be the first of `high`, so that as many of the sorted `lines` as possible are seen.

    Those that are seen are in the middle. Where several stretches have as many, it is the uppermost of them.
    """
    if not lines:
        return 1
    counts = [sum(first <= line < first + high for line in lines) for first in lines]
    begin = counts.index(max(counts))
    first, last = lines[begin], lines[begin + counts[begin] - 1]
    return max(1, first - (high - (last - first + 1)) // 2)


def _lines(found: Iterable[Marker]) -> tuple[int, ...]:
    return tuple(sorted({one.line for one in found}))
