"""The table beside the cursor: what it says of a moment, and where it stands."""

from dataclasses import replace

import numpy as np
import pytest

from engine.frame import Flip, Series, View
from gui.plots.common.scale import NS
from gui.plots.over_time.at_cursor import entries, words
from gui.plots.over_time.run_plot_card import RunPlotCard
from gui.plots.over_time.series import value_at
from gui.plots.over_time.values import PANEL
from gui.theme import theme
from tests.gui import frames
from tests.gui.alone import settle, shown_alone
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

SMALL = frames.small()
WHOLE = View(0.0, 2.8, follow=False)


def test_that_it_says_the_value_what_was_expected_and_what_is_lost() -> None:
    series = SMALL.recording.value
    assert series is not None
    assert series.expected is not None
    got, expected = (value_at(series.times, row, 1.0) for row in (series.values, series.expected))
    assert got is not None
    assert expected is not None
    told = words(entries(SMALL, 1.0))
    assert told.startswith(f"{series.name} {got}, expected {expected}, lost so far {expected - got}")
    assert "lost so far 0" in words(entries(SMALL, 0.0))


def test_that_it_says_who_holds_each_lock_and_that_a_lock_was_off() -> None:
    [lock] = SMALL.recording.holders
    held = next(at for at in range(len(lock.starts) - 1) if lock.threads[at])
    middle = float(lock.starts[held] + lock.starts[held + 1]) / 2 / NS
    name = next(lane for lane in SMALL.recording.lanes if lane.id == lock.threads[held])
    entry = entries(SMALL, middle)[-1]
    assert (entry.name, entry.value, entry.badge) == (lock.name, name.name, name.badge)
    assert entries(SMALL, 0.5)[-1].value == "off"  # before it was switched on
    flipped = changed(SMALL, flips=(Flip(0.2, lock.name, True, 0, 0),))
    assert entries(flipped, 0.5)[-1].value == "free"
    assert entries(flipped, 0.1)[-1].value == "off"


def test_that_it_says_the_depth_of_each_queue() -> None:
    times, values = np.array([0, NS], np.int64), np.array([0, 3], np.int64)
    depths = (Series("todo", times, values, limit=4), Series("done", times, values))
    told = words(entries(changed(SMALL, value=None, depths=depths, holders=()), 1.5))
    assert told == "todo 3 of 4, done 3"
    assert entries(frames.empty(), 1.0) == ()


@pytest.mark.parametrize("compact", [False, True])
def test_that_it_stands_beside_the_moment_and_inside_the_plot_wherever_the_cursor_is(qtbot, compact: bool) -> None:
    height = 128 if compact else 208
    panel: RunPlotCard = shown_alone(qtbot, PANEL.make(RecordedCommands()), height, theme.make("dark", compact))
    times, values = np.array([0, NS], np.int64), np.array([0, 3], np.int64)
    many = tuple(Series(f"queue_{number}", times, values, limit=4) for number in range(30))
    for frame in (SMALL, changed(SMALL, depths=many)):
        for cursor in np.linspace(0.0, 2.8, 29):
            settle(panel, replace(frame, view=replace(WHOLE, cursor=float(cursor))))
            view = panel.view
            assert view.table is not None
            box, x = view.table.box, view.space.x(float(cursor))
            assert view.space.area.adjusted(0, 0, 1, 1).contains(box)
            assert not box.left() - 5 <= x <= box.right() + 5
            assert "expected" in view.accessibleDescription()
    assert view.table.columns[-1][-1].name.endswith(" more")


def test_that_there_is_none_without_a_cursor_or_with_one_out_of_sight(qtbot) -> None:
    panel = shown_alone(qtbot, PANEL.make(RecordedCommands()), 208)
    settle(panel, replace(SMALL, view=WHOLE))
    assert panel.view.table is None
    settle(panel, replace(SMALL, view=View(2.0, 2.5, follow=False, cursor=1.0)))
    assert panel.view.table is None
    assert panel.view.accessibleDescription() == ""
