"""Saves programs of one's own: to their files, to others, as scenarios; asks before one goes that is not saved."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from engine.documents.new_scenario import keep_as_scenario
from engine.documents.source_file import DocumentError
from engine.documents.workspace import Document, FileChange
from engine.frame.trouble import ChangedOnDisk
from engine.scenarios import catalogue
from gui.controller import Controller
from gui.documents.open_documents import OpenDocuments
from gui.documents.opening import Opening, file_dialog


class Saving(QObject):
    """What cannot be saved is said, and nothing is lost."""

    def __init__(self, window: QWidget, controller: Controller, documents: OpenDocuments, opening: Opening) -> None:
        super().__init__(window)
        self._window, self._controller, self._documents, self._opening = window, controller, documents, opening

    def save(self) -> None:
        """To its file; without one, where the user says. Raises DocumentError."""
        document, workspace = self._documents.shown, self._documents.workspace
        if self._documents.module is not None and document is None:
            return  # nothing was typed there
        if document is None or document.file is None:
            self.save_as()
        elif workspace.change_of(document.id) is FileChange.CHANGED:
            if document.edited:
                self._controller.tell(ChangedOnDisk(name=document.scenario.title))
            else:  # nobody typed anything: what is in the file is not written over
                self._documents.read_again()
        else:
            self._saved(document, workspace.save(document.id))

    def save_all(self) -> None:
        """Each file of the program in which something was typed. Raises DocumentError; the one it is about is shown."""
        for document in self._documents.unsaved:
            if document.file is None:
                self.save_as()
            elif self._documents.workspace.change_of(document.id) is FileChange.CHANGED:
                self._controller.show_file(self._name_of(document))
                self._controller.tell(ChangedOnDisk(name=document.scenario.title))
                return
            else:
                self._saved(document, self._documents.workspace.save(document.id))

    def _name_of(self, document: Document) -> str:
        """Which file of the open program it is: the name of a module, "" the program's own."""
        path = str(document.file.path) if document.file is not None and document is not self._documents.current else ""
        modules = self._controller.session.frame.program.modules
        return next((one.name for one in modules if one.path == path), "")

    def save_as(self) -> None:
        """Asks for a name."""
        document, scenario = self._documents.current, self._controller.course.scenario
        if scenario.page or not scenario.id:
            return
        dialog = file_dialog(self._window, self.tr("Save the program as"), self._opening.folder())
        dialog.setAcceptMode(dialog.AcceptMode.AcceptSave)
        dialog.selectFile(document.scenario.title if document is not None else f"{scenario.id}.py")
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """To this file, which is its own from now on; of a lesson a copy is saved."""
        if self._documents.current is None:
            self._opening.edit()
        document = self._documents.current
        if document is None:
            return
        try:
            self._saved(document, self._documents.workspace.save(document.id, path))
        except DocumentError as problem:
            self._controller.tell(problem.trouble)
            return
        self._opening.remember(str(path))

    def _saved(self, before: Document, document: Document) -> None:
        if before.id != document.id:
            self._controller.renamed(document)
        self._controller.list_documents()
        self._documents.take(document)

    def keep_scenario(self) -> None:
        """A folder of a scenario, beside the user's others; it is in the list from then on. Raises DocumentError."""
        document, folders = self._documents.current, catalogue.folders()
        scenario = document.scenario if document is not None else self._controller.course.scenario
        if scenario.page or not scenario.id or len(folders) < 2:
            return
        text = self._controller.session.frame.program.text
        title = scenario.title if document is not None else self.tr("{title} (copy)").format(title=scenario.title)
        folder = keep_as_scenario(text, scenario, title.removesuffix(".py"), folders[1])
        self._controller.load_lessons(catalogue.load())
        if document is not None and document.file is None:
            self._documents.workspace.close(document.id)
        made = self._documents.lesson_in(folder)
        if made is not None:
            self._documents.show(self._documents.workspace.open(made.program, made))

    def close(self) -> None:
        """Takes the program out of the list; what is not saved is asked about."""
        document = self._documents.current
        if document is None:
            return
        unsaved = self._documents.unsaved
        if not unsaved:
            self._documents.remove(document)
            return
        from PySide6.QtWidgets import QMessageBox  # noqa: PLC0415 - the first frame does not wait for it

        buttons = QMessageBox.StandardButton
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        names = ", ".join(one.scenario.title for one in unsaved)
        said = self.tr("{name} is not saved.") if len(unsaved) == 1 else self.tr("{name} are not saved.")
        box.setText(said.format(name=names))
        box.setInformativeText(self.tr("Without saving, what you typed goes."))
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        box.finished.connect(box.deleteLater)
        box.button(buttons.Save).clicked.connect(lambda: self._save_and_close(document))
        box.button(buttons.Discard).clicked.connect(lambda: self._documents.remove(document))
        box.open()

    def _save_and_close(self, document: Document) -> None:
        """It goes when all of it is saved: not while it is asked what it is called, or which text is kept."""
        try:
            self.save_all()
        except DocumentError as problem:
            self._controller.tell(problem.trouble)
        if not self._documents.unsaved:
            self._documents.remove(document)
