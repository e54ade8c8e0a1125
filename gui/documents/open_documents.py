"""Which program of one's own is shown, and what happens to its file meanwhile."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from engine.documents.file_watch import FileWatch
from engine.documents.workspace import Document, Workspace
from engine.frame import SourceModule
from engine.frame.trouble import ChangedOnDisk, GoneFromDisk, Notice, NotRescued, ReadAgain, Rescued
from engine.scenarios.scenario import Scenario
from gui.controller import Controller
from gui.view_state.shown_file import module_of

LOOK = 250  # milliseconds between two looks at what the watching thread has seen


class OpenDocuments(QObject):
    """Shows documents, and asks what to keep where a file has changed and something would be lost."""

    def __init__(self, parent: QObject, controller: Controller, workspace: Workspace) -> None:
        super().__init__(parent)
        self._controller, self.workspace = controller, workspace
        self._watch = FileWatch()
        self._watched: Path | None = None
        self._asked: object = None  # the state of a file that was asked about
        self._complained = ""
        self._look = QTimer(self)
        self._look.setInterval(LOOK)
        self._look.timeout.connect(self._see_file)

    @property
    def current(self) -> Document | None:
        """The open program, where it is one of one's own."""
        return self.workspace.get(self._controller.course.current)

    @property
    def module(self) -> SourceModule | None:
        """The module whose text is shown, None where that is the program's own."""
        frame = self._controller.session.frame
        return module_of(frame, frame.view.file)

    @property
    def shown(self) -> Document | None:
        """The one whose text is shown; None also for a module in which nothing was typed yet."""
        return self.current if self.module is None else self.workspace.with_path(Path(self.module.path))

    @property
    def unsaved(self) -> tuple[Document, ...]:
        """Of the open program and its modules, those that are not saved."""
        modules = (one for one in self._controller.session.frame.program.modules if one.edited)
        found = [self.current, *(self.workspace.with_path(Path(one.path)) for one in modules)]
        return tuple([one for one in found if one is not None and one.edited])

    def lesson_in(self, folder: Path) -> Scenario | None:
        """The scenario of this folder, as it stands in the list."""
        return next((one for one in self._controller.lessons if one.folder == folder), None)

    def show(self, document: Document) -> None:
        """Opens it in the window."""
        self._controller.list_documents()
        self._controller.open(document.id)
        self.watch()

    def watch(self) -> None:
        """Looks at the file of what is open now, from its beginning."""
        self._asked, self._watched = None, self._path()
        self._watch.look_at(self._watched)
        self._look.start()

    def follow(self) -> None:
        """Something else may have been opened."""
        if self._path() != self._watched:
            self.watch()

    def _path(self) -> Path | None:
        if self.module is not None:
            return Path(self.module.path)
        document = self.current
        return document.file.path if document is not None and document.file is not None else None

    def _see_file(self) -> None:
        """Compares what the watching thread saw with what was read; asks only where something would be lost."""
        self.follow()  # another file of the program may be shown
        document, seen, error = self.shown, self._watch.seen, self.workspace.store.error
        if error != self._complained:
            self._complained = error
            if error:
                self._controller.tell(NotRescued(error=error))
        if self.module is not None and (document is None or not document.edited):
            if seen is not None and seen != self._asked:
                self._asked = seen
                self._controller.session.modules.look_again()
            return
        if document is None or document.file is None or seen is None or seen[0] != self._watched:
            return
        if seen[1] == document.file.state or seen == self._asked:
            return
        self._asked = seen
        name = document.scenario.title
        if seen[1] is None:
            self.workspace.file_is_gone(document.id)
            self._hand_over(document)
            self._controller.tell(GoneFromDisk(name=name))
        elif document.edited and not document.gone:
            self._controller.tell(ChangedOnDisk(name=name))
        else:
            self.take(self.workspace.read_again(document.id))
            self._controller.tell(ReadAgain(name=name))

    def take(self, document: Document) -> None:
        """Its text is what is shown from now on."""
        self._controller.tell(None)
        self._hand_over(document)
        self.watch()

    def _hand_over(self, document: Document) -> None:
        """A program's text is the session's; of a module it only needs what is not saved."""
        self._controller.hand_over_files()
        if document.id == self._controller.course.current:
            self._controller.edit(document.text)
        else:
            self._controller.session.modules.look_again()

    def read_again(self) -> None:
        """The file's text takes the place of what is shown. Raises DocumentError."""
        document = self.shown
        if document is not None and document.file is not None:
            self.take(self.workspace.read_again(document.id))

    def keep_typed(self) -> None:
        """What is typed stays; to save it writes over what is in the file."""
        document = self.shown
        if document is not None and document.file is not None:
            self.take(self.workspace.keep_mine(document.id))

    def rescue(self) -> Document | None:
        """Opens what was not saved when a window ended; returns the last one, which the user has to be told of."""
        found = self.workspace.rescued({one.id: one for one in self._controller.lessons})
        self._controller.list_documents()
        return found[0] if found else None

    def tell_rescued(self, document: Document, *, beside: bool = False) -> None:
        """Shows it, and says that it is not saved. `beside`: what was asked for stays, and what is wrong with it."""
        name, more = document.scenario.title, sum(one.edited for one in self.workspace.documents) - 1
        if not beside or document.id == self._controller.course.current:
            self.show(document)
            self._controller.tell(Rescued(name=name, time=document.kept, more=more))
        elif self._controller.shown.view.notice is None:
            names = ", ".join(one.scenario.title for one in self.workspace.documents if one.edited)
            title = self.tr("Not saved when the window ended: {names}").format(names=names)
            self._controller.tell(Notice(title=title, text=self.tr("The text is here again, in the list at the left.")))

    def remove(self, document: Document) -> None:
        """Takes it out of the list; another one is shown in its place."""
        for one in (*self.unsaved, document):
            if one.part or one is document:
                self.workspace.close(one.id)
        self._controller.hand_over_files()
        left = self.workspace.documents
        lessons = [one.id for one in self._controller.lessons if not one.error]
        self._controller.list_documents()
        self._controller.open(left[-1].id if left else next(iter(lessons), ""))

    def close(self) -> None:
        """The window goes. What is not saved is kept, and is there again in the next one."""
        self._look.stop()
        self._watch.close()
        self.workspace.end()
