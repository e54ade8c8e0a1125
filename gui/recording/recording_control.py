"""Records the window, gives it exact sizes, and shows pointer, clicks and keys: what a teacher's film needs."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from gui.panel import WindowCommand
from gui.recording.film_card import FilmCard
from gui.recording.pointer_overlay import PointerOverlay
from gui.recording.recorder import FilmChoice, Recorder
from gui.recording.sinks import FilmFormat
from gui.theme.theme import Theme

RATES = (30, 60)  # frames a second
LENGTHS = (0, 10, 30, 60, 300)  # seconds; 0: until the key again
EXACT = {WindowCommand.SMALL: (1280, 720), WindowCommand.LARGE: (1920, 1080)}  # pixels inside the window's frame
LAST_WAIT = 20.0  # seconds that a window which closes waits for the end of its film


def videos() -> Path:
    """The user's folder for films, else the home."""
    place = QStandardPaths.StandardLocation
    found = QStandardPaths.writableLocation(place.MoviesLocation)
    return Path(found or QStandardPaths.writableLocation(place.HomeLocation) or ".")


def file_name(scenario: str) -> str:
    """What was recorded, and when."""
    return f"{scenario or 'thread-theatre'} {time.strftime('%Y-%m-%d %H.%M.%S')}"


class RecordingControl(QObject):
    """Carries out the wishes that are about the window as a whole."""

    def __init__(self, window: QWidget, scenario: Callable[[], str]) -> None:
        """`scenario` is the id of the open one."""
        super().__init__(window)
        self._window, self._scenario = window, scenario
        self.choice = FilmChoice()
        self.recorder = Recorder(window)
        self.card = FilmCard(window)
        self.overlay = PointerOverlay(window)
        self.recorder.told.connect(self.card.tell)
        self._menu: QMenu | None = None

    def apply_theme(self, theme: Theme) -> None:
        """Dresses what it shows."""
        self.card.apply_theme(theme)
        self.overlay.apply_theme(theme)

    def carry_out(self, command: WindowCommand) -> None:
        """Does it."""
        if command is WindowCommand.RECORD:
            self._record()
        elif command is WindowCommand.CHOOSE:
            self._choose()
        elif command is WindowCommand.POINTER:
            self.overlay.show_spotlight(not self.overlay.spotlight)
        elif command is WindowCommand.INPUTS:
            self.overlay.show_inputs(not self.overlay.inputs)
        else:
            self._resize(*EXACT[command])

    def _record(self) -> None:
        if self.recorder.goes_on:
            self.recorder.finish()
        else:
            self.recorder.begin(videos() / file_name(self._scenario()), self.choice)

    def _resize(self, width: int, height: int) -> None:
        self._window.showNormal()
        self._window.resize(width, height)
        room = self._window.screen().availableGeometry()
        if width > room.width() or height > room.height():
            words = self.tr("The screen is smaller than {width} x {height}").format(width=width, height=height)
            self.card.refuse(words)

    def _choose(self) -> None:
        """A menu in the middle of the window: format, rate, length."""
        if self._menu is not None:
            self._menu.deleteLater()
        menu = self._menu = QMenu(self._window)
        menu.setAccessibleName(self.tr("How it is recorded"))
        names = {FilmFormat.PICTURES: self.tr("PNG pictures")}
        forms = [(names.get(form, form.name), {"form": form}) for form in FilmFormat]
        self._offer(menu, self.tr("Format"), forms)
        frames = self.tr("frames a second")
        self._offer(menu, self.tr("Rate"), [(f"{rate} {frames}", {"rate": rate}) for rate in RATES])
        endless = self.tr("until the key is pressed again")
        lengths = [(f"{length} s" if length else endless, {"seconds": float(length)}) for length in LENGTHS]
        self._offer(menu, self.tr("Length"), lengths)
        menu.popup(self._window.mapToGlobal(self._window.rect().center()))

    def _offer(self, menu: QMenu, title: str, changes: list[tuple[str, dict[str, Any]]]) -> None:
        """One of several: each changes one field of the choice."""
        menu.addSection(title)
        group = QActionGroup(menu)
        for words, change in changes:
            one = QAction(words, group, checkable=True, checked=replace(self.choice, **change) == self.choice)
            one.triggered.connect(partial(self._change, change))
            menu.addAction(one)

    def _change(self, change: dict[str, Any], _checked: bool = False) -> None:
        self.choice = replace(self.choice, **change)

    def close(self) -> None:
        """The window goes: what was recorded is kept."""
        self.overlay.show_inputs(False)
        self.overlay.show_spotlight(False)
        self.recorder.close(LAST_WAIT)
        self.card.close()
