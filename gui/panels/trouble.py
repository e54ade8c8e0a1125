"""The banner over the lower edge of the deck: what went wrong, and what to do."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from engine.frame import Frame, Trouble
from engine.frame.finding import Came, Explained, MissingLibrary
from engine.frame.trouble import (
    BadName,
    ChangedOnDisk,
    GoneFromDisk,
    ImportFailed,
    LeftRunning,
    Notice,
    NotRescued,
    ProgramDied,
    Rescued,
    Unwritable,
)
from engine.protocol.records import MAIN_THREAD
from engine.words import findings, troubles
from engine.words.catalogue import in_file, say
from gui.panel import Commands, Course, PanelInfo, Place, Suits, WindowCommand
from gui.theme import icons
from gui.theme.palette import font
from gui.theme.theme import Theme
from gui.widgets.coded_text import CodedText
from gui.widgets.controls import KeyButton, Text
from gui.widgets.later import Later
from gui.widgets.painted import PaintedPanel
from gui.widgets.scroll_area import ScrollArea, scrolled

NARROW = 520  # pixels
MOST_FOR_BUTTONS = 0.45  # of the width: where they need more, they stand below the words
ANSWERS: dict[type, tuple[WindowCommand, ...]] = {  # what can be done about a kind of trouble
    ChangedOnDisk: (WindowCommand.KEEP_TYPED, WindowCommand.READ_AGAIN),
    GoneFromDisk: (WindowCommand.SAVE,),
    Rescued: (WindowCommand.SAVE,),
    NotRescued: (WindowCommand.SAVE,),
    Unwritable: (WindowCommand.SAVE_AS,),
    BadName: (WindowCommand.SAVE_AS,),
    LeftRunning: (WindowCommand.END_LEFT,),
}


def shown(frame: Frame) -> tuple[Trouble | None, Explained | None]:
    """Why the run failed, else which library the program did without, or an exception of a thread that is explained.

    And the explanation, where there is one.
    """
    trouble, found = frame.run.trouble or frame.view.notice or frame.left, frame.result.findings
    known = [one for one in found if isinstance(one, Explained)]
    if isinstance(trouble, ProgramDied):
        ended = (one for one in known if MAIN_THREAD in one.threads and one.came in (Came.ENDED, Came.BEHIND))
        return trouble, next(ended, None)
    lacking = next((one for one in found if isinstance(one, MissingLibrary)), None)
    if trouble is None and lacking is not None:
        trouble = ImportFailed(missing=lacking.missing, line=lacking.line, file=lacking.file)
    if trouble is not None or not known:
        return trouble, None
    means = known[0]
    thread = dict(means.values).get("thread") or say("somebody")
    title = say("explained-title", thread=thread, error=means.error)
    return Notice(title=title, line=means.line, file=means.file), means


class _Words(ScrollArea):
    """Title and advice: as high as they are; what has no room is scrolled to."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self._inner = inner
        scrolled(inner, self)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def need(self, width: int) -> int:
        return self._inner.heightForWidth(width)

    def heightForWidth(self, width: int) -> int:
        return self._inner.heightForWidth(width)

    def sizeHint(self) -> QSize:
        return self._inner.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())


class TroubleBanner(PaintedPanel):
    """There only while there is trouble."""

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self._commands = commands
        self._trouble: Trouble | None = None
        self._left: LeftRunning | None = None  # processes that live on, whatever else went wrong
        self._command = ""  # that mends it
        self._meaning: Explained | None = None  # of what ended the main thread
        self._titles: dict[str, str] = {}  # of lessons
        self._time: float | None = None
        self._later = Later(self, self._turn)
        self.setAccessibleName(self.tr("What went wrong"))
        self.title = Text(tone="lost_text", weight=600)
        self.advice = CodedText()
        for text in (self.title, self.advice):
            text.setWordWrap(True)
        self.advice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.choices: list[KeyButton] = []  # what to do about it, by the kind of trouble
        self.copy = KeyButton(self.tr("Copy the command"), "copy", quiet=True, keep=True)
        self.line = KeyButton(self.tr("Show the line"), quiet=True)
        self.lesson = KeyButton(self.tr("Lesson"), quiet=True)
        self.more = KeyButton(self.tr("Details"), quiet=True)
        self.more.setCheckable(True)
        self.close_button = KeyButton("", "close", quiet=True, name=self.tr("Close"))
        self.detail = QPlainTextEdit(readOnly=True)
        self.detail.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.detail.setAccessibleName(self.tr("Details"))
        self.detail.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.detail.hide()
        inner = QWidget()
        words = self._words = QVBoxLayout(inner)
        words.setContentsMargins(0, 0, 0, 0)
        words.addWidget(self.title)
        words.addWidget(self.advice)
        row = self._row = QHBoxLayout()
        row.addWidget(_Words(inner), 1)
        buttons = self._buttons = QHBoxLayout()
        for answer, command in self._answers():
            choice = KeyButton(answer, quiet=True)
            choice.clicked.connect(lambda _checked=False, wish=command: commands.ask(wish))
            self.choices.append(choice)
        for button in (*self.choices, *self._fixed()):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(buttons)
        column = self._column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.detail)
        self.more.toggled.connect(self.detail.setVisible)
        self.line.clicked.connect(self._show_line)
        self.lesson.clicked.connect(self._open_lesson)
        self.close_button.clicked.connect(lambda: commands.hide_panel(PANEL.id, True))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._command))

    def _fixed(self) -> tuple[KeyButton, ...]:
        return (self.copy, self.line, self.lesson, self.more, self.close_button)

    def _answers(self) -> tuple[tuple[str, WindowCommand], ...]:
        return (
            (self.tr("Keep what I typed"), WindowCommand.KEEP_TYPED),
            (self.tr("Take the file"), WindowCommand.READ_AGAIN),
            (self.tr("Save"), WindowCommand.SAVE),
            (self.tr("Save as ..."), WindowCommand.SAVE_AS),
            (self.tr("End what is left"), WindowCommand.END_LEFT),
        )

    def draw(self, frame: Frame) -> None:
        trouble, means = shown(frame)
        if trouble is None:
            return
        where = (trouble.line, trouble.file)
        self._time = next((one.time for one in frame.result.findings if (one.line, one.file) == where), None)
        self.line.setVisible(trouble.line > 0)
        if (trouble, means, frame.left) == (self._trouble, self._meaning, self._left):
            return
        self._trouble, self._meaning, self._left = trouble, means, frame.left
        self._command = trouble.missing.command if isinstance(trouble, ImportFailed) else ""
        title, advice = troubles.told(trouble)
        if means is not None:
            words, cure = findings.explained(means) if isinstance(trouble, ProgramDied) else findings.advice(means)
            advice = f"{words}\n{cure}"
        offered = ANSWERS.get(type(trouble), ())
        if frame.left is not None and trouble is not frame.left:
            advice, offered = f"{advice}\n{troubles.title(frame.left)}.".lstrip(), (*offered, WindowCommand.END_LEFT)
        lesson = means.lesson.partition("?")[0] if means is not None else ""
        self.lesson.setVisible(lesson in self._titles)
        self.lesson.setToolTip(self._titles.get(lesson, ""))
        at = self.tr("line {number}").format(number=in_file(trouble.line, trouble.file))
        self.title.set_text(f"{title} ({at})" if trouble.line else title)
        self.advice.set_text(advice)
        self.advice.setVisible(bool(advice))
        self.copy.setVisible(bool(self._command))
        for button, (_, command) in zip(self.choices, self._answers(), strict=True):
            button.setVisible(command in offered)
        self.more.setVisible(bool(trouble.detail))
        self.more.setChecked(False)
        self.detail.setPlainText(trouble.detail)
        self._turn()

    def _show_line(self) -> None:
        if self._time is not None:
            self._commands.visit(self._time)
        if self._trouble is not None:
            self._commands.line(self._trouble.line, self._trouble.file)

    def _open_lesson(self) -> None:
        if self._meaning is not None:
            scenario, _, settings = self._meaning.lesson.partition("?")
            self._commands.open(scenario, settings)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        px = theme.px
        self._column.setSpacing(px(8))
        self._words.setSpacing(px(2))
        self._row.setSpacing(px(8))
        self._turn()
        self.detail.setFont(font(theme, theme.measures.small, mono=True))
        self.detail.setFixedHeight(px(140))

    def opened(self, course: Course) -> None:
        self._titles = {one.id: one.title for one in course.scenarios if not one.error}
        self._trouble = None

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._later.ask()

    def _turn(self) -> None:
        """Where it is narrow the buttons stand below the words."""
        px = self.theme.px
        narrow = self.width() < px(NARROW) or self._buttons_width() > self.width() * MOST_FOR_BUTTONS
        self._column.setContentsMargins(px(48), px(10), px(8 if narrow else 16), px(10))
        self._buttons.setSpacing(px(4 if narrow else 8))
        self._shorten(self.width() - px(56) if narrow else None)
        self._row.setAlignment(self._buttons, Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag(0))
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def _shorten(self, room: int | None) -> None:
        """The button with a sign says no word where the row would be cut; it is named for who points at it."""
        self.copy.keep = self.copy.shows_word = True
        if room is not None and self._buttons_width() > room:
            self.copy.keep = self.copy.shows_word = False
        self.copy.updateGeometry()

    def _buttons_width(self) -> int:
        """Pixels of all that are there, side by side."""
        buttons = [one for one in (*self.choices, *self._fixed()) if not one.isHidden()]
        return sum(one.sizeHint().width() for one in buttons) + self._buttons.spacing() * (len(buttons) - 1)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        colours, px, radius = theme.colours, theme.px, theme.measures.radius
        painter.setPen(QPen(QColor(colours.lost), 1))
        painter.setBrush(QColor(colours.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.drawPixmap(px(16), px(10), icons.pixmap("warning", colours.lost_text, px(22), self.devicePixelRatioF()))


PANEL = PanelInfo(
    "trouble",
    "What went wrong",
    Place.OVER_DECK,
    0,
    make=TroubleBanner,
    wanted=lambda frame: shown(frame)[0] is not None,
    suits=Suits.BOTH,
    draws=("run.trouble", "view.notice", "result.findings", "left"),
)
