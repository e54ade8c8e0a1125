"""The values that the presenter may change for the next run."""

import math
from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLayout, QLayoutItem, QLineEdit, QVBoxLayout, QWidget, QWidgetItem

from engine.frame import Frame, Knob, Phase
from gui.panel import Commands, Course, PanelInfo, Place
from gui.theme.palette import font
from gui.theme.theme import Theme
from gui.widgets.card import Card
from gui.widgets.controls import KeyButton, Name, Text
from gui.widgets.inputs import Picker, Segmented, Slider, Stepper
from gui.widgets.painted import clear
from gui.widgets.toggle import Toggle

FEW = 16  # whole numbers in a range that is stepped rather than slid
SEGMENTS = 22  # letters that fit side by side


def place_of(knob: Knob, value: float) -> float:
    """Where a value stands on the slider, 0 to 1; a range over several powers of ten is logarithmic."""
    low, high = _range(knob)
    if _is_wide(low, high):
        return math.log(max(value, low) / low) / math.log(high / low)
    return (value - low) / (high - low)


def value_at(knob: Knob, place: float) -> float:
    """The value at a place on the slider, rounded to two figures where the range is wide."""
    low, high = _range(knob)
    if _is_wide(low, high):
        value = float(low * (high / low) ** place)
        value = round(value, 1 - math.floor(math.log10(value)))
    else:
        value = low + (high - low) * place
    value = min(high, max(low, value))
    if isinstance(knob.default, int):
        return round(value)
    step = float(10.0 ** math.floor(math.log10((high - low) / 200)))
    return min(high, max(low, round(round(value / step) * step, 12)))


def _range(knob: Knob) -> tuple[float, float]:
    low, high = knob.low or 0.0, knob.high if knob.high is not None else 1.0
    return low, max(high, low + 1e-9)


def _is_wide(low: float, high: float) -> bool:
    return low > 0 and high / low >= 200


def shown(value: object) -> str:
    """A value as it stands in its field."""
    return f"{value:g}" if isinstance(value, float) else str(value)


class NameBeside(QLayout):
    """A name and what belongs to it: side by side, or, where there is no room for that, one below the other.

    Which of them follows from the width alone, before anything is sized.
    """

    column = 0  # pixels of the name where it stands beside; 0: its own

    def __init__(self, name: Name, rest: QHBoxLayout) -> None:
        super().__init__()
        self._name, self._items = name, list[QLayoutItem]()
        self.addChildWidget(name)
        self.addItem(QWidgetItem(name))
        self.addChildLayout(rest)
        self.addItem(rest)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def name_width(self) -> int:
        """What the whole name needs, pixels."""
        return self._name.fontMetrics().horizontalAdvance(self._name.text()) + 1

    def _beside(self, room: int) -> bool:
        name, rest = self.name_width(), self._items[1].minimumSize().width()
        return name + self.spacing() + rest <= room and (not self.column or name <= self.column)

    def _inner(self, box: QRect) -> QRect:
        sides = self.contentsMargins()
        return box.adjusted(sides.left(), sides.top(), -sides.right(), -sides.bottom())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        sides, (name, rest) = self.contentsMargins(), (item.sizeHint().height() for item in self._items)
        beside = self._beside(width - sides.left() - sides.right())
        high = max(name, rest) if beside else name + self.spacing() + rest
        return sides.top() + high + sides.bottom()

    def minimumSize(self) -> QSize:
        sides, least = self.contentsMargins(), [item.minimumSize() for item in self._items]
        high = max(one.height() for one in least)
        return QSize(least[1].width() + sides.left() + sides.right(), sides.top() + high + sides.bottom())

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def setGeometry(self, box: QRect) -> None:
        super().setGeometry(box)
        inner, (name, rest), gap = self._inner(box), self._items, self.spacing()
        high, whole = name.sizeHint().height(), self.name_width()
        if self._beside(inner.width()):
            left = inner.width() - gap - rest.minimumSize().width()
            wide = max(whole, min(self.column, left))
            name.setGeometry(QRect(inner.left(), inner.top(), wide, inner.height()))
            rest.setGeometry(inner.adjusted(wide + gap, 0, 0, 0))
        else:
            name.setGeometry(QRect(inner.left(), inner.top(), min(whole, inner.width()), high))
            rest.setGeometry(inner.adjusted(0, high + gap, 0, 0))


class KnobRow(QWidget):
    """Name, control, value and unit; below it, why a value was refused."""

    def __init__(self, knob: Knob, note: str, commands: Commands) -> None:
        super().__init__()
        self.knob, self._commands = knob, commands
        self.name, self.unit = Name(knob.name, mono=True), Text(knob.unit, weight=600)
        self.reason = Text(size="small", tone="lost_text")
        self.reason.setWordWrap(True)
        self.reason.hide()
        said = note or knob.note
        self.setToolTip(f"{knob.name}: {said}" if said else knob.name)
        self.control = self._control(knob)
        self.field: QLineEdit | None = None
        self.row = QHBoxLayout()
        self.line = NameBeside(self.name, self.row)
        if not isinstance(self.control, Slider):
            self.row.addStretch(1)
        if self.control is not None:
            self._add(self.control, said)
        if self.control is None or isinstance(self.control, Slider):
            self.field = QLineEdit(alignment=Qt.AlignmentFlag.AlignRight)
            self.field.setAccessibleName(knob.name)
            self.field.editingFinished.connect(self._typed)
            self._add(self.field, said)
            self.row.addWidget(self.unit)
        self.column = QVBoxLayout(self)
        self.column.setSpacing(0)
        self.column.addLayout(self.line)
        self.column.addWidget(self.reason)

    def _control(self, knob: Knob) -> Toggle | Segmented | Picker | Stepper | Slider | None:
        """The control that fits the knob's type; beside a slider there is a field, and where there is none, alone."""
        words = [str(choice) for choice in knob.choices]
        if isinstance(knob.default, bool):
            toggle = Toggle(knob.name)
            toggle.clicked.connect(self.wish)
            return toggle
        if words:
            fit = sum(len(word) + 2 for word in words) <= SEGMENTS
            choice = Segmented(knob.name, words) if fit else Picker(knob.name)
            choice.chosen.connect(lambda at: self.wish(knob.choices[at]))
            return choice
        if not isinstance(knob.default, (int, float)) or knob.low is None or knob.high is None:
            return None
        if isinstance(knob.default, int) and knob.high - knob.low < FEW:
            stepper = Stepper(knob.name)
            stepper.stepped.connect(self._step)
            return stepper
        slider = Slider(knob.name, step=0.02)
        slider.moved.connect(lambda at: self.wish(value_at(self.knob, at)))
        return slider

    def _add(self, control: QWidget, note: str) -> None:
        if note:
            control.setToolTip(note)
            control.setAccessibleDescription(note)
        self.row.addWidget(control, int(isinstance(control, Slider)))

    def _typed(self) -> None:
        if self.field is not None and self.field.text() != shown(self.knob.value):
            self.wish(self.field.text())

    def _step(self, by: int) -> None:
        if isinstance(self.knob.value, int):
            self.wish(self.knob.value + by)

    def wish(self, value: object) -> None:
        """Asks for a value; a refusal is shown below, and the old value stays in force."""
        self._tell(self._commands.knob(self.knob.name, value))

    def _tell(self, reason: str) -> None:
        self.reason.set_text(reason)
        self.reason.setVisible(bool(reason))
        if self.field is not None:
            self.field.setProperty("refused", bool(reason))
            self.field.style().polish(self.field)

    def show_value(self, knob: Knob) -> None:
        """Shows the value in force."""
        changed = knob.value != self.knob.value
        self.knob = knob
        if changed and not self.reason.isHidden():
            self._tell("")
        self.name.set_colour("number" if knob.value != knob.default else "text")
        control, at = self.control, knob.choices.index(knob.value) if knob.value in knob.choices else -1
        if isinstance(control, Toggle):
            control.setChecked(bool(knob.value))
        elif isinstance(control, Stepper):
            control.put(shown(knob.value))
        elif isinstance(control, Segmented) and at >= 0:
            control.put(at)
        elif isinstance(control, Picker) and at >= 0:
            control.offer([str(choice) for choice in knob.choices], at)
        elif isinstance(control, Slider) and isinstance(knob.value, (int, float)):
            control.put(place_of(knob, float(knob.value)), f"{shown(knob.value)} {knob.unit}".strip())
        typing = not self.reason.isHidden() or (self.field is not None and self.field.isModified())
        if self.field is not None and (changed or not typing):
            self.field.setText(shown(knob.value))

    def apply_theme(self, theme: Theme) -> None:
        side, high = theme.px(theme.measures.padding) - 1, theme.px(26 if theme.compact else 32)
        self.column.setContentsMargins(side, 0, side, 0)
        self.line.setContentsMargins(0, theme.px(2), 0, theme.px(2))
        self.line.setSpacing(theme.px(8 if theme.compact else 12))
        self.row.setSpacing(theme.px(8 if theme.compact else 12))
        if self.field is not None:
            self.field.setFont(font(theme, theme.measures.base, 600))
            self.field.setFixedHeight(high)
        self.setMinimumHeight(high + theme.px(4))

    def field_width(self, theme: Theme) -> int:
        """What the field needs for the longest value that the knob takes, pixels."""
        if isinstance(self.knob.default, str):
            return theme.px(120)
        values = (self.knob.default, self.knob.value, self.knob.low, self.knob.high)
        letters = max(3, *(len(_bound(value)) for value in values if value is not None))
        digit = QFontMetrics(font(theme, theme.measures.base, 600)).horizontalAdvance("0")
        return min(theme.px(110), letters * digit + theme.px(18) + 4)

    def line_up(self, name: int, field: int, unit: int) -> None:
        """Gives the columns these widths, so that sliders and values of all rows stand one above the other."""
        if self.field is None:
            return
        self.field.setFixedWidth(field)
        self.unit.setVisible(unit > 0)
        self.unit.setFixedWidth(max(1, unit))
        if self.control is not None:
            self.line.column = name
            self.line.invalidate()


def _bound(value: object) -> str:
    """A bound as it would be typed: whole where it is whole."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else shown(value)


class Knobs(Card):
    """A row for each knob."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Knobs"))
        self._commands = commands
        self._notes: Mapping[str, str] = {}
        self._drawn: tuple[Knob, ...] | None = None
        self._shape: tuple[object, ...] | None = None
        self.rows: dict[str, KnobRow] = {}
        self.reset = KeyButton(self.tr("Reset"), quiet=True, name=self.tr("Reset the knobs"))
        self.reset.clicked.connect(commands.reset_knobs)
        self.tools.addWidget(self.reset)
        self.subtitle.setToolTip(self.tr("A change takes effect at the next run."))
        self.nothing = Text(self.tr("This program has no knobs."), "small", "muted")
        self.body.addWidget(self.nothing)
        self._column = QVBoxLayout()
        self.body.addLayout(self._column)
        self.body.addStretch(1)

    def draw(self, frame: Frame) -> None:
        live = frame.run.phase in (Phase.STARTING, Phase.RUNNING, Phase.PAUSED)
        said = live and bool(frame.program.knobs)  # beside the title, where it moves nothing
        self.subtitle.set_text(self.tr("from the next run on") if said else "")
        if frame.program.knobs is self._drawn:
            return
        self._drawn = frame.program.knobs
        shape = tuple((one.name, one.default, one.low, one.high, one.choices, one.unit) for one in frame.program.knobs)
        if shape != self._shape:
            self._shape = shape
            self._rebuild(frame.program.knobs)
        for one in frame.program.knobs:
            self.rows[one.name].show_value(one)
        self.reset.setEnabled(any(one.value != one.default for one in frame.program.knobs))

    def _rebuild(self, knobs: tuple[Knob, ...]) -> None:
        clear(self._column)
        self.rows = {}
        for one in knobs:
            self.rows[one.name] = KnobRow(one, self._notes.get(one.name, ""), self._commands)
            self._column.addWidget(self.rows[one.name])
        self.nothing.setVisible(not knobs)
        self.reset.setVisible(bool(knobs))
        self.apply_theme(self.theme)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.subtitle.setFont(font(theme, theme.measures.small))
        self._line_up(theme)
        side = theme.px(theme.measures.padding) - 1
        low = theme.px(6 if theme.compact else 10)
        self._column.setSpacing(0)
        self._column.setContentsMargins(0, 0, 0, low)
        self.nothing.setContentsMargins(side, 0, side, low)

    def _line_up(self, theme: Theme) -> None:
        """The widths of the columns: each as wide as its widest."""
        rows = [row for row in self.rows.values() if row.field is not None]
        slid = [row for row in rows if row.control is not None]
        name = max((row.line.name_width() for row in slid), default=0)
        unit = max((row.unit.fontMetrics().horizontalAdvance(row.knob.unit) for row in rows), default=0)
        numbers = [row.field_width(theme) for row in rows if not isinstance(row.knob.default, str)]
        gaps = 3 * theme.px(8 if theme.compact else 12) + theme.px(12)  # and a bar to scroll the column
        room = theme.px(theme.measures.right - 2 * theme.measures.padding) - max(numbers, default=0) - unit - gaps
        name = min(name, max(theme.px(48), room))  # a long name ends in dots
        for row in rows:
            own = isinstance(row.knob.default, str)
            row.line_up(name, row.field_width(theme) if own else max(numbers), unit)

    def minimumSizeHint(self) -> QSize:
        """It asks for no width: the column has its own, and rows wrap."""
        return QSize(0, super().minimumSizeHint().height())

    def opened(self, course: Course) -> None:
        if course.scenario.knobs != self._notes:
            self._notes = course.scenario.knobs
            self._drawn = self._shape = None


PANEL = PanelInfo("knobs", "Knobs", Place.RIGHT, 20, make=Knobs, draws=("run.phase", "program.knobs"))
