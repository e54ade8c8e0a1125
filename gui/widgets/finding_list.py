"""Findings one below the other: each with its sentence, what to do, and chips for threads, things and lines in it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.frame import Finding
from gui.theme import icons
from gui.theme.palette import font, text_width
from gui.theme.theme import UNDRESSED, Theme
from gui.view_state.finding_rows import FindingRow, Subject
from gui.widgets.coded_text import CodedLink, CodedText
from gui.widgets.controls import Link, PaintedButton
from gui.widgets.drawing import badge_width, draw_badge, write
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.focus import Roving
from gui.widgets.painted import clear

WIDEST = 17  # heights of its letters that a name in a chip is wide


class SubjectChip(PaintedButton):
    """A thread with its badge, a lock or the like with its sign, or a line."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject.name)
        self.subject = subject
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("Show {name}").format(name=subject.name))

    def text(self) -> str:
        """What it says."""
        return self.subject.name

    def _side(self) -> int:
        """Height of the sign before the name, pixels."""
        return self.theme.px(max(14, self.theme.measures.small * 1.1))

    def _sign(self) -> int:
        """Its width; 0 where there is none."""
        if self.subject.thread:
            return badge_width(self.subject.badge, self._side())
        return self._side() if self.subject.thing else 0

    def _weight(self) -> int:
        return 600 if self.subject.thread else 500

    def sizeHint(self) -> QSize:
        px, sign = self.theme.px, self._sign()
        words = text_width(self.theme, self.theme.measures.small, self._weight(), self.subject.name) + 2
        wide = px(7) * 2 + (sign + px(5) if sign else 0) + min(words, px(self.theme.measures.small * WIDEST))
        return QSize(wide, max(self._side() + px(6), px(20)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, px = self.theme, self.theme.px
        ground = theme.colours.raised if self.underMouse() or self.isDown() else ""
        painter = self.begun(ground, theme.colours.line2, self.height() / 2)
        left, side, sign = float(px(7)), self._side(), self._sign()
        box = QRectF(left, (self.height() - side) / 2, sign, side)
        if self.subject.thread:
            draw_badge(painter, theme, self.subject.badge, box)
        elif self.subject.thing:
            picture = icons.pixmap(
                icons.of_type(self.subject.type, True), theme.colours.text, side, self.devicePixelRatioF()
            )
            painter.drawPixmap(box.topLeft(), picture)
        left += sign + px(5) if sign else 0
        letters = font(theme, theme.measures.small, self._weight())
        room = QRectF(left, 0, self.width() - left - px(7) + 1, self.height())
        painter.setFont(letters)
        said = painter.fontMetrics().elidedText(self.subject.name, Qt.TextElideMode.ElideMiddle, int(room.width()) + 1)
        write(painter, (letters, theme.colours.text), room, said)


class _Row(QWidget):
    """One finding. Its labels stay when it says something else: a sentence may change with every look."""

    def __init__(self, show: Callable[[Finding], None], point: Callable[[Subject], None]) -> None:
        super().__init__()
        self.row: FindingRow | None = None
        self.link, self.cure, self.lesson = CodedLink(), CodedText(tone="muted"), Link(tone="accent")
        for text in (self.link, self.cure, self.lesson):
            text.setWordWrap(True)
        self.lesson.setToolTip(self.tr("Open this lesson"))
        self.link.clicked.connect(lambda: self.row is not None and show(self.row.finding))
        self._point = point
        self._chips = QWidget()
        self._flow = FlowLayout()
        self._chips.setLayout(self._flow)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.link, self.cure, self._chips, self.lesson):
            self._column.addWidget(widget)

    @property
    def chips(self) -> list[SubjectChip]:
        """Those of its subjects."""
        items = [self._flow.itemAt(at) for at in range(self._flow.count())]
        return [chip for item in items if item is not None and isinstance(chip := item.widget(), SubjectChip)]

    def show_row(self, row: FindingRow, theme: Theme) -> None:
        """Says this one."""
        before, self.row = self.row, row
        self.link.set_text(row.sentence, row.tone)
        hint = row.hint or self.tr("Show this moment and its line")
        if hint != self.link.toolTip():
            self.link.setToolTip(hint)
        self.cure.set_text(row.cure)
        self.cure.setVisible(bool(row.cure))
        self.lesson.set_text(row.title)
        self.lesson.setVisible(bool(row.title))
        if before is None or before.subjects != row.subjects:
            self._make_chips(row.subjects, theme)

    def _make_chips(self, subjects: Sequence[Subject], theme: Theme) -> None:
        clear(self._flow)
        for one in subjects:
            chip = SubjectChip(one)
            chip.clicked.connect(lambda _checked=False, subject=one: self._point(subject))
            chip.apply_theme(theme)
            self._flow.addWidget(chip)
        self._chips.setVisible(bool(subjects))

    def apply_theme(self, theme: Theme) -> None:
        gap = theme.px(3)
        self._column.setSpacing(gap)
        self._flow.setSpacing(gap + 1)


class FindingList(QWidget):
    """All of them. `show` is called for a finding that was chosen, `point` for a subject, `teach` for a lesson."""

    def __init__(
        self,
        show: Callable[[Finding], None],
        point: Callable[[Subject], None],
        teach: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._show, self._point, self._teach = show, point, teach
        self._theme = UNDRESSED
        Roving(self)
        self.column = QVBoxLayout(self)
        self._made: list[_Row] = []
        self.rows: list[_Row] = []  # those in use

    @property
    def links(self) -> list[Link]:
        """What can be chosen: each sentence, behind it the lesson about it where there is one."""
        return [link for row in self.rows for link in (row.link, row.lesson) if not link.isHidden()]

    @property
    def said(self) -> list[str]:
        """All that it says, from above."""
        texts = [text for row in self.rows for text in (row.link, row.cure, row.lesson)]
        return [text.text() for text in texts if not text.isHidden()]

    def show_rows(self, rows: Sequence[FindingRow]) -> None:
        """Shows these and no others."""
        while len(self._made) < len(rows):
            self._add()
        self.rows = self._made[: len(rows)]
        for widget, row in zip(self.rows, rows, strict=True):
            widget.show_row(row, self._theme)
            widget.show()
        for widget in self._made[len(rows) :]:
            widget.hide()

    def _add(self) -> None:
        row = _Row(self._show, self._point)
        row.lesson.clicked.connect(lambda: row.row is not None and self._teach(row.row.lesson))
        self.column.insertWidget(len(self._made), row)
        self._made.append(row)
        for text in (row, row.link, row.cure, row.lesson):
            text.apply_theme(self._theme)

    def apply_theme(self, theme: Theme) -> None:
        """Those that are made later take it on, too."""
        self._theme = theme
