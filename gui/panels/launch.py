"""How a program of one's own begins, how it ended, and what it wrote."""

import os
from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from engine.frame import Ended, Folder, Frame, Launch, Phase, Written, WrittenFile
from engine.frame.launch import joined, split
from engine.protocol.modules import module_of
from engine.words.reasons import exit_status
from gui.panel import Commands, Course, PanelInfo, Place
from gui.theme.palette import font
from gui.theme.theme import Theme
from gui.widgets import opening
from gui.widgets.card import Card
from gui.widgets.controls import KeyButton, Link, Name, Text
from gui.widgets.inputs import Segmented

ROWS = 3  # lines that are kept free for what was written
FOLDERS = (Folder.OWN, Folder.FRESH)
LEFT, WHOLE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag(0)


def sized(count: int) -> str:
    """So many bytes, such as "1.4 KB"."""
    size = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError(count)


class FileName(Link):
    """The name of a file that can be clicked; where there is no room for all of it, its middle is left out."""

    def __init__(self) -> None:
        super().__init__(size="small")
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def put(self, name: str, tone: str) -> None:
        """Says this name."""
        self._whole = name
        self.setAccessibleName(name)
        self.set_colour(tone)
        self._fit()

    def _fit(self) -> None:
        self.set_text(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width()))

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class FileRow(QWidget):
    """One file that was written, or how many more there are: a click opens it."""

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self.name, self.size_text = FileName(), Text(size="small", tone="muted")
        self.name.clicked.connect(self.open)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name, 1)
        row.addWidget(self.size_text)

    def open(self) -> None:
        """Opens the file, or its folder."""
        opening.open_file(self.path)

    def put(self, words: str, size: str = "", path: str = "", hint: str = "") -> None:
        """What it says, and what a click opens; without a path it is no link."""
        self.path = path
        self.name.put(words, "accent" if path else "muted")
        self.size_text.set_text(size)
        self.setToolTip(hint)
        self.name.setAccessibleDescription(hint)
        self.name.setEnabled(bool(path))
        self.name.setFocusPolicy(Qt.FocusPolicy.TabFocus if path else Qt.FocusPolicy.NoFocus)
        self.name.setCursor(Qt.CursorShape.PointingHandCursor if path else Qt.CursorShape.ArrowCursor)


class LaunchPanel(Card):
    """Rows for what goes in and for what came out; all of them are always there, so that nothing moves."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Start"))
        self._commands = commands
        self._launch = Launch()
        self._path = self._folder = ""
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Arguments"))
        self.field.setPlaceholderText(self.tr("3 --name Ada"))
        self.field.textEdited.connect(self._typed)
        self.field.editingFinished.connect(self._finished)
        self.reason = Text(size="small", tone="lost_text")
        self.reason.setWordWrap(True)
        self.reason.hide()
        folders = self.tr("own folder"), self.tr("fresh folder")
        self.where = Segmented(self.tr("Runs in"), folders, (self.tr("own"), self.tr("fresh")))
        self.where.setToolTip(
            self.tr("It runs with your rights, in no sandbox: read what somebody else has written before you run it.")
        )
        self.where.chosen.connect(lambda at: self._wish(replace(self._launch, folder=FOLDERS[at])))
        self.kind = Segmented(self.tr("Runs as"), [self.tr("file"), self.tr("module")])
        self.kind.chosen.connect(self._choose_kind)
        self.status = Name(size="small")
        self.files = [FileRow() for _ in range(ROWS)]
        self.show_folder = KeyButton(self.tr("Show folder"), quiet=True, name=self.tr("Show the folder it runs in"))
        self.show_folder.clicked.connect(lambda: opening.show(self._folder))
        self.tools.addWidget(self.show_folder)
        self._labels: list[Text] = []
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        rows = ((self.field.accessibleName(), self.field), (self.tr("Runs in"), self.where))
        self._kind_label = Text(self.tr("Runs as"), "small", "muted")
        for at, (words, control) in enumerate(rows):
            self._label(words, at * 2)
            self._grid.addWidget(control, at * 2, 1, LEFT if control is self.where else WHOLE)
        self._grid.addWidget(self.reason, 1, 0, 1, 2)
        self._grid.addWidget(self._kind_label, 3, 0)
        self._grid.addWidget(self.kind, 3, 1, LEFT)
        self._label(self.tr("Exit status"), 4)
        self._grid.addWidget(self.status, 4, 1)
        self._label(self.tr("Files"), 5)
        self._list = QVBoxLayout()
        for row in self.files:
            self._list.addWidget(row)
        self._grid.addLayout(self._list, 5, 1)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)

    def _label(self, words: str, row: int) -> None:
        self._labels.append(Text(words, "small", "muted"))
        top = Qt.AlignmentFlag.AlignTop if row == 5 else Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(self._labels[-1], row, 0, top)

    # what is wished for

    def _typed(self, text: str) -> None:
        """Takes on what makes sense at once: Run may be pressed while the field has the keyboard."""
        if isinstance(split(text), tuple):
            self._wish(replace(self._launch, arguments=text))

    def type_arguments(self) -> None:
        """The keyboard goes to the field."""
        if self.field.isVisible():
            self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.field.selectAll()

    def _finished(self) -> None:
        if self.field.text() != self._launch.arguments:
            self._wish(replace(self._launch, arguments=self.field.text()))

    def _choose_kind(self, at: int) -> None:
        self._wish(replace(self._launch, module=module_of(self._path) if at else ""))

    def _wish(self, launch: Launch) -> None:
        reason = self._commands.launch(launch)
        self._tell(reason)
        if not reason:
            self._show_launch(launch)  # at once: the next wish may come before the next frame

    # what is shown

    def draw(self, frame: Frame) -> None:
        program = frame.program
        if program.path != self._path:
            self._path = program.path
            self._show_kinds()
            self._tell("")
        if program.launch is not self._launch or not self.where.accessibleDescription():
            self._show_launch(program.launch)
        self._show_status(frame)
        self._show_files(frame)

    def _tell(self, reason: str) -> None:
        """Says below the field why its arguments are refused."""
        self.reason.set_text(reason)
        self.reason.setVisible(bool(reason))
        self.field.setProperty("refused", bool(reason))
        self.field.style().polish(self.field)

    def _show_launch(self, launch: Launch) -> None:
        self._launch = launch
        if self.field.text() != launch.arguments and not self.field.hasFocus():
            self.field.setText(launch.arguments)
            self.field.setCursorPosition(0)  # what does not fit is seen from its beginning
        words = split(launch.arguments)
        said = joined(words) if isinstance(words, tuple) else ""
        count = len(words) if isinstance(words, tuple) else 0
        hint = self.tr("The program's sys.argv[1:], split as a shell splits it: quotes hold words together.")
        self.field.setToolTip(f"{hint}\n{count}: {said}" if said else hint)
        self.where.put(FOLDERS.index(launch.folder) if launch.folder in FOLDERS else -1)
        self.where.setToolTip(
            self.tr("A fresh folder is empty for each run, and is removed at the next one.")
            if launch.folder is Folder.FRESH
            else self.tr("The program finds and leaves its files beside itself.")
        )
        self.kind.put(int(bool(launch.module)))

    def _show_kinds(self) -> None:
        """A file in a package can also be run as its module, so that its relative imports work."""
        name = module_of(self._path) if self._path else ""
        self.kind.setVisible(bool(name))
        self._kind_label.setVisible(bool(name))
        self.kind.setToolTip(self.tr("As python -m {name} runs it, or as a file of its own").format(name=name))

    def _show_status(self, frame: Frame) -> None:
        run = frame.run
        words, tone = exit_status(run.exit, run.ended, run.trouble), "text"
        if run.exit:
            tone = "lost_text"
        elif run.phase is not Phase.ENDED:
            words, tone = self.tr("none yet"), "muted"
        elif not words:
            words, tone = self.tr("none: it was stopped"), "muted"
            if run.ended is Ended.REFUSED:
                words = self.tr("none: it did not begin")
        self.status.set_text(words, tone)
        self.status.setToolTip(words)

    def _show_files(self, frame: Frame) -> None:
        written = frame.result.written
        beside = os.path.dirname(self._path) if self._launch.folder is Folder.OWN else ""
        self._folder = beside if written is None else written.folder
        self.show_folder.setEnabled(bool(self._folder))
        self.show_folder.setToolTip(self._folder or self.tr("There is one when the program has run"))
        for row in self.files[1:]:
            row.put("")
        if written is None or not written.files:
            self._say_nothing(written)
            return
        count = len(written.files) + written.more
        shown = written.files if count <= ROWS else written.files[: ROWS - 1]
        for row, file in zip(self.files, shown, strict=False):
            row.put(file.name, sized(file.size), file.path, self._hint(file))
        if count > len(shown):
            words = self.tr("and %n more", "", count - len(shown))
            self.files[ROWS - 1].put(words, path=written.folder, hint=written.folder)

    def _say_nothing(self, written: Written | None) -> None:
        if written is None:
            self.files[0].put(self.tr("none yet"))
        elif written.complete:
            self.files[0].put(self.tr("it wrote none"))
        else:
            self.files[0].put(self.tr("none found"), hint=self.tr("The folder holds too much to look at all of it."))

    def _hint(self, file: WrittenFile) -> str:
        about = self.tr("created by the run") if file.new else self.tr("changed by the run")
        if not opening.is_safe(file.path):
            about += self.tr("; it is shown in its folder, for opening might start it")
        return f"{file.path}\n{about}"

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        side, high = theme.px(theme.measures.padding) - 1, theme.px(26 if theme.compact else 32)
        self._grid.setContentsMargins(side, 0, side, theme.px(8 if theme.compact else 12))
        self._grid.setHorizontalSpacing(theme.px(8))
        self._grid.setVerticalSpacing(theme.px(4 if theme.compact else 6))
        self.field.setFont(font(theme, theme.measures.base, mono=True))
        self.field.setFixedHeight(high)
        line = theme.px(18 if theme.compact else 22)
        self._list.setSpacing(0)
        for row in self.files:
            row.setFixedHeight(line)
        for label in self._labels[3:]:
            label.setFixedHeight(line)
        self.status.setFixedHeight(line)

    def minimumSizeHint(self) -> QSize:
        """It asks for no width: the column has its own."""
        return QSize(0, super().minimumSizeHint().height())

    def opened(self, course: Course) -> None:
        """Another program has its own launch, which the frame brings."""


def _is_wanted(frame: Frame) -> bool:
    return frame.program.own or bool(frame.program.launch.arguments)


PANEL = PanelInfo(
    "launch",
    "Start",
    Place.RIGHT,
    35,  # below the verdict: a program with many switches leaves room for one of them only
    make=LaunchPanel,
    wanted=_is_wanted,
    draws=("program", "run.phase", "run.ended", "run.exit", "run.trouble", "result.written"),
)
