"""The verdict of a program of one's own is in sight at every size of the window and of the text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Phase
from gui.app import Theatre, assemble
from tests.gui.show_window import show_window

LEAST = 6.0  # lines of its words that are in sight
SWITCHES = "".join(f"lock_{number} = threading.Lock()\n" for number in range(6))
FAILS = "\n\ndef fail():\n    raise ValueError('no luck')\n\n\nthreading.Thread(target=fail).start()\n"
KNOBS = "".join(f"KNOB_{number} = {number}  # what it is for, in so many words\n" for number in range(12))


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theatre]:
    monkeypatch.setenv("THREAD_THEATRE_RESCUE", str(tmp_path / "rescue"))
    made = assemble(())
    show_window(qtbot, made.window, 1280, 720)
    yield made
    made.close()


def open_text(theatre: Theatre, path: Path, text: str) -> None:
    path.write_text(text)
    theatre.controller.open_file(str(path))
    theatre.session.modules.settle()
    settle(theatre)


def settle(theatre: Theatre) -> None:
    for _ in range(4):
        theatre.driver.tick()
        QApplication.processEvents()


def verdict_of(theatre: Theatre) -> QWidget:
    return next(part.panel.widget for part in theatre.driver.parts if part.info.id == "verdict")


def lines_in_sight(theatre: Theatre) -> float:
    """Of the verdict, below its title."""
    side, verdict, theme = theatre.window.body.side, verdict_of(theatre), theatre.appearance.theme
    box = QRect(verdict.mapTo(side, QPoint(0, 0)), verdict.size())
    words = box.adjusted(0, theme.pixels.header, 0, 0) & side.rect()
    return words.height() / (theme.px(theme.measures.base) * 1.4)


def test_that_the_verdict_is_in_sight_before_the_run_at_every_size(theatre: Theatre, tmp_path: Path) -> None:
    open_text(theatre, tmp_path / "mine.py", "import threading\n\n" + SWITCHES + FAILS)
    for text in (1.0, 1.25, 1.5, 3.0):
        for size in ((1280, 720), (1920, 1080)):
            theatre.appearance.enlarge(text)
            theatre.window.resize(*size)
            settle(theatre)
            assert lines_in_sight(theatre) >= LEAST, (text, size)
            order = [
                one for one in theatre.window.areas if one.isVisible() and theatre.window.body.side.isAncestorOf(one)
            ]
            tops = [one.mapTo(theatre.window, QPoint(0, 0)).y() for one in order]
            assert tops == sorted(tops), "the Tab key goes from above to below"


def test_that_the_verdict_comes_into_sight_with_the_first_finding_where_it_stands_below_the_edge(
    theatre: Theatre, tmp_path: Path, qtbot: QtBot
) -> None:
    open_text(theatre, tmp_path / "mine.py", "import threading\n\n" + KNOBS + SWITCHES + FAILS)
    assert lines_in_sight(theatre) < 0 or not verdict_of(theatre).visibleRegion().boundingRect().height()
    theatre.driver.start()
    theatre.controller.run()
    qtbot.waitUntil(lambda: theatre.session.frame.run.phase is Phase.ENDED, timeout=20_000)
    settle(theatre)
    assert lines_in_sight(theatre) >= LEAST
