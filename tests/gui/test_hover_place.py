"""The card of a hint does not hide what it speaks of."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.plots.common.paint_cache import PaintCache
from gui.plots.timeline.hover import Hint, HoverCard, place
from gui.theme import theme

CARD, LANE = QSize(220, 80), 36


@pytest.mark.parametrize("room", [QSize(900, 300), QSize(900, 220), QSize(500, 260)])
def test_that_the_lane_under_the_mouse_stays_in_sight(room: QSize) -> None:
    for x in range(0, room.width(), 25):
        for y in range(0, room.height(), 5):
            card = QRect(place(CARD, room, QPoint(x, y), LANE), CARD)
            bar = QRect(0, y - LANE // 3, room.width(), 2 * LANE // 3)  # a bar is two thirds of its lane
            assert not card.intersects(bar), (x, y)
            assert QRect(QPoint(0, 0), room).contains(card), (x, y)


def test_that_where_there_is_no_room_the_card_is_as_far_away_as_it_can_be() -> None:
    assert place(CARD, QSize(900, 120), QPoint(100, 20), LANE).y() == 40
    assert place(CARD, QSize(900, 120), QPoint(100, 100), LANE).y() == 0


def test_that_the_card_of_a_low_timeline_stands_below_it_and_goes_with_it(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 500)
    timeline = QWidget(window)
    timeline.setGeometry(50, 40, 700, 120)
    window.show()
    card = HoverCard(timeline)
    card.tell(
        PaintCache(theme.make("dark", compact=True), 1.0), Hint(1, "Adder-1", None, "sleeping", "", ""), QPoint(90, 70)
    )
    assert card.isVisible()
    assert card.geometry().top() == 40 + 70 + LANE
    assert card.geometry().bottom() > timeline.geometry().bottom()
    timeline.hide()
    assert not card.isVisible()
