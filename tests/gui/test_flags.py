"""Flags in the lanes: events that were set and cleared, as many as there are pixels for, and what they mean."""

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.frame import Frame, Marks, Thing, View
from gui.plots.common.scale import make_scale
from gui.plots.timeline.flags import flag_words, flags
from gui.plots.timeline.timeline import TimelinePanel
from tests.gui import frames
from tests.gui.frames import changed

NS = 1_000_000_000
SCALE = make_scale(0.0, 10.0, 100, 1000, 1.0)


def _marks(*rows: tuple[float, int, int, bool]) -> Marks:
    times, lanes, events, sets = zip(*rows, strict=True)
    return Marks(
        np.array([round(time * NS) for time in times], np.int64),
        np.array(lanes, np.uint16),
        np.array(events, np.uint32),
        np.array(sets, np.bool_),
    )


def test_that_only_flags_of_lanes_and_times_that_show_are_drawn() -> None:
    marks = _marks((1.0, 2, 7, True), (2.0, 3, 7, False), (11.0, 2, 7, True))
    assert [(one.lane, one.time // NS, one.up) for one in flags(marks, [2, 3], SCALE)] == [(2, 1, True), (3, 2, False)]
    assert [one.lane for one in flags(marks, [3], SCALE)] == [3]


def test_that_a_hundred_thousand_flags_become_as_many_as_there_are_pixels_for_and_the_last_one_counts() -> None:
    count = 100_000
    marks = Marks(
        np.linspace(0, 10 * NS, count).astype(np.int64),
        np.full(count, 2, np.uint16),
        np.full(count, 7, np.uint32),
        np.arange(count) % 2 == 0,
    )
    shown = flags(marks, [2], SCALE)
    assert 80 < len(shown) <= 1000 / 11 + 2
    assert shown[-1].time == marks.times[-1]
    assert shown[-1].up is bool(marks.sets[-1])


def _frame() -> Frame:
    frame = frames.small()
    things = {**frame.recording.things, 77: Thing(77, "Event", "menu_ready", 3)}
    marks = _marks((0.5, frame.recording.lanes[1].id, 77, True), (1.0, frame.recording.lanes[1].id, 77, False))
    return changed(frame, things=things, marks=marks, view=View(0.0, frame.run.now, follow=False))


def test_that_a_flag_says_what_it_means_and_only_near_to_it() -> None:
    frame = _frame()
    lane = frame.recording.lanes[1].id
    assert flag_words(frame, lane, SCALE, 0.5) == "set menu_ready"
    assert flag_words(frame, lane, SCALE, 0.98) == "cleared menu_ready"
    assert flag_words(frame, lane, SCALE, 0.75) == ""
    assert flag_words(frame, frame.recording.lanes[0].id, SCALE, 0.5) == ""


def test_that_flags_are_seen_and_the_hint_of_the_lane_names_them(stand) -> None:  # type: ignore[no-untyped-def]
    panel = stand(TimelinePanel, (1200, 420))
    frame = _frame()
    panel.draw(changed(frame, marks=Frame().recording.marks))
    QApplication.processEvents()
    plain = panel.canvas.grab().toImage()
    panel.draw(frame)
    QApplication.processEvents()
    canvas = panel.canvas
    row, scale = canvas.places.layout.of_lane(1), canvas.places.scale
    x, y = round(scale.x(0.5)), canvas.places.y(row) + row.height // 2
    flown = canvas.grab().toImage()
    bars = canvas.scene().bars(row)
    top = canvas.places.y(row) + bars.flag_top
    above = [(x + dx, top + dy) for dx in range(6) for dy in range(bars.flags)]
    assert any(plain.pixel(*at) != flown.pixel(*at) for at in above), "in room of its own above the bar"
    QTest.mouseMove(canvas, QPoint(x - 9, y))  # where the test before left the mouse no move would be seen
    QTest.mouseMove(canvas, QPoint(x, y))
    assert canvas._hover.hint is not None
    assert "set menu_ready" in canvas._hover.hint.rest
