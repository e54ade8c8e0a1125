"""Tabs for the files of a program, in the header of its panel: threads that are there, what is not saved, errors."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar, QWidget

from engine.frame import ProblemKind
from gui.theme.palette import font, text_font
from gui.theme.theme import UNDRESSED, Theme
from gui.view_state.shown_file import FileTab
from gui.widgets.drawing import CENTRE, draw_pill, smooth, write
from gui.widgets.editor.problem_marks import draw_wave
from gui.widgets.inputs import Picker

BEFORE, BEHIND = 12, 32  # pixels kept free in each tab: for the dot, for the sign and the number
WAVE = 11  # pixels below the middle of a tab: under its letters, above its lower edge
MOST = 99  # threads that a number stands for
TOOLS = 205  # pixels of a header that are kept for what a run shows in it, so that tabs do not come and go


class _Bar(QTabBar):
    """What is kept free in each tab is the same whatever is painted there: nothing moves when a run begins."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = UNDRESSED
        self.shown: tuple[FileTab, ...] = ()
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)

    def dress(self, theme: Theme) -> None:
        self.theme = theme
        self.setFont(text_font(theme, theme.measures.small, 600))
        colours, px = theme.colours, theme.px
        self.setStyleSheet(
            "QTabBar { background: transparent; border: none; }"
            f"QTabBar::tab {{ padding: 0 {px(BEHIND)}px 0 {px(BEFORE)}px; border: none; background: transparent;"
            f" color: {colours.muted}; height: {theme.pixels.header - 2}px; }}"
            f"QTabBar::tab:selected {{ color: {colours.text}; border-bottom: 2px solid {colours.accent}; }}"
            f"QTabBar::tab:hover {{ background: {colours.line_highlight}; }}"
            f"QTabBar::tab:focus {{ background: {colours.accent_soft}; }}"
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = smooth(self)
        for at, one in enumerate(self.shown):
            self._paint_signs(painter, one, QRectF(self.tabRect(at)))

    def _paint_signs(self, painter: QPainter, one: FileTab, box: QRectF) -> None:
        theme, colours, px = self.theme, self.theme.colours, self.theme.px
        middle = box.center().y()
        if one.edited:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawEllipse(QPointF(box.left() + px(BEFORE) / 2, middle), px(3), px(3))
        left, small = box.right() - px(BEHIND) + px(2), font(theme, theme.measures.key)
        if one.wrong:
            sign = QRectF(left, middle - px(6), px(12), px(12))
            painter.setPen(QPen(QColor(colours.lost_text), theme.edge))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(sign)
            write(painter, (font(theme, theme.measures.key, 700), colours.lost_text), sign, "!", CENTRE)
        if one.error is not None:
            wide = QFontMetrics(self.font()).horizontalAdvance(one.words)
            rest = box.width() - px(BEFORE) - px(BEHIND) - wide
            below = QPointF(box.left() + px(BEFORE) + rest / 2, middle + px(WAVE))
            draw_wave(painter, theme, below, wide, ProblemKind.ERROR)
        if one.threads:
            pill = QRectF(left + px(13), middle - px(7), px(16), px(14))
            said = str(min(one.threads, MOST))
            draw_pill(painter, said, small, pill, ground=colours.raised, ink=colours.text)


class FileTabs(QWidget):
    """Takes what room there is; where that is too little for all tabs, a menu stands for them."""

    chosen = Signal(str)  # the name of a file

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.theme = UNDRESSED
        self.shown: tuple[FileTab, ...] = ()
        self.bar = _Bar(self)
        self.bar.setAccessibleName(self.tr("Files of the program"))
        self.bar.currentChanged.connect(self._choose)
        self.picker = Picker(self.tr("Files of the program"))
        self.picker.elide = Qt.TextElideMode.ElideLeft  # a path is known by its end
        self.picker.setParent(self)
        self.picker.chosen.connect(self._choose)
        self.setVisible(False)

    def offer(self, tabs: Sequence[FileTab], file: str) -> None:
        """Shows these, of which this one is in front."""
        shown, before = tuple(tabs), self.shown
        at = next((number for number, one in enumerate(shown) if one.name == file), 0)
        if shown == before and at == self.bar.currentIndex():
            return
        self.shown = self.bar.shown = shown
        with QSignalBlocker(self.bar):
            if [one.name for one in shown] != [one.name for one in before]:
                while self.bar.count():
                    self.bar.removeTab(0)
                for one in shown:
                    self.bar.addTab(one.words)
            for number, one in enumerate(shown):
                if number >= len(before) or one != before[number]:
                    self.bar.setTabText(number, one.words)
                    self.bar.setTabToolTip(number, self._said(one))
                    self.bar.setAccessibleTabName(number, ", ".join([one.words, *self._said(one).split("\n")[1:-1]]))
            self.bar.setCurrentIndex(at)
        self.bar.update()
        self.setVisible(bool(shown))
        self._place()

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        self.theme = theme
        self.bar.dress(theme)
        self.picker.apply_theme(theme)
        self._place()

    def _choose(self, at: int) -> None:
        if 0 <= at < len(self.shown):
            self.chosen.emit(self.shown[at].name)

    def _said(self, one: FileTab) -> str:
        """The hint of a tab, which says in words what its signs say."""
        here = self.tr("1 thread is here") if one.threads == 1 else self.tr("{count} threads are here")
        said = [
            one.path,
            self.tr("not saved") if one.edited else "",
            here.format(count=one.threads) if one.threads else "",
            self._read(one),
            self.tr("something went wrong here in this run") if one.wrong else "",
            self.tr("Alt+PgUp and Alt+PgDown: from file to file"),
        ]
        return "\n".join(filter(None, said))

    def _read(self, one: FileTab) -> str:
        """Why Python cannot read a file: of its text, not of a run."""
        if one.error is None:
            return ""
        line = self.tr("syntax error in line {number}: {message}")
        said = line if one.error.line else self.tr("syntax error: {message}")
        return said.format(number=one.error.line, message=one.error.message)

    def room(self) -> int:
        """Pixels for the tabs, whatever else a run shows in the header."""
        card = self.parentWidget()
        whole = card.width() - self.x() - self.theme.px(TOOLS) if card is not None else self.width()
        return max(whole, 1)

    def sizeHint(self) -> QSize:
        return QSize(self.bar.sizeHint().width(), self.theme.pixels.header)

    def _place(self) -> None:
        hint, high = self.bar.sizeHint(), self.height()
        fit = hint.width() <= self.room()
        self.bar.setGeometry(0, 1, hint.width(), max(1, high - 1))
        at = self.bar.currentIndex()
        words = [self._in_menu(one, shown=number == at) for number, one in enumerate(self.shown)]
        self.picker.offer(words, at)
        unread = [f"{one.words}: {self._read(one)}" for one in self.shown if one.error is not None]
        self.picker.setToolTip("\n".join([self.tr("Files of the program"), *unread]))
        size = self.picker.sizeHint()
        room = self.room() if fit else min(max(self.room(), self.picker.width_of(self._name())), max(self.width(), 1))
        wide, tall = min(size.width(), room), min(size.height(), self.theme.pixels.header - self.theme.px(6))
        self.picker.setGeometry(0, (high - tall) // 2, wide, tall)
        self.bar.setVisible(fit)
        self.picker.setVisible(not fit)

    def _name(self) -> str:
        """The last part of the name of the file that is shown: so much is to be read in any case."""
        at = self.bar.currentIndex()
        return self.shown[at].words.rpartition("/")[2] if 0 <= at < len(self.shown) else ""

    def _in_menu(self, one: FileTab, *, shown: bool) -> str:
        """Of the file that is shown the header says the errors."""
        error = self.tr("(syntax error)") if one.error is not None and not shown else ""
        return " ".join(filter(None, [one.words, "\u25cf" if one.edited else "", "!" if one.wrong else "", error]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
