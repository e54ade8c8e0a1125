"""The window as a whole: places, keys, themes, the frame clock, what is remembered, and how it ends."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Ended, Frame, Phase, kept
from engine.scenarios import catalogue
from gui import actions
from gui.app import Theatre, assemble
from gui.driver import DrawnPanel
from gui.panel import Commands, Course, PanelInfo, Place
from gui.panels.lessons import Lessons
from gui.theme.theme import Theme
from gui.view_state.window_settings import LessonMark, WindowLayout, WindowSettings
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import course
from tests.gui.show_window import show_window

ENDLESS = "import time\nSTEPS = 3  # 1..9\nwhile True:\n    time.sleep(0.01)\n"
SHORT = "import time\nSTEPS = 3  # 1..9\nfor step in range(STEPS):\n    time.sleep(0.01)\nprint('done')\n"


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path) -> Iterator[Theatre]:
    """A real window with a real session and three programs."""
    scenarios = []
    for name, text in (("endless", ENDLESS), ("short", SHORT), ("fails", "1 / 0\n")):
        program = tmp_path / f"{name}.py"
        program.write_text(text)
        scenarios.append(replace(catalogue.from_file(program), id=name))
    made = assemble(tuple(scenarios))
    show_window(qtbot, made.window, 1280, 720)
    yield made
    made.close()


def _part(theatre: Theatre, name: str) -> DrawnPanel:
    return next(part for part in theatre.driver.parts if part.info.id == name)


def _open(theatre: Theatre, qtbot: QtBot, name: str) -> None:
    theatre.controller.open(name)
    theatre.driver.start()
    theatre.driver.tick()
    qtbot.wait(1)


def test_that_every_panel_is_in_the_window(theatre: Theatre) -> None:
    for part in theatre.driver.parts:
        assert part.panel.widget.window() is theatre.window


def test_that_space_runs_and_escape_stops(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "endless")
    QTest.keyClick(theatre.window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.RUNNING, timeout=10_000)
    QTest.keyClick(theatre.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.ENDED, timeout=10_000)
    assert theatre.driver.frame.run.ended is Ended.STOPPED


def test_that_a_run_is_seen_from_its_start_to_its_end(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "short")
    theatre.controller.run()
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.ENDED, timeout=10_000)
    frame = theatre.driver.frame
    assert frame.run.ended is Ended.FINISHED
    assert [line.text for line in frame.recording.output] == ["done"]
    assert frame.view.start == 0.0
    assert frame.view.end >= frame.run.now


def test_that_space_typed_into_a_field_runs_nothing(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "short")
    field = next(iter(_part(theatre, "knobs").panel.widget.findChildren(QLineEdit)), QLineEdit(theatre.window))
    field.show()
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Space)
    QTest.keyClicks(field, "t")
    theatre.driver.tick()
    assert theatre.session.frame.run.number == 0
    assert theatre.appearance.theme.name == "dark"


def test_that_space_presses_the_button_that_tab_has_reached(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "short")
    look = _part(theatre, "toolbar").panel.look  # type: ignore[attr-defined]
    look.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(look, Qt.Key.Key_Space)
    assert theatre.session.frame.run.number == 0
    assert theatre.appearance.theme.name == "light"


def test_that_tab_comes_by_every_part_in_the_order_of_the_eye(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "short")
    widget, order = _part(theatre, "toolbar").panel.widget, []
    start: QWidget = widget
    while True:
        widget = widget.nextInFocusChain()
        if widget is start:
            break
        for part in theatre.driver.parts:
            if part.panel.widget.isAncestorOf(widget) and part.info.place not in order:
                order.append(part.info.place)
    places = (Place.LEFT, Place.PLOTS, Place.CENTRE, Place.RIGHT)
    assert [place for place in order if place in places] == list(places)


def _picture(theatre: Theatre, qtbot: QtBot) -> QImage:
    """The window with the counter race in it, its clock standing."""
    theatre.driver.stop()
    theatre.driver.opened(course())
    for _ in range(3):
        theatre.driver.draw(frames.small())
        qtbot.wait(1)
    return theatre.window.grab().toImage()


def test_that_the_theme_key_dresses_everything_as_if_it_had_begun_so(theatre: Theatre, qtbot: QtBot) -> None:
    _picture(theatre, qtbot)
    QTest.keyClick(theatre.window, "T")
    turned = _picture(theatre, qtbot)
    other = assemble((), WindowLayout(theme="light"))
    qtbot.addWidget(other.window)
    other.window.resize(theatre.window.size())
    other.window.show()
    light = _picture(other, qtbot)
    other.close()
    size = (range(0, light.width(), 2), range(0, light.height(), 2))
    wrong = sum(light.pixel(x, y) != turned.pixel(x, y) for x in size[0] for y in size[1])
    assert wrong < 0.01 * len(size[0]) * len(size[1])


def test_that_little_room_and_large_text_make_it_compact(theatre: Theatre) -> None:
    assert theatre.appearance.theme.compact
    theatre.window.resize(1920, 1080)
    QApplication.processEvents()
    assert not theatre.appearance.theme.compact
    theatre.controller.text_scale(1.5)
    assert theatre.appearance.theme.compact
    assert theatre.appearance.theme.scale == 1.5


def test_that_nothing_is_drawn_when_nothing_changes(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "short")
    theatre.controller.run()
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.ENDED, timeout=10_000)
    theatre.driver.stop()
    theatre.driver.tick()
    drawn = theatre.driver.drawn
    for _ in range(5):
        theatre.driver.tick()
    assert theatre.driver.drawn == drawn
    theatre.controller.cursor(0.01)
    theatre.driver.tick()
    assert theatre.driver.drawn == drawn + 1


class Clumsy(QLabel):
    """A panel that cannot draw."""

    def __init__(self, _commands: Commands) -> None:
        super().__init__()
        self.setAccessibleName("Clumsy")
        self.tries = 0

    @property
    def widget(self) -> QWidget:
        return self

    def draw(self, frame: Frame) -> None:
        self.tries += 1
        raise ValueError("a pen without ink")

    def apply_theme(self, theme: Theme) -> None: ...
    def opened(self, course: Course) -> None: ...


def test_that_a_panel_that_fails_says_so_once_and_the_others_live_on(theatre: Theatre, qtbot: QtBot) -> None:
    info = PanelInfo("clumsy", "Clumsy", Place.RIGHT, 99, make=Clumsy)
    clumsy = Clumsy(theatre.controller)
    theatre.window.place([(info, clumsy)])
    theatre.driver.parts = (DrawnPanel(info, clumsy), *theatre.driver.parts)
    frame = frames.small()
    for at in (0.5, 1.0, 1.5):
        theatre.driver.draw(replace(frame, view=replace(frame.view, cursor=at)))
    assert clumsy.tries == 1
    assert "could not draw: ValueError: a pen without ink" in [label.text() for label in clumsy.findChildren(QLabel)]
    assert _part(theatre, "verdict").panel.expected.text() == "80"  # type: ignore[attr-defined]
    theatre.driver.tick()
    trouble = theatre.driver.frame.view.notice
    assert trouble is not None
    assert "Clumsy" in trouble.title
    assert "a pen without ink" in trouble.detail
    before = clumsy.tries
    theatre.driver.draw(changed(frame, number=frame.run.number + 1))
    assert clumsy.tries == before + 1, "it is tried again in the next run"


def test_that_a_lesson_link_sets_what_it_names_and_resets_the_rest(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "short")
    theatre.controller.knob("STEPS", 7)
    theatre.controller.open("short", "STEPS=5")
    assert [knob.value for knob in theatre.session.frame.program.knobs] == [5]
    theatre.controller.open("short")
    assert [knob.value for knob in theatre.session.frame.program.knobs] == [3]
    theatre.controller.open("short", "STEPS=50")
    theatre.driver.tick()
    assert theatre.driver.frame.view.notice is not None
    assert "STEPS" in theatre.driver.frame.view.notice.text


def test_that_the_speed_of_a_link_ends_with_the_next_link_and_the_presenters_own_stays(
    theatre: Theatre, qtbot: QtBot
) -> None:
    _open(theatre, qtbot, "short")
    theatre.controller.open("short", "STEPS=5&speed=10")
    assert theatre.session.frame.run.speed == 10
    theatre.controller.open("short", "STEPS=5")
    assert theatre.session.frame.run.speed == 1
    theatre.controller.speed(0.25)
    theatre.controller.open("short", "STEPS=4")
    assert theatre.session.frame.run.speed == 0.25


def test_that_a_lesson_that_is_not_there_is_said_and_harms_nothing(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "short")
    theatre.controller.open("nowhere")
    theatre.driver.tick()
    assert theatre.driver.frame.view.notice is not None
    assert theatre.driver.frame.program.scenario == "short"


def test_that_closing_while_a_program_runs_leaves_no_process(theatre: Theatre, qtbot: QtBot) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    theatre.window.closed.connect(theatre.close)
    _open(theatre, qtbot, "endless")
    theatre.controller.run()
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.RUNNING, timeout=10_000)
    theatre.window.close()
    left = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
    assert [child for child in left if child.status() != psutil.STATUS_ZOMBIE] == []


def test_that_the_list_marks_what_was_opened_and_where_the_bug_came_out(theatre: Theatre, qtbot: QtBot) -> None:
    lessons = _part(theatre, "lessons").panel
    assert isinstance(lessons, Lessons)
    assert [row.mark for row in lessons.rows] == [LessonMark.NEW] * 3
    _open(theatre, qtbot, "fails")
    assert {row.info.id: row.mark for row in lessons.rows}["fails"] is LessonMark.SEEN
    theatre.controller.run()
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.ENDED, timeout=10_000)
    assert {row.info.id: row.mark for row in lessons.rows} == {
        "endless": LessonMark.NEW,
        "short": LessonMark.NEW,
        "fails": LessonMark.SHOWN,
    }
    assert theatre.driver.progress.marks == {"fails": LessonMark.SHOWN}


def test_that_a_line_can_be_asked_for_until_the_cursor_goes_elsewhere(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "short")
    theatre.controller.line(3)
    theatre.driver.tick()
    assert theatre.driver.frame.view.line == 3
    first = theatre.driver.frame.view.asked
    theatre.controller.line(3)
    assert theatre.controller.shown.view.asked > first, "the same line may be asked for again"
    theatre.controller.cursor(0.0)
    theatre.driver.tick()
    assert theatre.driver.frame.view.line == 0


def test_that_the_layout_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    marks = {"counter": LessonMark.SHOWN, "writer_reader": LessonMark.SEEN}
    kept = WindowLayout("light", 1.5, "counter", QByteArray(b"place"), {"wide-timeline": [300, 500]}, marks)
    WindowSettings(file).save(kept)
    assert WindowSettings(file).load(actions.SCALES) == kept


def test_that_a_layout_written_by_hand_harms_nothing(tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    file.write_text("[General]\ntheme=pink\nscale=huge\ngeometry=7\n[splitters]\na=x, y\n[lessons]\nb=often\n")
    assert WindowSettings(file).load(actions.SCALES) == WindowLayout()


def test_that_what_shows_the_same_stays_the_same_object() -> None:
    told = frames.small().recording
    assert kept(told, replace(told)) is told
    assert kept(told, replace(told, lanes=(*told.lanes,))) is told
    assert kept(told, replace(told, records=1)) is not told
    assert kept(told, replace(told, lanes=told.lanes[:2])) is not told
    frame = frames.small()
    assert kept(frame, replace(frame, view=replace(frame.view))) is frame
    assert kept(frame, replace(frame, view=replace(frame.view, cursor=0.5))) is not frame


def test_that_a_thread_is_chosen_let_go_and_forgotten_with_its_lesson(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "short")
    chosen = []
    for thread in (2, 2, 3, 0, 3):
        theatre.controller.choose(thread)
        chosen.append(theatre.controller.shown.view.thread)
    assert chosen == [2, 0, 3, 0, 3]
    theatre.controller.open("endless")
    assert theatre.controller.shown.view.thread == 0


def test_that_alt_and_left_go_back_through_zooms_and_lessons(theatre: Theatre, qtbot: QtBot) -> None:
    _open(theatre, qtbot, "short")
    theatre.controller.run()
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.ENDED, timeout=10_000)
    theatre.controller.look(0.001, 0.002)
    QTest.keyClick(theatre.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert theatre.controller.shown.view.follow
    theatre.controller.open("endless")
    QTest.keyClick(theatre.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert theatre.controller.course.current == "short"
    QTest.keyClick(theatre.window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert theatre.controller.course.current == "endless"


@pytest.mark.parametrize("value", actions.SPEEDS)
def test_that_faster_and_slower_are_each_others_undoing(value: float) -> None:
    if value != actions.SPEEDS[-1]:
        faster = actions.next_of(actions.SPEEDS, value, up=True)
        assert faster > value
        assert actions.next_of(actions.SPEEDS, faster, up=False) == value


def test_that_every_key_that_does_something_can_be_pressed_without_a_lesson(theatre: Theatre, qtbot: QtBot) -> None:
    for one in actions.ACTIONS:
        theatre.driver.perform(one.id)
        theatre.driver.tick()
    assert theatre.driver.frame.run.trouble is None or "broken" not in theatre.driver.frame.run.trouble.title


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_that_tab_goes_through_the_window_from_panel_to_panel(
    theatre: Theatre, qtbot: QtBot, size: tuple[int, int]
) -> None:
    theatre.window.resize(*size)
    _open(theatre, qtbot, "short")
    theatre.controller.run()
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.ENDED, timeout=10_000)
    panels = [part.panel.widget for part in theatre.driver.parts]
    met: list[str] = []
    theatre.window.setFocus()
    first: QWidget | None = None
    for _ in range(200):
        QTest.keyClick(QApplication.focusWidget() or theatre.window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        if now is first:
            break
        first = first or now
        owner = next((panel.accessibleName() for panel in panels if panel.isAncestorOf(now)), now.accessibleName())
        if not met or met[-1] != owner:
            met.append(owner)
    else:
        pytest.fail("Tab never came back to where it began")
    # The tabs of the deck are in none of them.
    assert met == ["Toolbar", "Lessons", "Timeline", "Panels", "Program", "Output", "Knobs", "Start", "Lesson"]
