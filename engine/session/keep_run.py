"""Runs a scenario once, without a window, and keeps the run: what a film is made of."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.findings.standing.standstill import stands_still
from engine.frame import Ended, Frame, Phase
from engine.scenarios.scenario import Scenario
from engine.session.session import Session

LIMIT = 120.0  # seconds that a run may take, beyond those that were asked for
LINGER = 0.5  # seconds of program time that a run which stands still is looked at


def keep_run(
    scenario: Scenario,
    path: Path,
    *,
    knobs: Mapping[str, Any],
    off: Sequence[str],
    flips: Sequence[tuple[float, str, bool]] = (),
    speed: float = 1.0,
    after: float | None = None,
) -> Frame:
    """Runs it and keeps it in a file; returns its last frame. Raises engine.analysis.trace.TraceError.

    It goes on to its end, to a standstill that has none, or to `after` seconds of program time. `flips` are switched
    while it runs: from which second on, which switch, on or off. Nobody answers: standard input is at its end.
    """
    with closing(Session(scenario)) as session:
        for name, value in knobs.items():
            session.set_knob(name, value)
        for name in off:
            session.switch(name, False)
        session.set_speed(speed)
        session.modules.settle()  # a film shows which files were known before the run
        session.run()
        session.end_input(shown=False)  # nobody is there to answer
        frame = _follow(session, sorted(flips), after)
        if frame.run.phase is Phase.ENDED:
            frame = session.wait()  # until it is known what it wrote
        if frame.run.ended is not Ended.REFUSED:
            session.save(path)
    return frame


def _follow(session: Session, flips: list[tuple[float, str, bool]], after: float | None) -> Frame:
    deadline = time.monotonic() + LIMIT + (after or 0.0)
    still: float | None = None  # since when it stands still
    while (frame := session.pump()).run.phase is not Phase.ENDED:
        now = frame.run.now
        while flips and now >= flips[0][0]:
            _, name, on = flips.pop(0)
            session.switch(name, on)
        if after is not None and now >= after:
            break
        standing = after is None and not flips and stands_still(frame)
        still = (now if still is None else still) if standing else None
        if still is not None and now >= still + LINGER:
            break
        if time.monotonic() > deadline:
            session.stop(Ended.TIMEOUT)
            deadline += LIMIT
        time.sleep(0.002)
    return frame
