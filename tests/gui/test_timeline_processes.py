"""The timeline of several processes and of event loops: in which order lanes stand, what tells them apart."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.frame import Frame, Holders, Lane, LaneKind, State
from engine.words.states import state, state_in_a_word
from gui.plots.timeline.expected import Expected
from gui.plots.timeline.legend import _ORDER
from gui.plots.timeline.rows import Sorter, arrange, as_they_come
from gui.plots.timeline.timeline import TimelinePanel
from gui.theme import theme
from gui.view_state.arrangement import lane_least
from gui.widgets.drawing import Shape, badge_shape, badge_width, draw_badge
from tests.gui import frames_pools
from tests.gui.alone import DARK, settle, shown_alone
from tests.gui.frames import NS, changed, lane
from tests.gui.recorded_commands import RecordedCommands

SIDE = 40  # pixels of a badge that is looked at


@pytest.fixture
def panel(qtbot) -> TimelinePanel:
    return shown_alone(qtbot, TimelinePanel(RecordedCommands()), 420)


def badges(frame: Frame) -> list[str]:
    """The badges of lanes from top to bottom."""
    return [frame.recording.lanes[index].badge for index in Sorter().feed(frame).lanes]


def idle(number: int, badge: str, kind: LaneKind = LaneKind.THREAD, process: str = "") -> Lane:
    return replace(
        lane(number, f"Lane {number}", [(0.0, State.RUNNING, 0, 1)]), kind=kind, process=process, badge=badge
    )


def test_that_lanes_of_the_programs_own_process_stand_first() -> None:
    lanes = (
        idle(1, "M"),
        idle(100, "P1", LaneKind.PROCESS, "Process-1"),
        idle(101, "P1.1", process="Process-1"),
        idle(140, "P2", LaneKind.PROCESS, "Process-2"),
        idle(180, "1"),
    )
    assert badges(changed(Frame(), lanes=lanes)) == ["M", "1", "P1", "P1.1", "P2"]


def test_that_tasks_stand_under_the_thread_that_runs_their_loop() -> None:
    assert badges(frames_pools.coroutines()) == ["M", "A1", "A2", "A3", "1"]
    loop = lane(2, "Loop", [(0.0, State.RUNNING, 0, 1), (0.2, State.WAIT_LOOP, 0, 2)])
    lanes = (idle(1, "M"), loop, idle(3, "2"), replace(idle(4, "A1", LaneKind.TASK), began=0.5))
    assert badges(changed(Frame(), lanes=lanes)) == ["M", "1", "A1", "2"]


def late(number: int, badge: str, began: float, kind: LaneKind = LaneKind.THREAD, process: str = "") -> Lane:
    return replace(idle(number, badge, kind, process), began=began)


def test_that_tasks_of_the_main_loop_stand_behind_what_the_program_started_before_them() -> None:
    loop = [(0.0, State.RUNNING, 0, 1), (2.0, State.WAIT_LOOP, 0, 2)]
    lanes = (
        lane(1, "MainThread", loop),
        late(2, "1", 0.5),
        late(3, "A1", 2.1, LaneKind.TASK),
        late(4, "A2", 2.2, LaneKind.TASK),
        late(100, "P1", 1.0, LaneKind.PROCESS, "Process-1"),
    )
    order = Sorter().feed(changed(Frame(), lanes=lanes))
    assert badges(changed(Frame(), lanes=lanes)) == ["M", "1", "P1", "A1", "A2"]
    assert order.begins == (2, 3), "a gap above the process, and above the tasks"
    assert not order.inner, "they do not belong to the process above them"
    assert badges(changed(Frame(), lanes=(*lanes, late(5, "2", 3.0)))) == ["M", "1", "2", "P1", "A1", "A2"]


def test_that_tasks_that_began_before_any_thread_stay_under_their_loop() -> None:
    loop = [(0.0, State.RUNNING, 0, 1), (0.1, State.WAIT_LOOP, 0, 2)]
    lanes = (lane(1, "MainThread", loop), late(2, "A1", 0.2, LaneKind.TASK), late(3, "1", 0.5))
    away = late(100, "P1", 0.3, LaneKind.PROCESS, "Process-1")
    assert badges(changed(Frame(), lanes=lanes)) == ["M", "A1", "1"]
    assert badges(changed(Frame(), lanes=(*lanes, away))) == ["M", "A1", "1", "P1"]
    assert badges(changed(Frame(), lanes=lanes[:2])) == ["M", "A1"], "nothing else than coroutines"


def test_that_tasks_of_a_loop_in_another_thread_stay_under_that_thread() -> None:
    loop = lane(2, "Loop", [(0.1, State.RUNNING, 0, 1), (0.2, State.WAIT_LOOP, 0, 2)])
    lanes = (idle(1, "M"), loop, late(3, "2", 0.3), late(4, "A1", 0.5, LaneKind.TASK))
    assert badges(changed(Frame(), lanes=lanes)) == ["M", "1", "A1", "2"]


def test_that_a_task_without_a_loop_is_not_lost() -> None:
    lanes = (idle(1, "M"), idle(50, "A1", LaneKind.TASK, "Process-1"), idle(51, "A2", LaneKind.TASK))
    assert badges(changed(Frame(), lanes=lanes)) == ["M", "A2", "A1"]


def test_that_two_processes_of_one_name_are_two_groups() -> None:
    lanes = (
        idle(1, "M"),
        idle(10, "P1", LaneKind.PROCESS, "LokyProcess-1"),
        idle(11, "P1.1", process="LokyProcess-1"),
        idle(20, "P2", LaneKind.PROCESS, "LokyProcess-1"),
    )
    order = Sorter().feed(changed(Frame(), lanes=lanes))
    assert order.begins == (1, 3)
    assert order.inner == {2}


def test_that_lanes_are_sorted_anew_only_when_some_appear() -> None:
    frame, sorter = frames_pools.computing(), Sorter()
    first = sorter.feed(frame)
    grown = tuple(replace(one, place=one.place + 1) for one in frame.recording.lanes)
    assert sorter.feed(changed(frame, lanes=grown)) is first
    assert sorter.feed(changed(frame, lanes=grown[:-1])) is not first


def test_that_every_pixel_of_the_rows_belongs_to_the_row_that_stands_there() -> None:
    order = Sorter().feed(frames_pools.crowd())
    layout = arrange(DARK, order, 2, 300, Expected(len(order), 2))
    assert len(order.begins) == 20
    rows = [layout.row(index) for index in range(layout.lanes)]
    for index, row in enumerate(rows):
        assert layout.at(row.y) == layout.at(row.y + row.height - 1) == index
    gaps = [after.y - row.y - row.height for row, after in zip(rows, rows[1:], strict=False)]
    assert [index + 1 for index, gap in enumerate(gaps) if gap] == list(order.begins)
    assert rows[-1].y + rows[-1].height == layout.total
    assert layout.at(layout.total) == -1
    pinned = [layout.row(layout.lanes + lock) for lock in range(2)]
    assert [layout.lock_at(row.y + row.height - 1) for row in pinned] == [layout.lanes, layout.lanes + 1]
    assert layout.lock_at(2 * layout.lock) == -1


def test_that_five_lanes_of_one_process_have_no_gaps() -> None:
    layout = arrange(DARK, as_they_come(5), 0, 300, Expected(5))
    assert all(layout.row(at).y + layout.row(at).height == layout.row(at + 1).y for at in range(4))


def test_that_the_uppermost_row_stays_where_it_is_when_lanes_appear_above_it(panel: TimelinePanel) -> None:
    frame = frames_pools.crowd()
    settle(panel, frame)
    canvas = panel.canvas
    canvas._bar.setValue(24 * lane_least(DARK) + 30)
    QApplication.processEvents()
    seen = canvas.places.rows[0]
    before = frame.recording.lanes[seen.lane].id, seen.y - canvas.places.scroll
    new = tuple(
        replace(lane(900 + at, f"New-{at}", [(9.0, State.RUNNING, 0, 1)]), badge=str(30 + at)) for at in range(3)
    )
    settle(panel, changed(frame, lanes=(*frame.recording.lanes, *new)))
    seen = canvas.places.rows[0]
    assert (canvas.frame.recording.lanes[seen.lane].id, seen.y - canvas.places.scroll) == before


def picture_of(badge: str) -> QImage:
    image = QImage(badge_width(badge, SIDE), SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor("#000000"))
    painter = QPainter(image)
    draw_badge(painter, DARK, badge, QRectF(0, 0, image.width(), SIDE))
    painter.end()
    return image


def test_that_the_shape_of_a_badge_tells_its_kind() -> None:
    shapes = {badge: badge_shape(badge) for badge in ("M", "1", "12", "3", "P1", "P12", "P1.2", "A1")}
    assert {badge for badge, shape in shapes.items() if shape is Shape.SQUARE} == {"M", "P1", "P12"}
    assert {badge for badge, shape in shapes.items() if shape is Shape.HEXAGON} == {"A1"}
    assert shapes["P1.2"] is shapes["1"] is Shape.DISC
    assert shapes["3"] is Shape.TRIANGLE
    assert shapes["12"] is Shape.SHIELD, "a triangle has no room for two digits"
    assert picture_of("P1").pixelColor(4, 4).name() == theme.thread_colour(DARK.colours, "P1").lower()
    assert picture_of("1").pixelColor(4, 4).name() == "#000000"
    assert picture_of("A1").pixelColor(3, 4).name() == "#000000"


def test_that_a_long_badge_is_wider_and_holds_its_letters() -> None:
    assert badge_width("7", 20) == badge_width("M", 20) == 20
    for badge in ("P12", "P1.12", "A123", "1234"):
        image = picture_of(badge)
        ink = QColor(DARK.colours.ink).rgb()
        inked = [x for x in range(image.width()) for y in range(SIDE) if image.pixel(x, y) == ink]
        assert min(inked) > SIDE * 0.15, badge
        assert max(inked) < image.width() - SIDE * 0.15, badge


@pytest.mark.parametrize("badge", ["10", "20", "46"])
def test_that_two_digits_stand_inside_of_their_disc(badge: str) -> None:
    image, ink = picture_of(badge), QColor(DARK.colours.ink).name()
    inked = [x for x in range(SIDE) for y in range(SIDE // 4, 3 * SIDE // 4) if image.pixelColor(x, y).name() == ink]
    assert min(inked) >= 6
    assert max(inked) < SIDE - 6


def test_that_colours_go_by_the_number_of_a_badge_not_by_ids() -> None:
    colours = DARK.colours
    assert theme.thread_colour(colours, "1") == theme.thread_colour(colours, "P9") == colours.threads[1]
    assert theme.thread_colour(colours, "2") == theme.thread_colour(colours, "P1.2") == colours.threads[2]
    assert theme.thread_colour(colours, "M") == colours.threads[0]


def test_that_the_row_of_a_lock_has_the_colour_of_a_holder_whose_id_is_far_away(panel: TimelinePanel) -> None:
    frame = frames_pools.computing()
    second = next(one for one in frame.recording.lanes if one.badge == "P2")
    times = np.array([round(2.3 * NS), round(3.0 * NS)], np.int64)
    held = Holders(7, "lock", times, np.array([second.id, 0], np.uint16))
    settle(panel, changed(frame, holders=(held,)))
    canvas = panel.canvas
    row = canvas.places.layout.row(canvas.places.layout.lanes)
    scale = canvas.places.scale
    colour = canvas.grab().toImage().pixelColor(round(scale.x(2.5)), canvas.places.y(row) + row.height // 2).name()
    assert colour == theme.thread_colour(DARK.colours, "P2").lower()


def test_that_the_hint_names_the_process(panel: TimelinePanel) -> None:
    frame = frames_pools.computing()
    settle(panel, frame)
    canvas = panel.canvas
    scale = canvas.places.scale
    index = [one.badge for one in frame.recording.lanes].index("P2.1")
    row = canvas.places.layout.of_lane(index)
    QTest.mouseMove(canvas, QPoint(round(scale.x(2.8)), canvas.places.y(row) + row.height // 2))
    hint = canvas._hover.hint
    assert hint is not None
    assert hint.badge == "P2.1"
    assert hint.name == "Thread-1 (log)  in Process-2"


def test_that_waiting_for_a_process_names_the_process(panel: TimelinePanel) -> None:
    frame = frames_pools.computing()
    settle(panel, frame)
    canvas = panel.canvas
    scale = canvas.places.scale
    QTest.mouseMove(canvas, QPoint(round(scale.x(2.8)), canvas.places.top + 10))
    hint = canvas._hover.hint
    assert hint is not None
    assert hint.what == "waiting in join Process-1"


def test_that_every_state_has_a_word_a_look_and_a_place_in_the_legend() -> None:
    for one in set(State) - {State.ABSENT}:
        assert state(one)
        assert state_in_a_word(one)
        assert DARK.looks[one].letter
        assert one in _ORDER


@pytest.mark.parametrize("name", ["dark", "light"])
def test_that_no_two_states_look_alike(name: str) -> None:
    looks = theme.make(name, compact=False).looks
    bars = [look for look in looks.values() if look.hatch is not theme.Hatch.LINE]
    assert len({(look.fill, look.hatch, look.hatch_ink, look.edge) for look in bars}) == len(bars)
    letters = [look.letter for state, look in looks.items() if state is not State.HOLDING_ASLEEP]
    assert len(set(letters)) == len(letters)


FRAMES = (frames_pools.pool, frames_pools.computing, frames_pools.coroutines, frames_pools.crowd)


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize(
    "make", [frames_pools.pool, frames_pools.computing, frames_pools.coroutines, frames_pools.crowd]
)
def test_that_frames_of_pools_can_be_drawn_in_every_dress(qtbot, name: str, compact: bool, make) -> None:
    panel = shown_alone(qtbot, TimelinePanel(RecordedCommands()), 228 if compact else 304, theme.make(name, compact))
    settle(panel, make())
    right = max(chip.geometry().right() for chip in panel.legend.chips.values())
    assert right <= panel.legend.width()
    image = panel.grab().toImage()
    assert len({image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}) > 4


def test_that_the_keyboard_still_steers_a_crowd(panel: TimelinePanel) -> None:
    settle(panel, frames_pools.crowd())
    panel.activateWindow()
    QTest.keyClick(panel.canvas, Qt.Key.Key_PageDown)
    assert panel.canvas._bar.value() > 0


def test_that_the_first_frame_of_the_next_run_has_no_row_of_the_last_one() -> None:
    sorter, last = Sorter(), frames_pools.computing()
    assert len(sorter.feed(last))
    assert len(sorter.feed(changed(Frame(), number=last.run.number + 1))) == 0
    assert len(sorter.feed(changed(last, number=last.run.number + 1))) == len(last.recording.lanes)


def test_that_a_row_that_has_a_place_does_not_move_when_another_lane_would_stand_above_it() -> None:
    frame, sorter = frames_pools.crowd(), Sorter()
    first = sorter.feed(frame)
    lanes = frame.recording.lanes
    late = replace(lane(900, "Late", [(9.0, State.RUNNING, 0, 1)]), badge="30")  # of the program's own process
    more = changed(frame, lanes=(*lanes, late))
    order = sorter.feed(more)
    assert order.lanes.tolist() == [*first.lanes.tolist(), len(lanes)]
    assert order.begins == (*first.begins, len(lanes)), "it is no part of the process above it"
    layouts = [arrange(DARK, one, 0, 300, Expected(len(lanes))) for one in (first, order)]
    assert [layouts[0].row(at).y for at in range(len(first))] == [layouts[1].row(at).y for at in range(len(first))]
    again = Sorter().feed(more)
    assert again.lanes.tolist() != order.lanes.tolist(), "what begins anew stands with its process"
