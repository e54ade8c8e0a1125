"""The question "Where could it break?" of the program panel: its button, what is known, and its marks in the text."""

from collections.abc import Callable, Collection, Sequence
from operator import is_not

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QPaintEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from engine.frame import Frame, ProblemKind
from engine.static_analysis.suspicion import Suspicion
from gui.view_state import suspected
from gui.widgets.card import Card
from gui.widgets.controls import KeyButton, Link
from gui.widgets.suspicion_marks import SuspicionMarks
from gui.widgets.suspicion_reader import SuspicionReader

NO_LIMIT = 16_777_215  # pixels: the widest that a widget of Qt can be
ABOVE = 2  # lines that are seen above the one whose hint is open, which needs room below it


class QuestionButton(KeyButton):
    """Says its question where the header has room for it, else only its sign and key: it does not widen the panel."""

    def __init__(self, word: str, key: str) -> None:
        super().__init__(word, icon="warning", key=key, quiet=True)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return self._size(word=True)

    def minimumSizeHint(self) -> QSize:
        return self._size(word=False)

    def give_way(self, asked: int, room: int) -> None:
        """Says no words where it and what stands beside it ask for more than so many pixels: tabs would be cut."""
        whole = self.sizeHint().width()
        short = asked - min(whole, self.maximumWidth()) + whole > room
        self.setMaximumWidth(self.minimumSizeHint().width() if short else NO_LIMIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.shows_word = self.width() >= self.sizeHint().width()
        super().paintEvent(event)

    def _size(self, *, word: bool) -> QSize:
        shown, self.shows_word = self.shows_word, word
        size = super().sizeHint()
        self.shows_word = shown
        return size


class Suspecting(QObject):
    """Asks for the suspicions of the text on screen while they are to be shown, and keeps their marks up to date."""

    def __init__(self, view: QPlainTextEdit, key: str, asked: Callable[[], object]) -> None:
        super().__init__(view)
        self._view = view
        self.button = QuestionButton(self.tr("Where could it break?"), key)
        self.button.clicked.connect(lambda _on: asked())
        self.said = Link(size="small", tone="muted")
        self.said.clicked.connect(self.next)
        self.said.hide()
        self.marks = SuspicionMarks(view)
        self.reader = SuspicionReader(self)
        self.reader.found.connect(self._take)
        self._frame = Frame()
        self._asked: tuple[str, tuple[str, ...]] | None = None  # text and locks that are off, as they were asked for
        self._found: tuple[Suspicion, ...] = ()
        self._of: str | None = None  # the text that they are of
        self._program = "", ""
        self._source: tuple[object, ...] = ()  # what it was asked for
        self._ran: tuple[int, str] = (0, "")  # the run that is shown, and its text
        self._drawn: tuple[object, ...] = ()
        self._taken: frozenset[int] = frozenset()
        self._aside = False  # another file is shown, of which nothing is said
        self._known = self._cramped = False  # how much is suspected; there is no room for saying so
        self.on = False  # what is suspected is shown

    def set_aside(self) -> None:
        """Another file of the program is shown: nothing is said of that."""
        self._aside, self._drawn = True, ()
        self.said.hide()

    def give_way(self, card: Card, beside: Sequence[QWidget]) -> bool:
        """Says how much is suspected only where the others in the header leave room; whether all of them have some."""
        sides, gap = card.header.contentsMargins(), card.tools.spacing()
        title = 0 if card.title.isHidden() else card.title.sizeHint().width() + gap
        room = card.header_row.width() - sides.left() - sides.right() - title
        wide = [one.sizeHint().width() for one in beside if not one.isHidden()]
        room -= self.button.minimumSizeHint().width() + sum(wide) + gap * len(wide)
        told = self.said.sizeHint().width() + gap if self._known and not self._aside else 0
        self._cramped = told > room
        self.said.setVisible(told > 0 and not self._cramped)
        return room >= 0

    def draw(self, frame: Frame, *, lesson: bool, taken: Collection[int]) -> None:
        """Shows what is suspected in this frame's text; `taken` are lines at whose end something else stands."""
        self._aside = False
        self.on = on = suspected.shows(frame.view.suspects, lesson)
        self.button.setChecked(on)
        if frame.run.number != self._ran[0]:
            self._ran = frame.run.number, suspected.as_it_runs(frame)
        self._frame, self._taken = frame, frozenset(taken)
        source = (frame.program.text, frame.program.knobs, frame.program.switches, on, frame.program.page)
        if len(source) != len(self._source) or any(map(is_not, source, self._source)):
            self._source = source
            self._see(frame, on)
        parts = (
            frame.program.check,
            frame.result.findings,
            frame.run.phase,
            frame.run.trouble,
            self._found,
            self._of,
            on,
            self._taken,
        )
        if len(parts) != len(self._drawn) or any(map(is_not, parts, self._drawn)):
            self._drawn = parts
            self._show()

    def _see(self, frame: Frame, on: bool) -> None:
        wanted = (suspected.as_it_runs(frame), suspected.switched_off(frame)) if on and not frame.program.page else None
        if wanted != self._asked:
            program = frame.program.scenario, frame.program.path
            typed = self._asked is not None and wanted is not None and self._asked[1] == wanted[1]
            typed, self._program = typed and program == self._program, program
            self._ask(wanted, typed)

    def next(self) -> str:
        """Goes to the next mark below the cursor of the text, and opens its hint; returns what it says."""
        at = self._view.textCursor().blockNumber() + 1
        line = suspected.next_line(self._shown(), at)
        block = self._view.document().findBlockByNumber(line - 1)
        if not line or not block.isValid():
            return ""
        self._view.setTextCursor(QTextCursor(block))
        self._view.verticalScrollBar().setValue(line - 1 - ABOVE)
        said = self.marks.tell(line)
        self._view.setAccessibleDescription(said)
        return said

    def stop(self) -> None:
        """Looks no further."""
        self.reader.stop()

    def _ask(self, wanted: tuple[str, tuple[str, ...]] | None, typed: bool) -> None:
        if wanted is None or self._asked is None or wanted[0] != self._asked[0]:
            self._found, self._of = (), None
            if not typed:
                self.marks.forget()
        self._asked = wanted
        if wanted is None:
            self.reader.stop()
        else:
            self.reader.want(*wanted, now=not typed)

    def _take(self, found: tuple[Suspicion, ...], text: str) -> None:
        if self._asked is not None and text == self._asked[0]:
            self._found, self._of = found, text
            self._show(anew=True)

    def _shown(self) -> tuple[suspected.Mark, ...]:
        ran = self._ran[0] > 0 and self._of == self._ran[1]
        return suspected.marks(self._found, self._frame, ran=ran)

    def _show(self, *, anew: bool = False) -> None:
        if self._of is not None:
            self.marks.put(self._shown(), self._taken, anew=anew)
        known = self._asked is not None and self._of == self._asked[0] and not self._unreadable()
        self._known = known
        self.said.setVisible(known and not self._aside and not self._cramped)
        if known:
            count = len({one.line for one in self._found})
            none = self.tr("no suspicion")
            self.said.set_text(none if not count else self.tr("1 place") if count == 1 else self._places(count))
            self.said.setToolTip(
                self.tr("This is read from the text alone. What is not marked may break all the same.")
            )

    def _unreadable(self) -> bool:
        """Of a text that is in the middle of a word nothing can be said."""
        program = self._frame.program
        check = program.check
        return check.text == program.text and any(one.kind is ProblemKind.ERROR for one in check.problems)

    def _places(self, count: int) -> str:
        return self.tr("{count} places").format(count=count)
