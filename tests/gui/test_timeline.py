"""The timeline: what it shows of a frame, how it is steered, and that it stays cheap and calm."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from engine.frame import Frame, Lane, Phase, State, View
from gui.plots.common.scale import NS, make_scale, step_for, tick_label, ticks
from gui.plots.timeline.expected import Expected
from gui.plots.timeline.flags import lane_losses
from gui.plots.timeline.hover import lane_hint, lock_hint
from gui.plots.timeline.lanes import make_strip
from gui.plots.timeline.legend import Occurring
from gui.plots.timeline.locks import hand_overs, off_times
from gui.plots.timeline.rows import arrange, as_they_come
from gui.plots.timeline.scene import PaintScene, RowCache
from gui.plots.timeline.timeline import PANEL, TimelinePanel
from gui.theme import theme
from gui.widgets.legend_symbols import LOST
from tests.gui import frames
from tests.gui.alone import DARK, settle, shown_alone
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

Shown = tuple[TimelinePanel, RecordedCommands]


@pytest.fixture
def shown(qtbot) -> Shown:
    controller = RecordedCommands()
    panel = shown_alone(qtbot, TimelinePanel(controller), 304)
    settle(panel, frames.small())
    return panel, controller


def pixels(panel: TimelinePanel) -> QImage:
    """The drawn part as a picture."""
    return panel.canvas.grab().toImage()


def x_of(panel: TimelinePanel, seconds: float) -> int:
    scale = panel.canvas.places.scale
    return round(scale.x(seconds))


def row_middle(panel: TimelinePanel, index: int) -> int:
    """The y of the middle of a row's bars, in pixels of the canvas."""
    canvas = panel.canvas
    row = canvas.places.layout.row(index)
    return canvas.places.y(row) + (row.height // 2 if row.lock >= 0 else round(canvas.scene().bars(row).middle))


def colours_in(image: QImage, x: int, y: int, width: int, height: int) -> set[str]:
    return {QColor(image.pixel(a, b)).name() for a in range(x, x + width) for b in range(y, y + height)}


def middle_of(lane: Lane, state: State, after: float, longest: float = 1.0) -> float:
    """The middle, in seconds, of the first span of a state after a time."""
    starts = lane.spans.starts / NS
    for index in range(len(lane.spans) - 1):
        long_enough = 0.02 < starts[index + 1] - starts[index] < longest
        if lane.spans.states[index] == state and starts[index] > after and long_enough:
            return float(starts[index] + starts[index + 1]) / 2
    raise AssertionError(state)


# what is seen


@pytest.mark.parametrize("state", [State.RUNNING, State.HOLDING, State.WAIT_LOCK, State.SLEEPING])
def test_that_a_span_is_filled_with_the_colour_of_its_state(shown: Shown, state: State) -> None:
    panel, _ = shown
    lane = frames.small().recording.lanes[1]
    x = x_of(panel, middle_of(lane, state, 1.65))
    seen = colours_in(pixels(panel), x - 12, row_middle(panel, 1) - 3, 24, 6)
    assert DARK.looks[state].fill.lower() in seen


def test_that_a_state_switched_off_in_the_legend_is_not_drawn(shown: Shown) -> None:
    panel, _ = shown
    frame = frames.small()
    x = x_of(panel, middle_of(frame.recording.lanes[1], State.HOLDING, 2.0))
    settle(panel, replace(frame, view=replace(frame.view, hidden=frozenset({State.HOLDING}))))
    seen = colours_in(pixels(panel), x - 8, row_middle(panel, 1) - 10, 16, 20)
    assert DARK.looks[State.HOLDING].fill.lower() not in seen


def test_that_a_lost_update_has_a_vermilion_tag_above_its_write(shown: Shown) -> None:
    panel, _ = shown
    losses = frames.small().recording.losses
    image = pixels(panel)
    inside = [i for i, time in enumerate(losses.times) if time > 1.65 * NS]
    assert inside
    for index in inside:
        lane = [lane.id for lane in frames.small().recording.lanes].index(int(losses.threads[index]))
        row = panel.canvas.places.layout.row(lane)
        x = x_of(panel, losses.times[index] / NS)
        room = panel.canvas.scene().bars(row).flags
        assert DARK.colours.lost.lower() in colours_in(image, x - 12, panel.canvas.places.y(row), 24, room)


def test_that_a_lock_row_shows_who_holds_it_by_colour(shown: Shown) -> None:
    panel, _ = shown
    holders = frames.small().recording.holders[0]
    index = next(i for i in range(len(holders.starts)) if holders.threads[i] == 3)
    seconds = float(holders.starts[index]) / NS + 0.006
    x = x_of(panel, seconds)
    assert theme.thread_colour(DARK.colours, "2").lower() in colours_in(pixels(panel), x, row_middle(panel, 3), 2, 2)


def test_that_a_thread_that_died_has_a_cross_where_it_died(shown: Shown) -> None:
    panel, _ = shown
    settle(panel, frames.failed())
    x = x_of(panel, 0.018)
    seen = colours_in(pixels(panel), x - 5, row_middle(panel, 1) - 5, 10, 10)
    assert DARK.colours.lost.lower() in seen


def test_that_the_cursor_stands_at_its_time(shown: Shown) -> None:
    panel, _ = shown
    x = x_of(panel, 2.45)
    assert DARK.colours.accent in colours_in(pixels(panel), x - 1, row_middle(panel, 0), 2, 2)


def test_that_a_flip_is_a_rule_through_all_rows(shown: Shown) -> None:
    panel, _ = shown
    x, canvas = x_of(panel, 2.0), panel.canvas
    column = colours_in(pixels(panel), x - 1, canvas.places.top, 2, canvas.places.bottom - canvas.places.top)
    assert DARK.colours.text in column


def test_that_the_legend_offers_only_states_that_occur(shown: Shown) -> None:
    panel, _ = shown
    assert State.HOLDING in panel.legend.chips
    assert State.WAIT_EVENT not in panel.legend.chips
    assert LOST in panel.legend.chips
    settle(panel, frames.failed())
    assert State.HOLDING not in panel.legend.chips
    assert State.DIED in panel.legend.chips


def test_that_occurring_states_are_found_in_spans_that_come_later() -> None:
    whole, occurring = frames.small(), Occurring()
    assert State.HOLDING not in occurring.feed(frames.running(1.0))
    assert State.HOLDING in occurring.feed(whole)
    assert State.HOLDING not in occurring.feed(changed(frames.running(1.0), number=4))


def test_that_what_a_lane_stays_in_has_its_chip_once_it_can_be_seen() -> None:
    waiting = frames.lane(2, "A", [(1.0, State.CREATED, 0, 1)])
    frame, occurring = changed(frames.small(), lanes=(waiting,), number=5), Occurring()
    assert State.CREATED not in occurring.feed(changed(frame, now=1.001))
    assert State.CREATED in occurring.feed(changed(frame, now=1.5)), "the lane has not changed since"
    begun = frames.lane(2, "A", [(1.0, State.CREATED, 0, 1), (1.002, State.RUNNING, 0, 1)])
    passing = Occurring()
    passing.feed(changed(frame, now=1.001))
    assert State.CREATED not in passing.feed(changed(frame, lanes=(begun,), now=1.5))


def test_that_no_chip_of_the_legend_stands_outside_its_row(shown: Shown) -> None:
    panel, _ = shown
    for width in (1360, 942, 700):
        panel.resize(width, 304)
        QApplication.processEvents()
        right = max(chip.geometry().right() for chip in panel.legend.chips.values())
        assert right <= panel.legend.width()


# steering


def wheel(panel: TimelinePanel, x: int, y: int, notches: int) -> None:
    event = QWheelEvent(
        QPointF(x, y),
        panel.canvas.mapToGlobal(QPointF(x, y)),
        QPoint(0, 0),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(panel.canvas, event)


def parked(panel: TimelinePanel) -> None:
    """The small run, not followed, without a cursor that could be taken hold of."""
    frame = frames.small()
    settle(panel, replace(frame, view=View(1.6, 2.6, follow=False)))


def test_that_the_wheel_zooms_about_the_mouse(shown: Shown) -> None:
    panel, controller = shown
    parked(panel)
    scale = panel.canvas.places.scale
    before = scale.seconds(900)
    wheel(panel, 900, 80, 2)
    start, end = (float(str(value)) for value in controller.of("look")[-1])
    assert end - start == pytest.approx(1.0 / 1.44)
    after = make_scale(start, end, scale.left, round(scale.width), scale.ratio).seconds(900)
    assert after == pytest.approx(before, abs=0.002)


def test_that_turns_of_the_wheel_between_two_frames_all_count(shown: Shown) -> None:
    panel, controller = shown
    parked(panel)
    for _ in range(5):
        wheel(panel, 900, 80, 1)
    start, end = (float(str(value)) for value in controller.of("look")[-1])
    assert end - start == pytest.approx(1.2**-5)


@pytest.mark.parametrize("frame", [frames.running(2.0), frames.small()], ids=["running", "ended"])
def test_that_the_wheel_zooms_about_the_mouse_also_while_following_which_ends(shown: Shown, frame: Frame) -> None:
    panel, controller = shown
    settle(panel, replace(frame, view=replace(frame.view, follow=True)))
    under = panel.canvas.places.scale.seconds(700)
    wheel(panel, 700, 80, 3)
    start, end = (float(str(value)) for value in controller.of("look")[-1])
    scale = panel.canvas.places.scale
    assert make_scale(start, end, scale.left, round(scale.width), scale.ratio).seconds(700) == pytest.approx(
        under, abs=0.002
    )
    assert not controller.of("follow")
    assert not controller.of("cursor")


def test_that_dragging_pans_and_stops_following(shown: Shown) -> None:
    panel, controller = shown
    parked(panel)
    scale = panel.canvas.places.scale
    QTest.mousePress(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(600, 100))
    QTest.mouseMove(panel.canvas, QPoint(700, 100))
    QTest.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(700, 100))
    start, end = (float(str(value)) for value in controller.of("look")[-1])
    assert start == pytest.approx(1.6 - 100 / scale.width, abs=0.003)
    assert end - start == pytest.approx(1.0)
    assert not controller.of("cursor")


def test_that_a_click_puts_the_cursor_there(shown: Shown) -> None:
    panel, controller = shown
    parked(panel)
    scale = panel.canvas.places.scale
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(600, 100))
    assert controller.of("cursor") == [(pytest.approx(scale.seconds(600)),)]
    assert not controller.of("look")


def test_that_a_click_on_the_name_of_a_lane_chooses_its_thread_and_shows_that(shown: Shown) -> None:
    panel, controller = shown
    row = panel.canvas.places.layout.of_lane(1)
    y = panel.canvas.places.top + row.y + row.height // 2
    before = pixels(panel)
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, y))
    frame = frames.small()
    assert controller.of("choose") == [(frame.recording.lanes[1].id,)]
    assert not controller.of("cursor")
    settle(panel, replace(frame, view=replace(frame.view, thread=frame.recording.lanes[1].id)))
    assert pixels(panel) != before


def test_that_the_cursor_can_be_dragged_by_its_line(shown: Shown) -> None:
    panel, controller = shown
    x = x_of(panel, 2.45)
    QTest.mousePress(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, 100))
    QTest.mouseMove(panel.canvas, QPoint(x - 200, 100))
    QTest.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(x - 200, 100))
    scale = panel.canvas.places.scale
    assert controller.of("cursor")[-1] == (pytest.approx(scale.seconds(x - 200)),)
    assert not controller.of("look")


def test_that_a_double_click_shows_the_whole_run(shown: Shown) -> None:
    panel, controller = shown
    QTest.mouseDClick(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(600, 100))
    assert controller.of("fit") == [()]


def test_that_the_keys_of_the_timeline_steer_it(shown: Shown) -> None:
    panel, controller = shown
    for key, begin, length in ((Qt.Key.Key_Right, 1.7, 1.0), (Qt.Key.Key_Left, 1.5, 1.0)):
        parked(panel)
        QTest.keyClick(panel.canvas, key)
        start, end = (float(str(value)) for value in controller.of("look")[-1])
        assert (start, end - start) == pytest.approx((begin, length)), key


def test_that_the_buttons_wish_what_they_say(shown: Shown) -> None:
    panel, controller = shown
    panel.fit_button.click()
    assert controller.of("fit") == [()]
    assert panel.follow_button.isChecked()
    panel.follow_button.click()
    assert controller.of("follow") == [(False,)]
    settle(panel, replace(frames.small(), view=View(1.0, 2.0, follow=True)))
    assert panel.follow_button.isChecked()


def test_that_pressing_a_chip_hides_its_state(shown: Shown) -> None:
    panel, controller = shown
    panel.legend.chips[State.SLEEPING].click()
    assert controller.of("hide") == [(State.SLEEPING, True)]
    frame = frames.small()
    settle(panel, replace(frame, view=replace(frame.view, hidden=frozenset({State.SLEEPING}))))
    assert not panel.legend.chips[State.SLEEPING].isChecked()


def test_that_the_chip_of_lost_updates_hides_their_tags(shown: Shown) -> None:
    panel, _ = shown
    panel.legend.chips[LOST].click()
    QApplication.processEvents()
    image = pixels(panel)
    assert DARK.colours.lost.lower() not in colours_in(image, 150, 20, 440, 30)


def test_that_every_control_has_a_name_for_a_screen_reader(shown: Shown) -> None:
    panel, _ = shown
    controls: list[QWidget] = [panel.canvas, panel.legend, *panel.findChildren(QAbstractButton)]
    assert len(controls) > 10
    assert all(control.accessibleName() for control in controls)


# hints


def test_that_a_hint_tells_thread_state_times_and_line(shown: Shown) -> None:
    frame = frames.small()
    lane = frame.recording.lanes[1]
    seconds = middle_of(lane, State.HOLDING, 2.0)
    hint = lane_hint(frame, lane, seconds, 0.001)
    assert hint is not None
    assert (hint.thread, hint.name, hint.state) == (2, "Adder-1", State.HOLDING)
    assert hint.what == "holding the lock: lock"
    assert hint.when.endswith("ms")
    assert hint.where.startswith("line 14   sleep(WINDOW")
    held = lock_hint(frame, frame.recording.holders[0], seconds, 0.001)
    assert held is not None
    assert held.name == "Adder-1"


def test_that_the_hint_of_a_dead_thread_says_why_it_died() -> None:
    frame = frames.failed()
    hint = lane_hint(frame, frame.recording.lanes[1], 0.03, 0.001)
    assert hint is not None
    assert "No such file" in hint.what
    assert hint.where.startswith("line 9")


def test_that_the_mouse_over_a_span_brings_its_hint(shown: Shown) -> None:
    panel, _ = shown
    seconds = middle_of(frames.small().recording.lanes[2], State.WAIT_LOCK, 2.05)
    QTest.mouseMove(panel.canvas, QPoint(x_of(panel, seconds), row_middle(panel, 2)))
    hint = panel.canvas._hover.hint
    assert hint is not None
    assert (hint.name, hint.state) == ("Adder-2", State.WAIT_LOCK)
    QApplication.sendEvent(panel.canvas, QEvent(QEvent.Type.Leave))
    assert panel.canvas._hover.isHidden()


def test_that_a_hint_goes_when_what_lies_under_the_resting_mouse_moves(shown: Shown) -> None:
    panel, _ = shown
    seconds = middle_of(frames.small().recording.lanes[2], State.WAIT_LOCK, 2.05)
    for change in (
        lambda: panel.apply_theme(theme.make("light", compact=False, presents=True)),
        lambda: panel.canvas.resize(panel.canvas.width(), panel.canvas.height() + 60),
    ):
        QTest.mouseMove(panel.canvas, QPoint(x_of(panel, seconds), row_middle(panel, 2)))
        QTest.mouseMove(panel.canvas, QPoint(x_of(panel, seconds), row_middle(panel, 2) + 1))
        assert panel.canvas._hover.hint is not None
        change()
        assert panel.canvas._hover.hint is None
        settle(panel, frames.small())


# what is worked out


def test_that_hand_overs_are_the_last_three_before_the_cursor() -> None:
    frame = frames.small()
    overs = hand_overs(frame)
    assert len(overs) == 3
    assert all(over.got <= 2.45 * NS for over in overs)
    assert all({over.giver, over.taker} == {2, 3} for over in overs)
    assert all(over.released <= over.got for over in overs)
    assert not hand_overs(replace(frame, view=replace(frame.view, cursor=1.0)))


def test_that_a_lock_is_off_from_the_beginning_until_it_is_switched_on() -> None:
    assert off_times(frames.small(), "lock") == [(0.0, 2.0)]
    on = changed(frames.small(), flips=())
    assert off_times(on, "lock") == []


def test_that_losses_closer_than_their_tags_share_one() -> None:
    losses = frames.small().recording.losses
    near = make_scale(0.0, 60.0, 144, 1200, 1.0)
    found = lane_losses(losses, [2, 3], near, 30)
    assert sum(count for lane in found.values() for _, count in lane.tags) == len(losses.times)
    assert all(len(lane.tags) <= 3 for lane in found.values())


def test_that_columns_stand_still_in_time_while_the_view_moves() -> None:
    for step in range(200):
        scale = make_scale(step / 60, step / 60 + 1.2, 144, 1200, 1.0)
        assert scale.per_column == 1_000_000
        assert scale.start % scale.per_column == 0


def strip_pixels(frame: Frame, start: float, width: float, cache: RowCache) -> NDArray[np.uint32]:
    scale = make_scale(start, start + width, 144, 1000, 1.0)
    row = arrange(DARK, as_they_come(8), 0, 400, Expected(8)).row(1)
    image = make_strip(PaintScene(frame, cache, scale), row, None, None).picture
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


@pytest.mark.parametrize("width", [2.0, 40.0, 500.0])
def test_that_the_picture_of_a_lane_does_not_change_as_it_scrolls(qapp, width: float) -> None:
    frame = changed(frames.huge(), lanes=frames.huge().recording.lanes[:8])
    cache = RowCache(DARK, 1.0)
    first = strip_pixels(frame, 50.0, width, cache)
    assert len(np.unique(first)) > 3
    for moved in (1, 7, 40):
        then = strip_pixels(frame, 50.0 + moved * width / 1000, width, cache)
        differ = (then[:, 8:-8] != np.roll(first, -moved, axis=1)[:, 8:-8])[:, : -moved - 8]
        assert not differ.any(), f"{differ.any(axis=0).sum()} of 1000 columns changed"


def test_that_two_thousand_lanes_are_scrolled_and_only_those_seen_are_worked_out(shown: Shown) -> None:
    panel, _ = shown
    settle(panel, frames.huge())
    assert panel.canvas._bar.isVisible()
    assert len(panel.canvas._lanes._strips) < 20
    panel.canvas._bar.setValue(10_000)
    QApplication.processEvents()
    assert len(panel.canvas._lanes._strips) < 60


class PaintCount(QObject):
    """Counts how often a widget is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


def test_that_a_frame_that_changes_nothing_is_not_painted_again(shown: Shown) -> None:
    panel, _ = shown
    counter = PaintCount()
    panel.canvas.installEventFilter(counter)
    for _ in range(10):
        settle(panel, changed(frames.small(), records=counter.count))
    assert counter.count == 0
    settle(panel, replace(frames.small(), view=replace(frames.small().view, cursor=1.9)))
    assert counter.count == 1
    panel.canvas.removeEventFilter(counter)


def test_that_ticks_are_round_and_labels_tell_them_apart() -> None:
    assert step_for(1.3, 13) == pytest.approx(0.1)
    assert ticks(1.6, 2.0, 0.1) == pytest.approx([1.6, 1.7, 1.8, 1.9, 2.0])
    assert [tick_label(value, 0.002) for value in (1.0, 1.002)] == ["1.000", "1.002"]
    assert tick_label(30, 10.0) == "30"


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_that_every_frame_can_be_drawn_in_every_dress(qtbot, name: str, compact: bool, scale: float) -> None:
    panel = shown_alone(qtbot, PANEL.make(RecordedCommands()), round(304 * scale), theme.make(name, compact, scale))
    for make in (frames.empty, frames.refused, frames.small, frames.failed, frames.huge, frames.running):
        settle(panel, make())
        image = panel.widget.grab().toImage()
        assert len({image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}) > 2


def test_that_the_keyboard_in_the_timeline_hides_nothing_of_it(shown: Shown) -> None:
    panel, _ = shown
    panel.activateWindow()
    settle(panel, replace(frames.small(), view=replace(frames.small().view, cursor=2.0)))
    before = pixels(panel)
    panel.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert panel.canvas.hasFocus()
    after = pixels(panel)
    inside = (before.width() - 8, before.height() - 8)
    assert before.copy(4, 4, *inside) == after.copy(4, 4, *inside)
    assert before != after, "a ring says where the keyboard is"


def test_that_the_legend_leaves_out_what_lasts_too_shortly_to_be_seen() -> None:
    rows = [(0.0, State.CREATED, 0, 1), (0.0001, State.RUNNING, 0, 1), (1.0, State.UNJOINED, 0, 1)]
    brief = changed(Frame(), number=1, now=1.001, lanes=(frames.lane(2, "A", rows),))
    seen = Occurring()
    assert seen.feed(brief) == {State.RUNNING}
    waited = (frames.lane(2, "A", rows),)
    assert seen.feed(changed(brief, now=1.5, lanes=waited)) == {State.RUNNING, State.UNJOINED}


def test_that_a_thread_that_sleeps_with_the_lock_is_drawn_as_a_holder() -> None:
    looks = DARK.looks
    asleep, holding = looks[State.HOLDING_ASLEEP], looks[State.HOLDING]
    assert (asleep.letter, asleep.fill) == (holding.letter, holding.fill)
    assert asleep.hatch is not holding.hatch, "told by its hatch"
    assert State.SLEEPING < State.HOLDING_ASLEEP < State.HOLDING, "graver than sleep, less than work"


def test_that_a_switch_flipped_after_the_run_does_not_change_what_the_run_shows(shown: Shown) -> None:
    panel, _ = shown
    lock = replace(frames.small().program.switches[0], on=False)
    frame = changed(frames.small(), flips=(), number=7, phase=Phase.RUNNING, switches=(lock,))
    settle(panel, frame)
    settle(panel, changed(frame, phase=Phase.ENDED, switches=(replace(lock, on=True),)))
    assert off_times(panel.canvas.frame, "lock") == [(0.0, frame.run.now)]
    settle(panel, changed(frame, number=8, switches=(replace(lock, on=True),)))
    assert off_times(panel.canvas.frame, "lock") == []
