"""The plot of the shared value: its curves tell the run's numbers, its header says them, its hand is the timeline's."""

from copy import copy
from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.frame import Phase, Series, View
from gui.plots.common.scale import NS, make_scale
from gui.plots.over_time.run_plot_card import RunPlotCard
from gui.plots.over_time.series import Digest, Extremes, Growing, steps, value_at, visible
from gui.plots.over_time.values import PANEL, free_places, note
from gui.theme import theme
from tests.gui import frames
from tests.gui.alone import DARK, settle, shown_alone
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

WHOLE = View(0.0, 2.8, follow=False)
Shown = tuple[RunPlotCard, RecordedCommands]


@pytest.fixture
def shown(qtbot) -> Shown:
    controller = RecordedCommands()
    panel = shown_alone(qtbot, PANEL.make(controller), 208)
    settle(panel, frames.small())
    return panel, controller


def colours_in(image: QImage, x: int, y: int, width: int, height: int) -> set[str]:
    return {QColor(image.pixel(a, b)).name() for a in range(x, x + width) for b in range(y, y + height)}


def test_that_the_plot_is_wanted_only_when_a_value_is_watched() -> None:
    assert PANEL.wanted(frames.small())
    assert not PANEL.wanted(frames.failed())


def test_that_pixels_of_labels_are_those_of_the_curves(shown: Shown) -> None:
    panel, _ = shown
    curves = panel.view
    curves.grab()
    for seconds, value in ((1.6, 0.0), (2.0, 40.0), (2.3, 80.0)):
        place = curves.items_shown[2].mapToScene(QPointF(seconds, value))
        assert place.x() == pytest.approx(curves.space.x(seconds), abs=0.01)
        assert place.y() == pytest.approx(curves.space.y(value), abs=0.01)


def test_that_the_actual_curve_goes_through_the_values_of_the_run(shown: Shown) -> None:
    panel, _ = shown
    series = frames.small().recording.value
    assert series is not None
    settle(panel, replace(frames.small(), view=WHOLE))
    x, y = panel.view.items_shown[2].getData()
    assert y[-1] == 57
    assert y.max() == 57
    assert x[-1] == pytest.approx(frames.small().run.now)
    assert (x[0], y[0]) == (0.0, 0)
    _, expected = panel.view.items_shown[1].getData()
    assert expected[-1] == 80


def test_that_the_gap_is_filled_to_the_end_of_the_run(shown: Shown) -> None:
    panel, _ = shown
    series, curves = frames.small().recording.value, panel.view
    assert series is not None
    assert series.expected is not None
    settle(panel, replace(frames.small(), view=WHOLE))
    image = curves.grab().toImage()

    def between(seconds: float) -> set[str]:
        actual = value_at(series.times, series.values, seconds) or 0
        expected = value_at(series.times, series.expected, seconds) or 0
        return colours_in(image, round(curves.space.x(seconds)), round(curves.space.y((actual + expected) / 2)), 1, 2)

    for seconds in (1.5, 2.2, frames.small().run.now - 0.01):  # while it grew, after the flip, at the end
        assert DARK.colours.gap in between(seconds)
    assert DARK.colours.gap not in between(frames.small().run.now + 0.03)


def test_that_nothing_is_filled_where_nothing_is_missing(shown: Shown) -> None:
    panel, _ = shown
    series = frames.small().recording.value
    assert series is not None
    settle(panel, changed(frames.small(), number=7, value=replace(series, expected=series.values)))
    colours = colours_in(panel.view.grab().toImage(), 0, 0, panel.view.width(), panel.view.height())
    assert DARK.colours.gap not in colours


def test_that_a_note_says_what_a_stretch_did_to_the_gap() -> None:
    off, on = frames.small().recording.periods
    assert note(off) == "lock off: the gap grows"
    assert note(on) == "lock on: the gap stays"
    assert note(replace(on, updates=8, kept=7)) == "lock on: the gap grows"
    late = replace(on, updates=40, kept=39)
    assert note(late) == "lock on: 1 more, then the gap stays"


def words(panel: RunPlotCard) -> list[str]:
    return [word.text for word in panel.words.words]


def test_that_the_header_says_the_last_values_and_those_at_the_cursor(shown: Shown) -> None:
    panel, _ = shown
    settle(panel, replace(frames.small(), view=WHOLE))
    assert words(panel) == ["expected 80", "got 57", "23 lost"]
    settle(panel, replace(frames.small(), view=replace(WHOLE, cursor=1.0)))
    series = frames.small().recording.value
    assert series is not None
    got, expected = (value_at(series.times, row, 1.0) or 0 for row in (series.values, series.expected))
    assert words(panel) == [f"expected {expected}", f"got {got}", f"{expected - got} lost"]
    settle(panel, replace(frames.small(), view=replace(WHOLE, cursor=0.0)))
    assert words(panel) == ["expected 0", "got 0"]


def test_that_words_of_the_header_are_said_in_full_or_in_short_and_never_cut(shown: Shown) -> None:
    panel, _ = shown
    settle(panel, replace(frames.small(), view=WHOLE))
    full, short = ["expected 80", "got 57", "23 lost"], ["80", "57", "\u221223"]
    said = [[text for _, text in panel.words.said(room)] for room in range(400, -1, -5)]
    assert [one for one, _ in groupby(said)] == [full, short, short[1:], short[2:], []]
    least, good = panel.words.minimumSizeHint().width(), panel.words.sizeHint().width()
    assert [[text for _, text in panel.words.said(room)] for room in (least, good)] == [short, full]


def test_that_the_header_keeps_its_size_as_numbers_grow(shown: Shown) -> None:
    panel, _ = shown
    before = panel.words.geometry()
    series = frames.small().recording.value
    assert series is not None
    settle(panel, changed(frames.small(), value=replace(series, expected=series.values * 1_000_000)))
    assert panel.words.geometry() == before


def test_that_notes_touch_neither_curves_nor_the_cursor_nor_one_another(shown: Shown) -> None:
    panel, _ = shown
    for cursor in (None, 0.5, 1.0, 2.2):
        settle(panel, replace(frames.small(), view=replace(WHOLE, cursor=cursor)))
        space, curves = panel.view.space, panel.view.plot._shown
        room = QRectF(space.area)
        places = list(free_places(space, curves, room, QSizeF(120, 17), above=True))
        assert places
        for box in places:
            assert room.contains(box)
            for x, y in curves:
                inside = (x >= space.scale.seconds(box.left())) & (x <= space.scale.seconds(box.right()))
                assert not any(box.contains(QPointF(box.center().x(), space.y(value))) for value in y[inside])
    assert not list(free_places(space, curves, QRectF(0, 0, 100, 90), QSizeF(120, 17), above=True))


def test_that_a_marked_interval_is_shaded(shown: Shown) -> None:
    panel, _ = shown
    curves = panel.view
    settle(panel, replace(frames.small(), view=marked(WHOLE, 0.2, 0.5)))
    image, y = curves.grab().toImage(), round(curves.space.area.top()) + 8
    found = [QColor(image.pixel(round(curves.space.x(at)), y)).name() for at in (0.15, 0.35, 0.45, 0.55)]
    soft, plain = DARK.colours.accent_soft, DARK.colours.panel
    assert found == [plain, soft, soft, plain]


def marked(view: View, begin: float, end: float) -> View:
    """The view with an interval marked."""
    made = copy(view)
    object.__setattr__(made, "marked", (begin, end))
    return made


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


def test_that_dragging_moves_what_all_plots_show_as_in_the_timeline(shown: Shown) -> None:
    panel, controller = shown
    settle(panel, replace(frames.small(), view=View(0.6, 1.4)))
    port, curves = panel.view.viewport(), panel.view
    y, begin = round(curves.space.area.center().y()), round(curves.space.x(1.2))
    mouse(port, QEvent.Type.MouseButtonPress, begin, y)
    for step in range(0, 101, 20):
        mouse(port, QEvent.Type.MouseMove, begin - step, y)
    mouse(port, QEvent.Type.MouseButtonRelease, begin - 100, y, pressed=False)
    start, end = (float(str(value)) for value in controller.of("look")[-1])
    assert end - start == pytest.approx(0.8, abs=1e-6)
    assert start == pytest.approx(0.6 + 100 / curves.space.scale.width * 0.8, abs=1e-6)
    assert not controller.of("cursor")


def test_that_the_wheel_zooms_at_the_mouse(shown: Shown) -> None:
    panel, controller = shown
    settle(panel, replace(frames.small(), view=View(0.5, 1.5, follow=False)))
    curves = panel.view
    x = curves.space.x(0.8)
    event = QWheelEvent(
        QPointF(x, 50), curves.mapToGlobal(QPointF(x, 50)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    curves.wheelEvent(event)
    start, end = (float(str(value)) for value in controller.of("look")[-1])
    assert end - start == pytest.approx(1.0 / 1.2, abs=1e-3)
    assert (0.8 - start) / (end - start) == pytest.approx(0.3, abs=1e-3)


def test_that_the_cursor_is_taken_hold_of_and_taken_away(shown: Shown) -> None:
    panel, controller = shown
    settle(panel, replace(frames.small(), view=replace(WHOLE, cursor=1.0)))
    port, curves = panel.view.viewport(), panel.view
    x = round(curves.space.x(1.0)) + 3
    mouse(port, QEvent.Type.MouseButtonPress, x, 50)
    mouse(port, QEvent.Type.MouseMove, x + 40, 50)
    mouse(port, QEvent.Type.MouseButtonRelease, x + 40, 50, pressed=False)
    assert controller.of("cursor")[-1] == (pytest.approx(curves.space.scale.seconds(x + 40)),)
    assert not controller.of("look")
    QTest.mouseClick(port, Qt.MouseButton.RightButton, pos=QPoint(x, 50))
    assert controller.of("cursor")[-1] == (None,)
    QTest.mouseDClick(port, Qt.MouseButton.LeftButton, pos=QPoint(x, 50))
    assert controller.of("fit")


def test_that_a_click_puts_the_cursor_there(shown: Shown) -> None:
    panel, controller = shown
    settle(panel, replace(frames.small(), view=WHOLE))
    curves = panel.view
    y = round(curves.space.area.center().y())
    QTest.mouseClick(curves.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(curves.space.x(0.8), y).toPoint())
    assert controller.of("cursor")[-1] == (pytest.approx(0.8, abs=0.01),)


def test_that_a_run_that_lost_nothing_shows_one_number_twice(shown: Shown) -> None:
    panel, _ = shown
    count = np.arange(10, dtype=np.int64)
    series = Series("counter", count * NS // 10, count, count)
    settle(panel, changed(frames.small(), value=series, now=1.0, flips=(), periods=()))
    assert words(panel) == ["expected 9", "got 9"]


def test_that_a_long_series_keeps_its_extremes_in_few_points() -> None:
    series = frames.huge().recording.value
    assert series is not None
    scale = make_scale(0.0, 600.0, 144, 1000, 1.0)
    x, y = Growing().points(series.times, series.values, 600.0, scale)
    assert len(x) <= 4 * 1002 + 1
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
    whole.feed(times, values, 0, len(times))
    for cut in [*sorted(min(cut, len(rows)) for cut in cuts), len(rows)]:
        parts.feed(times[:cut], values[:cut], 0, cut)
    for one, other in zip(whole.corners(1.0), parts.corners(1.0), strict=True):
        assert one.tolist() == other.tolist()
    _, y = whole.corners(1.0)
    assert (y.min(), y.max(), y[-1]) == (values.min(), values.max(), values[-1])


@given(st.lists(st.floats(0.0, 0.95), min_size=1, max_size=12), st.sampled_from([0.001, 0.05, 0.3]))
@example([0.5, 0.6552811667787488], 0.3)
def test_that_a_stretch_has_the_same_corners_whatever_was_shown_before(starts: list[float], width: float) -> None:
    times = np.cumsum(np.random.default_rng(3).integers(1, 2000, 20_000)).astype(np.int64)
    values = np.cumsum(np.random.default_rng(4).integers(-3, 4, 20_000)).astype(np.int64)
    length, kept = float(times[-1]) / NS, Growing()
    for start in starts:
        scale = make_scale(start * length, (start + width) * length, 0, 300, 1.0)
        fresh = Growing().points(times, values, length, scale)
        for one, other in zip(kept.points(times, values, length, scale), fresh, strict=True):
            assert one.tolist() == other.tolist()


def test_that_what_cannot_be_seen_is_not_drawn_and_steps_keep_their_place() -> None:
    x, y = steps(np.arange(0, 3000, dtype=np.int64), np.r_[np.zeros(1500), np.full(1500, 40)].astype(np.int64), 3e-6)
    kept = visible(0.25, y)
    assert kept.sum() == 4
    assert x[kept].tolist() == [0.0, 1.5e-6, 1.5e-6, 3e-6]
    assert visible(0.25, y, y + np.arange(len(y)))[1:-1].all()
    assert not len(visible(0.25, np.empty(0)))


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
