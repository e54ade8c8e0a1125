"""The slider: mouse, keys and wheel move it, a screen reader hears where it stands."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.widgets.inputs import PLACES, Slider
from tests.gui.alone import DARK

Moves = tuple[Slider, list[float]]


@pytest.fixture
def slider(qtbot: QtBot) -> Moves:
    """A slider in its middle, and what it has told."""
    made, told = Slider("Speed", step=0.05), []
    qtbot.addWidget(made)
    made.apply_theme(DARK)
    made.resize(216, made.height())
    made.show()
    made.activateWindow()
    made.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(made.hasFocus)
    made.moved.connect(told.append)
    made.put(0.5)
    return made, told


def test_that_what_the_program_puts_is_shown_and_not_told(slider: Moves) -> None:
    made, told = slider
    made.put(0.25)
    assert made.value() == PLACES / 4
    made.put(7.0)
    assert made.value() == PLACES
    assert told == []


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (Qt.Key.Key_Left, 0.45),
        (Qt.Key.Key_Down, 0.45),
        (Qt.Key.Key_Right, 0.55),
        (Qt.Key.Key_Up, 0.55),
        (Qt.Key.Key_PageUp, 1.0),
        (Qt.Key.Key_PageDown, 0.0),
        (Qt.Key.Key_Home, 0.0),
        (Qt.Key.Key_End, 1.0),
    ],
)
def test_that_each_key_moves_it(slider: Moves, key: Qt.Key, place: float) -> None:
    made, told = slider
    QTest.keyClick(made, key)
    assert told == [pytest.approx(place)]


def test_that_a_key_at_the_end_tells_nothing(slider: Moves) -> None:
    made, told = slider
    made.put(1.0)
    QTest.keyClick(made, Qt.Key.Key_End)
    QTest.keyClick(made, Qt.Key.Key_Right)
    assert told == []


def test_that_a_press_on_the_groove_jumps_there_and_a_drag_goes_along_up_to_the_ends(slider: Moves) -> None:
    made, told = slider
    middle = made.height() // 2
    QTest.mousePress(made, Qt.MouseButton.LeftButton, pos=QPoint(58, middle))
    assert told == [pytest.approx(0.25, abs=0.01)]
    QTest.mouseMove(made, QPoint(158, middle))
    assert told[-1] == pytest.approx(0.75, abs=0.01)
    QTest.mouseMove(made, QPoint(500, middle))
    assert told[-1] == 1.0
    QTest.mouseRelease(made, Qt.MouseButton.LeftButton, pos=QPoint(500, middle))
    QTest.mouseMove(made, QPoint(20, middle))
    assert told[-1] == 1.0


def test_that_one_too_narrow_to_be_drawn_takes_neither_the_mouse_nor_the_tab_key(slider: Moves) -> None:
    made, told = slider
    made.resize(20, made.height())
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(2, 5))
    assert told == []
    assert made.focusPolicy() is Qt.FocusPolicy.NoFocus


def turn(slider: Slider, by: int) -> bool:
    """One notch of the wheel over it; whether it was used."""
    at, none = QPointF(slider.rect().center()), Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at, slider.mapToGlobal(at), QPoint(), QPoint(0, by), Qt.MouseButton.NoButton, none,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    event.ignore()
    QApplication.sendEvent(slider, event)
    return event.isAccepted()


def test_that_the_wheel_turns_it_only_where_the_tab_key_is(slider: Moves) -> None:
    made, told = slider
    assert turn(made, 120)
    assert told[-1] > 0.5
    count = len(told)
    made.clearFocus()
    assert not turn(made, 120), "what is around scrolls"
    assert len(told) == count


def test_that_a_screen_reader_hears_where_it_stands_and_can_move_it(slider: Moves) -> None:
    made, told = slider
    heard = QAccessible.queryAccessibleInterface(made)
    assert heard.role() is QAccessible.Role.Slider
    assert heard.text(QAccessible.Text.Name) == "Speed"
    value = heard.valueInterface()
    assert (value.minimumValue(), value.currentValue(), value.maximumValue()) == (0, PLACES // 2, PLACES)
    value.setCurrentValue(PLACES)
    assert told == [1.0]
