"""Which program of one's own is shown, and what happens to its file meanwhile."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from engine.documents.file_watch import FileWatch
from engine.documents.workspace import Document, Workspace
from engine.frame.trouble import ChangedOnDisk, GoneFromDisk, NotRescued, ReadAgain, Rescued
from engine.scenarios.scenario import Scenario
from gui.controller import Controller

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
        document = self.current
        return document.file.path if document is not None and document.file is not None else None

    def _see_file(self) -> None:
        """Compares what the watching thread saw with what was read; asks only where something would be lost."""
        document, seen, error = self.current, self._watch.seen, self.workspace.store.error
        if error != self._complained:
            self._complained = error
            if error:
                self._controller.tell(NotRescued(error=error))
        if document is None or document.file is None or seen is None or seen[0] != document.file.path:
            return
        if seen[1] == document.file.state or seen == self._asked:
            return
        self._asked = seen
        name = document.scenario.title
        if seen[1] is None:
            self.workspace.file_is_gone(document.id)
            self._controller.edit(document.text)
            self._controller.tell(GoneFromDisk(name=name))
        elif document.edited and not document.gone:
            self._controller.tell(ChangedOnDisk(name=name))
        else:
            self.take(self.workspace.read_again(document.id))
            self._controller.tell(ReadAgain(name=name))

    def take(self, document: Document) -> None:
        """Its text is what is shown from now on."""
        self._controller.tell(None)
        self._controller.edit(document.text)
        self.watch()

    def read_again(self) -> None:
        """The file's text takes the place of what is shown. Raises DocumentError."""
        if self._path() is not None:
            self.take(self.workspace.read_again(self._controller.course.current))

    def keep_typed(self) -> None:
        """What is typed stays; to save it writes over what is in the file."""
        if self._path() is not None:
            self.take(self.workspace.keep_mine(self._controller.course.current))

    def rescue(self) -> Document | None:
        """Opens what was not saved when a window ended; returns the last one, which the user has to be told of."""
        found = self.workspace.rescued({one.id: one for one in self._controller.lessons})
        self._controller.list_documents()
        return found[0] if found else None

    def tell_rescued(self, document: Document) -> None:
        """Shows it, and says that it is not saved."""
        self.show(document)
        more = sum(one.edited for one in self.workspace.documents) - 1
        self._controller.tell(Rescued(name=document.scenario.title, time=document.kept, more=more))

    def remove(self, document: Document) -> None:
        """Takes it out of the list; another one is shown in its place."""
        self.workspace.close(document.id)
        left = self.workspace.documents
        lessons = [one.id for one in self._controller.lessons if not one.error]
        self._controller.list_documents()
        self._controller.open(left[-1].id if left else next(iter(lessons), ""))

    def close(self) -> None:
        """The window goes. What is not saved is kept, and is there again in the next one."""
        self._look.stop()
        self._watch.close()
        self.workspace.end()
