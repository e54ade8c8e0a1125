"""The plot of the shared value: its curves tell the run's numbers, its axis lines up with the timeline's."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainterPath
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.frame import Phase, Series, SwitchPeriod, View
from gui.plots.common.scale import NS, make_scale
from gui.plots.over_time._pyqtgraph import closed
from gui.plots.over_time.run_plot_card import RunPlotCard
from gui.plots.over_time.series import Digest, Extremes, Growing, Points, steps, value_at
from gui.plots.over_time.values import PANEL, gap_pieces, losing_times, note
from gui.theme import theme
from tests.gui import frames
from tests.gui.alone import DARK, settle, shown_alone
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

Shown = tuple[RunPlotCard, RecordedCommands]


@pytest.fixture
def shown(qtbot) -> Shown:
    controller = RecordedCommands()
    panel = shown_alone(qtbot, PANEL.make(controller), 208)
    settle(panel, frames.small())
    return panel, controller


def gap_path(actual: Points, expected: Points | None, losing: list[tuple[float, float]]) -> QPainterPath:
    """The gap as it is drawn."""
    path = QPainterPath()
    for piece in gap_pieces(actual, expected, losing):
        path.addPath(closed(*piece))
    return path


def colours_in(image: QImage, x: int, y: int, width: int, height: int) -> set[str]:
    return {QColor(image.pixel(a, b)).name() for a in range(x, x + width) for b in range(y, y + height)}


def test_that_the_plot_is_wanted_only_when_a_value_is_watched() -> None:
    assert PANEL.wanted(frames.small())
    assert not PANEL.wanted(frames.failed())


def test_that_pixels_of_labels_are_those_of_the_curves(shown: Shown) -> None:
    panel, _ = shown
    curves = panel.view
    box = curves.getPlotItem().getViewBox()
    for seconds, value in ((0.0, 0.0), (1.0, 40.0), (2.5, 80.0)):
        place = box.mapViewToScene(QPointF(seconds, value))
        assert place.x() == pytest.approx(curves.space.x(seconds), abs=1.0)
        assert place.y() == pytest.approx(curves.space.y(value), abs=1.0)


def test_that_time_zero_stands_below_that_of_the_timeline(shown: Shown) -> None:
    panel, _ = shown
    left = make_scale(0.0, 1.0, DARK.px(DARK.measures.name_column), 1000, 1.0).left
    assert panel.view.space.x(0.0) == left


def test_that_the_actual_curve_goes_through_the_values_of_the_run(shown: Shown) -> None:
    panel, _ = shown
    series = frames.small().recording.value
    assert series is not None
    x, y = panel.view.items_shown[2].getData()
    assert y[-1] == 57
    assert y.max() == 57
    assert x[-1] == pytest.approx(frames.small().run.now)
    assert np.interp(0.0, x, y) == 0
    _, expected = panel.view.items_shown[1].getData()
    assert expected[-1] == 80


def test_that_the_gap_is_filled_only_where_updates_were_lost(shown: Shown) -> None:
    panel, _ = shown
    series, curves = frames.small().recording.value, panel.view
    assert series is not None
    image = curves.grab().toImage()

    def between(seconds: float) -> set[str]:
        actual = value_at(series.times, series.values, seconds) or 0
        expected = value_at(series.times, series.expected, seconds) or 0
        return colours_in(image, round(curves.space.x(seconds)), round(curves.space.y((actual + expected) / 2)), 1, 2)

    assert DARK.colours.gap in between(1.5)
    assert DARK.colours.gap not in between(2.2)


def test_that_a_run_without_flips_fills_the_whole_gap() -> None:
    x, up, low = np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0, 4.0]), np.array([0.0, 1.0, 2.0])
    box = gap_path((x, low), (x, up), []).boundingRect()
    assert (box.left(), box.right()) == (0.0, 2.0)
    assert gap_path((x, low), None, []).isEmpty()


def test_that_a_note_says_what_a_stretch_did_to_the_gap() -> None:
    off, on = frames.small().recording.periods
    assert note(off) == "lock off: the gap grows"
    assert note(on) == "lock on: the gap stays"
    assert note(replace(on, updates=8, kept=7)) == "lock on: the gap grows"
    late = replace(on, updates=40, kept=39)
    assert note(late) == "lock on: 1 more, then the gap stays"


def test_that_the_gap_is_filled_up_to_the_last_loss_of_each_stretch() -> None:
    stretches = (SwitchPeriod("lock", False, 0.0, 1.0, 10, 5), SwitchPeriod("lock", True, 1.0, 3.0, 20, 19))
    losses = np.array([200_000_000, 900_000_000, 1_100_000_000], np.int64)
    times = losing_times(stretches, losses)
    assert times == [(0.0, 1.0), (1.0, 1.1)], "no hole where one losing stretch follows another"
    kept = (stretches[0], replace(stretches[1], kept=20))
    assert losing_times(kept, losses[:2]) == [(0.0, 0.9)]
    x, up, low = np.array([0.0, 0.5, 2.0, 3.0]), np.array([0.0, 2.0, 4.0, 5.0]), np.array([0.0, 1.0, 2.0, 3.0])
    path = gap_path((x, low), (x, up), times)
    assert path.boundingRect().right() == 1.1
    assert path.contains(QPointF(1.05, 1.5)), "also between two corners"
    assert losing_times(stretches, losses[:0]) == []
    assert losing_times((), losses) == []


def test_that_the_band_is_what_the_timeline_shows(shown: Shown) -> None:
    panel, _ = shown
    assert panel.view.band.getRegion() == pytest.approx((1.6, frames.small().run.now))
    settle(panel, replace(frames.small(), view=View(0.5, 1.0, follow=False)))
    assert panel.view.band.getRegion() == pytest.approx((0.5, 1.0))


def test_that_a_new_frame_wishes_for_nothing(shown: Shown) -> None:
    panel, controller = shown
    settle(panel, frames.running(1.0))
    settle(panel, replace(frames.small(), view=View(0.2, 0.7, cursor=0.4)))
    assert controller.made == []


def mouse(port: QWidget, kind: QEvent.Type, x: float, y: float, pressed: bool = True) -> None:
    """A mouse event with the left button held, which QTest's moves do not carry."""
    held = Qt.MouseButton.LeftButton if pressed else Qt.MouseButton.NoButton
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    place = QPointF(x, y)
    plain = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(port, QMouseEvent(kind, place, port.mapToGlobal(place), button, held, plain))


@pytest.fixture
def every_move() -> Iterator[None]:
    """pyqtgraph drops moves that come faster than a hand could make them."""
    limit = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", -1)
    yield
    pg.setConfigOption("mouseRateLimit", limit)


@pytest.mark.usefixtures("every_move")
def test_that_dragging_the_band_moves_what_the_timeline_shows(shown: Shown) -> None:
    panel, controller = shown
    settle(panel, replace(frames.small(), view=View(1.6, 2.4)))
    port, curves = panel.view.viewport(), panel.view
    y = round(curves.space.area.center().y())
    begin = round(curves.space.x(2.2))
    mouse(port, QEvent.Type.MouseMove, begin, y, pressed=False)
    mouse(port, QEvent.Type.MouseButtonPress, begin, y)
    for step in range(0, 101, 20):
        mouse(port, QEvent.Type.MouseMove, begin - step, y)
    mouse(port, QEvent.Type.MouseButtonRelease, begin - 100, y, pressed=False)
    start, end = (float(str(value)) for value in controller.of("look")[-1])
    moved = 100 / curves.space.area.width() * curves.space.extent.right
    assert end - start == pytest.approx(0.8, abs=0.01)
    assert start == pytest.approx(1.6 - moved, abs=0.05)


def test_that_a_click_puts_the_cursor_there(shown: Shown) -> None:
    panel, controller = shown
    curves = panel.view
    y = round(curves.space.area.center().y())
    QTest.mouseClick(curves.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(curves.space.x(0.8), y).toPoint())
    assert controller.of("cursor")[-1] == (pytest.approx(0.8, abs=0.01),)


def test_that_the_axis_of_a_running_program_does_not_move_with_every_frame(shown: Shown) -> None:
    panel, _ = shown
    rights = []
    for now in np.linspace(1.0, 2.0, 61):
        settle(panel, frames.running(float(now)))
        rights.append(panel.view.space.extent.right)
    assert len(set(rights)) <= 6
    assert all(panel.view.space.extent.run >= 2.0 for _ in rights)


def test_that_a_run_that_lost_nothing_shows_one_number_twice(shown: Shown) -> None:
    panel, _ = shown
    count = np.arange(10, dtype=np.int64)
    series = Series("counter", count * NS // 10, count, count)
    settle(panel, changed(frames.small(), value=series, now=1.0, flips=(), periods=()))
    image = panel.view.grab().toImage()
    area = panel.view.space.area
    right = colours_in(image, round(panel.view.space.x(1.0)) + 4, round(area.top()), 100, round(area.height()))
    assert DARK.colours.lost_text not in right
    assert DARK.colours.text in right


def test_that_a_long_series_keeps_its_extremes_in_few_points() -> None:
    series = frames.huge().recording.value
    assert series is not None
    x, y = Growing().points(series.times, series.values, 600.0, 600 * NS // 1000)
    assert len(x) <= 4 * 1001 + 1
    assert (y.min(), y.max(), y[-1]) == (series.values.min(), series.values.max(), series.values[-1])


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(-5, 5)), min_size=1, max_size=60),
    st.lists(st.integers(0, 60), max_size=5),
    st.integers(1, 40),
)
def test_that_a_digest_fed_in_parts_equals_one_fed_at_once(
    rows: list[tuple[int, int]], cuts: list[int], step: int
) -> None:
    times = np.cumsum([row[0] for row in rows]).astype(np.int64)
    values = np.array([row[1] for row in rows], np.int64)
    whole, parts = Digest(step), Digest(step)
    whole.feed(times, values)
    for cut in [*sorted(min(cut, len(rows)) for cut in cuts), len(rows)]:
        parts.feed(times[:cut], values[:cut])
    for one, other in zip(whole.corners(1.0), parts.corners(1.0), strict=True):
        assert one.tolist() == other.tolist()
    _, y = whole.corners(1.0)
    assert (y.min(), y.max(), y[-1]) == (values.min(), values.max(), values[-1])


def test_that_extremes_of_a_growing_series_are_those_of_all_of_it() -> None:
    values, extremes = np.array([3, -2, 9, 4, -7], np.int64), Extremes()
    for length in (1, 2, 2, 4, 5):
        assert extremes.feed(values[:length]) == (values[:length].min(), values[:length].max())
    assert extremes.feed(values[:1]) == (3, 3)


def test_that_steps_hold_their_value_until_the_next() -> None:
    x, y = steps(np.array([0, NS, 3 * NS], np.int64), np.array([0, 5, 6], np.int64), 4.0)
    assert x.tolist() == [0, 1, 1, 3, 3, 4]
    assert y.tolist() == [0, 0, 5, 5, 6, 6]


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("compact", [False, True])
def test_that_every_frame_can_be_drawn_in_every_dress(qtbot, name: str, compact: bool) -> None:
    panel = shown_alone(qtbot, PANEL.make(RecordedCommands()), 128 if compact else 208, theme.make(name, compact))
    for frame in (frames.empty(), frames.small(), frames.failed(), frames.huge(), frames.running()):
        panel.draw(changed(frame, phase=Phase.RUNNING))
        settle(panel, frame)
        assert not panel.widget.grab().isNull()
