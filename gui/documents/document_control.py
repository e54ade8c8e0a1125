"""Carries out what is wished for of programs of one's own."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from engine.documents.source_file import DocumentError
from engine.documents.workspace import Workspace
from gui.controller import Controller
from gui.documents.drop_target import DropTarget
from gui.documents.open_documents import OpenDocuments
from gui.documents.opening import Opening
from gui.documents.saving import Saving
from gui.panel import WindowCommand


class DocumentControl(QObject):
    """Questions do not stop the window: dialogs are answered later."""

    def __init__(
        self,
        window: QWidget,
        controller: Controller,
        workspace: Workspace,
        recent: Sequence[str],
        tell: Callable[[str], None],
    ) -> None:
        """`tell` shows for a moment what was done."""
        super().__init__(window)
        self._controller = controller
        self.documents = OpenDocuments(self, controller, workspace)
        self.opening = Opening(window, controller, self.documents, recent)
        self.saving = Saving(window, controller, self.documents, self.opening, tell)
        self.drops = DropTarget(window, self.opening.drop)
        controller.workspace, controller.open_file, controller.new = workspace, self.opening.open_file, self.opening.new
        controller.course = replace(controller.course, recent=tuple(recent))
        self._commands: dict[WindowCommand, Callable[[], object]] = {
            WindowCommand.OPEN: self.opening.choose,
            WindowCommand.NEW: lambda: self.opening.new(""),
            WindowCommand.PASTE: self.opening.paste,
            WindowCommand.EDIT: self.opening.edit,
            WindowCommand.SAVE: self.saving.save,
            WindowCommand.SAVE_ALL: self.saving.save_all,
            WindowCommand.SAVE_AS: self.saving.save_as,
            WindowCommand.KEEP_SCENARIO: self.saving.keep_scenario,
            WindowCommand.CLOSE: self.saving.close,
            WindowCommand.KEEP_TYPED: self.documents.keep_typed,
            WindowCommand.READ_AGAIN: self.documents.read_again,
        }

    def carries_out(self, command: WindowCommand) -> bool:
        """Does it, if it is about a program, else False. What cannot be done is said, and the window is as before."""
        do = self._commands.get(command)
        if do is None:
            return False
        self._controller.hand_over()
        try:
            do()
        except DocumentError as problem:
            self._controller.tell(problem.trouble)
        return True
