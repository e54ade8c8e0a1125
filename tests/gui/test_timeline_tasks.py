"""Tasks of pools on the timeline: brackets, names, crosses; bounded by pixels, not by tasks."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from engine.frame import NO_TASKS, Frame, State, Tasks, View
from gui.plots.common.scale import NS, Scale, make_scale
from gui.plots.timeline.lanes import make_strip
from gui.plots.timeline.rows import TimelineRow
from gui.plots.timeline.scene import PaintScene, RowCache
from gui.plots.timeline.task_index import TaskIndex
from gui.plots.timeline.tasks import labels
from gui.plots.timeline.timeline import TimelinePanel
from tests.gui import frames_pools
from tests.gui.alone import DARK, settle, shown_alone
from tests.gui.frames import changed, lane
from tests.gui.recorded_commands import RecordedCommands

MANY = 100_000
SECONDS = 100.0


@pytest.fixture
def panel(qtbot) -> TimelinePanel:
    return shown_alone(qtbot, TimelinePanel(RecordedCommands()), 460)


def fed(tasks: Tasks, run: int = 1) -> TaskIndex:
    index = TaskIndex()
    index.feed(tasks, run)
    return index


def many(count: int = MANY) -> Tasks:
    """So many tasks, one after the other in two lanes; every ten thousandth fails."""
    starts = (np.arange(count) * (SECONDS / count) * NS).astype(np.int64)
    return Tasks(
        np.arange(count, dtype=np.uint32),
        (2 + np.arange(count) % 2).astype(np.uint16),
        starts,
        starts + round(1.5 * SECONDS / count * NS),
        np.arange(count) % 10_000 == 9_999,
        {number: f"task({number})" for number in range(count)},
    )


def names_of(frame: Frame, number: int, view: tuple[float, float], height: int = 56) -> list[str]:
    """The names that are drawn in a lane's row of this height."""
    index = fed(frame.recording.tasks)
    scene = PaintScene(frame, RowCache(DARK, 1.0), make_scale(*view, 144, 1200, 1.0), index)
    one = next(lane for lane in frame.recording.lanes if lane.id == number)
    shown = index.shown(number, scene.scale, round(frame.run.now * NS))
    assert shown is not None
    return [label.name for label in labels(scene, one, scene.cache.bars(height, False, True), shown)]


def bracket_at(panel: TimelinePanel, lane_id: int, seconds: float) -> str:
    """The colour where the bracket of a task would be, at a time."""
    canvas = panel.canvas
    index = [one.id for one in canvas.frame.recording.lanes].index(lane_id)
    row, scale = canvas.places.layout.of_lane(index), canvas.places.scale
    assert canvas.cache is not None
    bars = canvas.cache.bars(row.height, row.main, True)
    assert bars.named, "high enough for a line of names"
    return canvas.grab().toImage().pixelColor(round(scale.x(seconds)), canvas.places.top + row.y + bars.top - 4).name()


def test_that_a_task_has_a_bracket_from_its_begin_to_its_end(panel: TimelinePanel) -> None:
    settle(panel, frames_pools.pool())
    tasks = frames_pools.pool().recording.tasks
    begin, end = tasks.starts[0] / NS, tasks.ends[0] / NS
    muted = DARK.colours.muted.lower()
    assert bracket_at(panel, 2, (begin + end) / 2) == muted
    assert bracket_at(panel, 2, begin - 0.02) != muted
    last = max(tasks.ends[tasks.lanes == 2]) / NS
    assert bracket_at(panel, 2, last + 0.03) != muted


def test_that_names_are_shown_where_there_is_room_and_shortened_where_there_is_little() -> None:
    frame = frames_pools.pool()
    assert names_of(frame, 2, (0.0, 2.4)) == [f"root({n})" for n in range(10, 1, -1)]
    assert names_of(frame, 2, (0.0, 8.0))[:4] == ["(10)", "(9)", "(8)", "(7)"]
    assert names_of(frame, 2, (0.0, 30.0)) == []


def test_that_a_name_stays_in_view_while_its_task_does(panel: TimelinePanel) -> None:
    frame = frames_pools.pool()
    assert names_of(frame, 2, (0.2, 0.25)) == ["root(10)"]


def test_that_a_row_too_thin_for_a_line_of_names_has_them_inside_of_its_bars(panel: TimelinePanel) -> None:
    frame = frames_pools.pool()
    assert not RowCache(DARK, 1.0).bars(24, False, True).named
    assert names_of(frame, 2, (0.0, 2.4), height=24)[0] == "root(10)"


def test_that_a_failed_task_has_a_cross_at_its_end(panel: TimelinePanel) -> None:
    frame = frames_pools.pool()
    settle(panel, frame)
    tasks = frame.recording.tasks
    failed = int(np.flatnonzero(tasks.failed)[0])
    canvas, scale = panel.canvas, panel.canvas.places.scale
    row = canvas.places.layout.of_lane([one.id for one in frame.recording.lanes].index(int(tasks.lanes[failed])))
    assert canvas.cache is not None
    middle = canvas.places.top + row.y + canvas.cache.bars(row.height, False, True).middle
    x = round(scale.x(tasks.ends[failed] / NS))
    image = canvas.grab().toImage()
    seen = {image.pixelColor(x + dx, round(middle) + dy).name() for dx in range(-3, 4) for dy in range(-3, 4)}
    assert QColor(DARK.colours.lost).name() in seen


def test_that_a_task_that_goes_on_reaches_to_the_last_moment() -> None:
    rows = frames_pools.tasks([(2, 0.0, 1.0, "a", False), (2, 1.0, None, "b", False)])
    scale = make_scale(0.0, 4.0, 144, 1000, 1.0)
    shown = fed(rows).shown(2, scale, round(3.0 * NS))
    assert shown is not None
    assert shown.after.tolist() == pytest.approx([250, 750])


def test_that_a_hundred_thousand_tasks_are_no_more_than_columns() -> None:
    index = fed(many())
    scale = make_scale(0.0, SECONDS, 144, 1000, 1.0)
    shown = index.shown(3, scale, round(SECONDS * NS))
    assert shown is not None
    assert len(shown.tasks) == 0, "each is far narrower than a pixel"
    assert shown.narrow == ((0, 1000),), "but all of the lane is covered"
    assert len(shown.failed) > 3, "and failures are seen"


def test_that_zooming_into_a_hundred_thousand_tasks_finds_the_right_ones() -> None:
    tasks = many()
    index = fed(tasks)
    scale = make_scale(50.0, 50.01, 144, 1000, 1.0)
    shown = index.shown(2, scale, round(SECONDS * NS))
    assert shown is not None
    expected = [
        number
        for number in range(MANY // 2 - 20, MANY // 2 + 20)
        if tasks.lanes[number] == 2 and tasks.starts[number] < scale.end and tasks.ends[number] > scale.start
    ]
    assert shown.tasks.tolist() == expected


@pytest.mark.parametrize("width", [0.3, 3.0, 30.0])
def test_that_wide_tasks_are_never_missed_among_many_short_ones(width: float) -> None:
    dice = np.random.default_rng(5)
    lengths = np.where(dice.random(20_000) < 0.01, 0.02, 0.001) * NS
    starts = (np.cumsum(lengths) - lengths).astype(np.int64)
    ends = (starts + lengths * 0.9).astype(np.int64)
    count = len(starts)
    tasks = Tasks(
        np.arange(count, dtype=np.uint32), np.full(count, 2, np.uint16), starts, ends, np.zeros(count, np.bool_)
    )
    scale: Scale = make_scale(1.0, 1.0 + width, 144, 1000, 1.0)
    shown = fed(tasks).shown(2, scale, int(ends[-1]))
    assert shown is not None
    wide = (ends - starts) / scale.per_column >= 5
    seen = (starts < scale.end) & (ends > scale.start)
    assert shown.tasks.tolist() == np.flatnonzero(wide & seen).tolist()


def test_that_the_index_takes_in_what_is_new() -> None:
    whole, index = many(1000), TaskIndex()
    for count in (10, 500, 1000):
        part = Tasks(*(column[:count] for column in (whole.ids, whole.lanes, whole.starts, whole.ends, whole.failed)))
        index.feed(part, 1)
    scale = make_scale(0.0, 3.0, 144, 1000, 1.0)
    grown, at_once = index.shown(3, scale, 100 * NS), fed(whole).shown(3, scale, 100 * NS)
    assert grown is not None
    assert at_once is not None
    assert grown.tasks.tolist() == at_once.tasks.tolist() != []
    index.feed(NO_TASKS, 2)
    assert not index.has(3), "another run begins anew"


def test_that_the_hint_says_which_task_it_was_and_how_long_it_took(panel: TimelinePanel) -> None:
    frame = frames_pools.pool()
    settle(panel, frame)
    canvas, scale = panel.canvas, panel.canvas.places.scale
    row = canvas.places.layout.row(1)
    middle = (frame.recording.tasks.starts[0] + frame.recording.tasks.ends[0]) / 2 / NS
    QTest.mouseMove(canvas, QPoint(round(scale.x(middle)), canvas.places.top + row.y + row.height // 2))
    hint = canvas._hover.hint
    assert hint is not None
    assert hint.more[0] == "task root(10)  \u00b7  316 ms"


def test_that_nothing_is_said_of_tasks_between_two() -> None:
    index = fed(frames_pools.tasks([(2, 0.0, 1.0, "a", False), (2, 2.0, 3.0, "b", False)]))
    assert index.at(2, round(0.5 * NS)) == 0
    assert index.at(2, round(1.5 * NS)) == -1
    assert index.at(2, round(2.5 * NS)) == 1
    assert index.at(9, round(0.5 * NS)) == -1


def test_that_a_task_inside_of_a_task_gives_the_outer_one_back() -> None:
    index = fed(frames_pools.tasks([(2, 0.0, 4.0, "outer", False), (2, 1.0, 2.0, "inner", False)]))
    assert [index.at(2, round(at * NS)) for at in (0.5, 1.5, 3.0)] == [0, 1, 0]


def test_that_lanes_without_tasks_look_as_before(panel: TimelinePanel) -> None:
    cache = RowCache(DARK, 1.0)
    plain = cache.bars(56, False, False)
    assert (plain.top, plain.height) == (10, DARK.measures.bar)
    frame = changed(
        Frame(), number=8, now=1.0, lanes=(lane(1, "MainThread", [(0.0, State.RUNNING, 0, 1)]),), view=View(0.0, 1.0)
    )
    settle(panel, frame)
    assert not panel.canvas._tasks.has(1)


@pytest.mark.parametrize("height", [230, 460])
@pytest.mark.parametrize("width", [0.01, 1.0, SECONDS])
def test_that_a_hundred_thousand_tasks_can_be_drawn_at_any_scale(
    panel: TimelinePanel, height: int, width: float
) -> None:
    lanes = [lane(number, f"Worker-{number}", [(0.0, State.RUNNING, 0, 1)]) for number in range(1, 4)]
    panel.resize(1360, height)
    view = View(0.0, width, follow=False)
    settle(panel, changed(Frame(), number=9, now=SECONDS, lanes=tuple(lanes), tasks=many(), view=view))
    canvas = panel.canvas
    assert canvas.cache is not None
    row = canvas.places.layout.row(1)
    bars = canvas.cache.bars(row.height, row.main, True)
    image, top = canvas.grab().toImage(), canvas.places.top + row.y
    above = {image.pixelColor(x, top + y).name() for x in range(200, 1000, 3) for y in range(1, bars.top)}
    assert DARK.colours.muted.lower() in above, "something of the tasks is seen"


def test_that_a_task_whose_worker_died_ends_with_it_and_its_name_does_not_stand_in_the_words_of_the_death() -> None:
    rows = [(0.0, State.RUNNING, 0, 1), (0.1, State.DIED, 0, 5)]
    worker = replace(lane(2, "Pool-1", rows), error="os._exit(137)", badge="P1")
    frame = changed(
        Frame(), number=1, now=3.0, lanes=(worker,), tasks=frames_pools.tasks([(2, 0.05, None, "work(2)", False)])
    )
    scene = PaintScene(frame, RowCache(DARK, 1.0), make_scale(0.0, 4.0, 144, 1200, 1.0), fed(frame.recording.tasks))
    strip = make_strip(scene, TimelineRow(0, -1, 0, 56), None, None)
    assert strip.tasks is not None
    assert strip.tasks.after.tolist() == [pytest.approx(0.1 * NS / scene.scale.per_column, abs=1)]
    assert strip.names == (), "there is no room in what it lasted"
