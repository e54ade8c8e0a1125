"""When no thread can go on, the code panel brings the lines where they stand into sight."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QScrollBar

from engine.frame import Frame, Lane, Phase, Spans, State, View
from engine.frame.finding import Deadlock
from engine.protocol.units import SECOND as NS
from gui.panels.code import Code
from gui.view_state import code_annotations
from tests.gui.frames import changed

LONG = "".join(f"line_{n} = {n}\n" for n in range(1, 200))


def _cooks(*lines: int, state: State = State.WAIT_LOCK, now: float = 5.0) -> Frame:
    """Threads that have stood at these lines since 1.0 s, in a program of 199 lines that still runs."""
    lanes = tuple(
        Lane(
            id=number, name=f"T{number}", daemon=False, began=0.0, ended=None, error=None, error_line=None,
            joined=False, place=1 << 20 | line, badge=str(number),
            spans=Spans(
                np.array([0, NS], np.int64),
                np.array([State.RUNNING, state], np.uint8),
                np.zeros(2, np.uint32),
                np.array([1 << 20 | 1, 1 << 20 | line], np.uint32),
            ),
        )
        for number, line in enumerate(lines, 1)
    )  # fmt: skip
    return changed(Frame(), number=3, scenario="x", text=LONG, phase=Phase.RUNNING, now=now, lanes=lanes)


def _seen(panel: Code) -> range:
    first, last = panel.view.visible_lines()
    return range(first, last + 1)


def test_that_the_lines_where_a_deadlock_stands_come_into_sight_once(stand: Callable[..., Code]) -> None:
    panel, frame = stand(Code, (600, 300)), _cooks(3, 120, 124)
    panel.draw(
        changed(frame, lanes=(replace(frame.recording.lanes[0]), *_cooks(3, 20, 24).recording.lanes[1:]), now=1.1)
    )
    assert 120 not in _seen(panel)
    found = Deadlock(cycle=(), line=120, time=4.0, threads=(2, 3))
    stuck = changed(frame, findings=(found,))
    panel.draw(stuck)
    assert {120, 124} <= set(_seen(panel))
    panel.view.verticalScrollBar().setValue(0)
    panel.draw(changed(stuck, now=6.0))
    assert _seen(panel)[0] == 1, "whoever scrolled away is left alone"
    panel.draw(changed(stuck, now=7.0, view=replace(stuck.view, cursor=4.0, line=120, asked=1)))
    assert {120, 124} <= set(_seen(panel)), "a click on the finding brings all of its lines"


def test_that_working_threads_come_into_sight_again_when_the_view_gets_lower(stand: Callable[..., Code]) -> None:
    panel, frame = stand(Code, (600, 600)), _cooks(3, 16, state=State.SLEEPING)
    panel.draw(frame)
    assert _seen(panel)[0] == 1
    panel.resize(600, 260)
    panel.draw(changed(frame, now=5.1))
    assert 16 in _seen(panel), "a plot came, and took the room"
    panel.resize(600, 220)
    panel.view.verticalScrollBar().setValue(99)
    panel.view.verticalScrollBar().triggerAction(QScrollBar.SliderAction.SliderSingleStepAdd)  # as its arrow does
    panel.draw(changed(frame, now=5.2))
    assert _seen(panel)[0] == 101, "whoever scrolled is left alone"


def test_that_text_that_somebody_has_marked_does_not_move(stand: Callable[..., Code]) -> None:
    panel, frame = stand(Code, (600, 300)), _cooks(3, 120)
    panel.draw(changed(frame, lanes=frame.recording.lanes[:1], now=1.1))
    marked = panel.view.textCursor()
    marked.setPosition(5, marked.MoveMode.KeepAnchor)
    panel.view.setTextCursor(marked)
    first = _seen(panel)[0]
    panel.draw(changed(frame, now=1.1))
    at = panel.view.verticalScrollBar().value()
    panel.draw(frame)
    assert panel.view.verticalScrollBar().value() == at
    assert first == 1


@pytest.mark.parametrize(
    ("frame", "lines"),
    [
        (_cooks(3, 120), (3, 120)),
        (_cooks(3, 120, now=1.2), ()),  # it may go on at once
        (_cooks(3, 120, state=State.SLEEPING), ()),
        (_cooks(3, 120, state=State.WAIT_NETWORK), ()),  # an answer may come
        (changed(_cooks(3, 120), phase=Phase.ENDED), ()),
        (replace(_cooks(3, 120), view=View(cursor=2.0)), ()),
        (changed(Frame(), phase=Phase.RUNNING, now=9.0), ()),
    ],
)
def test_that_all_stand_only_where_nobody_can_go_on(frame: Frame, lines: tuple[int, ...]) -> None:
    assert code_annotations.stands(frame, code_annotations.markers(frame.recording.lanes, None)) == lines


@pytest.mark.parametrize(
    ("lines", "high", "first"),
    [((), 10, 1), ((5,), 10, 1), ((50,), 11, 45), ((50, 54), 11, 47), ((2, 50, 54, 90), 11, 47), ((10, 100), 11, 5)],
)
def test_that_as_many_lines_as_fit_are_seen(lines: tuple[int, ...], high: int, first: int) -> None:
    assert code_annotations.uppermost(lines, high) == first
