"""The menu of programs of one's own: open, begin with a template, recent files, save."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QMenu, QWidget

from engine.documents.templates import templates
from gui import actions
from gui.panel import Commands

FIRST, LAST = ("open", "paste"), ("edit", "save", "save-as", "save-all", "keep-scenario", "close")


def program_menu(parent: QWidget, face: QFont, commands: Commands, recent: Sequence[str]) -> QMenu:
    """A menu that is gone when it is closed. `recent` are paths, the last one first."""
    menu = QMenu(_words("File"), parent)
    menu.setFont(face)
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater, Qt.ConnectionType.QueuedConnection)
    new = menu.addMenu(_words("New"))
    for name in FIRST:
        _add(menu, commands, name)
    _add(new, commands, "new")
    new.addSeparator()
    for one in templates():
        new.addAction(one.title).triggered.connect(partial(_new, commands, one.name))
    opened = menu.addMenu(_words("Recent"))
    opened.setToolTipsVisible(True)
    opened.setEnabled(bool(recent))
    names = [Path(path).name for path in recent]
    for path, name in zip(recent, names, strict=True):
        told = name if names.count(name) == 1 else f"{Path(path).parent.name}/{name}"
        entry = opened.addAction(told.replace("&", "&&"))
        entry.setToolTip(path)
        entry.triggered.connect(partial(_open, commands, path))
    menu.addSeparator()
    for name in LAST:
        _add(menu, commands, name)
    for part in (new, opened):
        part.setFont(face)
    return menu


def _add(menu: QMenu, commands: Commands, name: str) -> None:
    entry = menu.addAction(f"{actions.words(actions.action(name).words)}\t{actions.key(name)}")
    entry.triggered.connect(lambda _checked=False: commands.perform(name))


def _new(commands: Commands, template: str, _checked: bool = False) -> None:
    commands.new(template)


def _open(commands: Commands, path: str, _checked: bool = False) -> None:
    commands.open_file(path)


def _words(text: str) -> str:
    return QCoreApplication.translate("programs", text)
