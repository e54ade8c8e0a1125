"""What can be switched off, and whether it is on: works at any time, also while the program runs."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget, QWidgetItem

from engine.frame import Frame, Switch
from engine.scenarios.scenario import SwitchNote
from gui.panel import Commands, Course, PanelInfo, Place
from gui.theme import icons
from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.card import Card
from gui.widgets.controls import KeyCap, Name, Text
from gui.widgets.focus import Roving
from gui.widgets.painted import clear
from gui.widgets.scroll_area import ScrollArea, scrolled
from gui.widgets.toggle import Toggle

MOST = 6  # rows that are seen without scrolling
ALWAYS = 1 << 24  # pixels: more than any window has


class _GivesWay(QWidgetItem):
    """A part of a row that takes no place where there is none for it."""

    there = True

    def isEmpty(self) -> bool:
        return not self.there or super().isEmpty()


class _RowLayout(QHBoxLayout):
    """Its first part gives way where `fits` says so of the width: known before anything is sized, and shown by sizes.

    To hide it would have all layouts around it done at once, within the one that is being done.
    """

    def __init__(self, row: QWidget, first: QWidget, fits: Callable[[int], bool]) -> None:
        super().__init__(row)
        self._fits, self._part, self._first = fits, first, _GivesWay(first)
        self.addChildWidget(first)
        self.addItem(self._first)

    def _suit(self, width: int) -> None:
        there = self._fits(width)
        if there is not self._first.there:
            self._first.there = there
            self.invalidate()

    def minimumSize(self) -> QSize:
        self._suit(0)
        return super().minimumSize()

    def heightForWidth(self, width: int) -> int:
        self._suit(width)
        return super().heightForWidth(width)

    def minimumHeightForWidth(self, width: int) -> int:
        self._suit(width)
        return super().minimumHeightForWidth(width)

    def setGeometry(self, box: QRect) -> None:
        self._suit(box.width())
        super().setGeometry(box)
        if not self._first.there:
            self._part.resize(0, 0)


class SwitchRow(QWidget):
    """One switch: icon, name, what it does, its key, on or off."""

    def __init__(self, switch: Switch, note: str, key: str, commands: Commands) -> None:
        super().__init__()
        self.switch = switch
        self._theme = UNDRESSED
        self.icon = QLabel()
        self.name = Name(switch.name, weight=700, mono=True)
        self.note = Text(note or self.tr("{type} of the program").format(type=switch.type), "small", "muted")
        self.note.setWordWrap(True)
        self.toggle = Toggle(self.tr("Switch {name}").format(name=switch.name))
        self.toggle.clicked.connect(lambda on: commands.switch(switch.name, on))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.name)
        words.addWidget(self.note)
        words.addStretch(1)
        self._row = _RowLayout(self, self.icon, self._has_room)
        self._row.addLayout(words, 1)
        if key:
            self._row.addWidget(KeyCap(key))
            self.toggle.setToolTip(f"{switch.name} ({key})")
        self._row.addWidget(self.toggle)

    def _has_room(self, room: int) -> bool:
        """Whether the whole name has room in so many pixels beside the icon, which gives way."""
        sides, gap = self._row.contentsMargins(), self._row.spacing()
        items = [self._row.itemAt(at) for at in range(2, self._row.count())]  # its key, on or off
        beside = sum(item.minimumSize().width() + gap for item in items if item is not None)
        name = self.name.fontMetrics().horizontalAdvance(self.switch.name) + 2
        need = sides.left() + self.icon.sizeHint().width() + gap + name + beside + sides.right()
        return need <= room

    def show_state(self, switch: Switch) -> None:
        """Shows whether it is on; a switch that the program has not made yet is shown as the next run will find it."""
        self.toggle.setChecked(switch.on)
        self._draw_icon(self._theme)

    def _draw_icon(self, theme: Theme) -> None:
        name, size = icons.of_type(self.switch.type, self.toggle.isChecked()), theme.px(24)
        colour = theme.colours.text if self.toggle.isChecked() else theme.colours.lost_text
        self.icon.setPixmap(icons.pixmap(name, colour, size, self.devicePixelRatioF()))

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setMinimumHeight(theme.px(40 if theme.compact else 48))
        side = theme.px(theme.measures.padding) - 1
        self._row.setContentsMargins(side, 0, side, theme.px(6 if theme.compact else 8))
        self._row.setSpacing(theme.px(8 if theme.compact else 12))
        self._draw_icon(theme)


class _Rows(ScrollArea):
    """As high as its first rows, up to the most that are seen without scrolling; a long note takes two lines."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[SwitchRow] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def need(self, _width: int) -> int:
        """Whether it has a bar depends on how many rows there are alone: else their heights would, and it on them."""
        return ALWAYS if len(self.rows) > MOST else 0

    def heightForWidth(self, width: int) -> int:
        room = width if len(self.rows) <= MOST else width - self.verticalScrollBar().sizeHint().width()
        return self._high(self.rows[:MOST], room)

    def _high(self, rows: list[SwitchRow], width: int) -> int:
        return sum(max(row.minimumHeight(), row.heightForWidth(width)) for row in rows)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.heightForWidth(max(1, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, sum(row.minimumHeight() for row in self.rows[:MOST]))


class Switches(Card):
    """A row for each switch."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Switches"))
        self._commands = commands
        self._notes: Mapping[str, SwitchNote] = {}
        self._drawn: tuple[Switch, ...] | None = None
        self._names: tuple[tuple[str, str], ...] | None = None
        self.rows: dict[str, SwitchRow] = {}
        self.nothing = Text(self.tr("This program has nothing to switch off."), "small", "muted")
        self.nothing.setWordWrap(True)
        inner = QWidget()
        Roving(inner)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        inner.setMinimumWidth(1)  # never wider than what is seen of it
        self._area = _Rows()
        scrolled(inner, self._area)
        self.body.addWidget(self._area)
        self.body.addWidget(self.nothing)

    def draw(self, frame: Frame) -> None:
        if frame.program.switches is self._drawn:
            return
        self._drawn = frame.program.switches
        names = tuple((one.name, one.type) for one in frame.program.switches)
        if names != self._names:
            self._names = names
            self._rebuild(frame.program.switches)
        for one in frame.program.switches:
            self.rows[one.name].show_state(one)

    def _rebuild(self, switches: tuple[Switch, ...]) -> None:
        clear(self._column)
        self.rows = {}
        for one in switches:
            about = self._notes.get(one.name, SwitchNote())
            self.rows[one.name] = SwitchRow(one, about.note, about.key, self._commands)
            self._column.addWidget(self.rows[one.name])
        self._area.rows = list(self.rows.values())
        self._area.updateGeometry()
        self.apply_theme(self.theme)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        side = theme.px(theme.measures.padding) - 1
        self.nothing.setContentsMargins(side, 0, side, theme.px(12))
        self.nothing.setVisible(not self.rows)
        self._area.setVisible(bool(self.rows))

    def minimumSizeHint(self) -> QSize:
        """It asks for no width: the column has its own, and rows wrap."""
        return QSize(0, super().minimumSizeHint().height())

    def opened(self, course: Course) -> None:
        if course.scenario.switches != self._notes:
            self._notes = course.scenario.switches
            self._drawn = self._names = None


PANEL = PanelInfo("switches", "Switches", Place.RIGHT, 10, make=Switches, draws=("program.switches",))
