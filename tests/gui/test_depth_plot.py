"""The plot of queue depths: steps, the queue's size, names at the ends."""

from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QWidget

from engine.frame import Frame, Series, View
from gui.plots.common.scale import NS
from gui.plots.over_time._pyqtgraph import CurveItem
from gui.plots.over_time.at_cursor import depth_words
from gui.plots.over_time.depth import PANEL, DepthPlot, Fill, Strip, fill_words, fullest
from gui.plots.over_time.run_plot_card import RunPlotCard
from gui.theme import theme
from tests.gui import frames
from tests.gui.alone import DARK, settle, shown_alone
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

WHOLE = View(0.0, 10.2, follow=False)


def queues(count: int = 1) -> Frame:
    """Queues that fill to their size of 5 and are emptied again, in 10 seconds."""
    times = np.arange(11, dtype=np.int64) * NS
    values = np.array([0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0], np.int64)
    depths = tuple(Series(f"queue_{index}", times, values // (index + 1), limit=5) for index in range(count))
    return changed(frames.small(), value=None, depths=depths, now=10.0, flips=(), view=replace(WHOLE, cursor=5.5))


@pytest.fixture
def panel(qtbot) -> RunPlotCard:
    return shown_alone(qtbot, PANEL.make(RecordedCommands()), 208)


def strips_of(panel: RunPlotCard) -> list[Strip]:
    """The strips of what is shown."""
    assert isinstance(panel.plot, DepthPlot)
    assert panel.view.space is not None
    return panel.plot.strips(panel.view.space)


def lines(panel: RunPlotCard) -> list[CurveItem]:
    """The curves of the queues, from above."""
    return [item for item in panel.view.items_shown if isinstance(item, CurveItem)]


def test_that_the_plot_is_wanted_only_when_there_is_a_queue() -> None:
    assert PANEL.wanted(queues())
    assert not PANEL.wanted(frames.small())


def test_that_the_curve_is_the_depth_of_the_queue(panel: RunPlotCard) -> None:
    settle(panel, queues())
    x, y = lines(panel)[0].getData()
    assert y.max() == 5
    assert y[np.searchsorted(x, 3.5)] == 3
    assert panel.subtitle.text() == "queue_0"


def test_that_the_size_of_the_queue_is_a_dashed_line(panel: RunPlotCard) -> None:
    settle(panel, queues())
    curves = panel.view
    image, y = curves.grab().toImage(), round(curves.space.y(5))
    muted = QColor(DARK.colours.muted)
    row = [QColor(image.pixel(x, y)) == muted for x in range(round(curves.space.x(7)), round(curves.space.x(9.5)))]
    assert any(row)
    assert not all(row)


def test_that_the_area_below_the_curve_is_filled(panel: RunPlotCard) -> None:
    settle(panel, queues())
    curves = panel.view
    image = curves.grab().toImage()
    below = QColor(image.pixel(round(curves.space.x(8.5)), round(curves.space.y(0.5)))).name()
    above = QColor(image.pixel(round(curves.space.x(8.5)), round(curves.space.y(3.5)))).name()
    assert above == DARK.colours.panel
    assert below != DARK.colours.panel


def test_that_queues_come_and_go_with_the_run(panel: RunPlotCard) -> None:
    settle(panel, queues(3))
    assert len(lines(panel)) == 3
    settle(panel, changed(queues(1), number=4))
    assert len(lines(panel)) == 1
    settle(panel, changed(queues(2), number=5))
    assert [line.getData()[1].max() for line in lines(panel)] == [5, 2]


def test_that_each_of_several_queues_has_a_strip_of_its_own_that_its_curve_fills(panel: RunPlotCard) -> None:
    settle(panel, queues(3))
    panel.view.grab()
    strips = strips_of(panel)
    assert [strip.series.name for strip in strips] == ["queue_0", "queue_1", "queue_2"]
    assert [strip.top for strip in strips] == [5, 5, 5]
    for above, below in pairwise(strips):
        assert above.area.bottom() < below.area.top()
    for line, strip, most in zip(lines(panel), strips, (5, 2, 1), strict=True):
        y = line.mapToScene(QPointF(5.0, most)).y()
        assert y == pytest.approx(strip.y(most), abs=1.5)
        assert strip.area.top() - 1 <= y <= strip.area.bottom()


def test_that_every_strip_says_name_depth_and_size_and_how_full_its_queue_was(panel: RunPlotCard) -> None:
    frame = queues(2)
    settle(panel, frame)
    first, second = strips_of(panel)
    assert (depth_words(first.series, None), depth_words(first.series, 5.5)) == ("0 of 5", "5 of 5")
    assert depth_words(replace(first.series, limit=None), 5.5) == "5"
    assert (fill_words(first), fill_words(second)) == ("full 10 %", "never full")
    assert (first.fullest, second.fullest) == (True, False)
    assert fill_words(replace(first, series=replace(first.series, limit=0))) == "mean 2.5"


def test_that_how_full_a_queue_was_is_the_same_however_its_reports_arrive() -> None:
    whole = queues(1).recording.depths[0]
    at_once, bit_by_bit = Fill(), Fill()
    at_once.feed(whole)
    for count in (1, 2, 2, 5, 6, 11):
        bit_by_bit.feed(replace(whole, times=whole.times[:count], values=whole.values[:count]))
    for fill in (at_once, bit_by_bit):
        assert fill.mean(whole, 10.0) == pytest.approx(2.5)
        assert fill.full(whole, 20.0) == pytest.approx(0.05)
    full = replace(whole, times=whole.times[:6], values=whole.values[:6])
    rising = Fill()
    rising.feed(full)
    assert rising.full(full, 10.0) == pytest.approx(0.5)  # from the last report on it stayed full
    assert Fill().mean(replace(whole, times=whole.times[:0], values=whole.values[:0]), 3.0) == 0.0


def test_that_the_fullest_queue_is_the_one_that_was_full_for_longest_else_the_one_with_most_in_it() -> None:
    assert fullest([(0.2, 1.0), (0.5, 0.1), (0.0, 9.0)]) == 1
    assert fullest([(0.0, 1.0), (0.0, 2.0)]) == 1
    assert fullest([(0.0, 0.0), (0.0, 0.0)]) == -1


def test_that_a_full_queue_is_seen_by_the_ground_of_its_curve(panel: RunPlotCard) -> None:
    settle(panel, replace(queues(2), view=WHOLE))
    curves, strip = panel.view, strips_of(panel)[0]
    image, y = curves.grab().toImage(), round(strip.area.center().y())
    full, filled = (QColor(image.pixel(round(curves.space.x(at)), y)) for at in (5.5, 4.5))
    assert full.blue() - full.red() > filled.blue() - filled.red() + 10  # the accent


def test_that_more_queues_than_have_room_are_reached_with_the_wheel_over_their_names(panel: RunPlotCard) -> None:
    settle(panel, queues(11))
    seen = [strip.series.name for strip in strips_of(panel)]
    assert seen == [f"queue_{number}" for number in range(8)]
    spun = partial(turn, panel.view)
    assert spun(-120)
    assert strips_of(panel)[0].series.name == "queue_1"
    assert lines(panel)[7].getData()[1].max() == 0  # 5 // 9
    spun(-120), spun(-120)
    assert not spun(-120)  # the last one is seen; what is around may scroll
    assert strips_of(panel)[-1].series.name == "queue_10"
    settle(panel, changed(queues(2), number=9))
    assert [strip.series.name for strip in strips_of(panel)] == ["queue_0", "queue_1"]


def turn(curves: QWidget, by: int) -> bool:
    """One notch of the wheel over the names; whether it was used."""
    at = QPointF(20.0, curves.height() / 2)
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at,
        curves.mapToGlobal(at),
        QPoint(),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    curves.wheelEvent(event)
    return event.isAccepted()


def test_that_the_header_says_how_much_is_in_the_queue_and_of_several_which_was_full(panel: RunPlotCard) -> None:
    settle(panel, queues())
    assert [word.text for word in panel.words.words] == ["5 of 5"]
    settle(panel, replace(queues(), view=WHOLE))
    assert [word.text for word in panel.words.words] == ["0 of 5"]
    settle(panel, changed(queues(3), number=5))
    assert [word.text for word in panel.words.words] == ["queue_0: full 10 %"]


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("compact", [False, True])
def test_that_every_frame_can_be_drawn_in_every_dress(qtbot, name: str, compact: bool) -> None:
    panel = shown_alone(qtbot, PANEL.make(RecordedCommands()), 128 if compact else 208, theme.make(name, compact))
    for frame in (frames.empty(), queues(2), frames.failed(), frames.huge()):
        settle(panel, frame)
        assert not panel.widget.grab().isNull()
