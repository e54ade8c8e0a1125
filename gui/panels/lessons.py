"""The list of lessons, in groups; in a compact window a rail of group numbers with a list that flies out."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from engine.scenarios.scenario import Scenario
from gui.panel import Commands, Course, PanelInfo, Place, Suits
from gui.theme import icons
from gui.theme.palette import font
from gui.theme.theme import Theme
from gui.view_state.window_settings import LessonMark
from gui.widgets.card import Card
from gui.widgets.controls import PaintedButton, hint
from gui.widgets.focus import Roving
from gui.widgets.later import Later
from gui.widgets.painted import Painted, clear
from gui.widgets.scroll_area import scrolled

ROW, TITLE = 32, 36  # pixels of a lesson and of a group's name, where there is room for all of them
KEYS = 9  # groups that have a key
LEAST_ROW, LEAST_TITLE = 24, 26  # and where there is not


def draw_mark(painter: QPainter, theme: Theme, mark: LessonMark, centre: QPointF) -> None:
    """A ring, a dot or a diamond: told by shape, not by colour alone."""
    colours, radius = theme.colours, theme.px(7) / 2
    fills = {LessonMark.NEW: "transparent", LessonMark.SEEN: colours.faint, LessonMark.SHOWN: colours.lost}
    painter.setPen(QPen(QColor(colours.faint), 1.2) if mark is LessonMark.NEW else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fills[mark]))
    if mark is LessonMark.SHOWN:
        wide = radius * 1.45
        corners = ((0.0, -wide), (wide, 0.0), (0.0, wide), (-wide, 0.0))
        painter.drawPolygon(QPolygonF([centre + QPointF(*corner) for corner in corners]))
    else:
        painter.drawEllipse(centre, radius, radius)


class LessonRow(PaintedButton):
    """One lesson."""

    def __init__(self, info: Scenario) -> None:
        super().__init__(info.title)
        self.info, self._said = info, info.error or info.summary
        self.mark = LessonMark.NEW
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(120)
        self.setToolTip(self._said or info.title)
        self.setAccessibleDescription(self._said)

    def nextCheckState(self) -> None:
        """It shows which lesson is open; a click on the open one changes nothing of that."""

    def put_mark(self, mark: LessonMark, word: str) -> None:
        """Shows how far the lesson has come."""
        if mark is not self.mark:
            self.mark = mark
            self.setAccessibleDescription(f"{self._said} ({word})" if self._said else word)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, colours = self.theme, self.theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent_soft if self.isChecked() else colours.line_highlight))
            painter.drawRoundedRect(body, theme.px(6), theme.px(6))
        if self.isChecked():
            high = self.height() - theme.px(10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(QRectF(1, theme.px(5), theme.px(3), high), theme.px(1), theme.px(1))
        if self.info.error:
            size = theme.px(16)
            picture = icons.pixmap("warning", colours.lost_text, size, self.devicePixelRatioF())
            painter.drawPixmap(theme.px(8) - theme.px(3), (self.height() - size) // 2, picture)
        else:
            draw_mark(painter, theme, self.mark, QPointF(theme.px(8) + theme.px(5), self.height() / 2))
        painter.setFont(font(theme, theme.measures.base, 600 if self.isChecked() else 400))
        painter.setPen(QColor(colours.muted if self.info.error else colours.text))
        room = self.title_room()
        words = painter.fontMetrics().elidedText(self.info.title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    def title_room(self) -> QRectF:
        """Where the title stands, beside its mark."""
        px = self.theme.px
        return QRectF(px(26), 0, self.width() - px(26) - px(4), self.height())


class MarksLegend(Painted):
    """What the marks mean, below the list."""

    def __init__(self, words: dict[LessonMark, str]) -> None:
        super().__init__()
        self._words = words
        self.setAccessibleName(", ".join(words.values()))

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.setFixedHeight(theme.px(40))

    def paint(self, painter: QPainter, theme: Theme) -> None:
        painter.fillRect(0, 0, self.width(), 1, QColor(theme.colours.line))
        painter.setFont(font(theme, theme.measures.small))
        left = float(theme.px(theme.measures.padding))
        for mark, word in self._words.items():
            draw_mark(painter, theme, mark, QPointF(left + theme.px(5), self.height() / 2))
            left += theme.px(15)
            wide = painter.fontMetrics().horizontalAdvance(word)
            painter.setPen(QColor(theme.colours.muted))
            painter.drawText(QRectF(left, 0, wide + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, word)
            left += wide + theme.px(12)


class GroupTitle(Painted):
    """The number and the name of a group."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__()
        self._number, self._name = str(number), name
        self.setAccessibleName(name)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        low = QRectF(theme.px(8), 0, self.width() - theme.px(12), self.height() - theme.px(6))
        bottom = Qt.AlignmentFlag.AlignBottom
        painter.setFont(font(theme, theme.measures.small, 500))
        painter.setPen(QColor(theme.colours.faint))
        painter.drawText(low, bottom, self._number)
        beside = max(theme.px(18), painter.fontMetrics().horizontalAdvance(f"{self._number} "))
        painter.setFont(font(theme, theme.measures.small, 600))
        painter.setPen(QColor(theme.colours.muted))
        room = low.adjusted(beside, 0, 0, 0)
        name = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, bottom, name)


class GroupButton(PaintedButton):
    """A group's number on the rail; opens the list of its lessons."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__(name)
        self._number = str(number)
        self.setCheckable(True)
        self.setToolTip(hint(name, f"Ctrl+{number}" if number <= KEYS else ""))

    def nextCheckState(self) -> None:
        """It shows which group is open; a click opens its list and changes nothing."""

    def sizeHint(self) -> QSize:
        side = self.theme.px(32)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, colours = self.theme, self.theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.setPen(self.frame_pen(theme, colours.accent if self.isChecked() else colours.line))
            painter.setBrush(QColor(colours.accent_soft if self.isChecked() else colours.line_highlight))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(6), theme.px(6))
        painter.setFont(font(theme, theme.measures.base, 700 if self.isChecked() else 500))
        painter.setPen(QColor(colours.text if self.isChecked() else colours.muted))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.clicked.emit()


class Lessons(Card):
    """Knows the list from the course; asks for nothing but `open`."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Lessons"))
        self._commands = commands
        self._course: Course | None = None
        self.rows: list[LessonRow] = []
        self.buttons: list[tuple[str, GroupButton]] = []
        self._titles: list[GroupTitle] = []
        self._menu: QMenu | None = None
        self._later = Later(self, self._suit)
        inner = QWidget()
        Roving(inner)
        self._column = QVBoxLayout(inner)
        self._area = scrolled(inner)
        # The rows of a new list have their heights only when they have been laid out.
        self._area.verticalScrollBar().rangeChanged.connect(self._see_current)
        self.body.addWidget(self._area)
        self._words = {
            LessonMark.NEW: self.tr("new"),
            LessonMark.SEEN: self.tr("seen"),
            LessonMark.SHOWN: self.tr("bug shown"),
        }
        self.legend = MarksLegend(self._words)
        self.body.addWidget(self.legend)

    def opened(self, course: Course) -> None:
        before, self._course = self._course, course
        if before is None or course.scenarios != before.scenarios:
            self._fill(course)
        group = course.scenario.group if course.current else None
        for row in self.rows:
            row.setChecked(row.info.id == course.current)
            mark = course.marks.get(row.info.id, LessonMark.NEW)
            row.put_mark(mark, self._words[mark])
        for name, button in self.buttons:
            button.setChecked(name == group)
        if before is None or course.current != before.current:
            self._see_current()

    def _see_current(self) -> None:
        """Scrolls so far that the open lesson and the name of its group are seen."""
        at = next((row for row in self.rows if row.isChecked()), None)
        if at is not None and not self.theme.compact:
            self._column.activate()
            self._area.ensureWidgetVisible(at, 0, self.theme.px(TITLE))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._later.ask()

    def _suit(self) -> None:
        self._fit()
        self._see_current()

    def _fit(self) -> None:
        """Where not all lessons have room, their rows get lower before the list has to be scrolled."""
        if self.theme.compact:
            return
        px, rows, titles = self.theme.px, len(self.rows), len(self._titles)
        room = self._area.height() - 2 * px(8)
        high, low = px(ROW) * rows + px(TITLE) * titles, px(LEAST_ROW) * rows + px(LEAST_TITLE) * titles
        share = min(1.0, max(0.0, (room - low) / max(1, high - low)))
        for row in self.rows:
            row.setFixedHeight(px(int(LEAST_ROW + share * (ROW - LEAST_ROW))))
        for title in self._titles:
            title.setFixedHeight(px(int(LEAST_TITLE + share * (TITLE - LEAST_TITLE))))

    def _fill(self, course: Course) -> None:
        """Makes the rows, and the rail's buttons, for another list."""
        clear(self._column)
        self.rows, self.buttons, self._titles = [], [], []
        group = None
        for info in course.scenarios:
            if info.group != group:
                group = info.group
                self._add_group(group)
            row = LessonRow(info)
            row.clicked.connect(lambda _checked=False, one=info: self._commands.open(one.id))
            self.rows.append(row)
            self._column.addWidget(row)
        self._column.addStretch(1)
        self.apply_theme(self.theme)

    def _add_group(self, name: str) -> None:
        number = len(self._titles) + 1
        title, button = GroupTitle(number, name or "…"), GroupButton(number, name or "…")
        button.clicked.connect(lambda: self.fly_out(name, button))
        self._titles.append(title)
        self.buttons.append((name, button))
        self._column.addWidget(title)
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def fly_out(self, group: str, button: QWidget) -> None:
        """Lists the lessons of a group beside the rail."""
        if self._course is None:
            return
        menu = self._menu = QMenu(self)
        menu.setFont(font(self.theme, self.theme.measures.base))
        menu.setToolTipsVisible(True)
        for info in self._course.scenarios:
            if info.group == group:
                entry = menu.addAction(f"{info.title}  ⚠" if info.error else info.title)
                entry.setCheckable(True)
                entry.setChecked(info.id == self._course.current)
                entry.setToolTip(info.error or info.summary)
                entry.triggered.connect(lambda _checked=False, one=info: self._commands.open(one.id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(button.width() + self.theme.px(8), 0)))

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        high, side = theme.px(8), 0 if theme.compact else theme.px(8) - 1
        self._column.setContentsMargins(side, high, side, high)
        self._column.setSpacing(theme.px(4) if theme.compact else 0)
        for part in (self.header_row, self.legend, *self.rows, *self._titles):
            part.setVisible(not theme.compact)
        for _, button in self.buttons:
            button.setVisible(theme.compact)
        self._fit()


PANEL = PanelInfo("lessons", "Lessons", Place.LEFT, 10, make=Lessons, stretch=1, suits=Suits.BOTH, draws=("program",))
