"""An area that scrolls comes to rest also around what wants another size each time that it has got one."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.scroll_area import scrolled


class NeverContent(QWidget):
    """As rows that leave their icons out where the bar takes room from them, and then need no bar."""

    sized = 0

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 100 if self.height() > 300 else 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.sized += 1
        super().resizeEvent(event)


def test_that_what_is_never_content_with_its_size_is_sized_a_few_times(qtbot: QtBot) -> None:
    inner = NeverContent()
    area = scrolled(inner)
    qtbot.addWidget(area)
    area.resize(300, 200)
    area.show()
    QApplication.processEvents()
    assert 0 < inner.sized < 10  # of Qt's own area the stack is full of it, and the process gone
