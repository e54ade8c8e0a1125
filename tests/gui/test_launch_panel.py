"""The panel for programs of one's own: arguments, working folder, exit status, written files."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Ended, Folder, Frame, Launch, Phase, Written, WrittenFile
from engine.frame.trouble import ProcessDied
from engine.scenarios import catalogue
from gui.app import assemble
from gui.panels.launch import PANEL, ROWS, LaunchPanel, sized
from gui.view_state.window_settings import WindowLayout
from gui.widgets import opening
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

Stand = Callable[..., LaunchPanel]


class Desktop(QObject):
    """What the system is asked to open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


@pytest.fixture
def desktop(qapp: QApplication) -> Iterator[Desktop]:
    made = Desktop()
    QDesktopServices.setUrlHandler("file", made, "open")  # type: ignore[arg-type]  # bytes, says the stub, which it refuses
    yield made
    QDesktopServices.unsetUrlHandler("file")


def own(**values: object) -> Frame:
    return changed(frames.small(), own=True, launch=Launch(folder=Folder.OWN), **values)


def files(folder: Path, *names: str, more: int = 0) -> Written:
    for name in names:
        (folder / name).write_text("x" * 1234)
    made = tuple(WrittenFile(name, str(folder / name), 1234, True) for name in names)
    return Written(str(folder), made, more)


def test_that_only_a_program_of_ones_own_has_it() -> None:
    assert PANEL.wanted is not None
    assert not PANEL.wanted(frames.small())
    assert PANEL.wanted(own())
    assert PANEL.wanted(changed(frames.small(), launch=Launch("--fast")))


def test_that_arguments_are_taken_on_while_they_are_typed(stand: Stand, wished: RecordedCommands, qtbot: QtBot) -> None:
    panel = stand(LaunchPanel)
    panel.draw(own())
    qtbot.keyClicks(panel.field, "a 'b c'")
    wishes = [launch.arguments for (launch,) in wished.of("launch") if isinstance(launch, Launch)]
    assert wishes[-1] == "a 'b c'"
    assert not [one for one in wishes if one.count("'") == 1], "half a quote is no argument yet"


def test_that_an_open_quote_is_told_when_the_field_is_left_and_the_old_ones_stay(
    stand: Stand, wished: RecordedCommands, qtbot: QtBot
) -> None:
    panel = stand(LaunchPanel)
    panel.draw(own())
    wished.refusal = "A quote is opened and not closed."
    qtbot.keyClicks(panel.field, "'a")
    assert not panel.reason.isVisible()
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert panel.reason.text() == wished.refusal
    assert panel.reason.isVisible()
    wished.refusal = ""
    qtbot.keyClicks(panel.field, "'")
    assert not panel.reason.isVisible()


def test_that_where_it_runs_is_seen_and_chosen(stand: Stand, wished: RecordedCommands) -> None:
    panel = stand(LaunchPanel)
    panel.draw(own())
    assert panel.where.accessibleDescription() == "own folder"
    panel.where.chosen.emit(1)
    assert wished.made == [("launch", Launch(folder=Folder.FRESH))]
    panel.draw(changed(own(), launch=Launch(folder=Folder.FRESH)))
    assert panel.where.accessibleDescription() == "fresh folder"


def test_that_a_file_of_a_package_may_be_run_as_its_module(
    stand: Stand, wished: RecordedCommands, tmp_path: Path
) -> None:
    package = tmp_path / "app"
    package.mkdir()
    (package / "__init__.py").touch()
    panel = stand(LaunchPanel)
    panel.draw(own(path=str(tmp_path / "alone.py")))
    assert not panel.kind.isVisible()
    panel.draw(own(path=str(package / "tool.py")))
    assert panel.kind.isVisible()
    panel.kind.chosen.emit(1)
    assert wished.of("launch")[-1] == (Launch(module="app.tool", folder=Folder.OWN),)


@pytest.mark.parametrize(
    ("said", "run"),
    [
        ("none yet", {"phase": Phase.RUNNING, "ended": None}),
        ("0", {"phase": Phase.ENDED, "ended": Ended.FINISHED, "exit": 0}),
        ("3 (sys.exit)", {"phase": Phase.ENDED, "ended": Ended.FINISHED, "exit": 3}),
        ("-1 (sys.exit)", {"phase": Phase.ENDED, "ended": Ended.FINISHED, "exit": -1}),  # on Windows
        ("1 (an exception)", {"phase": Phase.ENDED, "ended": Ended.DIED, "exit": 1}),
        ("-11 (SIGSEGV)", {"phase": Phase.ENDED, "ended": Ended.DIED, "exit": -11, "trouble": ProcessDied(code=-11)}),
        ("none: it was stopped", {"phase": Phase.ENDED, "ended": Ended.STOPPED}),
    ],
)
def test_that_the_exit_status_is_said_with_what_it_means(stand: Stand, said: str, run: dict[str, object]) -> None:
    panel = stand(LaunchPanel)
    panel.draw(own(**run))
    assert panel.status.text() == said


def test_that_written_files_have_their_size_and_open_by_a_click(stand: Stand, desktop: Desktop, tmp_path: Path) -> None:
    panel = stand(LaunchPanel)
    written = files(tmp_path, "a.txt", "b.csv")
    panel.draw(own(written=written))
    assert [(row.name.accessibleName(), row.size_text.text()) for row in panel.files[:2]] == [
        ("a.txt", "1.2 KB"),
        ("b.csv", "1.2 KB"),
    ]
    assert str(tmp_path / "a.txt") in panel.files[0].toolTip()
    QTest.mouseClick(panel.files[0].name, Qt.MouseButton.LeftButton)
    QTest.keyClick(panel.files[1].name, Qt.Key.Key_Return)
    panel.show_folder.click()
    assert desktop.opened == [str(tmp_path / "a.txt"), str(tmp_path / "b.csv"), str(tmp_path)]


def test_that_what_has_no_row_is_counted_and_leads_to_the_folder(
    stand: Stand, desktop: Desktop, tmp_path: Path
) -> None:
    panel = stand(LaunchPanel)
    written = files(tmp_path, *(f"{n}.txt" for n in range(5)), more=7)
    panel.draw(own(written=written))
    assert panel.files[ROWS - 1].name.accessibleName() == f"and {12 - (ROWS - 1)} more"
    panel.files[ROWS - 1].open()
    assert desktop.opened == [str(tmp_path)]


@pytest.mark.parametrize("name", ["run.sh", "tool.exe", "script.py", "made"])
def test_that_what_could_run_is_shown_in_its_folder_and_never_opened(
    desktop: Desktop, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text("#!/bin/sh\n")
    if name == "made":
        if os.name == "nt":
            return  # there a file's name alone says whether it runs
        path.chmod(0o755)
    opening.open_file(str(path))
    assert desktop.opened == [str(tmp_path)]


@pytest.mark.parametrize("compact", [False, True])
def test_that_nothing_moves_from_before_the_run_to_after_it(stand: Stand, tmp_path: Path, compact: bool) -> None:
    panel = stand(LaunchPanel, size=(256 if compact else 304, 400), compact=compact)

    def places() -> list[QRect]:
        QApplication.processEvents()
        parts: list[QWidget] = [panel.field, panel.where, panel.status, *panel.files]
        return [QRect(one.mapTo(panel, QPoint()), one.size()) for one in parts]

    before = own(phase=Phase.IDLE, ended=None)
    panel.draw(before)
    first, high = places(), panel.minimumSizeHint()
    panel.draw(changed(before, phase=Phase.RUNNING))
    assert places() == first
    written = files(tmp_path, "a" * 60 + ".txt", "b.txt", more=1000)
    panel.draw(changed(before, phase=Phase.ENDED, ended=Ended.DIED, exit=1, written=written))
    assert (places(), panel.minimumSizeHint()) == (first, high)


def test_that_sizes_are_said_in_few_letters() -> None:
    assert [sized(count) for count in (0, 999, 1000, 123_456, 9_990_000, 2 * 10**12)] == [
        "0 B",
        "999 B",
        "1.0 KB",
        "123 KB",
        "10.0 MB",
        "2000 GB",
    ]


PROGRAM = """\
import sys
from pathlib import Path
Path("said.txt").write_text(" ".join(sys.argv[1:]))
sys.exit(len(sys.argv) - 1)
"""


def test_that_a_program_run_in_the_window_gets_and_leaves_what_the_panel_says(
    qtbot: QtBot, tmp_path: Path, desktop: Desktop
) -> None:
    program = tmp_path / "own.py"
    program.write_text(PROGRAM)
    theatre = assemble((replace(catalogue.from_file(program), id="own"),), WindowLayout())
    qtbot.addWidget(theatre.window)
    try:
        theatre.window.show()
        theatre.controller.open("own")
        theatre.driver.tick()
        panel = next(part.panel for part in theatre.driver.parts if part.info.id == PANEL.id)
        assert isinstance(panel, LaunchPanel)
        assert panel.widget.isVisible()
        qtbot.keyClicks(panel.field, "one 'and two'")
        panel.where.chosen.emit(1)

        def written() -> bool:
            theatre.driver.tick()
            return theatre.session.frame.result.written is not None

        theatre.controller.run()
        qtbot.waitUntil(written, timeout=60_000)
        assert panel.status.text() == "2 (sys.exit)"
        assert panel.files[0].name.accessibleName() == "said.txt"
        panel.files[0].open()
        assert Path(desktop.opened[0]).read_text() == "one and two"
        assert not (tmp_path / "said.txt").exists()
    finally:
        theatre.close()
    assert not Path(desktop.opened[0]).exists(), "what a fresh folder held goes with the window"
