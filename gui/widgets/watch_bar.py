"""What is watched, as chips that take it away again, and a field for more."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QSizePolicy, QWidget

from engine.protocol.watch_path import MOST_WATCHED
from gui.theme.palette import font, shade
from gui.theme.theme import UNDRESSED, Theme
from gui.view_state.watch_strips import hue
from gui.widgets.controls import PaintedButton
from gui.widgets.drawing import rounded, write

if TYPE_CHECKING:
    from PySide6.QtCore import QStringListModel

FIELD = 132  # pixels
WIDEST = 116  # of the name in a chip; a longer one ends in dots


class WatchField(QLineEdit):
    """Asks for an expression; offers those that the text names. What it asks for is emptied with Enter."""

    def __init__(self) -> None:
        super().__init__()
        self.text_of_program = ""
        self.watched: tuple[str, ...] = ()  # which are not offered again
        self.setPlaceholderText(self.tr("Watch a value"))
        self.setAccessibleName(self.tr("Watch a value: a name, an attribute, an item, or len() of one"))
        self.setToolTip(
            self.tr(
                "A name such as total, or account.balance, prices[0], len(items).\nOr Ctrl+click it in the program."
            )
        )
        self._theme = UNDRESSED

    def apply_theme(self, theme: Theme) -> None:
        """Takes on fonts, and colours for what is offered, which is a window of its own."""
        self._theme = theme
        self.setFont(font(theme, theme.measures.small, mono=True))
        if "_model" in vars(self):
            self._dress_offered(theme)

    @cached_property
    def _model(self) -> QStringListModel:
        """What is offered; made when somebody comes to type: the first frame does not wait for it."""
        from PySide6.QtCore import QStringListModel  # noqa: PLC0415 - for the same reason
        from PySide6.QtWidgets import QCompleter  # noqa: PLC0415

        made = QStringListModel(self)
        completer = QCompleter(made, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self._dress_offered(self._theme)
        return made

    def _dress_offered(self, theme: Theme) -> None:
        offered, colours = self.completer().popup(), theme.colours
        if offered is None:
            return
        offered.setFont(self.font())
        ink = {"Text": colours.text, "HighlightedText": colours.text}
        shade(offered, Base=colours.raised, Window=colours.raised, Highlight=colours.accent_soft, **ink)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The text is read when somebody comes to type."""
        from engine.analysis.watchable import suggestions  # noqa: PLC0415 - when somebody types

        found = suggestions(self.text_of_program)
        self._model.setStringList([one for one in found if one not in self.watched])
        super().focusInEvent(event)


class WatchChip(PaintedButton):
    """One expression with the colour of its curve; pressed, it goes."""

    def __init__(self, expression: str, number: int) -> None:
        super().__init__(expression)
        self.expression, self.number = expression, number
        said = self.tr("Stop watching {name}").format(name=expression)
        self.setAccessibleName(said)
        self.setToolTip(said)

    def _word(self) -> str:
        metrics = QFontMetrics(font(self.theme, self.theme.measures.small, mono=True))
        return metrics.elidedText(self.expression, Qt.TextElideMode.ElideRight, self.theme.px(WIDEST))

    def sizeHint(self) -> QSize:
        theme = self.theme
        metrics = QFontMetrics(font(theme, theme.measures.small, mono=True))
        return QSize(metrics.horizontalAdvance(self._word()) + theme.px(46), theme.px(24 if theme.compact else 26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, colours = self.theme, self.theme.colours
        painter = self.begun(colours.raised if self.underMouse() else "", colours.line2, self.height() / 2 - 1)
        side, middle = theme.px(8), self.height() / 2
        rounded(painter, QRectF(theme.px(9), middle - side / 2, side, side), side / 2, hue(colours, self.number))
        pen = font(theme, theme.measures.small, mono=True), colours.text
        write(painter, pen, QRectF(theme.px(22), 0, self.width() - theme.px(40), self.height()), self._word())
        cross = font(theme, theme.measures.small, 600), colours.text if self.underMouse() else colours.muted
        write(painter, cross, QRectF(self.width() - theme.px(20), 0, theme.px(14), self.height()), "\u00d7")


class MoreChip(PaintedButton):
    """How many more there are than chips fit; pressed, it lists them."""

    def __init__(self) -> None:
        super().__init__("")
        self.word = ""

    def put(self, count: int) -> None:
        """So many more."""
        self.word = f"+{count}"
        self.setAccessibleName(self.tr("{count} more are watched").format(count=count))
        self.setToolTip(self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(34), self.theme.px(24 if self.theme.compact else 26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self.theme
        painter = self.begun("", theme.colours.line2, self.height() / 2 - 1)
        pen = font(theme, theme.measures.small, 600), theme.colours.muted
        write(painter, pen, QRectF(theme.px(8), 0, self.width() - theme.px(8), self.height()), self.word)


class WatchBar(QWidget):
    """Chips at the left of a field. Its size does not depend on how many there are: nothing moves when one comes."""

    asked = Signal(str)
    removed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._theme = UNDRESSED
        self._watches: tuple[str, ...] = ()
        self.chips: list[WatchChip] = []
        self.field = WatchField()
        self.field.setParent(self)
        self.field.returnPressed.connect(self._ask)
        self.more = MoreChip()
        self.more.setParent(self)
        self.more.clicked.connect(self._list)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        self._theme = theme
        self.field.apply_theme(theme)
        for one in (*self.chips, self.more):
            one.apply_theme(theme)
        self.updateGeometry()
        self._place()

    def show_watches(self, watches: tuple[str, ...], text: str) -> None:
        """Shows a chip for each of these."""
        self.field.text_of_program, self.field.watched = text, watches
        if watches == self._watches:
            return
        self._watches = watches
        for one in self.chips:
            one.hide()
            one.deleteLater()
        self.chips = [WatchChip(expression, number) for number, expression in enumerate(watches)]
        for one in self.chips:
            one.setParent(self)
            one.apply_theme(self._theme)
            one.clicked.connect(partial(self._remove, one.expression))
        self.field.setEnabled(len(watches) < MOST_WATCHED)
        self._place()

    def explain(self, reasons: Mapping[str, str]) -> None:
        """Why some of them have no number."""
        for one in self.chips:
            said = "\n".join(filter(None, [reasons.get(one.expression, ""), one.accessibleName()]))
            if said != one.toolTip():
                one.setToolTip(said)

    def sizeHint(self) -> QSize:
        """Room for two or three chips and the field."""
        return QSize(self._theme.px(420 if self._theme.compact else 600), self._theme.px(28))

    def minimumSizeHint(self) -> QSize:
        """Room for the field."""
        return QSize(self._theme.px(FIELD + 40), self._theme.px(28))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """As many chips as there is room for, from the right."""
        theme, gap = self._theme, self._theme.px(6)
        high = theme.px(26 if theme.compact else 28)
        wide = min(theme.px(FIELD), self.width())
        self.field.setGeometry(self.width() - wide, (self.height() - high) // 2, wide, high)
        room = self.width() - wide - gap
        fit = self._fitting(room, gap)
        if fit < len(self.chips):
            fit = self._fitting(room - self.more.sizeHint().width() - gap, gap)
            self.more.put(len(self.chips) - fit)
        self.more.setVisible(fit < len(self.chips))
        shown: list[PaintedButton] = [*self.chips[:fit], *([self.more] if fit < len(self.chips) else [])]
        for chip in self.chips[fit:]:
            chip.hide()
        left = room - sum(one.sizeHint().width() + gap for one in shown) + gap
        for one in shown:
            size = one.sizeHint()
            one.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())
            one.show()
            left += size.width() + gap

    def _fitting(self, room: int, gap: int) -> int:
        used, count = 0, 0
        for one in self.chips:
            used += one.sizeHint().width() + gap
            count += used - gap <= room
        return count

    def _remove(self, expression: str, _checked: bool = False) -> None:
        self.removed.emit(expression)

    def _ask(self) -> None:
        said = self.field.text().strip()
        if said:
            self.field.clear()
            self.asked.emit(said)

    def _list(self) -> None:
        menu = QMenu(self)
        for one in self.chips:
            menu.addAction(one.accessibleName(), partial(self._remove, one.expression))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
