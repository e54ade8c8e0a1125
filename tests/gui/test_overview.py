"""The overview of the whole run: what it shows, how it is steered, and that it stays cheap."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.frame import Flip, Frame, Spans, State, View
from gui.plots.common.scale import NS, Scale
from gui.plots.timeline.run_map import AT_ONCE, LaneLine, RunMap, make_inks, stacked
from gui.plots.timeline.timeline import TimelinePanel
from gui.theme import theme
from gui.view_state import arrangement
from tests.gui import frames
from tests.gui.alone import DARK, settle, shown_alone
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

Shown = tuple[TimelinePanel, RecordedCommands]
LENGTH = 4.0  # seconds of the extent


def viewed(start: float, end: float, frame: Frame | None = None) -> Frame:
    return replace(frame or frames.small(), view=View(start, end, follow=False, extent=LENGTH))


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    commands = RecordedCommands()
    panel = shown_alone(qtbot, TimelinePanel(commands), 420)
    settle(panel, viewed(1.0, 2.0))
    return panel, commands


def x_of(panel: TimelinePanel, seconds: float) -> int:
    return round(panel.overview.scale.x(seconds))


def drag(panel: TimelinePanel, begin: int, end: int) -> None:
    strip, y = panel.overview, panel.overview.height() // 2
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(begin, y))
    QTest.mouseMove(strip, QPoint(end, y))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(end, y))


def looked(commands: RecordedCommands) -> tuple[float, float]:
    start, end = (float(str(value)) for value in commands.of("look")[-1])
    return start, end


def colours(image: QImage, columns: Iterable[int]) -> set[str]:
    return {QColor(image.pixel(x, y)).name() for x in columns for y in range(image.height())}


# what it shows


def test_that_it_has_the_edges_of_the_lanes(shown: Shown) -> None:
    panel, _ = shown
    strip, lanes = panel.overview.scale, panel.canvas.places.scale
    assert (strip.left, strip.columns, panel.overview.x()) == (lanes.left, lanes.columns, panel.canvas.x())


def test_that_the_band_is_what_is_shown(shown: Shown) -> None:
    panel, _ = shown
    band = panel.overview.band()
    assert (band.left(), band.right()) == pytest.approx((x_of(panel, 1.0), x_of(panel, 2.0)), abs=1.5)
    settle(panel, viewed(-2.0, 20.0))
    scale = panel.overview.scale
    assert panel.overview.band().left() == scale.left
    assert panel.overview.band().right() == pytest.approx(scale.left + scale.width)


def test_that_losses_and_flips_are_marked(shown: Shown) -> None:
    panel, _ = shown
    frame = viewed(0.0, LENGTH)
    image = panel.overview.grab().toImage()
    lost = [x_of(panel, int(time) / NS) for time in frame.recording.losses.times]
    settle(panel, frame)
    image = panel.overview.grab().toImage()
    assert QColor(DARK.colours.lost).name() in colours(image, range(lost[0] - 1, lost[0] + 2))
    flip = Flip(3.5, "lock", True, 0, 0)  # after the end of the run, where nothing else is drawn
    before = colours(image, range(x_of(panel, 3.5) - 1, x_of(panel, 3.5) + 2))
    settle(panel, changed(frame, flips=(flip,)))
    image = panel.overview.grab().toImage()
    assert QColor(DARK.colours.text).name() in colours(image, [x_of(panel, 3.5), x_of(panel, 3.5) + 1]) - before


@pytest.mark.parametrize("compact", [False, True])
def test_that_it_gives_way_to_the_lanes_by_the_height_of_the_card_alone(qtbot: QtBot, compact: bool) -> None:
    worn = theme.make("dark", compact=compact)
    full = arrangement.timeline_least(worn) + worn.pixels.legend + worn.pixels.overview
    panel = shown_alone(qtbot, TimelinePanel(RecordedCommands()), full, worn)
    for frame in (frames.empty(), frames.small(), frames.huge()):
        settle(panel, frame)
        assert panel.overview.isVisible()
    panel.resize(panel.width(), full - 1)
    QApplication.processEvents()  # heights are divided once the resize is over
    assert not panel.overview.isVisible()


# steering


def test_that_dragging_the_band_moves_it(shown: Shown) -> None:
    panel, commands = shown
    drag(panel, x_of(panel, 1.5), x_of(panel, 2.5))
    assert looked(commands) == pytest.approx((2.0, 3.0), abs=0.01)
    settle(panel, viewed(1.0, 2.0))
    drag(panel, x_of(panel, 1.5), x_of(panel, 1.5) - 2000)
    assert looked(commands) == (0.0, 1.0), "it does not leave the run"


def test_that_its_handles_make_it_wider_and_narrower(shown: Shown) -> None:
    panel, commands = shown
    drag(panel, x_of(panel, 1.0), x_of(panel, 0.5))
    assert looked(commands) == pytest.approx((0.5, 2.0), abs=0.01)
    settle(panel, viewed(1.0, 2.0))
    drag(panel, x_of(panel, 2.0), x_of(panel, 3.0))
    assert looked(commands) == pytest.approx((1.0, 3.0), abs=0.01)
    settle(panel, viewed(1.0, 2.0))
    drag(panel, x_of(panel, 2.0), x_of(panel, 0.2))
    start, end = looked(commands)
    assert start == 1.0 < end < 1.01, "an end does not pass the other one"


def test_that_a_band_of_few_pixels_can_still_be_moved(shown: Shown) -> None:
    panel, commands = shown
    settle(panel, viewed(2.0, 2.02))
    drag(panel, round(panel.overview.band().center().x()), x_of(panel, 3.0))
    start, end = looked(commands)
    assert end - start == pytest.approx(0.02)


def test_that_a_click_beside_the_band_brings_it_there(shown: Shown) -> None:
    panel, commands = shown
    drag(panel, x_of(panel, 3.0), x_of(panel, 3.0))
    assert looked(commands) == pytest.approx((2.5, 3.5), abs=0.01)


def test_that_a_double_click_shows_the_whole_run(shown: Shown) -> None:
    panel, commands = shown
    QTest.mouseDClick(panel.overview, Qt.MouseButton.LeftButton, pos=QPoint(x_of(panel, 1.5), 10))
    assert commands.of("fit") == [()]


def test_that_the_wheel_zooms_about_the_mouse_in_the_band(shown: Shown) -> None:
    panel, commands = shown
    at = QPointF(x_of(panel, 1.25), 10)
    turn = QPoint(0, 120)
    nothing, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    to = panel.overview.mapToGlobal(at)
    QApplication.sendEvent(
        panel.overview, QWheelEvent(at, to, QPoint(), turn, Qt.MouseButton.NoButton, nothing, phase, False)
    )
    start, end = looked(commands)
    assert end - start == pytest.approx(1 / 1.2)
    assert (1.25 - start) / (end - start) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize(
    ("key", "stretch"),
    [
        (Qt.Key.Key_Left, (0.9, 1.9)), (Qt.Key.Key_Right, (1.1, 2.1)), (Qt.Key.Key_PageDown, (2.0, 3.0)),
        (Qt.Key.Key_Home, (0.0, 1.0)), (Qt.Key.Key_Down, (0.75, 2.25)),
    ],
)  # fmt: skip
def test_that_keys_move_the_band(shown: Shown, key: Qt.Key, stretch: tuple[float, float]) -> None:
    panel, commands = shown
    QTest.keyClick(panel.overview, key)
    assert looked(commands) == pytest.approx(stretch)


def test_that_a_screen_reader_finds_a_slider_with_a_name_and_a_value(shown: Shown) -> None:
    panel, commands = shown
    found = QAccessible.queryAccessibleInterface(panel.overview)
    assert found.role() == QAccessible.Role.Slider
    assert found.text(QAccessible.Text.Name) == "Overview of the whole run"
    assert found.text(QAccessible.Text.Description) == "from 1.0 to 2.0 of 4.0 seconds"
    assert (panel.overview.value(), panel.overview.maximum()) == (1000, 3000)
    panel.overview.setValue(1500)
    assert looked(commands) == (1.5, 2.5)


# the picture


SCALE = Scale(0, NS // 100, 400, 0, 1.0)


def cut(spans: Spans, limit: int) -> Spans:
    end = int(np.searchsorted(spans.starts, limit, "right"))
    return Spans(spans.starts[:end], spans.states[:end], spans.objects[:end], spans.places[:end])


def test_that_a_line_that_is_added_to_is_as_one_that_is_drawn_at_once() -> None:
    for lane in (*frames.small().recording.lanes, *frames.race(2, 20_000, 4.0)):
        grown, once = LaneLine(SCALE.columns), LaneLine(SCALE.columns)
        end = 3 * NS
        for now in range(0, end, NS // 60):
            spans = cut(lane.spans, now)
            if grown.spans is not None and len(spans) == len(grown.spans):
                grown.go_on(now, SCALE)
            else:
                grown.feed(spans, now, SCALE)
        grown.feed(cut(lane.spans, end), end, SCALE)
        once.feed(cut(lane.spans, end), end, SCALE)
        assert (grown.states == once.states).all()


def test_that_what_is_drawn_again_is_the_columns_since_the_last_time() -> None:
    (lane,) = frames.race(1, 100_000, 4.0)
    line = LaneLine(SCALE.columns)
    line.feed(cut(lane.spans, 2 * NS), 2 * NS, SCALE)
    line.states[:150] = State.DIED  # would be drawn over
    line.feed(cut(lane.spans, 3 * NS), 3 * NS, SCALE)
    assert (line.states[:150] == State.DIED).all()


def test_that_of_many_lanes_only_some_are_drawn_in_one_frame_and_all_in_the_end() -> None:
    frame = changed(frames.small(), lanes=frames.race(3 * AT_ONCE, 10, 4.0))
    drawn = RunMap()
    assert [drawn.feed(frame, SCALE) for _ in range(3)] == [False, False, True]


def test_that_every_lane_gets_its_turn_also_where_all_of_them_always_change() -> None:
    lanes, drawn = frames.race(2 * AT_ONCE, 10_000, 4.0), RunMap()
    for step in range(1, 9):
        now = step * 0.2
        grown = tuple(replace(lane, spans=cut(lane.spans, round(now * NS))) for lane in lanes)
        drawn.feed(changed(frames.small(), lanes=grown, now=now), SCALE)
    picture = drawn.picture(changed(frames.small(), lanes=lanes), 2 * AT_ONCE, make_inks(DARK))
    assert all(picture.pixelColor(130, row).alpha() for row in range(2 * AT_ONCE))


@pytest.mark.parametrize("count", [1, 3, 20, 24, 1000])
def test_that_lanes_share_the_height_and_the_gravest_of_several_is_seen(count: int) -> None:
    lines = [np.full(5, State.RUNNING, np.uint8) for _ in range(count)]
    lines[count // 2][2] = State.DIED
    rows = stacked(lines, 20)
    assert rows.shape == (20, 5)
    assert State.DIED in rows[:, 2]
    assert State.DIED not in rows[:, :2]
    assert {*np.unique(rows[:, 0])} <= {State.ABSENT, State.RUNNING}
    assert stacked([], 20).shape == (20, 0)


def test_that_the_picture_is_painted_only_when_something_in_it_changes(shown: Shown) -> None:
    panel, _ = shown
    counted = []
    panel.overview.update = lambda: counted.append(1)  # type: ignore[method-assign] # it is what is counted
    panel.overview.show_frame(viewed(1.0, 2.0))
    again = viewed(1.0, 2.0)
    panel.overview.show_frame(again)
    panel.overview.show_frame(replace(again, view=replace(again.view, asked=7)))
    before = len(counted)
    panel.overview.show_frame(replace(again, view=replace(again.view, end=3.0)))
    assert len(counted) == before + 1
