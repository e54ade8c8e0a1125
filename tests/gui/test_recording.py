"""Recording: the film of the real window by the real ffmpeg, and what is kept when that dies or is not there."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QCursor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.scenarios import catalogue
from gui.app import Theatre, assemble
from gui.panel import WindowCommand
from gui.recording import pointer_overlay, recording_control, sinks
from gui.recording.film_card import FilmCard, size_text, time_text
from gui.recording.recorder import FilmChoice, FilmState, Recorder, fitted, picture_of
from gui.recording.recording_control import RecordingControl
from gui.recording.sinks import FilmFormat
from gui.theme import theme
from tests.gui.show_window import show_window

FFMPEG = sinks.executable()


class Colourful(QWidget):
    """A window that is another colour each time it is painted."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        qtbot.addWidget(self)
        self.setAutoFillBackground(True)
        self.resize(321, 201)  # odd: a film has an even number of points
        self.paint(0)
        self.show()
        qtbot.waitExposed(self)

    def paint(self, hue: int) -> None:
        """Takes on a colour now."""
        look = self.palette()
        look.setColor(self.backgroundRole(), QColor.fromHsv(hue % 360, 200, 200))
        self.setPalette(look)
        self.repaint()


@pytest.fixture
def window(qtbot: QtBot) -> Colourful:
    return Colourful(qtbot)


def played(film: Path) -> list[str]:
    """The frames that ffmpeg can read of a film, each as a checksum."""
    told = subprocess.run(
        [FFMPEG, "-v", "error", "-i", str(film), "-f", "framemd5", "-"], capture_output=True, text=True, check=True
    )
    return [line.split()[-1] for line in told.stdout.splitlines() if line and line[0] != "#"]


def recorded(
    qtbot: QtBot, window: Colourful, path: Path, choice: FilmChoice, find: Callable[[], str] = sinks.executable
) -> FilmState:
    """A recording of a window that changes all the time, to its end."""
    recorder = Recorder(window, find)
    recorder.begin(path, choice)
    hues = iter(range(0, 10**9, 7))

    def ended() -> bool:
        window.paint(next(hues))
        return not recorder.busy

    qtbot.waitUntil(ended, timeout=60_000)
    return recorder.state


@pytest.mark.parametrize("form", [FilmFormat.MP4, FilmFormat.WEBM, FilmFormat.GIF])
def test_that_a_film_has_each_frame_of_its_time(
    qtbot: QtBot, window: Colourful, tmp_path: Path, form: FilmFormat
) -> None:
    state = recorded(qtbot, window, tmp_path / "film v1.2", FilmChoice(form, 30, 1.0))
    assert (state.problem, state.path) == ("", tmp_path / f"film v1.2.{form.value}")
    assert state.path is not None
    assert state.seconds >= 1.0
    assert state.size == state.path.stat().st_size
    rate = 25 if form is FilmFormat.GIF else 30
    frames = played(state.path)
    assert abs(len(frames) - round(state.seconds * rate)) <= 1
    assert len(set(frames)) > 3


def test_that_players_everywhere_can_show_it(qtbot: QtBot, window: Colourful, tmp_path: Path) -> None:
    state = recorded(qtbot, window, tmp_path / "film", FilmChoice(seconds=0.2))
    told = subprocess.run([FFMPEG, "-hide_banner", "-i", str(state.path)], capture_output=True, text=True, check=False)
    assert "h264" in told.stderr
    assert "yuv420p" in told.stderr
    assert "322x202" in told.stderr


def test_that_nothing_is_overwritten(qtbot: QtBot, window: Colourful, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_text("mine")
    state = recorded(qtbot, window, tmp_path / "film", FilmChoice(seconds=0.1))
    assert state.path == tmp_path / "film (2).mp4"
    assert (tmp_path / "film.mp4").read_text() == "mine"


def test_that_a_killed_ffmpeg_leaves_a_film_that_can_be_played(qtbot: QtBot, window: Colourful, tmp_path: Path) -> None:
    recorder = Recorder(window)
    recorder.begin(tmp_path / "film", FilmChoice())
    hues = iter(range(0, 10**9, 7))

    def something_is_written() -> bool:
        window.paint(next(hues))
        writer = recorder._writer
        return writer is not None and writer.size > 20_000

    qtbot.waitUntil(something_is_written, timeout=60_000)
    writer = recorder._writer
    assert writer is not None
    assert isinstance(writer.sink, sinks.Movie)
    writer.sink._process.kill()
    qtbot.waitUntil(lambda: not recorder.busy, timeout=60_000)
    assert "was ended by signal 9" in recorder.state.problem
    assert not recorder.runs
    assert len(played(tmp_path / "film.mp4")) >= 20


@pytest.mark.skipif(os.name != "posix", reason="a limit of a file's size")
def test_that_a_full_disk_keeps_what_was_written_and_is_said(qtbot: QtBot, window: Colourful, tmp_path: Path) -> None:
    limited = tmp_path / "ffmpeg"
    limited.write_text(f"#!/bin/sh\ntrap '' XFSZ\nulimit -f 60\nexec {FFMPEG} \"$@\"\n")  # blocks of 512 bytes
    limited.chmod(limited.stat().st_mode | stat.S_IXUSR)
    state = recorded(qtbot, window, tmp_path / "film", FilmChoice(), find=lambda: str(limited))
    assert "File too large" in state.problem
    assert state.path is not None
    assert state.size > 10_000
    assert len(played(state.path)) >= 10


def test_that_without_ffmpeg_pictures_are_written_and_the_command_is_said(
    qtbot: QtBot, window: Colourful, tmp_path: Path
) -> None:
    state = recorded(qtbot, window, tmp_path / "film", FilmChoice(seconds=0.3), find=lambda: "")
    assert state.path == tmp_path / "film"
    assert "install" in state.advice
    assert state.problem == ""
    pictures = sorted((tmp_path / "film").iterdir())
    assert [one.name for one in pictures] == [f"{number:06}.png" for number in range(1, len(pictures) + 1)]
    assert len(pictures) == round(state.seconds * 30)
    assert all(QImage(str(one)).size() == window.size() for one in pictures)


def test_that_a_folder_where_nothing_can_be_written_is_said(qtbot: QtBot, window: Colourful, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    state = recorded(qtbot, window, tmp_path / "file" / "film", FilmChoice())
    assert "nothing can be written in" in state.problem
    assert state.size == 0


def test_that_a_window_that_was_made_larger_is_recorded_on_in_the_same_size(window: Colourful) -> None:
    picture = fitted(picture_of(window), 200, 200)
    assert (picture.width(), picture.height()) == (200, 200)
    assert picture.pixelColor(100, 2) == QColor("black")
    assert picture.pixelColor(100, 100).value() == pytest.approx(200, abs=2)


def test_that_a_picture_is_what_the_window_shows_with_its_menu(qtbot: QtBot, window: Colourful) -> None:
    assert picture_of(window).convertToFormat(QImage.Format.Format_RGB32) == window.grab().toImage().convertToFormat(
        QImage.Format.Format_RGB32
    )
    menu = QMenu(window)
    menu.addAction("something to choose")
    before = picture_of(window)
    menu.popup(window.mapToGlobal(QPoint(20, 20)))
    qtbot.waitExposed(menu)
    QApplication.processEvents()
    after = picture_of(window)
    inside = QRect(window.mapFromGlobal(menu.pos()), menu.size()).intersected(window.rect())
    assert after.copy(inside) != before.copy(inside)
    menu.close()


# the window


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theatre]:
    made = assemble(tuple(one for one in catalogue.load() if one.id == "counter"))
    monkeypatch.setattr(recording_control, "videos", lambda: tmp_path)
    show_window(qtbot, made.window, 1000, 640)
    made.controller.open("counter")
    made.driver.show()
    for _ in range(3):  # layouts settle in two passes
        QApplication.processEvents()
    yield made
    made.close()


def press(theatre: Theatre, key: Qt.Key) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(theatre.window, key, both)


def test_that_the_same_key_begins_and_ends_a_recording(theatre: Theatre, qtbot: QtBot, tmp_path: Path) -> None:
    recorder = theatre.recording_control.recorder
    press(theatre, Qt.Key.Key_R)
    assert recorder.runs
    assert theatre.recording_control.card.isVisible()
    qtbot.waitUntil(lambda: recorder.state.seconds > 0.3, timeout=20_000)
    press(theatre, Qt.Key.Key_R)
    assert not recorder.runs
    qtbot.waitUntil(lambda: not recorder.busy, timeout=60_000)
    (film,) = tmp_path.glob("counter *.mp4")
    assert recorder.state.path == film
    assert len(played(film)) >= 9
    assert theatre.recording_control.card.line.text().startswith("Recorded")


def test_that_the_key_begins_another_while_the_one_before_is_written(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    recorder = theatre.recording_control.recorder
    press(theatre, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: recorder.state.seconds > 0.1, timeout=20_000)
    press(theatre, Qt.Key.Key_R)
    assert recorder.busy
    assert theatre.recording_control.card.line.text().startswith("Being written")
    for _ in range(3):  # yes, no, yes
        press(theatre, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: recorder.runs, timeout=60_000)
    press(theatre, Qt.Key.Key_R)
    press(theatre, Qt.Key.Key_R)
    press(theatre, Qt.Key.Key_R)  # yes, no
    qtbot.waitUntil(lambda: not recorder.busy, timeout=60_000)
    assert not recorder.runs
    assert all(played(film) for film in tmp_path.glob("*.mp4"))
    assert len(list(tmp_path.glob("*.mp4"))) == 2


def test_that_a_recording_ends_with_the_window(theatre: Theatre, qtbot: QtBot, tmp_path: Path) -> None:
    press(theatre, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: theatre.recording_control.recorder.state.path is not None, timeout=20_000)
    theatre.close()
    (film,) = tmp_path.glob("*.mp4")
    assert played(film)


def test_that_the_card_is_in_no_picture(theatre: Theatre, qtbot: QtBot) -> None:
    before = picture_of(theatre.window)
    theatre.recording_control.card.tell(FilmState(seconds=3))
    qtbot.waitExposed(theatre.recording_control.card)
    QApplication.processEvents()
    assert picture_of(theatre.window) == before
    assert theatre.recording_control.card.isWindow()


@pytest.mark.parametrize(("wish", "size"), [(WindowCommand.SMALL, (1280, 720)), (WindowCommand.LARGE, (1920, 1080))])
def test_that_the_window_takes_on_an_exact_size(theatre: Theatre, wish: WindowCommand, size: tuple[int, int]) -> None:
    theatre.controller.present(True)
    theatre.controller.present(False)
    theatre.controller.ask(wish)
    assert (theatre.window.width(), theatre.window.height()) == size


def test_that_ring_clicks_and_keys_are_shown_when_they_are_asked_for(
    theatre: Theatre, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for shown in ("CLICK", "KEY"):  # also where the machine is too busy to paint a window in so short a time
        monkeypatch.setattr(pointer_overlay, shown, 60.0)
    window, overlay = theatre.window, theatre.recording_control.overlay
    assert not overlay.isVisible()
    plain = window.grab().toImage()
    QCursor.setPos(window.mapToGlobal(QPoint(500, 300)))
    press(theatre, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: overlay.spotlight and overlay._at == QPoint(500, 300))
    ringed = window.grab().toImage()
    assert ringed.pixelColor(528, 300) != plain.pixelColor(528, 300)
    press(theatre, Qt.Key.Key_P)
    assert not overlay.isVisible()
    press(theatre, Qt.Key.Key_K)
    QTest.keyClick(window, Qt.Key.Key_G)
    assert overlay._key[0] == "G"
    centre = window.centralWidget()
    assert centre is not None
    QTest.mouseClick(centre, Qt.MouseButton.LeftButton, pos=QPoint(3, 300))
    assert overlay._click is not None
    captioned = window.grab().toImage()
    box = overlay._caption().toRect()
    assert captioned.copy(box) != plain.copy(box)
    for presents in (True, False):
        theatre.controller.present(presents)
        theatre.driver.tick()
        window.hint.say("F11")
        assert not overlay._caption().toRect().intersects(window.hint.geometry())  # a key and what it does
    press(theatre, Qt.Key.Key_K)
    assert not overlay.isVisible()


def test_that_a_click_goes_through_what_lies_over_the_window(theatre: Theatre) -> None:
    theatre.recording_control.carry_out(WindowCommand.POINTER)
    at = QPoint(500, 300)
    assert theatre.recording_control.overlay.geometry().contains(at)
    assert theatre.window.childAt(at) not in (None, theatre.recording_control.overlay)


def test_that_the_menu_keeps_what_is_chosen(theatre: Theatre) -> None:
    menu_of: RecordingControl = theatre.recording_control
    menu_of.carry_out(WindowCommand.CHOOSE)
    assert menu_of._menu is not None
    for words in ("GIF", "60 frames a second", "10 s"):
        next(one for one in menu_of._menu.actions() if one.text() == words).trigger()
    menu_of._menu.close()
    assert menu_of.choice == FilmChoice(FilmFormat.GIF, 60, 10.0)


def test_that_the_card_says_what_went_wrong_and_what_to_do(qtbot: QtBot, window: Colourful) -> None:
    card = FilmCard(window)
    card.apply_theme(theme.make("dark", compact=False))
    card.tell(FilmState(Path("a.mp4"), 61, 1_500_000, 2, 3, False, True, "ffmpeg ended with status 1", "pip install x"))
    assert card.line.text() == "Recorded up to here  ·  1:01  ·  1.5 MB  ·  2 frames left out, 3 late"
    assert all(part in card.more.text() for part in ("status 1", "pip install x", "a.mp4"))
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert not card.isVisible()
    card.tell(FilmState(over=True, problem="no"))
    assert card.line.text().startswith("Nothing was recorded")


def test_that_sizes_and_times_are_told_as_people_read_them() -> None:
    assert [size_text(size) for size in (999, 1_000, 2_500_000, 3e9)] == ["999 B", "1.0 kB", "2.5 MB", "3.0 GB"]
    assert [time_text(seconds) for seconds in (0, 59.9, 600)] == ["0:00", "0:59", "10:00"]


def test_that_the_command_that_installs_it_is_one_for_this_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", r"C:\My Programs\python.exe")
    monkeypatch.setattr(sys, "platform", "win32")
    assert sinks.install_command() == r'py -m pip --python "C:\My Programs\python.exe" install imageio-ffmpeg'
    monkeypatch.setattr(sys, "executable", "/my programs/python")
    monkeypatch.setattr(sys, "platform", "linux")
    assert sinks.install_command() == "python3 -m pip --python '/my programs/python' install imageio-ffmpeg"


def test_that_the_package_stands_in_where_the_path_has_no_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    package = pytest.importorskip("imageio_ffmpeg")
    monkeypatch.setenv("PATH", "")
    assert shutil.which("ffmpeg") is None
    assert sinks.executable() == package.get_ffmpeg_exe()
