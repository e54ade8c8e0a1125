"""The list of lessons in the largest window: every title of the real course is read whole, and the last one too."""

from collections.abc import Callable

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from engine.scenarios import catalogue
from gui.panel import Course
from gui.panels.lessons import Lessons
from gui.theme import theme
from gui.theme.palette import font

WIDE = theme.WIDE
HIGH = 1080 - WIDE.toolbar - WIDE.status - 2 * WIDE.gap


def test_that_every_title_of_the_course_is_seen_whole_at_1920(stand: Callable[..., Lessons]) -> None:
    panel, scenarios = stand(Lessons, (WIDE.left, HIGH)), catalogue.load()
    panel.opened(Course(scenarios, scenario=scenarios[-1]))
    QApplication.processEvents()
    bold = QFontMetrics(font(theme.make("dark", compact=False), WIDE.base, 600))
    for row in panel.rows:
        assert bold.horizontalAdvance(row.info.title) <= row.title_room().width(), row.info.title
    assert panel._area.verticalScrollBar().maximum() == 0, "the last lesson is there without scrolling"


def test_that_where_the_list_is_longer_than_its_room_the_open_lesson_is_whole(stand: Callable[..., Lessons]) -> None:
    panel, scenarios = stand(Lessons, (WIDE.left, 500)), catalogue.load()
    for current in (scenarios[-1], scenarios[0], scenarios[len(scenarios) // 2]):
        panel.opened(Course(scenarios, scenario=current))
        QApplication.processEvents()
        row = next(one for one in panel.rows if one.isChecked())
        top = row.mapTo(panel._area.viewport(), row.rect().topLeft()).y()
        assert top >= 0
        assert top + row.height() <= panel._area.viewport().height()
