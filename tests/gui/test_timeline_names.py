"""Names beside the rows, words of the legend, the end of a thread that was cut off: what is said in little room."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.frame import Frame, Phase, State, View
from engine.words import states as words
from gui.plots.timeline.legend import _ORDER, Legend
from gui.plots.timeline.state_labels import cut_name
from gui.plots.timeline.timeline import TimelinePanel
from gui.theme import theme
from gui.view_state.arrangement import timeline_least
from gui.widgets.legend_symbols import Mark
from tests.gui import frames_pools
from tests.gui.alone import DARK, shown_alone
from tests.gui.frames import Row, changed, lane
from tests.gui.recorded_commands import RecordedCommands

LIGHT = theme.make("light", compact=True)
POOL = "ThreadPoolExecutor-12_3"


def letters(most: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= most


@pytest.fixture
def panel(qtbot) -> TimelinePanel:
    return shown_alone(qtbot, TimelinePanel(RecordedCommands()), 304)


def settle(panel: TimelinePanel, frame: Frame) -> QImage:
    """Draws a frame, lets Qt paint it, and gives the picture of its rows."""
    panel.draw(frame)
    QApplication.processEvents()
    return panel.canvas.grab().toImage()


def test_that_a_name_that_fits_is_not_cut() -> None:
    assert cut_name(POOL, letters(len(POOL))) == POOL


@pytest.mark.parametrize("room", range(6, len(POOL)))
def test_that_the_numbers_of_a_worker_stay_however_little_room_there_is(room: int) -> None:
    cut = cut_name(POOL, letters(room))
    assert cut.endswith("\u2026-12_3")
    assert len(cut) == room, "no letter less than there is room for"
    assert POOL.startswith(cut.split("\u2026")[0])


def test_that_brackets_are_cut_inside_and_closed() -> None:
    assert cut_name("gather(computing_async)", letters(14)) == "gather(compu\u2026)"
    assert cut_name("Thread-10 (download)", letters(16)) == "Thread-10 (dow\u2026)"
    assert cut_name("root_of_all(10)", letters(10)) == "root_\u2026(10)"


def test_that_of_a_thread_that_python_named_the_number_is_enough() -> None:
    assert cut_name("Thread-10 (download)", letters(12)) == "Thread-10"


def test_that_a_name_without_numbers_is_cut_at_its_end() -> None:
    assert cut_name("background_monitor", letters(8)) == "backgro\u2026"


def test_that_the_default_names_of_a_pool_are_whole_in_a_wide_window(panel: TimelinePanel) -> None:
    settle(panel, frames_pools.pool())
    canvas, cache = panel.canvas, panel.canvas.cache
    assert cache is not None
    before = DARK.measures.padding + DARK.measures.badge + 7
    assert cache.width(cache.word, "ThreadPoolExecutor-4_3") <= canvas.places.scale.left - before - 4


def test_that_the_mouse_over_a_name_says_all_of_it(panel: TimelinePanel) -> None:
    frame = frames_pools.pool()
    one = replace(frame.recording.lanes[1], name=POOL * 3)
    settle(panel, changed(frame, lanes=(frame.recording.lanes[0], one, *frame.recording.lanes[2:])))
    canvas = panel.canvas
    row = canvas.places.layout.row(1)
    QTest.mouseMove(canvas, QPoint(60, canvas.places.top + row.y + row.height // 2))
    hint = canvas._hover.hint
    assert hint is not None
    assert (hint.name, hint.state) == (POOL * 3, State.ENDED)


# the legend


def legend_of(qtbot, apply_theme: theme.Theme, width: int, states: frozenset[State]) -> Legend:
    made = Legend(lambda mark, hidden: None)
    qtbot.addWidget(made)
    made.resize(width, 100)
    made.apply_theme(apply_theme)
    made.show_marks("counter", states, frozenset())
    return made


FEW = frozenset({State.RUNNING, State.SLEEPING, State.WAIT_LOCK})
SOME = frozenset(
    {
        State.RUNNING, State.SLEEPING, State.WAIT_RESULT, State.WAIT_AWAIT, State.WAIT_JOIN, State.WAIT_LOOP,
        State.WAIT_TASK, State.CREATED, State.ENDED,
    }
)  # fmt: skip
ALL = frozenset(State) - {State.ABSENT}


def shown_in(legend: Legend) -> list[Mark]:
    """Which chips are not in the menu."""
    return [mark for mark, chip in legend.chips.items() if not chip.isHidden()]


@pytest.mark.parametrize("apply_theme", [DARK, LIGHT, theme.make("dark", compact=True, scale=2.0)])
@pytest.mark.parametrize("width", [320, 640, 942, 1360, 3000])
def test_that_words_are_the_same_at_every_width_and_what_does_not_fit_is_in_the_menu(
    qtbot, apply_theme: theme.Theme, width: int
) -> None:
    legend = legend_of(qtbot, apply_theme, width, ALL)
    assert [chip.text() for chip in legend.chips.values()] == [words.state(state) for state in _ORDER]
    there = shown_in(legend)
    assert there == list(_ORDER)[: len(there)], "the first ones, whatever the length of the others"
    boxes = [legend.chips[mark].geometry() for mark in there]
    boxes += [] if legend.more.isHidden() else [legend.more.geometry()]
    assert all(legend.rect().contains(box) for box in boxes)
    assert not any(one.intersects(other) for at, one in enumerate(boxes) for other in boxes[:at])
    assert all(chip.width() == chip.sizeHint().width() for mark, chip in legend.chips.items() if mark in there)
    assert legend.more.isHidden() is (len(there) == len(ALL))
    assert legend.more.isHidden() or legend.more.text() == f"{len(ALL) - len(there)} more"


def test_that_its_height_goes_by_theme_and_width_and_not_by_what_it_shows(qtbot) -> None:
    high = DARK.measures.legend
    assert [legend_of(qtbot, DARK, 900, states).height() for states in (frozenset(), FEW, SOME, ALL)] == [high] * 4
    assert legend_of(qtbot, DARK, 500, FEW).height() == high + DARK.measures.chip
    large = theme.make("dark", compact=False, scale=1.5)
    assert legend_of(qtbot, large, 1600, FEW).height() == large.pixels.legend + large.pixels.chip


def test_that_a_state_that_comes_in_a_run_stands_behind_the_others_and_the_next_run_moves_no_chip(qtbot) -> None:
    legend = legend_of(qtbot, DARK, 1300, FEW)
    before = {mark: chip.geometry() for mark, chip in legend.chips.items()}
    legend.show_marks("counter", FEW | {State.HOLDING}, frozenset())
    assert {mark: legend.chips[mark].geometry() for mark in before} == before
    assert list(legend.chips)[-1] is State.HOLDING
    places = {mark: chip.geometry() for mark, chip in legend.chips.items()}
    legend.show_marks("counter", frozenset(), frozenset())
    assert {mark: chip.geometry() for mark, chip in legend.chips.items()} == places
    legend.show_marks("bank", frozenset(), frozenset())
    assert not legend.chips, "nothing is known of another scenario"
    legend.show_marks("counter", frozenset(), frozenset())
    assert list(legend.chips) == [state for state in _ORDER if state in FEW | {State.HOLDING}], "opened again"


def test_that_the_menu_of_the_legend_hides_states_as_its_chips_do(qtbot) -> None:
    pressed: list[tuple[Mark, bool]] = []
    legend = Legend(lambda mark, hidden: pressed.append((mark, hidden)))
    qtbot.addWidget(legend)
    legend.resize(700, 100)
    legend.apply_theme(DARK)
    legend.show_marks("counter", ALL, frozenset())
    legend.show()
    legend.more.click()
    assert legend.menu is not None
    entries = legend.menu.actions()
    hidden = [mark for mark, chip in legend.chips.items() if chip.isHidden()]
    assert [entry.text() for entry in entries] == [legend.chips[mark].text() for mark in hidden]
    entries[0].trigger()
    assert pressed == [(hidden[0], True)]
    legend.menu.hide()


def test_that_the_legend_gives_way_to_the_lanes_by_the_height_of_the_card_alone(panel: TimelinePanel) -> None:
    least = timeline_least(DARK) + DARK.measures.legend
    for frame in (Frame(), frames_pools.crowd()):
        for height, there in ((least, True), (least - 1, False), (least + 200, True)):
            panel.resize(1360, height)
            settle(panel, frame)
            assert panel.legend.isVisible() is there


# the end of a thread that was cut off


def stopped(end: State, cut: float = 2.0, now: float = 2.0) -> Frame:
    """A main thread, and one that sleeps until it ends so."""
    rows: list[Row] = [(0.1, State.SLEEPING, 0, 5), (cut, end, 0, 5)]
    return changed(
        Frame(),
        number=9,
        phase=Phase.ENDED,
        now=now,
        lanes=(lane(1, "MainThread", [(0.0, State.RUNNING, 0, 1)]), lane(2, "Saver", rows)),
        view=View(0.0, now, follow=False),
    )


def reds(panel: TimelinePanel, image: QImage, seconds: float, reach: int) -> int:
    """Pixels of the colour of a tear about a time, in the second row."""
    canvas, scale = panel.canvas, panel.canvas.places.scale
    row, x = canvas.places.layout.row(1), round(scale.x(seconds))
    red = QColor(DARK.colours.lost).name()
    ys = range(canvas.places.top + row.y, canvas.places.top + row.y + row.height)
    return sum(image.pixelColor(a, b).name() == red for a in range(x - reach, x + 3) for b in ys)


def test_that_a_thread_that_was_cut_off_is_torn_where_one_that_ended_is_not(panel: TimelinePanel) -> None:
    image = settle(panel, stopped(State.CUT))
    assert reds(panel, image, 2.0, 10) > 20
    assert reds(panel, image, 1.0, 10) == 0
    image = settle(panel, changed(stopped(State.ENDED), number=10))
    assert reds(panel, image, 2.0, 10) == 0


@pytest.mark.parametrize("begin", [0.0004, 0.0009, 0.0013, 0.31])
def test_that_the_tear_at_the_last_moment_shows_however_the_edges_are_rounded(
    panel: TimelinePanel, begin: float
) -> None:
    frame = stopped(State.CUT)
    image = settle(panel, replace(frame, view=View(begin, 2.0, follow=False)))
    assert reds(panel, image, 2.0, 10) > 20


def test_that_it_says_so_before_the_tear_when_nothing_shows_behind_it(panel: TimelinePanel) -> None:
    ended = settle(panel, stopped(State.CUT))
    assert reds(panel, ended, 2.0, 100) > reds(panel, ended, 2.0, 10) + 50, "letter and words"
    later = settle(panel, stopped(State.CUT, now=4.0))
    assert reds(panel, later, 2.0, 100) == reds(panel, later, 2.0, 10), "there the words stand behind"


def test_that_a_tear_is_hidden_with_its_state_and_outside_of_the_view(panel: TimelinePanel) -> None:
    frame = stopped(State.CUT)
    hidden = replace(frame, view=replace(frame.view, hidden=frozenset({State.CUT})))
    assert reds(panel, settle(panel, hidden), 2.0, 10) == 0
    before = replace(frame, view=View(0.0, 1.0, follow=False))
    assert reds(panel, settle(panel, before), 1.0, 10) == 0
