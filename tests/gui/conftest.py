"""What all tests of the window share: fonts, a panel that stands alone, and no warning of Qt's unseen."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import app
from gui.panel import Panel
from gui.recording import recording_control
from gui.theme import palette, theme
from tests.gui.recorded_commands import RecordedCommands, course
from tests.gui.stage_screen import Screen, missing_tools

HERE = Path(__file__).parent
P = TypeVar("P", bound=Panel)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A warning of Qt's fails the test that caused it."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))  # says the offscreen platform


@pytest.fixture(autouse=True, scope="session")
def fonts(qapp: QApplication) -> None:
    """Our fonts and style, as in the real window; once, for a style that is set again undresses what is open."""
    app.application()


@pytest.fixture(autouse=True, scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A test that tries every key leaves no film among the user's own."""
    folder = tmp_path_factory.mktemp("films")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recording_control, "videos", lambda: folder)
        yield


@pytest.fixture(autouse=True)
def gone() -> Iterator[None]:
    """What a test leaves is deleted: pytest-qt asks for that, but no event loop runs afterwards that would do it.

    Every window that is left makes the next change of a style or a font slower.
    """
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def wished() -> RecordedCommands:
    return RecordedCommands()


@pytest.fixture
def stand(qtbot: QtBot, wished: RecordedCommands) -> Callable[..., P]:
    """Makes a panel that stands alone: dressed, told of a course, shown."""

    def made(
        kind: Callable[..., P], size: tuple[int, int] = (600, 400), name: str = "dark", compact: bool = False
    ) -> P:
        panel = kind(wished)
        qtbot.addWidget(panel.widget)
        worn = theme.make(name, compact)
        palette.apply(panel.widget, worn)
        panel.apply_theme(worn)
        panel.opened(course())
        panel.widget.resize(*size)
        panel.widget.show()
        panel.widget.activateWindow()
        QApplication.processEvents()  # children that were added late are shown by the event loop
        return panel

    return made


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """For the real program."""
    missing = missing_tools()
    if missing:
        pytest.fail(missing, pytrace=False)
    made = Screen(tmp_path_factory.mktemp("screen"))
    yield made
    made.close()
