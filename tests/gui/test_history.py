"""What the window looks like does not depend on its history: however it came there, it is as if it had begun so."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from engine.frame import Frame, Phase
from gui.app import Theatre, assemble
from gui.view_state.window_settings import WindowLayout
from gui.widgets.code_view import CodeView
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import course

SIZE = (1600, 900)
Make = Callable[[str], Theatre]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    """Makes windows in a theme whose clocks stand."""
    made: list[Theatre] = []

    def one(theme: str) -> Theatre:
        theatre = assemble((), WindowLayout(theme=theme))
        qtbot.addWidget(theatre.window)
        theatre.window.resize(*SIZE)
        theatre.window.show()
        theatre.driver.opened(course())
        made.append(theatre)
        return theatre

    yield one
    for theatre in made:
        theatre.close()


def show(theatre: Theatre, qtbot: QtBot, frame: Frame) -> None:
    """Draws until everything stands."""
    for _ in range(3):
        theatre.driver.draw(frame)
        qtbot.wait(1)


def picture(theatre: Theatre) -> NDArray[np.uint32]:
    """The window's pixels."""
    image = theatre.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def theme_and_back(theatre: Theatre, qtbot: QtBot) -> None:
    for name in ("light", "dark"):
        theatre.controller.theme(name)
        show(theatre, qtbot, frames.small())


def larger_text_and_back(theatre: Theatre, qtbot: QtBot) -> None:
    for factor in (1.5, 1.0):
        theatre.controller.text_scale(factor)
        show(theatre, qtbot, frames.small())


def smaller_and_larger(theatre: Theatre, qtbot: QtBot) -> None:
    for size in ((1024, 640), (1920, 1080), SIZE):
        theatre.window.resize(*size)
        show(theatre, qtbot, frames.small())


def plots_come_and_go(theatre: Theatre, qtbot: QtBot) -> None:
    series = frames.small().recording.value
    assert series is not None
    show(theatre, qtbot, changed(frames.small(), value=None))
    show(theatre, qtbot, changed(frames.small(), depths=(series,)))


def another_program_before(theatre: Theatre, qtbot: QtBot) -> None:
    show(theatre, qtbot, changed(frames.huge(), scenario="other"))


def never_shown_before(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.window.hide()
    theatre.driver.draw(frames.small())
    theatre.window.show()


@pytest.mark.parametrize(
    "history",
    [
        theme_and_back,
        larger_text_and_back,
        smaller_and_larger,
        plots_come_and_go,
        another_program_before,
        never_shown_before,
    ],
)
def test_that_a_window_looks_as_if_it_had_begun_so(
    make: Make, qtbot: QtBot, history: Callable[[Theatre, QtBot], None]
) -> None:
    lived, fresh = make("dark"), make("dark")
    show(lived, qtbot, frames.small())
    history(lived, qtbot)
    lived.driver.opened(course())  # a tab of the deck that was there once stays until a lesson is opened
    for theatre in (lived, fresh):
        show(theatre, qtbot, changed(frames.small(), phase=Phase.ENDED))
        (code,) = theatre.window.findChildren(CodeView)
        code.verticalScrollBar().setValue(0)  # where one reads in the program is left alone
        show(theatre, qtbot, changed(frames.small(), phase=Phase.ENDED))
    wrong = np.argwhere(picture(lived) != picture(fresh))
    assert not len(wrong), f"{len(wrong)} pixels, from {wrong.min(axis=0)} to {wrong.max(axis=0)} (y, x)"
