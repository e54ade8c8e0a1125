"""The values that the presenter may change for the next run."""

import math
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engine.frame import Frame, Knob, Phase
from gui.panel import Commands, Course, PanelInfo, Place
from gui.theme.palette import font
from gui.theme.theme import Theme
from gui.widgets.card import Card
from gui.widgets.controls import KeyButton, Name, Text, Toggle, dress_children
from gui.widgets.inputs import Picker, Segmented, Slider, Stepper

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


class KnobRow(QWidget):
    """Name, control, value and unit; below it, why a value was refused."""

    refused = Signal()

    def __init__(self, knob: Knob, note: str, commands: Commands) -> None:
        super().__init__()
        self.knob, self._commands = knob, commands
        self.name = Name(knob.name, mono=True)
        self.reason = Text(size="small", tone="lost_text")
        self.reason.setWordWrap(True)
        self.reason.hide()
        said = note or knob.note
        self.setToolTip(f"{knob.name}: {said}" if said else knob.name)
        self.row = QHBoxLayout()
        self.row.addWidget(self.name)
        self.slider: Slider | None = None
        self.field: QLineEdit | None = None
        self.unit = Text(knob.unit, weight=600)
        self.toggle: Toggle | None = None
        self.segments: Segmented | None = None
        self.picker: Picker | None = None
        self.stepper: Stepper | None = None
        self._make(knob, said)
        self.column = QVBoxLayout(self)
        self.column.setSpacing(0)
        self.column.addLayout(self.row)
        self.column.addWidget(self.reason)

    def _make(self, knob: Knob, note: str) -> None:
        """The control that fits the knob's type."""
        if isinstance(knob.default, bool):
            self.row.addStretch(1)
            self.toggle = Toggle(knob.name)
            self.toggle.clicked.connect(self.wish)
            self._add(self.toggle, note)
        elif knob.choices:
            self.row.addStretch(1)
            self._make_choices(knob, note)
        elif (
            isinstance(knob.default, int)
            and knob.low is not None
            and knob.high is not None
            and knob.high - knob.low < FEW
        ):
            self.row.addStretch(1)
            self.stepper = Stepper(knob.name)
            self.stepper.stepped.connect(self._step)
            self._add(self.stepper, note)
        else:
            number = isinstance(knob.default, (int, float))
            if number and knob.low is not None and knob.high is not None:
                self.slider = Slider(knob.name, step=0.02)
                self.slider.moved.connect(lambda at: self.wish(value_at(self.knob, at)))
                self._add(self.slider, note)
                self.row.setStretchFactor(self.slider, 1)
            else:
                self.row.addStretch(1)
            self._make_field(knob, note)

    def _make_choices(self, knob: Knob, note: str) -> None:
        words = [str(choice) for choice in knob.choices]
        if sum(len(word) + 2 for word in words) <= SEGMENTS:
            self.segments = Segmented(knob.name, words)
            self.segments.chosen.connect(lambda at: self.wish(knob.choices[at]))
            self._add(self.segments, note)
        else:
            self.picker = Picker(knob.name)
            self.picker.chosen.connect(lambda at: self.wish(knob.choices[at]))
            self._add(self.picker, note)

    def _make_field(self, knob: Knob, note: str) -> None:
        self.field = QLineEdit()
        self.field.setAccessibleName(knob.name)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.editingFinished.connect(self._typed)
        self._add(self.field, note)
        self.row.addWidget(self.unit)

    def _add(self, control: QWidget, note: str) -> None:
        if note:
            control.setToolTip(note)
            control.setAccessibleDescription(note)
        self.row.addWidget(control)

    def _typed(self) -> None:
        if self.field is not None and self.field.text() != shown(self.knob.value):
            self.wish(self.field.text())

    def _step(self, by: int) -> None:
        if isinstance(self.knob.value, int):
            self.wish(self.knob.value + by)

    def wish(self, value: object) -> None:
        """Asks for a value; a refusal is shown below, and the old value stays in force."""
        reason = self._commands.knob(self.knob.name, value)
        self.reason.set_text(reason)
        self.reason.setVisible(bool(reason))
        if self.field is not None:
            self.field.setProperty("refused", bool(reason))
            self.field.style().polish(self.field)
        self.refused.emit()

    def show_value(self, knob: Knob) -> None:
        """Shows the value in force."""
        changed = knob.value != self.knob.value
        self.knob = knob
        if changed and not self.reason.isHidden():
            self.reason.hide()
            if self.field is not None:
                self.field.setProperty("refused", False)
                self.field.style().polish(self.field)
        self.name.set_colour("number" if knob.value != knob.default else "text")
        if self.toggle is not None:
            self.toggle.setChecked(bool(knob.value))
        if self.segments is not None and knob.value in knob.choices:
            self.segments.put(knob.choices.index(knob.value))
        if self.picker is not None and knob.value in knob.choices:
            self.picker.offer([str(choice) for choice in knob.choices], knob.choices.index(knob.value))
        if self.stepper is not None:
            self.stepper.put(shown(knob.value))
        if self.slider is not None and isinstance(knob.value, (int, float)):
            self.slider.put(place_of(knob, float(knob.value)))
        typing = not self.reason.isHidden() or (self.field is not None and self.field.isModified())
        if self.field is not None and (changed or not typing):
            self.field.setText(shown(knob.value))

    def apply_theme(self, theme: Theme) -> None:
        px = theme.px
        side = theme.px(theme.measures.padding) - 1
        self.column.setContentsMargins(side, 0, side, 0)
        self.row.setContentsMargins(0, px(2), 0, px(2))
        self.row.setSpacing(px(8 if theme.compact else 12))
        high = px(26 if theme.compact else 32)
        if self.field is not None:
            self.field.setFont(font(theme, theme.measures.base, 600))
            self.field.setFixedHeight(high)
        self.setMinimumHeight(high + px(4))

    def field_width(self, theme: Theme) -> int:
        """What the field needs for the longest value that the knob takes, pixels."""
        if self.field is None:
            return 0
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
        if self.slider is not None:
            self.name.setFixedWidth(name)


def _bound(value: object) -> str:
    """A bound as it would be typed: whole where it is whole."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else shown(value)


class Knobs(Card):
    """A row for each knob."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Knobs"))
        self._commands = commands
        self._theme: Theme | None = None
        self._notes: Mapping[str, str] = {}
        self._drawn: tuple[Knob, ...] | None = None
        self._shape: tuple[object, ...] | None = None
        self.rows: dict[str, KnobRow] = {}
        self.reset = KeyButton(self.tr("Reset"), quiet=True, name=self.tr("Reset the knobs"))
        self.reset.clicked.connect(commands.reset_knobs)
        self.tools.addWidget(self.reset)
        self.note = Text(self.tr("A change takes effect at the next run."), "small", "muted")
        self.note.setWordWrap(True)
        self.nothing = Text(self.tr("This program has no knobs."), "small", "muted")
        self.body.addWidget(self.nothing)
        self._column = QVBoxLayout()
        self.body.addLayout(self._column)
        self.body.addWidget(self.note)
        self.body.addStretch(1)

    def draw(self, frame: Frame) -> None:
        live = frame.run.phase in (Phase.STARTING, Phase.RUNNING, Phase.PAUSED)
        self.note.setVisible(live and bool(frame.program.knobs))
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
        for row in self.rows.values():
            self._column.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        self.rows = {}
        for one in knobs:
            self.rows[one.name] = KnobRow(one, self._notes.get(one.name, ""), self._commands)
            self._column.addWidget(self.rows[one.name])
        self.nothing.setVisible(not knobs)
        self.reset.setVisible(bool(knobs))
        if self._theme is not None:
            self.apply_theme(self._theme)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._theme = theme
        dress_children(self, theme)
        self._line_up(theme)
        side = theme.px(theme.measures.padding) - 1
        low = theme.px(6 if theme.compact else 10)
        self._column.setSpacing(0)
        self._column.setContentsMargins(0, 0, 0, low)
        for text in (self.note, self.nothing):
            text.setContentsMargins(side, 0, side, low)

    def _line_up(self, theme: Theme) -> None:
        """The widths of the columns: each as wide as its widest."""
        rows = [row for row in self.rows.values() if row.field is not None]
        slid = [row for row in rows if row.slider is not None]
        name = max((row.name.fontMetrics().horizontalAdvance(row.knob.name) + 1 for row in slid), default=0)
        unit = max((row.unit.fontMetrics().horizontalAdvance(row.knob.unit) for row in rows), default=0)
        numbers = [row.field_width(theme) for row in rows if not isinstance(row.knob.default, str)]
        gaps = 3 * theme.px(8 if theme.compact else 12) + theme.px(12)  # and a bar to scroll the column
        room = theme.px(theme.measures.right - 2 * theme.measures.padding) - max(numbers, default=0) - unit - gaps
        name = min(name, max(theme.px(48), room))  # a long name ends in dots
        for row in rows:
            own = isinstance(row.knob.default, str)
            row.line_up(name, row.field_width(theme) if own else max(numbers), unit)

    def opened(self, course: Course) -> None:
        if course.scenario.knobs != self._notes:
            self._notes = course.scenario.knobs
            self._drawn = self._shape = None


PANEL = PanelInfo("knobs", "Knobs", Place.RIGHT, 20, make=Knobs, draws=("run.phase", "program.knobs"))
