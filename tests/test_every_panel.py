"""Every panel that is found, with every kind of frame, in every theme, wide and compact."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QSizePolicy, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Frame
from gui import app, discovery
from gui.panel import PanelInfo, Place
from gui.theme import palette, theme
from gui.widgets.controls import Name
from tests.gui import frames
from tests.gui.recorded_commands import RecordedCommands, course

pytestmark = [
    pytest.mark.qt_log_level_fail("WARNING"),
    pytest.mark.qt_log_ignore("This plugin does not support"),  # the offscreen platform says so of every window
]


PANELS, BROKEN = discovery.find()
KINDS: dict[str, Callable[[], Frame]] = {
    "nothing at all": Frame,
    "empty": frames.empty,
    "small": frames.small,
    "running": frames.running,
    "failed": frames.failed,
    "refused": frames.refused,
    "huge": frames.huge,
}
SIZES = {False: "wide", True: "compact"}
# High contrast has the sizes of the others, and only other colours.
DRESSES = [(name, small) for name in theme.NAMES for small in SIZES if small or name != "contrast"]
BY_ID = {info.id: info for info in PANELS}


def _size(info: PanelInfo, worn: theme.Theme) -> tuple[int, int]:
    """About the room that the window gives to a panel of this place."""
    measures = worn.measures
    window = 1280 if worn.compact else 1920
    middle = window - measures.left - measures.right - 4 * measures.gap
    return {
        Place.TOOLBAR: (window, measures.toolbar),
        Place.STATUS: (window, measures.status),
        Place.LEFT: (measures.left, 640),
        Place.RIGHT: (measures.right, 640),
        Place.PLOTS: (middle, measures.timeline if info.id == "timeline" else measures.plot),
        Place.DECK: (middle, measures.plot),
        Place.OVER_TIME: (middle // 2, measures.plot),
        Place.OVER_DECK: (middle, measures.plot),
        Place.CENTRE: (middle - measures.output_width, 320),
        Place.BESIDE: (measures.output_width, 320),
    }[info.place]


def _clipped(panel: QWidget) -> list[str]:
    """Labels that have less room than their words need."""
    found = []
    for label in panel.findChildren(QLabel):
        if not label.isVisible() or not label.text() or not label.pixmap().isNull():
            continue
        if label.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored:
            continue  # made to give way
        if isinstance(label, Name):
            continue  # ends in dots
        room = label.contentsRect()
        if label.wordWrap():
            fits = label.heightForWidth(label.width()) <= label.height() + 1
        else:
            need = QFontMetrics(label.font()).size(Qt.TextFlag.TextSingleLine, label.text())
            fits = need.width() <= room.width() + 1 and need.height() <= room.height() + 1
        if not fits:
            found.append(label.text())
    return found


def _colours(image: QImage) -> int:
    """How many different colours a picture has, looked at every third pixel."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return len(np.unique(pixels[::3, : image.width() : 3]))


def _is_inside(widget: QWidget) -> bool:
    """Whether it is the inner window of a view, which has the view's own name."""
    view = widget.parent()
    return isinstance(view, QAbstractScrollArea) and view.viewport() is widget


def test_that_every_module_of_panels_and_plots_could_be_read() -> None:
    assert BROKEN == []
    expected = {"lessons", "toolbar", "switches", "knobs", "verdict", "lesson", "code", "output", "status", "trouble"}
    assert expected | {"timeline"} <= set(BY_ID)
    assert len(BY_ID) == len(PANELS), "two panels share an id"


@pytest.mark.parametrize(("name", "compact"), DRESSES, ids=[f"{name}-{SIZES[small]}" for name, small in DRESSES])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("panel", BY_ID)
def test_that_a_panel_draws_a_frame(qtbot: QtBot, panel: str, kind: str, name: str, compact: bool) -> None:
    app.application()
    info, frame, worn = BY_ID[panel], KINDS[kind](), theme.make(name, compact)
    made = info.make(RecordedCommands())
    qtbot.addWidget(made.widget)
    palette.apply(made.widget, worn)
    made.apply_theme(worn)
    made.opened(course())
    made.widget.resize(*_size(info, worn))
    made.widget.show()
    for _ in range(2):  # the second time with nothing changed
        made.draw(frame)
        qtbot.wait(1)
    high = made.widget.layout().totalHeightForWidth(made.widget.width()) if made.widget.layout() else 0
    if info.place is Place.RIGHT and high > made.widget.height():
        made.widget.resize(made.widget.width(), high)  # the column scrolls, the panel is as high as it wants
        qtbot.wait(1)
    image = made.widget.grab().toImage()
    if info.wanted is None or info.wanted(frame):  # else the window hides it, and nothing may fail all the same
        assert _colours(image) > 2, "blank"
        assert _clipped(made.widget) == []


def test_that_every_control_has_a_name_for_those_who_do_not_see_it(qtbot: QtBot) -> None:
    app.application()
    nameless = []
    for info in PANELS:
        made = info.make(RecordedCommands())
        qtbot.addWidget(made.widget)
        made.apply_theme(theme.make("dark", False))
        made.opened(course())
        made.draw(frames.small())
        for child in made.widget.findChildren(QWidget):
            text = getattr(child, "text", None)
            called = child.accessibleName() or (callable(text) and text())
            reached = child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisibleTo(made.widget)
            if reached and not called and not _is_inside(child):
                nameless.append((info.id, type(child).__name__))
    assert nameless == []
