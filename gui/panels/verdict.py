"""What was expected, what came of it, and every finding of the run."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.findings.standing.standstill import everybody_waits
from engine.frame import Ended, Finding, Frame, Phase, SwitchPeriod
from engine.words import questions, reasons
from engine.words.catalogue import say
from engine.words.findings import figure
from gui import actions
from gui.panel import Commands, Course, PanelInfo, Place
from gui.theme.palette import text_font
from gui.theme.theme import Theme
from gui.view_state.finding_rows import Subject, rows
from gui.view_state.verdict_text import (
    BAD,
    SwitchTotal,
    caption,
    fastest,
    longest_gap,
    told,
    totals,
    unknown_words,
)
from gui.widgets.card import Card
from gui.widgets.coded_text import plain
from gui.widgets.controls import Link, Text
from gui.widgets.drawing import draw_loss
from gui.widgets.finding_list import FindingList
from gui.widgets.later import Later
from gui.widgets.painted import Painted, clear
from gui.widgets.scroll_area import come_into_sight, scrolled
from gui.widgets.spoken import tell

MOST = 12  # findings that are listed; more are counted
ROW = 28  # pixels of a row of the table, where there is room
LEAST_SAID, ALONE = 3, 5  # lines of words that are seen at least; where no numbers stand above them, and there is room
OF_ONES_OWN = 7  # the same for a program of one's own: a deadlock, and the begin of what to do
ROWS = (0, 2, 4, 6)  # of the table: heads, updates, kept, lost; thin lines stand between


class LossTag(Painted):
    """The tag that the timeline puts at a lost update."""

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.setFixedSize(theme.px(30), theme.px(20))

    def paint(self, painter: QPainter, theme: Theme) -> None:
        draw_loss(painter, theme, QPointF(self.width() / 2, self.height() / 2))


class FindingLine(Painted):
    """A thin line between rows."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        painter.fillRect(self.rect(), QColor(theme.colours.line))


MOST_LINES = 3  # of a number that is too long for one


class Figure(Text):
    """A big number: smaller rather than wider than its room, then broken into lines; the last of them is cut."""

    full = "–"
    _room = 1

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        sizes = [float(theme.measures.verdict)]
        while sizes[-1] > theme.measures.base:
            sizes.append(sizes[-1] * 0.9)
        faces = [text_font(theme, size, 700) for size in sizes]
        self._faces = [(face, QFontMetrics(face)) for face in faces]  # from the largest to the least
        self._fit()

    def set_text(self, text: str, tone: str = "") -> None:
        if text != self.full:
            self.full = text
            if self._theme is not None:
                self._fit()
        if tone and tone != self._tone:
            self.set_colour(tone)

    def give(self, room: int) -> None:
        """So many pixels are there."""
        if room != self._room:
            self._room = room
            self._fit()

    def _fit(self) -> None:
        fitting = (one for one in self._faces if one[1].horizontalAdvance(self.full) < self._room)  # whole pixels
        face, metrics = next(fitting, self._faces[-1])
        self.setFont(face)
        self.said = "\n".join(self._lines(metrics))
        super(Text, self).setText(self.said)  # its words are broken already
        self.setToolTip(self.full)

    def _lines(self, metrics: QFontMetrics) -> list[str]:
        found, rest = [""], self.full
        while metrics.horizontalAdvance(rest) >= self._room and len(found) < MOST_LINES:
            fits = (end for end in range(len(rest) - 1, 1, -1) if metrics.horizontalAdvance(rest[:end]) < self._room)
            end = next(fits, 1)
            found[-1:], rest = [rest[:end], ""], rest[end:]
        found[-1] = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, self._room)
        return found


class Verdict(Card):
    """Numbers large enough for the last row. Its height is its share of the column: what is longer scrolls inside."""

    spoken_role = QAccessible.Role.Grouping

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Verdict"))
        self._commands = commands
        self._noun = self.tr("updates")
        self._counts = self._compares = False  # the scenario has numbers to show, and switches to compare them by
        self._own = False  # a program of one's own, of which the verdict says most
        self._part = ""  # what a part of the run is called
        self._findings: tuple[Finding, ...] | None = None
        self._phase = Phase.IDLE
        self._counted = False  # the numbers are seen, so that no finding has to repeat them
        self._stretches: tuple[SwitchPeriod, ...] | None = None
        self._shape: tuple[str, ...] = ()
        self._cells: list[list[Text]] = []  # of each column: updates, kept, lost
        self._later = Later(self, self._fit_width)
        self.run = Text(tone="muted")
        self.tools.addWidget(self.run)
        self.expected, self.found = Figure("–", "verdict", weight=700), Figure("–", "verdict", weight=700)
        self.tag, self.lost = LossTag(), Text(tone="lost_text", weight=600)
        self.said, self.unknown = Text(tone="muted"), Text(size="small", tone="muted")
        for text in (self.lost, self.said, self.unknown):
            text.setWordWrap(True)
        self.numbers, self.table = QWidget(), QWidget()
        self.list = FindingList(self._show, self._point, lambda lesson: commands.open(*lesson.partition("?")[::2]))
        self._grid = QGridLayout(self.table)
        self._titles: dict[str, str] = {}  # of lessons
        self._chosen = 0  # the thread whose line the program keeps in sight
        self.more = Text(size="small", tone="muted")
        self.list.column.addWidget(self.more)
        self._lay_out()

    def _lay_out(self) -> None:
        big = self._big = QGridLayout(self.numbers)
        for at, (word, number) in enumerate(((self.tr("Expected"), self.expected), (self.tr("Got"), self.found))):
            big.addWidget(Text(word, tone="muted"), 0, at)
            big.addWidget(number, 1, at)
            big.setColumnStretch(at, 1)
        self._losing = QHBoxLayout()
        self._losing.addWidget(self.tag)
        self._losing.addWidget(self.lost, 1)
        big.addLayout(self._losing, 2, 0, 1, 2)
        inner = QWidget()
        self._inner = QVBoxLayout(inner)
        self._inner.setSpacing(0)
        for widget in (self.numbers, self.table, self.said, self.list, self.unknown):
            self._inner.addWidget(widget)
        self._inner.addStretch(1)
        self._area = scrolled(inner)
        self.body.addWidget(self._area)

    def sizeHint(self) -> QSize:
        """Never what a run has to say."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.ask()

    def _fit_width(self) -> None:
        """Which run it is about is said where there is room beside the title: in large letters there may be none."""
        theme = self.theme
        sides, gap = 2 * theme.px(theme.measures.padding), theme.px(8)
        beside = self.width() - sides - self.title.sizeHint().width() - gap
        self.run.setVisible(bool(self.run.text()) and self.run.sizeHint().width() <= beside)
        room = (self.width() - sides) // 2 - gap
        for number in (self.expected, self.found):
            number.give(max(1, room))

    def _fit_height(self) -> None:
        """Room for the numbers, where there are any, and for some words below them."""
        theme = self.theme
        line = theme.measures.base * 1.4
        numbers = theme.measures.verdict * 1.25 + 2.5 * line if self._counts else 0
        table = 0 if theme.compact or not self._compares else 4 * ROW + 8
        lines = OF_ONES_OWN if self._own else LEAST_SAID if theme.compact else ALONE
        words = (LEAST_SAID if self._counts else lines) * line
        self.setMinimumHeight(theme.pixels.header + theme.px(numbers + table + words + 12))

    def draw(self, frame: Frame) -> None:
        said = self.tr("run {number}") if frame.run.phase is Phase.ENDED else self.tr("run {number}, so far")
        self.run.set_text(said.format(number=frame.run.nth) if frame.run.nth else "")
        self._fit_width()
        self._draw_numbers(frame)
        if frame.recording.periods is not self._stretches:
            self._stretches = frame.recording.periods
            self._fill_table(frame.recording.periods)
        counted = not self.numbers.isHidden()
        findings = told(frame.result.findings, live=frame.run.phase is not Phase.ENDED, counted=counted)
        if (findings, counted) != (self._findings, self._counted):
            first = bool(findings) and not self._findings
            self._findings, self._counted = findings, counted
            self._fill_list(frame, findings)
            if first:
                come_into_sight(self)
        self._chosen = frame.view.thread
        self._draw_words(frame)
        if frame.run.phase is not self._phase:
            self._phase = frame.run.phase
            tell(self)

    def spoken(self) -> str:
        """All that it says, from above."""
        numbers = (f"{self.tr('Expected')} {self.expected.full}", f"{self.tr('Got')} {self.found.full}")
        counted = (*numbers, self.lost.text()) if not self.numbers.isHidden() else ()
        texts = [text.text() for text in (self.said, self.unknown) if not text.isHidden()]
        return plain(", ".join(filter(None, (self.run.text(), *counted, *self.list.said, *texts))))

    def _draw_numbers(self, frame: Frame) -> None:
        """After the run what the scenario's expressions gave; before that, what the watched value should be by now."""
        expected, found = frame.result.expected, frame.result.found
        series = frame.recording.value
        if expected is None and series is not None and series.expected is not None and len(series.values):
            expected, found = int(series.expected[-1]), int(series.values[-1])
        self.numbers.setVisible(expected is not None)
        if expected is None:
            return
        self.expected.set_text(_figure(expected))
        wrong = found != expected if frame.result.right is None else not frame.result.right
        self.found.set_text(_figure(found), "lost_text" if wrong else "text")
        lost = len(frame.recording.losses.times)
        self.tag.setVisible(lost > 0)
        if lost:
            said = say("so-many-lost", lost=lost, noun=self._noun)
        elif wrong:
            said = caption(frame) or say("not-as-expected")
        else:
            counted = series is not None and series.expected is not None
            said = say("nothing-lost") if counted else say("as-expected")
        self.lost.set_text(said, "lost_text" if wrong else "muted")

    def _fill_table(self, stretches: tuple[SwitchPeriod, ...]) -> None:
        """The numbers change with every frame; the cells are made anew only for other columns."""
        columns = totals(stretches, self.tr("on"), self.tr("off"))[:3]
        columns = columns if len(columns) > 1 else []  # the numbers above say the same
        shape = (self._noun, *(column.title for column in columns))
        if shape != self._shape:
            self._shape = shape
            self._make_table(columns)
        for cells, column in zip(self._cells, columns, strict=True):
            lost = column.updates - column.kept
            for cell, number in zip(cells, (column.updates, column.kept, lost), strict=True):
                cell.set_text(f"{number:,}")
            cells[2].set_colour("lost_text" if lost else "text")

    def _make_table(self, columns: list[SwitchTotal]) -> None:
        clear(self._grid)
        self._cells = []
        self.table.setVisible(bool(columns))
        if not columns:
            return
        noun = self._noun[:1].upper() + self._noun[1:]
        for row, head in zip(ROWS[1:], (noun, self.tr("Kept"), self.tr("Lost")), strict=True):
            self._grid.addWidget(FindingLine(), row - 1, 0, 1, len(columns) + 1)
            self._grid.addWidget(Text(head, tone="muted"), row, 0)
        for at, column in enumerate(columns, 1):
            cells = [Text(column.title, "small", "muted", 500), Text(), Text(weight=600), Text(weight=700)]
            for row, cell in zip(ROWS, cells, strict=True):
                cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._grid.addWidget(cell, row, at)
            self._cells.append(cells[1:])
        self._grid.setColumnStretch(0, 1)
        self.apply_theme(self.theme)

    @property
    def links(self) -> list[Link]:
        """What can be chosen of the findings: their sentences, and lessons about them."""
        return self.list.links

    def _fill_list(self, frame: Frame, findings: tuple[Finding, ...]) -> None:
        """While updates get lost the sentences change with every look, so labels are kept and say something else."""
        self.list.show_rows(rows(findings[:MOST], frame, self._titles, counted=self._counted))
        if len(findings) > MOST:
            self.more.set_text(say("and-more", count=len(findings) - MOST))
        self.more.setVisible(len(findings) > MOST)
        self.list.setVisible(bool(findings))

    def _show(self, finding: Finding) -> None:
        """The moment, where it is of one, and the line where it happened."""
        if finding.time:
            self._commands.visit(finding.time)
        if finding.line:
            self._commands.line(finding.line, finding.file)

    def _point(self, subject: Subject) -> None:
        """A thread or a thing is seen in the timeline and in the graph at that moment; its line in the program."""
        if subject.time:
            self._commands.visit(subject.time)
        if subject.thread and subject.thread != self._chosen:
            self._commands.choose(subject.thread)
        if subject.thread or subject.thing:
            self._commands.point(subject.thing)
        if subject.waits:
            self._commands.turn_to("waits")
        if subject.line:
            self._commands.line(subject.line, subject.file)

    def _draw_words(self, frame: Frame) -> None:
        """What was fastest, where ways are compared; else a sentence, so that the card is never blank."""
        good = not any(one.kind in BAD for one in frame.result.findings)
        compared = frame.run.phase is Phase.ENDED and frame.run.ended is Ended.FINISHED and good
        said = longest_gap(frame) or "\n".join(fastest(frame.recording.parts, self._part)) if compared else ""
        if not said and frame.recording.questions.asking:
            said = questions.waiting(frame, actions.key("answer"))
        bare = self.numbers.isHidden() and good
        self.said.setVisible(bare or bool(said))
        if said:
            self.said.set_text(said)
        elif bare:
            self.said.set_text(self._plain(frame))
        unknown = unknown_words(frame)
        self.unknown.set_text(unknown)
        self.unknown.setToolTip("\n".join(map(reasons.unknown, frame.result.unknown)) if unknown else "")
        self.unknown.setVisible(bool(unknown))

    def _plain(self, frame: Frame) -> str:
        if frame.run.phase is Phase.IDLE:
            return self.tr("Run the program: what it should do and what it did will stand here.")
        if frame.run.phase is not Phase.ENDED:
            return say("everybody-waits" if everybody_waits(frame) else "nothing-wrong-so-far")
        if frame.run.ended is Ended.FINISHED:
            return say("no-thread-died")
        if frame.run.ended is Ended.STOPPED:  # findings are no faults here, and yet nobody would call them nothing
            return say("run-stopped") if self._findings else say("run-stopped-well")
        return say("no-result")

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        px = theme.px
        side, low = px(theme.measures.padding) - 1, px(6 if theme.compact else theme.measures.padding)
        self._big.setContentsMargins(side, 0, side, px(4 if theme.compact else 10))
        self._big.setVerticalSpacing(0)
        self._losing.setSpacing(px(6))
        self._losing.setContentsMargins(0, px(4), 0, 0)
        self.said.setContentsMargins(side, 0, side, low)
        self.unknown.setContentsMargins(side, 0, side, low)
        self.list.column.setContentsMargins(side, px(4), side, low)
        self.list.column.setSpacing(px(10))
        self._inner.setContentsMargins(0, 0, 0, px(4 if theme.compact else 0))
        self._fit_height()
        self._fit_width()
        self._grid.setContentsMargins(side, px(2), side, px(6))
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(0)
        for row in ROWS:
            self._grid.setRowMinimumHeight(row, px(20 if theme.compact else ROW))

    def opened(self, course: Course) -> None:
        self._titles = {one.id: one.title for one in course.scenarios if not one.error}
        self._part = course.scenario.parts.noun if course.scenario.parts is not None else ""
        if course.scenario.value_noun != self._noun:
            self._noun = course.scenario.value_noun or self.tr("updates")
            self._stretches = None
        self._counts = bool(course.scenario.expected or course.scenario.watch)
        self._compares = bool(course.scenario.counted_by and course.scenario.switches)
        self._own = course.scenario.cwd is not None
        self._fit_height()
        self._area.verticalScrollBar().setValue(0)


def _figure(value: object) -> str:
    return "–" if value is None else figure(value)


PANEL = PanelInfo("verdict", "Verdict", Place.RIGHT, 30, make=Verdict, stretch=2, rises=True)
