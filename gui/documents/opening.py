"""Opens programs of one's own: by a dialog, dropped, pasted, begun with a template, copied from a lesson."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from engine.documents.source_file import MOST, DocumentError, entry_of
from engine.documents.templates import templates
from engine.documents.workspace import NAME, Document
from engine.frame.trouble import NothingToPaste, TooLarge
from engine.scenarios import catalogue, scenario_file
from engine.scenarios.scenario import Scenario
from gui.controller import Controller
from gui.documents.open_documents import OpenDocuments

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

RECENT = 10  # files that are remembered


def files_in(data: QMimeData) -> list[Path]:
    """The files of this machine that are dropped or pasted."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class Opening(QObject):
    """Whatever cannot be opened is said, and the window is as before."""

    def __init__(
        self, window: QWidget, controller: Controller, documents: OpenDocuments, recent: Sequence[str]
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._documents = window, controller, documents
        self.recent = list(recent)

    def open_file(self, path: str) -> None:
        """Opens a file or a folder, or says why that cannot be done."""
        self.opens(path)

    def opens(self, path: str) -> bool:
        """The same; whether it could be done."""
        try:
            self._documents.show(self._document_of(Path(path)))
        except DocumentError as problem:
            self._controller.tell(problem.trouble)
            return False
        self.remember(path)
        return True

    def drop(self, data: QMimeData) -> None:
        """Files that were dropped: each is opened, the first one is shown; else a text, as a new program."""
        files = files_in(data)
        self.open_all([str(path) for path in files])
        if not files and data.hasText():
            self.begin(data.text())

    def open_all(self, paths: Sequence[str]) -> None:
        """The first one is shown. One that cannot be opened keeps no other from it, and is said."""
        wrong = None
        for path in reversed(paths):
            if not self.opens(path):
                wrong = self._controller.shown.view.notice
        if wrong is not None:
            self._controller.tell(wrong)

    def _document_of(self, path: Path) -> Document:
        """Raises DocumentError. A folder is a scenario, or has a file that it begins with."""
        path = path.expanduser().absolute()
        if path.is_dir():
            if (path / scenario_file.SETTINGS_FILE).is_file():
                scenario = self._documents.lesson_in(path) or scenario_file.read(path)
                if not scenario.error and not scenario.page:
                    return self._documents.workspace.open(scenario.program, scenario)
            path = entry_of(path)
        return self._documents.workspace.open(path)

    def remember(self, path: str) -> None:
        """It stands first among the recent files."""
        known = os.path.abspath(os.path.expanduser(path))
        self.recent = [known, *(one for one in self.recent if one != known)][:RECENT]
        self._controller.recall(self.recent)

    def new(self, template: str) -> None:
        """Begins a program with a template, "" with nothing; what it is called is said when it is saved."""
        known = next((one for one in templates() if one.name == template), None)
        self.begin(known.text if known is not None else "")

    def begin(self, text: str, origin: Scenario | None = None, name: str = NAME) -> None:
        """A new program with this text. `origin` is the lesson that it is a copy of."""
        if len(text) > MOST:
            self._controller.tell(TooLarge(name=self.tr("The text"), size=len(text), most=MOST))
            return
        plain = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
        self._documents.show(self._documents.workspace.new(plain, name, origin))
        self._controller.perform("program")

    def paste(self) -> None:
        """What is in the clipboard is a program, or the file of one."""
        data = QGuiApplication.clipboard().mimeData() or QMimeData()  # none at all, after a program has ended
        if files_in(data) or (data.hasText() and data.text().strip()):
            self.drop(data)
        else:
            self._controller.tell(NothingToPaste())

    def edit(self) -> None:
        """A lesson's program is edited as a copy, and stays as it is; the user's own scenario is edited itself."""
        scenario = self._controller.course.scenario
        if self._documents.current is not None or scenario.page or not scenario.id:
            self._controller.perform("program")
        elif catalogue.OWN_FOLDER in scenario.program.parents:
            self.begin(self._controller.session.frame.program.text, scenario, f"{scenario.id}.py")
        else:
            self._documents.show(self._documents.workspace.open(scenario.program, scenario))
            self._controller.perform("program")

    def choose(self) -> None:
        """Asks which files."""
        dialog = file_dialog(
            self._window, self.tr("Open a program: it runs with your rights, in no sandbox"), self.folder()
        )
        dialog.setFileMode(dialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.open_all)
        dialog.open()

    def folder(self) -> Path:
        """Where the user was last."""
        document = self._documents.current
        if document is not None and document.file is not None:
            return document.file.path.parent
        known = (Path(one).parent for one in self.recent)
        return next((folder for folder in known if folder.is_dir()), Path.home())


def file_dialog(window: QWidget, title: str, folder: Path) -> QFileDialog:
    """A dialog for programs, shown by `open`, which does not stop the window; gone when it is answered."""
    from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - the first frame does not wait for it

    dialog = QFileDialog(window, title, str(folder))
    dialog.setNameFilters([dialog.tr("Python programs (*.py *.pyw)"), dialog.tr("All files (*)")])
    dialog.setDefaultSuffix("py")
    dialog.finished.connect(dialog.deleteLater)
    return dialog
