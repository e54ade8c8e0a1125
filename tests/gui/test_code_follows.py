"""The program's text goes along with the threads: whose line, how far it scrolls, and when it is left alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from engine.frame import Frame, Lane, Phase, State
from gui.panels.code import Code
from gui.theme import theme
from gui.view_state.code_annotations import Marker, Note
from gui.view_state.code_follow import HOLD, REST, STAY, Followed, uppermost_for
from gui.widgets import chips
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

LONG = "".join(f"line_{n} = {n}\n" for n in range(1, 200))


def _at(thread: int, line: int, since: float) -> Marker:
    return Marker(thread, line, State.RUNNING, str(thread), round(since * 1e9))


def _lane(number: int, *rows: tuple[float, int]) -> Lane:
    return frames.lane(number, f"Worker-{number}", [(time, State.RUNNING, 0, line) for time, line in rows])


def _frame(*lanes: Lane, now: float = 5.0, phase: Phase = Phase.RUNNING) -> Frame:
    return changed(Frame(), number=3, scenario="x", text=LONG, phase=phase, now=now, lanes=lanes)


def _seen(panel: Code) -> range:
    first, last = panel.view.visible_lines()
    return range(first, last + 1)


def test_that_who_moved_last_is_followed_unless_another_one_keeps_moving() -> None:
    followed = Followed()
    assert followed.feed([_at(2, 10, 1.0), _at(3, 90, 0.5)], 0, 1.0, live=True) == _at(2, 10, 1.0)
    for step in range(1, 20):  # both move all the time, the other one always last
        now = 1.0 + step * STAY / 2
        one = followed.feed([_at(2, 10 + step % 2, now), _at(3, 90 + step % 2, now + 0.01)], 0, now, live=True)
        assert one is not None
        assert one.thread == 2
    still = [_at(2, 11, now), _at(3, 95, now + 1)]
    assert followed.feed(still, 0, now + STAY, live=True) == _at(3, 95, now + 1), "it has stood for long"


def test_that_the_main_thread_is_left_for_whoever_moves() -> None:
    followed = Followed()
    assert followed.feed([_at(1, 50, 1.0)], 0, 1.0, live=True) == _at(1, 50, 1.0)
    assert followed.feed([_at(1, 51, 1.1), _at(2, 10, 1.2)], 0, 1.0, live=True) == _at(2, 10, 1.2)


def test_that_the_main_thread_that_was_woken_by_another_one_is_not_gone_along_with() -> None:
    both = [_at(1, 54, 1.505), _at(2, 32, 1.504)]
    assert Followed().feed(both, 0, 1.7, live=False) == both[1]
    assert Followed().feed([_at(1, 54, 1.504 + 2 * STAY), both[1]], 0, 2.5, live=False) is not both[1]


def test_that_a_chosen_thread_is_followed_and_no_other_one() -> None:
    followed, found = Followed(), [_at(2, 10, 1.0), None, _at(3, 90, 2.0)]
    assert followed.feed(found, 2, 2.0, live=True) == _at(2, 10, 1.0)
    assert followed.feed([None, _at(3, 91, 3.0)], 2, 3.0, live=True) is None


def test_that_at_the_cursor_it_is_who_moved_last_at_once() -> None:
    followed = Followed()
    followed.feed([_at(2, 10, 1.0)], 0, 1.0, live=True)
    assert followed.feed([_at(2, 11, 1.1), _at(3, 90, 1.2)], 0, 1.0, live=False) == _at(3, 90, 1.2)


@pytest.mark.parametrize(
    ("line", "others", "seen", "first"),
    [
        (15, (), (10, 29), 10),  # in the middle part
        (11, (), (10, 29), 2),  # in sight, but at the edge
        (100, (), (10, 29), 91),
        (100, (104, 300), (10, 29), 93),  # who is near comes along
        (3, (), (1, 20), 1),
        (150, (), (150, 150), 150),
        (2, (), (50, 69), 1),
    ],
)  # fmt: skip
def test_that_text_is_scrolled_only_when_the_line_leaves_the_middle(
    line: int, others: tuple[int, ...], seen: tuple[int, int], first: int
) -> None:
    assert uppermost_for(line, others, *seen) == first
    high = seen[1] - seen[0] + 1
    assert uppermost_for(line, others, first, first + high - 1) == first, "it comes to rest there"


def test_that_the_line_of_whoever_moved_last_is_in_sight_while_it_runs_and_at_the_cursor(
    stand: Callable[..., Code],
) -> None:
    panel = stand(Code, (600, 300))
    one, other = _lane(2, (0.1, 20), (1.0, 22)), _lane(3, (0.2, 120), (0.9, 122))
    panel.draw(_frame(one, other))
    assert 22 in _seen(panel)
    at_cursor = _frame(one, other)
    panel.draw(replace(at_cursor, view=replace(at_cursor.view, cursor=0.95)))
    assert 122 in _seen(panel)
    ended = changed(at_cursor, phase=Phase.ENDED)
    panel.draw(replace(ended, view=replace(ended.view, cursor=0.15)))
    assert 20 in _seen(panel)


def test_that_it_does_not_jump_between_two_places_from_frame_to_frame(stand: Callable[..., Code]) -> None:
    panel, tops = stand(Code, (600, 300)), set()
    for step in range(20):
        now = 1.0 + step / 60
        panel.draw(_frame(_lane(2, (now, 20)), _lane(3, (now + 0.001 * (step % 2), 120)), now=now + 0.01))
        tops.add(panel.view.verticalScrollBar().value())
    assert len(tops) == 1


def test_that_a_scroll_that_has_to_wait_comes_by_itself(stand: Callable[..., Code], qtbot: QtBot) -> None:
    panel = stand(Code, (600, 300))
    panel.draw(_frame(_lane(2, (1.0, 60))))
    panel.draw(_frame(_lane(2, (1.0, 60), (1.01, 150)), now=5.02))
    assert 150 not in _seen(panel)
    assert panel._later.isActive()
    qtbot.waitUntil(lambda: 150 in _seen(panel))


def test_that_a_loop_over_two_places_is_watched_at_one_of_them(stand: Callable[..., Code]) -> None:
    panel = stand(Code, (600, 300))
    rows = [(0.1, 60)]
    panel.draw(_frame(_lane(2, *rows)))
    panel.draw(_frame(_lane(2, *rows, (0.2, 120))))
    panel._rests = 0.0  # as if that were long ago
    panel.draw(_frame(_lane(2, *rows, (0.2, 120))))
    assert 120 in _seen(panel)
    panel.draw(_frame(_lane(2, *rows, (0.2, 120), (0.3, 60))))
    assert panel._later.remainingTime() > REST * 1000, "back it goes later than on"


def test_that_lines_followed_before_stay_in_sight_where_there_is_room(stand: Callable[..., Code]) -> None:
    panel = stand(Code, (600, 700))
    panel.draw(_frame(_lane(2, (0.1, 60))))
    panel._rests = 0.0
    panel.draw(_frame(_lane(2, (0.1, 60), (0.2, 75))))
    assert {60, 75} <= set(_seen(panel))


def test_that_a_thread_that_is_chosen_stays_in_sight(stand: Callable[..., Code], wished: RecordedCommands) -> None:
    panel = stand(Code, (600, 300))
    frame = _frame(_lane(2, (0.1, 20)), _lane(3, (0.2, 120)))
    panel.draw(replace(frame, view=replace(frame.view, thread=2)))
    assert 20 in _seen(panel)
    assert panel.whose.word == "Worker-2 ×"
    panel.whose.click()
    assert wished.made == [("choose", 0)]


def _turn_wheel(panel: Code) -> None:
    at, none = QPointF(panel.view.viewport().rect().center()), Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at, panel.view.viewport().mapToGlobal(at), QPoint(), QPoint(0, -1200), Qt.MouseButton.NoButton, none,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel.view.viewport(), event)


def test_that_whoever_scrolls_is_left_alone_until_the_next_run_or_the_button(stand: Callable[..., Code]) -> None:
    panel = stand(Code, (600, 300))
    panel.draw(_frame(_lane(2, (0.1, 20))))
    assert panel.along.isHidden()
    _turn_wheel(panel)
    top = panel.view.verticalScrollBar().value()
    panel.draw(_frame(_lane(2, (0.1, 20), (4.0, 150)), phase=Phase.PAUSED))
    assert panel.view.verticalScrollBar().value() == top
    assert panel.along.isVisible()
    both = _frame(_lane(2, (0.1, 20)), _lane(3, (0.2, 150)), phase=Phase.PAUSED)
    panel.draw(replace(both, view=replace(both.view, thread=0)))
    assert panel.where.text() == "line 20", "who is out of sight is named"
    panel.draw(_frame(_lane(2, (0.1, 20), (4.0, 150)), phase=Phase.PAUSED))
    panel.along.click()
    assert 150 in _seen(panel)
    assert panel.along.isHidden()
    _turn_wheel(panel)
    panel.draw(changed(_frame(_lane(2, (0.1, 100))), number=4))
    assert 100 in _seen(panel), "another run"


def test_that_the_gutter_has_one_width_for_every_run(stand: Callable[..., Code]) -> None:
    panel = stand(Code)
    panel.draw(frames.small())
    wide = panel.view.gutter.width()
    for count in (1, 2, 3, 9, 200):
        panel.draw(_frame(*(_lane(2 + n, (0.1, 20)) for n in range(count))))
        panel.view.load(frames.small().program.text, ())
        assert panel.view.gutter.width() == wide


@pytest.mark.parametrize("badges", [["1"], ["1", "2"], ["1", "2", "3"], [str(n) for n in range(9)], ["P12"] * 5, []])
@pytest.mark.parametrize("compact", [True, False])
def test_that_chips_stay_within_the_gutter_and_the_others_are_counted(badges: list[str], compact: bool) -> None:
    worn = theme.make("dark", compact)
    room = QRect(10, 0, chips.chip_room(worn), 20)
    boxes, rest = chips.laid_out(worn, badges, room)
    assert all(room.contains(box) for box in [*boxes, *([rest] if rest is not None else [])])
    assert (rest is None) == (len(boxes) == len(badges))
    assert len(boxes) <= chips.MOST
    assert all(not one.intersects(other) for at, one in enumerate(boxes) for other in boxes[at + 1 :])


ERROR = "ValueError: could not convert string to float: '4,50'"


def test_that_an_error_has_rows_of_its_own_where_there_is_no_room_beside_its_line(stand: Callable[..., Code]) -> None:
    panel = stand(Code, (420, 400))
    panel.draw(frames.small())
    view = panel.view

    def heights() -> list[int]:
        return [box.height() for _, _, box in view.blocks_in(view.viewport().rect())][:12]

    usual = heights()
    view.annotate({3: Note(ERROR, bad=True)})
    assert heights()[2] > usual[2]
    assert heights()[:2] == usual[:2]
    below = heights()[2] - usual[2]
    view.annotate({3: Note(f"{ERROR} {ERROR} {ERROR}", bad=True)})
    assert heights()[2] - usual[2] > below, "as many rows as it needs"
    last = view.visible_lines()[1]
    boxes = {line: box for line, _, box in view.blocks_in(view.viewport().rect())}
    assert boxes[last].bottom() <= view.viewport().height()
    panel.resize(1600, 400)
    QApplication.processEvents()
    view.annotate({3: Note(ERROR, bad=True)})
    assert heights() == usual, "there is room at the end of the line"


def test_that_the_hint_of_a_line_says_all_of_an_error(stand: Callable[..., Code]) -> None:
    panel = stand(Code, (420, 400))
    panel.draw(frames.small())
    panel.view.annotate({2: Note(ERROR, bad=True)})
    at = QPoint(100, theme.WIDE.code_line + 8)
    where = panel.view.viewport().mapToGlobal(at)
    QApplication.sendEvent(panel.view.viewport(), QHelpEvent(QHelpEvent.Type.ToolTip, at, where))
    assert QToolTip.text() == ERROR
    QToolTip.hideText()


def test_that_an_exception_stays_in_sight_for_a_while(stand: Callable[..., Code]) -> None:
    panel, frame = stand(Code, (600, 300)), _frame(_lane(2, (0.1, 20)), _lane(3, (0.2, 150)))
    died = replace(frame.recording.lanes[0], error="ValueError: no", error_line=20, ended=0.3)
    panel.draw(changed(frame, lanes=(died, frame.recording.lanes[1])))
    assert 20 in _seen(panel)
    assert panel._later.isActive()
    assert REST * 1000 < panel._later.remainingTime() <= HOLD * 1100
