"""Rows of the timeline hold still: decided before the run, never lower than a name, locks always in sight."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from engine.frame import Flip, Frame, Holders, Lane, Losses, Phase, State, Switch, View
from engine.protocol.program_text import Knob
from engine.scenarios.scenario import PartsNote
from gui.plots.common.scale import make_scale
from gui.plots.timeline.expected import Expectation, Expected
from gui.plots.timeline.flags import losses_shown
from gui.plots.timeline.overlays import flip_labels, flip_room
from gui.plots.timeline.rows import RowLayout, arrange, as_they_come
from gui.plots.timeline.scene import PaintScene, RowCache, tag_height
from gui.plots.timeline.timeline import TimelinePanel
from gui.theme import theme
from gui.theme.theme import Theme
from gui.view_state.arrangement import LEAST_LANES, lane_least, timeline_least
from tests.gui import frames
from tests.gui.alone import DARK, settle, shown_alone
from tests.gui.floor_plan import FloorPlan
from tests.gui.frames import NS, changed, lane
from tests.gui.recorded_commands import RecordedCommands, course
from tests.gui.stage_screen import PATIENCE, until

THEMES = [
    theme.make("dark", compact, scale, presents)
    for compact, presents in ((False, False), (True, False), (False, True))
    for scale in (1.0, 1.25, 1.5, 2.0)
]
LOCK = Switch("lock", "Lock", True, 3, False)


def lanes_of(count: int) -> tuple[Lane, ...]:
    return tuple(lane(at + 1, f"Thread-{at}", [(0.0, State.RUNNING, 0, 1)]) for at in range(count))


def locks_of(count: int) -> tuple[Holders, ...]:
    held = np.array([0], np.int64), np.array([1], np.uint16)
    return tuple(Holders(100 + at, f"locks[{at}]", *held) for at in range(count))


def heights(layout: RowLayout) -> tuple[int, ...]:
    return layout.first, layout.other, layout.lock, layout.pinned


# how high they are


@pytest.mark.parametrize("worn", THEMES)
@pytest.mark.parametrize("room", [80, 150, 300, 700, 1500])
def test_that_heights_go_by_what_is_expected_and_not_by_what_there_is(worn: Theme, room: int) -> None:
    expected = Expected(6, 2)
    decided = {
        heights(arrange(worn, as_they_come(count), locks, room, expected))
        for count in (0, 1, 6, 40)
        for locks in (0, 2, 9)
    }
    assert len(decided) == 1


@pytest.mark.parametrize("worn", THEMES)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 12, 40, 2000])
def test_that_no_lane_is_lower_than_its_name_nor_much_higher_than_measured(worn: Theme, count: int) -> None:
    for room in range(60, 1600, 70):
        layout = arrange(worn, as_they_come(count), 1, room, Expected(count, 1))
        assert min(layout.first, layout.other) >= lane_least(worn)
        assert layout.first <= max(worn.pixels.lane_main, lane_least(worn)) * 1.6 + 1
        assert layout.other <= max(worn.pixels.lane, lane_least(worn)) * 1.6 + 1
        if lane_least(worn) * count + layout.pinned <= room:
            assert layout.total + layout.pinned <= room, "what can be seen at once is not scrolled"
        elif count > 2 and room - layout.pinned > 2 * lane_least(worn):
            area = room - layout.pinned
            last = layout.between(0, area)[-1]
            assert area - layout.other <= last.y <= area, "and where they are scrolled, rows fill the room"


@pytest.mark.parametrize("worn", THEMES)
def test_that_gaps_of_processes_that_are_scrolled_take_no_room_from_those_that_are_seen(worn: Theme) -> None:
    room = LEAST_LANES * lane_least(worn) + worn.pixels.lane_main - lane_least(worn) + 2
    layout = arrange(worn, as_they_come(12), 0, room, Expected(12, processes=9))
    assert layout.row(LEAST_LANES - 1).y + layout.other <= room


@pytest.mark.parametrize("worn", THEMES)
def test_that_three_lanes_and_a_lock_are_seen_at_the_least_height(qtbot, worn: Theme) -> None:
    panel = shown_alone(qtbot, TimelinePanel(RecordedCommands()), timeline_least(worn), worn)
    settle(panel, changed(Frame(), lanes=lanes_of(3), holders=locks_of(2), number=3, switches=(LOCK,)))
    places = panel.canvas.places
    assert len(places.lock_rows) >= 1
    assert places.layout.pinned >= worn.pixels.lane_lock
    assert places.layout.total <= places.locks - places.top
    assert len(places.lane_rows) == LEAST_LANES


# what is expected


def told(lanes: int = 0, locks: int = 0, *, number: int = 1, scenario: str = "one") -> Frame:
    frame = changed(Frame(), lanes=lanes_of(lanes), holders=locks_of(locks), number=number)
    return replace(frame, program=replace(frame.program, scenario=scenario))


def test_that_lanes_are_those_that_the_scenario_says_else_those_of_its_last_run_else_four() -> None:
    known = Expectation()
    assert known.feed(told(), 0, 0).lanes == 4
    known.feed(told(9), 0, 0)
    assert known.now.lanes == 4, "in a run nothing changes"
    assert known.feed(told(number=2), 0, 0).lanes == 9
    assert known.feed(told(number=2, scenario="two"), 0, 0).lanes == 4
    known.scenario = replace(course().scenario, lanes="1 + THREADS")
    frame = told(number=3)
    knobs = (Knob("THREADS", 16, 2, 1),)
    assert known.feed(replace(frame, program=replace(frame.program, knobs=knobs)), 0, 0).lanes == 17


def test_that_locks_are_the_switches_else_those_of_the_last_run_else_those_of_the_text_and_four_at_most() -> None:
    known, frame = Expectation(), told()
    event = replace(LOCK, name="go", type="Event")
    assert known.feed(replace(frame, program=replace(frame.program, switches=(LOCK, event))), 0, 0).locks == 1
    known.feed(told(2, 9), 0, 0)
    assert known.feed(told(number=2), 0, 0).locks == 4
    text = "from threading import Lock, RLock\nuse(Lock(), RLock())\n"
    frame = told(number=2, scenario="two")
    assert known.feed(replace(frame, program=replace(frame.program, text=text)), 0, 0).locks == 2
    frame = told(number=2, scenario="three")
    text = "a, b = asyncio.Lock(), threading.Lock()\n"  # who holds one of asyncio has no row
    assert known.feed(replace(frame, program=replace(frame.program, text=text)), 0, 0).locks == 1


def test_that_brackets_and_labels_of_flips_have_their_room_before_the_run(qtbot) -> None:
    panel = shown_alone(qtbot, TimelinePanel(RecordedCommands()), 400)
    settle(panel, told())
    plain = panel.canvas.places.top
    assert plain >= flip_room(DARK)
    panel.opened(course(parts=PartsNote("timed")))
    frame = told(number=2)
    settle(panel, replace(frame, program=replace(frame.program, switches=(LOCK,))))
    assert panel.canvas.places.top == DARK.measures.part + flip_room(DARK)


def test_that_an_empty_timeline_says_that_no_thread_ran_only_after_a_run(qtbot) -> None:
    panel = shown_alone(qtbot, TimelinePanel(RecordedCommands()), 400)
    settle(panel, changed(told(number=7), phase=Phase.IDLE))
    assert "Space" in panel.canvas._note(), "another lesson was opened after some runs"
    settle(panel, changed(told(number=8), phase=Phase.ENDED))
    assert panel.canvas._note() == "No thread ran."


# locks


def turned(panel: TimelinePanel, y: int) -> None:
    """Turns the wheel towards the hand over the names of rows."""
    at = QPointF(20, y)
    event = QWheelEvent(
        at, panel.canvas.mapToGlobal(at), QPoint(0, 0), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel.canvas, event)
    QApplication.processEvents()


def test_that_locks_stay_in_sight_below_lanes_that_are_scrolled_and_are_scrolled_by_themselves(qtbot) -> None:
    panel = shown_alone(qtbot, TimelinePanel(RecordedCommands()), 420)
    settle(panel, changed(Frame(), lanes=lanes_of(60), holders=locks_of(9), number=3))
    canvas = panel.canvas
    before = canvas.places
    assert [row.lock for row in before.lock_rows] == [0, 1, 2, 3]
    assert before.locks + 4 * before.layout.lock == before.bottom
    turned(panel, before.top + 40)
    assert canvas.places.scroll > 0
    assert canvas.places.lock_rows == before.lock_rows
    lanes = canvas.places.lane_rows
    turned(panel, before.bottom - 10)
    assert canvas.places.lane_rows == lanes
    assert [row.lock for row in canvas.places.lock_rows] == [1, 2, 3, 4]
    assert canvas.places.at(canvas.places.bottom - 2) == 60 + 4


def test_that_a_lock_that_nobody_expected_is_seen_and_moves_no_lane(qtbot) -> None:
    panel = shown_alone(qtbot, TimelinePanel(RecordedCommands()), 300)
    settle(panel, told(5))
    before = panel.canvas.places
    settle(panel, told(5, 2))
    after = panel.canvas.places
    assert (after.top, after.layout.first, after.layout.other) == (before.top, before.layout.first, before.layout.other)
    assert len(after.lock_rows) == 1


# what stands above the bars


@pytest.mark.parametrize("worn", THEMES)
def test_that_tags_stand_above_the_bars_inside_of_the_row_and_beside_one_another(qapp, worn: Theme) -> None:
    cache = RowCache(worn, 1.0)
    for height in range(lane_least(worn), worn.pixels.lane * 2):
        for main in (False, True):
            for tasks in (False, True):
                bars = cache.bars(height, main, tasks, tag_height(worn) + 3)
                assert bars.flags >= lane_least(worn) * 0.4
                assert bars.flag_top >= 0
                assert bars.flag_top + bars.flags <= bars.top
                assert bars.top + bars.height < height
                assert bars.height >= 6


@pytest.mark.parametrize("worn", THEMES)
@pytest.mark.parametrize("count", [3, 40, 4_000, 400_000])
def test_that_lost_updates_whose_tags_would_touch_share_one(qtbot, worn: Theme, count: int) -> None:
    panel = shown_alone(qtbot, TimelinePanel(RecordedCommands()), worn.px(304), worn)
    losses = Losses(np.linspace(0.1 * NS, 2 * NS, count).astype(np.int64), np.full(count, 2, np.uint16))
    settle(panel, changed(frames.small(), losses=losses, view=View(0.0, 2.5, follow=False)))
    scene, rows = panel.canvas.scene(), panel.canvas.places.lane_rows
    tags = losses_shown(scene, rows)[2].tags
    assert sum(number for _, number in tags) == count
    widths = [
        scene.cache.loss(number, scene.bars(rows[1]).flags - 3).deviceIndependentSize().width() for _, number in tags
    ]
    edges = [(x - wide / 2, x + wide / 2) for (x, _), wide in zip(tags, widths, strict=True)]
    assert all(after[0] >= before[1] - 1 for before, after in zip(edges, edges[1:], strict=False))


@pytest.mark.parametrize("worn", THEMES)
@pytest.mark.parametrize("names", [("lock",), ("knife", "board")])
def test_that_every_flip_that_shows_has_its_label_or_none_has(qapp, worn: Theme, names: tuple[str, ...]) -> None:
    said = set()
    for count in range(1, 80):
        flips = tuple(Flip(at / count, names[at % len(names)], at % 2 == 0, 0, 0) for at in range(count))
        scale = make_scale(0.0, 1.0, 144, 1000, 1.0)
        scene = PaintScene(changed(Frame(), flips=flips), RowCache(worn, 1.0), scale)
        labels = flip_labels(scene, flips, 100.0)
        assert len(labels) in (0, count)
        boxes = [box for box, _ in labels]
        assert not any(one.intersects(other) for at, one in enumerate(boxes) for other in boxes[:at])
        strip = QRectF(-500, 100 - flip_room(worn) + 1, 3000, flip_room(worn))
        assert all(strip.contains(box) for box in boxes)
        said |= {text for _, text in labels}
    assert "lock off" not in said or len(names) == 1
    assert ("off" in said) is (len(names) == 1), "of two switches nobody knows which"


# real runs


@pytest.fixture
def plan(qapp) -> Iterator[FloorPlan]:
    plan = FloorPlan()
    yield plan
    plan.close()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("scenario", ["counter", "deadlock", "file_ready", "bank"])
def test_that_nothing_of_the_rows_moves_from_run_to_the_end_of_the_run(
    plan: FloorPlan, scenario: str, size: tuple[int, int]
) -> None:
    plan.window.resize(*size)
    plan.open(scenario)
    canvas, seen = plan.timeline.canvas, set()

    def look() -> bool:
        plan.theatre.driver.tick()
        QApplication.processEvents()
        places, legend = canvas.places, plan.timeline.legend
        seen.add((heights(places.layout), places.top, places.locks, places.bottom, legend.geometry().getRect()))
        return plan.theatre.session.frame.run.phase is Phase.ENDED

    look()
    for _ in range(2):
        plan.theatre.controller.run()
        until(look, f"the end of {scenario}", PATIENCE)
        look()
    assert len(seen) == 1


@pytest.mark.parametrize("height", [310, 333, 361])
def test_that_a_chosen_thread_comes_into_sight_below_whole_rows(qtbot, height: int) -> None:
    panel = shown_alone(qtbot, TimelinePanel(RecordedCommands()), height)
    frame = changed(Frame(), number=1, now=1.0, phase=Phase.RUNNING, lanes=lanes_of(40))
    settle(panel, frame)
    canvas = panel.canvas
    for chosen in (20, 12, 30):  # downwards, upwards, downwards again
        settle(panel, replace(frame, view=replace(frame.view, thread=chosen)))
        places = canvas.places
        row = places.layout.of_lane(chosen - 1)
        first = places.lane_rows[0]
        assert places.top <= places.y(row) <= places.locks - row.height, "it is whole"
        assert places.y(first) == places.top, "and so is the uppermost one"
