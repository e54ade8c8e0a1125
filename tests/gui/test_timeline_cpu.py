"""Processor time on the timeline: bars are filled as high as a thread received it."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.frame import Cpu, Frame, Lane, Spans, State, View
from gui.plots.common.scale import NS, make_scale
from gui.plots.timeline.cpu_fill import Work, received, share_at
from gui.plots.timeline.timeline import TimelinePanel
from gui.theme import theme
from gui.widgets.legend_symbols import CPU
from tests.gui import frames, frames_pools
from tests.gui.alone import DARK, shown_alone
from tests.gui.frames import changed, lane
from tests.gui.recorded_commands import RecordedCommands


@pytest.fixture
def panel(qtbot) -> TimelinePanel:
    made = shown_alone(qtbot, TimelinePanel(RecordedCommands()), 460)
    panel_frame = frames_pools.computing()
    made.draw(panel_frame)
    QApplication.processEvents()
    return made


def filled(panel: TimelinePanel, badge: str, seconds: float) -> float:
    """The share of a bar's height that is filled at a time."""
    canvas, scale = panel.canvas, panel.canvas.places.scale
    assert canvas.cache is not None
    row = canvas.places.layout.of_lane([one.badge for one in canvas.frame.recording.lanes].index(badge))
    bars = canvas.cache.bars(row.height, row.main, False)
    image, x, top = canvas.grab().toImage(), round(scale.x(seconds)), canvas.places.y(row) + bars.top
    full = DARK.looks[State.RUNNING].fill.lower()
    inside = [image.pixelColor(x, top + y).name() == full for y in range(1, bars.height - 1)]
    assert inside == sorted(inside), "from the bottom"
    return sum(inside) / len(inside)


def contrast(one: QColor, other: QColor) -> float:
    """The contrast of two colours as WCAG 2 defines it."""

    def light(colour: QColor) -> float:
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    darker, brighter = sorted((light(one), light(other)))
    return (brighter + 0.05) / (darker + 0.05)


def veiled(over: QColor, under: QColor, veil: float) -> QColor:
    """What is seen of a colour below a veil."""
    mixed = [veil * a + (1 - veil) * b for a, b in zip(over.getRgbF()[:3], under.getRgbF()[:3], strict=True)]
    return QColor.fromRgbF(*mixed)


def named(name: str) -> Frame:
    """A quarter of a core for a task, in rows too thin for a line of names."""
    one = lane_with([(0.0, State.RUNNING)], [(step * 0.04, step * 0.01) for step in range(1, 26)])
    return changed(
        Frame(),
        number=7,
        now=1.0,
        lanes=(frames.lane(1, "MainThread", []), one, *(lane(number, f"B-{number}", []) for number in range(3, 9))),
        tasks=frames_pools.tasks([(2, 0.0, None, name, False)]),
        view=View(0.0, 1.0, follow=False),
    )


def lane_with(rows: list[tuple[float, State]], samples: list[tuple[float, float]]) -> Lane:
    """A lane of states from times on, with processor time used up to times, all in seconds."""
    made = lane(2, "A", [(time, state, 0, 1) for time, state in rows])
    times = np.array([round(time * NS) for time, _ in samples], np.int64)
    return replace(made, cpu=Cpu(times, np.array([round(used * NS) for _, used in samples], np.int64)))


def share(one: Lane, seconds: float) -> float | None:
    return share_at(one, round(seconds * NS))


def test_that_two_threads_that_share_a_core_are_half_full_and_two_processes_are_full(panel: TimelinePanel) -> None:
    assert filled(panel, "1", 0.8) == pytest.approx(0.49, abs=0.05)
    assert filled(panel, "2", 0.8) == pytest.approx(0.49, abs=0.05)
    assert filled(panel, "P1", 3.1) > 0.95
    assert filled(panel, "P2", 3.1) > 0.95


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("state", [State.RUNNING, State.FILE, State.HOLDING])
def test_that_a_name_can_be_read_on_a_full_bar_and_on_an_empty_one_and_the_level_below_it(
    name: str, state: State
) -> None:
    apply_theme = theme.make(name, compact=False)
    empty, full = QColor(apply_theme.hollow[state].fill), QColor(apply_theme.looks[state].fill)
    text = QColor(apply_theme.colours.text)
    below = veiled(empty, full, theme.TINTS[name].veil)
    assert contrast(text, empty) >= 4.5
    assert contrast(text, below) >= 4.5
    assert contrast(below, empty) >= 1.5


@pytest.mark.parametrize("name", theme.NAMES)
def test_that_the_name_of_a_task_does_not_hide_how_full_its_bar_is(panel: TimelinePanel, name: str) -> None:
    apply_theme = theme.make(name, compact=False)
    panel.apply_theme(apply_theme)
    panel.resize(1360, 250)
    panel.draw(named("_"))
    QApplication.processEvents()
    canvas, scale = panel.canvas, panel.canvas.places.scale
    assert canvas.cache is not None
    row = canvas.places.layout.row(1)
    bars = canvas.cache.bars(row.height, False, True)
    assert not bars.named
    image, top = canvas.grab().toImage(), canvas.places.y(row) + bars.top
    plate = scale.left + 5  # left of its letters
    for x in (plate, scale.left + scale.width // 4):  # below the name, and beside it
        shades = [image.pixelColor(x, top + y).name() for y in range(1, bars.height - 1)]
        level = sum(shade != shades[0] for shade in shades[1:]) / bars.height
        assert shades[0] == QColor(apply_theme.hollow[State.RUNNING].fill).name()
        assert level == pytest.approx(0.25, abs=0.15)


def test_that_a_lane_whose_processor_time_is_not_known_is_full(panel: TimelinePanel) -> None:
    assert filled(panel, "P2.1", 2.43) == 1.0


def test_that_the_legend_explains_the_fill_and_takes_it_away(panel: TimelinePanel) -> None:
    panel.legend.chips[CPU].click()
    QApplication.processEvents()
    assert filled(panel, "1", 0.8) == 1.0
    panel.legend.chips[CPU].click()
    QApplication.processEvents()
    assert filled(panel, "1", 0.8) < 0.6
    panel.draw(frames.small())
    assert CPU not in panel.legend.chips


def test_that_a_thread_that_slept_most_of_the_time_is_full_where_it_worked() -> None:
    one = lane_with(
        [(0.0, State.RUNNING), (0.01, State.SLEEPING), (0.04, State.RUNNING), (0.05, State.SLEEPING)],
        [(0.04, 0.01), (0.08, 0.02)],
    )
    assert share(one, 0.005) == pytest.approx(1.0)
    assert share(one, 0.045) == pytest.approx(1.0)


def test_that_the_first_sample_counts_from_the_beginning_of_the_lane() -> None:
    one = lane_with([(0.02, State.RUNNING)], [(0.06, 0.01), (0.1, 0.03)])
    assert share(one, 0.03) == pytest.approx(0.25)
    assert share(one, 0.08) == pytest.approx(0.5)


def test_that_nothing_is_said_after_the_last_sample_or_without_samples() -> None:
    one = lane_with([(0.0, State.RUNNING)], [(0.04, 0.02)])
    assert share(one, 0.05) is None
    assert share(replace(one, cpu=None), 0.02) is None


def test_that_work_is_summed_up_the_same_in_pieces_as_at_once() -> None:
    whole = frames.race(2, 5_000, seconds=10.0)[1].spans
    at_once, pieces = Work(), Work()
    at_once.feed(whole)
    for end in (1, 2, 3, 700, 701, 4_999, 5_000):
        pieces.feed(Spans(whole.starts[:end], whole.states[:end], whole.objects[:end], whole.places[:end]))
    times = np.linspace(-NS, 11 * NS, 1000).astype(np.int64)
    assert np.array_equal(at_once.until(times), pieces.until(times))
    works = np.isin(whole.states, [State.RUNNING, State.HOLDING])[:-1]
    assert at_once.until(whole.starts[-1:])[0] == np.diff(whole.starts)[works].sum()


def test_that_a_day_of_samples_is_bounded_by_columns() -> None:
    times = (np.arange(1, 2_000_001) * 0.04 * NS).astype(np.int64)
    one = replace(lane(2, "A", [(0.0, State.RUNNING, 0, 1)]), cpu=Cpu(times, times // 2))
    work, scale = Work(), make_scale(0.0, 80_000.0, 144, 1000, 1.0)
    work.feed(one.spans)
    got = received(one, work, scale.start, scale.end, scale)
    assert len(got.working) <= scale.columns / 10
    assert got.working.tolist() == pytest.approx([0.5] * len(got.working), abs=0.01)


def test_that_merged_spans_are_filled_by_all_of_the_time(panel: TimelinePanel) -> None:
    rows = [
        (step * 0.0002 + half * 0.0001, (State.RUNNING, State.SLEEPING)[half])
        for step in range(5_000)
        for half in (0, 1)
    ]
    one = lane_with(rows, [(step * 0.04, step * 0.02) for step in range(1, 26)])
    frame = changed(
        Frame(), number=6, now=1.0, lanes=(frames.lane(1, "MainThread", []), one), view=View(0.0, 10.0, follow=False)
    )
    panel.draw(frame)
    QApplication.processEvents()
    assert filled(panel, "1", 0.5) == pytest.approx(0.5, abs=0.05)


def test_that_the_hint_says_the_share(panel: TimelinePanel) -> None:
    canvas, scale = panel.canvas, panel.canvas.places.scale
    row = canvas.places.layout.row(1)
    QTest.mouseMove(canvas, QPoint(round(scale.x(0.8)), canvas.places.top + row.y + row.height // 2))
    hint = canvas._hover.hint
    assert hint is not None
    assert hint.more[1] == "processor time  49%"


@pytest.mark.parametrize("width", [0.5, 30.0, 900.0])
def test_that_a_filled_lane_does_not_change_as_it_scrolls(width: float) -> None:
    dice = np.random.default_rng(2)
    times = (np.arange(1, 50_000) * 0.04 * NS).astype(np.int64)
    used = np.cumsum(dice.random(len(times)) * 0.04 * NS).astype(np.int64)
    one = replace(lane(2, "A", [(0.0, State.RUNNING, 0, 1)]), cpu=Cpu(times, used))
    work = Work()
    work.feed(one.spans)
    answers = []
    for begin in (500.0, 500.0 + width * 0.013, 500.0 + width * 0.1):
        scale = make_scale(begin, begin + width, 144, 1000, 1.0)
        at = np.array([round((500.0 + width * share) * NS) for share in np.linspace(0.1, 1.0, 200)], np.int64)
        got = received(one, work, scale.start, scale.end, scale)
        answers.append(got.working[got.at(at)])
        assert got.at(np.array([scale.start, scale.end - 1])).min() >= 0, "known from edge to edge"
    assert np.array_equal(answers[0], answers[1])
    assert np.array_equal(answers[0], answers[2])


def test_that_samples_far_apart_are_all_drawn() -> None:
    one = lane_with([(0.0, State.RUNNING)], [(1.0, 0.5), (2.0, 0.6), (3.0, 1.6)])
    work, scale = Work(), make_scale(1.2, 2.8, 144, 1000, 1.0)
    work.feed(one.spans)
    got = received(one, work, scale.start, scale.end, scale)
    seen = got.working[got.at(np.array([round(1.3 * NS), round(2.7 * NS)], np.int64))]
    assert seen.tolist() == pytest.approx([0.1, 1.0])
