"""Parts of a run on the timeline: brackets above the lanes."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.frame import Flip, Frame, Part, Phase, Switch, View
from gui.plots.common.scale import make_scale
from gui.plots.timeline.brackets import Brackets, titles
from gui.plots.timeline.overlays import flip_room
from gui.plots.timeline.scene import PaintScene, RowCache
from gui.plots.timeline.timeline import TimelinePanel
from gui.theme import theme
from tests.gui import frames, frames_pools
from tests.gui.alone import DARK, settle, shown_alone
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

Shown = tuple[TimelinePanel, RecordedCommands]


@pytest.fixture
def shown(qtbot) -> Shown:
    controller = RecordedCommands()
    panel = shown_alone(qtbot, TimelinePanel(controller), 420)
    panel.canvas.brackets.noun = "jobs"
    settle(panel, frames_pools.pool())
    return panel, controller


def x_of(panel: TimelinePanel, seconds: float) -> int:
    scale = panel.canvas.places.scale
    return round(scale.x(seconds))


def line_at(panel: TimelinePanel, seconds: float, row: int = 0) -> bool:
    """Whether the line of a bracket is drawn at a time."""
    high = DARK.px(DARK.measures.part)
    image, x = panel.canvas.grab().toImage(), x_of(panel, seconds)
    column = {image.pixelColor(x, y).name() for y in range(row * high + high // 2 - 1, row * high + high // 2 + 2)}
    return DARK.colours.muted.lower() in column


def words_of(panel: TimelinePanel, view: View) -> list[str]:
    """What the brackets say in a view."""
    frame = replace(frames_pools.pool(), view=view)
    settle(panel, frame)
    canvas = panel.canvas
    assert canvas.cache is not None
    scene = PaintScene(frame, canvas.cache, canvas.places.scale)
    return [canvas.brackets.words(scene, part, box)[0] for part, box in canvas.brackets.boxes(scene)]


def test_that_a_part_is_a_line_from_its_begin_to_its_end(shown: Shown) -> None:
    panel, _ = shown
    first, second = frames_pools.pool().recording.parts[:2]
    assert first.end is not None
    assert line_at(panel, first.start + 0.05)
    assert line_at(panel, first.end - 0.05)
    assert not line_at(panel, (first.end + second.start) / 2)
    assert not line_at(panel, first.start - 0.02)


def test_that_a_bracket_says_name_and_time_shorter_where_narrow_then_nothing(shown: Shown) -> None:
    panel, _ = shown
    assert words_of(panel, View(0.0, 4.2)) == ["1 job \u00b7 2.20 s", "2 jobs \u00b7 1.19 s", "4 jobs \u00b7 677 ms"]
    assert words_of(panel, View(0.0, 24.0)) == ["1 job \u00b7 2.20 s", "2 jobs", "4"]
    assert words_of(panel, View(0.0, 400.0)) == ["", "", ""]


def test_that_a_name_that_is_no_number_gets_no_noun() -> None:
    part = Part(1, "loky", "computing", 0.0, 2.0)
    assert titles(part, "back ends", True, 2.0)[0] == "computing: loky \u00b7 2.00 s"
    assert titles(part, "back ends", False, 2.0)[0] == "loky \u00b7 2.00 s"


def test_that_a_part_grows_while_it_goes_on(shown: Shown) -> None:
    panel, _ = shown
    part = Part(1, "4", "", 0.5, None)
    frame = changed(
        Frame(),
        number=5,
        phase=Phase.RUNNING,
        lanes=frames.running(1.0).recording.lanes,
        parts=(part,),
        view=View(0.0, 4.0),
    )
    settle(panel, changed(frame, now=1.0))
    assert line_at(panel, 0.97)
    assert not line_at(panel, 1.97)
    settle(panel, changed(frame, now=2.0))
    assert line_at(panel, 1.97)


def test_that_a_click_on_a_bracket_shows_that_stretch(shown: Shown) -> None:
    panel, controller = shown
    part = frames_pools.pool().recording.parts[1]
    assert part.end is not None
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(x_of(panel, part.start + 0.1), 8))
    start, end = (float(str(value)) for value in controller.of("look")[-1])
    assert part.start - 0.1 < start < part.start
    assert part.end < end < part.end + 0.1
    assert not controller.of("cursor"), "it is no click on the time"


def test_that_a_click_beside_the_brackets_puts_the_cursor_there(shown: Shown) -> None:
    panel, controller = shown
    part = frames_pools.pool().recording.parts[0]
    assert part.end is not None
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(x_of(panel, part.end + 0.015), 8))
    assert controller.of("cursor")
    assert not controller.of("look")


def test_that_overlapping_parts_stand_in_rows_of_their_own(shown: Shown) -> None:
    panel, _ = shown
    top = panel.canvas.places.top
    inner = Part(9, "inner", "", 0.5, 1.0, lane=2)
    frame = frames_pools.pool()
    both = changed(frame, parts=(*frame.recording.parts, inner))
    settle(panel, both)
    assert panel.canvas.places.top == top, "nothing moves in a run that was begun with one row"
    assert not line_at(panel, 0.55, row=1)
    settle(panel, changed(both, number=77))
    assert line_at(panel, 0.55, row=1)
    assert panel.canvas.places.top > top
    settle(panel, changed(frame, number=77))
    assert panel.canvas.places.top > top, "rows are not taken away during a run"


def test_that_one_row_of_brackets_hardly_moves_the_lanes(shown: Shown) -> None:
    panel, _ = shown
    assert panel.canvas.brackets.rows == 1
    with_parts = panel.canvas.places.top
    panel.canvas.brackets.rows = 0
    assert with_parts - panel.canvas._above <= 4


def test_that_ten_thousand_parts_are_drawn_as_few_lines(qtbot) -> None:
    parts = tuple(Part(at, str(at), "", at * 0.001, at * 0.001 + 0.0005) for at in range(10_000))
    brackets = Brackets()
    frame = changed(Frame(), number=1, now=10.0, parts=parts, view=View(0.0, 10.0))
    brackets.meet(frame)
    scene = PaintScene(frame, RowCache(DARK, 1.0), make_scale(0.0, 10.0, 144, 1000, 1.0))
    assert len(brackets.boxes(scene)) <= 1000


def test_that_the_hint_of_a_bracket_says_the_limit_and_the_speed(shown: Shown) -> None:
    panel, _ = shown
    part = replace(frames_pools.pool().recording.parts[0], limit=2.1, speed=10.0)
    settle(panel, changed(frames_pools.pool(), parts=(part,)))
    QTest.mouseMove(panel.canvas, QPoint(x_of(panel, part.start + 0.1), 8))
    hint = panel.canvas._hover.hint
    assert hint is not None
    assert hint.name == "1 job \u00b7 2.20 s"
    assert hint.what == "cannot be faster than 2.10 s  \u00b7  speed 10x"


@pytest.mark.parametrize("compact", [False, True])
def test_that_labels_of_flips_stand_below_the_brackets(shown: Shown, compact: bool) -> None:
    panel, _ = shown
    worn = theme.make("dark", compact)
    panel.apply_theme(worn)
    switch = Switch("go", "Event", True, 3, True)
    frame = changed(frames_pools.pool(), number=79, switches=(switch,))
    settle(panel, frame)
    top = panel.canvas.places.top
    assert top - flip_room(worn) >= panel.canvas.brackets.rows * worn.px(worn.measures.part) > 0
    settle(panel, changed(frame, flips=(Flip(0.5, "go", True, 0, 0),)))
    assert panel.canvas.places.top == top, "their room is there before the first flip"
