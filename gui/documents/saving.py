"""Saves programs of one's own: to their files, to others, as scenarios; asks before one goes that is not saved."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from engine.documents import module_texts
from engine.documents.new_scenario import keep_as_scenario
from engine.documents.source_file import DocumentError
from engine.documents.workspace import Document, FileChange
from engine.frame import SourceModule
from engine.frame.trouble import ChangedOnDisk
from engine.scenarios import catalogue
from gui.actions import key
from gui.controller import Controller
from gui.documents.open_documents import OpenDocuments
from gui.documents.opening import Opening, file_dialog


class Saving(QObject):
    """What cannot be saved is said, and nothing is lost."""

    def __init__(
        self,
        window: QWidget,
        controller: Controller,
        documents: OpenDocuments,
        opening: Opening,
        tell: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._documents, self._opening = window, controller, documents, opening
        self._tell = tell

    def save(self) -> None:
        """The file that is shown, or where the user says. Says what else is not saved. Raises DocumentError."""
        document = self._documents.shown
        if self._documents.module is None and (document is None or document.file is None):
            self._choose_name()
        else:
            self._save(document)

    def _save(self, document: Document | None) -> None:
        """Writes a file; of a module in which nothing was typed there is no document."""
        workspace = self._documents.workspace
        if document is None:
            self._tell_others("")
        elif workspace.change_of(document.id) is FileChange.CHANGED:
            if document.edited:
                self._controller.tell(ChangedOnDisk(name=document.scenario.title))
            else:  # nobody typed anything: what is in the file is not written over
                self._documents.read_again()
        else:
            edited = document.edited
            self._saved(document, workspace.save(document.id))
            self._tell_others(document.scenario.title if edited else "")

    def _tell_others(self, saved: str) -> None:
        """Which files of the program are not saved yet; `saved` is the one that was just now, "" none."""
        others = [one.scenario.title for one in self._documents.unsaved]
        if not others:
            return
        said = [self.tr("{saved} is saved.")] if saved else []
        if len(others) == 1:
            said.append(self.tr("{name} is not saved: {key} saves all."))
        elif saved:
            said.append(self.tr("{count} other files are not saved: {key} saves all."))
        else:
            said.append(self.tr("{count} files are not saved: {key} saves all."))
        self._tell(" ".join(said).format(saved=saved, name=others[0], count=len(others), key=key("save-all")))

    def save_all(self) -> None:
        """Each file of the program in which something was typed. Raises DocumentError; the one it is about is shown."""
        saved = []
        for document in self._documents.unsaved:
            if document.file is None:
                self._choose_name()
            elif self._documents.workspace.change_of(document.id) is FileChange.CHANGED:
                self._controller.show_file(self._name_of(document))
                self._controller.tell(ChangedOnDisk(name=document.scenario.title))
                return
            else:
                try:
                    self._saved(document, self._documents.workspace.save(document.id))
                except DocumentError:
                    self._controller.show_file(self._name_of(document))
                    raise
                saved.append(document.scenario.title)
        if len(saved) == 1:
            self._tell(self.tr("{name} is saved.").format(name=saved[0]))
        elif saved:
            self._tell(self.tr("{count} files are saved.").format(count=len(saved)))

    def _name_of(self, document: Document) -> str:
        """Which file of the open program it is: the name of a module, "" the program's own."""
        path = str(document.file.path) if document.file is not None and document is not self._documents.current else ""
        modules = self._controller.session.frame.program.modules
        return next((one.name for one in modules if one.path == path), "")

    def save_as(self) -> None:
        """Asks for a name of the program, or of a copy of the module that is shown."""
        module = self._documents.module
        if module is None:
            self._choose_name()
            return
        file, title = Path(module.path), self.tr("Save a copy of {name} as")
        name = f"{file.stem}_copy{file.suffix}"  # one that can be imported
        self._ask(title.format(name=file.name), file.parent / name, partial(self.save_copy, module))

    def _choose_name(self, then: Callable[[], None] = lambda: None) -> None:
        """Asks for a name of the program; what comes `then` is done when it is saved."""
        document, scenario = self._documents.current, self._controller.course.scenario
        if scenario.page or not scenario.id:
            return
        name = document.scenario.title if document is not None else f"{scenario.id}.py"

        def save(path: Path) -> None:
            if self.save_to(path):
                then()

        self._ask(self.tr("Save the program as"), self._opening.folder() / name, save)

    def _ask(self, title: str, offered: Path, do: Callable[[Path], None]) -> None:
        """Asks for the name of a file, and does it with that."""
        dialog = file_dialog(self._window, title, offered.parent)
        dialog.setAcceptMode(dialog.AcceptMode.AcceptSave)
        dialog.selectFile(offered.name)
        dialog.fileSelected.connect(lambda path: do(Path(path)))
        dialog.open()

    def save_copy(self, asked: SourceModule, path: Path) -> None:
        """The text of a module as a file of its own: the module, which is imported by its name, stays what it is.

        A copy by the module's own name is the module saved.
        """
        workspace, target = self._documents.workspace, path.expanduser().absolute()
        modules = self._controller.session.frame.program.modules
        module = next((one for one in modules if one.path == asked.path), asked)  # as it reads by now
        try:
            if target.resolve() == Path(module.path).resolve():
                self._save(workspace.with_path(target))
                return
            module_texts.save_copy(workspace, Path(module.path), module.text, target)
            known = workspace.with_path(target)
            if known is not None and not known.edited:
                self._documents.take(workspace.read_again(known.id))
        except DocumentError as problem:
            self._controller.tell(problem.trouble)
            return
        self._controller.session.modules.look_again()  # it may be one of the program's
        said = self.tr("A copy of {module} is saved: {name}. The program goes on with {module}.")
        self._tell(said.format(module=Path(module.path).name, name=target.name))

    def save_to(self, path: Path) -> bool:
        """To this file, which is its own from now on; of a lesson a copy is saved. Returns whether it could be."""
        if self._documents.current is None:
            self._opening.edit()
        document = self._documents.current
        if document is None:
            return False
        try:
            self._saved(document, self._documents.workspace.save(document.id, path))
        except DocumentError as problem:
            self._controller.tell(problem.trouble)
            return False
        self._opening.remember(str(path))
        return True

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
        """It goes when all of it is saved, also under the name that is asked for; not while two texts of it differ."""
        if document.file is None:
            self._choose_name(then=self.close)  # which asks again, where others of its files are not saved
            return
        try:
            self.save_all()
        except DocumentError as problem:
            self._controller.tell(problem.trouble)
        if not self._documents.unsaved:
            self._documents.remove(document)
